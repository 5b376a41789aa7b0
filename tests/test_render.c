/* SPDX-License-Identifier: MPL-2.0 */
#include "render.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nbk_config *config;
static struct nbk_kea_config *kea;
static struct nbk_model model;
static struct nbk_error err;
static char *renamed;

static void
start_with(const char *parameters)
{
	config = config_with(parameters);
	kea = nbk_kea_config_new("{\"Dhcp4\": {}}", nbk_family(4), NBK_OWN_ALL, NULL);
	nbk_model_init(&model, config);
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
}

static void
stop(void)
{
	nbk_model_clear(&model);
	nbk_kea_config_free(kea);
	nbk_config_free(config);
	free(renamed);
	renamed = NULL;
}

static struct nbk_item *
made(enum nbk_kind kind, int64_t id)
{
	const struct nbk_row *row = nbk_table_get(&model.rows[kind], id), *parent = nbk_table_get(&model.rows[NBK_SUBNET], 1);
	const struct nbk_rules rules = { config, kea };

	nbk_error_clear(&err);
	switch (kind) {
	case NBK_SUBNET:
		return nbk_render_subnet(&rules, row, &err);
	case NBK_POOL:
		return nbk_render_pool(&rules, row, parent, &err);
	case NBK_PD_POOL:
		return nbk_render_pd_pool(&rules, row, parent, &err);
	case NBK_RESERVATION:
		free(renamed);
		return nbk_render_reservation(&rules, row, parent, &model, &renamed, &err);
	}
	return NULL;
}

/* What the object of this id becomes, as JSON equal to the text's. */
static void
assert_made(enum nbk_kind kind, int64_t id, const char *expected)
{
	struct nbk_item *item = made(kind, id);
	struct json_object *found, *wanted = json(expected);

	ck_assert_msg(item != NULL, "%s", err.text);
	found = json(item->text);
	ck_assert_msg(json_object_equal(found, wanted), "%s", item->text);
	ck_assert_int_eq(item->kind, kind);
	ck_assert_int_eq(item->id, id);
	json_object_put(found);
	json_object_put(wanted);
	nbk_item_release(item);
}

static void
assert_fault(enum nbk_kind kind, int64_t id, const char *part)
{
	ck_assert_ptr_null(made(kind, id));
	ck_assert_int_eq(err.code, NBK_EDATA);
	assert_has(err.text, part);
}

START_TEST(test_subnet_of_the_default_map)
{
	start_with("");
	assert_made(NBK_SUBNET, 1, "{'id': 1, 'subnet': '10.0.0.0/24', 'user-context': {'netbox_prefix_id': 1}}");
	put_prefix(&model, 2, "10.0.1.0/24",
	           "'custom_fields': {'dhcp_option_data_routers': [{'id': 3, 'address': '10.0.1.1/24'}],"
	           "'dhcp_option_data_domain_search': 'a.example, b.example', 'dhcp_option_data_domain_name_servers':"
	           "['10.0.1.2', '10.0.1.3'], 'dhcp_next_server': '10.0.1.4/24', 'dhcp_boot_file_name': 'x', 'dhcp_valid_lifetime': '60'}");
	assert_made(NBK_SUBNET, 2,
	            "{'id': 2, 'subnet': '10.0.1.0/24', 'option-data': [{'name': 'routers', 'data': '10.0.1.1'},"
	            "{'name': 'domain-search', 'data': 'a.example, b.example'},"
	            "{'name': 'domain-name-servers', 'data': '10.0.1.2, 10.0.1.3'}], 'next-server': '10.0.1.4', 'boot-file-name': 'x',"
	            "'valid-lifetime': 60, 'min-valid-lifetime': 60, 'max-valid-lifetime': 60, 'user-context': {'netbox_prefix_id': 2}}");
}
END_TEST

