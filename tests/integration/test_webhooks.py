# SPDX-License-Identifier: MPL-2.0
"""What is changed in NetBox is what a client's next exchange shows: each kind of object. test_shapes.py shows the same of every
version of NetBox, this the cases that are alike in all of them.

The webhook of a change is the only way to it here: nothing else makes the server ask NetBox. That an object was fetched by itself
and not with a full sync is looked at too, for both would show the client the same."""

import pytest

from client import mac
from office import DEVICE_MAC, FIELD_MAC, RELAY, STRANGER, VM_MAC, in_range
from standin import HINT_TEMPLATE
from twins import BOTH, IPV4

pytestmark = BOTH


@pytest.fixture
def server(office, followed_kea):
    return followed_kea()


def test_option_of_a_prefix(office, hints_only):
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, address=in_range, routers=["10.0.0.1"])
    office.set_option(["10.0.0.2", "10.0.0.3"])
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.0.2", "10.0.0.3"])
    office.set_option(None)
    office.sees(STRANGER, address=in_range, routers=[])


def test_prefix_created_takes_in_what_stood_there_before(office, hints_only, netbox):
    office.add_range("10.2.0.100", "10.2.0.101")
    office.add_address("10.2.0.5/24", mac=mac(5))
    netbox.webhooks_idle()
    office.add_prefix("10.2.0.0/24")
    office.sees(STRANGER, "10.2.0.1", address=in_range)
    office.sees(mac(5), "10.2.0.1", address="10.2.0.5")


@IPV4
def test_prefix_resized(office, hints_only, netbox):
    office.add_address("10.1.0.200/24", mac=mac(5))
    office.sees_in_branch(mac(5), address="10.1.0.200")
    netbox.change("ipam.prefix", office.branch, prefix="10.1.0.0/25")
    office.sees_in_branch(mac(5), address=in_range, netmask="255.255.255.128")
    netbox.change("ipam.prefix", office.branch, prefix="10.1.0.0/23")
    office.sees_in_branch(mac(5), address="10.1.0.200", netmask="255.255.254.0")


def test_prefix_moved(office, hints_only, netbox):
    office.add_range("10.3.0.100", "10.3.0.101")
    netbox.change("ipam.prefix", office.branch, prefix="10.3.0.0/24")
    office.sees(STRANGER, "10.3.0.1", address=in_range)
    office.is_deaf_to(STRANGER, RELAY)


def test_prefix_leaves_the_filter_and_comes_back(office, hints_only, netbox):
    office.add_address("10.1.0.5/24", mac=mac(5))
    office.sees_in_branch(mac(5), address="10.1.0.5")
    netbox.change("ipam.prefix", office.branch, custom_fields={"dhcp_enabled": False})
    office.is_deaf_to(mac(5), RELAY)
    netbox.change("ipam.prefix", office.branch, custom_fields={"dhcp_enabled": True})
    office.sees_in_branch(mac(5), address="10.1.0.5")
    office.sees_in_branch(STRANGER, address=in_range)


def test_inner_prefix_takes_over_and_gives_back(office, hints_only, netbox):
    office.add_address("10.1.0.200/24", mac=mac(5))
    office.sees_in_branch(mac(5), address="10.1.0.200")
    inner = office.add_prefix("10.1.0.192/26")
    office.sees_in_branch(mac(5), address=in_range)          # Kea serves from the outer one, which has the lower id
    netbox.delete("ipam.prefix", inner)
    office.sees_in_branch(mac(5), address="10.1.0.200")


def test_range_created_and_its_status(office, hints_only, netbox):
    netbox.delete("ipam.iprange", office.range)
    created = office.add_range("10.0.0.109", "10.0.0.110")
    office.sees(STRANGER, address=lambda address: address in ("10.0.0.109", "10.0.0.110"))
    netbox.change("ipam.iprange", created, status="reserved")
    office.is_deaf_to(STRANGER)
    netbox.change("ipam.iprange", created, status="dhcp")
    office.sees_pool(STRANGER)


def test_address_gets_its_mac_later(office, hints_only, netbox):
    address = office.add_address("10.0.0.8/24")
    netbox.webhooks_idle()
    office.set_field_mac(address, mac(8))
    office.sees(mac(8), address="10.0.0.8")
    office.set_field_mac(address, mac(9))
    office.sees(mac(9), address="10.0.0.8")
    office.sees_pool(mac(8))


def test_field_of_an_address_goes_before_its_interface(office, hints_only):
    office.set_field_mac(office.device_address, mac(8))
    office.sees(mac(8), address="10.0.0.5")
    office.sees_pool(DEVICE_MAC)
    office.set_field_mac(office.device_address, None)
    office.sees(DEVICE_MAC, address="10.0.0.5")


