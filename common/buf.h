/* SPDX-License-Identifier: MPL-2.0 */
/* buf.h: a text that grows up to a bound.
 *
 * Every append may fail (out of memory, over the bound); the buffer remembers it, later appends do nothing, and the caller asks
 * once at the end. The text is always zero-terminated. */
#ifndef NBK_BUF_H
#define NBK_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct nbk_buf {
	char *text; /* NULL until something is appended */
	size_t length;
	size_t capacity;
	size_t max; /* bound in bytes, the terminator not counted */
	bool failed;
};

#define NBK_BUF_UNBOUND ((size_t)-1 / 2)

void nbk_buf_init(struct nbk_buf *buf, size_t max);
void nbk_buf_clear(struct nbk_buf *buf);

void nbk_buf_add(struct nbk_buf *buf, const void *bytes, size_t length);
void nbk_buf_adds(struct nbk_buf *buf, const char *text);
void nbk_buf_addf(struct nbk_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text as a JSON string, quotes included. Bytes from 0x80 on pass as they are: Kea's reader refuses \u escapes above 00ff. */
void nbk_buf_add_json(struct nbk_buf *buf, const char *text);

/* The text as a part of an URL: everything but letters, digits and -._~ is escaped. */
void nbk_buf_add_url(struct nbk_buf *buf, const char *text);

/* Borrowed: "" where nothing was appended. */
const char *nbk_buf_text(const struct nbk_buf *buf);

/* New: the text leaves the buffer, which is empty then. NULL where an append failed. */
char *nbk_buf_take(struct nbk_buf *buf);

#endif
