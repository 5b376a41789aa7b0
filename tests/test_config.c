/* SPDX-License-Identifier: MPL-2.0 */
#include "config.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define URL "'netbox-url': 'https://netbox.example'"

/* The parameters, each wrong in its own way, give a text that names what is wrong. */
static void
assert_fault(const char *parameters, const char *part)
{
	char *faults = faults_of(4, parameters);

	ck_assert_msg(strstr(faults, part) != NULL, "%s: \"%s\" lacks \"%s\"", parameters, faults, part);
	assert_lacks(faults, "; ;");
	ck_assert_int_ne(faults[0], ';');
	free(faults);
}

static void
assert_good(const char *parameters)
{
	char *faults = faults_of(4, parameters);

	ck_assert_msg(faults[0] == '\0', "%s: %s", parameters, faults);
	free(faults);
}

static void
assert_paths(const struct nbk_map *map, const char *key, const char *first, const char *second)
{
	const struct nbk_map_entry *entry = nbk_map_find(map, key);

	ck_assert_msg(entry != NULL, "%s", key);
	ck_assert_uint_eq(entry->count, second == NULL ? 1 : 2);
	ck_assert_str_eq(map->paths[entry->paths[0]].text, first);
	if (second != NULL)
		ck_assert_str_eq(map->paths[entry->paths[1]].text, second);
}

START_TEST(test_defaults_are_those_of_the_manual)
{
	struct nbk_config *config = config_with("");

	ck_assert_str_eq(config->netbox_url, NETBOX_URL);
	ck_assert_ptr_null(config->netbox_token);
	ck_assert_ptr_null(config->netbox_token_file);
	ck_assert_ptr_null(config->netbox_ca_file);
	ck_assert(config->netbox_verify_tls);
	ck_assert(config->full_sync_at_startup);
	ck_assert(!config->check_only);
	ck_assert(!config->config_write);
	ck_assert_int_eq(config->ownership, NBK_OWN_ALL);
	ck_assert_uint_eq(config->max_removal_percent, 30);
	ck_assert(config->listen);
	ck_assert_str_eq(config->bind, "127.0.0.1");
	ck_assert_uint_eq(config->port, 8001);
	ck_assert_ptr_null(config->secret);
	ck_assert_ptr_null(config->secret_file);
	ck_assert_str_eq(config->secret_header, "X-netbox2kea-secret");
	ck_assert_uint_eq(config->coalesce_ms, 50);
	ck_assert_uint_eq(config->max_body_bytes, 4 << 20);
	ck_assert_str_eq(config->filters[NBK_SUBNET].query, "cf_dhcp_enabled=true");
	ck_assert_str_eq(config->filters[NBK_POOL].query, "status=dhcp");
	ck_assert_str_eq(config->filters[NBK_RESERVATION].query, "status=dhcp");
	nbk_config_free(config);
	nbk_config_free(NULL);
}
END_TEST

START_TEST(test_default_maps_are_those_of_the_manual)
{
	struct nbk_config *config = config_with("");

	ck_assert_uint_eq(config->maps[NBK_SUBNET].count, 6);
	assert_paths(&config->maps[NBK_SUBNET], "option-data.routers", "custom_fields.dhcp_option_data_routers", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "option-data.domain-search", "custom_fields.dhcp_option_data_domain_search", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "option-data.domain-name-servers", "custom_fields.dhcp_option_data_domain_name_servers", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "next-server", "custom_fields.dhcp_next_server", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "boot-file-name", "custom_fields.dhcp_boot_file_name", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "valid-lifetime", "custom_fields.dhcp_valid_lifetime", NULL);
	ck_assert_uint_eq(config->maps[NBK_POOL].count, 0);
	ck_assert_uint_eq(config->maps[NBK_RESERVATION].count, 2);
	assert_paths(&config->maps[NBK_RESERVATION], "hw-address", "custom_fields.dhcp_reservation_hw_address", "assigned_object.mac_address");
	nbk_config_free(config);
}
END_TEST

START_TEST(test_defaults_of_the_other_family)
{
	struct nbk_config *config = config_of(6, "");

	assert_paths(&config->maps[NBK_SUBNET], "option-data.dns-servers", "custom_fields.dhcp_option_data_domain_name_servers", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "option-data.domain-search", "custom_fields.dhcp_option_data_domain_search", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "valid-lifetime", "custom_fields.dhcp_valid_lifetime", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "preferred-lifetime", "custom_fields.dhcp_preferred_lifetime", NULL);
	assert_paths(&config->maps[NBK_SUBNET], "interface", "custom_fields.dhcp_interface", NULL);
	ck_assert_uint_eq(config->maps[NBK_SUBNET].count, 5);
	assert_paths(&config->maps[NBK_RESERVATION], "duid", "custom_fields.dhcp_reservation_duid", NULL);
	assert_paths(&config->maps[NBK_RESERVATION], "hw-address", "custom_fields.dhcp_reservation_hw_address", "assigned_object.mac_address");
	ck_assert_str_eq(config->maps[NBK_RESERVATION].entries[0].key, "duid");
	nbk_config_free(config);
}
END_TEST