START_TEST(test_subnet_takes_its_id_from_the_map)
{
	struct nbk_item *item;

	start_with("'subnet-prefix-map': {'id': 'custom_fields.kea_id'}");
	put_prefix(&model, 2, "10.0.1.0/24", "'custom_fields': {'kea_id': '77'}");
	item = made(NBK_SUBNET, 2);
	ck_assert_uint_eq(item->kea_id, 77);
	ck_assert_int_eq(item->id, 2);
	nbk_item_release(item);
	put_prefix(&model, 2, "10.0.1.0/24", "'custom_fields': {'kea_id': 0}");
	assert_fault(NBK_SUBNET, 2, "id");
	put_prefix(&model, 2, "10.0.1.0/24", "'custom_fields': {'kea_id': 4294967295}");
	assert_fault(NBK_SUBNET, 2, "id");
}
END_TEST

START_TEST(test_subnet_s_id_that_kea_can_not_hold)
{
	start_with("");
	put_row(&model, NBK_SUBNET, "{'id': 4294967295, 'prefix': '10.0.1.0/24'}");
	assert_fault(NBK_SUBNET, 4294967295, "its id is not one that Kea can hold");
	put_row(&model, NBK_SUBNET, "{'id': 4294967294, 'prefix': '10.0.1.0/24'}");
	nbk_item_release(made(NBK_SUBNET, 4294967294));
	ck_assert_int_eq(err.code, NBK_OK);
}
END_TEST

START_TEST(test_subnet_s_lifetime_bounds_of_the_map_stay)
{
	start_with("'subnet-prefix-map': {'valid-lifetime': 'custom_fields.v', 'max-valid-lifetime': 'custom_fields.m'}");
	put_prefix(&model, 2, "10.0.1.0/24", "'custom_fields': {'v': 60, 'm': 120}");
	assert_made(NBK_SUBNET, 2, "{'id': 2, 'subnet': '10.0.1.0/24', 'valid-lifetime': 60, 'min-valid-lifetime': 60,"
	                           "'max-valid-lifetime': 120, 'user-context': {'netbox_prefix_id': 2}}");
}
END_TEST

START_TEST(test_subnet_s_faults)
{
	start_with("");
	put_prefix(&model, 2, "10.0.1.0/24", "'custom_fields': {'dhcp_valid_lifetime': -5}");
	assert_fault(NBK_SUBNET, 2, "valid-lifetime: \"-5\"");
	put_prefix(&model, 2, "10.0.1.0/24", "'custom_fields': {'dhcp_next_server': 'tftp'}");
	assert_fault(NBK_SUBNET, 2, "next-server: \"tftp\"");
	put_prefix(&model, 2, "10.0.1.0/24", "'custom_fields': {'dhcp_option_data_routers': ' '}");
	assert_fault(NBK_SUBNET, 2, "option routers");
}
END_TEST

START_TEST(test_pool_is_start_and_end)
{
	start_with("'pool-iprange-map': {'client-class': 'role.slug', 'user-context.note': 'description'}");
	put_range(&model, 5, "10.0.0.10/24", "10.0.0.20/24", "'role': {'id': 1, 'slug': 'phones'}, 'description': 'ü\"\\n'");
	assert_made(NBK_POOL, 5, "{'pool': '10.0.0.10-10.0.0.20', 'client-class': 'phones',"
	                         "'user-context': {'note': 'ü\"\\n', 'netbox_ip_range_id': 5}}");
	put_range(&model, 6, "10.0.0.255/24", "10.0.0.255/24", NULL);
	assert_fault(NBK_POOL, 6, "nothing but the network or broadcast address");
}
END_TEST

START_TEST(test_reservation_of_the_default_map)
{
	start_with("");
	put_address(&model, 7, "10.0.0.5/32", "'dns_name': 'a.example', 'custom_fields': {'dhcp_reservation_hw_address': '0200.0000.00AB'}");
	assert_made(NBK_RESERVATION, 7, "{'hw-address': '02:00:00:00:00:ab', 'ip-address': '10.0.0.5', 'hostname': 'a.example',"
	                                "'user-context': {'netbox_ip_address_id': 7}}");
	ck_assert_ptr_null(renamed);
}
END_TEST

