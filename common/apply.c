/* SPDX-License-Identifier: MPL-2.0 */
#include "apply.h"

#include "json.h"
#include "judge.h"
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELD_NAMED 3
#define MOST_ATTEMPTS 5 /* Kea's configuration may change under us; who changes it that often is asked again later */

struct nbk_apply {
	const struct nbk_log *log;
	const struct nbk_kea *kea;
	struct nbk_state served;
	bool known; /* `served` is what we set last; else it is what Kea printed, or what was served before a foreign change */
	bool printed; /* it is Kea's print, in Kea's words */
	struct nbk_verdicts verdicts;
	struct nbk_guard guard;
	bool guarding;
	bool emptied[NBK_KINDS]; /* the last full sync would have left nothing: held until one does not */
	char held[NBK_HELD_TEXT];
	struct nbk_desired *last; /* what was said last about objects left out */

	/* Kea's configuration, as long as nobody else changes it. */
	struct nbk_kea_config *config;
	char *running; /* its text */
	uint64_t serial;
	unsigned long sets;
	bool doubted; /* what Kea took of subnets it may not take now: an interface is gone */
	char *refused; /* a text that Kea refused, and why */
	struct nbk_error refusal;
};

struct nbk_apply *
nbk_apply_new(const struct nbk_log *log, const struct nbk_kea *kea)
{
	struct nbk_apply *apply = calloc(1, sizeof(*apply));

	if (apply == NULL)
		return NULL;
	apply->log = log;
	apply->kea = kea;
	nbk_state_init(&apply->served);
	nbk_verdicts_init(&apply->verdicts);
	return apply;
}

static void
forget_kea(struct nbk_apply *apply)
{
	nbk_kea_config_free(apply->config);
	apply->config = NULL;
	free(apply->running);
	apply->running = NULL;
}

void
nbk_apply_free(struct nbk_apply *apply)
{
	if (apply == NULL)
		return;
	forget_kea(apply);
	nbk_state_clear(&apply->served);
	nbk_verdicts_clear(&apply->verdicts);
	nbk_desired_free(apply->last);
	free(apply->refused);
	free(apply);
}

/* What Kea refused is tried again. */
static void
forget_refusals(struct nbk_apply *apply)
{
	nbk_verdicts_forget_refusals(&apply->verdicts);
	free(apply->refused);
	apply->refused = NULL;
}

void
nbk_apply_report(const struct nbk_apply *apply, struct nbk_apply_report *report)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		report->counts[kind] = apply->served.items[kind].count;
	report->left_out = apply->last == NULL ? 0 : apply->last->findings.left_out_count;
	report->left_out_first[0] = '\0';
	report->subnets_left_out = report->left_out > 0 && apply->last->findings.left_out[0].kind == NBK_SUBNET; /* they come first */
	if (apply->last != NULL)
		nbk_findings_first_left_out(&apply->last->findings, report->left_out_first, sizeof(report->left_out_first));
	snprintf(report->held, sizeof(report->held), "%s", apply->held);
	report->sets = apply->sets;
}

char *
nbk_apply_running(struct nbk_apply *apply, struct nbk_error *err)
{
	uint64_t serial;
	char *text = apply->kea->config_get(apply->kea->context, &serial, err);

	if (text == NULL || serial == apply->serial)
		return text;
	free(text);
	nbk_error_set(err, NBK_ESTALE, "somebody else has changed Kea's configuration");
	return NULL;
}

/* Reads Kea's configuration, where it is not known. */
static int
learn(struct nbk_apply *apply, const struct nbk_family *family, enum nbk_ownership ownership, struct nbk_error *err)
{
	if (apply->config != NULL && apply->config->ownership == ownership)
		return 0;
	forget_kea(apply);
	apply->running = apply->kea->config_get(apply->kea->context, &apply->serial, err);
	if (apply->running == NULL)
		return -1;
	apply->config = nbk_kea_config_new(apply->running, family, ownership, err);
	if (apply->config == NULL)
		return -1;
	if (!apply->known && apply->served.items[NBK_SUBNET].count == 0) {
		if (nbk_state_copy(&apply->served, &apply->config->marked) < 0)
			return nbk_error_nomem(err);
		apply->printed = true;
	}
	if (!apply->guarding)
		nbk_guard_start(&apply->guard, &apply->served);
	apply->guarding = true;
	return 0;
}

