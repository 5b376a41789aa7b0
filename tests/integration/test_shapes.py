# SPDX-License-Identifier: MPL-2.0
"""What must be true with every version of NetBox: a full sync, a webhook of each kind, and the setup script. Only what depends on
the form of NetBox's answers is here; all else is tested with the latest version alone."""

import os
import pathlib
import subprocess
import sys

import pytest

from client import mac
from objects import address, device, ip_range, machine, prefix, sync, synced
from office import DEVICE_MAC, FIELD_MAC, RELAY, STRANGER, VM_MAC, in_range
from office6 import DUID, NET, RELAY as RELAY6, delegated, host
from standin import HINT_TEMPLATE
from standin.shapes import SHAPES
from twins import BOTH

SETUP = pathlib.Path(__file__).resolve().parent.parent.parent / "examples/netbox-setup"


def versions(wanted):
    return pytest.mark.parametrize("netbox", [name for name, shape in SHAPES.items() if wanted(shape)], indirect=True)


every_version = versions(lambda shape: True)
before_mac_objects = versions(lambda shape: not shape.since(4, 2))
with_mac_objects = versions(lambda shape: shape.since(4, 2))
with_model_in_webhooks = versions(lambda shape: not shape.since(4, 5))
without_model_in_webhooks = versions(lambda shape: shape.since(4, 5))
with_second_tokens = versions(lambda shape: shape.since(4, 5))


@pytest.fixture
def server(office, followed_kea):
    return followed_kea()


# A full sync

@BOTH
@every_version
def test_a_full_sync_serves_prefixes_ranges_and_addresses(office, netbox_kea):
    office.set_option(["10.0.0.1"])
    office.add_prefix("10.9.0.0/24", custom_fields={"dhcp_enabled": False})
    server = netbox_kea()
    health = synced(server)
    assert (health["subnets"], health["pools"], health["reservations"], health["left-out"]) == (2, 2, 3, 0)
    office.sees(STRANGER, address=in_range, routers=["10.0.0.1"])
    office.sees(DEVICE_MAC, address="10.0.0.5", hostname="alpha")
    office.sees(VM_MAC, address="10.0.0.6", hostname="beta")
    office.sees(FIELD_MAC, address="10.0.0.7", hostname=None)
    office.sees_in_branch(STRANGER, address=in_range, routers=[])
    assert not server.logged("(?:WARN|ERROR) .*NETBOX_")


@with_mac_objects
@pytest.mark.parametrize("owner", [device, machine])
def test_of_an_interfaces_macs_the_primary_or_the_only_one_counts(netbox, netbox_kea, client, owner):
    netbox.define_default_fields()
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", **owner(netbox, "one", mac(1), mac(2), mac(3)))
    address(netbox, "10.0.0.6", **owner(netbox, "two", mac(4), primary=False))
    address(netbox, "10.0.0.7", **owner(netbox, "three"))
    assert synced(netbox_kea())["reservations"] == 2
    assert client.lease(mac(1)).address == "10.0.0.5"
    assert client.lease(mac(4)).address == "10.0.0.6"


@every_version
def test_objects_choices_and_lists_become_options(netbox, netbox_kea, client):
    netbox.define_default_fields()
    domains = {"one.example": "One", "two.example": "Two"}
    netbox.define_field("gateway", "object", "ipam.prefix", related_object_type="ipam.ipaddress")
    netbox.define_field("servers", "multiobject", "ipam.prefix", related_object_type="ipam.ipaddress")
    netbox.define_field("domain", "select", "ipam.prefix", choices=domains)
    netbox.define_field("search", "multiselect", "ipam.prefix", choices=domains)
    gateway, *servers = [netbox.add("ipam.ipaddress", address=f"10.0.0.{host}/24")["id"] for host in (1, 53, 54)]
    prefix(netbox, "10.0.0.0/24", {"gateway": gateway, "servers": servers, "domain": "one.example", "search": [*domains]})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    synced(netbox_kea({"subnet-prefix-map": {
        "option-data.routers": "custom_fields.gateway", "option-data.domain-name-servers": "custom_fields.servers",
        "option-data.domain-name": "custom_fields.domain", "option-data.domain-search": "custom_fields.search",
        "next-server": "custom_fields.gateway.address"}}))
    lease = client.lease(mac(1))
    assert (lease.routers, lease.dns, lease.next_server) == (["10.0.0.1"], ["10.0.0.53", "10.0.0.54"], "10.0.0.1")
    assert (lease.domain_name, lease.domain_search) == ("one.example", ["one.example", "two.example"])