/* Custom field, primary MAC, the interface's own, its only one. */
START_TEST(test_reservation_s_chain_of_macs)
{
	static const char more[] = "'custom_fields': {'dhcp_reservation_hw_address': %s}, 'assigned_object_type': 'dcim.interface',"
	                           "'assigned_object_id': 10, 'assigned_object': {'id': 10, 'device': {'id': 1, 'name': 'host-1'}}";
	char text[512];

	start_with("");
	put_mac(&model, 1, "02:00:00:00:00:01", 10);
	snprintf(text, sizeof(text), more, "'02:00:00:00:00:99'");
	put_address(&model, 7, "10.0.0.5/24", text);
	assert_made(NBK_RESERVATION, 7, "{'hw-address': '02:00:00:00:00:99', 'ip-address': '10.0.0.5', 'hostname': 'host-1',"
	                                "'user-context': {'netbox_ip_address_id': 7}}");
	snprintf(text, sizeof(text), more, "null");
	put_address(&model, 7, "10.0.0.5/24", text);
	assert_made(NBK_RESERVATION, 7, "{'hw-address': '02:00:00:00:00:01', 'ip-address': '10.0.0.5', 'hostname': 'host-1',"
	                                "'user-context': {'netbox_ip_address_id': 7}}");
	put_mac(&model, 2, "02:00:00:00:00:02", 10);
	assert_fault(NBK_RESERVATION, 7, "2 MAC addresses");
	put_interface(&model, "{'id': 10, 'primary_mac_address': {'id': 2, 'mac_address': '02:00:00:00:00:02'}}");
	assert_made(NBK_RESERVATION, 7, "{'hw-address': '02:00:00:00:00:02', 'ip-address': '10.0.0.5', 'hostname': 'host-1',"
	                                "'user-context': {'netbox_ip_address_id': 7}}");
}
END_TEST

START_TEST(test_reservation_without_an_identifier_is_none)
{
	start_with("");
	put_address(&model, 7, "10.0.0.5/24", "'dns_name': 'a'");
	ck_assert_ptr_null(made(NBK_RESERVATION, 7));
	ck_assert_int_eq(err.code, NBK_OK);
	put_reservation(&model, 8, "10.0.0.5/24", "not a mac");
	assert_fault(NBK_RESERVATION, 8, "\"not a mac\" is not a MAC address");
}
END_TEST

START_TEST(test_reservation_has_one_identifier)
{
	struct nbk_item *item;

	start_with("'reservation-ipaddr-map': {'client-id': 'custom_fields.client', 'hw-address': 'custom_fields.mac'}");
	put_address(&model, 7, "10.0.0.5/24", "'custom_fields': {'client': '01:AA:BB', 'mac': '02:00:00:00:00:01'}");
	assert_made(NBK_RESERVATION, 7, "{'client-id': '01:aa:bb', 'ip-address': '10.0.0.5', 'user-context': {'netbox_ip_address_id': 7}}");
	put_address(&model, 7, "10.0.0.5/24", "'custom_fields': {'client': null, 'mac': '02:00:00:00:00:01'}");
	item = made(NBK_RESERVATION, 7);
	ck_assert_str_eq(item->identifier, "hw-address 02:00:00:00:00:01");
	nbk_item_release(item);
	put_address(&model, 7, "10.0.0.5/24", "'custom_fields': {'client': 'host 1'}");
	assert_fault(NBK_RESERVATION, 7, "client-id: \"host 1\"");
}
END_TEST

