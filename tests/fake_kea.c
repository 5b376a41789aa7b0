/* SPDX-License-Identifier: MPL-2.0 */
#include "fake_kea.h"

#include "ip.h"
#include "support.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char fault[256];

static int __attribute__((format(printf, 1, 2)))
refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(fault, sizeof(fault), format, args);
	va_end(args);
	return -1;
}

static struct json_object *
member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &value);
	return value;
}

static const char *
text_of(struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name);

	return value == NULL ? "" : json_object_get_string(value);
}

static size_t
length_of(struct json_object *list)
{
	return list == NULL ? 0 : json_object_array_length(list);
}

static bool
pool_range(const char *text, struct nbk_range *made)
{
	char first[64], last[64];

	return sscanf(text, "%63[^- ] - %63s", first, last) == 2 && nbk_ip_parse(first, &made->start) && nbk_ip_parse(last, &made->end) &&
	       nbk_ip_compare(&made->start, &made->end) <= 0;
}

static int
check_pools(struct json_object *subnet, const struct nbk_range *whole)
{
	struct json_object *pools = member(subnet, "pools");
	struct nbk_range a, b;
	size_t i, j;

	for (i = 0; i < length_of(pools); i++) {
		const char *text = text_of(json_object_array_get_idx(pools, i), "pool");

		if (!pool_range(text, &a))
			return refuse("Failed to create pool defined by: %s", text);
		if (!nbk_range_contains(whole, &a))
			return refuse("pool %s does not match the prefix of subnet %s", text, text_of(subnet, "subnet"));
		for (j = 0; j < i; j++)
			if (pool_range(text_of(json_object_array_get_idx(pools, j), "pool"), &b) && nbk_range_overlaps(&a, &b))
				return refuse("pool %s overlaps with an existing pool", text);
	}
	return 0;
}

