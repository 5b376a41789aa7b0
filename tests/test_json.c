/* SPDX-License-Identifier: MPL-2.0 */
#include "json.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static enum nbk_errc
fault_of(const char *text, size_t length)
{
	struct nbk_error err = { NBK_OK, "" };
	struct json_object *value = nbk_json_parse(text, length, false, "the answer", &err);

	ck_assert_int_eq(value == NULL, err.code != NBK_OK);
	if (err.code != NBK_OK)
		assert_has(err.text, "the answer");
	json_object_put(value);
	return err.code;
}

START_TEST(test_member_is_null_where_there_is_none)
{
	struct json_object *object = json("{'a': {'b': null, 'c': 'x'}, 'n': 3}");

	ck_assert_ptr_null(nbk_json_member(object, "z"));
	ck_assert_ptr_null(nbk_json_member(nbk_json_member(object, "a"), "b"));
	ck_assert_ptr_null(nbk_json_member(nbk_json_member(object, "n"), "b"));
	ck_assert_ptr_null(nbk_json_member(NULL, "b"));
	ck_assert_str_eq(nbk_json_string(nbk_json_member(object, "a"), "c"), "x");
	ck_assert_ptr_null(nbk_json_string(object, "n"));
	json_object_put(object);
}
END_TEST

START_TEST(test_id_is_a_number_above_0)
{
	struct json_object *object = json("{'a': 7, 'b': 0, 'c': -1, 'd': '7', 'e': 7.5, 'f': 9223372036854775807}");

	ck_assert_int_eq(nbk_json_positive(object, "a"), 7);
	ck_assert_int_eq(nbk_json_positive(object, "b"), 0);
	ck_assert_int_eq(nbk_json_positive(object, "c"), 0);
	ck_assert_int_eq(nbk_json_positive(object, "d"), 0);
	ck_assert_int_eq(nbk_json_positive(object, "e"), 0);
	ck_assert_int_eq(nbk_json_positive(object, "f"), INT64_MAX);
	json_object_put(object);
}
END_TEST

START_TEST(test_parse_wants_one_whole_value)
{
	static const char *const bad[] = { "", " ", "{", "{\"a\": 1", "{} {}", "{}x", "<html>", "[1,", "\"\xff\"", "null" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(fault_of(bad[i], strlen(bad[i])) == NBK_ETEMP, "%s", bad[i]);
	ck_assert_int_eq(fault_of("{\"a\": [1, 2]} \r\n", 16), NBK_OK);
	ck_assert_int_eq(fault_of("{\"a\": 1}{", 8), NBK_OK);
}
END_TEST

START_TEST(test_parse_refuses_what_is_too_deep)
{
	char text[201];

	memset(text, '[', 100);
	memset(text + 100, ']', 100);
	ck_assert_int_eq(fault_of(text, 200), NBK_ETEMP);
	ck_assert_int_eq(fault_of(text + 50, 100), NBK_OK);
}
END_TEST

START_TEST(test_text_keeps_unicode)
{
	struct json_object *object = json("{\"a/b\": \"ü😀\\u20ac\\u0001\"}");
	char *text = nbk_json_text(object);

	ck_assert_str_eq(text, "{\"a/b\":\"ü😀€\\u0001\"}");
	free(text);
	json_object_put(object);
}
END_TEST

START_TEST(test_contains)
{
	static const struct {
		const char *whole, *part;
		bool contains;
	} cases[] = {
		{ "{'a': 1, 'b': [{'c': 2, 'd': 3}]}", "{'b': [{'c': 2}]}", true },
		{ "{'a': 1}", "{}", true },
		{ "{'a': 1}", "{'a': 2}", false },
		{ "{'a': 1}", "{'b': 1}", false },
		{ "{'a': null}", "{'a': null}", true },
		{ "{'a': [1, 2]}", "{'a': [1]}", false },
		{ "{'a': [1, 2]}", "{'a': [2, 1]}", false },
		{ "{'a': '1'}", "{'a': 1}", false },
		{ "{'a': 'x'}", "{'a': 'x'}", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_object *whole = json(cases[i].whole), *part = json(cases[i].part);

		ck_assert_msg(nbk_json_contains(whole, part) == cases[i].contains, "%s in %s", cases[i].part, cases[i].whole);
		json_object_put(whole);
		json_object_put(part);
	}
}
END_TEST

Suite *
suite_json(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");

	tcase_add_test(tcase, test_member_is_null_where_there_is_none);
	tcase_add_test(tcase, test_id_is_a_number_above_0);
	tcase_add_test(tcase, test_parse_wants_one_whole_value);
	tcase_add_test(tcase, test_parse_refuses_what_is_too_deep);
	tcase_add_test(tcase, test_text_keeps_unicode);
	tcase_add_test(tcase, test_contains);
	suite_add_tcase(suite, tcase);
	return suite;
}
