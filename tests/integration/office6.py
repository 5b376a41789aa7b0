# SPDX-License-Identifier: MPL-2.0
"""What stands in a NetBox of IPv6, as it is there (objects.py has what both families have).

    NET, clients behind RELAY; BRANCH, behind BRANCH_RELAY
    host(netbox, "2001:db8:0:1::5"), the address of a client with DUID; delegated(netbox, "2001:db8:f000::/48", 56, subnet)"""

from objects import address

NET, RELAY = "2001:db8:0:1::/64", "2001:db8:0:1::1"
BRANCH, BRANCH_RELAY = "2001:db8:0:2::/64", "2001:db8:0:2::1"
DUID = bytes.fromhex("0002000009bf0102030a")


def host(netbox, ip, duid=DUID, prefixes=None, **values):
    """prefixes: those that are reserved for it."""
    fields = {"dhcp_reservation_duid": duid if isinstance(duid, str) else duid.hex(":"), "dhcp_reservation_prefixes": prefixes}
    return address(netbox, ip, custom_fields=fields, **values)["id"]


def delegated(netbox, net, length, subnet=None, **values):
    """A prefix from which those of that length are delegated; it is none that is served."""
    fields = {"dhcp_pd_delegated_length": length, "dhcp_pd_subnet": subnet}
    return netbox.add("ipam.prefix", prefix=net, custom_fields=fields, **values)["id"]


def counts(server):
    health = server.http.health()[1]
    return {name: health[name] for name in ("subnets", "pools", "reservations", "left-out")}
