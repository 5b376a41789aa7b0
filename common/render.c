/* SPDX-License-Identifier: MPL-2.0 */
#include "render.h"

#include "identifier.h"
#include "json.h"
#include "option_data.h"
#include "options.h"
#include "reservation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes both. The item, where its object was filled. */
static struct nbk_item *
made(struct nbk_item *item, struct json_object *object, int result)
{
	json_object_put(object);
	if (result == 0)
		return item;
	nbk_item_release(item);
	return NULL;
}

/* Puts what its options want beside them, and prints the object. */
static int
finish(struct nbk_item *item, struct json_object *object, const struct nbk_rules *rules, struct nbk_error *err)
{
	if (nbk_option_data_add_carriers(object, rules->kea, err) < 0)
		return -1;
	item->text = nbk_json_text(object);
	return item->text == NULL ? nbk_error_nomem(err) : 0;
}

/* Puts the object's mark and finishes it. */
static int
mark(struct nbk_item *item, struct json_object *object, const struct nbk_rules *rules, const char *name, struct nbk_error *err)
{
	struct json_object *context = nbk_json_member(object, "user-context");

	if (context == NULL) {
		context = json_object_new_object();
		json_object_object_add(object, "user-context", context);
	}
	if (context == NULL || json_object_object_add(context, name, json_object_new_int64(item->id)) < 0)
		return nbk_error_nomem(err);
	return finish(item, object, rules, err);
}

static int
put(struct json_object *object, const struct nbk_map_entry *entry, struct json_object *value, const struct nbk_rules *rules,
    struct nbk_error *err)
{
	if (entry->is_option)
		return nbk_option_data_add(object, entry, value, rules->kea, err);
	return nbk_options_put(object, entry, value, rules->config->family->number, err);
}

/* Puts every key of the map that has a value, but for one that is ours. */
static int
put_all(struct json_object *object, const struct nbk_map *map, const struct nbk_row *row, const struct nbk_rules *rules,
        const char *ours, struct nbk_error *err)
{
	size_t i;

	for (i = 0; i < map->count; i++) {
		struct json_object *value = nbk_map_first(map, &map->entries[i], row->values, NULL);

		if (ours != NULL && strcmp(map->entries[i].key, ours) == 0)
			continue;
		if (value != NULL && put(object, &map->entries[i], value, rules, err) < 0)
			return -1;
	}
	return 0;
}

/* Kea refuses a lifetime that the global bounds don't hold: where the map gives no bounds, the lifetime is its own. */
static void
bound_lifetime(struct json_object *subnet, const char *name)
{
	struct json_object *lifetime = nbk_json_member(subnet, name);
	char bound[2][40];
	int i;

	if (lifetime == NULL)
		return;
	snprintf(bound[0], sizeof(bound[0]), "min-%s", name);
	snprintf(bound[1], sizeof(bound[1]), "max-%s", name);
	for (i = 0; i < 2; i++)
		if (nbk_json_member(subnet, bound[i]) == NULL)
			json_object_object_add(subnet, bound[i], json_object_get(lifetime));
}

/* A client drops what is preferred for longer than it is valid (RFC 8415, 18.2.10.1), and Kea does not look. */
static int
fit_preferred(struct json_object *subnet, const struct nbk_kea_config *kea, struct nbk_error *err)
{
	struct json_object *server = nbk_json_member(kea->root, kea->family->server);
	int64_t valid = nbk_json_positive(subnet, "valid-lifetime"), preferred = nbk_json_positive(subnet, "preferred-lifetime");
	int64_t asked_for = 0;
	bool given = preferred != 0;

	if (!given)
		preferred = nbk_json_positive(server, "preferred-lifetime");
	/* A client may ask for up to this one, but for no valid one besides the prefix's. */
	if (!given && valid != 0)
		asked_for = nbk_json_positive(server, "max-preferred-lifetime");
	if (valid == 0)
		valid = nbk_json_positive(server, "valid-lifetime");
	if (preferred == 0 || valid == 0 || (preferred <= valid && asked_for <= valid))
		return 0;
	if (given)
		return nbk_error_set(err, NBK_EDATA, "preferred-lifetime: %lld is longer than the valid lifetime, %lld", (long long)preferred,
		                     (long long)valid);
	/* The global one: Kea's own share of its default valid lifetime is a half. */
	json_object_object_add(subnet, "preferred-lifetime", json_object_new_int64(preferred <= valid ? preferred : (valid + 1) / 2));
	return 0;
}

