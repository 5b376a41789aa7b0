# SPDX-License-Identifier: MPL-2.0
"""What happens to a server while it runs, the library outlives; where it has to go, it goes at once and leaves nothing behind."""

import contextlib
import ipaddress
import os
import pathlib
import random
import re
import signal
import socket
import time

import pytest

from client import mac
from conftest import MULTI_THREADED
from kea_server import subnet
from lab import ip
from objects import configurations, sync
from office import DEVICE_MAC, FIELD_MAC, FIRST, RELAY, STRANGER, VM_MAC, in_range
from twins import BOTH, IPV4
from waiting import PATIENCE, eventually

pytestmark = BOTH

BY_HAND = {"subnet4": [subnet(77, "10.0.0.0/24", f"{FIRST} - {FIRST}")]}
LEASE_COMMANDS = {"library": str(next(pathlib.Path("/usr/lib").glob("*/kea/hooks/libdhcp_lease_cmds.so")))}


def all_are_served(office):
    office.sees(DEVICE_MAC, address="10.0.0.5", hostname="alpha")
    office.sees(VM_MAC, address="10.0.0.6", hostname="beta")
    office.sees(STRANGER, address=in_range)
    office.sees_in_branch(STRANGER, address=in_range)


def follows(office, server, router):
    """A change in NetBox reaches the client, and all is well then."""
    office.set_option([router])
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=[router])
    eventually(server.http.healthy)


def count(server, what):
    """Its threads ("task") or open files ("fd")."""
    return len(os.listdir(f"/proc/{server.pid}/{what}"))


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
        return True


def reconfigure(server, how, config=None):
    if how == "config-set":
        server.set(config or {})
    elif how == "config-reload":
        server.reload(config)
    elif how == "SIGHUP":
        assert server.sighup(config)
    else:
        server.command("libreload")


# Its own config-sets

def test_fifty_changes_with_a_client_asking_in_between(office, followed_kea, client, threads):
    server = followed_kea(config=threads)
    holder = client.lease(FIELD_MAC)
    follows(office, server, "10.0.0.99")
    threads_before, files_before = count(server, "task"), count(server, "fd")
    begin = server.mark()
    for number in range(50):
        office.set_option([f"10.0.0.{number + 1}"])
        office.sees(DEVICE_MAC, address="10.0.0.5", routers=[f"10.0.0.{number + 1}"])
        assert client.renew(holder).address == "10.0.0.7"
    assert configurations(server, begin) == 50
    assert count(server, "task") == threads_before
    # A connection that is kept to be used again comes and goes; what leaks with each change adds up to more.
    assert count(server, "fd") < files_before + 10
    all_are_served(office)
    assert server.stop().code == 0


OPERATORS_OWN = {
    "valid-lifetime": 4000, "min-valid-lifetime": 1000, "max-valid-lifetime": 9000, "renew-timer": 900, "next-server": "10.0.0.9",
    "user-context": {"comment": "größer", "list": [1, 2.5, True, None, {"a": "b\\c\"d\n"}]}, "server-tag": "one",
    "option-def": [{"name": "greeting", "code": 222, "type": "string", "space": "dhcp4"}],
    "option-data": [{"name": "greeting", "data": "grüß dich", "always-send": True},
                    {"code": 43, "csv-format": False, "data": "0A0B"}],
    "client-classes": [{"name": "phones", "test": "option[60].text == 'phone'",
                        "option-data": [{"name": "routers", "data": "10.0.0.8"}]}],
    "host-reservation-identifiers": ["hw-address", "client-id"], "reservations": [{"hw-address": mac(70), "hostname": "global"}],
    "reservations-global": True, "reservations-in-subnet": True, "expired-leases-processing": {"reclaim-timer-wait-time": 7},
    "dhcp-ddns": {"enable-updates": False}, "ddns-qualifying-suffix": "example.", "hostname-char-set": "[^A-Za-z0-9.-]",
    "sanity-checks": {"lease-checks": "fix-del"}, "statistic-default-sample-count": 5, "decline-probation-period": 60,
    "dhcp-queue-control": {"enable-queue": False}, "cache-threshold": 0.25, "t1-percent": 0.4, "calculate-tee-times": True,
    "shared-networks": [{"name": "floor", "relay": {"ip-addresses": ["10.50.0.1"]}, "user-context": {"floor": 3},
                         "option-data": [{"name": "ntp-servers", "data": "10.0.0.123"}],
                         "subnet4": [subnet(500, "10.2.0.0/24", "10.2.0.10 - 10.2.0.20"), subnet(501, "10.3.0.0/24")]}],
}


