/* SPDX-License-Identifier: MPL-2.0 */
/* DHCPv6's reservations of several addresses, from NetBox's rows to Kea's configuration and back. */
#include "desired.h"
#include "reservation.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DUID(text) "'custom_fields': {'dhcp_reservation_duid': '" text "'}"
#define A DUID("00:03:00:01:0a")
#define B DUID("00:03:00:01:0b")

static struct nbk_config *config;
static struct nbk_model model;
static struct nbk_kea_config *kea;
static struct nbk_state served;
static struct nbk_scope scope;
static struct nbk_verdicts verdicts;
static struct nbk_desired *desired;
static bool hold[NBK_KINDS];

static void
read_kea(const char *text, enum nbk_ownership ownership)
{
	nbk_kea_config_free(kea);
	kea = nbk_kea_config_new(text, nbk_family(6), ownership, NULL);
	ck_assert_ptr_nonnull(kea);
}

static void
start(void)
{
	config = config_of(6, "'reservation-ipaddr-map': {'duid': 'custom_fields.dhcp_reservation_duid', 'hostname': 'dns_name',"
	                      "'prefixes': 'custom_fields.dhcp_reservation_prefixes'}");
	read_kea("{'Dhcp6': {}}", NBK_OWN_ALL);
	nbk_model_init(&model, config);
	nbk_state_init(&served);
	nbk_scope_init(&scope, true);
	nbk_verdicts_init(&verdicts);
	put_prefix(&model, 1, "2001:db8:1::/64", NULL);
	put_prefix(&model, 2, "2001:db8:2::/64", NULL);
}

static void
stop(void)
{
	nbk_desired_free(desired);
	desired = NULL;
	nbk_verdicts_clear(&verdicts);
	nbk_scope_clear(&scope);
	nbk_state_clear(&served);
	nbk_kea_config_free(kea);
	kea = NULL;
	nbk_model_clear(&model);
	nbk_config_free(config);
}

/* The reservations that Kea would be given, as JSON without spaces. */
static char *
make(void)
{
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_sources sources = { .config = config, .model = &model, .kea = kea, .served = &served, .scope = &scope,
		                       .verdicts = &verdicts };
	struct json_object *root, *all = json_object_new_array(), *list;
	char *text, *made;
	size_t i, j;

	memcpy(sources.hold, hold, sizeof(hold));
	nbk_desired_free(desired);
	desired = nbk_desired_new(&sources, &err);
	ck_assert_msg(desired != NULL, "%s", err.text);
	text = nbk_kea_config_with(kea, &desired->state);
	root = json(text);
	list = json_object_object_get(json_object_object_get(root, "Dhcp6"), "subnet6");
	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *reservations = json_object_object_get(json_object_array_get_idx(list, i), "reservations");

		for (j = 0; j < json_object_array_length(reservations); j++)
			json_object_array_add(all, json_object_get(json_object_array_get_idx(reservations, j)));
	}
	made = strdup(json_object_to_json_string_ext(all, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
	json_object_put(root);
	free(text);
	return made;
}

/* What the model becomes; and it is served from now on. */
static void
assert_served(const char *expected)
{
	char *made = make();
	struct json_object *found = json(made), *wanted = json(expected);

	ck_assert_msg(json_object_equal(found, wanted), "%s", made);
	ck_assert_int_eq(nbk_state_copy(&served, &desired->state), 0);
	json_object_put(found);
	json_object_put(wanted);
	free(made);
}

#define ONE(duid, addresses, ids) "{'duid': '" duid "', 'ip-addresses': [" addresses "], 'user-context': {'netbox_ip_address_ids': [" ids "]}}"

START_TEST(test_addresses_of_one_identifier_are_one_reservation)
{
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 6, "2001:db8:1::6/64", B);
	put_address(&model, 7, "2001:db8:1::7/64", DUID("00-03-00-01-0A"));
	put_address(&model, 8, "2001:db8:2::8/64", A);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::5', '2001:db8:1::7'", "5, 7") "," ONE("00:03:00:01:0b", "'2001:db8:1::6'", "6") ","
	              ONE("00:03:00:01:0a", "'2001:db8:2::8'", "8") "]");
	ck_assert_uint_eq(desired->findings.left_out_count, 0);
}
END_TEST

