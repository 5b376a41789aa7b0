# SPDX-License-Identifier: MPL-2.0
"""What only IPv6 has: DUIDs, several addresses of a client, and what can be wrong with them."""

import pytest

from client import mac
from conftest import MULTI_THREADED, free_port
from dhcp6 import duid_of
from kea_server import reservation6, subnet6
from objects import address, device, follow, ip_range, left_out, prefix, sync, synced
from office6 import BRANCH, BRANCH_RELAY, DUID, NET, RELAY, counts, delegated, host
from waiting import eventually


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


# Of the two families each server has its own

def test_each_server_asks_for_its_own_family_alone(netbox, netbox_kea, kea6):
    for net, first, last in ((NET, "2001:db8:0:1::10", "2001:db8:0:1::20"), ("10.0.0.0/24", "10.0.0.10", "10.0.0.20")):
        prefix(netbox, net)
        ip_range(netbox, first, last)
        address(netbox, first.replace("10", "5") if ":" in first else "10.0.0.5", mac(1))
    for family, make in (("6", kea6), ("4", netbox_kea)):
        netbox.requests.clear()
        server = make()
        assert synced(server).items() >= {"subnets": 1, "pools": 1, "reservations": 1, "left-out": 0}.items()
        asked = [request for request in netbox.requests if request.path in (
            "/api/ipam/prefixes/", "/api/ipam/ip-ranges/", "/api/ipam/ip-addresses/")]
        assert len({request.path for request in asked}) == 3
        assert all(request.query["family"] == [family] for request in asked)
        server.stop()


def test_two_servers_of_one_host_follow_the_same_events(netbox, netbox_kea, kea6, client, client6):
    prefix(netbox, NET)
    prefix(netbox, "10.0.0.0/24")
    place = device(netbox, "alpha", mac(1))
    address(netbox, "2001:db8:0:1::5", **place)
    address(netbox, "10.0.0.5", **place)
    six, four = kea6(), netbox_kea({"port": free_port()})
    synced(four)
    follow(netbox, four)
    for each, relay, wanted in ((client6, RELAY, "2001:db8:0:1::5"), (client, None, "10.0.0.5")):
        lease = each.lease(mac(1), relay)
        assert (lease.address, lease.hostname) == (wanted, "alpha")
        each.release(lease)
    netbox.set_mac("dcim.interface", place["assigned_object_id"], mac(2))
    assert client6.until(mac(2), RELAY, address="2001:db8:0:1::5").hostname == "alpha"
    assert client.until(mac(2), address="10.0.0.5").hostname == "alpha"
    assert counts(six) == counts(four) == {"subnets": 1, "pools": 0, "reservations": 1, "left-out": 0}


def test_the_port_is_8002(netbox, kea6):
    eventually(kea6({"port": None}).http.healthy)


# What a client sees

def test_options_and_lifetimes(netbox, kea6, client6):
    number = prefix(netbox, NET, {
        "dhcp_option_data_domain_name_servers": ["2001:db8::53/64", "2001:db8::54"], "dhcp_valid_lifetime": 1200,
        "dhcp_option_data_domain_search": ["one.example", "two.example"], "dhcp_preferred_lifetime": 900})["id"]
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    server = kea6()
    lease = client6.lease(mac(1), RELAY)
    assert (lease.dns, lease.domain_search) == (["2001:db8::53", "2001:db8::54"], ["one.example", "two.example"])
    assert (lease.preferred_time, lease.lease_time) == (900, 1200)
    assert server.subnets()[number]["user-context"] == {"netbox_prefix_id": number}
    netbox.change("ipam.prefix", number, custom_fields={"dhcp_option_data_domain_name_servers": "2001:db8::99"})
    assert client6.until(mac(1), RELAY, dns=["2001:db8::99"])


def test_keys_of_ipv6_by_map(netbox, kea6, client6):
    for name, kind in (("rapid", "boolean"), ("port", "text"), ("relay", "json")):
        netbox.define_field(name, kind, "ipam.prefix")
    prefix(netbox, NET, {"rapid": True, "relay": ["2001:db8:aaaa::1/64"]})
    prefix(netbox, BRANCH, {"port": "floor-7"})
    for start, end in (("2001:db8:0:1::10", "2001:db8:0:1::20"), ("2001:db8:0:2::10", "2001:db8:0:2::20")):
        ip_range(netbox, start, end)
    kea6({"subnet-prefix-map": {"rapid-commit": "custom_fields.rapid", "interface-id": "custom_fields.port",
                                "relay.ip-addresses": "custom_fields.relay"}})
    assert client6.discover(mac(1), "2001:db8:aaaa::1", rapid=True).type == "REPLY"
    assert client6.lease(mac(2), "2001:db8:bbbb::1", interface_id=b"floor-7").address == "2001:db8:0:2::10"


