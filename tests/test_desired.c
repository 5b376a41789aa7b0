/* SPDX-License-Identifier: MPL-2.0 */
#include "desired.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nbk_config *config;
static struct nbk_model model;
static struct nbk_kea_config *kea;
static struct nbk_state served;
static struct nbk_scope scope;
static struct nbk_verdicts verdicts;
static struct nbk_desired *desired;
static bool hold[NBK_KINDS];

static void
start_with(const char *parameters, const char *server)
{
	struct nbk_error err = { NBK_OK, "" };
	char *text;

	config = config_with(parameters);
	nbk_model_init(&model, config);
	nbk_state_init(&served);
	nbk_scope_init(&scope, true);
	nbk_verdicts_init(&verdicts);
	ck_assert_int_gt(asprintf(&text, "{'Dhcp4': {%s}}", server), 0);
	kea = nbk_kea_config_new(text, nbk_family(4), config->ownership, &err);
	ck_assert_msg(kea != NULL, "%s", err.text);
	free(text);
}

static void
start(void)
{
	start_with("", "");
}

static void
stop(void)
{
	nbk_desired_free(desired);
	desired = NULL;
	memset(hold, 0, sizeof(hold));
	nbk_verdicts_clear(&verdicts);
	nbk_scope_clear(&scope);
	nbk_state_clear(&served);
	nbk_kea_config_free(kea);
	nbk_model_clear(&model);
	nbk_config_free(config);
}

static void
make(void)
{
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_sources sources = { .config = config, .model = &model, .kea = kea, .served = &served, .scope = &scope,
		                       .verdicts = &verdicts };

	memcpy(sources.hold, hold, sizeof(hold));
	nbk_desired_free(desired);
	desired = nbk_desired_new(&sources, &err);
	ck_assert_msg(desired != NULL, "%s", err.text);
}

/* What is desired is served. */
static void
serve(void)
{
	make();
	ck_assert_int_eq(nbk_state_copy(&served, &desired->state), 0);
}

static bool
has(enum nbk_kind kind, int64_t id)
{
	return nbk_state_get(&desired->state, kind, id) != NULL;
}

static const char *
text_of(enum nbk_kind kind, int64_t id)
{
	ck_assert(has(kind, id));
	return nbk_state_get(&desired->state, kind, id)->text;
}

static const struct nbk_left_out *
left_out(enum nbk_kind kind, int64_t id)
{
	size_t i;

	for (i = 0; i < desired->findings.left_out_count; i++)
		if (desired->findings.left_out[i].kind == kind && desired->findings.left_out[i].id == id)
			return &desired->findings.left_out[i];
	return NULL;
}

/* The object is left out, alone with its reason. */
static void
assert_left_out(enum nbk_kind kind, int64_t id, const char *reason)
{
	const struct nbk_left_out *left = left_out(kind, id);

	ck_assert_msg(left != NULL, "%s %lld is not left out", nbk_kind_name(kind), (long long)id);
	assert_has(left->reason, reason);
	ck_assert_msg(left->kept == has(kind, id), "%s %lld", nbk_kind_name(kind), (long long)id);
}

START_TEST(test_all_that_is_good_is_served)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.0.0.100/24", "10.0.0.199/24", NULL);
	put_reservation(&model, 1, "10.0.0.5/32", "02:00:00:00:00:01");
	make();
	ck_assert(has(NBK_SUBNET, 1) && has(NBK_POOL, 1) && has(NBK_RESERVATION, 1));
	ck_assert_uint_eq(desired->findings.left_out_count, 0);
	ck_assert_int_eq(nbk_state_get(&desired->state, NBK_RESERVATION, 1)->subnet, 1);
}
END_TEST

