# SPDX-License-Identifier: MPL-2.0
"""What doc/coming-from-the-daemon.md says, row by row (the settings: test_from_toml.py), and its steps in a row.

Each row of its tables has the test that names it by row(heading, first cell); a row without one, or a test of no row, fails."""

import json
import pathlib
import socket

import pytest

from client import mac
from conftest import TOKEN
from kea_server import reservation, subnet
from objects import address, addresses, configurations, device, follow, left_out, prefix, sync, synced
from office import DEVICE_MAC, FIELD_MAC, RELAY, STRANGER, VM_MAC, in_range
from standin import HINT_TEMPLATE, StandIn
from test_tls import Authority
from waiting import eventually

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "doc/coming-from-the-daemon.md"
tested = set()


def row(heading, *keys):
    tested.update((heading, key) for key in keys)
    return lambda test: test


def rows_of_the_document():
    """{(heading, first cell)} of each row of each table."""
    rows, heading, above = set(), None, None
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("## "):
            heading = line[3:]
        if line.startswith("| ") and above is not None:
            rows.add((heading, line.split("|")[1].strip().strip("`")))
        # What stands before the line of dashes is a table's head.
        above = line if line.startswith("|--") or (above is not None and line.startswith("| ")) else None
    return rows


def test_each_row_of_the_document_is_tested():
    rows = {each for each in rows_of_the_document() if each[0] != "Settings"}
    assert len(rows) > 50
    assert rows == tested


@pytest.fixture
def fields(netbox):
    netbox.define_default_fields()


@pytest.fixture
def server(office, followed_kea):
    return followed_kea()


def options(subnet):
    return {option["name"]: option["data"] for option in subnet["option-data"]}


# Maps and values

@pytest.fixture
def mapped(netbox, netbox_kea, fields):
    """mapped({Kea's key: NetBox's path}, field=value): the subnet that Kea serves of a prefix with these custom fields."""
    def make(paths, values=None, **custom):
        for name in custom:
            netbox.define_field(name, "json", "ipam.prefix")
        number = prefix(netbox, "10.0.0.0/24", custom, **(values or {}))["id"]
        server = netbox_kea({"subnet-prefix-map": paths})
        assert synced(server)["subnets"] == 1
        return server.subnets()[number]
    return make


@row("Maps and values", "path", "option-data.x", "other dotted keys")
def test_paths_options_and_nested_keys(mapped):
    served = mapped({"option-data.routers": "custom_fields.deep.down.below", "relay.ip-addresses": "custom_fields.relays",
                     "user-context.a.b": "custom_fields.relays"}, deep={"down": {"below": "10.0.0.1"}}, relays=["10.9.0.1"])
    assert options(served) == {"routers": "10.0.0.1"}
    assert served["relay"]["ip-addresses"] == served["user-context"]["a.b"] == ["10.9.0.1"]


@row("Maps and values", "path beyond the list")
def test_what_the_list_does_not_show_of_a_nested_object_has_no_value(mapped, netbox):
    vrf = netbox.add("ipam.vrf", name="blue", enforce_unique=True)["id"]
    served = mapped({"user-context.name": "vrf.name", "user-context.unique": "vrf.enforce_unique"}, {"vrf": vrf})
    assert served["user-context"]["name"] == "blue" and "unique" not in served["user-context"]
    assert not [request for request in netbox.requests if "vrfs" in request.path]


@row("Maps and values", "list of paths")
def test_of_a_list_the_first_that_is_neither_null_nor_empty(mapped):
    served = mapped({"match-client-id": ["custom_fields.no", "custom_fields.yes"],
                     "renew-timer": ["custom_fields.zero", "custom_fields.ten"],
                     "user-context.some": ["custom_fields.empty", "custom_fields.none", "custom_fields.ten"],
                     "user-context.last": ["custom_fields.none", "custom_fields.empty"]},
                    no=False, yes=True, zero=0, ten=10, empty="", none=[])
    assert (served["match-client-id"], served["renew-timer"]) == (False, 0)
    assert served["user-context"]["some"] == 10 and "last" not in served["user-context"]


