/* SPDX-License-Identifier: MPL-2.0 */
/* log.h: where the core's messages go: a callback of the host, and its context.
 *
 * A message is an id of messages.h and its arguments, texts in the order of %1, %2, … in hook/netbox_messages.mes, where each is
 * explained. The sink may be called from any thread and must not call back. A message never carries a secret. */
#ifndef NBK_LOG_H
#define NBK_LOG_H

#include "messages.h"

#include <stdbool.h>
#include <stddef.h>

struct nbk_log {
	void (*write)(void *context, enum nbk_message message, const char *const *args, size_t count);
	bool (*debugs)(void *context); /* false: messages of severity DEBUG need not be made */
	void *context;
};

/* Arguments are texts, NULL behind the last. A log that is NULL drops all. */
#define nbk_log(log, ...) nbk_log_write(log, __VA_ARGS__, (const char *)NULL)
void nbk_log_write(const struct nbk_log *log, enum nbk_message message, ...) __attribute__((sentinel));

#endif
