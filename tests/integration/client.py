# SPDX-License-Identifier: MPL-2.0
"""A DHCPv4 client, or as many as a test has MACs, behind one Link.

    lease = client.lease("02:00:00:00:00:01")                          # DISCOVER, REQUEST: the ACK, a dhcp4.Message
    lease = client.lease(mac(7), giaddr="10.1.0.1", hostname="x")      # by a relay: a client of the subnet that holds 10.1.0.1
    client.renew(lease); client.init_reboot(lease); client.release(lease); client.decline(lease)
    client.until(mac(7), giaddr="10.1.0.1", address="10.1.0.5")        # asks again until the server says so
    client.is_ignored(client.renewal(lease), probe=other)              # no answer, while another one is answered

A client's identity, the same in every call: mac, giaddr, client_id (bytes), hostname, options ({code: bytes})."""

import random
import socket
import time

from dhcp4 import Message, WANTED, encode
from waiting import PATIENCE

BROADCAST = "255.255.255.255"
ANY = "0.0.0.0"
RESEND = 2          # seconds after which an unanswered message is sent again, as a real client does


class NoAnswer(AssertionError):
    """The server kept silent for as long as we are willing to wait."""


def mac(number):
    """A MAC of a test's own for each number."""
    return "02:" + ":".join(f"{byte:02x}" for byte in number.to_bytes(5, "big"))


class Question:
    """One message as it goes on the wire, and who asks it. Sent again it is the same transaction."""

    def __init__(self, kind, mac, giaddr=None, ciaddr=ANY, unicast=False, said=None, client_id=None, hostname=None, options=None):
        self.kind, self.mac, self.giaddr, self.ciaddr, self.unicast = kind, mac, giaddr, ciaddr, unicast
        self.identity = {"client_id": client_id, "hostname": hostname, "options": options}
        self.xid = f"{random.getrandbits(32):08x}"
        self.options = dict(said or {})
        if client_id is not None:
            self.options[61] = client_id
        if hostname is not None:
            self.options[12] = hostname.encode()
        if kind in ("DISCOVER", "REQUEST"):
            self.options[55] = WANTED
        self.options.update(options or {})

    def datagram(self, server, server_mac):
        """A relay speaks from giaddr's port 67 to the server; a client with an address may do so too; all else is broadcast."""
        payload = encode(self.kind, self.mac, self.xid, self.ciaddr, self.giaddr, self.options)
        source = [self.giaddr, 67] if self.giaddr else [self.ciaddr, 68]
        target = server if self.giaddr or self.unicast else BROADCAST
        return {"mac": self.mac, "server_mac": server_mac, "source": source, "destination": [target, 67], "payload": payload.hex()}

    def answer(self, received):
        """The first of what was received that answers this question, None where nothing does."""
        for datagram in received:
            message = Message(bytes.fromhex(datagram["payload"]), self.mac, self.giaddr, self.identity)
            if message.xid == self.xid:
                return message
        return None

    def __repr__(self):
        return f"{self.kind} of {self.mac}" + (f" by relay {self.giaddr}" if self.giaddr else "")


