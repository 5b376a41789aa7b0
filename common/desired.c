/* SPDX-License-Identifier: MPL-2.0 */
#include "desired.h"

#include "json.h"
#include "render.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands for NetBox's id on an item of the operator's. */
#define ID_FOREIGN (-1)
#define ID_SHARED (-2) /* a subnet in a shared network, where ours of the same id and prefix takes its place */

/* One making of a desired state. The trees hold items of the new state, or of the operator's own; what is equal in one, collides. */
struct build {
	const struct nbk_sources *from;
	struct nbk_desired *desired;
	struct nbk_parents *parents;
	void *by_net, *by_kea_id;         /* subnets */
	void *by_range;                   /* pools: those that overlap are equal */
	void *by_identifier, *by_address; /* reservations, within their subnets */
	struct nbk_item **foreign;        /* the operator's, in the form of items */
	struct nbk_error *err;
};

static int
compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_net(const void *a, const void *b)
{
	return nbk_net_compare(&((const struct nbk_item *)a)->net, &((const struct nbk_item *)b)->net);
}

static int
compare_kea_id(const void *a, const void *b)
{
	return compare_numbers(((const struct nbk_item *)a)->kea_id, ((const struct nbk_item *)b)->kea_id);
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
	const struct nbk_item *x = a, *y = b;

	return x->subnet != y->subnet ? compare_numbers(x->subnet, y->subnet) : strcmp(x->identifier, y->identifier);
}

