/* SPDX-License-Identifier: MPL-2.0 */
#include "json.h"

#include <limits.h>
#include <string.h>

#define MAX_DEPTH 64

struct json_object *
nbk_json_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &value);
	return value;
}

const char *
nbk_json_string(struct json_object *object, const char *name)
{
	struct json_object *value = nbk_json_member(object, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

int64_t
nbk_json_positive(struct json_object *object, const char *name)
{
	struct json_object *value = nbk_json_member(object, name);
	int64_t id = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;

	return id > 0 ? id : 0;
}

struct json_object *
nbk_json_parse(const char *text, size_t length, bool any_bytes, const char *what, struct nbk_error *err)
{
	struct json_tokener *tokener = json_tokener_new_ex(MAX_DEPTH);
	struct json_object *value = NULL;
	enum json_tokener_error fault;

	if (tokener == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	json_tokener_set_flags(tokener, any_bytes ? 0 : JSON_TOKENER_VALIDATE_UTF8);
	if (length < INT_MAX)
		value = json_tokener_parse_ex(tokener, text, (int)length);
	fault = json_tokener_get_error(tokener);
	/* White space may follow the value, nothing else. */
	if (fault != json_tokener_success || value == NULL ||
	    strspn(text + json_tokener_get_parse_end(tokener), " \t\r\n") < length - json_tokener_get_parse_end(tokener)) {
		json_object_put(value);
		value = NULL;
		nbk_error_set(err, NBK_ETEMP, "%s is not JSON (%s)", what,
		              fault == json_tokener_continue || fault == json_tokener_success ? "cut off, null, or followed by more"
		                                                                             : json_tokener_error_desc(fault));
	}
	json_tokener_free(tokener);
	return value;
}

char *
nbk_json_text(struct json_object *object)
{
	const char *text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	return text == NULL ? NULL : strdup(text);
}

bool
nbk_json_contains(struct json_object *whole, struct json_object *part)
{
	size_t i;

	if (json_object_get_type(whole) != json_object_get_type(part))
		return false;
	if (json_object_is_type(part, json_type_object)) {
		json_object_object_foreach(part, name, value) {
			struct json_object *other;

			if (!json_object_object_get_ex(whole, name, &other) || !nbk_json_contains(other, value))
				return false;
		}
		return true;
	}
	if (!json_object_is_type(part, json_type_array))
		return json_object_equal(whole, part);
	if (json_object_array_length(whole) != json_object_array_length(part))
		return false;
	for (i = 0; i < json_object_array_length(part); i++)
		if (!nbk_json_contains(json_object_array_get_idx(whole, i), json_object_array_get_idx(part, i)))
			return false;
	return true;
}
