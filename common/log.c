/* SPDX-License-Identifier: MPL-2.0 */
#include "log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ARGS 8

/* New: the text without control characters, which would forge a line of the log; NULL where it has none, or there is no memory. */
static char *
cleaned(const char *text)
{
	char *clean = NULL;
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		if ((unsigned char)text[i] >= 0x20 && text[i] != 0x7f)
			continue;
		if (clean == NULL && (clean = strdup(text)) == NULL)
			return NULL;
		clean[i] = ' ';
	}
	return clean;
}

void
nbk_log_write(const struct nbk_log *log, enum nbk_message message, ...)
{
	const char *args[MAX_ARGS];
	char *clean[MAX_ARGS];
	const char *arg;
	size_t count = 0, i;
	va_list list;

	if (log == NULL || log->write == NULL)
		return;
	if (nbk_message_severity(message) == NBK_DEBUG && log->debugs != NULL && !log->debugs(log->context))
		return;
	va_start(list, message);
	while ((arg = va_arg(list, const char *)) != NULL && count < MAX_ARGS) {
		clean[count] = cleaned(arg);
		args[count] = clean[count] == NULL ? arg : clean[count];
		count++;
	}
	va_end(list);
	log->write(log->context, message, args, count);
	for (i = 0; i < count; i++)
		free(clean[i]);
}
