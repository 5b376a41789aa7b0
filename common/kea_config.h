/* SPDX-License-Identifier: MPL-2.0 */
/* kea_config.h: Kea's running configuration taken apart into what is ours and what is the operator's, and put together again.
 *
 * Ours is what carries our mark in its user-context: "netbox_prefix_id", "netbox_ip_range_id", and what the family calls it in a
 * reservation. */
#ifndef NBK_KEA_CONFIG_H
#define NBK_KEA_CONFIG_H

#include "config.h"
#include "error.h"
#include "state.h"

/* What is not from NetBox and goes. */
struct nbk_replaced {
	char *text;      /* describes it */
	uint32_t kea_id; /* of a subnet; 0: it is a pool or a reservation */
	struct nbk_net net;
};

struct nbk_kea_config {
	struct json_object *root; /* as Kea gave it */
	const struct nbk_family *family;
	enum nbk_ownership ownership;
	bool reservations_unique; /* ip-reservations-unique */
	struct nbk_item **foreign; /* what is the operator's and stays: ours must not collide with it */
	size_t foreign_count;
	struct nbk_replaced *replaced;
	size_t replaced_count;
	struct nbk_state marked; /* what carries our mark, as Kea prints it */
};

/* New, from the text of a config-get. */
struct nbk_kea_config *nbk_kea_config_new(const char *text, const struct nbk_family *family, enum nbk_ownership ownership,
                                          struct nbk_error *err);
void nbk_kea_config_free(struct nbk_kea_config *kea);

/* What is not from NetBox is gone from Kea, and that was said. */
void nbk_kea_config_forget_replaced(struct nbk_kea_config *kea);

/* New: the operator's configuration with the state's subnets in it, one a line. NULL: out of memory. */
char *nbk_kea_config_with(const struct nbk_kea_config *kea, const struct nbk_state *state);

/* New: a subnet and one of its pools or pd-pools, or none, as Kea's parser takes them. NULL: out of memory. */
char *nbk_kea_config_subnet_text(const struct nbk_item *subnet, const struct nbk_item *pool);

/* The list of a subnet that holds the objects of a kind: "pools". */
const char *nbk_kea_config_list(enum nbk_kind kind);

/* The NetBox id that a subnet, pool or pd-pool of Kea's carries, or 0. */
int64_t nbk_kea_config_mark(struct json_object *object, enum nbk_kind kind);

/* Whether there are shared networks. */
bool nbk_kea_config_shares(const struct nbk_kea_config *kea);

/* Whether a client class is defined in this configuration or is one of Kea's own. */
bool nbk_kea_config_knows_class(const struct nbk_kea_config *kea, const char *name);

#endif
