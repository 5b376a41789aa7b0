/* SPDX-License-Identifier: MPL-2.0 */
/* json.h: short ways to read json-c objects that came from outside. */
#ifndef NBK_JSON_H
#define NBK_JSON_H

#include "error.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Borrowed: a member, or NULL where there is none, it is null, or `object` is no object. */
struct json_object *nbk_json_member(struct json_object *object, const char *name);

/* Borrowed: a member that is a text, or NULL. */
const char *nbk_json_string(struct json_object *object, const char *name);

/* A member that is a number above 0, or 0. */
int64_t nbk_json_positive(struct json_object *object, const char *name);

/* New: the whole of the text as one JSON value other than null, no deeper than 64. NBK_ETEMP where it is not, with `what` in the error.
 * Bytes that are no UTF-8 pass where `any_bytes`: in a configuration of Kea's they are the operator's own. */
struct json_object *nbk_json_parse(const char *text, size_t length, bool any_bytes, const char *what, struct nbk_error *err);

/* Whether `part` is in `whole`: an object's members each in the other's of that name, a list's items each in the other's at that place
 * (as many), all else equal. */
bool nbk_json_contains(struct json_object *whole, struct json_object *part);

/* New: as short as it can be, Unicode as it is (Kea's reader refuses \u escapes above 00ff). NULL: out of memory. */
char *nbk_json_text(struct json_object *object);

#endif
