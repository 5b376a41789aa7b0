# SPDX-License-Identifier: MPL-2.0
"""The stand-in NetBox answers as the real one does: the same requests to both, their answers compared key by key."""

import pytest

from compare import differences, neutral
from rest import Rest


class Recorder(Rest):
    """Keeps what was answered to everything that changes a thing."""

    def __init__(self, url, token):
        super().__init__(url, token)
        self.changes = []

    def request(self, method, path, body=None, token=None):
        answer = super().request(method, path, body, token)
        if method != "GET":
            self.changes.append((f"{method} {path} {body}", answer))
        return answer


class Both:
    """The two servers, and the one site that both are filled with."""

    def __init__(self, real, standin):
        self.real = Recorder(real.url, real.token)
        self.standin = Recorder(standin.url, standin.token)
        self.standin_switches = standin
        for rest in (self.real, self.standin):
            fill(rest)

    def assert_alike(self, real, standin):
        """(status, headers, body) of each."""
        told = [*differences(real[0], standin[0], "status"),
                *differences(real[1].get_content_type(), standin[1].get_content_type(), "Content-Type"),
                *differences(real[1]["API-Version"], standin[1]["API-Version"], "API-Version")]
        if real[1].get_content_type() == "application/json":
            told += differences(neutral(real[2], self.real.url), neutral(standin[2], self.standin.url))
        assert not told, "\n" + "\n".join(told)


def fill(rest):
    """Ids are the same in both: every object is made in the same order."""
    rest.add_custom_fields()
    colours = rest.add("/api/extras/custom-field-choice-sets/", name="colours",
                       extra_choices=[["red", "Red"], ["blue", "Blue"]])
    rest.add("/api/extras/custom-fields/", name="colour", type="select", object_types=["ipam.prefix"],
             choice_set=colours["id"])
    rest.add("/api/extras/custom-fields/", name="colours", type="multiselect", object_types=["ipam.prefix"],
             choice_set=colours["id"])
    rest.add("/api/extras/custom-fields/", name="gateway", type="object", object_types=["ipam.prefix"],
             related_object_type="ipam.ipaddress")
    tag = rest.add("/api/extras/tags/", name="Lab", slug="lab")["id"]
    tenant = rest.add("/api/tenancy/tenants/", name="Tenant", slug="tenant")["id"]
    role = rest.add("/api/ipam/roles/", name="Users", slug="users")["id"]
    vrf = rest.add("/api/ipam/vrfs/", name="Red", rd="65000:1", tenant=tenant)["id"]
    vlan = rest.add("/api/ipam/vlans/", vid=10, name="ten")["id"]
    host = rest.add_device("host-1")
    site = host["site"]["id"]
    eth0 = rest.add_interface(host, "eth0", "02:00:00:00:00:01", "02:00:00:00:00:02")
    eth1 = rest.add_interface(host, "eth1")
    rest.add_mac("02-00-00-00-00-03", eth1)
    vm = rest.add_vm("vm-1")
    vm_eth0 = rest.add_interface(vm, "eth0", "0200.0000.0004")
    rest.add_prefix("192.0.2.0/24", status="container")
    rest.add_prefix("192.0.2.0/25", custom_fields={
        "dhcp_option_data_routers": "192.0.2.1", "dhcp_valid_lifetime": 3600, "colour": "red", "colours": ["red", "blue"]})
    rest.add_prefix("192.0.2.128/25", dhcp=False, vrf=vrf, tenant=tenant, role=role, vlan=vlan, tags=[{"name": "Lab"}],
                    scope_type="dcim.site", scope_id=site, description="by site", is_pool=True)
    rest.add_prefix("2001:db8::/64")
    rest.add_range("192.0.2.50/25", "192.0.2.59/25", tags=[tag])
    rest.add_range("192.0.2.200/25", "192.0.2.209/25", vrf=vrf, tenant=tenant, role=role, status="active")
    rest.add_range("2001:db8::100/64", "2001:db8::1ff/64")
    gateway = rest.add_address("192.0.2.10/25", eth0, dns_name="Host.Example.COM")
    rest.add_address("192.0.2.11/25", eth1, tenant=tenant, tags=[tag])
    rest.add_address("192.0.2.12/25", vm_eth0)
    rest.add_address("192.0.2.13/24", status="active", role="vip", custom_fields={
        "dhcp_reservation_hw_address": "02:00:00:00:00:05"})
    rest.add_address("192.0.2.210/25", vrf=vrf)
    rest.add_address("2001:db8::10/64", eth0)
    rest.add_prefix("198.51.100.0/24", custom_fields={"gateway": gateway["id"]})
    rest.change(host, primary_ip4=gateway["id"])


@pytest.fixture(scope="module")
def both(netbox, standin):
    return Both(netbox, standin)


def test_what_was_made_is_shown_alike(both):
    assert len(both.real.changes) == len(both.standin.changes)
    for (request, real), (_request, standin) in zip(both.real.changes, both.standin.changes):
        try:
            both.assert_alike(real, standin)
        except AssertionError as error:
            raise AssertionError(f"{request}{error}") from None


