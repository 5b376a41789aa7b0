/* SPDX-License-Identifier: MPL-2.0 */
#include "kea_config.h"

#include "json.h"
#include "options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const marks[NBK_KINDS] = { "netbox_prefix_id", "netbox_ip_range_id", "netbox_ip_address_id" };
static const char *const identifiers[] = { "hw-address", "client-id", "duid", "circuit-id", "flex-id" };

/* The NetBox id that an object of Kea's carries, or 0. */
static int64_t
mark_of(struct json_object *object, enum nbk_kind kind)
{
	return nbk_json_id(nbk_json_member(object, "user-context"), marks[kind]);
}

/* "10.0.0.1 - 10.0.0.9", "10.0.0.1-10.0.0.9" or "10.0.0.0/28". */
static bool
pool_range(const char *text, struct nbk_range *range)
{
	char part[2][NBK_IP_TEXT];
	struct nbk_net net;

	if (text == NULL)
		return false;
	if (sscanf(text, " %45[0-9a-fA-F.:] - %45[0-9a-fA-F.:]", part[0], part[1]) == 2)
		return nbk_ip_parse(part[0], &range->start) && nbk_ip_parse(part[1], &range->end);
	if (!nbk_net_parse(text, &net))
		return false;
	*range = nbk_net_range(&net);
	return true;
}

/* New: "hw-address 02:00:00:00:00:01" of a reservation, in the form that ours have. NULL: it has none. */
static char *
identifier_of(struct json_object *reservation)
{
	char *text = NULL, *form;
	size_t i;

	for (i = 0; i < sizeof(identifiers) / sizeof(identifiers[0]); i++) {
		const char *value = nbk_json_string(reservation, identifiers[i]);

		if (value == NULL)
			continue;
		form = nbk_options_identifier(identifiers[i], value);
		if (asprintf(&text, "%s %s", identifiers[i], form == NULL ? value : form) < 0)
			text = NULL;
		free(form);
		return text;
	}
	return NULL;
}

/* Reads what the collisions of a Kea object are judged by. False: it is not of Kea's shape. */
static bool
read_place(struct json_object *object, struct nbk_foreign *place)
{
	const char *text;

	switch (place->kind) {
	case NBK_SUBNET:
		text = nbk_json_string(object, "subnet");
		place->kea_id = (uint32_t)nbk_json_id(object, "id");
		if (text == NULL || !nbk_net_parse(text, &place->net))
			return false;
		nbk_net_mask(&place->net);
		place->range = nbk_net_range(&place->net);
		return true;
	case NBK_POOL:
		return pool_range(nbk_json_string(object, "pool"), &place->range);
	case NBK_RESERVATION:
		text = nbk_json_string(object, "ip-address");
		place->identifier = identifier_of(object);
		if (text != NULL && nbk_ip_parse(text, &place->range.start))
			place->range.end = place->range.start;
		return place->identifier != NULL;
	}
	return false;
}

static int
add_foreign(struct nbk_kea_config *kea, const struct nbk_foreign *foreign)
{
	struct nbk_foreign *all = realloc(kea->foreign, (kea->foreign_count + 1) * sizeof(*all));

	if (all == NULL)
		return -1;
	kea->foreign = all;
	all[kea->foreign_count++] = *foreign;
	return 0;
}

static int
add_replaced(struct nbk_kea_config *kea, struct json_object *object, enum nbk_kind kind, struct json_object *parent)
{
	const char *name = nbk_json_string(object, kind == NBK_SUBNET ? "subnet" : kind == NBK_POOL ? "pool" : "ip-address");
	char **all = realloc(kea->replaced, (kea->replaced_count + 1) * sizeof(*all));
	int length;

	if (all == NULL)
		return -1;
	kea->replaced = all;
	if (kind == NBK_SUBNET)
		length = asprintf(&all[kea->replaced_count], "subnet %s (id %lld)", name == NULL ? "?" : name,
		                  (long long)nbk_json_id(object, "id"));
	else
		length = asprintf(&all[kea->replaced_count], "%s %s in subnet %s", nbk_kind_name(kind),
		                  name == NULL ? "without an address" : name, nbk_json_string(parent, "subnet"));
	if (length < 0)
		return -1;
	kea->replaced_count++;
	return 0;
}