@row("Maps and values", "field named items")
def test_a_field_may_have_the_name_of_a_method(mapped):
    assert mapped({"boot-file-name": "custom_fields.items"}, items="boot")["boot-file-name"] == "boot"


@row("Maps and values", "text for a number", "number for a text", "lists, choices, objects")
def test_values_become_what_kea_wants(mapped, netbox):
    role = netbox.add("ipam.role", name="clients")["id"]
    served = mapped({"renew-timer": "custom_fields.text", "option-data.interface-mtu": "custom_fields.number",
                     "option-data.routers": "custom_fields.list", "option-data.domain-name": "status",
                     "option-data.merit-dump": "role"}, {"role": role}, text="600", number=1500, list=["10.0.0.1", "10.0.0.2/24"])
    assert served["renew-timer"] == 600
    assert options(served) == {"interface-mtu": "1500", "routers": "10.0.0.1, 10.0.0.2", "domain-name": "active",
                               "merit-dump": "clients"}


@row("Maps and values", "valid-lifetime")
@pytest.mark.parametrize("lifetime", [60, 864000])
def test_a_lifetime_brings_its_bounds(mapped, lifetime):
    served = mapped({"valid-lifetime": "custom_fields.life"}, life=lifetime)
    assert [served[f"{bound}valid-lifetime"] for bound in ("", "min-", "max-")] == [lifetime] * 3


@row("Maps and values", "host name", "MAC")
@row("What failed", "names beyond Latin-1")
def test_names_and_macs_are_made_fit(netbox, netbox_kea, client, fields):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", "0200.0000.0001", dns_name="")
    address(netbox, "10.0.0.6", **device(netbox, "東京-7", mac(2)))
    server = netbox_kea()
    assert synced(server)["reservations"] == 2
    assert client.lease(mac(1)).address == "10.0.0.5"
    lease = client.lease(mac(2))
    assert lease.address == "10.0.0.6" and lease.hostname.isascii()
    assert server.logged("NETBOX_HOSTNAME_CHANGED .*東京-7")


# A full sync

def daemons_subnet(number, net="10.0.0"):
    """As the daemon makes it: no mark but the id, and the marks of the default office's range and first address."""
    served = subnet(number, f"{net}.0/24", reservations=[reservation(FIELD_MAC, f"{net}.7", user_context={"netbox_ip_address_id": 3})])
    served["pools"] = [{"pool": f"{net}.100-{net}.110", "user-context": {"netbox_ip_range_id": 1}}]
    return served


@row("A full sync", "ids", "user-context")
def test_ids_and_marks(office, server):
    served = server.subnets()[office.prefix]
    assert served["user-context"] == {"netbox_prefix_id": office.prefix}
    assert [pool["user-context"] for pool in served["pools"]] == [{"netbox_ip_range_id": office.range}]
    assert {host["user-context"]["netbox_ip_address_id"] for host in served["reservations"]} == {
        office.device_address, office.vm_address, office.field_address}


@row("A full sync", "subnets of the daemon")
def test_the_daemons_subnets_are_taken_over_with_their_leases(office, netbox_kea, hook_entry):
    server = netbox_kea({"check-only": True}, {"subnet4": [daemons_subnet(office.prefix)]})
    server.wait_log("NETBOX_CHECK_ONLY")
    assert list(server.subnets()) == [office.prefix] and not server.logged("NETBOX_REPLACED")
    reserved, lease = office.client.lease(FIELD_MAC), office.client.lease(STRANGER)
    server.reload({"hooks-libraries": [hook_entry()]})
    synced(server)
    assert set(server.subnets()) == {office.prefix, office.branch} and not server.logged("NETBOX_LEFT_OUT")
    assert office.client.renew(lease).address == lease.address
    assert office.client.renew(reserved).address == reserved.address == "10.0.0.7"
    assert len(server.logged("NETBOX_TAKEN_OVER .*10.0.0.0/24")) == 1 and not server.logged("NETBOX_REPLACED")


