/* SPDX-License-Identifier: MPL-2.0 */
/* host.h: what lives across Kea's unloading and loading this library (linked with -z nodelete): the parameters, the engine, the rescue.
 *
 *     COLD ──settle──► RUNNING ──unload──► STOPPED ──settle──► RUNNING
 *
 * load() starts nothing. What Kea tells (srv_configured, unload, command_processed) posts settle() to Kea's loop, which comes to it when
 * all is over, be it a start, a reload, a refusal, or 2.2's libreload, which calls no srv_configured: it brings back a deaf Kea and starts
 * the engine where the library is loaded. A reload within our own config-set (SELF_RELOAD) leaves the engine running; any other
 * (FOREIGN_RELOAD) stops it, and it resumes with what it knew. Main thread only. */
#ifndef NBK_HOOK_HOST_H
#define NBK_HOOK_HOST_H

#include "core.h"
#include "rescue.h"

#include <asiolink/interval_timer.h>

#include <memory>
#include <optional>
#include <string>

namespace nbk {

class Host {
public:
	/* The one host. Never destroyed. */
	static Host &instance();

	/* load(). False: Kea is to refuse its configuration, the parameters are faulty and the server is only starting. */
	bool load(const std::string &parameters);

	/* unload(). Harmless at any time. */
	void unload();

	/* srv_configured. */
	void configured(const isc::asiolink::IOServicePtr &io, const isc::dhcp::SrvConfigPtr &config);

	/* command_processed. */
	void command_processed(const std::string &name);

private:
	Host() : rescue_(loaded_) {}

	Core &core();
	void start();
	void stop();
	void changed();
	void look();
	void look_later();
	void settle() noexcept;
	void settle_later();
	void tell_fault();

	bool loaded_ = false;
	bool running_ = false;
	std::optional<std::string> parameters_; /* the last that were right */
	std::string fault_;                     /* of those that Kea has now, "" where they are right */
	isc::asiolink::IOServicePtr io_;        /* Kea's main loop; kept, for after a libreload nobody tells it again */
	std::unique_ptr<isc::asiolink::IntervalTimer> timer_; /* of look() */
	Rescue rescue_;
	Core *core_ = nullptr; /* none until the first start, a new one where the last was left behind */
};

} // namespace nbk

#endif
