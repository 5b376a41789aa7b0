/* SPDX-License-Identifier: MPL-2.0 */
#include "sync.h"
#include "netbox_script.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX(id, prefix) "{'id': " #id ", 'prefix': '" prefix "', 'vrf': null, 'custom_fields': {'dhcp_enabled': true}}"
#define RANGE(id, start, end)                                                                                                          \
	"{'id': " #id ", 'start_address': '" start "', 'end_address': '" end "', 'vrf': null, 'status': {'value': 'dhcp'}}"
#define ON_INTERFACE(id, address, interface, device)                                                                                   \
	"{'id': " #id ", 'address': '" address "', 'vrf': null, 'status': {'value': 'dhcp'}, 'dns_name': '', 'custom_fields': {},"     \
	" 'assigned_object_type': 'dcim.interface', 'assigned_object_id': " #interface ", 'assigned_object':"                          \
	" {'id': " #interface ", 'name': 'eth0', 'device': {'id': " #device ", 'name': 'd" #device "'}}}"
#define MAC(id, mac, interface)                                                                                                        \
	"{'id': " #id ", 'mac_address': '" mac "', 'assigned_object_type': 'dcim.interface', 'assigned_object_id': " #interface "}"
#define INTERFACE(id, macs, primary) "{'id': " #id ", 'mac_address': null, 'mac_addresses': [" macs "], 'primary_mac_address': " primary "}"
#define A_MAC(id, mac) "{'id': " #id ", 'mac_address': '" mac "'}"

static struct loopback *server;
static struct nbk_config *config;
static struct nbk_netbox *netbox;
static struct nbk_model model;
static struct nbk_scope scope;
static struct nbk_error err, refused[NBK_KINDS];

static void
start_of(uint8_t family, const char *version, const char *parameters)
{
	server = netbox_start(version);
	config = netbox_config_of(family, server, parameters);
	nbk_model_init(&model, config);
	nbk_scope_init(&scope, false);
}

static void
start_with(const char *version)
{
	start_of(4, version, "");
}

static void
stop(void)
{
	nbk_scope_clear(&scope);
	nbk_model_clear(&model);
	nbk_netbox_free(netbox);
	nbk_config_free(config);
	netbox_stop(server);
	nbk_error_clear(&err);
}

/* Scripts are written before. */
static int
try_load(void)
{
	int workers;

	netbox_rest_is_empty(server);
	netbox = nbk_netbox_new(config, NULL, &err);
	ck_assert_msg(nbk_netbox_greet(netbox, &workers, &err) == 0, "%s", err.text);
	return nbk_sync_load(netbox, &model, refused, &err);
}

static void
load(void)
{
	ck_assert_msg(try_load() == 0, "%s", err.text);
}

static int
try_refresh(enum nbk_hint_type type, int64_t id)
{
	struct nbk_hint hint = { type, id };
	struct nbk_batch batch = { &hint, 1 };

	return nbk_sync_refresh(netbox, &model, &batch, &scope, refused, &err);
}

static void
refresh(enum nbk_hint_type type, int64_t id)
{
	ck_assert_msg(try_refresh(type, id) == 0, "%s", err.text);
}

static void
assert_mac(int interface, const char *expected)
{
	const char *mac = nbk_model_mac(&model, (struct nbk_owner){ NBK_OWNER_INTERFACE, interface }, NULL);

	ck_assert_str_eq(mac == NULL ? "none" : mac, expected);
}

static bool
has(enum nbk_kind kind, int64_t id)
{
	return nbk_table_get(&model.rows[kind], id) != NULL;
}

static bool
in_scope(enum nbk_kind kind, int64_t id)
{
	return nbk_scope_has(&scope, kind, id);
}