@row("A full sync", "subnets of the daemon")
def test_the_daemons_subnets_count_as_written_by_hand_for_marked_ownership(office, netbox_kea):
    server = netbox_kea({"ownership": "marked"}, {"subnet4": [daemons_subnet(office.prefix)]})
    synced(server)
    assert left_out(server) == {("prefix", office.prefix)}
    assert office.client.lease(FIELD_MAC).address == "10.0.0.7"


@row("A full sync", "subnets of the daemon")
def test_the_daemons_subnets_count_as_written_by_hand_without_a_full_sync(office, followed_kea):
    server = followed_kea({"full-sync-at-startup": False}, {"subnet4": [daemons_subnet(office.prefix)]})
    office.set_option(["10.0.0.1"])
    server.wait_log("NETBOX_LEFT_OUT")
    assert left_out(server) == {("prefix", office.prefix)}


@row("A full sync", "prefixes of IPv6")
def test_prefixes_of_ipv6_are_not_asked_for(office, server, netbox):
    number = office.add_prefix("2001:db8::/64")
    sync(server)
    assert number not in server.subnets() and not left_out(server) and server.http.healthy()
    asked = [request.query["family"] for request in netbox.requests if request.path == "/api/ipam/prefixes/"]
    assert asked and all(family == ["4"] for family in asked)


@row("A full sync", "subnets written by hand", "shared networks")
@pytest.mark.parametrize("ownership, kept", [("all", set()), ("marked", {77})])
def test_subnets_written_by_hand(office, netbox_kea, ownership, kept):
    network = {"name": "floor", "subnet4": [subnet(500, "10.7.0.0/24", "10.7.0.10 - 10.7.0.20")]}
    server = netbox_kea({"ownership": ownership}, {"subnet4": [subnet(77, "10.8.0.0/24")], "shared-networks": [network]})
    synced(server)
    assert set(server.subnets()) == {office.prefix, office.branch} | kept
    assert len(server.logged("NETBOX_REPLACED .*10.8.0.0/24")) == 1 - len(kept)
    assert [each["id"] for each in server.running_config()["shared-networks"][0]["subnet4"]] == [500]


@row("A full sync", "addresses without a MAC")
def test_an_address_without_a_mac_is_no_reservation(office, server):
    office.add_address("10.0.0.8/24")
    sync(server)
    assert server.http.health()[1]["reservations"] == 3 and not left_out(server)


@row("A full sync", "nested prefixes", "VRFs")
@row("What failed", "address whose mask is not its prefix's")
def test_the_parent_is_the_longest_prefix_of_the_vrf(netbox, netbox_kea, fields):
    vrf = netbox.add("ipam.vrf", name="blue")["id"]
    outer, inner = prefix(netbox, "10.0.0.0/16")["id"], prefix(netbox, "10.0.1.0/24")["id"]
    prefix(netbox, "10.0.1.0/26", vrf=vrf)
    address(netbox, "10.0.1.5/16", mac(1))
    address(netbox, "10.0.2.5/32", mac(2))
    server = netbox_kea()
    synced(server)
    hosts = {number: [host["ip-address"] for host in served["reservations"]] for number, served in server.subnets().items()}
    assert (hosts.pop(outer), hosts.pop(inner), *hosts.values()) == (["10.0.2.5"], ["10.0.1.5"], [])


@row("A full sync", "pools that overlap", "the same MAC twice", "the same address twice")
def test_of_two_that_collide_one_is_left_out_and_named(office, netbox, netbox_kea):
    outer = netbox.add("ipam.iprange", _check=False, start_address="10.0.0.50/24", end_address="10.0.0.200/24", status="dhcp")["id"]
    later = netbox.add("ipam.iprange", _check=False, start_address="10.1.0.105/24", end_address="10.1.0.120/24", status="dhcp")["id"]
    twice = {office.add_address("10.0.0.8/24", mac=FIELD_MAC), office.add_address("10.0.0.7/24", mac=mac(8))}
    server = netbox_kea()
    synced(server)
    ranges, hosts = {("ip-range", outer), ("ip-range", later)}, {("ip-address", number) for number in twice}
    assert left_out(server) == ranges | hosts
    server = netbox_kea({"port": 8077}, {"ip-reservations-unique": False, "interfaces-config": {"interfaces": []}})
    synced(server)
    assert left_out(server) == ranges | {("ip-address", min(twice))}


