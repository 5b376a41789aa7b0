# SPDX-License-Identifier: MPL-2.0
"""A network interface that goes while the server runs: Kea looks for it only when it is configured, and then refuses everything."""

import pytest

from client import mac
from lab import ip
from objects import address, follow, left_out, prefix, synced
from twins import BOTH, IPV4
from waiting import eventually

pytestmark = BOTH


@pytest.fixture
def passing(netbox):
    """An interface that is to go."""
    netbox.define_default_fields()
    netbox.define_field("port", "text", "ipam.prefix")
    ip("link", "add", "passing", "type", "veth", "peer", "name", "passing-peer")
    ip("link", "set", "passing", "up")
    ip("address", "add", "10.77.0.1/24", "dev", "passing")
    yield "passing"
    ip("link", "delete", "passing-peer")


@pytest.fixture
def serving(netbox, netbox_kea, client):
    """serving({configuration}) follows NetBox and serves 10.0.0.5 to mac 1."""
    def make(config=None):
        prefix(netbox, "10.0.0.0/24")
        address(netbox, "10.0.0.5", mac(1))
        server = netbox_kea({"subnet-prefix-map": {"interface": "custom_fields.port"}}, config)
        synced(server)
        follow(netbox, server)
        assert client.until(mac(1), "10.0.0.1", address="10.0.0.5")
        return server
    return make


def go(name):
    """It is there still, under another name: that is all that Kea knows it by."""
    ip("link", "set", name, "down")
    ip("link", "set", name, "name", f"no-{name}")


def come(name):
    ip("link", "set", f"no-{name}", "name", name)
    ip("link", "set", name, "up")


def test_one_of_a_prefix_takes_this_prefix_along_and_no_other(netbox, serving, client, passing):
    number = prefix(netbox, "10.3.0.0/24", {"port": passing})["id"]
    server = serving()
    go(passing)
    address(netbox, "10.0.0.6", mac(2))
    assert client.until(mac(2), "10.0.0.1", address="10.0.0.6")
    assert client.lease(mac(1), "10.0.0.1").address == "10.0.0.5"
    assert left_out(server) == {("prefix", number)}
    assert not server.logged("NETBOX_(CONFIG_SET_REFUSED|PUT_BACK)")
    come(passing)
    server.reload()
    eventually(lambda: number in server.subnets(), "the prefix is served again")


def test_one_of_a_prefix_takes_no_other_along_where_kea_is_configured_anew_while_netbox_is_away(netbox, serving, client, passing):
    number = prefix(netbox, "10.3.0.0/24", {"port": passing})["id"]
    server = serving()
    netbox.refuse()
    go(passing)
    server.reload()
    assert client.until(mac(1), "10.0.0.1", address="10.0.0.5")
    assert number not in server.subnets()
    come(passing)


def waits_for(netbox, server, client, name, back):
    """All else is served as it was, until `name` is there again, when `back` has been called."""
    address(netbox, "10.0.0.6", mac(2))
    assert server.wait_log(f'NETBOX_FAILED .*interface "{name}" is not in the system any more')
    assert client.lease(mac(1), "10.0.0.1").address == "10.0.0.5"
    assert server.http.health()[0] == 503
    back()
    assert client.until(mac(2), "10.0.0.1", address="10.0.0.6")
    eventually(server.http.healthy)
    assert not server.logged("NETBOX_(CONFIG_SET_REFUSED|PUT_BACK)")


def test_one_of_kea_s_own_configuration_lets_all_else_be_served_as_it_was(netbox, serving, client, link, passing):
    server = serving({"interfaces-config": {"interfaces": [link.interface, passing]}})
    go(passing)
    waits_for(netbox, server, client, passing, lambda: come(passing))


@IPV4
def test_an_address_of_one_that_goes(netbox, serving, client, link, passing):
    server = serving({"interfaces-config": {"interfaces": [link.interface, f"{passing}/10.77.0.1"]}})
    ip("address", "delete", "10.77.0.1/24", "dev", passing)
    waits_for(netbox, server, client, f"{passing}/10.77.0.1", lambda: ip("address", "add", "10.77.0.1/24", "dev", passing))
