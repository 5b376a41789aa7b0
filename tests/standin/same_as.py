# SPDX-License-Identifier: MPL-2.0
"""Is the stand-in like a real NetBox? Both are filled with the same objects and asked the same; what differs is told.

    differences(Client(real), Client(StandIn("4.7")))     real: anything with a url and a token

The real one may hold other things: ids and times are not compared, nor what is made of them. Names here are its own."""

# What an answer has of its own on each side.
OWN = {"id", "url", "display_url", "created", "last_updated", "assigned_object_id", "scope_id", "action_object_id", "count",
       "next", "previous", "weight", "payload_url"}
ROUND = "sameas"

# (name, path, what is sent); "$name" stands for the id of an object above.
SAMPLE = [
    ("tag", "extras/tags", {"name": f"{ROUND} tag", "slug": f"{ROUND}-tag"}),
    ("choices", "extras/custom-field-choice-sets", {
        "name": f"{ROUND} colours", "extra_choices": [["r", "Red"], ["g", "Green"]]}),
    *((f"field {kind}", "extras/custom-fields", {"name": f"{ROUND}_{kind}", "type": kind, "object_types": [
        "ipam.prefix", "ipam.ipaddress"], **more}) for kind, more in (
            ("boolean", {}), ("json", {}), ("text", {"filter_logic": "exact"}), ("integer", {}),
            ("select", {"choice_set": "$choices"}), ("multiselect", {"choice_set": "$choices"}),
            ("object", {"related_object_type": "ipam.ipaddress"}))),
    ("tenant", "tenancy/tenants", {"name": f"{ROUND} tenant", "slug": f"{ROUND}-tenant"}),
    ("site", "dcim/sites", {"name": f"{ROUND} site", "slug": f"{ROUND}-site"}),
    ("vrf", "ipam/vrfs", {"name": f"{ROUND} vrf", "rd": "65533:65533"}),
    ("role", "ipam/roles", {"name": f"{ROUND} role", "slug": f"{ROUND}-role"}),
    ("vlan", "ipam/vlans", {"name": f"{ROUND} vlan", "vid": 4000}),
    ("manufacturer", "dcim/manufacturers", {"name": f"{ROUND} maker", "slug": f"{ROUND}-maker"}),
    ("type", "dcim/device-types", {"manufacturer": "$manufacturer", "model": f"{ROUND} model", "slug": f"{ROUND}-model"}),
    ("device role", "dcim/device-roles", {"name": f"{ROUND} role", "slug": f"{ROUND}-role"}),
    ("device", "dcim/devices", {"name": f"{ROUND}-sw", "device_type": "$type", "role": "$device role", "site": "$site"}),
    ("interface", "dcim/interfaces", {"device": "$device", "name": "eth0", "type": "1000base-t"}),
    ("mac", "dcim/mac-addresses", {"mac_address": "02-aa-00-00-00-01", "assigned_object_type": "dcim.interface",
                                   "assigned_object_id": "$interface"}),
    ("second mac", "dcim/mac-addresses", {"mac_address": "02:aa:00:00:00:02", "assigned_object_type": "dcim.interface",
                                          "assigned_object_id": "$interface"}),
    ("cluster type", "virtualization/cluster-types", {"name": f"{ROUND} type", "slug": f"{ROUND}-type"}),
    ("cluster", "virtualization/clusters", {"name": f"{ROUND} cluster", "type": "$cluster type"}),
    ("vm", "virtualization/virtual-machines", {"name": f"{ROUND}-vm", "cluster": "$cluster"}),
    ("vm interface", "virtualization/interfaces", {"virtual_machine": "$vm", "name": "ens3"}),
    ("address", "ipam/ip-addresses", {
        "address": "10.255.1.5/24", "vrf": "$vrf", "status": "dhcp", "dns_name": "Host.Example.org",
        "tags": [{"slug": f"{ROUND}-tag"}], "assigned_object_type": "dcim.interface", "assigned_object_id": "$interface"}),
    ("vm address", "ipam/ip-addresses", {"address": "10.255.1.6/24", "vrf": "$vrf", "assigned_object_id": "$vm interface",
                                         "assigned_object_type": "virtualization.vminterface"}),
    ("bare address", "ipam/ip-addresses", {"address": "10.255.1.7", "vrf": "$vrf", "role": "vip"}),
    ("container", "ipam/prefixes", {"prefix": "10.255.0.0/16", "vrf": "$vrf", "status": "container"}),
    ("prefix", "ipam/prefixes", {
        "prefix": "10.255.1.0/24", "vrf": "$vrf", "tenant": "$tenant", "vlan": "$vlan", "role": "$role", "tags": ["$tag"],
        "scope_type": "dcim.site", "scope_id": "$site", "custom_fields": {
            f"{ROUND}_boolean": True, f"{ROUND}_json": ["10.255.1.1"], f"{ROUND}_text": "x", f"{ROUND}_integer": 3600,
            f"{ROUND}_select": "r", f"{ROUND}_multiselect": ["r", "g"], f"{ROUND}_object": "$address"}}),
    ("range", "ipam/ip-ranges", {"start_address": "10.255.1.10/24", "end_address": "10.255.1.20/24", "vrf": "$vrf"}),
    ("webhook", "extras/webhooks", {"name": f"{ROUND} webhook", "payload_url": "http://127.0.0.1:9/"}),
    ("rule", "extras/event-rules", {
        "name": f"{ROUND} rule", "enabled": False, "object_types": ["ipam.prefix"], "event_types": ["object_created"],
        "action_type": "webhook", "action_object_type": "extras.webhook", "action_object_id": "$webhook"}),
]
CHANGES = [
    ("interface", {"primary_mac_address": "$mac"}),
    ("device", {"primary_ip4": "$address"}),
    ("vm interface", {"mac_address": "02:aa:00:00:00:03"}),
]
# What NetBox must refuse, in the same words.
REFUSED = [
    ("ipam/prefixes", {}), ("ipam/prefixes", {"prefix": "x"}), ("ipam/prefixes", {"prefix": "10.255.1.9/24"}),
    ("ipam/prefixes", {"prefix": "10.254.0.0/24", "status": "x"}),
    ("ipam/prefixes", {"prefix": "10.254.0.0/24", "tags": [{"slug": "sameas-nope"}]}),
    ("ipam/prefixes", {"prefix": "10.254.0.0/24", "custom_fields": {f"{ROUND}_integer": "x"}}),
    ("ipam/prefixes", {"prefix": "10.254.0.0/24", "custom_fields": {"sameas_nope": 1}}),
    ("ipam/prefixes", {"prefix": "10.255.1.0/24", "vrf": "$vrf"}),
    ("ipam/ip-ranges", {"start_address": "10.255.1.15/24", "end_address": "10.255.1.30/24", "vrf": "$vrf"}),
    ("ipam/ip-addresses", {"address": "10.255.1.6/24", "vrf": "$vrf"}),
    ("dcim/mac-addresses", {"mac_address": "zz"}),
]
# Queries below the sample's VRF: the same objects on both sides.
QUERIES = [
    *(f"ipam/prefixes/?vrf=65533:65533&{query}" for query in (
        "", "brief=1", "fields=id,prefix,custom_fields", "omit=tags", "ordering=id", "family=4", "family=6", "status=dhcp",
        "tag=nope",
        f"tag={ROUND}-tag", f"cf_{ROUND}_boolean=true", f"cf_{ROUND}_boolean=1", f"cf_{ROUND}_boolean=false", "cf_nope=1",
        f"cf_{ROUND}_integer=x", f"cf_{ROUND}_text=x", f"cf_{ROUND}_select=r", "within=10.255.0.0/16", "contains=10.255.1.3",
        f"site={ROUND}-site", f"role={ROUND}-role", f"tenant={ROUND}-tenant", "nonsense=1", "limit=1", "limit=0")),
    *(f"ipam/ip-addresses/?vrf=65533:65533&{query}" for query in (
        "", "brief=1", "parent=10.255.1.0/24", "parent=junk", "status=dhcp", "role=vip", "role=x", "device=sameas-sw",
        "device_id=x",
        "assigned_to_interface=true", "dns_name=host.example.org", "address=10.255.1.5", "vrf_id=x", "id=x", "id__gt=x")),
    "ipam/ip-ranges/?vrf=65533:65533", "ipam/ip-ranges/?vrf=65533:65533&parent=10.255.1.0/24", "ipam/nope/",
    f"dcim/interfaces/?device={ROUND}-sw", "dcim/interfaces/?mac_address=02:aa:00:00:00:01", "dcim/interfaces/?mac_address=zz",
    f"dcim/mac-addresses/?device={ROUND}-sw", f"dcim/devices/?name={ROUND}-sw",
    f"virtualization/interfaces/?virtual_machine={ROUND}-vm",
    f"virtualization/virtual-machines/?name={ROUND}-vm", "ipam/prefixes/99999999/", "ipam/prefixes/x/",
]


