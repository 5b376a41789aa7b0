# SPDX-License-Identifier: MPL-2.0
"""The hook between a real NetBox and a real kea-dhcp6, with a kea-dhcp4 beside it that hears of the same. As in test_hook.py all is
done in NetBox; what comes of it our own client sees, and the one that people use, Debian's dhclient -6."""

import pytest

from client import mac
from dhclient import Dhclient
from hooked import hooked_kea
from lab import Link
from rest import ADDRESS_FIELDS6, PREFIX_FIELDS6
from waiting import eventually

RELAY, OTHER_RELAY = "2001:db8:0:1::1", "2001:db8:0:2::1"
DUID = bytes.fromhex("0002000009bf0102030a")


@pytest.fixture(scope="module")
def link():
    with Link(("198.18.0.1/24",)) as cable:
        yield cable


@pytest.fixture(scope="module")
def site(netbox, link):
    """What stands in NetBox before Kea starts."""
    netbox.add_custom_fields()
    netbox.add_custom_fields(PREFIX_FIELDS6, ADDRESS_FIELDS6)
    netbox.add_custom_fields({"dhcp_interface": "text"}, {})
    netbox.add_prefix("198.18.0.0/24")
    netbox.lab = netbox.add_prefix("2001:db8:0:1::/64", custom_fields={"dhcp_interface": link.interface})
    netbox.add_prefix("2001:db8:0:2::/64")
    netbox.add_range("2001:db8:0:1::1000/64", "2001:db8:0:1::1fff/64")
    netbox.delegated = netbox.add_prefix("2001:db8:f000::/48", dhcp=False, custom_fields={
        "dhcp_pd_delegated_length": 56, "dhcp_pd_subnet": netbox.lab["id"]})
    return netbox


@pytest.fixture(scope="module")
def kea(site, link, hook, tmp_path_factory):
    subnet_map = {"interface": "custom_fields.dhcp_interface",
                  "option-data.dns-servers": "custom_fields.dhcp_option_data_domain_name_servers"}
    with hooked_kea(site, link, hook, tmp_path_factory.mktemp("kea6"), "kea-dhcp6", **{"subnet-prefix-map": subnet_map}) as server:
        yield server


@pytest.fixture(scope="module")
def kea4(site, link, hook, tmp_path_factory):
    with hooked_kea(site, link, hook, tmp_path_factory.mktemp("kea4")) as server:
        yield server


@pytest.fixture(scope="module")
def dhclient(link, tmp_path_factory):
    return Dhclient(link, tmp_path_factory.mktemp("dhclient"))


@pytest.fixture
def sees(dhclient):
    def wait(**lease):
        eventually(lambda: lease.items() <= dhclient.lease().items(), f"dhclient sees {lease}")
    return wait


@pytest.fixture
def served(link):
    """served(mac, address=…): as in test_hook.py."""
    def wait(mac, relay=RELAY, identity=None, **expected):
        lease = link.client6.until(mac, relay, identity, **expected)
        link.client6.release(lease)
        return lease
    return wait


def test_dhclient_gets_an_address_of_the_pool_and_a_delegated_prefix_and_sees_each_change(site, kea, dhclient, sees):
    lease = dhclient.lease()
    assert lease["address"].startswith("2001:db8:0:1::1") and lease["prefix"] == "2001:db8:f000::/56" and "dns" not in lease
    site.change(site.lab, custom_fields={"dhcp_option_data_domain_name_servers": "2001:db8::53"})
    sees(dns="2001:db8::53", prefix="2001:db8:f000::/56")
    address = site.add_address("2001:db8:0:1::5/64", custom_fields={
        "dhcp_reservation_duid": dhclient.duid, "dhcp_reservation_prefixes": "2001:db8:e000::/56"})
    sees(address="2001:db8:0:1::5", prefix="2001:db8:e000::/56")
    site.change(address, address="2001:db8:0:1::6/64", custom_fields={"dhcp_reservation_prefixes": ""})
    sees(address="2001:db8:0:1::6", prefix="2001:db8:f000::/56")
    site.change(site.delegated, custom_fields={"dhcp_pd_delegated_length": 60})
    sees(address="2001:db8:0:1::6", prefix="2001:db8:f000::/60")
    site.delete(address)
    eventually(lambda: dhclient.lease()["address"].startswith("2001:db8:0:1::1"))


def test_addresses_of_one_client_are_one_reservation(site, kea, served):
    fields = {"dhcp_reservation_duid": DUID.hex(":")}
    first, second = (site.add_address(f"2001:db8:0:1::{n}/64", custom_fields=fields) for n in (21, 22))
    both = {"duid": DUID, "addresses": 2}
    served(mac(1), identity=both, addresses=lambda got: sorted(got) == ["2001:db8:0:1::21", "2001:db8:0:1::22"])
    site.change(second, address="2001:db8:0:2::22/64")
    served(mac(1), OTHER_RELAY, both, addresses=["2001:db8:0:2::22"])
    served(mac(1), identity=both, addresses=lambda got: "2001:db8:0:1::21" in got and "2001:db8:0:1::22" not in got)
    site.delete(first)
    served(mac(1), identity=both, addresses=lambda got: "2001:db8:0:1::21" not in got)


def test_one_mac_that_is_edited_moves_the_reservations_of_both_servers(site, kea, kea4, link, served):
    interface = site.add_interface(site.add_device("host-1"), "eth0", mac(31))
    site.add_address("2001:db8:0:1::31/64", interface)
    site.add_address("198.18.0.31/24", interface)
    assert served(mac(31), address="2001:db8:0:1::31").hostname == "host-1"
    link.client.release(link.client.until(mac(31), address="198.18.0.31"))
    site.change(site.get("/api/dcim/mac-addresses/", mac_address=mac(31))["results"][0], mac_address=mac(32))
    assert served(mac(32), address="2001:db8:0:1::31").hostname == "host-1"
    assert link.client.until(mac(32), address="198.18.0.31").hostname == "host-1"


def test_all_is_well_at_the_end(site, kea, kea4):
    site.wait_idle()
    for server in (kea, kea4):
        eventually(lambda: server.http.health()[1]["queued"] == 0)
        assert server.http.healthy() and server.http.health()[1]["left-out"] == 0
        assert not server.logged("NETBOX_(FAILED|HELD)")
