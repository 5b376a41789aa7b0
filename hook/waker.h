/* SPDX-License-Identifier: MPL-2.0 */
/* waker.h: ends the sleep of Kea's main loop.
 *
 * The loop waits up to a second for packets before it looks at the handlers that were posted to it (Dhcpv4Srv::run_one); a descriptor that
 * Kea watches beside its sockets lets it look at once. Where it can't be had, handlers come later, that is all. */
#ifndef NBK_HOOK_WAKER_H
#define NBK_HOOK_WAKER_H

namespace nbk {

/* Main thread; may be called again. Kea watches the descriptor from now on. */
void watch_waker();

/* Any thread. */
void wake_main_loop();

} // namespace nbk

#endif
