# SPDX-License-Identifier: MPL-2.0
"""Many webhooks, webhooks in disorder, and webhooks while something goes wrong: none is lost, and none costs more than it must."""

import http.client
import json

import pytest

import objects
from client import mac
from objects import address, prefix, sync, synced
from office import DEVICE_MAC, FIELD_MAC, RELAY, STRANGER, in_range
from twins import BOTH, IPV4
from waiting import eventually

pytestmark = BOTH
QUEUE_HINTS = 4096          # common/engine.c


@pytest.fixture
def server(office, followed_kea):
    return followed_kea()


class Cost:
    """What was spent since: requests to NetBox, config-sets, full syncs."""

    def __init__(self, server, netbox):
        self.server, self.netbox = server, netbox
        self.mark, self.before = server.mark(), len(netbox.requests)

    @property
    def requests(self):
        return len(self.netbox.requests) - self.before

    @property
    def config_sets(self):
        return len(self.server.logged("Received command 'config-set'", self.mark))

    @property
    def full_syncs(self):
        return len(self.server.logged("NETBOX_SYNC_STARTED", self.mark))


@pytest.fixture
def hold_worker(server, netbox, office):
    """hold_worker() makes the worker wait for NetBox; the fault that it returns ends that by release()."""
    def hold(on="ipam.ipaddress", **how):
        fault = netbox.fault("hold", on, **how)
        assert server.http.event("ipaddress", 999999) == 202
        assert fault.wait_held()
        return fault
    return hold


def accepted(netbox):
    """All webhooks sent so far were delivered and got their 202."""
    netbox.webhooks_idle()
    assert {one.status for one in netbox.webhooks.log} == {202}


def addresses(first, count):
    return [{"address": f"10.4.{number // 200}.{number % 200 + 1}/16", "status": "dhcp",
             "custom_fields": {"dhcp_reservation_hw_address": mac(1000 + number)}} for number in range(first, first + count)]


# Many

def test_500_webhooks_at_once_cost_a_few_requests_and_one_config_set(office, server, netbox, hold_worker):
    office.add_prefix("10.4.0.0/16")
    ids = netbox.add_many("ipam.ipaddress", addresses(0, 500))
    eventually(lambda: server.http.health()[1]["reservations"] == 503)
    fault = hold_worker()
    cost = Cost(server, netbox)
    for number in ids:
        netbox.change("ipam.ipaddress", number, dns_name=f"host{number}.example.org")
    accepted(netbox)
    fault.release()
    office.sees(mac(1000), "10.4.0.1", hostname=f"host{ids[0]}.example.org")
    office.sees(mac(1499), "10.4.0.1", hostname=f"host{ids[-1]}.example.org")
    assert cost.requests == 500 / 100
    assert cost.config_sets == 1
    assert cost.full_syncs == 0


@IPV4
def test_500_webhooks_in_a_row_cost_few_requests_and_config_sets(office, followed_kea, netbox):
    server = followed_kea({"coalesce-ms": 1000})
    office.add_prefix("10.4.0.0/16")
    cost = Cost(server, netbox)
    for values in addresses(0, 500):
        netbox.add("ipam.ipaddress", **values)
    office.sees(mac(1499), "10.4.0.1", address="10.4.2.100")
    office.sees(mac(1000), "10.4.0.1", address="10.4.0.1")
    assert cost.config_sets <= 20
    assert cost.requests <= 2 * cost.config_sets + 2 * 500 / 100


def test_300_addresses_at_once(office, server, netbox):
    office.add_prefix("10.4.0.0/16")
    netbox.add_many("ipam.ipaddress", addresses(0, 300))
    for number, address in ((0, "10.4.0.1"), (150, "10.4.0.151"), (299, "10.4.1.100")):
        office.sees(mac(1000 + number), "10.4.0.1", address=address)
    eventually(lambda: server.http.health()[1]["reservations"] == 303)
    netbox.webhooks_idle()