LISTS = ["ipam/prefixes", "ipam/ip-ranges", "ipam/ip-addresses", "dcim/mac-addresses", "dcim/interfaces", "dcim/devices",
         "virtualization/interfaces", "virtualization/virtual-machines", "ipam/vrfs", "ipam/vlans", "ipam/roles",
         "dcim/sites", "tenancy/tenants", "extras/tags", "extras/custom-fields"]
QUERIES = [
    *(f"{path}/" for path in LISTS),
    *(f"{path}/?brief=1" for path in LISTS),
    *(f"{path}/1/" for path in LISTS),
    *(f"{path}/999/" for path in LISTS),
    # What the hook asks for
    "ipam/prefixes/?cf_dhcp_enabled=true&ordering=id&id__gt=0&limit=1000",
    "ipam/ip-ranges/?status=dhcp&ordering=id&id__gt=0&limit=1000",
    "ipam/ip-addresses/?status=dhcp&ordering=id&id__gt=2&limit=1000&fields=id,address,vrf,status,dns_name,tags,"
    "assigned_object_type,assigned_object_id,assigned_object,custom_fields",
    "dcim/mac-addresses/?ordering=id&id__gt=0&limit=1000&fields=id,mac_address,assigned_object_type,assigned_object_id",
    "dcim/interfaces/?id=1&id=2&fields=id,primary_mac_address",
    "virtualization/interfaces/?id=1&fields=id,name,mac_address,primary_mac_address",
    # Filters
    "ipam/prefixes/?cf_dhcp_enabled=false",
    "ipam/prefixes/?cf_colour=red",
    "ipam/prefixes/?cf_colours=blue",
    "ipam/prefixes/?cf_dhcp_valid_lifetime=3600",
    "ipam/prefixes/?cf_dhcp_valid_lifetime__gte=1",
    "ipam/prefixes/?cf_dhcp_valid_lifetime__empty=false",
    "ipam/prefixes/?cf_dhcp_valid_lifetime__empty=true",
    "ipam/prefixes/?cf_gateway__empty=false",
    "ipam/prefixes/?cf_dhcp_option_data_routers=192.0.2.1",
    "ipam/prefixes/?cf_dhcp_enabled=perhaps",
    "ipam/prefixes/?cf_unknown=1",
    "ipam/prefixes/?unknown=1",
    "ipam/prefixes/?family=4",
    "ipam/prefixes/?family=6",
    "ipam/prefixes/?status=active",
    "ipam/prefixes/?status=active&status=container",
    "ipam/prefixes/?role=users",
    "ipam/prefixes/?role_id=1",
    "ipam/prefixes/?tag=lab",
    "ipam/prefixes/?tenant=tenant",
    "ipam/prefixes/?tenant_id=1",
    "ipam/prefixes/?vrf_id=1",
    "ipam/prefixes/?vrf_id=null",
    "ipam/prefixes/?vrf=65000:1",
    "ipam/prefixes/?vlan_id=1",
    "ipam/prefixes/?site=site",
    "ipam/prefixes/?site_id=1",
    "ipam/prefixes/?prefix=192.0.2.0/25",
    "ipam/prefixes/?within=192.0.2.0/24",
    "ipam/prefixes/?within_include=192.0.2.0/24",
    "ipam/prefixes/?contains=192.0.2.10",
    "ipam/prefixes/?is_pool=true",
    "ipam/ip-ranges/?vrf_id=1",
    "ipam/ip-ranges/?tag=lab",
    "ipam/ip-ranges/?status=active&role=users",
    "ipam/ip-ranges/?contains=192.0.2.55",
    "ipam/ip-ranges/?contains=192.0.2.55/25",
    "ipam/ip-ranges/?parent=192.0.2.0/25",
    "ipam/ip-ranges/?family=4",
    "ipam/ip-addresses/?family=6",
    "ipam/ip-addresses/?parent=192.0.2.0/25",
    "ipam/ip-addresses/?parent=nonsense",
    "ipam/ip-addresses/?vrf_id=null&status=dhcp",
    "ipam/ip-addresses/?tag=lab",
    "ipam/ip-addresses/?tenant=tenant",
    "ipam/ip-addresses/?role=vip",
    "ipam/ip-addresses/?dns_name=host.example.com",
    "ipam/ip-addresses/?device_id=1",
    "ipam/ip-addresses/?virtual_machine_id=1",
    "ipam/ip-addresses/?interface_id=1&interface_id=2",
    "ipam/ip-addresses/?vminterface_id=1",
    "ipam/ip-addresses/?assigned_to_interface=false",
    "ipam/ip-addresses/?address=192.0.2.10",
    "dcim/mac-addresses/?interface_id=1",
    "dcim/mac-addresses/?vminterface_id=1",
    "dcim/mac-addresses/?device_id=1",
    "dcim/mac-addresses/?virtual_machine_id=1",
    "dcim/mac-addresses/?mac_address=02:00:00:00:00:03",
    "dcim/interfaces/?device_id=1",
    "virtualization/interfaces/?virtual_machine_id=1",
    # Paging
    "ipam/ip-addresses/?limit=2",
    "ipam/ip-addresses/?limit=2&offset=2&status=dhcp",
    "ipam/ip-addresses/?ordering=-id&limit=2",
    "ipam/ip-addresses/?ordering=id&id__gt=3&limit=2",
    "ipam/ip-addresses/?ordering=id&id__gt=999&limit=2",
    "ipam/ip-addresses/?id=1&id=4&id=999",
    "ipam/ip-addresses/?limit=0",
    "ipam/ip-addresses/?limit=2000",
    "ipam/ip-addresses/?start=3&limit=2",
    "ipam/ip-addresses/?fields=id,unknown&limit=1",
    "ipam/ip-addresses/?omit=custom_fields,tags&limit=1",
    # Wrong values
    "ipam/prefixes/?status=unknown",
    "ipam/prefixes/?tag=unknown",
    "ipam/prefixes/?vrf_id=999",
    "ipam/prefixes/?vrf_id=x",
    "ipam/prefixes/?role=unknown",
    "ipam/prefixes/?family=x",
    "ipam/prefixes/?id=x",
    "ipam/prefixes/?id__gt=x",
    "ipam/prefixes/?limit=x",
    "ipam/prefixes/?ordering=unknown",
    "ipam/ip-ranges/?status=unknown",
    "ipam/ip-addresses/?status=unknown",
    "ipam/unknown/",
]


