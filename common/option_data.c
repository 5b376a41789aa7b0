/* SPDX-License-Identifier: MPL-2.0 */
#include "option_data.h"

#include "identifier.h"
#include "json.h"
#include "options.h"

#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 65535

static const struct nbk_option option_43 = { .code = 43, .name = "vendor-encapsulated-options" };

/* The space that an option, or a definition, of Kea's configuration is in. */
static const char *
space_of(struct json_object *object, const struct nbk_kea_config *kea)
{
	const char *space = nbk_json_string(object, "space");

	return space == NULL ? kea->family->space : space;
}

static bool
same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* The operator's own definitions; *count: out. */
static struct json_object *
definitions(const struct nbk_kea_config *kea, size_t *count)
{
	struct json_object *list = nbk_json_member(nbk_json_member(kea->root, kea->family->server), "option-def");

	*count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
	return list;
}

/* Borrowed: the operator's definition of an option, or NULL. */
static struct json_object *
definition_of(const struct nbk_option *option, const struct nbk_kea_config *kea)
{
	const char *space = option->space == NULL ? kea->family->space : option->space;
	size_t i, count;
	struct json_object *list = definitions(kea, &count);

	for (i = 0; i < count; i++) {
		struct json_object *definition = json_object_array_get_idx(list, i);

		if (strcmp(space_of(definition, kea), space) != 0)
			continue;
		if (option->code > 0 ? nbk_json_positive(definition, "code") == option->code :
		                       same_text(nbk_json_string(definition, "name"), option->name))
			return definition;
	}
	return NULL;
}

/* Whether the option is one of Kea's own, by name or code. */
static bool
is_own(const struct nbk_option *option, const struct nbk_option *own, const struct nbk_kea_config *kea)
{
	const char *space = option->space == NULL ? kea->family->space : option->space;

	if (strcmp(space, own->space == NULL ? kea->family->space : own->space) != 0)
		return false;
	return option->code == own->code || same_text(option->name, own->name);
}

/* Whether the option is one of a list of Kea's own, or the operator's definition is of that type. */
static bool
is_of_type(const struct nbk_option *option, const struct nbk_option *own, const char *type, const struct nbk_kea_config *kea)
{
	/* Hex digits, or a text in single quotes: Kea takes it whole. */
	if (option->has_csv_format && !option->csv_format)
		return false;
	for (; own->code != 0; own++)
		if (is_own(option, own, kea))
			return true;
	return same_text(nbk_json_string(definition_of(option, kea), "type"), type);
}

/* Whether a prefix is among the option's values. */
static bool
has_prefix(const struct nbk_option *option, const struct nbk_kea_config *kea)
{
	const char *records = nbk_json_string(definition_of(option, kea), "record-types");

	return is_of_type(option, kea->family->prefixes, "ipv6-prefix", kea) ||
	       (records != NULL && strstr(records, "ipv6-prefix") != NULL);
}

/* Whether bytes, as "01:02:ab:cd", are sub-options: each a code, a length and so many bytes; 00 between them, ff at the end. */
static bool
are_sub_options(const char *bytes)
{
	size_t count = (strlen(bytes) + 1) / 3, i = 0;

	while (i < count) {
		unsigned long code = strtoul(bytes + 3 * i, NULL, 16);

		if (code == 0xff)
			return i + 1 == count;
		if (code == 0)
			i++;
		else if (i + 1 < count)
			i += 2 + strtoul(bytes + 3 * (i + 1), NULL, 16);
		else
			return false;
	}
	return i == count;
}

/* Kea takes the bytes of option 43 apart, and drops without a word what are no sub-options, unless the operator defined it otherwise. */
static bool
loses_bytes(const struct nbk_option *option, const char *data, const struct nbk_kea_config *kea)
{
	struct json_object *definition = definition_of(&option_43, kea);
	char *bytes;
	bool whole;

	if (strcmp(kea->family->space, "dhcp4") != 0 || !is_own(option, &option_43, kea) || !option->has_csv_format || option->csv_format)
		return false;
	if (definition != NULL && !same_text(nbk_json_string(definition, "type"), "empty"))
		return false;
	/* Kea reads it as it reads an identifier, and names what it can't read. */
	bytes = nbk_identifier_text("flex-id", data);
	whole = bytes == NULL || are_sub_options(bytes);
	free(bytes);
	return !whole;
}

/* Appends a text such that Kea reads it as one value: it parts values at commas, but for those behind a backslash, and of two
 * backslashes it keeps one. A comma that NetBox's text has escaped already, as the Python daemon wanted it, is no more than a comma. */
static void
add_whole(struct nbk_buf *data, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == ',' || (*text == '\\' && text[1] != ','))
			nbk_buf_adds(data, "\\");
		else if (*text == '\\')
			nbk_buf_add(data, text++, 1);
		nbk_buf_add(data, text, 1);
	}
}

/* The same of each item of a list. */
static void
add_each_whole(struct nbk_buf *data, struct json_object *list)
{
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct nbk_buf item;

		nbk_buf_init(&item, MAX_TEXT);
		nbk_options_text(&item, json_object_array_get_idx(list, i));
		nbk_buf_adds(data, i == 0 ? "" : ", ");
		add_whole(data, nbk_buf_text(&item));
		nbk_buf_clear(&item);
	}
}

