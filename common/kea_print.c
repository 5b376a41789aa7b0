/* SPDX-License-Identifier: MPL-2.0 */
#include "kea_config.h"

#include "json.h"
#include "reservation.h"

#include <stdlib.h>
#include <string.h>

/* A pool, a pd-pool, a reservation or one of its parts. */
struct child {
	const struct nbk_item *item;
	int64_t first; /* the lowest id of those that are printed as one */
};

/* Pools, reservations or pd-pools in the order of their subnets. */
struct children {
	struct child *all;
	size_t count;
};

static int
compare_children(const void *a, const void *b)
{
	const struct child *x = a, *y = b;

	if (x->item->subnet != y->item->subnet)
		return nbk_table_compare_keys(x->item->subnet, y->item->subnet);
	return x->first != y->first ? nbk_table_compare_keys(x->first, y->first) : nbk_table_compare_keys(x->item->id, y->item->id);
}

static int
compare_identifiers(const void *a, const void *b)
{
	const struct child *x = a, *y = b;
	int order = nbk_item_compare_identifiers(x->item, y->item);

	return order != 0 ? order : nbk_table_compare_keys(x->item->id, y->item->id);
}

/* Those of one identifier in one subnet are printed as one. */
static void
find_parts(struct children *children)
{
	size_t i;

	qsort(children->all, children->count, sizeof(*children->all), compare_identifiers);
	for (i = 1; i < children->count; i++) {
		struct child *child = &children->all[i];

		if (nbk_item_compare_identifiers(child[-1].item, child->item) == 0)
			child->first = child[-1].first;
	}
}

static bool
children_init(struct children *children, const struct nbk_table *table, bool joins)
{
	size_t i;

	children->count = table->count;
	children->all = malloc((table->count + 1) * sizeof(*children->all));
	if (children->all == NULL)
		return false;
	for (i = 0; i < table->count; i++)
		children->all[i] = (struct child){ table->rows[i], ((const struct nbk_item *)table->rows[i])->id };
	if (joins)
		find_parts(children);
	qsort(children->all, children->count, sizeof(*children->all), compare_children);
	return true;
}

