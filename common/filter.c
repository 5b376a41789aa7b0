/* SPDX-License-Identifier: MPL-2.0 */
#include "filter.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define AT_LEAST "__gte"

/* How a query key shows in a row. */
enum shows {
	SHOWS_CUSTOM_FIELD, /* custom_fields.<name> */
	SHOWS_AT_LEAST,     /* the same, a number that is as large or larger: cf_<name>__gte */
	SHOWS_CHOICE,       /* {"value"} or a bare value */
	SHOWS_OBJECT,       /* a nested object, compared by id or by the attribute of the key */
	SHOWS_TAGS,         /* a list of nested objects, compared by slug */
	SHOWS_SCOPE,        /* site up to 4.1, scope from 4.2 */
};

static const struct checkable {
	const char *key;
	enum shows shows;
	const char *field;
	const char *attribute;
} checkables[] = {
	{ "status", SHOWS_CHOICE, "status", NULL },
	{ "family", SHOWS_CHOICE, "family", NULL },
	/* A choice on an address, an object on a prefix or a range. */
	{ "role", SHOWS_OBJECT, "role", "slug" },
	{ "role_id", SHOWS_OBJECT, "role", "id" },
	{ "tag", SHOWS_TAGS, "tags", "slug" },
	{ "vrf", SHOWS_OBJECT, "vrf", "rd" },
	{ "vrf_id", SHOWS_OBJECT, "vrf", "id" },
	{ "tenant", SHOWS_OBJECT, "tenant", "slug" },
	{ "tenant_id", SHOWS_OBJECT, "tenant", "id" },
	{ "site", SHOWS_SCOPE, "site", "slug" },
	{ "site_id", SHOWS_SCOPE, "site", "id" },
};

static const struct checkable custom_field = { "cf_", SHOWS_CUSTOM_FIELD, "custom_fields", NULL };
static const struct checkable at_least = { "cf_", SHOWS_AT_LEAST, "custom_fields", NULL };

static const struct checkable *
checkable_find(const char *key)
{
	size_t i;

	/* cf_name__n and the like: another comparison than equality. */
	if (strncmp(key, "cf_", 3) == 0 && strstr(key, "__") != NULL)
		return strcmp(strstr(key, "__"), AT_LEAST) == 0 ? &at_least : NULL;
	if (strncmp(key, "cf_", 3) == 0)
		return &custom_field;
	for (i = 0; i < sizeof(checkables) / sizeof(checkables[0]); i++)
		if (strcmp(checkables[i].key, key) == 0)
			return &checkables[i];
	return NULL;
}

/* The text of a scalar as NetBox takes it in a query; NULL: no scalar. */
static const char *
query_text(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return "null";
	case json_type_boolean:
	case json_type_double:
	case json_type_int:
	case json_type_string:
		return json_object_get_string(value);
	case json_type_object:
	case json_type_array:
		return NULL;
	}
	return NULL;
}

static int
add_query(struct nbk_buf *query, const char *key, struct json_object *value)
{
	const char *text = query_text(value);

	if (text == NULL)
		return -1;
	if (query->length > 0)
		nbk_buf_adds(query, "&");
	nbk_buf_add_url(query, key);
	nbk_buf_adds(query, "=");
	nbk_buf_add_url(query, text);
	return 0;
}

static int
add_key(struct nbk_buf *query, const char *key, struct json_object *value)
{
	size_t i, count;

	if (!json_object_is_type(value, json_type_array))
		return add_query(query, key, value);
	count = json_object_array_length(value);
	if (count == 0)
		return -1;
	for (i = 0; i < count; i++)
		if (add_query(query, key, json_object_array_get_idx(value, i)) < 0)
			return -1;
	return 0;
}

/* Keys that steer the paging: a filter that sets one would break it. */
static bool
is_reserved(const char *key)
{
	static const char *const reserved[] = { "id", "id__gt", "ordering", "limit", "offset", "start", "fields", "omit", "brief", "format" };
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(reserved[i], key) == 0)
			return true;
	return false;
}