def test_prefix_resized(netbox, kea6, client6):
    number = prefix(netbox, NET)["id"]
    host(netbox, "2001:db8:0:1:8000::5")
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    kea6()
    assert client6.lease(mac(1), RELAY, duid=DUID).address == "2001:db8:0:1:8000::5"
    netbox.change("ipam.prefix", number, prefix="2001:db8:0:1::/65")
    assert client6.until(mac(1), RELAY, {"duid": DUID}, address="2001:db8:0:1::10")
    netbox.change("ipam.prefix", number, prefix="2001:db8::/60")
    assert client6.until(mac(1), "2001:db8::1", {"duid": DUID}, address="2001:db8:0:1:8000::5")


OPERATORS_OWN = {
    "valid-lifetime": 4000, "min-valid-lifetime": 1000, "max-valid-lifetime": 9000, "preferred-lifetime": 3000, "renew-timer": 900,
    "user-context": {"comment": "größer"}, "mac-sources": ["duid", "ipv6-link-local"], "relay-supplied-options": ["65", "110"],
    "option-def": [{"name": "greeting", "code": 2222, "type": "string", "space": "dhcp6"}],
    "option-data": [{"name": "greeting", "data": "grüß dich", "always-send": True},
                    {"name": "sntp-servers", "data": "2001:db8::123"}],
    "client-classes": [{"name": "phones", "test": "option[16].exists"}], "host-reservation-identifiers": ["duid", "hw-address"],
    "dhcp-ddns": {"enable-updates": False}, "ddns-qualifying-suffix": "example.", "decline-probation-period": 60,
    "shared-networks": [{"name": "floor", "interface-id": "floor-7", "user-context": {"floor": 3}, "subnet6": [
        subnet6(500, "2001:db8:5::/64", "2001:db8:5::10 - 2001:db8:5::20", pd_pools=[("2001:db8:5000::/48", 56)]),
        subnet6(501, "2001:db8:6::/64", reservations=[reservation6(["2001:db8:6::9"], ["2001:db8:6000::/56"], duid="00:01:09")])]}]}


def test_the_operators_own_configuration_is_the_same_after_many_changes(netbox, kea6, client6):
    theirs = subnet6(600, "2001:db8:7::/64", "2001:db8:7::10 - 2001:db8:7::20", pd_pools=[("2001:db8:7000::/48", 56)])
    number = prefix(netbox, NET, _events=False)["id"]
    netbox.refuse()
    server = kea6({"ownership": "marked"}, {**OPERATORS_OWN, "subnet6": [theirs]}, wait=False)
    before = server.running_config()
    by_hand = before.pop("subnet6")
    netbox.listen()
    eventually(server.http.healthy)
    follow(netbox, server)
    host(netbox, "2001:db8:0:1::5")
    for change in range(1, 6):
        netbox.change("ipam.prefix", number, custom_fields={"dhcp_option_data_domain_name_servers": f"2001:db8::{change}"})
        client6.release(client6.until(mac(1), RELAY, {"duid": DUID}, dns=[f"2001:db8::{change}"], address="2001:db8:0:1::5"))
    after = server.running_config()
    subnets = after.pop("subnet6")
    assert after == before
    assert [each for each in subnets if each["id"] == 600] == by_hand
    assert client6.lease(mac(2), "2001:db8:5::1", interface_id=b"floor-7", prefix=True).prefixes == ["2001:db8:5000::/56"]


def test_a_server_of_several_threads(netbox, kea6, client6):
    number = prefix(netbox, NET)["id"]
    host(netbox, "2001:db8:0:1::5")
    server = kea6(config=MULTI_THREADED)
    holder = client6.lease(mac(1), RELAY, duid=DUID)
    for change in range(1, 10):
        netbox.change("ipam.prefix", number, custom_fields={"dhcp_option_data_domain_name_servers": f"2001:db8::{change}"})
        client6.until(mac(1), RELAY, {"duid": DUID}, dns=[f"2001:db8::{change}"])
        assert client6.renew(holder).address == "2001:db8:0:1::5"
    assert server.stop().code == 0