START_TEST(test_faults_of_the_other_family)
{
	char *faults = faults_of(6, "{" URL ", 'reservation-ipaddr-map': {'circuit-id': 'x', 'option-data.300': 'y', 'ip-addresses': 'z'}}");

	ck_assert_str_eq(faults, "reservation-ipaddr-map wants an identifier: hw-address, duid or flex-id; "
	                         "reservation-ipaddr-map: \"ip-addresses\" comes from NetBox's object itself and can't be mapped");
	free(faults);
}
END_TEST

START_TEST(test_delegation_is_the_other_family_s)
{
	struct nbk_config *config = config_of(6, "");
	char *faults = faults_of(4, "{" URL ", 'pd-filter': {}, 'pd-pool-prefix-map': {}}");

	ck_assert_str_eq(faults, "there is no parameter \"pd-filter\"; there is no parameter \"pd-pool-prefix-map\"");
	free(faults);
	ck_assert_str_eq(config->filters[NBK_PD_POOL].query, "cf_dhcp_pd_delegated_length__gte=1");
	ck_assert(!config->pd_filter_given);
	assert_paths(&config->maps[NBK_PD_POOL], "delegated-len", "custom_fields.dhcp_pd_delegated_length", NULL);
	assert_paths(&config->maps[NBK_PD_POOL], "subnet", "custom_fields.dhcp_pd_subnet", NULL);
	nbk_config_free(config);
	config = config_of(6, "'pd-filter': {'role': 'pd'}");
	ck_assert(config->pd_filter_given);
	nbk_config_free(config);
}
END_TEST

START_TEST(test_delegated_length_must_be_mapped)
{
	char *faults = faults_of(6, "{" URL ", 'pd-pool-prefix-map': {'subnet': 'custom_fields.pd_of'}}");

	ck_assert_str_eq(faults, "pd-pool-prefix-map wants delegated-len");
	free(faults);
}
END_TEST

START_TEST(test_port_of_the_other_family)
{
	struct nbk_buf faults;
	struct nbk_config *config;

	nbk_buf_init(&faults, 1000);
	config = nbk_config_parse("{" URL "}", 6, &faults);
	ck_assert_uint_eq(config->port, 8002);
	nbk_config_free(config);
	config = nbk_config_parse("{" URL ", 'port': 8001}", 6, &faults);
	ck_assert_uint_eq(config->port, 8001);
	nbk_config_free(config);
}
END_TEST

START_TEST(test_every_parameter_is_taken)
{
	struct nbk_config *config = config_with(
	    "'netbox-token-file': '/t', 'netbox-ca-file': '/c', 'netbox-verify-tls': false, 'full-sync-at-startup': false,"
	    "'check-only': true, 'config-write': true, 'ownership': 'marked', 'max-removal-percent': 0, 'listen': false,"
	    "'bind': '::1', 'port': 65535, 'secret-file': '/s', 'secret-header': 'X-S', 'coalesce-ms': 0, 'max-body-bytes': 1024,"
	    "'prefix-filter': {}, 'iprange-filter': {'role': 'a'}, 'ipaddress-filter': {'tag': ['b', 'c']},"
	    "'subnet-prefix-map': {}, 'pool-iprange-map': {'client-class': 'role.slug'}, 'reservation-ipaddr-map': {'duid': 'dns_name'}");

	ck_assert_str_eq(config->netbox_token_file, "/t");
	ck_assert_str_eq(config->netbox_ca_file, "/c");
	ck_assert(!config->netbox_verify_tls);
	ck_assert(!config->full_sync_at_startup);
	ck_assert(config->check_only);
	ck_assert_int_eq(config->ownership, NBK_OWN_MARKED);
	ck_assert_uint_eq(config->max_removal_percent, 0);
	ck_assert(!config->listen);
	ck_assert_str_eq(config->bind, "::1");
	ck_assert_uint_eq(config->port, 65535);
	ck_assert_str_eq(config->secret_file, "/s");
	ck_assert_str_eq(config->secret_header, "X-S");
	ck_assert_uint_eq(config->coalesce_ms, 0);
	ck_assert_uint_eq(config->max_body_bytes, 1024);
	ck_assert_str_eq(config->filters[NBK_SUBNET].query, "");
	ck_assert_str_eq(config->filters[NBK_RESERVATION].query, "tag=b&tag=c");
	/* A map or filter that is given replaces the default whole. */
	ck_assert_uint_eq(config->maps[NBK_SUBNET].count, 0);
	ck_assert_ptr_null(nbk_map_find(&config->maps[NBK_RESERVATION], "hostname"));
	nbk_config_free(config);
}
END_TEST

