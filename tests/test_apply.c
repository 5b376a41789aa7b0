/* SPDX-License-Identifier: MPL-2.0 */
#include "apply.h"
#include "fake_kea.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EMPTY "{'Dhcp4': {'valid-lifetime': 4000, 'subnet4': []}}"

static struct nbk_config *config;
static struct nbk_model model;
static struct nbk_scope scope;
static struct fake_kea kea;
static struct nbk_apply *apply;
static struct nbk_error err;

static void
start_with(const char *parameters, const char *running)
{
	config = config_with(parameters);
	nbk_model_init(&model, config);
	nbk_scope_init(&scope, true);
	fake_kea_init(&kea, running);
	apply = nbk_apply_new(said_log(), &kea.kea);
}

static void
start(void)
{
	start_with("", EMPTY);
}

static void
stop(void)
{
	nbk_apply_free(apply);
	fake_kea_clear(&kea);
	nbk_scope_clear(&scope);
	nbk_model_clear(&model);
	nbk_config_free(config);
	said_forget();
}

static void
start_again(const char *parameters, const char *running)
{
	stop();
	start_with(parameters, running);
}

static int
run_as(bool full)
{
	struct nbk_apply_task task = { config, &model, &scope, full, config->ownership };

	nbk_error_clear(&err);
	return nbk_apply_run(apply, &task, &err);
}

static void
run(void)
{
	ck_assert_msg(run_as(true) == 0, "%s", err.text);
}

static void
put_site(void)
{
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	put_range(&model, 2, "10.0.0.100/24", "10.0.0.199/24", NULL);
	put_reservation(&model, 3, "10.0.0.5/24", "02:00:00:00:00:01");
}

static void
put_subnets(int first, int last)
{
	char prefix[32];
	int i;

	for (i = first; i <= last; i++) {
		snprintf(prefix, sizeof(prefix), "10.1.%d.0/24", i);
		put_prefix(&model, i, prefix, NULL);
	}
}

START_TEST(test_run_serves_what_netbox_says)
{
	put_site();
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "subnet4", "0", "pools", "0", "pool", NULL), "\"10.0.0.100-10.0.0.199\"");
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "subnet4", "0", "reservations", "0", "ip-address", NULL), "\"10.0.0.5\"");
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "valid-lifetime", NULL), "4000");
	ck_assert_uint_eq(said("NETBOX_ADDED"), 3);
	ck_assert_uint_eq(said("NETBOX_ADDED reservation 10.0.0.5 (hw-address 02:00:00:00:00:01)| in subnet 10.0.0.0/24|ip-address 3"), 1);
}
END_TEST

START_TEST(test_run_twice_does_not_touch_kea)
{
	put_site();
	run();
	run();
	ck_assert_uint_eq(kea.sets, 1);
	ck_assert_uint_eq(kea.tests, 1);
	ck_assert_uint_eq(kea.gets, 1);
	ck_assert_uint_eq(kea.checked, 3);
}
END_TEST

START_TEST(test_empty_netbox_and_empty_kea_are_left_alone)
{
	run();
	ck_assert_uint_eq(kea.sets, 0);
	ck_assert_uint_eq(kea.tests, 0);
}
END_TEST

START_TEST(test_one_line_a_change)
{
	put_site();
	run();
	said_forget();
	put_reservation(&model, 3, "10.0.0.6/24", "02:00:00:00:00:01");
	nbk_table_remove(&model.rows[NBK_POOL], 2);
	put_prefix(&model, 4, "10.0.4.0/24", NULL);
	run();
	ck_assert_uint_eq(said("NETBOX_CHANGED reservation 10.0.0.6"), 1);
	ck_assert_uint_eq(said("NETBOX_REMOVED pool 10.0.0.100-10.0.0.199| in subnet 10.0.0.0/24|ip-range 2"), 1);
	ck_assert_uint_eq(said("NETBOX_ADDED subnet 10.0.4.0/24||prefix 4"), 1);
	ck_assert_uint_eq(said("NETBOX_"), 3);
	ck_assert_uint_eq(kea.sets, 2);
}
END_TEST

