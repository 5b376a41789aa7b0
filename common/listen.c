/* SPDX-License-Identifier: MPL-2.0 */
#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* The address in figures as a socket's. */
static int
resolve(const char *text, uint16_t port, union address *address, socklen_t *length, struct nbk_error *err)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char service[8];
	int rc;

	snprintf(service, sizeof(service), "%u", port);
	rc = getaddrinfo(text, service, &hints, &found);
	if (rc != 0)
		return nbk_error_set(err, NBK_ECONFIG, "can't listen on \"%s\": %s", text, gai_strerror(rc));
	memcpy(address, found->ai_addr, found->ai_addrlen);
	*length = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static void
describe(const union address *address, struct nbk_listen_at *at)
{
	at->v6 = address->any.sa_family == AF_INET6;
	at->loopback = at->v6 ? IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr)
	                      : ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	at->port = ntohs(at->v6 ? address->v6.sin6_port : address->v4.sin_port);
}

int
nbk_listen(const char *text, uint16_t port, struct nbk_listen_at *at, struct nbk_error *err)
{
	static const int yes = 1;
	union address address;
	socklen_t length;
	int fd;

	if (resolve(text, port, &address, &length, err) < 0)
		return -1;
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
	    (address.any.sa_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes)) < 0) ||
	    bind(fd, &address.any, length) < 0 || listen(fd, SOMAXCONN) < 0 || getsockname(fd, &address.any, &length) < 0) {
		nbk_error_set(err, NBK_ETEMP, "can't listen on %s port %u: %s", text, port, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	describe(&address, at);
	return fd;
}