START_TEST(test_load_reads_all_lists_of_4_2_and_later)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24") "," PREFIX(2, "10.0.1.0/24"));
	netbox_rows(server, RANGES, RANGE(3, "10.0.0.10/24", "10.0.0.20/24"));
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, MACS, MAC(5, "02:00:00:00:00:01", 10));
	load();
	ck_assert(has(NBK_SUBNET, 1) && has(NBK_SUBNET, 2) && has(NBK_POOL, 3) && has(NBK_RESERVATION, 4));
	assert_mac(10, "02:00:00:00:00:01");
	/* The version, and one page of each list: no request an object. */
	ck_assert_uint_eq(nbk_netbox_requests(netbox), 5);
	ck_assert_uint_eq(netbox_asked(server, "/api/dcim/mac-addresses/?fields=id,mac_address,assigned_object_type,assigned_object_id&"), 1);
	ck_assert_uint_eq(netbox_asked(server, "status=dhcp&family=4"), 2);
}
END_TEST

START_TEST(test_load_reads_interfaces_before_4_2)
{
	start_with("3.7.8");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, INTERFACES, "{'id': 10, 'mac_address': '02:00:00:00:00:01'}, {'id': 11, 'mac_address': null}");
	netbox_rows(server, VM_INTERFACES, "{'id': 10, 'mac_address': '02:00:00:00:00:99'}");
	load();
	assert_mac(10, "02:00:00:00:00:01");
	assert_mac(11, "none");
	ck_assert_uint_eq(nbk_netbox_requests(netbox), 6);
	ck_assert_uint_eq(netbox_asked(server, MACS), 0);
}
END_TEST

START_TEST(test_primary_is_asked_for_where_it_is_needed)
{
	start_with("4.2.0");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30) "," ON_INTERFACE(6, "10.0.0.6/24", 11, 30));
	/* Interface 12 has several, but no address. */
	netbox_rows(server, MACS, MAC(1, "02:00:00:00:00:01", 10) "," MAC(2, "02:00:00:00:00:02", 10) "," MAC(3, "02:00:00:00:00:03", 11) ","
	                          MAC(4, "02:00:00:00:00:04", 12) "," MAC(5, "02:00:00:00:00:05", 12));
	netbox_rows(server, INTERFACES, "{'id': 10, 'primary_mac_address': " A_MAC(2, "02:00:00:00:00:02") "}");
	load();
	assert_mac(10, "02:00:00:00:00:02");
	assert_mac(11, "02:00:00:00:00:03");
	ck_assert_uint_eq(netbox_asked(server, "/api/dcim/interfaces/?id=10&fields=id,primary_mac_address"), 1);
	ck_assert_uint_eq(netbox_asked(server, INTERFACES), 1);
	ck_assert_uint_eq(netbox_asked(server, VM_INTERFACES), 0);
}
END_TEST

START_TEST(test_load_with_a_refused_list)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_status(server, RANGES, 400, "{\"status\": [\"Select a valid choice.\"]}");
	load();
	ck_assert_int_eq(refused[NBK_SUBNET].code, NBK_OK);
	ck_assert_int_eq(refused[NBK_POOL].code, NBK_EREFUSED);
	ck_assert_int_eq(refused[NBK_RESERVATION].code, NBK_OK);
	ck_assert(has(NBK_SUBNET, 1));
}
END_TEST

START_TEST(test_load_that_fails_makes_nothing)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_status(server, MACS, 403, "{\"detail\": \"no\"}");
	ck_assert_int_eq(try_load(), -1);
	ck_assert_int_eq(err.code, NBK_EDENIED);
}
END_TEST

START_TEST(test_macs_that_netbox_refuses_are_no_empty_list)
{
	start_with("4.7.3");
	netbox_status(server, MACS, 400, "{}");
	ck_assert_int_eq(try_load(), -1);
	ck_assert_int_eq(err.code, NBK_ETEMP);
}
END_TEST

