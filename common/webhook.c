/* SPDX-License-Identifier: MPL-2.0 */
#include "webhook.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 64

/* json-c keeps up to 800 bytes for a value, so that 4 MiB of "[{},{},..." would become more than a gigabyte. */
#define MAX_VALUES 65536

#define SHA512_BYTES 64

static const struct {
	const char *app;
	const char *model;
	enum nbk_hint_type type;
} models[] = {
	{ "ipam", "prefix", NBK_HINT_PREFIX },
	{ "ipam", "iprange", NBK_HINT_RANGE },
	{ "ipam", "ipaddress", NBK_HINT_ADDRESS },
	{ "dcim", "interface", NBK_HINT_INTERFACE },
	{ "virtualization", "vminterface", NBK_HINT_VM_INTERFACE },
	{ "dcim", "device", NBK_HINT_DEVICE },
	{ "virtualization", "virtualmachine", NBK_HINT_VM },
	{ "dcim", "macaddress", NBK_HINT_MAC },
	/* Filters and maps may look at these; which objects they touch can't be told. */
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

/* "prefix" or "ipam.prefix". */
static bool
find_model(const char *name, enum nbk_hint_type *type)
{
	const char *dot = strchr(name, '.');
	const char *model = dot == NULL ? name : dot + 1;
	size_t app_length = dot == NULL ? 0 : (size_t)(dot - name);
	size_t i;

	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		const char *app = models[i].app;

		if (strcmp(models[i].model, model) != 0)
			continue;
		if (dot != NULL && (strlen(app) != app_length || memcmp(app, name, app_length) != 0))
			continue;
		*type = models[i].type;
		return true;
	}
	return false;
}

/* How many values the text has at most. */
static size_t
count_values(const char *body, size_t length)
{
	bool quoted = false;
	size_t count = 1, i;

	for (i = 0; i < length; i++) {
		if (quoted && body[i] == '\\')
			i++;
		else if (body[i] == '"')
			quoted = !quoted;
		else if (!quoted && (body[i] == '{' || body[i] == '[' || body[i] == ','))
			count++;
	}
	return count;
}

static bool
is_blank(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (text[i] == '\0' || strchr(" \t\r\n", text[i]) == NULL)
			return false;
	return true;
}

/* New: a JSON object. */
static struct json_object *
parse_object(const char *body, size_t length, struct nbk_error *err)
{
	struct json_tokener *tokener;
	struct json_object *root;
	size_t end;

	if (length > INT_MAX || count_values(body, length) > MAX_VALUES) {
		nbk_error_set(err, NBK_EDATA, "too large");
		return NULL;
	}
	tokener = json_tokener_new_ex(MAX_DEPTH);
	if (tokener == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS | JSON_TOKENER_VALIDATE_UTF8);
	root = json_tokener_parse_ex(tokener, body, (int)length);
	end = json_tokener_get_parse_end(tokener);
	if (!json_object_is_type(root, json_type_object) || !is_blank(body + end, length - end)) {
		nbk_error_set(err, NBK_EDATA, "not a JSON object");
		json_object_put(root);
		root = NULL;
	}
	json_tokener_free(tokener);
	return root;
}

/* Borrowed; "" where the key is absent, no text, or has a zero byte in it. */
static const char *
get_text(const struct json_object *object, const char *key)
{
	struct json_object *value;
	const char *text;

	if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, json_type_string))
		return "";
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : "";
}

/* A number, or its digits in a text, as a body template may write it. 0: neither, or out of bounds. */
static int64_t
get_id(const struct json_object *object)
{
	const char *text = get_text(object, "id");
	struct json_object *value;
	uint64_t id = 0;

	if (json_object_object_get_ex(object, "id", &value) && json_object_is_type(value, json_type_int)) {
		id = json_object_get_uint64(value);
	} else if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0') {
		errno = 0;
		id = strtoull(text, NULL, 10);
		if (errno != 0)
			return 0;
	}
	/* Ids are multiplied to make keys (model.h); NetBox counts from 1. */
	return id > INT64_MAX / 4 - 4 ? 0 : (int64_t)id;
}

static bool
is_event(const char *text)
{
	return strcmp(text, "created") == 0 || strcmp(text, "updated") == 0 || strcmp(text, "deleted") == 0;
}

/* The name is for a log: whatever is not printable is replaced. */
static void
copy_model(char model[64], const char *name)
{
	size_t i;

	for (i = 0; i < 63 && name[i] != '\0'; i++)
		model[i] = name[i] > ' ' && name[i] < 0x7f ? name[i] : '?';
	model[i] = '\0';
}

static enum nbk_webhook_verdict
read_hint(const struct json_object *root, struct nbk_hint *hint, char model[64], struct nbk_error *err)
{
	const char *name = get_text(root, "object_type");
	struct json_object *data;

	if (name[0] == '\0')
		name = get_text(root, "model");
	copy_model(model, name);
	if (!is_event(get_text(root, "event"))) {
		nbk_error_set(err, NBK_EDATA, "\"event\" is not created, updated or deleted");
		return NBK_WEBHOOK_MALFORMED;
	}
	if (!json_object_object_get_ex(root, "data", &data) || !json_object_is_type(data, json_type_object) ||
	    (hint->id = get_id(data)) == 0) {
		nbk_error_set(err, NBK_EDATA, "\"data\" without an \"id\"");
		return NBK_WEBHOOK_MALFORMED;
	}
	if (name[0] == '\0') {
		*hint = (struct nbk_hint){ .type = NBK_HINT_FULL_SYNC };
		return NBK_WEBHOOK_WITHOUT_MODEL;
	}
	return find_model(name, &hint->type) ? NBK_WEBHOOK_HINT : NBK_WEBHOOK_IGNORED;
}

enum nbk_webhook_verdict
nbk_webhook_parse(const char *body, size_t length, struct nbk_hint *hint, char model[64], struct nbk_error *err)
{
	enum nbk_webhook_verdict verdict;
	struct json_object *root;

	memset(hint, 0, sizeof(*hint));
	model[0] = '\0';
	root = parse_object(body, length, err);
	if (root == NULL)
		return NBK_WEBHOOK_MALFORMED;
	verdict = read_hint(root, hint, model, err);
	json_object_put(root);
	return verdict;
}

bool
nbk_webhook_signed(const char *body, size_t length, const char *secret, const char *signature)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[SHA512_BYTES];
	char hex[2 * SHA512_BYTES];
	size_t i;

	if (strlen(signature) != sizeof(hex) ||
	    gnutls_hmac_fast(GNUTLS_MAC_SHA512, secret, strlen(secret), body, length, digest) != 0)
		return false;
	for (i = 0; i < sizeof(digest); i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	return gnutls_memcmp(hex, signature, sizeof(hex)) == 0;
}

bool
nbk_webhook_secret_equal(const char *a, const char *b)
{
	unsigned char digest_a[SHA512_BYTES], digest_b[SHA512_BYTES];

	/* Of the same size whatever the texts are, so that neither length nor the first difference shows in the time. */
	return gnutls_hash_fast(GNUTLS_DIG_SHA512, a, strlen(a), digest_a) == 0 &&
	       gnutls_hash_fast(GNUTLS_DIG_SHA512, b, strlen(b), digest_b) == 0 &&
	       gnutls_memcmp(digest_a, digest_b, sizeof(digest_a)) == 0;
}