# Who a client is

@pytest.mark.parametrize("form", ["00:02:00:00:09:bf:01:02:03:0a", "00-02-00-00-09-BF-01-02-03-0A", "0002000009bf0102030a",
                                  "0002000009BF0102030A "])
def test_a_duid_may_be_written_in_any_form(netbox, kea6, client6, form):
    prefix(netbox, NET)
    host(netbox, "2001:db8:0:1::5", form)
    kea6()
    assert client6.lease(mac(1), RELAY, duid=DUID).address == "2001:db8:0:1::5"


def test_the_duid_comes_before_the_mac(netbox, kea6, client6):
    prefix(netbox, NET)
    number = host(netbox, "2001:db8:0:1::5", **device(netbox, "alpha", mac(1)))
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    kea6()
    lease = client6.lease(mac(9), RELAY, duid=DUID)
    assert lease.address == "2001:db8:0:1::5"
    assert client6.lease(mac(1), RELAY).address == "2001:db8:0:1::10"
    client6.release(lease)
    netbox.change("ipam.ipaddress", number, custom_fields={"dhcp_reservation_duid": None})
    assert client6.until(mac(1), RELAY, address="2001:db8:0:1::5").hostname == "alpha"


@pytest.mark.parametrize("form", ["a MAC", "a DUID"])
def test_a_mac_s_interface_and_a_duid_field_that_mean_two_clients(netbox, kea6, client6, form):
    prefix(netbox, NET)
    address(netbox, "2001:db8:0:1::5", **device(netbox, "alpha", mac(1)))
    host(netbox, "2001:db8:0:1::6", duid_of(mac(2)))
    kea6()
    who, wanted = (mac(1), "2001:db8:0:1::5") if form == "a MAC" else (mac(2), "2001:db8:0:1::6")
    assert client6.lease(who, RELAY).address == wanted


# Several addresses of one client

def test_addresses_of_one_client_are_one_reservation(netbox, kea6, client6):
    number = prefix(netbox, NET)["id"]
    first, second = (host(netbox, ip) for ip in ("2001:db8:0:1::6", "2001:db8:0:1::5"))
    other = host(netbox, "2001:db8:0:1::7", "00:01:02:03:04")
    server = kea6()
    assert sorted(client6.lease(mac(1), RELAY, duid=DUID, addresses=2).addresses) == ["2001:db8:0:1::5", "2001:db8:0:1::6"]
    ours, theirs = sorted(server.subnets()[number]["reservations"], key=lambda each: len(each["ip-addresses"]), reverse=True)
    assert ours["user-context"] == {"netbox_ip_address_ids": [first, second]}
    assert theirs["user-context"] == {"netbox_ip_address_ids": [other]}


def both(*wanted):
    return lambda addresses: sorted(addresses) == sorted(wanted)


def test_a_webhook_about_one_of_them_rebuilds_the_reservation(netbox, kea6, client6):
    prefix(netbox, NET)
    first, second = (host(netbox, ip) for ip in ("2001:db8:0:1::5", "2001:db8:0:1::6"))
    server = kea6()
    client = {"duid": DUID, "addresses": 2}

    def sees(*addresses):
        client6.release(client6.until(mac(1), RELAY, client, addresses=both(*addresses)))
    sees("2001:db8:0:1::5", "2001:db8:0:1::6")
    netbox.change("ipam.ipaddress", second, address="2001:db8:0:1::8/64")
    sees("2001:db8:0:1::5", "2001:db8:0:1::8")
    netbox.delete("ipam.ipaddress", first)
    sees("2001:db8:0:1::8")
    third = host(netbox, "2001:db8:0:1::9")
    sees("2001:db8:0:1::8", "2001:db8:0:1::9")
    netbox.change("ipam.ipaddress", third, custom_fields={"dhcp_reservation_duid": "0011223344"})
    sees("2001:db8:0:1::8")
    assert client6.lease(mac(2), RELAY, duid=bytes.fromhex("0011223344")).address == "2001:db8:0:1::9"
    assert counts(server)["left-out"] == 0
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


@pytest.mark.parametrize("field, first, second", [
    ("dhcp_reservation_duid", "00:03:00:01:02:00:00:00:00:0a", "00-03-00-01-02-00-00-00-00-0A"),
    ("dhcp_reservation_duid", "0003000102000000000A", "00:03:00:01:02:00:00:00:00:0a"),
    ("dhcp_reservation_hw_address", "02:00:00:00:00:0a", "0200.0000.000A")])
