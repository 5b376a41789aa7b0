/* SPDX-License-Identifier: MPL-2.0 */
#include "map.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const char *const mac_paths[] = {
	"assigned_object.mac_address",
	"assigned_object.primary_mac_address.mac_address",
};

static void
path_clear(struct nbk_path *path)
{
	size_t i;

	for (i = 0; i < path->count; i++)
		free(path->names[i]);
	free(path->names);
	free(path->text);
}

static int
path_parse(struct nbk_path *path, const char *text)
{
	const char *name = text;
	size_t i;

	memset(path, 0, sizeof(*path));
	path->text = strdup(text);
	if (path->text == NULL)
		return -1;
	for (i = 0; i < sizeof(mac_paths) / sizeof(mac_paths[0]); i++)
		path->is_mac = path->is_mac || strcmp(text, mac_paths[i]) == 0;
	while (name != NULL) {
		const char *dot = strchr(name, '.');
		char **names = realloc(path->names, (path->count + 1) * sizeof(*names));

		if (names == NULL)
			return -1;
		path->names = names;
		names[path->count] = dot == NULL ? strdup(name) : strndup(name, (size_t)(dot - name));
		if (names[path->count++] == NULL)
			return -1;
		name = dot == NULL ? NULL : dot + 1;
	}
	return 0;
}

/* The index of the path, which is added where the map does not have it yet. -1: out of memory. */
static ssize_t
path_index(struct nbk_map *map, const char *text)
{
	struct nbk_path *paths;
	size_t i;

	for (i = 0; i < map->path_count; i++)
		if (strcmp(map->paths[i].text, text) == 0)
			return (ssize_t)i;
	paths = realloc(map->paths, (map->path_count + 1) * sizeof(*paths));
	if (paths == NULL)
		return -1;
	map->paths = paths;
	if (path_parse(&paths[map->path_count], text) < 0) {
		path_clear(&paths[map->path_count]);
		return -1;
	}
	return (ssize_t)map->path_count++;
}

static bool
is_dotted(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && text[0] != '.' && text[length - 1] != '.' && strstr(text, "..") == NULL;
}

/* Adds one path to the entry; a value that is no path is a fault. */
static int
entry_add_path(struct nbk_map *map, struct nbk_map_entry *entry, struct json_object *value, const char *parameter,
               struct nbk_buf *faults)
{
	const char *text = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
	size_t *paths;
	ssize_t index;

	if (!is_dotted(text)) {
		nbk_buf_addf(faults, "; %s: \"%s\" wants a path like \"custom_fields.name\", or a list of them", parameter,
		             entry->key);
		return -1;
	}
	index = path_index(map, text);
	paths = index < 0 ? NULL : realloc(entry->paths, (entry->count + 1) * sizeof(*paths));
	if (paths == NULL) {
		faults->failed = true;
		return -1;
	}
	entry->paths = paths;
	paths[entry->count++] = (size_t)index;
	return 0;
}

/* A path, or a list of them. */
static int
entry_add_paths(struct nbk_map *map, struct nbk_map_entry *entry, struct json_object *value, const char *parameter,
                struct nbk_buf *faults)
{
	int result = 0;
	size_t i;

	if (!json_object_is_type(value, json_type_array))
		return entry_add_path(map, entry, value, parameter, faults);
	if (json_object_array_length(value) == 0) {
		nbk_buf_addf(faults, "; %s: the list of \"%s\" is empty", parameter, entry->key);
		return -1;
	}
	for (i = 0; i < json_object_array_length(value); i++)
		if (entry_add_path(map, entry, json_object_array_get_idx(value, i), parameter, faults) < 0)
			result = -1;
	return result;
}

/* What is wrong with a member, or NULL. */
static const char *
member_text(char **text, struct json_object *value)
{
	if (!json_object_is_type(value, json_type_string) || json_object_get_string_len(value) == 0)
		return "wants a text that is not empty";
	*text = strdup(json_object_get_string(value));
	return *text == NULL ? "finds no memory" : NULL;
}

static const char *
member_code(uint16_t *code, struct json_object *value)
{
	int64_t number = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int) || number < 1 || number > UINT16_MAX)
		return "wants a number from 1 to 65535";
	*code = (uint16_t)number;
	return NULL;
}