/* New: what should be served, all of it fit for Kea's parsers. Each round finds at least one more object to leave out. */
static struct nbk_desired *
settle(struct nbk_apply *apply, const struct nbk_apply_task *task, const bool hold[NBK_KINDS], struct nbk_error *err)
{
	struct nbk_sources sources = {
		.config = task->config,
		.model = task->model,
		.kea = apply->config,
		.served = &apply->served,
		.scope = task->scope,
		.verdicts = &apply->verdicts,
	};
	struct nbk_judge judge = {
		.kea = apply->kea,
		.verdicts = &apply->verdicts,
		.taken = apply->known ? &apply->served : NULL,
		.doubts_subnets = apply->doubted,
	};
	struct nbk_desired *desired;
	long refused;

	memcpy(sources.hold, hold, sizeof(sources.hold));
	do {
		desired = nbk_desired_new(&sources, err);
		if (desired == NULL)
			return NULL;
		refused = nbk_judge_run(&judge, &desired->state, NBK_SUBNET, NBK_SUBNET, err);
		if (refused == 0)
			refused = nbk_judge_run(&judge, &desired->state, NBK_POOL, NBK_PD_POOL, err);
		if (refused != 0)
			nbk_desired_free(desired);
	} while (refused > 0);
	if (refused == 0)
		apply->doubted = false;
	return refused < 0 ? NULL : desired;
}

/* Whether a full sync would leave, or the last one would have left, nothing of what were several: that is what a lost permission looks
 * like, however few they were. Hints are applied to the model that it has left behind, until they have brought all back. */
static bool
empties(struct nbk_apply *apply, const struct nbk_apply_task *task, const struct nbk_plan *plan, const struct nbk_state *desired,
        int kind)
{
	if (plan->removed[kind] == 0)
		apply->emptied[kind] = false;
	if (task->full && task->config->max_removal_percent < 100 && desired->items[kind].count == 0 &&
	    apply->served.items[kind].count > 1)
		apply->emptied[kind] = true;
	return apply->emptied[kind];
}

/* What the guard does not let go: of each kind how many, and the first of them. */
struct held {
	bool kinds[NBK_KINDS];
	size_t removals[NBK_KINDS];
	char names[NBK_KINDS][NBK_HELD_TEXT / NBK_KINDS - 64];
};

static void
name_held(const struct nbk_plan *plan, int kind, char *names, size_t size)
{
	size_t i, length = 0, named = 0;

	for (i = 0; i < plan->count && named <= HELD_NAMED; i++) {
		const struct nbk_item *item = plan->changes[i].before;
		char what[160];

		if (item == NULL || (int)item->kind != kind || plan->changes[i].after != NULL)
			continue;
		nbk_item_describe(item, what);
		length += (size_t)snprintf(names + length, size - length, "%s%s", named == 0 ? "" : ", ",
		                           named == HELD_NAMED ? "…" : what + strlen(nbk_kind_name(kind)) + 1);
		named++;
	}
}

/* Whether the guard lets the plan pass. Where not, the kinds that it does not let go are held. */
static bool
guard_passes(struct nbk_apply *apply, const struct nbk_apply_task *task, const struct nbk_plan *plan, const struct nbk_state *desired,
             struct held *held)
{
	bool passes = true;
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++) {
		if (held->kinds[kind] || (!empties(apply, task, plan, desired, kind) &&
		                          nbk_guard_allows(&apply->guard, kind, plan->removed[kind], task->config->max_removal_percent)))
			continue;
		held->kinds[kind] = true;
		held->removals[kind] = plan->removed[kind];
		name_held(plan, kind, held->names[kind], sizeof(held->names[kind]));
		passes = false;
	}
	return passes;
}

/* In words, without what goes all the same: what Kea refuses, and what stood in it. */
static void
describe_held(const struct nbk_apply *apply, const struct held *held, const struct nbk_plan *plan, char text[NBK_HELD_TEXT])
{
	size_t length = 0;
	int kind;

	text[0] = '\0';
	for (kind = 0; kind < NBK_KINDS; kind++) {
		if (held->removals[kind] <= plan->removed[kind])
			continue;
		length += (size_t)snprintf(text + length, NBK_HELD_TEXT - length, "%s%zu of %zu %ss (%s)", length == 0 ? "" : ", ",
		                           held->removals[kind] - plan->removed[kind], apply->guard.baseline[kind], nbk_kind_name(kind),
		                           held->names[kind]);
		if (apply->guard.removed[kind] > 0)
			length += (size_t)snprintf(text + length, NBK_HELD_TEXT - length, ", %zu went before", apply->guard.removed[kind]);
	}
}