def test_one_client_is_one_however_it_is_written(netbox, kea6, client6, field, first, second):
    number = prefix(netbox, NET)["id"]
    address(netbox, "2001:db8:0:1::5", custom_fields={field: first})
    address(netbox, "2001:db8:0:1::6", custom_fields={field: second})
    server = kea6()
    assert len(server.subnets()[number]["reservations"]) == 1
    lease = client6.lease(mac(10), RELAY, addresses=2)
    assert sorted(lease.addresses) == ["2001:db8:0:1::5", "2001:db8:0:1::6"]


def test_a_prefix_that_two_addresses_of_a_client_reserve_is_its_own(netbox, kea6, client6):
    number = prefix(netbox, NET)["id"]
    host(netbox, "2001:db8:0:1::5", prefixes=["2001:db8:e000::/56"])
    host(netbox, "2001:db8:0:1::6", prefixes=["2001:db8:e000::/56", "2001:db8:e001::/56"])
    server = kea6()
    assert counts(server)["left-out"] == 0
    lease = client6.lease(mac(1), RELAY, duid=DUID, addresses=2, prefix=True)
    assert (len(lease.addresses), lease.prefixes) == (2, ["2001:db8:e000::/56"])
    assert server.subnets()[number]["reservations"][0]["prefixes"] == ["2001:db8:e000::/56", "2001:db8:e001::/56"]


def test_an_option_of_one_of_them_that_kea_refuses(netbox, kea6, client6):
    netbox.define_field("dns", "json", "ipam.ipaddress")
    prefix(netbox, NET)
    fields = {"dhcp_reservation_duid": DUID.hex()}
    address(netbox, "2001:db8:0:1::5", custom_fields={**fields, "dns": "2001:db8::53"})
    faulty = address(netbox, "2001:db8:0:1::6", custom_fields={**fields, "dns": "no address"})["id"]
    host(netbox, "2001:db8:0:1::7", "00:01:02:03:04")
    server = kea6({"reservation-ipaddr-map": {"duid": "custom_fields.dhcp_reservation_duid",
                                              "option-data.dns-servers": "custom_fields.dns"}})
    assert left_out(server) == {("ip-address", faulty)}
    lease = client6.lease(mac(1), RELAY, duid=DUID, addresses=2)
    assert (lease.addresses, lease.dns) == (["2001:db8:0:1::5"], ["2001:db8::53"])
    assert client6.lease(mac(2), RELAY, duid=bytes.fromhex("0001020304")).address == "2001:db8:0:1::7"


def test_a_client_that_is_written_by_hand_too(netbox, kea6, client6):
    """The operator's own reservation for it stays; ours for the same client in the same subnet can't."""
    number = prefix(netbox, NET)["id"]
    ours = [host(netbox, ip) for ip in ("2001:db8:0:1::5", "2001:db8:0:1::6")]
    host(netbox, "2001:db8:0:1::7", "00:01:02:03:04")
    by_hand = subnet6(number, NET, reservations=[reservation6(["2001:db8:0:1::9"], duid=DUID.hex())],
                      user_context={"netbox_prefix_id": number})
    server = kea6({"ownership": "marked"}, {"subnet6": [by_hand]})
    assert left_out(server) == {("ip-address", each) for each in ours}
    assert client6.lease(mac(1), RELAY, duid=DUID).address == "2001:db8:0:1::9"
    assert client6.lease(mac(2), RELAY, duid=bytes.fromhex("0001020304")).address == "2001:db8:0:1::7"


def test_in_two_subnets_they_are_two_reservations(netbox, kea6, client6):
    prefix(netbox, NET)
    prefix(netbox, BRANCH)
    host(netbox, "2001:db8:0:1::5")
    host(netbox, "2001:db8:0:2::5")
    kea6()
    assert client6.lease(mac(1), RELAY, duid=DUID).address == "2001:db8:0:1::5"
    assert client6.lease(mac(1), BRANCH_RELAY, duid=DUID).address == "2001:db8:0:2::5"


