/* SPDX-License-Identifier: MPL-2.0 */
/* Each allocation fails in turn: what runs out of memory says so, and neither crashes nor leaks (the sanitizers see that). The linker hands
 * the core's calls of these functions to the ones here (-Wl,--wrap); what libraries allocate by themselves goes on working. */
#include "apply.h"
#include "config_write.h"
#include "fake_kea.h"
#include "suites.h"
#include "support.h"
#include "webhook.h"

#include <check.h>
#include <errno.h>
#include <glob.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_ALLOCATIONS 100000

static long left = -1; /* allocations that succeed before one fails; -1: all do */
static bool failed;

static bool
fails(void)
{
	if (left < 0)
		return false;
	if (left-- > 0)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

#define WRAP(type, name, parameters, arguments)   \
	type __real_##name parameters;            \
	type __wrap_##name parameters;            \
	type __wrap_##name parameters             \
	{                                         \
		return fails() ? NULL : __real_##name arguments; \
	}

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *old, size_t size), (old, size))
WRAP(char *, strdup, (const char *text), (text))
WRAP(char *, strndup, (const char *text, size_t length), (text, length))
WRAP(void *, tsearch, (const void *key, void **root, int (*compare)(const void *, const void *)), (key, root, compare))
WRAP(struct json_object *, json_object_new_object, (void), ())
WRAP(struct json_object *, json_object_new_array, (void), ())
WRAP(struct json_object *, json_object_new_string, (const char *text), (text))
WRAP(struct json_object *, json_object_new_int64, (int64_t number), (number))
WRAP(struct json_object *, json_tokener_parse, (const char *text), (text))
WRAP(struct json_tokener *, json_tokener_new_ex, (int depth), (depth))

int __wrap_asprintf(char **text, const char *format, ...);
int
__wrap_asprintf(char **text, const char *format, ...)
{
	va_list args;
	int length;

	if (fails()) {
		/* glibc leaves the pointer as it is. */
		*text = (char *)1;
		return -1;
	}
	va_start(args, format);
	length = vasprintf(text, format, args);
	va_end(args);
	return length;
}

/* Runs with the first, the second, … allocation failing, until none fails any more. `run` must say whether it failed. */
static void
fail_each(bool (*run)(void))
{
	long n;

	for (n = 0; n < MOST_ALLOCATIONS; n++) {
		bool good;

		failed = false;
		left = n;
		good = run();
		left = -1;
		if (!failed) {
			ck_assert_msg(good, "fails with all the memory that it wants");
			ck_assert_int_gt(n, 0);
			return;
		}
	}
	ck_abort_msg("no end");
}

/* What tests allocate does not fail. */
static long
pause_failing(void)
{
	long now = left;

	left = -1;
	return now;
}

static bool
parse_config(void)
{
	struct nbk_buf faults;
	struct nbk_config *parsed;
	bool good;

	nbk_buf_init(&faults, 4096);
	parsed = nbk_config_parse("{'netbox-url': 'https://netbox.example', 'ownership': 'marked', 'secret': 's', 'prefix-filter':"
	                          "{'status': ['a', 'b'], 'cf_x': true}, 'subnet-prefix-map': {'option-data.routers': ['a.b', 'c']}}", 4,
	                          &faults);
	left = -1;
	good = parsed != NULL;
	ck_assert(good || faults.failed || faults.length > 0);
	nbk_buf_clear(&faults);
	nbk_config_free(parsed);
	return good;
}

START_TEST(test_config_parse_without_memory)
{
	fail_each(parse_config);
}
END_TEST

static bool
parse_webhook(void)
{
	static const char body[] = "{\"event\": \"updated\", \"model\": \"prefix\", \"data\": {\"id\": 7, \"x\": [1, 2]}}";
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_hint hint;
	char name[64];
	enum nbk_webhook_verdict verdict = nbk_webhook_parse(body, strlen(body), &hint, name, &err);

	left = -1;
	ck_assert(verdict == NBK_WEBHOOK_HINT || err.code == NBK_ENOMEM);
	return verdict == NBK_WEBHOOK_HINT;
}

START_TEST(test_webhook_parse_without_memory)
{
	fail_each(parse_webhook);
}
END_TEST

static struct nbk_config *config;
static struct nbk_model model;
static struct nbk_kea_config *foreign;

static void
fill(struct nbk_model *into)
{
	put_prefix(into, 1, "10.0.0.0/16", "'custom_fields': {'dhcp_option_data_routers': '10.0.0.1', 'dhcp_valid_lifetime': 60}");
	put_prefix(into, 2, "10.0.1.0/24", NULL);
	put_prefix(into, 3, "10.0.1.0/24", "'vrf': {'id': 1}");
	put_prefix(into, 4, "10.0.9.0/24", "'custom_fields': {'dhcp_valid_lifetime': -1}");
	put_range(into, 1, "10.0.0.10/16", "10.0.0.20/16", NULL);
	put_range(into, 2, "10.0.0.15/16", "10.0.0.16/16", NULL);
	put_reservation(into, 1, "10.0.0.5/24", "02:00:00:00:00:01");
	put_reservation(into, 2, "10.0.0.6/24", "02:00:00:00:00:01");
	put_address(into, 3, "10.0.1.5/24", "'dns_name': 'büro', 'assigned_object_type': 'dcim.interface', 'assigned_object_id': 10");
	put_mac(into, 1, "02:00:00:00:00:03", 10);
}

