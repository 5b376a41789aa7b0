/* SPDX-License-Identifier: MPL-2.0 */
#include "log.h"

#include <stdarg.h>

#define MAX_ARGS 8

void
nbk_log_write(const struct nbk_log *log, enum nbk_message message, ...)
{
	const char *args[MAX_ARGS];
	const char *arg;
	size_t count = 0;
	va_list list;

	if (log == NULL || log->write == NULL)
		return;
	if (nbk_message_severity(message) == NBK_DEBUG && log->debugs != NULL && !log->debugs(log->context))
		return;
	va_start(list, message);
	while ((arg = va_arg(list, const char *)) != NULL && count < MAX_ARGS)
		args[count++] = arg;
	va_end(list);
	log->write(log->context, message, args, count);
}