@IPV4
def test_the_operators_own_configuration_is_the_same_after_many_changes(office, netbox, netbox_kea, client, threads):
    netbox.refuse()
    server = netbox_kea({"ownership": "marked"}, {**OPERATORS_OWN, **threads, "subnet4": [subnet(600, "10.60.0.0/24")]},
                        libraries=[LEASE_COMMANDS])
    before = server.running_config()
    by_hand = before.pop("subnet4")
    netbox.listen()
    eventually(server.http.healthy)
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    for number in range(10):
        follows(office, server, f"10.0.0.{number + 1}")
    after = server.running_config()
    subnets = after.pop("subnet4")
    assert after == before
    assert [each for each in subnets if each["id"] == 600] == by_hand
    assert client.lease(mac(71), "10.50.0.1").ntp == ["10.0.0.123"]


# Reconfigured by others

@pytest.mark.parametrize("how", ["config-set", "config-reload", "SIGHUP", "libreload"])
def test_reloaded_as_it_was(office, followed_kea, threads, how):
    server = followed_kea(config=threads)
    tasks = count(server, "task")
    begin = server.mark()
    reconfigure(server, how)
    all_are_served(office)
    server.wait_log("NETBOX_SYNCED", begin)
    assert count(server, "task") == tasks
    # The operator's, unless there was none, and ours that puts back what was served; the full sync behind it finds nothing to do.
    assert configurations(server, begin) == (1 if how == "libreload" else 2)
    follows(office, server, "10.0.0.1")
    assert server.stop().code == 0


@pytest.mark.parametrize("how", ["config-set", "config-reload", "SIGHUP"])
def test_reloaded_with_another_port_and_map(office, netbox, followed_kea, hook_entry, threads, how):
    from conftest import free_port
    server = followed_kea(config=threads)
    old, new = server.http.port, free_port()
    changed = hook_entry({"port": new, "reservation-ipaddr-map": {"hw-address": "custom_fields.dhcp_reservation_hw_address"}})
    reconfigure(server, how, {"hooks-libraries": [changed]})
    server.http.port = new
    eventually(server.http.healthy)
    assert is_free(old)
    office.sees(FIELD_MAC, address="10.0.0.7")
    office.sees(DEVICE_MAC, address=in_range)


@pytest.mark.parametrize("how", ["config-set", "config-reload", "SIGHUP", "libreload"])
def test_reloaded_while_netbox_is_away_what_was_served_is_served_again(office, netbox, followed_kea, threads, how):
    """The file has none of our subnets: they come from memory."""
    server = followed_kea(config=threads)
    netbox.refuse()
    begin = server.mark()
    reconfigure(server, how)
    all_are_served(office)
    server.wait_log("NETBOX_RESUMED .*2 subnets, 2 pools, 3 reservations", begin)
    assert not server.logged("NETBOX_SYNCED", begin)
    assert server.http.health()[0] == 503
    office.set_option(["10.0.0.1"])
    netbox.listen()
    office.sees(DEVICE_MAC, routers=["10.0.0.1"])


def test_reloaded_while_netbox_holds_a_request(office, netbox, followed_kea):
    """It is not waited for, and what it says at last to the worker of before is of no account."""
    server = followed_kea()
    held = netbox.fault("hold", "ipam.prefix", after=True)
    server.http.event("tag", 1)
    assert held.wait_held()
    office.set_option(["10.0.0.1"], _events=False)
    server.reload()
    all_are_served(office)
    assert held.wait_held(2)
    held.release()
    begin = server.mark()
    sync(server)
    office.sees(DEVICE_MAC, routers=["10.0.0.1"])
    assert not server.logged("NETBOX_STOP_TIMED_OUT")
    assert configurations(server, begin) <= 1


