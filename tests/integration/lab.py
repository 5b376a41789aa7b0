# SPDX-License-Identifier: MPL-2.0
"""The laboratory: networks that nobody else sees. All of it goes away with the processes, also when they are killed."""

import contextlib
import ctypes
import ipaddress
import itertools
import json
import os
import pathlib
import subprocess
import sys

from client import DhcpClient
from client6 import Dhcp6Client

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
HERE = pathlib.Path(__file__).resolve().parent
counter = itertools.count()


def mount(*words):
    subprocess.run(["mount", *words], check=True, capture_output=True, text=True)


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@contextlib.contextmanager
def private_network():
    """Moves this thread, and what it starts from now on, to a network namespace of its own with nothing but loopback: ports 67
    and 8001 are free, 10.0.0.0/8 is nobody's, and two runs at once don't meet. At the end back to where it was."""
    with namespace("net", CLONE_NEWNET):
        ip("link", "set", "lo", "up")
        yield


@contextlib.contextmanager
def private_mounts():
    """The same for what is mounted from now on. Who comes back to a namespace of mounts finds himself at its root, which in a folder to
    which somebody has changed the root is not ours; there "/" is no mount either, and can't be made private."""
    root, folder = os.open("/", os.O_RDONLY), os.getcwd()
    try:
        with namespace("mnt", CLONE_NEWNS):
            subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True)
            yield
    finally:
        os.fchdir(root)
        os.chroot(".")
        os.chdir(folder)
        os.close(root)


@contextlib.contextmanager
def namespace(kind, flag):
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open(f"/proc/thread-self/ns/{kind}", os.O_RDONLY)
    if libc.unshare(flag) != 0:
        raise OSError(ctypes.get_errno(), f"no {kind} namespace (root is needed)")
    try:
        yield
    finally:
        libc.setns(before, flag)
        os.close(before)


class Link:
    """A cable (veth pair) from here, where the server runs, to a client in a namespace of its own.

    `interface` is the server's end and has `addresses`; the first is where clients and relays send to. A server with raw
    sockets answers a broadcast once for each of its addresses, so more than one wants "interface/address" in its
    configuration. A client without a relay belongs to the subnet that holds the address; one with a relay to the one that
    holds the relay's, which need not be within `addresses` while the sockets are raw. Outside private_network() give addresses
    that the machine does not use. Of IPv6 it has the link-local address alone, which is all that kea-dhcp6 needs: DHCPv6 clients
    and relays speak to a multicast address from their own.

    The namespace is held by the process of wire.py alone: when that ends, be it because we were killed, the pair goes too."""

    def __init__(self, addresses=("10.0.0.1/8",)):
        self.interface = f"kn{os.getpid()}s{next(counter)}"
        self.server_address = str(ipaddress.ip_interface(addresses[0]).ip)
        self.process = subprocess.Popen(["unshare", "--net", sys.executable, HERE / "wire.py"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self._connect(addresses)
        except BaseException:
            self.close()
            raise
        self.client, self.client6 = DhcpClient(self), Dhcp6Client(self)

    def _connect(self, addresses):
        far_end = self.far_end = self.interface.replace("s", "c")
        # unshare is still under way until wire.py is heard of.
        self.order(op="hello")
        ip("link", "add", self.interface, "type", "veth", "peer", "name", far_end)
        for address in addresses:
            family = ["-6"] if ":" in address else []
            ip(*family, "address", "add", address, "dev", self.interface, *(["nodad"] if family else []))
        ip("link", "set", far_end, "netns", str(self.process.pid))
        self.inside = ["nsenter", "--net", "--target", str(self.process.pid)]
        for words, end in (([], self.interface), (self.inside, far_end)):
            # Nobody can bind to an address while it may be another's, which takes a second to be found out; here is no other.
            subprocess.run([*words, "sh", "-c", f"echo 0 >/proc/sys/net/ipv6/conf/{end}/accept_dad"], check=True)
            subprocess.run([*words, "ip", "link", "set", end, "up"], check=True)
        self.server_mac = json.loads(subprocess.check_output(["ip", "-json", "link", "show", self.interface]))[0]["address"]
        self.order(op="open", interface=far_end)

    def order(self, **order):
        """One order to wire.py, its answer."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the client's process in the namespace has ended; its last words are on stderr")
        return json.loads(line)

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        # The kernel takes a namespace's interfaces away a little later; a name that is gone already is fine.
        subprocess.run(["ip", "link", "delete", self.interface], capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
