/* SPDX-License-Identifier: MPL-2.0 */
#include "sync.h"

#include "json.h"

#include <stdlib.h>
#include <string.h>

#define IDS_A_REQUEST 100 /* a request line of NetBox's usual server holds 4,094 bytes */

#define MAC_PATH "dcim/mac-addresses"
#define MAC_FIELDS "id,mac_address,assigned_object_type,assigned_object_id"
#define PRIMARY_FIELDS "id,primary_mac_address"
#define INTERFACE_FIELDS "id,mac_address,primary_mac_address,mac_addresses"

static const struct {
	enum nbk_owner_type type;
	const char *path;
} interfaces[] = {
	{ NBK_OWNER_INTERFACE, "dcim/interfaces" },
	{ NBK_OWNER_VM_INTERFACE, "virtualization/interfaces" },
};

#define INTERFACES (sizeof(interfaces) / sizeof(interfaces[0]))

/* The lists of one reading, and what they fill. */
struct reading {
	struct nbk_netbox *netbox;
	struct nbk_model *model;
	struct nbk_list *lists;
	size_t count;
	char *fields[NBK_KINDS];
};

static int
put_prefix(void *model, struct json_object *row, struct nbk_error *err)
{
	return nbk_model_put(model, NBK_SUBNET, row, err);
}

static int
put_range(void *model, struct json_object *row, struct nbk_error *err)
{
	return nbk_model_put(model, NBK_POOL, row, err);
}

static int
put_address(void *model, struct json_object *row, struct nbk_error *err)
{
	return nbk_model_put(model, NBK_RESERVATION, row, err);
}

static int
put_delegated(void *model, struct json_object *row, struct nbk_error *err)
{
	return nbk_model_put(model, NBK_PD_POOL, row, err);
}

static int
put_mac(void *model, struct json_object *row, struct nbk_error *err)
{
	return nbk_model_put_mac(model, row, err);
}

static int
put_interface(void *model, struct json_object *row, struct nbk_error *err)
{
	return nbk_model_put_interface(model, NBK_OWNER_INTERFACE, row, err);
}

static int
put_vm_interface(void *model, struct json_object *row, struct nbk_error *err)
{
	return nbk_model_put_interface(model, NBK_OWNER_VM_INTERFACE, row, err);
}

typedef int (*row_function)(void *model, struct json_object *row, struct nbk_error *err);

static const row_function put_rows[NBK_KINDS] = { put_prefix, put_range, put_address, put_delegated };
static const row_function put_interfaces[INTERFACES] = { put_interface, put_vm_interface };

/* New: the fields that a row of a kind needs: its own, and those that map and filter look at. */
static char *
fields_of(const struct nbk_config *config, enum nbk_kind kind)
{
	static const char *const own[NBK_KINDS] = {
		"id,prefix,vrf",
		"id,start_address,end_address,vrf",
		"id,address,vrf,assigned_object_type,assigned_object_id,assigned_object",
		"id,prefix,vrf",
	};
	const struct nbk_map *map = &config->maps[kind];
	struct nbk_buf fields;
	size_t i;

	nbk_buf_init(&fields, 8192);
	nbk_buf_adds(&fields, own[kind]);
	for (i = 0; i < map->path_count; i++)
		nbk_filter_add_field(&fields, map->paths[i].names[0]);
	nbk_filter_add_fields(&config->filters[kind], &fields);
	return nbk_buf_take(&fields);
}

static int
reading_init(struct reading *reading, struct nbk_netbox *netbox, struct nbk_model *model, struct nbk_error *err)
{
	int kind;

	memset(reading, 0, sizeof(*reading));
	reading->netbox = netbox;
	reading->model = model;
	for (kind = 0; kind < model->config->family->kinds; kind++) {
		reading->fields[kind] = fields_of(model->config, kind);
		if (reading->fields[kind] == NULL)
			return nbk_error_nomem(err);
	}
	return 0;
}

static void
reading_drop_lists(struct reading *reading)
{
	size_t i;

	for (i = 0; i < reading->count; i++)
		nbk_list_clear(&reading->lists[i]);
	free(reading->lists);
	reading->lists = NULL;
	reading->count = 0;
}

static void
reading_clear(struct reading *reading)
{
	int kind;

	reading_drop_lists(reading);
	for (kind = 0; kind < NBK_KINDS; kind++)
		free(reading->fields[kind]);
}

