/* SPDX-License-Identifier: MPL-2.0 */
#include "file.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/nbk-file-XXXXXX";

/* New: what is read of a file of these bytes. */
static char *
secret_of(const char *bytes, struct nbk_error *err)
{
	char *secret;
	int fd;

	strcpy(path + sizeof(path) - 7, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
	close(fd);
	secret = nbk_file_secret(path, "netbox-token-file", err);
	unlink(path);
	return secret;
}

static void
assert_secret(const char *bytes, const char *expected)
{
	struct nbk_error err = { NBK_OK, "" };
	char *secret = secret_of(bytes, &err);

	ck_assert_msg(secret != NULL, "%s", err.text);
	ck_assert_str_eq(secret, expected);
	free(secret);
}

START_TEST(test_secret_is_the_first_line)
{
	assert_secret("abc", "abc");
	assert_secret("abc\n", "abc");
	assert_secret(" \tabc def \r\nsecond\n", "abc def");
}
END_TEST

START_TEST(test_secret_that_is_empty_is_named)
{
	static const char *const empty[] = { "", "\n", " \r\n", "\nabc\n" };
	size_t i;

	for (i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		struct nbk_error err = { NBK_OK, "" };

		ck_assert_ptr_null(secret_of(empty[i], &err));
		ck_assert_int_eq(err.code, NBK_ETEMP);
		assert_has(err.text, "netbox-token-file");
		assert_has(err.text, path);
	}
}
END_TEST

START_TEST(test_secret_that_is_too_long_is_no_half_secret)
{
	struct nbk_error err = { NBK_OK, "" };
	char bytes[3000];

	memset(bytes, 'a', sizeof(bytes) - 1);
	bytes[sizeof(bytes) - 1] = '\0';
	ck_assert_ptr_null(secret_of(bytes, &err));
	ck_assert_int_eq(err.code, NBK_ETEMP);
	assert_lacks(err.text, "aaaa");
}
END_TEST

START_TEST(test_secret_that_can_not_be_read_is_named)
{
	struct nbk_error err = { NBK_OK, "" };

	ck_assert_ptr_null(nbk_file_secret("/nonexistent/token", "secret-file", &err));
	ck_assert_int_eq(err.code, NBK_ETEMP);
	assert_has(err.text, "secret-file: can't read /nonexistent/token");
	nbk_error_clear(&err);
	ck_assert_ptr_null(nbk_file_secret("/tmp", "secret-file", &err));
	ck_assert_int_eq(err.code, NBK_ETEMP);
}
END_TEST

Suite *
suite_file(void)
{
	Suite *suite = suite_create("file");
	TCase *tcase = tcase_create("file");

	tcase_add_test(tcase, test_secret_is_the_first_line);
	tcase_add_test(tcase, test_secret_that_is_empty_is_named);
	tcase_add_test(tcase, test_secret_that_is_too_long_is_no_half_secret);
	tcase_add_test(tcase, test_secret_that_can_not_be_read_is_named);
	suite_add_tcase(suite, tcase);
	return suite;
}
