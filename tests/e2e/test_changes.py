# SPDX-License-Identifier: MPL-2.0
"""What happens to a site in NetBox, and to NetBox itself, judged by what a DHCP client gets at its next exchange. Nobody touches Kea."""

import datetime
import time

import pytest
from client import mac
from waiting import PATIENCE, eventually

HOUR = datetime.timedelta(hours=1)


def relay(net):
    return f"198.18.{net}.1"


def in_pool(address):
    """The pool of the lab, or one that a test put at the same place."""
    return int(address.rpartition(".")[2]) >= 200


@pytest.fixture
def subnet(site, reserve):
    """subnet(n) makes 198.18.n.0/24 with a reservation of .5 for MAC n and a range of .200 to .210, all in NetBox."""
    def make(net):
        prefix = site.add_prefix(f"198.18.{net}.0/24")
        address = reserve(net, f"198.18.{net}.5/24")
        return prefix, address, site.add_range(f"198.18.{net}.200/24", f"198.18.{net}.210/24")
    return make


# What hangs on devices.

@pytest.mark.parametrize("owner", ["add_device", "add_vm"])
def test_a_mac_moves_between_interfaces(site, kea, served, owner):
    numbers = {"add_device": (10, 11), "add_vm": (12, 13)}[owner]
    machine = getattr(site, owner)(f"two-ports-{numbers[0]}")
    first, second = (site.add_interface(machine, name) for name in ("eth0", "eth1"))
    for number, interface in zip(numbers, (first, second)):
        site.add_address(f"198.18.0.{number}/24", interface)
    row = site.add_mac(mac(numbers[0]), first)
    served(mac(numbers[0]), address=f"198.18.0.{numbers[0]}")
    site.change(row, assigned_object_id=second["id"])
    served(mac(numbers[0]), address=f"198.18.0.{numbers[1]}")


def test_a_mac_that_is_primary_moves_from_a_device_to_a_virtual_machine(site, kea, served, host):
    _device, interface, _address = host(14, "198.18.0.14/24")
    port = site.add_interface(site.add_vm("vm-14"), "eth0")
    site.add_address("198.18.0.15/24", port)
    assert served(mac(14), address="198.18.0.14").hostname == "host-14"
    site.change(interface, primary_mac_address=None)
    site.change(site.find("/api/dcim/mac-addresses/", mac_address=mac(14)),
                assigned_object_type="virtualization.vminterface", assigned_object_id=port["id"])
    assert served(mac(14), address="198.18.0.15").hostname == "vm-14"


def test_a_virtual_machine_is_renamed_and_its_address_changes_ports(site, kea, served):
    machine = site.add_vm("vm-16")
    address = site.add_address("198.18.0.16/24", site.add_interface(machine, "eth0", mac(16)))
    assert served(mac(16), address="198.18.0.16").hostname == "vm-16"
    site.change(machine, name="machine-16")
    served(mac(16), hostname="machine-16")
    site.change(address, assigned_object_id=site.add_interface(machine, "eth1", mac(17))["id"])
    served(mac(17), address="198.18.0.16")
    served(mac(16), address=in_pool)


def test_what_is_deleted_takes_the_reservation_along(site, kea, served):
    doomed = []
    for number, owner, part in ((20, "add_device", 0), (21, "add_device", 1), (22, "add_device", 2), (23, "add_vm", 0), (24, "add_vm", 1)):
        machine = getattr(site, owner)(f"doomed-{number}")
        interface = site.add_interface(machine, "eth0")
        doomed.append((number, (machine, interface, site.add_mac(mac(number), interface))[part]))
        site.add_address(f"198.18.0.{number}/24", interface)
    for number, _thing in doomed:
        served(mac(number), address=f"198.18.0.{number}")
    for _number, thing in doomed:
        site.delete(thing)
    for number, _thing in doomed:
        served(mac(number), address=in_pool)


def test_an_interface_with_two_macs_waits_until_one_is_primary(site, kea, served, host):
    _device, interface, _address = host(26, "198.18.0.26/24")
    served(mac(26), address="198.18.0.26")
    second = site.add_mac(mac(126), interface)
    site.change(interface, primary_mac_address=None)
    eventually(lambda: kea.http.health()[1]["left-out"] == 1)
    served(mac(26), address="198.18.0.26")
    site.change(interface, primary_mac_address=second["id"])
    served(mac(126), address="198.18.0.26")
    served(mac(26), address=in_pool)
    eventually(lambda: kea.http.health()[1]["left-out"] == 0)


# Prefixes and what is in them.

