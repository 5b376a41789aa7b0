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

static void
entry_clear(struct nbk_map_entry *entry)
{
	free(entry->key);
	free(entry->outer);
	free(entry->inner);
	free(entry->paths);
}

static int
entry_parse(struct nbk_map *map, const char *key, struct json_object *value, const char *parameter, struct nbk_buf *faults)
{
	struct nbk_map_entry *entries = realloc(map->entries, (map->count + 1) * sizeof(*entries));
	struct nbk_map_entry *entry;
	const char *dot = strchr(key, '.');
	int result = 0;
	size_t i;

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
	if (!is_dotted(key)) {
		nbk_buf_addf(faults, "; %s: \"%s\" is no key of Kea's", parameter, key);
		return -1;
	}
	if (!json_object_is_type(value, json_type_array))
		return entry_add_path(map, entry, value, parameter, faults);
	if (json_object_array_length(value) == 0) {
		nbk_buf_addf(faults, "; %s: the list of \"%s\" is empty", parameter, key);
		return -1;
	}
	for (i = 0; i < json_object_array_length(value); i++)
		if (entry_add_path(map, entry, json_object_array_get_idx(value, i), parameter, faults) < 0)
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
