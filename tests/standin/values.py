# SPDX-License-Identifier: MPL-2.0
"""Addresses and MACs as NetBox keeps them, and the error that NetBox's validation answers with."""
import ipaddress
import re


class Invalid(Exception):
    """A value that NetBox refuses: errors is what stands in the body of its 400."""

    def __init__(self, errors):
        super().__init__(errors)
        self.errors = errors


class Protected(Exception):
    """An object that others need: NetBox answers 409."""


class Net:
    """An address with its mask, or a prefix: numbers to compare, and the text to show."""

    __slots__ = ("family", "ip", "length", "text")

    def __init__(self, text):
        interface = ipaddress.ip_interface(text)
        self.family = interface.version
        self.ip = int(interface.ip)
        self.length = interface.network.prefixlen
        self.text = interface.with_prefixlen

    @property
    def bits(self):
        return 32 if self.family == 4 else 128

    @property
    def first(self):
        shift = self.bits - self.length
        return self.ip >> shift << shift

    @property
    def last(self):
        return self.first | ((1 << (self.bits - self.length)) - 1)

    def masked(self):
        """The prefix without host bits."""
        return Net(str(ipaddress.ip_interface(self.text).network))

    def holds(self, other):
        """True where the other's address is in this prefix; the other's mask does not matter."""
        return self.family == other.family and self.first <= other.ip <= self.last

    def covers(self, other):
        """True where the other prefix is this one or lies in it."""
        return self.length <= other.length and self.holds(other)

    def key(self):
        return (self.family, self.ip, self.length)

    def __eq__(self, other):
        return isinstance(other, Net) and self.key() == other.key()

    def __hash__(self):
        return hash(self.key())


def parse_net(text):
    """The Net of a text, None where it is none; a filter then finds nothing."""
    try:
        return Net(str(text).strip())
    except ValueError:
        return None


def parse_mac(text):
    """A MAC in NetBox's form, upper case with colons, from any form in use; None where it is none."""
    digits = re.sub(r"[:.\-]", "", str(text).strip())
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        return None
    return ":".join(digits[i:i + 2] for i in range(0, 12, 2)).upper()
