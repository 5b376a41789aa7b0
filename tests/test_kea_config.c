/* SPDX-License-Identifier: MPL-2.0 */
#include "kea_config.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKED_SUBNET                                                                                                                  \
	"{'id': 1, 'subnet': '10.0.0.0/24', 'valid-lifetime': 60, 'user-context': {'netbox_prefix_id': 1},"                            \
	" 'pools': [{'pool': '10.0.0.10-10.0.0.20', 'user-context': {'netbox_ip_range_id': 5}}, {'pool': '10.0.0.128/25'}],"           \
	" 'reservations': [{'hw-address': '02:00:00:00:00:01', 'ip-address': '10.0.0.5', 'hostname': 'a',"                             \
	" 'user-context': {'netbox_ip_address_id': 7}}, {'client-id': '01AABB', 'ip-address': '10.0.0.6'}]}"
#define HAND_WRITTEN "{'id': 1000, 'subnet': '192.0.2.0/24', 'pools': [{'pool': '192.0.2.10 - 192.0.2.20'}]}"
#define GLOBALS "'valid-lifetime': 4000, 'client-classes': [{'name': 'phones'}], 'option-def': [{'name': 'ü'}]"

static struct nbk_kea_config *kea;
static struct nbk_state state;

static void
start(void)
{
	nbk_state_init(&state);
}

static void
stop(void)
{
	nbk_kea_config_free(kea);
	kea = NULL;
	nbk_state_clear(&state);
}

static void
take_apart(const char *server, enum nbk_ownership ownership)
{
	struct nbk_error err = { NBK_OK, "" };
	char *text;

	ck_assert_int_gt(asprintf(&text, "{'Dhcp4': {%s}}", server), 0);
	kea = nbk_kea_config_new(text, nbk_family(4), ownership, &err);
	ck_assert_msg(kea != NULL, "%s", err.text);
	free(text);
}

static struct nbk_item *
put_subnet(int64_t id, uint32_t kea_id, const char *prefix)
{
	struct nbk_item *item = nbk_item_new(NBK_SUBNET, id);

	item->kea_id = kea_id;
	item->net = net(prefix);
	item->range = nbk_net_range(&item->net);
	ck_assert_int_gt(asprintf(&item->text, "{\"id\":%u,\"subnet\":\"%s\",\"user-context\":{\"netbox_prefix_id\":%lld}}", kea_id, prefix,
	                          (long long)id), 0);
	nbk_state_put(&state, item);
	nbk_item_release(item);
	return item;
}

static void
put_child(enum nbk_kind kind, int64_t id, int64_t subnet, const char *text)
{
	struct nbk_item *item = nbk_item_new(kind, id);

	item->subnet = subnet;
	item->text = strdup(text);
	nbk_state_put(&state, item);
	nbk_item_release(item);
}

/* What is put together is this, as JSON. */
static void
assert_with(const char *expected)
{
	char *text = nbk_kea_config_with(kea, &state);
	struct json_object *made = json(text), *wanted = json(expected);

	ck_assert_msg(json_object_equal(made, wanted), "%s", text);
	json_object_put(made);
	json_object_put(wanted);
	free(text);
}

START_TEST(test_new_finds_what_is_ours)
{
	const struct nbk_item *item;

	take_apart("'subnet4': [" MARKED_SUBNET ", " HAND_WRITTEN "]", NBK_OWN_ALL);
	item = nbk_state_get(&kea->marked, NBK_SUBNET, 1);
	ck_assert_uint_eq(item->kea_id, 1);
	assert_lacks(item->text, "pools");
	assert_lacks(item->text, "reservations");
	item = nbk_state_get(&kea->marked, NBK_POOL, 5);
	ck_assert_int_eq(item->subnet, 1);
	item = nbk_state_get(&kea->marked, NBK_RESERVATION, 7);
	ck_assert_str_eq(item->identifier, "hw-address 02:00:00:00:00:01");
	ck_assert_str_eq(item->hostname, "a");
	ck_assert_uint_eq(kea->marked.items[NBK_SUBNET].count, 1);
	ck_assert_uint_eq(kea->marked.items[NBK_POOL].count, 1);
	ck_assert_uint_eq(kea->marked.items[NBK_RESERVATION].count, 1);
}
END_TEST

START_TEST(test_what_is_not_from_netbox_is_replaced_and_named)
{
	take_apart("'subnet4': [" MARKED_SUBNET ", " HAND_WRITTEN "]", NBK_OWN_ALL);
	ck_assert_uint_eq(kea->foreign_count, 0);
	ck_assert_uint_eq(kea->replaced_count, 3);
	ck_assert_str_eq(kea->replaced[0].text, "pool 10.0.0.128/25 in subnet 10.0.0.0/24");
	ck_assert_str_eq(kea->replaced[1].text, "reservation 10.0.0.6 in subnet 10.0.0.0/24");
	ck_assert_str_eq(kea->replaced[2].text, "subnet 192.0.2.0/24 (id 1000)");
	put_subnet(1, 1, "10.0.0.0/24");
	assert_with("{'Dhcp4': {'subnet4': [{'id': 1, 'subnet': '10.0.0.0/24', 'user-context': {'netbox_prefix_id': 1}, 'pools': [],"
	            "'reservations': []}]}}");
}
END_TEST

