/* SPDX-License-Identifier: MPL-2.0 */
#include "page.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* What the rows are, "|" between; a row that is no JSON is "!". NULL: the page is none. */
static char *
rows_of(const char *text, size_t length)
{
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_page page;
	struct nbk_buf rows;
	size_t i;

	if (nbk_page_init(&page, text, length, "the page", &err) < 0) {
		ck_assert_int_eq(err.code, NBK_ETEMP);
		assert_has(err.text, "the page");
		return NULL;
	}
	nbk_buf_init(&rows, NBK_BUF_UNBOUND);
	for (i = 0; i < page.count; i++) {
		struct json_object *row = nbk_page_row(&page, i, &err);

		nbk_buf_addf(&rows, "%s%s", i == 0 ? "" : "|",
		             row == NULL ? "!" : json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN));
		json_object_put(row);
	}
	nbk_page_clear(&page);
	return nbk_buf_take(&rows);
}

static void
assert_rows(const char *text, const char *expected)
{
	char *rows = rows_of(text, strlen(text));

	ck_assert_msg(rows != NULL, "%s", text);
	ck_assert_str_eq(rows, expected);
	free(rows);
}

START_TEST(test_rows_are_those_of_the_list_called_results)
{
	assert_rows("{\"count\":2,\"next\":null,\"results\":[{\"id\":1},{\"id\":2}]}", "{\"id\":1}|{\"id\":2}");
	assert_rows(" {\n\"results\" : [ {\"id\": 1} , {\"id\": [2, {}]}\n] , \"next\": null } ", "{\"id\":1}|{\"id\":[2,{}]}");
	assert_rows("{\"other\":[7],\"a\":{\"results\":[8]},\"b\":\"results\",\"c\":[9],\"results\":[{}]}", "{}");
	assert_rows("{'results': [{'a': '\"]'}]}", "{\"a\":\"\\\"]\"}");
	assert_rows("{\"results\":[]}", "");
	assert_rows("{\"results\":[ \n ]}", "");
	assert_rows("{\"next\":null}", "");
	assert_rows("[{\"results\":[1]}]", "");
}
END_TEST

START_TEST(test_rows_are_not_split_by_what_stands_in_a_text)
{
	assert_rows("{\"results\":[{\"a\":\"x],[}{,\"},{\"b\":\"\\\"]\\\\\"},{}]}", "{\"a\":\"x],[}{,\"}|{\"b\":\"\\\"]\\\\\"}|{}");
	assert_rows("{\"x\":\"\\\"results\\\":[\",\"results\":[\"it's\"]}", "\"it's\"");
}
END_TEST

START_TEST(test_rest_is_the_page_without_its_rows)
{
	static const char text[] = "{\"count\":2,\"results\":[{\"id\":1},{\"id\":2}],\"next\":\"x\"}";
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_page page;

	ck_assert_int_eq(nbk_page_init(&page, text, strlen(text), "the page", &err), 0);
	ck_assert_str_eq(json_object_to_json_string_ext(page.rest, JSON_C_TO_STRING_PLAIN), "{\"count\":2,\"results\":[],\"next\":\"x\"}");
	ck_assert_uint_eq(page.count, 2);
	nbk_page_clear(&page);
}
END_TEST

START_TEST(test_page_that_is_cut_off_is_none)
{
	static const char text[] = "{\"count\":1,\"results\":[{\"id\":1,\"a\":\"\\\"\"}],\"next\":null}";
	size_t length;

	for (length = 0; length < strlen(text); length++) {
		char *part = strndup(text, length);

		ck_assert_msg(rows_of(part, length) == NULL, "%s", part);
		free(part);
	}
}
END_TEST

START_TEST(test_page_that_is_no_json_is_none_or_its_row_is)
{
	static const char *const bad[] = { "", "<html>", "]]]", "{\"results\":[1]}}", "{\"results\":[1]", "{\"a\"\"results\":[1]}",
		                            "null" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(rows_of(bad[i], strlen(bad[i])) == NULL, "%s", bad[i]);
	assert_rows("{\"results\":[{},,{}]}", "{}|!|{}");
	assert_rows("{\"results\":[{},]}", "{}|!");
	assert_rows("{\"results\":[[1}]}", "!");
	assert_rows("{\"results\":[{\"a\" 1},{\"b\":\"\xff\"},null]}", "!|!|!");
}
END_TEST

Suite *
suite_page(void)
{
	Suite *suite = suite_create("page");
	TCase *tcase = tcase_create("page");

	tcase_add_test(tcase, test_rows_are_those_of_the_list_called_results);
	tcase_add_test(tcase, test_rows_are_not_split_by_what_stands_in_a_text);
	tcase_add_test(tcase, test_rest_is_the_page_without_its_rows);
	tcase_add_test(tcase, test_page_that_is_cut_off_is_none);
	tcase_add_test(tcase, test_page_that_is_no_json_is_none_or_its_row_is);
	suite_add_tcase(suite, tcase);
	return suite;
}
