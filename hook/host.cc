/* SPDX-License-Identifier: MPL-2.0 */
#include "host.h"
#include "command.h"
#include "compat.h"
#include "log.h"
#include "waker.h"

#include <sys/socket.h>

#include <cstdlib>
#include <new>

using isc::dhcp::CfgMgr;

namespace nbk {

namespace {

constexpr unsigned STOP_MS = 5000;
constexpr long LOOK_MS = 5000;

uint8_t
family()
{
	return CfgMgr::instance().getFamily() == AF_INET6 ? 6 : 4;
}

struct ConfigFree {
	void
	operator()(nbk_config *config) const
	{
		nbk_config_free(config);
	}
};

using ConfigPtr = std::unique_ptr<nbk_config, ConfigFree>;

/* Null where the parameters are faulty. */
ConfigPtr
parse(const std::string &parameters, std::string &faults)
{
	nbk_buf text;

	nbk_buf_init(&text, NBK_BUF_UNBOUND);
	ConfigPtr config(nbk_config_parse(parameters.c_str(), family(), &text));
	if (!config)
		faults = text.failed ? "out of memory" : nbk_buf_text(&text);
	nbk_buf_clear(&text);
	return config;
}

} // namespace

Host &
Host::instance()
{
	static Host *const host = [] {
		/* The one way out that leads past unload(): a refused reconfiguration has left every library out, and the process ends. */
		std::atexit([] { instance().stop(); });
		return new Host;
	}();

	return *host;
}

/* While the server runs a load() that fails would close DHCP, so only a server that is starting may be told no. */
bool
Host::load(const std::string &parameters)
{
	std::string faults;

	loaded_ = true;
	if (parse(parameters, faults)) {
		parameters_ = parameters;
	} else if (CfgMgr::instance().getCurrentCfg()->getSequence() == 0) {
		log(NETBOX_CONFIGURATION_REFUSED_MESSAGE, {faults});
		return false;
	} else if (!command_is_ours() || faults != fault_) {
		log(NETBOX_CONFIGURATION_KEPT_MESSAGE, {faults});
	}
	fault_ = faults;
	tell_fault();
	return true;
}

void
Host::unload()
{
	loaded_ = false;
	if (command_is_ours())
		return;
	stop();
	settle_later();
}

void
Host::configured(const isc::asiolink::IOServicePtr &io, const isc::dhcp::SrvConfigPtr &config)
{
	io_ = io;
	watch_waker();
	rescue_.configured(config);
	/* Not started here: Kea sets up its loggers behind this, and what another thread logs meanwhile is lost. */
	if (!command_is_ours())
		changed();
}

void
Host::command_processed(const std::string &name)
{
	if (!command_is_ours() && command_changes_configuration(name))
		changed();
}

/* Somebody else changes what Kea serves, or has tried to. */
void
Host::changed()
{
	if (core_ != nullptr)
		core_->config_set.changed();
	settle_later();
}

/* Kea's loop comes to it when what it is doing now is over, and not at all where the server is ending. */
void
Host::settle_later()
{
	if (!io_)
		return;
	io_->post([this] { settle(); });
	wake_main_loop();
}

/* Deaf or not, the engine is told. */
void
Host::look()
{
	nbk_error err = {};

	rescue_.look(&err);
	if (running_)
		nbk_engine_set_kea(core_->engine, err.code == NBK_OK ? nullptr : err.text);
}

/* Not every refusal is told: a SIGHUP's, on 2.2, is not. So Kea is looked at every few seconds, whatever the worker waits for. */
void
Host::look_later()
{
	timer_ = make_timer(io_);
	timer_->setup([this] {
		try {
			look();
		} catch (const std::exception &e) {
			log(NETBOX_CALLOUT_FAILED_MESSAGE, {"look", e.what()});
		}
	}, LOOK_MS);
}

void
Host::settle() noexcept
{
	try {
		look();
		if (loaded_ && !running_ && parameters_)
			start();
	} catch (const std::exception &e) {
		log(NETBOX_START_FAILED_MESSAGE, {e.what()});
	}
}

void
Host::start()
{
	std::string faults;
	ConfigPtr config = parse(*parameters_, faults);

	if (!config)
		throw std::bad_alloc(); /* they were right before */
	const std::string url = config->netbox_url;
	Core &core = this->core();
	nbk_error err = {};

	core.executor.open(io_);
	if (nbk_engine_start(core.engine, config.release(), &err) < 0) {
		core.executor.cancel();
		log(NETBOX_START_FAILED_MESSAGE, {err.text});
		return;
	}
	running_ = true;
	tell_fault();
	look_later();
	log(NETBOX_STARTED_MESSAGE, {url});
}

void
Host::stop()
{
	if (!running_)
		return;
	running_ = false;
	timer_.reset();
	core_->executor.cancel();
	if (nbk_engine_stop(core_->engine, STOP_MS)) {
		log(NETBOX_STOPPED_MESSAGE, {});
		return;
	}
	log(NETBOX_STOP_TIMED_OUT_MESSAGE, {});
	core_->muted = true;
	core_ = nullptr;
}

void
Host::tell_fault()
{
	if (running_)
		nbk_engine_set_fault(core_->engine, fault_.empty() ? nullptr : fault_.c_str());
}

Core &
Host::core()
{
	if (core_ == nullptr)
		core_ = new Core;
	return *core_;
}

} // namespace nbk