START_TEST(test_one_of_them_comes_and_goes)
{
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 7, "2001:db8:1::7/64", A);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::5', '2001:db8:1::7'", "5, 7") "]");
	nbk_table_remove(&model.rows[NBK_RESERVATION], 5);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::7'", "7") "]");
	put_address(&model, 3, "2001:db8:1::3/64", A);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::3', '2001:db8:1::7'", "3, 7") "]");
	put_address(&model, 7, "2001:db8:1::7/64", B);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::3'", "3") "," ONE("00:03:00:01:0b", "'2001:db8:1::7'", "7") "]");
}
END_TEST

START_TEST(test_the_others_stay_when_only_one_is_hinted)
{
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 7, "2001:db8:1::7/64", A);
	put_address(&model, 9, "2001:db8:1::9/64", B);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::5', '2001:db8:1::7'", "5, 7") "," ONE("00:03:00:01:0b", "'2001:db8:1::9'", "9") "]");
	scope.all[NBK_RESERVATION] = false;
	nbk_scope_add(&scope, NBK_RESERVATION, 5);
	nbk_table_remove(&model.rows[NBK_RESERVATION], 5);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::7'", "7") "," ONE("00:03:00:01:0b", "'2001:db8:1::9'", "9") "]");
	nbk_scope_add(&scope, NBK_RESERVATION, 7);
	put_address(&model, 7, "2001:db8:1::7/64", B);
	assert_served("[" ONE("00:03:00:01:0b", "'2001:db8:1::7', '2001:db8:1::9'", "7, 9") "]");
}
END_TEST

START_TEST(test_the_lower_id_comes_first_where_it_joins_later)
{
	put_address(&model, 7, "2001:db8:1::7/64", A);
	put_address(&model, 9, "2001:db8:1::9/64", B);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::7'", "7") "," ONE("00:03:00:01:0b", "'2001:db8:1::9'", "9") "]");
	scope.all[NBK_RESERVATION] = false;
	nbk_scope_add(&scope, NBK_RESERVATION, 8);
	put_address(&model, 8, "2001:db8:1::1/64", B);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::7'", "7") "," ONE("00:03:00:01:0b", "'2001:db8:1::1', '2001:db8:1::9'", "8, 9") "]");
	nbk_scope_add(&scope, NBK_RESERVATION, 3);
	put_address(&model, 3, "2001:db8:1::3/64", B);
	assert_served("[" ONE("00:03:00:01:0b", "'2001:db8:1::3', '2001:db8:1::1', '2001:db8:1::9'", "3, 8, 9") ","
	              ONE("00:03:00:01:0a", "'2001:db8:1::7'", "7") "]");
}
END_TEST

/* Which of them a host name or a prefix of Kea's print came from can't be told. */
START_TEST(test_with_one_that_is_hinted_those_joined_with_it_may_change)
{
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 6, "2001:db8:1::6/64", A);
	put_address(&model, 7, "2001:db8:1::7/64", B);
	put_address(&model, 8, "2001:db8:2::8/64", A);
	free(make());
	scope.all[NBK_RESERVATION] = false;
	nbk_scope_add(&scope, NBK_RESERVATION, 6);
	nbk_scope_add(&scope, NBK_RESERVATION, 99);
	ck_assert_int_eq(nbk_scope_add_joined(&scope, &desired->state), 0);
	ck_assert(nbk_scope_has(&scope, NBK_RESERVATION, 5));
	ck_assert(!nbk_scope_has(&scope, NBK_RESERVATION, 7));
	ck_assert(!nbk_scope_has(&scope, NBK_RESERVATION, 8));
}
END_TEST

START_TEST(test_of_one_client_an_address_is_taken_once)
{
	kea->reservations_unique = false;
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 6, "2001:db8:1::5/64", A);
	put_address(&model, 7, "2001:db8:1::5/64", B);
	put_address(&model, 8, "2001:db8:1::5/64", B);
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::5'", "5") "," ONE("00:03:00:01:0b", "'2001:db8:1::5'", "7") "]");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 6)->reason, "the same address is that of");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 8)->reason, "the same address is that of");
}
END_TEST

static const char *
joined(const char *first, const char *second)
{
	static char text[1000];
	struct nbk_item items[2] = { { .id = 1, .text = (char *)first }, { .id = 2, .text = (char *)second } };
	const struct nbk_item *both[] = { &items[0], &items[1] };
	char *made = nbk_reservation_join(both, 2, nbk_family(6));

	snprintf(text, sizeof(text), "%s", made);
	free(made);
	return text;
}

