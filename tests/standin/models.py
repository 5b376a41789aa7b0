# SPDX-License-Identifier: MPL-2.0
"""The objects: where each lives, what it is made of, how it is called and ordered. Which keys are shown, the shape says.

A generic relation is a pair of fields <name>_type, <name>_id; Model.generic names it. What it leads to takes it along when
it is deleted."""
from . import choices
from .customfields import DATA_TYPES, CustomFields, type_names
from .fields import (Address, Boolean, Choice, Computed, Constant, Count, Field, Integer, LowerText, Mac, NoCount,
                     ObjectType, ObjectTypes, Prefix, PrimaryMac, Ref, Tags, Text)

INTERFACES = ("dcim.interface", "virtualization.vminterface")


class Model:
    # What NetBox before 4.0 (content_types, object_type) or 3.6 (device_role) called a field, and its name since.
    RENAMED = {"dcim.device": {"device_role": "role"}, "extras.webhook": {"content_types": "object_types"},
               "extras.eventrule": {"content_types": "object_types"},
               "extras.customfield": {"content_types": "object_types", "object_type": "related_object_type"}}

    # Where the page of an object in the browser is not where its API is.
    PAGES = {"extras.customfieldchoiceset": "extras/custom-field-choices"}

    def __init__(self, name, path, label, fields, display=None, order=None, generic=()):
        self.name = name
        self.path = path                    # below /api/
        self.page = self.PAGES.get(name, path)
        self.label = label                  # NetBox's class name, in its 404
        self.fields = fields
        self.display = display or (lambda row: row["name"])
        self.order = order or (lambda row: row["name"])
        self.generic = generic
        self.renamed = self.RENAMED.get(name, {})
        self.refs = {key: field for key, field in fields.items() if isinstance(field, Ref)}


def range_name(row):
    """192.0.2.10-20/24: NetBox shows what start and end have in common once."""
    start, end = row["start_address"], row["end_address"]
    separator = "." if start.family == 4 else ":"
    first, last = start.text.split("/")[0].split(separator), end.text.split("/")[0].split(separator)
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    head = separator.join(first[:same]) + separator if same else ""
    return f"{head}{separator.join(first[same:])}-{separator.join(last[same:])}/{start.length}"


def _family(key):
    return Computed(lambda row, view: {"value": row[key].family, "label": f"IPv{row[key].family}"})


def _common(model, /, **fields):
    """What nearly every object has, and its own."""
    return {"description": Text(), "comments": Text(), "owner": Constant(), "tags": Tags(),
            "custom_fields": CustomFields(model), **fields}


def _constants(keys, value=None):
    return {key: Constant(value) for key in keys.split()}


def _counts(keys):
    """Annotations that are 0 here."""
    return {key: NoCount() for key in keys.split()}


def _generic(key):
    return Computed(lambda row, view: view.nested(row[key + "_type"], row[key + "_id"]))


def _by_address(key):
    return lambda row: row[key].key()


def _by_vrf(key):
    """The global table comes first."""
    return lambda row: (row["vrf"] or 0, *row[key].key())


