/* SPDX-License-Identifier: MPL-2.0 */
/* log.h: messages to Kea's logger, under the name "netbox-hooks". Any thread. */
#ifndef NBK_HOOK_LOG_H
#define NBK_HOOK_LOG_H

extern "C" {
#include "common/log.h"
}

#include <atomic>
#include <initializer_list>
#include <string>

namespace nbk {

/* The arguments are %1, %2, … of hook/netbox_messages.mes. */
void log(nbk_message message, std::initializer_list<std::string> args);

/* The core's sink. Borrows `muted`: while it is true nothing is written. */
nbk_log log_sink(std::atomic<bool> *muted);

/* Other threads wait with their lines while one of these lives: Kea's message dictionary has no lock, and a reload of libraries writes
 * to it. Main thread. */
class LogPause {
public:
	LogPause();
	~LogPause();
	LogPause(const LogPause &) = delete;
	LogPause &operator=(const LogPause &) = delete;
};

} // namespace nbk

#endif