static int
compare_address(const void *a, const void *b)
{
	const struct nbk_item *x = a, *y = b;

	return x->subnet != y->subnet ? compare_numbers(x->subnet, y->subnet) : nbk_ip_compare(&x->range.start, &y->range.start);
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
insert(struct build *build, void **tree, const struct nbk_item *item, int (*compare)(const void *, const void *))
{
	return tsearch(item, tree, compare) == NULL ? nbk_error_nomem(build->err) : 0;
}

/* "ip-address 10.0.0.5/24 (NetBox id 45, https://netbox/ipam/ip-addresses/45/)" */
static char *
object_text(const struct build *build, enum nbk_kind kind, const struct nbk_row *row)
{
	static const char *const paths[NBK_KINDS] = { "prefixes", "ip-ranges", "ip-addresses" };
	char place[2 * NBK_NET_TEXT] = "", start[NBK_NET_TEXT], end[NBK_IP_TEXT];
	char *text;

	if (row->fault == NULL && kind == NBK_POOL)
		snprintf(place, sizeof(place), "%s-%s ", nbk_ip_text(&row->range.start, start), nbk_ip_text(&row->range.end, end));
	else if (row->fault == NULL)
		snprintf(place, sizeof(place), "%s ", nbk_net_text(&row->net, start));
	if (asprintf(&text, "%s %s(NetBox id %lld, %s/ipam/%s/%lld/)", nbk_kind_netbox_name(kind), place, (long long)row->id,
	             build->from->config->netbox_url, paths[kind], (long long)row->id) < 0)
		return NULL;
	return text;
}

static int
leave_out(struct build *build, enum nbk_kind kind, const struct nbk_row *row, const char *reason)
{
	struct nbk_desired *desired = build->desired;
	struct nbk_left_out *all = realloc(desired->left_out, (desired->left_out_count + 1) * sizeof(*all));
	struct nbk_left_out *left;

	if (all == NULL)
		return nbk_error_nomem(build->err);
	desired->left_out = all;
	left = &all[desired->left_out_count++];
	left->kind = kind;
	left->id = row->id;
	left->kept = false;
	left->object = object_text(build, kind, row);
	left->reason = strdup(reason);
	return left->object == NULL || left->reason == NULL ? nbk_error_nomem(build->err) : 0;
}

/* "prefix 10.0.0.0/24 (id 7)" of what an object lost against; foreign items have no id. */
static void
describe_winner(const struct nbk_item *winner, char text[192])
{
	char what[160];

	nbk_item_describe(winner, what);
	if (winner->id > 0)
		snprintf(text, 192, "%s of %s %lld", what, nbk_kind_netbox_name(winner->kind), (long long)winner->id);
	else
		snprintf(text, 192, "%s, which is not from NetBox", what);
}

/* What an item of its kind collides with, or NULL; *how says in what. */
static const struct nbk_item *
collision(const struct build *build, const struct nbk_item *item, const char **how)
{
	const struct nbk_item *other = NULL;

	switch (item->kind) {
	case NBK_SUBNET:
		*how = "the same prefix is";
		other = find(build->by_net, item, compare_net);
		if (other != NULL)
			break;
		*how = "the same subnet id is that of";
		other = find(build->by_kea_id, item, compare_kea_id);
		break;
	case NBK_POOL:
		*how = "it overlaps";
		other = find(build->by_range, item, compare_range);
		break;
	case NBK_RESERVATION:
		*how = "the same identifier is that of";
		other = find(build->by_identifier, item, compare_identifier);
		if (other != NULL || !build->from->kea->reservations_unique)
			break;
		*how = "the same address is that of";
		other = find(build->by_address, item, compare_address);
		break;
	}
	return other;
}

/* Puts an item that collides with nothing into the trees. */
static int
occupy(struct build *build, const struct nbk_item *item)
{
	switch (item->kind) {
	case NBK_SUBNET:
		if (insert(build, &build->by_net, item, compare_net) < 0)
			return -1;
		return insert(build, &build->by_kea_id, item, compare_kea_id);
	case NBK_POOL:
		return insert(build, &build->by_range, item, compare_range);
	case NBK_RESERVATION:
		if (insert(build, &build->by_identifier, item, compare_identifier) < 0)
			return -1;
		return insert(build, &build->by_address, item, compare_address);
	}
	return -1;
}

/* An operator's subnet of the same id and prefix gives its place in a shared network to ours. */
static void
give_way(struct build *build, const struct nbk_item *item)
{
	const struct nbk_item *member = find(build->by_net, item, compare_net);

	if (member == NULL || member->id != ID_SHARED || member->kea_id != item->kea_id)
		return;
	tdelete(member, &build->by_net, compare_net);
	tdelete(member, &build->by_kea_id, compare_kea_id);
}

static int
accept(struct build *build, const struct nbk_item *item)
{
	if (nbk_state_put(&build->desired->state, item) < 0)
		return nbk_error_nomem(build->err);
	return occupy(build, item);
}

/* Takes the item in, or leaves its object out where it collides. */
static int
compete(struct build *build, const struct nbk_item *item)
{
	char winner[192], reason[256];
	const char *how = "";
	const struct nbk_item *other;

	if (item->kind == NBK_SUBNET)
		give_way(build, item);
	other = collision(build, item, &how);
	if (other == NULL)
		return accept(build, item);
	describe_winner(other, winner);
	snprintf(reason, sizeof(reason), "%s %s", how, winner);
	return leave_out(build, item->kind, nbk_table_get(&build->from->model->rows[item->kind], item->id), reason);
}

/* Whether every client class that the object names is defined. Kea takes an unknown one in silence, and then serves nobody from it. */
static bool
classes_known(const struct build *build, const struct nbk_item *item, char reason[256])
{
	static const char *const keys[] = { "client-class", "client-classes", "require-client-classes", "evaluate-additional-classes" };
	struct json_object *object;
	bool known = true;
	size_t i, j;

	if (strstr(item->text, "class") == NULL)
		return true;
	object = json_tokener_parse(item->text);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct json_object *value = nbk_json_member(object, keys[i]);
		bool list = json_object_is_type(value, json_type_array);

		for (j = 0; known && value != NULL && j < (list ? json_object_array_length(value) : 1); j++) {
			const char *name = json_object_get_string(list ? json_object_array_get_idx(value, j) : value);

			known = name != NULL && nbk_kea_config_knows_class(build->from->kea, name);
			if (!known)
				snprintf(reason, 256, "%s: Kea has no client class \"%.100s\"", keys[i], name == NULL ? "" : name);
		}
	}
	json_object_put(object);
	return known;
}