/* Keeps what carries our mark; what can't be read as ours is dropped, to be made anew from NetBox. */
static int
put_marked(struct nbk_kea_config *kea, struct json_object *object, enum nbk_kind kind, int64_t id, int64_t subnet)
{
	struct nbk_foreign place = { .kind = kind };
	struct nbk_item *item;
	int result;

	if (!read_place(object, &place)) {
		free(place.identifier);
		return 0;
	}
	item = nbk_item_new(kind, id);
	if (item == NULL) {
		free(place.identifier);
		return -1;
	}
	item->subnet = subnet;
	item->kea_id = place.kea_id;
	item->net = place.net;
	item->range = place.range;
	item->identifier = place.identifier;
	if (nbk_json_string(object, "hostname") != NULL)
		item->hostname = strdup(nbk_json_string(object, "hostname"));
	item->text = nbk_json_text(object);
	result = item->text == NULL ? -1 : nbk_state_put(&kea->marked, item);
	nbk_item_release(item);
	return result;
}

/* Pools or reservations of a subnet of ours. */
static int
read_children(struct nbk_kea_config *kea, struct json_object *subnet, int64_t id, enum nbk_kind kind)
{
	struct json_object *list = nbk_json_member(subnet, kind == NBK_POOL ? "pools" : "reservations");
	size_t i;

	for (i = 0; list != NULL && i < json_object_array_length(list); i++) {
		struct json_object *child = json_object_array_get_idx(list, i);
		struct nbk_foreign foreign = { .kind = kind, .subnet = id };
		int64_t mark = mark_of(child, kind);

		if (mark != 0) {
			if (put_marked(kea, child, kind, mark, id) < 0)
				return -1;
		} else if (kea->ownership == NBK_OWN_ALL) {
			if (add_replaced(kea, child, kind, subnet) < 0)
				return -1;
		} else {
			read_place(child, &foreign);
			foreign.text = nbk_json_text(child);
			if (foreign.text == NULL || add_foreign(kea, &foreign) < 0)
				return -1;
		}
	}
	return 0;
}

static int
read_marked_subnet(struct nbk_kea_config *kea, struct json_object *subnet, int64_t id)
{
	struct json_object *pools, *reservations;
	int result = -1;

	if (read_children(kea, subnet, id, NBK_POOL) < 0 || read_children(kea, subnet, id, NBK_RESERVATION) < 0)
		return -1;
	/* Its text is the subnet without the two lists: they are taken out for the moment that it takes to print it. */
	pools = json_object_get(nbk_json_member(subnet, "pools"));
	reservations = json_object_get(nbk_json_member(subnet, "reservations"));
	json_object_object_del(subnet, "pools");
	json_object_object_del(subnet, "reservations");
	result = put_marked(kea, subnet, NBK_SUBNET, id, 0);
	if (pools != NULL)
		json_object_object_add(subnet, "pools", pools);
	if (reservations != NULL)
		json_object_object_add(subnet, "reservations", reservations);
	return result;
}

static int
read_subnet(struct nbk_kea_config *kea, struct json_object *subnet, bool shared)
{
	struct nbk_foreign foreign = { .kind = NBK_SUBNET, .shared = shared };
	int64_t mark = mark_of(subnet, NBK_SUBNET);

	if (mark != 0)
		return read_marked_subnet(kea, subnet, mark);
	if (!shared && kea->ownership == NBK_OWN_ALL)
		return add_replaced(kea, subnet, NBK_SUBNET, NULL);
	return read_place(subnet, &foreign) ? add_foreign(kea, &foreign) : -1;
}

static int
read_subnets(struct nbk_kea_config *kea, struct json_object *list, bool shared)
{
	size_t i;

	for (i = 0; list != NULL && i < json_object_array_length(list); i++)
		if (read_subnet(kea, json_object_array_get_idx(list, i), shared) < 0)
			return -1;
	return 0;
}