int
nbk_filter_parse(struct nbk_filter *filter, struct json_object *value, const char *parameter, struct nbk_buf *faults)
{
	struct json_object_iterator it, end;
	struct nbk_buf query;
	int result = 0;

	memset(filter, 0, sizeof(*filter));
	if (!json_object_is_type(value, json_type_object)) {
		nbk_buf_addf(faults, "; %s wants a map of NetBox's filters and their values", parameter);
		return -1;
	}
	nbk_buf_init(&query, 16384);
	it = json_object_iter_begin(value);
	end = json_object_iter_end(value);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		const char *key = json_object_iter_peek_name(&it);

		if (is_reserved(key)) {
			nbk_buf_addf(faults, "; %s: \"%s\" is needed for the paging and can't be set", parameter, key);
			result = -1;
		} else if (add_key(&query, key, json_object_iter_peek_value(&it)) < 0) {
			nbk_buf_addf(faults, "; %s: \"%s\" wants a text, a number, true, false, null or a list of them", parameter,
			             key);
			result = -1;
		}
	}
	filter->keys = json_object_get(value);
	filter->query = nbk_buf_take(&query);
	if (filter->query == NULL) {
		nbk_buf_addf(faults, "; %s is too long", parameter);
		return -1;
	}
	return result;
}

void
nbk_filter_clear(struct nbk_filter *filter)
{
	free(filter->query);
	json_object_put(filter->keys);
	memset(filter, 0, sizeof(*filter));
}

/* A custom field of text may be set to match in parts and without case, so that is accepted of those. */
static bool
text_matches(const char *wanted, const char *found, bool loose)
{
	return strcmp(wanted, found) == 0 || (loose && *wanted != '\0' && strcasestr(found, wanted) != NULL);
}

static struct json_object *
member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &value);
	return value;
}

/* Of numbers. Other values, such as dates, NetBox is trusted to compare. */
static bool
is_at_least(struct json_object *found, const char *least)
{
	char *end;
	double number = strtod(least, &end);

	return found != NULL && (end == least || *end != '\0' || json_object_get_double(found) >= number);
}

/* Whether what a row holds is what one value of the filter asks for. */
static bool
value_matches(const struct checkable *checkable, struct json_object *wanted, struct json_object *found)
{
	const char *text = query_text(wanted);
	size_t i;

	if (json_object_is_type(found, json_type_array)) {
		for (i = 0; i < json_object_array_length(found); i++)
			if (value_matches(checkable, wanted, json_object_array_get_idx(found, i)))
				return true;
		return false;
	}
	if (json_object_is_type(found, json_type_object)) {
		struct json_object *part = member(found, "value");

		if (part == NULL)
			part = member(found, checkable->attribute == NULL ? "id" : checkable->attribute);
		/* A part that this version of NetBox does not show can't speak against the row. */
		return part == NULL || value_matches(checkable, wanted, part);
	}
	if (checkable->shows == SHOWS_AT_LEAST)
		return is_at_least(found, text);
	if (json_object_is_type(found, json_type_null))
		return strcmp(text, "null") == 0;
	if (json_object_is_type(found, json_type_boolean))
		return strcasecmp(text, json_object_get_string(found)) == 0 ||
		       strcmp(text, json_object_get_boolean(found) ? "1" : "0") == 0;
	return text_matches(text, json_object_get_string(found), checkable->shows == SHOWS_CUSTOM_FIELD);
}

/* A key with several values asks for any of them; NetBox's `tag` for all. */
static bool
key_matches(const struct checkable *checkable, struct json_object *wanted, struct json_object *found)
{
	size_t i, count, matched = 0;

	if (!json_object_is_type(wanted, json_type_array))
		return value_matches(checkable, wanted, found);
	count = json_object_array_length(wanted);
	for (i = 0; i < count; i++)
		matched += value_matches(checkable, json_object_array_get_idx(wanted, i), found);
	return checkable->shows == SHOWS_TAGS ? matched == count : matched > 0;
}

