/* SPDX-License-Identifier: MPL-2.0 */
#include "suites.h"
#include "table.h"

#include <check.h>
#include <stdlib.h>

struct row {
	int64_t key;
	int value;
};

static int freed;

static void
free_row(void *row)
{
	freed++;
	free(row);
}

static void
start(void)
{
	freed = 0;
}

static void
put(struct nbk_table *table, int64_t key, int value)
{
	struct row *row = malloc(sizeof(*row));

	ck_assert_ptr_nonnull(row);
	*row = (struct row){ key, value };
	ck_assert_int_eq(nbk_table_put(table, row), 0);
}

static int
value_of(const struct nbk_table *table, int64_t key)
{
	const struct row *row = nbk_table_get(table, key);

	return row == NULL ? -1 : row->value;
}

START_TEST(test_rows_are_in_the_order_of_keys)
{
	struct nbk_table table;
	size_t i;

	nbk_table_init(&table, free_row);
	for (i = 0; i < 500; i++)
		put(&table, (int64_t)(i * 7919 % 500) - 250, (int)i);
	ck_assert_uint_eq(table.count, 500);
	for (i = 0; i < 500; i++)
		ck_assert_int_eq(((struct row *)table.rows[i])->key, (int64_t)i - 250);
	nbk_table_clear(&table);
	ck_assert_int_eq(freed, 500);
	ck_assert_uint_eq(table.count, 0);
}
END_TEST

START_TEST(test_put_replaces_the_row_of_its_key)
{
	struct nbk_table table;

	nbk_table_init(&table, free_row);
	put(&table, 5, 1);
	put(&table, 5, 2);
	ck_assert_uint_eq(table.count, 1);
	ck_assert_int_eq(value_of(&table, 5), 2);
	ck_assert_int_eq(freed, 1);
	nbk_table_clear(&table);
}
END_TEST

START_TEST(test_take_and_remove)
{
	struct nbk_table table;
	struct row *row;

	nbk_table_init(&table, free_row);
	put(&table, 1, 10);
	put(&table, 2, 20);
	put(&table, 3, 30);
	row = nbk_table_take(&table, 2);
	ck_assert_int_eq(row->value, 20);
	free(row);
	ck_assert_ptr_null(nbk_table_take(&table, 2));
	ck_assert_int_eq(freed, 0);
	nbk_table_remove(&table, 1);
	nbk_table_remove(&table, 1);
	ck_assert_int_eq(freed, 1);
	ck_assert_uint_eq(table.count, 1);
	ck_assert_int_eq(value_of(&table, 3), 30);
	ck_assert_int_eq(value_of(&table, 1), -1);
	nbk_table_clear(&table);
}
END_TEST

Suite *
suite_table(void)
{
	Suite *suite = suite_create("table");
	TCase *tcase = tcase_create("table");

	tcase_add_checked_fixture(tcase, start, NULL);
	tcase_add_test(tcase, test_rows_are_in_the_order_of_keys);
	tcase_add_test(tcase, test_put_replaces_the_row_of_its_key);
	tcase_add_test(tcase, test_take_and_remove);
	suite_add_tcase(suite, tcase);
	return suite;
}
