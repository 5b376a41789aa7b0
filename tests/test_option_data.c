/* SPDX-License-Identifier: MPL-2.0 */
#include "option_data.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nbk_kea_config *kea;
static struct nbk_error err;

/* Kea's configuration, with the operator's definitions. */
static void
start_with(uint8_t family, const char *definitions)
{
	struct json_object *object;
	struct nbk_buf text;

	nbk_buf_init(&text, 4096);
	nbk_buf_addf(&text, "{'Dhcp%d': {'option-def': [%s]}}", family, definitions);
	object = json(nbk_buf_text(&text));
	kea = nbk_kea_config_new(json_object_to_json_string(object), nbk_family(family), NBK_OWN_ALL, NULL);
	ck_assert_ptr_nonnull(kea);
	json_object_put(object);
	nbk_buf_clear(&text);
}

static void
start(void)
{
	start_with(4, "");
}

static void
stop(void)
{
	nbk_kea_config_free(kea);
}

static void
define(const char *definitions)
{
	nbk_kea_config_free(kea);
	start_with(4, definitions);
}

static void
define6(const char *definitions)
{
	nbk_kea_config_free(kea);
	start_with(6, definitions);
}

/* Adds the options of a map, each with its value of the row, to an object. -1: one was refused. */
static int
add_all(struct json_object *object, const char *map_text, const char *row_text)
{
	struct json_object *map_json = json(map_text), *row = json(row_text), **values;
	struct nbk_map map;
	int result = 0;
	size_t i;

	nbk_error_clear(&err);
	ck_assert_int_eq(nbk_map_parse(&map, map_json, "map", NULL), 0);
	values = nbk_map_extract(&map, row);
	for (i = 0; i < map.count && result == 0; i++) {
		struct json_object *value = nbk_map_first(&map, &map.entries[i], values, NULL);

		if (value != NULL)
			result = nbk_option_data_add(object, &map.entries[i], value, kea, &err);
	}
	if (result == 0)
		result = nbk_option_data_add_carriers(object, kea, &err);
	nbk_map_values_free(values, map.path_count);
	nbk_map_clear(&map);
	json_object_put(map_json);
	json_object_put(row);
	return result;
}