START_TEST(test_what_kea_s_parsers_refuse_is_left_out_alone)
{
	put_site();
	put_reservation(&model, 4, "10.0.0.66/24", "02:00:00:00:00:04");
	kea.refused_object = "10.0.0.66";
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 1);
	ck_assert_uint_eq(said("NETBOX_LEFT_OUT ip-address 10.0.0.66/24 (NetBox id 4, " NETBOX_URL "/ipam/ip-addresses/4/)|Kea refuses it: Kea's parser"), 1);
	/* Said once, asked about once. */
	ck_assert_int_eq(run_as(false), 0);
	ck_assert_uint_eq(said("NETBOX_LEFT_OUT"), 1);
	ck_assert_uint_eq(kea.checked, 4);
	/* Mended: it comes back. */
	put_reservation(&model, 4, "10.0.0.67/24", "02:00:00:00:00:04");
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 2);
	ck_assert_uint_eq(said("NETBOX_NO_LONGER_LEFT_OUT"), 1);
}
END_TEST

START_TEST(test_subnet_that_is_refused_takes_its_children_along)
{
	put_site();
	put_prefix(&model, 9, "10.0.9.0/24", NULL);
	kea.refused_object = "10.0.0.0/24";
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 0);
	ck_assert_uint_eq(said("NETBOX_LEFT_OUT"), 1);
}
END_TEST

START_TEST(test_refusals_are_tried_again_at_a_full_sync)
{
	put_site();
	kea.refused_object = "10.0.0.5";
	run();
	kea.refused_object = NULL;
	ck_assert_int_eq(run_as(false), 0);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 0);
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 1);
}
END_TEST

START_TEST(test_faulty_change_keeps_the_last_good)
{
	put_site();
	run();
	put_reservation(&model, 3, "10.0.0.66/24", "02:00:00:00:00:01");
	kea.refused_object = "10.0.0.66";
	run();
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "subnet4", "0", "reservations", "0", "ip-address", NULL), "\"10.0.0.5\"");
	ck_assert_uint_eq(kea.sets, 1);
	ck_assert_uint_eq(said("not taken over, its last good version stays"), 1);
}
END_TEST

/* The operator has taken away what both versions need. */
START_TEST(test_last_good_and_new_version_both_refused_come_to_an_end)
{
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'dhcp_boot_file_name': 'zzz'}");
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	run();
	fake_kea_replace(&kea, EMPTY);
	kea.failing = NBK_ETEMP;
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), -1);
	kea.failing = NBK_OK;
	kea.refused_object = kea.refused_test = "zzz";
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'dhcp_boot_file_name': 'zzz2'}");
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_uint_eq(said("NETBOX_LEFT_OUT prefix 10.0.0.0/24"), 1);
}
END_TEST

static int
interface_is_gone(void *context, const char *text, struct nbk_error *error)
{
	(void)context;
	(void)text;
	return nbk_error_set(error, NBK_ETEMP, "interface \"eth1\" is not in the system any more");
}

/* An interface goes twice; each time a hint comes before the full sync that tries again, and prefixes become faulty meanwhile. */
START_TEST(test_subnets_that_are_judged_anew_come_to_an_end)
{
	int (*config_test)(void *, const char *, struct nbk_error *) = kea.kea.config_test;

	put_subnets(1, 3);
	kea.refused_object = "zzz";
	run();
	put_prefix(&model, 1, "10.1.1.0/24", "'custom_fields': {'dhcp_boot_file_name': 'zzz'}");
	ck_assert_int_eq(run_as(false), 0);
	kea.kea.config_test = interface_is_gone;
	put_subnets(4, 4);
	ck_assert_int_eq(run_as(false), -1);
	kea.kea.config_test = config_test;
	run();
	put_prefix(&model, 2, "10.1.2.0/24", "'custom_fields': {'dhcp_boot_file_name': 'zzz'}");
	ck_assert_int_eq(run_as(false), 0);
	kea.kea.config_test = interface_is_gone;
	put_subnets(5, 5);
	ck_assert_int_eq(run_as(false), -1);
	put_prefix(&model, 3, "10.1.3.0/24", "'custom_fields': {'dhcp_boot_file_name': 'zzz'}");
	ck_assert_int_eq(run_as(false), -1);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 4);
}
END_TEST

