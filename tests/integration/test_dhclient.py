# SPDX-License-Identifier: MPL-2.0
"""A DHCPv6 client that people use, beside our own."""

import pytest

from dhclient import Dhclient
from kea_server import reservation6, subnet6


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