/* Appends {"name": "routers", "data": "10.0.0.1"}; data: NULL: none. */
static int
append(struct json_object *list, const struct nbk_option *option, const char *data, struct nbk_error *err)
{
	struct json_object *made = json_object_new_object();

	if (made == NULL || json_object_array_add(list, made) < 0) {
		json_object_put(made);
		return nbk_error_nomem(err);
	}
	if (option->name != NULL)
		json_object_object_add(made, "name", json_object_new_string(option->name));
	if (option->code > 0)
		json_object_object_add(made, "code", json_object_new_int(option->code));
	if (option->space != NULL)
		json_object_object_add(made, "space", json_object_new_string(option->space));
	if (data != NULL)
		json_object_object_add(made, "data", json_object_new_string(data));
	if (option->has_csv_format)
		json_object_object_add(made, "csv-format", json_object_new_boolean(option->csv_format));
	if (option->always_send)
		json_object_object_add(made, "always-send", json_object_new_boolean(true));
	return 0;
}

/* Borrowed: the object's list of options, NULL where something else is in its place, or no memory. */
static struct json_object *
list_of(struct json_object *object)
{
	struct json_object *list = nbk_json_member(object, "option-data");

	if (list == NULL) {
		list = json_object_new_array();
		json_object_object_add(object, "option-data", list);
	}
	return json_object_is_type(list, json_type_array) ? list : NULL;
}

int
nbk_option_data_add(struct json_object *object, const struct nbk_map_entry *entry, struct json_object *value,
                    const struct nbk_kea_config *kea, struct nbk_error *err)
{
	struct json_object *list;
	struct nbk_buf text, data;
	int result;

	nbk_buf_init(&text, MAX_TEXT);
	nbk_buf_init(&data, 2 * MAX_TEXT);
	if (has_prefix(&entry->option, kea))
		nbk_options_text_with_masks(&text, value);
	else
		nbk_options_text(&text, value);
	if (is_of_type(&entry->option, kea->family->texts, "string", kea))
		add_whole(&data, nbk_buf_text(&text));
	else if (json_object_is_type(value, json_type_array) && is_of_type(&entry->option, kea->family->tuples, "tuple", kea))
		add_each_whole(&data, value);
	else
		nbk_buf_adds(&data, nbk_buf_text(&text));
	if (text.failed || data.failed)
		result = nbk_error_set(err, NBK_EDATA, "option %s: its value is longer than %d bytes", entry->inner, MAX_TEXT);
	else if (nbk_options_is_blank(nbk_buf_text(&text)))
		result = nbk_error_set(err, NBK_EDATA, "option %s: its value is blank", entry->inner);
	else if (loses_bytes(&entry->option, nbk_buf_text(&data), kea))
		result = nbk_error_set(err, NBK_EDATA, "option %s: its bytes are not sub-options, each a code, a length and a value: to send them "
		                       "as they are, define option 43 as binary in Kea's option-def", entry->inner);
	else if ((list = list_of(object)) == NULL)
		result = nbk_error_set(err, NBK_EDATA, "option %s: option-data has a value of its own", entry->inner);
	else
		result = append(list, &entry->option, nbk_buf_text(&data), err);
	nbk_buf_clear(&text);
	nbk_buf_clear(&data);
	return result;
}

/* What carries the options of a space: what the operator defined for it, or one of Kea's own. False: nothing that needs no data of its
 * own. */
static bool
find_carrier(const char *space, const struct nbk_kea_config *kea, struct nbk_option *carrier)
{
	const struct nbk_carrier *own;
	struct json_object *list;
	size_t i, count;

	memset(carrier, 0, sizeof(*carrier));
	list = definitions(kea, &count);
	for (i = 0; i < count; i++) {
		struct json_object *definition = json_object_array_get_idx(list, i);

		if (!same_text(nbk_json_string(definition, "encapsulate"), space) ||
		    !same_text(nbk_json_string(definition, "type"), "empty") || strcmp(space_of(definition, kea), kea->family->space) != 0)
			continue;
		carrier->code = (uint16_t)nbk_json_positive(definition, "code");
		carrier->name = (char *)nbk_json_string(definition, "name");
		return true;
	}
	for (own = kea->family->carriers; own->space != NULL; own++) {
		if (strcmp(own->space, space) == 0) {
			*carrier = own->option;
			return true;
		}
	}
	return false;
}

static bool
has_option(struct json_object *list, const struct nbk_option *option, const struct nbk_kea_config *kea)
{
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (strcmp(space_of(one, kea), kea->family->space) == 0 &&
		    (nbk_json_positive(one, "code") == option->code || same_text(nbk_json_string(one, "name"), option->name)))
			return true;
	}
	return false;
}

static bool
any_always_sent(struct json_object *list, const char *space, const struct nbk_kea_config *kea)
{
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (strcmp(space_of(one, kea), space) == 0 && json_object_get_boolean(nbk_json_member(one, "always-send")))
			return true;
	}
	return false;
}

int
nbk_option_data_add_carriers(struct json_object *object, const struct nbk_kea_config *kea, struct nbk_error *err)
{
	struct json_object *list = nbk_json_member(object, "option-data");
	size_t i, count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	for (i = 0; i < count; i++) {
		const char *space = space_of(json_object_array_get_idx(list, i), kea);
		struct nbk_option carrier;

		if (!find_carrier(space, kea, &carrier) || has_option(list, &carrier, kea))
			continue;
		carrier.always_send = any_always_sent(list, space, kea);
		if (append(list, &carrier, NULL, err) < 0)
			return -1;
	}
	return 0;
}