def test_unchanged_object_costs_no_config_set(office, server, netbox):
    cost = Cost(server, netbox)
    for number in (office.prefix, office.branch):
        netbox.change("ipam.prefix", number, description="seen by nobody")
    accepted(netbox)
    eventually(lambda: cost.requests > 0 and server.http.health()[1]["queued"] == 0)
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, routers=["10.0.0.1"])
    assert cost.config_sets == 1


def test_more_hints_than_the_queue_holds_become_one_full_sync(office, server, netbox, hold_worker):
    fault = hold_worker()
    office.set_option(["10.0.0.1"])
    accepted(netbox)
    cost = Cost(server, netbox)
    connection = http.client.HTTPConnection(server.http.host, server.http.port)
    for number in range(1, QUEUE_HINTS + 1):
        body = json.dumps({"event": "updated", "model": "iprange", "data": {"id": 10000 + number}})
        connection.request("POST", "/event/x/", body, server.http.plain())
        answer = connection.getresponse()
        assert answer.read() and answer.status == 202
    connection.close()
    assert server.http.health()[1]["queued"] == 1
    fault.release()
    office.sees(STRANGER, routers=["10.0.0.1"])
    assert cost.full_syncs == 1
    assert cost.requests <= 8


# In disorder

def swap(office, one, other):
    office.set_field_mac(one, mac(12))
    office.set_field_mac(other, mac(11))


def test_macs_of_two_addresses_swapped(office, server, netbox):
    one, other = office.add_address("10.0.0.11/24", mac=mac(11)), office.add_address("10.0.0.12/24", mac=mac(12))
    office.sees(mac(11), address="10.0.0.11")
    office.sees(mac(12), address="10.0.0.12")
    swap(office, one, other)
    office.sees(mac(11), address="10.0.0.12")
    office.sees(mac(12), address="10.0.0.11")


def test_macs_of_two_addresses_swapped_each_seen_by_itself(office, server, netbox):
    """With the first half alone one client has both addresses, in IPv4 one too many; of that nothing is left in the end."""
    one, other = office.add_address("10.0.0.11/24", mac=mac(11)), office.add_address("10.0.0.12/24", mac=mac(12))
    office.sees(mac(12), address="10.0.0.12")
    office.set_field_mac(one, mac(12))
    office.sees_pool(mac(11))
    eventually(lambda: server.http.health()[1]["left-out"] == (1 if server.program == "kea-dhcp4" else 0))
    office.set_field_mac(other, mac(11))
    office.sees(mac(11), address="10.0.0.12")
    office.sees(mac(12), address="10.0.0.11")
    assert server.http.health()[1]["left-out"] == 0


def test_mac_objects_of_two_interfaces_swapped(office, server, netbox):
    one, other = office.add_interface("eth1"), office.add_interface("eth2")
    macs = [office.add_mac(mac(11), one), office.add_mac(mac(12), other)]
    office.add_address("10.0.0.11/24", interface=one)
    office.add_address("10.0.0.12/24", interface=other)
    office.sees(mac(11), address="10.0.0.11")
    for number, interface in zip(macs, (other, one)):
        netbox.change("dcim.macaddress", number, assigned_object_id=interface)
    office.sees(mac(11), address="10.0.0.12")
    office.sees(mac(12), address="10.0.0.11")


@pytest.mark.parametrize("switch", ["shuffled", "duplicated", "paused"])
def test_webhooks_out_of_order_twice_or_late(office, server, netbox, switch):
    netbox.webhooks.switches.paused = True
    setattr(netbox.webhooks.switches, switch, True)
    created = office.add_address("10.0.0.8/24", mac=mac(8))
    office.set_field_mac(created, mac(9))
    netbox.change("ipam.ipaddress", created, address="10.1.0.8/24")
    netbox.delete("ipam.ipaddress", office.field_address)
    office.set_option(["10.0.0.1"])
    office.set_option(["10.0.0.2"])
    netbox.webhooks.resume()
    accepted(netbox)
    office.sees(mac(9), RELAY, address="10.1.0.8")
    office.sees(FIELD_MAC, address=in_range, routers=["10.0.0.2"])
    office.sees(mac(8), address=in_range)


