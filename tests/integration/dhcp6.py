# SPDX-License-Identifier: MPL-2.0
"""DHCPv6 messages: what a client or its relay asks (encode, relayed) and what a server answers (Message6). No input or output."""

import ipaddress
import struct

TYPES = {"SOLICIT": 1, "ADVERTISE": 2, "REQUEST": 3, "CONFIRM": 4, "RENEW": 5, "REBIND": 6, "REPLY": 7, "RELEASE": 8, "DECLINE": 9,
         "INFORMATION-REQUEST": 11}
NAMES = {number: name for name, number in TYPES.items()}
RELAY_FORWARD, RELAY_REPLY = 12, 13
CLIENT_ID, SERVER_ID, IA_NA, IA_ADDRESS, WANTED, ELAPSED, RELAYED, STATUS, RAPID_COMMIT = 1, 2, 3, 5, 6, 8, 9, 13, 14
INTERFACE_ID, DNS_SERVERS, DOMAIN_SEARCH, IA_PD, IA_PREFIX, SNTP_SERVERS, FQDN = 18, 23, 24, 25, 26, 31, 39
STATUSES = {0: "Success", 1: "UnspecFail", 2: "NoAddrsAvail", 3: "NoBinding", 4: "NotOnLink", 6: "NoPrefixAvail"}
RELAY_HEADER = 34

# What our client asks for, as a server sends little unasked.
ALL_WANTED = [21, 22, DNS_SERVERS, DOMAIN_SEARCH, 27, SNTP_SERVERS, 32, FQDN, 41, 42, 56, 59, 82, 83, 103]
# A server that has no name for a client repeats the client's; to one that sends none it gives one that it makes of the address.
NO_NAME = "nameless"


def option(code, value):
    return struct.pack("!HH", code, len(value)) + value


def parse_options(data):
    """[(code, bytes)], for some come more than once."""
    options, at = [], 0
    while at + 4 <= len(data):
        code, length = struct.unpack("!HH", data[at:at + 4])
        options.append((code, data[at + 4:at + 4 + length]))
        at += 4 + length
    return options


def encode(kind, xid, options):
    """The bytes of a client's message; options: [(code, bytes)]."""
    return bytes([TYPES[kind]]) + bytes.fromhex(xid) + b"".join(option(code, value) for code, value in options)


def relayed(message, link, peer, options=()):
    """What a relay makes of a client's message; link says on which subnet's link the client is, peer is its address."""
    header = bytes([RELAY_FORWARD, 0]) + ipaddress.IPv6Address(link).packed + ipaddress.IPv6Address(peer).packed
    return header + b"".join(option(*each) for each in [*options, (RELAYED, message)])


def unrelayed(payload):
    """The client's or server's message that relays have passed on."""
    while payload and payload[0] in (RELAY_FORWARD, RELAY_REPLY):
        payload = dict(parse_options(payload[RELAY_HEADER:])).get(RELAYED, b"")
    return payload


def identity_association(code, number, members=b""):
    """An IA_NA or IA_PD; the server is to choose the times."""
    return code, struct.pack("!III", number, 0, 0) + members


def wanted_address(address):
    return option(IA_ADDRESS, ipaddress.IPv6Address(address).packed + bytes(8))


def wanted_prefix(prefix):
    network = ipaddress.IPv6Network(prefix)
    return option(IA_PREFIX, bytes(8) + bytes([network.prefixlen]) + network.network_address.packed)


def encode_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))


def domain_names(data):
    names, labels, at = [], [], 0
    while at < len(data):
        label = data[at + 1:at + 1 + data[at]].decode()
        at += 1 + data[at]
        if label:
            labels.append(label)
        if labels and (not label or at == len(data)):
            names.append(".".join(labels))
            labels = []
    return names


def link_local(mac):
    """The address that a client makes itself of its MAC."""
    raw = bytearray.fromhex(mac.replace(":", ""))
    raw[0] ^= 2
    return str(ipaddress.IPv6Address(b"\xfe\x80" + bytes(6) + raw[:3] + b"\xff\xfe" + raw[3:]))


def duid_of(mac):
    """A DUID-LL."""
    return bytes.fromhex("00030001" + mac.replace(":", ""))


class Message6:
    """A server's answer, by the names a test speaks of. What it takes back (a lifetime of 0) is none of the client's addresses."""

    def __init__(self, payload, mac=None, giaddr=None, identity=None):
        payload = unrelayed(payload)
        self.type, self.xid = NAMES[payload[0]], payload[1:4].hex()
        self.all_options = parse_options(payload[4:])
        self.options = dict(self.all_options)
        self.addresses, self.prefixes, self.taken_back, self.statuses = [], [], [], []
        self.lease_time = self.preferred_time = self.renew_time = self.rebind_time = None
        for code, value in self.all_options:
            if code in (IA_NA, IA_PD):
                self.renew_time, self.rebind_time = struct.unpack("!II", value[4:12])
                self._read_association(parse_options(value[12:]))
        self._read_status(self.all_options)
        # Who asked and by which relay: so that a lease can be renewed, released … without saying it all again.
        self.mac, self.giaddr, self.identity = mac, giaddr, identity or {}

    def _read_association(self, members):
        for code, value in members:
            if code == IA_ADDRESS:
                what, (preferred, valid) = str(ipaddress.IPv6Address(value[:16])), struct.unpack("!II", value[16:24])
            elif code == IA_PREFIX:
                (preferred, valid), what = struct.unpack("!II", value[:8]), str(ipaddress.IPv6Network((value[9:25], value[8])))
            else:
                continue
            if valid == 0:
                self.taken_back.append(what)
                continue
            (self.addresses if code == IA_ADDRESS else self.prefixes).append(what)
            self.preferred_time, self.lease_time = preferred, valid
        self._read_status(members)

    def _read_status(self, options):
        self.statuses += [STATUSES[int.from_bytes(value[:2], "big")] for code, value in options if code == STATUS]

    @property
    def granted(self):
        return bool(self.addresses or self.prefixes)

    @property
    def address(self):
        return self.addresses[0] if self.addresses else None

    @property
    def hostname(self):
        """None where the server only repeats what the client said."""
        names = domain_names(self.options.get(FQDN, b"\0")[1:])
        return names[0] if names and names != [NO_NAME] else None

    def _addresses(self, code):
        data = self.options.get(code, b"")
        return [str(ipaddress.IPv6Address(data[at:at + 16])) for at in range(0, len(data), 16)]

    dns = property(lambda self: self._addresses(DNS_SERVERS))
    ntp = property(lambda self: self._addresses(SNTP_SERVERS))
    domain_search = property(lambda self: domain_names(self.options.get(DOMAIN_SEARCH, b"")))
    server_id = property(lambda self: self.options[SERVER_ID])

    def __repr__(self):
        relay = f" by {self.giaddr}" if self.giaddr else ""
        others = {code: value.hex() for code, value in self.options.items() if code not in (CLIENT_ID, SERVER_ID)}
        return f"<{self.type} {self.addresses + self.prefixes} to {self.mac}{relay}, {self.statuses}, options {others}>"