/* What the map makes of the row is the list, equal to the text's. */
static void
assert_options(const char *map, const char *row, const char *expected)
{
	struct json_object *object = json("{}"), *wanted = json(expected), *found;

	ck_assert_msg(add_all(object, map, row) == 0, "%s", err.text);
	found = json_object_object_get(object, "option-data");
	ck_assert_msg(json_object_equal(found, wanted), "%s", json_object_to_json_string_ext(found, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
	json_object_put(wanted);
}

static void
assert_refused(const char *object_text, const char *value, const char *part)
{
	struct json_object *object = json(object_text);
	struct nbk_buf row;

	nbk_buf_init(&row, NBK_BUF_UNBOUND);
	nbk_buf_addf(&row, "{'value': %s}", value);
	ck_assert_int_eq(add_all(object, "{'option-data.routers': 'value'}", nbk_buf_text(&row)), -1);
	ck_assert_int_eq(err.code, NBK_EDATA);
	assert_has(err.text, part);
	nbk_buf_clear(&row);
	json_object_put(object);
}

/* The data that an option has of a value. */
static void
assert_data(const char *key, const char *value, const char *expected)
{
	struct json_object *object = json("{}"), *map = json_object_new_object(), *option;
	struct nbk_buf row;

	nbk_buf_init(&row, NBK_BUF_UNBOUND);
	nbk_buf_addf(&row, "{'value': %s}", value);
	json_object_object_add(map, key, json_object_new_string("value"));
	ck_assert_msg(add_all(object, json_object_to_json_string(map), nbk_buf_text(&row)) == 0, "%s: %s", value, err.text);
	option = json_object_array_get_idx(json_object_object_get(object, "option-data"), 0);
	ck_assert_str_eq(json_object_get_string(json_object_object_get(option, "data")), expected);
	nbk_buf_clear(&row);
	json_object_put(map);
	json_object_put(object);
}

START_TEST(test_add_makes_one_text_of_every_value)
{
	static const char *const cases[][2] = {
		{ "'10.0.0.1'", "10.0.0.1" },
		{ "['10.0.0.1', '10.0.0.2/24']", "10.0.0.1, 10.0.0.2" },
		{ "['a.example', 'b.example']", "a.example, b.example" },
		{ "{'value': 'x', 'label': 'X'}", "x" },
		{ "[{'value': 'x', 'label': 'X'}, {'value': 'y', 'label': 'Y'}]", "x, y" },
		{ "{'id': 1, 'address': '10.0.0.1/24', 'name': 'n', 'display': 'd'}", "10.0.0.1" },
		{ "[{'id': 1, 'address': '10.0.0.1/24'}, {'id': 2, 'address': '10.0.0.2/24'}]", "10.0.0.1, 10.0.0.2" },
		{ "{'id': 1, 'name': 'n', 'display': 'd'}", "n" },
		{ "{'id': 1, 'display': 'd'}", "d" },
		{ "42", "42" },
		{ "true", "true" },
		/* Not an address with its mask: a route. */
		{ "'10.0.0.0/8 - 10.0.0.1'", "10.0.0.0/8 - 10.0.0.1" },
		{ "'/boot/x'", "/boot/x" },
		{ "'Grüße'", "Grüße" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_data("option-data.x", cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(test_add_gathers_by_name_and_by_code)
{
	assert_options("{'option-data.routers': 'a', 'option-data.121': 'b', 'option-data.6a': 'c', 'option-data.none': 'd'}",
	               "{'a': '10.0.0.1', 'b': '080a0a000001', 'c': 1}",
	               "[{'name': 'routers', 'data': '10.0.0.1'}, {'code': 121, 'data': '080a0a000001'}, {'name': '6a', 'data': '1'}]");
}
END_TEST

START_TEST(test_add_tells_kea_what_stands_beside_the_path)
{
	assert_options("{'option-data.one': {'path': ['none', 'a'], 'name': 'server', 'space': 'blue', 'always-send': true},"
	               " 'option-data.two': {'path': 'a', 'name': 'server', 'space': 'red', 'csv-format': true},"
	               " 'option-data.43': {'path': 'b', 'csv-format': false, 'always-send': false},"
	               " 'option-data.three': {'path': 'a', 'code': 7}}",
	               "{'a': '10.0.0.1', 'b': '0102abcd'}",
	               "[{'name': 'server', 'space': 'blue', 'data': '10.0.0.1', 'always-send': true},"
	               " {'name': 'server', 'space': 'red', 'data': '10.0.0.1', 'csv-format': true},"
	               " {'code': 43, 'data': '0102abcd', 'csv-format': false}, {'code': 7, 'data': '10.0.0.1'}]");
}
END_TEST

START_TEST(test_add_refuses_what_is_blank_or_too_long_or_has_no_place)
{
	char *value = malloc(70003);

	memset(value, 'a', 70000);
	value[0] = value[69999] = '\'';
	value[70000] = '\0';
	assert_refused("{}", "' '", "routers: its value is blank");
	assert_refused("{}", "[' ', '']", "routers: its value is blank");
	assert_refused("{}", "','", "routers: its value is blank");
	assert_refused("{}", value, "routers: its value is longer than");
	assert_refused("{'option-data': 'x'}", "'10.0.0.1'", "routers: option-data has a value of its own");
	free(value);
}
END_TEST

START_TEST(test_comma_in_a_text_is_kept_from_kea)
{
	assert_data("option-data.root-path", "'10.0.0.1:/srv,vers=3,tcp'", "10.0.0.1:/srv\\,vers=3\\,tcp");
	assert_data("option-data.17", "',a'", "\\,a");
	/* As somebody writes it who knows Kea. */
	assert_data("option-data.17", "'/srv\\\\,vers=3'", "/srv\\,vers=3");
	assert_data("option-data.17", "'c:\\\\\\\\,d'", "c:\\\\\\,d");
	assert_data("option-data.tftp-server-name", "['a', 'b']", "a\\, b");
	assert_data("option-data.domain-search", "'a.example,b.example'", "a.example,b.example");
	assert_options("{'option-data.17': {'path': 'a', 'csv-format': false}, 'option-data.x': {'path': 'a', 'code': 17, 'space': 'blue'}}",
	               "{'a': 'b,c'}",
	               "[{'code': 17, 'data': 'b,c', 'csv-format': false}, {'code': 17, 'space': 'blue', 'data': 'b,c'}]");
}
END_TEST

START_TEST(test_comma_in_a_text_of_the_operator_s_definition)
{
	define("{'name': 'proxy', 'code': 252, 'type': 'string'}, {'name': 'list', 'code': 250, 'type': 'uint8', 'array': true},"
	       "{'name': 'proxy', 'code': 1, 'type': 'uint8', 'space': 'blue'}");
	assert_data("option-data.proxy", "'a,b'", "a\\,b");
	assert_data("option-data.252", "'a,b'", "a\\,b");
	assert_data("option-data.list", "'1,2'", "1,2");
	assert_data("option-data.251", "'1,2'", "1,2");
	assert_options("{'option-data.proxy': {'path': 'a', 'space': 'blue'}}", "{'a': '1,2'}",
	               "[{'name': 'proxy', 'space': 'blue', 'data': '1,2'}]");
}
END_TEST

/* Kea parts values at commas; a tuple, too, is a text that may have some. */
START_TEST(test_tuples_of_a_list_keep_their_commas)
{
	define6("{'name': 'words', 'code': 2222, 'type': 'tuple', 'array': true}");
	assert_data("option-data.bootfile-param", "['console=ttyS0,115200', 'a\\\\b', {'value': 'x', 'label': 'X'}]",
	            "console=ttyS0\\,115200, a\\\\b, x");
	assert_data("option-data.60", "'console=ttyS0,quiet'", "console=ttyS0,quiet");
	assert_data("option-data.words", "['a,b']", "a\\,b");
	assert_data("option-data.dns-servers", "['2001:db8::1,2001:db8::2']", "2001:db8::1,2001:db8::2");
	assert_options("{'option-data.60': {'path': 'a', 'csv-format': false}}", "{'a': ['0001', '61']}",
	               "[{'code': 60, 'data': '0001, 61', 'csv-format': false}]");
}
END_TEST

START_TEST(test_prefixes_keep_their_lengths)
{
	define6("{'name': 'net', 'code': 2222, 'type': 'ipv6-prefix'},"
	        "{'name': 'nets', 'code': 2223, 'type': 'record', 'record-types': 'uint8, ipv6-prefix'}");
	assert_data("option-data.net", "'2001:db8::/40'", "2001:db8::/40");
	assert_data("option-data.2222", "{'id': 1, 'display': '2001:db8::/40', 'prefix': '2001:db8::/40'}", "2001:db8::/40");
	assert_data("option-data.nets", "[7, '2001:db8::/40']", "7, 2001:db8::/40");
	assert_data("option-data.dns-servers", "'2001:db8::1/40'", "2001:db8::1");
	assert_options("{'option-data.s46-dmr': {'path': 'a', 'space': 's46-cont-mapt-options'}, 'option-data.91': 'a'}",
	               "{'a': '2001:db8::/40'}",
	               "[{'name': 's46-dmr', 'space': 's46-cont-mapt-options', 'data': '2001:db8::/40'},"
	               " {'code': 91, 'data': '2001:db8::'}, {'name': 's46-cont-mapt', 'code': 95}]");
}
END_TEST

#define VENDOR "'space': 'vendor-encapsulated-options-space'"

START_TEST(test_options_of_a_vendor_bring_option_43)
{
	assert_options("{'option-data.a': {'path': 'a', 'code': 1, " VENDOR "}, 'option-data.b': {'path': 'b', 'code': 2, " VENDOR "}}",
	               "{'a': '01', 'b': '02'}",
	               "[{'code': 1, " VENDOR ", 'data': '01'}, {'code': 2, " VENDOR ", 'data': '02'},"
	               " {'name': 'vendor-encapsulated-options', 'code': 43}]");
	assert_options("{'option-data.a': {'path': 'a', 'code': 1, " VENDOR "},"
	               " 'option-data.b': {'path': 'b', 'code': 2, " VENDOR ", 'always-send': true}}",
	               "{'a': '01', 'b': '02'}",
	               "[{'code': 1, " VENDOR ", 'data': '01'}, {'code': 2, " VENDOR ", 'data': '02', 'always-send': true},"
	               " {'name': 'vendor-encapsulated-options', 'code': 43, 'always-send': true}]");
	assert_options("{'option-data.43': {'path': 'a', 'csv-format': false}, 'option-data.b': {'path': 'b', 'code': 2, " VENDOR "}}",
	               "{'a': '010161', 'b': '02'}",
	               "[{'code': 43, 'data': '010161', 'csv-format': false}, {'code': 2, " VENDOR ", 'data': '02'}]");
}
END_TEST

START_TEST(test_option_43_of_bytes_that_kea_would_drop_is_refused)
{
	static const char *const good[] = { "0104c0000203", "01 04 c0 00 02 03", "0101610002016200ff", "0100", "'\x01\x01" "a'" };
	static const char *const bad[] = { "01", "0101", "01016102", "abcdef", "'10.0.0.1'", "010161ff020162" };
	struct json_object *object = json("{}");
	char row[64];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(row, sizeof(row), "{\"a\": \"%s\"}", good[i]);
		ck_assert_msg(add_all(object, "{'option-data.43': {'path': 'a', 'csv-format': false}}", row) == 0, "%s: %s", good[i], err.text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(row, sizeof(row), "{\"a\": \"%s\"}", bad[i]);
		ck_assert_int_eq(add_all(object, "{'option-data.v': {'path': 'a', 'code': 43, 'csv-format': false}}", row), -1);
		assert_has(err.text, "option v: its bytes are not sub-options");
	}
	ck_assert_int_eq(add_all(object, "{'option-data.43': {'path': 'a', 'csv-format': false, 'space': 'blue'}}", row), 0);
	ck_assert_int_eq(add_all(object, "{'option-data.44': {'path': 'a', 'csv-format': false}}", row), 0);
	define("{'name': 'vendor', 'code': 43, 'type': 'binary'}");
	ck_assert_int_eq(add_all(object, "{'option-data.43': {'path': 'a', 'csv-format': false}}", row), 0);
	json_object_put(object);
}
END_TEST

START_TEST(test_options_of_the_operator_s_space_bring_what_carries_it)
{
	define("{'name': 'phones', 'code': 222, 'type': 'empty', 'encapsulate': 'blue'},"
	       "{'name': 'counted', 'code': 223, 'type': 'uint8', 'encapsulate': 'red'}, {'name': 'server', 'code': 1, 'space': 'blue',"
	       "'type': 'ipv4-address'}, {'name': 'vendor', 'code': 43, 'type': 'empty', 'encapsulate': 'vendor-encapsulated-options-space'}");
	assert_options("{'option-data.server': {'path': 'a', 'space': 'blue'}, 'option-data.c': {'path': 'b', 'code': 1, 'space': 'red'}}",
	               "{'a': '10.0.0.1', 'b': '01'}",
	               "[{'name': 'server', 'space': 'blue', 'data': '10.0.0.1'}, {'code': 1, 'space': 'red', 'data': '01'},"
	               " {'name': 'phones', 'code': 222}]");
	assert_options("{'option-data.c': {'path': 'b', 'code': 1, " VENDOR "}}", "{'b': '01'}",
	               "[{'code': 1, " VENDOR ", 'data': '01'}, {'name': 'vendor', 'code': 43}]");
}
END_TEST

Suite *
suite_option_data(void)
{
	Suite *suite = suite_create("option_data");
	TCase *tcase = tcase_create("option_data");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_add_makes_one_text_of_every_value);
	tcase_add_test(tcase, test_add_gathers_by_name_and_by_code);
	tcase_add_test(tcase, test_add_tells_kea_what_stands_beside_the_path);
	tcase_add_test(tcase, test_add_refuses_what_is_blank_or_too_long_or_has_no_place);
	tcase_add_test(tcase, test_comma_in_a_text_is_kept_from_kea);
	tcase_add_test(tcase, test_comma_in_a_text_of_the_operator_s_definition);
	tcase_add_test(tcase, test_tuples_of_a_list_keep_their_commas);
	tcase_add_test(tcase, test_prefixes_keep_their_lengths);
	tcase_add_test(tcase, test_options_of_a_vendor_bring_option_43);
	tcase_add_test(tcase, test_option_43_of_bytes_that_kea_would_drop_is_refused);
	tcase_add_test(tcase, test_options_of_the_operator_s_space_bring_what_carries_it);
	suite_add_tcase(suite, tcase);
	return suite;
}