static const char *
member_flag(bool *flag, struct json_object *value)
{
	*flag = json_object_get_boolean(value);
	return json_object_is_type(value, json_type_boolean) ? NULL : "wants true or false";
}

/* Takes what stands beside the path of an option. What is wrong with it, or NULL. */
static const char *
option_member(struct nbk_option *option, const char *name, struct json_object *value)
{
	if (strcmp(name, "name") == 0)
		return member_text(&option->name, value);
	if (strcmp(name, "code") == 0)
		return member_code(&option->code, value);
	if (strcmp(name, "space") == 0)
		return member_text(&option->space, value);
	if (strcmp(name, "always-send") == 0)
		return member_flag(&option->always_send, value);
	if (strcmp(name, "csv-format") != 0)
		return "is none of path, name, code, space, csv-format, always-send";
	option->has_csv_format = true;
	return member_flag(&option->csv_format, value);
}

/* A path, with what Kea is to know of an option beside it. */
static int
entry_add_object(struct nbk_map *map, struct nbk_map_entry *entry, struct json_object *value, const char *parameter,
                 struct nbk_buf *faults)
{
	struct json_object *path;
	int result = 0;

	json_object_object_foreach(value, name, member) {
		const char *fault = "may stand beside the path of an option only";

		if (strcmp(name, "path") == 0)
			continue;
		if (entry->is_option)
			fault = option_member(&entry->option, name, member);
		if (fault == NULL)
			continue;
		nbk_buf_addf(faults, "; %s: \"%s\": \"%s\" %s", parameter, entry->key, name, fault);
		result = -1;
	}
	if (json_object_object_get_ex(value, "path", &path))
		return entry_add_paths(map, entry, path, parameter, faults) < 0 ? -1 : result;
	nbk_buf_addf(faults, "; %s: \"%s\" has no \"path\"", parameter, entry->key);
	return -1;
}

/* The key itself names the option where nothing beside its path does. */
static int
entry_name_option(struct nbk_map_entry *entry, const char *parameter, struct nbk_buf *faults)
{
	struct nbk_option *option = &entry->option;
	unsigned long code;

	if (option->name != NULL || option->code > 0)
		return 0;
	if (entry->inner[strspn(entry->inner, "0123456789")] != '\0') {
		option->name = strdup(entry->inner);
		if (option->name != NULL)
			return 0;
		faults->failed = true;
		return -1;
	}
	code = strtoul(entry->inner, NULL, 10);
	if (code < 1 || code > UINT16_MAX) {
		nbk_buf_addf(faults, "; %s: \"%s\": the code of an option is a number from 1 to 65535", parameter, entry->key);
		return -1;
	}
	option->code = (uint16_t)code;
	return 0;
}

static void
entry_clear(struct nbk_map_entry *entry)
{
	free(entry->key);
	free(entry->outer);
	free(entry->inner);
	free(entry->option.name);
	free(entry->option.space);
	free(entry->paths);
}

static int
entry_parse(struct nbk_map *map, const char *key, struct json_object *value, const char *parameter, struct nbk_buf *faults)
{
	struct nbk_map_entry *entries = realloc(map->entries, (map->count + 1) * sizeof(*entries));
	struct nbk_map_entry *entry;
	const char *dot = strchr(key, '.');
	int result;

	if (entries == NULL) {
		faults->failed = true;
		return -1;
	}
	map->entries = entries;
	entry = &entries[map->count];
	memset(entry, 0, sizeof(*entry));
	entry->key = strdup(key);
	entry->outer = dot == NULL ? strdup(key) : strndup(key, (size_t)(dot - key));
	entry->inner = dot == NULL ? NULL : strdup(dot + 1);
	if (entry->key == NULL || entry->outer == NULL || (dot != NULL && entry->inner == NULL)) {
		entry_clear(entry);
		faults->failed = true;
		return -1;
	}
	map->count++;
	if (!is_dotted(key) || !nbk_map_is_name(key)) {
		nbk_buf_addf(faults, "; %s: \"%s\" is no key of Kea's", parameter, key);
		return -1;
	}
	entry->is_option = dot != NULL && strcmp(entry->outer, "option-data") == 0;
	result = json_object_is_type(value, json_type_object) ? entry_add_object(map, entry, value, parameter, faults) :
	                                                        entry_add_paths(map, entry, value, parameter, faults);
	if (entry->is_option && entry_name_option(entry, parameter, faults) < 0)
		result = -1;
	return result;
}