START_TEST(test_slashes_at_the_url_s_end_are_cut)
{
	struct nbk_buf faults;
	struct nbk_config *config;

	nbk_buf_init(&faults, 1000);
	config = nbk_config_parse("{'netbox-url': 'https://host/netbox//'}", 4, &faults);
	ck_assert_str_eq(config->netbox_url, "https://host/netbox");
	nbk_config_free(config);
}
END_TEST

START_TEST(test_wrong_types_are_named)
{
	static const char *const texts[] = { "netbox-token", "netbox-token-file", "netbox-ca-file", "ownership", "bind", "secret",
		                             "secret-file", "secret-header" };
	static const char *const booleans[] = { "netbox-verify-tls", "full-sync-at-startup", "check-only", "config-write", "listen" };
	static const char *const numbers[] = { "max-removal-percent", "port", "coalesce-ms", "max-body-bytes" };
	static const char *const maps[] = { "prefix-filter", "iprange-filter", "ipaddress-filter", "subnet-prefix-map",
		                            "pool-iprange-map", "reservation-ipaddr-map" };
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		snprintf(text, sizeof(text), "{" URL ", '%s': 5}", texts[i]);
		assert_fault(text, texts[i]);
		snprintf(text, sizeof(text), "{" URL ", '%s': ''}", texts[i]);
		assert_fault(text, texts[i]);
		snprintf(text, sizeof(text), "{" URL ", '%s': null}", texts[i]);
		assert_fault(text, texts[i]);
	}
	for (i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++) {
		snprintf(text, sizeof(text), "{" URL ", '%s': 'true'}", booleans[i]);
		assert_fault(text, booleans[i]);
	}
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		snprintf(text, sizeof(text), "{" URL ", '%s': '8001'}", numbers[i]);
		assert_fault(text, numbers[i]);
		snprintf(text, sizeof(text), "{" URL ", '%s': -1}", numbers[i]);
		assert_fault(text, numbers[i]);
		snprintf(text, sizeof(text), "{" URL ", '%s': 99999999999999999999}", numbers[i]);
		assert_fault(text, numbers[i]);
	}
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		snprintf(text, sizeof(text), "{" URL ", '%s': 'x'}", maps[i]);
		assert_fault(text, maps[i]);
	}
}
END_TEST

START_TEST(test_numbers_have_bounds)
{
	assert_fault("{" URL ", 'port': 0}", "port wants a number from 1 to 65535");
	assert_fault("{" URL ", 'port': 65536}", "port");
	assert_fault("{" URL ", 'port': 80.5}", "port");
	assert_fault("{" URL ", 'max-removal-percent': 101}", "max-removal-percent wants a number from 0 to 100");
	assert_fault("{" URL ", 'max-body-bytes': 10}", "max-body-bytes");
	assert_good("{" URL ", 'max-removal-percent': 100, 'port': 1}");
}
END_TEST

START_TEST(test_url_is_checked)
{
	assert_fault("{}", "netbox-url is missing");
	assert_fault("", "netbox-url is missing");
	assert_fault(NULL, "netbox-url is missing");
	assert_fault("{'netbox-url': 'netbox.example'}", "netbox-url wants https://host");
	assert_fault("{'netbox-url': 'ftp://netbox.example'}", "netbox-url wants");
	assert_fault("{'netbox-url': 'https://'}", "netbox-url wants");
	assert_fault("{'netbox-url': 'https:///x'}", "netbox-url wants");
	assert_fault("{'netbox-url': 'https://a b'}", "netbox-url wants");
	assert_fault("{'netbox-url': 'https://host/?x=1'}", "netbox-url wants");
	assert_fault("{'netbox-url': 'https://host/api/'}", "without /api");
	assert_good("{'netbox-url': 'http://[::1]:8000/netbox/'}");
}
END_TEST

START_TEST(test_what_contradicts_is_named)
{
	assert_fault("{" URL ", 'netbox-token': 'a', 'netbox-token-file': '/b'}", "netbox-token and netbox-token-file");
	assert_fault("{" URL ", 'secret': 'a', 'secret-file': '/b'}", "secret and secret-file");
	assert_fault("{" URL ", 'ownership': 'mine'}", "ownership wants");
	assert_fault("{" URL ", 'bind': 'localhost'}", "bind: \"localhost\" is not an IP address");
	assert_fault("{" URL ", 'netbox-urls': 'x'}", "there is no parameter \"netbox-urls\"");
	assert_fault("{" URL ", 'reservation-ipaddr-map': {'hostname': 'dns_name'}}", "wants an identifier");
	assert_fault("[]", "wants a map");
	assert_fault("'x'", "wants a map");
	assert_fault("{", "wants a map");
}
END_TEST

