/* SPDX-License-Identifier: MPL-2.0 */
/* compat.h: what differs between Kea's versions. The headers that one of them lacks are in compat-<version>/, put on the include path
 * behind Kea's own. */
#ifndef NBK_HOOK_COMPAT_H
#define NBK_HOOK_COMPAT_H

#include "command.h"

#include <asiolink/interval_timer.h>

#include <memory>

namespace nbk {

/* Whether config-set was refused for now, before anything was touched: 3.2 does so while it cleans up its lease file. */
bool kea_is_busy(const Answer &answer);

/* A timer of Kea's main loop, that is not set yet. */
std::unique_ptr<isc::asiolink::IntervalTimer> make_timer(const isc::asiolink::IOServicePtr &io);

} // namespace nbk

#endif