START_TEST(test_what_is_not_marked_stays_where_only_the_marked_is_owned)
{
	take_apart("'subnet4': [" MARKED_SUBNET ", " HAND_WRITTEN "]", NBK_OWN_MARKED);
	ck_assert_uint_eq(kea->replaced_count, 0);
	ck_assert_uint_eq(kea->foreign_count, 3);
	/* Kea prints identifiers in another form than ours; they are the same bytes. */
	ck_assert_str_eq(kea->foreign[1]->identifier, "client-id 01:aa:bb");
	put_subnet(1, 1, "10.0.0.0/24");
	put_child(NBK_POOL, 5, 1, "{\"pool\":\"10.0.0.10-10.0.0.20\"}");
	assert_with("{'Dhcp4': {'subnet4': [" HAND_WRITTEN ", {'id': 1, 'subnet': '10.0.0.0/24', 'user-context': {'netbox_prefix_id': 1},"
	            "'pools': [{'pool': '10.0.0.128/25'}, {'pool': '10.0.0.10-10.0.0.20'}],"
	            "'reservations': [{'client-id': '01AABB', 'ip-address': '10.0.0.6'}]}]}}");
}
END_TEST

START_TEST(test_everything_else_of_the_operator_s_stays)
{
	take_apart(GLOBALS ", 'subnet4': [" HAND_WRITTEN "], 'hooks-libraries': [{'library': '/x'}]", NBK_OWN_ALL);
	assert_with("{'Dhcp4': {" GLOBALS ", 'hooks-libraries': [{'library': '/x'}], 'subnet4': []}}");
}
END_TEST

START_TEST(test_apart_and_together_again_is_the_same)
{
	static const char server[] = GLOBALS ", 'shared-networks': [], 'subnet4': [" MARKED_SUBNET ", " HAND_WRITTEN "]";
	struct nbk_kea_config *again;
	char *first, *second;

	take_apart(server, NBK_OWN_MARKED);
	first = nbk_kea_config_with(kea, &kea->marked);
	again = nbk_kea_config_new(first, nbk_family(4), NBK_OWN_MARKED, NULL);
	second = nbk_kea_config_with(again, &again->marked);
	ck_assert_str_eq(first, second);
	nbk_kea_config_free(again);
	free(first);
	free(second);
}
END_TEST

START_TEST(test_children_stand_in_their_subnets)
{
	take_apart("'subnet4': []", NBK_OWN_ALL);
	put_subnet(2, 2, "10.0.1.0/24");
	put_subnet(1, 1, "10.0.0.0/24");
	put_child(NBK_POOL, 9, 1, "{\"p\":9}");
	put_child(NBK_POOL, 8, 2, "{\"p\":8}");
	put_child(NBK_POOL, 7, 1, "{\"p\":7}");
	put_child(NBK_RESERVATION, 3, 2, "{\"r\":3}");
	assert_with("{'Dhcp4': {'subnet4': ["
	            "{'id': 1, 'subnet': '10.0.0.0/24', 'user-context': {'netbox_prefix_id': 1}, 'pools': [{'p': 7}, {'p': 9}], 'reservations': []},"
	            "{'id': 2, 'subnet': '10.0.1.0/24', 'user-context': {'netbox_prefix_id': 2}, 'pools': [{'p': 8}], 'reservations': [{'r': 3}]}]}}");
}
END_TEST

START_TEST(test_one_subnet_a_line)
{
	char *text;

	take_apart("'subnet4': []", NBK_OWN_ALL);
	put_subnet(1, 1, "10.0.0.0/24");
	put_subnet(2, 2, "10.0.1.0/24");
	text = nbk_kea_config_with(kea, &state);
	assert_has(text, "\n{\"id\":1,");
	assert_has(text, "\n{\"id\":2,");
	free(text);
}
END_TEST

START_TEST(test_shared_network_s_members_stay_and_ours_take_their_place)
{
	take_apart("'shared-networks': [{'name': 'floor', 'relay': {'ip-addresses': ['10.9.9.9']}, 'subnet4': ["
	           "{'id': 1, 'subnet': '10.0.0.0/24'}, {'id': 50, 'subnet': '10.0.5.0/24'}]}], 'subnet4': []", NBK_OWN_ALL);
	ck_assert(nbk_kea_config_shares(kea));
	ck_assert_uint_eq(kea->foreign_count, 2);
	ck_assert_int_eq(kea->foreign[0]->id, NBK_ID_SHARED);
	put_subnet(1, 1, "10.0.0.0/24");
	put_subnet(2, 2, "10.0.1.0/24");
	assert_with("{'Dhcp4': {'shared-networks': [{'name': 'floor', 'relay': {'ip-addresses': ['10.9.9.9']}, 'subnet4': ["
	            "{'id': 1, 'subnet': '10.0.0.0/24', 'user-context': {'netbox_prefix_id': 1}, 'pools': [], 'reservations': []},"
	            "{'id': 50, 'subnet': '10.0.5.0/24'}]}],"
	            "'subnet4': [{'id': 2, 'subnet': '10.0.1.0/24', 'user-context': {'netbox_prefix_id': 2}, 'pools': [], 'reservations': []}]}}");
}
END_TEST