/* Borrowed: a list more to read; NULL: out of memory. */
static struct nbk_list *
add_list(struct reading *reading, const char *path, const char *fields, row_function row)
{
	struct nbk_list *lists = realloc(reading->lists, (reading->count + 1) * sizeof(*lists));
	struct nbk_list *list;

	if (lists == NULL)
		return NULL;
	reading->lists = lists;
	list = &lists[reading->count++];
	memset(list, 0, sizeof(*list));
	list->path = path;
	list->fields = fields;
	list->row = row;
	list->context = reading->model;
	return list;
}

static struct nbk_list *
add_kind(struct reading *reading, enum nbk_kind kind)
{
	struct nbk_list *list = add_list(reading, nbk_kind_netbox_path(kind), reading->fields[kind], put_rows[kind]);

	if (list == NULL)
		return NULL;
	list->filter = &reading->model->config->filters[kind];
	list->by_family = true;
	list->lenient = kind == NBK_PD_POOL && !reading->model->config->pd_filter_given;
	return list;
}

/* "id=1&id=2…" of up to IDS_A_REQUEST ids from `start` on. */
static char *
ids_query(const struct nbk_table *ids, size_t start)
{
	struct nbk_buf query;
	size_t i;

	nbk_buf_init(&query, 8192);
	for (i = start; i < ids->count && i < start + IDS_A_REQUEST; i++)
		nbk_buf_addf(&query, "%sid=%lld", i == start ? "" : "&", (long long)*(int64_t *)ids->rows[i]);
	return nbk_buf_take(&query);
}

/* Adds the lists that ask for these ids. */
static int
add_ids(struct reading *reading, const struct nbk_table *ids, const char *path, const char *fields, row_function row, int kind)
{
	size_t start;

	for (start = 0; start < ids->count; start += IDS_A_REQUEST) {
		struct nbk_list *list = kind >= 0 ? add_kind(reading, kind) : add_list(reading, path, fields, row);

		if (list == NULL)
			return -1;
		list->query = ids_query(ids, start);
		if (list->query == NULL)
			return -1;
	}
	return 0;
}

static int
read_lists(struct reading *reading, struct nbk_error *err)
{
	int result = reading->count == 0 ? 0 : nbk_netbox_read(reading->netbox, reading->lists, reading->count, err);
	size_t i;

	/* What has no filter of the operator's can only be refused for a reason that is ours, or NetBox's. */
	for (i = 0; result == 0 && i < reading->count; i++)
		if (reading->lists[i].refused.code != NBK_OK && reading->lists[i].filter == NULL)
			result = nbk_error_set(err, NBK_ETEMP, "%s", reading->lists[i].refused.text);
	return result;
}

static int
add_all_lists(struct reading *reading)
{
	bool macs = nbk_netbox_since(reading->netbox, 4, 2);
	size_t i;
	int kind;

	for (kind = 0; kind < reading->model->config->family->kinds; kind++)
		if (add_kind(reading, kind) == NULL)
			return -1;
	if (macs)
		return add_list(reading, MAC_PATH, MAC_FIELDS, put_mac) == NULL ? -1 : 0;
	for (i = 0; i < INTERFACES; i++)
		if (add_list(reading, interfaces[i].path, "id,mac_address", put_interfaces[i]) == NULL)
			return -1;
	return 0;
}

/* Asks for the primary MAC of the interfaces that have addresses and several MACs. */
static int
read_primaries(struct reading *reading, struct nbk_error *err)
{
	const struct nbk_table *addresses = &reading->model->rows[NBK_RESERVATION];
	struct nbk_table ids[INTERFACES];
	int result = 0;
	size_t i, j;

	for (i = 0; i < INTERFACES; i++)
		nbk_table_init(&ids[i], free);
	for (i = 0; i < addresses->count && result == 0; i++) {
		const struct nbk_row *address = addresses->rows[i];

		for (j = 0; j < INTERFACES && result == 0; j++)
			if (address->owner.type == interfaces[j].type && nbk_model_wants_primary(reading->model, address->owner))
				result = nbk_table_add_id(&ids[j], address->owner.id);
	}
	reading_drop_lists(reading);
	for (j = 0; j < INTERFACES && result == 0; j++)
		result = add_ids(reading, &ids[j], interfaces[j].path, PRIMARY_FIELDS, put_interfaces[j], -1);
	if (result < 0)
		nbk_error_nomem(err);
	else
		result = read_lists(reading, err);
	for (i = 0; i < INTERFACES; i++)
		nbk_table_clear(&ids[i]);
	return result;
}