static const char *
identifier_of(struct json_object *reservation)
{
	static const char *const names[] = { "hw-address", "client-id", "duid", "circuit-id", "flex-id" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (member(reservation, names[i]) != NULL)
			return text_of(reservation, names[i]);
	return "";
}

static int
take_address(const char *address, const struct nbk_range *whole, struct json_object *taken)
{
	struct nbk_range place;

	if (!nbk_ip_parse(address, &place.start))
		return refuse("reservation %s", address);
	place.end = place.start;
	if (!nbk_range_contains(whole, &place))
		return refuse("specified reservation '%s' is not within the subnet", address);
	if (taken != NULL && member(taken, address) != NULL)
		return refuse("There's already a reservation for this address %s", address);
	if (taken != NULL)
		json_object_object_add(taken, address, json_object_new_boolean(true));
	return 0;
}

/* taken: NULL: an address may be there twice. */
static int
take_addresses(struct json_object *reservation, const struct nbk_range *whole, struct json_object *taken)
{
	struct json_object *addresses = member(reservation, "ip-addresses"), *prefixes = member(reservation, "prefixes");
	size_t i;

	if (addresses == NULL && take_address(text_of(reservation, "ip-address"), whole, taken) < 0)
		return -1;
	for (i = 0; i < length_of(addresses); i++)
		if (take_address(json_object_get_string(json_object_array_get_idx(addresses, i)), whole, taken) < 0)
			return -1;
	for (i = 0; i < length_of(prefixes) && taken != NULL; i++) {
		const char *prefix = json_object_get_string(json_object_array_get_idx(prefixes, i));

		if (member(taken, prefix) != NULL)
			return refuse("There's already reservation for this address/prefix %s", prefix);
		json_object_object_add(taken, prefix, json_object_new_boolean(true));
	}
	return 0;
}

static int
check_reservations(struct json_object *subnet, const struct nbk_range *whole, bool unique)
{
	struct json_object *list = member(subnet, "reservations"), *taken = unique ? json_object_new_object() : NULL;
	int result = 0;
	size_t i, j;

	for (i = 0; i < length_of(list) && result == 0; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (*identifier_of(one) == '\0')
			result = refuse("a reservation has no identifier");
		else
			result = take_addresses(one, whole, taken);
		for (j = 0; j < i && result == 0; j++)
			if (strcasecmp(identifier_of(one), identifier_of(json_object_array_get_idx(list, j))) == 0)
				result = refuse("failed to add new host using %s", identifier_of(one));
	}
	json_object_put(taken);
	return result;
}

/* The root of either family. */
static struct json_object *
server_of(struct json_object *root)
{
	struct json_object *server = member(root, "Dhcp4");

	return server == NULL ? member(root, "Dhcp6") : server;
}

/* The subnets of either family. */
static struct json_object *
subnets_of(struct json_object *object)
{
	struct json_object *list = member(object, "subnet4");

	return list == NULL ? member(object, "subnet6") : list;
}

/* Calls for every subnet, those in shared networks too. */
static int
each_subnet(struct json_object *server, int (*call)(struct json_object *subnet, void *context), void *context)
{
	struct json_object *networks = member(server, "shared-networks"), *list = subnets_of(server);
	size_t i, j;

	for (i = 0; i < length_of(list); i++)
		if (call(json_object_array_get_idx(list, i), context) < 0)
			return -1;
	for (i = 0; i < length_of(networks); i++) {
		list = subnets_of(json_object_array_get_idx(networks, i));
		for (j = 0; j < length_of(list); j++)
			if (call(json_object_array_get_idx(list, j), context) < 0)
				return -1;
	}
	return 0;
}

struct seen {
	struct json_object *names; /* ids and prefixes */
	bool unique;
};

static int
check_subnet(struct json_object *subnet, void *context)
{
	struct seen *seen = context;
	const char *prefix = text_of(subnet, "subnet"), *id = text_of(subnet, "id");
	struct nbk_range whole;
	struct nbk_net made;

	if (!nbk_net_parse(prefix, &made) || !json_object_is_type(member(subnet, "id"), json_type_int))
		return refuse("subnet %s of id %s", prefix, id);
	if (member(seen->names, id) != NULL)
		return refuse("ID of the new IPv4 subnet '%s' is already in use", id);
	if (member(seen->names, prefix) != NULL)
		return refuse("subnet with the prefix of '%s' already exists", prefix);
	json_object_object_add(seen->names, id, json_object_new_boolean(true));
	json_object_object_add(seen->names, prefix, json_object_new_boolean(true));
	whole = nbk_net_range(&made);
	return check_pools(subnet, &whole) < 0 ? -1 : check_reservations(subnet, &whole, seen->unique);
}

const char *
fake_kea_fault(const char *config)
{
	struct json_object *root = json_tokener_parse(config), *server = server_of(root);
	struct seen seen = { json_object_new_object(), true };
	int result;

	if (member(server, "ip-reservations-unique") != NULL)
		seen.unique = json_object_get_boolean(member(server, "ip-reservations-unique"));
	result = server == NULL ? refuse("no server") : each_subnet(server, check_subnet, &seen);
	json_object_put(seen.names);
	json_object_put(root);
	return result < 0 ? fault : NULL;
}

static int
obey(const struct fake_kea *fake, struct nbk_error *err)
{
	return fake->failing == NBK_OK ? 0 : nbk_error_set(err, fake->failing, "Kea fails");
}

static char *
config_get(void *context, uint64_t *serial, struct nbk_error *err)
{
	struct fake_kea *fake = context;

	fake->gets++;
	if (obey(fake, err) < 0)
		return NULL;
	*serial = fake->serial;
	return strdup(fake->running);
}

static int
check(void *context, struct nbk_check *checks, size_t count, struct nbk_error *err)
{
	struct fake_kea *fake = context;
	size_t i;

	fake->checks++;
	fake->checked += (unsigned)count;
	/* Whoever asks for ever must not hang the test. */
	ck_assert_uint_lt(fake->checks, 1000);
	if (obey(fake, err) < 0)
		return -1;
	for (i = 0; i < count; i++) {
		struct json_object *object = json(checks[i].text);

		ck_assert_int_gt(checks[i].kea_id, 0);
		if (fake->refused_object != NULL && strstr(checks[i].text, fake->refused_object) != NULL)
			nbk_error_set(&checks[i].verdict, NBK_EDATA, "Kea's parser refuses %s", fake->refused_object);
		json_object_put(object);
	}
	return 0;
}

/* Whether the configuration is one that Kea takes. */
static int
judge(const char *config, const char *refused, struct nbk_error *err)
{
	const char *why = fake_kea_fault(config);

	if (why != NULL)
		return nbk_error_set(err, NBK_EDATA, "%s", why);
	if (refused != NULL && strstr(config, refused) != NULL)
		return nbk_error_set(err, NBK_EDATA, "Kea refuses %s", refused);
	return 0;
}

static int
config_test(void *context, const char *config, struct nbk_error *err)
{
	struct fake_kea *fake = context;

	fake->tests++;
	return obey(fake, err) < 0 ? -1 : judge(config, fake->refused_test, err);
}

static int
config_set(void *context, const char *next, const char *previous, uint64_t serial, struct nbk_error *err)
{
	struct fake_kea *fake = context;

	fake->sets++;
	if (obey(fake, err) < 0)
		return -1;
	if (fake->changes > 0) {
		fake->changes--;
		fake->serial++;
	}
	if (serial != fake->serial)
		return nbk_error_set(err, NBK_ESTALE, "somebody else changed the configuration");
	/* What is put back must be what was in force. */
	ck_assert_str_eq(previous, fake->running);
	if (judge(next, fake->refused_set, err) < 0) {
		fake->put_back++;
		return -1;
	}
	free(fake->running);
	fake->running = strdup(next);
	return 0;
}

void
fake_kea_init(struct fake_kea *fake, const char *running)
{
	memset(fake, 0, sizeof(*fake));
	fake->kea = (struct nbk_kea){ fake, NULL, config_get, check, config_test, config_set };
	fake->running = strdup(running);
}

void
fake_kea_clear(struct fake_kea *fake)
{
	free(fake->running);
	fake->running = NULL;
}

void
fake_kea_replace(struct fake_kea *fake, const char *running)
{
	free(fake->running);
	fake->running = strdup(running);
	fake->serial++;
}

/* The running configuration, read anew and kept until the next time. */
static struct json_object *
root_of(struct fake_kea *fake)
{
	static struct json_object *root;

	json_object_put(root);
	root = json(fake->running);
	return root;
}

static struct json_object *
walk(struct json_object *value, va_list names)
{
	const char *name;

	while ((name = va_arg(names, const char *)) != NULL)
		value = json_object_is_type(value, json_type_array) ? json_object_array_get_idx(value, strtoul(name, NULL, 10))
		                                                    : member(value, name);
	return value;
}

struct json_object *
fake_kea_find(struct fake_kea *fake, ...)
{
	struct json_object *value;
	va_list names;

	va_start(names, fake);
	value = walk(root_of(fake), names);
	va_end(names);
	return value;
}

const char *
fake_kea_text(struct fake_kea *fake, ...)
{
	struct json_object *value;
	va_list names;

	va_start(names, fake);
	value = walk(root_of(fake), names);
	va_end(names);
	return value == NULL ? "none" : json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

struct counting {
	enum nbk_kind kind;
	size_t count;
};

static int
count_subnet(struct json_object *subnet, void *context)
{
	struct counting *counting = context;

	counting->count += counting->kind == NBK_SUBNET ? 1 :
	                   length_of(member(subnet, counting->kind == NBK_POOL ? "pools" : counting->kind == NBK_PD_POOL ? "pd-pools" : "reservations"));
	return 0;
}

size_t
fake_kea_count(struct fake_kea *fake, enum nbk_kind kind)
{
	struct counting counting = { kind, 0 };

	each_subnet(server_of(root_of(fake)), count_subnet, &counting);
	return counting.count;
}
