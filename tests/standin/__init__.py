# SPDX-License-Identifier: MPL-2.0
"""A NetBox to test against: its REST API, filters, paging, permissions, errors and webhooks, and faults by switch.

    from standin import StandIn
    with StandIn(shape="4.7") as netbox:
        netbox.define_default_fields()
        prefix = netbox.add("ipam.prefix", prefix="10.0.0.0/24", custom_fields={"dhcp_enabled": True})
        netbox.url, netbox.token, netbox.requests

As a program: tests/standin/netbox --help."""
from .site import load_site
from .standin import TOKEN, StandIn
from .values import Invalid, Protected
from .webhooks import HINT_TEMPLATE

__all__ = ["HINT_TEMPLATE", "Invalid", "Protected", "StandIn", "TOKEN", "load_site"]
