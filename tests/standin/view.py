# SPDX-License-Identifier: MPL-2.0
"""Rows as JSON: full, brief, chosen fields, and as a webhook carries them."""
import json

from .fields import Count


class View:
    """How one asker sees the objects. base stands before every URL: scheme, host and base path for a request; a webhook has
    the base path only. The counts are what a list's query adds: a webhook has none for an object that was just made."""

    def __init__(self, store, base, counts=True):
        self.store = store
        self.shape = store.shape
        self.base = base
        self.counts = counts
        self.touched = set()

    def show(self, name, row, keys=None, nested=False):
        """The row as a dict of these keys, all by default."""
        model = self.store.models[name]
        shown = {}
        for key in keys or self.shape.keys[name].full:
            if key in SPECIAL:
                shown[key] = SPECIAL[key](self, model, row)
                continue
            stored = model.renamed.get(key, key)
            field = model.fields[stored]
            if isinstance(field, Count) and (nested or not self.counts):
                if not field.kept:
                    continue
                if field.zero:
                    shown[key] = 0
                    continue
            shown[key] = field.show(row, stored, self)
        return shown

    def nested(self, name, number, keys=None):
        """The brief form of another object; None where there is none, or it is of a model that the stand-in has not."""
        if number is None or name not in self.store.tables:
            return None
        self.touched.add(name)
        row = self.store.get(name, number)
        return row and self.show(name, row, self.shape.keys[keys or name].brief, nested=True)

    # What computed fields ask

    def count(self, name, key, target):
        self.touched.add(name)
        return len(self.store.referring(name, key, target))

    def custom_fields(self, name):
        self.touched.add("extras.customfield")
        return self.store.custom_fields(name)

    def tagged_items(self, tag):
        return sum(self.count(name, "tags", tag) for name in self.store.models)

    def mac_text(self, number):
        self.touched.add("dcim.macaddress")
        return self.store.get("dcim.macaddress", number)["mac_address"] if number else None

    def macs_of(self, name, number):
        self.touched.add("dcim.macaddress")
        macs = self.store.referring("dcim.macaddress", "assigned_object", (name, number))
        rows = sorted((self.store.get("dcim.macaddress", i) for i in macs), key=lambda row: (row["mac_address"], row["id"]))
        return [self.nested("dcim.macaddress", row["id"]) for row in rows]

    def is_primary_mac(self, row):
        name, number = row["assigned_object_type"], row["assigned_object_id"]
        if number is None:
            return False
        self.touched.add(name)
        return self.store.get(name, number)["primary_mac_address"] == row["id"]

    def prefix_tree(self, row):
        """(depth, number of children) of a prefix."""
        self.touched.add("ipam.prefix")
        return self.store.prefix_tree()[row["id"]]


SPECIAL = {
    "id": lambda view, model, row: row["id"],
    "url": lambda view, model, row: f"{view.base}/api/{model.path}/{row['id']}/",
    "display_url": lambda view, model, row: f"{view.base}/{model.page}/{row['id']}/",
    "display": lambda view, model, row: model.display(row),
    "created": lambda view, model, row: row["created"],
    "last_updated": lambda view, model, row: row["last_updated"],
}


class Pages:
    """Rows as JSON text, kept from one answer to the next: a page of 1,000 costs its rows only once.

    An entry holds while its row is the same object and none of the models it looked into has changed."""

    LIMIT = 250_000

    def __init__(self, store):
        self.store = store
        self.kept = {}

    def text(self, name, row, keys, base):
        key = (name, row["id"], keys, base)
        entry = self.kept.get(key)
        tables = self.store.tables
        if entry and entry[0] is row and all(tables[model].generation == seen for model, seen in entry[1]):
            return entry[2]
        view = View(self.store, base)
        text = json.dumps(view.show(name, row, keys), ensure_ascii=False, separators=(",", ":"))
        if len(self.kept) >= self.LIMIT:
            self.kept.clear()
        self.kept[key] = (row, tuple((model, tables[model].generation) for model in view.touched), text)
        return text

    def keys(self, name, query):
        """The keys that a request's fields=, omit= or brief= ask for, in NetBox's order."""
        shape = self.store.shape
        known = shape.keys[name]
        fields, omit = (query.get(key, [""])[-1] for key in ("fields", "omit"))
        if fields and shape.since(4, 0):
            wanted = fields.split(",")
            return tuple(key for key in known.full if key in wanted)
        if omit and shape.since(4, 5, 2):
            unwanted = omit.split(",")
            return tuple(key for key in known.full if key not in unwanted)
        if query.get("brief", [""])[-1]:
            return known.brief
        return known.full