START_TEST(test_refresh_reads_what_the_hint_names)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(2, "10.0.1.0/24"));
	load();
	refresh(NBK_HINT_PREFIX, 2);
	ck_assert(has(NBK_SUBNET, 1) && has(NBK_SUBNET, 2));
	ck_assert(in_scope(NBK_SUBNET, 2));
	ck_assert(!in_scope(NBK_SUBNET, 1));
	ck_assert_uint_eq(netbox_asked(server, "/api/ipam/prefixes/?id=2&cf_dhcp_enabled=true&"), 1);
}
END_TEST

START_TEST(test_refresh_forgets_what_does_not_come_back)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, "");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, ADDRESSES, "");
	load();
	refresh(NBK_HINT_PREFIX, 1);
	refresh(NBK_HINT_ADDRESS, 4);
	ck_assert(!has(NBK_SUBNET, 1));
	ck_assert(!has(NBK_RESERVATION, 4));
	ck_assert(in_scope(NBK_SUBNET, 1) && in_scope(NBK_RESERVATION, 4));
}
END_TEST

START_TEST(test_refresh_of_a_prefix_concerns_what_stands_in_it)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(2, "10.0.1.0/24"));
	netbox_rows(server, RANGES, RANGE(3, "10.0.0.10/24", "10.0.0.20/24") "," RANGE(4, "10.0.1.10/24", "10.0.1.20/24"));
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.1.5/24", 10, 30));
	load();
	refresh(NBK_HINT_PREFIX, 2);
	ck_assert(in_scope(NBK_POOL, 4) && in_scope(NBK_RESERVATION, 4));
	ck_assert(!in_scope(NBK_POOL, 3));
}
END_TEST

START_TEST(test_refresh_of_a_device_reads_its_addresses)
{
	start_with("4.7.3");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30) "," ON_INTERFACE(5, "10.0.0.6/24", 11, 30) ","
	                               ON_INTERFACE(6, "10.0.0.7/24", 12, 31));
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.15/24", 10, 30) "," ON_INTERFACE(5, "10.0.0.16/24", 11, 30));
	load();
	refresh(NBK_HINT_DEVICE, 30);
	ck_assert_uint_eq(netbox_asked(server, "/api/ipam/ip-addresses/?id=4&id=5&status=dhcp"), 1);
	ck_assert(in_scope(NBK_RESERVATION, 4) && in_scope(NBK_RESERVATION, 5));
	ck_assert(!in_scope(NBK_RESERVATION, 6));
	ck_assert(has(NBK_RESERVATION, 6));
}
END_TEST

START_TEST(test_refresh_of_an_interface_reads_its_macs)
{
	start_with("4.7.3");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, MACS, MAC(1, "02:00:00:00:00:01", 10));
	netbox_rows(server, INTERFACES, INTERFACE(10, A_MAC(1, "02:00:00:00:00:01") "," A_MAC(2, "02:00:00:00:00:02"),
	                                          A_MAC(2, "02:00:00:00:00:02")));
	load();
	refresh(NBK_HINT_INTERFACE, 10);
	assert_mac(10, "02:00:00:00:00:02");
	ck_assert(in_scope(NBK_RESERVATION, 4));
}
END_TEST

START_TEST(test_mac_that_is_edited)
{
	start_with("4.7.3");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, MACS, MAC(1, "02:00:00:00:00:01", 10));
	netbox_rows(server, MACS, MAC(1, "02:00:00:00:00:09", 10));
	netbox_rows(server, INTERFACES, INTERFACE(10, A_MAC(1, "02:00:00:00:00:09"), "null"));
	load();
	refresh(NBK_HINT_MAC, 1);
	assert_mac(10, "02:00:00:00:00:09");
	ck_assert(in_scope(NBK_RESERVATION, 4));
}
END_TEST

