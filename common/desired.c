/* SPDX-License-Identifier: MPL-2.0 */
#include "desired.h"

#include "json.h"
#include "places.h"
#include "render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One making of a desired state. */
struct build {
	const struct nbk_sources *from;
	struct nbk_rules rules;
	struct nbk_desired *desired;
	struct nbk_parents *parents;
	struct nbk_places places;
	struct nbk_error *err;
};

/* "ip-address 10.0.0.5/24 (NetBox id 45, https://netbox/ipam/ip-addresses/45/)" */
static char *
object_text(const struct build *build, enum nbk_kind kind, const struct nbk_row *row)
{
	bool placed = row->fault == NULL || row->subnet < 0;
	char place[2 * NBK_NET_TEXT] = "", start[NBK_NET_TEXT], end[NBK_IP_TEXT];
	char *text;

	if (placed && kind == NBK_POOL)
		snprintf(place, sizeof(place), "%s-%s ", nbk_ip_text(&row->range.start, start), nbk_ip_text(&row->range.end, end));
	else if (placed)
		snprintf(place, sizeof(place), "%s ", nbk_net_text(&row->net, start));
	if (asprintf(&text, "%s %s(NetBox id %lld, %s/%s/%lld/)", nbk_kind_netbox_name(kind), place, (long long)row->id,
	             build->from->config->netbox_url, nbk_kind_netbox_path(kind), (long long)row->id) < 0)
		return NULL;
	return text;
}

static int
leave_out(struct build *build, enum nbk_kind kind, const struct nbk_row *row, const char *reason)
{
	if (nbk_findings_leave_out(&build->desired->findings, kind, row->id, object_text(build, kind, row), reason) < 0)
		return nbk_error_nomem(build->err);
	return 0;
}

/* "prefix 10.0.0.0/24 (id 7)" of what an object lost against; foreign items have no id. */
static void
describe_winner(const struct nbk_item *winner, char text[256])
{
	char what[160];

	nbk_item_describe(winner, what);
	if (winner->id > 0)
		snprintf(text, 256, "%s of %s %lld", what, nbk_kind_netbox_name(winner->kind), (long long)winner->id);
	else
		snprintf(text, 256, "%s, which is not from NetBox: take that out of Kea's configuration", what);
}

static int
accept(struct build *build, const struct nbk_item *item)
{
	if (nbk_state_put(&build->desired->state, item) < 0 || nbk_places_take(&build->places, item) < 0)
		return nbk_error_nomem(build->err);
	return 0;
}

/* Takes the item in, or leaves its object out where it collides. */
static int
compete(struct build *build, const struct nbk_item *item)
{
	char winner[256], reason[320];
	const char *how = "";
	const struct nbk_item *other;

	if (item->kind == NBK_SUBNET)
		nbk_places_give_way(&build->places, item);
	other = nbk_places_taken(&build->places, item, &how);
	if (other == NULL)
		return accept(build, item);
	describe_winner(other, winner);
	snprintf(reason, sizeof(reason), "%s %s", how, winner);
	return leave_out(build, item->kind, nbk_table_get(&build->from->model->rows[item->kind], item->id), reason);
}

/* Whether every client class that the object names is defined. Kea takes an unknown one in silence, and then serves nobody from it. */
static bool
classes_known(const struct build *build, const struct nbk_item *item, char *reason, size_t size)
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
				snprintf(reason, size, "%s: Kea has no client class \"%.100s\"", keys[i], name == NULL ? "" : name);
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
	char reason[600];

	if (item == NULL)
		return fault->code == NBK_EDATA ? leave_out(build, kind, row, fault->text) :
		       fault->code == NBK_OK    ? 0 :
		                                  nbk_error_set(build->err, fault->code, "%s", fault->text);
	if (!classes_known(build, item, reason, sizeof(reason)))
		return leave_out(build, kind, row, reason);
	verdict = nbk_verdicts_get(build->from->verdicts, item);
	if (verdict == NULL || verdict->reason == NULL)
		return 1;
	snprintf(reason, sizeof(reason), "Kea refuses it: %s", verdict->reason);
	return leave_out(build, kind, row, reason);
}

