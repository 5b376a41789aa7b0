/* SPDX-License-Identifier: MPL-2.0 */
/* table.h: rows in the order of their key, found by it. Any row type whose first member is an int64_t key.
 *
 * NetBox is read in the order of ids, so that a row is mostly added at the end. Not for two threads at once. */
#ifndef NBK_TABLE_H
#define NBK_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct nbk_table {
	void **rows;
	size_t count;
	size_t capacity;
	void (*free_row)(void *row);
};

void nbk_table_init(struct nbk_table *table, void (*free_row)(void *row));
void nbk_table_clear(struct nbk_table *table);

/* Takes the row; one of the same key is freed. -1: out of memory, and the row is freed. */
int nbk_table_put(struct nbk_table *table, void *row);
void *nbk_table_get(const struct nbk_table *table, int64_t key);
void nbk_table_remove(struct nbk_table *table, int64_t key);

/* The row leaves the table and is the caller's. NULL: there is none. */
void *nbk_table_take(struct nbk_table *table, int64_t key);

/* Less than, equal to or more than 0. */
int nbk_table_compare_keys(int64_t a, int64_t b);

/* Adds an id to a table whose rows are nothing but ids: int64_t, with free as free_row. -1: out of memory. */
int nbk_table_add_id(struct nbk_table *ids, int64_t id);

#endif
