# SPDX-License-Identifier: MPL-2.0
"""The process that lives in the client's network namespace: it puts UDP datagrams on the wire and picks the answers up.

It holds the namespace (which goes away with it) and knows frames, not DHCP, but for the transaction id by which an answer is
told. JSON lines on stdin and stdout; it ends when stdin does, so that it never outlives the tests.

  {"op": "hello"}                                         -> {}: the namespace is there
  {"op": "open", "interface": "veth"}                     -> {}
  {"op": "exchange", "send": [datagram, ...], "until": [xid, ...], "wait": seconds}
                                                          -> {"received": [datagram, ...]}

A datagram: {"mac": the client's or relay's, "server_mac", "source": [address, port], "destination": [address, port],
"payload": hex}. An exchange ends when each transaction of "until" was answered, or the wait is over; it hands back all that
came for any transaction of what was sent, asked for or not. xid: the eight hex digits."""

import json
import select
import signal
import socket
import struct
import sys
import time

BROADCAST = "ff:ff:ff:ff:ff:ff"
ETH_IP, ETH_ARP, ETH_ALL = 0x0800, 0x0806, 0x0003
UDP = 17


def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def mac_text(raw):
    return ":".join(f"{byte:02x}" for byte in raw)


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame_of(datagram):
    (source, source_port), (destination, destination_port) = datagram["source"], datagram["destination"]
    payload = bytes.fromhex(datagram["payload"])
    udp = struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload   # UDP's checksum may be absent
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, UDP, 0,
                     socket.inet_aton(source), socket.inet_aton(destination))
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    target = BROADCAST if destination == "255.255.255.255" else datagram["server_mac"]
    return mac_bytes(target) + mac_bytes(datagram["mac"]) + struct.pack("!H", ETH_IP) + ip + udp


def datagram_of(frame):
    """The datagram in a frame, None where it carries something else or only a fragment."""
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
            if datagram and datagram["destination"][1] in (67, 68) and xid_of(datagram) in asked:
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
        return datagram_of(frame)

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
