/* SPDX-License-Identifier: MPL-2.0 */
#include "map.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdlib.h>

static struct nbk_map map;

static void
compile(const char *text)
{
	struct json_object *value = json(text);
	struct nbk_buf faults;

	nbk_buf_init(&faults, 4096);
	ck_assert_msg(nbk_map_parse(&map, value, "the-map", &faults) == 0, "%s", nbk_buf_text(&faults));
	ck_assert_uint_eq(faults.length, 0);
	json_object_put(value);
}

static void
stop(void)
{
	nbk_map_clear(&map);
}

/* New: the faults of a map. */
static char *
map_faults(const char *text)
{
	struct json_object *value = json(text);
	struct nbk_buf faults;

	nbk_buf_init(&faults, 4096);
	ck_assert_msg(nbk_map_parse(&map, value, "the-map", &faults) < 0, "%s", text);
	nbk_map_clear(&map);
	json_object_put(value);
	return nbk_buf_take(&faults);
}

static void
assert_fault(const char *text, const char *part)
{
	char *faults = map_faults(text);

	assert_has(faults, part);
	assert_has(faults, "the-map");
	free(faults);
}

/* The value that the row has for a key, as JSON; "none". */
static void
assert_first(const char *key, const char *row, const char *mac, const char *expected)
{
	struct json_object *object = json(row), *mac_value = mac == NULL ? NULL : json_object_new_string(mac);
	struct json_object **values = nbk_map_extract(&map, object), *first;

	first = nbk_map_first(&map, nbk_map_find(&map, key), values, mac_value);
	ck_assert_str_eq(first == NULL ? "none" : json_object_to_json_string(first), expected);
	nbk_map_values_free(values, map.path_count);
	json_object_put(mac_value);
	json_object_put(object);
}

START_TEST(test_keys_are_split_at_the_first_dot)
{
	compile("{'valid-lifetime': 'a', 'option-data.domain-search': 'b', 'user-context.a.b': 'c'}");
	ck_assert_str_eq(nbk_map_find(&map, "valid-lifetime")->outer, "valid-lifetime");
	ck_assert_ptr_null(nbk_map_find(&map, "valid-lifetime")->inner);
	ck_assert_str_eq(nbk_map_find(&map, "option-data.domain-search")->outer, "option-data");
	ck_assert_str_eq(nbk_map_find(&map, "option-data.domain-search")->inner, "domain-search");
	ck_assert_str_eq(nbk_map_find(&map, "user-context.a.b")->inner, "a.b");
	ck_assert_ptr_null(nbk_map_find(&map, "option-data"));
}
END_TEST

/* What a map with one key says of its option. */
static const struct nbk_option *
option_of(const char *text)
{
	nbk_map_clear(&map);
	compile(text);
	return map.entries[0].is_option ? &map.entries[0].option : NULL;
}

START_TEST(test_option_is_named_by_its_key)
{
	const struct nbk_option *option = option_of("{'option-data.routers': 'a'}");

	ck_assert_str_eq(option->name, "routers");
	ck_assert_uint_eq(option->code, 0);
	ck_assert_ptr_null(option->space);
	ck_assert(!option->has_csv_format && !option->always_send);
	option = option_of("{'option-data.121': {'path': ['a', 'b']}}");
	ck_assert_ptr_null(option->name);
	ck_assert_uint_eq(option->code, 121);
	assert_first("option-data.121", "{'b': 1}", NULL, "1");
	ck_assert_str_eq(option_of("{'option-data.6rd': 'a'}")->name, "6rd");
	ck_assert_ptr_null(option_of("{'option-data': 'a'}"));
	ck_assert_ptr_null(option_of("{'valid-lifetime': {'path': 'a'}}"));
	assert_first("valid-lifetime", "{'a': 5}", NULL, "5");
}
END_TEST