static const char *
place_of(const struct nbk_state *state, const struct nbk_item *item, char text[NBK_NET_TEXT + 16])
{
	const struct nbk_item *subnet = nbk_state_get(state, NBK_SUBNET, item->subnet);
	char net[NBK_NET_TEXT];

	text[0] = '\0';
	if (item->kind != NBK_SUBNET && subnet != NULL)
		snprintf(text, NBK_NET_TEXT + 16, " in subnet %s", nbk_net_text(&subnet->net, net));
	return text;
}

/* Whether Kea's print of an object says all that we say: no more than its words differ. */
static bool
is_printed(const struct nbk_item *print, const struct nbk_item *ours)
{
	struct json_object *whole = nbk_json_parse(print->text, strlen(print->text), true, "", NULL);
	struct json_object *part = nbk_json_parse(ours->text, strlen(ours->text), true, "", NULL);
	bool result;

	/* Of a pool that is a whole network it prints that. */
	if (part != NULL && ours->kind == NBK_POOL && nbk_range_contains(&print->range, &ours->range) &&
	    nbk_range_contains(&ours->range, &print->range))
		json_object_object_del(part, "pool");
	result = nbk_json_contains(whole, part);
	json_object_put(whole);
	json_object_put(part);
	return result;
}

static bool
changes_any(const struct nbk_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (plan->changes[i].before != NULL && plan->changes[i].after != NULL)
			return true;
	return false;
}

/* New: what we have set, or would set, as Kea's print of it would be read, where several of ours may be one object of Kea's and there is
 * something to compare. NULL: it is as it was made. */
static struct nbk_kea_config *
read_back(const struct nbk_apply *apply, const struct nbk_state *state, const struct nbk_plan *plan)
{
	const struct nbk_kea_config *config = apply->config;
	struct nbk_kea_config *ours;
	char *text;

	if (config == NULL || !config->family->joins || !changes_any(plan))
		return NULL;
	text = nbk_kea_config_with(config, state);
	ours = text == NULL ? NULL : nbk_kea_config_new(text, config->family, config->ownership, NULL);
	free(text);
	return ours;
}

/* Whether Kea's print of an object, before, says all that we say now. */
static bool
is_unchanged(const struct nbk_change *change, const struct nbk_kea_config *ours)
{
	const struct nbk_item *after = ours == NULL || change->after == NULL ?
	                                   change->after :
	                                   nbk_state_get(&ours->marked, change->after->kind, change->after->id);

	return change->before != NULL && after != NULL && is_printed(change->before, after);
}

/* One line a change. What went is described by the state before; where that is Kea's print, our words alone are no change. */
static void
say_changes(const struct nbk_apply *apply, const struct nbk_state *before, const struct nbk_plan *plan)
{
	struct nbk_kea_config *ours = apply->printed ? read_back(apply, &apply->served, plan) : NULL;
	size_t i;

	for (i = 0; i < plan->count; i++) {
		const struct nbk_change *change = &plan->changes[i];
		const struct nbk_item *item = change->after == NULL ? change->before : change->after;
		char what[160], where[NBK_NET_TEXT + 16], origin[64];

		if (apply->printed && is_unchanged(change, ours))
			continue;
		nbk_item_describe(item, what);
		place_of(change->after == NULL ? before : &apply->served, item, where);
		snprintf(origin, sizeof(origin), "%s %lld", nbk_kind_netbox_name(item->kind), (long long)item->id);
		nbk_log(apply->log,
		        change->before == NULL  ? NETBOX_ADDED_MESSAGE :
		        change->after == NULL   ? NETBOX_REMOVED_MESSAGE :
		                                  NETBOX_CHANGED_MESSAGE,
		        what, where, origin);
	}
	nbk_kea_config_free(ours);
}

/* Borrowed: the subnet of the state that has the prefix of one that it replaces, that of the same id before others; or NULL. */
static const struct nbk_item *
in_place_of(const struct nbk_replaced *replaced, const struct nbk_state *state)
{
	const struct nbk_table *subnets = &state->items[NBK_SUBNET];
	const struct nbk_item *found = NULL;
	size_t i;

	for (i = 0; i < subnets->count; i++) {
		const struct nbk_item *subnet = subnets->rows[i];

		if (nbk_net_compare(&subnet->net, &replaced->net) != 0)
			continue;
		if (subnet->kea_id == replaced->kea_id)
			return subnet;
		found = subnet;
	}
	return found;
}

