/* SPDX-License-Identifier: MPL-2.0 */
/* core.h: an engine of the C core and all that its threads hold on to: the table of Kea's functions, the log, the way to Kea's thread.
 *
 * Never destroyed: Kea's loop may hold a step, or a thread that did not end in time may come back. It finds everything canceled. */
#ifndef NBK_HOOK_CORE_H
#define NBK_HOOK_CORE_H

#include "apply_config_set.h"
#include "executor.h"

extern "C" {
#include "common/engine.h"
}

#include <atomic>

namespace nbk {

struct Core {
	/* Throws std::bad_alloc. */
	Core();

	Executor executor;
	ConfigSet config_set{executor};
	std::atomic<bool> muted{false}; /* its threads may log no more */
	nbk_log log;
	nbk_kea kea;
	nbk_engine *engine;
};

} // namespace nbk

#endif