START_TEST(test_option_is_named_beside_its_path)
{
	const struct nbk_option *option = option_of("{'option-data.3': {'path': 'a', 'name': 'server', 'space': 'blue', 'csv-format': false}}");

	ck_assert_str_eq(option->name, "server");
	ck_assert_uint_eq(option->code, 0);
	ck_assert_str_eq(option->space, "blue");
	ck_assert(option->has_csv_format && !option->csv_format && !option->always_send);
	option = option_of("{'option-data.label': {'path': 'a', 'code': 7, 'always-send': true, 'csv-format': true}}");
	ck_assert_ptr_null(option->name);
	ck_assert_uint_eq(option->code, 7);
	ck_assert(option->has_csv_format && option->csv_format && option->always_send);
}
END_TEST

START_TEST(test_first_that_counts_wins)
{
	compile("{'hostname': ['dns_name', 'custom_fields.name', 'assigned_object.device.name']}");
	assert_first("hostname", "{'dns_name': 'a', 'custom_fields': {'name': 'b'}}", NULL, "\"a\"");
	assert_first("hostname", "{'dns_name': '', 'custom_fields': {'name': 'b'}}", NULL, "\"b\"");
	assert_first("hostname", "{'dns_name': null, 'custom_fields': {'name': []}, 'assigned_object': {'device': {'name': 'c'}}}", NULL,
	             "\"c\"");
	assert_first("hostname", "{'custom_fields': {'name': 0}}", NULL, "0");
	assert_first("hostname", "{'custom_fields': {'name': false}}", NULL, "false");
	assert_first("hostname", "{'custom_fields': 'no map', 'assigned_object': null}", NULL, "none");
	assert_first("hostname", "{}", NULL, "none");
}
END_TEST

START_TEST(test_both_paths_to_a_mac_mean_the_interface_s)
{
	compile("{'hw-address': ['custom_fields.mac', 'assigned_object.mac_address'],"
	        " 'client-id': 'assigned_object.primary_mac_address.mac_address'}");
	assert_first("hw-address", "{'custom_fields': {'mac': 'x'}}", "02:00:00:00:00:01", "\"x\"");
	assert_first("hw-address", "{'custom_fields': {'mac': ''}}", "02:00:00:00:00:01", "\"02:00:00:00:00:01\"");
	assert_first("client-id", "{}", "02:00:00:00:00:01", "\"02:00:00:00:00:01\"");
	assert_first("client-id", "{}", NULL, "none");
}
END_TEST

START_TEST(test_a_path_used_twice_is_kept_once)
{
	compile("{'a': ['x.y', 'z'], 'b': ['z', 'x.y']}");
	ck_assert_uint_eq(map.path_count, 2);
	assert_first("a", "{'x': {'y': 1}, 'z': 2}", NULL, "1");
	assert_first("b", "{'x': {'y': 1}, 'z': 2}", NULL, "2");
}
END_TEST

START_TEST(test_faults_are_named)
{
	assert_fault("[]", "wants a map");
	assert_fault("'text'", "wants a map");
	assert_fault("{'a': 3}", "\"a\" wants a path");
	assert_fault("{'a': null}", "\"a\" wants a path");
	assert_fault("{'a': ''}", "\"a\" wants a path");
	assert_fault("{'a': 'x..y'}", "\"a\" wants a path");
	assert_fault("{'a': ['x', 4]}", "\"a\" wants a path");
	assert_fault("{'a': []}", "the list of \"a\" is empty");
	assert_fault("{'.a': 'x'}", "\".a\" is no key");
	assert_fault("{'a.': 'x'}", "\"a.\" is no key");
	assert_fault("{'': 'x'}", "\"\" is no key");
	assert_fault("{'user-context.a\\\"b': 'x'}", "is no key");
	assert_fault("{'user-context.a\\\\b': 'x'}", "is no key");
	assert_fault("{'user-context.a\\u0001b': 'x'}", "is no key");
}
END_TEST