START_TEST(test_children_stand_in_the_longest_prefix_of_their_vrf)
{
	put_prefix(&model, 1, "10.0.0.0/16", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_prefix(&model, 3, "10.1.0.0/16", "'vrf': {'id': 7}");
	put_reservation(&model, 1, "10.0.1.5/16", "02:00:00:00:00:01");
	put_range(&model, 2, "10.1.0.5/24", "10.1.0.9/24", "'vrf': {'id': 7}");
	make();
	ck_assert_int_eq(nbk_state_get(&desired->state, NBK_RESERVATION, 1)->subnet, 2);
	ck_assert_int_eq(nbk_state_get(&desired->state, NBK_POOL, 2)->subnet, 3);
}
END_TEST

START_TEST(test_what_stands_in_no_synced_prefix_is_not_our_business)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.9.0.1/24", "10.9.0.9/24", NULL);
	put_reservation(&model, 2, "10.9.0.5/24", "02:00:00:00:00:01");
	put_address(&model, 3, "10.0.0.5/24", "'dns_name': 'no-mac'");
	make();
	ck_assert_uint_eq(desired->findings.not_ours, 2);
	ck_assert_uint_eq(desired->findings.unidentified, 1);
	ck_assert_uint_eq(desired->findings.left_out_count, 0);
}
END_TEST

START_TEST(test_same_prefix_in_two_vrfs_the_lower_id_stays)
{
	put_prefix(&model, 2, "10.0.0.0/24", NULL);
	put_prefix(&model, 1, "10.0.0.0/24", "'vrf': {'id': 7}");
	put_range(&model, 5, "10.0.0.10/24", "10.0.0.20/24", NULL);
	make();
	ck_assert(has(NBK_SUBNET, 1));
	assert_left_out(NBK_SUBNET, 2, "the same prefix is subnet 10.0.0.0/24 of prefix 1");
	assert_has(left_out(NBK_SUBNET, 2)->object, "prefix 10.0.0.0/24 (NetBox id 2, " NETBOX_URL "/ipam/prefixes/2/)");
	/* What stands in it is out with it, and not named. */
	ck_assert_uint_eq(desired->findings.left_out_count, 1);
	ck_assert(!has(NBK_POOL, 5));
}
END_TEST

START_TEST(test_same_subnet_id_the_lower_netbox_id_stays)
{
	stop();
	desired = NULL;
	start_with("'subnet-prefix-map': {'id': 'custom_fields.id'}", "");
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'id': 2}");
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	make();
	ck_assert(has(NBK_SUBNET, 1));
	assert_left_out(NBK_SUBNET, 2, "the same subnet id is that of subnet 10.0.0.0/24 of prefix 1");
}
END_TEST

START_TEST(test_pools_that_overlap_the_lower_id_stays)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.0.0.10/24", "10.0.0.20/24", NULL);
	put_range(&model, 2, "10.0.0.20/24", "10.0.0.30/24", NULL);
	put_range(&model, 3, "10.0.0.21/24", "10.0.0.29/24", NULL);
	make();
	ck_assert(has(NBK_POOL, 1) && has(NBK_POOL, 3));
	assert_left_out(NBK_POOL, 2, "it overlaps pool 10.0.0.");
}
END_TEST

START_TEST(test_of_two_nested_pools_the_inner_stays)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.0.0.10/24", "10.0.0.100/24", NULL);
	put_range(&model, 2, "10.0.0.50/24", "10.0.0.60/24", NULL);
	make();
	ck_assert(has(NBK_POOL, 2));
	assert_left_out(NBK_POOL, 1, "it overlaps pool 10.0.0.50-10.0.0.60 of ip-range 2");
}
END_TEST

START_TEST(test_the_same_pool_twice_the_lower_id_stays)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.0.0.10/24", "10.0.0.20/24", NULL);
	put_range(&model, 2, "10.0.0.10/24", "10.0.0.20/24", NULL);
	make();
	ck_assert(has(NBK_POOL, 1));
	assert_left_out(NBK_POOL, 2, "of ip-range 1");
}
END_TEST

