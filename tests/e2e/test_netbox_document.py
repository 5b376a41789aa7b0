# SPDX-License-Identifier: MPL-2.0
"""doc/netbox.md's commands, pasted into a shell, set up a real NetBox."""

import os
import pathlib
import re
import subprocess

from rest import ADDRESS_FIELDS, ADDRESS_FIELDS6, HOOK_MODELS, HOOK_PERMISSIONS, PREFIX_FIELDS, PREFIX_FIELDS6

DOCUMENT = pathlib.Path(__file__).resolve().parent.parent.parent / "doc/netbox.md"
HOOK = "http://127.0.0.1:8001/event/netbox/"


def test_its_commands_set_up_all_that_the_hook_needs(netbox, tmp_path):
    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```$", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE))
    pasted = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, capture_output=True, text=True,
                            env={**os.environ, "NETBOX": netbox.url, "HOOK": HOOK, "TOKEN": netbox.token, "SECRET": "s3cret"})
    assert pasted.returncode == 0, pasted.stdout + pasted.stderr
    assert pasted.stdout.endswith("true\n0\n0\n")  # workers run; no prefix, no address
    fields = {row["name"] for row in netbox.get("/api/extras/custom-fields/")["results"]}
    assert fields == {*PREFIX_FIELDS, *PREFIX_FIELDS6, *ADDRESS_FIELDS, *ADDRESS_FIELDS6}
    rule = netbox.get("/api/extras/event-rules/")["results"][0]
    assert set(rule["object_types"]) == set(HOOK_MODELS) and rule["enabled"] and rule["action_object"]["name"] == "kea-netbox"
    permission = netbox.get("/api/users/permissions/", name="kea-netbox")["results"][0]
    assert set(permission["object_types"]) == set(HOOK_PERMISSIONS)
    token = (tmp_path / "netbox-token").read_text().strip()
    assert netbox.request("GET", "/api/ipam/prefixes/", token=token)[0] == 200
    assert netbox.request("GET", "/api/dcim/devices/", token=token)[0] == 403