START_TEST(test_options_of_each_are_those_of_all)
{
	ck_assert_str_eq(joined("{\"option-data\": [{\"name\": \"dns-servers\", \"data\": \"::1\"}]}",
	                        "{\"option-data\": [{\"name\": \"dns-servers\", \"data\": \"::2\"}, {\"code\": 31, \"data\": \"::3\"}]}"),
	                 "{\"option-data\":[{\"name\":\"dns-servers\",\"data\":\"::1\"},{\"code\":31,\"data\":\"::3\"}]}");
	/* As Kea prints it. */
	ck_assert_str_eq(joined("{\"option-data\": [{\"name\": \"sntp-servers\", \"code\": 31, \"space\": \"dhcp6\", \"data\": \"::1\"}]}",
	                        "{\"option-data\": [{\"code\": 31, \"data\": \"::2\"}, {\"code\": 31, \"space\": \"other\"}]}"),
	                 "{\"option-data\":[{\"name\":\"sntp-servers\",\"code\":31,\"space\":\"dhcp6\",\"data\":\"::1\"},"
	                 "{\"code\":31,\"space\":\"other\"}]}");
	/* Texts where maps should be. */
	ck_assert_str_eq(joined("{\"user-context\": {\"user-context\": \"a\"}}", "{\"user-context\": {\"user-context\": \"b\"}}"),
	                 "{\"user-context\":{\"user-context\":\"a\"}}");
	/* One of them alone has some. */
	ck_assert_str_eq(joined("{\"duid\": \"00:01\"}", "{\"option-data\": [{\"code\": 31}]}"), "{\"duid\":\"00:01\",\"option-data\":[{\"code\":31}]}");
}
END_TEST

START_TEST(test_a_faulty_one_keeps_its_last_good_version_beside_the_others)
{
	const struct nbk_left_out *left;

	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 7, "2001:db8:1::7/64", A);
	free(make());
	nbk_state_copy(&served, &desired->state);
	put_address(&model, 5, "2001:db8:1::5/64", DUID("00:03:0"));
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::5', '2001:db8:1::7'", "5, 7") "]");
	left = nbk_findings_find(&desired->findings, NBK_RESERVATION, 5);
	ck_assert(left != NULL && left->kept);
	assert_has(left->reason, "duid: \"00:03:0\" is not a DUID");
}
END_TEST

START_TEST(test_what_is_held_stays_a_part)
{
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 7, "2001:db8:1::7/64", A);
	free(make());
	nbk_state_copy(&served, &desired->state);
	nbk_table_remove(&model.rows[NBK_RESERVATION], 5);
	hold[NBK_RESERVATION] = true;
	assert_served("[" ONE("00:03:00:01:0a", "'2001:db8:1::5', '2001:db8:1::7'", "5, 7") "]");
	hold[NBK_RESERVATION] = false;
}
END_TEST

START_TEST(test_a_collision_costs_only_the_one_address)
{
	put_address(&model, 4, "2001:db8:1::7/64", B);
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 7, "2001:db8:1::7/64", A);
	put_address(&model, 8, "2001:db8:1::5/64", A);
	assert_served("[" ONE("00:03:00:01:0b", "'2001:db8:1::7'", "4") "," ONE("00:03:00:01:0a", "'2001:db8:1::5'", "5") "]");
	ck_assert_str_eq(nbk_findings_find(&desired->findings, NBK_RESERVATION, 7)->reason,
	                 "the same address is that of reservation 2001:db8:1::7 (duid 00:03:00:01:0b) of ip-address 4");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 8)->reason, "of ip-address 5");
}
END_TEST

#define NAMED(duid, name) "'dns_name': '" name "', " duid

START_TEST(test_the_lower_id_s_host_name_stays)
{
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 6, "2001:db8:1::6/64", NAMED(A, "six.example.org"));
	assert_served("[{'duid': '00:03:00:01:0a', 'ip-addresses': ['2001:db8:1::5', '2001:db8:1::6'], 'hostname': 'six.example.org',"
	              "'user-context': {'netbox_ip_address_ids': [5, 6]}}]");
	ck_assert_uint_eq(desired->findings.differing.count, 0);
	put_address(&model, 5, "2001:db8:1::5/64", NAMED(A, "five.example.org"));
	assert_served("[{'duid': '00:03:00:01:0a', 'ip-addresses': ['2001:db8:1::5', '2001:db8:1::6'], 'hostname': 'five.example.org',"
	              "'user-context': {'netbox_ip_address_ids': [5, 6]}}]");
	ck_assert_uint_eq(desired->findings.differing.count, 1);
	assert_has(desired->findings.differing.all[0].words[0], "ip-address 2001:db8:1::6/64");
	ck_assert_str_eq(desired->findings.differing.all[0].words[1], "six.example.org");
	ck_assert_str_eq(desired->findings.differing.all[0].words[2], "\"five.example.org\" of ip-address 5");
}
END_TEST

