/* SPDX-License-Identifier: MPL-2.0 */
#include "config.h"

#include "ip.h"
#include "options.h"

#include <json-c/json.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum type { TYPE_TEXT, TYPE_BOOLEAN, TYPE_NUMBER, TYPE_SIZE, TYPE_FILTER, TYPE_MAP };

/* Every parameter: where it goes, and the default as JSON (NULL: none), or where its family's is. */
static const struct parameter {
	const char *name;
	enum type type;
	size_t offset;
	const char *value;
	long min, max; /* of numbers */
	size_t by_family; /* 0: of both the same */
} known[] = {
#define AT(member) offsetof(struct nbk_config, member)
#define BY_FAMILY(member) offsetof(struct nbk_family, member)
	{ "netbox-url", TYPE_TEXT, AT(netbox_url), NULL, 0, 0, 0 },
	{ "netbox-token", TYPE_TEXT, AT(netbox_token), NULL, 0, 0, 0 },
	{ "netbox-token-file", TYPE_TEXT, AT(netbox_token_file), NULL, 0, 0, 0 },
	{ "netbox-ca-file", TYPE_TEXT, AT(netbox_ca_file), NULL, 0, 0, 0 },
	{ "netbox-verify-tls", TYPE_BOOLEAN, AT(netbox_verify_tls), "true", 0, 0, 0 },
	{ "full-sync-at-startup", TYPE_BOOLEAN, AT(full_sync_at_startup), "true", 0, 0, 0 },
	{ "check-only", TYPE_BOOLEAN, AT(check_only), "false", 0, 0, 0 },
	{ "config-write", TYPE_BOOLEAN, AT(config_write), "false", 0, 0, 0 },
	{ "ownership", TYPE_TEXT, AT(ownership_text), "\"all\"", 0, 0, 0 },
	{ "max-removal-percent", TYPE_NUMBER, AT(max_removal_percent), "30", 0, 100, 0 },
	{ "listen", TYPE_BOOLEAN, AT(listen), "true", 0, 0, 0 },
	{ "bind", TYPE_TEXT, AT(bind), "\"127.0.0.1\"", 0, 0, 0 },
	{ "port", TYPE_NUMBER, AT(port), NULL, 1, 65535, BY_FAMILY(port) },
	{ "secret", TYPE_TEXT, AT(secret), NULL, 0, 0, 0 },
	{ "secret-file", TYPE_TEXT, AT(secret_file), NULL, 0, 0, 0 },
	{ "secret-header", TYPE_TEXT, AT(secret_header), "\"X-netbox2kea-secret\"", 0, 0, 0 },
	{ "coalesce-ms", TYPE_NUMBER, AT(coalesce_ms), "50", 0, 60000, 0 },
	{ "max-body-bytes", TYPE_SIZE, AT(max_body_bytes), "4194304", 1024, 1L << 30, 0 },
	{ "prefix-filter", TYPE_FILTER, AT(filters[NBK_SUBNET]), "{\"cf_dhcp_enabled\": true}", 0, 0, 0 },
	{ "iprange-filter", TYPE_FILTER, AT(filters[NBK_POOL]), "{\"status\": \"dhcp\"}", 0, 0, 0 },
	{ "ipaddress-filter", TYPE_FILTER, AT(filters[NBK_RESERVATION]), "{\"status\": \"dhcp\"}", 0, 0, 0 },
	{ "pd-filter", TYPE_FILTER, AT(filters[NBK_PD_POOL]), NULL, 0, 0, BY_FAMILY(pd_filter) },
	{ "subnet-prefix-map", TYPE_MAP, AT(maps[NBK_SUBNET]), NULL, 0, 0, BY_FAMILY(subnet_map) },
	{ "pool-iprange-map", TYPE_MAP, AT(maps[NBK_POOL]), "{}", 0, 0, 0 },
	{ "reservation-ipaddr-map", TYPE_MAP, AT(maps[NBK_RESERVATION]), NULL, 0, 0, BY_FAMILY(reservation_map) },
	{ "pd-pool-prefix-map", TYPE_MAP, AT(maps[NBK_PD_POOL]), NULL, 0, 0, BY_FAMILY(pd_map) },
#undef BY_FAMILY
#undef AT
};

