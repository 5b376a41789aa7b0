/* SPDX-License-Identifier: MPL-2.0 */
#include "options.h"

#include "ip.h"
#include "json.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 65535
#define BLANK " \t\r\n"
#define MAX_DEPTH 16

enum type {
	TYPE_TEXT,
	TYPE_NUMBER,
	TYPE_REAL,
	TYPE_BOOLEAN,
	TYPE_ADDRESS,
	TYPE_LIST,
	TYPE_ADDRESSES,
	TYPE_PREFIXES,
	TYPE_ANY,
};

/* What Kea's keys of subnets, pools and reservations want (Kea: src/lib/dhcpsrv/parsers/simple_parser4.cc, simple_parser6.cc). A key that
 * is not here passes as NetBox gives it, and Kea's own parser judges. */
static const struct key {
	const char *name;
	enum type type;
	int64_t min, max;
} keys[] = {
#define LIFETIME 1, UINT32_MAX
#define TIMER 0, UINT32_MAX
	{ "id", TYPE_NUMBER, 1, (int64_t)UINT32_MAX - 1 },
	{ "valid-lifetime", TYPE_NUMBER, LIFETIME },
	{ "min-valid-lifetime", TYPE_NUMBER, LIFETIME },
	{ "max-valid-lifetime", TYPE_NUMBER, LIFETIME },
	{ "preferred-lifetime", TYPE_NUMBER, LIFETIME },
	{ "min-preferred-lifetime", TYPE_NUMBER, LIFETIME },
	{ "max-preferred-lifetime", TYPE_NUMBER, LIFETIME },
	{ "delegated-len", TYPE_NUMBER, TIMER },
	{ "excluded-prefix-len", TYPE_NUMBER, TIMER },
	{ "excluded-prefix", TYPE_ADDRESS, 0, 0 },
	{ "offer-lifetime", TYPE_NUMBER, TIMER },
	{ "renew-timer", TYPE_NUMBER, TIMER },
	{ "rebind-timer", TYPE_NUMBER, TIMER },
	{ "cache-max-age", TYPE_NUMBER, TIMER },
	{ "cache-threshold", TYPE_REAL, 0, 0 },
	{ "t1-percent", TYPE_REAL, 0, 0 },
	{ "t2-percent", TYPE_REAL, 0, 0 },
	{ "authoritative", TYPE_BOOLEAN, 0, 0 },
	{ "calculate-tee-times", TYPE_BOOLEAN, 0, 0 },
	{ "match-client-id", TYPE_BOOLEAN, 0, 0 },
	{ "rapid-commit", TYPE_BOOLEAN, 0, 0 },
	{ "reservations-global", TYPE_BOOLEAN, 0, 0 },
	{ "reservations-in-subnet", TYPE_BOOLEAN, 0, 0 },
	{ "reservations-out-of-pool", TYPE_BOOLEAN, 0, 0 },
	{ "store-extended-info", TYPE_BOOLEAN, 0, 0 },
	{ "ddns-send-updates", TYPE_BOOLEAN, 0, 0 },
	{ "ddns-override-no-update", TYPE_BOOLEAN, 0, 0 },
	{ "ddns-override-client-update", TYPE_BOOLEAN, 0, 0 },
	{ "ddns-update-on-renew", TYPE_BOOLEAN, 0, 0 },
	{ "ddns-use-conflict-resolution", TYPE_BOOLEAN, 0, 0 },
	{ "next-server", TYPE_ADDRESS, 0, 0 },
	{ "4o6-subnet", TYPE_TEXT, 0, 0 },
	{ "boot-file-name", TYPE_TEXT, 0, 0 },
	{ "client-class", TYPE_TEXT, 0, 0 },
	{ "ddns-generated-prefix", TYPE_TEXT, 0, 0 },
	{ "ddns-qualifying-suffix", TYPE_TEXT, 0, 0 },
	{ "ddns-replace-client-name", TYPE_TEXT, 0, 0 },
	{ "hostname", TYPE_TEXT, 0, 0 },
	{ "hostname-char-replacement", TYPE_TEXT, 0, 0 },
	{ "hostname-char-set", TYPE_TEXT, 0, 0 },
	{ "hw-address", TYPE_TEXT, 0, 0 },
	{ "circuit-id", TYPE_TEXT, 0, 0 },
	{ "client-id", TYPE_TEXT, 0, 0 },
	{ "duid", TYPE_TEXT, 0, 0 },
	{ "flex-id", TYPE_TEXT, 0, 0 },
	{ "interface", TYPE_TEXT, 0, 0 },
	{ "interface-id", TYPE_TEXT, 0, 0 },
	{ "server-hostname", TYPE_TEXT, 0, 0 },
	{ "prefixes", TYPE_PREFIXES, 0, 0 },
	{ "client-classes", TYPE_LIST, 0, 0 },
	{ "evaluate-additional-classes", TYPE_LIST, 0, 0 },
	{ "require-client-classes", TYPE_LIST, 0, 0 },
	{ "relay.ip-addresses", TYPE_ADDRESSES, 0, 0 },
};