def ipam_models(shape, range_status_dhcp):
    vrf, tenant = Ref("ipam.vrf"), Ref("tenancy.tenant")
    role = Ref("ipam.role", on_delete="null")
    place = {"scope_type": ObjectType(("dcim.site",)), "scope_id": Integer(), "scope": _generic("scope")}
    if not shape.since(4, 2):
        place = {"site": Ref("dcim.site")}
    range_status = dict(choices.STATUS, **({"dhcp": "DHCP"} if range_status_dhcp else {}))
    return [
        Model("ipam.prefix", "ipam/prefixes", "Prefix", _common(
            "ipam.prefix", family=_family("prefix"), prefix=Prefix(), vrf=vrf, tenant=tenant, vlan=Ref("ipam.vlan"),
            status=Choice({"container": "Container", **choices.STATUS}, "active"), role=role, is_pool=Boolean(),
            mark_utilized=Boolean(), children=Computed(lambda row, view: view.prefix_tree(row)[1]),
            _depth=Computed(lambda row, view: view.prefix_tree(row)[0]), **place),
            display=lambda row: row["prefix"].text, order=_by_vrf("prefix"),
            generic=("scope",) if "scope" in place else ()),
        Model("ipam.iprange", "ipam/ip-ranges", "IPRange", _common(
            "ipam.iprange", family=_family("start_address"), start_address=Address(), end_address=Address(),
            size=Computed(lambda row, view: row["end_address"].ip - row["start_address"].ip + 1), vrf=vrf, tenant=tenant,
            status=Choice(range_status, "active"), role=role, mark_populated=Boolean(), mark_utilized=Boolean()),
            display=range_name, order=_by_vrf("start_address")),
        Model("ipam.ipaddress", "ipam/ip-addresses", "IPAddress", _common(
            "ipam.ipaddress", family=_family("address"), address=Address(), vrf=vrf, tenant=tenant,
            status=Choice({**choices.STATUS, "dhcp": "DHCP", "slaac": "SLAAC"}, "active"),
            role=Choice(choices.ADDRESS_ROLES), assigned_object_type=ObjectType((*INTERFACES, "ipam.fhrpgroup")),
            assigned_object_id=Integer(), assigned_object=_generic("assigned_object"), nat_inside=Constant(),
            nat_outside=Constant([]), dns_name=LowerText()),
            display=lambda row: row["address"].text, order=_by_address("address"), generic=("assigned_object",)),
        Model("ipam.vrf", "ipam/vrfs", "VRF", _common(
            "ipam.vrf", name=Text(required=True), rd=Text(default=None, null=True), tenant=tenant,
            enforce_unique=Boolean(True), import_targets=Constant([]), export_targets=Constant([]),
            ipaddress_count=Count("ipam.ipaddress", "vrf"), prefix_count=Count("ipam.prefix", "vrf")),
            display=lambda row: f"{row['name']} ({row['rd']})" if row["rd"] else row["name"]),
        Model("ipam.vlan", "ipam/vlans", "VLAN", _common(
            "ipam.vlan", site=Ref("dcim.site"), vid=Integer(required=True, null=False), name=Text(required=True),
            tenant=tenant, status=Choice(choices.STATUS, "active"), role=role,
            prefix_count=Count("ipam.prefix", "vlan"), **_constants("group qinq_role qinq_svlan l2vpn_termination")),
            display=lambda row: f"{row['name']} ({row['vid']})", order=lambda row: row["vid"]),
        Model("ipam.role", "ipam/roles", "Role", _common(
            "ipam.role", name=Text(required=True), slug=Text(required=True), weight=Integer(1000),
            prefix_count=Count("ipam.prefix", "role"), vlan_count=Count("ipam.vlan", "role"), asn_count=NoCount())),
    ]


def mac_fields(shape, name):
    """The MAC of an interface: a text of its own before 4.2, since then the primary one of its MAC objects."""
    if not shape.since(4, 2):
        return {"mac_address": Mac()}
    return {"mac_address": PrimaryMac(writable=shape.since(4, 7)),
            "primary_mac_address": Ref("dcim.macaddress", on_delete="silent"),
            "mac_addresses": Computed(lambda row, view: view.macs_of(name, row["id"]))}


def _machine(kind, name):
    """What devices and virtual machines share."""
    address = Ref("ipam.ipaddress", on_delete="update", nested="nested.primary_ip")
    return _common(name, primary_ip4=address, primary_ip6=address, tenant=Ref("tenancy.tenant"), serial=Text(),
                   local_context_data=Field(),
                   config_context=Constant({}), config_template=Constant(), platform=Constant(),
                   primary_ip=Computed(lambda row, view: view.nested(
                       "ipam.ipaddress", row["primary_ip6"] or row["primary_ip4"], "nested.primary_ip")),
                   interface_count=Count(*kind, kept=True))


