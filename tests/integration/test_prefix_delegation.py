# SPDX-License-Identifier: MPL-2.0
"""Prefixes of NetBox's from which a router gets one of its own."""

import pytest

from client import mac
from kea_server import subnet6
from objects import address, configurations, ip_range, left_out, prefix, sync
from office6 import BRANCH, BRANCH_RELAY, DUID, NET, RELAY, counts, delegated, host
from waiting import eventually


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


def test_prefixes_are_delegated_from_those_of_the_filter(netbox, kea6, client6):
    subnet, branch = prefix(netbox, NET)["id"], prefix(netbox, BRANCH)["id"]
    pool = delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    server = kea6()
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:f000::/56"]
    assert sorted(server.subnets()) == [subnet, branch]
    assert counts(server)["subnets"] == 2 and counts(server)["left-out"] == 0
    assert client6.is_ignored(client6.discovery(mac(1), BRANCH_RELAY, addresses=0, prefix=True),
                              client6.lease(mac(1), RELAY, addresses=0, prefix=True))
    [shown] = server.subnets()[subnet]["pd-pools"]
    assert (shown["prefix"], shown["prefix-len"], shown["delegated-len"]) == ("2001:db8:f000::", 48, 56)
    assert pool in shown["user-context"].values()


def test_without_a_subnet_named_it_is_the_longest_that_contains_it(netbox, kea6, client6):
    prefix(netbox, "2001:db8::/32")
    inner = prefix(netbox, "2001:db8:f000::/36")["id"]
    delegated(netbox, "2001:db8:f000::/48", 56)
    server = kea6()
    assert [len(each["pd-pools"]) for number, each in sorted(server.subnets().items())] == [0, 1] and inner in server.subnets()


def test_webhooks_of_a_prefix_that_is_delegated_from(netbox, kea6, client6):
    subnet, branch = prefix(netbox, NET)["id"], prefix(netbox, BRANCH)["id"]
    server = kea6()
    wanted = {"addresses": 0, "prefix": True}

    def sees(prefixes, relay=RELAY):
        client6.release(client6.until(mac(1), relay, wanted, prefixes=prefixes))
    pool = delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    sees(["2001:db8:f000::/56"])
    netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_delegated_length": 60})
    sees(["2001:db8:f000::/60"])
    netbox.change("ipam.prefix", pool, prefix="2001:db8:e000::/48")
    sees(["2001:db8:e000::/60"])
    netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_subnet": branch})
    sees(["2001:db8:e000::/60"], BRANCH_RELAY)
    netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_delegated_length": None})
    eventually(lambda: server.subnets()[branch]["pd-pools"] == [])
    netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_delegated_length": 56})
    sees(["2001:db8:e000::/56"], BRANCH_RELAY)
    netbox.delete("ipam.prefix", pool)
    eventually(lambda: server.subnets()[branch]["pd-pools"] == [])
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