def test_address_moves_to_another_subnet(office, hints_only, netbox):
    netbox.change("ipam.ipaddress", office.device_address, address="10.1.0.5/24")
    office.sees_in_branch(DEVICE_MAC, address="10.1.0.5")
    office.sees_pool(DEVICE_MAC)


def test_address_moves_to_another_interface(office, hints_only, netbox):
    other = office.add_interface("eth1", mac(9))
    netbox.change("ipam.ipaddress", office.device_address, assigned_object_id=other)
    office.sees(mac(9), address="10.0.0.5")
    office.sees_pool(DEVICE_MAC)
    netbox.change("ipam.ipaddress", office.device_address, assigned_object_type=None, assigned_object_id=None)
    office.sees_pool(mac(9))


@IPV4
def test_address_that_lost_against_another_comes_when_that_goes(office, hints_only, netbox, server):
    office.add_address("10.0.0.8/24", mac=FIELD_MAC)
    server.wait_log("NETBOX_LEFT_OUT")
    office.sees(FIELD_MAC, address="10.0.0.7")
    netbox.delete("ipam.ipaddress", office.field_address)
    office.sees(FIELD_MAC, address="10.0.0.8")


def test_status_of_an_address(office, hints_only, netbox):
    netbox.change("ipam.ipaddress", office.field_address, status="active")
    office.sees_pool(FIELD_MAC)
    netbox.change("ipam.ipaddress", office.field_address, status="dhcp")
    office.sees(FIELD_MAC, address="10.0.0.7")


def test_name_of_an_address(office, hints_only, netbox):
    netbox.change("ipam.ipaddress", office.device_address, dns_name="five.example.org")
    office.sees(DEVICE_MAC, hostname="five.example.org")
    netbox.change("ipam.ipaddress", office.device_address, dns_name="")
    office.sees(DEVICE_MAC, hostname="alpha")


def test_only_mac_of_an_interface_needs_not_be_primary_until_a_second_comes(office, hints_only, netbox):
    interface = office.add_interface("eth1")
    office.add_address("10.0.0.8/24", interface=interface)
    first = office.add_mac(mac(8), interface)
    office.sees(mac(8), address="10.0.0.8")
    second = office.add_mac(mac(9), interface)
    netbox.change("dcim.interface", interface, primary_mac_address=second)
    office.sees(mac(9), address="10.0.0.8")
    netbox.delete("dcim.macaddress", second)
    office.sees(mac(8), address="10.0.0.8")
    netbox.delete("dcim.macaddress", first)
    office.sees_pool(mac(8))


@pytest.mark.parametrize("kind, name, client_mac, address", [
    ("dcim.interface", "interface", DEVICE_MAC, "10.0.0.5"), ("virtualization.vminterface", "vm_interface", VM_MAC, "10.0.0.6")])
def test_another_mac_made_primary(office, hints_only, netbox, kind, name, client_mac, address):
    interface = getattr(office, name)
    other = netbox.add("dcim.macaddress", mac_address=mac(9), assigned_object_type=kind, assigned_object_id=interface)
    netbox.change(kind, interface, primary_mac_address=other)
    office.sees(mac(9), address=address)
    office.sees_pool(client_mac)


def test_mac_moves_to_another_interface(office, hints_only, netbox):
    eth1, eth2 = office.add_interface("eth1"), office.add_interface("eth2")
    number = office.add_mac(mac(9), eth1)
    office.add_address("10.0.0.8/24", interface=eth1)
    office.add_address("10.0.0.9/24", interface=eth2)
    office.sees(mac(9), address="10.0.0.8")
    netbox.change("dcim.macaddress", number, assigned_object_id=eth2)
    office.sees(mac(9), address="10.0.0.9")
    netbox.change("dcim.macaddress", number, assigned_object_type=None, assigned_object_id=None)
    office.sees_pool(mac(9))


def test_mac_moves_from_a_device_to_a_virtual_machine(office, hints_only, netbox):
    number = netbox.get("dcim.interface", office.interface)["primary_mac_address"]["id"]
    netbox.change("dcim.interface", office.interface, primary_mac_address=None)
    netbox.change("virtualization.vminterface", office.vm_interface, primary_mac_address=None)
    netbox.change("dcim.macaddress", number, assigned_object_type="virtualization.vminterface",
                  assigned_object_id=office.vm_interface)
    netbox.change("virtualization.vminterface", office.vm_interface, primary_mac_address=number)
    office.sees(DEVICE_MAC, address="10.0.0.6")
    office.sees_pool(VM_MAC)