START_TEST(test_refused_config_test_leaves_the_last_good)
{
	put_site();
	run();
	put_prefix(&model, 9, "10.0.9.0/24", NULL);
	kea.refused_test = "10.0.9.0";
	ck_assert_int_eq(run_as(false), -1);
	ck_assert_int_eq(err.code, NBK_EDATA);
	assert_has(err.text, "Kea refused the configuration when testing it: Kea refuses 10.0.9.0");
	ck_assert_uint_eq(kea.sets, 1);
	ck_assert_uint_eq(said("NETBOX_CONFIG_TEST_REFUSED"), 1);
	/* The same is not asked again. */
	ck_assert_int_eq(run_as(false), -1);
	ck_assert_uint_eq(kea.tests, 2);
	/* Another is. */
	nbk_table_remove(&model.rows[NBK_SUBNET], 9);
	put_prefix(&model, 8, "10.0.8.0/24", NULL);
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 2);
}
END_TEST

START_TEST(test_refused_config_set_is_put_back)
{
	struct nbk_apply_report report;

	put_site();
	run();
	put_prefix(&model, 9, "10.0.9.0/24", NULL);
	kea.refused_set = "10.0.9.0";
	ck_assert_int_eq(run_as(false), -1);
	ck_assert_int_eq(err.code, NBK_EDATA);
	ck_assert_uint_eq(kea.put_back, 1);
	ck_assert_uint_eq(said("NETBOX_CONFIG_SET_REFUSED"), 1);
	nbk_apply_report(apply, &report);
	ck_assert_uint_eq(report.counts[NBK_SUBNET], 1);
	ck_assert_int_eq(run_as(false), -1);
	ck_assert_uint_eq(kea.sets, 2);
	/* A full sync tries again. */
	ck_assert_int_eq(run_as(true), -1);
	ck_assert_uint_eq(kea.sets, 3);
	kea.refused_set = NULL;
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 2);
}
END_TEST

START_TEST(test_try_later_is_tried_later)
{
	put_site();
	kea.failing = NBK_ETEMP;
	ck_assert_int_eq(run_as(true), -1);
	ck_assert_int_eq(err.code, NBK_ETEMP);
	kea.failing = NBK_OK;
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
}
END_TEST

START_TEST(test_stale_configuration_is_looked_at_again)
{
	put_site();
	kea.changes = 2;
	run();
	ck_assert_uint_eq(kea.sets, 3);
	ck_assert_uint_eq(kea.gets, 3);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
}
END_TEST

START_TEST(test_configuration_that_never_rests_is_tried_later)
{
	put_site();
	kea.changes = 100;
	ck_assert_int_eq(run_as(true), -1);
	ck_assert_int_eq(err.code, NBK_ETEMP);
	ck_assert_uint_le(kea.sets, 10);
}
END_TEST

START_TEST(test_hand_written_subnets_are_replaced_and_named_once)
{
	start_again("", "{'Dhcp4': {'subnet4': [{'id': 70, 'subnet': '192.0.2.0/24'}, {'id': 71, 'subnet': '192.0.3.0/24'}]}}");
	put_site();
	run();
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_uint_eq(said("NETBOX_REPLACED subnet 192.0.2.0/24 (id 70)"), 1);
	ck_assert_uint_eq(said("NETBOX_REPLACED"), 2);
	ck_assert_uint_eq(kea.sets, 1);
}
END_TEST

#define HAND_WRITTEN "{'Dhcp4': {'subnet4': [{'id': 70, 'subnet': '10.0.0.0/24'}, {'id': 71, 'subnet': '192.0.3.0/24'}]}}"

START_TEST(test_hand_written_subnet_of_the_same_prefix_loses_its_id_or_is_taken_over)
{
	start_again("", HAND_WRITTEN);
	put_site();
	run();
	run();
	ck_assert_uint_eq(said("NETBOX_RENUMBERED subnet 10.0.0.0/24 (id 70)"), 1);
	ck_assert_uint_eq(said("NETBOX_REPLACED subnet 192.0.3.0/24 (id 71)"), 1);
	ck_assert_uint_eq(said("NETBOX_REPLACED"), 1);
	start_again("'subnet-prefix-map': {'id': 'custom_fields.kea_id'}", HAND_WRITTEN);
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'kea_id': 70}");
	run();
	ck_assert_uint_eq(said("NETBOX_TAKEN_OVER subnet 10.0.0.0/24 (id 70)"), 1);
	ck_assert_uint_eq(said("NETBOX_RENUMBERED"), 0);
}
END_TEST

