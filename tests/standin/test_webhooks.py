# SPDX-License-Identifier: MPL-2.0
"""The stand-in's own tests: who fires, what is sent, and the switches."""
import hashlib
import hmac
import json

import pytest
from standin import HINT_TEMPLATE
from standin.client import Client
from standin.sample import filled

BEFORE_4_4 = ["event", "timestamp", "model", "username", "request_id", "data", "snapshots"]
BODY_KEYS = {
    "3.4": BEFORE_4_4, "3.7": BEFORE_4_4, "4.0": BEFORE_4_4, "4.2": BEFORE_4_4,
    "4.5": ["event", "timestamp", "object_type", "username", "request_id", "data", "snapshots"],
    "4.7": ["event", "timestamp", "object_type", "data", "request", "snapshots"],
}


def test_webhook_body_by_version(every, receiver):
    every.add_webhook(receiver.url, ["ipam.prefix"])
    row = every.add("ipam.prefix", prefix="10.0.0.0/24")
    every.change("ipam.prefix", row, status="reserved")
    every.delete("ipam.prefix", row)
    every.webhooks_idle()
    assert [body["event"] for body in receiver.bodies] == ["created", "updated", "deleted"]
    body = receiver.bodies[1]
    assert list(body) == BODY_KEYS[every.shape.api_version]
    assert body.get("object_type", "ipam.prefix") == "ipam.prefix" and body.get("model", "prefix") == "prefix"
    assert set(body["data"]) == set(every.shape.keys["ipam.prefix"].full)
    assert body["data"]["url"] == f"/api/ipam/prefixes/{row['id']}/"
    assert (body["snapshots"]["prechange"]["status"], body["snapshots"]["postchange"]["status"]) == ("active", "reserved")
    assert [one.status for one in every.webhooks.log] == [202, 202, 202]


def test_webhook_signature_headers_and_templates(netbox, receiver):
    netbox.add_webhook(receiver.url, ["ipam.prefix"], secret="s3cret",
                       headers="X-netbox2kea-secret: plain\nX-What: {{ event }}",
                       template=HINT_TEMPLATE.replace("model", "object_type"))
    netbox.add_webhook(receiver.url, ["ipam.prefix"], template=lambda made: f"id={made['data']['id']}")
    netbox.add("ipam.prefix", prefix="10.0.0.0/24")
    netbox.webhooks_idle()
    (raw, headers), (plain, unsigned) = receiver.requests
    assert json.loads(raw) == {"event": "created", "object_type": "ipam.prefix", "data": {"id": 1}}
    assert headers["X-Hook-Signature"] == hmac.new(b"s3cret", raw, hashlib.sha512).hexdigest()
    assert headers["X-netbox2kea-secret"] == "plain" and headers["X-What"] == "created"
    assert plain == b"id=1" and "X-Hook-Signature" not in unsigned


def test_the_daemons_template_has_no_model_from_4_5_on(every, receiver):
    every.add_webhook(receiver.url, ["ipam.prefix"], template=HINT_TEMPLATE)
    every.add("ipam.prefix", prefix="10.0.0.0/24")
    every.webhooks_idle()
    assert receiver.bodies[0]["model"] == ("" if every.shape.since(4, 5) else "prefix")


def fired(netbox, receiver, act):
    """What a deed fires, as (event, model, id), sorted: NetBox promises no order."""
    netbox.webhooks_idle()
    start = len(netbox.webhooks.log)
    act()
    netbox.webhooks_idle()
    return sorted((one.event, one.model, one.id) for one in netbox.webhooks.log[start:])


