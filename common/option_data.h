/* SPDX-License-Identifier: MPL-2.0 */
/* option_data.h: NetBox values to options of Kea's.
 *
 * Kea reads an option's data by its definition. Of the definitions, Kea's own and the operator's, two things matter here: whether the
 * option is one text, for Kea ends a text at its first comma without a word; and which option carries those of another space, for
 * Kea sends none of these without it. */
#ifndef NBK_OPTION_DATA_H
#define NBK_OPTION_DATA_H

#include "error.h"
#include "kea_config.h"
#include "map.h"

struct json_object;

/* Adds the entry's option to a Kea object's list. NBK_EDATA: the value can be no option's, and the error says why. */
int nbk_option_data_add(struct json_object *object, const struct nbk_map_entry *entry, struct json_object *value,
                        const struct nbk_kea_config *kea, struct nbk_error *err);

/* Adds the options, without data of their own, that carry the object's options of other spaces, where they are not there yet. */
int nbk_option_data_add_carriers(struct json_object *object, const struct nbk_kea_config *kea, struct nbk_error *err);

#endif
