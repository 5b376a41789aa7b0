/* SPDX-License-Identifier: MPL-2.0 */
/* http_server.h: receives NetBox's webhooks and answers the health check; the only file of libmicrohttpd.
 *
 * One thread of the library, all signals blocked in it. It authenticates, parses and queues; it never waits for anything else.
 * POST /event/<free text>/ (the last slash optional) -> 202; GET /health/ -> what the owner's callback says. Every answer is JSON,
 * but for what is no HTTP. All is bounded: in a crowd the one that finished no request for longest must go. */
#ifndef NBK_HTTP_SERVER_H
#define NBK_HTTP_SERVER_H

#include "buf.h"
#include "error.h"
#include "log.h"
#include "queue.h"

struct nbk_http_server_options {
	const char *bind;          /* an address of either family */
	uint16_t port;             /* 0: any, see nbk_http_server_port */
	size_t max_body;           /* bytes; a larger one is answered with 413 */
	unsigned idle_seconds;     /* a connection that is silent for so long is closed; 0: 10 */
	const char *secret;        /* NULL or "": headers are not looked at */
	const char *secret_header; /* the plain header that may carry the secret */
	struct nbk_queue *queue;   /* borrowed, outlives the server */
	const struct nbk_log *log; /* borrowed, outlives the server */

	/* Appends a JSON object and returns the status, 200 or 503. Called from the server's thread; must not wait. */
	unsigned (*health)(void *context, struct nbk_buf *body);
	void *context;
};

struct nbk_http_server;

/* New, listening. The texts are copied. NULL: the address can't be bound, and the error says which and why. */
struct nbk_http_server *nbk_http_server_start(const struct nbk_http_server_options *options, struct nbk_error *err);

/* Answers 503 from now on, then ends the connections and the thread. Takes NULL. */
void nbk_http_server_stop(struct nbk_http_server *server);

uint16_t nbk_http_server_port(const struct nbk_http_server *server);

#endif
