# SPDX-License-Identifier: MPL-2.0
"""Custom fields: what is defined for a model, what a value may be, how it is shown.

Every object has a value for every field that is defined for its model, null where none was set."""
import datetime
import re

from .fields import Field
from .values import Invalid

TYPES = {
    "text": "Text", "longtext": "Text (long)", "integer": "Integer", "decimal": "Decimal", "boolean": "Boolean",
    "date": "Date", "datetime": "Date & time", "url": "URL", "json": "JSON", "select": "Selection",
    "multiselect": "Multiple selection", "object": "Object", "multiobject": "Multiple objects",
}
# The word for a value's JSON type in a custom field's own row.
DATA_TYPES = {"integer": "integer", "decimal": "decimal", "boolean": "boolean", "json": "object", "object": "object",
              "multiselect": "array", "multiobject": "array"}


def type_names(shape):
    return TYPES if shape.since(4, 7) else {**TYPES, "boolean": "Boolean (true/false)"}


class CustomFields(Field):
    """The custom_fields of an object: a dict of raw values; merged on a change as NetBox does."""

    def __init__(self, model):
        super().__init__(null=False)
        self.model = model

    def merge(self, old, given, store):
        if not isinstance(given, dict):
            raise Invalid(["Invalid data format. Custom field data must be passed as a dictionary mapping field names "
                           "to their values."])
        defined = {field["name"]: field for field in store.custom_fields(self.model)}
        unknown = sorted(set(given) - set(defined))
        if unknown and store.shape.since(4, 5):
            raise Invalid({name: f"Custom field '{name}' does not exist for this object type." for name in unknown})
        if unknown:
            raise Invalid({"__all__": [f"Unknown field name '{unknown[0]}' in custom field data."]})
        values = {name: field["default"] for name, field in defined.items()} if old is None else dict(old)
        for name, value in given.items():
            values[name] = take(defined[name], value, store)
        return values

    def show(self, row, key, view):
        values = row[key]
        return {field["name"]: show(field, values.get(field["name"]), view) for field in view.custom_fields(self.model)}


def take(field, value, store):
    """The raw form of a value that was sent; Invalid names the field."""
    if value in (None, ""):
        return value
    kind = field["type"]
    if kind == "object":
        return store.find(field["related_object_type"], value)
    if kind == "multiobject":
        return [store.find(field["related_object_type"], one) for one in value]
    fault = CHECKS.get(kind, lambda *_: None)(field, value, store)
    if fault:
        raise Invalid({"__all__": [f"Invalid value for custom field '{field['name']}': {fault}"]})
    return value


def show(field, value, view):
    if value is None:
        return None
    kind = field["type"]
    if kind == "object":
        return view.nested(field["related_object_type"], value)
    if kind == "multiobject":
        return [view.nested(field["related_object_type"], one) for one in value]
    if kind in ("select", "multiselect") and view.shape.since(4, 7):
        labels = choices(field, view.store)
        if kind == "select":
            return {"value": value, "label": labels.get(value, value)} if value != "" else None
        return [{"value": one, "label": labels.get(one, one)} for one in value]
    return value


def choices(field, store):
    """{value: label} of a field's choice set; before 3.6 the values are the field's own, and have no labels
    (extras/api/serializers.py CustomFieldSerializer.choices)."""
    if not store.shape.since(3, 6):
        return {value: value for value in field["choices"] or []}
    if field["choice_set"] is None:
        return {}
    return dict(store.get("extras.customfieldchoiceset", field["choice_set"])["extra_choices"] or [])


def _text(field, value, store):
    if not isinstance(value, str):
        return "Value must be a string."
    if field["validation_regex"] and not re.match(field["validation_regex"], value):
        return f"Value must match regex '{field['validation_regex']}'"
    return None


def _integer(field, value, store):
    if type(value) is not int:
        return "Value must be an integer."
    if field["validation_minimum"] is not None and value < field["validation_minimum"]:
        return f"Value must be at least {field['validation_minimum']}"
    if field["validation_maximum"] is not None and value > field["validation_maximum"]:
        return f"Value must not exceed {field['validation_maximum']}"
    return None


def _decimal(field, value, store):
    return None if isinstance(value, (int, float)) and not isinstance(value, bool) else "Value must be a decimal."


def _boolean(field, value, store):
    return None if value in (True, False) else "Value must be true or false."


def _date(field, value, store):
    try:
        datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return "Date values must be in ISO 8601 format (YYYY-MM-DD)."
    return None


def _datetime(field, value, store):
    try:
        datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return "Date and time values must be in ISO 8601 format (YYYY-MM-DD HH:MM:SS)."
    return None


def _valid_choices(field, store):
    """How NetBox's messages name them."""
    if not store.shape.since(3, 6):
        return f". Available choices are: {', '.join(field['choices'])}"
    return f" for choice set {store.get('extras.customfieldchoiceset', field['choice_set'])['name']}."


def _select(field, value, store):
    if isinstance(value, str) and value in choices(field, store):
        return None
    return f"Invalid choice ({value}){_valid_choices(field, store)}"


def _multiselect(field, value, store):
    valid = choices(field, store)
    if isinstance(value, list) and all(isinstance(one, str) and one in valid for one in value):
        return None
    return f"Invalid choice(s) ({value}){_valid_choices(field, store)}"


CHECKS = {
    "text": _text, "longtext": _text, "url": _text, "integer": _integer, "decimal": _decimal, "boolean": _boolean,
    "date": _date, "datetime": _datetime, "select": _select, "multiselect": _multiselect,
}
