/* SPDX-License-Identifier: MPL-2.0 */
#include "health.h"
#include "suites.h"

#include <check.h>
#include <string.h>

static struct nbk_health health;
static struct nbk_buf body;

static void
start(void)
{
	nbk_health_init(&health);
	nbk_buf_init(&body, NBK_BUF_UNBOUND);
}

static void
stop(void)
{
	nbk_health_clear(&health);
	nbk_buf_clear(&body);
}

static const char *
answer(unsigned status)
{
	nbk_buf_clear(&body);
	ck_assert_uint_eq(nbk_health_answer(&health, 3, &body), status);
	return nbk_buf_text(&body);
}

START_TEST(test_health_is_well_once_synced)
{
	const size_t counts[NBK_KINDS] = { 1, 2, 4, 8 };

	ck_assert_ptr_nonnull(strstr(answer(503), "\"reason\": \"NetBox has not been synced yet\""));
	nbk_health_set_synced(&health, true);
	nbk_health_set_counts(&health, counts, nbk_family(4), 5);
	ck_assert_str_eq(answer(200), "{\"status\": \"ok\", \"server\": \"kea-dhcp4\", \"subnets\": 1, \"pools\": 2, \"reservations\": 4, "
	                              "\"left-out\": 5, \"queued\": 3}");
	nbk_health_set_counts(&health, counts, nbk_family(6), 5);
	nbk_health_tell(&health, NBK_HEALTH_LEFT_OUT, "prefix 10.0.0.0/24: no");
	ck_assert_str_eq(answer(200), "{\"status\": \"ok\", \"server\": \"kea-dhcp6\", \"subnets\": 1, \"pools\": 2, \"reservations\": 4, "
	                              "\"pd-pools\": 8, \"left-out\": 5, \"left-out-first\": \"prefix 10.0.0.0/24: no\", \"queued\": 3}");
}
END_TEST

START_TEST(test_health_names_everything_that_is_wrong)
{
	nbk_health_tell(&health, NBK_HEALTH_SYNC, "NetBox is \"away\"");
	nbk_health_tell(&health, NBK_HEALTH_HELD, "12 of 12 subnets");
	nbk_health_tell(&health, NBK_HEALTH_PARAMETERS, "netbox-url is missing");
	ck_assert_ptr_nonnull(strstr(answer(503), "\"reason\": \"NetBox is \\\"away\\\"; held back by max-removal-percent: the removal of 12 of 12 "
	                                          "subnets; netbox-url is missing\""));
}
END_TEST

START_TEST(test_health_names_a_file_that_can_not_be_written_and_is_well)
{
	nbk_health_set_synced(&health, true);
	nbk_health_tell(&health, NBK_HEALTH_FILE, "can't write \"x\"");
	ck_assert_ptr_nonnull(strstr(answer(200), "{\"status\": \"ok\", \"config-write\": \"can't write \\\"x\\\"\", \"subnets\""));
	nbk_health_tell(&health, NBK_HEALTH_FILE, "");
	ck_assert_ptr_null(strstr(answer(200), "config-write"));
}
END_TEST

START_TEST(test_health_tell_says_whether_it_is_news)
{
	char text[3000];

	ck_assert(!nbk_health_tell(&health, NBK_HEALTH_KEA, ""));
	ck_assert(nbk_health_tell(&health, NBK_HEALTH_KEA, "deaf"));
	ck_assert(!nbk_health_tell(&health, NBK_HEALTH_KEA, "deaf"));
	ck_assert(nbk_health_tell(&health, NBK_HEALTH_KEA, ""));
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert(nbk_health_tell(&health, NBK_HEALTH_KEA, text));
	ck_assert(!nbk_health_tell(&health, NBK_HEALTH_KEA, text));
}
END_TEST

Suite *
suite_health(void)
{
	Suite *suite = suite_create("health");
	TCase *tcase = tcase_create("health");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_health_is_well_once_synced);
	tcase_add_test(tcase, test_health_names_everything_that_is_wrong);
	tcase_add_test(tcase, test_health_names_a_file_that_can_not_be_written_and_is_well);
	tcase_add_test(tcase, test_health_tell_says_whether_it_is_news);
	suite_add_tcase(suite, tcase);
	return suite;
}
