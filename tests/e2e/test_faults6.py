# SPDX-License-Identifier: MPL-2.0
"""What a real NetBox has that can't be served, or has lost: kea-dhcp6 names it, serves all else, and wipes nothing."""

import re

import pytest

from client import mac
from waiting import eventually

NET, RELAY, OTHER_RELAY = "2001:db8:0:1::", "2001:db8:0:1::1", "2001:db8:0:2::1"
HOSTS = 60


@pytest.fixture
def reserve(site6):
    def make(number, **fields):
        return site6.add_address(f"{NET}{number}/64", custom_fields={"dhcp_reservation_hw_address": mac(number), **fields})
    return make


def health(server, **expected):
    """Waits until the health check counts this."""
    eventually(lambda: expected.items() <= server.http.health()[1].items(), f"{expected} in {server.http.health()}")


def named(server, kind, thing, page, begin):
    """The reason for which it is left out; the log names it by id and URL."""
    number, url = thing["id"], thing["url"].replace("/api/", "/")
    assert url.endswith(f"/ipam/{page}/{number}/")
    return server.wait_log(rf"WARN .*NETBOX_LEFT_OUT {kind} [^(]*\(NetBox id {number}, {re.escape(url)}\): (.*)", begin)[1]


# One faulty object among good ones

@pytest.mark.parametrize("number, field, wrong, right", [
    (10, "dhcp_reservation_duid", "00:02:00:00:09:bf:0", ""),
    (11, "dhcp_reservation_prefixes", "10.0.0.0/24", "2001:db8:e011::/56")])
def test_a_faulty_address_is_named_and_comes_once_it_is_mended(site6, kea6, served6, reserve, number, field, wrong, right):
    begin = kea6.mark()
    faulty = reserve(number, **{field: wrong})
    reserve(number + 100)
    served6(mac(number + 100), RELAY, address=f"{NET}{number + 100}")
    assert wrong in named(kea6, "ip-address", faulty, "ip-addresses", begin)
    served6(mac(number), RELAY, address=lambda got: got.startswith(f"{NET}1") and got != f"{NET}{number}")
    health(kea6, **{"left-out": 1})
    site6.change(faulty, custom_fields={field: right})
    served6(mac(number), RELAY, {"prefix": True}, address=f"{NET}{number}", prefixes=[right] if right else ["2001:db8:f000::/56"])
    health(kea6, **{"left-out": 0})


def test_a_faulty_prefix_is_named_and_comes_once_it_is_mended(site6, kea6, served6, unserved6):
    begin, dns = kea6.mark(), "dhcp_option_data_domain_name_servers"
    faulty = site6.add_prefix("2001:db8:0:12::/64", custom_fields={dns: "192.0.2.53"})
    site6.add_range("2001:db8:0:12::10/64", "2001:db8:0:12::20/64")
    assert "option" in named(kea6, "prefix", faulty, "prefixes", begin)
    unserved6(mac(12), "2001:db8:0:12::1")
    served6(mac(12), RELAY, address=lambda got: got.startswith(NET))
    site6.change(faulty, custom_fields={dns: "2001:db8::53"})
    served6(mac(12), "2001:db8:0:12::1", address="2001:db8:0:12::10", dns=["2001:db8::53"])
    health(kea6, **{"left-out": 0})


def test_a_faulty_delegated_length_is_named_and_the_last_good_one_serves(site6, kea6, served6):
    router, begin = {"addresses": 0, "prefix": True}, kea6.mark()
    served6(mac(13), RELAY, router, prefixes=["2001:db8:f000::/56"])
    site6.change(site6.delegated, custom_fields={"dhcp_pd_delegated_length": 40})
    assert "40" in named(kea6, "prefix", site6.delegated, "prefixes", begin)
    served6(mac(13), RELAY, router, prefixes=["2001:db8:f000::/56"])
    site6.change(site6.delegated, custom_fields={"dhcp_pd_delegated_length": 60})
    served6(mac(13), RELAY, router, prefixes=["2001:db8:f000::/60"])
    health(kea6, **{"left-out": 0})
    assert len(kea6.logged("NETBOX_SYNC_STARTED")) == 1


# What would take most of them away

@pytest.fixture(scope="module")
def hosts(site6, kea6, served6):
    """60 addresses in a prefix without a range, made in one request."""
    rows = site6.api("POST", "/api/ipam/ip-addresses/", [
        {"address": f"2001:db8:0:2::{number}/64", "status": "dhcp",
         "custom_fields": {"dhcp_reservation_hw_address": mac(1000 + number)}}
        for number in range(1, HOSTS + 1)])
    eventually(lambda: kea6.http.health()[1]["reservations"] >= HOSTS and kea6.http.health()[1]["queued"] == 0)
    served6(mac(1000 + HOSTS), OTHER_RELAY, address=f"2001:db8:0:2::{HOSTS}")
    return rows


def kept(server):
    """The MACs of those that are served still."""
    subnets = server.subnets().values()
    return [host["hw-address"] for subnet in subnets if subnet["subnet"] == "2001:db8:0:2::/64" for host in subnet["reservations"]]


def test_a_permission_that_was_narrowed_wipes_nothing(site6, kea6, served6, hosts):
    permission, begin = site6.find("/api/users/permissions/", name="kea-dhcp6"), kea6.mark()
    narrow = site6.add("/api/users/permissions/", name="some of them", object_types=["ipam.ipaddress"], actions=["view"],
                       users=[user["id"] for user in permission["users"]], constraints={"id__lt": hosts[0]["id"]})
    site6.change(permission, object_types=[each for each in permission["object_types"] if each != "ipam.ipaddress"])
    site6.add("/api/extras/tags/", name="One", slug="one")
    kea6.wait_log(f"ERROR .*NETBOX_HELD .*{HOSTS} of .* reservations", begin)
    status, said = kea6.http.health()
    assert status == 503 and f"{HOSTS} of" in said["reason"] and len(kept(kea6)) == HOSTS
    served6(mac(1001), OTHER_RELAY, address="2001:db8:0:2::1")
    site6.change(permission, object_types=permission["object_types"])
    site6.delete(narrow)
    site6.add("/api/extras/tags/", name="Two", slug="two")
    kea6.wait_log("NETBOX_RELEASED", begin)
    eventually(kea6.http.healthy)


def set_max_removal_percent(server, value):
    server.config["hooks-libraries"][0]["parameters"]["max-removal-percent"] = value
    server.reload()


def test_a_bulk_delete_is_held_until_the_parameter_lets_it_pass(site6, kea6, served6, unserved6, hosts):
    begin, before = kea6.mark(), kea6.http.health()[1]["reservations"]
    site6.api("DELETE", "/api/ipam/ip-addresses/", [{"id": row["id"]} for row in hosts])
    kea6.wait_log("ERROR .*NETBOX_HELD .*reservations.*max-removal-percent.*config-reload", begin)
    site6.wait_idle()
    eventually(lambda: kea6.http.health()[1]["queued"] == 0)
    status, said = kea6.http.health()
    assert status == 503 and said["reservations"] >= 0.7 * before
    last = kept(kea6)[-1]
    served6(last, OTHER_RELAY)
    set_max_removal_percent(kea6, 100)
    unserved6(last, OTHER_RELAY)
    kea6.wait_log("NETBOX_RELEASED", begin)
    set_max_removal_percent(kea6, 30)
    eventually(kea6.http.healthy)
    assert kept(kea6) == []
