/* SPDX-License-Identifier: MPL-2.0 */
#include "interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <memory>
#include <set>

using isc::data::ConstElementPtr;

namespace nbk {

namespace {

std::string
address_text(const sockaddr *address)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (address != nullptr && address->sa_family == AF_INET)
		inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in *>(address)->sin_addr, text, sizeof(text));
	else if (address != nullptr && address->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6 *>(address)->sin6_addr, text, sizeof(text));
	return text;
}

bool
has_address(const std::string &interface, const std::string &address)
{
	ifaddrs *list;

	if (getifaddrs(&list) != 0)
		return true; /* nobody knows */
	const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
	for (const ifaddrs *each = list; each != nullptr; each = each->ifa_next)
		if (interface == each->ifa_name && address == address_text(each->ifa_addr))
			return true;
	return false;
}

/* Of subnets, and of shared networks with theirs. */
void
add_interfaces(const ConstElementPtr &list, std::set<std::string> &names)
{
	if (!list)
		return;
	for (const auto &each : list->listValue()) {
		const ConstElementPtr name = each->get("interface");

		if (name && !name->stringValue().empty())
			names.insert(name->stringValue());
		for (const char *subnets : {"subnet4", "subnet6"})
			add_interfaces(each->get(subnets), names);
	}
}

void
add_server(const ConstElementPtr &server, std::set<std::string> &names)
{
	const ConstElementPtr own = server->get("interfaces-config");
	const ConstElementPtr looks = own ? own->get("re-detect") : nullptr, list = own ? own->get("interfaces") : nullptr;

	if (looks && !looks->boolValue())
		return;
	if (list)
		for (const auto &name : list->listValue())
			names.insert(name->stringValue());
	for (const char *subnets : {"shared-networks", "subnet4", "subnet6"})
		add_interfaces(server->get(subnets), names);
}

} // namespace

bool
interface_is_there(const std::string &name)
{
	const size_t slash = name.find('/');
	const std::string interface = name.substr(0, slash);

	if (interface == "*")
		return true;
	return if_nametoindex(interface.c_str()) != 0 && (slash == std::string::npos || has_address(interface, name.substr(slash + 1)));
}

std::string
missing_interface(const ConstElementPtr &config)
{
	std::set<std::string> names;

	for (const char *server : {"Dhcp4", "Dhcp6"})
		if (const ConstElementPtr found = config->get(server))
			add_server(found, names);
	for (const std::string &name : names)
		if (!interface_is_there(name))
			return name;
	return "";
}

} // namespace nbk
