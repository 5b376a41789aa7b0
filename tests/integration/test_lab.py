# SPDX-License-Identifier: MPL-2.0
"""The laboratory itself, on a plain Kea: what it says of a server can be trusted, also where it says "no answer"."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from client import NoAnswer, mac
from kea_server import reservation, subnet
from twins import BOTH
from waiting import eventually

RELAY = "10.1.0.1"


def near(**keys):
    return subnet(1, "10.0.0.0/24", "10.0.0.10 - 10.0.0.99", **keys)


def far(**keys):
    return subnet(2, "10.1.0.0/24", "10.1.0.10 - 10.1.0.99", **keys)


@pytest.fixture(params=["raw", "udp"])
def sockets(request, link):
    """Both kinds of Kea's sockets; with "udp" it serves clients behind relays, and renewals, only."""
    return {"interfaces-config": {"interfaces": [link.interface], "dhcp-socket-type": request.param}}


def test_lease_from_a_pool(kea, client):
    kea({"subnet4": [near()]})
    lease = client.lease(mac(1))
    assert (lease.type, lease.address, lease.server_id) == ("ACK", "10.0.0.10", "10.0.0.1")
    assert client.renew(lease).address == "10.0.0.10"


def test_relayed_client_of_a_second_subnet(kea, client, sockets):
    kea({**sockets, "subnet4": [near(), far()]})
    lease = client.lease(mac(1), RELAY)
    assert lease.address == "10.1.0.10"
    for answer in (client.renew(lease), client.init_reboot(lease)):
        assert (answer.type, answer.address) == ("ACK", lease.address)


def test_options_as_a_client_reads_them(kea, client):
    options = [("routers", "10.0.0.1, 10.0.0.2"), ("domain-name-servers", "10.0.0.53"), ("ntp-servers", "10.0.0.123"),
               ("domain-search", "one.example, two.example"), ("domain-name", "example")]
    kea({"subnet4": [near(next_server="10.0.0.3", boot_file_name="pxe.0", valid_lifetime=1234,
                          option_data=[{"name": name, "data": data} for name, data in options])]})
    lease = client.lease(mac(1))
    assert lease.netmask == "255.255.255.0"
    assert lease.routers == ["10.0.0.1", "10.0.0.2"]
    assert lease.dns == ["10.0.0.53"]
    assert lease.ntp == ["10.0.0.123"]
    assert lease.domain_search == ["one.example", "two.example"]
    assert lease.domain_name == "example"
    assert (lease.next_server, lease.boot_file, lease.lease_time) == ("10.0.0.3", "pxe.0", 1234)
    assert lease.hostname is None


@BOTH
def test_reservation_with_a_hostname(kea, client):
    kea({"subnet4": [near(reservations=[reservation(mac(7), "10.0.0.200", hostname="printer")])]})
    lease = client.lease(mac(7))
    assert (lease.address, lease.hostname) == ("10.0.0.200", "printer")
    assert client.lease(mac(8)).address == "10.0.0.10"


def test_reservation_by_client_id(kea, client):
    host = {"client-id": "01020304", "ip-address": "10.0.0.201"}
    kea({"subnet4": [near(reservations=[host])]})
    assert client.lease(mac(1), client_id=bytes.fromhex("01020304")).address == "10.0.0.201"


@BOTH
def test_unknown_subnet_is_ignored(kea, client):
    server = kea({"subnet4": [near()]})
    known = client.lease(mac(1))
    stranger = client.discovery(mac(2), giaddr="10.9.0.1")
    assert client.is_ignored(stranger, probe=known)
    assert not client.is_ignored(client.discovery(mac(2)), probe=known)
    server.reload({"subnet4": [near(), subnet(9, "10.9.0.0/24", "10.9.0.10 - 10.9.0.20")]})
    assert not client.is_ignored(stranger, probe=known)


@BOTH
def test_silence_proves_nothing_without_a_probe_that_is_answered(kea, client, monkeypatch):
    server = kea({"subnet4": [near()]})
    known = client.lease(mac(1))
    server.reload({"subnet4": []})
    monkeypatch.setattr("client.RESEND", 0.1)
    monkeypatch.setattr("client.PATIENCE", 0)
    with pytest.raises(NoAnswer):
        client.is_ignored(client.discovery(mac(2), giaddr="10.9.0.1"), probe=known)


def test_moved_reservation_means_nak_and_then_the_new_address(kea, client):
    def at(address):
        return {"subnet4": [near(reservations=[reservation(mac(7), address)])]}
    server = kea(at("10.0.0.200"))
    lease = client.lease(mac(7))
    assert client.init_reboot(lease).type == "ACK"
    server.reload(at("10.0.0.201"))
    assert client.renew(lease).type == "NAK"
    assert client.init_reboot(lease).type == "NAK"
    assert client.until(mac(7), address="10.0.0.201").type == "ACK"


def test_until_says_what_it_saw(kea, client, monkeypatch):
    kea({"subnet4": [near()]})
    monkeypatch.setattr("client.PATIENCE", 0)
    with pytest.raises(AssertionError, match="10.0.0.77.*last saw <OFFER 10.0.0.10"):
        client.until(mac(1), address="10.0.0.77")


