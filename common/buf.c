/* SPDX-License-Identifier: MPL-2.0 */
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
nbk_buf_init(struct nbk_buf *buf, size_t max)
{
	memset(buf, 0, sizeof(*buf));
	buf->max = max;
}

void
nbk_buf_clear(struct nbk_buf *buf)
{
	if (buf == NULL)
		return;
	free(buf->text);
	nbk_buf_init(buf, buf->max);
}

/* True where `more` bytes and the terminator fit behind the text. */
static bool
reserve(struct nbk_buf *buf, size_t more)
{
	size_t capacity = buf->capacity;
	char *text;

	if (buf->failed || more > buf->max || buf->length > buf->max - more) {
		buf->failed = true;
		return false;
	}
	if (buf->length + more < capacity)
		return true;
	if (capacity == 0)
		capacity = 64;
	while (capacity <= buf->length + more)
		capacity *= 2;
	text = realloc(buf->text, capacity);
	if (text == NULL) {
		buf->failed = true;
		return false;
	}
	buf->text = text;
	buf->capacity = capacity;
	return true;
}

void
nbk_buf_add(struct nbk_buf *buf, const void *bytes, size_t length)
{
	if (!reserve(buf, length))
		return;
	if (length > 0)
		memcpy(buf->text + buf->length, bytes, length);
	buf->length += length;
	buf->text[buf->length] = '\0';
}

void
nbk_buf_adds(struct nbk_buf *buf, const char *text)
{
	nbk_buf_add(buf, text, strlen(text));
}

void
nbk_buf_addf(struct nbk_buf *buf, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || !reserve(buf, (size_t)length)) {
		buf->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(buf->text + buf->length, (size_t)length + 1, format, args);
	va_end(args);
	buf->length += (size_t)length;
}

void
nbk_buf_add_json(struct nbk_buf *buf, const char *text)
{
	const char *rest;

	nbk_buf_add(buf, "\"", 1);
	for (rest = text; *rest != '\0'; rest++) {
		unsigned char c = (unsigned char)*rest;

		if (c == '"' || c == '\\')
			nbk_buf_addf(buf, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			nbk_buf_addf(buf, "\\u%04x", c);
		else
			nbk_buf_add(buf, rest, 1);
	}
	nbk_buf_add(buf, "\"", 1);
}

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~", c) != NULL);
}

void
nbk_buf_add_url(struct nbk_buf *buf, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (is_unreserved(c))
			nbk_buf_add(buf, text, 1);
		else
			nbk_buf_addf(buf, "%%%02X", c);
	}
}

const char *
nbk_buf_text(const struct nbk_buf *buf)
{
	return buf->text == NULL ? "" : buf->text;
}

char *
nbk_buf_take(struct nbk_buf *buf)
{
	char *text;

	if (buf->text == NULL)
		nbk_buf_add(buf, "", 0);
	if (buf->failed) {
		nbk_buf_clear(buf);
		return NULL;
	}
	text = buf->text;
	buf->text = NULL;
	nbk_buf_clear(buf);
	return text;
}