static const struct key *
key_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

bool
nbk_options_nests(const char *key)
{
	return key_find(key) == NULL;
}

/* Borrowed: what stands for an object: of a choice its value, of a NetBox object its address, else its name, else its display. */
static struct json_object *
essence(struct json_object *value)
{
	static const char *const members[] = { "value", "address", "name", "display" };
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]) && json_object_is_type(value, json_type_object); i++) {
		struct json_object *found = nbk_json_member(value, members[i]);

		if (found != NULL)
			return found;
	}
	return value;
}

static void
add_scalar(struct nbk_buf *text, struct json_object *value, bool masks)
{
	const char *scalar = json_object_get_string(value);
	char address[NBK_IP_TEXT];
	struct nbk_net net;

	if (scalar == NULL)
		return;
	nbk_buf_adds(text, !masks && strchr(scalar, '/') != NULL && nbk_net_parse(scalar, &net) ? nbk_ip_text(&net.address, address) : scalar);
}

static void
add_text(struct nbk_buf *text, struct json_object *value, bool masks)
{
	size_t i;

	value = essence(value);
	if (!json_object_is_type(value, json_type_array)) {
		add_scalar(text, value, masks);
		return;
	}
	for (i = 0; i < json_object_array_length(value); i++) {
		if (i > 0)
			nbk_buf_adds(text, ", ");
		add_scalar(text, essence(json_object_array_get_idx(value, i)), masks);
	}
}

void
nbk_options_text(struct nbk_buf *text, struct json_object *value)
{
	add_text(text, value, false);
}

void
nbk_options_text_with_masks(struct nbk_buf *text, struct json_object *value)
{
	add_text(text, value, true);
}

bool
nbk_options_is_blank(const char *text)
{
	return text[strspn(text, BLANK ",")] == '\0';
}

/* New: the value as Kea's text; NULL: it is blank. */
static struct json_object *
text_from(const char *text)
{
	return nbk_options_is_blank(text) ? NULL : json_object_new_string(text);
}

static struct json_object *
number_from(const char *text, const struct key *key)
{
	char *end;
	long long number = strtoll(text, &end, 10);

	/* A custom field of type decimal: "3600.0". */
	if (end != text && *end == '.')
		end += 1 + strspn(end + 1, "0");
	if (end == text || !nbk_options_is_blank(end) || number < key->min || number > key->max)
		return NULL;
	return json_object_new_int64(number);
}

static struct json_object *
real_from(const char *text)
{
	char *end;
	double number = strtod(text, &end);

	return end == text || !nbk_options_is_blank(end) || !isfinite(number) || number < 0 ? NULL : json_object_new_double(number);
}

static struct json_object *
boolean_from(const char *text)
{
	if (strcasecmp(text, "true") == 0)
		return json_object_new_boolean(true);
	if (strcasecmp(text, "false") == 0)
		return json_object_new_boolean(false);
	return NULL;
}