@row("A full sync", "faulty object")
def test_a_faulty_object_is_left_out_alone(office, server):
    office.set_field_mac(office.field_address, "nonsense")
    bad = office.add_address("10.0.0.8/24", mac="nonsense")
    eventually(lambda: left_out(server) == {("ip-address", office.field_address), ("ip-address", bad)})
    office.sees(FIELD_MAC, address="10.0.0.7")          # as it was before


@row("A full sync", "nothing in NetBox")
@row("What failed", "empty answer")
def test_an_empty_answer_removes_nothing(office, server, netbox):
    netbox.fault("empty", "ipam.prefix")
    sync(server)
    assert server.logged("ERROR .*NETBOX_HELD")
    office.sees(FIELD_MAC, address="10.0.0.7")


@row("A full sync", "nothing changed")
def test_nothing_changed_and_kea_is_not_touched(server):
    assert configurations(server, sync(server)) == 0


@row("A full sync", "requests")
def test_a_sync_takes_few_requests(netbox, netbox_kea, fields):
    prefix(netbox, "10.0.0.0/16")
    for number in range(50):
        address(netbox, f"10.0.9.{number + 1}", **device(netbox, f"device-{number}", mac(5000 + number)))
    addresses(netbox, 300)
    assert synced(netbox_kea(level=0))["reservations"] == 350
    assert len(netbox.requests) < 15


@row("A full sync", "the configuration file")
@pytest.mark.parametrize("write", [True, False])
def test_keas_file_is_written_where_that_is_wanted(office, netbox_kea, write):
    server = netbox_kea({"config-write": write})
    synced(server)

    def in_the_file():
        return {each["id"] for each in json.loads(server.config_file.read_text())["Dhcp4"].get("subnet4", [])}

    if write:
        eventually(lambda: in_the_file() == {office.prefix, office.branch})
    assert in_the_file() == ({office.prefix, office.branch} if write else set())


@row("A full sync", "certificate authorities")
def test_netbox_may_be_vouched_for_by_a_private_authority(netbox_kea, tmp_path):
    authority = Authority(tmp_path, "ours")
    certificate, key = authority.sign("netbox", "IP:127.0.0.1")
    with StandIn(token=TOKEN, tls_cert=str(certificate), tls_key=str(key)) as netbox:
        netbox.define_default_fields()
        prefix(netbox, "10.0.0.0/24")
        server = netbox_kea({"netbox-url": netbox.url, "netbox-ca-file": str(authority.file)})
        assert synced(server)["subnets"] == 1


@row("A full sync", "proxy in the environment")
def test_a_proxy_of_the_environment_is_not_used(office, netbox_kea, monkeypatch):
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert synced(netbox_kea())["subnets"] == 2


@row("A full sync", "at the end")
def test_without_listen_kea_goes_on(office, netbox_kea):
    server = netbox_kea({"listen": False})
    server.wait_log("NETBOX_SYNCED")
    office.sees(FIELD_MAC, address="10.0.0.7")
    office.set_option(["10.0.0.1"])
    server.reload()
    office.sees(FIELD_MAC, routers=["10.0.0.1"])


# Events: with the body template that the daemon recommends, while NetBox has a model to fill in

@pytest.fixture
def old_webhook(office, netbox_kea, netbox):
    server = netbox_kea()
    server.wait_log("NETBOX_SYNCED")
    netbox.add_webhook(server.http.event_url, headers=f"X-netbox2kea-secret: {server.http.secret}", template=HINT_TEMPLATE)
    yield server
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


before_4_5 = pytest.mark.parametrize("netbox", ["3.7"], indirect=True)


