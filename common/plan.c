/* SPDX-License-Identifier: MPL-2.0 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

/* The guard says nothing about fewer removals than this. */
#define FREE_REMOVALS 10

static void
add(struct nbk_plan *plan, const struct nbk_item *before, const struct nbk_item *after)
{
	/* A move into another subnet leaves the object's own text as it was. */
	if (before != NULL && after != NULL && before->subnet == after->subnet && strcmp(before->text, after->text) == 0)
		return;
	plan->changes[plan->count].before = before;
	plan->changes[plan->count++].after = after;
}

static void
compare_kind(struct nbk_plan *plan, const struct nbk_table *served, const struct nbk_table *desired)
{
	size_t i = 0, j = 0;

	while (i < served->count || j < desired->count) {
		const struct nbk_item *before = i < served->count ? served->rows[i] : NULL;
		const struct nbk_item *after = j < desired->count ? desired->rows[j] : NULL;

		if (before != NULL && after != NULL && before->id != after->id) {
			if (before->id < after->id)
				after = NULL;
			else
				before = NULL;
		}
		i += before != NULL;
		j += after != NULL;
		add(plan, before, after);
	}
}

static int
compare_places(const void *a, const void *b)
{
	const struct nbk_item *x = *(const struct nbk_item *const *)a, *y = *(const struct nbk_item *const *)b;

	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : nbk_ip_compare(&x->range.start, &y->range.start);
}

/* Counts what goes. What comes again under another id, as after an import of what was deleted, has not gone. */
static int
count_removed(struct nbk_plan *plan)
{
	const struct nbk_item **added = calloc(plan->count + 1, sizeof(*added));
	size_t i, count = 0;

	if (added == NULL)
		return -1;
	for (i = 0; i < plan->count; i++)
		if (plan->changes[i].before == NULL)
			added[count++] = plan->changes[i].after;
	qsort(added, count, sizeof(*added), compare_places);
	for (i = 0; i < plan->count; i++) {
		const struct nbk_change *change = &plan->changes[i];

		if (change->after == NULL && bsearch(&change->before, added, count, sizeof(*added), compare_places) == NULL)
			plan->removed[change->before->kind]++;
	}
	free(added);
	return 0;
}

int
nbk_plan_init(struct nbk_plan *plan, const struct nbk_state *served, const struct nbk_state *desired)
{
	size_t most = 1;
	int kind;

	memset(plan, 0, sizeof(*plan));
	for (kind = 0; kind < NBK_KINDS; kind++)
		most += served->items[kind].count + desired->items[kind].count;
	plan->changes = calloc(most, sizeof(*plan->changes));
	if (plan->changes == NULL)
		return -1;
	for (kind = 0; kind < NBK_KINDS; kind++)
		compare_kind(plan, &served->items[kind], &desired->items[kind]);
	if (count_removed(plan) == 0)
		return 0;
	nbk_plan_clear(plan);
	return -1;
}

void
nbk_plan_clear(struct nbk_plan *plan)
{
	free(plan->changes);
	memset(plan, 0, sizeof(*plan));
}

void
nbk_plan_text(const struct nbk_plan *plan, struct nbk_buf *text)
{
	char what[160];
	size_t i;

	for (i = 0; i < plan->count; i++) {
		const struct nbk_change *change = &plan->changes[i];
		const char *sign = change->before == NULL ? "+" : change->after == NULL ? "-" : "~";

		nbk_item_describe(change->after == NULL ? change->before : change->after, what);
		nbk_buf_addf(text, "%s %s\n", sign, what);
	}
}

void
nbk_guard_start(struct nbk_guard *guard, const struct nbk_state *served)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++) {
		guard->baseline[kind] = served->items[kind].count;
		guard->removed[kind] = 0;
	}
}

bool
nbk_guard_allows(const struct nbk_guard *guard, enum nbk_kind kind, size_t removals, unsigned percent)
{
	size_t total = guard->removed[kind] + removals;

	return removals == 0 || percent >= 100 || total <= FREE_REMOVALS || total * 100 <= guard->baseline[kind] * percent;
}

void
nbk_guard_note(struct nbk_guard *guard, const struct nbk_state *served)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++) {
		size_t count = served->items[kind].count;

		if (guard->baseline[kind] < count)
			guard->baseline[kind] = count;
		guard->removed[kind] = guard->baseline[kind] - count;
	}
}
