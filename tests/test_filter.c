/* SPDX-License-Identifier: MPL-2.0 */
#include "filter.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdlib.h>

static struct nbk_filter filter;

static void
compile(const char *text)
{
	struct json_object *value = json(text);
	struct nbk_buf faults;

	nbk_filter_clear(&filter);
	nbk_buf_init(&faults, 4096);
	ck_assert_msg(nbk_filter_parse(&filter, value, "the-filter", &faults) == 0, "%s", nbk_buf_text(&faults));
	json_object_put(value);
}

static void
stop(void)
{
	nbk_filter_clear(&filter);
}

static void
assert_query(const char *text, const char *query)
{
	compile(text);
	ck_assert_str_eq(filter.query, query);
}

static void
assert_fault(const char *text, const char *part)
{
	struct json_object *value = json(text);
	struct nbk_buf faults;

	nbk_buf_init(&faults, 4096);
	ck_assert_msg(nbk_filter_parse(&filter, value, "the-filter", &faults) < 0, "%s", text);
	assert_has(nbk_buf_text(&faults), "the-filter");
	assert_has(nbk_buf_text(&faults), part);
	nbk_buf_clear(&faults);
	nbk_filter_clear(&filter);
	json_object_put(value);
}

/* Why the row of the last question was refused. */
static struct nbk_error refusal;

static bool
passes(const char *text, const char *row)
{
	struct nbk_error err = { NBK_OK, "" };
	struct json_object *object = json(row);
	int result;

	compile(text);
	result = nbk_filter_check(&filter, object, &err);
	ck_assert_int_eq(result == 0 ? NBK_OK : NBK_EREFUSED, err.code);
	refusal = err;
	json_object_put(object);
	return result == 0;
}

START_TEST(test_query_is_what_netbox_reads)
{
	assert_query("{}", "");
	assert_query("{'cf_dhcp_enabled': true}", "cf_dhcp_enabled=true");
	assert_query("{'status': 'dhcp', 'vrf_id': null}", "status=dhcp&vrf_id=null");
	assert_query("{'status': ['active', 'dhcp'], 'mask_length': 24}", "status=active&status=dhcp&mask_length=24");
	assert_query("{'tag': 'a b&c', 'x': false}", "tag=a%20b%26c&x=false");
}
END_TEST

START_TEST(test_faults_are_named)
{
	assert_fault("[]", "wants a map");
	assert_fault("{'limit': 5}", "\"limit\" is needed for the paging");
	assert_fault("{'id__gt': 5}", "\"id__gt\" is needed");
	assert_fault("{'ordering': 'id'}", "\"ordering\" is needed");
	assert_fault("{'a': {}}", "\"a\" wants");
	assert_fault("{'a': []}", "\"a\" wants");
	assert_fault("{'a': [[]]}", "\"a\" wants");
}
END_TEST

START_TEST(test_custom_field_is_checked)
{
	static const char wanted[] = "{'cf_dhcp_enabled': true}";

	ck_assert(passes(wanted, "{'custom_fields': {'dhcp_enabled': true}}"));
	ck_assert(!passes(wanted, "{'custom_fields': {'dhcp_enabled': false}}"));
	ck_assert(!passes(wanted, "{'custom_fields': {'dhcp_enabled': null}}"));
	ck_assert(!passes(wanted, "{'custom_fields': {}}"));
	ck_assert(!passes(wanted, "{}"));
	/* NetBox takes 1 and 0 for booleans, too. */
	ck_assert(passes("{'cf_dhcp_enabled': 1}", "{'custom_fields': {'dhcp_enabled': true}}"));
	ck_assert(passes("{'cf_dhcp_enabled': '0'}", "{'custom_fields': {'dhcp_enabled': false}}"));
	ck_assert(!passes("{'cf_dhcp_enabled': 1}", "{'custom_fields': {'dhcp_enabled': false}}"));
}
END_TEST

START_TEST(test_custom_field_that_does_not_exist_is_named)
{
	struct nbk_error err = { NBK_OK, "" };
	struct json_object *row = json("{'custom_fields': {'other': true}}");

	compile("{'cf_dhcp_enabled': true}");
	ck_assert_int_eq(nbk_filter_check(&filter, row, &err), -1);
	ck_assert_int_eq(err.code, NBK_EREFUSED);
	assert_has(err.text, "dhcp_enabled");
	json_object_put(row);
}
END_TEST