@row("Events", "prefix")
@before_4_5
def test_event_of_a_prefix(office, old_webhook, netbox):
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, address=in_range, routers=["10.0.0.1"])
    netbox.change("ipam.prefix", office.branch, prefix="10.1.0.0/23")
    office.sees_in_branch(STRANGER, address=in_range, netmask="255.255.254.0")
    netbox.change("ipam.prefix", office.branch, custom_fields={"dhcp_enabled": False})
    office.is_deaf_to(STRANGER, RELAY)


@row("Events", "iprange")
@before_4_5
def test_event_of_a_range(office, old_webhook, netbox):
    netbox.change("ipam.iprange", office.range, start_address="10.0.0.150/24", end_address="10.0.0.160/24")
    office.sees(STRANGER, address=lambda address: address >= "10.0.0.150")
    netbox.change("ipam.iprange", office.range, status="reserved")
    office.is_deaf_to(STRANGER)


@row("Events", "ipaddress")
@row("What failed", "address moved to another subnet")
@before_4_5
def test_event_of_an_address(office, old_webhook, netbox):
    netbox.change("ipam.ipaddress", office.field_address, address="10.1.0.7/24")
    office.sees_in_branch(FIELD_MAC, address="10.1.0.7")
    office.sees(FIELD_MAC, address=in_range)
    netbox.delete("ipam.ipaddress", office.field_address)
    office.sees_in_branch(FIELD_MAC, address=in_range)


@row("Events", "interface", "vminterface")
@before_4_5
def test_event_of_an_interface(office, old_webhook, netbox):
    netbox.change("dcim.interface", office.interface, mac_address=mac(8))
    netbox.change("virtualization.vminterface", office.vm_interface, mac_address=mac(9))
    office.sees(mac(8), address="10.0.0.5")
    office.sees(mac(9), address="10.0.0.6")


@row("Events", "device", "virtualmachine")
@before_4_5
def test_event_of_an_owner(office, old_webhook, netbox):
    netbox.change("dcim.device", office.device, name="gamma")
    netbox.change("virtualization.virtualmachine", office.vm, name="delta")
    office.sees(DEVICE_MAC, hostname="gamma")
    office.sees(VM_MAC, hostname="delta")


@row("Events", "macaddress")
@row("What failed", "MAC object edited")
def test_event_of_a_mac(office, server, netbox):
    number = netbox.get("dcim.interface", office.interface)["primary_mac_address"]["id"]
    netbox.change("dcim.macaddress", number, mac_address=mac(8))
    office.sees(mac(8), address="10.0.0.5")
    office.sees_pool(DEVICE_MAC)


@row("Events", "vrf, vlan, role, site, tenant, tag, customfield")
@pytest.mark.parametrize("model", ["vrf", "vlan", "role", "site", "tenant", "tag", "customfield"])
def test_event_of_what_others_refer_to(office, server, model):
    office.set_option(["10.0.0.1"], _events=False)
    assert server.http.event(model, 1) == 202
    office.sees(STRANGER, routers=["10.0.0.1"])


# Answers

def post(server, body, headers=None, path="/event/netbox/"):
    """The status."""
    return server.http.request("POST", path, body, server.http.plain() if headers is None else headers)[0]


def body(**said):
    return json.dumps({"event": "updated", "model": "prefix", "data": {"id": 1}, **said}).encode()


@row("Answers", "good event", "path", "no JSON", "key missing", "another model", "object_type", "content type", "large body")
def test_answers(server):
    assert post(server, body()) == post(server, body(), path="/event/netbox") == 202
    assert post(server, b"no JSON") == post(server, body(data={})) == post(server, body(event=None)) == 400
    assert post(server, body(model="rack")) == post(server, body(model=None, object_type="ipam.prefix")) == 202
    assert post(server, body(), {**server.http.plain(), "Content-Type": "text/plain"}) == 202
    assert (post(server, body().ljust(4194304)), post(server, body().ljust(4194305))) == (202, 413)
    assert not server.logged("NETBOX_WEBHOOK_WITHOUT_MODEL")
    assert post(server, body(model="")) == 202
    server.wait_log("WARN .*NETBOX_WEBHOOK_WITHOUT_MODEL")