@pytest.mark.parametrize("netbox", ["3.7", "4.7"], indirect=True)
def test_objects_choices_and_lists_become_options_of_ipv6(netbox, kea6, client6):
    netbox.define_default_fields()
    domains = {"one.example": "One", "two.example": "Two"}
    netbox.define_field("clock", "object", "ipam.prefix", related_object_type="ipam.ipaddress")
    netbox.define_field("servers", "multiobject", "ipam.prefix", related_object_type="ipam.ipaddress")
    netbox.define_field("search", "multiselect", "ipam.prefix", choices=domains)
    clock, *servers = [netbox.add("ipam.ipaddress", address=f"2001:db8:0:1::{number}/64")["id"] for number in (123, 53, 54)]
    prefix(netbox, NET, {"clock": clock, "servers": servers, "search": [*domains]})
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    kea6({"subnet-prefix-map": {"option-data.sntp-servers": "custom_fields.clock",
                                "option-data.dns-servers": "custom_fields.servers",
                                "option-data.domain-search": "custom_fields.search"}})
    lease = client6.lease(mac(1), RELAY6)
    assert (lease.ntp, lease.dns) == (["2001:db8:0:1::123"], ["2001:db8:0:1::53", "2001:db8:0:1::54"])
    assert lease.domain_search == ["one.example", "two.example"]


@every_version
def test_prefixes_may_be_chosen_by_site_vrf_role_tag_and_tenant(netbox, netbox_kea):
    site, vrf = netbox.add("dcim.site", name="Berlin")["id"], netbox.add("ipam.vrf", name="Blue", rd="65000:1")["id"]
    role, tag = netbox.add("ipam.role", name="Clients")["id"], netbox.add("extras.tag", name="Dhcp")["id"]
    tenant = netbox.add("tenancy.tenant", name="Acme")["id"]
    netbox.add("dcim.site", name="Paris")
    ours = {"site": site, "vrf": vrf, "role": role, "tags": [tag], "tenant": tenant}
    number = netbox.add("ipam.prefix", prefix="10.0.0.0/24", **ours)["id"]
    for place, key in enumerate(ours, start=1):
        netbox.add("ipam.prefix", prefix=f"10.{place}.0.0/24", **{name: value for name, value in ours.items() if name != key})
    server = netbox_kea({"prefix-filter": {"site": "berlin", "vrf": "65000:1", "role": "clients", "tag": ["dhcp"],
                                           "tenant_id": tenant, "status": ["active", "reserved"]}})
    synced(server)
    assert list(server.subnets()) == [number]
    assert not server.logged("NETBOX_FILTER_NOT_CHECKED")


@every_version
def test_prefixes_may_be_chosen_by_custom_fields_of_every_kind(netbox, netbox_kea):
    netbox.define_default_fields()
    words = {"dhcp": "DHCP", "static": "Static"}
    for name, kind, choices in (("mode", "select", words), ("uses", "multiselect", words), ("floor", "integer", None),
                                ("note", "text", None)):
        netbox.define_field(name, kind, "ipam.prefix", choices=choices)
    good = {"mode": "dhcp", "uses": ["dhcp", "static"], "floor": 3, "note": "Clients"}
    ours = prefix(netbox, "10.0.0.0/24", good)["id"]
    for net, other in enumerate(({"mode": "static"}, {"uses": ["static"]}, {"floor": 4}, {"note": "Servers"}), start=1):
        prefix(netbox, f"10.{net}.0.0/24", {**good, **other})
    server = netbox_kea({"prefix-filter": {"cf_mode": "dhcp", "cf_uses": "dhcp", "cf_floor": 3, "cf_note": "Clients"}})
    synced(server)
    assert list(server.subnets()) == [ours]


