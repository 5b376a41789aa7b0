/* SPDX-License-Identifier: MPL-2.0 */
#include "plan.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nbk_state a, b;

static void
start(void)
{
	nbk_state_init(&a);
	nbk_state_init(&b);
}

static void
stop(void)
{
	nbk_state_clear(&a);
	nbk_state_clear(&b);
}

static void
put(struct nbk_state *state, enum nbk_kind kind, int64_t id, int64_t subnet, const char *text)
{
	struct nbk_item *item = nbk_item_new(kind, id);

	item->subnet = subnet;
	item->net = net("10.0.0.0/24");
	item->range = range("10.0.0.5", "10.0.0.9");
	item->identifier = strdup("hw-address 02:00:00:00:00:01");
	item->text = strdup(text);
	ck_assert_int_eq(nbk_state_put(state, item), 0);
	nbk_item_release(item);
}

static void
put_random(struct nbk_state *state)
{
	int i;

	for (i = 0; i < 60; i++) {
		char text[16];

		snprintf(text, sizeof(text), "{%ld}", random() % 3);
		put(state, random() % NBK_KINDS, 1 + random() % 40, random() % 3, text);
	}
}

static size_t
changes(const struct nbk_state *from, const struct nbk_state *to)
{
	struct nbk_plan plan;
	size_t count;

	ck_assert_int_eq(nbk_plan_init(&plan, from, to), 0);
	count = plan.count;
	nbk_plan_clear(&plan);
	return count;
}

/* Carries a plan out. */
static void
follow(struct nbk_state *state, const struct nbk_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++) {
		const struct nbk_change *change = &plan->changes[i];

		if (change->after != NULL)
			nbk_state_put(state, change->after);
		else
			nbk_table_remove(&state->items[change->before->kind], change->before->id);
	}
}

START_TEST(test_plan_of_equal_states_is_empty)
{
	struct nbk_state copy;

	srandom((unsigned)_i);
	put_random(&a);
	nbk_state_init(&copy);
	nbk_state_copy(&copy, &a);
	ck_assert_uint_eq(changes(&a, &a), 0);
	ck_assert_uint_eq(changes(&a, &copy), 0);
	nbk_state_clear(&copy);
}
END_TEST

START_TEST(test_plan_carried_out_is_what_is_desired)
{
	struct nbk_state made;
	struct nbk_plan plan;
	int kind;

	srandom((unsigned)_i);
	put_random(&a);
	put_random(&b);
	nbk_state_init(&made);
	nbk_state_copy(&made, &a);
	nbk_plan_init(&plan, &a, &b);
	follow(&made, &plan);
	ck_assert_uint_eq(changes(&made, &b), 0);
	for (kind = 0; kind < NBK_KINDS; kind++)
		ck_assert_uint_eq(made.items[kind].count, b.items[kind].count);
	nbk_plan_clear(&plan);
	nbk_state_clear(&made);
}
END_TEST

START_TEST(test_plan_back_undoes_the_plan)
{
	srandom((unsigned)_i);
	put_random(&a);
	put_random(&b);
	ck_assert_uint_eq(changes(&a, &b), changes(&b, &a));
}
END_TEST

START_TEST(test_plan_reads_as_text)
{
	struct nbk_plan plan;
	struct nbk_buf text;

	put(&a, NBK_SUBNET, 1, 0, "{1}");
	put(&b, NBK_SUBNET, 1, 0, "{2}");
	put(&a, NBK_POOL, 2, 1, "{}");
	put(&b, NBK_POOL, 3, 1, "{}");
	put(&a, NBK_RESERVATION, 4, 1, "{}");
	put(&b, NBK_RESERVATION, 4, 1, "{}");
	nbk_buf_init(&text, 1000);
	nbk_plan_init(&plan, &a, &b);
	nbk_plan_text(&plan, &text);
	ck_assert_str_eq(nbk_buf_text(&text), "~ subnet 10.0.0.0/24\n- pool 10.0.0.5-10.0.0.9\n+ pool 10.0.0.5-10.0.0.9\n");
	nbk_plan_clear(&plan);
	nbk_buf_clear(&text);
}
END_TEST

START_TEST(test_plan_counts_what_goes_and_does_not_come_again_under_another_id)
{
	struct nbk_plan plan;

	put(&a, NBK_SUBNET, 1, 0, "{}");
	put(&a, NBK_POOL, 2, 1, "{}");
	put(&b, NBK_POOL, 3, 1, "{}");
	put(&a, NBK_RESERVATION, 4, 1, "{}");
	put(&a, NBK_RESERVATION, 5, 1, "{}");
	nbk_plan_init(&plan, &a, &b);
	ck_assert_uint_eq(plan.removed[NBK_SUBNET], 1);
	ck_assert_uint_eq(plan.removed[NBK_POOL], 0);
	ck_assert_uint_eq(plan.removed[NBK_RESERVATION], 2);
	nbk_plan_clear(&plan);
}
END_TEST

