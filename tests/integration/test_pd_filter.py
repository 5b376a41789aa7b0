# SPDX-License-Identifier: MPL-2.0
"""A filter of what is delegated from that NetBox refuses, and takes later."""

import pytest

from client import mac
from objects import address, follow, prefix, sync
from office6 import NET, RELAY, counts
from waiting import eventually

REFUSED = "NETBOX_(?:LIST_REFUSED|FAILED) .*400.*delegated is not one of"
BY_TAG = {"pd-filter": {"tag": "delegated"}}


@pytest.fixture
def pool(netbox):
    """It passes the prefixes' filter, too."""
    netbox.define_default_fields()
    subnet = prefix(netbox, NET)["id"]
    address(netbox, "2001:db8:0:1::5", mac(5))
    return prefix(netbox, "2001:db8:f000::/48", {"dhcp_pd_delegated_length": 56, "dhcp_pd_subnet": subnet})["id"]


def tagged(netbox, pool):
    tag = netbox.add("extras.tag", name="delegated")["id"]
    netbox.change("ipam.prefix", pool, tags=[tag])
    return tag


def delegates(client6):
    assert client6.until(mac(1), RELAY, {"addresses": 0, "prefix": True}, prefixes=lambda got: got[0].startswith("2001:db8:f000:"))


def test_until_it_is_known_what_is_delegated_from_nothing_becomes_a_subnet(netbox, kea6, client6, pool):
    server = kea6(BY_TAG, wait=False)
    server.wait_log(REFUSED)
    follow(netbox, server)
    assert server.http.event("prefix", pool) == 202
    server.wait_log("NETBOX_SYNC_STARTED(?s:.*)NETBOX_SYNC_STARTED")
    assert server.subnets() == {}
    tagged(netbox, pool)
    delegates(client6)
    assert client6.lease(mac(5), RELAY).address == "2001:db8:0:1::5"
    assert pool not in server.subnets() and eventually(server.http.healthy)
    assert len(server.logged(REFUSED)) == 1
    assert not server.logged("NETBOX_REMOVED|NETBOX_ADDED added subnet 2001:db8:f000")


def test_after_a_reload_with_a_filter_that_is_refused_all_stays_as_it_was(netbox, kea6, client6, hook_entry, pool):
    server = kea6()
    delegates(client6)
    begin = server.mark()
    server.reload({"hooks-libraries": [hook_entry(BY_TAG)]})
    server.wait_log(REFUSED, begin)
    delegates(client6)
    assert client6.lease(mac(5), RELAY).address == "2001:db8:0:1::5"
    assert pool not in server.subnets()
    server.reload({"hooks-libraries": [hook_entry({"pd-filter": {"cf_dhcp_pd_delegated_length": 56}})]})
    eventually(server.http.healthy)
    delegates(client6)
    assert len(server.logged(REFUSED, begin)) == 1
    assert not server.logged("NETBOX_(ADDED|CHANGED|REMOVED) ", begin)


def test_while_it_is_refused_what_was_delegated_from_still_is(netbox, kea6, client6, pool):
    tag = tagged(netbox, pool)
    server = kea6(BY_TAG)
    delegates(client6)
    begin = server.mark()
    netbox.delete("extras.tag", tag)
    server.wait_log(REFUSED, begin)
    address(netbox, "2001:db8:0:1::6", mac(6))
    assert client6.until(mac(6), RELAY, address="2001:db8:0:1::6")
    sync(server)
    delegates(client6)
    assert pool not in server.subnets()
    tagged(netbox, pool)
    eventually(lambda: "refused" not in server.http.health()[1])
    delegates(client6)
    assert len(server.logged(REFUSED)) == 1 and counts(server)["left-out"] == 0
    assert not server.logged("NETBOX_(CHANGED|REMOVED) |added subnet 2001:db8:f000", begin)


def test_a_field_that_comes_later(netbox, kea6, client6, pool):
    """Until then NetBox gives all prefixes, and nobody knows which of them are delegated from."""
    server = kea6({"pd-filter": {"cf_hands_out": True}}, wait=False)
    server.wait_log("NETBOX_FAILED .*hands_out")
    follow(netbox, server)
    assert server.subnets() == {}
    netbox.define_field("hands_out", "boolean", "ipam.prefix")
    netbox.change("ipam.prefix", pool, custom_fields={"hands_out": True})
    delegates(client6)
    assert eventually(server.http.healthy) and pool not in server.subnets()