/* Whether the object is fit to be served as far as it alone is concerned; where not, it is left out. 1: fit. */
static int
fit(struct build *build, const struct nbk_row *row, const struct nbk_item *item, const struct nbk_error *fault, enum nbk_kind kind)
{
	const struct nbk_verdict *verdict;
	char reason[256];

	if (item == NULL)
		return fault->code == NBK_EDATA ? leave_out(build, kind, row, fault->text) :
		       fault->code == NBK_OK    ? 0 :
		                                  nbk_error_set(build->err, fault->code, "%s", fault->text);
	if (!classes_known(build, item, reason))
		return leave_out(build, kind, row, reason);
	verdict = nbk_verdicts_get(build->from->verdicts, item);
	if (verdict != NULL && verdict->reason != NULL)
		return leave_out(build, kind, row, verdict->reason);
	return 1;
}

static int
subnet_from(struct build *build, const struct nbk_row *row)
{
	struct nbk_error fault = { NBK_OK, "" };
	struct nbk_item *item = NULL;
	int result;

	if (row->fault != NULL)
		return leave_out(build, NBK_SUBNET, row, row->fault);
	item = nbk_render_subnet(build->from->config, row, &fault);
	result = fit(build, row, item, &fault, NBK_SUBNET);
	if (result == 1)
		result = compete(build, item);
	nbk_item_release(item);
	return result;
}

static int
add_subnets(struct build *build)
{
	const struct nbk_table *rows = &build->from->model->rows[NBK_SUBNET];
	size_t i;

	for (i = 0; i < rows->count; i++) {
		const struct nbk_row *row = rows->rows[i];

		if (nbk_scope_has(build->from->scope, NBK_SUBNET, row->id) && subnet_from(build, row) < 0)
			return -1;
	}
	return 0;
}

/* The subnet that is served for a parent, where the child lies in it. NULL: the child is out with its subnet. */
static const struct nbk_item *
served_parent(const struct build *build, int64_t id, const struct nbk_range *range)
{
	const struct nbk_item *subnet = nbk_state_get(&build->desired->state, NBK_SUBNET, id);

	return subnet != NULL && nbk_range_contains(&subnet->range, range) ? subnet : NULL;
}

/* Whether an end of the range lies in a synced prefix that does not hold the whole. */
static bool
crosses_edge(const struct build *build, const struct nbk_row *row)
{
	struct nbk_range start = { row->range.start, row->range.start }, end = { row->range.end, row->range.end };

	return nbk_parents_find(build->parents, row->vrf, &start) != NULL || nbk_parents_find(build->parents, row->vrf, &end) != NULL;
}

/* *item: out, a new pool where the range is fit to be one. */
static int
pool_from(struct build *build, const struct nbk_row *row, struct nbk_item **item)
{
	struct nbk_error fault = { NBK_OK, "" };
	const struct nbk_row *parent;
	int result;

	*item = NULL;
	if (row->fault != NULL)
		return leave_out(build, NBK_POOL, row, row->fault);
	if (nbk_ip_compare(&row->range.start, &row->range.end) > 0)
		return leave_out(build, NBK_POOL, row, "it ends before it starts");
	parent = nbk_parents_find(build->parents, row->vrf, &row->range);
	if (parent == NULL) {
		if (crosses_edge(build, row))
			return leave_out(build, NBK_POOL, row, "no synced prefix of its VRF holds the whole of it: it reaches over an edge");
		build->desired->not_ours++;
		return 0;
	}
	if (served_parent(build, parent->id, &row->range) == NULL)
		return 0;
	*item = nbk_render_pool(build->from->config, row, parent, &fault);
	result = fit(build, row, *item, &fault, NBK_POOL);
	if (result == 1)
		return 0;
	nbk_item_release(*item);
	*item = NULL;
	return result;
}

static int
compare_nesting(const void *a, const void *b)
{
	const struct nbk_item *x = *(struct nbk_item *const *)a, *y = *(struct nbk_item *const *)b;
	int order = nbk_ip_compare(&x->range.start, &y->range.start);

	if (order == 0)
		order = nbk_ip_compare(&y->range.end, &x->range.end);
	return order != 0 ? order : compare_numbers(x->id, y->id);
}

static int
compare_pointers(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	return x < y ? -1 : x > y;
}

