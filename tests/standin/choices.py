# SPDX-License-Identifier: MPL-2.0
"""The values of choice fields and their labels, as in ipam/choices.py, dcim/choices.py and virtualization/choices.py."""

STATUS = {"active": "Active", "reserved": "Reserved", "deprecated": "Deprecated"}
ADDRESS_ROLES = {"loopback": "Loopback", "secondary": "Secondary", "anycast": "Anycast", "vip": "VIP", "vrrp": "VRRP",
                 "hsrp": "HSRP", "glbp": "GLBP", "carp": "CARP"}
SITE_STATUS = {"planned": "Planned", "staging": "Staging", "active": "Active", "decommissioning": "Decommissioning",
               "retired": "Retired"}
DEVICE_STATUS = {"offline": "Offline", "active": "Active", "planned": "Planned", "staged": "Staged", "failed": "Failed",
                 "inventory": "Inventory", "decommissioning": "Decommissioning"}
CLUSTER_STATUS = {"planned": "Planned", "staging": "Staging", "active": "Active", "decommissioning": "Decommissioning",
                  "offline": "Offline"}
VM_STATUS = {"offline": "Offline", "active": "Active", "planned": "Planned", "staged": "Staged", "failed": "Failed",
             "decommissioning": "Decommissioning", "paused": "Paused"}
# A few of NetBox's many.
INTERFACE_TYPES = {"virtual": "Virtual", "bridge": "Bridge", "lag": "Link Aggregation Group (LAG)",
                   "1000base-t": "1000BASE-T (1GE)", "10gbase-t": "10GBASE-T (10GE)", "10gbase-x-sfpp": "SFP+ (10GE)",
                   "ieee802.11ac": "IEEE 802.11ac", "other": "Other"}
# What a device may have of, each with a counter in its row.
DEVICE_PARTS = ("console_port", "console_server_port", "power_port", "power_outlet", "cooling_intake", "cooling_outflow",
                "interface", "front_port", "rear_port", "device_bay", "module_bay", "inventory_item")