def test_late_webhook_of_an_object_that_is_gone_brings_nothing_back(office, server, netbox):
    assert server.http.event("ipaddress", office.field_address, "deleted") == 202
    office.set_option(["10.0.0.1"])
    office.sees(FIELD_MAC, address="10.0.0.7", routers=["10.0.0.1"])          # it said "deleted", NetBox has it still
    netbox.delete("ipam.ipaddress", office.field_address)
    office.sees_pool(FIELD_MAC)
    assert server.http.event("ipaddress", office.field_address, "created") == 202
    office.set_option(["10.0.0.2"])
    office.sees(FIELD_MAC, address=in_range, routers=["10.0.0.2"])


def test_webhooks_that_were_lost_are_made_up_for_by_a_full_sync(office, server, netbox):
    netbox.webhooks.switches.dropped = True
    office.add_address("10.0.0.8/24", mac=mac(8))
    netbox.delete("ipam.ipaddress", office.field_address)
    office.set_option(["10.0.0.1"])
    netbox.webhooks.switches.dropped = False
    office.client.lease(FIELD_MAC)
    netbox.add("extras.tag", name="any")
    office.sees(mac(8), address="10.0.0.8", routers=["10.0.0.1"])
    office.sees_pool(FIELD_MAC)


# No event is lost

def test_change_during_a_full_sync_whose_old_page_comes_last(office, server, netbox):
    fault = netbox.fault("hold", "ipam.prefix", after=True, times=1)
    netbox.add("extras.tag", name="any")
    assert fault.wait_held()
    office.set_option(["10.0.0.1"])
    accepted(netbox)
    fault.release()
    office.sees(STRANGER, routers=["10.0.0.1"])
    assert fault.hits == 1


def test_change_during_the_first_sync_whose_old_page_comes_last(office, netbox_kea, netbox):
    fault = netbox.fault("hold", "ipam.ipaddress", after=True, times=1)
    server = netbox_kea()
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    assert fault.wait_held()
    office.set_field_mac(office.field_address, mac(8))
    netbox.delete("ipam.ipaddress", office.device_address)
    accepted(netbox)
    fault.release()
    office.sees(mac(8), address="10.0.0.7")
    office.sees_pool(DEVICE_MAC)


@pytest.mark.parametrize("model", ["ipam.ipaddress", "dcim.interface"])
def test_change_while_a_hint_is_followed_and_its_old_answer_comes_last(office, server, netbox, model):
    fault = netbox.fault("hold", model, after=True, times=1)
    netbox.change("ipam.ipaddress", office.device_address, dns_name="first.example.org")
    assert fault.wait_held()
    netbox.set_mac("dcim.interface", office.interface, mac(8))
    netbox.change("ipam.ipaddress", office.device_address, dns_name="second.example.org")
    accepted(netbox)
    fault.release()
    office.sees(mac(8), address="10.0.0.5", hostname="second.example.org")


def test_hint_that_waits_survives_a_reload(office, server, netbox, hold_worker):
    hold_worker()
    office.set_option(["10.0.0.1"])
    accepted(netbox)
    netbox.clear()
    server.reload()
    office.sees(STRANGER, routers=["10.0.0.1"])


# NetBox fails

FAULTS = {"500": {"kind": "status", "status": 500}, "403": {"kind": "status", "status": 403},
          "429": {"kind": "status", "status": 429}, "reset": {"kind": "reset"}, "truncated": {"kind": "truncate"},
          "html": {"kind": "html"}, "not JSON": {"kind": "invalid_json"}, "not a list": {"kind": "wrong_shape"}}


@pytest.mark.parametrize("fault", FAULTS)
@IPV4
def test_hint_is_followed_again_where_netbox_failed(office, server, netbox, fault):
    detail = dict(FAULTS[fault])
    switch = netbox.fault(detail.pop("kind"), "ipam.ipaddress", times=1, **detail)
    office.set_field_mac(office.field_address, mac(8))
    server.wait_log("ERROR .*NETBOX_FAILED")
    office.sees(mac(8), address="10.0.0.7")
    assert switch.hits == 1
    eventually(server.http.healthy)
    assert len(server.logged("NETBOX_WELL")) == 1


