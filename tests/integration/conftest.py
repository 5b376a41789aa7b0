# SPDX-License-Identifier: MPL-2.0
"""Fixtures. Everything a test starts is stopped by its fixture; what a test needs and can't have fails, it never skips.

  family        IPv4's; a test that twins.BOTH marks runs over each in turn (twins.py)
  threads       a configuration of Kea's: of one thread, and in turn of several
  client        a DHCP client of the family behind the link (client.py); client6 one of IPv6, as it is (client6.py)
  kea           a factory: kea({"subnet4": [...]}) is a running server, kea(..., start=False) one to be started (kea_server.py);
                kea(..., program="kea-dhcp6") one of IPv6, as it is
  netbox        a stand-in NetBox that runs (tests/standin), of version 4.7 unless parametrize("netbox", ["3.7"], indirect=True)
  hook          path of libdhcp_netbox.so
  netbox_kea    a factory: netbox_kea({"prefix-filter": {}}) is a running server with the hook, pointed at `netbox`; its .http
                speaks to the hook (hook_http.py)
  hook_entry    hook_entry({"port": 0}) is the hook's entry for "hooks-libraries", for a reload with other parameters
  followed_kea  netbox_kea, its first sync done and `netbox` sending its webhooks to it
  hints_only    the module's `server` syncs fully but once
  office        a small site in `netbox` and how a client sees it (office.py)
  kea6          as followed_kea, of a kea-dhcp6 as it is
  failing       a second hook library that fails on demand: failing.entry for "hooks-libraries", failing.load(), failing.config(),
                failing.load(once=True)
"""

import os
import pathlib
import shlex
import socket
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from client import mac          # noqa: E402  (these need the path above)
from hook_http import HookHttp          # noqa: E402
from kea_server import Kea          # noqa: E402
from lab import Link, private_network          # noqa: E402
from objects import address, follow, ip_range, left_out, prefix          # noqa: E402
from office import Office          # noqa: E402
from office6 import NET, RELAY          # noqa: E402
from twins import FAMILIES          # noqa: E402

TOKEN = "0123456789abcdef0123456789abcdef01234567"
SECRET = "the-secret-of-the-webhooks"
MULTI_THREADED = {"multi-threading": {"enable-multi-threading": True, "thread-pool-size": 2, "packet-queue-size": 16}}
THREADS = {"one-thread": {}, "threads": MULTI_THREADED}


def pytest_configure(config):
    config.addinivalue_line("markers", "families(4, 6): the families that a test runs over; 4 without the mark")


def pytest_generate_tests(metafunc):
    mark = metafunc.definition.get_closest_marker("families")
    families = mark.args if mark and "family" in metafunc.fixturenames else ()
    if families:
        metafunc.parametrize("family", families, ids=[f"v{family}" for family in families], indirect=True)
    if "threads" in metafunc.fixturenames:
        metafunc.parametrize("threads", THREADS, indirect=True)


@pytest.fixture
def family(request):
    return FAMILIES[getattr(request, "param", 4)]


@pytest.fixture
def threads(request):
    return THREADS[request.param]


@pytest.fixture(scope="session", autouse=True)
def network():
    with private_network():
        yield


@pytest.fixture(scope="session")
def link(network):
    with Link() as cable:
        yield cable


@pytest.fixture
def client(link, family):
    return family.client(link)


@pytest.fixture
def client6(link):
    return link.client6


@pytest.fixture
def kea(link, tmp_path, family):
    servers = []

    def make(config=None, start=True, **options):
        server = (Kea if "program" in options else family.Kea)(tmp_path / f"kea{len(servers)}", link, config, **options)
        servers.append(server)
        return server.start() if start else server

    make.servers = servers
    yield make
    for server in servers:
        if server.process is not None:
            server.stop() if server.running else server.kill()


def pytest_terminal_summary(terminalreporter):
    """What tests measured and do not judge: record_property("said", "…")."""
    for report in terminalreporter.getreports("passed"):
        for _, text in report.user_properties if report.when == "call" else ():
            terminalreporter.write_line(f"{text} ({report.nodeid})")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows what the test's servers had to say."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and "kea" in getattr(item, "funcargs", {}):
        for server in item.funcargs["kea"].servers:
            if server.log_file.exists():
                report.sections.append((f"{server.log_file}, without its debug lines", server.tail()))


@pytest.fixture(scope="session")
def hook():
    build = pathlib.Path(os.environ.get("KEA_NETBOX_BUILDDIR", HERE.parent.parent))
    path = pathlib.Path(os.environ.get("KEA_NETBOX_HOOK", build / ".libs/libdhcp_netbox.so")).resolve()
    assert path.is_file(), f"{path} is missing: build it, or name it by KEA_NETBOX_HOOK or KEA_NETBOX_BUILDDIR"
    return path


