/* SPDX-License-Identifier: MPL-2.0 */
#include "messages.h"

static const struct {
	const char *name;
	enum nbk_severity severity;
} messages[] = {
#define X(name, severity) { #name, NBK_##severity },
	NBK_MESSAGES(X)
#undef X
};

enum nbk_severity
nbk_message_severity(enum nbk_message message)
{
	return messages[message].severity;
}

const char *
nbk_message_name(enum nbk_message message)
{
	return messages[message].name;
}
