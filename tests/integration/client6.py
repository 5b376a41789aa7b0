# SPDX-License-Identifier: MPL-2.0
"""A DHCPv6 client, used as the DHCPv4 one (client.py), with what is IPv6's own beside.

    lease = client.lease(mac(1), "2001:db8:1::1")              # SOLICIT, REQUEST: the REPLY, a dhcp6.Message6
    lease = client.lease(mac(1), link, prefix=True)            # a delegated prefix besides; lease.addresses, lease.prefixes
    lease = client.lease(mac(1), link, addresses=2)            # so many IA_NA; 0 with prefix=True: the prefix alone
    client.renew(lease); client.init_reboot(lease)             # RENEW, CONFIRM; release(), decline()

The second argument is the relay's link-address (giaddr, in DHCPv4's word): the client is then behind a relay and belongs to the
subnet that holds it. Without one it speaks to the server itself and belongs to the subnet of the "interface" of this name.
An answer that grants nothing (NoAddrsAvail …) is what silence is in DHCPv4: it counts as none, unless identity has refusals=True.

A client's identity, the same in every call: mac, giaddr, duid (bytes; without one a DUID-LL of the MAC), hostname, prefix,
addresses, rapid (commit), hints ([address or prefix that is asked for]), interface_id (bytes, the relay's), options."""

import random

import dhcp6
from client import Client
from dhcp6 import Message6

SERVERS = "ff02::1:2"
CLIENT_PORT, SERVER_PORT = 546, 547
RELAY_MAC = "02:00:00:00:ff:ff"
PREFERS_THE_SERVERS_NAME = b"\x01"


class Question6:
    """One message as it goes on the wire, and who asks it. Sent again it is the same transaction."""

    message = Message6

    def __init__(self, kind, mac, giaddr=None, said=(), held=(), **identity):
        self.kind, self.mac, self.giaddr, self.identity = kind, mac, giaddr, identity
        self.xid = f"{random.getrandbits(24):06x}"
        self.refusals = identity.get("refusals", False)
        self.relay_options = [(dhcp6.INTERFACE_ID, identity["interface_id"])] if "interface_id" in identity else []
        self.options = [(dhcp6.CLIENT_ID, identity.get("duid") or dhcp6.duid_of(mac)), (dhcp6.ELAPSED, b"\0\0"), *said]
        if kind != "CONFIRM":
            self.options.append((dhcp6.WANTED, b"".join(code.to_bytes(2, "big") for code in dhcp6.ALL_WANTED)))
        name = identity.get("hostname") or dhcp6.NO_NAME
        self.options.append((dhcp6.FQDN, PREFERS_THE_SERVERS_NAME + dhcp6.encode_name(name)))
        if identity.get("rapid"):
            self.options.append((dhcp6.RAPID_COMMIT, b""))
        self.options += self._associations(held or identity.get("hints", ()))
        self.options += list(identity.get("options", {}).items())

    def _associations(self, named):
        """One IA_NA for each address, one IA_PD for all prefixes; what is named is asked for by its name."""
        addresses, prefixes = ([each for each in named if ("/" in each) is wanted] for wanted in (False, True))
        for number in range(max(self.identity.get("addresses", 1), len(addresses))):
            members = dhcp6.wanted_address(addresses[number]) if number < len(addresses) else b""
            yield dhcp6.identity_association(dhcp6.IA_NA, number + 1, members)
        if prefixes or self.identity.get("prefix"):
            yield dhcp6.identity_association(dhcp6.IA_PD, 1, b"".join(map(dhcp6.wanted_prefix, prefixes)))

    def datagram(self, _server, server_mac):
        """A relay is a neighbour of the server's, whatever link it stands for."""
        payload, own = dhcp6.encode(self.kind, self.xid, self.options), dhcp6.link_local(self.mac)
        sender, source = self.mac, [own, CLIENT_PORT]
        if self.giaddr:
            payload = dhcp6.relayed(payload, self.giaddr, own, self.relay_options)
            sender, source = RELAY_MAC, [dhcp6.link_local(RELAY_MAC), SERVER_PORT]
        return {"mac": sender, "server_mac": server_mac, "source": source, "destination": [SERVERS, SERVER_PORT],
                "payload": payload.hex()}

    def answer(self, received):
        """The first of what was received that answers this question, None where nothing does."""
        for datagram in received:
            message = self.message(bytes.fromhex(datagram["payload"]), self.mac, self.giaddr, self.identity)
            if message.xid == self.xid and (self.refusals or message.granted or self.kind in ("CONFIRM", "INFORMATION-REQUEST")):
                return message
        return None

    def __repr__(self):
        return f"{self.kind} of {self.mac}" + (f" by relay {self.giaddr}" if self.giaddr else "")


class Dhcp6Client(Client):
    question = Question6

    def discovery(self, mac, giaddr=None, **identity):
        return self.question("SOLICIT", mac, giaddr, **identity)

    def selection(self, offer):
        return self._of("REQUEST", offer)

    def request(self, offer):
        """After a rapid commit nothing is left to be asked for."""
        return offer if offer.type == "REPLY" else super().request(offer)

    def renewal(self, lease):
        return self._of("RENEW", lease)

    def rebooting(self, lease):
        """Whether its addresses are still those of the link; the server does not look at its leases."""
        return self.question("CONFIRM", lease.mac, lease.giaddr, held=lease.addresses, **lease.identity)

    def information(self, mac, giaddr=None, **identity):
        return self.ask(self.question("INFORMATION-REQUEST", mac, giaddr, addresses=0, **identity))

    def release(self, lease):
        self.exchange([self._of("RELEASE", lease)], wait=0, awaited=[])

    def decline(self, lease):
        self.exchange([self._of("DECLINE", lease)], wait=0, awaited=[])

    def _of(self, kind, lease):
        held = [*lease.addresses, *lease.prefixes]
        return self.question(kind, lease.mac, lease.giaddr, said=[(dhcp6.SERVER_ID, lease.server_id)], held=held, **lease.identity)
