/* SPDX-License-Identifier: MPL-2.0 */
#include "buf.h"
#include "suites.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_empty_buffer_is_an_empty_text)
{
	struct nbk_buf buf;
	char *text;

	nbk_buf_init(&buf, 10);
	ck_assert_str_eq(nbk_buf_text(&buf), "");
	text = nbk_buf_take(&buf);
	ck_assert_str_eq(text, "");
	free(text);
	nbk_buf_clear(&buf);
	nbk_buf_clear(NULL);
}
END_TEST

START_TEST(test_appends_grow)
{
	struct nbk_buf buf;
	int i;

	nbk_buf_init(&buf, NBK_BUF_UNBOUND);
	for (i = 0; i < 1000; i++) {
		nbk_buf_adds(&buf, "abc");
		nbk_buf_add(&buf, "de", 2);
		nbk_buf_addf(&buf, "%05d", i);
	}
	ck_assert_uint_eq(buf.length, 10000);
	ck_assert_uint_eq(strlen(nbk_buf_text(&buf)), 10000);
	ck_assert_str_eq(nbk_buf_text(&buf) + 9990, "abcde00999");
	nbk_buf_clear(&buf);
}
END_TEST

START_TEST(test_bound_is_kept)
{
	struct nbk_buf buf;

	nbk_buf_init(&buf, 5);
	nbk_buf_adds(&buf, "12345");
	ck_assert(!buf.failed);
	nbk_buf_adds(&buf, "6");
	ck_assert(buf.failed);
	ck_assert_str_eq(nbk_buf_text(&buf), "12345");
	ck_assert_ptr_null(nbk_buf_take(&buf));
	ck_assert(!buf.failed);
	nbk_buf_addf(&buf, "%s", "123456");
	ck_assert(buf.failed);
	nbk_buf_clear(&buf);
	nbk_buf_add(&buf, "x", (size_t)-1);
	ck_assert(buf.failed);
	nbk_buf_clear(&buf);
}
END_TEST

START_TEST(test_failure_stops_later_appends)
{
	struct nbk_buf buf;

	nbk_buf_init(&buf, 3);
	nbk_buf_adds(&buf, "12345");
	nbk_buf_adds(&buf, "1");
	nbk_buf_addf(&buf, "1");
	ck_assert_str_eq(nbk_buf_text(&buf), "");
	nbk_buf_clear(&buf);
}
END_TEST

START_TEST(test_json_text_is_escaped)
{
	struct nbk_buf buf;

	nbk_buf_init(&buf, 100);
	nbk_buf_add_json(&buf, "a\"b\\c\n\x7f" "ü€😀");
	ck_assert_str_eq(nbk_buf_text(&buf), "\"a\\\"b\\\\c\\u000a\\u007fü€😀\"");
	nbk_buf_clear(&buf);
}
END_TEST

START_TEST(test_url_text_is_escaped)
{
	struct nbk_buf buf;

	nbk_buf_init(&buf, 100);
	nbk_buf_add_url(&buf, "aZ09-._~ &=/ü");
	ck_assert_str_eq(nbk_buf_text(&buf), "aZ09-._~%20%26%3D%2F%C3%BC");
	nbk_buf_clear(&buf);
}
END_TEST

Suite *
suite_buf(void)
{
	Suite *suite = suite_create("buf");
	TCase *tcase = tcase_create("buf");

	tcase_add_test(tcase, test_empty_buffer_is_an_empty_text);
	tcase_add_test(tcase, test_appends_grow);
	tcase_add_test(tcase, test_bound_is_kept);
	tcase_add_test(tcase, test_failure_stops_later_appends);
	tcase_add_test(tcase, test_json_text_is_escaped);
	tcase_add_test(tcase, test_url_text_is_escaped);
	suite_add_tcase(suite, tcase);
	return suite;
}
