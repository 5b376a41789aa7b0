/* SPDX-License-Identifier: MPL-2.0 */
#include "command.h"
#include "log.h"

#include <cc/command_interpreter.h>
#include <config/command_mgr.h>

#include <set>

using namespace isc::data;

namespace nbk {

namespace {

unsigned depth = 0;

struct Ours {
	Ours() { ++depth; }
	~Ours() { --depth; }
};

Answer
answer_of(const ConstElementPtr &response)
{
	int result = isc::config::CONTROL_RESULT_ERROR;
	const ConstElementPtr said = isc::config::parseAnswer(result, response);

	if (!said)
		return {result, ""};
	return {result, said->getType() == Element::string ? said->stringValue() : said->str()};
}

bool
begins_with(const std::string &name, const char *prefix)
{
	return name.rfind(prefix, 0) == 0;
}

} // namespace

Answer
run_command(const std::string &name, const ElementPtr &arguments)
{
	const LogPause pause;
	const Ours ours;

	try {
		const ConstElementPtr command = isc::config::createCommand(name, arguments);

		return answer_of(isc::config::CommandMgr::instance().processCommand(command));
	} catch (const std::exception &e) {
		return {isc::config::CONTROL_RESULT_ERROR, e.what()};
	} catch (...) {
		return {isc::config::CONTROL_RESULT_ERROR, "unknown exception"};
	}
}

bool
command_is_ours()
{
	return depth > 0;
}

bool
command_changes_configuration(const std::string &name)
{
	static const std::set<std::string> harmless = {"build-report", "config-test", "config-write", "dhcp-disable", "dhcp-enable",
	                                               "leases-reclaim", "list-commands", "shutdown", "statistic-remove",
	                                               "statistic-remove-all", "statistic-reset", "statistic-reset-all"};

	return harmless.count(name) == 0 && name.find("-get") == std::string::npos && !begins_with(name, "lease4-") &&
	       !begins_with(name, "lease6-") && !begins_with(name, "ha-");
}

} // namespace nbk
