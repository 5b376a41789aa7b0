/* SPDX-License-Identifier: MPL-2.0 */
/* family.h: what differs between DHCPv4 and DHCPv6, all of it, as one table. */
#ifndef NBK_FAMILY_H
#define NBK_FAMILY_H

#include "kea.h"
#include "map.h"

#include <stdbool.h>
#include <stdint.h>

/* An option without data of its own that carries those of another space. */
struct nbk_carrier {
	struct nbk_option option;
	const char *space; /* NULL: behind the last */
};

struct nbk_family {
	uint8_t number;          /* 4, 6 */
	const char *protocol;    /* "DHCPv4" */

	/* Kea's configuration. */
	const char *server;      /* "Dhcp4" */
	const char *subnets;     /* "subnet4" */
	const char *addresses;   /* the key of a reservation's addresses: "ip-address" */
	const char *addresses_mark; /* NetBox's ids of these, in its user-context: "netbox_ip_address_id" */
	int kinds;               /* how many of enum nbk_kind, from the first on, there are */
	bool joins;              /* the addresses of one identifier in one subnet are one reservation, and both are lists */
	const char *const *identifiers; /* of a reservation; NULL behind the last */
	bool whole_duids;        /* a DUID is told from what is none: every client has one */

	bool has_edges;          /* a network's first and last address are nobody's */

	/* Options. */
	const char *space;       /* "dhcp4" */
	uint16_t last_code;      /* the highest that an option may have */
	const struct nbk_option *texts; /* Kea's own that are one text; code 0 behind the last, as in those that follow */
	const struct nbk_option *tuples; /* of which each value is a text */
	const struct nbk_option *prefixes; /* that have a prefix among their values */
	const struct nbk_carrier *carriers;

	/* Parameters' defaults, as JSON. */
	const char *port;
	const char *pd_filter;   /* NULL: there is no such parameter; nor the map */
	const char *pd_map;
	const char *subnet_map;
	const char *reservation_map;
};

/* 4 or 6. */
const struct nbk_family *nbk_family(uint8_t number);

#endif
