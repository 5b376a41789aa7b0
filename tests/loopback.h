/* SPDX-License-Identifier: MPL-2.0 */
/* loopback.h: an HTTP server on 127.0.0.1 that answers what the test wrote down, faults included.
 *
 * A thread a connection. Scripts are written before the requests come; texts in them are borrowed until loopback_stop. What the
 * machine can't give (sockets, memory) aborts the test. */
#ifndef NBK_TESTS_LOOPBACK_H
#define NBK_TESTS_LOOPBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct loopback;

enum loopback_end { LOOPBACK_KEEP, LOOPBACK_CLOSE, LOOPBACK_RESET };

struct loopback_answer {
	int status;             /* 0: 200 */
	const char *headers;    /* more of them, "\r\n" behind each; Content-Length is there anyway */
	const char *body;
	size_t body_length;     /* 0: up to the zero */
	const char *raw;        /* in place of all that: the bytes as they are */
	size_t cut;             /* bytes at the end that are not sent */
	bool hold;              /* nothing is sent before loopback_release */
	unsigned gather;        /* nothing is sent before so many requests have come */
	unsigned drip_ms;       /* a pause before each byte of the body, or of raw */
	enum loopback_end end;  /* what becomes of the connection */
};

/* Who a server with TLS says it is. */
struct loopback_identity {
	const char *name; /* a DNS name; NULL: 127.0.0.1 */
	const char *ca;   /* its CA's name, NULL: "loopback CA". Every server has a CA of its own, of whatever name. */
	time_t from;      /* 0: yesterday */
	time_t until;     /* 0: tomorrow */
};

/* New. */
struct loopback *loopback_start(void);
struct loopback *loopback_start_tls(const struct loopback_identity *identity);
/* Ends what is held or dripping, too. */
void loopback_stop(struct loopback *server);

/* Requests for `path` (without the query, or with what the query begins with; NULL: any) get this answer. Several for one path are given
 * in turn, the last for ever. What is not scripted is a 404. */
void loopback_script(struct loopback *server, const char *path, struct loopback_answer answer);
void loopback_release(struct loopback *server);

/* New: "http://127.0.0.1:port" and the path. */
char *loopback_url(const struct loopback *server, const char *path);
/* Borrowed: the certificate of the CA that signed the server's; gone with loopback_stop. */
const char *loopback_ca_file(const struct loopback *server);

/* Waits until so many requests have come. */
void loopback_wait(struct loopback *server, unsigned requests);
unsigned loopback_requests(struct loopback *server);
unsigned loopback_connections(struct loopback *server);
/* The most requests that were there at one time without their answer. */
unsigned loopback_most(struct loopback *server);
/* New: the heads of all requests so far. */
char *loopback_heads(struct loopback *server);

#endif
