# SPDX-License-Identifier: MPL-2.0
"""A NetBox that is away, lies, or does not know our filters: what is served stays, and it is said what is wrong."""

import pytest

from client import mac
from kea_server import subnet
from objects import address, configurations, follow, ip_range, prefix, sync, synced
from twins import BOTH
from waiting import eventually

LISTS = ("ipam.prefix", "ipam.iprange", "ipam.ipaddress", "dcim.macaddress")
BAD = [({"kind": "status", "status": 403}, "403"), ({"kind": "status", "status": 500}, "500"),
       ({"kind": "status", "status": 429}, "429"), ({"kind": "html"}, "502"), ({"kind": "html", "status": 200}, ""),
       ({"kind": "truncate"}, ""), ({"kind": "reset", "after": 20}, ""), ({"kind": "invalid_json"}, "")]
WRONG_SHAPES = [{"results": "none"}, {"count": 0, "results": []}, [], "text", None, {"next": None, "results": [7]},
                {"next": None, "results": [{}]}, {"next": None, "results": [{"id": "one"}]},
                {"next": None, "results": [{"id": 2}, {"id": 1}]}]


@pytest.fixture(autouse=True)
def site(netbox):
    netbox.define_default_fields()
    prefix(netbox, "10.0.0.0/24")
    choices = netbox.store.models["ipam.iprange"].fields["status"].choices
    ip_range(netbox, "10.0.0.10", "10.0.0.20", status="dhcp" if "dhcp" in choices else "active")
    address(netbox, "10.0.0.5", mac(1))


def serves(client):
    return client.lease(mac(1)).address == "10.0.0.5" and client.lease(mac(2)).address == "10.0.0.10"


def fails(server):
    """A full sync is asked for, and fails: its error."""
    begin = server.mark()
    server.http.event("tag", 1)
    error = server.wait_log("ERROR .*NETBOX_FAILED (.*)", begin).group(1)
    assert server.http.health()[0] == 503
    assert configurations(server, begin) == 0
    return error


# Answers that are none

# Which answer is bad how: all of them in IPv4; in IPv6 one of each list, the second of its prefixes being those delegated from.
EVERY = [(4, on, *bad) for on in (None, *LISTS, "status") for bad in BAD]
ONE_OF_EACH = [(6, on, {**BAD[number][0], **how}, BAD[number][1]) for number, (on, how) in enumerate(
    [("ipam.prefix", {}), ("ipam.prefix", {"skip": 1}), ("ipam.iprange", {}), ("ipam.ipaddress", {}), ("dcim.macaddress", {})])]


def words_of(value):
    return f"v{value}" if isinstance(value, int) else "-".join(map(str, value.values())) if isinstance(value, dict) else None


@pytest.mark.parametrize("family, on, fault, said", EVERY + ONE_OF_EACH, indirect=["family"], ids=words_of)
def test_a_bad_answer_changes_nothing_and_is_got_over(netbox, netbox_kea, client, on, fault, said):
    server = netbox_kea(level=0)
    synced(server)
    assert serves(client)
    fault = netbox.fault(**fault, on=on)
    assert said in fails(server)
    assert fault.hits > 0
    assert serves(client)
    netbox.clear()
    sync(server)
    assert server.http.healthy()
    assert server.logged("INFO .*NETBOX_WELL")


@pytest.mark.parametrize("body", WRONG_SHAPES, ids=str)
def test_json_that_is_not_netboxs_changes_nothing(netbox, netbox_kea, client, body):
    server = netbox_kea(level=0)
    synced(server)
    for model in LISTS:
        netbox.fault("wrong_shape", model, body=body)
        fails(server)
        netbox.clear()
        sync(server)
    netbox.fault("wrong_shape", "status", body=body)
    fails(server)
    assert serves(client)


@BOTH
def test_the_last_page_missing_changes_nothing(netbox, netbox_kea, client):
    netbox.add_many("ipam.ipaddress", [{"address": f"10.0.{i // 250 + 1}.{i % 250 + 1}/24", "status": "dhcp"} for i in range(1500)])
    server = netbox_kea(level=0)
    synced(server)
    netbox.fault("status", "ipam.ipaddress", status=500, skip=1)
    fails(server)
    assert serves(client)


def test_the_same_failure_is_said_once_and_so_is_its_end(netbox, netbox_kea):
    server = netbox_kea()
    synced(server)
    fault = netbox.fault("status", status=500, on="status")
    fails(server)
    eventually(lambda: fault.hits >= 3)
    assert len(server.logged("NETBOX_FAILED")) == 1
    netbox.clear()
    synced(server)
    assert len(server.logged("NETBOX_WELL")) == 1


# Away

@BOTH
def test_a_netbox_that_is_away_at_the_start_is_followed_when_it_comes(netbox, netbox_kea, client):
    netbox.refuse()
    by_hand = subnet(77, "10.7.0.0/24", "10.7.0.10 - 10.7.0.20")
    server = netbox_kea(config={"subnet4": [by_hand]})
    server.wait_log("ERROR .*NETBOX_FAILED")
    assert client.lease(mac(3), giaddr="10.7.0.1").address == "10.7.0.10"
    netbox.listen()
    synced(server)
    assert serves(client)


