/* SPDX-License-Identifier: MPL-2.0 */
#include "check.h"
#include "kea_json.h"

#include <dhcp/option4_addrlst.h>
#include <dhcp/pkt4.h>
#include <dhcpsrv/cfgmgr.h>
#include <dhcpsrv/parsers/dhcp_parsers.h>
#include <dhcpsrv/parsers/host_reservation_parser.h>
#include <dhcpsrv/parsers/simple_parser4.h>

#include <algorithm>
#include <chrono>
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

/* Kea's raw sockets send a message in one frame or not at all: what Ethernet's holds, without the headers of IP and UDP, and without
 * what Kea itself puts into an answer. */
constexpr size_t MESSAGE_BYTES = 1500 - 28 - 100;

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

/* The globals in force, that a subnet inherits from. Kea's parsers want them as it reads a configuration: with the subnet inside. */
ElementPtr
scope_of(const ElementPtr &subnet)
{
	const ElementPtr scope =
	    boost::const_pointer_cast<Element>(CfgMgr::instance().getCurrentCfg()->getConfiguredGlobals()->toElement());
	const ElementPtr subnets = Element::createList();

	subnets->add(subnet);
	scope->set("subnet4", subnets);
	return scope;
}

/* What Kea's parsers take in silence: a value of which nothing is left, an IPv6 address as four of IPv4, and what is too long for a packet:
 * then no client that would get it is answered. */
void
pack(const CfgOption &options)
{
	const OptionContainerPtr all = options.getAll(DHCP4_OPTION_SPACE);
	Pkt4 packet(DHCPACK, 0);

	for (const OptionDescriptor &each : *all) {
		const std::string name = "option " + std::to_string(each.option_->getType()) + ": \"" + each.formatted_value_ + "\" ";

		if (!each.formatted_value_.empty() && each.option_->len() <= each.option_->getHeaderLen())
			throw std::runtime_error(name + "comes to nothing");
		if (dynamic_cast<const Option4AddrLst *>(each.option_.get()) && each.formatted_value_.find(':') != std::string::npos)
			throw std::runtime_error(name + "is no list of IPv4 addresses");
		packet.addOption(each.option_);
	}
	packet.pack();
	if (packet.getBuffer().getLength() > MESSAGE_BYTES)
		throw std::runtime_error("its options are too long for one packet");
}

void
parse_subnet(const ElementPtr &subnet)
{
	const ElementPtr scope = scope_of(subnet);
	Subnet4ConfigParser parser;

	SimpleParser4::setAllDefaults(scope);
	SimpleParser4::deriveParameters(scope);

	const Subnet4Ptr parsed = parser.parse(subnet);

	pack(*parsed->getCfgOption());
	for (const PoolPtr &pool : parsed->getPools(Lease::TYPE_V4))
		pack(*pool->getCfgOption());
}

void
parse(Object &object)
{
	if (object.kind == NBK_RESERVATION) {
		HostReservationParser4 parser;

		pack(*parser.parse(object.kea_id, object.tree)->getCfgOption4());
	} else {
		parse_subnet(object.tree);
	}
}

void
parse_slice(Slice &slice)
{
	const auto begin = steady_clock::now();

	while (slice.parsed < slice.objects.size() && slice.took < SLICE_TIME) {
		Object &object = slice.objects[slice.parsed++];

		try {
			if (object.fault.empty())
				parse(object);
		} catch (const std::exception &e) {
			object.fault = e.what();
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
