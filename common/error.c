/* SPDX-License-Identifier: MPL-2.0 */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
nbk_error_set(struct nbk_error *err, enum nbk_errc code, const char *format, ...)
{
	va_list args;

	if (err == NULL || err->code != NBK_OK)
		return -1;
	err->code = code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int
nbk_error_context(struct nbk_error *err, const char *format, ...)
{
	char text[sizeof(err->text)];
	size_t length;
	va_list args;
	int n;

	if (err == NULL || err->code == NBK_OK)
		return -1;
	memcpy(text, err->text, sizeof(text));
	va_start(args, format);
	n = vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	length = n < 0 ? 0 : (size_t)n;
	if (length + 2 < sizeof(err->text)) {
		memcpy(err->text + length, ": ", 3);
		strncat(err->text, text, sizeof(err->text) - length - 3);
	}
	return -1;
}

void
nbk_error_clear(struct nbk_error *err)
{
	if (err == NULL)
		return;
	err->code = NBK_OK;
	err->text[0] = '\0';
}

int
nbk_error_nomem(struct nbk_error *err)
{
	return nbk_error_set(err, NBK_ENOMEM, "out of memory");
}