START_TEST(test_the_first_host_name_stays_where_the_lowest_id_has_none)
{
	put_address(&model, 5, "2001:db8:1::5/64", A);
	put_address(&model, 6, "2001:db8:1::6/64", NAMED(A, "six.example.org"));
	put_address(&model, 7, "2001:db8:1::7/64", NAMED(A, "seven.example.org"));
	assert_served("[{'duid': '00:03:00:01:0a', 'ip-addresses': ['2001:db8:1::5', '2001:db8:1::6', '2001:db8:1::7'],"
	              "'hostname': 'six.example.org', 'user-context': {'netbox_ip_address_ids': [5, 6, 7]}}]");
	ck_assert_uint_eq(desired->findings.differing.count, 1);
	assert_has(desired->findings.differing.all[0].words[0], "ip-address 2001:db8:1::7/64");
	ck_assert_str_eq(desired->findings.differing.all[0].words[1], "seven.example.org");
	ck_assert_str_eq(desired->findings.differing.all[0].words[2], "\"six.example.org\" of ip-address 6");
}
END_TEST

#define DELEGATES(duid, prefixes) "'custom_fields': {'dhcp_reservation_duid': '" duid "', 'dhcp_reservation_prefixes': " prefixes "}"

START_TEST(test_delegated_prefixes_of_all_parts)
{
	put_address(&model, 5, "2001:db8:1::5/64", DELEGATES("00:03:0a", "'2001:db8:a::/56, 2001:db8:b:0::/64'"));
	put_address(&model, 6, "2001:db8:1::6/64", DELEGATES("00:03:0a", "[{'id': 9, 'display': '2001:db8:a::/56'}, {'id': 10, 'display': '2001:db8:c::/48'}]"));
	assert_served("[{'duid': '00:03:0a', 'ip-addresses': ['2001:db8:1::5', '2001:db8:1::6'],"
	              "'prefixes': ['2001:db8:a::/56', '2001:db8:b::/64', '2001:db8:c::/48'], 'user-context': {'netbox_ip_address_ids': [5, 6]}}]");
}
END_TEST

START_TEST(test_delegated_prefix_of_another_is_taken)
{
	put_address(&model, 5, "2001:db8:1::5/64", DELEGATES("00:03:0a", "'2001:db8:a::/56'"));
	put_address(&model, 6, "2001:db8:1::6/64", DELEGATES("00:03:0b", "'2001:db8:a::/48'"));
	put_address(&model, 7, "2001:db8:1::7/64", DELEGATES("00:03:0c", "'2001:db8:a::1/48'"));
	put_address(&model, 8, "2001:db8:1::8/64", DELEGATES("00:03:0d", "'10.0.0.0/8'"));
	free(make());
	ck_assert_str_eq(nbk_findings_find(&desired->findings, NBK_RESERVATION, 6)->reason,
	                 "the same delegated prefix is that of reservation 2001:db8:a:: (duid 00:03:0a) of ip-address 5");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 7)->reason, "prefixes: \"2001:db8:a::1/48\" is not a list of prefixes");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 8)->reason, "is not a list of prefixes");
	ck_assert_uint_eq(desired->state.items[NBK_RESERVATION].count, 1);
}
END_TEST

START_TEST(test_delegated_prefix_of_another_length_is_taken_within_one_reservation_too)
{
	put_address(&model, 5, "2001:db8:1::5/64", DELEGATES("00:03:0a", "'2001:db8:e000::/56'"));
	put_address(&model, 6, "2001:db8:1::6/64", DELEGATES("00:03:0a", "'2001:db8:e000::/48'"));
	assert_served("[{'duid': '00:03:0a', 'ip-addresses': ['2001:db8:1::5'], 'prefixes': ['2001:db8:e000::/56'],"
	              "'user-context': {'netbox_ip_address_ids': [5]}}]");
	ck_assert_str_eq(nbk_findings_find(&desired->findings, NBK_RESERVATION, 6)->reason,
	                 "the same delegated prefix is that of reservation 2001:db8:e000:: (duid 00:03:0a) of ip-address 5");
}
END_TEST