static void
start(void)
{
	config = config_with("");
	nbk_model_init(&model, config);
	fill(&model);
	foreign = nbk_kea_config_new("{'Dhcp4': {'shared-networks': [{'subnet4': [{'id': 70, 'subnet': '10.7.0.0/24'}]}]}}", nbk_family(4), NBK_OWN_ALL, NULL);
}

/* The same of the other family: what it joins, what it delegates. */
static void
start6(void)
{
	config = config_of(6, "");
	nbk_model_init(&model, config);
	put_prefix(&model, 1, "2001:db8:1::/64", "'custom_fields': {'dhcp_valid_lifetime': 60}");
	put_prefix(&model, 2, "2001:db8:2::/64", NULL);
	put_range(&model, 1, "2001:db8:1::10/64", "2001:db8:1::20/64", NULL);
	put_address(&model, 1, "2001:db8:1::1/64", "'dns_name': 'a', 'custom_fields': {'dhcp_reservation_duid': '00:01:aa',"
	                                           "'dhcp_reservation_prefixes': '2001:db8:a::/56'}");
	put_address(&model, 2, "2001:db8:1::2/64", "'dns_name': 'b', 'custom_fields': {'dhcp_reservation_duid': '0001aa'}");
	put_reservation(&model, 3, "2001:db8:1::3/64", "02:00:00:00:00:03");
	put_row(&model, NBK_PD_POOL, "{'id': 9, 'prefix': '2001:db8:f000::/48', 'custom_fields': {'dhcp_pd_delegated_length': 56, 'dhcp_pd_subnet': 1}}");
	put_row(&model, NBK_PD_POOL, "{'id': 10, 'prefix': '2001:db8:e000::/48', 'custom_fields': {'dhcp_pd_delegated_length': 5, 'dhcp_pd_subnet': 'x'}}");
	foreign = nbk_kea_config_new("{'Dhcp6': {}}", nbk_family(6), NBK_OWN_ALL, NULL);
}

static void
stop(void)
{
	nbk_kea_config_free(foreign);
	nbk_model_clear(&model);
	nbk_config_free(config);
	said_forget();
}

static bool
make_desired(void)
{
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_state served;
	struct nbk_scope scope;
	struct nbk_verdicts verdicts;
	struct nbk_sources sources = { .config = config, .model = &model, .kea = foreign, .served = &served, .scope = &scope,
		                       .verdicts = &verdicts };
	struct nbk_desired *desired;
	bool good;

	nbk_state_init(&served);
	nbk_verdicts_init(&verdicts);
	nbk_scope_init(&scope, true);
	model.indexed = false;
	desired = nbk_desired_new(&sources, &err);
	left = -1;
	good = desired != NULL;
	ck_assert(good || err.code == NBK_ENOMEM);
	nbk_desired_free(desired);
	return good;
}

START_TEST(test_desired_without_memory)
{
	fail_each(make_desired);
}
END_TEST

static struct nbk_kea plain; /* the fake's functions */

static char *
get_with_memory(void *context, uint64_t *serial, struct nbk_error *err)
{
	long now = pause_failing();
	char *text = plain.config_get(context, serial, err);

	left = now;
	return text;
}

static int
check_with_memory(void *context, struct nbk_check *checks, size_t count, struct nbk_error *err)
{
	long now = pause_failing();
	int result = plain.check(context, checks, count, err);

	left = now;
	return result;
}

static int
test_with_memory(void *context, const char *text, struct nbk_error *err)
{
	long now = pause_failing();
	int result = plain.config_test(context, text, err);

	left = now;
	return result;
}

static int
set_with_memory(void *context, const char *next, const char *previous, uint64_t serial, struct nbk_error *err)
{
	long now = pause_failing();
	int result = plain.config_set(context, next, previous, serial, err);

	left = now;
	return result;
}

/* What of it is ours has several addresses. */
#define BEFORE6                                                                                                                      \
	"{'Dhcp6': {'subnet6': [{'id': 1, 'subnet': '2001:db8:1::/64', 'user-context': {'netbox_prefix_id': 1}, 'pd-pools': [{'prefix':" \
	"'2001:db8:f000::', 'prefix-len': 48, 'delegated-len': 56, 'user-context': {'netbox_prefix_id': 9}}], 'reservations': [{'duid':" \
	"'00:01:aa', 'ip-addresses': ['2001:db8:1::1', '2001:db8:1::2'], 'prefixes': ['2001:db8:a::/56'],"                                \
	"'user-context': {'netbox_ip_address_ids': [1, 2]}}]}]}}"

