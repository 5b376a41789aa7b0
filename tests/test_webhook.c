/* SPDX-License-Identifier: MPL-2.0 */
#include "suites.h"
#include "webhook.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nbk_hint hint;
static char model[64];
static struct nbk_error err;

static enum nbk_webhook_verdict
parse_bytes(const char *body, size_t length)
{
	nbk_error_clear(&err);
	return nbk_webhook_parse(body, length, &hint, model, &err);
}

/* As it is but for the quotes: ' stands for ". */
static enum nbk_webhook_verdict
parse(const char *body)
{
	char *text = strdup(body), *quote;
	enum nbk_webhook_verdict verdict;

	ck_assert_ptr_nonnull(text);
	for (quote = text; (quote = strchr(quote, '\'')) != NULL;)
		*quote = '"';
	verdict = parse_bytes(text, strlen(text));
	free(text);
	return verdict;
}

static void
assert_hint_of(const char *body, enum nbk_hint_type type, int64_t id)
{
	ck_assert_msg(parse(body) == NBK_WEBHOOK_HINT, "%s: %s", body, err.text);
	ck_assert_int_eq(hint.type, type);
	ck_assert_int_eq(hint.id, id);
	ck_assert_int_eq(err.code, NBK_OK);
}

static void
assert_malformed(const char *body)
{
	ck_assert_msg(parse(body) == NBK_WEBHOOK_MALFORMED, "%s", body);
	ck_assert_int_eq(err.code, NBK_EDATA);
	ck_assert_str_ne(err.text, "");
}

START_TEST(test_webhook_parse_body_of_4_3)
{
	assert_hint_of("{'event': 'updated', 'timestamp': '2025-03-01T08:00:00.1+00:00', 'model': 'ipaddress', 'username': 'jo',"
	               " 'request_id': '6ad1', 'data': {'id': 42, 'url': '/api/ipam/ip-addresses/42/', 'address':"
	               " '10.0.0.5/24', 'tags': [{'id': 3, 'name': 'a'}]}, 'snapshots': {'prechange': null, 'postchange': {}}}",
	               NBK_HINT_ADDRESS, 42);
	ck_assert_str_eq(model, "ipaddress");
}
END_TEST

START_TEST(test_webhook_parse_body_of_4_7)
{
	assert_hint_of("{'event': 'deleted', 'object_type': 'dcim.macaddress', 'request': {'id': '6ad1', 'user': 'jo'},"
	               " 'data': {'id': 7, 'mac_address': '00:11:22:33:44:55'}, 'snapshots': {}}\n",
	               NBK_HINT_MAC, 7);
	ck_assert_str_eq(model, "dcim.macaddress");
}
END_TEST

START_TEST(test_webhook_parse_every_model)
{
	static const struct {
		const char *app, *name;
		enum nbk_hint_type type;
	} known[] = {
		{ "ipam", "prefix", NBK_HINT_PREFIX },
		{ "ipam", "iprange", NBK_HINT_RANGE },
		{ "ipam", "ipaddress", NBK_HINT_ADDRESS },
		{ "dcim", "interface", NBK_HINT_INTERFACE },
		{ "virtualization", "vminterface", NBK_HINT_VM_INTERFACE },
		{ "dcim", "device", NBK_HINT_DEVICE },
		{ "virtualization", "virtualmachine", NBK_HINT_VM },
		{ "dcim", "macaddress", NBK_HINT_MAC },
		{ "ipam", "vrf", NBK_HINT_FULL_SYNC },
		{ "ipam", "vlan", NBK_HINT_FULL_SYNC },
		{ "ipam", "role", NBK_HINT_FULL_SYNC },
		{ "extras", "tag", NBK_HINT_FULL_SYNC },
		{ "extras", "customfield", NBK_HINT_FULL_SYNC },
		{ "dcim", "site", NBK_HINT_FULL_SYNC },
		{ "dcim", "sitegroup", NBK_HINT_FULL_SYNC },
		{ "dcim", "region", NBK_HINT_FULL_SYNC },
		{ "dcim", "location", NBK_HINT_FULL_SYNC },
		{ "tenancy", "tenant", NBK_HINT_FULL_SYNC },
	};
	char body[256];
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(body, sizeof(body), "{'event':'created','model':'%s','data':{'id':5}}", known[i].name);
		assert_hint_of(body, known[i].type, 5);
		snprintf(body, sizeof(body), "{'event':'created','object_type':'%s.%s','data':{'id':5}}", known[i].app,
		         known[i].name);
		assert_hint_of(body, known[i].type, 5);
		snprintf(body, sizeof(body), "{'event':'created','object_type':'plugin.%s','data':{'id':5}}", known[i].name);
		ck_assert_int_eq(parse(body), NBK_WEBHOOK_IGNORED);
	}
}
END_TEST

