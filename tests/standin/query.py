# SPDX-License-Identifier: MPL-2.0
"""What a list request asks for: filters, order, page, and the links to the pages beside it."""
import bisect
import urllib.parse

from . import filtersets
from .filters import COMPARE
from .values import Invalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
# Keys that are no filters.
OTHERS = {"limit", "offset", "ordering", "start", "fields", "omit", "brief", "format"}


class Page:
    """One page: the ids on it, how many match in all (None with a cursor), and the neighbours' links."""

    def __init__(self, ids, count, following, previous):
        self.ids = ids
        self.count = count
        self.following = following
        self.previous = previous


class Lists:
    """Answers list queries. What matched is kept until any object changes: the next page costs no search."""

    KEPT = 64

    def __init__(self, store):
        self.store = store
        self.filters = {name: filtersets.build(model, store.shape) for name, model in store.models.items()}
        self.kept = {}
        self.generation = None

    def page(self, name, query, url, permitted=None):
        """query is {key: [values]}; url the request's own, for the links; permitted a function(row) or None."""
        ranges, wanted = self._ids(query)
        if wanted is not None:
            tests = self._tests(name, query, permitted)
            rows = self.store.tables[name].rows
            ids = [i for i in sorted(wanted) if i in rows and all(test(rows[i]) for test in tests)]
            ids = self._ordered(name, ids, self._ordering(name, query))
        else:
            ids = self._matching(name, query, permitted)
        for lookup, number in ranges:
            ids = self._in_range(ids, lookup, number, self._ordering(name, query))
        if "start" in query and self.store.shape.since(4, 6):
            return self._cursor(sorted(ids), query, url)
        return self._offset(ids, query, url)

    # Which objects

    @staticmethod
    def _ids(query):
        """The limits on the id, [(lookup, number)], and the set of ids asked for, None where any will do."""
        ranges, wanted = [], None
        for key, values in query.items():
            if key == "id" or (key.startswith("id__") and key[4:] in COMPARE):
                try:
                    numbers = [int(value) for value in values if value]
                except ValueError:
                    raise Invalid({key: ["Enter a whole number."]}) from None
                if key == "id":
                    wanted = set(numbers) or wanted
                else:
                    # Of several values one is enough.
                    pick = min if key[4:].startswith("g") else max
                    ranges += [(key[4:], pick(numbers))] if numbers else []
        return ranges, wanted

    def _tests(self, name, query, permitted):
        """The tests that a row must pass; Invalid names every bad value."""
        tests, errors = [permitted] if permitted else [], {}
        for key, values in query.items():
            if key in OTHERS or key == "id" or (key.startswith("id__") and key[4:] in COMPARE):
                continue
            kind, lookup = self._filter(name, key)
            if kind is None or lookup not in kind.lookups:
                continue
            try:
                test = kind.test(self.store, values, lookup)
            except Invalid as fault:
                errors[key] = fault.errors
                continue
            if test:
                tests.append(test)
        if errors:
            raise Invalid(errors)
        return tests

    def _filter(self, name, key):
        """(Filter, lookup) of a key, (None, "") where NetBox knows none."""
        base, _, lookup = key.partition("__")
        if base.startswith("cf_"):
            for row in self.store.custom_fields(name):
                if key in (f"cf_{row['name']}", f"cf_{row['name']}__{lookup}"):
                    return filtersets.custom_field_filter(row), lookup
        return self.filters[name].get(base), lookup

    def _matching(self, name, query, permitted):
        if self.generation != self.store.generation or len(self.kept) > self.KEPT:
            self.kept, self.generation = {}, self.store.generation
        ordering = self._ordering(name, query)
        key = (name, ordering, permitted, tuple(sorted(
            (key, tuple(values)) for key, values in query.items() if key not in OTHERS and not key.startswith("id__"))))
        if key not in self.kept:
            tests = self._tests(name, query, permitted)
            table = self.store.tables[name]
            ids = table.ids
            if tests:
                ids = [i for i in ids if all(test(table.rows[i]) for test in tests)]
            self.kept[key] = self._ordered(name, ids, ordering)
        return self.kept[key]

    def _ordering(self, name, query):
        """id, -id, a field, or "" for NetBox's default; NetBox does not mind an unknown one."""
        ordering = query.get("ordering", [""])[-1]
        plain = ordering.lstrip("-")
        known = plain in ("id", "created", "last_updated") or plain in self.store.models[name].fields
        return ordering if known else ""

    def _ordered(self, name, ids, ordering):
        plain = ordering.lstrip("-")
        if plain == "id":
            return ids[::-1] if ordering.startswith("-") else ids
        rows = self.store.tables[name].rows
        order = self.store.models[name].order if not plain else lambda row: self._sort_key(row.get(plain))
        return sorted(ids, key=lambda i: (order(rows[i]), i), reverse=ordering.startswith("-"))

    @staticmethod
    def _sort_key(value):
        return (value is None, value.key() if hasattr(value, "key") else value)

    @staticmethod
    def _in_range(ids, lookup, number, ordering):
        if ordering == "id":
            if lookup.startswith("g"):
                return ids[(bisect.bisect_right if lookup == "gt" else bisect.bisect_left)(ids, number):]
            return ids[:(bisect.bisect_left if lookup == "lt" else bisect.bisect_right)(ids, number)]
        return [i for i in ids if COMPARE[lookup](i, number)]

    # Which of them

    @staticmethod
    def _limit(query):
        try:
            limit = int(query["limit"][-1])
        except (KeyError, ValueError):
            return DEFAULT_LIMIT
        if limit < 0:
            return DEFAULT_LIMIT
        return min(limit, MAX_LIMIT) or MAX_LIMIT

    def _offset(self, ids, query, url):
        limit, count = self._limit(query), len(ids)
        try:
            offset = max(int(query["offset"][-1]), 0)
        except (KeyError, ValueError):
            offset = 0
        following = link(url, limit=limit, offset=offset + limit) if offset + limit < count else None
        previous = None
        if offset > 0:
            previous = link(url, limit=limit, offset=offset - limit if offset > limit else None)
        return Page(ids[offset:offset + limit], count, following, previous)

    def _cursor(self, ids, query, url):
        """?start=: from 4.6; count is null, and a page that is not full is the last."""
        try:
            start = int(query["start"][-1])
            if start < 0:
                raise ValueError
        except ValueError:
            raise Invalid(["Invalid 'start' parameter: must be a non-negative integer."]) from None
        if "offset" in query:
            raise Invalid(["'start' and 'offset' are mutually exclusive."])
        if "ordering" in query:
            raise Invalid(["Ordering cannot be specified in conjunction with cursor-based pagination."])
        limit = self._limit(query)
        found = ids[bisect.bisect_left(ids, start):][:limit]
        following = link(url, start=found[-1] + 1, limit=limit) if len(found) == limit else None
        return Page(found, None, following, None)


def link(url, **changes):
    """The request's URL with some parameters changed; NetBox sorts them. None takes one out."""
    parts = urllib.parse.urlsplit(url)
    query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = [str(value)]
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(sorted(query.items()), doseq=True)))
