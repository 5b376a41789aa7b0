/* SPDX-License-Identifier: MPL-2.0 */
/* fake_kea.h: a Kea that is nothing but a configuration in memory, and refuses what Kea refuses: ids, prefixes, identifiers and
 * addresses that are there twice, pools and reservations outside their subnets, pools that overlap; and what the test says. */
#ifndef NBK_TESTS_FAKE_KEA_H
#define NBK_TESTS_FAKE_KEA_H

#include "kea.h"

#include <json-c/json.h>
#include <stdbool.h>

struct fake_kea {
	struct nbk_kea kea; /* for the core */
	char *running;
	uint64_t serial;

	/* What the test says. */
	const char *refused_object; /* the parsers refuse an object with this text in it */
	const char *refused_test;   /* config-test a configuration with it */
	const char *refused_set;    /* config-set, which config-test has let pass */
	unsigned changes;           /* so many times somebody else changes the configuration before a config-set */
	enum nbk_errc failing;      /* every call fails with this */

	/* What was asked. */
	unsigned gets, checks, tests, sets;
	unsigned checked; /* objects */
	unsigned put_back;
};

/* `running` is JSON, {'Dhcp4': {…}}. */
void fake_kea_init(struct fake_kea *fake, const char *running);
void fake_kea_clear(struct fake_kea *fake);

/* Somebody else's config-set. */
void fake_kea_replace(struct fake_kea *fake, const char *running);

/* Borrowed: why Kea would refuse this configuration; NULL: it would not. */
const char *fake_kea_fault(const char *config);

/* Borrowed, until the next call: members of the running configuration, by "Dhcp4", "subnet4", "0", … up to NULL. */
struct json_object *fake_kea_find(struct fake_kea *fake, ...) __attribute__((sentinel));
/* The same as JSON; "none". */
const char *fake_kea_text(struct fake_kea *fake, ...) __attribute__((sentinel));
/* How many subnets, pools or reservations are served in all. */
size_t fake_kea_count(struct fake_kea *fake, enum nbk_kind kind);

#endif