def _interface(shape, name, parent, nested_owner):
    """What the interfaces of devices and of virtual machines share."""
    return _common(name, **{parent: Ref(nested_owner, required=True, on_delete="cascade")}, name=Text(required=True),
                   enabled=Boolean(True), mtu=Integer(), vrf=Ref("ipam.vrf", on_delete="null"),
                   untagged_vlan=Ref("ipam.vlan", on_delete="null"), tagged_vlans=Constant([]),
                   count_ipaddresses=Count("ipam.ipaddress", "assigned_object", kept=True, key=lambda i: (name, i)),
                   count_fhrp_groups=Constant(0), **mac_fields(shape, name),
                   **_constants("parent bridge mode qinq_svlan vlan_translation_policy l2vpn_termination"))


def dcim_models(shape):
    site = Ref("dcim.site", required=True)
    interface = _interface(shape, "dcim.interface", "device", "dcim.device")
    models = [
        Model("dcim.site", "dcim/sites", "Site", _common(
            "dcim.site", name=Text(required=True), slug=Text(required=True), status=Choice(choices.SITE_STATUS, "active"),
            tenant=Ref("tenancy.tenant"), facility=Text(), physical_address=Text(), shipping_address=Text(), asns=Constant([]),
            device_count=Count("dcim.device", "site"), vlan_count=Count("ipam.vlan", "site"),
            prefix_count=Count("ipam.prefix", "scope", key=lambda i: ("dcim.site", i)) if shape.since(4, 2)
            else Count("ipam.prefix", "site"), virtualmachine_count=Count("virtualization.virtualmachine", "site"),
            **_constants("region group time_zone latitude longitude"), **_counts("circuit_count rack_count"))),
        Model("dcim.manufacturer", "dcim/manufacturers", "Manufacturer", _common(
            "dcim.manufacturer", name=Text(required=True), slug=Text(required=True),
            devicetype_count=Count("dcim.devicetype", "manufacturer"),
            **_counts("moduletype_count inventoryitem_count platform_count"))),
        Model("dcim.devicetype", "dcim/device-types", "DeviceType", _common(
            "dcim.devicetype", manufacturer=Ref("dcim.manufacturer", required=True), model=Text(required=True),
            slug=Text(required=True), part_number=Text(), u_height=Constant(1.0), exclude_from_utilization=Boolean(),
            is_full_depth=Boolean(True), device_count=Count("dcim.device", "device_type", kept=shape.since(4, 5)),
            **_constants("default_platform subdevice_role airflow cooling_method weight weight_unit end_of_life front_image "
                         "rear_image"),
            **_constants(" ".join(f"{part}_template_count" for part in choices.DEVICE_PARTS), 0)),
            display=lambda row: row["model"], order=lambda row: row["model"]),
        Model("dcim.devicerole", "dcim/device-roles", "DeviceRole", _common(
            "dcim.devicerole", name=Text(required=True), slug=Text(required=True), color=Text("9e9e9e"),
            vm_role=Boolean(True), config_template=Constant(), parent=Constant(), _depth=Constant(0),
            device_count=Count("dcim.device", "role", zero=shape.since(4, 4)),
            virtualmachine_count=Count("virtualization.virtualmachine", "role", zero=shape.since(4, 4)))),
        Model("dcim.device", "dcim/devices", "Device", {
            **_machine(("dcim.interface", "device"), "dcim.device"), "name": Text(None, null=True), "site": site,
            "device_type": Ref("dcim.devicetype", required=True), "role": Ref("dcim.devicerole", required=True),
            "status": Choice(choices.DEVICE_STATUS, "active"), "asset_tag": Text(None, null=True), "oob_ip": Ref(
                "ipam.ipaddress", on_delete="update", nested="nested.primary_ip"),
            **_constants("location rack position face latitude longitude parent_device airflow cooling_method cluster "
                         "virtual_chassis vc_position vc_priority"),
            **_constants(" ".join(f"{part}_count" for part in choices.DEVICE_PARTS if part != "interface"), 0)},
            display=lambda row: row["name"] or f"Device ({row['id']})", order=lambda row: row["name"] or ""),
        Model("dcim.interface", "dcim/interfaces", "Interface", {
            **interface, "label": Text(), "type": Choice(choices.INTERFACE_TYPES, required=True), "mgmt_only": Boolean(),
            "mark_connected": Boolean(), "cable_end": Constant(None if shape.since(4, 2) else ""),
            **_constants("module channels channel_id lag speed duplex wwn rf_role rf_channel poe_mode poe_type "
                         "rf_channel_frequency rf_channel_width tx_power cable wireless_link link_peers_type "
                         "connected_endpoints connected_endpoints_type"),
            **_constants("vdcs bridge_interfaces link_peers wireless_lans", []),
            **_constants("connected_endpoints_reachable _occupied", False)},
            display=lambda row: f"{row['name']} ({row['label']})" if row["label"] else row["name"],
            order=lambda row: (row["device"], row["name"])),
    ]
    if shape.since(4, 2):
        models.append(Model("dcim.macaddress", "dcim/mac-addresses", "MACAddress", _common(
            "dcim.macaddress", mac_address=Mac(required=True, null=False), assigned_object_type=ObjectType(INTERFACES),
            assigned_object_id=Integer(), assigned_object=_generic("assigned_object"),
            is_primary=Computed(lambda row, view: view.is_primary_mac(row))), display=lambda row: row["mac_address"],
            order=lambda row: row["mac_address"], generic=("assigned_object",)))
    return models


