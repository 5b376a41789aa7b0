# SPDX-License-Identifier: MPL-2.0
"""A full sync at the start: what NetBox has and what a DHCP client then gets."""

import pytest

from client import mac
from kea_server import subnet
from objects import address, configurations, device, ip_range, left_out, machine, prefix, sync, synced
from twins import BOTH, IPV6
from waiting import eventually


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


# What becomes what

@BOTH
def test_a_prefix_and_its_range_are_a_subnet_with_a_pool(netbox, netbox_kea, client):
    prefix(netbox, "10.9.0.0/24")
    number = prefix(netbox, "10.0.0.0/24")["id"]
    wanted = ip_range(netbox, "10.0.0.10", "10.0.0.20")["id"]
    server = netbox_kea()
    assert synced(server)["pools"] == 1
    assert client.lease(mac(1)).address == "10.0.0.10"
    ours = server.subnets()[number]
    assert ours["subnet"] == "10.0.0.0/24"
    assert ours["user-context"]["netbox_prefix_id"] == number
    assert ours["pools"][0]["user-context"]["netbox_ip_range_id"] == wanted


def test_a_clients_options_are_those_of_the_prefix(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24", {
        "dhcp_option_data_routers": ["10.0.0.1/24", "10.0.0.2"], "dhcp_option_data_domain_search": ["one.example", "two.example"],
        "dhcp_option_data_domain_name_servers": "10.0.0.53", "dhcp_next_server": "10.0.0.3", "dhcp_boot_file_name": "pxe.0",
        "dhcp_valid_lifetime": 1234})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    synced(netbox_kea())
    lease = client.lease(mac(1))
    assert (lease.routers, lease.dns) == (["10.0.0.1", "10.0.0.2"], ["10.0.0.53"])
    assert lease.domain_search == ["one.example", "two.example"]
    assert (lease.next_server, lease.boot_file, lease.lease_time) == ("10.0.0.3", "pxe.0", 1234)


@pytest.mark.parametrize("lifetime", [60, 1_000_000])
@BOTH
def test_a_lifetime_outside_the_global_bounds_is_served_with_bounds_of_its_own(netbox, netbox_kea, client, lifetime):
    number = prefix(netbox, "10.0.0.0/24", {"dhcp_valid_lifetime": lifetime})["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea(config={"valid-lifetime": 4000, "min-valid-lifetime": 3000, "max-valid-lifetime": 5000})
    synced(server)
    assert client.lease(mac(1), options={51: (70_000).to_bytes(4, "big")}).lease_time == lifetime
    ours = server.subnets()[number]
    assert (ours["min-valid-lifetime"], ours["max-valid-lifetime"]) == (lifetime, lifetime)


@IPV6
def test_where_the_global_preferred_lifetime_is_beyond_the_valid_one_half_of_that_is_preferred(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24", {"dhcp_valid_lifetime": 60})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    synced(netbox_kea(config={"valid-lifetime": 4000, "preferred-lifetime": 3000}))
    lease = client.lease(mac(1))
    assert (lease.preferred_time, lease.lease_time) == (30, 60)


@BOTH
def test_bounds_of_the_map_are_kept(netbox, netbox_kea, client):
    for name in ("life", "least", "most"):
        netbox.define_field(name, "text", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"life": "600", "least": "500", "most": "700"})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    synced(netbox_kea({"subnet-prefix-map": {"valid-lifetime": "custom_fields.life", "min-valid-lifetime": "custom_fields.least",
                                             "max-valid-lifetime": "custom_fields.most"}}))
    assert client.lease(mac(1), options={51: (650).to_bytes(4, "big")}).lease_time == 650
    assert client.lease(mac(2), options={51: (9999).to_bytes(4, "big")}).lease_time == 700


@BOTH
def test_a_map_that_is_given_replaces_the_default_whole_and_falls_back(netbox, netbox_kea, client):
    for name in ("gateway", "zero"):
        netbox.define_field(name, "json", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"gateway": "10.0.0.7", "dhcp_option_data_routers": [], "zero": 0,
                                   "dhcp_option_data_domain_search": "one.example"})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"subnet-prefix-map": {
        "option-data.routers": ["custom_fields.no_such", "custom_fields.dhcp_option_data_routers", "custom_fields.gateway"],
        "user-context.place": "description", "user-context.floor": "custom_fields.zero", "renew-timer": "custom_fields.zero"}})
    synced(server)
    lease = client.lease(mac(1))
    assert (lease.routers, lease.domain_search) == (["10.0.0.7"], [])
    ours = next(iter(server.subnets().values()))
    assert (ours["user-context"]["floor"], ours["renew-timer"]) == (0, 0)
    assert "place" not in ours["user-context"]


