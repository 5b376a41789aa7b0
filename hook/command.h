/* SPDX-License-Identifier: MPL-2.0 */
/* command.h: Kea's own commands, run in process. Main thread only, and only from a handler of Kea's main loop: config-set unloads and
 * loads this library beneath the caller's frame. */
#ifndef NBK_HOOK_COMMAND_H
#define NBK_HOOK_COMMAND_H

#include <cc/data.h>

#include <string>

namespace nbk {

struct Answer {
	int result; /* 0: done */
	std::string text;

	bool
	ok() const
	{
		return result == 0;
	}
};

/* Takes the arguments: Kea writes defaults into them. Never throws what Kea throws: that is an answer too. */
Answer run_command(const std::string &name, const isc::data::ElementPtr &arguments);

/* Whether what is happening now (a reload, a command) happens within run_command. */
bool command_is_ours();

/* Whether a command can change what Kea serves. One that is not known may. */
bool command_changes_configuration(const std::string &name);

} // namespace nbk

#endif
