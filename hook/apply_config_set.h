/* SPDX-License-Identifier: MPL-2.0 */
/* apply_config_set.h: a whole configuration put in force by Kea's own commands.
 *
 * Texts become trees on the caller's thread, so that Kea's main thread does nothing but what only it can do. A refused config-set leaves
 * Kea deaf; so the configuration of before is put back in the very same step. */
#ifndef NBK_HOOK_APPLY_CONFIG_SET_H
#define NBK_HOOK_APPLY_CONFIG_SET_H

#include "executor.h"

extern "C" {
#include "common/error.h"
}

#include <cc/data.h>

#include <cstdint>
#include <string>

namespace nbk {

class ConfigSet {
public:
	/* The executor is borrowed; like it this is never destroyed. */
	explicit ConfigSet(Executor &executor) : executor_(executor) {}

	/* Main thread: somebody else has changed, or may have changed, what Kea serves. */
	void
	changed()
	{
		++serial_;
	}

	/* The worker's, as struct nbk_kea says; they may throw. */
	char *get(uint64_t *serial, nbk_error *err);
	int test(const char *config, nbk_error *err);
	int set(const char *next, const char *previous, uint64_t serial, nbk_error *err);

private:
	Executor &executor_;
	uint64_t serial_ = 1; /* main thread's */
	/* The worker's: what config-test passed, for the config-set of the same that comes next. */
	std::string tested_;
	isc::data::ElementPtr tested_tree_;
};

} // namespace nbk

#endif
