/* SPDX-License-Identifier: MPL-2.0 */
/* filter.h: which objects of a list are ours: the query that NetBox gets, and the check of what came back.
 *
 * NetBox ignores a query key that it does not know, and then returns the whole table: so each row is checked again here. */
#ifndef NBK_FILTER_H
#define NBK_FILTER_H

#include "buf.h"
#include "error.h"

#include <stdbool.h>

struct json_object;

struct nbk_filter {
	char *query;              /* "cf_dhcp_enabled=true&status=dhcp", escaped; "" where the filter is {} */
	struct json_object *keys; /* the parameter as it was given */
};

/* -1: `faults` names each fault, with the parameter's name before it. */
int nbk_filter_parse(struct nbk_filter *filter, struct json_object *value, const char *parameter, struct nbk_buf *faults);
void nbk_filter_clear(struct nbk_filter *filter);

/* Whether the row is what the filter asks for. NBK_EREFUSED: it is not (NetBox ignored the filter, or has no such custom field), and
 * the error names the key. */
int nbk_filter_check(const struct nbk_filter *filter, struct json_object *row, struct nbk_error *err);

/* Borrowed: the first key from `*position` on whose effect can't be checked in a row, or NULL. */
const char *nbk_filter_unchecked(const struct nbk_filter *filter, size_t *position);

/* Appends a field to a list with commas between, where it is not in it yet. */
void nbk_filter_add_field(struct nbk_buf *fields, const char *field);

/* Appends the top-level fields of a row that the check looks at. */
void nbk_filter_add_fields(const struct nbk_filter *filter, struct nbk_buf *fields);

#endif