@pytest.mark.parametrize("how", ["config-reload", "SIGHUP", "libreload"])
def test_reloaded_twenty_times_without_a_breath(office, followed_kea, threads, how):
    """No thread is left over, and no open file a reload: Kea's loggers open some when they are first used."""
    server = followed_kea(config=threads)
    tasks, files = count(server, "task"), count(server, "fd")
    for _ in range(20):
        reconfigure(server, how)
    all_are_served(office)
    follows(office, server, "10.0.0.1")
    assert count(server, "task") == tasks
    assert count(server, "fd") < files + 20


def test_reloads_in_the_midst_of_changes(office, netbox, followed_kea, threads):
    server = followed_kea(config=threads)
    for number in range(20):
        office.set_option([f"10.0.0.{number + 1}"])
        reconfigure(server, ("config-reload", "SIGHUP", "libreload", "config-set")[number % 4])
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.0.20"])
    all_are_served(office)
    eventually(server.http.healthy)


def test_threads_switched_on_and_off_at_a_reload(office, followed_kea):
    server = followed_kea()
    for number in range(2):
        server.reload(MULTI_THREADED)
        follows(office, server, f"10.0.{number}.1")
        server.reload({"multi-threading": {"enable-multi-threading": False}})
        follows(office, server, f"10.0.{number}.2")


def test_what_config_get_says_can_be_set_again(office, followed_kea, threads):
    """As an operator's tool does: read, change a thing, write back. Our subnets are in it."""
    server = followed_kea(config=threads)
    for lifetime in (4001, 4002):
        server.command("config-set", {"Dhcp4": {**server.running_config(), "valid-lifetime": lifetime}})
        office.sees(DEVICE_MAC, address="10.0.0.5", lease_time=lifetime)
        follows(office, server, f"10.0.0.{lifetime % 100}")
    all_are_served(office)
    assert not server.logged("NETBOX_REPLACED|NETBOX_LEFT_OUT")


@contextlib.contextmanager
def half_a_webhook(server):
    with socket.create_connection(("127.0.0.1", server.http.port)) as client:
        client.sendall(b"POST /event/x/ HTTP/1.1\r\nHost: x\r\nX-netbox2kea-secret: " + server.http.secret.encode()
                       + b"\r\nContent-Length: 100\r\n\r\n{")
        yield


def test_reloaded_while_a_client_has_sent_half_a_webhook(office, followed_kea):
    server = followed_kea()
    with half_a_webhook(server):
        for _ in range(3):
            server.reload()
            all_are_served(office)
    follows(office, server, "10.0.0.1")
    assert not server.logged("NETBOX_LISTEN_FAILED|NETBOX_STOP_TIMED_OUT")


def test_a_config_test_of_other_parameters_changes_nothing(office, netbox, followed_kea, hook_entry):
    server = followed_kea()
    begin, requests = server.mark(), len(netbox.requests)
    server.command("config-test", {"Dhcp4": {**server.config, "hooks-libraries": [hook_entry({"port": 1, "ownership": "marked"})]}})
    all_are_served(office)
    assert not server.logged("NETBOX_ST", begin)
    assert len(netbox.requests) == requests
    follows(office, server, "10.0.0.1")


@pytest.mark.parametrize("how", ["config-reload", "SIGHUP"])
def test_marked_ownership_across_reloads(office, followed_kea, client, how):
    by_hand = [subnet(500, "10.60.0.0/24", "10.60.0.10 - 10.60.0.20"), subnet(501, "10.1.0.0/24", "10.1.0.50 - 10.1.0.50")]
    server = followed_kea({"ownership": "marked"}, {"subnet4": by_hand})
    for _ in range(3):
        reconfigure(server, how)
        office.sees(DEVICE_MAC, address="10.0.0.5", hostname="alpha")
        assert client.lease(mac(71), "10.60.0.1").address in ("10.60.0.10", "10.60.0.11")
        office.sees_in_branch(STRANGER, address="10.1.0.50")           # theirs was there first
        eventually(lambda: sorted(server.subnets()) == [office.prefix, 500, 501])
    assert not server.logged("NETBOX_REPLACED")
    assert server.logged(f"NETBOX_LEFT_OUT .*NetBox id {office.branch},")


