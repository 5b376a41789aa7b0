/* SPDX-License-Identifier: MPL-2.0 */
#include "desired.h"

#include <stdlib.h>

void
nbk_scope_init(struct nbk_scope *scope, bool all)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++) {
		scope->all[kind] = all;
		nbk_table_init(&scope->ids[kind], free);
	}
}

void
nbk_scope_clear(struct nbk_scope *scope)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS; kind++)
		nbk_table_clear(&scope->ids[kind]);
}

int
nbk_scope_add(struct nbk_scope *scope, enum nbk_kind kind, int64_t id)
{
	return nbk_table_add_id(&scope->ids[kind], id);
}

bool
nbk_scope_has(const struct nbk_scope *scope, enum nbk_kind kind, int64_t id)
{
	return scope->all[kind] || nbk_table_get(&scope->ids[kind], id) != NULL;
}

static int
compare_identifiers(const void *a, const void *b)
{
	return nbk_item_compare_identifiers(*(const struct nbk_item *const *)a, *(const struct nbk_item *const *)b);
}

int
nbk_scope_add_contents(struct nbk_scope *scope, const struct nbk_state *served, const struct nbk_model *model)
{
	int kind;
	size_t i;

	for (kind = NBK_POOL; scope->ids[NBK_SUBNET].count > 0 && kind < NBK_KINDS; kind++)
		for (i = 0; i < served->items[kind].count; i++) {
			const struct nbk_item *item = served->items[kind].rows[i];

			if (nbk_table_get(&scope->ids[NBK_SUBNET], item->subnet) != NULL &&
			    nbk_table_get(&model->rows[NBK_SUBNET], item->subnet) == NULL &&
			    nbk_table_get(&model->rows[kind], item->id) != NULL && nbk_scope_add(scope, kind, item->id) < 0)
				return -1;
		}
	return 0;
}

int
nbk_scope_add_joined(struct nbk_scope *scope, const struct nbk_state *served)
{
	const struct nbk_table *reservations = &served->items[NBK_RESERVATION];
	const struct nbk_table *ids = &scope->ids[NBK_RESERVATION];
	const struct nbk_item **sorted = malloc((ids->count + 1) * sizeof(*sorted));
	size_t i, count = 0;
	int result = sorted == NULL ? -1 : 0;

	for (i = 0; i < ids->count && result == 0; i++) {
		const struct nbk_item *item = nbk_table_get(reservations, *(int64_t *)ids->rows[i]);

		if (item != NULL)
			sorted[count++] = item;
	}
	if (count > 0)
		qsort(sorted, count, sizeof(*sorted), compare_identifiers);
	for (i = 0; count > 0 && i < reservations->count && result == 0; i++) {
		const struct nbk_item *item = reservations->rows[i];

		if (bsearch(&item, sorted, count, sizeof(*sorted), compare_identifiers) != NULL)
			result = nbk_scope_add(scope, NBK_RESERVATION, item->id);
	}
	free(sorted);
	return result;
}
