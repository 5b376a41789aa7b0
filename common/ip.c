/* SPDX-License-Identifier: MPL-2.0 */
#include "ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned
nbk_ip_bits(uint8_t family)
{
	return family == 4 ? 32 : 128;
}

bool
nbk_ip_parse(const char *text, struct nbk_ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	memset(ip, 0, sizeof(*ip));
	if (inet_pton(AF_INET, text, ip->bytes) == 1) {
		ip->family = 4;
		return true;
	}
	if (inet_pton(AF_INET6, text, ip->bytes) == 1 && memcmp(ip->bytes, mapped, sizeof(mapped)) != 0) {
		ip->family = 6;
		return true;
	}
	return false;
}

bool
nbk_net_parse(const char *text, struct nbk_net *net)
{
	char address[NBK_IP_TEXT];
	const char *slash = strchr(text, '/');
	size_t length = slash == NULL ? strlen(text) : (size_t)(slash - text);
	unsigned long bits;
	char *end;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (!nbk_ip_parse(address, &net->address))
		return false;
	if (slash == NULL) {
		net->length = (uint8_t)nbk_ip_bits(net->address.family);
		return true;
	}
	if (slash[1] < '0' || slash[1] > '9')
		return false;
	bits = strtoul(slash + 1, &end, 10);
	if (*end != '\0' || bits > nbk_ip_bits(net->address.family))
		return false;
	net->length = (uint8_t)bits;
	return true;
}

const char *
nbk_ip_text(const struct nbk_ip *ip, char text[NBK_IP_TEXT])
{
	if (inet_ntop(ip->family == 4 ? AF_INET : AF_INET6, ip->bytes, text, NBK_IP_TEXT) == NULL)
		text[0] = '\0';
	return text;
}

const char *
nbk_net_text(const struct nbk_net *net, char text[NBK_NET_TEXT])
{
	char address[NBK_IP_TEXT];

	snprintf(text, NBK_NET_TEXT, "%s/%u", nbk_ip_text(&net->address, address), net->length);
	return text;
}

int
nbk_ip_compare(const struct nbk_ip *a, const struct nbk_ip *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

int
nbk_net_compare(const struct nbk_net *a, const struct nbk_net *b)
{
	int order = nbk_ip_compare(&a->address, &b->address);

	return order != 0 ? order : (int)a->length - (int)b->length;
}

/* The byte of a mask of `length` bits at `index`. */
static uint8_t
mask_byte(unsigned length, unsigned index)
{
	if (length >= 8 * (index + 1))
		return 0xff;
	if (length <= 8 * index)
		return 0;
	return (uint8_t)(0xff << (8 * (index + 1) - length));
}

void
nbk_net_mask(struct nbk_net *net)
{
	unsigned i;

	for (i = 0; i < sizeof(net->address.bytes); i++)
		net->address.bytes[i] &= mask_byte(net->length, i);
}

struct nbk_range
nbk_net_range(const struct nbk_net *net)
{
	struct nbk_net start = *net;
	struct nbk_range range;
	unsigned i;

	nbk_net_mask(&start);
	range.start = range.end = start.address;
	for (i = 0; i < nbk_ip_bits(net->address.family) / 8; i++)
		range.end.bytes[i] |= (uint8_t)~mask_byte(net->length, i);
	return range;
}

bool
nbk_net_contains(const struct nbk_net *net, const struct nbk_ip *ip)
{
	struct nbk_range range = nbk_net_range(net);

	return net->address.family == ip->family && nbk_ip_compare(&range.start, ip) <= 0 &&
	       nbk_ip_compare(ip, &range.end) <= 0;
}

bool
nbk_range_overlaps(const struct nbk_range *a, const struct nbk_range *b)
{
	return nbk_ip_compare(&a->start, &b->end) <= 0 && nbk_ip_compare(&b->start, &a->end) <= 0;
}

bool
nbk_range_contains(const struct nbk_range *outer, const struct nbk_range *inner)
{
	return nbk_ip_compare(&outer->start, &inner->start) <= 0 && nbk_ip_compare(&inner->end, &outer->end) <= 0;
}