#define PARAMETERS (sizeof(known) / sizeof(known[0]))

/* Borrowed: the default as JSON, or NULL. */
static const char *
default_of(const struct parameter *parameter, const struct nbk_family *family)
{
	return parameter->by_family == 0 ? parameter->value : *(const char *const *)((const char *)family + parameter->by_family);
}

/* NULL: the family has no such parameter. */
static const struct parameter *
parameter_find(const char *name, const struct nbk_family *family)
{
	size_t i;

	for (i = 0; i < PARAMETERS; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].by_family == 0 || default_of(&known[i], family) != NULL ? &known[i] : NULL;
	return NULL;
}

static void
set_text(char **text, const struct parameter *parameter, struct json_object *value, struct nbk_buf *faults)
{
	if (!json_object_is_type(value, json_type_string) || json_object_get_string_len(value) == 0) {
		nbk_buf_addf(faults, "; %s wants a text that is not empty", parameter->name);
		return;
	}
	*text = strdup(json_object_get_string(value));
	faults->failed = faults->failed || *text == NULL;
}

static long
number_of(const struct parameter *parameter, struct json_object *value, struct nbk_buf *faults)
{
	int64_t number = json_object_get_int64(value);

	if (json_object_is_type(value, json_type_int) && number >= parameter->min && number <= parameter->max)
		return (long)number;
	nbk_buf_addf(faults, "; %s wants a number from %ld to %ld", parameter->name, parameter->min, parameter->max);
	return parameter->min;
}

static void
set_boolean(bool *flag, const struct parameter *parameter, struct json_object *value, struct nbk_buf *faults)
{
	if (json_object_is_type(value, json_type_boolean))
		*flag = json_object_get_boolean(value);
	else
		nbk_buf_addf(faults, "; %s wants true or false", parameter->name);
}

static void
set_parameter(struct nbk_config *config, const struct parameter *parameter, struct json_object *value, struct nbk_buf *faults)
{
	void *at = (char *)config + parameter->offset;

	switch (parameter->type) {
	case TYPE_TEXT:
		set_text(at, parameter, value, faults);
		break;
	case TYPE_BOOLEAN:
		set_boolean(at, parameter, value, faults);
		break;
	case TYPE_NUMBER:
		*(unsigned *)at = (unsigned)number_of(parameter, value, faults);
		break;
	case TYPE_SIZE:
		*(size_t *)at = (size_t)number_of(parameter, value, faults);
		break;
	case TYPE_FILTER:
		nbk_filter_parse(at, value, parameter->name, faults);
		break;
	case TYPE_MAP:
		nbk_map_parse(at, value, parameter->name, faults);
		break;
	}
}

/* Cuts slashes at the end; names what makes it no URL that we can use. */
static void
check_url(struct nbk_config *config, struct nbk_buf *faults)
{
	char *url = config->netbox_url;
	const char *host;
	size_t length;

	if (url == NULL)
		return;
	for (length = strlen(url); length > 0 && url[length - 1] == '/'; length--)
		url[length - 1] = '\0';
	host = strncmp(url, "https://", 8) == 0 ? url + 8 : strncmp(url, "http://", 7) == 0 ? url + 7 : "";
	if (*host == '\0' || *host == '/' || strpbrk(url, " ?#\"<>\\") != NULL)
		nbk_buf_adds(faults, "; netbox-url wants https://host or http://host, with a path where NetBox has one");
	else if (strchr(host, '@') != NULL)
		/* Not quoted: what stands before the @ is a secret. */
		nbk_buf_adds(faults, "; netbox-url must not carry a user or a password: use netbox-token-file");
	else if ((length = strlen(url)) >= 4 && strcmp(url + length - 4, "/api") == 0)
		nbk_buf_adds(faults, "; netbox-url wants NetBox's own address, without /api");
}