#define PRINTED "{'Dhcp6': {'subnet6': [{'id': 1, 'subnet': '2001:db8:1::/64', 'user-context': {'netbox_prefix_id': 1}, 'reservations': [%s]}]}}"

/* Kea's print of our own, read again, is what was printed. */
START_TEST(test_what_kea_prints_is_parted_and_joined_again)
{
	static const char one[] = "{'duid': '00:03:0a', 'ip-addresses': ['2001:db8:1::7', '2001:db8:1::5'], 'prefixes': ['2001:db8:a::/56'],"
	                          "'hostname': 'x', 'user-context': {'netbox_ip_address_ids': [5, 7], 'more': true}}";
	struct json_object *found, *wanted;
	char text[1000], *again;

	snprintf(text, sizeof(text), PRINTED, one);
	read_kea(text, NBK_OWN_ALL);
	ck_assert_uint_eq(kea->marked.items[NBK_RESERVATION].count, 2);
	ck_assert_uint_eq(nbk_state_get(&kea->marked, NBK_RESERVATION, 7)->prefix_count, 1);
	again = nbk_kea_config_with(kea, &kea->marked);
	found = json(again);
	snprintf(text, sizeof(text), "{'Dhcp6': {'subnet6': [{'id': 1, 'subnet': '2001:db8:1::/64', 'user-context': {'netbox_prefix_id': 1},"
	                             "'pools': [], 'pd-pools': [], 'reservations': [%s]}]}}", one);
	wanted = json(text);
	ck_assert_msg(json_object_equal(found, wanted), "%s", again);
	json_object_put(found);
	json_object_put(wanted);
	free(again);
}
END_TEST

START_TEST(test_every_address_of_a_foreign_reservation_is_taken)
{
	char text[1000];

	snprintf(text, sizeof(text), PRINTED, "{'duid': '00:03:ff', 'ip-addresses': ['2001:db8:1::5', '2001:db8:1::6'], 'prefixes': ['2001:db8:a::/56']}");
	read_kea(text, NBK_OWN_MARKED);
	put_address(&model, 5, "2001:db8:1::6/64", A);
	put_address(&model, 6, "2001:db8:1::9/64", DUID("00:03:ff"));
	put_address(&model, 7, "2001:db8:1::7/64", DELEGATES("00:03:0c", "'2001:db8:a::/56'"));
	assert_served("[{'duid': '00:03:ff', 'ip-addresses': ['2001:db8:1::5', '2001:db8:1::6'], 'prefixes': ['2001:db8:a::/56']}]");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 5)->reason, "the same address");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 6)->reason, "the same identifier");
	assert_has(nbk_findings_find(&desired->findings, NBK_RESERVATION, 7)->reason, "the same delegated prefix");
}
END_TEST

Suite *
suite_reservation(void)
{
	Suite *suite = suite_create("reservation");
	TCase *tcase = tcase_create("reservation");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_addresses_of_one_identifier_are_one_reservation);
	tcase_add_test(tcase, test_one_of_them_comes_and_goes);
	tcase_add_test(tcase, test_the_others_stay_when_only_one_is_hinted);
	tcase_add_test(tcase, test_the_lower_id_comes_first_where_it_joins_later);
	tcase_add_test(tcase, test_with_one_that_is_hinted_those_joined_with_it_may_change);
	tcase_add_test(tcase, test_of_one_client_an_address_is_taken_once);
	tcase_add_test(tcase, test_options_of_each_are_those_of_all);
	tcase_add_test(tcase, test_a_faulty_one_keeps_its_last_good_version_beside_the_others);
	tcase_add_test(tcase, test_what_is_held_stays_a_part);
	tcase_add_test(tcase, test_a_collision_costs_only_the_one_address);
	tcase_add_test(tcase, test_the_lower_id_s_host_name_stays);
	tcase_add_test(tcase, test_the_first_host_name_stays_where_the_lowest_id_has_none);
	tcase_add_test(tcase, test_delegated_prefixes_of_all_parts);
	tcase_add_test(tcase, test_delegated_prefix_of_another_is_taken);
	tcase_add_test(tcase, test_delegated_prefix_of_another_length_is_taken_within_one_reservation_too);
	tcase_add_test(tcase, test_what_kea_prints_is_parted_and_joined_again);
	tcase_add_test(tcase, test_every_address_of_a_foreign_reservation_is_taken);
	suite_add_tcase(suite, tcase);
	return suite;
}
