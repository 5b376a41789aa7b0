# SPDX-License-Identifier: MPL-2.0
"""examples/netbox-setup, as README tells to run it, on a real NetBox."""

import os
import pathlib
import subprocess

from rest import ADDRESS_FIELDS, PREFIX_FIELDS

SCRIPT = pathlib.Path(__file__).resolve().parent.parent.parent / "examples/netbox-setup"
HOOK = "http://127.0.0.1:8001/event/netbox/"


def set_up(netbox):
    return subprocess.run(["/usr/bin/python3", SCRIPT, netbox.url, HOOK], capture_output=True, text=True, check=True,
                          env={**os.environ, "NETBOX_TOKEN": netbox.token, "WEBHOOK_SECRET": "s3cret"}).stdout.splitlines()


def test_it_makes_what_the_hook_needs_and_leaves_what_is_there(netbox):
    made = set_up(netbox)
    assert made and all(line.startswith("made ") for line in made)
    fields = {row["name"] for row in netbox.get("/api/extras/custom-fields/")["results"]}
    assert fields == {*PREFIX_FIELDS, *ADDRESS_FIELDS}
    assert netbox.get("/api/extras/webhooks/")["results"][0]["payload_url"] == HOOK
    rule = netbox.get("/api/extras/event-rules/")["results"][0]
    assert {"ipam.prefix", "ipam.ipaddress", "dcim.macaddress"} <= set(rule["object_types"])
    assert rule["event_types"] == ["object_created", "object_updated", "object_deleted"]
    assert set_up(netbox) == [line.replace("made", "there is", 1) for line in made]