int
nbk_sync_load(struct nbk_netbox *netbox, struct nbk_model *model, struct nbk_error refused[NBK_KINDS], struct nbk_error *err)
{
	struct reading reading;
	int kind, result = reading_init(&reading, netbox, model, err);

	if (result == 0 && add_all_lists(&reading) < 0)
		result = nbk_error_nomem(err);
	if (result == 0)
		result = read_lists(&reading, err);
	for (kind = 0; kind < model->config->family->kinds && result == 0; kind++)
		refused[kind] = reading.lists[kind].refused;
	nbk_model_part_delegated(model);
	if (result == 0 && nbk_netbox_since(netbox, 4, 2))
		result = read_primaries(&reading, err);
	reading_clear(&reading);
	return result;
}

/* What a batch of hints asks NetBox about. */
struct wanted {
	struct nbk_table rows[NBK_KINDS];
	struct nbk_table macs;
	struct nbk_table owners[INTERFACES];
};

static void
wanted_init(struct wanted *wanted)
{
	size_t i;

	for (i = 0; i < NBK_KINDS; i++)
		nbk_table_init(&wanted->rows[i], free);
	nbk_table_init(&wanted->macs, free);
	for (i = 0; i < INTERFACES; i++)
		nbk_table_init(&wanted->owners[i], free);
}

static void
wanted_clear(struct wanted *wanted)
{
	size_t i;

	for (i = 0; i < NBK_KINDS; i++)
		nbk_table_clear(&wanted->rows[i]);
	nbk_table_clear(&wanted->macs);
	for (i = 0; i < INTERFACES; i++)
		nbk_table_clear(&wanted->owners[i]);
}

static int
want_owner(struct wanted *wanted, struct nbk_owner owner)
{
	size_t i;

	for (i = 0; i < INTERFACES; i++)
		if (owner.type == interfaces[i].type)
			return nbk_table_add_id(&wanted->owners[i], owner.id);
	return 0;
}

/* The addresses of an interface or, where `by_device`, of a device or virtual machine. */
static int
want_addresses(struct wanted *wanted, const struct nbk_model *model, struct nbk_owner owner, bool by_device)
{
	const struct nbk_table *addresses = &model->rows[NBK_RESERVATION];
	size_t i;

	for (i = 0; i < addresses->count; i++) {
		const struct nbk_row *address = addresses->rows[i];

		if (address->owner.type == owner.type && (by_device ? address->device : address->owner.id) == owner.id &&
		    nbk_table_add_id(&wanted->rows[NBK_RESERVATION], address->id) < 0)
			return -1;
	}
	return 0;
}

/* A MAC concerns the interface that had it, and, once it is read, the one that has it now. */
static int
want_mac(struct wanted *wanted, const struct nbk_model *model, int64_t id)
{
	const struct nbk_mac *mac = nbk_table_get(&model->macs, nbk_mac_key(id));

	if (mac != NULL && want_owner(wanted, mac->owner) < 0)
		return -1;
	return nbk_table_add_id(&wanted->macs, id);
}

static int
want(struct wanted *wanted, const struct nbk_model *model, struct nbk_hint hint)
{
	struct nbk_owner interface = { NBK_OWNER_INTERFACE, hint.id }, vm_interface = { NBK_OWNER_VM_INTERFACE, hint.id };

	switch (hint.type) {
	case NBK_HINT_PREFIX:
		if (model->config->family->kinds > NBK_PD_POOL && nbk_table_add_id(&wanted->rows[NBK_PD_POOL], hint.id) < 0)
			return -1;
		return nbk_table_add_id(&wanted->rows[NBK_SUBNET], hint.id);
	case NBK_HINT_RANGE:
		return nbk_table_add_id(&wanted->rows[NBK_POOL], hint.id);
	case NBK_HINT_ADDRESS:
		return nbk_table_add_id(&wanted->rows[NBK_RESERVATION], hint.id);
	case NBK_HINT_INTERFACE:
		return want_owner(wanted, interface) < 0 ? -1 : want_addresses(wanted, model, interface, false);
	case NBK_HINT_VM_INTERFACE:
		return want_owner(wanted, vm_interface) < 0 ? -1 : want_addresses(wanted, model, vm_interface, false);
	case NBK_HINT_DEVICE:
		return want_addresses(wanted, model, interface, true);
	case NBK_HINT_VM:
		return want_addresses(wanted, model, vm_interface, true);
	case NBK_HINT_MAC:
		return want_mac(wanted, model, hint.id);
	case NBK_HINT_FULL_SYNC:
		break;
	}
	return 0;
}

