# SPDX-License-Identifier: MPL-2.0
"""The hook between a real NetBox and a real kea-dhcp6, with a kea-dhcp4 beside it that hears of the same. As in test_hook.py all is
done in NetBox; what comes of it our own client sees, and the one that people use, Debian's dhclient -6."""

import pytest

from client import mac
from dhclient import Dhclient
from hooked import hooked_kea
from waiting import eventually

PARAMETERS = {"iprange-filter": {"status": "dhcp", "tag": "dhcp"}}
RELAY, OTHER_RELAY = "2001:db8:0:1::1", "2001:db8:0:2::1"
DUID = bytes.fromhex("0002000009bf0102030a")


@pytest.fixture(scope="module")
def kea4(site6, link, hook, tmp_path_factory):
    site6.add_prefix("198.18.0.0/24")
    with hooked_kea(site6, link, hook, tmp_path_factory.mktemp("kea4")) as server:
        yield server


@pytest.fixture(scope="module")
def dhclient(link, tmp_path_factory):
    return Dhclient(link, tmp_path_factory.mktemp("dhclient"))


@pytest.fixture
def sees(dhclient):
    def wait(**lease):
        eventually(lambda: lease.items() <= dhclient.lease().items(), f"dhclient sees {lease}")
    return wait


def duid(number):
    """One that says nothing of a MAC."""
    return DUID + bytes([number])


def known(number):
    """The identity of the client that has it."""
    return {"duid": duid(number)}


def reserve(site, number, address, **fields):
    return site.add_address(address, custom_fields={"dhcp_reservation_duid": duid(number).hex(":")}, **fields)


@pytest.fixture
def subnet(site6):
    """subnet(n) makes 2001:db8:0:n::/64 with a reservation of ::5 for DUID n and a range of ::1000 to ::100f, all in NetBox."""
    def make(number):
        net = f"2001:db8:0:{number}::"
        prefix = site6.add_prefix(f"{net}/64")
        address = reserve(site6, number, f"{net}5/64")
        return prefix, address, site6.add_range(f"{net}1000/64", f"{net}100f/64", tags=[site6.tag]), net
    return make


def test_dhclient_gets_an_address_of_the_pool_and_a_delegated_prefix_and_sees_each_change(site6, kea6, dhclient, sees):
    lease = dhclient.lease()
    assert lease["address"].startswith("2001:db8:0:1::1") and lease["prefix"] == "2001:db8:f000::/56" and "dns" not in lease
    site6.change(site6.lab, custom_fields={"dhcp_option_data_domain_name_servers": "2001:db8::53"})
    sees(dns="2001:db8::53", prefix="2001:db8:f000::/56")
    address = site6.add_address("2001:db8:0:1::5/64", custom_fields={
        "dhcp_reservation_duid": dhclient.duid, "dhcp_reservation_prefixes": "2001:db8:e000::/56"})
    sees(address="2001:db8:0:1::5", prefix="2001:db8:e000::/56")
    site6.change(address, address="2001:db8:0:1::6/64", custom_fields={"dhcp_reservation_prefixes": ""})
    sees(address="2001:db8:0:1::6", prefix="2001:db8:f000::/56")
    site6.change(site6.delegated, custom_fields={"dhcp_pd_delegated_length": 60})
    sees(address="2001:db8:0:1::6", prefix="2001:db8:f000::/60")
    site6.delete(address)
    eventually(lambda: dhclient.lease()["address"].startswith("2001:db8:0:1::1"))


def test_addresses_of_one_client_are_one_reservation(site6, kea6, served6):
    fields = {"dhcp_reservation_duid": DUID.hex(":")}
    first, second = (site6.add_address(f"2001:db8:0:1::{n}/64", custom_fields=fields) for n in (21, 22))
    both = {"duid": DUID, "addresses": 2}
    served6(mac(1), RELAY, both, addresses=lambda got: sorted(got) == ["2001:db8:0:1::21", "2001:db8:0:1::22"])
    site6.change(second, address="2001:db8:0:2::22/64")
    served6(mac(1), OTHER_RELAY, both, addresses=["2001:db8:0:2::22"])
    served6(mac(1), RELAY, both, addresses=lambda got: "2001:db8:0:1::21" in got and "2001:db8:0:1::22" not in got)
    site6.delete(first)
    served6(mac(1), RELAY, both, addresses=lambda got: "2001:db8:0:1::21" not in got)


def test_one_mac_that_is_edited_moves_the_reservations_of_both_servers(site6, kea6, kea4, link, served6):
    interface = site6.add_interface(site6.add_device("host-1"), "eth0", mac(31))
    site6.add_address("2001:db8:0:1::31/64", interface)
    site6.add_address("198.18.0.31/24", interface)
    assert served6(mac(31), RELAY, address="2001:db8:0:1::31").hostname == "host-1"
    link.client.release(link.client.until(mac(31), address="198.18.0.31"))
    site6.change(site6.get("/api/dcim/mac-addresses/", mac_address=mac(31))["results"][0], mac_address=mac(32))
    assert served6(mac(32), RELAY, address="2001:db8:0:1::31").hostname == "host-1"
    assert link.client.until(mac(32), address="198.18.0.31").hostname == "host-1"


# Each change, seen by a client's next exchange; those of an address, an option and the delegated length dhclient has seen already.

