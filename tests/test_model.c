/* SPDX-License-Identifier: MPL-2.0 */
#include "model.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nbk_config *config;
static struct nbk_model model;

static void
start(void)
{
	config = config_with("");
	nbk_model_init(&model, config);
}

static void
stop(void)
{
	nbk_model_clear(&model);
	nbk_config_free(config);
}

static const struct nbk_row *
row(enum nbk_kind kind, int64_t id)
{
	const struct nbk_row *found = nbk_table_get(&model.rows[kind], id);

	ck_assert_msg(found != NULL, "no row %lld", (long long)id);
	return found;
}

static void
assert_refused(enum nbk_kind kind, const char *text)
{
	struct nbk_error err = { NBK_OK, "" };
	struct json_object *object = json(text);

	ck_assert_int_eq(nbk_model_put(&model, kind, object, &err), -1);
	ck_assert_int_eq(err.code, NBK_ETEMP);
	ck_assert_uint_eq(model.rows[kind].count, 0);
	json_object_put(object);
}

/* The id of the parent of a range, 0: none. */
static int64_t
parent_of(int64_t vrf, const char *first, const char *last)
{
	struct nbk_parents *parents = nbk_parents_new(&model);
	struct nbk_range wanted = range(first, last);
	const struct nbk_row *found = nbk_parents_find(parents, vrf, &wanted);
	int64_t id = found == NULL ? 0 : found->id;

	nbk_parents_free(parents);
	return id;
}

static const char *
mac_of(int interface, enum nbk_errc expected)
{
	struct nbk_error err = { NBK_OK, "" };
	const char *mac = nbk_model_mac(&model, (struct nbk_owner){ NBK_OWNER_INTERFACE, interface }, &err);

	ck_assert_int_eq(err.code, expected);
	return mac;
}

START_TEST(test_put_reads_a_prefix)
{
	char text[NBK_NET_TEXT];

	put_prefix(&model, 4, "10.0.0.5/24",
	           "'family': {'value': 4, 'label': 'IPv4'}, 'vrf': {'id': 7, 'name': 'red'}, 'custom_fields': {'dhcp_valid_lifetime': 60}");
	/* Host bits, from a direct database write. */
	ck_assert_str_eq(nbk_net_text(&row(NBK_SUBNET, 4)->net, text), "10.0.0.0/24");
	ck_assert_int_eq(row(NBK_SUBNET, 4)->vrf, 7);
	ck_assert_str_eq(nbk_ip_text(&row(NBK_SUBNET, 4)->range.end, text), "10.0.0.255");
	put_prefix(&model, 5, "10.0.1.0/24", "'vrf': null");
	ck_assert_int_eq(row(NBK_SUBNET, 5)->vrf, 0);
}
END_TEST

START_TEST(test_put_reads_a_range_with_masks)
{
	char text[NBK_IP_TEXT];

	put_range(&model, 3, "10.0.0.10/24", "10.0.0.20/24", "'size': 11");
	ck_assert_str_eq(nbk_ip_text(&row(NBK_POOL, 3)->range.start, text), "10.0.0.10");
	ck_assert_str_eq(nbk_ip_text(&row(NBK_POOL, 3)->range.end, text), "10.0.0.20");
}
END_TEST

START_TEST(test_put_reads_an_address_and_its_owner)
{
	put_address(&model, 1, "10.0.0.5/32", "'assigned_object_type': 'dcim.interface', 'assigned_object_id': 9,"
	                                      "'assigned_object': {'id': 9, 'device': {'id': 30, 'name': 'a'}}");
	put_address(&model, 2, "10.0.0.6/32", "'assigned_object_type': 'virtualization.vminterface', 'assigned_object_id': 9,"
	                                      "'assigned_object': {'id': 9, 'virtual_machine': {'id': 31, 'name': 'b'}}");
	put_address(&model, 3, "10.0.0.7/32", "'assigned_object_type': 'ipam.fhrpgroup', 'assigned_object_id': 9");
	put_address(&model, 4, "10.0.0.8/32", "'assigned_object_type': null, 'assigned_object_id': null, 'assigned_object': null");
	ck_assert_int_eq(row(NBK_RESERVATION, 1)->owner.type, NBK_OWNER_INTERFACE);
	ck_assert_int_eq(row(NBK_RESERVATION, 1)->owner.id, 9);
	ck_assert_int_eq(row(NBK_RESERVATION, 1)->device, 30);
	ck_assert_int_eq(row(NBK_RESERVATION, 2)->owner.type, NBK_OWNER_VM_INTERFACE);
	ck_assert_int_eq(row(NBK_RESERVATION, 2)->device, 31);
	ck_assert_int_eq(row(NBK_RESERVATION, 3)->owner.type, NBK_OWNER_NONE);
	ck_assert_int_eq(row(NBK_RESERVATION, 4)->owner.type, NBK_OWNER_NONE);
}
END_TEST