def test_who_fires(netbox, receiver):
    filled(netbox)
    netbox.add_webhook(receiver.url)
    netbox.change("dcim.device", 1, primary_ip4=1)
    device, interface, address, mac = "dcim.device", "dcim.interface", "ipam.ipaddress", "dcim.macaddress"
    assert fired(netbox, receiver, lambda: netbox.change("ipam.prefix", 1)) == [("updated", "ipam.prefix", 1)]
    assert fired(netbox, receiver, lambda: netbox.change(device, 1, name="sw9")) == [("updated", device, 1)]
    assert fired(netbox, receiver, lambda: netbox.change(mac, 1, mac_address="02:00:00:00:00:09")) == [("updated", mac, 1)]
    assert fired(netbox, receiver, lambda: netbox.delete("ipam.prefix", 4)) == [("deleted", "ipam.prefix", 4)]
    assert fired(netbox, receiver, lambda: netbox.change("extras.tag", 1, name="X")) == [("updated", "extras.tag", 1)]
    assert fired(netbox, receiver, lambda: netbox.delete("extras.tag", 1)) == [
        ("deleted", "extras.tag", 1), ("updated", address, 1), ("updated", "ipam.prefix", 2), ("updated", "ipam.prefix", 3)]
    assert fired(netbox, receiver, lambda: netbox.delete("ipam.role", 1)) == [
        ("deleted", "ipam.role", 1), ("updated", "ipam.iprange", 1), ("updated", "ipam.prefix", 2)]
    eth1 = netbox.add(interface, device=1, name="eth1")["id"]
    assert fired(netbox, receiver, lambda: netbox.set_mac(interface, eth1, "02:00:00:00:00:02")) == [
        ("created", mac, 2), ("updated", interface, eth1)]
    assert fired(netbox, receiver, lambda: netbox.delete(mac, 2)) == [("deleted", mac, 2)]
    assert netbox.get(interface, eth1)["primary_mac_address"] is None
    assert fired(netbox, receiver, lambda: netbox.delete(interface, 1)) == [
        ("deleted", interface, 1), ("deleted", mac, 1), ("deleted", address, 1), ("updated", device, 1)]
    assert netbox.get(device, 1)["primary_ip4"] is None
    assert fired(netbox, receiver, lambda: netbox.delete(device, 1)) == [("deleted", device, 1), ("deleted", interface, eth1)]
    assert fired(netbox, receiver, lambda: netbox.delete("virtualization.virtualmachine", 1)) == [
        ("deleted", address, 3), ("deleted", "virtualization.virtualmachine", 1), ("deleted", "virtualization.vminterface", 1)]


def test_event_rules_over_the_api(every, receiver):
    client, path = Client(every), "extras/event-rules/"
    which = {"object_types" if every.shape.since(4) else "content_types": ["ipam.prefix"],
             **({"event_types": ["object_created"]} if every.shape.since(4, 1) else {"type_create": True})}
    webhook = {"name": "w", "payload_url": receiver.url}
    if every.shape.since(3, 7):
        assert client.ask("POST", "extras/webhooks/", webhook)[0] == 201
        status, row = client.ask("POST", path, {"name": "r", "action_type": "webhook", "action_object_type": "extras.webhook",
                                                "action_object_id": 1, **which})
        assert status == 201 and row["action_object"]["name"] == "w"
    else:
        path = "extras/webhooks/"
        status, row = client.ask("POST", path, {**webhook, **which})
        assert status == 201 and row["content_types"] == ["ipam.prefix"]
    client.ask("POST", "ipam/prefixes/", [{"prefix": "10.0.0.0/24"}, {"prefix": "10.0.1.0/24"}])
    client.ask("DELETE", "ipam/prefixes/1/")
    client.ask("PATCH", f"{path}1/", {"enabled": False})
    client.ask("POST", "ipam/prefixes/", {"prefix": "10.0.2.0/24"})
    every.webhooks_idle()
    assert [(body["event"], body["data"]["id"]) for body in receiver.bodies] == [("created", 1), ("created", 2)]


def test_a_tag_that_is_deleted_is_an_event_of_its_bearers_from_3_7_3_on(every, receiver):
    filled(every)
    every.add_webhook(receiver.url, ["ipam.prefix"])
    assert len(fired(every, receiver, lambda: every.delete("extras.tag", 1))) == (2 if every.shape.since(3, 7, 3) else 0)


def test_webhooks_paused_shuffled_duplicated_dropped(netbox, receiver):
    netbox.add_webhook(receiver.url, ["ipam.vrf"])
    netbox.webhooks.switches.paused = True
    netbox.add_many("ipam.vrf", ({"name": f"v{i}"} for i in range(20)))
    assert netbox.webhooks.waiting() == 20 and receiver.bodies == []
    with pytest.raises(RuntimeError):
        netbox.webhooks_idle()
    netbox.webhooks.switches.shuffled = True
    netbox.webhooks.resume()
    netbox.webhooks_idle()
    ids = [body["data"]["id"] for body in receiver.bodies]
    assert ids != sorted(ids) and sorted(ids) == list(range(1, 21))
    receiver.bodies.clear()
    netbox.webhooks.switches.duplicated = True
    netbox.change("ipam.vrf", 1, name="x")
    netbox.webhooks_idle()
    assert len(receiver.bodies) == 2
    netbox.webhooks.switches.dropped = True
    netbox.change("ipam.vrf", 1, name="y")
    netbox.webhooks_idle()
    assert len(receiver.bodies) == 2


def test_a_receiver_that_is_away_is_in_the_log(netbox):
    netbox.add_webhook("http://127.0.0.1:9/", ["ipam.vrf"])
    netbox.add("ipam.vrf", name="v")
    netbox.webhooks_idle()
    assert netbox.webhooks.log[0].status is None and netbox.webhooks.log[0].error
