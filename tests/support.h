/* SPDX-License-Identifier: MPL-2.0 */
/* support.h: what the tests of the core share: configurations, rows as NetBox gives them, a log that remembers.
 *
 * JSON in tests is written with single quotes, which json-c takes. What can't be made fails the test. */
#ifndef NBK_TESTS_SUPPORT_H
#define NBK_TESTS_SUPPORT_H

#include "config.h"
#include "ip.h"
#include "log.h"
#include "model.h"

#include <json-c/json.h>

#define NETBOX_URL "https://netbox.example"

/* New: the JSON of a text. */
struct json_object *json(const char *text);

/* New: a configuration of the given parameters, "'ownership': 'marked', 'port': 1"; netbox-url is there anyway. */
struct nbk_config *config_of(uint8_t family, const char *parameters);
/* The same of IPv4. */
struct nbk_config *config_with(const char *parameters);
/* New: the faults of parameters, a whole JSON map; "" where there are none. */
char *faults_of(uint8_t family, const char *parameters);

struct nbk_net net(const char *text);
struct nbk_ip ip(const char *text);
struct nbk_range range(const char *start, const char *end);

/* Puts a row, its JSON as NetBox gives it. */
void put_row(struct nbk_model *model, enum nbk_kind kind, const char *row);
/* Rows with only what every one has; `more` is further JSON, "'vrf': {'id': 7}", or NULL. */
void put_prefix(struct nbk_model *model, int id, const char *prefix, const char *more);
void put_range(struct nbk_model *model, int id, const char *start, const char *end, const char *more);
void put_address(struct nbk_model *model, int id, const char *address, const char *more);
/* An address with the custom field that holds its MAC. */
void put_reservation(struct nbk_model *model, int id, const char *address, const char *mac);
void put_mac(struct nbk_model *model, int id, const char *mac, int interface);
void put_interface(struct nbk_model *model, const char *row);

/* What was logged, one line a message: "NETBOX_ADDED subnet 10.0.0.0/24||prefix 1". One log a test process. */
const struct nbk_log *said_log(void);
/* Waits for a line that holds the text. */
void said_wait(const char *part);
/* How many lines hold the text. */
unsigned said(const char *part);
/* New: all lines. */
char *said_all(void);
void said_forget(void);

#define assert_has(text, part) ck_assert_msg(strstr(text, part) != NULL, "\"%s\" lacks \"%s\"", text, part)
#define assert_lacks(text, part) ck_assert_msg(strstr(text, part) == NULL, "\"%s\" has \"%s\"", text, part)

#endif