/* Reads rows and MACs into `fresh`. */
static int
read_wanted(struct nbk_netbox *netbox, struct nbk_model *fresh, const struct wanted *wanted, struct nbk_error refused[NBK_KINDS],
            struct nbk_error *err)
{
	struct reading reading;
	int kind, result = reading_init(&reading, netbox, fresh, err);
	size_t i;

	for (kind = 0; kind < NBK_KINDS && result == 0; kind++)
		result = add_ids(&reading, &wanted->rows[kind], NULL, NULL, NULL, kind) < 0 ? nbk_error_nomem(err) : 0;
	if (result == 0 && nbk_netbox_since(netbox, 4, 2) && add_ids(&reading, &wanted->macs, MAC_PATH, MAC_FIELDS, put_mac, -1) < 0)
		result = nbk_error_nomem(err);
	if (result == 0)
		result = read_lists(&reading, err);
	for (i = 0; result == 0 && i < reading.count; i++)
		for (kind = 0; kind < NBK_KINDS; kind++)
			if (reading.lists[i].refused.code != NBK_OK && reading.lists[i].row == put_rows[kind])
				refused[kind] = reading.lists[i].refused;
	reading_clear(&reading);
	return result;
}

/* The interfaces of all that was read concern it too: what MACs have they, and which is the primary? */
static int
want_fresh_owners(struct wanted *wanted, const struct nbk_model *fresh)
{
	size_t i;

	for (i = 0; i < fresh->rows[NBK_RESERVATION].count; i++)
		if (want_owner(wanted, ((const struct nbk_row *)fresh->rows[NBK_RESERVATION].rows[i])->owner) < 0)
			return -1;
	for (i = 0; i < fresh->macs.count; i++)
		if (want_owner(wanted, ((const struct nbk_mac *)fresh->macs.rows[i])->owner) < 0)
			return -1;
	return 0;
}

static int
read_owners(struct nbk_netbox *netbox, struct nbk_model *fresh, const struct wanted *wanted, struct nbk_error *err)
{
	struct reading reading;
	int result = reading_init(&reading, netbox, fresh, err);
	size_t i;

	for (i = 0; i < INTERFACES && result == 0; i++)
		if (add_ids(&reading, &wanted->owners[i], interfaces[i].path, INTERFACE_FIELDS, put_interfaces[i], -1) < 0)
			result = nbk_error_nomem(err);
	if (result == 0)
		result = read_lists(&reading, err);
	reading_clear(&reading);
	return result;
}

/* Moves a row from one table into another; where there is none, the other forgets its own. */
static int
move_row(struct nbk_table *to, struct nbk_table *from, int64_t key)
{
	void *row = nbk_table_take(from, key);

	if (row != NULL)
		return nbk_table_put(to, row);
	nbk_table_remove(to, key);
	return 0;
}

/* Forgets the MACs of all interfaces that were asked about. */
static int
drop_owners(struct nbk_model *model, const struct wanted *wanted)
{
	struct nbk_table keys;
	int result = 0;
	size_t i, j, k, count;

	nbk_table_init(&keys, free);
	for (j = 0; j < INTERFACES; j++)
		for (i = 0; i < wanted->owners[j].count && result == 0; i++) {
			struct nbk_owner owner = { interfaces[j].type, *(int64_t *)wanted->owners[j].rows[i] };
			struct nbk_mac *const *macs = nbk_model_macs(model, owner, &count);

			for (k = 0; k < count && result == 0; k++)
				result = nbk_table_add_id(&keys, macs[k]->key);
			nbk_table_remove(&model->primaries, nbk_owner_key(owner));
		}
	model->indexed = false;
	for (i = 0; i < keys.count; i++)
		nbk_table_remove(&model->macs, *(int64_t *)keys.rows[i]);
	nbk_table_clear(&keys);
	return result;
}

