# SPDX-License-Identifier: MPL-2.0
"""The stand-in NetBox sends the webhooks that the real one sends: the same changes in both, what came compared key by key."""

import hashlib
import hmac
import json

import pytest

from compare import differences, neutral
from listener import Listener
from rest import Rest

SECRET = "the-secret-of-the-webhooks"
HINT = '{"event": "{{ event }}", "model": "{{ model }}", "object_type": "{{ object_type }}", "data": {"id": {{ data.id }}}}'


class Site:
    """One NetBox with a few objects and two webhooks: whole bodies, and the hint that a body template makes."""

    def __init__(self, server, wait_idle, listener):
        self.listener = listener
        self.wait_idle = wait_idle
        rest = self.rest = Rest(server.url, server.token)
        rest.add_custom_fields()
        self.tag = rest.add("/api/extras/tags/", name="Lab", slug="lab")
        self.tenant = rest.add("/api/tenancy/tenants/", name="Tenant", slug="tenant")
        self.role = rest.add("/api/ipam/roles/", name="Users", slug="users")
        self.vrf = rest.add("/api/ipam/vrfs/", name="Red", rd="65000:1")
        self.vlan = rest.add("/api/ipam/vlans/", vid=10, name="ten")
        self.device = rest.add_device("host-1")
        self.eth0 = rest.add_interface(self.device, "eth0", "02:00:00:00:00:01", "02:00:00:00:00:02")
        self.mac, self.other_mac = self.eth0["mac_addresses"]
        self.vm = rest.add_vm("vm-1")
        self.vm_eth0 = rest.add_interface(self.vm, "eth0", "02:00:00:00:00:03")
        self.prefix = rest.add_prefix("192.0.2.0/25", tags=[self.tag["id"]], scope_type="dcim.site",
                                      scope_id=self.device["site"]["id"])
        self.range = rest.add_range("192.0.2.50/25", "192.0.2.59/25")
        self.address = rest.add_address("192.0.2.10/25", self.eth0, tags=[self.tag["id"]], dns_name="host.example.com")
        self.vm_address = rest.add_address("192.0.2.11/25", self.vm_eth0)
        rest.add_webhook(listener.url + "whole/", name="whole", secret=SECRET)
        rest.add_webhook(listener.url + "hint/", name="hint", body_template=HINT,
                         additional_headers="X-netbox2kea-secret: plain\nX-Event: {{ event }}")

    def received(self):
        """What came since the last time, in an order that does not depend on who was served first."""
        self.wait_idle()
        webhooks = self.listener.take()
        whole = [json.loads(webhook.body) for webhook in webhooks if webhook.path.endswith("/whole/")]
        hints = sorted(webhook.body.decode() for webhook in webhooks if webhook.path.endswith("/hint/"))
        for webhook in webhooks:
            assert_headers(webhook)
        whole.sort(key=lambda body: (body["object_type"], body["event"], body["data"]["id"]))
        for body in whole:
            # A snapshot has the database's columns; that it is there is all that may matter.
            body["snapshots"] = {name: row is not None for name, row in body["snapshots"].items()}
        return [neutral(body, self.rest.url) for body in whole], hints


def assert_headers(webhook):
    assert webhook.headers.get_content_type() == "application/json"
    if webhook.path.endswith("/whole/"):
        signature = hmac.new(SECRET.encode(), webhook.body, hashlib.sha512).hexdigest()
        assert webhook.headers["X-Hook-Signature"] == signature
    else:
        assert "X-Hook-Signature" not in webhook.headers
        assert webhook.headers["X-netbox2kea-secret"] == "plain"
        assert webhook.headers["X-Event"] == json.loads(webhook.body)["event"]


