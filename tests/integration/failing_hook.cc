// SPDX-License-Identifier: MPL-2.0
//
// A hook library that misbehaves while a file exists, so that a test decides when. Parameters:
//   "fail-load-while": FILE         load() fails
//   "refuse-config-while": FILE     dhcp4_srv_configured / dhcp6_srv_configured refuse the configuration; one with the text
//                                   "poison" in it they always refuse
// A file that is not empty goes with the first failure: one alone was wanted.
// What it was asked to do is appended to "journal": FILE, one word a line: load, unload, configured.

#include <config.h>

#include <cc/data.h>
#include <hooks/hooks.h>

#include <fstream>
#include <string>
#include <unistd.h>

using namespace isc::hooks;

namespace {

std::string refuse_file;
std::string journal_file;

std::string
file_parameter(LibraryHandle& handle, const char* name)
{
	auto value = handle.getParameter(name);
	return value ? value->stringValue() : std::string();
}

bool
is_to_fail(const std::string& file)
{
	std::ifstream flag(file);

	if (!flag)
		return false;
	if (flag.peek() != std::ifstream::traits_type::eof())
		unlink(file.c_str());
	return true;
}

void
note(const char* word)
{
	if (!journal_file.empty())
		std::ofstream(journal_file, std::ios::app) << word << std::endl;
}

bool
is_poisoned(CalloutHandle& handle)
{
	isc::data::ConstElementPtr config;

	handle.getArgument("json_config", config);
	return config && config->str().find("\"poison\"") != std::string::npos;
}

int
configured(CalloutHandle& handle)
{
	note("configured");
	if (is_to_fail(refuse_file) || is_poisoned(handle)) {
		handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
		handle.setArgument("error", std::string("refused by the failing hook"));
	}
	return 0;
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
load(LibraryHandle& handle)
{
	refuse_file = file_parameter(handle, "refuse-config-while");
	journal_file = file_parameter(handle, "journal");
	note("load");
	return is_to_fail(file_parameter(handle, "fail-load-while")) ? 1 : 0;
}

int
unload()
{
	note("unload");
	return 0;
}

int
dhcp4_srv_configured(CalloutHandle& handle)
{
	return configured(handle);
}

int
dhcp6_srv_configured(CalloutHandle& handle)
{
	return configured(handle);
}

} // extern "C"
