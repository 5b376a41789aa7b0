/* SPDX-License-Identifier: MPL-2.0 */
#include "model.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
row_free(void *pointer)
{
	struct nbk_row *row = pointer;

	if (row == NULL)
		return;
	nbk_map_values_free(row->values, row->value_count);
	free(row->fault);
	free(row);
}

static void
mac_free(void *pointer)
{
	struct nbk_mac *mac = pointer;

	free(mac->text);
	free(mac);
}

static void
primary_free(void *pointer)
{
	struct nbk_primary *primary = pointer;

	free(primary->text);
	free(primary);
}

void
nbk_model_init(struct nbk_model *model, const struct nbk_config *config)
{
	int kind;

	memset(model, 0, sizeof(*model));
	model->config = config;
	for (kind = 0; kind < NBK_KINDS; kind++)
		nbk_table_init(&model->rows[kind], row_free);
	nbk_table_init(&model->macs, mac_free);
	nbk_table_init(&model->primaries, primary_free);
}

void
nbk_model_clear(struct nbk_model *model)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		nbk_table_clear(&model->rows[kind]);
	nbk_table_clear(&model->macs);
	nbk_table_clear(&model->primaries);
	free(model->by_owner);
	model->by_owner = NULL;
	model->indexed = false;
}

/* The shape of an object that NetBox sent is not NetBox's. */
static int
not_netbox(const char *what, struct nbk_error *err)
{
	return nbk_error_set(err, NBK_ETEMP, "not an answer of NetBox's: an object without %s", what);
}

/* A text that is no address is the fault of this one object. */
static int
read_net(struct nbk_row *row, struct json_object *json, const char *name, struct nbk_net *net, struct nbk_error *err)
{
	const char *text = nbk_json_string(json, name);

	if (text == NULL)
		return not_netbox(name, err);
	if (!nbk_net_parse(text, net) && row->fault == NULL && asprintf(&row->fault, "\"%.64s\" is no %s", text, name) < 0) {
		row->fault = NULL;
		return nbk_error_nomem(err);
	}
	return 0;
}

static int
read_prefix(struct nbk_row *row, struct json_object *json, struct nbk_error *err)
{
	if (read_net(row, json, "prefix", &row->net, err) < 0)
		return -1;
	/* NetBox keeps host bits out of prefixes, but a direct database write need not. */
	nbk_net_mask(&row->net);
	row->range = nbk_net_range(&row->net);
	return 0;
}

static int
read_range(struct nbk_row *row, struct json_object *json, struct nbk_error *err)
{
	struct nbk_net end = { 0 };

	if (read_net(row, json, "start_address", &row->net, err) < 0 || read_net(row, json, "end_address", &end, err) < 0)
		return -1;
	row->range.start = row->net.address;
	row->range.end = end.address;
	return 0;
}

static void
read_owner(struct nbk_owner *owner, struct json_object *json)
{
	const char *type = nbk_json_string(json, "assigned_object_type");

	owner->id = nbk_json_positive(json, "assigned_object_id");
	owner->type = NBK_OWNER_NONE;
	if (type == NULL || owner->id == 0)
		return;
	if (strcmp(type, "dcim.interface") == 0)
		owner->type = NBK_OWNER_INTERFACE;
	else if (strcmp(type, "virtualization.vminterface") == 0)
		owner->type = NBK_OWNER_VM_INTERFACE;
}

static int
read_address(struct nbk_row *row, struct json_object *json, struct nbk_error *err)
{
	struct json_object *assigned = nbk_json_member(json, "assigned_object");

	if (read_net(row, json, "address", &row->net, err) < 0)
		return -1;
	row->range.start = row->range.end = row->net.address;
	read_owner(&row->owner, json);
	row->device = nbk_json_positive(nbk_json_member(assigned, row->owner.type == NBK_OWNER_INTERFACE ? "device" : "virtual_machine"), "id");
	return 0;
}

static int
row_read(struct nbk_row *row, enum nbk_kind kind, struct json_object *json, struct nbk_error *err)
{
	row->id = nbk_json_positive(json, "id");
	if (row->id == 0)
		return not_netbox("id", err);
	row->vrf = nbk_json_positive(nbk_json_member(json, "vrf"), "id");
	switch (kind) {
	case NBK_SUBNET:
	case NBK_PD_POOL:
		return read_prefix(row, json, err);
	case NBK_POOL:
		return read_range(row, json, err);
	case NBK_RESERVATION:
		return read_address(row, json, err);
	}
	return -1;
}

