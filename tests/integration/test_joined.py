# SPDX-License-Identifier: MPL-2.0
"""Several addresses of one client, one reservation, of which the server at its start knows only what stands in its own file."""

import json

import pytest

from client import mac
from objects import prefix, synced
from office6 import DUID, NET, RELAY, host
from waiting import eventually

PREFIXES = ["2001:db8:e000::/56", "2001:db8:e001::/56"]
CLIENT = {"duid": DUID, "addresses": 2, "prefix": True}


@pytest.fixture
def parts(netbox):
    netbox.define_default_fields()
    prefix(netbox, NET)
    return [host(netbox, "2001:db8:0:1::5", dns_name="one.example", prefixes=PREFIXES[:1]),
            host(netbox, "2001:db8:0:1::6", prefixes=PREFIXES[1:])]


@pytest.fixture
def from_file(kea6):
    """from_file({parameter: value}) serves what a server before it has left in the file."""
    def make(parameters):
        server = kea6({"config-write": True})
        synced(server)
        server.stop()
        written = json.loads(server.config_file.read_text())
        written["Dhcp6"]["hooks-libraries"][-1]["parameters"].update(parameters)
        server.config_file.write_text(json.dumps(written))
        server.write = lambda config=None: server
        server.begin = server.mark()
        server.start()
        server.wait_log("NETBOX_SYNCED", server.begin)
        return server
    return make


def served(server):
    (subnet,) = server.subnets().values()
    (reservation,) = subnet["reservations"]
    return reservation


def test_nothing_has_changed_after_a_start_from_the_file(parts, from_file, client6):
    server = from_file({})
    lease = client6.lease(mac(1), RELAY, **CLIENT)
    assert (len(lease.addresses), lease.hostname) == (2, "one.example") and lease.prefixes[0] in PREFIXES
    assert not server.logged("NETBOX_(ADDED|CHANGED|REMOVED)", server.begin)


def test_what_has_changed_meanwhile_is_said_once(netbox, parts, kea6, from_file, client6):
    server = from_file({})
    server.stop()
    netbox.change("ipam.ipaddress", parts[0], dns_name="other.example", _events=False)
    server.begin = server.mark()
    server.start()
    eventually(lambda: client6.lease(mac(1), RELAY, **CLIENT).hostname == "other.example")
    server.wait_log("NETBOX_SYNCED", server.begin)
    assert server.logged("NETBOX_CHANGED .*2001:db8:0:1::5", server.begin)
    assert not server.logged("NETBOX_(ADDED|REMOVED)", server.begin)


def test_where_only_webhooks_count_one_that_goes_takes_what_was_its_own(netbox, parts, from_file, client6):
    server = from_file({"full-sync-at-startup": False})
    netbox.delete("ipam.ipaddress", parts[1])
    lease = client6.until(mac(1), RELAY, CLIENT, addresses=["2001:db8:0:1::5"])
    assert (lease.prefixes, lease.hostname) == (PREFIXES[:1], "one.example")
    assert served(server)["prefixes"] == PREFIXES[:1]


def test_where_only_webhooks_count_one_that_changes_leaves_the_other_its_own(netbox, parts, from_file, client6):
    server = from_file({"full-sync-at-startup": False})
    netbox.change("ipam.ipaddress", parts[0], dns_name="other.example")
    assert len(client6.until(mac(1), RELAY, CLIENT, hostname="other.example").addresses) == 2
    assert served(server).items() >= {"user-context": {"netbox_ip_address_ids": parts}, "prefixes": PREFIXES}.items()