START_TEST(test_pools_of_nested_subnets_that_overlap)
{
	put_prefix(&model, 1, "10.0.0.0/16", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_range(&model, 1, "10.0.0.200/16", "10.0.1.50/16", NULL);
	put_range(&model, 2, "10.0.1.10/24", "10.0.1.20/24", NULL);
	make();
	ck_assert(has(NBK_POOL, 2));
	assert_left_out(NBK_POOL, 1, "of ip-range 2");
}
END_TEST

START_TEST(test_range_over_an_edge_is_named)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.0.0.200/16", "10.0.1.50/16", NULL);
	put_range(&model, 2, "9.0.0.0/8", "11.0.0.0/8", NULL);
	put_range(&model, 3, "10.0.0.9/24", "10.0.0.5/24", NULL);
	make();
	assert_left_out(NBK_POOL, 1, "reaches over an edge");
	assert_left_out(NBK_POOL, 3, "ends before it starts");
	ck_assert_uint_eq(desired->findings.left_out_count, 2);
	ck_assert_uint_eq(desired->findings.not_ours, 1);
}
END_TEST

START_TEST(test_same_identifier_in_a_subnet_the_lower_id_stays)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_reservation(&model, 1, "10.0.0.5/24", "02:00:00:00:00:AA");
	put_reservation(&model, 2, "10.0.0.6/24", "0200.0000.00aa");
	put_reservation(&model, 3, "10.0.1.6/24", "02:00:00:00:00:aa");
	make();
	ck_assert(has(NBK_RESERVATION, 1) && has(NBK_RESERVATION, 3));
	assert_left_out(NBK_RESERVATION, 2, "the same identifier is that of reservation 10.0.0.5 (hw-address 02:00:00:00:00:aa) of ip-address 1");
}
END_TEST

START_TEST(test_same_bytes_in_another_form_are_the_same_identifier)
{
	stop();
	desired = NULL;
	start_with("'reservation-ipaddr-map': {'duid': 'custom_fields.duid'}", "");
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_address(&model, 1, "10.0.0.5/24", "'custom_fields': {'duid': '00:01:00:AB'}");
	put_address(&model, 2, "10.0.0.6/24", "'custom_fields': {'duid': '000100ab'}");
	make();
	ck_assert(has(NBK_RESERVATION, 1));
	assert_left_out(NBK_RESERVATION, 2, "the same identifier");
}
END_TEST

START_TEST(test_same_address_in_a_subnet_unless_kea_allows_it)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_reservation(&model, 1, "10.0.0.5/24", "02:00:00:00:00:01");
	put_reservation(&model, 2, "10.0.0.5/32", "02:00:00:00:00:02");
	make();
	assert_left_out(NBK_RESERVATION, 2, "the same address is that of reservation 10.0.0.5");
	kea->reservations_unique = false;
	make();
	ck_assert(has(NBK_RESERVATION, 1) && has(NBK_RESERVATION, 2));
	ck_assert_uint_eq(desired->findings.left_out_count, 0);
}
END_TEST

START_TEST(test_what_can_not_be_read_is_named)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "10.0.0.0/99", NULL);
	put_range(&model, 3, "x", "10.0.0.9/24", NULL);
	put_address(&model, 4, "y", NULL);
	make();
	assert_left_out(NBK_SUBNET, 2, "is no prefix");
	assert_left_out(NBK_POOL, 3, "is no start_address");
	assert_left_out(NBK_RESERVATION, 4, "is no address");
	assert_has(left_out(NBK_RESERVATION, 4)->object, "ip-address (NetBox id 4, ");
}
END_TEST

START_TEST(test_last_good_version_stays)
{
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'dhcp_valid_lifetime': 60}");
	put_reservation(&model, 1, "10.0.0.5/24", "02:00:00:00:00:01");
	serve();
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'dhcp_valid_lifetime': -1}");
	put_reservation(&model, 1, "10.0.0.5/24", "nonsense");
	make();
	assert_left_out(NBK_SUBNET, 1, "valid-lifetime");
	assert_left_out(NBK_RESERVATION, 1, "nonsense");
	ck_assert(left_out(NBK_SUBNET, 1)->kept && left_out(NBK_RESERVATION, 1)->kept);
	assert_has(text_of(NBK_SUBNET, 1), "\"valid-lifetime\":60");
	assert_has(text_of(NBK_RESERVATION, 1), "02:00:00:00:00:01");
}
END_TEST