def other_models(shape):
    vm = _machine(("virtualization.vminterface", "virtual_machine"), "virtualization.virtualmachine")
    vm_interface = _interface(shape, "virtualization.vminterface", "virtual_machine", "virtualization.virtualmachine")
    return [
        Model("virtualization.clustertype", "virtualization/cluster-types", "ClusterType", _common(
            "virtualization.clustertype", name=Text(required=True), slug=Text(required=True),
            cluster_count=Count("virtualization.cluster", "type"))),
        Model("virtualization.cluster", "virtualization/clusters", "Cluster", _common(
            "virtualization.cluster", name=Text(required=True), type=Ref("virtualization.clustertype", required=True),
            status=Choice(choices.CLUSTER_STATUS, "active"), tenant=Ref("tenancy.tenant"), device_count=NoCount(),
            virtualmachine_count=Count("virtualization.virtualmachine", "cluster"),
            **_constants("group scope_type scope_id scope site allocated_vcpus allocated_memory allocated_disk"))),
        Model("virtualization.virtualmachine", "virtualization/virtual-machines", "VirtualMachine", {
            **vm, "name": Text(required=True), "status": Choice(choices.VM_STATUS, "active"), "site": Ref("dcim.site"),
            "cluster": Ref("virtualization.cluster"), "role": Ref("dcim.devicerole"), "device": Ref("dcim.device"),
            "start_on_boot": Choice({"on": "On", "off": "Off", "laststate": "Last State"}, "off"),
            "virtual_disk_count": Constant(0), **_constants("virtual_machine_type vcpus memory disk")}),
        Model("virtualization.vminterface", "virtualization/interfaces", "VMInterface", vm_interface,
              order=lambda row: (row["virtual_machine"], row["name"])),
        Model("tenancy.tenant", "tenancy/tenants", "Tenant", _common(
            "tenancy.tenant", name=Text(required=True), slug=Text(required=True), group=Constant(),
            device_count=Count("dcim.device", "tenant"), ipaddress_count=Count("ipam.ipaddress", "tenant"),
            prefix_count=Count("ipam.prefix", "tenant"), site_count=Count("dcim.site", "tenant"),
            virtualmachine_count=Count("virtualization.virtualmachine", "tenant"), vlan_count=Count("ipam.vlan", "tenant"),
            vrf_count=Count("ipam.vrf", "tenant"), cluster_count=Count("virtualization.cluster", "tenant"),
            **_counts("circuit_count rack_count"))),
    ]


