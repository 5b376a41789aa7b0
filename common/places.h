/* SPDX-License-Identifier: MPL-2.0 */
/* places.h: what is taken in a configuration being made: prefixes, subnet ids, pools' ranges, prefixes to delegate, identifiers, addresses.
 *
 * Items are borrowed; those of the operator come first, and so win. */
#ifndef NBK_PLACES_H
#define NBK_PLACES_H

#include "state.h"

struct nbk_places {
	void *by_net, *by_kea_id;         /* trees of subnets */
	void *by_range, *by_delegated;    /* of pools, and of pd-pools: those that overlap are equal */
	void *by_identifier, *by_address; /* of reservations, within their subnets */
	struct nbk_item **prefixes;       /* in by_address for the delegated prefixes of reservations */
	size_t prefix_count;
	bool addresses_unique;            /* Kea's ip-reservations-unique */
	bool joins;                       /* ours of the same identifier in a subnet are one reservation */
};

void nbk_places_init(struct nbk_places *places, bool addresses_unique, bool joins);
void nbk_places_clear(struct nbk_places *places);

/* Borrowed: what the item collides with, or NULL; *how says in what: "the same prefix is". */
const struct nbk_item *nbk_places_taken(const struct nbk_places *places, const struct nbk_item *item, const char **how);

/* Borrowed: what a reservation's item is to be joined with, the first that has a host name, else any of them; or NULL. */
const struct nbk_item *nbk_places_joined(const struct nbk_places *places, const struct nbk_item *item);

/* Takes the item's places, which must be free. -1: out of memory. */
int nbk_places_take(struct nbk_places *places, const struct nbk_item *item);

/* The operator's subnet of the same id and prefix in a shared network gives way to the item. */
void nbk_places_give_way(struct nbk_places *places, const struct nbk_item *item);

#endif
