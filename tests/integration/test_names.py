# SPDX-License-Identifier: MPL-2.0
"""Names and texts as people write them: what reaches a client is a host name, and nothing else is disturbed."""

import re

import pytest

from client import mac
from objects import address, device, ip_range, left_out, prefix, sync, synced
from twins import BOTH

pytestmark = BOTH

NAMES = {
    "プリンタ": "host-10-0-0-1", "サーバ-sw01.東京": "sw01", "zürich core": "z-rich-core", "zu\u0308rich": "zu-rich", "😀": "host-10-0-0-5",
    "שרת 7": "7", "\u202eabc\u202c": "abc", "\"quoted\" 'n' \\back\\slash": "quoted-n-back-slash", "tab\tand\nnewline\x01\x7f": "tab-and-newline",
    "-edge-": "edge", "..dots..": "dots", "a-.-b": "a.b", "n" * 300: "n" * 63, ".".join(["l" * 60] * 6): ".".join(["l" * 60] * 4 + ["l" * 9]),
    "{\"a\": [1], \\u65e5}": "a-1-u65e5", "…": "host-10-0-0-16", "rack 3 (left) #4": "rack-3-left-4", "under_score": "under-score",
}
UNICODE = "\"quoted\" \\back\\ \x01\x1b[31m\x7f tab\there\nnew 日本語 ümlaut é 😀 \u202eleft \u2028 {\"a\": [1]} %1 \\u65e5"


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


def twin(text):
    """What is made of an IPv6 address, in the words of its twin's."""
    return re.sub(r"host-2001-db8-a00-0-0-0-0-([0-9a-f]+)", lambda match: f"host-10-0-0-{int(match[1], 16)}", text)


def named(netbox):
    """A reservation for a device of each name, 10.0.0.1 and on; a range beside them."""
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.100", "10.0.0.200")
    for number, name in enumerate(NAMES, 1):
        address(netbox, f"10.0.0.{number}", **device(netbox, name, mac(number)))


def test_every_name_reaches_its_client_as_a_host_name(netbox, netbox_kea, client):
    named(netbox)
    server = netbox_kea()
    assert synced(server)["reservations"] == len(NAMES)
    leases = [client.lease(mac(number)) for number in range(1, len(NAMES) + 1)]
    assert [lease.address for lease in leases] == [f"10.0.0.{number}" for number in range(1, len(NAMES) + 1)]
    assert [twin(lease.hostname) for lease in leases] == list(NAMES.values())
    for lease in leases:
        assert all(re.fullmatch("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in lease.hostname.split("."))
    assert client.lease(mac(99)).address == "10.0.0.100"


def test_each_change_of_a_name_is_said_once(netbox, netbox_kea):
    named(netbox)
    server = netbox_kea()
    synced(server)
    said = twin("\n".join(server.logged("NETBOX_HOSTNAME_CHANGED .*")))
    assert '"プリンタ" is no valid host name, "host-10-0-0-1" is used' in said
    sync(server)
    sync(server)
    assert len(server.logged("NETBOX_HOSTNAME_CHANGED")) == len(NAMES)
    assert not server.logged("NETBOX_LEFT_OUT")


def test_a_name_that_becomes_japanese_while_clients_are_served(netbox, followed_kea, client):
    prefix(netbox, "10.0.0.0/24")
    owner = netbox.add("dcim.device", name="desk")["id"]
    interface = netbox.add("dcim.interface", device=owner, name="eth0")["id"]
    netbox.set_mac("dcim.interface", interface, mac(1))
    address(netbox, "10.0.0.5", assigned_object_type="dcim.interface", assigned_object_id=interface)
    followed_kea()
    assert client.lease(mac(1)).hostname == "desk"
    netbox.change("dcim.device", owner, name="机")
    assert client.until(mac(1), hostname=lambda name: twin(name) == "host-10-0-0-5").address == "10.0.0.5"


def test_texts_of_every_kind_come_through_kea_as_they_are(netbox, netbox_kea, client):
    netbox.define_field("notes", "json", "ipam.prefix")
    notes = {"言葉": UNICODE, "list": [UNICODE, 1, True, None, {"ü 'x'": []}]}
    prefix(netbox, "10.0.0.0/24", {"notes": notes}, description=UNICODE)
    ip_range(netbox, "10.0.0.10", "10.0.0.20", description=UNICODE)
    address(netbox, "10.0.0.5", mac(5), description=UNICODE)
    text = {"user-context.text": "description"}
    server = netbox_kea({"subnet-prefix-map": {**text, "user-context.notes": "custom_fields.notes"}, "pool-iprange-map": text,
                         "reservation-ipaddr-map": {"hw-address": "custom_fields.dhcp_reservation_hw_address", **text}})
    synced(server)
    assert not left_out(server)
    assert [client.lease(mac(number)).address for number in (5, 1)] == ["10.0.0.5", "10.0.0.10"]
    begin = server.mark()
    sync(server)
    server.reload()
    server.wait_log("NETBOX_RESUMED[^$]*NETBOX_SYNCED", begin)
    assert not server.logged("NETBOX_(CHANGED|ADDED|REMOVED|FAILED)", begin)
    [subnet] = server.subnets().values()
    assert plain(subnet["user-context"]["notes"]) == notes
    assert {plain(one["user-context"]["text"]) for one in (subnet, *subnet["pools"], *subnet["reservations"])} == {UNICODE}


def test_a_name_in_a_json_field_that_would_break_keas_print_is_left_out(netbox, netbox_kea, client):
    """Kea escapes nothing in the names of a map: its config-get would be no JSON any more, or other JSON."""
    netbox.define_field("notes", "json", "ipam.prefix")
    bad = [prefix(netbox, f"10.{net}.0.0/24", {"notes": notes})["id"]
           for net, notes in enumerate(({'a"b': 1}, {"a": [{"\\": 1}]}, {'x": 1}, "pools": [], "y": {"z': 1}, {"a\nb": 1}), 1)]
    good = prefix(netbox, "10.0.0.0/24", {"notes": {"a'b": [{"ü": 1}]}})["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"subnet-prefix-map": {"user-context.notes": "custom_fields.notes"}})
    synced(server)
    assert (list(server.subnets()), left_out(server)) == ([good], {("prefix", number) for number in bad})
    assert client.lease(mac(1)).address == "10.0.0.10"


def plain(value):
    """Kea prints each byte of a value above 7e as a character of its own, and a name as it is."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.encode("latin-1").decode() if isinstance(value, str) else value
