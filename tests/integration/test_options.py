# SPDX-License-Identifier: MPL-2.0
"""DHCP options from NetBox: the bytes that a client gets, by name, by code, of the operator's definitions and spaces."""

import pytest

from client import mac
from dhcp6 import parse_options
from objects import address, ip_range, left_out, prefix, synced
from office6 import DUID, NET, RELAY

VENDOR = "vendor-encapsulated-options-space"


@pytest.fixture
def options(netbox, netbox_kea, client):
    """options({"x": value of custom field x, …}, {map}, {Kea's configuration}): the options that a client of 10.0.0.0/24 gets."""
    netbox.define_default_fields()

    def served(fields, mapped, config=None, asked=None):
        for name in fields:
            netbox.define_field(name, "json", "ipam.prefix")
        prefix(netbox, "10.0.0.0/24", fields)
        ip_range(netbox, "10.0.0.10", "10.0.0.20")
        served.server = netbox_kea({"subnet-prefix-map": mapped}, config)
        synced(served.server)
        return client.lease(mac(1), **({"options": {55: bytes(asked)}} if asked else {})).options

    return served


def field(path, **members):
    return {"path": f"custom_fields.{path}", **members}


def definition(name, code, kind, **members):
    return {"name": name, "code": code, "type": kind, **members}


def test_an_option_by_its_name_and_by_its_code(options):
    got = options({"a": "10.0.0.1", "b": 1400, "c": "020a"}, {
        "option-data.routers": "custom_fields.a", "option-data.26": "custom_fields.b", "option-data.224": "custom_fields.c"},
        {"option-def": [definition("color", 224, "binary")]}, asked=[3, 26, 224])
    assert (got[3], got[26], got[224]) == (bytes([10, 0, 0, 1]), (1400).to_bytes(2, "big"), b"\x02\x0a")


def test_an_option_too_long_for_a_packet_is_left_out(options, netbox, client):
    """Kea would take it, and send nothing to any client of the subnet."""
    prefix(netbox, "10.1.0.0/24")
    ip_range(netbox, "10.1.0.10", "10.1.0.20")
    netbox.define_field("a", "json", "ipam.prefix")
    faulty = prefix(netbox, "10.2.0.0/24", {"a": "x" * 1300})["id"]
    got = options({"b": "x" * 1000}, {"option-data.domain-name": ["custom_fields.a", "custom_fields.b"]})
    assert got[15] == b"x" * 1000
    assert left_out(options.server) == {("prefix", faulty)}
    assert client.lease(mac(2), "10.1.0.1").address == "10.1.0.10"


def test_an_option_that_is_always_sent(options):
    got = options({"a": "10.0.0.1", "b": "10.0.0.2"}, {
        "option-data.ntp-servers": field("a", **{"always-send": True}), "option-data.log-servers": field("b")}, asked=[1])
    assert got[42] == bytes([10, 0, 0, 1])
    assert 7 not in got


def test_classless_routes_of_a_code_that_kea_does_not_define(options):
    assert options({"routes": "080a0a000001"}, {"option-data.121": "custom_fields.routes"})[121] == b"\x08\x0a\x0a\0\0\x01"


def test_classless_routes_of_the_operators_definition(options):
    got = options({"routes": [8, 10, "10.0.0.1"]}, {"option-data.routes": "custom_fields.routes"},
                  {"option-def": [definition("routes", 121, "record", **{"record-types": "uint8,uint8,ipv4-address"})]})
    assert got[121] == b"\x08\x0a\x0a\0\0\x01"


def test_option_43_in_hex_digits(options):
    assert options({"vendor": "0104c0000203"}, {"option-data.43": field("vendor", **{"csv-format": False})})[43] \
        == bytes.fromhex("0104c0000203")


@pytest.mark.parametrize("value", ["abcdef", "'10.0.0.1'"])
def test_option_43_that_is_no_sub_options_wants_a_definition(options, value):
    """Kea would drop the bytes without a word."""
    mapped = {"option-data.43": field("vendor", **{"csv-format": False})}
    got = options({"vendor": value}, mapped, {"option-def": [definition("vendor", 43, "binary")]})
    assert got[43] == (bytes.fromhex(value) if value == "abcdef" else b"10.0.0.1")
    begin = options.server.mark()
    options.server.reload({"option-def": []})
    assert "define option 43" in options.server.wait_log("NETBOX_LEFT_OUT .*", begin).group(0)


