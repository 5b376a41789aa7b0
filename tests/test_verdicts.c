/* SPDX-License-Identifier: MPL-2.0 */
#include "suites.h"
#include "verdicts.h"

#include <check.h>
#include <string.h>

static struct nbk_verdicts verdicts;

static void
start(void)
{
	nbk_verdicts_init(&verdicts);
}

static void
stop(void)
{
	nbk_verdicts_clear(&verdicts);
}

static struct nbk_item *
pool(int64_t id, const char *text)
{
	struct nbk_item *item = nbk_item_new(NBK_POOL, id);

	item->text = strdup(text);
	return item;
}

static void
put(int64_t id, const char *text, const char *reason)
{
	struct nbk_item *item = pool(id, text);

	ck_assert_int_eq(nbk_verdicts_put(&verdicts, item, reason), 0);
	nbk_item_release(item);
}

/* "none", "taken", or the reason. */
static void
assert_verdict(int64_t id, const char *text, const char *expected)
{
	struct nbk_item *item = pool(id, text);
	const struct nbk_verdict *verdict = nbk_verdicts_get(&verdicts, item);

	ck_assert_str_eq(verdict == NULL ? "none" : verdict->reason == NULL ? "taken" : verdict->reason, expected);
	nbk_item_release(item);
}

START_TEST(test_verdict_is_on_the_text)
{
	put(1, "{}", NULL);
	put(2, "{'a': 1}", "bad");
	assert_verdict(1, "{}", "taken");
	assert_verdict(2, "{'a': 1}", "bad");
	assert_verdict(2, "{'a': 2}", "none");
	assert_verdict(3, "{}", "none");
}
END_TEST

/* Else the two of one object, both refused, would be asked about for ever. */
START_TEST(test_the_new_version_and_the_last_good_are_both_known)
{
	put(1, "a", "bad a");
	put(1, "b", "bad b");
	assert_verdict(1, "a", "bad a");
	assert_verdict(1, "b", "bad b");
	put(1, "c", NULL);
	assert_verdict(1, "c", "taken");
	assert_verdict(1, "b", "bad b");
	assert_verdict(1, "a", "none");
}
END_TEST

START_TEST(test_forgotten_refusals_are_no_verdict)
{
	put(1, "a", NULL);
	put(2, "b", "bad");
	put(3, "c", "bad");
	put(3, "d", NULL);
	nbk_verdicts_forget_refusals(&verdicts);
	assert_verdict(1, "a", "taken");
	assert_verdict(2, "b", "none");
	assert_verdict(3, "c", "none");
}
END_TEST

Suite *
suite_verdicts(void)
{
	Suite *suite = suite_create("verdicts");
	TCase *tcase = tcase_create("verdicts");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_verdict_is_on_the_text);
	tcase_add_test(tcase, test_the_new_version_and_the_last_good_are_both_known);
	tcase_add_test(tcase, test_forgotten_refusals_are_no_verdict);
	suite_add_tcase(suite, tcase);
	return suite;
}
