/* SPDX-License-Identifier: MPL-2.0 */
/* check.h: each object alone through Kea's own parsers, so that a fault has a name; nothing in force is touched. */
#ifndef NBK_HOOK_CHECK_H
#define NBK_HOOK_CHECK_H

#include "executor.h"

extern "C" {
#include "common/kea.h"
}

namespace nbk {

/* The worker's; as struct nbk_kea says. May throw. */
int check(Executor &executor, nbk_check *checks, size_t count, nbk_error *err);

} // namespace nbk

#endif