/* What is mapped whole has no place for a part. */
static int
check_outers(const struct nbk_map *map, const char *parameter, struct nbk_buf *faults)
{
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct nbk_map_entry *entry = &map->entries[i];

		if (entry->inner != NULL && nbk_map_find(map, entry->outer) != NULL) {
			nbk_buf_addf(faults, "; %s: \"%s\" and \"%s\" can't both be mapped", parameter, entry->outer, entry->key);
			return -1;
		}
	}
	return 0;
}

int
nbk_map_parse(struct nbk_map *map, struct json_object *value, const char *parameter, struct nbk_buf *faults)
{
	struct json_object_iterator it, end;
	int result = 0;

	memset(map, 0, sizeof(*map));
	if (!json_object_is_type(value, json_type_object)) {
		nbk_buf_addf(faults, "; %s wants a map of Kea's keys to NetBox paths", parameter);
		return -1;
	}
	it = json_object_iter_begin(value);
	end = json_object_iter_end(value);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		if (entry_parse(map, json_object_iter_peek_name(&it), json_object_iter_peek_value(&it), parameter, faults) < 0)
			result = -1;
	return result == 0 ? check_outers(map, parameter, faults) : -1;
}

void
nbk_map_clear(struct nbk_map *map)
{
	size_t i;

	for (i = 0; i < map->path_count; i++)
		path_clear(&map->paths[i]);
	for (i = 0; i < map->count; i++)
		entry_clear(&map->entries[i]);
	free(map->paths);
	free(map->entries);
	memset(map, 0, sizeof(*map));
}

bool
nbk_map_is_name(const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < 0x20 || *name == '"' || *name == '\\')
			return false;
	return true;
}

const struct nbk_map_entry *
nbk_map_find(const struct nbk_map *map, const char *key)
{
	size_t i;

	for (i = 0; i < map->count; i++)
		if (strcmp(map->entries[i].key, key) == 0)
			return &map->entries[i];
	return NULL;
}

/* Borrowed: what the path leads to, or NULL. */
static struct json_object *
path_follow(const struct nbk_path *path, struct json_object *row)
{
	struct json_object *value = row;
	size_t i;

	for (i = 0; i < path->count; i++)
		if (!json_object_is_type(value, json_type_object) || !json_object_object_get_ex(value, path->names[i], &value))
			return NULL;
	return value;
}

struct json_object **
nbk_map_extract(const struct nbk_map *map, struct json_object *row)
{
	struct json_object **values = calloc(map->path_count + 1, sizeof(*values));
	size_t i;

	if (values == NULL)
		return NULL;
	for (i = 0; i < map->path_count; i++) {
		struct json_object *value = path_follow(&map->paths[i], row);

		if (nbk_map_counts(value))
			values[i] = json_object_get(value);
	}
	return values;
}

void
nbk_map_values_free(struct json_object **values, size_t count)
{
	size_t i;

	if (values == NULL)
		return;
	for (i = 0; i < count; i++)
		json_object_put(values[i]);
	free(values);
}

bool
nbk_map_counts(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return false;
	case json_type_string:
		return json_object_get_string_len(value) > 0;
	case json_type_array:
		return json_object_array_length(value) > 0;
	case json_type_boolean:
	case json_type_double:
	case json_type_int:
	case json_type_object:
		return true;
	}
	return false;
}

struct json_object *
nbk_map_first(const struct nbk_map *map, const struct nbk_map_entry *entry, struct json_object **values, struct json_object *mac)
{
	size_t i;

	for (i = 0; i < entry->count; i++) {
		size_t path = entry->paths[i];
		struct json_object *value = map->paths[path].is_mac ? mac : values[path];

		if (value != NULL)
			return value;
	}
	return NULL;
}