START_TEST(test_check_only_names_what_is_not_from_netbox)
{
	start_again("'check-only': true", HAND_WRITTEN);
	put_site();
	run();
	ck_assert_uint_eq(said("NETBOX_CHECK_ONLY 3 added, 0 changed, 0 removed, and 2 removed that are not from NetBox"), 1);
	ck_assert_uint_eq(said("NETBOX_CHECK_ONLY subnet 10.0.0.0/24 (id 70) given another id"), 1);
	ck_assert_uint_eq(said("NETBOX_CHECK_ONLY subnet 192.0.3.0/24 (id 71) removed"), 1);
	/* Once a full sync. */
	put_range(&model, 4, "10.0.0.210/24", "10.0.0.219/24", NULL);
	ck_assert_int_eq(run_as(false), 0);
	ck_assert_uint_eq(said("NETBOX_CHECK_ONLY subnet"), 2);
	ck_assert_uint_eq(said("NETBOX_RENUMBERED") + said("NETBOX_REPLACED"), 0);
}
END_TEST

/* What Kea has of ours from the start is put back as it is, and then told in our words: nobody calls that a change. */
START_TEST(test_what_was_put_back_before_the_first_sync_has_not_changed)
{
	start_again("", "{'Dhcp4': {'subnet4': [{'id': 1, 'subnet': '10.0.0.0/24', 'valid-lifetime': 4000, 'user-context':"
	                " {'netbox_prefix_id': 1}}]}}");
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), 0);
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), 0);
	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_uint_eq(said("NETBOX_CHANGED"), 0);
	put_prefix(&model, 1, "10.0.0.0/24", "'custom_fields': {'dhcp_valid_lifetime': 60}");
	run();
	ck_assert_uint_eq(said("NETBOX_CHANGED"), 1);
}
END_TEST

START_TEST(test_hand_written_subnets_stay_where_only_the_marked_is_owned)
{
	start_again("'ownership': 'marked'", "{'Dhcp4': {'subnet4': [{'id': 70, 'subnet': '192.0.2.0/24'}]}}");
	put_site();
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 2);
	ck_assert_uint_eq(said("NETBOX_REPLACED"), 0);
	nbk_model_clear(&model);
	run();
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "subnet4", NULL), "[{\"id\":70,\"subnet\":\"192.0.2.0/24\"}]");
}
END_TEST

START_TEST(test_check_only_never_sets)
{
	start_again("'check-only': true", EMPTY);
	put_site();
	run();
	ck_assert_uint_eq(kea.tests, 1);
	ck_assert_uint_eq(kea.sets, 0);
	ck_assert_uint_eq(said("NETBOX_CHECK_ONLY 3 added, 0 changed, 0 removed"), 1);
	ck_assert_uint_eq(said("NETBOX_ADDED"), 0);
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), 0);
	ck_assert_uint_eq(kea.sets, 0);
}
END_TEST

START_TEST(test_guard_holds_what_would_wipe)
{
	struct nbk_apply_report report;

	put_subnets(1, 40);
	run();
	nbk_model_clear(&model);
	run();
	nbk_apply_report(apply, &report);
	ck_assert_str_eq(report.held, "40 of 40 subnets (10.1.1.0/24, 10.1.2.0/24, 10.1.3.0/24, …)");
	ck_assert_uint_eq(report.counts[NBK_SUBNET], 40);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 40);
	/* All is back: nothing is held. */
	put_subnets(1, 39);
	run();
	nbk_apply_report(apply, &report);
	ck_assert_str_eq(report.held, "");
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 39);
}
END_TEST

START_TEST(test_guard_lets_additions_and_changes_pass)
{
	put_subnets(1, 40);
	run();
	nbk_model_clear(&model);
	put_subnets(41, 42);
	put_prefix(&model, 1, "10.1.1.0/24", "'custom_fields': {'dhcp_valid_lifetime': 60}");
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 42);
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "subnet4", "0", "valid-lifetime", NULL), "60");
}
END_TEST

