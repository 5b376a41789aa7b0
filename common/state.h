/* SPDX-License-Identifier: MPL-2.0 */
/* state.h: what is served, and what should be: subnets, pools and reservations by NetBox's ids, in one form for both.
 *
 * An item never changes once made; several states may hold it. The worker's only: its reference count is a plain number. */
#ifndef NBK_STATE_H
#define NBK_STATE_H

#include "error.h"
#include "ip.h"
#include "kea.h"
#include "table.h"

#include <stdbool.h>

/* In the place of NetBox's id, on an item of the operator's. */
#define NBK_ID_FOREIGN (-1)
#define NBK_ID_SHARED (-2) /* a subnet in a shared network, where ours of the same id and prefix takes its place */

struct nbk_item {
	int64_t id; /* NetBox's id of the prefix, range or address; the table's key */
	unsigned references;
	enum nbk_kind kind;
	int64_t subnet;         /* of all but a subnet: the prefix's NetBox id */
	uint32_t kea_id;        /* of a subnet */
	struct nbk_net net;     /* of a subnet or pd-pool */
	struct nbk_range range; /* first and last address */
	char *identifier;       /* of a reservation, normalised: "hw-address 02:00:00:00:00:01" */
	char *hostname;         /* of a reservation, NULL: none */
	struct nbk_net *prefixes; /* delegated, of a reservation */
	size_t prefix_count;
	char *text;             /* Kea's JSON; a subnet's without its pools and reservations */
};

struct nbk_state {
	struct nbk_table items[NBK_KINDS];
};

/* New, with one reference. */
struct nbk_item *nbk_item_new(enum nbk_kind kind, int64_t id);
struct nbk_item *nbk_item_hold(const struct nbk_item *item);
void nbk_item_release(struct nbk_item *item);

/* "reservation 10.0.0.5 (hw-address 02:00:00:00:00:01)" */
void nbk_item_describe(const struct nbk_item *item, char text[160]);

/* Of reservations: those of one identifier in one subnet are equal. */
int nbk_item_compare_identifiers(const struct nbk_item *a, const struct nbk_item *b);

/* "subnet", "pool", "reservation", "pd-pool", and NetBox's own names for what they come from: "prefix", "ip-range", "ip-address". */
const char *nbk_kind_name(enum nbk_kind kind);
const char *nbk_kind_netbox_name(enum nbk_kind kind);

/* Where NetBox has them, below its own address and below its API's: "ipam/prefixes". */
const char *nbk_kind_netbox_path(enum nbk_kind kind);

void nbk_state_init(struct nbk_state *state);
void nbk_state_clear(struct nbk_state *state);

/* Holds the item. -1: out of memory. */
int nbk_state_put(struct nbk_state *state, const struct nbk_item *item);
const struct nbk_item *nbk_state_get(const struct nbk_state *state, enum nbk_kind kind, int64_t id);

/* The state becomes a copy of the other, which may be the same. -1: out of memory, and it is empty. */
int nbk_state_copy(struct nbk_state *state, const struct nbk_state *from);

#endif
