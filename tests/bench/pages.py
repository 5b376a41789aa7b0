# SPDX-License-Identifier: MPL-2.0
"""A NetBox of any size that answers at once: the stand-in shows one object of each kind, all others are that one with other numbers,
and a page is made once and then kept as the bytes that go out.

    with Pages(family=4, prefixes=1000, addresses=10000) as pages:
        pages.url; pages.asked                      # what was asked, in order
        pages.pace = {"ipam/prefixes": 0.2}         # so long does a page take, by its path"""

import ipaddress
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


class Plan4:
    LENGTH = 24
    POOL = 100, 199

    @staticmethod
    def host(index, number):
        """The address of this number in the prefix of this index."""
        return f"10.{index >> 8}.{index & 255}.{number}"


class Plan6:
    LENGTH = 64
    POOL = 0x1000, 0x1FFF

    @staticmethod
    def host(index, number):
        return str(ipaddress.IPv6Address((0x20010DB8 << 96) + (index << 64) + number))


PLANS = {4: Plan4, 6: Plan6}


class Pages:
    """Prefixes 10.0.0.0/24, 10.0.1.0/24, …, or 2001:db8::/64, 2001:db8:0:1::/64, …, each with a range and its share of the addresses;
    every address on an interface of a device of its own, with one MAC. All that belongs to one address has the same id."""

    def __init__(self, family, prefixes, addresses):
        self.family, self.plan = family, PLANS[family]
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

    def gateway_of(self, number):
        """Of the prefix that the address of this id is in."""
        return self.plan.host((number - 1) // self.share, 1)

    def address_of(self, number):
        return self.plan.host((number - 1) // self.share, 10 + (number - 1) % self.share)

    def _net(self, index, number):
        return f"{self.plan.host(index, number)}/{self.plan.LENGTH}"

    def _range(self, index):
        first, last = self.plan.POOL
        return {"start_address": self._net(index, first), "end_address": self._net(index, last)}

    def _option(self, number):
        """Of the prefix of this id: its gateway is its name server."""
        return {"dhcp_option_data_domain_name_servers": [self.plan.host(number - 1, 1)]}

    def _samples(self):
        netbox = self._standin
        netbox.define_default_fields()
        netbox.add("ipam.prefix", prefix=self._net(0, 0), custom_fields={"dhcp_enabled": True, **self._option(1)})
        netbox.add("ipam.iprange", status="dhcp", **self._range(0))
        device = netbox.add("dcim.device", name="host-1")
        interface = netbox.add("dcim.interface", device=device, name="eth0")
        netbox.set_mac("dcim.interface", interface, mac(1))
        netbox.add("ipam.ipaddress", address=self._net(0, 10), status="dhcp", assigned_object_type="dcim.interface",
                   assigned_object_id=interface)

    # Rows

    def _sample(self, path, query):
        """The one row that the stand-in has; None where it is not asked for."""
        wanted = {key: values for key, values in query.items() if key not in ("id", "id__gt", "limit")}
        rows = self._from_standin(f"/api/{path}/?{urllib.parse.urlencode(wanted, doseq=True)}")["results"]
        return rows[0] if rows else None

    def _from_standin(self, target):
        request = urllib.request.Request(self._standin.url + target, headers={"Authorization": "Token " + self._standin.token})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def _numbered(self, path, sample, number):
        """The sample as the object of this id."""
        row = {**sample, "id": number}
        if path == PREFIXES:
            row["prefix"] = self._net(number - 1, 0)
            row["custom_fields"] = {**sample["custom_fields"], **self._option(number)}
        elif path == RANGES:
            row.update(self._range(number - 1))
        elif path == ADDRESSES:
            row.update(address=f"{self.address_of(number)}/{self.plan.LENGTH}", assigned_object_id=number,
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
        sample = self._sample(path, query)
        count = self.counts[path] if sample else 0
        numbers = [int(text) for text in query["id"]] if "id" in query else range(behind + 1, min(behind + limit, count) + 1)
        numbers = [number for number in numbers if behind < number <= count]
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
    def requests(self):
        """That a full sync needs: the version, each page of each list, and in IPv6 which prefixes are delegated from: none."""
        pages = sum(-(-self.counts[path] // 1000) for path in (PREFIXES, RANGES, ADDRESSES, MACS))
        return 1 + pages + (self.family == 6)

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
