# SPDX-License-Identifier: MPL-2.0
"""Which filters each list has, as in NetBox's filtersets.py; what has none here is ignored, as NetBox ignores it."""
from . import filters
from .fields import Choice
from .filters import (Chars, Contains, Date, FieldNumber, MacText, Number, Object, One, Search, Tag, Truth, not_a_choice)
from .values import Invalid, parse_net

OWNERS = {"dcim.interface": ("device", "dcim.device"),
          "virtualization.vminterface": ("virtual_machine", "virtualization.virtualmachine")}


def field(key):
    return lambda store, row: row[key]


def none(row):
    return False


def by_slug(name, key, model):
    """key=slug and key_id=id, as most references have them."""
    return {key: Object(field(name), model, "slug"), f"{key}_id": Object(field(name), model)}


def nets(texts):
    """The networks of some texts; None where one of them is none: the filter then finds nothing."""
    parsed = [parse_net(text) for text in texts]
    return None if None in parsed else parsed


def within(inclusive):
    def search(store, texts):
        net = parse_net(texts[-1])
        if net is None:
            return none
        return lambda row: net.covers(row["prefix"]) and (inclusive or row["prefix"].length > net.length)
    return Search(search)


def prefix_contains(store, texts):
    net = parse_net(texts[-1])
    return none if net is None else lambda row: row["prefix"].covers(net)


def prefix_is(store, texts):
    wanted = [net for net in map(parse_net, texts) if net]
    return lambda row: row["prefix"] in wanted


def parent(*keys):
    """All of the addresses lie in one of the given prefixes, whatever their masks."""
    def search(store, texts):
        parents = nets(texts)
        return none if parents is None else lambda row: any(all(net.holds(row[key]) for key in keys) for net in parents)
    return Search(search)


def address_is(key):
    """Without a mask any mask is right, with one that one."""
    def search(store, texts):
        wanted = [(net, "/" in text) for net, text in ((parse_net(text), text) for text in texts) if net]
        return lambda row: any(row[key].ip == net.ip and row[key].family == net.family
                               and (not masked or row[key].length == net.length) for net, masked in wanted)
    return Search(search)


def range_contains(store, texts):
    """As PostgreSQL orders addresses: those with a longer mask come behind all others of the network, so that an address
    without a mask lies in no range."""
    net = parse_net(texts[-1])
    if net is None:
        return none

    def not_behind(one, other):
        shift = one.bits - min(one.length, other.length)
        return (one.ip >> shift, one.length, one.ip) <= (other.ip >> shift, other.length, other.ip)

    return lambda row: (row["start_address"].family == net.family
                        and not_behind(row["start_address"], net) and not_behind(net, row["end_address"]))


def owner(kind, by):
    """What is assigned to an interface of a device or virtual machine: device_id=, device=, virtual_machine_id= …"""
    key, model = OWNERS[kind]

    def owner_of(store, row):
        if row["assigned_object_type"] != kind:
            return None
        number = store.get(kind, row["assigned_object_id"])[key]
        return number if by == "id" else store.get(model, number)[by]
    return (Number if by == "id" else Chars)(owner_of)


def on_interface(kind, by):
    """interface_id=, vminterface_id= (400 for one that does not exist) and their names."""
    def interface(store, row):
        return row["assigned_object_id"] if row["assigned_object_type"] == kind else None
    return Object(interface, kind, by)


def assigned(shape):
    """The filters of what is assigned to interfaces: IP addresses and MACs."""
    device, vm = "dcim.interface", "virtualization.vminterface"
    found = {
        "device": owner(device, "name"), "device_id": owner(device, "id"), "virtual_machine": owner(vm, "name"),
        "virtual_machine_id": owner(vm, "id"), "interface": on_interface(device, "name"),
        "interface_id": on_interface(device, "id"), "vminterface": on_interface(vm, "name"),
        "vminterface_id": on_interface(vm, "id")}
    if shape.since(4, 0):
        found["assigned_object_id"] = Number(field("assigned_object_id"))
        by_name = Chars(field("assigned_object_type"))
        found["assigned_object_type"] = by_name if shape.since(4, 4) else Search(content_type_id)
    return found


def content_type_id(store, texts):
    """Before 4.4 the type of what an object is assigned to is asked for by the number of a row that no API shows."""
    raise not_a_choice("That choice")


def macs(kind):
    """The MACs of an interface."""
    def found(store, row):
        if not store.shape.since(4, 2):
            return [row["mac_address"]]
        numbers = store.referring("dcim.macaddress", "assigned_object", (kind, row["id"]))
        return [store.get("dcim.macaddress", number)["mac_address"] for number in numbers]
    return found


def machine_macs(kind):
    """The MACs of all interfaces of a device or virtual machine."""
    def found(store, row):
        interfaces = store.referring(kind, OWNERS[kind][0], row["id"])
        return [mac for number in interfaces for mac in macs(kind)(store, store.get(kind, number))]
    return found


def is_primary(store, row):
    interface = row["assigned_object_id"] and store.get(row["assigned_object_type"], row["assigned_object_id"])
    return bool(interface) and interface["primary_mac_address"] == row["id"]


def vrf():
    return {"vrf_id": Object(field("vrf"), "ipam.vrf"), "vrf": Object(field("vrf"), "ipam.vrf", "rd")}