def resolved(value, names):
    if isinstance(value, str) and value.startswith("$"):
        return names[value[1:]]
    if isinstance(value, dict):
        return {key: resolved(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [resolved(one, names) for one in value]
    return value


def answers(client):
    """{what was asked: (status, body)} of one side."""
    names, paths, found = {}, {}, {}
    for name, path, values in SAMPLE:
        status, row = found[f"POST {path} ({name})"] = client.ask("POST", f"{path}/", resolved(values, names))
        assert status == 201, (path, values, row)
        names[name], paths[name] = row["id"], path
    for name, values in CHANGES:
        found[f"PATCH {name}"] = client.ask("PATCH", f"{paths[name]}/{names[name]}/", resolved(values, names))
    for number, (path, values) in enumerate(REFUSED):
        found[f"refused {number} {path} {values}"] = client.ask("POST", f"{path}/", resolved(values, names))
    for name, path in paths.items():
        found[f"GET {path} ({name})"] = client.get(f"{path}/{names[name]}/")
        found[f"GET {path}?brief ({name})"] = client.get(f"{path}/?brief=1&id={names[name]}")
    for query in QUERIES:
        found[f"GET {query}"] = client.get(query)
    for words in (None, "Token wrong", "Bearer nbt_a.b"):
        found[f"with {words}"] = client.get("ipam/prefixes/", token=words)
    # Gone again, so that it can be done again. Some went with others: 404.
    for name, path in reversed(paths.items()):
        found[f"DELETE {path} ({name})"] = client.ask("DELETE", f"{path}/{names[name]}/")
    return found


def compare(real, ours, place=""):
    """Yields a text for each difference of two answers."""
    if isinstance(real, dict) and isinstance(ours, dict):
        if place.endswith("custom_fields"):
            real = {key: value for key, value in real.items() if key.startswith(ROUND)}
        for key in real.keys() - ours.keys():
            yield f"{place}.{key}: only the real one has it, {real[key]!r}"
        for key in ours.keys() - real.keys():
            yield f"{place}.{key}: only the stand-in has it, {ours[key]!r}"
        for key in real.keys() & ours.keys():
            if key in OWN:
                if (real[key] is None) != (ours[key] is None):
                    yield f"{place}.{key}: {real[key]!r}, stand-in {ours[key]!r}"
            else:
                yield from compare(real[key], ours[key], f"{place}.{key}")
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        for index, (one, other) in enumerate(zip(real, ours)):
            yield from compare(one, other, f"{place}[{index}]")
    elif real != ours and "<!DOCTYPE html>" not in str(real):
        yield f"{place}: {real!r}, stand-in {ours!r}"


def differences(real, ours):
    """The list of differences, empty where the stand-in is like the real NetBox."""
    theirs, mine, found = answers(real), answers(ours), []
    for what, (status, body) in theirs.items():
        if status != mine[what][0]:
            found.append(f"{what}: {status}, stand-in {mine[what][0]}: {body!r}, {mine[what][1]!r}")
        else:
            found += [f"{what} {text}" for text in compare(body, mine[what][1])]
    return found