/* What becomes of a subnet, a pool or a reservation that is not from NetBox. */
struct fate {
	enum nbk_message message;
	const char *would; /* with check-only */
};

static const struct fate is_removed = { NETBOX_REPLACED_MESSAGE, "removed, which is not from NetBox" };
static const struct fate is_taken_over = { NETBOX_TAKEN_OVER_MESSAGE, "taken over" };
static const struct fate is_renumbered = { NETBOX_RENUMBERED_MESSAGE, "given another id, without its leases: map \"id\" to keep them" };

static void
say_replaced(const struct nbk_apply *apply, const struct nbk_state *state, bool check_only)
{
	const struct nbk_kea_config *config = apply->config;
	size_t i;

	for (i = 0; i < config->replaced_count; i++) {
		const struct nbk_replaced *replaced = &config->replaced[i];
		const struct nbk_item *ours = in_place_of(replaced, state);
		const struct fate *fate = ours == NULL                         ? &is_removed :
		                          ours->kea_id == replaced->kea_id ? &is_taken_over :
		                                                             &is_renumbered;
		char text[256];

		snprintf(text, sizeof(text), "%s %s", replaced->text, fate->would);
		if (check_only)
			nbk_log(apply->log, NETBOX_CHECK_ONLY_MESSAGE, text);
		else
			nbk_log(apply->log, fate->message, replaced->text);
	}
}

/* What has not been said yet of what was found while the desired state was made. */
static void
say_findings(struct nbk_apply *apply, struct nbk_desired *now)
{
	nbk_findings_say(&now->findings, apply->last == NULL ? NULL : &apply->last->findings, apply->log);
	nbk_desired_free(apply->last);
	apply->last = now;
}

/* Kea refused this text: it is not asked again about the same. */
static int
note_refusal(struct nbk_apply *apply, char *text, const struct nbk_error *fault, enum nbk_message message, struct nbk_error *err)
{
	if (fault->code == NBK_EDATA) {
		free(apply->refused);
		apply->refused = text;
		apply->refusal = *fault;
		nbk_log(apply->log, message, fault->text);
	} else {
		free(text);
	}
	return nbk_error_set(err, fault->code, "%s", fault->text);
}

/* Tests the state, puts it in force and notes that it is. */
static int
put_in_force(struct nbk_apply *apply, const struct nbk_state *state, bool check_only, struct nbk_error *err)
{
	const struct nbk_kea *kea = apply->kea;
	struct nbk_error fault = { NBK_OK, "" };
	char *next = nbk_kea_config_with(apply->config, state);

	if (next == NULL)
		return nbk_error_nomem(err);
	if (apply->refused != NULL && strcmp(apply->refused, next) == 0) {
		free(next);
		return nbk_error_set(err, apply->refusal.code, "%s", apply->refusal.text);
	}
	if (kea->config_test(kea->context, next, &fault) < 0) {
		apply->doubted = fault.code == NBK_ETEMP;
		nbk_error_context(&fault, "Kea refused the configuration when testing it");
		return note_refusal(apply, next, &fault, NETBOX_CONFIG_TEST_REFUSED_MESSAGE, err);
	}
	if (check_only) {
		free(next);
		return 0;
	}
	if (kea->config_set(kea->context, next, apply->running, apply->serial, &fault) < 0) {
		nbk_error_context(&fault, "Kea refused the configuration");
		return note_refusal(apply, next, &fault, NETBOX_CONFIG_SET_REFUSED_MESSAGE, err);
	}
	apply->sets++;
	free(apply->running);
	apply->running = next;
	if (nbk_state_copy(&apply->served, state) < 0)
		return nbk_error_nomem(err);
	apply->known = true;
	say_replaced(apply, &apply->served, false);
	nbk_kea_config_forget_replaced(apply->config);
	/* Where a subnet of ours has come into a shared network, only Kea's own print tells it from the one that stood there. */
	if (nbk_kea_config_shares(apply->config))
		forget_kea(apply);
	return 0;
}