def prefix_filters(shape):
    def site(store, row):
        return row["site"] if not shape.since(4, 2) else row["scope_id"] if row["scope_type"] == "dcim.site" else None
    found = {
        "family": One(lambda store, row: row["prefix"].family), "prefix": Search(prefix_is), "within": within(False),
        "within_include": within(True), "contains": Search(prefix_contains),
        "mask_length": Number(lambda store, row: row["prefix"].length),
        "depth": Number(lambda store, row: store.prefix_tree()[row["id"]][0]),
        "children": Number(lambda store, row: store.prefix_tree()[row["id"]][1]),
        "vlan_id": Object(field("vlan"), "ipam.vlan"),
        "vlan_vid": One(lambda store, row: row["vlan"] and store.get("ipam.vlan", row["vlan"])["vid"]),
        "is_pool": Truth(field("is_pool")), "mark_utilized": Truth(field("mark_utilized")),
        "site_id": Object(site, "dcim.site"), "site": Object(site, "dcim.site", "slug"),
        **vrf(), **by_slug("role", "role", "ipam.role")}
    if shape.since(4, 2):
        found.update(scope_type=Chars(field("scope_type")), scope_id=Number(field("scope_id")))
    return found


def range_filters(shape):
    found = {
        "family": One(lambda store, row: row["start_address"].family), "start_address": address_is("start_address"),
        "end_address": address_is("end_address"), "contains": Search(range_contains),
        **vrf(), **by_slug("role", "role", "ipam.role")}
    if shape.since(3, 5):
        found["mark_utilized"] = Truth(field("mark_utilized"))
    if shape.since(3, 5, 9):
        found["parent"] = parent("start_address", "end_address")
    if shape.since(4, 0):
        found["size"] = Number(lambda store, row: row["end_address"].ip - row["start_address"].ip + 1)
    return found


def address_filters(shape):
    found = {
        "family": One(lambda store, row: row["address"].family), "parent": parent("address"), "address": address_is("address"),
        "mask_length": Number(lambda store, row: row["address"].length), "dns_name": Chars(field("dns_name")),
        "assigned_to_interface": Truth(lambda store, row: row["assigned_object_type"] in OWNERS), **vrf(), **assigned(shape)}
    if shape.since(3, 5, 8):
        found["assigned"] = Truth(lambda store, row: row["assigned_object_id"] is not None)
    return found


def interface_filters(kind):
    key, model = OWNERS[kind]
    return {
        key: Object(lambda store, row: row[key], model, "name"), f"{key}_id": Object(field(key), model),
        "mac_address": MacText(macs(kind)), "enabled": Truth(field("enabled")), **vrf()}


def machine_filters(kind):
    return {
        "mac_address": MacText(machine_macs(kind)), **by_slug("role", "role", "dcim.devicerole"),
        "site_id": Object(field("site"), "dcim.site"), "site": Object(field("site"), "dcim.site", "slug")}


def vm_filters(shape):
    return {
        **machine_filters("virtualization.vminterface"), "cluster_id": Object(field("cluster"), "virtualization.cluster"),
        "cluster": Object(field("cluster"), "virtualization.cluster", "name"),
        "device_id": Object(field("device"), "dcim.device"), "device": Object(field("device"), "dcim.device", "name")}


def mac_filters(shape):
    found = {"mac_address": MacText(lambda store, row: [row["mac_address"]]), **assigned(shape)}
    if shape.since(4, 4):
        found.update(assigned=Truth(lambda store, row: row["assigned_object_id"] is not None), primary=Truth(is_primary))
    return found


SPECIAL = {
    "ipam.prefix": prefix_filters, "ipam.iprange": range_filters, "ipam.ipaddress": address_filters,
    "dcim.macaddress": mac_filters,
    "dcim.interface": lambda shape: interface_filters("dcim.interface"),
    "virtualization.vminterface": lambda shape: interface_filters("virtualization.vminterface"),
    "dcim.device": lambda shape: machine_filters("dcim.interface"),
    "virtualization.virtualmachine": vm_filters,
    "ipam.vrf": lambda shape: {"rd": Chars(field("rd"))},
    "ipam.vlan": lambda shape: {"vid": Number(field("vid")), **by_slug("site", "site", "dcim.site"),
                                **by_slug("role", "role", "ipam.role")},
}


def build(model, shape):
    """{key: Filter} of one model, its custom fields left out."""
    found = {"id": Number(field("id")), "created": Date(field("created")), "last_updated": Date(field("last_updated"))}
    for key in ("name", "slug", "description"):
        if key in model.fields:
            found[key] = Chars(field(key))
    if "tags" in model.fields:
        found.update(tag=Tag("slug"), tag_id=Tag("id"))
    for key, kind in model.fields.items():
        if isinstance(kind, Choice) and key in ("status", "role", "type"):
            found[key] = filters.Choice(field(key), kind.choices)
    if "tenant" in model.refs:
        found.update(by_slug("tenant", "tenant", "tenancy.tenant"))
    found["q"] = Search(lambda store, texts: lambda row: texts[-1].lower() in (
        f"{model.display(row)} {row.get('description', '')} {row.get('dns_name', '')}".lower()))
    found.update(SPECIAL.get(model.name, lambda shape: {})(shape))
    return found


def custom_field_filter(row):
    """The filter of a custom field, None where it has none: cf_<name> is ignored then."""
    def value(store, other):
        return other["custom_fields"].get(row["name"])
    kind, loose = row["type"], row["filter_logic"] == "loose"
    if row["filter_logic"] == "disabled":
        return None
    if kind in ("text", "longtext", "url"):
        return Chars(value, loose)
    if kind in ("integer", "object"):
        return FieldNumber(value)
    if kind in ("select", "date", "datetime"):
        return Chars(value)
    if kind == "decimal":
        return Decimal(value)
    if kind == "boolean":
        return Truth(value)
    return Contains(value) if kind == "multiselect" else ContainsNumber(value) if kind == "multiobject" else None


class ContainsNumber(Contains):
    read = Number.read


class Decimal(FieldNumber):
    def read(self, store, texts):
        try:
            return [float(text) for text in texts]
        except ValueError:
            raise Invalid(["Enter a number."]) from None
