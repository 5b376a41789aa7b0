# SPDX-License-Identifier: MPL-2.0
"""The keys of NetBox 3.7, as its serializers list them (read from 3.7.8; each entry names file and class).

The first text of an entry is the full object, the second what brief=1 and nesting show."""
from .shape import Keys, Shape

SHAPE = Shape("3.7.8", {
    # ipam/api/serializers.py PrefixSerializer; brief: nested_serializers.py NestedPrefixSerializer
    "ipam.prefix": Keys(
        "id url display family prefix site vrf tenant vlan status role is_pool mark_utilized description comments tags "
        "custom_fields created last_updated children _depth",
        "id url display family prefix _depth"),
    # ipam/api/serializers.py IPRangeSerializer; brief: nested_serializers.py NestedIPRangeSerializer
    "ipam.iprange": Keys(
        "id url display family start_address end_address size vrf tenant status role description comments tags "
        "custom_fields created last_updated mark_utilized",
        "id url display family start_address end_address"),
    # ipam/api/serializers.py IPAddressSerializer; brief: nested_serializers.py NestedIPAddressSerializer
    "ipam.ipaddress": Keys(
        "id url display family address vrf tenant status role assigned_object_type assigned_object_id assigned_object "
        "nat_inside nat_outside dns_name description comments tags custom_fields created last_updated",
        "id url display family address"),
    # ipam/api/serializers.py VRFSerializer; brief: nested_serializers.py NestedVRFSerializer
    "ipam.vrf": Keys(
        "id url display name rd tenant enforce_unique description comments import_targets export_targets tags "
        "custom_fields created last_updated ipaddress_count prefix_count",
        "id url display name rd prefix_count"),
    # ipam/api/serializers.py VLANSerializer; brief: nested_serializers.py NestedVLANSerializer
    "ipam.vlan": Keys(
        "id url display site group vid name tenant status role description comments l2vpn_termination tags custom_fields "
        "created last_updated prefix_count",
        "id url display vid name"),
    # ipam/api/serializers.py RoleSerializer; brief: nested_serializers.py NestedRoleSerializer
    "ipam.role": Keys(
        "id url display name slug weight description tags custom_fields created last_updated prefix_count vlan_count",
        "id url display name slug prefix_count vlan_count"),
    # dcim/api/serializers.py SiteSerializer; brief: nested_serializers.py NestedSiteSerializer
    "dcim.site": Keys(
        "id url display name slug status region group tenant facility time_zone description physical_address "
        "shipping_address latitude longitude comments asns tags custom_fields created last_updated circuit_count "
        "device_count prefix_count rack_count virtualmachine_count vlan_count",
        "id url display name slug"),
    # dcim/api/serializers.py ManufacturerSerializer; brief: nested_serializers.py NestedManufacturerSerializer
    "dcim.manufacturer": Keys(
        "id url display name slug description tags custom_fields created last_updated devicetype_count "
        "inventoryitem_count platform_count",
        "id url display name slug devicetype_count"),
    # dcim/api/serializers.py DeviceTypeSerializer; brief: nested_serializers.py NestedDeviceTypeSerializer
    "dcim.devicetype": Keys(
        "id url display manufacturer default_platform model slug part_number u_height exclude_from_utilization "
        "is_full_depth subdevice_role airflow weight weight_unit front_image rear_image description comments tags "
        "custom_fields created last_updated device_count console_port_template_count console_server_port_template_count "
        "power_port_template_count power_outlet_template_count interface_template_count front_port_template_count "
        "rear_port_template_count device_bay_template_count module_bay_template_count inventory_item_template_count",
        "id url display manufacturer model slug device_count"),
    # dcim/api/serializers.py DeviceRoleSerializer; brief: nested_serializers.py NestedDeviceRoleSerializer
    "dcim.devicerole": Keys(
        "id url display name slug color vm_role config_template description tags custom_fields created last_updated "
        "device_count virtualmachine_count",
        "id url display name slug device_count virtualmachine_count"),
    # dcim/api/serializers.py DeviceWithConfigContextSerializer; brief: nested_serializers.py NestedDeviceSerializer
    "dcim.device": Keys(
        "id url display name device_type role device_role tenant platform serial asset_tag site location rack position "
        "face latitude longitude parent_device status airflow primary_ip primary_ip4 primary_ip6 oob_ip cluster "
        "virtual_chassis vc_position vc_priority description comments config_template config_context local_context_data "
        "tags custom_fields created last_updated console_port_count console_server_port_count power_port_count "
        "power_outlet_count interface_count front_port_count rear_port_count device_bay_count module_bay_count "
        "inventory_item_count",
        "id url display name"),
    # dcim/api/serializers.py InterfaceSerializer; brief: nested_serializers.py NestedInterfaceSerializer
    "dcim.interface": Keys(
        "id url display device vdcs module name label type enabled parent bridge lag mtu mac_address speed duplex wwn "
        "mgmt_only description mode rf_role rf_channel poe_mode poe_type rf_channel_frequency rf_channel_width tx_power "
        "untagged_vlan tagged_vlans mark_connected cable cable_end wireless_link link_peers link_peers_type wireless_lans "
        "vrf l2vpn_termination connected_endpoints connected_endpoints_type connected_endpoints_reachable tags "
        "custom_fields created last_updated count_ipaddresses count_fhrp_groups _occupied",
        "id url display device name cable _occupied"),
    # virtualization/api/serializers.py ClusterTypeSerializer; brief: nested_serializers.py NestedClusterTypeSerializer
    "virtualization.clustertype": Keys(
        "id url display name slug description tags custom_fields created last_updated cluster_count",
        "id url display name slug cluster_count"),
    # virtualization/api/serializers.py ClusterSerializer; brief: nested_serializers.py NestedClusterSerializer
    "virtualization.cluster": Keys(
        "id url display name type group status tenant site description comments tags custom_fields created last_updated "
        "device_count virtualmachine_count",
        "id url display name virtualmachine_count"),
    # virtualization/api/serializers.py VirtualMachineWithConfigContextSerializer;
    # brief: nested_serializers.py NestedVirtualMachineSerializer
    "virtualization.virtualmachine": Keys(
        "id url display name status site cluster device role tenant platform primary_ip primary_ip4 primary_ip6 vcpus "
        "memory disk description comments config_template local_context_data tags custom_fields config_context created "
        "last_updated interface_count virtual_disk_count",
        "id url display name"),
    # virtualization/api/serializers.py VMInterfaceSerializer; brief: nested_serializers.py NestedVMInterfaceSerializer
    "virtualization.vminterface": Keys(
        "id url display virtual_machine name enabled parent bridge mtu mac_address description mode untagged_vlan "
        "tagged_vlans vrf l2vpn_termination tags custom_fields created last_updated count_ipaddresses count_fhrp_groups",
        "id url display virtual_machine name"),
    # tenancy/api/serializers.py TenantSerializer; brief: nested_serializers.py NestedTenantSerializer
    "tenancy.tenant": Keys(
        "id url display name slug group description comments tags custom_fields created last_updated circuit_count "
        "device_count ipaddress_count prefix_count rack_count site_count virtualmachine_count vlan_count vrf_count "
        "cluster_count",
        "id url display name slug"),
    # extras/api/serializers.py TagSerializer; brief: nested.py NestedTagSerializer
    "extras.tag": Keys(
        "id url display name slug color description object_types tagged_items created last_updated",
        "id url display name slug color"),
    # extras/api/serializers.py CustomFieldSerializer; brief: nested_serializers.py NestedCustomFieldSerializer
    "extras.customfield": Keys(
        "id url display content_types type object_type data_type name label group_name description required search_weight "
        "filter_logic ui_visible ui_editable is_cloneable default weight validation_minimum validation_maximum "
        "validation_regex choice_set created last_updated",
        "id url display name"),
    # extras/api/serializers.py CustomFieldChoiceSetSerializer; brief: nested_serializers.py NestedCustomFieldChoiceSetSerializer
    "extras.customfieldchoiceset": Keys(
        "id url display name description base_choices extra_choices order_alphabetically choices_count created "
        "last_updated",
        "id url display name choices_count"),
    # extras/api/serializers.py WebhookSerializer; brief: nested_serializers.py NestedWebhookSerializer
    "extras.webhook": Keys(
        "id url display name description payload_url http_method http_content_type additional_headers body_template "
        "secret ssl_verification ca_file_path custom_fields tags created last_updated",
        "id url display name"),
    # extras/api/serializers.py EventRuleSerializer; brief: nested_serializers.py NestedEventRuleSerializer
    "extras.eventrule": Keys(
        "id url display content_types name type_create type_update type_delete type_job_start type_job_end enabled "
        "conditions action_type action_object_type action_object_id action_object description custom_fields tags created "
        "last_updated",
        "id url display name"),
    # netbox/api/serializers/nested.py NestedTagSerializer
    "nested.tag": Keys("id url display name slug color"),
    "nested.primary_ip": Keys("id url display family address"),
})