def test_option_43_of_its_sub_options(options):
    got = options({"controllers": ["10.0.0.2", "10.0.0.3"], "image": "a,b"}, {
        "option-data.controllers": field("controllers", space=VENDOR, **{"always-send": True}),
        "option-data.image": field("image", code=1, space=VENDOR)},
        {"option-def": [definition("controllers", 241, "ipv4-address", array=True, space=VENDOR),
                        definition("image", 1, "string", space=VENDOR)]}, asked=[1])
    assert got[43] in (b"\x01\x03a,b\xf1\x08\x0a\0\0\x02\x0a\0\0\x03", b"\xf1\x08\x0a\0\0\x02\x0a\0\0\x03\x01\x03a,b")


def test_one_name_in_two_spaces(options):
    got = options({"one": "10.0.0.2", "two": "10.0.0.3"}, {
        "option-data.phone-server": field("one", name="server", space="phones"),
        "option-data.camera-server": field("two", name="server", space=VENDOR)},
        {"option-def": [definition("phones", 150, "empty", encapsulate="phones"),
                        definition("server", 1, "ipv4-address", space="phones"),
                        definition("server", 2, "ipv4-address", space=VENDOR)]})
    assert (got[150], got[43]) == (b"\x01\x04\x0a\0\0\x02", b"\x02\x04\x0a\0\0\x03")


def test_texts_keep_their_commas_and_lists_are_lists(options):
    got = options({"root": "10.0.0.1:/srv,vers=3,tcp", "search": ["a.example", "b.example"], "dns": "10.0.0.53,10.0.0.54",
                   "portal": "https://\u00fc.example/?a=1,2", "proxy": "http://proxy/a,b.pac", "numbers": [1, 2, 3]}, {
        "option-data.root-path": "custom_fields.root", "option-data.domain-search": "custom_fields.search",
        "option-data.6": "custom_fields.dns", "option-data.66": "custom_fields.portal", "option-data.proxy": "custom_fields.proxy",
        "option-data.150": "custom_fields.numbers"},
        {"option-def": [definition("proxy", 252, "string"), definition("numbers", 150, "uint8", array=True)]})
    assert (got[17], got[66], got[252]) == (b"10.0.0.1:/srv,vers=3,tcp", "https://\u00fc.example/?a=1,2".encode(), b"http://proxy/a,b.pac")
    assert (got[6], got[119], got[150]) == (bytes([10, 0, 0, 53, 10, 0, 0, 54]), b"\1a\7example\0\1b\7example\0", b"\1\2\3")


def test_options_of_pools_and_reservations(netbox, netbox_kea, client):
    netbox.define_default_fields()
    for model in ("ipam.iprange", "ipam.ipaddress"):
        netbox.define_field("server" if model == "ipam.iprange" else "servers", "json", model)
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20", custom_fields={"server": "10.0.0.2"})
    address(netbox, "10.0.0.5", custom_fields={"dhcp_reservation_hw_address": mac(5), "servers": "10.0.0.3"})
    synced(netbox_kea({
        "pool-iprange-map": {"option-data.7": "custom_fields.server"},
        "reservation-ipaddr-map": {"hw-address": "custom_fields.dhcp_reservation_hw_address",
                                   "option-data.server": field("servers", code=2, space=VENDOR)}}, {
        "option-def": [definition("server", 2, "ipv4-address", space=VENDOR)]}))
    assert client.lease(mac(1)).options[7] == bytes([10, 0, 0, 2])
    assert client.lease(mac(5)).options[43] == b"\x02\x04\x0a\0\0\x03"


def test_an_option_without_a_definition_comes_when_the_operator_defines_it(netbox, netbox_kea, hook_entry, client):
    netbox.define_default_fields()
    netbox.define_field("color", "integer", "ipam.prefix")
    faulty, good = prefix(netbox, "10.0.0.0/24", {"color": 7})["id"], prefix(netbox, "10.1.0.0/24")["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    mapped = {"subnet-prefix-map": {"option-data.color": "custom_fields.color"}, "coalesce-ms": 0}
    server = netbox_kea(mapped)
    synced(server)
    assert (list(server.subnets()), left_out(server)) == ([good], {("prefix", faulty)})
    begin = server.mark()
    server.reload({"option-def": [definition("color", 224, "uint8")]})
    server.wait_log("NETBOX_SYNCED", begin)
    assert client.lease(mac(1), options={55: bytes([224])}).options[224] == b"\7"


def test_what_is_no_value_of_its_option_is_left_out_by_itself(netbox, netbox_kea):
    netbox.define_default_fields()
    netbox.define_field("vendor", "text", "ipam.prefix")
    for net, value in enumerate(("0102", "no hex", "'quoted, text'")):
        prefix(netbox, f"10.{net}.0.0/24", {"vendor": value})
    server = netbox_kea({"subnet-prefix-map": {"option-data.224": field("vendor", **{"csv-format": False})}})
    synced(server)
    assert list(server.subnets()) == [1, 3]
    assert left_out(server) == {("prefix", 2)}


def test_a_format_without_a_definition_is_left_out(netbox, netbox_kea):
    netbox.define_default_fields()
    netbox.define_field("routes", "text", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"routes": "080a0a000001"})
    other = prefix(netbox, "10.1.0.0/24")["id"]
    server = netbox_kea({"subnet-prefix-map": {"option-data.121": field("routes", **{"csv-format": True})}})
    synced(server)
    assert list(server.subnets()) == [other]
    assert "121" in server.wait_log("NETBOX_LEFT_OUT .*").group(0)


