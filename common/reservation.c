/* SPDX-License-Identifier: MPL-2.0 */
#include "reservation.h"

#include "json.h"

#include <stdlib.h>
#include <string.h>

#define PREFIXES "prefixes"
#define OPTIONS "option-data"
#define CONTEXT "user-context"

/* Borrowed: a list's member, or, at index 0, what is no list itself. */
static struct json_object *
at(struct json_object *value, size_t index)
{
	if (json_object_is_type(value, json_type_array))
		return json_object_array_get_idx(value, index);
	return index == 0 ? value : NULL;
}

size_t
nbk_reservation_count(struct json_object *reservation, const struct nbk_family *family)
{
	struct json_object *addresses = nbk_json_member(reservation, family->addresses);

	return json_object_is_type(addresses, json_type_array) ? json_object_array_length(addresses) : addresses != NULL;
}

const char *
nbk_reservation_address(struct json_object *reservation, const struct nbk_family *family, size_t index)
{
	struct json_object *address = at(nbk_json_member(reservation, family->addresses), index);

	return json_object_is_type(address, json_type_string) ? json_object_get_string(address) : NULL;
}

int64_t
nbk_reservation_mark(struct json_object *reservation, const struct nbk_family *family, size_t index)
{
	struct json_object *mark = at(nbk_json_member(nbk_json_member(reservation, CONTEXT), family->addresses_mark), index);
	int64_t id = json_object_is_type(mark, json_type_int) ? json_object_get_int64(mark) : 0;

	return id > 0 ? id : 0;
}

/* Takes the value. */
static int
put(struct json_object *object, const char *key, struct json_object *value)
{
	if (value != NULL && json_object_object_add(object, key, value) == 0)
		return 0;
	json_object_put(value);
	return -1;
}

/* Takes the value; where the family joins, it becomes a list of one. */
static int
put_part(struct json_object *object, const char *key, struct json_object *value, const struct nbk_family *family)
{
	struct json_object *list;

	if (!family->joins)
		return put(object, key, value);
	list = json_object_new_array();
	if (value != NULL && list != NULL && json_object_array_add(list, value) == 0)
		return put(object, key, list);
	json_object_put(value);
	json_object_put(list);
	return -1;
}

int
nbk_reservation_set(struct json_object *reservation, const struct nbk_family *family, const char *address, int64_t id)
{
	struct json_object *context = nbk_json_member(reservation, CONTEXT);

	if (context == NULL) {
		context = json_object_new_object();
		if (put(reservation, CONTEXT, context) < 0)
			return -1;
	}
	if (put_part(reservation, family->addresses, json_object_new_string(address), family) < 0)
		return -1;
	return put_part(context, family->addresses_mark, json_object_new_int64(id), family);
}

int
nbk_reservation_read_prefixes(struct nbk_item *item, struct json_object *reservation)
{
	struct json_object *list = nbk_json_member(reservation, PREFIXES);
	size_t i, count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	if (count == 0)
		return 0;
	item->prefixes = calloc(count, sizeof(*item->prefixes));
	if (item->prefixes == NULL)
		return -1;
	for (i = 0; i < count; i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(list, i));

		item->prefix_count += text != NULL && nbk_net_parse(text, &item->prefixes[item->prefix_count]);
	}
	return 0;
}

/* Whether two objects are the same option, by its name or code. */
static bool
is_same_option(struct json_object *a, struct json_object *b, const struct nbk_family *family)
{
	const char *x = nbk_json_string(a, "space"), *y = nbk_json_string(b, "space");
	struct json_object *name = nbk_json_member(a, "name"), *code = nbk_json_member(a, "code");

	if (strcmp(x == NULL ? family->space : x, y == NULL ? family->space : y) != 0)
		return false;
	return (name != NULL && json_object_equal(name, nbk_json_member(b, "name"))) ||
	       (code != NULL && json_object_equal(code, nbk_json_member(b, "code")));
}

static bool
has(struct json_object *list, struct json_object *value, const struct nbk_family *family)
{
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *own = json_object_array_get_idx(list, i);

		if (json_object_is_type(own, json_type_object) ? is_same_option(own, value, family) : json_object_equal(own, value))
			return true;
	}
	return false;
}

/* Adds what a list lacks, of one whose values all differ everything. */
static int
append(struct json_object *list, struct json_object *more, bool differ, const struct nbk_family *family)
{
	size_t i;

	for (i = 0; i < json_object_array_length(more); i++) {
		struct json_object *value = json_object_array_get_idx(more, i);

		if (!differ && has(list, value, family))
			continue;
		if (json_object_array_add(list, json_object_get(value)) < 0) {
			json_object_put(value);
			return -1;
		}
	}
	return 0;
}

/* Adds what an object lacks; the lists of addresses, their marks, prefixes and options grow. */
static int
add(struct json_object *object, struct json_object *more, const struct nbk_family *family)
{
	json_object_object_foreach(more, key, value) {
		struct json_object *own = nbk_json_member(object, key);
		bool differ = strcmp(key, family->addresses) == 0 || strcmp(key, family->addresses_mark) == 0;
		bool grows = differ || strcmp(key, PREFIXES) == 0 || strcmp(key, OPTIONS) == 0;
		int result = 0;

		if (value == NULL)
			continue;
		if (own == NULL)
			result = put(object, key, json_object_get(value));
		else if (strcmp(key, CONTEXT) == 0 && json_object_is_type(own, json_type_object) &&
		         json_object_is_type(value, json_type_object))
			result = add(own, value, family);
		else if (grows && json_object_is_type(own, json_type_array) && json_object_is_type(value, json_type_array))
			result = append(own, value, differ, family);
		if (result < 0)
			return -1;
	}
	return 0;
}

char *
nbk_reservation_join(const struct nbk_item *const *items, size_t count, const struct nbk_family *family)
{
	struct json_object *whole = json_tokener_parse(items[0]->text);
	int result = whole == NULL ? -1 : 0;
	char *text;
	size_t i;

	for (i = 1; i < count && result == 0; i++) {
		struct json_object *part = json_tokener_parse(items[i]->text);

		result = part == NULL ? -1 : add(whole, part, family);
		json_object_put(part);
	}
	text = result < 0 ? NULL : nbk_json_text(whole);
	json_object_put(whole);
	return text;
}