const char *
nbk_config_filter_name(enum nbk_kind kind)
{
	static const char *const names[NBK_KINDS] = { "prefix-filter", "iprange-filter", "ipaddress-filter", "pd-filter" };

	return names[kind];
}

const char *
nbk_config_map_name(enum nbk_kind kind)
{
	static const char *const names[NBK_KINDS] = { "subnet-prefix-map", "pool-iprange-map", "reservation-ipaddr-map", "pd-pool-prefix-map" };

	return names[kind];
}

static void
check_identifier(const struct nbk_config *config, struct nbk_buf *faults)
{
	const char *const *identifiers = config->family->identifiers;
	size_t i;

	for (i = 0; identifiers[i] != NULL; i++)
		if (nbk_map_find(&config->maps[NBK_RESERVATION], identifiers[i]) != NULL)
			return;
	nbk_buf_adds(faults, "; reservation-ipaddr-map wants an identifier: ");
	for (i = 0; identifiers[i] != NULL; i++)
		nbk_buf_addf(faults, "%s%s", i == 0 ? "" : identifiers[i + 1] == NULL ? " or " : ", ", identifiers[i]);
}

/* Kea wants it of each pd-pool. */
static void
check_delegated_len(const struct nbk_config *config, struct nbk_buf *faults)
{
	if (config->family->pd_map != NULL && nbk_map_find(&config->maps[NBK_PD_POOL], "delegated-len") == NULL)
		nbk_buf_adds(faults, "; pd-pool-prefix-map wants delegated-len");
}

/* The keys that the hook itself writes can't be mapped: a reservation would lose its address, a pool its mark. */
static bool
is_fixed(const struct nbk_map_entry *entry, const char *const *fixed)
{
	for (; *fixed != NULL; fixed++)
		if (strcmp(entry->key, *fixed) == 0 || (strcmp(entry->outer, *fixed) == 0 && strcmp(*fixed, "user-context") != 0))
			return true;
	return false;
}

static void
check_keys(const struct nbk_map *map, const char *parameter, const char *const *fixed, struct nbk_buf *faults)
{
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct nbk_map_entry *entry = &map->entries[i];

		if (is_fixed(entry, fixed))
			nbk_buf_addf(faults, "; %s: \"%s\" comes from NetBox's object itself and can't be mapped", parameter, entry->key);
		else if (entry->inner != NULL && !nbk_options_nests(entry->outer))
			nbk_buf_addf(faults, "; %s: \"%s\": Kea's \"%s\" is no map", parameter, entry->key, entry->outer);
	}
}

static void
check_codes(const struct nbk_map *map, const char *parameter, const struct nbk_family *family, struct nbk_buf *faults)
{
	size_t i;

	for (i = 0; i < map->count; i++)
		if (map->entries[i].is_option && map->entries[i].option.code > family->last_code)
			nbk_buf_addf(faults, "; %s: \"%s\": the code of a %s option is at most %u", parameter, map->entries[i].key,
			             family->protocol, family->last_code);
}