START_TEST(test_last_good_version_that_collides_goes)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_reservation(&model, 1, "10.0.0.5/24", "02:00:00:00:00:01");
	serve();
	put_reservation(&model, 1, "10.0.0.5/24", "nonsense");
	put_reservation(&model, 2, "10.0.0.6/24", "02:00:00:00:00:01");
	make();
	assert_left_out(NBK_RESERVATION, 1, "nonsense");
	ck_assert(!left_out(NBK_RESERVATION, 1)->kept);
	ck_assert(has(NBK_RESERVATION, 2));
}
END_TEST

START_TEST(test_swapped_macs_are_no_collision)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_reservation(&model, 1, "10.0.0.5/24", "02:00:00:00:00:01");
	put_reservation(&model, 2, "10.0.0.6/24", "02:00:00:00:00:02");
	serve();
	put_reservation(&model, 1, "10.0.0.5/24", "02:00:00:00:00:02");
	put_reservation(&model, 2, "10.0.0.6/24", "02:00:00:00:00:01");
	make();
	ck_assert_uint_eq(desired->findings.left_out_count, 0);
	assert_has(text_of(NBK_RESERVATION, 1), "02:00:00:00:00:02");
	assert_has(text_of(NBK_RESERVATION, 2), "02:00:00:00:00:01");
}
END_TEST

START_TEST(test_what_is_gone_in_netbox_goes)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_range(&model, 1, "10.0.1.10/24", "10.0.1.20/24", NULL);
	serve();
	nbk_table_remove(&model.rows[NBK_SUBNET], 2);
	make();
	ck_assert(has(NBK_SUBNET, 1));
	ck_assert(!has(NBK_SUBNET, 2));
	ck_assert(!has(NBK_POOL, 1));
}
END_TEST

START_TEST(test_out_of_scope_stays_as_it_is)
{
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'dhcp_valid_lifetime': 60}");
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_prefix(&model, 3, "10.0.2.0/24", NULL);
	serve();
	nbk_scope_clear(&scope);
	nbk_scope_init(&scope, false);
	ck_assert_int_eq(nbk_scope_add(&scope, NBK_SUBNET, 3), 0);
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'dhcp_valid_lifetime': 99}");
	nbk_table_remove(&model.rows[NBK_SUBNET], 2);
	put_prefix(&model, 4, "10.0.3.0/24", NULL);
	nbk_table_remove(&model.rows[NBK_SUBNET], 3);
	make();
	assert_has(text_of(NBK_SUBNET, 1), "\"valid-lifetime\":60");
	ck_assert(has(NBK_SUBNET, 2));
	ck_assert(!has(NBK_SUBNET, 3));
	ck_assert(!has(NBK_SUBNET, 4));
}
END_TEST

START_TEST(test_held_kinds_lose_nothing)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_range(&model, 1, "10.0.0.10/24", "10.0.0.20/24", NULL);
	put_reservation(&model, 1, "10.0.1.5/24", "02:00:00:00:00:01");
	serve();
	nbk_model_clear(&model);
	hold[NBK_RESERVATION] = true;
	make();
	/* A held reservation keeps its subnet. */
	ck_assert(has(NBK_RESERVATION, 1) && has(NBK_SUBNET, 2));
	ck_assert(!has(NBK_SUBNET, 1) && !has(NBK_POOL, 1));
	hold[NBK_SUBNET] = hold[NBK_POOL] = true;
	make();
	ck_assert(has(NBK_SUBNET, 1) && has(NBK_POOL, 1));
}
END_TEST

START_TEST(test_what_kea_s_parsers_refused_is_left_out)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.0.0.10/24", "10.0.0.20/24", NULL);
	serve();
	nbk_verdicts_put(&verdicts, nbk_state_get(&served, NBK_POOL, 1), "Kea says no");
	make();
	/* Its last good version is the very same. */
	assert_left_out(NBK_POOL, 1, "Kea says no");
	ck_assert(!has(NBK_POOL, 1));
	ck_assert(has(NBK_SUBNET, 1));
}
END_TEST

