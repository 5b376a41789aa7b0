/* SPDX-License-Identifier: MPL-2.0 */
#include "model.h"

#include <stdlib.h>

#define NO_PARENT ((size_t)-1)

struct nbk_parents {
	const struct nbk_table *table;   /* all prefixes, by id */
	const struct nbk_row **prefixes; /* by VRF, address and length: one that contains others stands before them */
	size_t *around;                  /* of each the index of the longest that contains it, or NO_PARENT */
	size_t count;
};

static int
compare_prefixes(const void *a, const void *b)
{
	const struct nbk_row *x = *(const struct nbk_row *const *)a, *y = *(const struct nbk_row *const *)b;
	int order;

	if (x->vrf != y->vrf)
		return nbk_table_compare_keys(x->vrf, y->vrf);
	order = nbk_net_compare(&x->net, &y->net);
	if (order != 0)
		return order;
	/* The same prefix twice in one VRF: the lower id is the last, and so the one that is found. */
	return nbk_table_compare_keys(y->id, x->id);
}

static bool
contains(const struct nbk_row *prefix, int64_t vrf, const struct nbk_range *range)
{
	return prefix->vrf == vrf && nbk_range_contains(&prefix->range, range);
}

struct nbk_parents *
nbk_parents_new(const struct nbk_model *model)
{
	const struct nbk_table *table = &model->rows[NBK_SUBNET];
	struct nbk_parents *parents = calloc(1, sizeof(*parents));
	size_t i;

	if (parents == NULL)
		return NULL;
	parents->table = table;
	parents->count = table->count;
	parents->prefixes = calloc(table->count + 1, sizeof(*parents->prefixes));
	parents->around = calloc(table->count + 1, sizeof(*parents->around));
	if (parents->prefixes == NULL || parents->around == NULL) {
		nbk_parents_free(parents);
		return NULL;
	}
	for (i = 0; i < table->count; i++)
		parents->prefixes[i] = table->rows[i];
	qsort(parents->prefixes, parents->count, sizeof(*parents->prefixes), compare_prefixes);
	for (i = 0; i < parents->count; i++) {
		const struct nbk_row *prefix = parents->prefixes[i];
		size_t around = i == 0 ? NO_PARENT : i - 1;

		while (around != NO_PARENT && !contains(parents->prefixes[around], prefix->vrf, &prefix->range))
			around = parents->around[around];
		parents->around[i] = around;
	}
	return parents;
}

void
nbk_parents_free(struct nbk_parents *parents)
{
	if (parents == NULL)
		return;
	free(parents->prefixes);
	free(parents->around);
	free(parents);
}

const struct nbk_row *
nbk_parents_find(const struct nbk_parents *parents, int64_t vrf, const struct nbk_range *range)
{
	size_t low = 0, high = parents->count, found;

	/* The last prefix of the VRF that starts at or before the range; what contains the range is it or around it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct nbk_row *prefix = parents->prefixes[middle];

		if (prefix->vrf < vrf || (prefix->vrf == vrf && nbk_ip_compare(&prefix->range.start, &range->start) <= 0))
			low = middle + 1;
		else
			high = middle;
	}
	for (found = low == 0 ? NO_PARENT : low - 1; found != NO_PARENT; found = parents->around[found])
		if (contains(parents->prefixes[found], vrf, range))
			return parents->prefixes[found];
	return NULL;
}

const struct nbk_row *
nbk_parents_of(const struct nbk_parents *parents, const struct nbk_row *row)
{
	if (row->subnet != 0)
		return nbk_table_get(parents->table, row->subnet);
	return nbk_parents_find(parents, row->vrf, &row->range);
}
