# SPDX-License-Identifier: MPL-2.0
"""The hook between a real NetBox and a real kea-dhcp4, judged by what a DHCP client gets. Everything is done in NetBox over its REST API and
reaches the hook by NetBox's own webhooks; nobody touches Kea."""

from client import mac
from waiting import eventually

RELAY = "198.18.1.1"


def test_a_prefix_its_range_and_its_option_are_served_at_once(kea, client):
    lease = client.lease(mac(1))
    assert lease.address.startswith("198.18.0.2") and lease.routers == ["198.18.0.1"]


def mac_row(site, number):
    return site.find("/api/dcim/mac-addresses/", mac_address=mac(number))


def test_a_new_address_gives_its_interface_the_reservation(site, kea, served, host):
    host(10, "198.18.0.10/24")
    assert served(mac(10), address="198.18.0.10").hostname == "host-10"


def test_a_mac_object_that_is_edited_moves_the_reservation(site, kea, served, host):
    host(11, "198.18.0.11/24")
    served(mac(11), address="198.18.0.11")
    site.change(mac_row(site, 11), mac_address=mac(111))
    assert served(mac(111), address="198.18.0.11").hostname == "host-11"


def test_another_mac_made_primary_moves_the_reservation(site, kea, served, host):
    interface = host(12, "198.18.0.12/24")[1]
    served(mac(12), address="198.18.0.12")
    second = site.add_mac(mac(112), interface)
    site.change(interface, primary_mac_address=second["id"])
    served(mac(112), address="198.18.0.12")


def test_the_mac_of_the_custom_field_comes_before_that_of_the_interface(site, kea, served, host):
    address = host(13, "198.18.0.13/24")[2]
    served(mac(13), address="198.18.0.13")
    site.change(address, custom_fields={"dhcp_reservation_hw_address": mac(113)})
    served(mac(113), address="198.18.0.13")


def test_an_address_moved_to_another_subnet_is_reserved_there_and_nowhere_else(site, kea, served, host):
    address = host(14, "198.18.0.14/24")[2]
    served(mac(14), address="198.18.0.14")
    site.change(address, address="198.18.1.14/24")
    assert served(mac(14), RELAY, address="198.18.1.14").routers == [RELAY]
    served(mac(14), address=lambda got: got.startswith("198.18.0.2"))


def test_a_range_that_is_resized_moves_the_pool(site, kea, served):
    site.change(site.pool, start_address="198.18.0.210/24")
    served(mac(15), address=lambda got: int(got.rpartition(".")[2]) >= 210)


def test_a_changed_option_of_the_prefix_reaches_clients(site, kea, served):
    site.change(site.lab, custom_fields={"dhcp_option_data_routers": "198.18.0.254"})
    served(mac(16), routers=["198.18.0.254"])


def test_a_renamed_device_renames_its_host(site, kea, served, host):
    device = host(17, "198.18.0.17/24")[0]
    served(mac(17), hostname="host-17")
    site.change(device, name="renamed-17")
    served(mac(17), address="198.18.0.17", hostname="renamed-17")


def test_a_deleted_address_is_a_reservation_no_more(site, kea, served, host):
    address = host(18, "198.18.0.18/24")[2]
    served(mac(18), address="198.18.0.18")
    site.delete(address)
    served(mac(18), address=lambda got: got != "198.18.0.18")


def test_the_macs_of_two_addresses_are_swapped(site, kea, served):
    first, second = (site.add_address(f"198.18.0.{n}/24", custom_fields={"dhcp_reservation_hw_address": mac(n)}) for n in (20, 21))
    served(mac(20), address="198.18.0.20")
    served(mac(21), address="198.18.0.21")
    site.change(first, custom_fields={"dhcp_reservation_hw_address": mac(21)})
    site.change(second, custom_fields={"dhcp_reservation_hw_address": mac(20)})
    served(mac(20), address="198.18.0.21")
    served(mac(21), address="198.18.0.20")


def test_three_hundred_addresses_at_once(site, kea, served):
    site.add_prefix("198.19.0.0/23")
    rows = [{"address": f"198.19.{n // 200}.{n % 200 + 10}/23", "status": "dhcp",
             "custom_fields": {"dhcp_reservation_hw_address": mac(1000 + n)}} for n in range(300)]
    site.api("POST", "/api/ipam/ip-addresses/", rows)
    for n in (0, 150, 299):
        served(mac(1000 + n), "198.19.0.1", address=rows[n]["address"].partition("/")[0])
    eventually(lambda: kea.http.health()[1]["left-out"] == 0)


def test_all_is_well_at_the_end(site, kea):
    site.wait_idle()
    eventually(lambda: kea.http.health()[1]["queued"] == 0)
    eventually(lambda: kea.http.healthy() and kea.http.health()[1]["left-out"] == 0)
    assert not kea.logged("NETBOX_(FAILED|HELD)")
