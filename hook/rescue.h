/* SPDX-License-Identifier: MPL-2.0 */
/* rescue.h: brings Kea back where somebody else's refused reconfiguration has left it deaf.
 *
 * After a refusal Kea's process lives and its commands answer as if all were well, but its sockets are closed, or a later step of the
 * reconfiguration did not happen, or every hook library is out. It never mends that itself, so the signs are looked for, and the
 * configuration that is in force by name is set once more. Main thread only, from a handler of Kea's main loop. */
#ifndef NBK_HOOK_RESCUE_H
#define NBK_HOOK_RESCUE_H

extern "C" {
#include "common/error.h"
}

#include <dhcpsrv/cfgmgr.h>

#include <boost/weak_ptr.hpp>

#include <chrono>
#include <string>

namespace nbk {

class Rescue {
public:
	/* loaded: whether this library is; borrowed. */
	explicit Rescue(const bool &loaded) : loaded_(loaded) {}

	/* srv_configured: Kea is about to put `config` in force. */
	void configured(const isc::dhcp::SrvConfigPtr &config);

	/* -1: Kea is deaf, and *err says why. What did not help is tried again in growing distance. */
	int look(nbk_error *err);

private:
	std::string complaint();
	std::string put_back();

	const bool &loaded_;
	boost::weak_ptr<isc::dhcp::SrvConfig> told_;
	bool had_sockets_ = false;
	bool had_timers_ = false;
	std::chrono::seconds distance_{0};
	std::chrono::steady_clock::time_point next_try_{};
};

} // namespace nbk

#endif