START_TEST(test_reservation_s_name_is_made_valid)
{
	start_with("");
	put_address(&model, 7, "10.0.0.5/24", "'dns_name': 'büro 1', 'custom_fields': {'dhcp_reservation_hw_address': '02:00:00:00:00:01'}");
	assert_made(NBK_RESERVATION, 7, "{'hw-address': '02:00:00:00:00:01', 'ip-address': '10.0.0.5', 'hostname': 'b-ro-1',"
	                                "'user-context': {'netbox_ip_address_id': 7}}");
	ck_assert_str_eq(renamed, "büro 1");
	put_address(&model, 7, "10.0.0.5/24", "'dns_name': '東京', 'custom_fields': {'dhcp_reservation_hw_address': '02:00:00:00:00:01'}");
	assert_made(NBK_RESERVATION, 7, "{'hw-address': '02:00:00:00:00:01', 'ip-address': '10.0.0.5', 'hostname': 'host-10-0-0-5',"
	                                "'user-context': {'netbox_ip_address_id': 7}}");
	ck_assert_str_eq(renamed, "東京");
}
END_TEST

START_TEST(test_reservation_of_network_and_broadcast)
{
	start_with("");
	put_reservation(&model, 7, "10.0.0.0/24", "02:00:00:00:00:01");
	put_reservation(&model, 8, "10.0.0.255/24", "02:00:00:00:00:01");
	put_reservation(&model, 9, "10.0.0.254/24", "02:00:00:00:00:01");
	assert_fault(NBK_RESERVATION, 7, "network address");
	assert_fault(NBK_RESERVATION, 8, "broadcast address");
	nbk_item_release(made(NBK_RESERVATION, 9));
	ck_assert_int_eq(err.code, NBK_OK);
	/* A link of two hosts has neither. */
	put_prefix(&model, 1, "10.0.0.0/31", NULL);
	nbk_item_release(made(NBK_RESERVATION, 7));
	ck_assert_int_eq(err.code, NBK_OK);
}
END_TEST

START_TEST(test_reservation_s_options)
{
	start_with("'reservation-ipaddr-map': {'hw-address': 'custom_fields.mac', 'option-data.root-path': 'custom_fields.root',"
	           "'next-server': 'custom_fields.next'}");
	put_address(&model, 7, "10.0.0.5/24", "'custom_fields': {'mac': '02:00:00:00:00:01', 'root': '/nfs', 'next': '10.0.0.9/24'}");
	assert_made(NBK_RESERVATION, 7, "{'hw-address': '02:00:00:00:00:01', 'ip-address': '10.0.0.5', 'next-server': '10.0.0.9',"
	                                "'option-data': [{'name': 'root-path', 'data': '/nfs'}], 'user-context': {'netbox_ip_address_id': 7}}");
	put_address(&model, 7, "10.0.0.5/24", "'custom_fields': {'mac': '02:00:00:00:00:01', 'root': ' '}");
	assert_fault(NBK_RESERVATION, 7, "root-path");
}
END_TEST

Suite *
suite_render(void)
{
	Suite *suite = suite_create("render");
	TCase *tcase = tcase_create("render");

	tcase_add_checked_fixture(tcase, NULL, stop);
	tcase_add_test(tcase, test_subnet_of_the_default_map);
	tcase_add_test(tcase, test_subnet_takes_its_id_from_the_map);
	tcase_add_test(tcase, test_subnet_s_id_that_kea_can_not_hold);
	tcase_add_test(tcase, test_subnet_s_lifetime_bounds_of_the_map_stay);
	tcase_add_test(tcase, test_subnet_s_faults);
	tcase_add_test(tcase, test_pool_is_start_and_end);
	tcase_add_test(tcase, test_reservation_of_the_default_map);
	tcase_add_test(tcase, test_reservation_s_chain_of_macs);
	tcase_add_test(tcase, test_reservation_without_an_identifier_is_none);
	tcase_add_test(tcase, test_reservation_has_one_identifier);
	tcase_add_test(tcase, test_reservation_s_name_is_made_valid);
	tcase_add_test(tcase, test_reservation_of_network_and_broadcast);
	tcase_add_test(tcase, test_reservation_s_options);
	suite_add_tcase(suite, tcase);
	return suite;
}