/* What is served is Kea's print, for nothing is set: our words alone are no change. */
static void
say_check_only(const struct nbk_apply *apply, const struct nbk_state *state, const struct nbk_plan *plan)
{
	struct nbk_kea_config *ours = read_back(apply, state, plan);
	size_t added = 0, changed = 0, removed = 0, i;
	char text[128];

	for (i = 0; i < plan->count; i++) {
		const struct nbk_change *change = &plan->changes[i];

		if (change->before == NULL)
			added++;
		else if (change->after == NULL)
			removed++;
		else
			changed += !is_unchanged(change, ours);
	}
	nbk_kea_config_free(ours);
	snprintf(text, sizeof(text), "%zu added, %zu changed, %zu removed, and %zu removed that are not from NetBox", added, changed, removed,
	         apply->config->replaced_count);
	nbk_log(apply->log, NETBOX_CHECK_ONLY_MESSAGE, text);
}

/* Whether the operator's own subnets must wait for the first of NetBox's: an empty answer may not leave a server without any. */
static bool
keeps_replaced(const struct nbk_apply *apply, const struct nbk_apply_task *task, const struct nbk_state *state)
{
	return apply->config->replaced_count > 0 && state->items[NBK_SUBNET].count == 0 && task->config->max_removal_percent < 100;
}

/* Carries the plan out. */
static int
carry_out(struct nbk_apply *apply, const struct nbk_apply_task *task, const struct nbk_plan *plan, const struct nbk_state *state,
          struct nbk_error *err)
{
	bool nothing = plan->count == 0 && (apply->config->replaced_count == 0 || keeps_replaced(apply, task, state));
	bool check_only = task->config->check_only;
	struct nbk_state before; /* the plan speaks of its items */
	int result;

	if (nothing && (apply->known || state->items[NBK_SUBNET].count == 0)) {
		apply->known = !check_only;
		return 0;
	}
	nbk_state_init(&before);
	if (nbk_state_copy(&before, &apply->served) < 0)
		return nbk_error_nomem(err);
	result = put_in_force(apply, state, check_only, err);
	if (result == 0 && check_only) {
		say_check_only(apply, state, plan);
		if (task->full)
			say_replaced(apply, state, true);
	} else if (result == 0) {
		say_changes(apply, &before, plan);
		apply->printed = false;
		nbk_guard_note(&apply->guard, &apply->served);
	}
	nbk_state_clear(&before);
	return result;
}

/* The plan from what is served to what should be; where the guard does not let it pass, what it holds stays, and `text` says what. */
static struct nbk_desired *
decide(struct nbk_apply *apply, const struct nbk_apply_task *task, struct nbk_plan *plan, char text[NBK_HELD_TEXT], struct nbk_error *err)
{
	struct held held = { 0 };
	struct nbk_desired *desired;
	bool passes;

	do {
		desired = settle(apply, task, held.kinds, err);
		if (desired == NULL)
			return NULL;
		if (nbk_plan_init(plan, &apply->served, &desired->state) < 0) {
			nbk_desired_free(desired);
			nbk_error_nomem(err);
			return NULL;
		}
		passes = guard_passes(apply, task, plan, &desired->state, &held);
		if (!passes) {
			nbk_plan_clear(plan);
			nbk_desired_free(desired);
		}
	} while (!passes);
	describe_held(apply, &held, plan, text);
	return desired;
}

static int
attempt(struct nbk_apply *apply, const struct nbk_apply_task *task, struct nbk_error *err)
{
	struct nbk_desired *desired;
	struct nbk_plan plan;
	char held[NBK_HELD_TEXT];
	int result;

	if (learn(apply, task->config->family, task->ownership, err) < 0)
		return -1;
	if (nbk_scope_add_contents(task->scope, &apply->served, task->model) < 0)
		return nbk_error_nomem(err);
	if (task->config->family->joins && nbk_scope_add_joined(task->scope, &apply->served) < 0)
		return nbk_error_nomem(err);
	desired = decide(apply, task, &plan, held, err);
	if (desired == NULL)
		return -1;
	if (keeps_replaced(apply, task, &desired->state))
		snprintf(held + strlen(held), sizeof(held) - strlen(held),
		         "%s%zu of %zu subnets that are not from NetBox, with none from there in their place", held[0] == '\0' ? "" : ", ",
		         apply->config->replaced_count, apply->config->replaced_count);
	result = carry_out(apply, task, &plan, &desired->state, err);
	nbk_plan_clear(&plan);
	if (result < 0 && err->code != NBK_EDATA) {
		nbk_desired_free(desired);
		return -1;
	}
	say_findings(apply, desired);
	memcpy(apply->held, held, sizeof(apply->held));
	if (result == 0 && task->full) {
		nbk_verdicts_prune(&apply->verdicts, &apply->served, task->model->rows);
		if (held[0] == '\0')
			nbk_guard_start(&apply->guard, &apply->served);
	}
	return result;
}