@every_version
def test_a_sync_takes_a_bounded_number_of_requests(netbox, netbox_kea, client):
    netbox.define_default_fields()
    count = 2500
    for net in range(12):
        prefix(netbox, f"10.0.{net}.0/24")
        ip_range(netbox, f"10.0.{net}.252", f"10.0.{net}.254")
    owner = netbox.add("dcim.device", name="switch")["id"]
    values = [{"device": owner, "name": f"eth{i}", "type": "virtual"} for i in range(count)]
    if not netbox.shape.since(4, 2):
        values = [{**value, "mac_address": mac(i)} for i, value in enumerate(values)]
    interfaces = netbox.add_many("dcim.interface", values, _events=False)
    if netbox.shape.since(4, 2):
        netbox.add_many("dcim.macaddress", [{"mac_address": mac(i), "assigned_object_type": "dcim.interface",
                                             "assigned_object_id": interface} for i, interface in enumerate(interfaces)])
    netbox.add_many("ipam.ipaddress", [
        {"address": f"10.0.{i // 250}.{i % 250 + 1}/24", "status": "dhcp", "assigned_object_type": "dcim.interface",
         "assigned_object_id": interface} for i, interface in enumerate(interfaces)])
    server = netbox_kea(level=0)
    assert synced(server)["reservations"] == count
    asked = len(netbox.requests)
    assert asked <= (12 + 12 + count + count) / 1000 + 8
    sync(server)
    assert len(netbox.requests) <= 2 * asked
    assert client.lease(mac(2499), giaddr="10.0.9.1").address == "10.0.9.250"


@with_second_tokens
def test_a_token_of_the_second_version_goes_as_bearer(netbox, netbox_kea, tmp_path):
    netbox.define_default_fields()
    netbox.api.token = "nbt_abcdefghijkl.0123456789abcdef0123456789abcdef01234567"
    (tmp_path / "second").write_text(netbox.api.token + "\n")
    synced(netbox_kea({"netbox-token-file": str(tmp_path / "second")}))


# Webhooks

@every_version
def test_webhook_of_a_prefix(office, hints_only, netbox):
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, address=in_range, routers=["10.0.0.1"])
    netbox.delete("ipam.prefix", office.branch)
    office.is_deaf_to(STRANGER, RELAY)
    office.add_prefix("10.1.0.0/25")
    office.sees_in_branch(STRANGER, address=in_range, netmask="255.255.255.128")


@every_version
def test_webhook_of_a_range(office, hints_only, netbox):
    netbox.change("ipam.iprange", office.range, start_address="10.0.0.150/24", end_address="10.0.0.151/24")
    office.sees(STRANGER, address=lambda address: address in ("10.0.0.150", "10.0.0.151"))
    netbox.delete("ipam.iprange", office.range)
    office.is_deaf_to(STRANGER)
    office.add_range("10.0.0.100", "10.0.0.101")
    office.sees_pool(STRANGER)


@BOTH
@every_version
def test_webhook_of_an_address(office, hints_only, netbox):
    office.add_address("10.0.0.8/24", interface=office.add_interface("eth1", mac(8)), dns_name="eight.example.org")
    office.sees(mac(8), address="10.0.0.8", hostname="eight.example.org")
    office.set_field_mac(office.field_address, mac(9))
    office.sees(mac(9), address="10.0.0.7")
    netbox.delete("ipam.ipaddress", office.field_address)
    office.sees_pool(mac(9))


@every_version
@pytest.mark.parametrize("kind, name, client_mac, address", [
    ("dcim.interface", "interface", DEVICE_MAC, "10.0.0.5"), ("virtualization.vminterface", "vm_interface", VM_MAC, "10.0.0.6")])
def test_webhook_of_an_interface(office, hints_only, netbox, kind, name, client_mac, address):
    interface = getattr(office, name)
    netbox.set_mac(kind, interface, mac(8))
    office.sees(mac(8), address=address)
    office.sees_pool(client_mac)
    netbox.delete(kind, interface)
    office.sees_pool(mac(8))


@before_mac_objects
def test_webhook_of_an_interface_that_loses_its_mac(office, hints_only, netbox):
    netbox.change("dcim.interface", office.interface, mac_address=None)
    office.sees_pool(DEVICE_MAC)


@every_version
def test_webhooks_of_a_device_and_of_a_virtual_machine(office, hints_only, netbox):
    netbox.change("dcim.device", office.device, name="gamma")
    netbox.change("virtualization.virtualmachine", office.vm, name="delta")
    office.sees(DEVICE_MAC, hostname="gamma")
    office.sees(VM_MAC, hostname="delta")
    netbox.delete("dcim.device", office.device)
    netbox.delete("virtualization.virtualmachine", office.vm)
    office.sees_pool(DEVICE_MAC)
    office.sees_pool(VM_MAC)