static void
check_whole(struct nbk_config *config, struct nbk_buf *faults)
{
	static const char *const subnet[] = { "subnet", "pools", "pd-pools", "reservations", "user-context", "user-context.netbox_prefix_id", NULL };
	static const char *const pool[] = { "pool", "user-context", "user-context.netbox_ip_range_id", NULL };
	static const char *const reservation[] = { "ip-address", "ip-addresses", "user-context", "user-context.netbox_ip_address_id",
		                                   "user-context.netbox_ip_address_ids", NULL };
	static const char *const pd_pool[] = { "prefix", "prefix-len", "user-context", "user-context.netbox_prefix_id", NULL };
	static const char *const *const fixed[NBK_KINDS] = { subnet, pool, reservation, pd_pool };
	struct nbk_ip address;
	int kind;

	if (config->netbox_url == NULL)
		nbk_buf_adds(faults, "; netbox-url is missing");
	check_url(config, faults);
	if (config->netbox_token != NULL && config->netbox_token_file != NULL)
		nbk_buf_adds(faults, "; netbox-token and netbox-token-file: give one of the two");
	if (config->secret != NULL && config->secret_file != NULL)
		nbk_buf_adds(faults, "; secret and secret-file: give one of the two");
	if (config->ownership_text != NULL && strcmp(config->ownership_text, "marked") == 0)
		config->ownership = NBK_OWN_MARKED;
	else if (config->ownership_text != NULL && strcmp(config->ownership_text, "all") != 0)
		nbk_buf_adds(faults, "; ownership wants \"all\" or \"marked\"");
	if (config->bind != NULL && !nbk_ip_parse(config->bind, &address))
		nbk_buf_addf(faults, "; bind: \"%s\" is not an IP address", config->bind);
	check_identifier(config, faults);
	check_delegated_len(config, faults);
	for (kind = 0; kind < NBK_KINDS; kind++)
		check_keys(&config->maps[kind], nbk_config_map_name(kind), fixed[kind], faults);
	for (kind = 0; kind < NBK_KINDS; kind++)
		check_codes(&config->maps[kind], nbk_config_map_name(kind), config->family, faults);
}

static void
set_given(struct nbk_config *config, struct json_object *given, bool set[PARAMETERS], struct nbk_buf *faults)
{
	struct json_object_iterator it = json_object_iter_begin(given), end = json_object_iter_end(given);

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		const char *name = json_object_iter_peek_name(&it);
		const struct parameter *parameter = parameter_find(name, config->family);

		if (parameter == NULL) {
			nbk_buf_addf(faults, "; there is no parameter \"%s\"", name);
			continue;
		}
		set[parameter - known] = true;
		config->pd_filter_given = config->pd_filter_given || strcmp(name, "pd-filter") == 0;
		set_parameter(config, parameter, json_object_iter_peek_value(&it), faults);
	}
}

static void
set_defaults(struct nbk_config *config, const bool set[PARAMETERS], struct nbk_buf *faults)
{
	size_t i;

	for (i = 0; i < PARAMETERS; i++) {
		const char *text = default_of(&known[i], config->family);
		struct json_object *value;

		if (set[i] || text == NULL)
			continue;
		value = json_tokener_parse(text);
		faults->failed = faults->failed || value == NULL;
		set_parameter(config, &known[i], value, faults);
		json_object_put(value);
	}
}

struct nbk_config *
nbk_config_parse(const char *parameters, uint8_t family, struct nbk_buf *faults)
{
	bool set[PARAMETERS] = { false };
	struct nbk_config *config = calloc(1, sizeof(*config));
	struct json_object *given;

	if (config == NULL) {
		faults->failed = true;
		return NULL;
	}
	config->family = nbk_family(family);
	given = json_tokener_parse(parameters == NULL || *parameters == '\0' ? "{}" : parameters);
	if (json_object_is_type(given, json_type_object)) {
		set_given(config, given, set, faults);
		set_defaults(config, set, faults);
		check_whole(config, faults);
	} else {
		nbk_buf_adds(faults, "; parameters wants a map");
	}
	json_object_put(given);
	if (faults->length == 0 && !faults->failed)
		return config;
	if (faults->length > 2)
		/* Each fault came with "; " before it. */
		memmove(faults->text, faults->text + 2, (faults->length -= 2) + 1);
	nbk_config_free(config);
	return NULL;
}

void
nbk_config_free(struct nbk_config *config)
{
	int kind;

	if (config == NULL)
		return;
	free(config->netbox_url);
	free(config->netbox_token);
	free(config->netbox_token_file);
	free(config->netbox_ca_file);
	free(config->ownership_text);
	free(config->bind);
	free(config->secret);
	free(config->secret_file);
	free(config->secret_header);
	for (kind = 0; kind < NBK_KINDS; kind++) {
		nbk_filter_clear(&config->filters[kind]);
		nbk_map_clear(&config->maps[kind]);
	}
	free(config);
}