/* Moves all rows of a table into another. */
static int
move_all(struct nbk_table *to, struct nbk_table *from)
{
	while (from->count > 0)
		if (move_row(to, from, *(int64_t *)from->rows[from->count - 1]) < 0)
			return -1;
	return 0;
}

static int
merge(struct nbk_model *model, struct nbk_model *fresh, const struct wanted *wanted, const struct nbk_error refused[NBK_KINDS])
{
	size_t i;
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		for (i = 0; refused[kind].code == NBK_OK && i < wanted->rows[kind].count; i++)
			if (move_row(&model->rows[kind], &fresh->rows[kind], *(int64_t *)wanted->rows[kind].rows[i]) < 0)
				return -1;
	nbk_model_part_delegated(model);
	if (drop_owners(model, wanted) < 0)
		return -1;
	for (i = 0; i < wanted->macs.count; i++)
		nbk_table_remove(&model->macs, nbk_mac_key(*(int64_t *)wanted->macs.rows[i]));
	fresh->indexed = false;
	return move_all(&model->macs, &fresh->macs) < 0 ? -1 : move_all(&model->primaries, &fresh->primaries);
}

/* With a prefix, all that stands in it may change. */
static int
widen(struct nbk_scope *scope, const struct nbk_model *model, enum nbk_kind kind)
{
	struct nbk_parents *parents = nbk_parents_new(model);
	const struct nbk_table *rows = &model->rows[kind];
	int result = parents == NULL ? -1 : 0;
	size_t i;

	for (i = 0; result == 0 && i < rows->count; i++) {
		const struct nbk_row *row = rows->rows[i];
		const struct nbk_row *parent = row->fault != NULL ? NULL : nbk_parents_of(parents, row);

		if (parent != NULL && nbk_table_get(&scope->ids[NBK_SUBNET], parent->id) != NULL)
			result = nbk_scope_add(scope, kind, row->id);
	}
	nbk_parents_free(parents);
	return result;
}

static int
add_scope(struct nbk_scope *scope, const struct nbk_model *model, const struct wanted *wanted, const struct nbk_error refused[NBK_KINDS])
{
	const struct nbk_table *addresses = &model->rows[NBK_RESERVATION];
	size_t i, j;
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		for (i = 0; refused[kind].code == NBK_OK && i < wanted->rows[kind].count; i++)
			if (nbk_scope_add(scope, kind, *(int64_t *)wanted->rows[kind].rows[i]) < 0)
				return -1;
	for (i = 0; i < addresses->count; i++) {
		const struct nbk_row *address = addresses->rows[i];

		for (j = 0; j < INTERFACES; j++)
			if (address->owner.type == interfaces[j].type && nbk_table_get(&wanted->owners[j], address->owner.id) != NULL &&
			    nbk_scope_add(scope, NBK_RESERVATION, address->id) < 0)
				return -1;
	}
	for (kind = NBK_POOL; kind < NBK_KINDS; kind++)
		if (widen(scope, model, kind) < 0)
			return -1;
	return 0;
}

int
nbk_sync_refresh(struct nbk_netbox *netbox, struct nbk_model *model, const struct nbk_batch *batch, struct nbk_scope *scope,
                 struct nbk_error refused[NBK_KINDS], struct nbk_error *err)
{
	struct nbk_model fresh;
	struct wanted wanted;
	int result = 0;
	size_t i;

	nbk_model_init(&fresh, model->config);
	wanted_init(&wanted);
	for (i = 0; i < batch->count && result == 0; i++)
		if (want(&wanted, model, batch->hints[i]) < 0)
			result = nbk_error_nomem(err);
	if (result == 0)
		result = read_wanted(netbox, &fresh, &wanted, refused, err);
	if (result == 0 && want_fresh_owners(&wanted, &fresh) < 0)
		result = nbk_error_nomem(err);
	if (result == 0)
		result = read_owners(netbox, &fresh, &wanted, err);
	if (result == 0 && (merge(model, &fresh, &wanted, refused) < 0 || add_scope(scope, model, &wanted, refused) < 0))
		result = nbk_error_nomem(err);
	wanted_clear(&wanted);
	nbk_model_clear(&fresh);
	return result;
}
