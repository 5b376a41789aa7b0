# SPDX-License-Identifier: MPL-2.0
"""A NetBox over its REST API, and the objects that tests fill it with: for the real one and the stand-in alike."""

import json
import urllib.error
import urllib.parse
import urllib.request

PREFIX_FIELDS = {
    "dhcp_enabled": "boolean",
    "dhcp_option_data_routers": "text",
    "dhcp_option_data_domain_search": "text",
    "dhcp_option_data_domain_name_servers": "text",
    "dhcp_next_server": "text",
    "dhcp_boot_file_name": "text",
    "dhcp_valid_lifetime": "integer",
}
ADDRESS_FIELDS = {"dhcp_reservation_hw_address": "text"}
PREFIX_FIELDS6 = {"dhcp_interface": "text", "dhcp_preferred_lifetime": "integer", "dhcp_pd_delegated_length": "integer",
                  "dhcp_pd_subnet": "object"}
ADDRESS_FIELDS6 = {"dhcp_reservation_duid": "text", "dhcp_reservation_prefixes": "text"}

# What the hook's token must be allowed to view. What an answer shows of a device, a VRF or a tag comes with it.
HOOK_PERMISSIONS = [
    "ipam.prefix", "ipam.iprange", "ipam.ipaddress", "dcim.macaddress", "dcim.interface", "virtualization.vminterface",
]

# What the hook wants to hear of.
HOOK_MODELS = [
    "ipam.prefix", "ipam.iprange", "ipam.ipaddress", "dcim.device", "dcim.interface", "dcim.macaddress",
    "virtualization.virtualmachine", "virtualization.vminterface",
    "ipam.vrf", "ipam.vlan", "ipam.role", "extras.tag", "dcim.site", "tenancy.tenant", "extras.customfield",
]


class RestError(Exception):
    """NetBox refused a request."""

    def __init__(self, method, path, status, body):
        super().__init__(f"{method} {path}: {status} {body}")
        self.status = status
        self.body = body


class Rest:
    def __init__(self, url, token):
        self.url = url  # without /api and without a slash at its end
        self.token = token
        self._once = {}  # what a device or a VM hangs on, made when first wanted

    def request(self, method, path, body=None, token=None):
        """(status, headers, body): whatever NetBox answers; the body parsed where it is JSON."""
        token = self.token if token is None else token
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = ("Bearer " if token.startswith("nbt_") else "Token ") + token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, _parsed(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, _parsed(error)

    def api(self, method, path, body=None, token=None):
        """The answer's body, None where it has none. Raises RestError from status 400 on."""
        status, _headers, answer = self.request(method, path, body, token)
        if status >= 400:
            raise RestError(method, path, status, answer)
        return answer

    def get(self, path, **filters):
        query = urllib.parse.urlencode(filters, doseq=True)
        return self.api("GET", f"{path}?{query}" if query else path)

    def find(self, path, **filters):
        """The first that the filters let through."""
        return self.get(path, **filters)["results"][0]

    def add(self, path, **fields):
        return self.api("POST", path, fields)

    def change(self, thing, **fields):
        """Patches an object that came from here; returns it as it is now."""
        return self.api("PATCH", self._path(thing), fields)

    def delete(self, thing):
        self.api("DELETE", self._path(thing))

    def _path(self, thing):
        path = urllib.parse.urlsplit(thing["url"]).path
        return path[path.index("/api/"):]

    # What the hook wants to be there.

    def add_custom_fields(self, prefix=PREFIX_FIELDS, address=ADDRESS_FIELDS):
        """An object field refers to a prefix."""
        for model, fields in (("ipam.prefix", prefix), ("ipam.ipaddress", address)):
            for name, kind in fields.items():
                other = {"related_object_type": "ipam.prefix"} if kind == "object" else {}
                self.add("/api/extras/custom-fields/", name=name, type=kind, object_types=[model], **other)

    def add_webhook(self, url, object_types=HOOK_MODELS, name="kea", **fields):
        """A webhook (fields: secret, additional_headers, body_template ...) and the event rule that fires it."""
        webhook = self.add("/api/extras/webhooks/", name=name, payload_url=url, **fields)
        self.add("/api/extras/event-rules/", name=name, object_types=object_types,
                 event_types=["object_created", "object_updated", "object_deleted"],
                 action_type="webhook", action_object_type="extras.webhook", action_object_id=webhook["id"])
        return webhook

    # A site's objects.

    def add_prefix(self, cidr, dhcp=True, custom_fields=None, **fields):
        return self.add("/api/ipam/prefixes/", prefix=cidr,
                        custom_fields={"dhcp_enabled": dhcp, **(custom_fields or {})}, **fields)

    def add_range(self, start, end, **fields):
        return self.add("/api/ipam/ip-ranges/", start_address=start, end_address=end, **{"status": "dhcp", **fields})

    def add_address(self, address, interface=None, **fields):
        """An address, of an interface of a device or of a VM where one is given."""
        if interface is not None:
            fields.update(assigned_object_type=_type(interface), assigned_object_id=interface["id"])
        return self.add("/api/ipam/ip-addresses/", address=address, **{"status": "dhcp", **fields})

    def add_device(self, name, **fields):
        return self.add("/api/dcim/devices/", name=name, site=self._site(), role=self._role(),
                        device_type=self._device_type(), **fields)

    def add_vm(self, name, **fields):
        return self.add("/api/virtualization/virtual-machines/", name=name, site=self._site(), **fields)

    def add_interface(self, owner, name, *macs):
        """An interface of a device or of a VM; the first MAC is made its primary one."""
        if "device_type" in owner:
            interface = self.add("/api/dcim/interfaces/", device=owner["id"], name=name, type="1000base-t")
        else:
            interface = self.add("/api/virtualization/interfaces/", virtual_machine=owner["id"], name=name)
        rows = [self.add_mac(mac, interface) for mac in macs]
        return self.change(interface, primary_mac_address=rows[0]["id"]) if rows else interface

    def add_mac(self, mac, interface=None):
        fields = {}
        if interface is not None:
            fields.update(assigned_object_type=_type(interface), assigned_object_id=interface["id"])
        return self.add("/api/dcim/mac-addresses/", mac_address=mac, **fields)

    def _site(self):
        return self._made_once("/api/dcim/sites/", name="Site", slug="site")

    def _role(self):
        return self._made_once("/api/dcim/device-roles/", name="Host", slug="host")

    def _device_type(self):
        maker = self._made_once("/api/dcim/manufacturers/", name="Maker", slug="maker")
        return self._made_once("/api/dcim/device-types/", manufacturer=maker, model="Model", slug="model")

    def _made_once(self, path, **fields):
        if path not in self._once:
            self._once[path] = self.add(path, **fields)["id"]
        return self._once[path]

    # Somebody with fewer rights.

    def add_viewer(self, name, *models, constraints=None):
        """The token of a new user who may view the models given (of them only what the constraints allow)."""
        user = self.add("/api/users/users/", username=name, password="not-used-1A-not-used")
        if models:
            self.add("/api/users/permissions/", name=name, object_types=list(models), actions=["view"],
                     users=[user["id"]], constraints=constraints)
        return self.add_token(user["id"])

    def add_token(self, user):
        token = self.add("/api/users/tokens/", user=user, version=2)
        return f"nbt_{token['key']}.{token['token']}"


def _type(interface):
    return "virtualization.vminterface" if "/virtualization/" in interface["url"] else "dcim.interface"


def _parsed(answer):
    text = answer.read()
    if not text:
        return None
    if answer.headers.get_content_type() != "application/json":
        return text.decode(errors="replace")
    return json.loads(text)