def test_a_prefix_in_a_shared_network_stays_there_across_reloads(office, followed_kea):
    floor = {"name": "floor", "relay": {"ip-addresses": ["10.50.0.1"]}, "subnet4": [subnet(office.branch, "10.1.0.0/24")]}
    server = followed_kea(config={"shared-networks": [floor]})
    for how in ("config-reload", "SIGHUP", "libreload"):
        reconfigure(server, how)
        office.sees(STRANGER, "10.50.0.1", address=lambda address: address.startswith("10.1.0.1"))
        follows(office, server, f"10.0.0.{len(how)}")
        [network] = server.running_config()["shared-networks"]
        assert [member["id"] for member in network["subnet4"]] == [office.branch]


@IPV4
@pytest.mark.parametrize("first", [True, False], ids=["before-ours", "behind-ours"])
def test_another_library_beside(office, netbox, kea, hook_entry, client, threads, first):
    from test_apply import followed
    ours = hook_entry()
    server = kea({**threads, "hooks-libraries": [LEASE_COMMANDS, ours] if first else [ours, LEASE_COMMANDS]})
    followed(server, ours, netbox)
    lease = client.lease(FIELD_MAC)
    for how in ("config-reload", "libreload", "SIGHUP"):
        reconfigure(server, how)
        follows(office, server, f"10.0.0.{len(how)}")
        found = server.command("lease4-get", {"ip-address": lease.address})["arguments"]
        assert found["hw-address"] == FIELD_MAC
        begin = server.mark()
        sync(server)
        assert configurations(server, begin) == 0


# Taken out and put in

def test_kea_t_binds_nothing_and_asks_nothing(office, netbox, netbox_kea):
    server = netbox_kea(start=False)
    code, said = server.check()
    assert code == 0, said
    assert netbox.requests == []
    assert "NETBOX_" not in said


@pytest.mark.parametrize("how", ["config-set", "config-reload", "SIGHUP"])
def test_taken_out_nothing_is_left_and_put_in_it_works_again(office, netbox, kea, followed_kea, client, threads, how):
    tasks = count(kea({**threads, **BY_HAND}), "task")
    kea.servers[0].stop()
    server = followed_kea(config={**threads, **BY_HAND})
    entries = server.config["hooks-libraries"]
    assert count(server, "task") > tasks
    reconfigure(server, how, {"hooks-libraries": []})
    requests = len(netbox.requests)
    assert count(server, "task") == tasks
    assert is_free(server.http.port)
    office.sees(STRANGER, address=FIRST)
    assert client.is_ignored(client.discovery(STRANGER, RELAY), client.lease(mac(50)))
    assert len(netbox.requests) == requests
    office.set_option(["10.0.0.1"])
    reconfigure(server, how, {"hooks-libraries": entries})
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.0.1"])
    follows(office, server, "10.0.0.2")
    assert server.stop().code == 0


def test_taken_out_while_netbox_holds_a_request(office, netbox, kea, netbox_kea):
    tasks = count(kea(BY_HAND), "task")
    kea.servers[0].stop()
    held = netbox.fault("hold")
    server = netbox_kea(config=BY_HAND)
    assert held.wait_held()
    server.reload({"hooks-libraries": []})
    assert held.holding
    assert count(server, "task") == tasks
    assert is_free(server.http.port)
    office.sees(STRANGER, address=FIRST)


# SIGTERM

@pytest.mark.parametrize("on", [None, "ipam.prefix"], ids=["the-first", "a-page"])
def test_sigterm_while_netbox_holds_a_request(office, netbox, netbox_kea, threads, on, record_property):
    held = netbox.fault("hold", on)
    server = netbox_kea(config={**threads, **BY_HAND})
    assert held.wait_held()
    stopped = server.stop()
    assert held.holding
    assert stopped.code == 0
    record_property("said", f"ended {stopped.seconds:.2f} s after SIGTERM while NetBox holds a request")