static int
fill_subnet(struct nbk_item *item, struct json_object *subnet, const struct nbk_rules *rules, const struct nbk_row *prefix,
            struct nbk_error *err)
{
	char net[NBK_NET_TEXT];
	int64_t id;

	json_object_object_add(subnet, "id", json_object_new_int64(prefix->id));
	json_object_object_add(subnet, "subnet", json_object_new_string(nbk_net_text(&prefix->net, net)));
	if (put_all(subnet, &rules->config->maps[NBK_SUBNET], prefix, rules, NULL, err) < 0)
		return -1;
	if (fit_preferred(subnet, rules->kea, err) < 0)
		return -1;
	bound_lifetime(subnet, "valid-lifetime");
	bound_lifetime(subnet, "preferred-lifetime");
	id = nbk_json_positive(subnet, "id");
	if (id < 1 || id >= UINT32_MAX)
		return nbk_error_set(err, NBK_EDATA, "its id is not one that Kea can hold (1 to 4294967294): map \"id\" to a custom field");
	item->kea_id = (uint32_t)id;
	item->net = prefix->net;
	item->range = prefix->range;
	return mark(item, subnet, rules, "netbox_prefix_id", err);
}

struct nbk_item *
nbk_render_subnet(const struct nbk_rules *rules, const struct nbk_row *prefix, struct nbk_error *err)
{
	struct nbk_item *item = nbk_item_new(NBK_SUBNET, prefix->id);
	struct json_object *subnet = json_object_new_object();
	int result = item == NULL || subnet == NULL ? nbk_error_nomem(err) : fill_subnet(item, subnet, rules, prefix, err);

	return made(item, subnet, result);
}

/* Whether a network's first address and its last are nobody's: its own, and that of all. Kea would give them out without a word. */
static bool
has_edges(const struct nbk_row *prefix, const struct nbk_family *family)
{
	return family->has_edges && prefix->net.length <= 30;
}

/* The range without the edges of its prefix. */
static struct nbk_range
usable_part(const struct nbk_row *range, const struct nbk_row *parent, const struct nbk_family *family)
{
	bool edges = has_edges(parent, family);
	struct nbk_range part = range->range;

	/* The last two bits are 00 and 11: nothing is carried. */
	if (edges && nbk_ip_compare(&part.start, &parent->range.start) == 0)
		part.start.bytes[3]++;
	if (edges && nbk_ip_compare(&part.end, &parent->range.end) == 0)
		part.end.bytes[3]--;
	return part;
}

static int
fill_pool(struct nbk_item *item, struct json_object *pool, const struct nbk_rules *rules, const struct nbk_row *range,
          const struct nbk_row *parent, struct nbk_error *err)
{
	char start[NBK_IP_TEXT], end[NBK_IP_TEXT], text[2 * NBK_IP_TEXT];

	item->subnet = parent->id;
	item->range = usable_part(range, parent, rules->config->family);
	if (nbk_ip_compare(&item->range.start, &item->range.end) > 0)
		return nbk_error_set(err, NBK_EDATA, "it is nothing but the network or broadcast address of its prefix");
	snprintf(text, sizeof(text), "%s-%s", nbk_ip_text(&item->range.start, start), nbk_ip_text(&item->range.end, end));
	json_object_object_add(pool, "pool", json_object_new_string(text));
	if (put_all(pool, &rules->config->maps[NBK_POOL], range, rules, NULL, err) < 0)
		return -1;
	return mark(item, pool, rules, "netbox_ip_range_id", err);
}

struct nbk_item *
nbk_render_pool(const struct nbk_rules *rules, const struct nbk_row *range, const struct nbk_row *parent, struct nbk_error *err)
{
	struct nbk_item *item = nbk_item_new(NBK_POOL, range->id);
	struct json_object *pool = json_object_new_object();
	int result = item == NULL || pool == NULL ? nbk_error_nomem(err) : fill_pool(item, pool, rules, range, parent, err);

	return made(item, pool, result);
}

