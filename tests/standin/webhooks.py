# SPDX-License-Identifier: MPL-2.0
"""Event rules and webhooks (before 3.7 a webhook is a rule itself): what is sent for a change, and one thread that sends it, in
order unless told otherwise."""
import hashlib
import hmac
import http.client
import json
import random
import re
import ssl
import threading
import urllib.parse
from dataclasses import dataclass

from .store import now
from .values import Net
from .view import View

TYPES = {"created": "type_create", "updated": "type_update", "deleted": "type_delete"}
# The body template that the Python daemon netbox-kea-dhcp recommends: nothing but the hint.
HINT_TEMPLATE = '{"event": "{{ event }}", "model": "{{ model }}", "data": {"id": {{ data.id }}}}'
TIMEOUT = 60


@dataclass
class Delivery:
    """One webhook: what was sent where, and the answer's status, or why there was none."""

    event: str
    model: str
    id: int
    method: str
    url: str
    headers: dict
    body: bytes
    verify: object = True
    status: int = None
    error: str = None


def context(shape, base_path, event, request, username):
    """What a body is made of; which keys, that is the version's."""
    app, model = event.model.split(".")
    made = {"event": event.kind, "timestamp": now()}
    if shape.since(4, 4):
        made["object_type"] = f"{app}.{model}"
    if not shape.since(4, 5):
        made["model"] = model
    if not shape.since(4, 7):
        made.update(username=username, request_id=request.id)
    made["data"] = event.data
    if shape.since(4, 7):
        path = base_path + request.path
        made["request"] = {"id": request.id, "path": path, "path_info": path, "method": request.method,
                           "GET": {key: values[-1] for key, values in request.query.items()}, "user": username}
    elif shape.since(4, 6):
        made["request"] = {"id": request.id, "method": request.method, "path": base_path + request.path, "user": username}
    return made


def snapshot(store, row):
    """A row as NetBox's change log keeps it: references by id, tags by name; of the fields those that the stand-in has."""
    def plain(value):
        return value.text if isinstance(value, Net) else value
    if row is None:
        return None
    shown = {key: plain(value) for key, value in row.items() if key not in ("id", "last_updated")}
    if "tags" in shown:
        shown["tags"] = [store.get("extras.tag", tag)["name"] for tag in row["tags"] if store.get("extras.tag", tag)]
    return shown


def render(template, made):
    """{{ event }}, {{ data.id }}, {{ data['id'] }}, {{ data | tojson }}; what is not there is empty, as with Jinja."""
    def value(match):
        found = made
        for part in re.findall(r"\w+", match.group(1)):
            found = found.get(part) if isinstance(found, dict) else None
        if match.group(2):
            return json.dumps(found)
        return "" if found is None else str(found)
    return re.sub(r"\{\{\s*([\w.\[\]'\"]+?)\s*(\|\s*tojson)?\s*\}\}", value, template)


@dataclass
class Switches:
    """How webhooks go wrong. Paused ones queue up; dropped ones are neither sent nor logged."""

    paused: bool = False
    dropped: bool = False
    shuffled: bool = False
    duplicated: bool = False


class Webhooks:
    """send() may be called by any thread; one thread delivers."""

    def __init__(self, store, base_path, username="admin"):
        self.store = store
        self.base_path = base_path
        self.username = username
        self.templates = {}             # id of a webhook -> function(context) -> bytes or text
        self.switches = Switches()
        self.log = []
        self._queue = []
        self._under_way = 0
        self._changed = threading.Condition()
        self._thread = None
        self._stopping = False
        self._random = random.Random(1)
        store.show_deleted = self._data

    def start(self):
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="standin-webhooks", daemon=True)
        self._thread.start()

    def stop(self):
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    # What to send

    def _rules(self):
        return self.store.tables["extras.eventrule" if self.store.shape.since(3, 7) else "extras.webhook"].rows

    def _data(self, name, row, counts=True):
        """The full object, its URLs without a host; None where no rule could want it."""
        if not self._rules():
            return None
        return View(self.store, self.base_path, counts).show(name, row)

    def send(self, events, request):
        made = [delivery for event in events for delivery in self._deliveries(event, request)]
        with self._changed:
            if not self.switches.dropped:
                self._queue += [one for one in made for _ in range(2 if self.switches.duplicated else 1)]
                self._changed.notify_all()

    def _wanted(self, rule, event):
        if not rule["enabled"] or event.model not in rule["object_types"]:
            return False
        if self.store.shape.since(4, 1):
            return f"object_{event.kind}" in rule["event_types"]
        return rule[TYPES[event.kind]]

    def _deliveries(self, event, request):
        rules = [rule for rule in self._rules().values() if self._wanted(rule, event)]
        if not rules:
            return
        if event.data is None:
            event.data = self._data(event.model, event.row, counts=event.kind != "created")
        made = context(self.store.shape, self.base_path, event, request, self.username)
        made["snapshots"] = {"prechange": snapshot(self.store, event.row if event.kind == "deleted" else event.before),
                             "postchange": None if event.kind == "deleted" else snapshot(self.store, event.row)}
        for rule in rules:
            webhook = self.store.get("extras.webhook", rule["action_object_id"]) if "action_object_id" in rule else rule
            if webhook:
                yield self._delivery(webhook, event, made)

    def _delivery(self, webhook, event, made):
        template = self.templates.get(webhook["id"])
        if template:
            body = template(made)
        elif webhook["body_template"]:
            body = render(webhook["body_template"], made)
        else:
            body = json.dumps(made)
        body = body if isinstance(body, bytes) else body.encode()
        headers = {"Content-Type": webhook["http_content_type"]}
        for line in render(webhook["additional_headers"], made).splitlines():
            name, _, value = line.partition(":")
            if value:
                headers[name.strip()] = value.strip()
        if webhook["secret"]:
            headers["X-Hook-Signature"] = hmac.new(webhook["secret"].encode(), body, hashlib.sha512).hexdigest()
        verify = (webhook["ca_file_path"] or True) if webhook["ssl_verification"] else False
        return Delivery(event.kind, event.model, event.row["id"], webhook["http_method"], webhook["payload_url"], headers,
                        body, verify)

    # Sending it

    def wake(self):
        """To be called after the switches were changed."""
        with self._changed:
            self._changed.notify_all()

    def resume(self):
        self.switches.paused = False
        self.wake()

    def idle(self, timeout=60):
        """Waits until nothing is left to deliver; False where that takes longer than the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._under_way, timeout)

    def waiting(self):
        return len(self._queue)

    def _run(self):
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or (self._queue and not self.switches.paused))
                if self._stopping:
                    return
                index = self._random.randrange(len(self._queue)) if self.switches.shuffled else 0
                delivery = self._queue.pop(index)
                self._under_way += 1
            deliver(delivery)
            with self._changed:
                self.log.append(delivery)
                self._under_way -= 1
                self._changed.notify_all()


def deliver(delivery):
    """Sends one webhook; the answer's status or the failure goes into it."""
    parts = urllib.parse.urlsplit(delivery.url)
    try:
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT,
                                                     context=_tls(delivery.verify))
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(delivery.method, target, body=delivery.body, headers=delivery.headers)
        answer = connection.getresponse()
        answer.read()
        delivery.status = answer.status
        connection.close()
    except (OSError, http.client.HTTPException) as fault:
        delivery.error = str(fault) or type(fault).__name__


def _tls(verify):
    if verify is False:
        return ssl._create_unverified_context()
    return ssl.create_default_context(cafile=verify if isinstance(verify, str) else None)
