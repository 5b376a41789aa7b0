/* SPDX-License-Identifier: MPL-2.0 */
/* callouts.cc: what Kea looks up in this library. No exception leaves it. */
#include "host.h"
#include "kea_json.h"
#include "log.h"

#include <hooks/hooks.h>

using isc::hooks::CalloutHandle;
using isc::hooks::LibraryHandle;

namespace {

/* 1 where `function` throws. */
template <class Function>
int
guarded(const char *where, Function function) noexcept
{
	try {
		return function();
	} catch (const std::exception &e) {
		nbk::log(NETBOX_CALLOUT_FAILED_MESSAGE, {where, e.what()});
	} catch (...) {
		nbk::log(NETBOX_CALLOUT_FAILED_MESSAGE, {where, "unknown exception"});
	}
	return 1;
}

int
srv_configured(CalloutHandle &handle)
{
	return guarded("srv_configured", [&] {
		isc::asiolink::IOServicePtr io;
		isc::dhcp::SrvConfigPtr config;

		handle.getArgument("io_context", io);
		handle.getArgument("server_config", config);
		nbk::Host::instance().configured(io, config);
		return 0;
	});
}

} // namespace

extern "C" {

int
version()
{
	return KEA_HOOKS_VERSION;
}

int
multi_threading_compatible()
{
	return 1;
}

int
load(LibraryHandle &handle)
{
	return guarded("load", [&] {
		const isc::data::ConstElementPtr parameters = handle.getParameters();

		return nbk::Host::instance().load(parameters ? nbk::json_write(parameters) : "") ? 0 : 1;
	});
}

int
unload()
{
	return guarded("unload", [] {
		nbk::Host::instance().unload();
		return 0;
	});
}

int
dhcp4_srv_configured(CalloutHandle &handle)
{
	return srv_configured(handle);
}

int
dhcp6_srv_configured(CalloutHandle &handle)
{
	return srv_configured(handle);
}

int
command_processed(CalloutHandle &handle)
{
	return guarded("command_processed", [&] {
		std::string name;

		handle.getArgument("name", name);
		nbk::Host::instance().command_processed(name);
		return 0;
	});
}

} // extern "C"
