# SPDX-License-Identifier: MPL-2.0
"""NetBox's REST API on a store: who may ask, what is asked, what is answered. No sockets here."""
import json
import urllib.parse
import uuid
from dataclasses import dataclass, field

from .query import Lists
from .values import Invalid, Protected
from .view import Pages

ACTIONS = {"GET": "view", "HEAD": "view", "POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


@dataclass
class Request:
    method: str
    path: str                                   # without the base path: /api/ipam/prefixes/
    query: dict = field(default_factory=dict)   # {key: [values]}
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    url: str = ""                               # the whole URL as the client named it
    base: str = ""                              # of it scheme, host and base path
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)
    content_type: str = "application/json"
    then: object = None                         # a function to be called once the answer is sent


class Refused(Exception):
    def __init__(self, status, detail):
        super().__init__(detail)
        self.status = status
        self.detail = detail


def as_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


NOT_FOUND_PAGE = ('<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <title>Page Not Found</title>\n  </head>\n  <body>'
                  '<h1>Page Not Found</h1></body>\n</html>\n').encode()


class Api:
    """permissions may be changed by a test: denied holds (action, model), constraints {model: function(row) -> bool}."""

    def __init__(self, store, token, send_events):
        self.store = store
        self.shape = store.shape
        self.token = token
        self.send_events = send_events          # function(events, request)
        self.lists = Lists(store)
        self.pages = Pages(store)
        self.denied = set()
        self.constraints = {}
        self.workers = 1

    def answer(self, request):
        try:
            with self.store.lock:
                answer = self._answer(request)
        except Invalid as fault:
            answer = Answer(400, as_json(fault.errors))
        except Protected as fault:
            answer = Answer(409, as_json({"detail": str(fault)}))
        except Refused as fault:
            answer = Answer(fault.status, as_json({"detail": fault.detail}))
        answer.headers.update({"API-Version": self.shape.api_version, "X-Request-ID": request.id})
        return answer

    def _answer(self, request):
        path = request.path
        if request.method in ("GET", "HEAD") and not path.endswith("/"):
            return Answer(301, b"", {"Location": request.url.replace(path, path + "/", 1)}, "text/html; charset=utf-8")
        parts = path.strip("/").split("/")
        if parts == ["api", "status"]:
            # Before 4.0 anybody may ask for it; a wrong token is wrong all the same.
            self._authenticate(request, anonymous=not self.shape.since(4, 0))
            return Answer(200, as_json(self._status()))
        model = self.store.paths.get("/".join(parts[1:3])) if parts[0] == "api" else None
        if model is None or len(parts) > 4:
            return Answer(404, NOT_FOUND_PAGE, content_type="text/html; charset=utf-8")
        self._authenticate(request)
        action = ACTIONS.get(request.method)
        if (action, model.name) in self.denied:
            raise Refused(403, "You do not have permission to perform this action.")
        handler = getattr(self, f"_{request.method.lower()}_{'list' if len(parts) == 3 else 'one'}", None)
        if handler is None:
            raise Refused(405, f'Method "{request.method}" not allowed.')
        return handler(request, model) if len(parts) == 3 else handler(request, model, self._row(model, parts[3]))

    def _authenticate(self, request, anonymous=False):
        words = request.headers.get("authorization", "").split()
        schemes = ("token", "bearer") if self.shape.since(4, 5) else ("token",)
        if not words or words[0].lower() not in schemes:
            if anonymous:
                return
            raise Refused(403, "Authentication credentials were not provided.")
        if len(words) != 2 or words[1] != self.token:
            version = 2 if words[-1].startswith("nbt_") else 1
            if self.shape.since(4, 5) and version == 2 and "." not in words[-1]:
                raise Refused(403, "Invalid authorization header: Could not parse key from v2 token. Did you mean to use "
                              "'Token' instead of 'Bearer'?")
            raise Refused(403, f"Invalid v{version} token" if self.shape.since(4, 5) else "Invalid token")

    def _status(self):
        """As netbox/api/views.py StatusView of each version."""
        status = {"django-version": "5.0", "netbox-version": self.shape.version, "plugins": {}, "python-version": "3.12.1",
                  "rq-workers-running": self.workers}
        if self.shape.since(4, 3):
            status["netbox-full-version"] = self.shape.version
        if not self.shape.since(4, 4):
            return {**status, "installed-apps": {}}
        return {**status, "hostname": "standin", "installed_apps": {}}

    def _row(self, model, text):
        row = self.store.get(model.name, int(text)) if text.isdigit() else None
        permitted = self.constraints.get(model.name)
        if row is None or (permitted and not permitted(row)):
            new = self.shape.since(4, 0) and text.isdigit()
            raise Refused(404, f"No {model.label} matches the given query." if new else "Not found.")
        return row

    # Reading

    def _text(self, request, model, row, keys=None):
        return self.pages.text(model.name, row, keys or self.shape.keys[model.name].full, request.base)

    def _get_list(self, request, model):
        page = self.lists.page(model.name, request.query, request.url, self.constraints.get(model.name))
        keys = self.pages.keys(model.name, request.query)
        rows = self.store.tables[model.name].rows
        results = ",".join(self._text(request, model, rows[number], keys) for number in page.ids)
        head = json.dumps({"count": page.count, "next": page.following, "previous": page.previous})
        return Answer(200, f'{head[:-1]},"results":[{results}]}}'.encode())

    def _get_one(self, request, model, row):
        return Answer(200, self._text(request, model, row, self.pages.keys(model.name, request.query)).encode())

    _head_list, _head_one = _get_list, _get_one

    # Writing

    def _sent(self, request):
        try:
            return json.loads(request.body)
        except ValueError as fault:
            raise Refused(400, f"JSON parse error - {fault}") from None

    def _entry(self, value):
        if not isinstance(value, dict):
            raise Invalid({"__all__": [f"Invalid data. Expected a dictionary, but got {type(value).__name__}."]})
        return value

    def _do(self, request, model, values, act):
        """Applies act to each of the values, all or none, and sends the events."""
        events, errors, done = [], [], []
        try:
            with self.store.transaction(events):
                for index, value in enumerate(values):
                    try:
                        done.append(act(self._entry(value)))
                    except Invalid as fault:
                        errors.append((index, fault.errors))
                if errors:
                    raise Invalid(None)
        except Invalid:
            raise Invalid(self._bulk_errors(request, values, errors)) from None
        self.send_events(events, request)
        return done

    def _bulk_errors(self, request, values, errors):
        if not isinstance(self._sent(request), list):
            return errors[0][1]
        if self.shape.since(4, 7):
            what = {"POST": "created", "DELETE": "deleted"}.get(request.method, "updated")
            def name(index):
                return {"index": index} if request.method == "POST" else {"id": values[index]["id"]}
            return {"detail": f"{len(errors)} of {len(values)} objects could not be {what}.",
                    "errors": [{**name(index), "errors": fault} for index, fault in errors]}
        faults = dict(errors)
        return [faults.get(index, {}) for index in range(len(values))]

    def _post_list(self, request, model):
        sent = self._sent(request)
        values = sent if isinstance(sent, list) else [sent]
        rows = self._do(request, model, values, lambda value: self.store.add(model.name, {
            key: item for key, item in value.items() if key != "id"}))
        texts = [self._text(request, model, self.store.get(model.name, row["id"])) for row in rows]
        return Answer(201, (f"[{','.join(texts)}]" if isinstance(sent, list) else texts[0]).encode())

    def _sent_list(self, request, model):
        """The entries of a bulk change or deletion; each must name an object."""
        sent = self._sent(request)
        if not isinstance(sent, list):
            raise Refused(400, f'Expected a list of items but got type "{type(sent).__name__}".')
        rows = self.store.tables[model.name].rows
        missing = [value["id"] for value in sent if self._entry(value).get("id") not in rows]
        if missing and self.shape.since(4, 7):
            raise Invalid({"detail": f"{len(missing)} of {len(sent)} objects could not be found.", "errors": [
                {"id": number, "errors": {"id": [f"Object with ID {number} does not exist"]}} for number in missing]})
        return [value for value in sent if value["id"] in rows]

    def _patch_list(self, request, model):
        sent = self._sent_list(request, model)
        rows = self._do(request, model, sent, lambda value: self.store.change(model.name, int(value["id"]), value))
        return Answer(200, f"[{','.join(self._text(request, model, row) for row in rows)}]".encode())

    def _delete_list(self, request, model):
        sent = self._sent_list(request, model)
        self._do(request, model, sent, lambda value: self.store.delete(model.name, int(value["id"])))
        return Answer(204, b"")

    def _patch_one(self, request, model, row):
        changed = self._do(request, model, [self._sent(request)],
                           lambda value: self.store.change(model.name, row["id"], value))
        return Answer(200, self._text(request, model, changed[0]).encode())

    def _put_one(self, request, model, row):
        missing = {key: ["This field is required."] for key, kind in model.fields.items()
                   if kind.required and kind.writable and key not in self._entry(self._sent(request))}
        if missing:
            raise Invalid(missing)
        return self._patch_one(request, model, row)

    def _delete_one(self, request, model, row):
        events = []
        with self.store.transaction(events):
            self.store.delete(model.name, row["id"])
        self.send_events(events, request)
        return Answer(204, b"")


def split_query(text):
    return urllib.parse.parse_qs(text, keep_blank_values=True)
