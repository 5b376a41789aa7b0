/* SPDX-License-Identifier: MPL-2.0 */
/* model.h: what NetBox says: prefixes, ranges, addresses and MACs by id, and the parent of each.
 *
 * A row keeps only what the maps ask for. The worker's; belongs to one configuration, whose maps it borrows. */
#ifndef NBK_MODEL_H
#define NBK_MODEL_H

#include "config.h"
#include "error.h"
#include "ip.h"
#include "kea.h"
#include "table.h"

enum nbk_owner_type { NBK_OWNER_NONE, NBK_OWNER_INTERFACE, NBK_OWNER_VM_INTERFACE };

/* What an address or a MAC is assigned to. */
struct nbk_owner {
	enum nbk_owner_type type;
	int64_t id;
};

/* A prefix, a range or an address. */
struct nbk_row {
	int64_t id;             /* the table's key */
	struct nbk_net net;     /* of a prefix, of either kind; of an address with NetBox's own mask */
	struct nbk_range range; /* first and last address of each of the three */
	int64_t vrf;            /* 0: the global table */
	int64_t subnet;         /* of a prefix to delegate from: the prefix whose clients get of it; 0: what contains it; -1: it names none */
	struct nbk_owner owner; /* of an address */
	int64_t device;         /* of an address on an interface: the device's id, or the virtual machine's */
	struct json_object **values; /* by the map of its kind */
	size_t value_count;
	char *fault; /* NULL, or why the row can't be used: its addresses count then only where `subnet` is -1 */
};

/* A MAC object (4.2 and later), or an interface with the one that it has (before). */
struct nbk_mac {
	int64_t key; /* nbk_mac_key */
	struct nbk_owner owner;
	char *text;
};

/* The MAC that an interface with several says is its own. */
struct nbk_primary {
	int64_t key; /* nbk_owner_key */
	char *text;  /* NULL: none is primary */
};

struct nbk_model {
	const struct nbk_config *config;
	struct nbk_table rows[NBK_KINDS]; /* prefixes, ranges, addresses, prefixes to delegate from, of the configuration's family */
	struct nbk_table macs;
	struct nbk_table primaries;
	struct nbk_mac **by_owner; /* an index of macs, made anew after a change */
	bool indexed;
};

void nbk_model_init(struct nbk_model *model, const struct nbk_config *config);
void nbk_model_clear(struct nbk_model *model);

/* Reads one row of a list of NetBox's and keeps it. A row of the other family is dropped. NBK_ETEMP: it is not of the shape that
 * NetBox gives (so half an answer, or something else that answers in NetBox's place). */
int nbk_model_put(struct nbk_model *model, enum nbk_kind kind, struct json_object *row, struct nbk_error *err);

/* What is there to delegate from is no subnet, whatever the prefixes' filter says. */
void nbk_model_part_delegated(struct nbk_model *model);

/* Reads a row of dcim/mac-addresses. One that is not assigned is removed. */
int nbk_model_put_mac(struct nbk_model *model, struct json_object *row, struct nbk_error *err);

/* Reads a row of dcim/interfaces or virtualization/interfaces: before 4.2 the MAC in it, from 4.2 all MACs and the primary, as far as
 * the row shows them. */
int nbk_model_put_interface(struct nbk_model *model, enum nbk_owner_type type, struct json_object *row, struct nbk_error *err);

/* Forgets all MACs of an interface. */
void nbk_model_drop_owner(struct nbk_model *model, struct nbk_owner owner);

int64_t nbk_mac_key(int64_t id);
int64_t nbk_owner_key(struct nbk_owner owner);

/* Borrowed: the MACs of an owner, *count of them. */
struct nbk_mac *const *nbk_model_macs(struct nbk_model *model, struct nbk_owner owner, size_t *count);

/* Borrowed: the MAC of an interface: its primary one, else its only one; NULL where it has none. NBK_EDATA: it has several, and none
 * is primary. */
const char *nbk_model_mac(struct nbk_model *model, struct nbk_owner owner, struct nbk_error *err);

/* Whether an owner has several different MACs and it is not known which is the primary. */
bool nbk_model_wants_primary(struct nbk_model *model, struct nbk_owner owner);

/* The prefixes, and around each the longest that contains it. */
struct nbk_parents;

/* New: an index of the model's prefixes, valid until they change. */
struct nbk_parents *nbk_parents_new(const struct nbk_model *model);
void nbk_parents_free(struct nbk_parents *parents);

/* Borrowed: the longest prefix of the VRF that contains the whole range, or NULL. */
const struct nbk_row *nbk_parents_find(const struct nbk_parents *parents, int64_t vrf, const struct nbk_range *range);

/* Borrowed: the prefix that a row belongs to: the one that it names, else the longest around it. NULL: there is none. */
const struct nbk_row *nbk_parents_of(const struct nbk_parents *parents, const struct nbk_row *row);

#endif
