/* SPDX-License-Identifier: MPL-2.0 */
/* render.h: one NetBox object to one Kea object, by the configuration's maps. Pure.
 *
 * Each returns a new item, or NULL with NBK_EDATA and what is wrong with the object. */
#ifndef NBK_RENDER_H
#define NBK_RENDER_H

#include "config.h"
#include "kea_config.h"
#include "model.h"
#include "state.h"

/* Borrowed: what an object is rendered by. */
struct nbk_rules {
	const struct nbk_config *config;
	const struct nbk_kea_config *kea; /* for the operator's definitions of options */
};

struct nbk_item *nbk_render_subnet(const struct nbk_rules *rules, const struct nbk_row *prefix, struct nbk_error *err);

struct nbk_item *nbk_render_pool(const struct nbk_rules *rules, const struct nbk_row *range, const struct nbk_row *parent,
                                 struct nbk_error *err);

struct nbk_item *nbk_render_pd_pool(const struct nbk_rules *rules, const struct nbk_row *prefix, const struct nbk_row *parent,
                                    struct nbk_error *err);

/* NULL with no error: the address has no identifier, and so is no reservation. *renamed: out, new, the host name that NetBox gives where
 * it had to be changed, else NULL. */
struct nbk_item *nbk_render_reservation(const struct nbk_rules *rules, const struct nbk_row *address, const struct nbk_row *parent,
                                        struct nbk_model *model, char **renamed, struct nbk_error *err);

#endif
