/* SPDX-License-Identifier: MPL-2.0 */
#include "rescue.h"
#include "command.h"
#include "log.h"

#include <dhcp/iface_mgr.h>
#include <dhcpsrv/cfg_expiration.h>
#include <dhcpsrv/timer_mgr.h>
#include <hooks/hooks_manager.h>

#include <algorithm>

using namespace isc::dhcp;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace nbk {

namespace {

constexpr seconds FIRST_DISTANCE(5);
constexpr seconds LAST_DISTANCE(300);

bool
has_sockets()
{
	return IfaceMgr::instance().hasOpenSocket(CfgMgr::instance().getFamily());
}

bool
has_timers()
{
	return TimerMgr::instance()->isTimerRegistered(CfgExpiration::RECLAIM_EXPIRED_TIMER_NAME);
}

/* Kea forgets all of them where one fails in load(). */
bool
libraries_are_out()
{
	const auto &configured = CfgMgr::instance().getCurrentCfg()->getHooksConfig().get();

	return isc::hooks::HooksManager::getLibraryNames() != isc::hooks::extractNames(configured);
}

} // namespace

/* Kea has opened what it could by now. An interface that is down has no socket and is not missed. */
void
Rescue::configured(const SrvConfigPtr &config)
{
	told_ = config;
	had_sockets_ = has_sockets();
	had_timers_ = has_timers();
}

/* What is wrong, "" where nothing is. */
std::string
Rescue::complaint()
{
	if (libraries_are_out())
		return "its hook libraries are out";
	if (!loaded_)
		return "";
	if (told_.lock() != CfgMgr::instance().getCurrentCfg())
		return "its last steps were not taken";
	if (had_sockets_ && !has_sockets())
		return "its service sockets are closed";
	if (had_timers_ && !has_timers())
		return "its timers are gone";
	/* An interface may have come up since. */
	had_sockets_ = has_sockets();
	return "";
}

/* Why it did not help, "" where it did. */
std::string
Rescue::put_back()
{
	/* A copy, for the running configuration shares parts of the tree that it prints. */
	const Answer answer = run_command("config-set", isc::data::copy(CfgMgr::instance().getCurrentCfg()->toElement()));

	return answer.ok() ? complaint() : answer.text;
}

int
Rescue::look(nbk_error *err)
{
	const std::string wrong = complaint();

	if (wrong.empty()) {
		distance_ = seconds(0);
		next_try_ = {};
		return 0;
	}
	if (steady_clock::now() < next_try_)
		return nbk_error_set(err, NBK_ETEMP, "a reconfiguration was refused, and %s", wrong.c_str());
	const std::string reason = put_back();
	if (reason.empty()) {
		log(NETBOX_PUT_BACK_MESSAGE, {wrong});
		distance_ = seconds(0);
		return 0;
	}
	distance_ = std::min(std::max(2 * distance_, FIRST_DISTANCE), LAST_DISTANCE);
	next_try_ = steady_clock::now() + distance_;
	log(NETBOX_PUT_BACK_FAILED_MESSAGE, {wrong, reason});
	return nbk_error_set(err, NBK_ETEMP, "a reconfiguration was refused, %s, and the configuration of before is refused too: %s",
	                     wrong.c_str(), reason.c_str());
}

} // namespace nbk