START_TEST(test_a_move_into_another_subnet_is_a_change)
{
	put(&a, NBK_RESERVATION, 4, 1, "{}");
	put(&b, NBK_RESERVATION, 4, 2, "{}");
	ck_assert_uint_eq(changes(&a, &b), 1);
}
END_TEST

/* A guard that has seen so many served, and lets so many go. */
static bool
allows(size_t served, size_t gone, size_t removals, unsigned percent)
{
	struct nbk_guard guard = { { served, 0, 0 }, { gone, 0, 0 } };

	return nbk_guard_allows(&guard, NBK_SUBNET, removals, percent);
}

START_TEST(test_guard_lets_a_share_go_and_ten)
{
	ck_assert(allows(100, 0, 30, 30));
	ck_assert(!allows(100, 0, 31, 30));
	ck_assert(allows(100, 20, 10, 30));
	ck_assert(!allows(100, 20, 11, 30));
	/* Ten may go, of whatever. */
	ck_assert(allows(12, 0, 10, 30));
	ck_assert(!allows(12, 0, 11, 30));
	ck_assert(!allows(12, 5, 6, 30));
	ck_assert(allows(20, 0, 10, 0));
	ck_assert(!allows(20, 0, 11, 0));
	ck_assert(allows(1000, 0, 1000, 100));
	/* Where nothing goes, nothing is held. */
	ck_assert(allows(100, 90, 0, 30));
}
END_TEST

START_TEST(test_guard_adds_up_until_it_is_started_anew)
{
	struct nbk_guard guard;
	struct nbk_plan plan;
	int i;

	for (i = 1; i <= 40; i++)
		put(&a, NBK_POOL, i, 1, "{}");
	nbk_guard_start(&guard, &a);
	ck_assert_uint_eq(guard.baseline[NBK_POOL], 40);
	for (i = 9; i <= 40; i++)
		put(&b, NBK_POOL, i, 1, "{}");
	nbk_plan_init(&plan, &a, &b);
	ck_assert(nbk_guard_allows(&guard, NBK_POOL, plan.removed[NBK_POOL], 30));
	nbk_guard_note(&guard, &b);
	nbk_plan_clear(&plan);
	ck_assert(nbk_guard_allows(&guard, NBK_POOL, 4, 30));
	ck_assert(!nbk_guard_allows(&guard, NBK_POOL, 5, 30));
	nbk_guard_start(&guard, &b);
	ck_assert(nbk_guard_allows(&guard, NBK_POOL, 10, 30));
}
END_TEST

START_TEST(test_guard_forgets_what_came_back)
{
	struct nbk_guard guard;
	int i;

	for (i = 1; i <= 20; i++)
		put(&a, NBK_RESERVATION, i, 1, "{}");
	for (i = 11; i <= 20; i++)
		put(&b, NBK_RESERVATION, i, 1, "{}");
	nbk_guard_start(&guard, &a);
	nbk_guard_note(&guard, &b);
	ck_assert(!nbk_guard_allows(&guard, NBK_RESERVATION, 1, 30));
	nbk_guard_note(&guard, &a);
	ck_assert(nbk_guard_allows(&guard, NBK_RESERVATION, 10, 30));
	ck_assert(!nbk_guard_allows(&guard, NBK_RESERVATION, 11, 30));
}
END_TEST

Suite *
suite_plan(void)
{
	Suite *suite = suite_create("plan");
	TCase *tcase = tcase_create("plan");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_loop_test(tcase, test_plan_of_equal_states_is_empty, 0, 20);
	tcase_add_loop_test(tcase, test_plan_carried_out_is_what_is_desired, 0, 50);
	tcase_add_loop_test(tcase, test_plan_back_undoes_the_plan, 0, 20);
	tcase_add_test(tcase, test_plan_reads_as_text);
	tcase_add_test(tcase, test_plan_counts_what_goes_and_does_not_come_again_under_another_id);
	tcase_add_test(tcase, test_a_move_into_another_subnet_is_a_change);
	tcase_add_test(tcase, test_guard_lets_a_share_go_and_ten);
	tcase_add_test(tcase, test_guard_adds_up_until_it_is_started_anew);
	tcase_add_test(tcase, test_guard_forgets_what_came_back);
	suite_add_tcase(suite, tcase);
	return suite;
}
