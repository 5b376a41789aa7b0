# SPDX-License-Identifier: MPL-2.0
"""The process that lives in the client's network namespace: it puts UDP datagrams on the wire and picks the answers up.

It holds the namespace (which goes away with it) and knows frames, not DHCP, but for the transaction id by which an answer is
told. Whether a datagram is of IPv4 or of IPv6 its addresses say. JSON lines on stdin and stdout; it ends when stdin does, so
that it never outlives the tests.

  {"op": "hello"}                                         -> {}: the namespace is there
  {"op": "open", "interface": "veth"}                     -> {}
  {"op": "exchange", "send": [datagram, ...], "until": [xid, ...], "wait": seconds}
                                                          -> {"received": [datagram, ...]}

A datagram: {"mac": the client's or relay's, "server_mac", "source": [address, port], "destination": [address, port],
"payload": hex}. An exchange ends when each transaction of "until" was answered, or the wait is over; it hands back all that
came for any transaction of what was sent, asked for or not. xid: its eight hex digits, of DHCPv6 six."""

import ipaddress
import json
import select
import signal
import socket
import struct
import sys
import time

from dhcp6 import unrelayed

BROADCAST = "ff:ff:ff:ff:ff:ff"
ETH_IP, ETH_ARP, ETH_IPV6, ETH_ALL = 0x0800, 0x0806, 0x86DD, 0x0003
UDP, ICMPV6 = 17, 58
NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT = 135, 136
PORTS = (67, 68, 546, 547)


def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def mac_text(raw):
    return ":".join(f"{byte:02x}" for byte in raw)


def packed(address):
    return ipaddress.ip_address(address).packed


def checksum(header):
    header += b"\0" * (len(header) % 2)
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame_of(datagram):
    (source, source_port), (destination, destination_port) = datagram["source"], datagram["destination"]
    payload = bytes.fromhex(datagram["payload"])
    if ":" in source:
        udp = struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload
        return frame6_of(datagram["mac"], datagram["server_mac"], source, destination, UDP, udp, checksum_at=6)
    udp = struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload   # UDP's checksum may be absent
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, UDP, 0,
                     socket.inet_aton(source), socket.inet_aton(destination))
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    target = BROADCAST if destination == "255.255.255.255" else datagram["server_mac"]
    return mac_bytes(target) + mac_bytes(datagram["mac"]) + struct.pack("!H", ETH_IP) + ip + udp


def frame6_of(mac, server_mac, source, destination, protocol, body, checksum_at, hops=64):
    """An IPv6 frame; what it carries has a checksum over the addresses, too, at a place of its own."""
    addresses = packed(source) + packed(destination)
    total = checksum(addresses + struct.pack("!II", len(body), protocol) + body) or 0xFFFF
    body = body[:checksum_at] + struct.pack("!H", total) + body[checksum_at + 2:]
    target = b"\x33\x33" + packed(destination)[-4:] if destination.startswith("ff") else mac_bytes(server_mac)
    return target + mac_bytes(mac) + struct.pack("!HIHBB", ETH_IPV6, 6 << 28, len(body), protocol, hops) + addresses + body


def datagram_of(frame):
    """The datagram in a frame, None where it carries something else or only a fragment."""
    if len(frame) >= 62 and frame[12:14] == struct.pack("!H", ETH_IPV6) and frame[20] == UDP:
        source, destination = (str(ipaddress.IPv6Address(frame[at:at + 16])) for at in (22, 38))
        source_port, destination_port, length = struct.unpack("!HHH", frame[54:60])
        return {"mac": mac_text(frame[:6]), "server_mac": mac_text(frame[6:12]), "source": [source, source_port],
                "destination": [destination, destination_port], "payload": frame[62:54 + length].hex()}
    if len(frame) < 42 or frame[12:14] != struct.pack("!H", ETH_IP) or frame[23] != UDP:
        return None
    if struct.unpack("!H", frame[20:22])[0] & 0x1FFF:
        return None
    start = 14 + (frame[14] & 15) * 4
    source_port, destination_port, length = struct.unpack("!HHH", frame[start:start + 6])
    return {"mac": mac_text(frame[:6]), "server_mac": mac_text(frame[6:12]),
            "source": [socket.inet_ntoa(frame[26:30]), source_port],
            "destination": [socket.inet_ntoa(frame[30:34]), destination_port],
            "payload": frame[start + 8:start + length].hex()}


def xid_of(datagram):
    if ":" in datagram["source"][0]:
        return unrelayed(bytes.fromhex(datagram["payload"]))[1:4].hex()
    return datagram["payload"][8:16]


class Wire:
    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_ALL))
        self.socket.bind((interface, 0))
        self.owner = {}          # address -> MAC: what the server's kernel may ask for before it answers by UDP

    def exchange(self, send, until, wait):
        asked, awaited, received = {xid_of(datagram) for datagram in send}, set(until), []
        for datagram in send:
            self.owner[datagram["source"][0]] = datagram["mac"]
            self.socket.send(frame_of(datagram))
        deadline = time.monotonic() + wait
        while awaited:
            ready, _, _ = select.select([self.socket], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                break
            datagram = self.receive()
            if datagram and datagram["destination"][1] in PORTS and xid_of(datagram) in asked:
                received.append(datagram)
                awaited.discard(xid_of(datagram))
        return received

    def receive(self):
        frame, address = self.socket.recvfrom(65535)
        if address[2] == socket.PACKET_OUTGOING:
            return None
        if frame[12:14] == struct.pack("!H", ETH_ARP):
            self.answer_arp(frame)
            return None
        if frame[12:14] == struct.pack("!H", ETH_IPV6) and frame[20] == ICMPV6 and frame[54] == NEIGHBOUR_SOLICITATION:
            self.advertise_neighbour(frame)
            return None
        return datagram_of(frame)

    def advertise_neighbour(self, frame):
        """IPv6's answer_arp()."""
        asker, wanted = (str(ipaddress.IPv6Address(frame[at:at + 16])) for at in (22, 62))
        mac = self.owner.get(wanted)
        if mac is None:
            return
        solicited, override, link_layer_address = 1 << 30, 1 << 29, b"\2\1"
        body = struct.pack("!BBHI", NEIGHBOUR_ADVERTISEMENT, 0, 0, solicited | override)
        body += packed(wanted) + link_layer_address + mac_bytes(mac)
        self.socket.send(frame6_of(mac, mac_text(frame[6:12]), wanted, asker, ICMPV6, body, checksum_at=2, hops=255))

    def answer_arp(self, frame):
        """A server with UDP sockets resolves the relay's or client's address; no kernel here has it."""
        operation, asker_mac, asker, _, wanted = struct.unpack("!H6s4s6s4s", frame[20:42])
        mac = self.owner.get(socket.inet_ntoa(wanted))
        if operation != 1 or mac is None:
            return
        self.socket.send(asker_mac + mac_bytes(mac) + frame[12:20]
                         + struct.pack("!H6s4s6s4s", 2, mac_bytes(mac), wanted, asker_mac, asker))


def main():
    # Ctrl-C is for who started us; we end when our orders do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wire, answer = None, {}
    for line in sys.stdin:
        order = json.loads(line)
        if order["op"] == "open":
            wire = Wire(order["interface"])
        elif order["op"] == "exchange":
            answer = {"received": wire.exchange(order["send"], order["until"], order["wait"])}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