START_TEST(test_webhook_parse_ignores_other_models)
{
	ck_assert_int_eq(parse("{'event':'updated','model':'rack','data':{'id':1}}"), NBK_WEBHOOK_IGNORED);
	ck_assert_str_eq(model, "rack");
	ck_assert_int_eq(parse("{'event':'updated','object_type':'dcim.devicerole','data':{'id':1}}"), NBK_WEBHOOK_IGNORED);
	ck_assert_int_eq(parse("{'event':'updated','object_type':'dcim.role','data':{'id':1}}"), NBK_WEBHOOK_IGNORED);
	ck_assert_int_eq(parse("{'event':'updated','object_type':'.prefix','data':{'id':1}}"), NBK_WEBHOOK_IGNORED);
	ck_assert_int_eq(parse("{'event':'updated','model':'Prefix','data':{'id':1}}"), NBK_WEBHOOK_IGNORED);
}
END_TEST

START_TEST(test_webhook_parse_model_is_safe_to_log)
{
	char body[512], name[201];

	ck_assert_int_eq(parse("{'event':'updated','model':'a\\nb\\u00fc \\\"','data':{'id':1}}"), NBK_WEBHOOK_IGNORED);
	ck_assert_str_eq(model, "a?b???\"");
	memset(name, 'x', 200);
	name[200] = '\0';
	snprintf(body, sizeof(body), "{'event':'updated','model':'%s','data':{'id':1}}", name);
	ck_assert_int_eq(parse(body), NBK_WEBHOOK_IGNORED);
	ck_assert_uint_eq(strlen(model), 63);
}
END_TEST

/* A body template of before 4.5, on a later NetBox. */
START_TEST(test_webhook_parse_without_model)
{
	ck_assert_int_eq(parse("{'event':'updated','model':'','data':{'id':9}}"), NBK_WEBHOOK_WITHOUT_MODEL);
	ck_assert_int_eq(hint.type, NBK_HINT_FULL_SYNC);
	ck_assert_str_eq(model, "");
	ck_assert_int_eq(parse("{'event':'updated','data':{'id':9}}"), NBK_WEBHOOK_WITHOUT_MODEL);
	ck_assert_int_eq(parse("{'event':'updated','model':null,'data':{'id':9}}"), NBK_WEBHOOK_WITHOUT_MODEL);
	assert_hint_of("{'event':'updated','model':'','object_type':'ipam.prefix','data':{'id':9}}", NBK_HINT_PREFIX, 9);
	assert_hint_of("{'event':'updated','model':'prefix','object_type':'','data':{'id':9}}", NBK_HINT_PREFIX, 9);
	assert_hint_of("{'event':'updated','model':'role','object_type':'ipam.role','data':{'id':9}}", NBK_HINT_FULL_SYNC, 9);
}
END_TEST

START_TEST(test_webhook_parse_id)
{
	static const char *const wrong[] = { "0", "-1", "'0'", "'-1'", "''", "' 1'", "'1 '", "'1x'", "'0x1'", "1.0", "1.5", "1e3",
		                             "null", "true", "[1]", "{'id': 1}", "9223372036854775807", "9223372036854775808", "18446744073709551616",
		                             "'9223372036854775808'", "'99999999999999999999999'", "99999999999999999999999",
		                             "-9223372036854775809", "1e999", "'1\\u0000'" };
	char body[256];
	size_t i;

	assert_hint_of("{'event':'updated','model':'prefix','data':{'id':'17'}}", NBK_HINT_PREFIX, 17);
	assert_hint_of("{'event':'updated','model':'prefix','data':{'id':2305843009213693947}}", NBK_HINT_PREFIX, 2305843009213693947);
	assert_hint_of("{'event':'updated','model':'prefix','data':{'id':'2305843009213693947'}}", NBK_HINT_PREFIX, 2305843009213693947);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(body, sizeof(body), "{'event':'updated','model':'prefix','data':{'id':%s}}", wrong[i]);
		assert_malformed(body);
	}
	assert_malformed("{'event':'updated','model':'prefix','data':{}}");
	assert_malformed("{'event':'updated','model':'prefix','data':[1]}");
	assert_malformed("{'event':'updated','model':'prefix','data':null}");
	assert_malformed("{'event':'updated','model':'prefix','id':1}");
}
END_TEST

