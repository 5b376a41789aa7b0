/* SPDX-License-Identifier: MPL-2.0 */
#include "state.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct nbk_item *
subnet(int64_t id)
{
	struct nbk_item *item = nbk_item_new(NBK_SUBNET, id);

	item->net = net("10.0.0.0/24");
	item->text = strdup("{}");
	return item;
}

START_TEST(test_items_live_as_long_as_a_state_holds_them)
{
	struct nbk_state a, b;
	struct nbk_item *item = subnet(1);

	nbk_state_init(&a);
	nbk_state_init(&b);
	ck_assert_int_eq(nbk_state_put(&a, item), 0);
	ck_assert_int_eq(nbk_state_put(&b, item), 0);
	ck_assert_uint_eq(item->references, 3);
	nbk_item_release(item);
	nbk_state_clear(&a);
	ck_assert_ptr_null(nbk_state_get(&a, NBK_SUBNET, 1));
	ck_assert_ptr_eq(nbk_state_get(&b, NBK_SUBNET, 1), item);
	ck_assert_uint_eq(item->references, 1);
	nbk_state_clear(&b);
	nbk_item_release(NULL);
}
END_TEST

START_TEST(test_the_same_item_can_be_put_again)
{
	struct nbk_state state;
	struct nbk_item *item = subnet(1);

	nbk_state_init(&state);
	nbk_state_put(&state, item);
	nbk_item_release(item);
	nbk_state_put(&state, nbk_state_get(&state, NBK_SUBNET, 1));
	ck_assert_uint_eq(nbk_state_get(&state, NBK_SUBNET, 1)->references, 1);
	nbk_state_clear(&state);
}
END_TEST

START_TEST(test_copy_is_the_other)
{
	struct nbk_state a, b;
	struct nbk_item *first = subnet(1), *second = subnet(2);

	nbk_state_init(&a);
	nbk_state_init(&b);
	nbk_state_put(&a, first);
	nbk_state_put(&b, second);
	ck_assert_int_eq(nbk_state_copy(&b, &a), 0);
	ck_assert_ptr_eq(nbk_state_get(&b, NBK_SUBNET, 1), first);
	ck_assert_ptr_null(nbk_state_get(&b, NBK_SUBNET, 2));
	ck_assert_int_eq(nbk_state_copy(&b, &b), 0);
	ck_assert_uint_eq(b.items[NBK_SUBNET].count, 1);
	nbk_state_clear(&a);
	nbk_state_clear(&b);
	nbk_item_release(first);
	nbk_item_release(second);
}
END_TEST

START_TEST(test_describe_says_what_it_is)
{
	struct nbk_item item = { .kind = NBK_SUBNET, .net = net("10.0.0.0/24"), .range = range("10.0.0.5", "10.0.0.9"),
		                 .identifier = "hw-address 02:00:00:00:00:01" };
	char text[160];

	nbk_item_describe(&item, text);
	ck_assert_str_eq(text, "subnet 10.0.0.0/24");
	item.kind = NBK_POOL;
	nbk_item_describe(&item, text);
	ck_assert_str_eq(text, "pool 10.0.0.5-10.0.0.9");
	item.kind = NBK_RESERVATION;
	nbk_item_describe(&item, text);
	ck_assert_str_eq(text, "reservation 10.0.0.5 (hw-address 02:00:00:00:00:01)");
	ck_assert_str_eq(nbk_kind_name(NBK_POOL), "pool");
	ck_assert_str_eq(nbk_kind_netbox_name(NBK_POOL), "ip-range");
}
END_TEST

Suite *
suite_state(void)
{
	Suite *suite = suite_create("state");
	TCase *tcase = tcase_create("state");

	tcase_add_test(tcase, test_items_live_as_long_as_a_state_holds_them);
	tcase_add_test(tcase, test_the_same_item_can_be_put_again);
	tcase_add_test(tcase, test_copy_is_the_other);
	tcase_add_test(tcase, test_describe_says_what_it_is);
	suite_add_tcase(suite, tcase);
	return suite;
}
