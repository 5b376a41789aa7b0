# SPDX-License-Identifier: MPL-2.0
"""What one NetBox version shows: the keys of each object, and its place among the versions."""


class Keys:
    """The keys of one kind of object, in NetBox's order: all of them, and those of the brief form."""

    def __init__(self, full, brief=None):
        self.full = tuple(full.split())
        # Of a brief form NetBox keeps the order of the full one.
        named = (brief or full).split()
        self.brief = tuple(sorted(named, key=lambda key: self.full.index(key) if key in self.full else -1))


class Shape:
    """One NetBox version; a model that has no keys here did not exist then."""

    def __init__(self, version, keys):
        self.version = version
        self.release = tuple(int(part) for part in version.split("."))
        self.keys = keys

    def since(self, *release):
        """True where this version is that release or later: since(4, 5, 2)."""
        return self.release >= release

    @property
    def api_version(self):
        return ".".join(self.version.split(".")[:2])
