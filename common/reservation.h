/* SPDX-License-Identifier: MPL-2.0 */
/* reservation.h: one reservation of Kea's for several addresses of NetBox's, where the family joins them.
 *
 * Of ours each address is an item, so that it can come, go or be faulty without the others; those of one identifier in one subnet are
 * joined when Kea's configuration is printed, and parted when it is read. Pure. */
#ifndef NBK_RESERVATION_H
#define NBK_RESERVATION_H

#include "family.h"
#include "state.h"

struct json_object;

/* How many addresses a reservation of Kea's has. */
size_t nbk_reservation_count(struct json_object *reservation, const struct nbk_family *family);

/* Borrowed: the address at an index, or NULL. */
const char *nbk_reservation_address(struct json_object *reservation, const struct nbk_family *family, size_t index);

/* The NetBox id that the address at an index came from, or 0. */
int64_t nbk_reservation_mark(struct json_object *reservation, const struct nbk_family *family, size_t index);

/* Writes the address and its mark into a reservation, over those that it has. -1: out of memory. */
int nbk_reservation_set(struct json_object *reservation, const struct nbk_family *family, const char *address, int64_t id);

/* Reads a reservation's delegated prefixes into its item, which has none yet. -1: out of memory. */
int nbk_reservation_read_prefixes(struct nbk_item *item, struct json_object *reservation);

/* New: the texts of one reservation's items, at least one, in the order of their ids, joined: all addresses, prefixes and options; of an
 * option, and of every other key, the first value. NULL: out of memory. */
char *nbk_reservation_join(const struct nbk_item *const *items, size_t count, const struct nbk_family *family);

#endif