static struct json_object *
address_from(const char *text, uint8_t family)
{
	char address[NBK_IP_TEXT] = "";
	size_t length;
	struct nbk_ip ip;

	text += strspn(text, BLANK);
	length = strcspn(text, BLANK);
	if (length >= sizeof(address) || !nbk_options_is_blank(text + length))
		return NULL;
	memcpy(address, text, length);
	return nbk_ip_parse(address, &ip) && ip.family == family ? json_object_new_string(address) : NULL;
}

/* A list of texts from a list, or from one text with commas. */
static struct json_object *
list_from(const char *text)
{
	struct json_object *list = json_object_new_array();

	for (text += strspn(text, ", "); list != NULL && *text != '\0'; text += strspn(text, ", ")) {
		size_t whole = strcspn(text, ","), length = whole;

		while (length > 0 && text[length - 1] == ' ')
			length--;
		json_object_array_add(list, json_object_new_string_len(text, (int)length));
		text += whole;
	}
	return list;
}

/* With its mask, and nothing behind that. */
static struct json_object *
prefix_from(const char *text, uint8_t family)
{
	char prefix[NBK_NET_TEXT];
	struct nbk_net net, masked;

	if (strchr(text, '/') == NULL || !nbk_net_parse(text, &net) || net.address.family != family)
		return NULL;
	masked = net;
	nbk_net_mask(&masked);
	return nbk_net_compare(&net, &masked) == 0 ? json_object_new_string(nbk_net_text(&net, prefix)) : NULL;
}

/* A list of what a function makes of each text. NULL: of one it makes nothing. */
static struct json_object *
list_made(const char *text, uint8_t family, struct json_object *(*make)(const char *text, uint8_t family))
{
	struct json_object *list = list_from(text);
	size_t i;

	for (i = 0; list != NULL && i < json_object_array_length(list); i++) {
		const char *given = json_object_get_string(json_object_array_get_idx(list, i));
		struct json_object *made = given == NULL ? NULL : make(given, family);

		if (made != NULL && json_object_array_put_idx(list, i, made) == 0)
			continue;
		json_object_put(made);
		json_object_put(list);
		list = NULL;
	}
	return list;
}

static struct json_object *
typed(const struct key *key, const char *text, uint8_t family)
{
	switch (key->type) {
	case TYPE_TEXT:
		return text_from(text);
	case TYPE_NUMBER:
		return number_from(text, key);
	case TYPE_REAL:
		return real_from(text);
	case TYPE_BOOLEAN:
		return boolean_from(text);
	case TYPE_ADDRESS:
		return address_from(text, family);
	case TYPE_LIST:
		return nbk_options_is_blank(text) ? NULL : list_from(text);
	case TYPE_ADDRESSES:
		return nbk_options_is_blank(text) ? NULL : list_made(text, family, address_from);
	case TYPE_PREFIXES:
		return nbk_options_is_blank(text) ? NULL : list_made(text, family, prefix_from);
	case TYPE_ANY:
		break;
	}
	return NULL;
}

static const char *
wants(const struct key *key)
{
	switch (key->type) {
	case TYPE_NUMBER:
		return key->min == 0             ? "a number from 0 to 4294967295" :
		       key->max < UINT32_MAX ? "a number from 1 to 4294967294" :
		                               "a number from 1 to 4294967295";
	case TYPE_REAL:
		return "a number";
	case TYPE_BOOLEAN:
		return "true or false";
	case TYPE_ADDRESS:
		return "an address of the server's family";
	case TYPE_ADDRESSES:
		return "a list of addresses of the server's family";
	case TYPE_PREFIXES:
		return "a list of prefixes like 2001:db8::/56";
	case TYPE_TEXT:
	case TYPE_LIST:
	case TYPE_ANY:
		break;
	}
	return "a value that is not blank";
}