START_TEST(test_put_drops_the_other_family)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "2001:db8::/64", NULL);
	ck_assert_uint_eq(model.rows[NBK_SUBNET].count, 1);
	/* What was ours and has become the other family's is gone. */
	put_prefix(&model, 1, "2001:db8::/64", NULL);
	ck_assert_uint_eq(model.rows[NBK_SUBNET].count, 0);
}
END_TEST

START_TEST(test_put_names_a_text_that_is_no_address)
{
	put_prefix(&model, 1, "10.0.0.0/99", NULL);
	put_range(&model, 2, "10.0.0.1/24", "x", NULL);
	put_address(&model, 3, "", NULL);
	assert_has(row(NBK_SUBNET, 1)->fault, "10.0.0.0/99");
	assert_has(row(NBK_POOL, 2)->fault, "end_address");
	assert_has(row(NBK_RESERVATION, 3)->fault, "address");
}
END_TEST

START_TEST(test_put_refuses_what_is_not_netbox_s)
{
	assert_refused(NBK_SUBNET, "{'prefix': '10.0.0.0/24'}");
	assert_refused(NBK_SUBNET, "{'id': 1}");
	assert_refused(NBK_SUBNET, "{'id': '1', 'prefix': '10.0.0.0/24'}");
	assert_refused(NBK_POOL, "{'id': 1, 'start_address': '10.0.0.1/24'}");
	assert_refused(NBK_RESERVATION, "{'id': 1, 'address': 5}");
	assert_refused(NBK_RESERVATION, "[]");
}
END_TEST

START_TEST(test_put_replaces_a_row)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 1, "10.0.1.0/24", NULL);
	ck_assert_uint_eq(model.rows[NBK_SUBNET].count, 1);
	ck_assert_int_eq(parent_of(0, "10.0.1.5", "10.0.1.5"), 1);
	ck_assert_int_eq(parent_of(0, "10.0.0.5", "10.0.0.5"), 0);
}
END_TEST

START_TEST(test_parent_is_the_longest_prefix_of_the_vrf)
{
	put_prefix(&model, 1, "10.0.0.0/8", NULL);
	put_prefix(&model, 2, "10.0.0.0/16", NULL);
	put_prefix(&model, 3, "10.0.1.0/24", NULL);
	put_prefix(&model, 4, "10.0.1.128/25", NULL);
	put_prefix(&model, 5, "10.0.1.0/24", "'vrf': {'id': 7}");
	ck_assert_int_eq(parent_of(0, "10.0.1.5", "10.0.1.5"), 3);
	ck_assert_int_eq(parent_of(0, "10.0.1.200", "10.0.1.200"), 4);
	ck_assert_int_eq(parent_of(0, "10.0.2.1", "10.0.2.1"), 2);
	ck_assert_int_eq(parent_of(0, "10.9.0.1", "10.9.0.1"), 1);
	ck_assert_int_eq(parent_of(0, "11.0.0.1", "11.0.0.1"), 0);
	ck_assert_int_eq(parent_of(0, "9.0.0.1", "9.0.0.1"), 0);
	ck_assert_int_eq(parent_of(7, "10.0.1.200", "10.0.1.200"), 5);
	ck_assert_int_eq(parent_of(7, "10.0.2.1", "10.0.2.1"), 0);
	ck_assert_int_eq(parent_of(8, "10.0.1.5", "10.0.1.5"), 0);
}
END_TEST

