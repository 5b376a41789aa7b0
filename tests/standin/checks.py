# SPDX-License-Identifier: MPL-2.0
"""What NetBox checks of an object as a whole before it saves it: the clean() of its models."""
import re

from .values import Invalid

# Fields that no two objects of a model may share.
UNIQUE = {
    "ipam.role": ("name", "slug"), "dcim.site": ("name", "slug"), "dcim.manufacturer": ("name", "slug"),
    "dcim.devicerole": ("name", "slug"), "virtualization.clustertype": ("name", "slug"), "tenancy.tenant": ("name", "slug"),
    "extras.tag": ("name", "slug"), "extras.customfield": ("name",), "extras.customfieldchoiceset": ("name",),
    "extras.webhook": ("name",), "extras.eventrule": ("name",), "ipam.vrf": ("rd",),
}
# Roles in which one address may be there several times.
MAX_RANGE = 2 ** 32 - 1          # addresses
SHARED_ROLES = ("anycast", "vip", "vrrp", "hsrp", "glbp", "carp")


NAMES = {"rd": "route distinguisher"}


def _words(label):
    """CustomField -> custom field: how NetBox's messages call a model."""
    return label if label.isupper() else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label).lower()


def check(store, name, row, old):
    """Raises Invalid where NetBox would refuse the row; old is the row before, None for a new one."""
    taken = {key: [f"{_words(store.models[name].label)} with this {NAMES.get(key, key)} already exists."]
             for key in UNIQUE.get(name, ()) for other in store.tables[name].rows.values()
             if row[key] is not None and other[key] == row[key] and other["id"] != row["id"]}
    if taken:
        raise Invalid(taken)
    for key in store.models[name].generic:
        _check_generic(store, row, key)
    special = CHECKS.get(name)
    if special:
        special(store, row, old)


def _refuse(text):
    raise Invalid({"__all__": [text]})


def _check_generic(store, row, key):
    name, number = row[key + "_type"], row[key + "_id"]
    if name is not None and number is None:
        raise Invalid({key + "_id": ["This field cannot be null."]})
    if name is None and number is not None:
        raise Invalid({key + "_type": ["This field cannot be null."]})
    if name in store.tables and store.get(name, number) is None:
        raise Invalid({key + "_id": [f"Related object not found using the provided value: {number}."]})


def _table(store, row):
    if row["vrf"] is None:
        return "global table"
    return f"VRF {store.models['ipam.vrf'].display(store.get('ipam.vrf', row['vrf']))}"


def _duplicates(store, name, row):
    """The rows that would stand twice in this one's VRF, where that enforces uniqueness."""
    enforced = store.enforce_unique if row["vrf"] is None else store.get("ipam.vrf", row["vrf"])["enforce_unique"]
    if not enforced:
        return []
    return [store.get(name, i) for i in sorted(store.referring(name, "place", store.place(name, row))) if i != row["id"]]


def _prefix(store, row, old):
    prefix, faults = row["prefix"], []
    if prefix.ip != prefix.first:
        faults.append(f"{prefix.text} is not a valid prefix. Did you mean {prefix.masked().text}?")
    if prefix.length == 0:
        faults.append("Cannot create prefix with /0 mask.")
    if faults:
        raise Invalid({"prefix": faults})
    for other in _duplicates(store, "ipam.prefix", row):
        raise Invalid({"prefix": [f"Duplicate prefix found in {_table(store, row)}: {other['prefix'].text}"]})


def _range(store, row, old):
    start, end = row["start_address"], row["end_address"]
    if start.family != end.family:
        raise Invalid({"end_address": ["Starting and ending IP address versions must match"]})
    if start.length != end.length:
        raise Invalid({"end_address": ["Starting and ending IP address masks must match"]})
    # ipam/models/ip.py IPRange.clean(): a range of one address is allowed from 4.7.
    if end.ip < start.ip or (end.ip == start.ip and not store.shape.since(4, 7)):
        words = "greater than or equal to" if store.shape.since(4, 7) else "greater than"
        raise Invalid({"end_address": [f"Ending address must be {words} the starting address ({start.text})"]})
    for other in store.tables["ipam.iprange"].rows.values():
        if (other["vrf"] == row["vrf"] and other["id"] != row["id"] and other["start_address"].family == start.family
                and other["start_address"].ip <= end.ip and start.ip <= other["end_address"].ip):
            shown = store.models["ipam.iprange"].display(other)
            vrf = row["vrf"] and store.models["ipam.vrf"].display(store.get("ipam.vrf", row["vrf"]))
            _refuse(f"Defined addresses overlap with range {shown} in VRF {vrf}")
    if end.ip - start.ip + 1 > MAX_RANGE:
        _refuse(f"Defined range exceeds maximum supported size ({MAX_RANGE})")