START_TEST(test_faults_beside_a_path_are_named)
{
	assert_fault("{'a': {}}", "\"a\" has no \"path\"");
	assert_fault("{'option-data.a': {'name': 'b'}}", "\"option-data.a\" has no \"path\"");
	assert_fault("{'a': {'path': {'path': 'x'}}}", "\"a\" wants a path");
	assert_fault("{'a': {'path': []}}", "the list of \"a\" is empty");
	assert_fault("{'a': {'path': 'x', 'space': 'y'}}", "\"space\" may stand beside the path of an option only");
	assert_fault("{'option-data': {'path': 'x', 'space': 'y'}}", "\"space\" may stand beside the path of an option only");
	assert_fault("{'option-data.a': {'path': 'x', 'csv_format': true}}", "\"csv_format\" is none of path, name");
	assert_fault("{'option-data.a': {'path': 'x', 'data': 'y'}}", "\"data\" is none of path, name");
	assert_fault("{'option-data.a': {'path': 'x', 'csv-format': 'no'}}", "\"csv-format\" wants true or false");
	assert_fault("{'option-data.a': {'path': 'x', 'always-send': 1}}", "\"always-send\" wants true or false");
	assert_fault("{'option-data.a': {'path': 'x', 'code': '43'}}", "\"code\" wants a number from 1 to 65535");
	assert_fault("{'option-data.a': {'path': 'x', 'code': 0}}", "\"code\" wants a number from 1 to 65535");
	assert_fault("{'option-data.a': {'path': 'x', 'code': 65536}}", "\"code\" wants a number from 1 to 65535");
	assert_fault("{'option-data.a': {'path': 'x', 'name': ''}}", "\"name\" wants a text");
	assert_fault("{'option-data.a': {'path': 'x', 'space': null}}", "\"space\" wants a text");
	assert_fault("{'option-data.0': 'x'}", "\"option-data.0\": the code of an option");
	assert_fault("{'option-data.99999999999999999999': 'x'}", "the code of an option");
}
END_TEST

START_TEST(test_a_key_that_is_a_value_and_a_map_is_a_fault)
{
	assert_fault("{'option-data': 'custom_fields.all', 'option-data.routers': 'custom_fields.routers'}", "\"option-data\"");
	assert_fault("{'relay.ip-addresses': 'custom_fields.a', 'relay': 'custom_fields.b'}", "\"relay\"");
}
END_TEST

START_TEST(test_every_fault_is_named)
{
	char *faults = map_faults("{'a': 3, 'b': 'good', 'c': [], 'option-data.d': {'space': 1, 'code': true, 'foo': 2}}");

	assert_has(faults, "\"a\"");
	assert_lacks(faults, "\"b\"");
	assert_has(faults, "\"c\"");
	assert_has(faults, "\"space\"");
	assert_has(faults, "\"code\"");
	assert_has(faults, "\"foo\"");
	assert_has(faults, "has no \"path\"");
	free(faults);
}
END_TEST

Suite *
suite_map(void)
{
	Suite *suite = suite_create("map");
	TCase *tcase = tcase_create("map");

	tcase_add_checked_fixture(tcase, NULL, stop);
	tcase_add_test(tcase, test_keys_are_split_at_the_first_dot);
	tcase_add_test(tcase, test_option_is_named_by_its_key);
	tcase_add_test(tcase, test_option_is_named_beside_its_path);
	tcase_add_test(tcase, test_first_that_counts_wins);
	tcase_add_test(tcase, test_both_paths_to_a_mac_mean_the_interface_s);
	tcase_add_test(tcase, test_a_path_used_twice_is_kept_once);
	tcase_add_test(tcase, test_faults_are_named);
	tcase_add_test(tcase, test_faults_beside_a_path_are_named);
	tcase_add_test(tcase, test_a_key_that_is_a_value_and_a_map_is_a_fault);
	tcase_add_test(tcase, test_every_fault_is_named);
	suite_add_tcase(suite, tcase);
	return suite;
}