START_TEST(test_parent_holds_the_whole_range)
{
	put_prefix(&model, 1, "10.0.0.0/16", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_prefix(&model, 3, "10.0.2.0/24", NULL);
	ck_assert_int_eq(parent_of(0, "10.0.1.0", "10.0.1.255"), 2);
	ck_assert_int_eq(parent_of(0, "10.0.1.200", "10.0.2.20"), 1);
	ck_assert_int_eq(parent_of(0, "10.0.255.0", "10.1.0.5"), 0);
}
END_TEST

START_TEST(test_parent_of_the_same_prefix_twice_is_the_lower_id)
{
	put_prefix(&model, 9, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "10.0.0.0/24", NULL);
	put_prefix(&model, 5, "10.0.0.0/24", NULL);
	ck_assert_int_eq(parent_of(0, "10.0.0.1", "10.0.0.1"), 2);
}
END_TEST

/* Judged by looking at each prefix in turn. */
START_TEST(test_parent_of_random_prefixes)
{
	int id, tries;

	srandom((unsigned)_i);
	for (id = 1; id <= 200; id++) {
		char prefix[64], more[64];

		snprintf(prefix, sizeof(prefix), "10.%ld.%ld.0/%ld", random() % 3, random() % 8, 14 + random() % 14);
		snprintf(more, sizeof(more), "'vrf': {'id': %ld}", 1 + random() % 2);
		put_prefix(&model, id, prefix, more);
	}
	for (tries = 0; tries < 300; tries++) {
		int64_t vrf = 1 + random() % 2, best = 0;
		int length = -1;
		char text[32];
		size_t i;

		snprintf(text, sizeof(text), "10.%ld.%ld.%ld", random() % 4, random() % 9, random() % 256);
		for (i = 0; i < model.rows[NBK_SUBNET].count; i++) {
			const struct nbk_row *prefix = model.rows[NBK_SUBNET].rows[i];
			struct nbk_ip address = ip(text);

			if (prefix->vrf == vrf && nbk_net_contains(&prefix->net, &address) && prefix->net.length > length) {
				length = prefix->net.length;
				best = prefix->id;
			}
		}
		ck_assert_int_eq(parent_of(vrf, text, text), best);
	}
}
END_TEST

/* From 4.2: MAC objects. */
START_TEST(test_mac_of_an_interface_is_its_only_one)
{
	put_mac(&model, 1, "02:00:00:00:00:01", 10);
	put_mac(&model, 2, "02:00:00:00:00:02", 11);
	ck_assert_str_eq(mac_of(10, NBK_OK), "02:00:00:00:00:01");
	ck_assert_str_eq(mac_of(11, NBK_OK), "02:00:00:00:00:02");
	ck_assert_ptr_null(mac_of(12, NBK_OK));
	ck_assert_ptr_null(nbk_model_mac(&model, (struct nbk_owner){ NBK_OWNER_VM_INTERFACE, 10 }, NULL));
	ck_assert_ptr_null(nbk_model_mac(&model, (struct nbk_owner){ NBK_OWNER_NONE, 10 }, NULL));
}
END_TEST

START_TEST(test_mac_of_several_is_the_primary)
{
	struct nbk_owner owner = { NBK_OWNER_INTERFACE, 10 };

	put_mac(&model, 1, "02:00:00:00:00:01", 10);
	ck_assert(!nbk_model_wants_primary(&model, owner));
	put_mac(&model, 2, "02:00:00:00:00:02", 10);
	ck_assert(nbk_model_wants_primary(&model, owner));
	ck_assert_ptr_null(mac_of(10, NBK_EDATA));
	put_interface(&model, "{'id': 10, 'primary_mac_address': {'id': 2, 'mac_address': '02:00:00:00:00:02'}}");
	ck_assert_str_eq(mac_of(10, NBK_OK), "02:00:00:00:00:02");
	ck_assert(!nbk_model_wants_primary(&model, owner));
	/* None is primary: known, and still a fault. */
	put_interface(&model, "{'id': 10, 'primary_mac_address': null}");
	ck_assert_ptr_null(mac_of(10, NBK_EDATA));
	ck_assert(!nbk_model_wants_primary(&model, owner));
}
END_TEST

START_TEST(test_the_same_mac_on_two_objects_is_one)
{
	put_mac(&model, 1, "02:00:00:00:00:01", 10);
	put_mac(&model, 2, "02:00:00:00:00:01", 10);
	ck_assert(!nbk_model_wants_primary(&model, (struct nbk_owner){ NBK_OWNER_INTERFACE, 10 }));
	ck_assert_str_eq(mac_of(10, NBK_OK), "02:00:00:00:00:01");
}
END_TEST

START_TEST(test_mac_that_is_moved_or_unassigned)
{
	struct json_object *unassigned =
	    json("{'id': 1, 'mac_address': '02:00:00:00:00:01', 'assigned_object_type': null, 'assigned_object_id': null}");

	put_mac(&model, 1, "02:00:00:00:00:01", 10);
	put_mac(&model, 1, "02:00:00:00:00:01", 11);
	ck_assert_ptr_null(mac_of(10, NBK_OK));
	ck_assert_str_eq(mac_of(11, NBK_OK), "02:00:00:00:00:01");
	ck_assert_int_eq(nbk_model_put_mac(&model, unassigned, NULL), 0);
	ck_assert_ptr_null(mac_of(11, NBK_OK));
	json_object_put(unassigned);
}
END_TEST

START_TEST(test_interface_s_list_of_macs_replaces_what_was_known)
{
	put_mac(&model, 1, "02:00:00:00:00:01", 10);
	put_mac(&model, 2, "02:00:00:00:00:02", 10);
	put_interface(&model, "{'id': 10, 'mac_address': '02:00:00:00:00:03', 'primary_mac_address': {'id': 3, 'mac_address':"
	                      " '02:00:00:00:00:03'}, 'mac_addresses': [{'id': 3, 'mac_address': '02:00:00:00:00:03'},"
	                      " {'id': 4, 'mac_address': '02:00:00:00:00:04'}]}");
	ck_assert_str_eq(mac_of(10, NBK_OK), "02:00:00:00:00:03");
	ck_assert_uint_eq(model.macs.count, 2);
	put_interface(&model, "{'id': 10, 'mac_address': null, 'primary_mac_address': null, 'mac_addresses': []}");
	ck_assert_ptr_null(mac_of(10, NBK_OK));
}
END_TEST

/* Up to 4.1: a MAC is a field of the interface. */
START_TEST(test_interface_s_own_mac)
{
	put_interface(&model, "{'id': 10, 'mac_address': '02:00:00:00:00:01'}");
	ck_assert_str_eq(mac_of(10, NBK_OK), "02:00:00:00:00:01");
	put_interface(&model, "{'id': 10, 'mac_address': '02:00:00:00:00:02'}");
	ck_assert_str_eq(mac_of(10, NBK_OK), "02:00:00:00:00:02");
	put_interface(&model, "{'id': 10, 'mac_address': null}");
	ck_assert_ptr_null(mac_of(10, NBK_OK));
	ck_assert_ptr_null(nbk_model_mac(&model, (struct nbk_owner){ NBK_OWNER_VM_INTERFACE, 10 }, NULL));
}
END_TEST

START_TEST(test_interface_s_and_macs_that_are_not_netbox_s)
{
	static const char *const macs[] = { "{'id': 1}", "{'mac_address': '02:00:00:00:00:01'}", "{'id': 1, 'mac_address': 5}", "[]" };
	static const char *const rows[] = { "{'mac_address': 'x'}", "{'id': 1, 'mac_addresses': [{'id': 5}]}",
		                            "{'id': 1, 'mac_addresses': ['x']}" };
	size_t i;

	for (i = 0; i < sizeof(macs) / sizeof(macs[0]); i++) {
		struct json_object *object = json(macs[i]);

		ck_assert_int_eq(nbk_model_put_mac(&model, object, NULL), -1);
		json_object_put(object);
	}
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *object = json(rows[i]);

		ck_assert_int_eq(nbk_model_put_interface(&model, NBK_OWNER_INTERFACE, object, NULL), -1);
		json_object_put(object);
	}
}
END_TEST