@pytest.mark.parametrize("model", ["dcim.device", "virtualization.virtualmachine"])
def test_webhook_of_the_owner_alone_will_do(office, netbox_kea, netbox, model):
    """The event rule need not name what a deleted device takes along: its addresses are looked at again."""
    server = netbox_kea()
    server.wait_log("NETBOX_SYNCED")
    netbox.add_webhook(server.http.event_url, [model], secret=server.http.secret)
    number, client_mac = (office.device, DEVICE_MAC) if model == "dcim.device" else (office.vm, VM_MAC)
    netbox.delete(model, number)
    office.sees_pool(client_mac)
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


# What filters and maps may look at: which objects it touches can't be told, so all is read again.

WIDE = {"ipam.role": {"name": "blue"}, "dcim.site": {"name": "blue"}, "tenancy.tenant": {"name": "blue"},
        "ipam.vlan": {"name": "blue", "vid": 7},
        "extras.customfield": {"name": "blue", "type": "text", "object_types": ["ipam.prefix"]}}


@pytest.mark.parametrize("model", WIDE)
def test_what_touches_any_object_makes_a_full_sync(office, server, netbox, model):
    office.set_option(["10.0.0.1"], _events=False)
    number = netbox.add(model, **WIDE[model])["id"]
    office.sees(STRANGER, routers=["10.0.0.1"])
    office.set_option(["10.0.0.2"], _events=False)
    netbox.change(model, number, description="sky")
    office.sees(STRANGER, routers=["10.0.0.2"])
    office.set_option(["10.0.0.3"], _events=False)
    netbox.delete(model, number)
    office.sees(STRANGER, routers=["10.0.0.3"])


@pytest.mark.parametrize("model", ["ipam.role", "ipam.vrf", "tenancy.tenant"])
@IPV4
def test_name_that_a_map_takes_from_another_object(office, followed_kea, netbox, model):
    word = model.split(".")[1]
    number = netbox.add(model, name="blue")["id"]
    netbox.change("ipam.prefix", office.prefix, **{word: number})
    netbox.change("ipam.iprange", office.range, **({"vrf": number} if word == "vrf" else {}))
    followed_kea({"subnet-prefix-map": {"boot-file-name": f"{word}.name"}})
    office.sees(STRANGER, boot_file="blue")
    netbox.change(model, number, name="green")
    office.sees(STRANGER, boot_file="green")


def test_vrf_of_a_prefix(office, hints_only, netbox):
    """In a VRF of its own a prefix is another one's parent no longer."""
    vrf = netbox.add("ipam.vrf", _events=False, name="blue")["id"]
    netbox.change("ipam.prefix", office.branch, vrf=vrf)
    office.is_deaf_to(STRANGER, RELAY)
    netbox.change("ipam.iprange", office.branch_range, vrf=vrf)
    office.sees_in_branch(STRANGER, address=in_range)


def test_model_that_is_not_synced_changes_nothing(office, server, netbox):
    before = len(netbox.requests)
    netbox.add("dcim.manufacturer", name="acme")
    netbox.webhooks_idle()
    assert [one.status for one in netbox.webhooks.log[-1:]] == [202]
    server.wait_log("NETBOX_WEBHOOK_IGNORED")
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, routers=["10.0.0.1"])
    asked = netbox.requests[before:]          # the prefix alone, of IPv6 once more for what is there to delegate from
    assert {one.path for one in asked} == {"/api/ipam/prefixes/"} and len(asked) <= 2


# How a webhook comes.

def test_webhook_with_the_secret_in_a_header(office, netbox_kea, netbox):
    server = netbox_kea()
    netbox.add_webhook(server.http.event_url, headers=f"X-netbox2kea-secret: {server.http.secret}")
    server.wait_log("NETBOX_SYNCED")
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, routers=["10.0.0.1"])


def test_webhook_with_the_secret_in_a_header_of_another_name(office, netbox_kea, netbox):
    server = netbox_kea({"secret-header": "X-Our-Own"})
    netbox.add_webhook(server.http.event_url, headers=f"X-Our-Own: {server.http.secret}")
    server.wait_log("NETBOX_SYNCED")
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, routers=["10.0.0.1"])


def test_body_template_of_todays_names_will_do(office, netbox_kea, netbox):
    server = netbox_kea()
    server.wait_log("NETBOX_SYNCED")
    template = HINT_TEMPLATE.replace("{{ model }}", "{{ object_type }}")
    netbox.add_webhook(server.http.event_url, secret=server.http.secret, template=template)
    netbox.change("dcim.device", office.device, name="gamma")
    office.sees(DEVICE_MAC, hostname="gamma")
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1
    assert not server.logged("NETBOX_WEBHOOK_WITHOUT_MODEL")