START_TEST(test_guard_counts_removals_one_by_one)
{
	struct nbk_apply_report report;
	int i;

	put_subnets(1, 40);
	run();
	for (i = 1; i <= 40; i++) {
		nbk_table_remove(&model.rows[NBK_SUBNET], i);
		ck_assert_int_eq(run_as(false), 0);
	}
	nbk_apply_report(apply, &report);
	ck_assert_uint_eq(report.counts[NBK_SUBNET], 28);
	ck_assert_str_eq(report.held, "28 of 40 subnets (10.1.13.0/24, 10.1.14.0/24, 10.1.15.0/24, …), 12 went before");
}
END_TEST

START_TEST(test_what_kea_refuses_is_not_told_to_be_held)
{
	int (*config_test)(void *, const char *, struct nbk_error *) = kea.kea.config_test;
	struct nbk_apply_report report;

	put_subnets(1, 20);
	put_prefix(&model, 21, "10.2.0.0/24", NULL);
	run();
	kea.kea.config_test = interface_is_gone;
	put_prefix(&model, 22, "10.2.1.0/24", NULL);
	ck_assert_int_eq(run_as(false), -1);
	kea.kea.config_test = config_test;
	kea.refused_object = "10.1.";
	run();
	nbk_apply_report(apply, &report);
	ck_assert_uint_eq(report.counts[NBK_SUBNET], 2);
	ck_assert_str_eq(report.held, "");
}
END_TEST

START_TEST(test_guard_is_counted_anew_after_a_full_sync_within_the_bounds)
{
	struct nbk_apply_report report;

	put_subnets(1, 40);
	run();
	nbk_model_clear(&model);
	put_subnets(11, 40);
	run();
	nbk_model_clear(&model);
	put_subnets(21, 40);
	run();
	nbk_apply_report(apply, &report);
	ck_assert_uint_eq(report.counts[NBK_SUBNET], 20);
	ck_assert_str_eq(report.held, "");
}
END_TEST

START_TEST(test_guard_knows_what_was_served_before_the_start)
{
	struct nbk_buf running;
	int i;

	nbk_buf_init(&running, NBK_BUF_UNBOUND);
	nbk_buf_adds(&running, "{'Dhcp4': {'subnet4': [");
	for (i = 1; i <= 40; i++)
		nbk_buf_addf(&running, "%s{'id': %d, 'subnet': '10.1.%d.0/24', 'user-context': {'netbox_prefix_id': %d}}", i == 1 ? "" : ",", i,
		             i, i);
	nbk_buf_adds(&running, "]}}");
	start_again("", nbk_buf_text(&running));
	nbk_buf_clear(&running);
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 40);
}
END_TEST

START_TEST(test_guard_released_by_the_parameter)
{
	put_subnets(1, 40);
	run();
	nbk_model_clear(&model);
	run();
	config->max_removal_percent = 100;
	run();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 0);
}
END_TEST

START_TEST(test_put_back_serves_what_was_served)
{
	put_site();
	run();
	fake_kea_replace(&kea, "{'Dhcp4': {'valid-lifetime': 77}}");
	ck_assert_msg(nbk_apply_put_back(apply, config, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 1);
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "valid-lifetime", NULL), "77");
	ck_assert_uint_eq(said("NETBOX_RESUMED 1 subnets, 1 pools, 1 reservations"), 1);
	run();
	ck_assert_uint_eq(kea.sets, 2);
}
END_TEST

START_TEST(test_put_back_with_nothing_served_touches_nothing)
{
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), 0);
	ck_assert_uint_eq(kea.sets, 0);
}
END_TEST

START_TEST(test_what_keas_own_file_has_of_ours_counts_as_served)
{
	struct nbk_apply_report report;

	fake_kea_replace(&kea, "{'Dhcp4': {'subnet4': [{'id': 1, 'subnet': '10.0.0.0/24', 'user-context': {'netbox_prefix_id': 1}}]}}");
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), 0);
	nbk_apply_report(apply, &report);
	ck_assert_uint_eq(report.counts[NBK_SUBNET], 1);
	ck_assert_uint_eq(kea.sets, 0);
}
END_TEST

