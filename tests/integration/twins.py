# SPDX-License-Identifier: MPL-2.0
"""One test, two families. A test is written in IPv4's words; where it runs over IPv6, each of them stands for its twin there:

    10.1.2.5, 10.1.2.0/24          2001:db8:a01:2::5, 2001:db8:a01:2::/64: what contains what stays so
    subnet4, kea-dhcp4, DHCP4_…    subnet6, kea-dhcp6, DHCP6_…
    "ip-address": a                "ip-addresses": [a]
    routers, domain-name-servers   dns-servers, for DHCPv6 has no routers
    domain-name, of Kea's options  domain-search, which DHCPv6 has alone
    pkt4.mac                       the MAC in a DUID that is made of it

What goes out, to NetBox and to Kea, is said in IPv6's words; what comes back, from Kea, its log and the wire, in IPv4's again.
A client is behind a relay of 10.0.0.0/24 where a test names none: kea-dhcp6 does not go by its interface's address.

A test runs over both where BOTH marks it or its module; IPV4 and IPV6 mark what only one of them has. Loopback's addresses have
no twin."""

import ipaddress
import re

import pytest

import client6
import dhcp6
from kea_server import Kea
from standin import StandIn

BOTH, IPV4, IPV6 = pytest.mark.families(4, 6), pytest.mark.families(4), pytest.mark.families(6)
HOME = "10.0.0.1"
LEASE_TIME = 51
BASE = int(ipaddress.IPv6Address("2001:db8::"))
TO6 = {"subnet4": "subnet6", "Dhcp4": "Dhcp6", "dhcp4": "dhcp6", "DHCP4": "DHCP6", "domain-name-servers": "dns-servers",
       "pkt4.mac": "substring(option[1].hex, 4, 6)",
       "option-data.routers": "option-data.dns-servers", "dhcp_option_data_routers": "dhcp_option_data_domain_name_servers"}
OPTIONS6 = {"routers": "dns-servers", "domain-name": "domain-search"}
TO4 = {"subnet6": "subnet4", "Dhcp6": "Dhcp4", "dhcp6": "dhcp4", "DHCP6": "DHCP4", "dns-servers": "routers"}
NET4 = re.compile(r"(?<![\d.])(?!127\.|0\.|255\.)(\d{1,3}(?:\.\d{1,3}){3})(?:/(\d{1,2}))?(?![\d.]*\d)")
NET6 = re.compile(r"(?<![0-9a-f:])(2001:db8:[0-9a-f:]*[0-9a-f:])(?:/(\d{1,3}))?")


def words(table):
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, table)) + r")(?![A-Za-z0-9])")


WORDS4, WORDS6 = words(TO6), words(TO4)


def net6(match):
    a, b, c, d = ipaddress.IPv4Address(match[1]).packed
    twin = str(ipaddress.IPv6Address(BASE | (a << 8 | b) << 80 | c << 64 | d))
    if match[2] is None:
        return twin
    length = int(match[2])
    return f"{twin}/{length + 32 if length <= 16 else length + 40 if length <= 24 else length + 96}"


def net4(match):
    try:
        value = int(ipaddress.IPv6Address(match[1])) - BASE
    except ValueError:
        return match[0]
    high, c, d = value >> 80, value >> 64 & 0xFFFF, value & (1 << 64) - 1
    if high > 0xFFFF or c > 0xFF or d > 0xFF:
        return match[0]
    twin = str(ipaddress.IPv4Address(high << 16 | c << 8 | d))
    if match[2] is None:
        return twin
    length = int(match[2])
    return f"{twin}/{length - 96 if length > 120 else length - 40 if length > 56 else length - 32}"


def to_ipv6(value):
    if isinstance(value, str):
        return NET4.sub(net6, WORDS4.sub(lambda match: TO6[match[1]], value))
    if isinstance(value, (list, tuple)):
        return [to_ipv6(each) for each in value]
    if isinstance(value, dict):
        twin = {to_ipv6(key): to_ipv6(each) for key, each in value.items()}
        if "ip-address" in twin:
            twin["ip-addresses"] = [twin.pop("ip-address")]
        if twin.get("name") in OPTIONS6:
            twin["name"] = OPTIONS6[twin["name"]]
        return twin
    return value


def to_ipv4(value):
    if isinstance(value, str):
        return NET6.sub(net4, WORDS6.sub(lambda match: TO4[match[1]], value))
    if isinstance(value, list):
        return [to_ipv4(each) for each in value]
    if isinstance(value, dict):
        twin = {to_ipv4(key): to_ipv4(each) for key, each in value.items()}
        if len(twin.get("ip-addresses", ())) == 1 and ("hw-address" in twin or "duid" in twin):
            twin["ip-address"] = twin.pop("ip-addresses")[0]
        return twin
    return value


class TwinMessage(dhcp6.Message6):
    address = property(lambda self: to_ipv4(super().address))
    dns = property(lambda self: to_ipv4(super().dns))
    ntp = property(lambda self: to_ipv4(super().ntp))
    routers = dns
    domain_name = property(lambda self: (self.domain_search or [None])[0])


class TwinQuestion(client6.Question6):
    """The lifetime that is asked for is an option in IPv4 and stands beside the address in IPv6: two numbers at its end."""

    message = TwinMessage

    def __init__(self, *arguments, **identity):
        super().__init__(*arguments, **identity)
        self.options = [each for each in self.options if each[0] != LEASE_TIME]

    def _associations(self, named):
        lifetime = self.identity.get("options", {}).get(LEASE_TIME)
        for code, value in super()._associations(named or ["::"] if lifetime else named):
            yield code, value[:-8] + 2 * lifetime if lifetime else value


class TwinClient(client6.Dhcp6Client):
    question = TwinQuestion

    def discovery(self, mac, giaddr=None, **identity):
        return super().discovery(mac, to_ipv6(giaddr or HOME), **identity)


class TwinNetBox(StandIn):
    def add(self, name, /, **values):
        """The definition of a field stays: that of each word's twin is there."""
        return super().add(name, **(values if name == "extras.customfield" else to_ipv6(values)))

    def add_many(self, name, values, /, **how):
        return super().add_many(name, to_ipv6(values), **how)

    def change(self, name, number, /, **values):
        return super().change(name, number, **to_ipv6(values))


class TwinKea(Kea):
    program = "kea-dhcp6"
    say, hear = staticmethod(to_ipv6), staticmethod(to_ipv4)

    def __init__(self, folder, link, config=None, **options):
        super().__init__(folder, link, config, **options)
        self.client = TwinClient(link)


class Family4:
    number = 4
    Kea, NetBox = Kea, StandIn

    @staticmethod
    def client(link):
        return link.client


class Family6:
    number = 6
    Kea, NetBox, client = TwinKea, TwinNetBox, TwinClient


FAMILIES = {4: Family4, 6: Family6}