/* Moves the pools that contain another one to the end, so that the inner ones are taken first; both parts stay in the order of ids. */
static int
outer_last(struct nbk_item **pools, size_t count, struct nbk_error *err)
{
	struct nbk_item **sorted = malloc((count + 1) * 2 * sizeof(*sorted)), **outer;
	size_t i, j, inners = 0, outers = 0, moved = 0;

	if (sorted == NULL)
		return nbk_error_nomem(err);
	outer = sorted + count;
	memcpy(sorted, pools, count * sizeof(*pools));
	qsort(sorted, count, sizeof(*sorted), compare_nesting);
	for (i = 0; i < count; i++) {
		for (j = i + 1; j < count && nbk_range_overlaps(&sorted[i]->range, &sorted[j]->range); j++) {
			if (!nbk_range_contains(&sorted[i]->range, &sorted[j]->range) ||
			    nbk_range_contains(&sorted[j]->range, &sorted[i]->range))
				continue;
			outer[outers++] = sorted[i];
			break;
		}
	}
	qsort(outer, outers, sizeof(*outer), compare_pointers);
	for (i = 0; i < count; i++) {
		if (bsearch(&pools[i], outer, outers, sizeof(*outer), compare_pointers) != NULL)
			sorted[count - outers + moved++] = pools[i];
		else
			sorted[inners++] = pools[i];
	}
	memcpy(pools, sorted, count * sizeof(*pools));
	free(sorted);
	return 0;
}

static int
add_pools(struct build *build)
{
	const struct nbk_table *rows = &build->from->model->rows[NBK_POOL];
	struct nbk_item **pools = calloc(rows->count + 1, sizeof(*pools));
	size_t i, count = 0;
	int result = 0;

	if (pools == NULL)
		return nbk_error_nomem(build->err);
	for (i = 0; i < rows->count && result == 0; i++) {
		const struct nbk_row *row = rows->rows[i];

		if (!nbk_scope_has(build->from->scope, NBK_POOL, row->id))
			continue;
		result = pool_from(build, row, &pools[count]);
		count += pools[count] != NULL;
	}
	if (result == 0)
		result = outer_last(pools, count, build->err);
	for (i = 0; i < count; i++) {
		if (result == 0)
			result = compete(build, pools[i]);
		nbk_item_release(pools[i]);
	}
	free(pools);
	return result;
}

/* Notes a host name that was made valid, so that it is said. */
static int
note_renamed(struct build *build, const struct nbk_row *row, const struct nbk_item *item, const char *given)
{
	struct nbk_desired *desired = build->desired;
	char **all = realloc(desired->renamed, (desired->renamed_count + 1) * sizeof(*all));
	char *object = object_text(build, NBK_RESERVATION, row);
	int length = -1;

	if (all != NULL) {
		desired->renamed = all;
		if (object != NULL)
			length = asprintf(&all[desired->renamed_count], "%s%c%s%c%s", object, 0, given, 0, item->hostname);
	}
	free(object);
	if (length < 0)
		return nbk_error_nomem(build->err);
	desired->renamed_count++;
	return 0;
}

static int
reservation_from(struct build *build, const struct nbk_row *row)
{
	struct nbk_error fault = { NBK_OK, "" };
	const struct nbk_row *parent;
	struct nbk_item *item;
	char *renamed = NULL;
	int result;

	if (row->fault != NULL)
		return leave_out(build, NBK_RESERVATION, row, row->fault);
	parent = nbk_parents_find(build->parents, row->vrf, &row->range);
	if (parent == NULL) {
		build->desired->not_ours++;
		return 0;
	}
	if (served_parent(build, parent->id, &row->range) == NULL)
		return 0;
	item = nbk_render_reservation(build->from->config, row, parent, build->from->model, &renamed, &fault);
	build->desired->unidentified += item == NULL && fault.code == NBK_OK;
	result = fit(build, row, item, &fault, NBK_RESERVATION);
	if (result == 1)
		result = compete(build, item);
	if (result == 0 && renamed != NULL)
		result = note_renamed(build, row, item, renamed);
	free(renamed);
	nbk_item_release(item);
	return result;
}

static int
add_reservations(struct build *build)
{
	const struct nbk_table *rows = &build->from->model->rows[NBK_RESERVATION];
	size_t i;

	for (i = 0; i < rows->count; i++) {
		const struct nbk_row *row = rows->rows[i];

		if (nbk_scope_has(build->from->scope, NBK_RESERVATION, row->id) && reservation_from(build, row) < 0)
			return -1;
	}
	return 0;
}

