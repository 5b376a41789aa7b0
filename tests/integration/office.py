# SPDX-License-Identifier: MPL-2.0
"""A small NetBox, and how a DHCP client sees it.

    10.0.0.0/24 (prefix), the clients without a relay: a range .100-.110, and the addresses
        .5 of eth0 of the device alpha (mac 1), .6 of eth0 of the virtual machine beta (mac 2), .7 by its custom field (mac 3)
    10.1.0.0/24 (branch), behind the relay 10.1.0.1: a range .100-.110

    office.sees(DEVICE_MAC, address="10.0.0.5", hostname="alpha")
    office.sees_in_branch(STRANGER, address=in_range); office.is_deaf_to(STRANGER, giaddr=RELAY)
"""

from client import mac
from waiting import eventually

RELAY = "10.1.0.1"
FIRST, LAST = "10.0.0.100", "10.0.0.110"
DEVICE_MAC, VM_MAC, FIELD_MAC, STRANGER = mac(1), mac(2), mac(3), mac(99)


class Office:
    def __init__(self, netbox, client):
        self.netbox, self.client = netbox, client
        netbox.define_default_fields()
        self.prefix = self.add_prefix("10.0.0.0/24")
        self.branch = self.add_prefix("10.1.0.0/24")
        self.range = self.add_range(FIRST, LAST)
        self.branch_range = self.add_range("10.1.0.100", "10.1.0.110")
        self.device = netbox.add("dcim.device", name="alpha")["id"]
        self.interface = self.add_interface("eth0", DEVICE_MAC)
        self.vm = netbox.add("virtualization.virtualmachine", name="beta")["id"]
        self.vm_interface = netbox.add("virtualization.vminterface", virtual_machine=self.vm, name="eth0")["id"]
        netbox.set_mac("virtualization.vminterface", self.vm_interface, VM_MAC)
        self.device_address = self.add_address("10.0.0.5/24", interface=self.interface)
        self.vm_address = self.add_address("10.0.0.6/24", assigned_object_type="virtualization.vminterface",
                                           assigned_object_id=self.vm_interface)
        self.field_address = self.add_address("10.0.0.7/24", mac=FIELD_MAC)

    # Adding; all return the id.

    def add_prefix(self, prefix, **values):
        fields = {"dhcp_enabled": True, **values.pop("custom_fields", {})}
        return self.netbox.add("ipam.prefix", prefix=prefix, custom_fields=fields, **values)["id"]

    def add_range(self, first, last):
        return self.netbox.add("ipam.iprange", start_address=f"{first}/24", end_address=f"{last}/24", status="dhcp")["id"]

    def add_interface(self, name, mac=None):
        interface = self.netbox.add("dcim.interface", device=self.device, name=name)["id"]
        if mac:
            self.netbox.set_mac("dcim.interface", interface, mac)
        return interface

    def add_mac(self, mac, interface):
        return self.netbox.add("dcim.macaddress", mac_address=mac, assigned_object_type="dcim.interface",
                               assigned_object_id=interface)["id"]

    def add_address(self, address, mac=None, interface=None, **values):
        if mac:
            values["custom_fields"] = {"dhcp_reservation_hw_address": mac}
        if interface:
            values.update(assigned_object_type="dcim.interface", assigned_object_id=interface)
        return self.netbox.add("ipam.ipaddress", address=address, status="dhcp", **values)["id"]

    # Changing

    def set_option(self, routers, prefix=None, **how):
        self.netbox.change("ipam.prefix", prefix or self.prefix, custom_fields={"dhcp_option_data_routers": routers}, **how)

    def set_field_mac(self, address, mac):
        self.netbox.change("ipam.ipaddress", address, custom_fields={"dhcp_reservation_hw_address": mac})

    # Seeing. What was leased is given back, so that no lease of before stands in a later exchange's way.

    def sees(self, mac, giaddr=None, **expected):
        lease = self.client.until(mac, giaddr, **expected)
        self.client.release(lease)
        return lease

    def sees_in_branch(self, mac, **expected):
        return self.sees(mac, RELAY, **expected)

    def sees_pool(self, mac):
        """The client is nobody special any more: it gets an address of the range."""
        return self.sees(mac, address=in_range)

    def is_deaf_to(self, mac, giaddr=None, probe=FIELD_MAC):
        """The server comes to ignore a client, while it serves another."""
        known = self.client.lease(probe)
        eventually(lambda: self.client.is_ignored(self.client.discovery(mac, giaddr), known), f"{mac} is ignored")


def in_range(address):
    return 100 <= int(address.rsplit(".", 1)[1]) <= 110
