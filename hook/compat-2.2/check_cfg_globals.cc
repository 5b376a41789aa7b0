/* SPDX-License-Identifier: MPL-2.0 */
/* check_cfg_globals.cc: proves dhcpsrv/cfg_globals.h against the library that is linked: every name has the index that we say it has, and
 * what is set by the one is found by the other. */
#include <dhcpsrv/cfg_globals.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>

using isc::data::Element;
using isc::dhcp::CfgGlobals;

namespace {

const struct {
	const char *constant;
	int index;
} ours[] = {
#define INDEX(name) {#name, CfgGlobals::name}
    INDEX(VALID_LIFETIME),
    INDEX(MIN_VALID_LIFETIME),
    INDEX(MAX_VALID_LIFETIME),
    INDEX(RENEW_TIMER),
    INDEX(REBIND_TIMER),
    INDEX(DECLINE_PROBATION_PERIOD),
    INDEX(DHCP4O6_PORT),
    INDEX(COMMENT),
    INDEX(SERVER_TAG),
    INDEX(RESERVATION_MODE),
    INDEX(RESERVATIONS_GLOBAL),
    INDEX(RESERVATIONS_IN_SUBNET),
    INDEX(RESERVATIONS_OUT_OF_POOL),
    INDEX(CALCULATE_TEE_TIMES),
    INDEX(T1_PERCENT),
    INDEX(T2_PERCENT),
    INDEX(HOSTNAME_CHAR_SET),
    INDEX(HOSTNAME_CHAR_REPLACEMENT),
    INDEX(DDNS_SEND_UPDATES),
    INDEX(DDNS_OVERRIDE_NO_UPDATE),
    INDEX(DDNS_OVERRIDE_CLIENT_UPDATE),
    INDEX(DDNS_REPLACE_CLIENT_NAME),
    INDEX(DDNS_GENERATED_PREFIX),
    INDEX(DDNS_QUALIFYING_SUFFIX),
    INDEX(STORE_EXTENDED_INFO),
    INDEX(STATISTIC_DEFAULT_SAMPLE_COUNT),
    INDEX(STATISTIC_DEFAULT_SAMPLE_AGE),
    INDEX(CACHE_THRESHOLD),
    INDEX(CACHE_MAX_AGE),
    INDEX(EARLY_GLOBAL_RESERVATIONS_LOOKUP),
    INDEX(IP_RESERVATIONS_UNIQUE),
    INDEX(RESERVATIONS_LOOKUP_FIRST),
    INDEX(DDNS_UPDATE_ON_RENEW),
    INDEX(DDNS_USE_CONFLICT_RESOLUTION),
    INDEX(PARKED_PACKET_LIMIT),
    INDEX(ECHO_CLIENT_ID),
    INDEX(MATCH_CLIENT_ID),
    INDEX(AUTHORITATIVE),
    INDEX(NEXT_SERVER),
    INDEX(SERVER_HOSTNAME),
    INDEX(BOOT_FILE_NAME),
    INDEX(DATA_DIRECTORY),
    INDEX(PREFERRED_LIFETIME),
    INDEX(MIN_PREFERRED_LIFETIME),
    INDEX(MAX_PREFERRED_LIFETIME),
#undef INDEX
};

/* MIN_VALID_LIFETIME → min-valid-lifetime */
std::string
parameter_of(std::string constant)
{
	std::transform(constant.begin(), constant.end(), constant.begin(), [](unsigned char c) { return c == '_' ? '-' : std::tolower(c); });
	return constant;
}

bool
agrees(const std::string &name, int index)
{
	CfgGlobals globals;
	const auto known = CfgGlobals::nameToIndex.find(name);
	const auto value = Element::create(name);

	if (known == CfgGlobals::nameToIndex.end() || known->second != index)
		return false;
	globals.set(name, value);
	return globals.get(index) == value && globals.get(name) == value && globals.valuesMap().size() == 1 &&
	       globals.toElement()->get(name)->stringValue() == name;
}

} // namespace

int
main()
{
	int faults = CfgGlobals::nameToIndex.size() == CfgGlobals::SIZE && std::size(ours) == CfgGlobals::SIZE ? 0 : 1;

	for (const auto &each : ours) {
		if (agrees(parameter_of(each.constant), each.index))
			continue;
		std::printf("%s is not number %d of this Kea\n", each.constant, each.index);
		faults++;
	}
	return faults == 0 ? 0 : 1;
}