def test_second_answer_to_a_hint_fails(office, server, netbox):
    netbox.fault("status", "dcim.interface", times=1)
    netbox.set_mac("dcim.interface", office.interface, mac(8))
    server.wait_log("ERROR .*NETBOX_FAILED")
    office.sees(mac(8), address="10.0.0.5")


def test_netbox_away_for_some_hints_and_back(office, server, netbox):
    netbox.refuse()
    office.set_field_mac(office.field_address, mac(8))
    server.wait_log("ERROR .*NETBOX_FAILED")
    office.set_option(["10.0.0.1"])
    netbox.delete("ipam.ipaddress", office.device_address)
    accepted(netbox)
    assert server.http.health()[0] == 503
    office.sees(FIELD_MAC, address="10.0.0.7", routers=[])          # what is served stays
    netbox.listen()
    office.sees(mac(8), address="10.0.0.7", routers=["10.0.0.1"])
    office.sees_pool(DEVICE_MAC)
    eventually(server.http.healthy)


def test_list_that_netbox_refuses_takes_nothing_along(office, server, netbox):
    """NetBox refuses the ranges (its FIELD_CHOICES lost the status): they stay, also while hints bring in other things."""
    netbox.fault("status", "ipam.iprange", status=400)
    netbox.add("extras.tag", name="any")
    server.wait_log("NETBOX_LIST_REFUSED")
    for router in ("10.0.0.1", "10.0.0.2"):
        office.set_field_mac(office.field_address, mac(8))
        office.set_option([router])
        office.sees(STRANGER, address=in_range, routers=[router])
    office.sees(mac(8), address="10.0.0.7")
    assert len(server.logged("NETBOX_LIST_REFUSED")) == 1


def test_list_that_netbox_refused_is_read_whole_when_it_takes_it_again(office, netbox_kea, netbox):
    refusal = netbox.fault("status", "ipam.iprange", status=400)
    server = netbox_kea()
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    server.wait_log("NETBOX_SYNCED .* 0 pools")
    netbox.clear(refusal)
    netbox.change("ipam.iprange", office.branch_range, description="look at me")
    office.sees_in_branch(STRANGER, address=in_range)
    office.sees_pool(STRANGER)


# Only what hints name

HAND_WRITTEN = {"subnet4": [{"id": 7, "subnet": "10.0.0.0/24", "pools": [{"pool": "10.0.0.50 - 10.0.0.60"}]}]}


def test_without_a_full_sync_at_startup_only_what_hints_name_is_served(office, followed_kea, netbox):
    office.set_option(["10.1.0.1"], office.branch)
    office.add_prefix("10.2.0.0/24")
    office.add_range("10.2.0.100", "10.2.0.101")
    server = followed_kea({"full-sync-at-startup": False}, HAND_WRITTEN)
    hand_written = office.client.lease(STRANGER)
    assert hand_written.address.startswith("10.0.0.5") and not server.logged("Received command 'config-set'")
    netbox.change("ipam.prefix", office.branch, description="look at me")
    office.sees_in_branch(STRANGER, address=in_range, routers=["10.1.0.1"])
    office.is_deaf_to(STRANGER, "10.2.0.1", probe=mac(50))
    assert set(server.subnets()) == {7, office.branch}


def test_without_a_full_sync_at_startup_an_address_alone(office, followed_kea, netbox):
    server = followed_kea({"full-sync-at-startup": False})
    first = office.add_address("10.1.0.8/24", mac=mac(8))
    netbox.webhooks_idle()
    netbox.change("ipam.prefix", office.branch, description="look at me")
    office.sees_in_branch(mac(8), address="10.1.0.8")
    netbox.change("ipam.ipaddress", first, address="10.1.0.9/24")
    office.sees_in_branch(mac(8), address="10.1.0.9")
    assert set(server.subnets()) == {office.branch}