@row("Answers", "wrong secret", "secret of NetBox")
def test_secrets(server):
    signed = server.http.signature(body())
    assert post(server, body(), {}) == post(server, body(), {"X-netbox2kea-secret": "wrong"}) == 403
    assert post(server, body(), signed) == post(server, body(), {**server.http.plain(), **signed}) == 202
    assert post(server, body(), {**server.http.plain(), "X-Hook-Signature": "0" * 128}) == 403


@row("Answers", "wrong secret")
def test_where_no_secret_is_set_headers_are_ignored(office, netbox_kea):
    server = netbox_kea({"secret-file": None})
    server.wait_log("NETBOX_LISTENING")
    assert post(server, body(), {"X-netbox2kea-secret": "any"}) == 202


@row("Answers", "failed sync", "health check")
@row("What failed", "NetBox away at an event")
def test_a_sync_that_fails_is_done_later(office, server, netbox):
    assert server.http.health()[0] == 200
    office.set_option(["10.0.0.1"], _events=False)
    netbox.refuse()
    assert server.http.event("prefix", office.prefix) == 202
    server.wait_log("ERROR .*NETBOX_FAILED")
    status, health = server.http.health()
    assert status == 503 and health["reason"]
    netbox.listen()
    office.sees(STRANGER, routers=["10.0.0.1"])
    eventually(server.http.healthy)


# What failed

@row("What failed", "several MACs, none primary", "one MAC, not primary")
def test_macs_of_which_none_is_primary(netbox, netbox_kea, client, fields):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", **device(netbox, "one", mac(1), primary=False))
    owner = device(netbox, "two", mac(2), mac(3), primary=False)
    several = address(netbox, "10.0.0.6", **owner)["id"]
    server = netbox_kea()
    synced(server)
    follow(netbox, server)
    assert client.lease(mac(1)).address == "10.0.0.5"
    assert left_out(server) == {("ip-address", several)}
    netbox.set_mac("dcim.interface", owner["assigned_object_id"], mac(3))
    assert client.until(mac(3), address="10.0.0.6")


@row("What failed", "MACs swapped")
def test_macs_that_swap(office, server, netbox):
    other = office.add_address("10.0.0.8/24", mac=mac(8))
    office.sees(mac(8), address="10.0.0.8")
    office.set_field_mac(office.field_address, mac(8))
    office.set_field_mac(other, FIELD_MAC)
    office.sees(mac(8), address="10.0.0.7")
    office.sees(FIELD_MAC, address="10.0.0.8")


@row("What failed", "addresses swapped")
def test_addresses_that_swap(office, server, netbox):
    netbox.change("ipam.ipaddress", office.field_address, _check=False, address="10.0.0.5/24")
    netbox.change("ipam.ipaddress", office.device_address, _check=False, address="10.0.0.7/24")
    office.sees(FIELD_MAC, address="10.0.0.5")
    office.sees(DEVICE_MAC, address="10.0.0.7")


@row("What failed", "duplicate MAC mended later")
def test_a_duplicate_mac_comes_back_when_the_other_goes(office, server, netbox):
    office.add_address("10.0.0.8/24", mac=FIELD_MAC)
    server.wait_log("NETBOX_LEFT_OUT")
    office.set_field_mac(office.field_address, mac(8))
    office.sees(FIELD_MAC, address="10.0.0.8")


@row("What failed", "NetBox away at the start")
def test_netbox_away_at_the_start(office, netbox, netbox_kea):
    netbox.refuse()
    server = netbox_kea(config={"subnet4": [daemons_subnet(office.prefix)]})
    server.wait_log("ERROR .*NETBOX_FAILED")
    assert office.client.lease(FIELD_MAC).address == "10.0.0.7"
    netbox.listen()
    office.sees(DEVICE_MAC, address="10.0.0.5")


@row("What failed", "half a request")
def test_half_a_request_blocks_nobody(office, server):
    with socket.create_connection((server.http.host, server.http.port)) as half:
        half.sendall(b"POST /event/netbox/ HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{")
        office.set_option(["10.0.0.1"])
        office.sees(STRANGER, routers=["10.0.0.1"])