/* Borrowed: the map that the entry's key is put into; NULL where something else is in its place. */
static struct json_object *
target(struct json_object *object, const struct nbk_map_entry *entry)
{
	struct json_object *inner;

	if (entry->inner == NULL)
		return object;
	inner = nbk_json_member(object, entry->outer);
	if (inner == NULL) {
		inner = json_object_new_object();
		json_object_object_add(object, entry->outer, inner);
	}
	return json_object_is_type(inner, json_type_object) ? inner : NULL;
}

/* Takes the value. */
static int
put_value(struct json_object *object, const struct nbk_map_entry *entry, struct json_object *value, struct nbk_error *err)
{
	struct json_object *into = target(object, entry);

	if (into != NULL && json_object_object_add(into, entry->inner == NULL ? entry->outer : entry->inner, value) == 0)
		return 0;
	json_object_put(value);
	return nbk_error_set(err, NBK_EDATA, "%s: %s has a value of its own", entry->key, entry->outer);
}

/* Whether Kea prints the value as JSON that can be read again: it prints the names in a map as they are, and escapes nothing. */
static bool
is_printable(struct json_object *value, int depth)
{
	size_t i;

	if (depth > MAX_DEPTH)
		return false;
	if (json_object_is_type(value, json_type_array)) {
		for (i = 0; i < json_object_array_length(value); i++)
			if (!is_printable(json_object_array_get_idx(value, i), depth + 1))
				return false;
	} else if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, member) {
			if (!nbk_map_is_name(name) || !is_printable(member, depth + 1))
				return false;
		}
	}
	return true;
}

int
nbk_options_put(struct json_object *object, const struct nbk_map_entry *entry, struct json_object *value, uint8_t family,
                struct nbk_error *err)
{
	const struct key *key = key_find(entry->key);
	struct json_object *turned;
	struct nbk_buf text;
	int result = 0;

	nbk_buf_init(&text, MAX_TEXT);
	add_text(&text, value, key != NULL && key->type == TYPE_PREFIXES);
	if (text.failed) {
		result = nbk_error_set(err, NBK_EDATA, "%s: its value is longer than %d bytes", entry->key, MAX_TEXT);
		goto out;
	}
	if (key == NULL && !is_printable(value, 0)) {
		result = nbk_error_set(err, NBK_EDATA, "%s: it is nested too deep, or a name in it has a quote, a backslash or a control "
		                       "character, which Kea can't print", entry->key);
		goto out;
	}
	turned = key == NULL ? json_object_get(value) : typed(key, nbk_buf_text(&text), family);
	if (turned == NULL)
		result = nbk_error_set(err, NBK_EDATA, "%s: \"%.64s\" is not %s", entry->key, nbk_buf_text(&text), wants(key));
	else
		result = put_value(object, entry, turned, err);
out:
	nbk_buf_clear(&text);
	return result;
}

/* Neither a label nor the name may end in a hyphen, and Kea wants no dot at the name's end. */
static size_t
trim(const char *name, size_t length)
{
	while (length > 0 && (name[length - 1] == '-' || name[length - 1] == '.'))
		length--;
	return length;
}

char *
nbk_options_hostname(const char *name)
{
	enum { MAX_LABEL = 63, MAX_NAME = 253 };
	char *made = malloc(MAX_NAME + 1);
	size_t length = 0, label = 0;

	if (made == NULL)
		return NULL;
	for (; *name != '\0' && length < MAX_NAME; name++) {
		unsigned char c = (unsigned char)*name;

		if (c == '.') {
			while (label > 0 && made[length - 1] == '-')
				length--, label--;
			if (label == 0)
				continue;
			made[length++] = '.';
			label = 0;
		} else if (c < 0x80 && isalnum(c)) {
			if (label < MAX_LABEL)
				made[length++] = (char)c, label++;
		} else if (label > 0 && label < MAX_LABEL && (c == '-' || made[length - 1] != '-')) {
			made[length++] = '-';
			label++;
		}
	}
	made[trim(made, length)] = '\0';
	return made;
}
