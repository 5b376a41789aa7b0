# SPDX-License-Identifier: MPL-2.0
"""A few objects for the stand-in's own tests."""


def filled(netbox):
    """Two prefixes, two ranges, three addresses, with what filters look at."""
    netbox.define_default_fields()
    netbox.define_field("exact", "text", "ipam.ipaddress", filter_logic="exact")
    netbox.define_field("loose", "text", "ipam.ipaddress")
    for name in ("dhcp", "lab"):
        netbox.add("extras.tag", name=name.upper(), slug=name)
    site, vrf = netbox.add("dcim.site", name="Office"), netbox.add("ipam.vrf", name="Blue", rd="65000:1")
    role, tenant = netbox.add("ipam.role", name="Clients"), netbox.add("tenancy.tenant", name="ACME")
    netbox.add("ipam.prefix", prefix="10.0.0.0/16", status="container", custom_fields={"dhcp_enabled": False})
    netbox.add("ipam.prefix", prefix="10.0.1.0/24", site=site, role=role, tenant=tenant, tags=[1, 2],
               custom_fields={"dhcp_enabled": True, "dhcp_valid_lifetime": 3600})
    netbox.add("ipam.prefix", prefix="10.0.1.0/24", vrf=vrf, tags=[1])
    netbox.add("ipam.prefix", prefix="2001:db8::/64")
    netbox.add("ipam.iprange", start_address="10.0.1.10/24", end_address="10.0.1.20/24", status="dhcp", role=role)
    netbox.add("ipam.iprange", start_address="2001:db8::1/64", end_address="2001:db8::ff/64")
    eth0 = netbox.add("dcim.interface", device=netbox.add("dcim.device", name="sw1"), name="eth0")
    ens3 = netbox.add("virtualization.vminterface", virtual_machine=netbox.add("virtualization.virtualmachine", name="vm1"),
                      name="ens3")
    netbox.add("ipam.ipaddress", address="10.0.1.5/24", status="dhcp", dns_name="Host.Example.org", tags=[1],
               assigned_object_type="dcim.interface", assigned_object_id=eth0,
               custom_fields={"exact": "AA", "loose": "Hello World"})
    netbox.add("ipam.ipaddress", address="10.0.1.6/24", vrf=vrf, role="vip")
    netbox.add("ipam.ipaddress", address="10.0.1.7/32", assigned_object_type="virtualization.vminterface",
               assigned_object_id=ens3)
    netbox.set_mac("dcim.interface", eth0, "02:00:00:00:00:01")
    return netbox