START_TEST(test_ours_in_a_shared_network_is_changed_and_goes)
{
	static const char server[] = "'shared-networks': [{'name': 'floor', 'subnet4': [" MARKED_SUBNET ", {'id': 50, 'subnet': '10.0.5.0/24'}]}]";

	take_apart(server, NBK_OWN_ALL);
	ck_assert_uint_eq(kea->marked.items[NBK_SUBNET].count, 1);
	assert_with("{'Dhcp4': {'shared-networks': [{'name': 'floor', 'subnet4': [{'id': 50, 'subnet': '10.0.5.0/24'}]}], 'subnet4': []}}");
	put_subnet(1, 77, "10.0.9.0/24");
	assert_with("{'Dhcp4': {'shared-networks': [{'name': 'floor', 'subnet4': ["
	            "{'id': 77, 'subnet': '10.0.9.0/24', 'user-context': {'netbox_prefix_id': 1}, 'pools': [], 'reservations': []},"
	            "{'id': 50, 'subnet': '10.0.5.0/24'}]}], 'subnet4': []}}");
}
END_TEST

START_TEST(test_reservations_are_unique_unless_said_otherwise)
{
	take_apart("'subnet4': []", NBK_OWN_ALL);
	ck_assert(kea->reservations_unique);
	ck_assert(!nbk_kea_config_shares(kea));
	nbk_kea_config_free(kea);
	take_apart("'ip-reservations-unique': false", NBK_OWN_ALL);
	ck_assert(!kea->reservations_unique);
}
END_TEST

START_TEST(test_known_classes)
{
	take_apart(GLOBALS, NBK_OWN_ALL);
	ck_assert(nbk_kea_config_knows_class(kea, "phones"));
	ck_assert(nbk_kea_config_knows_class(kea, "KNOWN"));
	ck_assert(nbk_kea_config_knows_class(kea, "VENDOR_CLASS_MSFT 5.0"));
	ck_assert(!nbk_kea_config_knows_class(kea, "phone"));
	ck_assert(!nbk_kea_config_knows_class(kea, "known"));
}
END_TEST

START_TEST(test_subnet_text_for_kea_s_parser)
{
	struct nbk_item *subnet, pool = { .kind = NBK_POOL, .text = (char *)"{\"pool\":\"10.0.0.1-10.0.0.2\"}" };
	char *text;

	subnet = put_subnet(1, 1, "10.0.0.0/24");
	text = nbk_kea_config_subnet_text(subnet, &pool);
	assert_has(text, "\"pools\":[{\"pool\":\"10.0.0.1-10.0.0.2\"}]}");
	free(text);
	text = nbk_kea_config_subnet_text(subnet, NULL);
	assert_has(text, "\"pools\":[]}");
	free(text);
}
END_TEST

START_TEST(test_what_is_no_configuration_is_refused)
{
	static const char *const bad[] = { "", "{}", "[]", "{\"Dhcp6\": {}}", "{\"Dhcp4\":" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct nbk_error err = { NBK_OK, "" };

		ck_assert_ptr_null(nbk_kea_config_new(bad[i], nbk_family(4), NBK_OWN_ALL, &err));
		ck_assert_int_eq(err.code, NBK_ETEMP);
	}
	nbk_kea_config_free(NULL);
}
END_TEST

Suite *
suite_kea_config(void)
{
	Suite *suite = suite_create("kea_config");
	TCase *tcase = tcase_create("kea_config");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_new_finds_what_is_ours);
	tcase_add_test(tcase, test_what_is_not_from_netbox_is_replaced_and_named);
	tcase_add_test(tcase, test_what_is_not_marked_stays_where_only_the_marked_is_owned);
	tcase_add_test(tcase, test_everything_else_of_the_operator_s_stays);
	tcase_add_test(tcase, test_apart_and_together_again_is_the_same);
	tcase_add_test(tcase, test_children_stand_in_their_subnets);
	tcase_add_test(tcase, test_one_subnet_a_line);
	tcase_add_test(tcase, test_shared_network_s_members_stay_and_ours_take_their_place);
	tcase_add_test(tcase, test_ours_in_a_shared_network_is_changed_and_goes);
	tcase_add_test(tcase, test_reservations_are_unique_unless_said_otherwise);
	tcase_add_test(tcase, test_known_classes);
	tcase_add_test(tcase, test_subnet_text_for_kea_s_parser);
	tcase_add_test(tcase, test_what_is_no_configuration_is_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}