START_TEST(test_drop_owner_forgets_all_of_an_interface)
{
	put_mac(&model, 1, "02:00:00:00:00:01", 10);
	put_mac(&model, 2, "02:00:00:00:00:02", 10);
	put_mac(&model, 3, "02:00:00:00:00:03", 11);
	put_interface(&model, "{'id': 10, 'primary_mac_address': {'id': 2, 'mac_address': '02:00:00:00:00:02'}}");
	nbk_model_drop_owner(&model, (struct nbk_owner){ NBK_OWNER_INTERFACE, 10 });
	ck_assert_ptr_null(mac_of(10, NBK_OK));
	ck_assert_str_eq(mac_of(11, NBK_OK), "02:00:00:00:00:03");
	ck_assert_uint_eq(model.primaries.count, 0);
}
END_TEST

START_TEST(test_subnet_of_what_is_delegated_from)
{
	static const struct {
		const char *value;
		int64_t id;
	} cases[] = {
		{ "7", 7 }, { "'7'", 7 }, { "7.0", 7 }, { "{'id': 7, 'prefix': '2001:db8::/64'}", 7 }, { "null", 0 },
		{ "{'id': 7, 'vid': 12}", -1 }, { "'7abc'", -1 }, { "7.5", -1 }, { "true", -1 }, { "0", -1 }, { "-7", -1 }, { "[7]", -1 },
	};
	char text[256];
	size_t i;

	stop();
	config = config_of(6, "");
	nbk_model_init(&model, config);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_object *object;

		snprintf(text, sizeof(text), "{'id': %zu, 'prefix': '2001:db8:8000::/36', 'vrf': null, 'custom_fields': {'dhcp_pd_subnet': %s}}",
		         i + 1, cases[i].value);
		object = json(text);
		ck_assert_int_eq(nbk_model_put(&model, NBK_PD_POOL, object, NULL), 0);
		json_object_put(object);
		ck_assert_msg((row(NBK_PD_POOL, i + 1)->fault != NULL) == (cases[i].id < 0), "%s", cases[i].value);
		ck_assert(cases[i].id < 0 || row(NBK_PD_POOL, i + 1)->subnet == cases[i].id);
	}
}
END_TEST

