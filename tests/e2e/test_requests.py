# SPDX-License-Identifier: MPL-2.0
"""How often a full sync asks a real NetBox. Its seconds are printed, nobody asserts them."""

import concurrent.futures
import time

import pytest

from client import mac
from counting import CountingProxy
from kea_server import Kea
from lab import Link
from rest import HOOK_PERMISSIONS

PREFIXES, ADDRESSES, INTERFACES = 1000, 5000, 100
SHARE = ADDRESSES // PREFIXES
BULK, SIDE_BY_SIDE = 250, 4


def network(index):
    return f"10.{index >> 8}.{index & 255}"


def add_all(netbox, path, rows):
    """Side by side, for NetBox has several processes. Returns the rows in no order."""
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        answers = pool.map(lambda start: netbox.api("POST", path, rows[start:start + BULK]), range(0, len(rows), BULK))
        return [row for answer in answers for row in answer]


@pytest.fixture(scope="module")
def large_site(netbox):
    """Prefixes with a range and five addresses each; the first addresses have their MACs from interfaces, the rest by a custom field."""
    netbox.stop_worker()    # it has a job for every object, which nobody here waits for
    netbox.add_custom_fields()
    add_all(netbox, "/api/ipam/prefixes/",
            [{"prefix": f"{network(n)}.0/24", "custom_fields": {"dhcp_enabled": True}} for n in range(PREFIXES)])
    add_all(netbox, "/api/ipam/ip-ranges/",
            [{"start_address": f"{network(n)}.100/24", "end_address": f"{network(n)}.199/24", "status": "dhcp"} for n in range(PREFIXES)])
    device = netbox.add_device("switch")
    interfaces = add_all(netbox, "/api/dcim/interfaces/",
                         [{"device": device["id"], "name": f"eth{n}", "type": "1000base-t"} for n in range(INTERFACES)])
    add_all(netbox, "/api/dcim/mac-addresses/",
            [{"mac_address": mac(n), "assigned_object_type": "dcim.interface", "assigned_object_id": interface["id"]}
             for n, interface in enumerate(interfaces)])
    add_all(netbox, "/api/ipam/ip-addresses/", [address(n, interfaces) for n in range(ADDRESSES)])
    return netbox


def address(number, interfaces):
    row = {"address": f"{network(number // SHARE)}.{10 + number % SHARE}/24", "status": "dhcp"}
    if number < len(interfaces):
        return {**row, "assigned_object_type": "dcim.interface", "assigned_object_id": interfaces[number]["id"]}
    return {**row, "custom_fields": {"dhcp_reservation_hw_address": mac(ADDRESSES + number)}}


def test_a_site_of_seven_thousand_objects_takes_at_most_15_requests(large_site, hook, tmp_path, capsys):
    (tmp_path / "token").write_text(large_site.add_viewer("kea", *HOOK_PERMISSIONS))
    with Link(("198.51.100.1/24",)) as link, CountingProxy(large_site.url) as proxy:
        parameters = {"netbox-url": proxy.url, "netbox-token-file": str(tmp_path / "token"), "listen": False}
        begin = time.monotonic()
        kea = Kea(tmp_path / "kea", link, {"hooks-libraries": [{"library": str(hook), "parameters": parameters}]}, level=0).start()
        synced = kea.wait_log("NETBOX_SYNCED .*").group(0)
        seconds = time.monotonic() - begin
        requests = list(proxy.passed)
        assert kea.stop().code == 0
    with capsys.disabled():
        print(f"\n{len(requests)} requests; {seconds:.1f} s from Kea's start to the last subnet; NetBox took for each:")
        for each in requests:
            print(f"  {each.seconds:6.3f} s {each.length:8} bytes {each.target[:60]}")
    assert f"{PREFIXES} subnets, {PREFIXES} pools, {ADDRESSES} reservations; 0 left out" in synced
    assert len(requests) <= 15