static size_t
children_of(const struct children *children, int64_t subnet)
{
	size_t low = 0, high = children->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (children->all[middle].item->subnet < subnet)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One configuration being printed. */
struct printer {
	const struct nbk_kea_config *kea;
	const struct nbk_state *state;
	struct children children[NBK_KINDS];
	struct nbk_state members; /* subnets of the state that stand in shared networks */
	struct nbk_buf out;
};

/* Appends the children that are printed as one, from an index on. Returns how many they are. */
static size_t
add_child(struct printer *printer, const struct children *children, size_t start)
{
	const struct child *first = &children->all[start];
	const struct nbk_item **parts;
	size_t i, count = 1;
	char *text;

	while (start + count < children->count && first[count].first == first->first && first[count].item->subnet == first->item->subnet)
		count++;
	if (count == 1) {
		nbk_buf_adds(&printer->out, first->item->text);
		return 1;
	}
	parts = calloc(count, sizeof(*parts));
	for (i = 0; parts != NULL && i < count; i++)
		parts[i] = first[i].item;
	text = parts == NULL ? NULL : nbk_reservation_join(parts, count, printer->kea->family);
	if (text == NULL)
		printer->out.failed = true;
	else
		nbk_buf_adds(&printer->out, text);
	free(text);
	free(parts);
	return count;
}

static void
add_children(struct printer *printer, const struct nbk_item *subnet, enum nbk_kind kind)
{
	const struct children *children = &printer->children[kind];
	const struct nbk_kea_config *kea = printer->kea;
	const char *comma = "";
	size_t i;

	nbk_buf_addf(&printer->out, ",\"%s\":[", nbk_kea_config_list(kind));
	for (i = 0; i < kea->foreign_count; i++) {
		if (kea->foreign[i]->kind != kind || kea->foreign[i]->subnet != subnet->id || kea->foreign[i]->text == NULL)
			continue;
		nbk_buf_addf(&printer->out, "%s%s", comma, kea->foreign[i]->text);
		comma = ",";
	}
	for (i = children_of(children, subnet->id); i < children->count && children->all[i].item->subnet == subnet->id;) {
		nbk_buf_adds(&printer->out, comma);
		i += add_child(printer, children, i);
		comma = ",";
	}
	nbk_buf_adds(&printer->out, "]");
}

static void
add_item(struct printer *printer, const struct nbk_item *subnet, const char **comma)
{
	int kind;

	nbk_buf_addf(&printer->out, "%s\n", *comma);
	nbk_buf_add(&printer->out, subnet->text, strlen(subnet->text) - 1);
	for (kind = NBK_POOL; kind < printer->kea->family->kinds; kind++)
		add_children(printer, subnet, kind);
	nbk_buf_adds(&printer->out, "}");
	*comma = ",";
}

static void
add_json(struct printer *printer, struct json_object *value, const char **comma)
{
	nbk_buf_addf(&printer->out, "%s\n", *comma);
	nbk_buf_adds(&printer->out,
	             json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	*comma = ",";
}

/* Borrowed: the subnet of the state that stands where `member` of a shared network stands, or NULL. */
static const struct nbk_item *
in_place_of(const struct printer *printer, struct json_object *member)
{
	const struct nbk_table *subnets = &printer->state->items[NBK_SUBNET];
	const char *text = nbk_json_string(member, "subnet");
	int64_t id = nbk_json_positive(member, "id");
	struct nbk_net net;
	size_t i;

	if (nbk_kea_config_mark(member, NBK_SUBNET) != 0)
		return nbk_state_get(printer->state, NBK_SUBNET, nbk_kea_config_mark(member, NBK_SUBNET));
	if (text == NULL || !nbk_net_parse(text, &net))
		return NULL;
	nbk_net_mask(&net);
	for (i = 0; i < subnets->count; i++) {
		const struct nbk_item *subnet = subnets->rows[i];

		if (subnet->kea_id == id && nbk_net_compare(&subnet->net, &net) == 0)
			return subnet;
	}
	return NULL;
}

static void
add_members(struct printer *printer, struct json_object *list)
{
	const char *comma = "";
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *member = json_object_array_get_idx(list, i);
		const struct nbk_item *ours = in_place_of(printer, member);

		if (ours != NULL)
			add_item(printer, ours, &comma);
		else if (nbk_kea_config_mark(member, NBK_SUBNET) == 0)
			add_json(printer, member, &comma);
	}
}

/* Finds the subnets of the state that stand in shared networks. */
static bool
find_members(struct printer *printer)
{
	struct json_object *server = nbk_json_member(printer->kea->root, printer->kea->family->server);
	struct json_object *networks = nbk_json_member(server, "shared-networks");
	size_t i, j;

	for (i = 0; networks != NULL && i < json_object_array_length(networks); i++) {
		struct json_object *list = nbk_json_member(json_object_array_get_idx(networks, i), printer->kea->family->subnets);

		for (j = 0; list != NULL && j < json_object_array_length(list); j++) {
			const struct nbk_item *ours = in_place_of(printer, json_object_array_get_idx(list, j));

			if (ours != NULL && nbk_state_put(&printer->members, ours) < 0)
				return false;
		}
	}
	return true;
}

static void
add_subnets(struct printer *printer, struct json_object *list)
{
	const struct nbk_table *subnets = &printer->state->items[NBK_SUBNET];
	const char *comma = "";
	size_t i;

	for (i = 0; printer->kea->ownership == NBK_OWN_MARKED && list != NULL && i < json_object_array_length(list); i++)
		if (nbk_kea_config_mark(json_object_array_get_idx(list, i), NBK_SUBNET) == 0)
			add_json(printer, json_object_array_get_idx(list, i), &comma);
	for (i = 0; i < subnets->count; i++)
		if (nbk_table_get(&printer->members.items[NBK_SUBNET], ((struct nbk_item *)subnets->rows[i])->id) == NULL)
			add_item(printer, subnets->rows[i], &comma);
}

static void
add_network(struct printer *printer, struct json_object *network)
{
	const char *comma = "";

	nbk_buf_adds(&printer->out, "{");
	json_object_object_foreach(network, key, value) {
		nbk_buf_adds(&printer->out, comma);
		nbk_buf_add_json(&printer->out, key);
		comma = "";
		if (strcmp(key, printer->kea->family->subnets) == 0) {
			nbk_buf_adds(&printer->out, ":[");
			add_members(printer, value);
			nbk_buf_adds(&printer->out, "]");
		} else {
			nbk_buf_adds(&printer->out, ":");
			add_json(printer, value, &comma);
		}
		comma = ",";
	}
	nbk_buf_adds(&printer->out, "}");
}

static void
add_networks(struct printer *printer, struct json_object *networks)
{
	size_t i;

	for (i = 0; i < json_object_array_length(networks); i++) {
		nbk_buf_adds(&printer->out, i == 0 ? "\n" : ",\n");
		add_network(printer, json_object_array_get_idx(networks, i));
	}
}

static void
add_server(struct printer *printer, struct json_object *server)
{
	json_object_object_foreach(server, key, value) {
		const char *comma = "";

		if (strcmp(key, printer->kea->family->subnets) == 0)
			continue;
		nbk_buf_add_json(&printer->out, key);
		nbk_buf_adds(&printer->out, ":");
		if (strcmp(key, "shared-networks") == 0) {
			nbk_buf_adds(&printer->out, "[");
			add_networks(printer, value);
			nbk_buf_adds(&printer->out, "]");
		} else {
			add_json(printer, value, &comma);
		}
		nbk_buf_adds(&printer->out, ",\n");
	}
	nbk_buf_addf(&printer->out, "\"%s\":[", printer->kea->family->subnets);
	add_subnets(printer, nbk_json_member(server, printer->kea->family->subnets));
	nbk_buf_adds(&printer->out, "]");
}

char *
nbk_kea_config_with(const struct nbk_kea_config *kea, const struct nbk_state *state)
{
	struct printer printer = { .kea = kea, .state = state };
	bool good;
	char *text = NULL;
	int kind;

	nbk_buf_init(&printer.out, NBK_BUF_UNBOUND);
	nbk_state_init(&printer.members);
	good = find_members(&printer);
	for (kind = NBK_POOL; good && kind < NBK_KINDS; kind++)
		good = children_init(&printer.children[kind], &state->items[kind], kind == NBK_RESERVATION && kea->family->joins);
	if (good) {
		nbk_buf_addf(&printer.out, "{\"%s\":{\n", kea->family->server);
		add_server(&printer, nbk_json_member(kea->root, kea->family->server));
		nbk_buf_adds(&printer.out, "}}");
		text = nbk_buf_take(&printer.out);
	}
	for (kind = NBK_POOL; kind < NBK_KINDS; kind++)
		free(printer.children[kind].all);
	nbk_buf_clear(&printer.out);
	nbk_state_clear(&printer.members);
	return text;
}

char *
nbk_kea_config_subnet_text(const struct nbk_item *subnet, const struct nbk_item *pool)
{
	struct nbk_buf out;

	nbk_buf_init(&out, NBK_BUF_UNBOUND);
	nbk_buf_add(&out, subnet->text, strlen(subnet->text) - 1);
	nbk_buf_addf(&out, ",\"%s\":[%s]}", nbk_kea_config_list(pool == NULL ? NBK_POOL : pool->kind), pool == NULL ? "" : pool->text);
	return nbk_buf_take(&out);
}
