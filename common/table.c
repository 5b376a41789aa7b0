/* SPDX-License-Identifier: MPL-2.0 */
#include "table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int64_t
key_of(const void *row)
{
	return *(const int64_t *)row;
}

void
nbk_table_init(struct nbk_table *table, void (*free_row)(void *row))
{
	memset(table, 0, sizeof(*table));
	table->free_row = free_row;
}

void
nbk_table_clear(struct nbk_table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		table->free_row(table->rows[i]);
	free(table->rows);
	nbk_table_init(table, table->free_row);
}

/* Where the key is, or where it would have to be put. */
static size_t
position(const struct nbk_table *table, int64_t key, bool *found)
{
	size_t low = 0, high = table->count;

	if (high > 0 && key_of(table->rows[high - 1]) < key)
		low = high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (key_of(table->rows[middle]) < key)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < table->count && key_of(table->rows[low]) == key;
	return low;
}

int
nbk_table_put(struct nbk_table *table, void *row)
{
	bool found;
	size_t at = position(table, key_of(row), &found);

	if (found) {
		table->free_row(table->rows[at]);
		table->rows[at] = row;
		return 0;
	}
	if (table->count == table->capacity) {
		size_t capacity = table->capacity == 0 ? 64 : table->capacity * 2;
		void **rows = realloc(table->rows, capacity * sizeof(*rows));

		if (rows == NULL) {
			table->free_row(row);
			return -1;
		}
		table->rows = rows;
		table->capacity = capacity;
	}
	memmove(&table->rows[at + 1], &table->rows[at], (table->count - at) * sizeof(*table->rows));
	table->rows[at] = row;
	table->count++;
	return 0;
}

void *
nbk_table_get(const struct nbk_table *table, int64_t key)
{
	bool found;
	size_t at = position(table, key, &found);

	return found ? table->rows[at] : NULL;
}

void *
nbk_table_take(struct nbk_table *table, int64_t key)
{
	bool found;
	size_t at = position(table, key, &found);
	void *row;

	if (!found)
		return NULL;
	row = table->rows[at];
	table->count--;
	memmove(&table->rows[at], &table->rows[at + 1], (table->count - at) * sizeof(*table->rows));
	return row;
}

void
nbk_table_remove(struct nbk_table *table, int64_t key)
{
	void *row = nbk_table_take(table, key);

	if (row != NULL)
		table->free_row(row);
}

int
nbk_table_compare_keys(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

int
nbk_table_add_id(struct nbk_table *ids, int64_t id)
{
	int64_t *row;

	if (nbk_table_get(ids, id) != NULL)
		return 0;
	row = malloc(sizeof(*row));
	if (row == NULL)
		return -1;
	*row = id;
	return nbk_table_put(ids, row);
}