START_TEST(test_select_fields_of_both_shapes)
{
	ck_assert(passes("{'cf_kind': 'a'}", "{'custom_fields': {'kind': 'a'}}"));
	ck_assert(passes("{'cf_kind': 'a'}", "{'custom_fields': {'kind': {'value': 'a', 'label': 'A'}}}"));
	ck_assert(!passes("{'cf_kind': 'a'}", "{'custom_fields': {'kind': {'value': 'b', 'label': 'a'}}}"));
	ck_assert(passes("{'cf_kinds': ['a', 'z']}", "{'custom_fields': {'kinds': ['a', 'b']}}"));
	ck_assert(passes("{'cf_kinds': 'b'}", "{'custom_fields': {'kinds': [{'value': 'a', 'label': 'A'}, {'value': 'b', 'label': 'B'}]}}"));
	ck_assert(!passes("{'cf_kinds': 'c'}", "{'custom_fields': {'kinds': [{'value': 'a', 'label': 'A'}]}}"));
}
END_TEST

START_TEST(test_text_field_may_match_loosely)
{
	ck_assert(passes("{'cf_note': 'dhcp'}", "{'custom_fields': {'note': 'the DHCP net'}}"));
	ck_assert(!passes("{'cf_note': 'dhcp'}", "{'custom_fields': {'note': 'static'}}"));
	ck_assert(!passes("{'status': 'dhcp'}", "{'status': {'value': 'dhcp-old'}}"));
}
END_TEST

START_TEST(test_a_number_that_is_large_enough_is_checked)
{
	ck_assert(passes("{'cf_x__gte': 1}", "{'custom_fields': {'x': 56}}"));
	ck_assert(passes("{'cf_x__gte': '56'}", "{'custom_fields': {'x': 56.0}}"));
	ck_assert(!passes("{'cf_x__gte': 1}", "{'custom_fields': {'x': 0}}"));
	ck_assert(!passes("{'cf_x__gte': 1}", "{'custom_fields': {'x': null}}"));
	ck_assert(!passes("{'cf_x__gte': 1}", "{'custom_fields': {'y': 1}}"));
	ck_assert(passes("{'cf_x__lt': 1}", "{'custom_fields': {'x': 7}}"));
	ck_assert(!passes("{'cf_x__gte': 1}", "{'custom_fields': {'y': 1}}"));
	assert_has(refusal.text, "no custom field \"x\" ");
}
END_TEST

START_TEST(test_status_role_and_family_are_checked)
{
	ck_assert(passes("{'status': 'dhcp'}", "{'status': {'value': 'dhcp', 'label': 'DHCP'}}"));
	ck_assert(!passes("{'status': 'dhcp'}", "{'status': {'value': 'active', 'label': 'Active'}}"));
	ck_assert(passes("{'status': ['active', 'dhcp']}", "{'status': {'value': 'active', 'label': 'Active'}}"));
	ck_assert(passes("{'family': 4}", "{'family': {'value': 4, 'label': 'IPv4'}}"));
	ck_assert(passes("{'role': 'vip'}", "{'role': {'value': 'vip', 'label': 'VIP'}}"));
	ck_assert(passes("{'role': 'clients'}", "{'role': {'id': 3, 'name': 'Clients', 'slug': 'clients'}}"));
	ck_assert(passes("{'role_id': 3}", "{'role': {'id': 3, 'name': 'Clients', 'slug': 'clients'}}"));
	ck_assert(!passes("{'role': 'clients'}", "{'role': null}"));
}
END_TEST

START_TEST(test_vrf_and_tenant_are_checked)
{
	ck_assert(passes("{'vrf_id': 7}", "{'vrf': {'id': 7, 'name': 'red', 'rd': '65000:1'}}"));
	ck_assert(!passes("{'vrf_id': 7}", "{'vrf': {'id': 8}}"));
	ck_assert(!passes("{'vrf_id': 7}", "{'vrf': null}"));
	ck_assert(passes("{'vrf_id': null}", "{'vrf': null}"));
	ck_assert(passes("{'vrf_id': 'null'}", "{'vrf': null}"));
	ck_assert(!passes("{'vrf_id': null}", "{'vrf': {'id': 8}}"));
	ck_assert(passes("{'vrf': '65000:1'}", "{'vrf': {'id': 7, 'name': 'red', 'rd': '65000:1'}}"));
	ck_assert(passes("{'tenant': 'acme'}", "{'tenant': {'id': 7, 'slug': 'acme'}}"));
	ck_assert(!passes("{'tenant_id': 6}", "{'tenant': {'id': 7, 'slug': 'acme'}}"));
}
END_TEST

