# SPDX-License-Identifier: MPL-2.0
"""A DHCPv6 client that people use, beside our own."""

import pytest

from dhclient import Dhclient
from kea_server import reservation6, subnet6
from objects import address, ip_range, left_out, prefix
from office6 import NET, delegated, host
from waiting import eventually


@pytest.fixture
def dhclient(link, tmp_path):
    return Dhclient(link, tmp_path)


def test_on_a_plain_kea(kea, link, dhclient):
    def site(**keys):
        return {"subnet6": [subnet6(1, "2001:db8:0:1::/64", "2001:db8:0:1::10 - 2001:db8:0:1::99", interface=link.interface,
                                    pd_pools=[("2001:db8:f000::/48", 56)], **keys)]}
    server = kea(site(option_data=[{"name": "dns-servers", "data": "2001:db8::53"}]), program="kea-dhcp6")
    assert dhclient.lease() == {"address": "2001:db8:0:1::10", "prefix": "2001:db8:f000::/56", "dns": "2001:db8::53"}
    host = reservation6(["2001:db8:0:1::200"], ["2001:db8:e000::/56"], duid=dhclient.duid)
    server.reload(site(reservations=[host]))
    assert dhclient.lease() == {"address": "2001:db8:0:1::200", "prefix": "2001:db8:e000::/56"}


def test_sees_each_change_in_netbox(netbox, kea6, link, dhclient):
    netbox.define_default_fields()
    subnet = prefix(netbox, NET, {"dhcp_interface": link.interface})["id"]
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::10")
    delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    kea6()

    def sees(**lease):
        eventually(lambda: dhclient.lease() == lease, f"dhclient sees {lease}")
    sees(address="2001:db8:0:1::10", prefix="2001:db8:f000::/56")
    netbox.change("ipam.prefix", subnet, custom_fields={"dhcp_option_data_domain_name_servers": "2001:db8::53"})
    number = host(netbox, "2001:db8:0:1::5", dhclient.duid, ["2001:db8:e000::/56"])
    sees(address="2001:db8:0:1::5", prefix="2001:db8:e000::/56", dns="2001:db8::53")
    netbox.change("ipam.ipaddress", number, address="2001:db8:0:1::6/64")
    sees(address="2001:db8:0:1::6", prefix="2001:db8:e000::/56", dns="2001:db8::53")
    netbox.delete("ipam.ipaddress", number)
    sees(address="2001:db8:0:1::10", prefix="2001:db8:f000::/56", dns="2001:db8::53")


def test_an_address_by_duid_and_one_by_mac_stay_two_reservations(netbox, kea6, link, dhclient):
    """Nothing in NetBox says that they are of one client; kea-dhcp6 looks for a MAC first."""
    netbox.define_default_fields()
    subnet = prefix(netbox, NET, {"dhcp_interface": link.interface})["id"]
    delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    host(netbox, "2001:db8:0:1::5", dhclient.duid)
    by_mac = address(netbox, "2001:db8:0:1::6", dhclient.duid.removeprefix("00:03:00:01:"))["id"]
    server = kea6()
    assert len(server.subnets()[subnet]["reservations"]) == 2 and not left_out(server)
    assert dhclient.lease()["address"] == "2001:db8:0:1::6"
    netbox.delete("ipam.ipaddress", by_mac)
    eventually(lambda: dhclient.lease()["address"] == "2001:db8:0:1::5", "the other one serves")
