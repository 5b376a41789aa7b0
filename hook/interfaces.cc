/* SPDX-License-Identifier: MPL-2.0 */
#include "interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <cerrno>
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

/* On whatever interface: one may stand under a label ("eth0:vip"), and Kea knows a link between two by its other end. */
bool
has_address(const std::string &address)
{
	ifaddrs *list;

	if (getifaddrs(&list) != 0)
		return true; /* nobody knows */
	const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
	for (const ifaddrs *each = list; each != nullptr; each = each->ifa_next)
		if (address == address_text(each->ifa_addr) || address == address_text(each->ifa_dstaddr))
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
	const ConstElementPtr own = server->get("interfaces-config"), list = own ? own->get("interfaces") : nullptr;

	if (!looks_for_interfaces(own))
		return;
	if (list)
		for (const auto &name : list->listValue())
			names.insert(name->stringValue());
	for (const char *subnets : {"shared-networks", "subnet4", "subnet6"})
		add_interfaces(server->get(subnets), names);
}

} // namespace

bool
looks_for_interfaces(const ConstElementPtr &config)
{
	const ConstElementPtr value = config ? config->get("re-detect") : nullptr;

	return !value || value->boolValue();
}

bool
interface_is_there(const std::string &name)
{
	const size_t slash = name.find('/');
	const std::string interface = name.substr(0, slash);

	if (interface == "*")
		return true;
	errno = 0;
	if (if_nametoindex(interface.c_str()) == 0)
		return errno != ENODEV; /* else nobody knows */
	return slash == std::string::npos || has_address(name.substr(slash + 1));
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
