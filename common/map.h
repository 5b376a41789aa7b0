/* SPDX-License-Identifier: MPL-2.0 */
/* map.h: which values of a NetBox object become which keys of a Kea object, compiled.
 *
 * Kea's key is split at its first dot ("option-data.routers"), NetBox's path at every dot ("custom_fields.dhcp_valid_lifetime"). A
 * path that ends at an interface's MAC address has no value in the object: MACs are looked up by the interface (model.h). What is
 * behind the dot of an option is its name, or, all digits, its code; what is beside an option's path goes over that. */
#ifndef NBK_MAP_H
#define NBK_MAP_H

#include "buf.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

struct nbk_path {
	char *text;
	char **names;
	size_t count;
	bool is_mac; /* assigned_object.mac_address, assigned_object.primary_mac_address.mac_address */
};

/* What Kea is told of an option beside its data. */
struct nbk_option {
	char *name;    /* NULL: its code is enough */
	uint16_t code; /* 0: its name is enough */
	char *space;   /* NULL: the server's own, "dhcp4" */
	bool has_csv_format, csv_format;
	bool always_send;
};

struct nbk_map_entry {
	char *key;    /* as it was given */
	char *outer;  /* "option-data"; the whole key where it has no dot */
	char *inner;  /* "routers"; NULL where the key has no dot */
	bool is_option;
	struct nbk_option option;
	size_t *paths; /* indexes into the map's paths, in the order of the fallbacks */
	size_t count;
};

struct nbk_map {
	struct nbk_path *paths;
	size_t path_count;
	struct nbk_map_entry *entries;
	size_t count;
};

/* Compiles {"<Kea's key>": "<path>" | ["<path>", …] | {"path": …}}; beside an option's "path" may stand its "name", "code", "space",
 * "csv-format" and "always-send". -1: `faults` names each fault, with the parameter's name before it. */
int nbk_map_parse(struct nbk_map *map, struct json_object *value, const char *parameter, struct nbk_buf *faults);
void nbk_map_clear(struct nbk_map *map);

/* Whether a name can stand in a map of Kea's, which prints it as it is: no quote, backslash or control character. */
bool nbk_map_is_name(const char *name);

/* The entry of a key, or NULL. */
const struct nbk_map_entry *nbk_map_find(const struct nbk_map *map, const char *key);

/* New: the row's values, one of each path, NULL where it has none. NULL: out of memory. */
struct json_object **nbk_map_extract(const struct nbk_map *map, struct json_object *row);
void nbk_map_values_free(struct json_object **values, size_t count);

/* Whether a value counts: neither null, "" nor []. 0 and false count. */
bool nbk_map_counts(struct json_object *value);

/* Borrowed: the value of the first path that counts, or NULL. `mac` is the value of a path to a MAC; NULL: none. */
struct json_object *nbk_map_first(const struct nbk_map *map, const struct nbk_map_entry *entry, struct json_object **values,
                                  struct json_object *mac);

#endif