@BOTH
def test_a_netbox_that_goes_away_takes_nothing_with_it(netbox, netbox_kea, client):
    server = netbox_kea()
    synced(server)
    netbox.refuse()
    fails(server)
    assert serves(client)
    netbox.listen()
    synced(server)


@BOTH
def test_hints_that_could_not_be_followed_are_not_lost(netbox, netbox_kea, client):
    server = netbox_kea()
    synced(server)
    follow(netbox, server)
    netbox.refuse()
    netbox.change("ipam.ipaddress", 1, address="10.0.0.6/24")
    netbox.webhooks_idle()
    server.wait_log("NETBOX_FAILED")
    netbox.listen()
    assert client.until(mac(1), address="10.0.0.6")


# Filters

@BOTH
def test_a_filter_of_prefixes_that_netbox_ignores_takes_nothing_in(netbox, netbox_kea, client):
    netbox.add("ipam.prefix", prefix="10.9.0.0/24", custom_fields={"dhcp_enabled": False})
    server = netbox_kea()
    synced(server)
    netbox.fault("ignore", "ipam.prefix", keys=["cf_dhcp_enabled"])
    assert "cf_dhcp_enabled" in fails(server)
    assert serves(client)
    assert len(server.subnets()) == 1


@pytest.mark.parametrize("model", ["ipam.iprange", "ipam.ipaddress"])
@BOTH
def test_a_filter_of_ranges_or_addresses_that_netbox_ignores_takes_nothing_in(netbox, netbox_kea, client, model):
    ip_range(netbox, "10.0.0.30", "10.0.0.40", status="active")
    address(netbox, "10.0.0.6", mac(3), status="active")
    server = netbox_kea()
    synced(server)
    netbox.fault("ignore", model, keys=["status"])
    assert '"status"' in fails(server)
    assert serves(client)
    assert server.http.health()[1]["pools"] == server.http.health()[1]["reservations"] == 1


@pytest.mark.parametrize("program", ["kea-dhcp4", "kea-dhcp6"])
def test_a_family_that_netbox_ignores_takes_nothing_of_the_other_in(netbox, netbox_kea, client, client6, program):
    prefix(netbox, "2001:db8::/64")
    ip_range(netbox, "2001:db8::10", "2001:db8::20")
    address(netbox, "2001:db8::5/64", mac(9))
    netbox.fault("ignore", keys=["family"])
    health = synced(netbox_kea(program=program))
    assert [health[name] for name in ("subnets", "pools", "reservations", "left-out")] == [1, 1, 1, 0]
    if program == "kea-dhcp4":
        assert serves(client)
    else:
        assert client6.lease(mac(9), "2001:db8::1").address == "2001:db8::5"


@BOTH
def test_a_custom_field_that_does_not_exist_takes_nothing_in(netbox, netbox_kea, client):
    by_hand = subnet(77, "10.7.0.0/24", "10.7.0.10 - 10.7.0.20")
    server = netbox_kea({"prefix-filter": {"cf_no_such": True}}, {"subnet4": [by_hand]})
    server.wait_log("ERROR .*NETBOX_FAILED .*no_such")
    assert server.http.health()[0] == 503
    assert list(server.subnets()) == [77]
    assert client.lease(mac(3), giaddr="10.7.0.1").address == "10.7.0.10"


@pytest.mark.parametrize("netbox", [{"range_status_dhcp": False}], indirect=True)
@BOTH
def test_a_stock_netbox_has_no_ranges_of_status_dhcp_and_the_rest_is_served(network, netbox, netbox_kea, client):
    server = netbox_kea()
    health = synced(server)
    assert (health["subnets"], health["pools"], health["reservations"]) == (1, 0, 1)
    assert client.lease(mac(1)).address == "10.0.0.5"
    sync(server)
    assert len(server.logged("WARN .*NETBOX_LIST_REFUSED .*ip-ranges")) == 1
    assert "ip-ranges" in server.http.health()[1]["refused"]
    assert server.http.healthy()


@BOTH
def test_a_refused_list_of_prefixes_changes_nothing(netbox, netbox_kea, client):
    server = netbox_kea({"prefix-filter": {"status": "no-such-status"}}, {"subnet4": [subnet(77, "10.7.0.0/24")]})
    server.wait_log("ERROR .*NETBOX_FAILED .*400.*no-such-status")
    assert list(server.subnets()) == [77]


def test_a_netbox_without_workers_is_warned_of_once(netbox, netbox_kea):
    netbox.fault("wrong_shape", "status", body={"netbox-version": "4.7.3", "rq-workers-running": 0})
    server = netbox_kea()
    synced(server)
    sync(server)
    assert len(server.logged("WARN .*NETBOX_NO_WEBHOOK_WORKER")) == 1
