# SPDX-License-Identifier: MPL-2.0
"""What values of IPv6's own become: the bytes that a client gets."""

import subprocess

import pytest

import dhcp6
from client import mac
from objects import address, ip_range, left_out, prefix
from office6 import BRANCH, NET, RELAY, counts

SERVER = bytes.fromhex("20010db8000000000000000000000053")


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


@pytest.fixture
def options(netbox, kea6, client6, monkeypatch):
    """options({"x": value of custom field x, …}, {map}, {Kea's configuration}): the options that a client of NET gets."""
    def served(values, mapped, config=None):
        for name in values:
            netbox.define_field(name, "json", "ipam.prefix")
        prefix(netbox, NET, values)
        ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
        served.server = kea6({"subnet-prefix-map": mapped}, config)
        assert counts(served.server)["left-out"] == 0, served.server.logged("NETBOX_LEFT_OUT.*")
        return client6.lease(mac(1), RELAY).options
    monkeypatch.setattr(dhcp6, "ALL_WANTED", list(range(20, 130)) + [2222])
    return served


def definition(name, code, kind, **members):
    return {"name": name, "code": code, "type": kind, "space": "dhcp6", **members}


@pytest.mark.parametrize("text, server", [
    ("2001:DB8::53", SERVER), ("2001:0db8:0000:0000:0000:0000:0000:0053", SERVER), (" 2001:db8::53 ", SERVER),
    ("64:ff9b::192.0.2.33", bytes.fromhex("0064ff9b0000000000000000c0000221")), (["2001:db8::53/64", "2001:db8::53"], 2 * SERVER)])
def test_every_way_to_write_an_address(options, text, server):
    assert options({"a": text}, {"option-data.dns-servers": "custom_fields.a"})[dhcp6.DNS_SERVERS] == server


def test_an_address_in_hex_digits(options):
    assert options({"a": SERVER.hex()}, {"option-data.23": {"path": "custom_fields.a", "csv-format": False}})[23] == SERVER


@pytest.mark.parametrize("text", ["fe80::1%eth0", "::ffff:10.0.0.53", "::ffff:a00:35", ["2001:db8::53", "::FFFF:10.0.0.53"],
                                  "[2001:db8::53]", "2001:db8::12345", "2001:db8::53 2001:db8::54"])
def test_what_is_no_address_of_ipv6(netbox, beside, text):
    beside(("prefix", prefix(netbox, BRANCH, {"dhcp_option_data_domain_name_servers": text})["id"]))


@pytest.mark.parametrize("text", ["fe80::1%eth0", "::ffff:10.0.0.1", "10.0.0.1", "relay", "2001:db8:aaaa::1, x"])
def test_a_relay_that_is_none(netbox, kea6, client6, text):
    netbox.define_field("relay", "text", "ipam.prefix")
    prefix(netbox, NET)
    faulty = prefix(netbox, BRANCH, {"relay": text})["id"]
    address(netbox, "2001:db8:0:1::5", mac(1))
    server = kea6({"subnet-prefix-map": {"relay.ip-addresses": "custom_fields.relay"}})
    assert left_out(server) == {("prefix", faulty)}
    assert client6.lease(mac(1), RELAY).address == "2001:db8:0:1::5"


@pytest.mark.parametrize("text", ["2001:DB8:AAAA::1", "2001:0db8:aaaa:0000:0000:0000:0000:0001", "2001:db8:aaaa::0.0.0.1"])
def test_every_way_to_write_a_relay(netbox, kea6, client6, text):
    netbox.define_field("relay", "text", "ipam.prefix")
    prefix(netbox, NET, {"relay": text})
    address(netbox, "2001:db8:0:1::5", mac(1))
    kea6({"subnet-prefix-map": {"relay.ip-addresses": "custom_fields.relay"}})
    assert client6.lease(mac(1), "2001:db8:aaaa::1").address == "2001:db8:0:1::5"


