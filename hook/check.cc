/* SPDX-License-Identifier: MPL-2.0 */
#include "check.h"
#include "interfaces.h"
#include "kea_json.h"

#include <dhcp/option4_addrlst.h>
#include <dhcp/option6_addrlst.h>
#include <dhcp/pkt4.h>
#include <dhcp/pkt6.h>
#include <dhcpsrv/cfgmgr.h>
#include <dhcpsrv/parsers/dhcp_parsers.h>
#include <dhcpsrv/parsers/host_reservation_parser.h>
#include <dhcpsrv/parsers/simple_parser4.h>
#include <dhcpsrv/parsers/simple_parser6.h>
#include <util/strutil.h>

extern "C" {
#include "common/ip.h"
}

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace isc::data;
using namespace isc::dhcp;
using std::chrono::steady_clock;

namespace nbk {

namespace {

/* A slice is over when its time is, DHCP waits that long; the other bound keeps down what is read ahead. */
constexpr std::chrono::milliseconds SLICE_TIME(5);
constexpr size_t SLICE_OBJECTS = 256;

struct Object {
	nbk_kind kind;
	uint32_t kea_id;
	ElementPtr tree;
	std::string fault; /* "": none */
};

struct Slice {
	std::vector<Object> objects;
	size_t parsed = 0;
	steady_clock::duration took{};
};

/* What Kea has twice. */
struct Family4 {
	static constexpr uint8_t NUMBER = 4;
	static constexpr const char *SUBNETS = "subnet4";
	static constexpr const char *SPACE = DHCP4_OPTION_SPACE;
	static constexpr uint8_t REPLY = DHCPACK;
	/* Kea's raw sockets send a message in one frame or not at all: what Ethernet's holds, without the headers of IP and UDP, and
	 * without what Kea itself puts into an answer. */
	static constexpr size_t MESSAGE_BYTES = 1500 - 28 - 100;
	using Packet = Pkt4;
	using Addresses = Option4AddrLst;
	using Defaults = SimpleParser4;
	using SubnetParser = Subnet4ConfigParser;
	using ReservationParser = HostReservationParser4;

	static std::vector<Lease::Type>
	pool_types()
	{
		return {Lease::TYPE_V4};
	}

	static CfgOptionPtr
	options(const HostPtr &host)
	{
		return host->getCfgOption4();
	}
};

struct Family6 {
	static constexpr uint8_t NUMBER = 6;
	static constexpr const char *SUBNETS = "subnet6";
	static constexpr const char *SPACE = DHCP6_OPTION_SPACE;
	static constexpr uint8_t REPLY = DHCPV6_REPLY;
	/* A socket of UDP: what a datagram holds, of which the relays and Kea itself need some, too. */
	static constexpr size_t MESSAGE_BYTES = 65535 - 8 - 1024;
	using Packet = Pkt6;
	using Addresses = Option6AddrLst;
	using Defaults = SimpleParser6;
	using SubnetParser = Subnet6ConfigParser;
	using ReservationParser = HostReservationParser6;

	static std::vector<Lease::Type>
	pool_types()
	{
		return {Lease::TYPE_NA, Lease::TYPE_PD};
	}

