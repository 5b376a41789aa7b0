/* SPDX-License-Identifier: MPL-2.0 */
/* error.h: how a function says why it failed.
 *
 * A function that can fail returns 0 / -1 or a pointer / NULL and takes a struct nbk_error as its last parameter: the caller's,
 * may be NULL, untouched on success. The first error wins: a second nbk_error_set is ignored until nbk_error_clear. */
#ifndef NBK_ERROR_H
#define NBK_ERROR_H

enum nbk_errc {
	NBK_OK = 0,
	NBK_ETEMP,   /* NetBox or Kea can't now: retry with backoff */
	NBK_EDATA,   /* this object is faulty: leave it out and go on */
	NBK_EREFUSED, /* NetBox understood and said no (400): what was asked is wrong */
	NBK_EDENIED, /* NetBox wants another token or permission (403) */
	NBK_ETIMEOUT, /* NetBox was too slow: a smaller page may pass */
	NBK_ECONFIG, /* a parameter is wrong: refuse at the start, keep the old at a reload */
	NBK_ESTALE,  /* Kea's configuration changed meanwhile: look again */
	NBK_ECANCELED, /* we are being stopped */
	NBK_ENOMEM,
};

struct nbk_error {
	enum nbk_errc code;
	char text[512];
};

/* Always -1, so that a function fails in one expression. Text over the buffer's end is cut. */
int nbk_error_set(struct nbk_error *err, enum nbk_errc code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text of an error that is set. Always -1. */
int nbk_error_context(struct nbk_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void nbk_error_clear(struct nbk_error *err);

/* Always -1: out of memory. */
int nbk_error_nomem(struct nbk_error *err);

#endif