CHANGES = {
    "a prefix is added": lambda site: site.rest.add_prefix("198.51.100.0/24", vrf=site.vrf["id"]),
    "a prefix is changed": lambda site: site.rest.change(site.prefix, custom_fields={"dhcp_option_data_routers": "192.0.2.1"}),
    "a prefix is changed to what it was": lambda site: site.rest.change(site.prefix, status="active"),
    "a range is added": lambda site: site.rest.add_range("192.0.2.70/25", "192.0.2.79/25"),
    "a range is resized": lambda site: site.rest.change(site.range, end_address="192.0.2.55/25"),
    "a range is deleted": lambda site: site.rest.delete(site.range),
    "an address is added": lambda site: site.rest.add_address("192.0.2.12/25", site.vm_eth0),
    "an address is moved": lambda site: site.rest.change(site.address, address="192.0.2.13/25"),
    "addresses are added at once": lambda site: site.rest.api("POST", "/api/ipam/ip-addresses/", [
        {"address": f"192.0.2.{host}/25", "status": "dhcp"} for host in (30, 31)]),
    "a MAC is edited": lambda site: site.rest.change(site.mac, mac_address="02:00:00:00:00:99"),
    "another MAC is made primary": lambda site: site.rest.change(site.eth0, primary_mac_address=site.other_mac["id"]),
    "a primary MAC is deleted": lambda site: site.rest.delete(site.other_mac),
    "a MAC is added": lambda site: site.rest.add_mac("02:00:00:00:00:04", site.vm_eth0),
    "an interface is renamed": lambda site: site.rest.change(site.eth0, name="eth9"),
    "a VM's interface is renamed": lambda site: site.rest.change(site.vm_eth0, name="eth9"),
    "a device is renamed": lambda site: site.rest.change(site.device, name="host-9"),
    "a VM is renamed": lambda site: site.rest.change(site.vm, name="vm-9"),
    "a VRF is renamed": lambda site: site.rest.change(site.vrf, name="Blue"),
    "a VLAN is renamed": lambda site: site.rest.change(site.vlan, name="eleven"),
    "a role is renamed": lambda site: site.rest.change(site.role, name="Guests"),
    "a tenant is renamed": lambda site: site.rest.change(site.tenant, name="Lodger"),
    "a tag is renamed": lambda site: site.rest.change(site.tag, name="Laboratory"),
    "a tag is deleted": lambda site: site.rest.delete(site.tag),
    "the primary address is chosen": lambda site: site.rest.change(site.device, primary_ip4=site.address["id"]),
    "the primary address is deleted": lambda site: site.rest.delete(site.address),
    "a VM is deleted": lambda site: site.rest.delete(site.vm),
    "a device is deleted": lambda site: site.rest.delete(site.device),
    "a VLAN is deleted": lambda site: site.rest.delete(site.vlan),
    "a role is deleted": lambda site: site.rest.delete(site.role),
    "a tenant is deleted": lambda site: site.rest.delete(site.tenant),
    "a role is added": lambda site: site.rest.add("/api/ipam/roles/", name="Staff", slug="staff"),
    "a custom field is changed": lambda site: site.rest.change(site.rest.get("/api/extras/custom-fields/1/"), label="DHCP"),
    "a site is renamed": lambda site: site.rest.change(site.rest.get("/api/dcim/sites/1/"), name="Elsewhere"),
    "a prefix is deleted": lambda site: site.rest.delete(site.prefix),
}


@pytest.fixture(scope="module")
def sites(netbox, standin):
    with Listener() as one, Listener() as other:
        sites = Site(netbox, netbox.wait_idle, one), Site(standin, standin.webhooks_idle, other)
        for site in sites:
            site.received()
        yield sites


# In this order: each builds on what is left of the site.
@pytest.mark.parametrize("change", CHANGES)
def test_webhooks_are_alike_when(sites, change):
    for site in sites:
        CHANGES[change](site)
    (real, real_hints), (standin, standin_hints) = (site.received() for site in sites)
    assert real
    assert [summary(body) for body in real] == [summary(body) for body in standin]
    assert real_hints == standin_hints
    told = list(differences(real, standin))
    assert not told, "\n" + "\n".join(told)


def summary(body):
    return body["object_type"], body["event"], body["data"]["id"]