Suite *
suite_model(void)
{
	Suite *suite = suite_create("model");
	TCase *tcase = tcase_create("model");

	tcase_set_timeout(tcase, 600);
	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_put_reads_a_prefix);
	tcase_add_test(tcase, test_put_reads_a_range_with_masks);
	tcase_add_test(tcase, test_put_reads_an_address_and_its_owner);
	tcase_add_test(tcase, test_put_drops_the_other_family);
	tcase_add_test(tcase, test_subnet_of_what_is_delegated_from);
	tcase_add_test(tcase, test_put_names_a_text_that_is_no_address);
	tcase_add_test(tcase, test_put_refuses_what_is_not_netbox_s);
	tcase_add_test(tcase, test_put_replaces_a_row);
	tcase_add_test(tcase, test_parent_is_the_longest_prefix_of_the_vrf);
	tcase_add_test(tcase, test_parent_holds_the_whole_range);
	tcase_add_test(tcase, test_parent_of_the_same_prefix_twice_is_the_lower_id);
	tcase_add_loop_test(tcase, test_parent_of_random_prefixes, 0, 5);
	tcase_add_test(tcase, test_mac_of_an_interface_is_its_only_one);
	tcase_add_test(tcase, test_mac_of_several_is_the_primary);
	tcase_add_test(tcase, test_the_same_mac_on_two_objects_is_one);
	tcase_add_test(tcase, test_mac_that_is_moved_or_unassigned);
	tcase_add_test(tcase, test_interface_s_list_of_macs_replaces_what_was_known);
	tcase_add_test(tcase, test_interface_s_own_mac);
	tcase_add_test(tcase, test_interface_s_and_macs_that_are_not_netbox_s);
	tcase_add_test(tcase, test_drop_owner_forgets_all_of_an_interface);
	suite_add_tcase(suite, tcase);
	return suite;
}
