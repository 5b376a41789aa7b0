# SPDX-License-Identifier: MPL-2.0
"""README as a new user follows it, on a real NetBox: examples/netbox-setup, and the examples of both servers on one host."""

import os
import pathlib
import subprocess

import pytest

from client import mac
from hook_http import HookHttp
from hooked import SECRET
from kea_server import Kea
from rest import ADDRESS_FIELDS, ADDRESS_FIELDS6, HOOK_MODELS, HOOK_PERMISSIONS, PREFIX_FIELDS, PREFIX_FIELDS6
from test_examples import example
from waiting import eventually

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples"
HOOK, HOOK6 = "http://127.0.0.1:8001/event/netbox/", "http://127.0.0.1:8002/event/netbox/"


@pytest.fixture(scope="module")
def token_file(tmp_path_factory):
    return tmp_path_factory.mktemp("setup") / "netbox-token"


def set_up(netbox, *words, hook=HOOK, secret=SECRET):
    done = subprocess.run(["/usr/bin/python3", EXAMPLES / "netbox-setup", netbox.url, hook, *words], capture_output=True, text=True,
                          check=True, env={**os.environ, "NETBOX_TOKEN": netbox.token, "WEBHOOK_SECRET": secret})
    return done.stdout.splitlines()


def paste(netbox, command):
    subprocess.run(["bash", "-c", command.replace("…", netbox.token)], cwd=EXAMPLES.parent, check=True, capture_output=True)


def webhooks(netbox):
    """{URL: secret}; each has its event rule, and there is no other."""
    rows = netbox.get("/api/extras/webhooks/")["results"]
    rules = netbox.get("/api/extras/event-rules/")["results"]
    assert sorted(rule["action_object_id"] for rule in rules) == sorted(row["id"] for row in rows)
    return {row["payload_url"]: row["secret"] for row in rows}


def test_it_makes_what_the_hook_needs_and_leaves_what_is_there(netbox, token_file):
    made = set_up(netbox, token_file)
    assert made and all(line.startswith("made ") for line in made)
    fields = {row["name"] for row in netbox.get("/api/extras/custom-fields/")["results"]}
    assert fields == {*PREFIX_FIELDS, *PREFIX_FIELDS6, *ADDRESS_FIELDS, *ADDRESS_FIELDS6}
    assert webhooks(netbox) == {HOOK: SECRET}
    rule = netbox.get("/api/extras/event-rules/")["results"][0]
    assert set(rule["object_types"]) == set(HOOK_MODELS)
    assert rule["event_types"] == ["object_created", "object_updated", "object_deleted"]
    assert token_file.stat().st_mode & 0o777 == 0o600
    token = token_file.read_text().strip()
    assert netbox.request("GET", "/api/ipam/prefixes/", token=token)[0] == 200
    assert netbox.request("GET", "/api/dcim/devices/", token=token)[0] == 403
    assert netbox.request("POST", "/api/ipam/prefixes/", {"prefix": "192.0.2.0/24"}, token=token)[0] == 403
    viewable = next(row for row in netbox.get("/api/users/permissions/")["results"] if row["name"] == "kea-netbox")
    assert set(viewable["object_types"]) == set(HOOK_PERMISSIONS) and viewable["actions"] == ["view"]
    there = [line.replace("made", "there is", 1) for line in made]
    assert set_up(netbox, token_file) == [line for line in there if "users/" not in line]


@pytest.mark.parametrize("wrong", ["http://127.0.0.2:8002/event/netbox/", "http://127.0.0.1:8002/evnt/netbox/"])
def test_a_url_with_a_slip_is_named_and_is_taken_out_as_it_says(netbox, wrong):
    """The other server's, of which it can't know that it is right, stays where the user removes but the wrong one."""
    set_up(netbox, hook=wrong)
    said = set_up(netbox, hook=HOOK6)
    assert webhooks(netbox) == {HOOK: SECRET, wrong: SECRET, HOOK6: SECRET}
    assert {url for url in (HOOK, wrong, HOOK6) if any(line.startswith(f"events go to {url}, too") for line in said)} == {HOOK, wrong}
    [command] = [line for line in said if "--remove" in line and line.endswith(wrong)]
    paste(netbox, command)
    assert webhooks(netbox) == {HOOK: SECRET, HOOK6: SECRET}


def test_another_secret_is_no_secret_of_the_webhook_that_is_there(netbox):
    said = set_up(netbox, hook=HOOK6, secret="another")
    assert webhooks(netbox)[HOOK6] == SECRET
    [command] = [line for line in said if "--remove" in line and line.endswith(HOOK6)]
    paste(netbox, command)
    set_up(netbox, hook=HOOK6, secret="another")
    assert webhooks(netbox) == {HOOK: SECRET, HOOK6: "another"}
    paste(netbox, command)


@pytest.fixture
def servers(netbox, token_file, link, hook, tmp_path):
    """Both, started with README's files, with no parameter of ours."""
    running = []
    for program in ("kea-dhcp4", "kea-dhcp6"):
        folder = tmp_path / program
        server = Kea(folder, link, example(EXAMPLES / f"{program}.conf", hook, link, folder, netbox.url), program=program)
        (folder / "netbox-token").write_text(token_file.read_text())
        (folder / "netbox-secret").write_text(SECRET + "\n")
        running.append(server.start())
    yield running
    for server in running:
        assert server.stop().code == 0


def test_two_servers_on_one_host_follow_the_same_events_on_their_default_ports(netbox, servers, link, token_file):
    for hook in (HOOK, HOOK6):
        set_up(netbox, token_file, hook=hook)
    for port in (8001, 8002):
        eventually(HookHttp(port, SECRET).healthy, f"the health check of port {port}")
    interface = netbox.add_interface(netbox.add_device("host-1"), "eth0", mac(1))
    for net, fields in (("198.18.0.{}/24", {}), ("2001:db8:0:1::{}/64", {"dhcp_interface": link.interface})):
        netbox.add_prefix(net.format(0), custom_fields=fields)
        netbox.add_range(net.format(100), net.format(110))
        netbox.add_address(net.format(5), interface)

    def seen(number, host):
        for client, net in ((link.client, "198.18.0."), (link.client6, "2001:db8:0:1::")):
            client.release(client.until(mac(number), address=lambda got: got.startswith(net + host)))
    seen(1, "5")
    netbox.change(netbox.find("/api/dcim/mac-addresses/", mac_address=mac(1)), mac_address=mac(2))
    seen(2, "5")
    seen(1, "10")
    for server in servers:
        assert not server.logged("NETBOX_(FAILED|LISTEN_FAILED|WEBHOOK_REFUSED|LEFT_OUT)")
