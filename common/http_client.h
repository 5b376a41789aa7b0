/* SPDX-License-Identifier: MPL-2.0 */
/* http_client.h: many GET requests side by side on one thread; the only file of curl.
 *
 * TLS is verified, redirects are not followed (a 3xx is an answer), no proxy of the environment and no .netrc is asked, an answer
 * has a bound, every request a deadline. nbk_http_cancel may be called from any thread; all else belongs to the
 * thread that made the client, which has its signals blocked. */
#ifndef NBK_HTTP_CLIENT_H
#define NBK_HTTP_CLIENT_H

#include "buf.h"
#include "error.h"

#include <stdbool.h>

struct nbk_http_options {
	const char *ca_file;       /* PEM, and then only this; NULL: the system's */
	bool verify_tls;
	const char *authorization; /* value of the header Authorization; NULL: none. Never in an error. */
	unsigned max_parallel;     /* requests under way at once, the others wait; 0: 8 */
	size_t max_body;           /* bytes of one answer, after decompression */
	/* Each counts from when the request leaves the line, 0: curl's default (connect) or none. */
	unsigned connect_timeout_ms; /* name resolution and TLS handshake included */
	unsigned stall_timeout_ms;   /* connected, but no byte for so long */
	unsigned total_timeout_ms;
};

struct nbk_http_answer {
	void *cookie;           /* the request's */
	const char *url;        /* borrowed */
	const char *shown;      /* borrowed: the URL for an operator, without user, password and query */
	/* 200 to 999; 0 where no whole answer came: error says why. A cut that neither length nor chunks tell (HTTP/1.0, within gzip)
	 * is left for the JSON reader to see. */
	int status;
	struct nbk_buf body;    /* the client's; nbk_buf_take moves it out. Empty where status is 0. */
	const char *content_type; /* borrowed, "" where none */
	/* NBK_ETIMEOUT, or NBK_ETEMP for all else that went wrong on the way (NBK_ENOMEM where memory did). The text names the URL,
	 * without user, password and query. */
	struct nbk_error error;
};

struct nbk_http;

/* New; options are copied. NBK_ECONFIG: an authorization that is no header. A CA file is read when it is needed, not here. */
struct nbk_http *nbk_http_new(const struct nbk_http_options *options, struct nbk_error *err);
/* Ends without waiting for a name resolution that hangs (libcurl 7.87 or later). */
void nbk_http_free(struct nbk_http *http);

/* Puts a request in line; its answer comes in nbk_http_run. The URL is copied. NBK_ECONFIG: not a URL. */
int nbk_http_get(struct nbk_http *http, const char *url, void *cookie, struct nbk_error *err);

/* Waits until every request has its answer and gives each to `done`, which may put more in line. Where `done` returns -1, or the
 * client is cancelled, the rest is dropped unanswered and -1 is returned: the error untouched in the first case, NBK_ECANCELED in
 * the second. Either way no request is left, and the client can be used again. */
int nbk_http_run(struct nbk_http *http, int (*done)(void *context, struct nbk_http_answer *answer), void *context,
                 struct nbk_error *err);

/* Any thread: nbk_http_run returns at once, now and from now on. */
void nbk_http_cancel(struct nbk_http *http);

/* How many requests left the line so far. */
unsigned long nbk_http_requests(const struct nbk_http *http);

#endif