static struct nbk_left_out *
left_out_find(struct nbk_desired *desired, enum nbk_kind kind, int64_t id)
{
	size_t i;

	for (i = 0; i < desired->left_out_count; i++)
		if (desired->left_out[i].kind == kind && desired->left_out[i].id == id)
			return &desired->left_out[i];
	return NULL;
}

/* Whether a held pool or reservation would go with this subnet. */
static bool
has_held_children(const struct build *build, const struct nbk_item *subnet)
{
	int kind;
	size_t i;

	for (kind = NBK_POOL; kind <= NBK_RESERVATION; kind++) {
		const struct nbk_table *table = &build->from->served->items[kind];

		for (i = 0; build->from->hold[kind] && i < table->count; i++)
			if (((const struct nbk_item *)table->rows[i])->subnet == subnet->id)
				return true;
	}
	return false;
}

/* Whether an item's subnet is served only in its last good version, where the prefix was before, and NetBox has the item there still. */
static bool
stays_with_subnet(const struct build *build, const struct nbk_item *item)
{
	const struct nbk_left_out *subnet = left_out_find(build->desired, NBK_SUBNET, item->subnet);
	const struct nbk_row *row = nbk_table_get(&build->from->model->rows[item->kind], item->id);

	return subnet != NULL && subnet->kept && row != NULL && row->fault == NULL &&
	       nbk_ip_compare(&row->range.start, &item->range.start) == 0 && nbk_ip_compare(&row->range.end, &item->range.end) == 0 &&
	       nbk_parents_find(build->parents, row->vrf, &row->range) == NULL;
}

/* Whether a served item that has no new version may stay. */
static bool
may_stay(struct build *build, const struct nbk_item *item, struct nbk_left_out **left)
{
	*left = left_out_find(build->desired, item->kind, item->id);
	if (*left != NULL || build->from->hold[item->kind] || !nbk_scope_has(build->from->scope, item->kind, item->id))
		return true;
	return item->kind == NBK_SUBNET ? has_held_children(build, item) : stays_with_subnet(build, item);
}

/* Last good versions, what is out of the scope, and what is held: they stay where they collide with nothing. */
static int
keep_served(struct build *build, enum nbk_kind kind)
{
	const struct nbk_table *served = &build->from->served->items[kind];
	const char *how;
	size_t i;

	for (i = 0; i < served->count; i++) {
		const struct nbk_item *item = served->rows[i];
		const struct nbk_verdict *verdict = nbk_verdicts_get(build->from->verdicts, item);
		struct nbk_left_out *left;

		if (nbk_state_get(&build->desired->state, kind, item->id) != NULL || !may_stay(build, item, &left))
			continue;
		/* What Kea took before it may refuse today: the operator's configuration has changed. */
		if (verdict != NULL && verdict->reason != NULL)
			continue;
		if (kind != NBK_SUBNET && served_parent(build, item->subnet, &item->range) == NULL)
			continue;
		if (collision(build, item, &how) != NULL)
			continue;
		if (accept(build, item) < 0)
			return -1;
		if (left != NULL)
			left->kept = true;
	}
	return 0;
}

/* The operator's own things take their places first. */
static int
add_foreign(struct build *build)
{
	const struct nbk_kea_config *kea = build->from->kea;
	size_t i;

	build->foreign = calloc(kea->foreign_count + 1, sizeof(*build->foreign));
	if (build->foreign == NULL)
		return nbk_error_nomem(build->err);
	for (i = 0; i < kea->foreign_count; i++) {
		const struct nbk_foreign *foreign = &kea->foreign[i];
		struct nbk_item *item = nbk_item_new(foreign->kind, foreign->shared ? ID_SHARED : ID_FOREIGN);
		const char *how;

		build->foreign[i] = item;
		if (item == NULL)
			return nbk_error_nomem(build->err);
		item->subnet = foreign->subnet;
		item->kea_id = foreign->kea_id;
		item->net = foreign->net;
		item->range = foreign->range;
		item->identifier = foreign->identifier == NULL ? strdup("") : strdup(foreign->identifier);
		if (item->identifier == NULL)
			return nbk_error_nomem(build->err);
		if (foreign->range.start.family != 0 && collision(build, item, &how) == NULL && occupy(build, item) < 0)
			return -1;
	}
	return 0;
}