/* Both interfaces are concerned, whichever has the lower id. */
static void
move_mac(const char *from, const char *to, const char *both, int first, int second)
{
	start_with("4.7.3");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30) "," ON_INTERFACE(5, "10.0.0.6/24", 11, 31));
	netbox_rows(server, MACS, from);
	netbox_rows(server, MACS, to);
	netbox_rows(server, INTERFACES, both);
	load();
	assert_mac(first, "02:00:00:00:00:01");
	refresh(NBK_HINT_MAC, 1);
	assert_mac(first, "none");
	assert_mac(second, "02:00:00:00:00:01");
	ck_assert(in_scope(NBK_RESERVATION, 4) && in_scope(NBK_RESERVATION, 5));
}

START_TEST(test_mac_that_moves_to_a_higher_interface)
{
	move_mac(MAC(1, "02:00:00:00:00:01", 10), MAC(1, "02:00:00:00:00:01", 11),
	         INTERFACE(10, "", "null") "," INTERFACE(11, A_MAC(1, "02:00:00:00:00:01"), "null"), 10, 11);
}
END_TEST

START_TEST(test_mac_that_moves_to_a_lower_interface)
{
	move_mac(MAC(1, "02:00:00:00:00:01", 11), MAC(1, "02:00:00:00:00:01", 10),
	         INTERFACE(10, A_MAC(1, "02:00:00:00:00:01"), "null") "," INTERFACE(11, "", "null"), 11, 10);
}
END_TEST

START_TEST(test_mac_that_is_deleted)
{
	start_with("4.7.3");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, MACS, MAC(1, "02:00:00:00:00:01", 10));
	netbox_rows(server, MACS, "");
	netbox_rows(server, INTERFACES, INTERFACE(10, "", "null"));
	load();
	refresh(NBK_HINT_MAC, 1);
	assert_mac(10, "none");
	ck_assert(in_scope(NBK_RESERVATION, 4));
}
END_TEST

START_TEST(test_address_that_is_new_brings_its_interface_s_macs)
{
	start_with("4.7.3");
	netbox_rows(server, ADDRESSES, "");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, INTERFACES, INTERFACE(10, A_MAC(1, "02:00:00:00:00:01"), "null"));
	load();
	refresh(NBK_HINT_ADDRESS, 4);
	assert_mac(10, "02:00:00:00:00:01");
}
END_TEST

START_TEST(test_refresh_before_4_2)
{
	start_with("3.7.8");
	netbox_rows(server, ADDRESSES, ON_INTERFACE(4, "10.0.0.5/24", 10, 30));
	netbox_rows(server, INTERFACES, "{'id': 10, 'mac_address': '02:00:00:00:00:01'}");
	netbox_rows(server, INTERFACES, "{'id': 10, 'mac_address': '02:00:00:00:00:02'}");
	load();
	refresh(NBK_HINT_INTERFACE, 10);
	assert_mac(10, "02:00:00:00:00:02");
}
END_TEST

START_TEST(test_refresh_that_fails_leaves_the_model)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_status(server, PREFIXES, 500, "{}");
	netbox_status(server, PREFIXES, 400, "{}");
	load();
	ck_assert_int_eq(try_refresh(NBK_HINT_PREFIX, 1), -1);
	ck_assert(has(NBK_SUBNET, 1));
	nbk_error_clear(&err);
	refresh(NBK_HINT_PREFIX, 1);
	ck_assert_int_eq(refused[NBK_SUBNET].code, NBK_EREFUSED);
	ck_assert(has(NBK_SUBNET, 1));
}
END_TEST

START_TEST(test_500_hints_are_few_requests)
{
	struct nbk_hint hints[500];
	struct nbk_batch batch = { hints, 500 };
	unsigned long before;
	size_t i;

	for (i = 0; i < 500; i++)
		hints[i] = (struct nbk_hint){ NBK_HINT_ADDRESS, (int64_t)i + 1 };
	start_with("4.7.3");
	load();
	before = nbk_netbox_requests(netbox);
	ck_assert_int_eq(nbk_sync_refresh(netbox, &model, &batch, &scope, refused, &err), 0);
	ck_assert_uint_eq(nbk_netbox_requests(netbox) - before, 5);
}
END_TEST

