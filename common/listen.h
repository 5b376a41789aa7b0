/* SPDX-License-Identifier: MPL-2.0 */
/* listen.h: a TCP socket that listens. */
#ifndef NBK_LISTEN_H
#define NBK_LISTEN_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>

/* Where it listens. */
struct nbk_listen_at {
	bool v6;
	bool loopback;
	uint16_t port;
};

/* The socket, for an address of either family in figures; port 0: any. -1: NBK_ECONFIG, the text is no address; NBK_ETEMP, it can't be
 * had now. */
int nbk_listen(const char *address, uint16_t port, struct nbk_listen_at *at, struct nbk_error *err);

#endif