@BOTH
def test_released_and_declined_addresses(kea, client):
    server = kea({"subnet4": [subnet(1, "10.0.0.0/24", "10.0.0.10 - 10.0.0.10")]})
    lease = client.lease(mac(1))
    client.release(lease)
    server.round_trip()
    lease = client.lease(mac(2))
    assert lease.address == "10.0.0.10"
    client.decline(lease)
    server.wait_log("DHCP4_DECLINE_LEASE")
    assert client.is_ignored(client.discovery(mac(3)), probe=server.round_trip)


@BOTH
def test_leases_survive_a_restart(kea, client):
    server = kea({"subnet4": [near()]})
    client.lease(mac(1))
    second = client.lease(mac(2))
    server.restart()
    assert client.renew(second).address == second.address == client.lease(mac(2)).address


@BOTH
def test_stop_is_orderly(kea):
    server = kea({"subnet4": [near()]})
    assert server.stop().code == 0
    assert not server.running
    assert server.logged("DHCP4_SHUTDOWN ")


def test_stop_of_a_server_that_hangs_fails(kea, monkeypatch):
    server = kea({})
    pid = server.pid
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr("kea_server.STOP_BOUND", 0.2)
    with pytest.raises(AssertionError, match="ignored SIGTERM"):
        server.stop()
    assert not os.path.exists(f"/proc/{pid}")


def test_refused_start(kea):
    server = kea({"no-such-key": 1}, start=False)
    assert server.check()[0] != 0
    assert "no-such-key" in server.refused_to_start()


def test_accepted_start_is_no_refusal(kea):
    server = kea({}, start=False)
    assert server.check()[0] == 0
    with pytest.raises(AssertionError, match="against expectation"):
        server.refused_to_start()


def test_reload_by_signal(kea, client):
    server = kea({"subnet4": [near()]})
    assert server.sighup({"subnet4": [near(next_server="10.0.0.3")]})
    assert client.lease(mac(1)).next_server == "10.0.0.3"
    assert not server.sighup({"subnet4": [subnet(1, "no prefix")]})


@BOTH
def test_refused_config_set_leaves_kea_deaf_until_a_good_one(kea, client):
    """Kea 2.2: the sockets stay closed after the parser refused, while the control socket says that all is well."""
    server = kea({"subnet4": [near()]})
    lease = client.lease(mac(1))
    bad = near(option_data=[{"name": "routers", "data": "no address"}])
    assert "Failed to convert" in server.set({"subnet4": [bad]}, expect=1)["text"]
    assert client.is_ignored(client.renewal(lease), probe=server.round_trip)
    assert server.subnets()[1]["option-data"] == []
    server.set({})
    assert client.renew(lease).granted


@BOTH
def test_failing_load_and_refused_configuration(kea, client, failing):
    server = kea({"subnet4": [near()], "hooks-libraries": [failing.entry]})
    assert failing.journal[-1] == "configured"
    failing.load()
    server.reload(expect=1)
    assert client.is_ignored(client.discovery(mac(1)), probe=server.round_trip)
    failing.load(False)
    failing.config()
    assert "refused by the failing hook" in server.reload(expect=1)["text"]
    failing.config(False)
    server.reload()
    assert server.serves(mac(1))


def test_failing_load_refuses_the_start(kea, failing):
    failing.load()
    log = kea({"hooks-libraries": [failing.entry]}, start=False).refused_to_start()
    assert "HOOKS_LOAD_ERROR" in log
    assert failing.journal == ["load", "unload"]


@BOTH
def test_multi_threaded_server_is_served_the_same(kea, client):
    kea({"subnet4": [near(), far()], "multi-threading": {"enable-multi-threading": True}})
    known = client.lease(mac(1), RELAY)
    assert client.is_ignored(client.discovery(mac(2), giaddr="10.9.0.1"), probe=known)


def test_network_holds_nothing_but_the_link(link):
    assert {name for _, name in socket.if_nameindex()} == {"lo", link.interface}


def test_killed_harness_leaves_nothing_behind(link, tmp_path):
    """Not even SIGKILL, after which no finalizer runs, leaves a server, a namespace or an interface."""
    script = ("import pathlib, sys; from lab import Link; from kea_server import Kea\n"
              "link = Link(['10.200.0.1/24']); server = Kea(pathlib.Path(sys.argv[1]), link).start()\n"
              "print(link.process.pid, server.pid, link.interface, flush=True); sys.stdin.read()")
    harness = subprocess.Popen([sys.executable, "-c", script, tmp_path / "kea"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env={**os.environ, "PYTHONPATH": os.path.dirname(__file__)}, text=True)
    wire, server, interface = harness.stdout.readline().split()
    assert interface in {name for _, name in socket.if_nameindex()}
    harness.kill()
    harness.communicate()
    eventually(lambda: not alive(wire) and not alive(server))
    eventually(lambda: {name for _, name in socket.if_nameindex()} == {"lo", link.interface})


def alive(pid):
    """Whether it runs; one that waits to be reaped does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