START_TEST(test_webhook_parse_event)
{
	assert_hint_of("{'event':'created','model':'prefix','data':{'id':1}}", NBK_HINT_PREFIX, 1);
	assert_hint_of("{'event':'deleted','model':'prefix','data':{'id':1}}", NBK_HINT_PREFIX, 1);
	assert_malformed("{'model':'prefix','data':{'id':1}}");
	assert_malformed("{'event':'','model':'prefix','data':{'id':1}}");
	assert_malformed("{'event':'job_ended','model':'prefix','data':{'id':1}}");
	assert_malformed("{'event':'updated ','model':'prefix','data':{'id':1}}");
	assert_malformed("{'event':1,'model':'prefix','data':{'id':1}}");
}
END_TEST

START_TEST(test_webhook_parse_refuses_what_is_no_object)
{
	static const char good[] = "{\"event\":\"updated\",\"model\":\"prefix\",\"data\":{\"id\":1}}";
	size_t length;

	assert_malformed("");
	assert_malformed(" ");
	assert_malformed("null");
	assert_malformed("5");
	assert_malformed("'prefix'");
	assert_malformed("[]");
	assert_malformed("event=updated&model=prefix");
	assert_malformed("<html>");
	assert_malformed("{'event':'updated','model':'prefix','data':{'id':1}} x");
	assert_malformed("{'event':'updated','model':'prefix','data':{'id':1}}{}");
	assert_malformed("{'event':'updated','model':'prefix','data':{'id':1},}");
	assert_malformed("{'event':'updated','model':'prefix','data':{'id':1},'x':'\xff\xfe'}");
	ck_assert_int_eq(parse_bytes(good, sizeof(good)), NBK_WEBHOOK_MALFORMED); /* with its zero byte */
	for (length = 0; length < sizeof(good) - 1; length++)
		ck_assert_int_eq(parse_bytes(good, length), NBK_WEBHOOK_MALFORMED);
	assert_hint_of(good, NBK_HINT_PREFIX, 1);
	assert_hint_of(" \t\r\n{'event':'updated','model':'prefix','data':{'id':1}}\r\n\t ", NBK_HINT_PREFIX, 1);
}
END_TEST

START_TEST(test_webhook_parse_of_duplicate_keys_the_last_counts)
{
	assert_hint_of("{'event':'updated','model':'rack','model':'prefix','data':{'id':1,'id':2}}", NBK_HINT_PREFIX, 2);
}
END_TEST

/* A body of 4 MiB of `part`, behind what makes it look like a webhook. */
static enum nbk_webhook_verdict
parse_flood(const char *part)
{
	static const char start[] = "{\"event\":\"updated\",\"model\":\"prefix\",\"data\":{\"id\":1},\"x\":[";
	size_t size = 4 << 20, length = sizeof(start) - 1;
	char *body = malloc(size);
	enum nbk_webhook_verdict verdict;

	ck_assert_ptr_nonnull(body);
	memcpy(body, start, length);
	for (; length + strlen(part) < size; length += strlen(part))
		memcpy(body + length, part, strlen(part));
	verdict = parse_bytes(body, length);
	free(body);
	return verdict;
}

START_TEST(test_webhook_parse_is_not_hurt_by_floods)
{
	ck_assert_int_eq(parse_flood("["), NBK_WEBHOOK_MALFORMED);
	ck_assert_int_eq(parse_flood("{\"a\":"), NBK_WEBHOOK_MALFORMED);
	ck_assert_int_eq(parse_flood("{},"), NBK_WEBHOOK_MALFORMED);
	ck_assert_str_eq(err.text, "too large");
	ck_assert_int_eq(parse_flood("9"), NBK_WEBHOOK_MALFORMED);
	ck_assert_int_eq(parse_flood("\""), NBK_WEBHOOK_MALFORMED);
}
END_TEST