def test_a_duid_that_is_edited_moves_the_reservation(site6, kea6, served6, subnet):
    _prefix, address, _pool, net = subnet(40)
    served6(mac(40), f"{net}1", known(40), address=f"{net}5")
    site6.change(address, custom_fields={"dhcp_reservation_duid": duid(140).hex("-")})
    served6(mac(40), f"{net}1", known(140), address=f"{net}5")
    served6(mac(40), f"{net}1", known(40), address=lambda got: got.startswith(f"{net}10"))


def test_two_duids_are_swapped(site6, kea6, served6, subnet):
    _prefix, first, _pool, net = subnet(41)
    second = reserve(site6, 141, f"{net}6/64")
    for number, host in ((41, "5"), (141, "6")):
        served6(mac(1), f"{net}1", known(number), address=net + host)
    for address, number in ((first, 141), (second, 41)):
        site6.change(address, custom_fields={"dhcp_reservation_duid": duid(number).hex(":")})
    for number, host in ((41, "6"), (141, "5")):
        served6(mac(1), f"{net}1", known(number), address=net + host)


def test_the_duid_of_the_custom_field_comes_before_the_mac_of_the_interface(site6, kea6, served6, subnet):
    *_others, net = subnet(42)
    device = site6.add_device("host-42")
    interface = site6.add_interface(device, "eth0", mac(142))
    address = site6.add_address(f"{net}7/64", interface)
    assert served6(mac(142), f"{net}1", address=f"{net}7").hostname == "host-42"
    site6.change(address, custom_fields={"dhcp_reservation_duid": duid(142).hex()})
    served6(mac(1), f"{net}1", known(142), address=f"{net}7")
    site6.change(address, custom_fields={"dhcp_reservation_duid": None})
    served6(mac(142), f"{net}1", address=f"{net}7")
    site6.change(interface, primary_mac_address=site6.add_mac(mac(143), interface)["id"])
    served6(mac(143), f"{net}1", address=f"{net}7")
    site6.change(device, name="renamed-42")
    served6(mac(143), f"{net}1", hostname="renamed-42")


def test_a_range_that_shrinks_moves_the_pool(site6, kea6, served6, subnet):
    _prefix, _address, pool, net = subnet(43)
    served6(mac(43), f"{net}1", address=f"{net}1000")
    site6.change(pool, start_address=f"{net}1008/64")
    served6(mac(43), f"{net}1", address=f"{net}1008")


def test_the_status_of_an_address_and_of_a_range(site6, kea6, served6, unserved6, subnet):
    _prefix, address, pool, net = subnet(44)
    served6(mac(1), f"{net}1", known(44), address=f"{net}5")
    site6.change(address, status="active")
    served6(mac(1), f"{net}1", known(44), address=lambda got: got.startswith(f"{net}10"))
    site6.change(pool, status="reserved")
    unserved6(mac(1), f"{net}1", **known(44))
    site6.change(pool, status="dhcp")
    served6(mac(1), f"{net}1", known(44), address=lambda got: got.startswith(f"{net}10"))
    site6.change(address, status="dhcp")
    served6(mac(1), f"{net}1", known(44), address=f"{net}5")


def test_a_tag_of_the_filter_is_taken_and_given(site6, kea6, served6, unserved6, subnet):
    _prefix, _address, pool, net = subnet(45)
    served6(mac(45), f"{net}1", address=f"{net}1000")
    site6.change(pool, tags=[])
    unserved6(mac(45), f"{net}1")
    site6.change(pool, tags=[site6.tag])
    served6(mac(45), f"{net}1", address=f"{net}1000")


def test_the_custom_field_of_the_filter_goes_off_and_on(site6, kea6, served6, unserved6, subnet):
    prefix, _address, _pool, net = subnet(46)
    served6(mac(1), f"{net}1", known(46), address=f"{net}5")
    site6.change(prefix, custom_fields={"dhcp_enabled": False})
    unserved6(mac(1), f"{net}1", **known(46))
    site6.change(prefix, custom_fields={"dhcp_enabled": True})
    served6(mac(1), f"{net}1", known(46), address=f"{net}5")
    served6(mac(46), f"{net}1", address=f"{net}1000")


def test_a_prefix_is_deleted_and_put_back_and_so_is_one_that_is_delegated_from(site6, kea6, served6, unserved6, subnet):
    prefix, _address, _pool, net = subnet(47)
    delegated = {"cidr": "2001:db8:e047::/48", "dhcp": False,
                 "custom_fields": {"dhcp_pd_delegated_length": 56, "dhcp_pd_subnet": prefix["id"]}}
    router = {"addresses": 0, "prefix": True}
    for _ in range(2):
        pool = site6.add_prefix(**delegated)
        served6(mac(47), f"{net}1", router, prefixes=["2001:db8:e047::/56"])
        site6.delete(pool)
        unserved6(mac(47), f"{net}1", **router)
    site6.delete(prefix)
    unserved6(mac(1), f"{net}1", **known(47))
    site6.add_prefix(prefix["prefix"])
    served6(mac(1), f"{net}1", known(47), address=f"{net}5")
    served6(mac(47), f"{net}1", address=f"{net}1000")


def test_all_is_well_at_the_end(site6, kea6, kea4):
    site6.wait_idle()
    for server in (kea6, kea4):
        eventually(lambda: server.http.health()[1]["queued"] == 0)
        assert server.http.healthy() and server.http.health()[1]["left-out"] == 0
        assert not server.logged("NETBOX_(FAILED|HELD)")
