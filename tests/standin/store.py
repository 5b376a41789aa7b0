# SPDX-License-Identifier: MPL-2.0
"""The objects, and what NetBox does when one is added, changed or deleted: checks, cascades, events.

A row is a dict that is never changed once it is stored: a change stores another. All under Store.lock."""
import bisect
import contextlib
import datetime
import threading
from dataclasses import dataclass

from . import checks
from .customfields import CustomFields
from .models import build_models
from .values import Invalid, Protected


class Table:
    """The rows of one model. The generation counts its changes, for those who keep what they derived from it."""

    def __init__(self, model):
        self.model = model
        self.rows = {}
        self.ids = []
        self.last_id = 0
        self.generation = 0


@dataclass
class Event:
    """What happened to one object in one request; several changes of it are one event, as in NetBox."""

    kind: str
    model: str
    row: dict
    before: dict
    data: dict = None


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


class Store:
    def __init__(self, shape, range_status_dhcp=True, enforce_unique=False):
        self.shape = shape
        self.enforce_unique = enforce_unique
        self.models = build_models(shape, range_status_dhcp)
        self.paths = {model.path: model for model in self.models.values()}
        self.tables = {name: Table(model) for name, model in self.models.items()}
        self.generation = 0             # counts all changes
        self.referrers = {}             # (model, field, target id) -> ids of those who refer to it
        self.lock = threading.RLock()
        self.show_deleted = lambda name, row: None      # the data of a delete event
        self._events = None
        self._undo = None
        self._fields_of = (None, {})
        self._tree = (None, {})

    # Reading

    def get(self, name, number):
        return self.tables[name].rows.get(number)

    def referring(self, name, key, target):
        return self.referrers.get((name, key, target), ())

    def find(self, name, value):
        """The id of the object that a reference names: an id, a row, or attributes that only it has."""
        if name not in self.tables:
            raise Invalid([f"Invalid content type: {name}"])
        table = self.tables[name]
        if isinstance(value, dict):
            if "id" in value:
                return self.find(name, value["id"])
            found = [row for row in table.rows.values() if all(row.get(key) == wanted for key, wanted in value.items())]
            if len(found) == 1:
                return found[0]["id"]
            what = "Multiple objects match" if found else "Related object not found using"
            raise Invalid([f"{what} the provided attributes: {value}"])
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Invalid(["Related objects must be referenced by numeric ID or by dictionary of attributes. Received an "
                           f"unrecognized value: {value}"]) from None
        if number not in table.rows:
            raise Invalid([f"Related object not found using the provided numeric ID: {number}"])
        return number

    def custom_fields(self, name):
        """The rows of the custom fields that a model has."""
        table = self.tables["extras.customfield"]
        if self._fields_of[0] != table.generation:
            self._fields_of = (table.generation, {})
        known = self._fields_of[1]
        if name not in known:
            rows = [row for row in table.rows.values() if name in row["object_types"]]
            known[name] = sorted(rows, key=lambda row: (row["group_name"], row["weight"], row["name"]))
        return known[name]

    def prefix_tree(self):
        """{id: (depth, number of children)} of all prefixes, each within its VRF."""
        table = self.tables["ipam.prefix"]
        if self._tree[0] != table.generation:
            tree, above = {}, []
            rows = sorted(table.rows.values(), key=lambda row: (row["vrf"] or 0, row["prefix"].family, row["prefix"].first,
                                                                row["prefix"].length))
            for row in rows:
                while above and not (above[-1]["vrf"] == row["vrf"] and above[-1]["prefix"].covers(row["prefix"])):
                    above.pop()
                # A duplicate is neither parent nor child.
                parents = [parent for parent in above if parent["prefix"] != row["prefix"]]
                tree[row["id"]] = [len(parents), 0]
                for parent in parents:
                    tree[parent["id"]][1] += 1
                above.append(row)
            self._tree = (table.generation, tree)
        return self._tree[1]

    # One request

    @contextlib.contextmanager
    def transaction(self, events):
        """All or nothing; what happened is put into the list events."""
        with self.lock:
            self._events, self._undo = {}, []
            try:
                yield
                events.extend(self._events.values())
            except BaseException:
                done, self._undo = self._undo, None
                for name, number, row in reversed(done):
                    self._put(name, number, row)
                raise
            finally:
                self._events = self._undo = None

    def _note(self, kind, name, row, before=None, data=None):
        key = (name, row["id"])
        event = self._events.get(key)
        if event is None:
            event = self._events[key] = Event(kind, name, row, before)
        elif kind == "deleted":
            event.kind = kind
        event.row, event.data = row, data

    def _put(self, name, number, row):
        """Stores a row, or takes it out where row is None; keeps the indexes."""
        table = self.tables[name]
        old = table.rows.get(number)
        if self._undo is not None:
            self._undo.append((name, number, old))
        gone, new = self._targets(name, old), self._targets(name, row)
        for key in gone - new:
            self.referrers[key].discard(number)
        for key in new - gone:
            self.referrers.setdefault(key, set()).add(number)
        if row is None:
            del table.rows[number]
            del table.ids[bisect.bisect_left(table.ids, number)]
        else:
            table.rows[number] = row
            if old is None:
                bisect.insort(table.ids, number)
                table.last_id = max(table.last_id, number)
        table.generation += 1
        self.generation += 1

    def _targets(self, name, row):
        if row is None:
            return set()
        model = self.models[name]
        targets = {(name, key, row[key]) for key in model.refs if row[key] is not None}
        targets.update((name, key, (row[key + "_type"], row[key + "_id"])) for key in model.generic if row[key + "_id"])
        targets.update((name, "tags", tag) for tag in row.get("tags", ()))
        if name in ("ipam.prefix", "ipam.ipaddress"):
            targets.add((name, "place", self.place(name, row)))
        return targets

    @staticmethod
    def place(name, row):
        """What two prefixes, or two addresses, of a VRF have in common when they are duplicates."""
        if name == "ipam.prefix":
            return (row["vrf"], *row["prefix"].key())
        return (row["vrf"], row["address"].family, row["address"].ip)

    # Writing

    def add(self, name, values, check=True):
        """Adds an object and returns its row. An id may be given; check=False leaves out NetBox's rules on values."""
        table = self.tables[name]
        row = self._parse(table.model, values, None, check)
        row["id"] = int(values.get("id") or table.last_id + 1)
        row["created"] = row["last_updated"] = now()
        if check:
            checks.check(self, name, row, None)
        self._put(name, row["id"], row)
        self._note("created", name, row)
        return self._after_save(name, row, values, created=True)

    def change(self, name, number, values, check=True):
        """Changes an object; NetBox sends an event even where nothing is different."""
        old = self.tables[name].rows[number]
        row = self._parse(self.models[name], values, old, check)
        row["last_updated"] = now()
        if check:
            checks.check(self, name, row, old)
        self._put(name, number, row)
        self._note("updated", name, row, old)
        return self._after_save(name, row, values, created=False)

    def _parse(self, model, values, old, check):
        """The stored form of the values that were sent, over the old ones."""
        values = {model.renamed.get(key, key): value for key, value in values.items()}
        row, errors = dict(old or {}), {}
        for key, kind in model.fields.items():
            if not kind.writable or (old and key not in values):
                continue
            try:
                if isinstance(kind, CustomFields):
                    row[key] = kind.merge(old and old[key], values.get(key, {}), self)
                elif key in values:
                    row[key] = kind.parse(values[key], self)
                elif kind.required:
                    raise Invalid(["This field is required."])
                else:
                    row[key] = kind.default
            except Invalid as fault:
                self._add_error(errors, key, fault.errors)
        if errors:
            raise Invalid(errors)
        return row

    @staticmethod
    def _add_error(errors, key, what):
        if isinstance(what, dict) and "__all__" in what:
            errors.update(what)
        else:
            errors[key] = what

    def _after_save(self, name, row, values, created):
        """What NetBox changes elsewhere when an object is saved."""
        if name == "extras.customfield" and created:
            self._fill_default(row)
        primary = row.get("primary_mac_address")
        if created and primary:
            place = {"assigned_object_type": name, "assigned_object_id": row["id"]}
            self.change("dcim.macaddress", primary, place, check=False)
        if "primary_mac_address" in self.models[name].fields and self.shape.since(4, 7) and "mac_address" in values:
            self._set_primary_mac(name, row, row["mac_address"])
        return self.tables[name].rows[row["id"]]

    def _fill_default(self, custom_field):
        """A new field's default comes to the objects there are, without an event."""
        if custom_field["default"] is None:
            return
        for name in custom_field["object_types"]:
            for number, row in list(self.tables[name].rows.items()):
                values = {**row["custom_fields"], custom_field["name"]: custom_field["default"]}
                self._put(name, number, {**row, "custom_fields": values})

    def _set_primary_mac(self, name, row, text):
        """From 4.7 a MAC text written to an interface finds or makes its MAC object and makes that the primary one."""
        number = None
        if text:
            known = self.referring("dcim.macaddress", "assigned_object", (name, row["id"]))
            number = next((i for i in known if self.get("dcim.macaddress", i)["mac_address"] == text), None)
            if number is None:
                number = self.add("dcim.macaddress", {"mac_address": text, "assigned_object_type": name,
                                                      "assigned_object_id": row["id"]})["id"]
        changed = {**row, "primary_mac_address": number}
        self._put(name, row["id"], changed)
        self._note("updated", name, changed, row)

    # Deleting

    def delete(self, name, number):
        """Deletes an object and what NetBox deletes with it; Protected where others need it."""
        doomed = {}
        self._collect(name, number, doomed)
        for target in doomed:
            self._refuse_protected(target, doomed)
        # An event shows the object as it was; their order is NetBox's, what refers to an object before the object.
        shown = {target: self.show_deleted(target[0], self.get(*target)) for target in doomed}
        for target in doomed:
            self._release(target, doomed)
        for target in reversed(doomed):
            self._note("deleted", target[0], self.get(*target), data=shown[target])
        for target in doomed:
            self._put(*target, None)

    def _collect(self, name, number, doomed):
        doomed[(name, number)] = True
        for model in self.models.values():
            for key, ref in model.refs.items():
                if ref.model == name and ref.on_delete == "cascade":
                    self._collect_all(model.name, self.referring(model.name, key, number), doomed)
            for key in model.generic:
                self._collect_all(model.name, self.referring(model.name, key, (name, number)), doomed)

    def _collect_all(self, name, numbers, doomed):
        for number in sorted(numbers):
            if (name, number) not in doomed:
                self._collect(name, number, doomed)

    def _referrers(self, name, number):
        """(model name, field, Ref, id) of all that refer to an object."""
        for model in self.models.values():
            for key, ref in model.refs.items():
                if ref.model == name:
                    for other in sorted(self.referring(model.name, key, number)):
                        yield model.name, key, ref, other

    def _refuse_protected(self, target, doomed):
        needed = [(name, other) for name, _, ref, other in self._referrers(*target)
                  if ref.on_delete == "protect" and (name, other) not in doomed]
        if needed:
            shown = ", ".join(f"{self.models[name].display(self.get(name, other))} ({other})" for name, other in needed)
            raise Protected(f"Unable to delete object. {len(needed)} dependent objects were found: {shown}")

    def _release(self, target, doomed):
        """Takes the references to a doomed object out of those that stay."""
        name, number = target
        for other_name, key, ref, other in list(self._referrers(name, number)):
            if (other_name, other) in doomed:
                continue
            old = self.get(other_name, other)
            row = {**old, key: None}
            self._put(other_name, other, row)
            if ref.on_delete == "update" or (ref.on_delete == "null" and self.shape.since(4, 2)):
                self._note("updated", other_name, row, old)
        if name == "extras.tag":
            self._untag(number)

    def _untag(self, tag):
        """An object that loses a tag this way is an event from 3.7.3 on: extras/signals.py handle_deleted_object()."""
        for name in self.models:
            for number in sorted(self.referring(name, "tags", tag)):
                old = self.get(name, number)
                row = {**old, "tags": tuple(other for other in old["tags"] if other != tag)}
                self._put(name, number, row)
                if self.shape.since(3, 7, 3):
                    self._note("updated", name, row, old)