static int
fill_pd_pool(struct nbk_item *item, struct json_object *pool, const struct nbk_rules *rules, const struct nbk_row *prefix,
             const struct nbk_row *parent, struct nbk_error *err)
{
	char address[NBK_IP_TEXT];
	int64_t length;

	item->subnet = parent->id;
	item->net = prefix->net;
	item->range = prefix->range;
	json_object_object_add(pool, "prefix", json_object_new_string(nbk_ip_text(&prefix->net.address, address)));
	json_object_object_add(pool, "prefix-len", json_object_new_int(prefix->net.length));
	if (put_all(pool, &rules->config->maps[NBK_PD_POOL], prefix, rules, "subnet", err) < 0)
		return -1;
	/* Kea 2.2 takes more than 128 in silence. */
	length = nbk_json_positive(pool, "delegated-len");
	if (length == 0)
		return nbk_error_set(err, NBK_EDATA, "delegated-len: NetBox gives no length of the prefixes to delegate");
	if (length < prefix->net.length || length > 128)
		return nbk_error_set(err, NBK_EDATA, "delegated-len: %lld is not from %u, the prefix's own, to 128", (long long)length,
		                     prefix->net.length);
	return mark(item, pool, rules, "netbox_prefix_id", err);
}

struct nbk_item *
nbk_render_pd_pool(const struct nbk_rules *rules, const struct nbk_row *prefix, const struct nbk_row *parent, struct nbk_error *err)
{
	struct nbk_item *item = nbk_item_new(NBK_PD_POOL, prefix->id);
	struct json_object *pool = json_object_new_object();
	int result = item == NULL || pool == NULL ? nbk_error_nomem(err) : fill_pd_pool(item, pool, rules, prefix, parent, err);

	return made(item, pool, result);
}

/* The entry of a reservation's map is an identifier's. */
static bool
is_identifier(const struct nbk_map_entry *entry, const struct nbk_family *family)
{
	const char *const *name;

	for (name = family->identifiers; *name != NULL; name++)
		if (strcmp(entry->key, *name) == 0)
			return true;
	return false;
}

/* New: the identifier in Kea's form. */
static char *
identifier_text(const char *key, struct json_object *value, const struct nbk_family *family, struct nbk_error *err)
{
	bool duid = family->whole_duids && strcmp(key, "duid") == 0;
	struct nbk_buf text;
	char *form;

	nbk_buf_init(&text, 1024);
	nbk_options_text(&text, value);
	form = duid ? nbk_identifier_duid(nbk_buf_text(&text)) : nbk_identifier_text(key, nbk_buf_text(&text));
	if (form == NULL)
		nbk_error_set(err, NBK_EDATA, "%s: \"%.64s\" is not %s", key, nbk_buf_text(&text),
		              duid                              ? "a DUID: up to 128 bytes, two hex digits each" :
		              strcmp(key, "hw-address") == 0 ? "a MAC address" :
		                                               "hex digits, nor a text in single quotes");
	nbk_buf_clear(&text);
	return form;
}

/* Puts the first identifier that has a value: Kea takes only one. 0: *item has it, 1: there is none. */
static int
put_identifier(struct nbk_item *item, struct json_object *reservation, const struct nbk_config *config, const struct nbk_row *address,
               struct json_object *mac, struct nbk_error *err)
{
	const struct nbk_map *map = &config->maps[NBK_RESERVATION];
	size_t i;

	for (i = 0; i < map->count; i++) {
		struct json_object *value;
		char *text;

		if (!is_identifier(&map->entries[i], config->family))
			continue;
		value = nbk_map_first(map, &map->entries[i], address->values, mac);
		if (value == NULL)
			continue;
		text = identifier_text(map->entries[i].key, value, config->family, err);
		if (text == NULL)
			return -1;
		json_object_object_add(reservation, map->entries[i].key, json_object_new_string(text));
		if (asprintf(&item->identifier, "%s %s", map->entries[i].key, text) < 0) {
			item->identifier = NULL;
			free(text);
			return nbk_error_nomem(err);
		}
		free(text);
		return 0;
	}
	return 1;
}

/* New: a name of the address, "host-10-0-0-5" or "host-2001-db8-0-0-0-0-0-5", where there is no other. */
static char *
hostname_of(const struct nbk_ip *ip)
{
	struct nbk_buf name;
	size_t i;

	nbk_buf_init(&name, 64);
	nbk_buf_adds(&name, "host");
	for (i = 0; ip->family == 4 && i < 4; i++)
		nbk_buf_addf(&name, "-%u", ip->bytes[i]);
	for (i = 0; ip->family == 6 && i < 16; i += 2)
		nbk_buf_addf(&name, "-%x", ip->bytes[i] << 8 | ip->bytes[i + 1]);
	return nbk_buf_take(&name);
}

