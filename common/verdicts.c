/* SPDX-License-Identifier: MPL-2.0 */
#include "verdicts.h"

#include <stdlib.h>
#include <string.h>

static void
verdict_free(void *pointer)
{
	struct nbk_verdict *verdict = pointer;

	if (verdict == NULL)
		return;
	verdict_free(verdict->before);
	nbk_item_release(verdict->item);
	free(verdict->reason);
	free(verdict);
}

void
nbk_verdicts_init(struct nbk_verdicts *verdicts)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		nbk_table_init(&verdicts->kinds[kind], verdict_free);
}

void
nbk_verdicts_clear(struct nbk_verdicts *verdicts)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		nbk_table_clear(&verdicts->kinds[kind]);
}

void
nbk_verdicts_forget_refusals(struct nbk_verdicts *verdicts)
{
	int kind;
	size_t i;

	for (kind = 0; kind < NBK_KINDS; kind++) {
		struct nbk_table *table = &verdicts->kinds[kind];

		for (i = table->count; i > 0; i--) {
			const struct nbk_verdict *verdict = table->rows[i - 1];

			if (verdict->reason != NULL || (verdict->before != NULL && verdict->before->reason != NULL))
				nbk_table_remove(table, verdict->id);
		}
	}
}

void
nbk_verdicts_prune(struct nbk_verdicts *verdicts, const struct nbk_state *served, const struct nbk_table rows[NBK_KINDS])
{
	int kind;
	size_t i;

	for (kind = 0; kind < NBK_KINDS; kind++)
		for (i = verdicts->kinds[kind].count; i > 0; i--) {
			int64_t id = *(int64_t *)verdicts->kinds[kind].rows[i - 1];

			if (nbk_table_get(&rows[kind], id) == NULL && nbk_state_get(served, kind, id) == NULL)
				nbk_table_remove(&verdicts->kinds[kind], id);
		}
}

/* The newest verdict on another text of the item, alone. Takes the verdict and all before it. */
static struct nbk_verdict *
last_of_another_text(struct nbk_verdict *verdict, const struct nbk_item *item)
{
	struct nbk_verdict *before;

	if (verdict == NULL)
		return NULL;
	before = verdict->before;
	verdict->before = NULL;
	if (strcmp(verdict->item->text, item->text) == 0) {
		verdict_free(verdict);
		return before;
	}
	verdict_free(before);
	return verdict;
}

int
nbk_verdicts_put(struct nbk_verdicts *verdicts, const struct nbk_item *item, const char *reason)
{
	struct nbk_table *table = &verdicts->kinds[item->kind];
	struct nbk_verdict *verdict = calloc(1, sizeof(*verdict));

	if (verdict == NULL)
		return -1;
	verdict->id = item->id;
	verdict->item = nbk_item_hold(item);
	verdict->reason = reason == NULL ? NULL : strdup(reason);
	if (reason != NULL && verdict->reason == NULL) {
		verdict_free(verdict);
		return -1;
	}
	verdict->before = last_of_another_text(nbk_table_take(table, item->id), item);
	return nbk_table_put(table, verdict);
}

const struct nbk_verdict *
nbk_verdicts_get(const struct nbk_verdicts *verdicts, const struct nbk_item *item)
{
	const struct nbk_verdict *verdict = nbk_table_get(&verdicts->kinds[item->kind], item->id);

	while (verdict != NULL && strcmp(verdict->item->text, item->text) != 0)
		verdict = verdict->before;
	return verdict;
}
