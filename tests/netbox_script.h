/* SPDX-License-Identifier: MPL-2.0 */
/* netbox_script.h: NetBox's lists on the loopback server. */
#ifndef NBK_TESTS_NETBOX_SCRIPT_H
#define NBK_TESTS_NETBOX_SCRIPT_H

#include "config.h"
#include "loopback.h"

#define PREFIXES "/api/ipam/prefixes/"
#define RANGES "/api/ipam/ip-ranges/"
#define ADDRESSES "/api/ipam/ip-addresses/"
#define MACS "/api/dcim/mac-addresses/"
#define INTERFACES "/api/dcim/interfaces/"
#define VM_INTERFACES "/api/virtualization/interfaces/"

/* New: a server that says it is NetBox of this version. */
struct loopback *netbox_start(const char *version);

/* The next answer for a list, or for what is asked of it ("…/prefixes/?tag=a"): a page of rows, the last one or not. */
void netbox_page(struct loopback *server, const char *path, const char *rows, bool last);
/* One page, and no more. */
void netbox_rows(struct loopback *server, const char *path, const char *rows);
/* All lists that are not scripted yet are empty. */
void netbox_rest_is_empty(struct loopback *server);
void netbox_status(struct loopback *server, const char *path, int status, const char *body);
/* Ends the server and what was made for its scripts. */
void netbox_stop(struct loopback *server);

/* New: a configuration for the server. */
struct nbk_config *netbox_config_of(uint8_t family, const struct loopback *server, const char *parameters);
/* The same of IPv4. */
struct nbk_config *netbox_config(const struct loopback *server, const char *parameters);

/* How many requests had this text in their first line. */
unsigned netbox_asked(struct loopback *server, const char *part);

#endif