def test_sigterm_while_netbox_does_not_take_the_connection(office, netbox_kea, record_property):
    """Its queue of connections is full, so that the kernel does not answer either."""
    with contextlib.ExitStack() as sockets:
        deaf, *fillers = [sockets.enter_context(socket.socket()) for _ in range(5)]
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        server = netbox_kea({"netbox-url": f"http://127.0.0.1:{deaf.getsockname()[1]}"}, BY_HAND)
        office.sees(STRANGER, address=FIRST)
        stopped = server.stop()
        assert stopped.code == 0
    record_property("said", f"ended {stopped.seconds:.2f} s after SIGTERM while NetBox does not take the connection")


@pytest.fixture
def name_server(monkeypatch):
    """A name server that hears and never answers, at the address of the machine's own, which is nobody's in the tests' network."""
    named = re.findall(r"^nameserver\s+([^\s%]+)", pathlib.Path("/etc/resolv.conf").read_text(), re.MULTILINE)
    place = ipaddress.ip_address(named[0] if named else "127.0.0.1")
    monkeypatch.setenv("RES_OPTIONS", "timeout:30 attempts:5")
    with contextlib.ExitStack() as undo:
        if not place.is_loopback:
            ip("address", "add", f"{place}/{place.max_prefixlen}", "dev", "lo")
            undo.callback(ip, "address", "del", f"{place}/{place.max_prefixlen}", "dev", "lo")
        server = undo.enter_context(socket.socket(socket.AF_INET if place.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM))
        server.bind((str(place), 53))
        server.settimeout(PATIENCE)
        yield server


def is_asked(name_server):
    return b"\x06netbox\x07example" in name_server.recv(512)


def test_sigterm_while_name_resolution_hangs(office, netbox_kea, name_server, threads, record_property):
    server = netbox_kea({"netbox-url": "http://netbox.example"}, {**threads, **BY_HAND})
    assert is_asked(name_server)
    office.sees(STRANGER, address=FIRST)
    stopped = server.stop()
    assert stopped.code == 0
    record_property("said", f"ended {stopped.seconds:.2f} s after SIGTERM while the name server keeps its answer")


def test_reloaded_while_name_resolution_hangs(office, netbox, netbox_kea, hook_entry, name_server):
    server = netbox_kea({"netbox-url": "http://netbox.example"}, BY_HAND)
    assert is_asked(name_server)
    server.reload()
    assert is_asked(name_server)
    office.sees(STRANGER, address=FIRST)
    server.reload({"hooks-libraries": [hook_entry()]})
    eventually(server.http.healthy)
    all_are_served(office)
    assert server.stop().code == 0


def test_sigterm_at_any_moment_of_a_sync(office, netbox, netbox_kea, threads):
    server = netbox_kea(config={**threads, **BY_HAND}, start=False)
    netbox.fault("slow", seconds=0.02)
    choose = random.Random(os.getpid())
    for turn in range(20):
        server.start()
        if turn % 2:
            server.command("config-reload")
        time.sleep(choose.uniform(0, 0.4))
        assert server.stop().code == 0, f"turn {turn} of seed {os.getpid()}\n{server.tail()}"
    assert not server.logged("NETBOX_STOP_TIMED_OUT|NETBOX_CALLOUT_FAILED")
    netbox.clear()
    server.start()
    all_are_served(office)


def test_sigterm_in_the_midst_of_changes(office, netbox, followed_kea, threads):
    server = followed_kea(config=threads)
    choose = random.Random(os.getpid())
    for turn in range(10):
        for number in range(5):
            office.set_option([f"10.0.{turn}.{number + 1}"])
        time.sleep(choose.uniform(0, 0.3))
        assert server.stop().code == 0, f"turn {turn} of seed {os.getpid()}\n{server.tail()}"
        server.start()
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.9.5"])


def test_sigterm_while_a_client_has_sent_half_a_webhook(office, followed_kea):
    server = followed_kea()
    with half_a_webhook(server):
        assert server.stop().code == 0
    assert not server.logged("NETBOX_STOP_TIMED_OUT")