/* Whether a held pool, pd-pool or reservation would go with this subnet, or, where it is to become `range`, fall out of it. */
static bool
has_held_children(const struct build *build, const struct nbk_item *subnet, const struct nbk_range *range)
{
	int kind;
	size_t i;

	for (kind = NBK_POOL; kind < NBK_KINDS; kind++) {
		const struct nbk_table *table = &build->from->served->items[kind];

		for (i = 0; build->from->hold[kind] && i < table->count; i++) {
			const struct nbk_item *child = table->rows[i];

			if (child->subnet == subnet->id && (range == NULL || (kind != NBK_PD_POOL && !nbk_range_contains(range, &child->range))))
				return true;
		}
	}
	return false;
}

/* Whether a subnet would take the place of another one that held pools or reservations are in. */
static bool
displaces_held(const struct build *build, const struct nbk_item *subnet)
{
	const struct nbk_table *table = &build->from->served->items[NBK_SUBNET];
	bool holds = false;
	int kind;
	size_t i;

	for (kind = NBK_POOL; kind < NBK_KINDS; kind++)
		holds = holds || build->from->hold[kind];
	for (i = 0; holds && i < table->count; i++) {
		const struct nbk_item *other = table->rows[i];

		if (other->id != subnet->id && (other->kea_id == subnet->kea_id || nbk_net_compare(&other->net, &subnet->net) == 0) &&
		    has_held_children(build, other, NULL))
			return true;
	}
	return false;
}