class Client:
    """What a client of either family says to a server and how long it listens; what its messages are, discovery(), selection(),
    renewal() and rebooting() say."""

    def __init__(self, link):
        self.link = link

    def ask(self, question, patience=None):
        """The server's answer; the question is repeated until there is one. NoAnswer after `patience` seconds."""
        deadline = time.monotonic() + (PATIENCE if patience is None else patience)
        while True:
            answer = question.answer(self.exchange([question], RESEND))
            if answer:
                return answer
            if time.monotonic() > deadline:
                raise NoAnswer(f"no answer to {question}")

    def discover(self, mac, giaddr=None, **identity):
        return self.ask(self.discovery(mac, giaddr, **identity))

    def request(self, offer):
        return self.ask(self.selection(offer))

    def lease(self, mac, giaddr=None, **identity):
        """DISCOVER, OFFER, REQUEST, ACK. A NAK begins it anew, as with a real client: the server may have been reconfigured
        between its offer and our request."""
        for _ in range(5):
            answer = self.request(self.discover(mac, giaddr, **identity))
            if answer.granted:
                return answer
        raise AssertionError(f"offered and then refused, five times: {answer}")

    def renew(self, lease):
        return self.ask(self.renewal(lease))

    def init_reboot(self, lease):
        return self.ask(self.rebooting(lease))

    def until(self, mac, giaddr=None, identity=None, **expected):
        """Asks again until the offer's attributes are as expected, then takes the lease. For changes that take their time on
        the way to the server: `until(m, address="10.0.0.7", routers=["10.0.0.1"])`. An expected value may be a function."""
        deadline, seen = time.monotonic() + PATIENCE, None
        while True:
            offer = self.discovery(mac, giaddr, **(identity or {}))
            seen = offer.answer(self.exchange([offer], RESEND))
            if seen and as_expected(seen, expected):
                lease = self.request(seen)
                if lease.granted and as_expected(lease, expected):
                    return lease
            if time.monotonic() > deadline:
                raise AssertionError(f"{mac} expects {expected}, last saw {seen}")
            time.sleep(0.05)

    def is_ignored(self, question, probe):
        """True where the server answers the probe and not the question. Silence alone proves nothing: packets get lost and
        machines are slow. probe: a lease of a client that the server is known to serve, or, where it is to serve nobody, a
        function that returns when the server has gone through its loop (Kea.round_trip). Three times, for what got lost."""
        for _ in range(3):
            if callable(probe):
                received = self.exchange([question], wait=0)
                probe()
                received += self.exchange([question], wait=0.2)
            else:
                known = self.discovery(probe.mac, probe.giaddr, **probe.identity)
                received = self.exchange([question, known], RESEND, awaited=[known])
                if not known.answer(received) and not question.answer(received):
                    self.ask(known)          # raises NoAnswer where the probe is no good
            if question.answer(received):
                return False
        return True

    def exchange(self, questions, wait, awaited=None):
        """Puts all on the wire in this order; what came back until those awaited (default: all) were answered."""
        awaited = questions if awaited is None else awaited
        datagrams = [question.datagram(self.link.server_address, self.link.server_mac) for question in questions]
        return self.link.order(op="exchange", send=datagrams, until=[question.xid for question in awaited], wait=wait)["received"]


class DhcpClient(Client):
    # Questions: for is_ignored(), or to be asked by ask().
    def discovery(self, mac, giaddr=None, **identity):
        return Question("DISCOVER", mac, giaddr, **identity)

    def selection(self, offer):
        said = {50: socket.inet_aton(offer.address), 54: socket.inet_aton(offer.server_id)}
        return Question("REQUEST", offer.mac, offer.giaddr, said=said, **offer.identity)

    def renewal(self, lease):
        """A client that has its address speaks to the server itself, whatever relay helped it to the lease."""
        return Question("REQUEST", lease.mac, ciaddr=lease.address, unicast=True, **lease.identity)

    def rebooting(self, lease):
        return Question("REQUEST", lease.mac, lease.giaddr, said={50: socket.inet_aton(lease.address)}, **lease.identity)

    # What gets no answer.
    def release(self, lease):
        self._tell("RELEASE", lease, ciaddr=lease.address, unicast=True)

    def decline(self, lease):
        self._tell("DECLINE", lease, giaddr=lease.giaddr, said={50: socket.inet_aton(lease.address)})

    def _tell(self, kind, lease, said=None, **how):
        said = {**(said or {}), 54: socket.inet_aton(lease.server_id)}
        self.exchange([Question(kind, lease.mac, said=said, **how, **lease.identity)], wait=0, awaited=[])


def as_expected(message, expected):
    def same(value, wish):
        return wish(value) if callable(wish) else value == wish
    return all(same(getattr(message, name), wish) for name, wish in expected.items())