def test_without_a_full_sync_at_startup_what_stood_in_a_prefix_that_goes_stands_in_the_next_one(netbox, netbox_kea, client):
    netbox.define_default_fields()
    outer, inner = prefix(netbox, "10.0.0.0/8")["id"], prefix(netbox, "10.0.0.0/24")["id"]
    address(netbox, "10.0.0.5", mac(1))
    objects.ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"full-sync-at-startup": False})
    synced(server)
    objects.follow(netbox, server)
    for each in (outer, inner):
        assert server.http.event("prefix", each) == 202
    eventually(lambda: set(server.subnets()) == {outer, inner})
    netbox.delete("ipam.prefix", inner)
    eventually(lambda: set(server.subnets()) == {outer})
    assert client.lease(mac(1), "10.0.0.1").address == "10.0.0.5"
    assert client.lease(mac(2), "10.0.0.1").address == "10.0.0.10"


def test_without_a_full_sync_at_startup_no_hint_is_lost_while_netbox_is_away(office, netbox_kea, netbox):
    netbox.refuse()
    server = netbox_kea({"full-sync-at-startup": False})
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    server.wait_log("ERROR .*NETBOX_FAILED")
    netbox.change("ipam.prefix", office.branch, description="look at me")
    accepted(netbox)
    netbox.listen()
    office.sees_in_branch(STRANGER, address=in_range)
    assert set(server.subnets()) == {office.branch}


def test_without_a_full_sync_at_startup_a_hint_that_failed_comes_again(office, followed_kea, netbox):
    server = followed_kea({"full-sync-at-startup": False})
    netbox.fault("status", "ipam.prefix", times=1)
    netbox.change("ipam.prefix", office.branch, description="look at me")
    server.wait_log("ERROR .*NETBOX_FAILED")
    office.sees_in_branch(STRANGER, address=in_range)
    assert set(server.subnets()) == {office.branch}


def test_hints_about_a_list_that_netbox_refused_remove_nothing(netbox, netbox_kea, client):
    netbox.define_default_fields()
    prefix(netbox, "10.0.0.0/24")
    ids = objects.addresses(netbox, 5)
    server = netbox_kea()
    assert synced(server)["reservations"] == 5
    netbox.fault("status", "ipam.ipaddress", status=400)
    sync(server)
    for each in ids:
        assert server.http.event("ipaddress", each) == 202
    # What comes behind them is done after them.
    other = prefix(netbox, "10.1.0.0/24")["id"]
    assert server.http.event("prefix", other) == 202
    eventually(lambda: other in server.subnets())
    assert server.http.health()[1]["reservations"] == 5
    assert client.lease(mac(1)).address == "10.0.0.2"


def test_hints_that_were_missed_outlive_a_reload_where_only_hints_are_applied(netbox, netbox_kea):
    netbox.define_default_fields()
    net, first = prefix(netbox, "10.0.0.0/24")["id"], address(netbox, "10.0.0.10", mac(1))["id"]
    server = netbox_kea({"full-sync-at-startup": False})
    synced(server)
    for model, number in (("prefix", net), ("ipaddress", first)):
        assert server.http.event(model, number) == 202
    eventually(lambda: server.http.health()[1]["reservations"] == 1)
    netbox.refuse()
    assert server.http.event("ipaddress", address(netbox, "10.0.0.11", mac(2))["id"]) == 202
    server.wait_log("NETBOX_FAILED")
    server.reload()
    netbox.listen()
    eventually(lambda: server.http.health()[1]["reservations"] == 2)


def test_what_netbox_denies_is_said_before_anything_else(netbox, netbox_kea):
    netbox.define_default_fields()
    prefix(netbox, "10.0.0.0/16")
    objects.addresses(netbox, 150)
    server = netbox_kea()
    synced(server)
    netbox.deny("ipam.ipaddress")
    for number in range(5001, 5100):
        server.http.event("ipaddress", number)
    server.wait_log("NETBOX_FAILED .*403.*check the token")
    assert "403" in server.http.health()[1]["reason"]
