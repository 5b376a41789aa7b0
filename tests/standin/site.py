# SPDX-License-Identifier: MPL-2.0
"""Fills a stand-in from a JSON file.

{"default_fields": true,
 "objects": [["ipam.vrf", {"as": "blue", "name": "Blue"}], ["ipam.prefix", {"vrf": "$blue", "prefix": "192.0.2.0/24"}]],
 "macs": [["dcim.interface", "$eth0", "02:00:00:00:00:10"]]}

"as" names an object; "$name" stands for its id from then on. A MAC becomes what this version has: from 4.2 a MAC object, the
primary one of its interface, before that a text of the interface."""
import json


def load_site(standin, path):
    """Adds what the file lists, without webhooks; returns {name: id} of what has one."""
    with open(path, encoding="utf-8") as file:
        site = json.load(file)
    names = {}
    if site.get("default_fields"):
        standin.define_default_fields()
    for model, values in site.get("objects", ()):
        name = values.pop("as", None)
        row = standin.add(model, _events=False, **_resolved(values, names))
        if name:
            names[name] = row["id"]
    for model, interface, mac in site.get("macs", ()):
        standin.set_mac(model, _resolved(interface, names), mac, _events=False)
    return names


def _resolved(value, names):
    if isinstance(value, str) and value.startswith("$"):
        return names[value[1:]]
    if isinstance(value, dict):
        return {key: _resolved(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_resolved(one, names) for one in value]
    return value