def test_prefix_and_address_change_their_vrf(site, kea, served, unserved, subnet):
    vrf = site.add("/api/ipam/vrfs/", name="Blue")["id"]
    prefix, address, _range = subnet(30)
    served(mac(30), relay(30), address="198.18.30.5")
    site.change(prefix, vrf=vrf)
    unserved(mac(30), relay(30))
    site.change(address, vrf=vrf)
    served(mac(30), relay(30), address="198.18.30.5")
    site.change(prefix, vrf=None)
    served(mac(30), relay(30), address=in_pool)
    site.change(address, vrf=None)
    served(mac(30), relay(30), address="198.18.30.5")


def test_a_prefix_is_resized_and_moved(site, kea, served, unserved, subnet):
    prefix, _address, _range = subnet(32)
    served(mac(32), relay(32), address="198.18.32.5", netmask="255.255.255.0")
    site.change(prefix, prefix="198.18.32.0/25")
    served(mac(32), relay(32), address="198.18.32.5", netmask="255.255.255.128")
    unserved(mac(932), relay(32))
    site.change(prefix, prefix="198.18.32.0/23")
    served(mac(32), relay(33), address="198.18.32.5", netmask="255.255.254.0")
    served(mac(932), relay(32), address=in_pool)
    site.change(prefix, prefix="198.18.36.0/24")
    unserved(mac(32), relay(32))
    site.change(prefix, prefix="198.18.32.0/24")
    served(mac(32), relay(32), address="198.18.32.5", netmask="255.255.255.0")


def test_what_is_in_a_prefix_goes_to_the_one_around_it_and_comes_back(site, kea, served, subnet):
    prefix, _address, _range = subnet(40)
    inner = {"giaddr": relay(40), "address": "198.18.40.5", "netmask": "255.255.255.0"}
    outer = {"giaddr": relay(42), "address": "198.18.40.5", "netmask": "255.255.252.0"}
    site.add_prefix("198.18.40.0/22")
    served(mac(40), **inner)
    site.change(prefix, prefix="198.18.40.0/30")
    served(mac(40), **outer)
    site.change(prefix, prefix="198.18.40.0/24")
    served(mac(40), **inner)
    site.delete(prefix)
    served(mac(40), **outer)


def test_a_prefix_is_deleted_and_put_back(site, kea, served, unserved, subnet):
    prefix, _address, _range = subnet(44)
    served(mac(44), relay(44), address="198.18.44.5")
    site.delete(prefix)
    unserved(mac(44), relay(44))
    site.add_prefix("198.18.44.0/24", custom_fields={"dhcp_valid_lifetime": 1800})
    served(mac(44), relay(44), address="198.18.44.5", lease_time=1800)
    served(mac(944), relay(44), address=in_pool)


def test_the_custom_field_of_the_filter_goes_off_and_on(site, kea, served, unserved, subnet):
    prefix, _address, _range = subnet(46)
    served(mac(46), relay(46), address="198.18.46.5")
    site.change(prefix, custom_fields={"dhcp_enabled": False})
    unserved(mac(46), relay(46))
    site.change(prefix, custom_fields={"dhcp_enabled": None})
    site.change(prefix, custom_fields={"dhcp_enabled": True})
    served(mac(46), relay(46), address="198.18.46.5")
    served(mac(946), relay(46), address=in_pool)


def test_two_prefixes_change_places(site, kea, served, subnet):
    first, second = subnet(48)[0], subnet(49)[0]
    site.change(first, custom_fields={"dhcp_valid_lifetime": 1800})
    served(mac(48), relay(48), address="198.18.48.5", lease_time=1800)
    site.change(first, prefix="198.18.49.0/24")
    site.change(second, prefix="198.18.48.0/24")
    served(mac(49), relay(49), address="198.18.49.5", lease_time=1800)
    served(mac(48), relay(48), address="198.18.48.5", lease_time=7200)


def test_a_range_over_the_edge_of_its_prefix_leaves_the_pool_as_it_was(site, kea, served, subnet):
    pool = subnet(51)[2]
    served(mac(951), relay(51), address="198.18.51.200")
    site.change(pool, start_address="198.18.50.250/24")
    eventually(lambda: kea.http.health()[1]["left-out"] == 1)
    served(mac(951), relay(51), address="198.18.51.200")
    site.change(pool, start_address="198.18.51.205/24")
    served(mac(951), relay(51), address="198.18.51.205")
    eventually(lambda: kea.http.health()[1]["left-out"] == 0)