START_TEST(test_keys_that_netbox_s_objects_give_can_not_be_mapped)
{
	static const char *const subnet[] = { "subnet", "pools", "reservations", "user-context", "user-context.netbox_prefix_id",
		                              "subnet.x", "pools.x", "reservations.x", "id.x" };
	static const char *const pool[] = { "pool", "user-context.netbox_ip_range_id", "pool.x" };
	static const char *const reservation[] = { "ip-address", "user-context.netbox_ip_address_id", "ip-address.x", "hostname.x",
		                                   "hw-address.x" };
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(subnet) / sizeof(subnet[0]); i++) {
		snprintf(text, sizeof(text), "{" URL ", 'subnet-prefix-map': {'%s': 'x'}}", subnet[i]);
		assert_fault(text, subnet[i]);
	}
	for (i = 0; i < sizeof(pool) / sizeof(pool[0]); i++) {
		snprintf(text, sizeof(text), "{" URL ", 'pool-iprange-map': {'%s': 'x'}}", pool[i]);
		assert_fault(text, pool[i]);
	}
	for (i = 0; i < sizeof(reservation) / sizeof(reservation[0]); i++) {
		snprintf(text, sizeof(text), "{" URL ", 'reservation-ipaddr-map': {'duid': 'y', '%s': 'x'}}", reservation[i]);
		assert_fault(text, reservation[i]);
	}
	assert_good("{" URL ", 'subnet-prefix-map': {'user-context.tenant': 'tenant.name', 'id': 'custom_fields.id'}}");
}
END_TEST

START_TEST(test_all_faults_are_named_at_once)
{
	static const char *const named[] = { "netbox-url", "netbox-verify-tls", "port", "ownership", "bind", "prefix-filter",
		                             "subnet-prefix-map", "an identifier", "nonsense", "netbox-token-file", "coalesce-ms" };
	char *faults = faults_of(4, "{'netbox-url': 'x', 'netbox-verify-tls': 1, 'port': 0, 'ownership': 'x', 'bind': 'x',"
	                         "'prefix-filter': [], 'subnet-prefix-map': {'a': 1}, 'reservation-ipaddr-map': {}, 'nonsense': 1,"
	                         "'netbox-token': 'a', 'netbox-token-file': 'b', 'coalesce-ms': -1}");
	size_t i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		assert_has(faults, named[i]);
	free(faults);
}
END_TEST

START_TEST(test_secrets_are_never_in_the_text)
{
	static const char *const wrong[] = {
		"{'netbox-token': 'hunter2', 'netbox-token-file': 'b', 'secret': 'hunter2', 'secret-file': '/x'}",
		"{'netbox-token': ['hunter2'], 'secret': {'a': 'hunter2'}}",
		"{'netbox-url': 'https://admin:hunter2@host'}",
		"{'netbox-url': 'https://hunter2@host'}",
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *faults = faults_of(4, wrong[i]);

		ck_assert_int_gt(strlen(faults), 0);
		assert_lacks(faults, "hunter2");
		free(faults);
	}
}
END_TEST

START_TEST(test_faults_that_do_not_fit_are_faults_all_the_same)
{
	struct nbk_buf faults;

	nbk_buf_init(&faults, 10);
	ck_assert_ptr_null(nbk_config_parse("{'nonsense': 1}", 4, &faults));
	nbk_buf_clear(&faults);
}
END_TEST

Suite *
suite_config(void)
{
	Suite *suite = suite_create("config");
	TCase *tcase = tcase_create("config");

	tcase_add_test(tcase, test_defaults_are_those_of_the_manual);
	tcase_add_test(tcase, test_default_maps_are_those_of_the_manual);
	tcase_add_test(tcase, test_defaults_of_the_other_family);
	tcase_add_test(tcase, test_faults_of_the_other_family);
	tcase_add_test(tcase, test_delegation_is_the_other_family_s);
	tcase_add_test(tcase, test_delegated_length_must_be_mapped);
	tcase_add_test(tcase, test_port_of_the_other_family);
	tcase_add_test(tcase, test_every_parameter_is_taken);
	tcase_add_test(tcase, test_slashes_at_the_url_s_end_are_cut);
	tcase_add_test(tcase, test_wrong_types_are_named);
	tcase_add_test(tcase, test_numbers_have_bounds);
	tcase_add_test(tcase, test_url_is_checked);
	tcase_add_test(tcase, test_what_contradicts_is_named);
	tcase_add_test(tcase, test_keys_that_netbox_s_objects_give_can_not_be_mapped);
	tcase_add_test(tcase, test_all_faults_are_named_at_once);
	tcase_add_test(tcase, test_secrets_are_never_in_the_text);
	tcase_add_test(tcase, test_faults_that_do_not_fit_are_faults_all_the_same);
	suite_add_tcase(suite, tcase);
	return suite;
}
