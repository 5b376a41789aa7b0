# SPDX-License-Identifier: MPL-2.0
"""What the hook's token must be allowed to view, and that this is enough: README's list of permissions, on a real NetBox."""

import pytest

from rest import HOOK_PERMISSIONS

# What the hook asks for, by the permission that it takes.
REQUESTS = {
    "ipam.prefix": "/api/ipam/prefixes/?cf_dhcp_enabled=true&tag=lab&vrf_id=1&tenant=tenant&role=users&site=site&family=4",
    "ipam.iprange": "/api/ipam/ip-ranges/?status=dhcp&tag=lab&vrf_id=1&tenant=tenant&role=users",
    "ipam.ipaddress": "/api/ipam/ip-addresses/?status=dhcp&fields=id,address,vrf,assigned_object_type,assigned_object_id,"
                      "assigned_object,dns_name,custom_fields",
    "dcim.macaddress": "/api/dcim/mac-addresses/?fields=id,mac_address,assigned_object_type,assigned_object_id",
    "dcim.interface": "/api/dcim/interfaces/?id=1&fields=id,mac_address,primary_mac_address,mac_addresses",
    "virtualization.vminterface":
        "/api/virtualization/interfaces/?id=1&fields=id,mac_address,primary_mac_address,mac_addresses",
}


@pytest.fixture(scope="module")
def site(netbox):
    netbox.add_custom_fields()
    tag = netbox.add("/api/extras/tags/", name="Lab", slug="lab")["id"]
    group = {
        "vrf": netbox.add("/api/ipam/vrfs/", name="Red")["id"],
        "tenant": netbox.add("/api/tenancy/tenants/", name="Tenant", slug="tenant")["id"],
        "role": netbox.add("/api/ipam/roles/", name="Users", slug="users")["id"],
    }
    device, vm = netbox.add_device("host-1"), netbox.add_vm("vm-1")
    netbox.add_prefix("192.0.2.0/24", scope_type="dcim.site", scope_id=device["site"]["id"], tags=[tag], **group)
    netbox.add_range("192.0.2.50/24", "192.0.2.59/24", tags=[tag], **group)
    netbox.add_address("192.0.2.10/24", netbox.add_interface(device, "eth0", "02:00:00:00:00:01", "02:00:00:00:00:02"))
    netbox.add_address("192.0.2.11/24", netbox.add_interface(vm, "eth0", "02:00:00:00:00:03"))
    return netbox


def test_the_permissions_named_are_enough_and_show_all(site):
    assert set(REQUESTS) == set(HOOK_PERMISSIONS)
    token = site.add_viewer("hook", *HOOK_PERMISSIONS)
    assert site.request("GET", "/api/status/", token=token)[0] == 200
    for path in REQUESTS.values():
        shown = site.api("GET", path, token=token)
        assert shown["count"] > 0
        assert shown == site.api("GET", path)


@pytest.mark.parametrize("missing", REQUESTS)
def test_each_permission_is_needed(site, missing):
    others = [model for model in HOOK_PERMISSIONS if model != missing]
    token = site.add_viewer(f"without-{missing}", *others)
    assert site.request("GET", REQUESTS[missing], token=token)[0] == 403