START_TEST(test_refresh_of_a_virtual_machine_and_its_interface)
{
	static const char before[] = "{'id': 4, 'address': '10.0.0.5/24', 'vrf': null, 'status': {'value': 'dhcp'}, 'custom_fields': {},"
	                             "'assigned_object_type': 'virtualization.vminterface', 'assigned_object_id': 10, 'assigned_object':"
	                             "{'id': 10, 'virtual_machine': {'id': 30, 'name': 'vm'}}}";
	struct nbk_owner owner = { NBK_OWNER_VM_INTERFACE, 10 };

	start_with("4.7.3");
	netbox_rows(server, ADDRESSES, before);
	netbox_rows(server, VM_INTERFACES, INTERFACE(10, A_MAC(1, "02:00:00:00:00:01"), "null"));
	load();
	refresh(NBK_HINT_VM, 30);
	ck_assert_uint_eq(netbox_asked(server, "/api/ipam/ip-addresses/?id=4&"), 1);
	ck_assert_str_eq(nbk_model_mac(&model, owner, NULL), "02:00:00:00:00:01");
	refresh(NBK_HINT_VM_INTERFACE, 10);
	ck_assert(in_scope(NBK_RESERVATION, 4));
	ck_assert_uint_eq(netbox_asked(server, VM_INTERFACES "?id=10&"), 2);
	/* A device of the same id is another thing. */
	refresh(NBK_HINT_DEVICE, 30);
	ck_assert_uint_eq(netbox_asked(server, "/api/ipam/ip-addresses/?id=4&"), 2);
}
END_TEST

#define DELEGATED(id, prefix, length)                                                                                                  \
	"{'id': " #id ", 'prefix': '" prefix "', 'vrf': null, 'custom_fields': {'dhcp_enabled': true, 'dhcp_pd_delegated_length': " length "}}"

/* Twice the same: as what passes the prefixes' filter, and as what passes that of delegation. */
static void
prefixes_of_both_lists(const char *rows)
{
	netbox_rows(server, PREFIXES, rows);
	netbox_rows(server, PREFIXES, rows);
}

START_TEST(test_what_is_delegated_from_is_no_subnet)
{
	start_of(6, "4.7.3", "");
	prefixes_of_both_lists(DELEGATED(1, "2001:db8:1::/64", "null") "," DELEGATED(2, "2001:db8:f000::/48", "56"));
	load();
	ck_assert(has(NBK_SUBNET, 1) && !has(NBK_SUBNET, 2));
	ck_assert(has(NBK_PD_POOL, 2) && !has(NBK_PD_POOL, 1));
	ck_assert_uint_eq(netbox_asked(server, "?cf_dhcp_pd_delegated_length__gte=1&family=6&"), 1);
	ck_assert_uint_eq(netbox_asked(server, "family=6"), 4);
	ck_assert_uint_eq(netbox_asked(server, "family=4"), 0);
}
END_TEST

START_TEST(test_ipv4_delegates_nothing)
{
	start_with("4.7.3");
	netbox_rows(server, PREFIXES, DELEGATED(2, "10.0.0.0/24", "56"));
	load();
	ck_assert(has(NBK_SUBNET, 2));
	refresh(NBK_HINT_PREFIX, 2);
	ck_assert_uint_eq(netbox_asked(server, PREFIXES), 2);
	ck_assert_uint_eq(netbox_asked(server, "delegated"), 0);
}
END_TEST

START_TEST(test_a_netbox_without_the_field_delegates_nothing)
{
	start_of(6, "3.4.10", "");
	prefixes_of_both_lists(PREFIX(1, "2001:db8:1::/64"));
	load();
	ck_assert(has(NBK_SUBNET, 1));
	ck_assert_uint_eq(model.rows[NBK_PD_POOL].count, 0);
}
END_TEST

