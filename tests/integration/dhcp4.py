# SPDX-License-Identifier: MPL-2.0
"""DHCPv4 messages: what a client asks (encode) and what a server answers (Message). No input or output here."""

import ipaddress
import socket
import struct

MAGIC = b"\x63\x82\x53\x63"
HEADER = struct.Struct("!BBBB4sHH4s4s4s4s16s64s128s4s")
TYPES = {"DISCOVER": 1, "OFFER": 2, "REQUEST": 3, "DECLINE": 4, "ACK": 5, "NAK": 6, "RELEASE": 7, "INFORM": 8}
NAMES = {number: name for name, number in TYPES.items()}

# What our client asks for: everything that a test of options may want to see, for a server sends little unasked.
WANTED = bytes([1, 2, 3, 4, 6, 7, 12, 15, 17, 26, 28, 33, 40, 41, 42, 43, 44, 51, 58, 59, 60, 66, 67, 69, 100, 101, 114, 119, 120,
                121, 138, 150, 252])


def encode(kind, mac, xid, ciaddr="0.0.0.0", giaddr=None, options=None):
    """The bytes of a client's message; options: {code: bytes}, in the order given; without giaddr the answer is to be broadcast."""
    header = HEADER.pack(1, 1, 6, 1 if giaddr else 0, bytes.fromhex(xid), 0, 0 if giaddr else 0x8000, socket.inet_aton(ciaddr),
                         b"", b"", socket.inet_aton(giaddr or "0.0.0.0"), bytes.fromhex(mac.replace(":", "")), b"", b"", MAGIC)
    body = bytes([53, 1, TYPES[kind]])
    for code, value in (options or {}).items():
        body += bytes([code, len(value)]) + value
    return (header + body + b"\xff").ljust(300, b"\0")


def parse_options(data):
    options, at = {}, 0
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        code, length = data[at], data[at + 1]
        options[code] = options.get(code, b"") + data[at + 2:at + 2 + length]   # RFC 3396: a long option comes in pieces
        at += 2 + length
    return options


def domain_names(data):
    """The names of option 119, RFC 1035 labels with compression."""
    def name(at):
        labels = []
        while data[at]:
            if data[at] >= 0xC0:
                return labels + name((data[at] & 0x3F) << 8 | data[at + 1])[0], at + 2
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
        return labels, at + 1

    names, at = [], 0
    while at < len(data):
        labels, at = name(at)
        names.append(".".join(labels))
    return names


class Message:
    """A server's answer, readable by the names a test speaks of. An option that is absent: None, or [] where it is a list."""

    def __init__(self, payload, mac=None, giaddr=None, identity=None):
        fields = HEADER.unpack(payload[:HEADER.size])
        self.xid = fields[4].hex()
        self.options = parse_options(payload[HEADER.size:])
        self.type = NAMES[self.options[53][0]]
        self.address = socket.inet_ntoa(fields[8])
        self.next_server = socket.inet_ntoa(fields[9])
        self.server_name = self._field(fields[12]) or self._text(66)
        self.boot_file = self._field(fields[13]) or self._text(67)
        # Who asked and by which relay: so that a lease can be renewed, released … without saying it all again.
        self.mac, self.giaddr, self.identity = mac, giaddr, identity or {}

    @property
    def granted(self):
        return self.type == "ACK"

    @staticmethod
    def _field(raw):
        return raw.split(b"\0")[0].decode() or None

    def _text(self, code):
        return self.options[code].decode() if code in self.options else None

    def _number(self, code):
        return int.from_bytes(self.options[code], "big") if code in self.options else None

    def addresses(self, code):
        data = self.options.get(code, b"")
        return [str(ipaddress.IPv4Address(data[at:at + 4])) for at in range(0, len(data), 4)]

    def _address(self, code):
        return (self.addresses(code) or [None])[0]

    netmask = property(lambda self: self._address(1))
    routers = property(lambda self: self.addresses(3))
    dns = property(lambda self: self.addresses(6))
    hostname = property(lambda self: self._text(12))
    domain_name = property(lambda self: self._text(15))
    ntp = property(lambda self: self.addresses(42))
    lease_time = property(lambda self: self._number(51))
    server_id = property(lambda self: self._address(54))
    text = property(lambda self: self._text(56))
    renew_time = property(lambda self: self._number(58))
    rebind_time = property(lambda self: self._number(59))
    domain_search = property(lambda self: domain_names(self.options.get(119, b"")))

    def __repr__(self):
        relay = f" by {self.giaddr}" if self.giaddr else ""
        others = {code: value.hex() for code, value in self.options.items() if code != 53}
        return f"<{self.type} {self.address} to {self.mac}{relay}, options {others}>"