static int
put_hostname(struct nbk_item *item, struct json_object *reservation, struct json_object *value, char **renamed, struct nbk_error *err)
{
	struct nbk_buf given;
	int result = 0;

	nbk_buf_init(&given, 4096);
	nbk_options_text(&given, value);
	item->hostname = nbk_options_hostname(nbk_buf_text(&given));
	if (item->hostname != NULL && item->hostname[0] == '\0') {
		free(item->hostname);
		item->hostname = hostname_of(&item->range.start);
	}
	if (item->hostname == NULL)
		result = nbk_error_nomem(err);
	else if (strcmp(item->hostname, nbk_buf_text(&given)) != 0)
		*renamed = nbk_buf_take(&given);
	if (result == 0)
		json_object_object_add(reservation, "hostname", json_object_new_string(item->hostname));
	nbk_buf_clear(&given);
	return result;
}

static int
put_rest(struct nbk_item *item, struct json_object *reservation, const struct nbk_rules *rules, const struct nbk_row *address,
         struct json_object *mac, char **renamed, struct nbk_error *err)
{
	const struct nbk_map *map = &rules->config->maps[NBK_RESERVATION];
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct nbk_map_entry *entry = &map->entries[i];
		struct json_object *value = is_identifier(entry, rules->config->family) ? NULL : nbk_map_first(map, entry, address->values, mac);
		int result;

		if (value == NULL)
			continue;
		if (strcmp(entry->key, "hostname") == 0)
			result = put_hostname(item, reservation, value, renamed, err);
		else
			result = put(reservation, entry, value, rules, err);
		if (result < 0)
			return -1;
	}
	return 0;
}

static int
check_address(const struct nbk_row *address, const struct nbk_row *parent, const struct nbk_family *family, struct nbk_error *err)
{
	if (!has_edges(parent, family))
		return 0;
	if (nbk_ip_compare(&address->range.start, &parent->range.start) == 0)
		return nbk_error_set(err, NBK_EDATA, "it is the network address of its prefix");
	if (nbk_ip_compare(&address->range.start, &parent->range.end) == 0)
		return nbk_error_set(err, NBK_EDATA, "it is the broadcast address of its prefix");
	return 0;
}

static int
fill_reservation(struct nbk_item *item, struct json_object *reservation, const struct nbk_rules *rules,
                 const struct nbk_row *address, const struct nbk_row *parent, struct nbk_model *model, char **renamed,
                 struct nbk_error *err)
{
	struct nbk_error several = { NBK_OK, "" };
	const char *text = nbk_model_mac(model, address->owner, &several);
	struct json_object *mac = text == NULL ? NULL : json_object_new_string(text);
	char ip[NBK_IP_TEXT];
	int result;

	item->subnet = parent->id;
	item->range = address->range;
	result = put_identifier(item, reservation, rules->config, address, mac, err);
	if (result == 1 && several.code != NBK_OK)
		result = nbk_error_set(err, several.code, "%s", several.text);
	if (result == 0)
		result = check_address(address, parent, rules->config->family, err);
	if (result == 0)
		result = put_rest(item, reservation, rules, address, mac, renamed, err);
	if (result == 0 && (nbk_reservation_set(reservation, rules->config->family, nbk_ip_text(&address->range.start, ip), item->id) < 0 ||
	                    nbk_reservation_read_prefixes(item, reservation) < 0))
		result = nbk_error_nomem(err);
	if (result == 0)
		result = finish(item, reservation, rules, err);
	json_object_put(mac);
	return result;
}

struct nbk_item *
nbk_render_reservation(const struct nbk_rules *rules, const struct nbk_row *address, const struct nbk_row *parent,
                       struct nbk_model *model, char **renamed, struct nbk_error *err)
{
	struct nbk_item *item = nbk_item_new(NBK_RESERVATION, address->id);
	struct json_object *reservation = json_object_new_object();
	int result;

	*renamed = NULL;
	result = item == NULL || reservation == NULL ?
	             nbk_error_nomem(err) :
	             fill_reservation(item, reservation, rules, address, parent, model, renamed, err);
	if (result != 0) {
		free(*renamed);
		*renamed = NULL;
	}
	return made(item, reservation, result);
}
