# SPDX-License-Identifier: MPL-2.0
"""The keys of NetBox 4.5, as its serializers list them (read from 4.5.10; each entry names file and class).

The first text of an entry is the full object, the second what brief=1 and nesting show."""
from .shape import Keys, Shape

SHAPE = Shape("4.5.10", {
    # ipam/api/serializers_/ip.py PrefixSerializer
    "ipam.prefix": Keys(
        "id url display_url display family prefix vrf scope_type scope_id scope tenant vlan status role is_pool "
        "mark_utilized description owner comments tags custom_fields created last_updated children _depth",
        "id url display family prefix description _depth"),
    # ipam/api/serializers_/ip.py IPRangeSerializer
    "ipam.iprange": Keys(
        "id url display_url display family start_address end_address size vrf tenant status role description owner "
        "comments tags custom_fields created last_updated mark_populated mark_utilized",
        "id url display family start_address end_address description"),
    # ipam/api/serializers_/ip.py IPAddressSerializer
    "ipam.ipaddress": Keys(
        "id url display_url display family address vrf tenant status role assigned_object_type assigned_object_id "
        "assigned_object nat_inside nat_outside dns_name description owner comments tags custom_fields created "
        "last_updated",
        "id url display family address description"),
    # ipam/api/serializers_/vrfs.py VRFSerializer
    "ipam.vrf": Keys(
        "id url display_url display name rd tenant enforce_unique description owner comments import_targets "
        "export_targets tags custom_fields created last_updated ipaddress_count prefix_count",
        "id url display name rd description prefix_count"),
    # ipam/api/serializers_/vlans.py VLANSerializer
    "ipam.vlan": Keys(
        "id url display_url display site group vid name tenant status role description qinq_role qinq_svlan owner "
        "comments l2vpn_termination tags custom_fields created last_updated prefix_count",
        "id url display vid name description"),
    # ipam/api/serializers_/roles.py RoleSerializer
    "ipam.role": Keys(
        "id url display_url display name slug weight description owner comments tags custom_fields created last_updated "
        "prefix_count vlan_count",
        "id url display name slug description prefix_count vlan_count"),
    # dcim/api/serializers_/sites.py SiteSerializer
    "dcim.site": Keys(
        "id url display_url display name slug status region group tenant facility time_zone description physical_address "
        "shipping_address latitude longitude owner comments asns tags custom_fields created last_updated circuit_count "
        "device_count prefix_count rack_count virtualmachine_count vlan_count",
        "id url display name description slug"),
    # dcim/api/serializers_/manufacturers.py ManufacturerSerializer
    "dcim.manufacturer": Keys(
        "id url display_url display name slug description owner comments tags custom_fields created last_updated "
        "devicetype_count moduletype_count inventoryitem_count platform_count",
        "id url display name slug description"),
    # dcim/api/serializers_/devicetypes.py DeviceTypeSerializer
    "dcim.devicetype": Keys(
        "id url display_url display manufacturer default_platform model slug part_number u_height "
        "exclude_from_utilization is_full_depth subdevice_role airflow weight weight_unit front_image rear_image "
        "description owner comments tags custom_fields created last_updated device_count console_port_template_count "
        "console_server_port_template_count power_port_template_count power_outlet_template_count "
        "interface_template_count front_port_template_count rear_port_template_count device_bay_template_count "
        "module_bay_template_count inventory_item_template_count",
        "id url display manufacturer model slug description device_count"),
    # dcim/api/serializers_/roles.py DeviceRoleSerializer
    "dcim.devicerole": Keys(
        "id url display_url display name slug color vm_role config_template parent description tags custom_fields created "
        "last_updated device_count virtualmachine_count owner comments _depth",
        "id url display name slug description device_count virtualmachine_count _depth"),
    # dcim/api/serializers_/devices.py DeviceWithConfigContextSerializer
    "dcim.device": Keys(
        "id url display_url display name device_type role tenant platform serial asset_tag site location rack position "
        "face latitude longitude parent_device status airflow primary_ip primary_ip4 primary_ip6 oob_ip cluster "
        "virtual_chassis vc_position vc_priority description owner comments config_template config_context "
        "local_context_data tags custom_fields created last_updated console_port_count console_server_port_count "
        "power_port_count power_outlet_count interface_count front_port_count rear_port_count device_bay_count "
        "module_bay_count inventory_item_count",
        "id url display name description"),
    # dcim/api/serializers_/device_components.py InterfaceSerializer
    "dcim.interface": Keys(
        "id url display_url display device vdcs module name label type enabled parent bridge bridge_interfaces lag mtu "
        "mac_address primary_mac_address mac_addresses speed duplex wwn mgmt_only description mode rf_role rf_channel "
        "poe_mode poe_type rf_channel_frequency rf_channel_width tx_power untagged_vlan tagged_vlans qinq_svlan "
        "vlan_translation_policy mark_connected cable cable_end wireless_link link_peers link_peers_type wireless_lans "
        "vrf l2vpn_termination connected_endpoints connected_endpoints_type connected_endpoints_reachable owner tags "
        "custom_fields created last_updated count_ipaddresses count_fhrp_groups _occupied",
        "id url display device name description cable _occupied"),
    # dcim/api/serializers_/devices.py MACAddressSerializer
    "dcim.macaddress": Keys(
        "id url display_url display mac_address assigned_object_type assigned_object_id assigned_object description owner "
        "comments tags custom_fields created last_updated",
        "id url display mac_address description"),
    # virtualization/api/serializers_/clusters.py ClusterTypeSerializer
    "virtualization.clustertype": Keys(
        "id url display_url display name slug description owner comments tags custom_fields created last_updated "
        "cluster_count",
        "id url display name slug description cluster_count"),
    # virtualization/api/serializers_/clusters.py ClusterSerializer
    "virtualization.cluster": Keys(
        "id url display_url display name type group status tenant scope_type scope_id scope description owner comments "
        "tags custom_fields created last_updated device_count virtualmachine_count allocated_vcpus allocated_memory "
        "allocated_disk",
        "id url display name description virtualmachine_count"),
    # virtualization/api/serializers_/virtualmachines.py VirtualMachineWithConfigContextSerializer
    "virtualization.virtualmachine": Keys(
        "id url display_url display name status start_on_boot site cluster device serial role tenant platform primary_ip "
        "primary_ip4 primary_ip6 vcpus memory disk description owner comments config_template local_context_data tags "
        "custom_fields config_context created last_updated interface_count virtual_disk_count",
        "id url display name description"),
    # virtualization/api/serializers_/virtualmachines.py VMInterfaceSerializer
    "virtualization.vminterface": Keys(
        "id url display_url display virtual_machine name enabled parent bridge mtu mac_address primary_mac_address "
        "mac_addresses description mode untagged_vlan tagged_vlans qinq_svlan vlan_translation_policy vrf "
        "l2vpn_termination owner tags custom_fields created last_updated count_ipaddresses count_fhrp_groups",
        "id url display virtual_machine name description"),
    # tenancy/api/serializers_/tenants.py TenantSerializer
    "tenancy.tenant": Keys(
        "id url display_url display name slug group description owner comments tags custom_fields created last_updated "
        "circuit_count device_count ipaddress_count prefix_count rack_count site_count virtualmachine_count vlan_count "
        "vrf_count cluster_count",
        "id url display name slug description"),
    # extras/api/serializers_/tags.py TagSerializer
    "extras.tag": Keys(
        "id url display_url display name slug color description weight object_types tagged_items created last_updated",
        "id url display name slug color description"),
    # extras/api/serializers_/customfields.py CustomFieldSerializer
    "extras.customfield": Keys(
        "id url display_url display object_types type related_object_type data_type name label group_name description "
        "required unique search_weight filter_logic ui_visible ui_editable is_cloneable default related_object_filter "
        "weight validation_minimum validation_maximum validation_regex choice_set owner comments created last_updated",
        "id url display name description"),
    # extras/api/serializers_/customfields.py CustomFieldChoiceSetSerializer
    "extras.customfieldchoiceset": Keys(
        "id url display_url display name description base_choices extra_choices order_alphabetically choices_count owner "
        "created last_updated",
        "id url display name description choices_count"),
    # extras/api/serializers_/events.py WebhookSerializer
    "extras.webhook": Keys(
        "id url display_url display name description payload_url http_method http_content_type additional_headers "
        "body_template secret ssl_verification ca_file_path custom_fields owner tags created last_updated",
        "id url display name description"),
    # extras/api/serializers_/events.py EventRuleSerializer
    "extras.eventrule": Keys(
        "id url display_url display object_types name enabled event_types conditions action_type action_object_type "
        "action_object_id action_object description custom_fields owner tags created last_updated",
        "id url display name description"),
    # netbox/api/serializers/nested.py NestedTagSerializer
    "nested.tag": Keys("id url display_url display name slug color"),
    # dcim/api/serializers_/devices.py DeviceSerializer.primary_ip: IPAddressSerializer(nested=True)
    "nested.primary_ip": Keys("id url display family address description"),
})
