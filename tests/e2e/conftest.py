# SPDX-License-Identifier: MPL-2.0
"""Fixtures. What a test needs and can't have fails, it never skips. All of it is in networks of its own, where
the ports that README names are free.

  netbox    a real NetBox, empty, for one module's tests (netbox.py)
  standin   a stand-in NetBox, empty, for one module's tests (tests/standin)
  site      netbox with what stands there before Kea starts: site.lab, site.far, site.pool
  kea       a kea-dhcp4 with the hook that follows site, with the module's PARAMETERS; .http speaks to the hook, .token is the
            file of its token (tests/integration/kea_server.py)
  host      host(5, "198.18.0.5/24") makes a device host-5, its interface with MAC 5 and the address, in NetBox, and returns the three
  reserve   reserve(5, "198.18.0.5/24") makes an address with MAC 5 in its custom field, in NetBox
  client    a DHCP client (tests/integration/client.py); one without a relay is in site.lab
  served    served(mac, relay, address=…) waits until the client is offered this, and returns its lease
  unserved  unserved(mac, relay) waits until the client gets no answer
  site6, kea6, served6, unserved6    the same of IPv6: site6.lab, .pool, .delegated, .tag; a kea-dhcp6;
            served6(mac, relay, identity, address=…), unserved6(mac, relay, **identity)"""

import os
import pathlib
import sys

import pytest

# A webhook takes as long as NetBox's queue is.
os.environ.setdefault("KEA_NETBOX_PATIENCE", "300")
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
sys.path.append(str(HERE.parent / "integration"))

from client import mac  # noqa: E402  (these need the path above)
from hooked import hooked_kea  # noqa: E402
from lab import Link, private_network  # noqa: E402
from netbox import NetBox  # noqa: E402
from rest import ADDRESS_FIELDS6, PREFIX_FIELDS6  # noqa: E402
from standin import StandIn  # noqa: E402
from waiting import eventually  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def network():
    with private_network():
        yield


@pytest.fixture(scope="module")
def netbox():
    with NetBox() as server:
        yield server


@pytest.fixture(scope="module")
def standin():
    with StandIn() as server:
        yield server


@pytest.fixture(scope="session")
def hook():
    path = pathlib.Path(os.environ.get("KEA_NETBOX_HOOK", "KEA_NETBOX_HOOK is not set"))
    assert path.is_file(), f"{path} is missing: build the library and name it by KEA_NETBOX_HOOK"
    return path.resolve()


@pytest.fixture(scope="module")
def site(netbox):
    netbox.add_custom_fields()
    netbox.lab = netbox.add_prefix("198.18.0.0/24", custom_fields={"dhcp_option_data_routers": "198.18.0.1"})
    netbox.far = netbox.add_prefix("198.18.1.0/24", custom_fields={"dhcp_option_data_routers": "198.18.1.1"})
    netbox.pool = netbox.add_range("198.18.0.200/24", "198.18.0.220/24")
    return netbox


@pytest.fixture(scope="module")
def link():
    with Link(("198.18.0.1/24",)) as cable:
        yield cable


@pytest.fixture(scope="module")
def client(link):
    return link.client


@pytest.fixture(scope="module")
def kea(site, link, hook, request, tmp_path_factory):
    with hooked_kea(site, link, hook, tmp_path_factory.mktemp("kea"), **getattr(request.module, "PARAMETERS", {})) as server:
        yield server


@pytest.fixture(scope="module")
def host(site):
    def make(number, address):
        device = site.add_device(f"host-{number}")
        interface = site.add_interface(device, "eth0", mac(number))
        return device, interface, site.add_address(address, interface)
    return make


@pytest.fixture(scope="module")
def reserve(site):
    def make(number, address, **fields):
        return site.add_address(address, custom_fields={"dhcp_reservation_hw_address": mac(number)}, **fields)
    return make


@pytest.fixture(scope="module")
def served(client):
    """The lease is given back: an address that is leased Kea gives to nobody else, whatever NetBox says."""
    def wait(mac, giaddr=None, **expected):
        lease = client.until(mac, giaddr, **expected)
        client.release(lease)
        return lease
    return wait


@pytest.fixture(scope="module")
def unserved(kea, client):
    def wait(mac, giaddr):
        eventually(lambda: client.is_ignored(client.discovery(mac, giaddr), kea.round_trip), f"{mac} by {giaddr} is not served")
    return wait


@pytest.fixture(scope="module")
def site6(netbox, link):
    netbox.add_custom_fields()
    netbox.add_custom_fields(PREFIX_FIELDS6, ADDRESS_FIELDS6)
    netbox.tag = netbox.add("/api/extras/tags/", name="DHCP", slug="dhcp")["id"]
    netbox.lab = netbox.add_prefix("2001:db8:0:1::/64", custom_fields={"dhcp_interface": link.interface})
    netbox.add_prefix("2001:db8:0:2::/64")
    netbox.pool = netbox.add_range("2001:db8:0:1::1000/64", "2001:db8:0:1::1fff/64", tags=[netbox.tag])
    netbox.delegated = netbox.add_prefix("2001:db8:f000::/48", dhcp=False, custom_fields={
        "dhcp_pd_delegated_length": 56, "dhcp_pd_subnet": netbox.lab["id"]})
    return netbox


@pytest.fixture(scope="module")
def kea6(site6, link, hook, request, tmp_path_factory):
    parameters = getattr(request.module, "PARAMETERS", {})
    with hooked_kea(site6, link, hook, tmp_path_factory.mktemp("kea6"), "kea-dhcp6", **parameters) as server:
        yield server


@pytest.fixture(scope="module")
def served6(link):
    def wait(mac, giaddr, identity=None, **expected):
        lease = link.client6.until(mac, giaddr, identity, **expected)
        link.client6.release(lease)
        return lease
    return wait


@pytest.fixture(scope="module")
def unserved6(kea6, link):
    def wait(mac, giaddr, **identity):
        question = link.client6.discovery(mac, giaddr, **identity)
        eventually(lambda: link.client6.is_ignored(question, kea6.round_trip), f"{mac} by {giaddr} is not served")
    return wait


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows what NetBox had to say."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and "netbox" in getattr(item, "funcargs", {}):
        report.sections.append(("NetBox", item.funcargs["netbox"].log_tail()))