/* A run, and one more after what was not there is: what was short of memory comes right by itself. */
static bool
run_apply(void)
{
	long now = pause_failing();
	struct nbk_error err = { NBK_OK, "" };
	struct fake_kea kea;
	struct nbk_scope scope;
	struct nbk_apply_task task = { config, &model, &scope, true, NBK_OWN_ALL };
	struct nbk_apply *apply;
	int result = -1;

	fake_kea_init(&kea, config->family->number == 4 ? "{'Dhcp4': {'subnet4': [{'id': 90, 'subnet': '10.99.0.0/24'}]}}" : BEFORE6);
	plain = kea.kea;
	kea.kea.config_get = get_with_memory;
	kea.kea.check = check_with_memory;
	kea.kea.config_test = test_with_memory;
	kea.kea.config_set = set_with_memory;
	nbk_scope_init(&scope, true);
	left = now;
	apply = nbk_apply_new(NULL, &kea.kea);
	if (apply != NULL)
		result = nbk_apply_run(apply, &task, &err);
	left = -1;
	ck_assert(result == 0 || apply == NULL || err.code != NBK_OK);
	nbk_error_clear(&err);
	if (apply != NULL) {
		ck_assert_msg(nbk_apply_run(apply, &task, &err) == 0, "%s", err.text);
		ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 2);
		ck_assert_uint_eq(fake_kea_count(&kea, NBK_POOL), 1);
		ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 2);
		ck_assert_uint_eq(fake_kea_count(&kea, NBK_PD_POOL), config->family->number == 4 ? 0 : 1);
	}
	nbk_apply_free(apply);
	fake_kea_clear(&kea);
	return result == 0;
}

START_TEST(test_apply_without_memory)
{
	fail_each(run_apply);
}
END_TEST

START_TEST(test_the_other_family_without_memory)
{
	stop();
	start6();
	fail_each(make_desired);
	fail_each(run_apply);
}
END_TEST

static bool
put_rows(void)
{
	static const char row[] = "{'id': 1, 'prefix': '10.0.0.0/24', 'custom_fields': {'dhcp_valid_lifetime': 5}}";
	static const char interface[] = "{'id': 10, 'mac_addresses': [{'id': 1, 'mac_address': 'x'}], 'primary_mac_address': {'mac_address': 'x'}}";
	long now = pause_failing();
	struct json_object *prefix = json(row), *faulty = json("{'id': 2, 'prefix': 'x'}"), *mac = json(interface);
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_model other;
	bool good;

	nbk_model_init(&other, config);
	left = now;
	good = nbk_model_put(&other, NBK_SUBNET, prefix, &err) == 0 && nbk_model_put(&other, NBK_SUBNET, faulty, &err) == 0 &&
	       nbk_model_put_interface(&other, NBK_OWNER_INTERFACE, mac, &err) == 0;
	left = -1;
	ck_assert(good || err.code == NBK_ENOMEM);
	nbk_model_clear(&other);
	json_object_put(prefix);
	json_object_put(faulty);
	json_object_put(mac);
	return good;
}

START_TEST(test_model_put_without_memory)
{
	fail_each(put_rows);
}
END_TEST

static char file[] = "/tmp/nbk-memory-XXXXXX";

static bool
file_has(const char *part)
{
	char text[512] = "";
	FILE *in = fopen(file, "r");

	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	return strstr(text, part) != NULL;
}

/* Over a file of which a copy stays: the old text or the new, and nothing half done beside it. */
static bool
write_config(void)
{
	long now = pause_failing();
	struct nbk_error err = { NBK_OK, "" };
	FILE *out = fopen(file, "w");
	char pattern[64];
	glob_t beside;
	size_t i;
	bool good;

	fputs("{\"Dhcp4\": {}} # old", out);
	fclose(out);
	left = now;
	good = nbk_config_write(file, "{\"Dhcp4\": {\"new\": 1}}", nbk_family(4), NULL, &err) == 0;
	left = -1;
	ck_assert(good || err.code == NBK_ENOMEM);
	ck_assert(file_has(good ? "new" : "# old"));
	snprintf(pattern, sizeof(pattern), "%s.*", file);
	ck_assert_int_eq(glob(pattern, 0, NULL, &beside), good ? 0 : GLOB_NOMATCH);
	for (i = 0; i < beside.gl_pathc; i++)
		unlink(beside.gl_pathv[i]);
	globfree(&beside);
	return good;
}

START_TEST(test_config_write_without_memory)
{
	close(mkstemp(file));
	fail_each(write_config);
	unlink(file);
}
END_TEST

Suite *
suite_memory(void)
{
	Suite *suite = suite_create("memory");
	TCase *tcase = tcase_create("memory");

	tcase_set_timeout(tcase, 600);
	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_config_parse_without_memory);
	tcase_add_test(tcase, test_webhook_parse_without_memory);
	tcase_add_test(tcase, test_desired_without_memory);
	tcase_add_test(tcase, test_apply_without_memory);
	tcase_add_test(tcase, test_the_other_family_without_memory);
	tcase_add_test(tcase, test_model_put_without_memory);
	tcase_add_test(tcase, test_config_write_without_memory);
	suite_add_tcase(suite, tcase);
	return suite;
}