START_TEST(test_tags_are_all_wanted)
{
	static const char row[] = "{'tags': [{'id': 1, 'slug': 'a'}, {'id': 2, 'slug': 'b'}]}";

	ck_assert(passes("{'tag': 'a'}", row));
	ck_assert(passes("{'tag': ['a', 'b']}", row));
	ck_assert(!passes("{'tag': ['a', 'c']}", row));
	ck_assert(!passes("{'tag': 'a'}", "{'tags': []}"));
}
END_TEST

START_TEST(test_site_is_checked_in_both_shapes)
{
	ck_assert(passes("{'site': 'office'}", "{'site': {'id': 1, 'slug': 'office'}}"));
	ck_assert(!passes("{'site': 'office'}", "{'site': {'id': 2, 'slug': 'depot'}}"));
	ck_assert(!passes("{'site': 'office'}", "{'site': null}"));
	ck_assert(passes("{'site_id': 1}", "{'scope_type': 'dcim.site', 'scope_id': 1, 'scope': {'id': 1, 'slug': 'office'}}"));
	ck_assert(!passes("{'site_id': 1}", "{'scope_type': 'dcim.site', 'scope_id': 2, 'scope': {'id': 2, 'slug': 'depot'}}"));
	/* A location's site is not in the row. */
	ck_assert(passes("{'site_id': 1}", "{'scope_type': 'dcim.location', 'scope_id': 9, 'scope': {'id': 9}}"));
}
END_TEST

START_TEST(test_what_can_not_be_checked_is_told_once)
{
	size_t position = 0;

	compile("{'status': 'dhcp', 'within': '10.0.0.0/8', 'cf_a': 1, 'cf_b__n': 2}");
	ck_assert_str_eq(nbk_filter_unchecked(&filter, &position), "within");
	ck_assert_str_eq(nbk_filter_unchecked(&filter, &position), "cf_b__n");
	ck_assert_ptr_null(nbk_filter_unchecked(&filter, &position));
	ck_assert(passes("{'within': '10.0.0.0/8'}", "{'prefix': '192.0.2.0/24'}"));
}
END_TEST

START_TEST(test_fields_that_the_check_needs_are_asked_for)
{
	struct nbk_buf fields;

	compile("{'status': 'dhcp', 'cf_a': 1, 'within': 'x', 'site': 'office'}");
	nbk_buf_init(&fields, 1000);
	nbk_filter_add_fields(&filter, &fields);
	ck_assert_str_eq(nbk_buf_text(&fields), "status,custom_fields,site,scope_type,scope");
	nbk_buf_clear(&fields);
}
END_TEST

Suite *
suite_filter(void)
{
	Suite *suite = suite_create("filter");
	TCase *tcase = tcase_create("filter");

	tcase_add_checked_fixture(tcase, NULL, stop);
	tcase_add_test(tcase, test_query_is_what_netbox_reads);
	tcase_add_test(tcase, test_faults_are_named);
	tcase_add_test(tcase, test_custom_field_is_checked);
	tcase_add_test(tcase, test_custom_field_that_does_not_exist_is_named);
	tcase_add_test(tcase, test_select_fields_of_both_shapes);
	tcase_add_test(tcase, test_text_field_may_match_loosely);
	tcase_add_test(tcase, test_a_number_that_is_large_enough_is_checked);
	tcase_add_test(tcase, test_status_role_and_family_are_checked);
	tcase_add_test(tcase, test_vrf_and_tenant_are_checked);
	tcase_add_test(tcase, test_tags_are_all_wanted);
	tcase_add_test(tcase, test_site_is_checked_in_both_shapes);
	tcase_add_test(tcase, test_what_can_not_be_checked_is_told_once);
	tcase_add_test(tcase, test_fields_that_the_check_needs_are_asked_for);
	suite_add_tcase(suite, tcase);
	return suite;
}