@BOTH
def test_the_subnet_id_can_come_from_the_map(netbox, netbox_kea, client):
    netbox.define_field("kea_id", "text", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"kea_id": "77"})
    server = netbox_kea({"subnet-prefix-map": {"id": ["custom_fields.kea_id", "id"]}})
    prefix(netbox, "10.1.0.0/24", id=78)
    synced(server)
    sync(server)
    assert sorted(server.subnets()) == [77, 78]


@BOTH
def test_host_names_come_from_dns_name_then_device_then_machine(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", dns_name="named.example.org", **device(netbox, "desk-1", mac(1)))
    address(netbox, "10.0.0.6", **device(netbox, "desk-2", mac(2)))
    address(netbox, "10.0.0.7", **machine(netbox, "vm-1", mac(3)))
    address(netbox, "10.0.0.8", mac(4))
    assert synced(netbox_kea())["reservations"] == 4
    got = [client.lease(mac(number)) for number in (1, 2, 3, 4)]
    assert [lease.address for lease in got] == ["10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8"]
    assert [lease.hostname for lease in got] == ["named.example.org", "desk-2", "vm-1", None]


@BOTH
def test_a_name_that_is_no_host_name_is_made_one_and_that_is_said_once(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", **device(netbox, "Büro 1. Stock / Drucker", mac(1)))
    server = netbox_kea()
    synced(server)
    assert client.lease(mac(1)).hostname == "b-ro-1.stock-drucker"          # Kea makes it lower case
    sync(server)
    assert len(server.logged("NETBOX_HOSTNAME_CHANGED .*Büro 1. Stock / Drucker")) == 1


@BOTH
def test_the_custom_fields_mac_comes_before_the_interfaces(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", mac(9), **device(netbox, "desk-1", mac(1)))
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    synced(netbox_kea())
    assert client.lease(mac(9)).address == "10.0.0.5"
    assert client.lease(mac(1)).address == "10.0.0.10"


@pytest.mark.parametrize("form", ["02-00-00-00-00-01", "0200.0000.0001", "020000000001", "02:00:00:00:00:01 "])
@BOTH
def test_a_mac_may_be_written_in_any_form(netbox, netbox_kea, client, form):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", form)
    synced(netbox_kea())
    assert client.lease("02:00:00:00:00:01").address == "10.0.0.5"


def test_a_client_may_be_known_by_another_identifier(netbox, netbox_kea, client):
    netbox.define_field("client_id", "text", "ipam.ipaddress")
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", custom_fields={"client_id": "01aabb"})
    address(netbox, "10.0.0.6", mac(2))
    synced(netbox_kea({"reservation-ipaddr-map": {"client-id": "custom_fields.client_id",
                                                  "hw-address": "custom_fields.dhcp_reservation_hw_address"}}))
    assert client.lease(mac(1), client_id=bytes.fromhex("01aabb")).address == "10.0.0.5"
    assert client.lease(mac(2)).address == "10.0.0.6"


@BOTH
def test_a_server_that_knows_vrfs_keeps_their_addresses_apart(netbox, netbox_kea, client):
    blue = netbox.add("ipam.vrf", name="Blue")["id"]
    prefix(netbox, "10.1.0.0/24", vrf=blue)
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.1.0.5", mac(1), vrf=blue)
    address(netbox, "10.1.0.6", mac(2))
    address(netbox, "10.0.0.6", mac(3), vrf=blue)
    ip_range(netbox, "10.1.0.10", "10.1.0.20", vrf=blue)
    server = netbox_kea()
    health = synced(server)
    assert (health["reservations"], health["pools"], health["left-out"]) == (1, 1, 0)
    assert client.lease(mac(1), giaddr="10.1.0.1").address == "10.1.0.5"
    assert client.lease(mac(2), giaddr="10.1.0.1").address == "10.1.0.10"


@BOTH
def test_the_parent_is_the_longest_prefix_whatever_the_mask(netbox, netbox_kea, client):
    inner = prefix(netbox, "10.1.2.0/24")["id"]
    outer = prefix(netbox, "10.1.0.0/16")["id"]
    address(netbox, "10.1.2.5/16", mac(1))
    address(netbox, "10.1.3.5/24", mac(2))
    ip_range(netbox, "10.1.2.10/16", "10.1.2.20/16")
    server = netbox_kea()
    synced(server)
    assert client.lease(mac(1), giaddr="10.1.2.1").address == "10.1.2.5"
    assert client.lease(mac(3), giaddr="10.1.2.1").address == "10.1.2.10"
    assert client.lease(mac(2), giaddr="10.1.9.1").address == "10.1.3.5"
    assert [host["ip-address"] for host in server.subnets()[inner]["reservations"]] == ["10.1.2.5"]
    assert [host["ip-address"] for host in server.subnets()[outer]["reservations"]] == ["10.1.3.5"]


def test_the_other_family_is_none_of_our_business(netbox, netbox_kea, client):
    prefix(netbox, "2001:db8::/64")
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "2001:db8::5/64", mac(1))
    ip_range(netbox, "2001:db8::10/64", "2001:db8::20/64")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    health = synced(netbox_kea())
    assert (health["subnets"], health["pools"], health["reservations"], health["left-out"]) == (1, 1, 0, 0)


@BOTH
def test_what_is_in_no_synced_prefix_is_neither_served_nor_an_error(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    netbox.add("ipam.prefix", prefix="10.2.0.0/24", custom_fields={"dhcp_enabled": False})
    for number, ip in enumerate(("10.2.0.5", "10.3.0.5", "10.0.0.5"), start=1):
        address(netbox, ip, mac(number))
    ip_range(netbox, "10.2.0.10", "10.2.0.20")
    server = netbox_kea()
    health = synced(server)
    assert (health["subnets"], health["pools"], health["reservations"], health["left-out"]) == (1, 0, 1, 0)
    assert client.lease(mac(3)).address == "10.0.0.5"
    assert not server.logged("(?:WARN|ERROR) .*NETBOX_")


@BOTH
def test_only_what_passes_the_filters_is_served(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", mac(1), status="active")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    ip_range(netbox, "10.0.0.30", "10.0.0.40", status="active")
    assert synced(netbox_kea())["pools"] == 1
    assert client.lease(mac(1)).address == "10.0.0.10"


@BOTH
def test_a_filter_key_that_cannot_be_checked_is_named_once_and_trusted(netbox, netbox_kea):
    prefix(netbox, "10.0.0.0/24")
    prefix(netbox, "10.1.0.0/24")
    server = netbox_kea({"prefix-filter": {"within": "10.0.0.0/16"}})
    synced(server)
    sync(server)
    assert [each["subnet"] for each in server.subnets().values()] == ["10.0.0.0/24"]
    assert len(server.logged("NETBOX_FILTER_NOT_CHECKED .*within")) == 1


@pytest.mark.parametrize("netbox", [{"base_path": "/netbox"}], indirect=True)
def test_netbox_may_live_below_a_path(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    synced(netbox_kea({"netbox-url": netbox.url + "/"}))
    assert client.lease(mac(1)).address == "10.0.0.10"


# How NetBox is asked, and Kea told

def requests_of_a_sync(netbox, server):
    netbox.requests.clear()
    sync(server)
    return [request for request in netbox.requests if request.method == "GET"]


def test_interfaces_of_several_macs_take_one_request_for_each_hundred(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/16")
    owner = netbox.add("dcim.device", name="switch")["id"]
    interfaces = netbox.add_many("dcim.interface", [{"device": owner, "name": f"eth{i}", "type": "virtual"} for i in range(250)])
    macs = netbox.add_many("dcim.macaddress", [
        {"mac_address": mac(1000 * which + i), "assigned_object_type": "dcim.interface", "assigned_object_id": interface}
        for i, interface in enumerate(interfaces) for which in (0, 1)])
    for i, interface in enumerate(interfaces):
        netbox.change("dcim.interface", interface, primary_mac_address=macs[2 * i + 1])
        address(netbox, f"10.0.1.{i + 1}", assigned_object_type="dcim.interface", assigned_object_id=interface)
    server = netbox_kea(level=0)
    assert synced(server)["reservations"] == 250
    asked = [request for request in netbox.requests if request.path == "/api/dcim/interfaces/"]
    assert len(asked) == 3
    assert client.lease(mac(1007)).address == "10.0.1.8"


@BOTH
def test_nothing_changed_means_that_kea_is_not_touched(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24", {"dhcp_option_data_routers": "10.0.0.1", "dhcp_valid_lifetime": 600})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    address(netbox, "10.0.0.5", mac(1), dns_name="one.example.org")
    server = netbox_kea()
    synced(server)
    assert configurations(server) == 2          # Kea's own at the start, and ours
    for _ in range(3):
        sync(server)
    assert configurations(server) == 2


@BOTH
def test_a_start_with_nothing_in_netbox_leaves_kea_alone(netbox, netbox_kea):
    server = netbox_kea()
    synced(server)
    assert configurations(server) == 1


@BOTH
def test_what_changed_is_applied_by_the_next_sync_and_said_in_one_line_each(netbox, netbox_kea, client):
    old = prefix(netbox, "10.0.0.0/24")["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea()
    synced(server)
    netbox.change("ipam.prefix", old, custom_fields={"dhcp_option_data_routers": "10.0.0.3"})
    pool = ip_range(netbox, "10.0.0.30", "10.0.0.40")["id"]
    begin = sync(server)
    assert client.lease(mac(1)).routers == ["10.0.0.3"]
    assert server.logged(rf"INFO .*NETBOX_CHANGED .*10.0.0.0/24.*{old}$", begin)
    assert server.logged(rf"INFO .*NETBOX_ADDED .*10.0.0.30.*10.0.0.0/24.*{pool}$", begin)
    assert len(server.logged("NETBOX_(?:ADDED|CHANGED|REMOVED) ", begin)) == 2
    assert configurations(server, begin) == 1


# Two switches

@BOTH
def test_without_a_full_sync_only_what_hints_name_is_applied(netbox, netbox_kea, client):
    first = prefix(netbox, "10.0.0.0/24")["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    prefix(netbox, "10.1.0.0/24")
    server = netbox_kea({"full-sync-at-startup": False}, {"subnet4": [subnet(77, "10.7.0.0/24", "10.7.0.10 - 10.7.0.20")]})
    synced(server)
    assert client.lease(mac(1), giaddr="10.7.0.1").address == "10.7.0.10"
    assert configurations(server) == 1
    server.http.event("prefix", first)
    assert client.until(mac(1), address="10.0.0.10")
    assert sorted(server.subnets()) == [first, 77]
    begin = server.mark()
    server.reload()
    server.wait_log("NETBOX_SYNCED", begin)
    assert sorted(server.subnets()) == [first, 77]
    assert client.lease(mac(1)).address == "10.0.0.10"
    assert not server.logged("NETBOX_REPLACED")


@BOTH
def test_check_only_tests_and_changes_nothing(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    prefix(netbox, "10.1.0.0/24", {"dhcp_option_data_routers": "no address"})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"check-only": True}, {"subnet4": [subnet(77, "10.7.0.0/24", "10.7.0.10 - 10.7.0.20")]})
    server.wait_log("NETBOX_CHECK_ONLY")
    sync(server)
    assert configurations(server) == 1
    assert list(server.subnets()) == [77]
    assert left_out(server) == {("prefix", 2)}
    assert not server.logged("NETBOX_(?:ADDED|REPLACED)")
    assert client.lease(mac(1), giaddr="10.7.0.1").address == "10.7.0.10"
    eventually(server.http.healthy)


@BOTH
def test_bytes_of_the_operators_that_are_no_utf_8_stay_as_they_are(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24", {"dhcp_option_data_routers": "10.0.0.1"})
    address(netbox, "10.0.0.10", mac(1))
    server = netbox_kea(config={"user-context": {"site": "B?ro"}}, start=False)
    server.write()
    config = server.config_file.read_bytes().replace(b"B?ro", b"B\xfcro")
    server.write = lambda *_: server.config_file.write_bytes(config)
    server.start()
    eventually(server.http.healthy)
    assert client.lease(mac(1)).address == "10.0.0.10"
