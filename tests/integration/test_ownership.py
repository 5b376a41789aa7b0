# SPDX-License-Identifier: MPL-2.0
"""Whose what is: NetBox's subnets, those written by hand, and the rest of the operator's configuration."""

import pytest

from client import mac
from kea_server import reservation, subnet
from objects import address, configurations, ip_range, left_out, prefix, sync, synced
from twins import BOTH, IPV4

pytestmark = BOTH


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


def test_hand_written_subnets_are_replaced_and_named_once(netbox, netbox_kea, client):
    ours = prefix(netbox, "10.0.0.0/24", id=1)["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea(config={"subnet4": [subnet(1, "10.7.0.0/24", "10.7.0.10 - 10.7.0.20"),
                                            subnet(9, "10.8.0.0/24", "10.8.0.10 - 10.8.0.20")]})
    synced(server)
    sync(server)
    assert list(server.subnets()) == [ours]
    known = client.lease(mac(1))
    assert client.is_ignored(client.discovery(mac(2), giaddr="10.8.0.1"), probe=known)
    assert len(server.logged("NETBOX_REPLACED .*10.7.0.0/24")) == len(server.logged("NETBOX_REPLACED .*10.8.0.0/24")) == 1
    assert not server.logged("NETBOX_HELD")


def test_a_hand_written_subnet_keeps_its_leases_where_its_id_is_mapped(netbox, netbox_kea, hook_entry, client):
    netbox.define_field("kea_id", "integer", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"kea_id": 77})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"check-only": True}, {"subnet4": [subnet(77, "10.0.0.0/24", "10.0.0.10 - 10.0.0.20")]})
    server.wait_log(r"NETBOX_CHECK_ONLY .*subnet 10.0.0.0/24 \(id 77\) given another id, without its leases")
    first, lease = client.lease(mac(1)), client.lease(mac(2))
    client.release(first)
    server.reload({"hooks-libraries": [hook_entry({"subnet-prefix-map": {"id": "custom_fields.kea_id"}})]})
    synced(server)
    assert list(server.subnets()) == [77] and server.logged("NETBOX_TAKEN_OVER .*10.0.0.0/24")
    assert client.renew(lease).address == lease.address != first.address


def test_a_hand_written_subnet_that_gets_another_id_is_named(netbox, netbox_kea):
    ours = prefix(netbox, "10.0.0.0/24")["id"]
    server = netbox_kea(config={"subnet4": [subnet(77, "10.0.0.0/24", "10.0.0.10 - 10.0.0.20")]})
    synced(server)
    assert list(server.subnets()) == [ours]
    assert len(server.logged(r"WARN .*NETBOX_RENUMBERED subnet 10.0.0.0/24 \(id 77\)")) == 1
    assert not server.logged("NETBOX_REPLACED")


def test_marked_ownership_leaves_what_is_not_ours_alone(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24", id=1)
    prefix(netbox, "10.1.0.0/24", id=9)
    prefix(netbox, "10.8.0.0/24", id=3)
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"ownership": "marked"}, {"subnet4": [
        subnet(9, "10.8.0.0/24", "10.8.0.10 - 10.8.0.20", [reservation(mac(5), "10.8.0.55")])]})
    assert synced(server)["subnets"] == 1
    assert client.lease(mac(1)).address == "10.0.0.10"
    assert client.lease(mac(5), giaddr="10.8.0.1").address == "10.8.0.55"
    assert left_out(server) == {("prefix", 9), ("prefix", 3)}
    assert not server.logged("NETBOX_REPLACED")


def test_a_reservation_written_into_our_subnet_goes_or_stays_with_the_ownership(netbox, netbox_kea, client):
    ours = prefix(netbox, "10.0.0.0/24")["id"]
    mark = {"netbox_prefix_id": ours}
    by_hand = subnet(ours, "10.0.0.0/24", "10.0.0.100 - 10.0.0.110", [reservation(mac(5), "10.0.0.55")], user_context=mark)
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    address(netbox, "10.0.0.5", mac(1))
    server = netbox_kea({"ownership": "marked"}, {"subnet4": [by_hand]})
    synced(server)
    assert client.lease(mac(5)).address == "10.0.0.55"
    assert client.lease(mac(1)).address == "10.0.0.5"
    server = netbox_kea({"port": 8077}, {"subnet4": [by_hand], "interfaces-config": {"interfaces": []}})
    synced(server)
    ours = server.subnets()[ours]
    assert [host["ip-address"] for host in ours["reservations"]] == ["10.0.0.5"]
    assert [pool["pool"] for pool in ours["pools"]] == ["10.0.0.10-10.0.0.20"]
    assert len(server.logged("NETBOX_REPLACED")) == 2


@pytest.mark.parametrize("ownership", ["all", "marked"])
def test_a_shared_network_keeps_its_members(netbox, netbox_kea, client, ownership):
    first = prefix(netbox, "10.1.0.0/24")["id"]
    prefix(netbox, "10.0.0.0/24")
    start = ip_range(netbox, "10.1.0.10", "10.1.0.10")["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    network = {"name": "floor", "relay": {"ip-addresses": ["10.50.0.1"]}, "subnet4": [
        subnet(first, "10.1.0.0/24"), subnet(500, "10.2.0.0/24", "10.2.0.10 - 10.2.0.20")]}
    server = netbox_kea({"ownership": ownership}, {"shared-networks": [network]})
    synced(server)
    assert sorted(client.lease(mac(number), giaddr="10.50.0.1").address for number in (1, 2)) == ["10.1.0.10", "10.2.0.10"]
    assert client.lease(mac(3)).address == "10.0.0.10"
    netbox.change("ipam.iprange", start, end_address="10.1.0.30/24")
    begin = sync(server)
    assert configurations(server, begin) == 1
    assert configurations(server, sync(server)) == 0
    [shared] = server.running_config()["shared-networks"]
    assert [(member["id"], len(member["pools"])) for member in shared["subnet4"]] == [(first, 1), (500, 1)]


@IPV4
def test_the_rest_of_the_operators_configuration_is_kept(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    own = {"option-def": [{"name": "greeting", "code": 222, "type": "string", "space": "dhcp4"}],
           "option-data": [{"name": "greeting", "data": "grüß dich", "always-send": True}],
           "client-classes": [{"name": "phones", "test": "option[60].text == 'phone'", "next-server": "10.0.0.9"}]}
    server = netbox_kea(config=own)
    synced(server)
    lease = client.lease(mac(1), options={60: b"phone"})
    assert (lease.options[222].decode(), lease.next_server) == ("grüß dich", "10.0.0.9")
    assert server.running_config()["client-classes"][0]["test"] == "option[60].text == 'phone'"
