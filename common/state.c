/* SPDX-License-Identifier: MPL-2.0 */
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct nbk_item *
nbk_item_new(enum nbk_kind kind, int64_t id)
{
	struct nbk_item *item = calloc(1, sizeof(*item));

	if (item == NULL)
		return NULL;
	item->id = id;
	item->kind = kind;
	item->references = 1;
	return item;
}

struct nbk_item *
nbk_item_hold(const struct nbk_item *item)
{
	struct nbk_item *held = (struct nbk_item *)item;

	held->references++;
	return held;
}

void
nbk_item_release(struct nbk_item *item)
{
	if (item == NULL || --item->references > 0)
		return;
	free(item->identifier);
	free(item->hostname);
	free(item->prefixes);
	free(item->text);
	free(item);
}

const char *
nbk_kind_name(enum nbk_kind kind)
{
	static const char *const names[] = { "subnet", "pool", "reservation", "pd-pool" };

	return names[kind];
}

const char *
nbk_kind_netbox_name(enum nbk_kind kind)
{
	static const char *const names[] = { "prefix", "ip-range", "ip-address", "prefix" };

	return names[kind];
}

const char *
nbk_kind_netbox_path(enum nbk_kind kind)
{
	static const char *const paths[] = { "ipam/prefixes", "ipam/ip-ranges", "ipam/ip-addresses", "ipam/prefixes" };

	return paths[kind];
}

void
nbk_item_describe(const struct nbk_item *item, char text[160])
{
	char start[NBK_NET_TEXT], end[NBK_IP_TEXT];

	switch (item->kind) {
	case NBK_SUBNET:
		snprintf(text, 160, "subnet %s", nbk_net_text(&item->net, start));
		break;
	case NBK_POOL:
		snprintf(text, 160, "pool %s-%s", nbk_ip_text(&item->range.start, start), nbk_ip_text(&item->range.end, end));
		break;
	case NBK_RESERVATION:
		snprintf(text, 160, "reservation %s (%s)", nbk_ip_text(&item->range.start, start), item->identifier);
		break;
	case NBK_PD_POOL:
		snprintf(text, 160, "pd-pool %s", nbk_net_text(&item->net, start));
		break;
	}
}

static void
release(void *item)
{
	nbk_item_release(item);
}

int
nbk_item_compare_identifiers(const struct nbk_item *a, const struct nbk_item *b)
{
	return a->subnet != b->subnet ? nbk_table_compare_keys(a->subnet, b->subnet) : strcmp(a->identifier, b->identifier);
}

void
nbk_state_init(struct nbk_state *state)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		nbk_table_init(&state->items[kind], release);
}

void
nbk_state_clear(struct nbk_state *state)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		nbk_table_clear(&state->items[kind]);
}

int
nbk_state_put(struct nbk_state *state, const struct nbk_item *item)
{
	return nbk_table_put(&state->items[item->kind], nbk_item_hold(item));
}

const struct nbk_item *
nbk_state_get(const struct nbk_state *state, enum nbk_kind kind, int64_t id)
{
	return nbk_table_get(&state->items[kind], id);
}

int
nbk_state_copy(struct nbk_state *state, const struct nbk_state *from)
{
	int kind;
	size_t i;

	if (state == from)
		return 0;
	nbk_state_clear(state);
	for (kind = 0; kind < NBK_KINDS; kind++)
		for (i = 0; i < from->items[kind].count; i++)
			if (nbk_state_put(state, from->items[kind].rows[i]) < 0) {
				nbk_state_clear(state);
				return -1;
			}
	return 0;
}