START_TEST(test_nested_prefixes_served_in_the_wrong_order_are_named)
{
	put_prefix(&model, 1, "10.0.0.0/16", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_prefix(&model, 5, "10.9.0.0/16", NULL);
	put_prefix(&model, 4, "10.9.1.0/24", NULL);
	make();
	ck_assert_uint_eq(desired->findings.nested.count, 1);
	ck_assert_str_eq(desired->findings.nested.all[0].words[0], "10.0.0.0/16 (id 1)");
	ck_assert_str_eq(desired->findings.nested.all[0].words[1], "10.0.1.0/24 (id 2)");
	ck_assert_uint_eq(desired->findings.left_out_count, 0);
}
END_TEST

START_TEST(test_host_name_made_valid_is_told)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_address(&model, 1, "10.0.0.5/24", "'dns_name': 'büro', 'custom_fields': {'dhcp_reservation_hw_address': '02:00:00:00:00:01'}");
	make();
	ck_assert_uint_eq(desired->findings.renamed.count, 1);
	assert_has(desired->findings.renamed.all[0].words[0], "ip-address 10.0.0.5/24 (NetBox id 1");
}
END_TEST

START_TEST(test_unknown_client_class_is_left_out)
{
	stop();
	desired = NULL;
	start_with("'pool-iprange-map': {'client-class': 'custom_fields.c', 'require-client-classes': 'custom_fields.r'}",
	           "'client-classes': [{'name': 'phones'}]");
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 1, "10.0.0.10/24", "10.0.0.20/24", "'custom_fields': {'c': 'phones'}");
	put_range(&model, 2, "10.0.0.30/24", "10.0.0.40/24", "'custom_fields': {'c': 'fridges'}");
	put_range(&model, 3, "10.0.0.50/24", "10.0.0.60/24", "'custom_fields': {'r': ['KNOWN', 'toasters']}");
	make();
	ck_assert(has(NBK_POOL, 1));
	assert_left_out(NBK_POOL, 2, "client-class: Kea has no client class \"fridges\"");
	assert_left_out(NBK_POOL, 3, "toasters");
}
END_TEST

/* What the operator wrote by hand and keeps. */
START_TEST(test_foreign_things_win)
{
	stop();
	desired = NULL;
	start_with("'ownership': 'marked'",
	           "'subnet4': [{'id': 1, 'subnet': '192.0.2.0/24'}, {'id': 50, 'subnet': '10.0.5.0/24'}, {'id': 2, 'subnet': '10.0.1.0/24',"
	           "'user-context': {'netbox_prefix_id': 2}, 'pools': [{'pool': '10.0.1.10-10.0.1.20'}],"
	           "'reservations': [{'hw-address': '02:00:00:00:00:01', 'ip-address': '10.0.1.5'}]}]");
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_prefix(&model, 3, "10.0.5.0/24", NULL);
	put_range(&model, 1, "10.0.1.15/24", "10.0.1.30/24", NULL);
	put_range(&model, 2, "10.0.1.40/24", "10.0.1.50/24", NULL);
	put_reservation(&model, 1, "10.0.1.6/24", "02:00:00:00:00:01");
	put_reservation(&model, 2, "10.0.1.5/24", "02:00:00:00:00:02");
	put_reservation(&model, 3, "10.0.1.7/24", "02:00:00:00:00:03");
	make();
	assert_left_out(NBK_SUBNET, 1, "the same subnet id is that of subnet 192.0.2.0/24, which is not from NetBox");
	assert_left_out(NBK_SUBNET, 3, "the same prefix is subnet 10.0.5.0/24, which is not from NetBox");
	assert_left_out(NBK_POOL, 1, "not from NetBox");
	assert_left_out(NBK_RESERVATION, 1, "the same identifier");
	assert_left_out(NBK_RESERVATION, 2, "the same address");
	ck_assert(has(NBK_SUBNET, 2) && has(NBK_POOL, 2) && has(NBK_RESERVATION, 3));
	ck_assert_uint_eq(desired->findings.left_out_count, 5);
}
END_TEST