/* The id that a value names a prefix by: a prefix object, a number or digits. -1: none. */
static int64_t
prefix_id(struct json_object *value)
{
	const char *text = json_object_get_string(value);
	char *end = "";
	int64_t id;

	if (json_object_is_type(value, json_type_object))
		id = nbk_json_string(value, "prefix") == NULL ? 0 : nbk_json_positive(value, "id");
	else if (json_object_is_type(value, json_type_boolean))
		id = 0;
	else
		id = strtoll(text, &end, 10);
	/* A custom field of type decimal: "7.0". */
	if (*end == '.')
		end += 1 + strspn(end + 1, "0");
	return id > 0 && *end == '\0' ? id : -1;
}

static int
read_subnet(struct nbk_row *row, const struct nbk_map *map, struct nbk_error *err)
{
	const struct nbk_map_entry *entry = nbk_map_find(map, "subnet");
	struct json_object *value = entry == NULL ? NULL : nbk_map_first(map, entry, row->values, NULL);

	if (value == NULL || row->fault != NULL)
		return 0;
	row->subnet = prefix_id(value);
	if (row->subnet > 0)
		return 0;
	if (asprintf(&row->fault, "subnet: \"%.64s\" is neither a prefix nor the id of one", json_object_get_string(value)) >= 0)
		return 0;
	row->fault = NULL;
	return nbk_error_nomem(err);
}

int
nbk_model_put(struct nbk_model *model, enum nbk_kind kind, struct json_object *json, struct nbk_error *err)
{
	const struct nbk_map *map = &model->config->maps[kind];
	struct nbk_row *row = calloc(1, sizeof(*row));

	if (row == NULL)
		return nbk_error_nomem(err);
	if (row_read(row, kind, json, err) < 0) {
		row_free(row);
		return -1;
	}
	if (row->fault == NULL && row->net.address.family != model->config->family->number) {
		nbk_table_remove(&model->rows[kind], row->id);
		row_free(row);
		return 0;
	}
	row->values = nbk_map_extract(map, json);
	row->value_count = map->path_count;
	if (row->values == NULL) {
		row_free(row);
		return nbk_error_nomem(err);
	}
	if (kind == NBK_PD_POOL && read_subnet(row, map, err) < 0) {
		row_free(row);
		return -1;
	}
	return nbk_table_put(&model->rows[kind], row) < 0 ? nbk_error_nomem(err) : 0;
}

void
nbk_model_part_delegated(struct nbk_model *model)
{
	const struct nbk_table *rows = &model->rows[NBK_PD_POOL];
	size_t i;

	for (i = 0; i < rows->count; i++)
		nbk_table_remove(&model->rows[NBK_SUBNET], *(int64_t *)rows->rows[i]);
}

/* Keys of one table for MAC objects and, before 4.2, both kinds of interfaces. */
int64_t
nbk_mac_key(int64_t id)
{
	return id * 4;
}

int64_t
nbk_owner_key(struct nbk_owner owner)
{
	return owner.id * 4 + (int64_t)owner.type;
}

static int
mac_put(struct nbk_model *model, int64_t key, struct nbk_owner owner, const char *text, struct nbk_error *err)
{
	struct nbk_mac *mac = calloc(1, sizeof(*mac));

	model->indexed = false;
	if (mac == NULL || (mac->text = strdup(text)) == NULL) {
		free(mac);
		return nbk_error_nomem(err);
	}
	mac->key = key;
	mac->owner = owner;
	return nbk_table_put(&model->macs, mac) < 0 ? nbk_error_nomem(err) : 0;
}

int
nbk_model_put_mac(struct nbk_model *model, struct json_object *json, struct nbk_error *err)
{
	int64_t id = nbk_json_positive(json, "id");
	const char *text = nbk_json_string(json, "mac_address");
	struct nbk_owner owner;

	if (id == 0 || text == NULL)
		return not_netbox(id == 0 ? "id" : "mac_address", err);
	read_owner(&owner, json);
	if (owner.type != NBK_OWNER_NONE)
		return mac_put(model, nbk_mac_key(id), owner, text, err);
	model->indexed = false;
	nbk_table_remove(&model->macs, nbk_mac_key(id));
	return 0;
}

static int
primary_put(struct nbk_model *model, struct nbk_owner owner, const char *text, struct nbk_error *err)
{
	struct nbk_primary *primary = calloc(1, sizeof(*primary));

	if (primary == NULL)
		return nbk_error_nomem(err);
	primary->key = nbk_owner_key(owner);
	primary->text = text == NULL ? NULL : strdup(text);
	if (text != NULL && primary->text == NULL) {
		free(primary);
		return nbk_error_nomem(err);
	}
	return nbk_table_put(&model->primaries, primary) < 0 ? nbk_error_nomem(err) : 0;
}