def test_what_is_delegated_from_is_no_subnet_even_where_it_passes_both_filters(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    prefix(netbox, "2001:db8:f000::/48", {"dhcp_pd_delegated_length": 56, "dhcp_pd_subnet": subnet})
    server = kea6()
    assert list(server.subnets()) == [subnet]
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:f000::/56"]


def test_the_subnet_may_be_named_by_its_number_and_the_filter_be_another(netbox, kea6, client6):
    netbox.define_field("hands_out", "boolean", "ipam.prefix")
    netbox.delete("extras.customfield", next(row for row in netbox.all("extras.customfield")
                                             if netbox.get("extras.customfield", row)["name"] == "dhcp_pd_subnet"))
    netbox.define_field("dhcp_pd_subnet", "integer", "ipam.prefix")
    subnet = prefix(netbox, NET)["id"]
    delegated(netbox, "2001:db8:e000::/48", 56, subnet)
    netbox.add("ipam.prefix", prefix="2001:db8:f000::/48", custom_fields={
        "dhcp_pd_delegated_length": 60, "dhcp_pd_subnet": subnet, "hands_out": True})
    kea6({"pd-filter": {"cf_hands_out": True}})
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:f000::/60"]


def test_reserved_prefixes(netbox, kea6, client6):
    prefix(netbox, NET)
    number = host(netbox, "2001:db8:0:1::5", prefixes=["2001:db8:e000::/56"])
    kea6()
    wanted = {"duid": DUID, "prefix": True}
    lease = client6.lease(mac(1), RELAY, **wanted)
    assert (lease.addresses, lease.prefixes) == (["2001:db8:0:1::5"], ["2001:db8:e000::/56"])
    client6.release(lease)
    netbox.change("ipam.ipaddress", number, custom_fields={"dhcp_reservation_prefixes": "2001:db8:e000:100::/56"})
    assert client6.until(mac(1), RELAY, wanted, prefixes=["2001:db8:e000:100::/56"], address="2001:db8:0:1::5")


@pytest.mark.parametrize("length", [47, 129])
def test_a_delegated_length_that_does_not_fit_its_prefix(netbox, beside, length):
    beside(("prefix", delegated(netbox, "2001:db8:f000::/48", length, netbox.all("ipam.prefix")[0])))


def test_a_delegation_to_a_subnet_that_is_not_served(netbox, beside):
    other = netbox.add("ipam.prefix", prefix=BRANCH)["id"]
    delegated(netbox, "2001:db8:f000::/48", 56, other)
    assert [each["pd-pools"] for each in beside().subnets().values()] == [[]]


@pytest.mark.parametrize("reserved", ["2001:db8::/129", "2001:db8:e000::5", "10.0.0.0/24", ["2001:db8:e000::/56", "x"]])
def test_a_reserved_prefix_that_is_none(netbox, beside, reserved):
    beside(("ip-address", host(netbox, "2001:db8:0:1::5", prefixes=reserved)))


@pytest.mark.parametrize("other, stays", [("2001:db8:f000::/48", "the first"), ("2001:db8:f000::/52", "the inner one")])
def test_of_two_that_overlap_one_is_delegated_from(netbox, beside, client6, other, stays):
    [subnet] = netbox.all("ipam.prefix")
    first, second = delegated(netbox, "2001:db8:f000::/48", 56, subnet), delegated(netbox, other, 60, subnet)
    beside(("prefix", second if stays == "the first" else first))
    wanted = "2001:db8:f000::/56" if stays == "the first" else "2001:db8:f000::/60"
    assert client6.lease(mac(8), RELAY, addresses=0, prefix=True).prefixes == [wanted]


def test_a_prefix_that_two_clients_reserve_is_the_first_s(netbox, beside, client6):
    first = host(netbox, "2001:db8:0:1::5", prefixes=["2001:db8:e000::/56"])
    second = host(netbox, "2001:db8:0:1::7", "00:01:02:03:04", ["2001:db8:e000::/56"])
    beside(("ip-address", second))
    assert client6.lease(mac(8), RELAY, duid=DUID, prefix=True).prefixes == ["2001:db8:e000::/56"]
    netbox.delete("ipam.ipaddress", first)
    other = bytes.fromhex("0001020304")
    assert client6.until(mac(9), RELAY, {"duid": other, "addresses": 1}, address="2001:db8:0:1::7")


def test_while_it_is_faulty_its_last_good_version_is_delegated(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    pool = delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    server = kea6()
    netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_delegated_length": 40})
    server.wait_log("NETBOX_LEFT_OUT .*last good version stays")
    assert left_out(server) == {("prefix", pool)}
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:f000::/56"]
    netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_delegated_length": 64})
    assert client6.until(mac(2), RELAY, {"addresses": 0, "prefix": True}, prefixes=lambda got: got[0].endswith("/64"))
    assert counts(server)["left-out"] == 0


def test_an_answer_without_them_wipes_nothing(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    for number in range(12):
        delegated(netbox, f"2001:db8:f{number:02x}0::/48", 56, subnet)
    server = kea6()
    netbox.constrain("ipam.prefix", lambda row: row["id"] == subnet)
    sync(server)
    assert "12 of 12 pd-pools" in server.http.health()[1]["reason"]
    assert len(server.subnets()[subnet]["pd-pools"]) == 12
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes
    netbox.allow("ipam.prefix")
    sync(server)
    assert server.http.healthy()


def both_ways(server):
    """The NetBox ids of subnets, and those of pd-pools."""
    subnets = server.subnets()
    return set(subnets), {each["user-context"]["netbox_prefix_id"] for subnet in subnets.values() for each in subnet["pd-pools"]}


def test_what_is_held_becomes_no_subnet_beside(netbox, kea6):
    subnet = prefix(netbox, NET)["id"]
    pools = {delegated(netbox, f"2001:db8:{each}000::/48", 56, subnet) for each in (4, 5)}
    server = kea6()
    for each in pools:
        netbox.change("ipam.prefix", each, _events=False, custom_fields={
            "dhcp_enabled": True, "dhcp_pd_delegated_length": None, "dhcp_pd_subnet": None})
    sync(server)
    assert "2 of 2 pd-pools" in server.http.health()[1]["reason"]
    assert both_ways(server) == ({subnet}, pools)


def test_what_is_held_as_a_subnet_is_not_delegated_from_beside(netbox, kea6):
    outer = prefix(netbox, "2001:db8::/32")["id"]
    inner = {prefix(netbox, f"2001:db8:{each:x}::/48")["id"] for each in range(0x100, 0x10c)}
    server = kea6()
    for each in inner:
        netbox.change("ipam.prefix", each, _events=False, custom_fields={"dhcp_pd_delegated_length": 56})
    sync(server)
    assert "12 of 13 subnets" in server.http.health()[1]["reason"]
    assert both_ways(server) == ({outer, *inner}, set())


# Where it may lie

@pytest.mark.parametrize("order", ["the pool first", "the delegation first", "by webhook"])
def test_over_a_pool_it_is_left_out_and_the_pool_stays(netbox, kea6, client6, order):
    """Kea would refuse the whole."""
    number = prefix(netbox, "2001:db8::/32")["id"]
    makers = [lambda: ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20"), lambda: delegated(netbox, "2001:db8::/48", 56)]
    if order == "the delegation first":
        makers.reverse()
    makers[0]()
    server = kea6() if order == "by webhook" else None
    makers[1]()
    server = server or kea6()
    address(netbox, "2001:db8:7::9", mac(3))
    assert client6.until(mac(3), "2001:db8::1", address="2001:db8:7::9")
    assert client6.lease(mac(1), "2001:db8::1").address == "2001:db8:0:1::10"
    assert len(left_out(server)) == 1 and both_ways(server) == ({number}, set())


def test_where_only_webhooks_count_what_stood_in_it_stands_in_the_next_one(netbox, kea6, client6):
    inner, outer = prefix(netbox, NET)["id"], prefix(netbox, "2001:db8::/32")["id"]
    address(netbox, "2001:db8:0:1::5", mac(1))
    server = kea6({"full-sync-at-startup": False})
    for each in (outer, inner):
        assert server.http.event("prefix", each) == 202
    client6.release(client6.until(mac(1), RELAY, address="2001:db8:0:1::5"))
    netbox.change("ipam.prefix", inner, custom_fields={"dhcp_pd_delegated_length": 80})
    eventually(lambda: both_ways(server) == ({outer}, {inner}))
    assert client6.lease(mac(1), RELAY).address == "2001:db8:0:1::5"


def test_a_pd_pool_written_by_hand_stays_and_what_overlaps_it_is_left_out(netbox, kea6, client6):
    number = prefix(netbox, NET)["id"]
    overlaps = [delegated(netbox, net, 60, number) for net in ("2001:db8:f000::/52", "2001:db8:f000::/44")]
    delegated(netbox, "2001:db8:e000::/48", 56, number)
    by_hand = subnet6(number, NET, pd_pools=[("2001:db8:f000::/48", 56)], user_context={"netbox_prefix_id": number})
    server = kea6({"ownership": "marked"}, {"subnet6": [by_hand]})
    assert left_out(server) == {("prefix", each) for each in overlaps}
    for client, wanted in ((1, "2001:db8:f000::/56"), (2, "2001:db8:e000::/56")):
        assert client6.lease(mac(client), RELAY, addresses=0, hints=[wanted]).prefixes == [wanted]


def test_a_prefix_of_a_third_subnet_s_own_is_delegated_where_it_is_said(netbox, kea6, client6):
    subnet, branch = prefix(netbox, NET)["id"], prefix(netbox, BRANCH)["id"]
    delegated(netbox, "2001:db8:0:2:8000::/66", 68, subnet)
    server = kea6()
    lease = client6.lease(mac(1), RELAY, addresses=0, prefix=True)
    assert lease.prefixes == ["2001:db8:0:2:8000::/68"]
    assert client6.is_ignored(client6.discovery(mac(2), BRANCH_RELAY, addresses=0, prefix=True), lease)
    assert server.subnets()[branch]["pd-pools"] == []


def test_a_prefix_that_contains_its_subnet(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    delegated(netbox, "2001:db8::/40", 56, subnet)
    outer = delegated(netbox, "2001:d00::/24", 56)
    server = kea6()
    assert client6.lease(mac(1), RELAY, addresses=0, hints=["2001:db8:77::/56"]).prefixes == ["2001:db8:77::/56"]
    assert counts(server)["left-out"] == 0 and outer not in server.subnets()


def test_a_reserved_prefix_in_a_pd_pool_goes_to_nobody_else(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    host(netbox, "2001:db8:0:1::5", prefixes=["2001:db8:f000::/56"])
    server = kea6()
    assert counts(server)["left-out"] == 0
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:f000:100::/56"]
    assert client6.lease(mac(2), RELAY, duid=DUID, prefix=True).prefixes == ["2001:db8:f000::/56"]


@pytest.mark.parametrize("first", ["who has it reserved", "the other"])
def test_a_reserved_prefix_in_another_subnet_s_pd_pool_is_delegated_once(netbox, kea6, client6, first):
    prefix(netbox, NET)
    delegated(netbox, "2001:db8:f000::/48", 56, prefix(netbox, BRANCH)["id"])
    host(netbox, "2001:db8:0:1::5", prefixes=["2001:db8:f000::/56"])
    kea6()
    asked = [(mac(1), RELAY, {"duid": DUID}), (mac(2), BRANCH_RELAY, {"addresses": 0})]
    if first == "the other":
        asked.reverse()
    got = [each for who, relay, how in asked for each in client6.lease(who, relay, prefix=True, **how).prefixes]
    assert got[0] == "2001:db8:f000::/56" and len(set(got)) == len(got)


# Changes reach clients by webhook

def test_what_is_no_more_delegated_from_is_a_subnet_at_once_and_back(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    pool = prefix(netbox, "2001:db8:f000::/48", {"dhcp_pd_delegated_length": 56, "dhcp_pd_subnet": subnet})["id"]
    ip_range(netbox, "2001:db8:f000::10/48", "2001:db8:f000::20/48")
    server = kea6()
    wanted = {"addresses": 0, "prefix": True}
    client6.release(client6.lease(mac(1), RELAY, **wanted))
    for _ in range(2):
        netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_delegated_length": None})
        assert client6.until(mac(2), "2001:db8:f000::1", address="2001:db8:f000::10")
        assert server.subnets()[subnet]["pd-pools"] == []
        netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_delegated_length": 60})
        client6.release(client6.until(mac(1), RELAY, wanted, prefixes=["2001:db8:f000::/60"]))
        assert list(server.subnets()) == [subnet]
    assert counts(server)["left-out"] == 0
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


def test_it_goes_with_its_subnet_and_comes_with_the_next(netbox, kea6, client6):
    subnet, branch = prefix(netbox, NET)["id"], prefix(netbox, BRANCH)["id"]
    pool = delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    server = kea6()
    wanted = {"addresses": 0, "prefix": True}
    client6.release(client6.lease(mac(1), RELAY, **wanted))
    netbox.delete("ipam.prefix", subnet)
    eventually(lambda: list(server.subnets()) == [branch])
    assert server.subnets()[branch]["pd-pools"] == [] and counts(server)["left-out"] == 0
    again = prefix(netbox, NET)["id"]
    netbox.change("ipam.prefix", pool, custom_fields={"dhcp_pd_subnet": again})
    assert client6.until(mac(1), RELAY, wanted, prefixes=["2001:db8:f000::/56"])
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


def test_it_goes_with_what_contains_it_and_comes_back_with_that(netbox, kea6, client6):
    prefix(netbox, "2001:db8::/32")
    inner = prefix(netbox, "2001:db8:f000::/36")["id"]
    delegated(netbox, "2001:db8:f000::/48", 56)
    server = kea6()
    wanted = {"addresses": 0, "prefix": True}

    def sees(number):
        eventually(lambda: [key for key, each in server.subnets().items() if each["pd-pools"]] == [number])
    sees(inner)
    netbox.delete("ipam.prefix", inner)
    sees(1)
    assert client6.until(mac(1), "2001:db8::1", wanted, prefixes=["2001:db8:f000::/56"])
    sees(prefix(netbox, "2001:db8:f000::/36")["id"])


# Whatever the version, and whatever is set up in NetBox

@pytest.mark.parametrize("netbox", ["3.4", "3.7", "4.0", "4.2", "4.5"], indirect=True)
def test_with_every_version_of_netbox(netbox, kea6, client6):
    subnet = prefix(netbox, NET)["id"]
    delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    for ip in ("2001:db8:0:1::5", "2001:db8:0:1::6"):
        number = host(netbox, ip, prefixes=["2001:db8:e000::/56"] if ip.endswith("5") else None)
    server = kea6()
    lease = client6.lease(mac(1), RELAY, duid=DUID, addresses=2, prefix=True)
    assert (len(lease.addresses), lease.prefixes) == (2, ["2001:db8:e000::/56"])
    assert client6.lease(mac(2), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:f000::/56"]
    client6.release(lease)
    netbox.delete("ipam.ipaddress", number)
    assert client6.until(mac(1), RELAY, {"duid": DUID, "addresses": 2}, addresses=["2001:db8:0:1::5"])
    assert counts(server)["left-out"] == 0


def test_a_netbox_that_knows_nothing_of_it_is_well(netbox, kea6, client6):
    for number in netbox.all("extras.customfield"):
        if netbox.get("extras.customfield", number)["name"] in (
                "dhcp_pd_delegated_length", "dhcp_pd_subnet", "dhcp_reservation_duid", "dhcp_reservation_prefixes"):
            netbox.delete("extras.customfield", number)
    prefix(netbox, NET)
    address(netbox, "2001:db8:0:1::5", mac(1))
    netbox.add("ipam.prefix", prefix="2001:db8:f000::/48")
    server = kea6()
    assert client6.lease(mac(1), RELAY).address == "2001:db8:0:1::5"
    assert server.http.healthy() and counts(server)["left-out"] == 0 and counts(server)["subnets"] == 1


# Kept

@pytest.fixture
def full(netbox):
    """All that a reservation can have, a pool that Kea prints as a prefix, and a prefix to delegate from."""
    subnet = prefix(netbox, NET)["id"]
    ip_range(netbox, "2001:db8:0:1::1000", "2001:db8:0:1::1fff")
    delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    host(netbox, "2001:db8:0:1::6", prefixes=["2001:db8:e000::/56"])
    host(netbox, "2001:db8:0:1::5")


def all_of_it_is_served(client6):
    for known, addresses, prefixes in ((True, ["2001:db8:0:1::5", "2001:db8:0:1::6"], ["2001:db8:e000::/56"]),
                                       (False, ["2001:db8:0:1::1000"], ["2001:db8:f000::/56"])):
        identity = {"duid": DUID, "addresses": 2} if known else {}
        lease = client6.lease(mac(1), RELAY, prefix=True, **identity)
        assert (sorted(lease.addresses), lease.prefixes) == (addresses, prefixes)


def test_it_is_served_from_memory_after_a_reload_without_netbox(netbox, kea6, client6, full):
    server = kea6()
    all_of_it_is_served(client6)
    netbox.refuse()
    begin = server.mark()
    server.reload()
    server.wait_log("NETBOX_RESUMED", begin)
    all_of_it_is_served(client6)
    netbox.listen()
    eventually(server.http.healthy)
    assert not server.logged("NETBOX_(ADDED|CHANGED|REMOVED) ", begin)


def test_it_is_served_from_the_file_and_is_known_there(netbox, kea6, client6, full):
    server = kea6({"config-write": True})
    eventually(lambda: "pd-pools" in server.config_file.read_text())
    netbox.refuse()
    server.stop()
    server.write = lambda config=None: server
    server.start()
    all_of_it_is_served(client6)
    begin = server.mark()
    netbox.listen()
    eventually(server.http.healthy)
    assert not server.logged("NETBOX_(ADDED|CHANGED|REMOVED|REPLACED) ", begin)
    assert configurations(server, begin) <= 1
