# SPDX-License-Identifier: MPL-2.0
"""examples/netbox-setup, as README tells to run it, on a real NetBox."""

import os
import pathlib
import subprocess

from rest import ADDRESS_FIELDS, ADDRESS_FIELDS6, HOOK_MODELS, HOOK_PERMISSIONS, PREFIX_FIELDS, PREFIX_FIELDS6

SCRIPT = pathlib.Path(__file__).resolve().parent.parent.parent / "examples/netbox-setup"
HOOK = "http://127.0.0.1:8001/event/netbox/"


def set_up(netbox, token_file):
    return subprocess.run(["/usr/bin/python3", SCRIPT, netbox.url, HOOK, token_file], capture_output=True, text=True, check=True,
                          env={**os.environ, "NETBOX_TOKEN": netbox.token, "WEBHOOK_SECRET": "s3cret"}).stdout.splitlines()


def test_it_makes_what_the_hook_needs_and_leaves_what_is_there(netbox, tmp_path):
    token_file = tmp_path / "token"
    made = set_up(netbox, token_file)
    assert made and all(line.startswith("made ") for line in made)
    fields = {row["name"] for row in netbox.get("/api/extras/custom-fields/")["results"]}
    assert fields == {*PREFIX_FIELDS, *PREFIX_FIELDS6, *ADDRESS_FIELDS, *ADDRESS_FIELDS6}
    assert netbox.get("/api/extras/webhooks/")["results"][0]["payload_url"] == HOOK
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
