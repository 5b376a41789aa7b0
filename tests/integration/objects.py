# SPDX-License-Identifier: MPL-2.0
"""What stands in a test's NetBox, said in one line each. All but what a test asks for is such that the default filters take it.

    prefix(netbox, "10.0.0.0/24", {"dhcp_next_server": "10.0.0.3"}); ip_range(netbox, "10.0.0.10", "10.0.0.20")
    address(netbox, "10.0.0.5", mac(1)); address(netbox, "10.0.0.6", **device(netbox, "printer", mac(2)))
    follow(netbox, server)             # its changes reach the server by webhook from now on
    sync(server); synced(server)       # a full sync is asked for and done; the first one is done"""

from waiting import eventually


def with_mask(ip):
    return ip if "/" in ip else f"{ip}/{64 if ':' in ip else 24}"


def prefix(netbox, net, fields=None, **values):
    return netbox.add("ipam.prefix", prefix=net, custom_fields={"dhcp_enabled": True, **(fields or {})}, **values)


def ip_range(netbox, start, end, **values):
    ends = {"start_address": with_mask(start), "end_address": with_mask(end)}
    return netbox.add("ipam.iprange", **{**ends, "status": "dhcp", **values})


def address(netbox, ip, mac=None, **values):
    """mac: of the custom field. Of an interface: address(netbox, ip, **device(…))."""
    fields = {"dhcp_reservation_hw_address": mac} if mac else {}
    return netbox.add("ipam.ipaddress", **{"address": with_mask(ip), "status": "dhcp", "custom_fields": fields, **values})


def addresses(netbox, number, net="10.0", first=1):
    """That many with MACs of their own (client.mac(first), …) in one go, 250 in each /24; their ids."""
    from client import mac
    rows = [{"address": f"{net}.{i // 250}.{i % 250 + 2}/24", "status": "dhcp",
             "custom_fields": {"dhcp_reservation_hw_address": mac(first + i)}} for i in range(number)]
    return netbox.add_many("ipam.ipaddress", rows, _events=False)


def device(netbox, name, *macs, primary=True):
    """A device with an interface that has these MACs, the first of them the primary one; what an address of it is assigned to."""
    owner = netbox.add("dcim.device", name=name)
    interface = netbox.add("dcim.interface", device=owner["id"], name="eth0")
    return _with_macs(netbox, "dcim.interface", interface["id"], macs, primary)


def machine(netbox, name, *macs, primary=True):
    """The same of a virtual machine."""
    owner = netbox.add("virtualization.virtualmachine", name=name)
    interface = netbox.add("virtualization.vminterface", virtual_machine=owner["id"], name="eth0")
    return _with_macs(netbox, "virtualization.vminterface", interface["id"], macs, primary)


def _with_macs(netbox, model, interface, macs, primary):
    for place, text in enumerate(macs):
        if place == 0 and primary:
            netbox.set_mac(model, interface, text)
        else:
            netbox.add("dcim.macaddress", mac_address=text, assigned_object_type=model, assigned_object_id=interface)
    return {"assigned_object_type": model, "assigned_object_id": interface}


def follow(netbox, server):
    return netbox.add_webhook(server.http.event_url, secret=server.http.secret)


def synced(server):
    """Returns when all is well, with what the health check counts."""
    eventually(server.http.healthy, "the health check is well")
    return server.http.health()[1]


def sync(server):
    """Has everything synced once more; returns the log's place from which on that happened."""
    begin = server.mark()
    assert server.http.event("tag", 1) == 202
    server.wait_log("NETBOX_SYNCED", begin)
    return begin


def configurations(server, since=0):
    """How many configurations Kea has put in force."""
    return len(server.logged("DHCP[46]_CONFIG_COMPLETE", since))


def left_out(server, since=0):
    """{(NetBox's word for the kind, id)} of what the log says is left out."""
    pattern = r"NETBOX_LEFT_OUT (prefix|ip-range|ip-address) .*?\(NetBox id (\d+), "
    return {(kind, int(number)) for kind, number in server.logged(pattern, since)}
