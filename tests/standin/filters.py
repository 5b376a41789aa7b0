# SPDX-License-Identifier: MPL-2.0
"""The kinds of query filter and how NetBox reads their values.

A filter takes the values of a key and returns a test of a row, or None where it does not filter at all. It raises Invalid
with NetBox's words for a value that it does not know."""
import re

from .values import Invalid, parse_mac

COMPARE = {"gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b}
MATCH = {
    "": lambda a, b: a == b, "ic": lambda a, b: b.lower() in a.lower(), "ie": lambda a, b: a.lower() == b.lower(),
    "isw": lambda a, b: a.lower().startswith(b.lower()), "iew": lambda a, b: a.lower().endswith(b.lower()),
    "regex": lambda a, b: re.search(b, a) is not None, "iregex": lambda a, b: re.search(b, a, re.IGNORECASE) is not None,
}
NEGATED = {"n": "", "nic": "ic", "nie": "ie", "nisw": "isw", "niew": "iew"}
TRUTH = {"true": True, "True": True, "2": True, "false": False, "False": False, "3": False}


def not_a_choice(value):
    return Invalid([f"Select a valid choice. {value} is not one of the available choices."])


class Filter:
    """read turns the texts into values; get(store, row) is what they are compared with; a lookup is the part after __."""

    lookups = frozenset(("", "n"))

    def __init__(self, get):
        self.get = get

    def read(self, store, texts):
        return texts

    def test(self, store, texts, lookup=""):
        """A function(row) -> bool."""
        if lookup == "empty":
            wanted = TRUTH.get(texts[-1])
            return None if wanted is None else lambda row: (self.get(store, row) in (None, "")) == wanted
        # "null" asks for those that have none.
        wanted = self.read(store, [text for text in texts if text not in ("", "null")])
        null = "null" in texts
        if not wanted and not null:
            return None
        return self.compare(store, wanted, null, lookup)

    def compare(self, store, wanted, null, lookup):
        negated = lookup in NEGATED
        match = COMPARE.get(lookup) or MATCH[NEGATED.get(lookup, lookup)]

        def passes(row):
            value = self.get(store, row)
            if value is None:
                return null != negated
            return any(match(value, one) for one in wanted) != negated
        return passes


class Number(Filter):
    lookups = frozenset(("", "n", "gt", "gte", "lt", "lte", "empty"))

    def read(self, store, texts):
        try:
            return [int(text) for text in texts]
        except ValueError:
            raise Invalid(["Enter a whole number."]) from None


class FieldNumber(Number):
    """The number of a custom field, of which "empty" can be asked from 4.3.7: before it is one of the filters that want a
    number, before 3.5 it is none (extras/models/customfields.py CustomField.to_filter)."""

    def test(self, store, texts, lookup=""):
        if lookup != "empty" or store.shape.since(4, 3, 7):
            return super().test(store, texts, lookup)
        if store.shape.since(3, 5):
            self.read(store, texts)
        return None


class Chars(Filter):
    """loose: a custom field of that filter logic is searched for the text wherever it stands."""

    lookups = frozenset(("", "empty", *MATCH, *NEGATED))

    def __init__(self, get, loose=False):
        super().__init__(get)
        self.loose = loose

    def compare(self, store, wanted, null, lookup):
        return super().compare(store, wanted, null, "ic" if self.loose and not lookup else lookup)


class Contains(Filter):
    """A list that holds the value."""

    def compare(self, store, wanted, null, lookup):
        def passes(row):
            values = self.get(store, row)
            if values is None:
                return null != (lookup == "n")
            return any(one in values for one in wanted) != (lookup == "n")
        return passes


class MacText(Chars):
    """A MAC in any form; get returns all that the object has."""

    def read(self, store, texts):
        for text in texts:
            if parse_mac(text) is None:
                raise Invalid([f"Invalid MAC address format: {text}"])
        return [parse_mac(text) for text in texts]

    def compare(self, store, wanted, null, lookup):
        return lambda row: any(mac in wanted for mac in self.get(store, row))


class Choice(Chars):
    def __init__(self, get, choices):
        super().__init__(get)
        self.choices = choices

    def read(self, store, texts):
        for text in texts:
            if text not in self.choices:
                raise not_a_choice(text)
        return texts


class Object(Filter):
    """Another object, by its id or by a field of it that identifies it."""

    def __init__(self, get, model, by="id"):
        super().__init__(get)
        self.model = model
        self.by = by

    def read(self, store, texts):
        rows = store.tables[self.model].rows
        wanted = []
        for text in texts:
            if self.by == "id" and not text.lstrip("-").isdigit():
                raise Invalid([f"“{text}” is not a valid value."])
            found = [int(text)] if self.by == "id" else [i for i, row in rows.items() if row[self.by] == text]
            if not found or found[0] not in rows:
                raise not_a_choice(text)
            wanted += found
        return wanted


class Tag(Object):
    """A tag repeated is AND, unlike all others."""

    lookups = frozenset(("", "n", "any"))

    def __init__(self, by):
        super().__init__(lambda store, row: row["tags"], "extras.tag", by)

    def compare(self, store, wanted, null, lookup):
        if null:
            return lambda row: not row["tags"]
        if lookup == "n":
            return lambda row: not any(tag in row["tags"] for tag in wanted)
        every = any if lookup == "any" else all
        return lambda row: every(tag in row["tags"] for tag in wanted)


class Truth(Filter):
    """A boolean: what is neither true nor false does not filter at all, so 1 returns everything."""

    lookups = frozenset(("",))

    def test(self, store, texts, lookup=""):
        wanted = TRUTH.get(texts[-1])
        return None if wanted is None else lambda row: self.get(store, row) is wanted


class One(Filter):
    """A single number: the last value given counts."""

    lookups = frozenset(("",))

    def test(self, store, texts, lookup=""):
        if not texts[-1]:
            return None
        try:
            wanted = float(texts[-1])
        except ValueError:
            raise Invalid(["Enter a number."]) from None
        return lambda row: self.get(store, row) == wanted


class Date(Filter):
    """A time: an ISO text is compared with an ISO text."""

    lookups = frozenset(("", "n", "gt", "gte", "lt", "lte"))

    def read(self, store, texts):
        for text in texts:
            if not re.match(r"\d{4}-\d\d-\d\d", text):
                raise Invalid(["Enter a valid date/time."])
        return texts


class Search(Filter):
    """A filter with a rule of its own: function(store, texts) -> function(row) -> bool."""

    lookups = frozenset(("",))

    def __init__(self, function):
        super().__init__(None)
        self.function = function

    def test(self, store, texts, lookup=""):
        texts = [text for text in texts if text.strip()]
        return self.function(store, texts) if texts else None
