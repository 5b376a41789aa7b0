# SPDX-License-Identifier: MPL-2.0
"""The kinds of field an object has: how a value that was sent is taken, and how it is shown again.

parse(value, store) returns what is kept or raises Invalid with NetBox's words; show(row, key, view) returns JSON."""
from .values import Invalid, Net, parse_mac


class Field:
    """Any JSON value; null where null=True. Other kinds narrow this."""

    writable = True

    def __init__(self, default=None, required=False, null=True):
        self.default = default
        self.required = required
        self.null = null

    def parse(self, value, store):
        if value is None:
            if not self.null:
                raise Invalid(["This field may not be null."])
            return None
        return self.convert(value, store)

    def convert(self, value, store):
        return value

    def show(self, row, key, view):
        return row[key]


class Text(Field):
    def __init__(self, default="", required=False, null=False, blank=None):
        super().__init__(default, required, null)
        self.blank = not required if blank is None else blank

    def convert(self, value, store):
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise Invalid(["Not a valid string."])
        text = str(value).strip()
        if not text and not self.blank:
            raise Invalid(["This field may not be blank."])
        return text


class LowerText(Text):
    """A DNS name: NetBox keeps it in lower case."""

    def convert(self, value, store):
        return super().convert(value, store).lower()


class Integer(Field):
    def convert(self, value, store):
        try:
            if isinstance(value, bool):
                raise ValueError
            return int(value)
        except (TypeError, ValueError):
            raise Invalid(["A valid integer is required."]) from None


class Boolean(Field):
    def __init__(self, default=False):
        super().__init__(default, null=False)

    def convert(self, value, store):
        if value in (True, "true", "True", "1"):
            return True
        if value in (False, "false", "False", "0"):
            return False
        raise Invalid(["Must be a valid boolean."])


class Choice(Field):
    """One of a set of values, shown with its label; choices is {value: label}."""

    def __init__(self, choices, default=None, required=False, null=False):
        super().__init__(default, required, null=null or default in (None, ""))
        self.choices = choices

    def parse(self, value, store):
        if value in (None, "") and self.null:
            return None
        return self.convert(value, store)

    def convert(self, value, store):
        if value in (None, ""):
            raise Invalid(["This field may not be blank."])
        if isinstance(value, (dict, list)):
            raise Invalid(['Value must be passed directly (e.g. "foo": 123); do not use a dictionary or list.'])
        if value not in self.choices:
            raise Invalid([f"{value} is not a valid choice."])
        return value

    def show(self, row, key, view):
        value = row[key]
        return None if value is None else {"value": value, "label": self.choices.get(value, "")}


class Address(Field):
    """An address with a mask."""

    what = "address"

    def __init__(self, required=True):
        super().__init__(required=required, null=False)

    def convert(self, value, store):
        try:
            return Net(value if isinstance(value, str) else str(value))
        except ValueError:
            raise Invalid([f"Invalid IP {self.what} format: {value}"]) from None

    def show(self, row, key, view):
        return row[key].text


class Prefix(Address):
    """A prefix; that it has no host bits is checked with the rest of the object."""

    what = "prefix"


class Mac(Field):
    fault = "Invalid MAC address format: {}"

    def convert(self, value, store):
        if value == "":
            return None
        mac = parse_mac(value)
        if mac is None:
            raise Invalid([self.fault.format(value)])
        return mac


class PrimaryMac(Mac):
    """The text of an interface's primary MAC. From 4.7 it can be written, see Store._set_primary_mac()."""

    fault = "Enter a valid MAC address (e.g. 00:11:22:33:44:55)."

    def __init__(self, writable):
        super().__init__()
        self.writable = writable

    def show(self, row, key, view):
        return view.mac_text(row["primary_mac_address"])


class Ref(Field):
    """Another object, by its id; on_delete says what its deletion does to this one.

    protect: it is refused; cascade: this one goes too; null: the reference goes, from 4.2 with an event; update: the
    reference goes with an event in all versions; silent: it goes without one."""

    def __init__(self, model, required=False, on_delete="protect", nested=None):
        super().__init__(None, required, null=not required)
        self.model = model
        self.on_delete = on_delete
        self.nested = nested

    def convert(self, value, store):
        return store.find(self.model, value)

    def show(self, row, key, view):
        return view.nested(self.model, row[key], self.nested)


class Tags(Field):
    """The ids of an object's tags. A name that no tag has is an error, as it is in NetBox's API."""

    def __init__(self):
        super().__init__(default=(), null=False)

    def convert(self, value, store):
        if not isinstance(value, (list, tuple)):
            raise Invalid([f'Expected a list of items but got type "{type(value).__name__}".'])
        ids = {store.find("extras.tag", tag) for tag in value}
        return tuple(sorted(ids, key=lambda i: store.get("extras.tag", i)["name"]))

    def show(self, row, key, view):
        return [view.nested("extras.tag", tag, "nested.tag") for tag in row[key]]


APPS = ("circuits", "core", "dcim", "extras", "ipam", "tenancy", "users", "virtualization", "vpn", "wireless")


class ObjectType(Field):
    """A model by its dotted name."""

    def __init__(self, allowed=None):
        super().__init__()
        self.allowed = allowed

    def convert(self, value, store):
        if not isinstance(value, str) or value.count(".") != 1:
            raise Invalid(["Invalid value. Specify a content type as '<app_label>.<model_name>'."])
        too_early = value == "dcim.macaddress" and not store.shape.since(4, 2)
        if value.split(".")[0] not in APPS or too_early or (self.allowed and value not in self.allowed):
            raise Invalid([f"Invalid content type: {value}"])
        return value


class ObjectTypes(Field):
    """A list of models."""

    def __init__(self, required=False):
        super().__init__(default=(), required=required, null=False)

    def convert(self, value, store):
        if not isinstance(value, (list, tuple)):
            raise Invalid([f'Expected a list of items but got type "{type(value).__name__}".'])
        return tuple(ObjectType().convert(name, store) for name in value)

    def show(self, row, key, view):
        return list(row[key])


class Constant(Field):
    """What the stand-in shows always: a part of NetBox that has no bearing on DHCP."""

    writable = False

    def show(self, row, key, view):
        return self.default


class Computed(Field):
    """What follows from other things: function(row, view)."""

    writable = False

    def __init__(self, function):
        super().__init__()
        self.function = function

    def show(self, row, key, view):
        return self.function(row, view)


class Count(Computed):
    """How many objects of a model refer to this one by a field.

    Most are computed for the list itself and left out of nested objects and of the webhook of a new one; with kept they are
    there as well, and what a few show there is always 0."""

    def __init__(self, model, field, kept=False, zero=False, key=lambda number: number):
        super().__init__(lambda row, view: view.count(model, field, key(row["id"])))
        self.kept = kept or zero
        self.zero = zero


class NoCount(Count):
    """An annotation over something the stand-in has none of."""

    def __init__(self):
        super().__init__(None, None)
        self.function = lambda _row, _view: 0