@pytest.fixture
def netbox(network, family, request):
    asked = getattr(request, "param", {})
    server = family.NetBox(token=TOKEN, **(asked if isinstance(asked, dict) else {"shape": asked}))
    server.start()
    yield server
    server.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def hook_entry(hook, netbox, tmp_path):
    """The entry of "hooks-libraries" with the parameters that a test gives, the others such that it works: `netbox` as NetBox,
    token and secret in files, a free port. A parameter that is None is left out."""
    for name, text in (("token", TOKEN), ("secret", SECRET)):
        (tmp_path / name).write_text(text + "\n")
    port = free_port()

    def entry(parameters=None):
        merged = {"netbox-url": netbox.url, "netbox-token-file": str(tmp_path / "token"),
                  "secret-file": str(tmp_path / "secret"), "port": port, **(parameters or {})}
        return {"library": str(hook), "parameters": {name: value for name, value in merged.items() if value is not None}}

    return entry


@pytest.fixture
def netbox_kea(kea, hook_entry):
    """netbox_kea({parameters}, {configuration}, libraries=[entries loaded after ours])"""
    def make(parameters=None, config=None, libraries=(), **options):
        entries = [hook_entry(parameters), *libraries]
        server = kea({**(config or {}), "hooks-libraries": entries}, **options)
        own_port = 8002 if server.program == "kea-dhcp6" else 8001
        server.http = HookHttp(entries[0]["parameters"].get("port", own_port), SECRET)
        return server
    return make


@pytest.fixture
def followed_kea(netbox, netbox_kea):
    """As netbox_kea, with a webhook for all models that is signed with the secret."""
    def make(*arguments, **options):
        server = netbox_kea(*arguments, **options)
        server.wait_log("NETBOX_SYNCED")
        netbox.add_webhook(server.http.event_url, secret=SECRET)
        netbox.webhooks_idle()
        return server
    return make


@pytest.fixture
def kea6(netbox, netbox_kea):
    def make(*arguments, wait=True, **options):
        server = netbox_kea(*arguments, program="kea-dhcp6", **options)
        if wait:
            server.wait_log("NETBOX_SYNCED")
            follow(netbox, server)
        return server
    return make


@pytest.fixture
def beside(netbox, kea6, client6):
    """beside((kind, id), …): these are left out, and what stands beside them is served."""
    prefix(netbox, NET)
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    address(netbox, "2001:db8:0:1::6", mac(6))

    def check(*faulty):
        server = kea6()
        assert left_out(server) == set(faulty)
        assert client6.lease(mac(6), RELAY).address == "2001:db8:0:1::6"
        assert client6.lease(mac(7), RELAY).address == "2001:db8:0:1::10"
        return server
    return check


@pytest.fixture
def hints_only(server):
    """No full sync may happen in this test but the first, of the module's `server`."""
    yield
    assert len(server.logged("NETBOX_SYNC_STARTED")) == 1


@pytest.fixture
def office(netbox, client):
    return Office(netbox, client)


class Failing:
    def __init__(self, library, folder):
        self.flags = {"load": folder / "fail-load", "config": folder / "refuse-config"}
        self.journal_file = folder / "failing-journal"
        self.entry = {"library": str(library), "parameters": {
            "fail-load-while": str(self.flags["load"]), "refuse-config-while": str(self.flags["config"]),
            "journal": str(self.journal_file)}}

    def load(self, fails=True, once=False):
        self._flag("load", fails, once)

    def config(self, fails=True, once=False):
        self._flag("config", fails, once)

    def _flag(self, name, on, once):
        self.flags[name].write_text("once" if once else "") if on else self.flags[name].unlink(missing_ok=True)

    @property
    def journal(self):
        """What Kea asked it to do so far: "load", "configured", "unload", …"""
        return self.journal_file.read_text().split() if self.journal_file.exists() else []


@pytest.fixture(scope="session")
def failing_library(tmp_path_factory):
    library = tmp_path_factory.mktemp("failing") / "libfailing.so"
    include = os.environ.get("KEA_INCLUDE", "/usr/include/kea")
    words = [*shlex.split(os.environ.get("CXX", "g++")), "-std=c++17", "-fPIC", "-shared", f"-I{include}", "-o", library,
             HERE / "failing_hook.cc"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return library


@pytest.fixture
def failing(failing_library, tmp_path):
    return Failing(failing_library, tmp_path)