def test_of_two_host_names_the_lower_id_s_stays_and_that_is_said(netbox, kea6, client6):
    prefix(netbox, NET)
    host(netbox, "2001:db8:0:1::6", dns_name="one.example")
    second = host(netbox, "2001:db8:0:1::5", dns_name="two.example")
    server = kea6()
    lease = client6.lease(mac(1), RELAY, duid=DUID, addresses=2)
    assert (lease.hostname, len(lease.addresses)) == ("one.example", 2)
    sync(server)
    assert len(server.logged(rf"WARN .*NETBOX_HOSTNAMES_DIFFER .*NetBox id {second},.*two\.example.*one\.example")) == 1


def test_check_only_says_what_would_become_of_them_and_changes_nothing(netbox, kea6, client6):
    """What the file has from NetBox has lost one of two addresses, got a third and a prefix to delegate from."""
    number = prefix(netbox, NET)["id"]
    first, second = (host(netbox, ip, prefixes="2001:db8:e000::/56") for ip in ("2001:db8:0:1::5", "2001:db8:0:1::6"))
    ours = subnet6(number, NET, user_context={"netbox_prefix_id": number}, reservations=[reservation6(
        ["2001:db8:0:1::5", "2001:db8:0:1::6"], ["2001:db8:e000::/56"], duid=DUID.hex(),
        user_context={"netbox_ip_address_ids": [first, second]})])
    netbox.delete("ipam.ipaddress", second)
    host(netbox, "2001:db8:0:1::7")
    delegated(netbox, "2001:db8:f000::/48", 56, number)
    server = kea6({"check-only": True}, {"subnet6": [ours]})
    before = server.running_config()
    sync(server)
    assert server.logged(r"NETBOX_CHECK_ONLY .*: 2 added, 0 changed, 1 removed, and 0 removed that are not from NetBox")
    lease = client6.lease(mac(1), RELAY, duid=DUID, addresses=2, prefix=True)
    assert both("2001:db8:0:1::5", "2001:db8:0:1::6")(lease.addresses) and lease.prefixes == ["2001:db8:e000::/56"]
    assert client6.is_ignored(client6.discovery(mac(2), RELAY, addresses=0, prefix=True), probe=lease)
    assert server.running_config() == before and len(server.logged("DHCP6_CONFIG_COMPLETE")) == 1
    assert not server.logged("NETBOX_(ADDED|CHANGED|REMOVED|REPLACED|LEFT_OUT) ")


def test_one_of_them_that_is_faulty_takes_the_others_nothing(netbox, kea6, client6):
    prefix(netbox, NET)
    host(netbox, "2001:db8:0:1::5")
    taken = host(netbox, "2001:db8:0:1::7", "00:01:02:03:04")
    lost = address(netbox, "2001:db8:0:1::7", custom_fields={"dhcp_reservation_duid": DUID.hex()})["id"]
    server = kea6()
    assert client6.lease(mac(1), RELAY, duid=DUID, addresses=2).addresses == ["2001:db8:0:1::5"]
    lease = client6.lease(mac(2), RELAY, duid=bytes.fromhex("0001020304"))
    assert lease.address == "2001:db8:0:1::7"
    client6.release(lease)
    assert left_out(server) == {("ip-address", lost)}
    netbox.delete("ipam.ipaddress", taken)
    assert client6.until(mac(1), RELAY, {"duid": DUID, "addresses": 2}, addresses=both("2001:db8:0:1::5", "2001:db8:0:1::7"))