int
nbk_apply_run(struct nbk_apply *apply, const struct nbk_apply_task *task, struct nbk_error *err)
{
	struct nbk_error fault = { NBK_OK, "" };
	int result, attempts;

	if (task->full) {
		forget_refusals(apply);
		memset(apply->emptied, 0, sizeof(apply->emptied));
	}
	for (attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
		nbk_error_clear(&fault);
		result = attempt(apply, task, &fault);
		if (result == 0)
			return 0;
		if (fault.code != NBK_ESTALE)
			break;
		forget_kea(apply);
	}
	return nbk_error_set(err, fault.code == NBK_ESTALE ? NBK_ETEMP : fault.code, "%s", fault.text);
}

void
nbk_apply_report_text(const struct nbk_apply_report *report, const struct nbk_family *family, char text[128])
{
	size_t length = 0;
	int kind;

	for (kind = 0; kind < family->kinds; kind++)
		length += (size_t)snprintf(text + length, 128 - length, "%s%zu %ss", kind == 0 ? "" : ", ", report->counts[kind],
		                           nbk_kind_name(kind));
}

static void
say_resumed(const struct nbk_apply *apply, const struct nbk_family *family)
{
	struct nbk_apply_report report;
	char counts[128];

	nbk_apply_report(apply, &report);
	nbk_apply_report_text(&report, family, counts);
	nbk_log(apply->log, NETBOX_RESUMED_MESSAGE, counts);
}

/* Puts in force what Kea takes of what was served: its definitions, its classes or the operator's own subnets have changed. */
static int
put_back_part(struct nbk_apply *apply, const struct nbk_config *config, enum nbk_ownership ownership, struct nbk_error *err)
{
	bool hold[NBK_KINDS] = { false };
	struct nbk_desired *desired;
	struct nbk_model nothing;
	struct nbk_scope scope;
	struct nbk_plan plan;
	struct nbk_apply_task task = { .config = config, .model = &nothing, .scope = &scope, .ownership = ownership };
	int result;

	nbk_model_init(&nothing, config);
	nbk_scope_init(&scope, false);
	desired = settle(apply, &task, hold, err);
	if (desired == NULL || nbk_plan_init(&plan, &apply->served, &desired->state) < 0) {
		result = desired == NULL ? -1 : nbk_error_nomem(err);
	} else {
		result = carry_out(apply, &task, &plan, &desired->state, err);
		nbk_plan_clear(&plan);
	}
	nbk_desired_free(desired);
	nbk_scope_clear(&scope);
	nbk_model_clear(&nothing);
	return result;
}

int
nbk_apply_put_back(struct nbk_apply *apply, const struct nbk_config *config, struct nbk_error *err)
{
	/* Where only hints are to be applied, the operator's subnets are not ours to remove. */
	enum nbk_ownership ownership = config->full_sync_at_startup ? config->ownership : NBK_OWN_MARKED;
	int attempts, result = -1;

	forget_kea(apply);
	nbk_verdicts_clear(&apply->verdicts);
	memset(apply->emptied, 0, sizeof(apply->emptied));
	free(apply->refused);
	apply->refused = NULL;
	apply->known = false;
	apply->held[0] = '\0'; /* to be judged anew */
	/* What Kea's own file has of ours counts as served from the start. */
	if (apply->served.items[NBK_SUBNET].count == 0)
		return learn(apply, config->family, ownership, err);
	for (attempts = 0; attempts < MOST_ATTEMPTS && result < 0; attempts++) {
		struct nbk_error fault = { NBK_OK, "" };

		if (config->check_only)
			return 0;
		result = learn(apply, config->family, ownership, &fault);
		if (result == 0)
			result = put_in_force(apply, &apply->served, false, &fault);
		if (result < 0 && (fault.code == NBK_EDATA || apply->doubted) && apply->config != NULL) {
			nbk_error_clear(&fault);
			result = put_back_part(apply, config, ownership, &fault);
		}
		if (result == 0)
			say_resumed(apply, config->family);
		else if (fault.code != NBK_ESTALE || attempts + 1 == MOST_ATTEMPTS)
			return nbk_error_set(err, fault.code, "%s", fault.text);
		else
			forget_kea(apply);
	}
	return result;
}