# Of DHCPv6: codes and lengths of two bytes, spaces of its own

@pytest.fixture
def options6(netbox, kea6, client6):
    """As options, of a client behind RELAY."""
    netbox.define_default_fields()

    def served(fields, mapped, config=None):
        for name in fields:
            netbox.define_field(name, "json", "ipam.prefix")
        prefix(netbox, NET, fields)
        ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
        kea6({"subnet-prefix-map": mapped}, config)
        return client6.lease(mac(1), RELAY).options

    return served


def always(path, **members):
    return field(path, **{"always-send": True}, **members)


def test_an_option_of_dhcpv6_by_its_name_and_by_its_code(options6):
    got = options6({"a": "2001:db8::123", "b": 3600, "c": "020a", "d": "'text'"}, {
        "option-data.sntp-servers": "custom_fields.a", "option-data.32": "custom_fields.b", "option-data.color": always("c"),
        "option-data.65535": always("d", **{"csv-format": False})}, {"option-def": [definition("color", 256, "binary")]})
    assert (got[31], got[32]) == (bytes.fromhex("20010db8" + 20 * "0" + "0123"), (3600).to_bytes(4, "big"))
    assert (got[256], got[65535]) == (b"\x02\x0a", b"text")


def test_texts_of_dhcpv6_keep_their_commas_and_lists_are_lists(options6):
    got = options6({"url": "http://[2001:db8::1]/a,b?c=1", "zone": "EST5EDT4,M3.2.0/02:00,M11.1.0/02:00",
                    "dns": "2001:db8::1,2001:db8::2", "search": ["a.example", "b.example"], "proxy": "http://proxy/a,b.pac"}, {
        "option-data.bootfile-url": "custom_fields.url", "option-data.41": "custom_fields.zone",
        "option-data.23": "custom_fields.dns", "option-data.domain-search": "custom_fields.search",
        "option-data.proxy": always("proxy")},
        {"option-def": [definition("proxy", 2222, "string")]})
    assert (got[59], got[41]) == (b"http://[2001:db8::1]/a,b?c=1", b"EST5EDT4,M3.2.0/02:00,M11.1.0/02:00")
    assert (got[24], got[2222]) == (b"\1a\7example\0\1b\7example\0", b"http://proxy/a,b.pac")
    assert got[23] == bytes.fromhex("20010db8" + 23 * "0" + "120010db8" + 23 * "0" + "2")


def test_options_of_other_spaces_come_in_what_carries_them(options6):
    """Kea's own carrier, and one that the operator has defined."""
    got = options6({"relay": "2001:db8::64", "phones": ["2001:db8::1", "2001:db8::2"]}, {
        "option-data.s46-br": always("relay", space="s46-cont-mape-options"),
        "option-data.phones": always("phones", name="servers", space="phones")},
        {"option-def": [definition("phones", 2000, "empty", encapsulate="phones"),
                        definition("servers", 300, "ipv6-address", array=True, space="phones")]})
    assert parse_options(got[94]) == [(90, bytes.fromhex("20010db8" + 22 * "0" + "64"))]
    assert parse_options(got[2000]) == [(300, bytes.fromhex("20010db8" + 23 * "0" + "120010db8" + 23 * "0" + "2"))]


def test_options_of_a_pool_and_of_a_client_of_two_addresses(netbox, kea6, client6):
    netbox.define_default_fields()
    for model in ("ipam.iprange", "ipam.ipaddress"):
        netbox.define_field("time" if model == "ipam.iprange" else "times", "json", model)
    prefix(netbox, NET)
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20", custom_fields={"time": "2001:db8::123"})
    for number in (5, 6):
        address(netbox, f"2001:db8:0:1::{number}",
                custom_fields={"dhcp_reservation_duid": DUID.hex(), "times": f"2001:db8::{number}"})
    kea6({"pool-iprange-map": {"option-data.sntp-servers": "custom_fields.time"},
          "reservation-ipaddr-map": {"duid": "custom_fields.dhcp_reservation_duid",
                                     "option-data.sntp-servers": "custom_fields.times"}})
    assert client6.lease(mac(1), RELAY).ntp == ["2001:db8::123"]
    lease = client6.lease(mac(2), RELAY, duid=DUID, addresses=2)
    assert (len(lease.addresses), lease.ntp) == (2, ["2001:db8::5"])
