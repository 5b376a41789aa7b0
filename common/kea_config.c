/* SPDX-License-Identifier: MPL-2.0 */
#include "kea_config.h"

#include "identifier.h"
#include "json.h"
#include "reservation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const marks[NBK_KINDS] = { "netbox_prefix_id", "netbox_ip_range_id", NULL, "netbox_prefix_id" };

int64_t
nbk_kea_config_mark(struct json_object *object, enum nbk_kind kind)
{
	return nbk_json_positive(nbk_json_member(object, "user-context"), marks[kind]);
}

const char *
nbk_kea_config_list(enum nbk_kind kind)
{
	static const char *const names[NBK_KINDS] = { NULL, "pools", "reservations", "pd-pools" };

	return names[kind];
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
identifier_of(struct json_object *reservation, const struct nbk_family *family)
{
	const char *const *name;
	char *text = NULL, *form;

	for (name = family->identifiers; *name != NULL; name++) {
		const char *value = nbk_json_string(reservation, *name);

		if (value == NULL)
			continue;
		form = nbk_identifier_text(*name, value);
		if (asprintf(&text, "%s %s", *name, form == NULL ? value : form) < 0)
			text = NULL;
		free(form);
		return text;
	}
	return NULL;
}

/* Reads what the collisions of a Kea object are judged by, of a reservation with the address at an index. False: it is not of Kea's
 * shape. */
static bool
read_place(struct json_object *object, struct nbk_item *item, const struct nbk_family *family, size_t index)
{
	const char *text;

	switch (item->kind) {
	case NBK_SUBNET:
		text = nbk_json_string(object, "subnet");
		item->kea_id = (uint32_t)nbk_json_positive(object, "id");
		if (text == NULL || !nbk_net_parse(text, &item->net))
			return false;
		nbk_net_mask(&item->net);
		item->range = nbk_net_range(&item->net);
		return true;
	case NBK_POOL:
		return pool_range(nbk_json_string(object, "pool"), &item->range);
	case NBK_PD_POOL:
		text = nbk_json_string(object, "prefix");
		if (text == NULL || !nbk_ip_parse(text, &item->net.address))
			return false;
		item->net.length = (uint8_t)nbk_json_positive(object, "prefix-len");
		item->range = nbk_net_range(&item->net);
		return true;
	case NBK_RESERVATION:
		text = nbk_reservation_address(object, family, index);
		if (text != NULL && nbk_ip_parse(text, &item->range.start))
			item->range.end = item->range.start;
		item->identifier = identifier_of(object, family);
		return item->identifier != NULL;
	}
	return false;
}

/* New: an object of Kea's as an item. *readable: out, whether it is of Kea's shape. NULL: out of memory. */
static struct nbk_item *
item_from(const struct nbk_kea_config *kea, struct json_object *object, enum nbk_kind kind, int64_t id, int64_t subnet, bool *readable)
{
	struct nbk_item *item = nbk_item_new(kind, id);
	const char *hostname = nbk_json_string(object, "hostname");

	if (item == NULL)
		return NULL;
	item->subnet = subnet;
	*readable = read_place(object, item, kea->family, 0);
	item->hostname = hostname == NULL ? NULL : strdup(hostname);
	item->text = nbk_json_text(object);
	if (item->text != NULL && (hostname == NULL || item->hostname != NULL) &&
	    (kind != NBK_RESERVATION || nbk_reservation_read_prefixes(item, object) == 0))
		return item;
	nbk_item_release(item);
	return NULL;
}

/* Takes the item. */
static int
put_foreign(struct nbk_kea_config *kea, struct nbk_item *item)
{
	struct nbk_item **all = item == NULL ? NULL : realloc(kea->foreign, (kea->foreign_count + 1) * sizeof(*all));

	if (all == NULL) {
		nbk_item_release(item);
		return -1;
	}
	kea->foreign = all;
	all[kea->foreign_count++] = item;
	/* A reservation without an identifier that we know collides with none of ours. */
	if (item->identifier == NULL && item->kind == NBK_RESERVATION)
		item->identifier = strdup("");
	return item->identifier == NULL && item->kind == NBK_RESERVATION ? -1 : 0;
}

static int
add_foreign(struct nbk_kea_config *kea, struct json_object *object, enum nbk_kind kind, int64_t id, int64_t subnet)
{
	size_t i, count = kind == NBK_RESERVATION ? nbk_reservation_count(object, kea->family) : 1;
	bool readable;

	if (put_foreign(kea, item_from(kea, object, kind, id, subnet, &readable)) < 0)
		return -1;
	/* Further addresses of a reservation are taken too: an item each, which has no text to be printed again. */
	for (i = 1; i < count; i++) {
		struct nbk_item *item = nbk_item_new(kind, id);

		if (item != NULL) {
			item->subnet = subnet;
			read_place(object, item, kea->family, i);
		}
		if (put_foreign(kea, item) < 0)
			return -1;
	}
	return 0;
}

static int
add_replaced(struct nbk_kea_config *kea, struct json_object *object, enum nbk_kind kind, struct json_object *parent)
{
	const char *name = kind == NBK_RESERVATION ? nbk_reservation_address(object, kea->family, 0) :
	                                             nbk_json_string(object, kind == NBK_SUBNET ? "subnet" : kind == NBK_POOL ? "pool" : "prefix");
	struct nbk_replaced *all = realloc(kea->replaced, (kea->replaced_count + 1) * sizeof(*all)), *replaced;
	int length;

	if (all == NULL)
		return -1;
	kea->replaced = all;
	replaced = memset(&all[kea->replaced_count], 0, sizeof(*all));
	if (kind == NBK_SUBNET) {
		replaced->kea_id = (uint32_t)nbk_json_positive(object, "id");
		if (name == NULL || !nbk_net_parse(name, &replaced->net))
			name = "?";
		length = asprintf(&replaced->text, "subnet %s (id %u)", name, replaced->kea_id);
	} else {
		length = asprintf(&replaced->text, "%s %s in subnet %s", nbk_kind_name(kind), name == NULL ? "without an address" : name,
		                  nbk_json_string(parent, "subnet"));
	}
	if (length < 0)
		return -1;
	kea->replaced_count++;
	return 0;
}

/* Keeps what carries our mark; what can't be read as ours is dropped, to be made anew from NetBox. */
static int
put_marked(struct nbk_kea_config *kea, struct json_object *object, enum nbk_kind kind, int64_t id, int64_t subnet)
{
	bool readable;
	struct nbk_item *item = item_from(kea, object, kind, id, subnet, &readable);
	int result = item == NULL ? -1 : readable ? nbk_state_put(&kea->marked, item) : 0;

	nbk_item_release(item);
	return result;
}

/* A reservation with marks: an item of each address. */
static int
put_marked_addresses(struct nbk_kea_config *kea, struct json_object *reservation, int64_t subnet)
{
	size_t i, count = nbk_reservation_count(reservation, kea->family);
	struct json_object *part = NULL;
	int result = 0;

	if (count == 1)
		return put_marked(kea, reservation, NBK_RESERVATION, nbk_reservation_mark(reservation, kea->family, 0), subnet);
	for (i = 0; i < count && result == 0; i++) {
		const char *address = nbk_reservation_address(reservation, kea->family, i);
		int64_t id = nbk_reservation_mark(reservation, kea->family, i);

		if (address == NULL || id == 0)
			continue;
		/* One copy for all: an item keeps nothing of it but its text. */
		if ((part == NULL && json_object_deep_copy(reservation, &part, NULL) < 0) || nbk_reservation_set(part, kea->family, address, id) < 0)
			result = -1;
		else
			result = put_marked(kea, part, NBK_RESERVATION, id, subnet);
	}
	json_object_put(part);
	return result;
}

/* The NetBox id of a pool, reservation or pd-pool, or 0. */
static int64_t
child_mark(const struct nbk_kea_config *kea, struct json_object *child, enum nbk_kind kind)
{
	return kind == NBK_RESERVATION ? nbk_reservation_mark(child, kea->family, 0) : nbk_kea_config_mark(child, kind);
}

/* How many a list has that may be absent. -1: it is no list, as in a file that is being edited. */
static int
count_of(struct json_object *list, size_t *count)
{
	*count = 0;
	if (list == NULL)
		return 0;
	if (!json_object_is_type(list, json_type_array))
		return -1;
	*count = json_object_array_length(list);
	return 0;
}

/* Pools, reservations or pd-pools of a subnet of ours. */
static int
read_children(struct nbk_kea_config *kea, struct json_object *subnet, int64_t id, enum nbk_kind kind)
{
	struct json_object *list = nbk_json_member(subnet, nbk_kea_config_list(kind));
	size_t i, count;

	if (count_of(list, &count) < 0)
		return -1;
	for (i = 0; i < count; i++) {
		struct json_object *child = json_object_array_get_idx(list, i);
		int64_t mark = child_mark(kea, child, kind);

		if (mark != 0) {
			if ((kind == NBK_RESERVATION ? put_marked_addresses(kea, child, id) : put_marked(kea, child, kind, mark, id)) < 0)
				return -1;
		} else if (kea->ownership == NBK_OWN_ALL) {
			if (add_replaced(kea, child, kind, subnet) < 0)
				return -1;
		} else if (add_foreign(kea, child, kind, NBK_ID_FOREIGN, id) < 0) {
			return -1;
		}
	}
	return 0;
}

static int
read_marked_subnet(struct nbk_kea_config *kea, struct json_object *subnet, int64_t id)
{
	struct json_object *lists[NBK_KINDS] = { NULL };
	int kind, result;

	for (kind = NBK_POOL; kind < kea->family->kinds; kind++)
		if (read_children(kea, subnet, id, kind) < 0)
			return -1;
	/* Its text is the subnet without the lists: they are taken out for the moment that it takes to print it. */
	for (kind = NBK_POOL; kind < kea->family->kinds; kind++) {
		lists[kind] = json_object_get(nbk_json_member(subnet, nbk_kea_config_list(kind)));
		json_object_object_del(subnet, nbk_kea_config_list(kind));
	}
	result = put_marked(kea, subnet, NBK_SUBNET, id, 0);
	for (kind = NBK_POOL; kind < kea->family->kinds; kind++)
		if (lists[kind] != NULL)
			json_object_object_add(subnet, nbk_kea_config_list(kind), lists[kind]);
	return result;
}

static int
read_subnet(struct nbk_kea_config *kea, struct json_object *subnet, bool shared)
{
	int64_t mark = nbk_kea_config_mark(subnet, NBK_SUBNET);

	if (mark != 0)
		return read_marked_subnet(kea, subnet, mark);
	if (!shared && kea->ownership == NBK_OWN_ALL)
		return add_replaced(kea, subnet, NBK_SUBNET, NULL);
	return add_foreign(kea, subnet, NBK_SUBNET, shared ? NBK_ID_SHARED : NBK_ID_FOREIGN, 0);
}

static int
read_subnets(struct nbk_kea_config *kea, struct json_object *list, bool shared)
{
	size_t i, count;

	if (count_of(list, &count) < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (read_subnet(kea, json_object_array_get_idx(list, i), shared) < 0)
			return -1;
	return 0;
}

static int
read_server(struct nbk_kea_config *kea, struct json_object *server)
{
	struct json_object *networks = nbk_json_member(server, "shared-networks");
	struct json_object *unique = nbk_json_member(server, "ip-reservations-unique");
	size_t i, count;

	kea->reservations_unique = unique == NULL || json_object_get_boolean(unique);
	if (count_of(networks, &count) < 0 || read_subnets(kea, nbk_json_member(server, kea->family->subnets), false) < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (read_subnets(kea, nbk_json_member(json_object_array_get_idx(networks, i), kea->family->subnets), true) < 0)
			return -1;
	return 0;
}

struct nbk_kea_config *
nbk_kea_config_new(const char *text, const struct nbk_family *family, enum nbk_ownership ownership, struct nbk_error *err)
{
	struct nbk_kea_config *kea = calloc(1, sizeof(*kea));
	struct json_object *server;

	if (kea == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	nbk_state_init(&kea->marked);
	kea->ownership = ownership;
	kea->family = family;
	kea->root = nbk_json_parse(text, strlen(text), true, "Kea's configuration", err);
	server = nbk_json_member(kea->root, kea->family->server);
	if (server != NULL && read_server(kea, server) == 0)
		return kea;
	nbk_error_set(err, NBK_ETEMP, "Kea's configuration can't be read: no %s in it, no list where one should be, or out of memory",
	              kea->family->server);
	nbk_kea_config_free(kea);
	return NULL;
}

void
nbk_kea_config_forget_replaced(struct nbk_kea_config *kea)
{
	size_t i;

	for (i = 0; i < kea->replaced_count; i++)
		free(kea->replaced[i].text);
	kea->replaced_count = 0;
}

void
nbk_kea_config_free(struct nbk_kea_config *kea)
{
	size_t i;

	if (kea == NULL)
		return;
	for (i = 0; i < kea->foreign_count; i++)
		nbk_item_release(kea->foreign[i]);
	nbk_kea_config_forget_replaced(kea);
	free(kea->foreign);
	free(kea->replaced);
	nbk_state_clear(&kea->marked);
	json_object_put(kea->root);
	free(kea);
}

bool
nbk_kea_config_shares(const struct nbk_kea_config *kea)
{
	struct json_object *networks = nbk_json_member(nbk_json_member(kea->root, kea->family->server), "shared-networks");

	return networks != NULL && json_object_array_length(networks) > 0;
}

bool
nbk_kea_config_knows_class(const struct nbk_kea_config *kea, const char *name)
{
	static const char *const own[] = { "ALL", "KNOWN", "UNKNOWN", "BOOTP", "DROP", "SKIP_DDNS" };
	static const char *const prefixes[] = { "VENDOR_CLASS_", "HA_", "AFTER_", "EXTERNAL_", "SPAWN_" };
	struct json_object *classes = nbk_json_member(nbk_json_member(kea->root, kea->family->server), "client-classes");
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
