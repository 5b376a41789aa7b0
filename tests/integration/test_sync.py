# SPDX-License-Identifier: MPL-2.0
"""A full sync at the start, as a DHCP client sees it."""

from waiting import eventually
from client import mac


def test_a_prefix_of_netbox_is_served(netbox, netbox_kea, client):
    netbox.define_default_fields()
    prefix = netbox.add("ipam.prefix", prefix="10.0.0.0/24", custom_fields={"dhcp_enabled": True})
    netbox.add("ipam.iprange", start_address="10.0.0.10/24", end_address="10.0.0.20/24", status="dhcp")
    server = netbox_kea()
    eventually(server.http.healthy)
    lease = client.lease(mac(1))
    assert lease.address == "10.0.0.10"
