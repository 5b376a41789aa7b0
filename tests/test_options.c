/* SPDX-License-Identifier: MPL-2.0 */
#include "identifier.h"
#include "options.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* New: the Kea object after a value has been put under a key; NULL: refused. */
static char *
put_into(const char *object, const char *key, const char *value, struct nbk_error *err)
{
	struct json_object *target = json(object), *wrapped, *map_json = json_object_new_object();
	struct nbk_map map;
	struct nbk_buf text;
	char *printed = NULL;

	nbk_buf_init(&text, 70000 + strlen(value));
	nbk_buf_addf(&text, "{'value': %s}", value);
	wrapped = json(nbk_buf_text(&text));
	json_object_object_add(map_json, key, json_object_new_string("value"));
	ck_assert_int_eq(nbk_map_parse(&map, map_json, "map", NULL), 0);
	if (nbk_options_put(target, &map.entries[0], json_object_object_get(wrapped, "value"), 4, err) == 0)
		printed = strdup(json_object_to_json_string_ext(target, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	nbk_map_clear(&map);
	nbk_buf_clear(&text);
	json_object_put(map_json);
	json_object_put(wrapped);
	json_object_put(target);
	return printed;
}

static void
assert_put(const char *key, const char *value, const char *expected)
{
	struct nbk_error err = { NBK_OK, "" };
	char *printed = put_into("{}", key, value, &err);

	ck_assert_msg(printed != NULL, "%s: %s", value, err.text);
	ck_assert_str_eq(printed, expected);
	free(printed);
}

static void
assert_refused(const char *key, const char *value)
{
	struct nbk_error err = { NBK_OK, "" };
	char *printed = put_into("{}", key, value, &err);

	ck_assert_msg(printed == NULL, "%s of %s became %s", key, value, printed);
	ck_assert_int_eq(err.code, NBK_EDATA);
	assert_has(err.text, key);
}

START_TEST(test_numbers_from_texts)
{
	assert_put("valid-lifetime", "'3600'", "{\"valid-lifetime\":3600}");
	assert_put("valid-lifetime", "3600", "{\"valid-lifetime\":3600}");
	assert_put("valid-lifetime", "4294967295", "{\"valid-lifetime\":4294967295}");
	/* A custom field of type decimal. */
	assert_put("valid-lifetime", "3600.0", "{\"valid-lifetime\":3600}");
	assert_put("renew-timer", "0", "{\"renew-timer\":0}");
	assert_put("id", "'17'", "{\"id\":17}");
}
END_TEST

START_TEST(test_numbers_that_kea_would_take_in_silence_are_refused)
{
	static const char *const bad[] = { "0",          "-1",   "'-3600'",    "4294967296", "'one hour'", "'3600s'", "''",
		                           "' '",        "true", "'0x10'",     "3600.5",     "null",       "[]",      "1e30",
		                           "99999999999999999999" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused("valid-lifetime", bad[i]);
	assert_refused("id", "4294967295");
	assert_refused("id", "0");
	assert_refused("renew-timer", "-1");
}
END_TEST

START_TEST(test_reals)
{
	assert_put("t1-percent", "'0.5'", "{\"t1-percent\":0.5}");
	assert_refused("t1-percent", "'half'");
	assert_refused("t1-percent", "-0.5");
	/* No JSON. */
	assert_refused("t1-percent", "'nan'");
	assert_refused("t2-percent", "'inf'");
	assert_refused("cache-threshold", "'1e999'");
}
END_TEST

START_TEST(test_booleans)
{
	assert_put("authoritative", "'true'", "{\"authoritative\":true}");
	assert_put("authoritative", "'False'", "{\"authoritative\":false}");
	assert_put("authoritative", "true", "{\"authoritative\":true}");
	assert_refused("authoritative", "'yes'");
	assert_refused("authoritative", "1");
}
END_TEST

START_TEST(test_addresses_lose_their_mask)
{
	assert_put("next-server", "' 10.0.0.1\\n'", "{\"next-server\":\"10.0.0.1\"}");
	assert_put("next-server", "'10.0.0.1'", "{\"next-server\":\"10.0.0.1\"}");
	assert_put("next-server", "'10.0.0.1/24'", "{\"next-server\":\"10.0.0.1\"}");
	assert_put("next-server", "{'id': 3, 'address': '10.0.0.1/24', 'display': 'x'}", "{\"next-server\":\"10.0.0.1\"}");
	assert_refused("next-server", "'tftp.example'");
	assert_refused("next-server", "'2001:db8::1'");
	assert_refused("next-server", "'10.0.0.1, 10.0.0.2'");
}
END_TEST

START_TEST(test_texts_and_lists)
{
	assert_put("boot-file-name", "'pxelinux.0'", "{\"boot-file-name\":\"pxelinux.0\"}");
	assert_put("boot-file-name", "7", "{\"boot-file-name\":\"7\"}");
	assert_refused("boot-file-name", "' '");
	assert_put("client-class", "{'id': 1, 'name': 'phones', 'slug': 'p'}", "{\"client-class\":\"phones\"}");
	assert_put("client-classes", "['a', 'b']", "{\"client-classes\":[\"a\",\"b\"]}");
	assert_put("client-classes", "'a, b ,c'", "{\"client-classes\":[\"a\",\"b\",\"c\"]}");
	assert_put("relay.ip-addresses", "['10.0.0.1/24', '10.0.0.2']", "{\"relay\":{\"ip-addresses\":[\"10.0.0.1\",\"10.0.0.2\"]}}");
	assert_put("relay.ip-addresses", "' 10.0.0.1, 10.0.0.2 '", "{\"relay\":{\"ip-addresses\":[\"10.0.0.1\",\"10.0.0.2\"]}}");
	assert_refused("relay.ip-addresses", "'10.0.0.1, relay'");
	assert_refused("relay.ip-addresses", "['10.0.0.1', '2001:db8::1']");
	assert_put("require-client-classes", "{'value': 'a', 'label': 'A'}", "{\"require-client-classes\":[\"a\"]}");
	assert_refused("client-classes", "' , '");
}
END_TEST

START_TEST(test_other_keys_pass_as_they_are)
{
	assert_put("user-context.tenant", "'acme'", "{\"user-context\":{\"tenant\":\"acme\"}}");
	assert_put("user-context.a.b", "3", "{\"user-context\":{\"a.b\":3}}");
	assert_put("something-new", "{'a': [1, false]}", "{\"something-new\":{\"a\":[1,false]}}");
}
END_TEST

/* Kea prints the names of a map as they are: its config-get would be no JSON any more. */
START_TEST(test_maps_that_kea_can_not_print_are_refused)
{
	assert_put("user-context.a", "{'ü ~': [{'b': null}]}", "{\"user-context\":{\"a\":{\"ü ~\":[{\"b\":null}]}}}");
	assert_refused("user-context.a", "{'b\\\"c': 1}");
	assert_refused("user-context.a", "[1, {'b': {'c\\\\': 1}}]");
	assert_refused("user-context.a", "{'b\\nc': 1}");
	assert_refused("user-context.a", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]");
}
END_TEST

START_TEST(test_a_value_in_a_map_s_place_is_a_fault_and_no_crash)
{
	struct nbk_error err = { NBK_OK, "" };

	ck_assert_ptr_null(put_into("{'relay': 'x'}", "relay.ip-addresses", "['10.0.0.1']", &err));
	ck_assert_int_eq(err.code, NBK_EDATA);
}
END_TEST

START_TEST(test_value_that_is_too_long_is_refused)
{
	char *value = malloc(70003);

	memset(value, 'a', 70000);
	value[0] = value[69999] = '\'';
	value[70000] = '\0';
	assert_refused("boot-file-name", value);
	free(value);
}
END_TEST

static void
assert_mac(const char *text, const char *expected)
{
	char *mac = nbk_identifier_mac(text);

	ck_assert_msg(mac != NULL || expected == NULL, "%s is a MAC", text);
	ck_assert_msg(mac == NULL || expected != NULL, "%s is no MAC", text);
	if (mac != NULL)
		ck_assert_str_eq(mac, expected);
	free(mac);
}

START_TEST(test_mac_in_all_forms)
{
	static const char *const forms[] = { "02:00:5E:10:00:AB", "02-00-5e-10-00-ab", "0200.5e10.00ab", "02005e1000ab", "02005E1000AB",
		                             "2:0:5e:10:0:ab", " 02:00:5e:10:00:ab\n", "02005e1000ab " };
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		assert_mac(forms[i], "02:00:5e:10:00:ab");
	assert_mac("00:11:22:33:44:55:66:77", "00:11:22:33:44:55:66:77");
	assert_mac("a0:00:02:20:fe:80:00:00:00:00:00:00:e4:1d:2d:03:00:1d:f0:01",
	           "a0:00:02:20:fe:80:00:00:00:00:00:00:e4:1d:2d:03:00:1d:f0:01");
}
END_TEST

START_TEST(test_mac_that_is_none)
{
	static const char *const bad[] = { "", ":", "02:00:00:00:00", "02:00:00:00:00:01:", ":02:00:00:00:00:01", "02:00:00:00:00:0g",
		                           "02:00:00:00:00:001", "0200.5e10.0ab", "02005e1000a", "02:00-00:00:00:01", "host", "02 00 00 00 00 01",
		                           "00112233445566778899aabbccddeeff0011223344" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_mac(bad[i], NULL);
}
END_TEST

static void
assert_hostname(const char *name, const char *expected)
{
	char *made = nbk_options_hostname(name);

	ck_assert_str_eq(made, expected);
	free(made);
}

START_TEST(test_hostname_that_is_valid_stays)
{
	static const char *const valid[] = { "a", "host-1", "Host.Example.ORG", "3com", "a--b", "xn--bcher-kva.example", "1.2.3" };
	size_t i;

	for (i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		assert_hostname(valid[i], valid[i]);
}
END_TEST

START_TEST(test_hostname_is_made_valid)
{
	assert_hostname("my host", "my-host");
	assert_hostname("my  _ host", "my-host");
	assert_hostname("büro", "b-ro");
	assert_hostname("\"quoted\"", "quoted");
	assert_hostname("a\nb\x01" "c", "a-b-c");
	assert_hostname("-a-.-b-", "a.b");
	assert_hostname("..a..b..", "a.b");
	assert_hostname("a (rack 3)", "a-rack-3");
	assert_hostname("東京", "");
	assert_hostname("\xd7\xa9\xd7\xa8\xd7\xaa-7", "7");
	assert_hostname("e\xcc\x81t\xc3\xa9 1", "e-t-1");
	assert_hostname("\xf0\x9f\x98\x80", "");
	assert_hostname("\xff\xfe broken \xc3", "broken");
	assert_hostname("a\\b\t\"c'\x7f" "d", "a-b-c-d");
	assert_hostname("a.日本.b", "a.b");
	assert_hostname("a-.b", "a.b");
	assert_hostname("-.-", "");
	assert_hostname("東京.example", "example");
	assert_hostname("", "");
	assert_hostname("*.example", "example");
	assert_hostname("printer #1.", "printer-1");
}
END_TEST

START_TEST(test_hostname_keeps_dns_bounds)
{
	char name[400], *made;

	memset(name, 'a', 70);
	strcpy(name + 70, ".example");
	made = nbk_options_hostname(name);
	ck_assert_uint_eq(strcspn(made, "."), 63);
	ck_assert_str_eq(made + 63, ".example");
	free(made);
	for (size_t i = 0; i < 399; i++)
		name[i] = i % 50 == 49 ? '.' : 'b';
	name[399] = '\0';
	made = nbk_options_hostname(name);
	ck_assert_uint_le(strlen(made), 253);
	ck_assert_uint_ge(strlen(made), 250);
	free(made);
}
END_TEST

static bool
is_hostname(const char *name)
{
	size_t length = strlen(name), label;

	for (; *name != '\0'; name += label + 1) {
		label = strcspn(name, ".");
		if (label == 0 || label > 63 || name[0] == '-' || name[label - 1] == '-')
			return false;
		if (strspn(name, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") < label)
			return false;
		if (name[label] == '\0')
			return length <= 253;
	}
	return false;
}

START_TEST(test_hostname_of_any_bytes_is_valid_or_empty)
{
	static const char often[] = "--..ab\xc3\xa9 ";
	char name[401], *made;
	size_t i, length;
	unsigned round;

	srand(7);
	for (round = 0; round < 20000; round++) {
		length = (size_t)rand() % sizeof(name);
		for (i = 0; i < length; i++)
			name[i] = (char)(rand() % 4 == 0 ? 1 + rand() % 255 : often[rand() % 10]);
		name[length] = '\0';
		made = nbk_options_hostname(name);
		ck_assert_msg(*made == '\0' || is_hostname(made), "\"%s\" of \"%s\"", made, name);
		free(made);
	}
}
END_TEST

static void
assert_identifier(const char *key, const char *text, const char *expected)
{
	char *made = nbk_identifier_text(key, text);

	if (expected == NULL)
		ck_assert_msg(made == NULL, "%s became %s", text, made);
	else
		ck_assert_msg(made != NULL && strcmp(made, expected) == 0, "%s became %s", text, made);
	free(made);
}

/* Kea reads all of these as the same bytes, and so they collide. */
START_TEST(test_identifiers_of_the_same_bytes_are_the_same_text)
{
	assert_identifier("hw-address", "0200.5E10.00ab", "02:00:5e:10:00:ab");
	assert_identifier("duid", "00:01:00:AB", "00:01:00:ab");
	assert_identifier("duid", "000100ab", "00:01:00:ab");
	assert_identifier("duid", "0:1:0:ab", "00:01:00:ab");
	assert_identifier("duid", "00 01 00 ab", "00:01:00:ab");
	assert_identifier("client-id", "0x01aabb", "01:aa:bb");
	assert_identifier("client-id", "'abc'", "61:62:63");
	assert_identifier("flex-id", "1ab", "01:ab");
}
END_TEST

START_TEST(test_identifiers_that_kea_can_not_read)
{
	assert_identifier("hw-address", "abc", NULL);
	assert_identifier("client-id", "host-1", NULL);
	assert_identifier("duid", "00:01:zz", NULL);
	assert_identifier("duid", "00::01", NULL);
	assert_identifier("duid", "00:001", NULL);
	assert_identifier("duid", "", NULL);
	assert_identifier("duid", "''", NULL);
}
END_TEST

START_TEST(test_duid_of_every_form)
{
	static const char *const same[] = { "00:01:AB:cd", "00-01-ab-cd", "0001abCD", " 00:01:ab:cd\n" };
	static const char *const none[] = { "", "0", "00:01:a", "0001abc", "00:01:ab:", "00:01-ab", "00::01", "0x0001", "00 01", "0001:ab", "host" };
	char longest[2 * 129 + 1], *duid;
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		duid = nbk_identifier_duid(same[i]);
		ck_assert_msg(duid != NULL && strcmp(duid, "00:01:ab:cd") == 0, "%s: %s", same[i], duid);
		free(duid);
	}
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(nbk_identifier_duid(none[i]) == NULL, "%s", none[i]);
	memset(longest, 'a', sizeof(longest));
	longest[2 * 129] = '\0';
	ck_assert_ptr_null(nbk_identifier_duid(longest));
	longest[2 * 128] = '\0';
	duid = nbk_identifier_duid(longest);
	ck_assert_uint_eq(strlen(duid), 3 * 128 - 1);
	free(duid);
}
END_TEST

Suite *
suite_options(void)
{
	Suite *suite = suite_create("options");
	TCase *tcase = tcase_create("options");

	tcase_add_test(tcase, test_numbers_from_texts);
	tcase_add_test(tcase, test_numbers_that_kea_would_take_in_silence_are_refused);
	tcase_add_test(tcase, test_reals);
	tcase_add_test(tcase, test_booleans);
	tcase_add_test(tcase, test_addresses_lose_their_mask);
	tcase_add_test(tcase, test_texts_and_lists);
	tcase_add_test(tcase, test_other_keys_pass_as_they_are);
	tcase_add_test(tcase, test_maps_that_kea_can_not_print_are_refused);
	tcase_add_test(tcase, test_a_value_in_a_map_s_place_is_a_fault_and_no_crash);
	tcase_add_test(tcase, test_value_that_is_too_long_is_refused);
	tcase_add_test(tcase, test_mac_in_all_forms);
	tcase_add_test(tcase, test_mac_that_is_none);
	tcase_add_test(tcase, test_hostname_that_is_valid_stays);
	tcase_add_test(tcase, test_hostname_is_made_valid);
	tcase_add_test(tcase, test_hostname_keeps_dns_bounds);
	tcase_add_test(tcase, test_hostname_of_any_bytes_is_valid_or_empty);
	tcase_add_test(tcase, test_identifiers_of_the_same_bytes_are_the_same_text);
	tcase_add_test(tcase, test_identifiers_that_kea_can_not_read);
	tcase_add_test(tcase, test_duid_of_every_form);
	suite_add_tcase(suite, tcase);
	return suite;
}
