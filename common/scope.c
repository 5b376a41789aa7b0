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
	int64_t *row = malloc(sizeof(*row));

	if (row == NULL)
		return -1;
	*row = id;
	return nbk_table_put(&scope->ids[kind], row);
}

bool
nbk_scope_has(const struct nbk_scope *scope, enum nbk_kind kind, int64_t id)
{
	return scope->all[kind] || nbk_table_get(&scope->ids[kind], id) != NULL;
}