def _address(store, row, old):
    address = row["address"]
    if address.length == 0:
        raise Invalid({"address": ["Cannot create IP address with /0 mask."]})
    if row["assigned_object_id"] and address.length < address.bits - 1:
        plain = address.text.split("/")[0]
        if address.ip == address.first:
            _refuse(f"{plain} is a network ID, which may not be assigned to an interface.")
        if address.family == 4 and address.ip == address.last:
            _refuse(f"{plain} is a broadcast address, which may not be assigned to an interface.")
    for other in _duplicates(store, "ipam.ipaddress", row):
        if row["role"] not in SHARED_ROLES or other["role"] not in SHARED_ROLES:
            raise Invalid({"address": [f"Duplicate IP address found in {_table(store, row)}: {other['address'].text}"]})
    if not re.fullmatch(r"[0-9A-Za-z._*-]*", row["dns_name"]):
        raise Invalid({"dns_name": ["Only alphanumeric characters, asterisks, hyphens, periods, and underscores are allowed in "
                                    "DNS names"]})
    if row["status"] == "slaac" and address.family != 6:
        raise Invalid({"status": ["Only IPv6 addresses can be assigned SLAAC status"]})
    if old and _owner(store, old) != _owner(store, row) and _is_primary(store, old):
        _refuse("Cannot reassign IP address while it is designated as the primary IP for the parent object")


def _owner(store, address):
    """(model, id) of the device or virtual machine that an address belongs to."""
    kind, number = address["assigned_object_type"], address["assigned_object_id"]
    interface = store.get(kind, number) if kind in store.tables else None
    if interface is None:
        return None
    if "device" in interface:
        return "dcim.device", interface["device"]
    return "virtualization.virtualmachine", interface["virtual_machine"]


def _is_primary(store, address):
    owner = _owner(store, address)
    return owner and store.get(*owner)[f"primary_ip{address['address'].family}"] == address["id"]


def _mac(store, row, old):
    """A primary MAC stays where it is until another one is primary there."""
    if old is None or not old["assigned_object_id"]:
        return
    before = (old["assigned_object_type"], old["assigned_object_id"])
    interface = store.get(*before)
    if interface and interface["primary_mac_address"] == row["id"]:
        if not row["assigned_object_id"]:
            _refuse("Cannot unassign MAC Address while it is designated as the primary MAC for an object")
        if (row["assigned_object_type"], row["assigned_object_id"]) != before:
            _refuse("Cannot reassign MAC Address while it is designated as the primary MAC for an object")


def _interface(name, owner):
    def check_interface(store, row, old):
        for number in store.referring(name, owner, row[owner]):
            if number != row["id"] and store.get(name, number)["name"] == row["name"]:
                _refuse(f"Interface with this {owner.replace('_', ' ').capitalize()} and Name already exists.")
        primary = row.get("primary_mac_address")
        if primary and (old is None or old["primary_mac_address"] != primary):
            mac = store.get("dcim.macaddress", primary)
            place = (mac["assigned_object_type"], mac["assigned_object_id"])
            if place == (None, None) and old is not None:
                _refuse("Only a MAC address assigned to this interface can be its primary MAC address.")
            if place != (None, None) and place != (name, row.get("id")):
                other = store.get(*place)
                _refuse(f"MAC address {mac['mac_address']} is assigned to a different interface ({other['name']}).")
    return check_interface


def _machine(store, row, old):
    if row["site"] is None and row["cluster"] is None:
        if store.shape.since(4, 6):
            _refuse("A virtual machine must be assigned to a site, cluster, or device.")
        raise Invalid({"cluster": ["A virtual machine must be assigned to a site and/or cluster."]})


CHECKS = {
    "ipam.prefix": _prefix, "ipam.iprange": _range, "ipam.ipaddress": _address, "dcim.macaddress": _mac,
    "dcim.interface": _interface("dcim.interface", "device"),
    "virtualization.vminterface": _interface("virtualization.vminterface", "virtual_machine"),
    "virtualization.virtualmachine": _machine,
}