START_TEST(test_ours_takes_the_place_of_a_shared_network_s_member)
{
	stop();
	desired = NULL;
	start_with("", "'shared-networks': [{'name': 'a', 'subnet4': [{'id': 1, 'subnet': '10.0.0.0/24'}, {'id': 9, 'subnet': '10.0.1.0/24'}]}]");
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	make();
	ck_assert(has(NBK_SUBNET, 1));
	assert_left_out(NBK_SUBNET, 2, "the same prefix is subnet 10.0.1.0/24, which is not from NetBox");
}
END_TEST

START_TEST(test_left_out_is_in_the_order_of_kind_and_id)
{
	size_t i;

	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_prefix(&model, 8, "x", NULL);
	put_prefix(&model, 3, "x", NULL);
	put_range(&model, 5, "10.0.0.10/24", "10.0.0.100/24", NULL);
	put_range(&model, 6, "10.0.0.50/24", "10.0.0.60/24", NULL);
	put_range(&model, 7, "x", "x", NULL);
	put_address(&model, 1, "x", NULL);
	make();
	ck_assert_uint_eq(desired->findings.left_out_count, 5);
	for (i = 1; i < desired->findings.left_out_count; i++)
		ck_assert(desired->findings.left_out[i - 1].kind < desired->findings.left_out[i].kind ||
		          (desired->findings.left_out[i - 1].kind == desired->findings.left_out[i].kind && desired->findings.left_out[i - 1].id < desired->findings.left_out[i].id));
}
END_TEST

Suite *
suite_desired(void)
{
	Suite *suite = suite_create("desired");
	TCase *tcase = tcase_create("desired");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_all_that_is_good_is_served);
	tcase_add_test(tcase, test_children_stand_in_the_longest_prefix_of_their_vrf);
	tcase_add_test(tcase, test_what_stands_in_no_synced_prefix_is_not_our_business);
	tcase_add_test(tcase, test_same_prefix_in_two_vrfs_the_lower_id_stays);
	tcase_add_test(tcase, test_same_subnet_id_the_lower_netbox_id_stays);
	tcase_add_test(tcase, test_pools_that_overlap_the_lower_id_stays);
	tcase_add_test(tcase, test_of_two_nested_pools_the_inner_stays);
	tcase_add_test(tcase, test_the_same_pool_twice_the_lower_id_stays);
	tcase_add_test(tcase, test_pools_of_nested_subnets_that_overlap);
	tcase_add_test(tcase, test_range_over_an_edge_is_named);
	tcase_add_test(tcase, test_same_identifier_in_a_subnet_the_lower_id_stays);
	tcase_add_test(tcase, test_same_bytes_in_another_form_are_the_same_identifier);
	tcase_add_test(tcase, test_same_address_in_a_subnet_unless_kea_allows_it);
	tcase_add_test(tcase, test_what_can_not_be_read_is_named);
	tcase_add_test(tcase, test_last_good_version_stays);
	tcase_add_test(tcase, test_last_good_version_that_collides_goes);
	tcase_add_test(tcase, test_swapped_macs_are_no_collision);
	tcase_add_test(tcase, test_what_is_gone_in_netbox_goes);
	tcase_add_test(tcase, test_out_of_scope_stays_as_it_is);
	tcase_add_test(tcase, test_held_kinds_lose_nothing);
	tcase_add_test(tcase, test_what_kea_s_parsers_refused_is_left_out);
	tcase_add_test(tcase, test_nested_prefixes_served_in_the_wrong_order_are_named);
	tcase_add_test(tcase, test_host_name_made_valid_is_told);
	tcase_add_test(tcase, test_unknown_client_class_is_left_out);
	tcase_add_test(tcase, test_foreign_things_win);
	tcase_add_test(tcase, test_ours_takes_the_place_of_a_shared_network_s_member);
	tcase_add_test(tcase, test_left_out_is_in_the_order_of_kind_and_id);
	suite_add_tcase(suite, tcase);
	return suite;
}
