/* SPDX-License-Identifier: MPL-2.0 */
#include "ip.h"
#include "suites.h"
#include "support.h"

#include <check.h>

static bool
is_ip(const char *text)
{
	struct nbk_ip made;

	return nbk_ip_parse(text, &made);
}

static bool
is_net(const char *text)
{
	struct nbk_net made;

	return nbk_net_parse(text, &made);
}

static void
assert_range(const char *prefix, const char *start, const char *end)
{
	struct nbk_net made = net(prefix);
	struct nbk_range whole = nbk_net_range(&made);
	char text[NBK_IP_TEXT];

	ck_assert_str_eq(nbk_ip_text(&whole.start, text), start);
	ck_assert_str_eq(nbk_ip_text(&whole.end, text), end);
}

START_TEST(test_ip_parse_takes_both_families)
{
	struct nbk_ip four = ip("192.0.2.1"), six = ip("2001:DB8::1");
	char text[NBK_IP_TEXT];

	ck_assert_uint_eq(four.family, 4);
	ck_assert_uint_eq(six.family, 6);
	ck_assert_uint_eq(nbk_ip_bits(4), 32);
	ck_assert_uint_eq(nbk_ip_bits(6), 128);
	ck_assert_str_eq(nbk_ip_text(&four, text), "192.0.2.1");
	ck_assert_str_eq(nbk_ip_text(&six, text), "2001:db8::1");
}
END_TEST

START_TEST(test_ip_parse_refuses_what_is_no_address)
{
	static const char *const bad[] = { "", "192.0.2", "192.0.2.256", "192.0.2.1 ", " 192.0.2.1", "192.0.2.01.", "192.0.2.1/24",
		                           "fe80::1%eth0", "::ffff:192.0.2.1", "host", "2001:db8::1::2" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!is_ip(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(test_net_parse_refuses_what_is_no_prefix)
{
	static const char *const bad[] = { "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8x",
		                           "2001:db8::/129", "10.0.0.0/99999999999999999999", "/24",
		                           "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/64" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!is_net(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(test_net_parse_keeps_host_bits_until_masked)
{
	struct nbk_net made = net("10.0.0.77/26"), six = net("2001:db8::77/121");
	char text[NBK_NET_TEXT];

	ck_assert_str_eq(nbk_net_text(&made, text), "10.0.0.77/26");
	nbk_net_mask(&made);
	ck_assert_str_eq(nbk_net_text(&made, text), "10.0.0.64/26");
	nbk_net_mask(&six);
	ck_assert_str_eq(nbk_net_text(&six, text), "2001:db8::/121");
	ck_assert_uint_eq(net("10.0.0.1").length, 32);
	ck_assert_uint_eq(net("::1").length, 128);
}
END_TEST

START_TEST(test_net_range_is_first_and_last)
{
	assert_range("10.0.0.77/26", "10.0.0.64", "10.0.0.127");
	assert_range("0.0.0.0/0", "0.0.0.0", "255.255.255.255");
	assert_range("10.0.0.1/32", "10.0.0.1", "10.0.0.1");
	assert_range("10.0.0.1/31", "10.0.0.0", "10.0.0.1");
	assert_range("2001:db8::1/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff");
	assert_range("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}
END_TEST

START_TEST(test_compare_orders_by_family_address_and_mask)
{
	struct nbk_ip low = ip("9.255.255.255"), high = ip("10.0.0.0"), six = ip("::");
	struct nbk_net wide = net("10.0.0.0/8"), narrow = net("10.0.0.0/24");

	ck_assert_int_lt(nbk_ip_compare(&low, &high), 0);
	ck_assert_int_gt(nbk_ip_compare(&high, &low), 0);
	ck_assert_int_eq(nbk_ip_compare(&high, &high), 0);
	ck_assert_int_lt(nbk_ip_compare(&high, &six), 0);
	ck_assert_int_lt(nbk_net_compare(&wide, &narrow), 0);
	ck_assert_int_eq(nbk_net_compare(&wide, &wide), 0);
}
END_TEST

START_TEST(test_contains_at_the_edges)
{
	struct nbk_net outer = net("10.0.0.0/24"), all = net("0.0.0.0/0");
	struct nbk_ip first = ip("10.0.0.0"), last = ip("10.0.0.255"), behind = ip("10.0.1.0"), six = ip("::");

	ck_assert(nbk_net_contains(&outer, &first));
	ck_assert(nbk_net_contains(&outer, &last));
	ck_assert(!nbk_net_contains(&outer, &behind));
	ck_assert(!nbk_net_contains(&all, &six));
}
END_TEST

START_TEST(test_ranges_overlap_and_contain)
{
	struct nbk_range a = range("10.0.0.10", "10.0.0.20"), b = range("10.0.0.20", "10.0.0.30"), c = range("10.0.0.21", "10.0.0.22");
	struct nbk_range six = range("2001:db8::10", "2001:db8::20");

	ck_assert(nbk_range_overlaps(&a, &b));
	ck_assert(nbk_range_overlaps(&b, &a));
	ck_assert(!nbk_range_overlaps(&a, &c));
	ck_assert(nbk_range_overlaps(&b, &c));
	ck_assert(!nbk_range_overlaps(&a, &six));
	ck_assert(nbk_range_contains(&b, &c));
	ck_assert(nbk_range_contains(&b, &b));
	ck_assert(!nbk_range_contains(&c, &b));
	ck_assert(!nbk_range_contains(&a, &b));
}
END_TEST

Suite *
suite_ip(void)
{
	Suite *suite = suite_create("ip");
	TCase *tcase = tcase_create("ip");

	tcase_add_test(tcase, test_ip_parse_takes_both_families);
	tcase_add_test(tcase, test_ip_parse_refuses_what_is_no_address);
	tcase_add_test(tcase, test_net_parse_refuses_what_is_no_prefix);
	tcase_add_test(tcase, test_net_parse_keeps_host_bits_until_masked);
	tcase_add_test(tcase, test_net_range_is_first_and_last);
	tcase_add_test(tcase, test_compare_orders_by_family_address_and_mask);
	tcase_add_test(tcase, test_contains_at_the_edges);
	tcase_add_test(tcase, test_ranges_overlap_and_contain);
	suite_add_tcase(suite, tcase);
	return suite;
}