/* The list of MAC objects that an interface's row carries from 4.2 on. */
static int
put_listed_macs(struct nbk_model *model, struct nbk_owner owner, struct json_object *list, struct nbk_error *err)
{
	size_t i;

	nbk_model_drop_owner(model, owner);
	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *entry = json_object_array_get_idx(list, i);
		const char *text = nbk_json_string(entry, "mac_address");
		int64_t id = nbk_json_positive(entry, "id");

		if (id == 0 || text == NULL)
			return not_netbox(id == 0 ? "id" : "mac_address", err);
		if (mac_put(model, nbk_mac_key(id), owner, text, err) < 0)
			return -1;
	}
	return 0;
}

int
nbk_model_put_interface(struct nbk_model *model, enum nbk_owner_type type, struct json_object *json, struct nbk_error *err)
{
	struct nbk_owner owner = { type, nbk_json_positive(json, "id") };
	struct json_object *list = nbk_json_member(json, "mac_addresses"), *primary;

	if (owner.id == 0)
		return not_netbox("id", err);
	if (json_object_is_type(list, json_type_array) && put_listed_macs(model, owner, list, err) < 0)
		return -1;
	if (json_object_object_get_ex(json, "primary_mac_address", &primary))
		return primary_put(model, owner, nbk_json_string(primary, "mac_address"), err);
	/* Before 4.2: the interface and its MAC are one row. */
	model->indexed = false;
	nbk_table_remove(&model->macs, nbk_owner_key(owner));
	if (nbk_json_string(json, "mac_address") == NULL)
		return 0;
	return mac_put(model, nbk_owner_key(owner), owner, nbk_json_string(json, "mac_address"), err);
}

void
nbk_model_drop_owner(struct nbk_model *model, struct nbk_owner owner)
{
	size_t count, i;
	struct nbk_mac *const *macs = nbk_model_macs(model, owner, &count);

	for (i = 0; i < count; i++)
		nbk_table_remove(&model->macs, macs[i]->key);
	nbk_table_remove(&model->primaries, nbk_owner_key(owner));
	model->indexed = count == 0 && model->indexed;
}

static int
compare_owners(const void *a, const void *b)
{
	const struct nbk_mac *x = *(struct nbk_mac *const *)a, *y = *(struct nbk_mac *const *)b;
	int64_t left = nbk_owner_key(x->owner), right = nbk_owner_key(y->owner);

	return left != right ? nbk_table_compare_keys(left, right) : nbk_table_compare_keys(x->key, y->key);
}

static bool
index_macs(struct nbk_model *model)
{
	struct nbk_mac **index;

	if (model->indexed)
		return true;
	index = realloc(model->by_owner, (model->macs.count + 1) * sizeof(*index));
	if (index == NULL)
		return false;
	if (model->macs.count > 0)
		memcpy(index, model->macs.rows, model->macs.count * sizeof(*index));
	qsort(index, model->macs.count, sizeof(*index), compare_owners);
	model->by_owner = index;
	model->indexed = true;
	return true;
}

struct nbk_mac *const *
nbk_model_macs(struct nbk_model *model, struct nbk_owner owner, size_t *count)
{
	int64_t key = nbk_owner_key(owner);
	size_t low = 0, high = model->macs.count;

	*count = 0;
	if (owner.type == NBK_OWNER_NONE || !index_macs(model))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (nbk_owner_key(model->by_owner[middle]->owner) < key)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + *count < model->macs.count && nbk_owner_key(model->by_owner[low + *count]->owner) == key)
		++*count;
	return model->by_owner + low;
}

/* Whether the MACs differ in more than their ids. */
static bool
differ(struct nbk_mac *const *macs, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++)
		if (strcmp(macs[0]->text, macs[i]->text) != 0)
			return true;
	return false;
}

const char *
nbk_model_mac(struct nbk_model *model, struct nbk_owner owner, struct nbk_error *err)
{
	size_t count;
	struct nbk_mac *const *macs = nbk_model_macs(model, owner, &count);
	const struct nbk_primary *primary;

	if (count == 0)
		return NULL;
	primary = nbk_table_get(&model->primaries, nbk_owner_key(owner));
	if (primary != NULL && primary->text != NULL)
		return primary->text;
	if (!differ(macs, count))
		return macs[0]->text;
	nbk_error_set(err, NBK_EDATA, "its interface has %zu MAC addresses and none is the primary one: choose one in NetBox", count);
	return NULL;
}

bool
nbk_model_wants_primary(struct nbk_model *model, struct nbk_owner owner)
{
	size_t count;
	struct nbk_mac *const *macs = nbk_model_macs(model, owner, &count);

	return count > 1 && differ(macs, count) && nbk_table_get(&model->primaries, nbk_owner_key(owner)) == NULL;
}
