/* SPDX-License-Identifier: MPL-2.0 */
#include "places.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int
compare_net(const void *a, const void *b)
{
	return nbk_net_compare(&((const struct nbk_item *)a)->net, &((const struct nbk_item *)b)->net);
}

static int
compare_kea_id(const void *a, const void *b)
{
	return nbk_table_compare_keys(((const struct nbk_item *)a)->kea_id, ((const struct nbk_item *)b)->kea_id);
}

static int
compare_range(const void *a, const void *b)
{
	const struct nbk_item *x = a, *y = b;

	return nbk_range_overlaps(&x->range, &y->range) ? 0 : nbk_ip_compare(&x->range.start, &y->range.start);
}

static int
compare_identifier(const void *a, const void *b)
{
	return nbk_item_compare_identifiers(a, b);
}

static int
compare_address(const void *a, const void *b)
{
	const struct nbk_item *x = a, *y = b;

	return x->subnet != y->subnet ? nbk_table_compare_keys(x->subnet, y->subnet) : nbk_ip_compare(&x->range.start, &y->range.start);
}

static int
compare_address_of_client(const void *a, const void *b)
{
	const struct nbk_item *x = a, *y = b;
	int order = compare_address(a, b);

	return order != 0 ? order : strcmp(x->identifier, y->identifier);
}

/* Where addresses need not be unique, within one reservation they are. */
static int (*address_order(const struct nbk_places *places))(const void *, const void *)
{
	return places->addresses_unique ? compare_address : compare_address_of_client;
}

static void
keep(void *item)
{
	(void)item;
}

/* Borrowed: the item in the tree that is equal, or NULL. */
static const struct nbk_item *
find(void *tree, const struct nbk_item *item, int (*compare)(const void *, const void *))
{
	void *const *node = tfind(item, &tree, compare);

	return node == NULL ? NULL : *node;
}

static int
insert(void **tree, const struct nbk_item *item, int (*compare)(const void *, const void *))
{
	return tsearch(item, tree, compare) == NULL ? -1 : 0;
}

void
nbk_places_init(struct nbk_places *places, bool addresses_unique, bool joins)
{
	memset(places, 0, sizeof(*places));
	places->addresses_unique = addresses_unique;
	places->joins = joins;
}

void
nbk_places_clear(struct nbk_places *places)
{
	size_t i;

	for (i = 0; i < places->prefix_count; i++)
		nbk_item_release(places->prefixes[i]);
	free(places->prefixes);
	tdestroy(places->by_net, keep);
	tdestroy(places->by_kea_id, keep);
	tdestroy(places->by_range, keep);
	tdestroy(places->by_delegated, keep);
	tdestroy(places->by_identifier, keep);
	tdestroy(places->by_address, keep);
	nbk_places_init(places, places->addresses_unique, places->joins);
}

const struct nbk_item *
nbk_places_joined(const struct nbk_places *places, const struct nbk_item *item)
{
	const struct nbk_item *other = find(places->by_identifier, item, compare_identifier);

	/* The operator's own are joined with none of ours. */
	return places->joins && other != NULL && (other->id > 0) == (item->id > 0) ? other : NULL;
}

/* Borrowed: what has one of the delegated prefixes already. Kea looks them up by their first address only, among the addresses. */
static const struct nbk_item *
prefix_taken(const struct nbk_places *places, const struct nbk_item *item)
{
	size_t i;

	for (i = 0; i < item->prefix_count; i++) {
		struct nbk_item wanted = { .subnet = item->subnet, .range.start = item->prefixes[i].address };
		const struct nbk_item *other = find(places->by_address, &wanted, compare_address);

		/* The parts of one reservation may name the same prefix. */
		if (other != NULL && (strcmp(other->identifier, item->identifier) != 0 || nbk_net_compare(&other->net, &item->prefixes[i]) != 0))
			return other;
	}
	return NULL;
}

static int
take_prefixes(struct nbk_places *places, const struct nbk_item *item)
{
	struct nbk_item **all = realloc(places->prefixes, (places->prefix_count + item->prefix_count + 1) * sizeof(*all));
	size_t i;

	if (all == NULL)
		return -1;
	places->prefixes = all;
	for (i = 0; i < item->prefix_count; i++) {
		struct nbk_item *prefix = nbk_item_new(NBK_RESERVATION, item->id);

		if (prefix == NULL)
			return -1;
		all[places->prefix_count++] = prefix;
		prefix->subnet = item->subnet;
		prefix->net = item->prefixes[i];
		prefix->range = nbk_net_range(&prefix->net);
		prefix->identifier = strdup(item->identifier);
		if (prefix->identifier == NULL || insert(&places->by_address, prefix, address_order(places)) < 0)
			return -1;
	}
	return 0;
}

const struct nbk_item *
nbk_places_taken(const struct nbk_places *places, const struct nbk_item *item, const char **how)
{
	const struct nbk_item *other = NULL;

	switch (item->kind) {
	case NBK_SUBNET:
		*how = "the same prefix is";
		other = find(places->by_net, item, compare_net);
		if (other != NULL)
			break;
		*how = "the same subnet id is that of";
		other = find(places->by_kea_id, item, compare_kea_id);
		break;
	case NBK_POOL:
	case NBK_PD_POOL:
		*how = "it overlaps";
		other = find(places->by_range, item, compare_range);
		if (other == NULL)
			other = find(places->by_delegated, item, compare_range);
		break;
	case NBK_RESERVATION:
		*how = "the same identifier is that of";
		if (nbk_places_joined(places, item) == NULL)
			other = find(places->by_identifier, item, compare_identifier);
		if (other != NULL || item->range.start.family == 0)
			break;
		*how = "the same address is that of";
		other = find(places->by_address, item, address_order(places));
		if (other != NULL || !places->addresses_unique || item->prefix_count == 0)
			break;
		*how = "the same delegated prefix is that of";
		other = prefix_taken(places, item);
		break;
	}
	return other;
}

int
nbk_places_take(struct nbk_places *places, const struct nbk_item *item)
{
	const struct nbk_item **first;

	switch (item->kind) {
	case NBK_SUBNET:
		if (insert(&places->by_net, item, compare_net) < 0)
			return -1;
		return insert(&places->by_kea_id, item, compare_kea_id);
	case NBK_POOL:
		return insert(&places->by_range, item, compare_range);
	case NBK_PD_POOL:
		return insert(&places->by_delegated, item, compare_range);
	case NBK_RESERVATION:
		first = tsearch(item, &places->by_identifier, compare_identifier);
		if (first == NULL)
			return -1;
		/* Of those that are joined the first with a host name gives it to all. */
		if ((*first)->hostname == NULL)
			*first = item;
		if (item->range.start.family != 0 && insert(&places->by_address, item, address_order(places)) < 0)
			return -1;
		return item->prefix_count == 0 ? 0 : take_prefixes(places, item);
	}
	return -1;
}

void
nbk_places_give_way(struct nbk_places *places, const struct nbk_item *item)
{
	const struct nbk_item *member = find(places->by_net, item, compare_net);

	if (member == NULL || member->id != NBK_ID_SHARED || member->kea_id != item->kea_id)
		return;
	tdelete(member, &places->by_net, compare_net);
	tdelete(member, &places->by_kea_id, compare_kea_id);
}