static int
subnet_from(struct build *build, const struct nbk_row *row)
{
	const struct nbk_item *served = nbk_state_get(build->from->served, NBK_SUBNET, row->id);
	struct nbk_error fault = { NBK_OK, "" };
	struct nbk_item *item;
	int result;

	if (row->fault != NULL)
		return leave_out(build, NBK_SUBNET, row, row->fault);
	if (build->from->hold[NBK_PD_POOL] && nbk_state_get(build->from->served, NBK_PD_POOL, row->id) != NULL)
		return leave_out(build, NBK_SUBNET, row, "what is delegated from it is held back");
	item = nbk_render_subnet(&build->rules, row, &fault);
	result = fit(build, row, item, &fault, NBK_SUBNET);
	if (result == 1 && served != NULL && nbk_net_compare(&served->net, &item->net) != 0 &&
	    has_held_children(build, served, &item->range))
		result = 0; /* it stays where it is, with them */
	if (result == 1 && displaces_held(build, item))
		result = leave_out(build, NBK_SUBNET, row, "what is held back is in the subnet that it takes the place of");
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

/* Whether a parent's subnet is served, and the child lies in it, which a pd-pool need not. If not, the child is out with its subnet. */
static bool
has_subnet(const struct build *build, enum nbk_kind kind, int64_t id, const struct nbk_range *range)
{
	const struct nbk_item *subnet = nbk_state_get(&build->desired->state, NBK_SUBNET, id);

	return subnet != NULL && (kind == NBK_PD_POOL || nbk_range_contains(&subnet->range, range));
}

/* Whether an end of the range lies in a synced prefix that does not hold the whole. */
static bool
crosses_edge(const struct build *build, const struct nbk_row *row)
{
	struct nbk_range start = { row->range.start, row->range.start }, end = { row->range.end, row->range.end };

	return nbk_parents_find(build->parents, row->vrf, &start) != NULL || nbk_parents_find(build->parents, row->vrf, &end) != NULL;
}

/* Notes that a range reaches to an edge of its prefix. */
static int
note_trimmed(struct build *build, const struct nbk_row *row, const struct nbk_item *pool)
{
	char *object = object_text(build, NBK_POOL, row), what[160];
	int result;

	nbk_item_describe(pool, what);
	result = object == NULL ? -1 : nbk_notices_add(&build->desired->findings.trimmed, object, what, NULL);
	free(object);
	return result < 0 ? nbk_error_nomem(build->err) : 0;
}

/* *item: out, a new pool, or pd-pool, where the range, or prefix, is fit to be one. */
static int
pool_from(struct build *build, enum nbk_kind kind, const struct nbk_row *row, struct nbk_item **item)
{
	struct nbk_error fault = { NBK_OK, "" };
	const struct nbk_row *parent;
	int result;

	*item = NULL;
	if (row->fault != NULL)
		return leave_out(build, kind, row, row->fault);
	if (nbk_ip_compare(&row->range.start, &row->range.end) > 0)
		return leave_out(build, kind, row, "it ends before it starts");
	if (kind == NBK_PD_POOL && nbk_state_get(&build->desired->state, NBK_SUBNET, row->id) != NULL)
		return leave_out(build, kind, row, "its subnet is held back");
	parent = nbk_parents_of(build->parents, row);
	if (parent == NULL) {
		if (kind == NBK_POOL && crosses_edge(build, row))
			return leave_out(build, kind, row, "no synced prefix of its VRF holds the whole of it: it reaches over an edge");
		if (row->subnet != 0 && nbk_table_get(&build->from->model->rows[NBK_PD_POOL], row->subnet) != NULL)
			return leave_out(build, kind, row, "subnet: the prefix that it names is itself delegated from");
		build->desired->findings.not_ours++;
		return 0;
	}
	if (!has_subnet(build, kind, parent->id, &row->range))
		return 0;
	*item = kind == NBK_POOL ? nbk_render_pool(&build->rules, row, parent, &fault) :
	                           nbk_render_pd_pool(&build->rules, row, parent, &fault);
	result = fit(build, row, *item, &fault, kind);
	if (result == 1)
		return nbk_range_contains(&(*item)->range, &row->range) ? 0 : note_trimmed(build, row, *item);
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
	return order != 0 ? order : nbk_table_compare_keys(x->id, y->id);
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
add_pools(struct build *build, enum nbk_kind kind)
{
	const struct nbk_table *rows = &build->from->model->rows[kind];
	struct nbk_item **pools = calloc(rows->count + 1, sizeof(*pools));
	size_t i, count = 0;
	int result = 0;

	if (pools == NULL)
		return nbk_error_nomem(build->err);
	for (i = 0; i < rows->count && result == 0; i++) {
		const struct nbk_row *row = rows->rows[i];

		if (!nbk_scope_has(build->from->scope, kind, row->id))
			continue;
		result = pool_from(build, kind, row, &pools[count]);
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
	char *object = object_text(build, NBK_RESERVATION, row);
	int result = object == NULL ? -1 : nbk_notices_add(&build->desired->findings.renamed, object, given, item->hostname);

	free(object);
	return result < 0 ? nbk_error_nomem(build->err) : 0;
}

/* Notes that addresses that are one reservation disagree on its host name, so that it is said. */
static int
note_differing(struct build *build, const struct nbk_row *row, const struct nbk_item *item, const struct nbk_item *whole)
{
	char *object, kept[300];
	int result;

	if (item->hostname == NULL || whole->hostname == NULL || strcmp(item->hostname, whole->hostname) == 0 ||
	    nbk_state_get(&build->desired->state, NBK_RESERVATION, item->id) != item)
		return 0;
	object = object_text(build, NBK_RESERVATION, row);
	snprintf(kept, sizeof(kept), "\"%s\" of ip-address %lld", whole->hostname, (long long)whole->id);
	result = object == NULL ? -1 : nbk_notices_add(&build->desired->findings.differing, object, item->hostname, kept);
	free(object);
	return result < 0 ? nbk_error_nomem(build->err) : 0;
}

static int
reservation_from(struct build *build, const struct nbk_row *row)
{
	struct nbk_error fault = { NBK_OK, "" };
	const struct nbk_item *whole = NULL;
	const struct nbk_row *parent;
	struct nbk_item *item;
	char *renamed = NULL;
	int result;

	if (row->fault != NULL)
		return leave_out(build, NBK_RESERVATION, row, row->fault);
	parent = nbk_parents_find(build->parents, row->vrf, &row->range);
	if (parent == NULL) {
		build->desired->findings.not_ours++;
		return 0;
	}
	if (!has_subnet(build, NBK_RESERVATION, parent->id, &row->range))
		return 0;
	item = nbk_render_reservation(&build->rules, row, parent, build->from->model, &renamed, &fault);
	build->desired->findings.unidentified += item == NULL && fault.code == NBK_OK;
	result = fit(build, row, item, &fault, NBK_RESERVATION);
	if (result == 1) {
		whole = nbk_places_joined(&build->places, item);
		result = compete(build, item);
	}
	if (result == 0 && whole != NULL)
		result = note_differing(build, row, item, whole);
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

/* Whether NetBox has the item still where its subnet, of which only the version of before is served, has it, and nowhere else that is
 * served. A pool may lack the edges of its range. */
static bool
stays_with_subnet(const struct build *build, const struct nbk_item *item)
{
	const struct nbk_item *subnet = nbk_state_get(build->from->served, NBK_SUBNET, item->subnet);
	const struct nbk_row *row = nbk_table_get(&build->from->model->rows[item->kind], item->id), *parent;

	if (row == NULL || row->fault != NULL || !nbk_range_contains(&row->range, &item->range) || subnet == NULL ||
	    nbk_state_get(&build->desired->state, NBK_SUBNET, item->subnet) != subnet)
		return false;
	parent = nbk_parents_of(build->parents, row);
	return parent == NULL || nbk_state_get(&build->desired->state, NBK_SUBNET, parent->id) == NULL;
}

/* Whether an item's prefix is gone from NetBox's answer and its subnet is held: what lies in it is held with it. */
static bool
lies_in_held(const struct build *build, const struct nbk_item *item)
{
	return build->from->hold[NBK_SUBNET] && nbk_table_get(&build->from->model->rows[NBK_SUBNET], item->subnet) == NULL;
}

/* Whether a served item that has no new version may stay. */
static bool
may_stay(struct build *build, const struct nbk_item *item, struct nbk_left_out **left)
{
	*left = nbk_findings_find(&build->desired->findings, item->kind, item->id);
	if (*left != NULL || build->from->hold[item->kind] || !nbk_scope_has(build->from->scope, item->kind, item->id))
		return true;
	if (item->kind == NBK_SUBNET)
		return has_held_children(build, item, NULL);
	return stays_with_subnet(build, item) || lies_in_held(build, item);
}

/* Last good versions, what is out of the scope, and what is held: they stay where they collide with nothing. */
static int
keep_served(struct build *build, enum nbk_kind kind)
{
	const struct nbk_table *served = &build->from->served->items[kind];
	const char *how;
	size_t i;

	nbk_findings_sort(&build->desired->findings);
	for (i = 0; i < served->count; i++) {
		const struct nbk_item *item = served->rows[i];
		const struct nbk_verdict *verdict = nbk_verdicts_get(build->from->verdicts, item);
		struct nbk_left_out *left;

		if (nbk_state_get(&build->desired->state, kind, item->id) != NULL || !may_stay(build, item, &left))
			continue;
		/* What Kea took before it may refuse today: the operator's configuration has changed. */
		if (verdict != NULL && verdict->reason != NULL)
			continue;
		if (kind == NBK_SUBNET)
			nbk_places_give_way(&build->places, item);
		if (kind != NBK_SUBNET && !has_subnet(build, kind, item->subnet, &item->range))
			continue;
		if (nbk_places_taken(&build->places, item, &how) != NULL)
			continue;
		if (accept(build, item) < 0)
			return -1;
		if (left != NULL)
			left->kept = true;
	}
	return 0;
}

/* The operator's own things take their places first. His pools may overlap those of another subnet of his. */
static int
add_foreign(struct build *build)
{
	const struct nbk_kea_config *kea = build->from->kea;
	const char *how;
	size_t i;

	for (i = 0; i < kea->foreign_count; i++) {
		const struct nbk_item *item = kea->foreign[i];
		bool pool = item->kind == NBK_POOL || item->kind == NBK_PD_POOL;

		if ((pool || nbk_places_taken(&build->places, item, &how) == NULL) && nbk_places_take(&build->places, item) < 0)
			return nbk_error_nomem(build->err);
	}
	return 0;
}

/* Notes that the outer one of two prefixes that nest has the lower id: Kea serves the clients of both from it. */
static int
note_nested(struct build *build, const struct nbk_item *outer, const struct nbk_item *inner)
{
	char nets[2][NBK_NET_TEXT], words[2][NBK_NET_TEXT + 32];

	snprintf(words[0], sizeof(words[0]), "%s (id %u)", nbk_net_text(&outer->net, nets[0]), outer->kea_id);
	snprintf(words[1], sizeof(words[1]), "%s (id %u)", nbk_net_text(&inner->net, nets[1]), inner->kea_id);
	return nbk_notices_add(&build->desired->findings.nested, words[0], words[1], NULL);
}

/* Kea serves a client from the first subnet, in the order of ids, that contains it: of two that nest it should be the inner one. */
static int
find_nested(struct build *build)
{
	const struct nbk_table *table = &build->desired->state.items[NBK_SUBNET];
	struct nbk_item **sorted = malloc((table->count + 1) * sizeof(*sorted));
	int result = sorted == NULL ? -1 : 0;
	size_t i, j;

	if (result == 0 && table->count > 0) {
		memcpy(sorted, table->rows, table->count * sizeof(*sorted));
		qsort(sorted, table->count, sizeof(*sorted), compare_nesting);
	}
	for (i = 0; i < table->count && result == 0; i++)
		for (j = i + 1; result == 0 && j < table->count && nbk_range_overlaps(&sorted[i]->range, &sorted[j]->range); j++)
			if (sorted[i]->kea_id < sorted[j]->kea_id)
				result = note_nested(build, sorted[i], sorted[j]);
	free(sorted);
	return result < 0 ? nbk_error_nomem(build->err) : 0;
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
	if (add_pools(build, NBK_POOL) < 0 || keep_served(build, NBK_POOL) < 0)
		return -1;
	if (add_pools(build, NBK_PD_POOL) < 0 || keep_served(build, NBK_PD_POOL) < 0)
		return -1;
	if (add_reservations(build) < 0 || keep_served(build, NBK_RESERVATION) < 0)
		return -1;
	return find_nested(build);
}

struct nbk_desired *
nbk_desired_new(const struct nbk_sources *sources, struct nbk_error *err)
{
	struct nbk_desired *desired = calloc(1, sizeof(*desired));
	struct build build = { .from = sources, .rules = { sources->config, sources->kea }, .desired = desired, .err = err };
	int result;

	if (desired == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	nbk_state_init(&desired->state);
	nbk_places_init(&build.places, sources->kea->reservations_unique, sources->config->family->joins);
	result = run(&build);
	nbk_findings_sort(&desired->findings);
	nbk_places_clear(&build.places);
	nbk_parents_free(build.parents);
	if (result == 0)
		return desired;
	nbk_desired_free(desired);
	return NULL;
}

void
nbk_desired_free(struct nbk_desired *desired)
{
	if (desired == NULL)
		return;
	nbk_state_clear(&desired->state);
	nbk_findings_clear(&desired->findings);
	free(desired);
}