def test_a_range_shrinks_beneath_a_reservation(site, kea, served, unserved, reserve, subnet):
    pool = subnet(52)[2]
    reserve(152, "198.18.52.200/24")
    served(mac(152), relay(52), address="198.18.52.200")
    served(mac(952), relay(52), address="198.18.52.201")  # what is reserved is nobody else's
    site.change(pool, start_address="198.18.52.210/24")
    served(mac(952), relay(52), address="198.18.52.210")
    served(mac(152), relay(52), address="198.18.52.200")
    site.change(pool, status="reserved")
    unserved(mac(952), relay(52))
    site.change(pool, status="dhcp")
    served(mac(952), relay(52), address="198.18.52.210")


def test_the_status_of_an_address(site, kea, served, reserve):
    address = reserve(54, "198.18.0.54/24")
    for status in ("active", "deprecated"):
        served(mac(54), address="198.18.0.54")
        site.change(address, status=status)
        served(mac(54), address=in_pool)
        site.change(address, status="dhcp")
    served(mac(54), address="198.18.0.54")


# NetBox itself.

def test_netbox_stops_while_its_webhooks_wait(site, kea, served, reserve):
    moved, gone = reserve(60, "198.18.0.60/24"), reserve(61, "198.18.0.61/24")
    served(mac(60), address="198.18.0.60")
    served(mac(61), address="198.18.0.61")
    site.stop_worker()
    site.change(moved, address="198.18.0.160/24")
    site.delete(gone)
    reserve(62, "198.18.0.62/24")
    site.change(site.lab, custom_fields={"dhcp_option_data_routers": "198.18.0.253"})
    begin = kea.mark()
    site.stop_web()
    site.start_worker()
    kea.wait_log("ERROR .*NETBOX_FAILED", begin)
    # Away for a minute, and until it has been tried often enough; each time the distance grows.
    time.sleep(60)
    eventually(lambda: len(kea.logged("NETBOX_SYNC_STARTED", begin)) >= 3, patience=10 * PATIENCE)
    served(mac(60), address="198.18.0.60", routers=["198.18.0.1"])
    served(mac(61), address="198.18.0.61")
    site.start_web()
    served(mac(60), address="198.18.0.160", routers=["198.18.0.253"])
    served(mac(61), address=in_pool)
    served(mac(62), address="198.18.0.62")
    eventually(kea.http.healthy)


def test_webhooks_wait_for_their_worker(site, kea, served, reserve):
    address = reserve(64, "198.18.0.64/24")
    served(mac(64), address="198.18.0.64")
    site.stop_worker()
    for last in (65, 66, 67):
        site.change(address, address=f"198.18.0.{last}/24")
    site.start_worker()
    served(mac(64), address="198.18.0.67")


@pytest.mark.parametrize("renewed", ["in NetBox", "in the file"])
def test_a_token_expires_and_is_renewed(site, kea, served, reserve, renewed):
    number = {"in NetBox": 70, "in the file": 72}[renewed]
    address = reserve(number, f"198.18.0.{number}/24")
    served(mac(number), address=f"198.18.0.{number}")
    token = site.find("/api/users/tokens/", user="kea-dhcp4")
    begin = kea.mark()
    site.change(token, expires=(datetime.datetime.now(datetime.timezone.utc) - HOUR).isoformat())
    site.change(address, address=f"198.18.0.{number + 1}/24")
    kea.wait_log("ERROR .*NETBOX_FAILED .*403", begin)
    served(mac(number), address=f"198.18.0.{number}")
    if renewed == "in NetBox":
        site.change(token, expires=None)
    else:
        kea.token.write_text(site.add_token(token["user"]["id"]))
    served(mac(number), address=f"198.18.0.{number + 1}")
    eventually(kea.http.healthy)


def test_a_tags_webhook_closes_the_gap_of_an_event_rule_that_was_off(site, kea, served, reserve):
    moved, gone = reserve(74, "198.18.0.74/24"), reserve(75, "198.18.0.75/24")
    served(mac(74), address="198.18.0.74")
    served(mac(75), address="198.18.0.75")
    rule = site.find("/api/extras/event-rules/")
    site.change(rule, enabled=False)
    site.change(moved, address="198.18.0.174/24")
    site.delete(gone)
    site.wait_idle()
    served(mac(74), address="198.18.0.74")
    site.change(rule, enabled=True)
    site.add("/api/extras/tags/", name="Any", slug="any")
    served(mac(74), address="198.18.0.174")
    served(mac(75), address=in_pool)


def test_all_is_well_at_the_end(site, kea):
    site.wait_idle()
    eventually(lambda: kea.http.health()[1]["queued"] == 0)
    eventually(lambda: kea.http.healthy() and kea.http.health()[1]["left-out"] == 0)
    assert not kea.logged("NETBOX_(HELD|CONFIG_TEST_REFUSED|CONFIG_SET_REFUSED|PUT_BACK)")