START_TEST(test_webhook_parse_counts_no_commas_of_texts)
{
	static const char start[] = "{\"event\":\"updated\",\"model\":\"prefix\",\"data\":{\"id\":1,\"comments\":\"\\\"";
	size_t commas = 200000, length = sizeof(start) - 1;
	char *body = malloc(length + commas + 8);

	ck_assert_ptr_nonnull(body);
	memcpy(body, start, length);
	memset(body + length, ',', commas);
	strcpy(body + length + commas, "\"}}");
	assert_hint_of(body, NBK_HINT_PREFIX, 1);
	free(body);
}
END_TEST

/* printf '{"event":"updated"}' | openssl dgst -sha512 -hmac s3cret */
#define SIGNED_BODY "{\"event\":\"updated\"}"
#define SIGNATURE "46aea23f33b0e5f2451598f41f949e8b884464a53d51e50760f8765fb10ff05d" \
                  "96262a4d3f384a191cb16ca0b1cf4ecbf9f89e24fee3bb274138f743621c8690"

START_TEST(test_webhook_signed)
{
	char other[sizeof(SIGNATURE)];
	size_t i;

	ck_assert(nbk_webhook_signed(SIGNED_BODY, strlen(SIGNED_BODY), "s3cret", SIGNATURE));
	ck_assert(!nbk_webhook_signed(SIGNED_BODY, strlen(SIGNED_BODY), "s3creT", SIGNATURE));
	ck_assert(!nbk_webhook_signed(SIGNED_BODY, strlen(SIGNED_BODY) - 1, "s3cret", SIGNATURE));
	ck_assert(!nbk_webhook_signed(SIGNED_BODY, strlen(SIGNED_BODY), "s3cret", ""));
	ck_assert(!nbk_webhook_signed(SIGNED_BODY, strlen(SIGNED_BODY), "s3cret", SIGNATURE "0"));
	for (i = 0; i < sizeof(SIGNATURE) - 1; i++) {
		strcpy(other, SIGNATURE);
		other[i] = other[i] == '0' ? '1' : '0';
		ck_assert(!nbk_webhook_signed(SIGNED_BODY, strlen(SIGNED_BODY), "s3cret", other));
		other[i] = '\0';
		ck_assert(!nbk_webhook_signed(SIGNED_BODY, strlen(SIGNED_BODY), "s3cret", other));
	}
}
END_TEST

START_TEST(test_webhook_secret_equal)
{
	ck_assert(nbk_webhook_secret_equal("s3cret", "s3cret"));
	ck_assert(nbk_webhook_secret_equal("", ""));
	ck_assert(!nbk_webhook_secret_equal("s3cret", "s3creT"));
	ck_assert(!nbk_webhook_secret_equal("s3cret", "s3cre"));
	ck_assert(!nbk_webhook_secret_equal("s3cret", "s3cret "));
	ck_assert(!nbk_webhook_secret_equal("s3cret", ""));
	ck_assert(!nbk_webhook_secret_equal("", "s3cret"));
}
END_TEST

Suite *
suite_webhook(void)
{
	Suite *suite = suite_create("webhook");
	TCase *tcase = tcase_create("webhook");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_webhook_parse_body_of_4_3);
	tcase_add_test(tcase, test_webhook_parse_body_of_4_7);
	tcase_add_test(tcase, test_webhook_parse_every_model);
	tcase_add_test(tcase, test_webhook_parse_ignores_other_models);
	tcase_add_test(tcase, test_webhook_parse_model_is_safe_to_log);
	tcase_add_test(tcase, test_webhook_parse_without_model);
	tcase_add_test(tcase, test_webhook_parse_id);
	tcase_add_test(tcase, test_webhook_parse_event);
	tcase_add_test(tcase, test_webhook_parse_refuses_what_is_no_object);
	tcase_add_test(tcase, test_webhook_parse_of_duplicate_keys_the_last_counts);
	tcase_add_test(tcase, test_webhook_parse_is_not_hurt_by_floods);
	tcase_add_test(tcase, test_webhook_parse_counts_no_commas_of_texts);
	tcase_add_test(tcase, test_webhook_signed);
	tcase_add_test(tcase, test_webhook_secret_equal);
	suite_add_tcase(suite, tcase);
	return suite;
}