START_TEST(test_a_filter_of_delegation_that_netbox_ignores_is_named)
{
	start_of(6, "4.7.3", "'pd-filter': {'cf_pdd': true}");
	prefixes_of_both_lists(PREFIX(1, "2001:db8:1::/64"));
	ck_assert_int_lt(try_load(), 0);
	ck_assert_int_eq(err.code, NBK_EREFUSED);
	assert_has(err.text, "no custom field \"pdd\"");
}
END_TEST

START_TEST(test_refresh_makes_a_subnet_of_what_was_delegated_from_and_back)
{
	start_of(6, "4.7.3", "");
	prefixes_of_both_lists(DELEGATED(2, "2001:db8:f000::/48", "56"));
	prefixes_of_both_lists(DELEGATED(2, "2001:db8:f000::/48", "null"));
	prefixes_of_both_lists(DELEGATED(2, "2001:db8:f000::/48", "60"));
	load();
	refresh(NBK_HINT_PREFIX, 2);
	ck_assert(has(NBK_SUBNET, 2) && !has(NBK_PD_POOL, 2));
	ck_assert(in_scope(NBK_SUBNET, 2) && in_scope(NBK_PD_POOL, 2));
	refresh(NBK_HINT_PREFIX, 2);
	ck_assert(!has(NBK_SUBNET, 2) && has(NBK_PD_POOL, 2));
}
END_TEST

Suite *
suite_sync(void)
{
	Suite *suite = suite_create("sync");
	TCase *tcase = tcase_create("sync");

	tcase_set_timeout(tcase, 600);
	tcase_add_checked_fixture(tcase, NULL, stop);
	tcase_add_test(tcase, test_load_reads_all_lists_of_4_2_and_later);
	tcase_add_test(tcase, test_load_reads_interfaces_before_4_2);
	tcase_add_test(tcase, test_primary_is_asked_for_where_it_is_needed);
	tcase_add_test(tcase, test_load_with_a_refused_list);
	tcase_add_test(tcase, test_load_that_fails_makes_nothing);
	tcase_add_test(tcase, test_macs_that_netbox_refuses_are_no_empty_list);
	tcase_add_test(tcase, test_refresh_reads_what_the_hint_names);
	tcase_add_test(tcase, test_refresh_forgets_what_does_not_come_back);
	tcase_add_test(tcase, test_refresh_of_a_prefix_concerns_what_stands_in_it);
	tcase_add_test(tcase, test_refresh_of_a_device_reads_its_addresses);
	tcase_add_test(tcase, test_refresh_of_an_interface_reads_its_macs);
	tcase_add_test(tcase, test_mac_that_is_edited);
	tcase_add_test(tcase, test_mac_that_moves_to_a_higher_interface);
	tcase_add_test(tcase, test_mac_that_moves_to_a_lower_interface);
	tcase_add_test(tcase, test_mac_that_is_deleted);
	tcase_add_test(tcase, test_address_that_is_new_brings_its_interface_s_macs);
	tcase_add_test(tcase, test_refresh_before_4_2);
	tcase_add_test(tcase, test_refresh_that_fails_leaves_the_model);
	tcase_add_test(tcase, test_500_hints_are_few_requests);
	tcase_add_test(tcase, test_refresh_of_a_virtual_machine_and_its_interface);
	tcase_add_test(tcase, test_what_is_delegated_from_is_no_subnet);
	tcase_add_test(tcase, test_ipv4_delegates_nothing);
	tcase_add_test(tcase, test_a_netbox_without_the_field_delegates_nothing);
	tcase_add_test(tcase, test_a_filter_of_delegation_that_netbox_ignores_is_named);
	tcase_add_test(tcase, test_refresh_makes_a_subnet_of_what_was_delegated_from_and_back);
	suite_add_tcase(suite, tcase);
	return suite;
}