static int
read_server(struct nbk_kea_config *kea, struct json_object *server)
{
	struct json_object *networks = nbk_json_member(server, "shared-networks");
	struct json_object *unique = nbk_json_member(server, "ip-reservations-unique");
	size_t i;

	kea->reservations_unique = unique == NULL || json_object_get_boolean(unique);
	if (read_subnets(kea, nbk_json_member(server, kea->subnets), false) < 0)
		return -1;
	for (i = 0; networks != NULL && i < json_object_array_length(networks); i++)
		if (read_subnets(kea, nbk_json_member(json_object_array_get_idx(networks, i), kea->subnets), true) < 0)
			return -1;
	return 0;
}

struct nbk_kea_config *
nbk_kea_config_new(const char *text, uint8_t family, enum nbk_ownership ownership, struct nbk_error *err)
{
	struct nbk_kea_config *kea = calloc(1, sizeof(*kea));
	struct json_object *server;

	if (kea == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	nbk_state_init(&kea->marked);
	kea->ownership = ownership;
	kea->server = family == 4 ? "Dhcp4" : "Dhcp6";
	kea->subnets = family == 4 ? "subnet4" : "subnet6";
	kea->root = nbk_json_parse(text, strlen(text), "Kea's configuration", err);
	server = nbk_json_member(kea->root, kea->server);
	if (server != NULL && read_server(kea, server) == 0)
		return kea;
	nbk_error_set(err, NBK_ETEMP, "Kea's configuration can't be read: no %s in it, or out of memory", kea->server);
	nbk_kea_config_free(kea);
	return NULL;
}

void
nbk_kea_config_free(struct nbk_kea_config *kea)
{
	size_t i;

	if (kea == NULL)
		return;
	for (i = 0; i < kea->foreign_count; i++) {
		free(kea->foreign[i].identifier);
		free(kea->foreign[i].text);
	}
	for (i = 0; i < kea->replaced_count; i++)
		free(kea->replaced[i]);
	free(kea->foreign);
	free(kea->replaced);
	nbk_state_clear(&kea->marked);
	json_object_put(kea->root);
	free(kea);
}

/* Pools or reservations in the order of their subnets. */
struct children {
	const struct nbk_item **items;
	size_t count;
};

static int
compare_children(const void *a, const void *b)
{
	const struct nbk_item *x = *(const struct nbk_item *const *)a, *y = *(const struct nbk_item *const *)b;

	if (x->subnet != y->subnet)
		return x->subnet < y->subnet ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static bool
children_init(struct children *children, const struct nbk_table *table)
{
	children->count = table->count;
	children->items = malloc((table->count + 1) * sizeof(*children->items));
	if (children->items == NULL)
		return false;
	if (table->count > 0)
		memcpy(children->items, table->rows, table->count * sizeof(*children->items));
	qsort(children->items, children->count, sizeof(*children->items), compare_children);
	return true;
}

static size_t
children_of(const struct children *children, int64_t subnet)
{
	size_t low = 0, high = children->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (children->items[middle]->subnet < subnet)
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

static void
add_children(struct printer *printer, const struct nbk_item *subnet, enum nbk_kind kind)
{
	const struct children *children = &printer->children[kind];
	const struct nbk_kea_config *kea = printer->kea;
	const char *comma = "";
	size_t i;

	nbk_buf_addf(&printer->out, ",\"%s\":[", kind == NBK_POOL ? "pools" : "reservations");
	for (i = 0; i < kea->foreign_count; i++) {
		if (kea->foreign[i].kind != kind || kea->foreign[i].subnet != subnet->id)
			continue;
		nbk_buf_addf(&printer->out, "%s%s", comma, kea->foreign[i].text);
		comma = ",";
	}
	for (i = children_of(children, subnet->id); i < children->count && children->items[i]->subnet == subnet->id; i++) {
		nbk_buf_adds(&printer->out, comma);
		nbk_buf_adds(&printer->out, children->items[i]->text);
		comma = ",";
	}
	nbk_buf_adds(&printer->out, "]");
}

static void
add_item(struct printer *printer, const struct nbk_item *subnet, const char **comma)
{
	nbk_buf_addf(&printer->out, "%s\n", *comma);
	nbk_buf_add(&printer->out, subnet->text, strlen(subnet->text) - 1);
	add_children(printer, subnet, NBK_POOL);
	add_children(printer, subnet, NBK_RESERVATION);
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
	struct nbk_foreign place = { .kind = NBK_SUBNET };
	int64_t mark = mark_of(member, NBK_SUBNET);
	const struct nbk_table *subnets = &printer->state->items[NBK_SUBNET];
	size_t i;

	if (mark != 0)
		return nbk_state_get(printer->state, NBK_SUBNET, mark);
	if (!read_place(member, &place))
		return NULL;
	for (i = 0; i < subnets->count; i++) {
		const struct nbk_item *subnet = subnets->rows[i];

		if (subnet->kea_id == place.kea_id && nbk_net_compare(&subnet->net, &place.net) == 0)
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
		else if (mark_of(member, NBK_SUBNET) == 0)
			add_json(printer, member, &comma);
	}
}

/* Finds the subnets of the state that stand in shared networks. */
static bool
find_members(struct printer *printer)
{
	struct json_object *server = nbk_json_member(printer->kea->root, printer->kea->server);
	struct json_object *networks = nbk_json_member(server, "shared-networks");
	size_t i, j;

	for (i = 0; networks != NULL && i < json_object_array_length(networks); i++) {
		struct json_object *list = nbk_json_member(json_object_array_get_idx(networks, i), printer->kea->subnets);

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
		if (mark_of(json_object_array_get_idx(list, i), NBK_SUBNET) == 0)
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
		if (strcmp(key, printer->kea->subnets) == 0) {
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

		if (strcmp(key, printer->kea->subnets) == 0)
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
	nbk_buf_addf(&printer->out, "\"%s\":[", printer->kea->subnets);
	add_subnets(printer, nbk_json_member(server, printer->kea->subnets));
	nbk_buf_adds(&printer->out, "]");
}

char *
nbk_kea_config_with(const struct nbk_kea_config *kea, const struct nbk_state *state)
{
	struct printer printer = { .kea = kea, .state = state };
	char *text = NULL;

	nbk_buf_init(&printer.out, NBK_BUF_UNBOUND);
	nbk_state_init(&printer.members);
	if (find_members(&printer) && children_init(&printer.children[NBK_POOL], &state->items[NBK_POOL]) &&
	    children_init(&printer.children[NBK_RESERVATION], &state->items[NBK_RESERVATION])) {
		nbk_buf_addf(&printer.out, "{\"%s\":{\n", kea->server);
		add_server(&printer, nbk_json_member(kea->root, kea->server));
		nbk_buf_adds(&printer.out, "}}");
		text = nbk_buf_take(&printer.out);
	}
	free(printer.children[NBK_POOL].items);
	free(printer.children[NBK_RESERVATION].items);
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
	nbk_buf_addf(&out, ",\"pools\":[%s]}", pool == NULL ? "" : pool->text);
	return nbk_buf_take(&out);
}

bool
nbk_kea_config_shares(const struct nbk_kea_config *kea)
{
	struct json_object *networks = nbk_json_member(nbk_json_member(kea->root, kea->server), "shared-networks");

	return networks != NULL && json_object_array_length(networks) > 0;
}

bool
nbk_kea_config_knows_class(const struct nbk_kea_config *kea, const char *name)
{
	static const char *const own[] = { "ALL", "KNOWN", "UNKNOWN", "BOOTP", "DROP", "SKIP_DDNS" };
	static const char *const prefixes[] = { "VENDOR_CLASS_", "HA_", "AFTER_", "EXTERNAL_", "SPAWN_" };
	struct json_object *classes = nbk_json_member(nbk_json_member(kea->root, kea->server), "client-classes");
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(own[i], name) == 0)
			return true;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(prefixes[i], name, strlen(prefixes[i])) == 0)
			return true;
	for (i = 0; classes != NULL && i < json_object_array_length(classes); i++) {
		const char *defined = nbk_json_string(json_object_array_get_idx(classes, i), "name");

		if (defined != NULL && strcmp(defined, name) == 0)
			return true;
	}
	return false;
}
