# SPDX-License-Identifier: MPL-2.0
"""StandIn: a NetBox to test against, in this process."""
import re
import threading

from .api import Api, Request
from .control import control
from .faults import Faults
from .server import Server, tls_context
from .shapes import SHAPES
from .store import Store
from .view import View
from .webhooks import Webhooks

TOKEN = "0123456789abcdef0123456789abcdef01234567"
# What NetBox wants to know of an object and a test does not care about; add() fills it in.
FILLED = {
    "dcim.device": {"site": "dcim.site", "device_type": "dcim.devicetype", "role": "dcim.devicerole"},
    "dcim.devicetype": {"manufacturer": "dcim.manufacturer"},
    "virtualization.virtualmachine": {"site": "dcim.site"},
    "virtualization.cluster": {"type": "virtualization.clustertype"},
}
PLAIN = {"dcim.interface": {"type": "virtual"}}


class StandIn:
    """shape: a NetBox version of shapes.SHAPES. The address is http(s)://host:port/base_path; port 0 takes a free one.

    enforce_unique is NetBox's ENFORCE_GLOBAL_UNIQUE; range_status_dhcp its FIELD_CHOICES with the status dhcp for ranges."""

    def __init__(self, shape="4.7", token=TOKEN, host="127.0.0.1", port=0, base_path="", tls_cert=None, tls_key=None,
                 range_status_dhcp=True, enforce_unique=False):
        self.shape = SHAPES[shape]
        self.token = token
        self.base_path = "/" + base_path.strip("/") if base_path.strip("/") else ""
        self.scheme = "https" if tls_cert else "http"
        self.address = (host, port)
        self.store = Store(self.shape, range_status_dhcp, enforce_unique)
        self.webhooks = Webhooks(self.store, self.base_path)
        self.api = Api(self.store, token, self.webhooks.send)
        self.faults = Faults()
        self.requests = []          # server.Logged, in the order they came
        self.errors = []            # tracebacks of the stand-in's own faults; a test may assert that there are none
        self.stopped = threading.Event()
        self._tls = tls_context(tls_cert, tls_key)
        self._server = None

    # Life

    def start(self):
        self.stopped.clear()
        self.webhooks.start()
        self.listen()
        return self

    def stop(self):
        self.stopped.set()
        self.faults.clear()
        self.refuse()
        self.webhooks.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def listen(self):
        """Opens the port, the same one again after refuse()."""
        if self._server is None:
            self._server = Server(self, self.address, self._tls)
            self.address = self._server.server_address[:2]
            threading.Thread(target=self._server.serve_forever, args=(0.02,), name="standin-server", daemon=True).start()

    def refuse(self):
        """Closes the port and all connections: who connects is refused until listen()."""
        if self._server is not None:
            server, self._server = self._server, None
            server.end()

    @property
    def host(self):
        name = f"[{self.address[0]}]" if ":" in self.address[0] else self.address[0]
        return f"{name}:{self.address[1]}"

    @property
    def url(self):
        """What goes into netbox-url: without /api/."""
        return f"{self.scheme}://{self.host}{self.base_path}"

    def model_at(self, path):
        """The model name of /api/app/models/…, None where there is none."""
        model = self.store.paths.get("/".join(path.strip("/").split("/")[1:3]))
        return model and model.name

    def control(self, method, path, body):
        return control(self, method, path, body)

    # Objects: as over the API, with events; rows come back as the API shows them

    def add(self, name, /, _check=True, _events=True, **values):
        """Adds an object. References may be ids or rows; what NetBox requires and is not given is filled in.

        _check=False leaves NetBox's rules out, _events=False the webhooks: as a direct write to the database."""
        return self._write(name, "POST", _events,
                           lambda: self.store.add(name, self._filled(name, self._known(name, values)), _check))

    def add_many(self, name, values, /, _check=True, _events=True):
        """Adds objects in one request and returns their ids: for thousands, as add() shows each one whole.

        That ranges don't overlap takes long to check for thousands of them: leave it out."""
        events = []
        with self.store.lock:
            with self.store.transaction(events):
                ids = [self.store.add(name, self._filled(name, self._known(name, dict(one))), _check)["id"]
                       for one in values]
            self._send(events, _events, "POST")
        return ids

    def change(self, name, number, /, _check=True, _events=True, **values):
        number = self._number(number)
        return self._write(name, "PATCH", _events,
                           lambda: self.store.change(name, number, self._known(name, values), _check))

    def delete(self, name, number, /, _events=True):
        events, number = [], self._number(number)
        with self.store.lock:
            with self.store.transaction(events):
                if self.store.get(name, number) is None:
                    raise KeyError(f"{name} {number}")
                self.store.delete(name, number)
            self._send(events, _events, "DELETE")

    def set_mac(self, name, interface, mac, /, _events=True):
        """Gives an interface its primary MAC, in the way of this version; returns the MAC object's id, None before 4.2."""
        interface = self._number(interface)
        if not self.shape.since(4, 2):
            self.change(name, interface, _events=_events, mac_address=mac)
            return None
        number = self.add("dcim.macaddress", _events=_events, mac_address=mac, assigned_object_type=name,
                          assigned_object_id=interface)["id"]
        self.change(name, interface, _events=_events, primary_mac_address=number)
        return number

    def get(self, name, number):
        """The row as the API shows it, None where it is not there."""
        row = self.store.get(name, self._number(number))
        return row and self._shown(name, row)

    def all(self, name):
        """The ids there are."""
        return list(self.store.tables[name].ids)

    def _write(self, name, method, events_wanted, act):
        events = []
        with self.store.lock:
            with self.store.transaction(events):
                row = act()
            self._send(events, events_wanted, method)
            return self._shown(name, self.store.get(name, row["id"]))

    def _send(self, events, wanted, method):
        if wanted and events:
            path = f"/api/{self.store.models[events[0].model].path}/"
            self.webhooks.send(events, Request(method, path))

    def _shown(self, name, row):
        return View(self.store, self.url).show(name, row)

    @staticmethod
    def _number(value):
        return value["id"] if isinstance(value, dict) else value

    def _known(self, name, values):
        """The values with this shape's names; a name that no shape has is a mistake of the test."""
        model = self.store.models[name]
        if name == "ipam.prefix" and self.shape.since(4, 2) and "site" in values:
            site = values.pop("site")
            values.update(scope_type=site and "dcim.site", scope_id=site and self._number(site))
        for key in [key for key in values if key.endswith("_id") and isinstance(values[key], dict)]:
            values[key] = values[key]["id"]
        unknown = set(values) - set(model.fields) - set(model.renamed) - {"id"}
        if unknown:
            raise TypeError(f"{name} has no {', '.join(sorted(unknown))}")
        return values

    def _filled(self, name, values):
        filled = {**PLAIN.get(name, {}), **values}
        fields = self.store.models[name].fields
        if "slug" in fields and "slug" not in filled:
            filled["slug"] = re.sub(r"[^a-z0-9]+", "-", str(filled.get("name", filled.get("model", ""))).lower()).strip("-")
        for key, model in FILLED.get(name, {}).items():
            if key not in filled and "cluster" not in filled:
                filled[key] = self._any(model)
        return filled

    def _any(self, name):
        """The first object of a model, made where there is none."""
        ids = self.store.tables[name].ids
        if ids:
            return ids[0]
        label = self.store.models[name].label
        values = {"model": label} if name == "dcim.devicetype" else {"name": label}
        return self.store.add(name, self._filled(name, values))["id"]

    # Set-up

    def define_field(self, name, kind, *models, choices=None, **values):
        """A custom field on some models. choices, {value: label}, become a choice set; before 3.6 they are the field's own."""
        if choices and self.shape.since(3, 6):
            values["choice_set"] = self.add("extras.customfieldchoiceset", name=name, extra_choices=[*map(list, choices.items())])
        elif choices:
            values["choices"] = list(choices)
        return self.add("extras.customfield", name=name, type=kind, object_types=list(models), **values)

    def define_default_fields(self):
        """The custom fields of the default maps and filters."""
        for name, kind in (("dhcp_enabled", "boolean"), ("dhcp_option_data_routers", "json"),
                           ("dhcp_option_data_domain_search", "json"), ("dhcp_option_data_domain_name_servers", "json"),
                           ("dhcp_next_server", "text"), ("dhcp_boot_file_name", "text"), ("dhcp_valid_lifetime", "integer"),
                           ("dhcp_preferred_lifetime", "integer"), ("dhcp_pd_delegated_length", "integer"),
                           ("dhcp_interface", "text")):
            self.define_field(name, kind, "ipam.prefix")
        self.define_field("dhcp_pd_subnet", "object", "ipam.prefix", related_object_type="ipam.prefix")
        for name, kind in (("dhcp_reservation_hw_address", "text"), ("dhcp_reservation_duid", "text"),
                           ("dhcp_reservation_prefixes", "json")):
            self.define_field(name, kind, "ipam.ipaddress")

    def add_webhook(self, url, models=None, secret="", headers="", template=None, events=("created", "updated", "deleted"),
                    name=None, verify=True, ca_file=None):
        """A webhook and its event rule, for all models by default; template is a text or a function(context) -> text."""
        count = len(self.store.tables["extras.webhook"].ids) + 1
        which = {f"type_{word}": word + "d" in events for word in ("create", "update", "delete")}
        if self.shape.since(4, 1):
            which = {"event_types": [f"object_{event}" for event in events]}
        which["object_types"] = list(models or self._eventful())
        webhook = self.add("extras.webhook", name=name or f"webhook {count}", payload_url=url, secret=secret,
                           additional_headers=headers, body_template=template if isinstance(template, str) else "",
                           ssl_verification=verify, ca_file_path=ca_file, **({} if self.shape.since(3, 7) else which))
        if callable(template):
            self.webhooks.templates[webhook["id"]] = template
        if self.shape.since(3, 7):
            self.add("extras.eventrule", name=webhook["name"], action_type="webhook", action_object_type="extras.webhook",
                     action_object_id=webhook["id"], **which)
        return webhook

    def _eventful(self):
        return [name for name in self.store.models if name not in ("extras.webhook", "extras.eventrule")]

    # Permissions

    def deny(self, name, action="view"):
        """The token lacks a permission: 403."""
        self.api.denied.add((action, name))

    def allow(self, name):
        """Takes deny() and constrain() back."""
        self.api.denied = {one for one in self.api.denied if one[1] != name}
        self.api.constraints.pop(name, None)

    def constrain(self, name, where):
        """The permission holds for some objects only: where is a function(row) or {field: stored value}."""
        if isinstance(where, dict):
            wanted = dict(where)

            def where(row):
                return all(row[key] == value for key, value in wanted.items())
        self.api.constraints[name] = where

    # Faults and webhooks, see faults.py and webhooks.py

    def fault(self, kind, on=None, **detail):
        """on: a model or a path below /api/, all by default; method, query, times, skip choose among its requests."""
        return self.faults.add(kind, on, **detail)

    def clear(self, fault=None):
        self.faults.clear(fault)

    def webhooks_idle(self, timeout=60):
        """Waits until all webhooks are delivered. Paused ones never are: that is a RuntimeError at once."""
        if self.webhooks.switches.paused and self.webhooks.waiting():
            raise RuntimeError("webhooks are paused: resume them first")
        if not self.webhooks.idle(timeout):
            raise TimeoutError(f"{self.webhooks.waiting()} webhooks were not delivered within {timeout} s")

