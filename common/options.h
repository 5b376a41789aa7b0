/* SPDX-License-Identifier: MPL-2.0 */
/* options.h: a NetBox value to the type that Kea's key wants. */
#ifndef NBK_OPTIONS_H
#define NBK_OPTIONS_H

#include "buf.h"
#include "error.h"
#include "map.h"

#include <stdint.h>

struct json_object;

/* Puts the value into a Kea object under the entry's key: into a nested map, or as it is. NBK_EDATA: the value can't be turned into what
 * the key wants, and the error names the key and the value. Options are option_data.h's. */
int nbk_options_put(struct json_object *object, const struct nbk_map_entry *entry, struct json_object *value, uint8_t family,
                    struct nbk_error *err);

/* Appends the value as one text: a list joined by ", ", {value, label} its value, an object its address, else name, else display, an
 * address without its mask. */
void nbk_options_text(struct nbk_buf *text, struct json_object *value);

/* The same, masks and all: prefixes. */
void nbk_options_text_with_masks(struct nbk_buf *text, struct json_object *value);

/* Whether a text is nothing but white space and commas. */
bool nbk_options_is_blank(const char *text);

/* Whether a key of Kea's can hold a map. */
bool nbk_options_nests(const char *key);

/* New: a name made a valid host name, runs of other characters turned into one hyphen; "" where nothing is left. NULL: no memory. */
char *nbk_options_hostname(const char *name);

#endif