@pytest.mark.parametrize("query", QUERIES)
def test_get_is_answered_alike(both, query):
    both.assert_alike(both.real.request("GET", f"/api/{query}"), both.standin.request("GET", f"/api/{query}"))


@pytest.mark.parametrize("token", ["", "deadbeef" * 5, "nbt_abcdefghijkl.secret", "nbt_short"])
def test_wrong_token_is_refused_alike(both, token):
    both.assert_alike(both.real.request("GET", "/api/ipam/prefixes/", token=token),
                      both.standin.request("GET", "/api/ipam/prefixes/", token=token))


def test_lacking_permission_is_told_alike(both):
    nobody = both.real.add_viewer("nobody", "ipam.iprange")
    both.standin_switches.deny("ipam.prefix")
    for path in ("/api/ipam/prefixes/", "/api/ipam/prefixes/1/", "/api/ipam/ip-ranges/"):
        both.assert_alike(both.real.request("GET", path, token=nobody), both.standin.request("GET", path))
    both.standin_switches.allow("ipam.prefix")


def test_permission_for_some_objects_is_told_alike(both):
    somebody = both.real.add_viewer("somebody", "ipam.prefix", constraints={"status": "container"})
    both.standin_switches.constrain("ipam.prefix", {"status": "container"})
    for path in ("/api/ipam/prefixes/", "/api/ipam/prefixes/1/", "/api/ipam/prefixes/2/", "/api/ipam/prefixes/?id=1&id=2"):
        both.assert_alike(both.real.request("GET", path, token=somebody), both.standin.request("GET", path))
    both.standin_switches.allow("ipam.prefix")


REFUSED = [
    ("POST", "ipam/prefixes/", {}),
    ("POST", "ipam/prefixes/", {"prefix": "nonsense"}),
    ("POST", "ipam/prefixes/", {"prefix": "203.0.113.1/24"}),
    ("POST", "ipam/prefixes/", {"prefix": "192.0.2.0/25", "vrf": 999}),
    ("POST", "ipam/prefixes/", {"prefix": "203.0.113.0/24", "status": "unknown"}),
    ("POST", "ipam/prefixes/", {"prefix": "203.0.113.0/24", "custom_fields": {"unknown": 1}}),
    ("POST", "ipam/prefixes/", {"prefix": "203.0.113.0/24", "custom_fields": {"dhcp_valid_lifetime": "long"}}),
    ("POST", "ipam/ip-ranges/", {"start_address": "192.0.2.59/25", "end_address": "192.0.2.50/25"}),
    ("POST", "ipam/ip-ranges/", {"start_address": "192.0.2.55/25", "end_address": "192.0.2.65/25"}),
    ("POST", "ipam/ip-addresses/", {"address": "192.0.2.300/25"}),
    ("POST", "dcim/mac-addresses/", {"mac_address": "nonsense"}),
    ("PATCH", "dcim/mac-addresses/1/", {"assigned_object_type": "dcim.interface", "assigned_object_id": 2}),
    ("PATCH", "dcim/interfaces/1/", {"primary_mac_address": 3}),
    ("PATCH", "ipam/ip-addresses/1/", {"assigned_object_type": "virtualization.vminterface", "assigned_object_id": 1}),
    ("DELETE", "ipam/prefixes/999/", None),
    ("DELETE", "dcim/sites/1/", None),
]


@pytest.mark.parametrize("method, path, body", REFUSED)
def test_refusal_is_told_alike(both, method, path, body):
    real = both.real.request(method, f"/api/{path}", body)
    assert real[0] >= 400
    both.assert_alike(real, both.standin.request(method, f"/api/{path}", body))