	static CfgOptionPtr
	options(const HostPtr &host)
	{
		return host->getCfgOption6();
	}
};

/* The globals in force, that a subnet inherits from. Kea's parsers want them as it reads a configuration: with the subnet inside. */
template <class Family>
ElementPtr
scope_of(const ElementPtr &subnet)
{
	const ElementPtr scope =
	    boost::const_pointer_cast<Element>(CfgMgr::instance().getCurrentCfg()->getConfiguredGlobals()->toElement());
	const ElementPtr subnets = Element::createList();

	subnets->add(subnet);
	scope->set(Family::SUBNETS, subnets);
	return scope;
}

/* Kea takes an address of IPv4 where IPv6's is wanted, or the other way round, and drops a zone. */
bool
are_addresses(const std::string &list, uint8_t family)
{
	std::istringstream rest(list);
	std::string address;
	nbk_ip ip;

	while (std::getline(rest, address, ',')) {
		address = isc::util::str::trim(address);
		if (!address.empty() && (!nbk_ip_parse(address.c_str(), &ip) || ip.family != family))
			return false;
	}
	return true;
}

/* What Kea's parsers take in silence: a value of which nothing is left, an address of the other family, and what is too long for a packet:
 * then no client that would get it is answered. */
template <class Family>
void
pack(const CfgOption &options)
{
	const OptionContainerPtr all = options.getAll(Family::SPACE);
	typename Family::Packet packet(Family::REPLY, 0);

	for (const OptionDescriptor &each : *all) {
		const std::string name = "option " + std::to_string(each.option_->getType()) + ": \"" + each.formatted_value_ + "\" ";

		if (!each.formatted_value_.empty() && each.option_->len() <= each.option_->getHeaderLen())
			throw std::runtime_error(name + "comes to nothing");
		if (dynamic_cast<const typename Family::Addresses *>(each.option_.get()) &&
		    !are_addresses(each.formatted_value_, Family::NUMBER))
			throw std::runtime_error(name + "is no list of addresses of the server's family");
		packet.addOption(each.option_);
	}
	packet.pack();
	if (packet.getBuffer().getLength() > Family::MESSAGE_BYTES)
		throw std::runtime_error("its options are too long for one packet");
}

template <class Family>
void
parse_subnet(const ElementPtr &subnet)
{
	const ElementPtr scope = scope_of<Family>(subnet);
	typename Family::SubnetParser parser;

	Family::Defaults::setAllDefaults(scope);
	Family::Defaults::deriveParameters(scope);

	const auto parsed = parser.parse(subnet);
	const std::string interface = parsed->getIface();

	if (!interface.empty() && looks_for_interfaces(CfgMgr::instance().getCurrentCfg()->getCfgIface()->toElement()) &&
	    !interface_is_there(interface))
		throw std::runtime_error("interface: \"" + interface + "\" is not in the system any more");
	pack<Family>(*parsed->getCfgOption());
	for (const Lease::Type type : Family::pool_types())
		for (const PoolPtr &pool : parsed->getPools(type))
			pack<Family>(*pool->getCfgOption());
}

/* The first option, of the object or of its pools, that Kea does not take, or null. */
ConstElementPtr
faulty_option(const ConstElementPtr &object)
{
	for (const char *list : {"pools", "pd-pools"})
		if (const ConstElementPtr pools = object->get(list))
			for (const ElementPtr &pool : pools->listValue())
				if (const ConstElementPtr found = faulty_option(pool))
					return found;
	if (const ConstElementPtr options = object->get("option-data"))
		for (const ElementPtr &option : options->listValue())
			try {
				OptionDataParser(CfgMgr::instance().getFamily()).parse(option);
			} catch (const isc::Exception &) {
				return option;
			}
	return ConstElementPtr();
}

/* Kea's reason. Where it does not have the value of the option that it speaks of, that is put before it. */
std::string
reason_of(const Object &object, const std::string &text)
{
	try {
		const ConstElementPtr option = faulty_option(object.tree);
		const ConstElementPtr data = option ? option->get("data") : nullptr;
		const ConstElementPtr name = data ? option->get("name") : nullptr, code = data ? option->get("code") : nullptr;

		if (data && text.find(data->stringValue()) == std::string::npos)
			return "option " + (name ? name->stringValue() : code ? code->str() : "without a name") + ": " + data->str() + ": " + text;
	} catch (const std::exception &) {
	}
	return text;
}

template <class Family>
void
parse(Object &object)
{
	if (object.kind == NBK_RESERVATION) {
		typename Family::ReservationParser parser;
		const HostPtr host = parser.parse(object.kea_id, object.tree);

		pack<Family>(*Family::options(host));
		/* Refused where its address is the first of its own delegated prefix. */
		CfgHosts().add(host);
	} else {
		parse_subnet<Family>(object.tree);
	}
}

void
parse_slice(Slice &slice)
{
	const auto begin = steady_clock::now();
	const auto parse_one = CfgMgr::instance().getFamily() == AF_INET6 ? parse<Family6> : parse<Family4>;

	while (slice.parsed < slice.objects.size() && slice.took < SLICE_TIME) {
		Object &object = slice.objects[slice.parsed++];

		try {
			if (object.fault.empty())
				parse_one(object);
		} catch (const std::exception &e) {
			object.fault = reason_of(object, e.what());
		}
		slice.took = steady_clock::now() - begin;
	}
}

std::shared_ptr<Slice>
read_slice(const nbk_check *checks, size_t count)
{
	auto slice = std::make_shared<Slice>();

	for (const nbk_check *check = checks; check < checks + count; check++) {
		Object object{check->kind, check->kea_id, nullptr, ""};

		try {
			object.tree = json_read(check->text);
		} catch (const std::exception &e) {
			object.fault = e.what();
		}
		slice->objects.push_back(object);
	}
	return slice;
}

/* Kea adds places like " (<string>:1:30)": in a text that nobody but us has seen. */
std::string
without_places(std::string text)
{
	size_t begin, end;

	while ((begin = text.find(" (<string>:")) != std::string::npos && (end = text.find(')', begin)) != std::string::npos)
		text.erase(begin, end + 1 - begin);
	return text;
}

} // namespace

int
check(Executor &executor, nbk_check *checks, size_t count, nbk_error *err)
{
	size_t done = 0;

	while (done < count) {
		const auto slice = read_slice(checks + done, std::min(count - done, SLICE_OBJECTS));

		if (!executor.run([slice] { parse_slice(*slice); }))
			return nbk_error_set(err, NBK_ECANCELED, "canceled");
		for (size_t i = 0; i < slice->parsed; i++) {
			nbk_check &check = checks[done + i];

			nbk_error_clear(&check.verdict);
			if (!slice->objects[i].fault.empty())
				nbk_error_set(&check.verdict, NBK_EDATA, "%s", without_places(slice->objects[i].fault).c_str());
		}
		done += slice->parsed;
		/* Kea's loop looks at packets last: it gets as much time for them as we took. */
		std::this_thread::sleep_for(slice->took);
	}
	return 0;
}

} // namespace nbk
