/* SPDX-License-Identifier: MPL-2.0 */
/* kea.h: all that the core asks of Kea, a table of functions that the hook fills.
 *
 * The worker calls them; each waits for Kea's main thread to carry it out and fails with NBK_ECANCELED when the hook is being
 * stopped. Configurations are JSON texts, {"Dhcp4": {…}}. */
#ifndef NBK_KEA_H
#define NBK_KEA_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

/* A pd-pool, of prefixes to delegate, is DHCPv6's only (family.h). */
enum nbk_kind { NBK_SUBNET, NBK_POOL, NBK_RESERVATION, NBK_PD_POOL };
#define NBK_KINDS 4

/* One object for Kea's own parser. */
struct nbk_check {
	enum nbk_kind kind;      /* a pool's or pd-pool's text is that of its subnet with it alone in it */
	uint32_t kea_id;         /* of the subnet */
	const char *text;        /* borrowed: JSON of a subnet (with or without pools, never with reservations) or a reservation */
	struct nbk_error verdict; /* out: NBK_OK, or NBK_EDATA and what Kea says */
};

struct nbk_kea {
	void *context;
	const char *config_file; /* absolute path of Kea's own; NULL: not known */

	/* New: the running configuration, without its hash. *serial tells this configuration from those that somebody else puts
	 * in force later. */
	char *(*config_get)(void *context, uint64_t *serial, struct nbk_error *err);

	/* Parses each object alone, in slices between which Kea serves; touches nothing. -1: not all were checked. */
	int (*check)(void *context, struct nbk_check *checks, size_t count, struct nbk_error *err);

	/* NBK_EDATA: refused, with Kea's reason. NBK_ETEMP: Kea asks to try later. */
	int (*config_test)(void *context, const char *config, struct nbk_error *err);

	/* Puts `next` in force. Where Kea refuses it, `previous` is put back in the same step and the error is NBK_EDATA (NBK_ETEMP
	 * for "try later"). NBK_ESTALE: the configuration is no longer the one of `serial`; nothing was done. */
	int (*config_set)(void *context, const char *next, const char *previous, uint64_t serial, struct nbk_error *err);
};

#endif