def extras_models(shape):
    types = ObjectTypes(required=True)
    # Before 3.7 these are the webhook's own: extras/api/serializers.py WebhookSerializer.
    events = {"object_types": types, "enabled": Boolean(True), "conditions": Field(), "type_create": Boolean(),
              "type_update": Boolean(), "type_delete": Boolean()}
    models = [
        Model("extras.tag", "extras/tags", "Tag", {
            "name": Text(required=True), "slug": Text(required=True), "color": Text("9e9e9e"), "description": Text(),
            "weight": Integer(1000), "object_types": ObjectTypes(),
            "tagged_items": Computed(lambda row, view: view.tagged_items(row["id"]))}),
        Model("extras.customfieldchoiceset", "extras/custom-field-choice-sets", "CustomFieldChoiceSet", {
            "name": Text(required=True), "description": Text(), "extra_choices": Field(required=True),
            "order_alphabetically": Boolean(), "choices_count": Computed(lambda row, view: len(row["extra_choices"])),
            "choice_colors": Constant({}), "base_choices": Constant(), "owner": Constant()}),
        Model("extras.customfield", "extras/custom-fields", "CustomField", _custom_field(shape, types),
              display=lambda row: row["label"] or row["name"].replace("_", " ").capitalize()),
        Model("extras.webhook", "extras/webhooks", "Webhook", _common(
            "extras.webhook", name=Text(required=True), payload_url=Text(required=True), http_method=Text("POST"),
            http_content_type=Text("application/json"), additional_headers=Text(), body_template=Text(), secret=Text(),
            ssl_verification=Boolean(True), ca_file_path=Text(None, null=True), timeout=Integer(),
            **({} if shape.since(3, 7) else events))),
        Model("extras.eventrule", "extras/event-rules", "EventRule", _common(
            "extras.eventrule", **events, name=Text(required=True), event_types=Field(required=shape.since(4, 1), default=[]),
            type_job_start=Boolean(), type_job_end=Boolean(),
            action_type=Choice({"webhook": "Webhook"}, required=True), action_object_type=ObjectType(),
            action_object_id=Integer(), action_object=_generic("action_object"), action_is_available=Constant(True)),
            generic=("action_object",)),
    ]
    return models


def _custom_field(shape, types):
    return {
        "object_types": types, "type": Choice(type_names(shape), required=True), "name": Text(required=True), "label": Text(),
        "related_object_type": ObjectType(), "group_name": Text(),
        "data_type": Computed(lambda row, view: DATA_TYPES.get(row["type"], "string")),
        "description": Text(), "required": Boolean(), "unique": Boolean(), "search_weight": Integer(1000),
        "filter_logic": Choice({"disabled": "Disabled", "loose": "Loose", "exact": "Exact"}, "loose"),
        "ui_visible": Choice({"always": "Always", "if-set": "If set", "hidden": "Hidden"}, "always"),
        "ui_editable": Choice({"yes": "Yes", "no": "No", "hidden": "Hidden"}, "yes"), "is_cloneable": Boolean(),
        "nulls_first": Boolean(True), "default": Field(), "related_object_filter": Field(), "weight": Integer(100),
        "validation_minimum": Field(), "validation_maximum": Field(), "validation_regex": Text(),
        "validation_schema": Constant(), "choice_set": Ref("extras.customfieldchoiceset"), "choices": Field(), "comments": Text(),
        "ui_visibility": Choice({"read-write": "Read/Write", "read-only": "Read-only", "hidden": "Hidden"}, "read-write"),
        "status": Constant({"value": "active", "label": "Active"}), "owner": Constant(),
    }


def build_models(shape, range_status_dhcp=True):
    """{name: Model} of the models that this version has."""
    models = (*extras_models(shape), *ipam_models(shape, range_status_dhcp), *dcim_models(shape), *other_models(shape))
    return {model.name: model for model in models if model.name in shape.keys}
