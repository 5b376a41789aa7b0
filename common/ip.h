/* SPDX-License-Identifier: MPL-2.0 */
/* ip.h: addresses, prefixes and ranges of both families in one type. Plain values, no allocation. */
#ifndef NBK_IP_H
#define NBK_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NBK_IP_TEXT 46  /* an address and its terminator */
#define NBK_NET_TEXT 50 /* a prefix */

struct nbk_ip {
	uint8_t family;    /* 4 or 6 */
	uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest is zero */
};

struct nbk_net {
	struct nbk_ip address;
	uint8_t length; /* bits of the mask */
};

struct nbk_range {
	struct nbk_ip start;
	struct nbk_ip end; /* included */
};

unsigned nbk_ip_bits(uint8_t family);

/* "10.0.0.1" or "2001:db8::1", nothing behind it. Zones and IPv4-mapped forms are refused. */
bool nbk_ip_parse(const char *text, struct nbk_ip *ip);

/* "10.0.0.1/24" or "10.0.0.1" (all bits). Host bits stay. */
bool nbk_net_parse(const char *text, struct nbk_net *net);

const char *nbk_ip_text(const struct nbk_ip *ip, char text[NBK_IP_TEXT]);
const char *nbk_net_text(const struct nbk_net *net, char text[NBK_NET_TEXT]);

/* Less than, equal to or more than 0; IPv4 before IPv6. */
int nbk_ip_compare(const struct nbk_ip *a, const struct nbk_ip *b);

/* By address, of one address the shorter mask first. */
int nbk_net_compare(const struct nbk_net *a, const struct nbk_net *b);

/* Clears the host bits. */
void nbk_net_mask(struct nbk_net *net);

/* First and last address. */
struct nbk_range nbk_net_range(const struct nbk_net *net);

bool nbk_net_contains(const struct nbk_net *net, const struct nbk_ip *ip);

bool nbk_range_overlaps(const struct nbk_range *a, const struct nbk_range *b);
/* True where `inner` is a part of `outer`, or the same. */
bool nbk_range_contains(const struct nbk_range *outer, const struct nbk_range *inner);

#endif