/* Kea serves a client from the first subnet, in the order of ids, that contains it: of two that nest it should be the inner one. */
static int
find_nested(struct build *build)
{
	const struct nbk_table *table = &build->desired->state.items[NBK_SUBNET];
	struct nbk_item **sorted = malloc((table->count + 1) * sizeof(*sorted));
	struct nbk_desired *desired = build->desired;
	size_t i, j;
	int result = 0;

	if (sorted == NULL)
		return nbk_error_nomem(build->err);
	if (table->count > 0)
		memcpy(sorted, table->rows, table->count * sizeof(*sorted));
	qsort(sorted, table->count, sizeof(*sorted), compare_nesting);
	for (i = 0; i < table->count && result == 0; i++) {
		for (j = i + 1; j < table->count && nbk_range_overlaps(&sorted[i]->range, &sorted[j]->range); j++) {
			char outer[NBK_NET_TEXT], inner[NBK_NET_TEXT];
			char **all;

			if (sorted[i]->kea_id > sorted[j]->kea_id)
				continue;
			all = realloc(desired->nested, (desired->nested_count + 1) * sizeof(*all));
			if (all != NULL)
				desired->nested = all;
			if (all == NULL || asprintf(&all[desired->nested_count], "%s (id %u)%c%s (id %u)",
			                            nbk_net_text(&sorted[i]->net, outer), sorted[i]->kea_id, 0,
			                            nbk_net_text(&sorted[j]->net, inner), sorted[j]->kea_id) < 0) {
				result = nbk_error_nomem(build->err);
				break;
			}
			desired->nested_count++;
		}
	}
	free(sorted);
	return result;
}

static int
compare_left_out(const void *a, const void *b)
{
	const struct nbk_left_out *x = a, *y = b;

	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : compare_numbers(x->id, y->id);
}

static int
run(struct build *build)
{
	build->parents = nbk_parents_new(build->from->model);
	if (build->parents == NULL)
		return nbk_error_nomem(build->err);
	if (add_foreign(build) < 0)
		return -1;
	if (add_subnets(build) < 0 || keep_served(build, NBK_SUBNET) < 0)
		return -1;
	if (add_pools(build) < 0 || keep_served(build, NBK_POOL) < 0)
		return -1;
	if (add_reservations(build) < 0 || keep_served(build, NBK_RESERVATION) < 0)
		return -1;
	return find_nested(build);
}

struct nbk_desired *
nbk_desired_new(const struct nbk_sources *sources, struct nbk_error *err)
{
	struct nbk_desired *desired = calloc(1, sizeof(*desired));
	struct build build = { .from = sources, .desired = desired, .err = err };
	size_t i;
	int result;

	if (desired == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	nbk_state_init(&desired->state);
	result = run(&build);
	if (desired->left_out_count > 0)
		qsort(desired->left_out, desired->left_out_count, sizeof(*desired->left_out), compare_left_out);
	tdestroy(build.by_net, keep);
	tdestroy(build.by_kea_id, keep);
	tdestroy(build.by_range, keep);
	tdestroy(build.by_identifier, keep);
	tdestroy(build.by_address, keep);
	nbk_parents_free(build.parents);
	for (i = 0; build.foreign != NULL && i < sources->kea->foreign_count; i++)
		nbk_item_release(build.foreign[i]);
	free(build.foreign);
	if (result == 0)
		return desired;
	nbk_desired_free(desired);
	return NULL;
}

void
nbk_desired_free(struct nbk_desired *desired)
{
	size_t i;

	if (desired == NULL)
		return;
	nbk_state_clear(&desired->state);
	for (i = 0; i < desired->left_out_count; i++) {
		free(desired->left_out[i].object);
		free(desired->left_out[i].reason);
	}
	for (i = 0; i < desired->nested_count; i++)
		free(desired->nested[i]);
	for (i = 0; i < desired->renamed_count; i++)
		free(desired->renamed[i]);
	free(desired->left_out);
	free(desired->nested);
	free(desired->renamed);
	free(desired);
}