def test_shutdown_by_command(office, netbox, netbox_kea):
    held = netbox.fault("hold")
    server = netbox_kea()
    assert held.wait_held()
    server.command("shutdown")
    assert eventually(lambda: not server.running) and server.process.returncode == 0
    assert held.holding


@pytest.fixture
def stuck(tmp_path):
    """A file that whoever opens it hangs, as on a file server that is gone: nothing can end such a thread."""
    file = tmp_path / "stuck"
    os.mkfifo(file)
    return file


def test_sigterm_while_a_thread_is_stuck(office, netbox_kea, stuck, threads, record_property):
    server = netbox_kea({"netbox-token-file": str(stuck)}, {**threads, **BY_HAND})
    server.wait_log("NETBOX_SYNC_STARTED")
    office.sees(STRANGER, address=FIRST)
    stopped = server.stop()
    assert stopped.code == 0
    assert server.logged("NETBOX_STOP_TIMED_OUT")
    record_property("said", f"ended {stopped.seconds:.2f} s after SIGTERM while a thread is stuck for good")


@IPV4
def test_a_stuck_thread_is_left_behind_and_another_begins(office, netbox, netbox_kea, hook_entry, stuck):
    server = netbox_kea({"netbox-token-file": str(stuck)}, BY_HAND)
    server.wait_log("NETBOX_SYNC_STARTED")
    server.reload({"hooks-libraries": [hook_entry()]})
    all_are_served(office)
    begin = server.mark()
    stuck.write_text("a token that comes too late\n")          # wakes it; it gives its port back
    server.wait_log("NETBOX_LISTENING", begin)
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    follows(office, server, "10.0.0.1")
    assert not server.logged("NETBOX_FAILED", begin)
    assert server.stop().code == 0


def test_sigterm_when_every_library_is_out(office, followed_kea, failing):
    server = followed_kea(libraries=[failing.entry])
    failing.load()
    server.reload(expect=1)
    assert server.stop().code == 0


# NetBox away at the start

def test_netbox_away_at_the_start(office, netbox, netbox_kea, threads):
    """What Kea's file has is served, and one retry after NetBox is there all of it."""
    netbox.refuse()
    server = netbox_kea(config={**threads, **BY_HAND})
    server.wait_log("ERROR .*NETBOX_FAILED")
    office.sees(STRANGER, address=FIRST)
    assert server.http.health()[0] == 503
    netbox.listen()
    begin = server.mark()
    all_are_served(office)
    eventually(server.http.healthy)
    assert len(server.logged("NETBOX_SYNC_STARTED", begin)) <= 1
    assert server.logged("NETBOX_WELL", begin)
    assert len(server.logged("NETBOX_FAILED")) == 1


@pytest.mark.parametrize("fault", [("status", {"status": 500}), ("html", {}), ("truncate", {}), ("reset", {}),
                                   ("status", {"status": 403})],
                         ids=["500", "html", "truncated", "reset", "403"])
def test_netbox_ill_at_the_start(office, netbox, netbox_kea, fault):
    kind, detail = fault
    netbox.fault(kind, **detail)
    server = netbox_kea(config=BY_HAND)
    server.wait_log("ERROR .*NETBOX_FAILED")
    office.sees(STRANGER, address=FIRST)
    netbox.clear()
    begin = server.mark()
    all_are_served(office)
    assert len(server.logged("NETBOX_SYNC_STARTED", begin)) <= 1


def test_marked_subnets_of_keas_own_file_are_served_while_netbox_is_away(office, netbox, followed_kea, threads):
    server = followed_kea(config=threads)
    server.config["subnet4"] = list(server.subnets().values())
    netbox.refuse()
    server.restart()
    all_are_served(office)
    office.set_option(["10.0.0.1"])
    netbox.listen()
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.0.1"])
    assert not server.logged("NETBOX_REPLACED")


def test_a_signal_of_keas_own_is_not_swallowed_by_our_threads(office, followed_kea):
    server = followed_kea()
    for _ in range(3):
        begin = server.mark()
        server.process.send_signal(signal.SIGHUP)
        server.wait_log("DHCP4_DYNAMIC_RECONFIGURATION_SUCCESS", begin)
    all_are_served(office)
