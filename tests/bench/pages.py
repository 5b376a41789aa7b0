# SPDX-License-Identifier: MPL-2.0
"""A NetBox of any size that answers at once: the stand-in shows one object of each kind, all others are that one with other numbers,
and a page is made once and then kept as the bytes that go out.

    with Pages(prefixes=1000, addresses=10000) as pages:
        pages.url; pages.asked                      # what was asked, in order
        pages.pace = {"ipam/prefixes": 0.2}         # so long does a page take, by its path"""

import json
import re
import socket
import threading
import time
import urllib.parse
import urllib.request

from standin import StandIn

PREFIXES, RANGES, ADDRESSES = "ipam/prefixes", "ipam/ip-ranges", "ipam/ip-addresses"
MACS, INTERFACES = "dcim/mac-addresses", "dcim/interfaces"


def mac(number):
    return "02:" + ":".join(f"{byte:02X}" for byte in number.to_bytes(5, "big"))


def network(index):
    return f"10.{index >> 8}.{index & 255}."


def gateway_of(pages, number):
    """Of the prefix that an address of this id is in."""
    return network((number - 1) // pages.share) + "1"


def address_of(pages, number):
    return f"{network((number - 1) // pages.share)}{10 + (number - 1) % pages.share}"


class Pages:
    """Prefixes 10.0.0.0/24, 10.0.1.0/24, …, each with a range and its share of the addresses; every address on an interface of a device
    of its own, with one MAC. All that belongs to one address has the same id."""

    def __init__(self, prefixes, addresses):
        self.counts = {PREFIXES: prefixes, RANGES: prefixes, ADDRESSES: addresses, MACS: addresses, INTERFACES: addresses}
        self.share = addresses // prefixes
        self.pace = {}
        self.asked = []
        self.busy = 0.0         # seconds between requests and their answers, in all
        self.moved = {}         # id → the MAC that it has now; in answers about single objects
        self._kept = {}
        self._standin = StandIn()
        self._samples()

    def __enter__(self):
        self._standin.start()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = "http://127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()
        self._standin.stop()

    def _samples(self):
        netbox = self._standin
        netbox.define_default_fields()
        netbox.add("ipam.prefix", prefix="10.0.0.0/24", custom_fields={"dhcp_enabled": True, "dhcp_option_data_routers": ["10.0.0.1"]})
        netbox.add("ipam.iprange", start_address="10.0.0.100/24", end_address="10.0.0.199/24", status="dhcp")
        device = netbox.add("dcim.device", name="host-1")
        interface = netbox.add("dcim.interface", device=device, name="eth0")
        netbox.set_mac("dcim.interface", interface, mac(1))
        netbox.add("ipam.ipaddress", address="10.0.0.10/24", status="dhcp", assigned_object_type="dcim.interface",
                   assigned_object_id=interface)

    # Rows

    def _sample(self, path, query):
        """The one row that the stand-in has."""
        wanted = {key: values for key, values in query.items() if key not in ("id", "id__gt", "limit")}
        return self._from_standin(f"/api/{path}/?{urllib.parse.urlencode(wanted, doseq=True)}")["results"][0]

    def _from_standin(self, target):
        request = urllib.request.Request(self._standin.url + target, headers={"Authorization": "Token " + self._standin.token})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def _numbered(self, path, sample, number):
        """The sample as the object of this id."""
        net = network(number - 1)
        row = {**sample, "id": number}
        if path == PREFIXES:
            row["prefix"] = net + "0/24"
            row["custom_fields"] = {**sample["custom_fields"], "dhcp_option_data_routers": [net + "1"]}
        elif path == RANGES:
            row.update(start_address=net + "100/24", end_address=net + "199/24")
        elif path == ADDRESSES:
            row.update(address=address_of(self, number) + "/24", assigned_object_id=number,
                       assigned_object=_renumbered(sample["assigned_object"], number))
        elif path == MACS:
            row.update(mac_address=self._mac(number), assigned_object_id=number)
        elif path == INTERFACES:
            one = {"id": number, "mac_address": self._mac(number)}
            shown = {"mac_address": self._mac(number), "primary_mac_address": one, "mac_addresses": [one]}
            row.update({key: value for key, value in shown.items() if key in sample})
        return row

    def _mac(self, number):
        return self.moved.get(number, mac(number))

    # Pages

    def _page(self, path, query):
        limit, behind = int(query["limit"][0]), int(query.get("id__gt", ["0"])[0])
        count = self.counts.get(path, 0)
        numbers = [int(text) for text in query["id"]] if "id" in query else range(behind + 1, min(behind + limit, count) + 1)
        numbers = [number for number in numbers if behind < number <= count]
        sample = self._sample(path, query) if numbers else None
        more = "id" not in query and behind + limit < count
        return {"count": count, "next": self.url + "/api/next/" if more else None, "previous": None,
                "results": [self._numbered(path, sample, number) for number in numbers]}

    def _answer(self, target):
        url = urllib.parse.urlsplit(target)
        path, query = url.path.strip("/").removeprefix("api/"), urllib.parse.parse_qs(url.query)
        content = self._from_standin("/api/status/") if path == "status" else self._page(path, query)
        body = json.dumps(content, separators=(",", ":")).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    # The sockets

    def _accept(self):
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            text = b""
            while True:
                while b"\r\n\r\n" not in text:
                    more = connection.recv(65536)
                    if not more:
                        return
                    text += more
                begin = time.monotonic()
                head, _, text = text.partition(b"\r\n\r\n")
                connection.sendall(self._answered(head.split(b" ", 2)[1].decode()))
                self.busy += time.monotonic() - begin

    def _answered(self, target):
        self.asked.append(target)
        answer = self._kept.get(target)
        if answer is None:
            answer = self._answer(target)
            if "?id=" not in target:
                self._kept[target] = answer
        time.sleep(self.pace.get(target.removeprefix("/api/").partition("/?")[0], 0))
        return answer

    @property
    def bytes(self):
        return sum(map(len, self._kept.values()))


def _renumbered(value, number):
    """A nested object as that of this number: its ids, URLs and names."""
    if isinstance(value, dict):
        return {key: number if key == "id" else _renumbered(each, number) for key, each in value.items()}
    if isinstance(value, str):
        return re.sub(r"(?<=-)1$|(?<=/)1(?=/$)", str(number), value)
    return value