def test_killed_it_serves_them_from_the_file_until_netbox_is_there_and_follows_each(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    server = kea6({"config-write": True})
    first, second = (host(netbox, f"2001:db8:0:1::{number}", prefixes=f"2001:db8:e00{number}::/56") for number in (5, 6))
    delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    client, other = {"duid": DUID, "addresses": 2, "prefix": True}, {"addresses": 0, "prefix": True}
    eventually(lambda: all(text in server.config_file.read_text() for text in ("e005::/56", "e006::/56", "f000::")))
    server.kill()
    netbox.refuse()
    server.write = lambda config=None: server
    begin = server.mark()
    server.start()
    lease = client6.lease(mac(1), RELAY, **client)
    assert both("2001:db8:0:1::5", "2001:db8:0:1::6")(lease.addresses) and lease.prefixes == ["2001:db8:e005::/56"]
    assert client6.lease(mac(2), RELAY, **other).prefixes == ["2001:db8:f000::/56"]
    netbox.listen()
    eventually(server.http.healthy)
    assert not server.logged("NETBOX_(ADDED|CHANGED|REMOVED|REPLACED) ", begin)
    client6.release(lease)
    netbox.delete("ipam.ipaddress", first)
    assert client6.until(mac(1), RELAY, client, addresses=["2001:db8:0:1::6"], prefixes=["2001:db8:e006::/56"])
    [ours] = server.subnets()[subnet]["reservations"]
    assert ours["user-context"] == {"netbox_ip_address_ids": [second]}


# What is wrong is left out, and all else served

@pytest.mark.parametrize("value", ["10.0.0.53", ["2001:db8::53", "10.0.0.53"], "10.0.0.53/24"])
def test_an_ipv4_value_in_an_option(netbox, beside, value):
    server = beside(("prefix", prefix(netbox, BRANCH, {"dhcp_option_data_domain_name_servers": value})["id"]))
    assert server.logged(r'NETBOX_LEFT_OUT .*option dns-servers: "[^"]*10\.0\.0\.53"')


@pytest.mark.parametrize("duid", ["00:02:00:00:09:bf:0", "0002000009b", "00" * 129, "no DUID", "00:02::03"])
def test_a_duid_that_is_none(netbox, beside, duid):
    beside(("ip-address", host(netbox, "2001:db8:0:1::5", duid)))


def test_the_longest_duid(netbox, kea6, client6):
    prefix(netbox, NET)
    longest = bytes([0, 2]) + bytes(range(1, 127))
    host(netbox, "2001:db8:0:1::5", longest)
    kea6()
    assert client6.lease(mac(1), RELAY, duid=longest).address == "2001:db8:0:1::5"


def test_a_range_across_two_prefixes(netbox, beside):
    prefix(netbox, "2001:db8:0:3::/112")
    prefix(netbox, "2001:db8:0:3::1:0/112")
    beside(("ip-range", ip_range(netbox, "2001:db8:0:3::fff0/112", "2001:db8:0:3::1:5/112")["id"]))


def test_an_address_with_a_zone(netbox, beside):
    number = address(netbox, "2001:db8:0:1::5", mac(5))["id"]
    netbox.store.get("ipam.ipaddress", number)["address"].text = "2001:db8:0:1::5%eth0/64"          # none of NetBox's own making
    beside(("ip-address", number))


def test_ipv4_in_ipv6_is_served_by_neither(netbox, netbox_kea, beside):
    prefix(netbox, "10.0.0.0/24")
    beside(("prefix", prefix(netbox, "::ffff:10.0.0.0/120")["id"]),
           ("ip-address", address(netbox, "::ffff:10.0.0.5/120", mac(5))["id"]))
    four = netbox_kea({"port": free_port()})
    assert synced(four).items() >= {"subnets": 1, "reservations": 0, "left-out": 0}.items()


def test_the_smallest_prefixes(netbox, kea6, client6):
    """No address of an IPv6 network is anything but an address."""
    prefix(netbox, "2001:db8:0:5::/127")
    prefix(netbox, "2001:db8:0:6::7/128")
    prefix(netbox, NET)
    for ip, number in (("2001:db8:0:5::/127", 1), ("2001:db8:0:5::1/127", 2), ("2001:db8:0:6::7/128", 3), ("2001:db8:0:1::/64", 4)):
        address(netbox, ip, mac(number))
    server = kea6()
    assert counts(server) == {"subnets": 3, "pools": 0, "reservations": 4, "left-out": 0}
    for relay, number in (("2001:db8:0:5::", 1), ("2001:db8:0:5::1", 2), ("2001:db8:0:6::7", 3)):
        assert client6.lease(mac(number), relay).address == relay
    assert client6.lease(mac(4), RELAY).address == "2001:db8:0:1::"


def test_a_pool_of_a_whole_subnet(netbox, kea6, client6):
    number = prefix(netbox, NET)["id"]
    ip_range(netbox, "2001:db8:0:1::", "2001:db8:0:1:ffff:ffff:ffff:ffff", _check=False)
    server = kea6()
    lease = client6.lease(mac(1), RELAY, hints=["2001:db8:0:1:ffff:ffff:ffff:ffff"])
    assert lease.address == "2001:db8:0:1:ffff:ffff:ffff:ffff"
    assert client6.lease(mac(2), RELAY).address == "2001:db8:0:1::"
    sync(server)
    assert counts(server) == {"subnets": 1, "pools": 1, "reservations": 0, "left-out": 0}
    assert len(server.subnets()[number]["pools"]) == 1