@with_mac_objects
def test_webhook_of_a_mac(office, hints_only, netbox):
    number = office.add_mac(mac(8), interface := office.add_interface("eth1"))
    office.add_address("10.0.0.8/24", interface=interface)
    office.sees(mac(8), address="10.0.0.8")
    netbox.change("dcim.macaddress", number, mac_address=mac(9))
    office.sees(mac(9), address="10.0.0.8")
    netbox.delete("dcim.macaddress", number)
    office.sees_pool(mac(9))


@every_version
@pytest.mark.parametrize("model", ["ipam.vrf", "extras.tag"])
def test_webhook_of_what_touches_any_object_makes_a_full_sync(office, server, netbox, model):
    office.set_option(["10.0.0.1"], _events=False)
    number = netbox.add(model, name="blue")["id"]
    office.sees(STRANGER, routers=["10.0.0.1"])
    office.set_option(["10.0.0.2"], _events=False)
    netbox.change(model, number, description="sky")
    office.sees(STRANGER, routers=["10.0.0.2"])
    office.set_option(["10.0.0.3"], _events=False)
    netbox.delete(model, number)
    office.sees(STRANGER, routers=["10.0.0.3"])


@with_model_in_webhooks
def test_body_of_event_model_and_id_will_do(office, netbox_kea, netbox):
    server = netbox_kea()
    server.wait_log("NETBOX_SYNCED")
    netbox.add_webhook(server.http.event_url, secret=server.http.secret, template=HINT_TEMPLATE)
    netbox.change("dcim.device", office.device, name="gamma")
    office.sees(DEVICE_MAC, hostname="gamma")
    netbox.delete("ipam.ipaddress", office.field_address)
    office.sees_pool(FIELD_MAC)
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


@without_model_in_webhooks
def test_body_whose_model_is_empty_makes_a_full_sync_and_one_warning(office, netbox_kea, netbox):
    """From 4.5 on NetBox has no "model" to fill into the template of before."""
    server = netbox_kea()
    server.wait_log("NETBOX_SYNCED")
    netbox.add_webhook(server.http.event_url, secret=server.http.secret, template=HINT_TEMPLATE)
    for router in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        office.set_option([router])
        office.sees(STRANGER, routers=[router])
    assert b'"model": ""' in netbox.webhooks.log[-1].body
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 4
    assert len(server.logged("WARN .*NETBOX_WEBHOOK_WITHOUT_MODEL")) == 1


# The setup script

def set_up(netbox, server):
    done = subprocess.run([sys.executable, SETUP, netbox.url, server.http.event_url], capture_output=True, text=True,
                          env={**os.environ, "NETBOX_TOKEN": netbox.token, "WEBHOOK_SECRET": server.http.secret})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@BOTH
@every_version
def test_the_setup_script_makes_what_the_hook_needs_once(netbox, netbox_kea, client):
    server = netbox_kea()
    synced(server)
    made = set_up(netbox, server)
    assert made and all(line.startswith("made ") for line in made)
    assert set_up(netbox, server) == [line.replace("made", "there is", 1) for line in made]
    prefix(netbox, "10.0.0.0/24", {"dhcp_option_data_routers": "10.0.0.1", "dhcp_valid_lifetime": 1234})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    assert client.until(mac(1), address="10.0.0.10", routers=["10.0.0.1"], lease_time=1234)
    address(netbox, "10.0.0.5", mac(1))
    client.until(mac(1), address="10.0.0.5")
    assert {one.status for one in netbox.webhooks.log} == {202}


@every_version
def test_the_setup_script_makes_what_only_kea_dhcp6_has(netbox, kea6, client6):
    server = kea6(wait=False)
    synced(server)
    set_up(netbox, server)
    subnet = prefix(netbox, NET, {"dhcp_preferred_lifetime": 1234})["id"]
    host(netbox, "2001:db8:0:1::5", prefixes="2001:db8:e000::/56")
    delegated(netbox, "2001:db8:f000::/48", 56, subnet)
    ours, others = {"duid": DUID, "prefix": True}, {"addresses": 0, "prefix": True}
    assert client6.until(mac(1), RELAY6, ours, prefixes=["2001:db8:e000::/56"], address="2001:db8:0:1::5", preferred_time=1234)
    assert client6.until(mac(2), RELAY6, others, prefixes=["2001:db8:f000::/56"])