@pytest.mark.parametrize("text", ["2001:DB8:0:1::5/64", "2001:0db8:0000:0001:0000:0000:0000:0005/64", "2001:db8:0:1::0.0.0.5/64"])
def test_every_way_to_write_an_address_of_a_client(netbox, kea6, client6, text):
    prefix(netbox, NET)
    number = address(netbox, "2001:db8:0:1::5", mac(1))["id"]
    netbox.store.get("ipam.ipaddress", number)["address"].text = text
    kea6()
    assert client6.lease(mac(1), RELAY).address == "2001:db8:0:1::5"


def test_numbers_truths_and_names(options):
    got = options({"number": "86400", "name": "aftr.example.", "truth": True, "names": ["a.example", "b.example"],
                   "nii": [1, 2, 3]}, {
        "option-data.solmax-rt": "custom_fields.number", "option-data.aftr-name": "custom_fields.name",
        "option-data.greeting": "custom_fields.truth", "option-data.21": "custom_fields.names",
        "option-data.nii": "custom_fields.nii"},
        {"option-def": [definition("greeting", 2222, "boolean")]})
    assert (got[82], got[64], got[2222]) == ((86400).to_bytes(4, "big"), b"\4aftr\7example\0", b"\1")
    assert (got[21], got[62]) == (b"\1a\7example\0\1b\7example\0", b"\1\2\3")


@pytest.mark.parametrize("value", ["console=ttyS0, quiet", ["console=ttyS0", "quiet"]])
def test_parameters_of_a_boot_file(options, value):
    assert options({"p": value}, {"option-data.bootfile-param": "custom_fields.p"})[60] == b"\0\x0dconsole=ttyS0\0\5quiet"


def test_a_parameter_of_a_list_keeps_its_comma(options):
    got = options({"p": ["console=ttyS0,115200", "a\\b"]}, {"option-data.bootfile-param": "custom_fields.p"})
    assert got[60] == b"\0\x14console=ttyS0,115200\0\3a\\b"


def test_a_prefix_keeps_its_length(options):
    got = options({"p": "2001:db8:4000::/34", "r": [7, "2001:db8:4000::/34"]},
                  {"option-data.greeting": "custom_fields.p", "option-data.pair": "custom_fields.r"},
                  {"option-def": [definition("greeting", 2222, "ipv6-prefix"),
                                  definition("pair", 122, "record", **{"record-types": "uint8, ipv6-prefix"})]})
    assert got[2222] == bytes.fromhex("2220010db840")
    assert got[122] == bytes.fromhex("072220010db840")


def test_a_rule_of_map_e(options):
    got = options({"rule": [1, 16, 24, "192.0.2.0", "2001:db8::/40"]}, {
        "option-data.rule": {"path": "custom_fields.rule", "code": 89, "space": "s46-cont-mape-options"}})
    [(code, rule)] = dhcp6.parse_options(got[94])
    assert (code, rule) == (89, bytes([1, 16, 24, 192, 0, 2, 0, 40]) + bytes.fromhex("20010db800"))


def test_a_list_that_no_option_holds(netbox, beside):
    names = [f"building-{number}.campus.example.com" for number in range(4000)]
    beside(("prefix", prefix(netbox, BRANCH, {"dhcp_option_data_domain_search": names})["id"]))


@pytest.fixture
def wide(link):
    """A link that carries a datagram of UDP in one frame, for the client picks up no fragments."""
    def set_mtu(size):
        for words, end in (([], link.interface), (link.inside, link.far_end)):
            subprocess.run([*words, "ip", "link", "set", end, "mtu", size], check=True)
    set_mtu("65535")
    yield
    set_mtu("1500")


def test_the_longest_list_that_is_taken_is_sent(wide, options):
    names = [f"building-{number:04}.campus.example.com" for number in range(1890)]
    got = options({"names": names}, {"option-data.domain-search": "custom_fields.names"})
    assert len(got[24]) > 64000 and dhcp6.domain_names(got[24]) == names