START_TEST(test_guard_holds_what_lies_in_a_held_subnet)
{
	struct nbk_apply_report report;

	put_subnets(1, 40);
	put_range(&model, 7, "10.1.5.10/24", "10.1.5.20/24", NULL);
	put_reservation(&model, 8, "10.1.5.5/24", "02:00:00:00:00:01");
	run();
	nbk_table_clear(&model.rows[NBK_SUBNET]);
	run();
	nbk_apply_report(apply, &report);
	ck_assert_uint_eq(report.counts[NBK_SUBNET], 40);
	ck_assert_uint_eq(report.counts[NBK_POOL], 1);
	ck_assert_uint_eq(report.counts[NBK_RESERVATION], 1);
}
END_TEST

START_TEST(test_put_back_serves_what_kea_still_takes)
{
	put_site();
	put_prefix(&model, 9, "10.0.9.0/24", "'custom_fields': {'dhcp_boot_file_name': 'zzz'}");
	run();
	kea.refused_object = kea.refused_test = "zzz";
	fake_kea_replace(&kea, EMPTY);
	ck_assert_msg(nbk_apply_put_back(apply, config, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 1);
}
END_TEST

START_TEST(test_put_back_where_kea_is_stale_or_fails)
{
	put_site();
	run();
	fake_kea_replace(&kea, EMPTY);
	kea.changes = 1;
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), 0);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	kea.failing = NBK_ECANCELED;
	ck_assert_int_eq(nbk_apply_put_back(apply, config, &err), -1);
	ck_assert_int_eq(err.code, NBK_ECANCELED);
}
END_TEST

START_TEST(test_findings_are_said_once)
{
	put_prefix(&model, 1, "10.0.0.0/16", NULL);
	put_prefix(&model, 2, "10.0.1.0/24", NULL);
	put_address(&model, 3, "10.0.1.5/24", "'dns_name': 'büro', 'custom_fields': {'dhcp_reservation_hw_address': '02:00:00:00:00:01'}");
	run();
	run();
	ck_assert_uint_eq(said("NETBOX_NESTED 10.0.0.0/16 (id 1)|10.0.1.0/24 (id 2)"), 1);
	ck_assert_uint_eq(said("NETBOX_HOSTNAME_CHANGED"), 1);
	ck_assert_uint_eq(said("büro|b-ro"), 1);
}
END_TEST

START_TEST(test_shared_network_s_member_becomes_ours)
{
	start_again("", "{'Dhcp4': {'shared-networks': [{'name': 'floor', 'subnet4': [{'id': 1, 'subnet': '10.0.0.0/24'},"
	                "{'id': 50, 'subnet': '10.0.5.0/24'}]}], 'subnet4': []}}");
	put_site();
	run();
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "shared-networks", "0", "subnet4", "0", "user-context", NULL), "{\"netbox_prefix_id\":1}");
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 2);
	run();
	ck_assert_uint_eq(kea.sets, 1);
	put_prefix(&model, 1, "10.0.0.0/25", NULL);
	nbk_table_remove(&model.rows[NBK_POOL], 2);
	run();
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "shared-networks", "0", "subnet4", "0", "subnet", NULL), "\"10.0.0.0/25\"");
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 2);
}
END_TEST

/* 200 good objects and faults of every kind: the good are served. */
START_TEST(test_faults_never_stop_the_rest)
{
	struct nbk_apply_report report;
	char address[32], mac[32];
	int i;

	put_prefix(&model, 1, "10.0.0.0/24", NULL);
	for (i = 1; i <= 200; i++) {
		snprintf(address, sizeof(address), "10.0.0.%d/24", i);
		snprintf(mac, sizeof(mac), "02:00:00:00:00:%02x", i);
		put_reservation(&model, i, address, mac);
	}
	put_reservation(&model, 301, "10.0.0.1/24", "02:00:00:00:01:01");
	put_reservation(&model, 302, "10.0.0.202/24", "02:00:00:00:00:01");
	put_reservation(&model, 303, "10.0.0.203/24", "x");
	put_reservation(&model, 304, "10.0.0.255/24", "02:00:00:00:01:04");
	put_reservation(&model, 305, "10.0.0.205/24", "02:00:00:00:01:05");
	put_prefix(&model, 306, "10.0.0.0/24", "'vrf': {'id': 1}");
	put_range(&model, 307, "10.0.0.240/24", "10.0.1.7/24", NULL);
	kea.refused_object = "10.0.0.205";
	run();
	nbk_apply_report(apply, &report);
	ck_assert_uint_eq(report.counts[NBK_RESERVATION], 200);
	ck_assert_uint_eq(report.left_out, 7);
	ck_assert_uint_eq(said("NETBOX_LEFT_OUT"), 7);
	for (i = 301; i <= 307; i++) {
		snprintf(address, sizeof(address), "NetBox id %d,", i);
		ck_assert_uint_eq(said(address), 1);
	}
}
END_TEST