/* Finds the custom field of a key. -1: the row has no such field. */
static int
find_custom_field(const char *key, const struct checkable *checkable, struct json_object *row, struct json_object **found,
                  struct nbk_error *err)
{
	struct json_object *fields = member(row, "custom_fields");
	char name[256];
	int length = (int)(strlen(key + 3) - (checkable->shows == SHOWS_AT_LEAST ? strlen(AT_LEAST) : 0));

	if (snprintf(name, sizeof(name), "%.*s", length, key + 3) < (int)sizeof(name) && json_object_is_type(fields, json_type_object) &&
	    json_object_object_get_ex(fields, name, found))
		return 0;
	return nbk_error_set(err, NBK_EREFUSED,
	                     "NetBox has no custom field \"%s\" on this type and so ignores the filter \"%s\": create the field or change "
	                     "the filter",
	                     name, key);
}

static int
check_key(const char *key, struct json_object *wanted, struct json_object *row, struct nbk_error *err)
{
	const struct checkable *checkable = checkable_find(key);
	struct json_object *found;

	if (checkable == NULL)
		return 0;
	if (checkable->shows == SHOWS_CUSTOM_FIELD || checkable->shows == SHOWS_AT_LEAST) {
		if (find_custom_field(key, checkable, row, &found, err) < 0)
			return -1;
	} else if (checkable->shows == SHOWS_SCOPE && !json_object_object_get_ex(row, "site", &found)) {
		struct json_object *type = member(row, "scope_type");

		/* A location's or a region's scope belongs to a site that the row does not show. */
		if (type == NULL || strcmp(json_object_get_string(type), "dcim.site") != 0)
			return 0;
		found = member(row, "scope");
	} else if (!json_object_object_get_ex(row, checkable->field, &found)) {
		return 0;
	}
	if (key_matches(checkable, wanted, found))
		return 0;
	return nbk_error_set(err, NBK_EREFUSED, "NetBox ignored the filter \"%s\": it returned an object that does not match it", key);
}

int
nbk_filter_check(const struct nbk_filter *filter, struct json_object *row, struct nbk_error *err)
{
	struct json_object_iterator it, end;

	if (filter == NULL || filter->keys == NULL)
		return 0;
	it = json_object_iter_begin(filter->keys);
	end = json_object_iter_end(filter->keys);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		if (check_key(json_object_iter_peek_name(&it), json_object_iter_peek_value(&it), row, err) < 0)
			return -1;
	return 0;
}

const char *
nbk_filter_unchecked(const struct nbk_filter *filter, size_t *position)
{
	struct json_object_iterator it, end;
	size_t at;

	if (filter->keys == NULL)
		return NULL;
	it = json_object_iter_begin(filter->keys);
	end = json_object_iter_end(filter->keys);
	for (at = 0; !json_object_iter_equal(&it, &end); json_object_iter_next(&it), at++) {
		const char *key = json_object_iter_peek_name(&it);

		if (at >= *position && checkable_find(key) == NULL) {
			*position = at + 1;
			return key;
		}
	}
	return NULL;
}

void
nbk_filter_add_field(struct nbk_buf *fields, const char *field)
{
	size_t length = strlen(field);
	const char *known = nbk_buf_text(fields), *comma;

	for (; known != NULL; known = comma == NULL ? NULL : comma + 1) {
		comma = strchr(known, ',');
		if (strncmp(known, field, length) == 0 && (known[length] == ',' || known[length] == '\0'))
			return;
	}
	if (fields->length > 0)
		nbk_buf_adds(fields, ",");
	nbk_buf_add_url(fields, field);
}

void
nbk_filter_add_fields(const struct nbk_filter *filter, struct nbk_buf *fields)
{
	struct json_object_iterator it = json_object_iter_begin(filter->keys), end = json_object_iter_end(filter->keys);

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		const struct checkable *checkable = checkable_find(json_object_iter_peek_name(&it));

		if (checkable == NULL)
			continue;
		nbk_filter_add_field(fields, checkable->field);
		if (checkable->shows == SHOWS_SCOPE) {
			nbk_filter_add_field(fields, "scope_type");
			nbk_filter_add_field(fields, "scope");
		}
	}
}
