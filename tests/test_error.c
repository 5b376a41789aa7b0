/* SPDX-License-Identifier: MPL-2.0 */
#include "error.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <string.h>

START_TEST(test_set_keeps_the_first_error)
{
	struct nbk_error err = { NBK_OK, "" };

	ck_assert_int_eq(nbk_error_set(&err, NBK_EDATA, "row %d", 7), -1);
	ck_assert_int_eq(nbk_error_set(&err, NBK_ETEMP, "later"), -1);
	ck_assert_int_eq(err.code, NBK_EDATA);
	ck_assert_str_eq(err.text, "row 7");
	nbk_error_clear(&err);
	ck_assert_int_eq(err.code, NBK_OK);
	ck_assert_str_eq(err.text, "");
	nbk_error_nomem(&err);
	ck_assert_int_eq(err.code, NBK_ENOMEM);
}
END_TEST

START_TEST(test_every_function_takes_no_error)
{
	ck_assert_int_eq(nbk_error_set(NULL, NBK_EDATA, "x"), -1);
	ck_assert_int_eq(nbk_error_context(NULL, "x"), -1);
	ck_assert_int_eq(nbk_error_nomem(NULL), -1);
	nbk_error_clear(NULL);
}
END_TEST

START_TEST(test_context_goes_before_what_is_set)
{
	struct nbk_error err = { NBK_OK, "" };

	nbk_error_context(&err, "nothing is set");
	ck_assert_str_eq(err.text, "");
	nbk_error_set(&err, NBK_EDATA, "no address");
	nbk_error_context(&err, "row %d", 3);
	ck_assert_str_eq(err.text, "row 3: no address");
}
END_TEST

START_TEST(test_long_texts_are_cut)
{
	struct nbk_error err = { NBK_OK, "" };
	char text[2000];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	nbk_error_set(&err, NBK_EDATA, "%s", text);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	nbk_error_context(&err, "before");
	ck_assert_int_eq(strncmp(err.text, "before: aaa", 11), 0);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	nbk_error_context(&err, "%s", text);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
}
END_TEST

Suite *
suite_error(void)
{
	Suite *suite = suite_create("error");
	TCase *tcase = tcase_create("error");

	tcase_add_test(tcase, test_set_keeps_the_first_error);
	tcase_add_test(tcase, test_every_function_takes_no_error);
	tcase_add_test(tcase, test_context_goes_before_what_is_set);
	tcase_add_test(tcase, test_long_texts_are_cut);
	suite_add_tcase(suite, tcase);
	return suite;
}