Suite *
suite_apply(void)
{
	Suite *suite = suite_create("apply");
	TCase *tcase = tcase_create("apply");

	tcase_set_timeout(tcase, 600);
	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_run_serves_what_netbox_says);
	tcase_add_test(tcase, test_run_twice_does_not_touch_kea);
	tcase_add_test(tcase, test_empty_netbox_and_empty_kea_are_left_alone);
	tcase_add_test(tcase, test_one_line_a_change);
	tcase_add_test(tcase, test_what_kea_s_parsers_refuse_is_left_out_alone);
	tcase_add_test(tcase, test_subnet_that_is_refused_takes_its_children_along);
	tcase_add_test(tcase, test_refusals_are_tried_again_at_a_full_sync);
	tcase_add_test(tcase, test_faulty_change_keeps_the_last_good);
	tcase_add_test(tcase, test_last_good_and_new_version_both_refused_come_to_an_end);
	tcase_add_test(tcase, test_subnets_that_are_judged_anew_come_to_an_end);
	tcase_add_test(tcase, test_refused_config_test_leaves_the_last_good);
	tcase_add_test(tcase, test_refused_config_set_is_put_back);
	tcase_add_test(tcase, test_try_later_is_tried_later);
	tcase_add_test(tcase, test_stale_configuration_is_looked_at_again);
	tcase_add_test(tcase, test_configuration_that_never_rests_is_tried_later);
	tcase_add_test(tcase, test_hand_written_subnets_are_replaced_and_named_once);
	tcase_add_test(tcase, test_hand_written_subnet_of_the_same_prefix_loses_its_id_or_is_taken_over);
	tcase_add_test(tcase, test_check_only_names_what_is_not_from_netbox);
	tcase_add_test(tcase, test_what_was_put_back_before_the_first_sync_has_not_changed);
	tcase_add_test(tcase, test_hand_written_subnets_stay_where_only_the_marked_is_owned);
	tcase_add_test(tcase, test_check_only_never_sets);
	tcase_add_test(tcase, test_guard_holds_what_would_wipe);
	tcase_add_test(tcase, test_guard_lets_additions_and_changes_pass);
	tcase_add_test(tcase, test_guard_counts_removals_one_by_one);
	tcase_add_test(tcase, test_what_kea_refuses_is_not_told_to_be_held);
	tcase_add_test(tcase, test_guard_is_counted_anew_after_a_full_sync_within_the_bounds);
	tcase_add_test(tcase, test_guard_knows_what_was_served_before_the_start);
	tcase_add_test(tcase, test_guard_released_by_the_parameter);
	tcase_add_test(tcase, test_put_back_serves_what_was_served);
	tcase_add_test(tcase, test_put_back_with_nothing_served_touches_nothing);
	tcase_add_test(tcase, test_what_keas_own_file_has_of_ours_counts_as_served);
	tcase_add_test(tcase, test_guard_holds_what_lies_in_a_held_subnet);
	tcase_add_test(tcase, test_put_back_serves_what_kea_still_takes);
	tcase_add_test(tcase, test_put_back_where_kea_is_stale_or_fails);
	tcase_add_test(tcase, test_findings_are_said_once);
	tcase_add_test(tcase, test_shared_network_s_member_becomes_ours);
	tcase_add_test(tcase, test_faults_never_stop_the_rest);
	suite_add_tcase(suite, tcase);
	return suite;
}
