/* SPDX-License-Identifier: MPL-2.0 */
#include "backoff.h"
#include "suites.h"

START_TEST(test_backoff_doubles_up_to_a_minute)
{
	static const struct {
		unsigned failures;
		int64_t least, most;
	} cases[] = {
		{ 1, 750, 1250 }, { 2, 1500, 2500 }, { 3, 3000, 5000 }, { 6, 24000, 40000 }, { 7, 48000, 60000 }, { 1000000, 48000, 60000 },
	};
	uint64_t chance;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (chance = 0; chance <= UINT32_MAX; chance += 16777213) {
			ck_assert_int_ge(nbk_backoff_ms(cases[i].failures, (uint32_t)chance), cases[i].least);
			ck_assert_int_le(nbk_backoff_ms(cases[i].failures, (uint32_t)chance), cases[i].most);
		}
}
END_TEST

START_TEST(test_backoff_differs_by_chance)
{
	ck_assert_int_ne(nbk_backoff_ms(3, 1), nbk_backoff_ms(3, 1000));
}
END_TEST

Suite *
suite_backoff(void)
{
	Suite *suite = suite_create("backoff");
	TCase *tcase = tcase_create("backoff");

	tcase_add_test(tcase, test_backoff_doubles_up_to_a_minute);
	tcase_add_test(tcase, test_backoff_differs_by_chance);
	suite_add_tcase(suite, tcase);
	return suite;
}
