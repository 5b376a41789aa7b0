# SPDX-License-Identifier: MPL-2.0
"""Nothing that is refused, ours or anybody's, leaves clients without an answer."""

import contextlib
import os
import shutil
import socket

import pytest

from client import mac
from hook_http import HookHttp
from kea_server import subnet
from objects import sync
from office import DEVICE_MAC, FIRST, STRANGER, in_range
from twins import BOTH, IPV4
from waiting import eventually

pytestmark = BOTH

BAD_OPTION = {"option-data": [{"name": "domain-name-servers", "data": "not an address"}]}
SAME_PREFIX_TWICE = {"subnet4": [subnet(900, "10.9.0.0/24"), subnet(901, "10.9.0.0/24")]}
TYPOS = {"netbox-verify-tls": "yes", "ownership": "mine", "prefix-fliter": {}}


@pytest.fixture
def beside(kea, hook_entry, netbox, failing, threads):
    """A server that follows NetBox with the failing library beside: loaded before ours, or behind."""
    def make(first=False):
        ours = hook_entry()
        libraries = [failing.entry, ours] if first else [ours, failing.entry]
        server = kea({**threads, "hooks-libraries": libraries})
        return followed(server, ours, netbox)
    return make


def followed(server, entry, netbox):
    from conftest import SECRET
    server.http = HookHttp(entry["parameters"]["port"], SECRET)
    eventually(server.http.healthy)
    netbox.add_webhook(server.http.event_url, secret=SECRET)
    netbox.webhooks_idle()
    return server


def all_are_served(office):
    """What NetBox says: a reserved client, one of the pool, one behind the relay."""
    office.sees(DEVICE_MAC, address="10.0.0.5", hostname="alpha")
    office.sees(STRANGER, address=in_range)
    office.sees_in_branch(STRANGER, address=in_range)


def follows(office, server, router):
    """A change in NetBox reaches the client, and all is well then."""
    office.set_option([router])
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=[router])
    eventually(server.http.healthy)


def config_sets(server, since):
    return len(server.logged("COMMAND_RECEIVED Received command 'config-set'", since))


@contextlib.contextmanager
def unusable_lease_file(server):
    """Kea can't open its lease database, which no config-test looks at."""
    file, aside = server.folder / "leases", server.folder / "leases-aside"
    file.rename(aside)
    file.mkdir()
    yield
    shutil.rmtree(file)
    aside.rename(file)


# Our own config-set is refused

@pytest.mark.parametrize("first", [True, False], ids=["before-ours", "behind-ours"])
@pytest.mark.parametrize("what", ["load", "config"])
def test_clients_are_served_when_another_library_refuses_our_config_set(office, beside, failing, what, first):
    server = beside(first)
    getattr(failing, what)(once=True)
    begin = server.mark()
    office.set_option(["10.0.0.1"])
    server.wait_log("ERROR .*NETBOX_CONFIG_SET_REFUSED", begin)
    all_are_served(office)
    office.sees(DEVICE_MAC, routers=[])
    assert config_sets(server, begin) == 2          # ours, and the one that put the last good back
    assert not server.logged("NETBOX_PUT_BACK", begin)
    status, health = server.http.health()
    assert status == 503 and "refused" in health["reason"]
    follows(office, server, "10.0.0.2")


def test_libraries_are_in_again_after_a_load_that_failed_in_our_config_set(office, beside, failing):
    server = beside()
    begin = len(failing.journal)
    failing.load(once=True)
    office.set_option(["10.0.0.1"])
    server.wait_log("NETBOX_CONFIG_SET_REFUSED")
    assert failing.journal[begin:] == ["unload", "load", "unload", "load", "configured"]
    assert not server.logged("NETBOX_STOPPED")
    follows(office, server, "10.0.0.2")


def test_ten_refusals_in_a_row_do_no_harm(office, beside, failing):
    server = beside()
    for number in range(10):
        failing.load(once=True)
        begin = server.mark()
        office.set_option([f"10.0.0.{number + 1}"])
        server.wait_log("NETBOX_CONFIG_SET_REFUSED", begin)
        all_are_served(office)
        assert config_sets(server, begin) == 2
    follows(office, server, "10.0.0.99")


def test_the_same_refused_configuration_is_not_tried_with_each_webhook(office, beside, failing):
    server = beside()
    failing.load(once=True)
    office.set_option(["10.0.0.1"])
    server.wait_log("NETBOX_CONFIG_SET_REFUSED")
    begin = server.mark()
    for _ in range(10):
        server.http.event("prefix", office.prefix)
        eventually(lambda: server.http.health()[1]["queued"] == 0)
    all_are_served(office)
    assert config_sets(server, begin) == 0


def test_a_full_sync_tries_again_what_was_refused(office, beside, failing):
    server = beside()
    failing.load(once=True)
    office.set_option(["10.0.0.1"])
    server.wait_log("NETBOX_CONFIG_SET_REFUSED")
    sync(server)
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.0.1"])
    eventually(server.http.healthy)


def test_a_lease_file_that_has_become_unusable_is_got_over(office, netbox, followed_kea, threads):
    """Neither the new nor the last good configuration can be put in force while it is."""
    server = followed_kea(config=threads)
    with unusable_lease_file(server):
        begin = server.mark()
        office.set_option(["10.0.0.1"])
        server.wait_log("ERROR .*NETBOX_PUT_BACK_FAILED", begin)
        eventually(lambda: "Kea" in server.http.health()[1].get("reason", ""))
        assert server.http.health()[0] == 503
        begin = server.mark()
        server.wait_log("ERROR .*NETBOX_PUT_BACK_FAILED", begin)
    all_are_served(office)
    assert server.logged("NETBOX_PUT_BACK ", begin)
    follows(office, server, "10.0.0.2")


# Somebody else's reconfiguration is refused

REFUSALS = {"a bad option": BAD_OPTION, "a prefix twice": SAME_PREFIX_TWICE, "a library's load": {}, "a library's callout": {}}


def reconfigure(server, how, config):
    """Is refused."""
    if how == "config-set":
        server.set(config, expect=1)
    elif how == "config-reload":
        server.reload(config, expect=1)
    else:
        assert not server.sighup(config)


@pytest.mark.parametrize("why", REFUSALS)
@pytest.mark.parametrize("how", ["config-set", "config-reload", "SIGHUP"])
def test_clients_are_served_when_somebodys_reconfiguration_is_refused(office, netbox, beside, failing, how, why):
    server = beside()
    if why == "a library's load":
        failing.load(once=True)
    elif why == "a library's callout":
        failing.config(once=True)
    netbox.refuse()
    begin = server.mark()
    reconfigure(server, how, REFUSALS[why])
    all_are_served(office)
    netbox.listen()
    follows(office, server, "10.0.0.1")
    # Theirs, the rescue, what is put back when the library begins again, and the change.
    assert config_sets(server, begin) <= 4
    end = sync(server)
    assert config_sets(server, end) == 0


def test_clients_are_served_after_a_value_that_only_config_set_refuses(office, netbox, followed_kea, failing, threads):
    """It passes our checks, Kea's parsers and config-test; another library does not take it."""
    server = followed_kea({"subnet-prefix-map": {"user-context.note": "description"}}, threads, libraries=[failing.entry])
    begin = server.mark()
    netbox.change("ipam.prefix", office.prefix, description="poison")
    server.wait_log("ERROR .*NETBOX_CONFIG_SET_REFUSED .*refused by the failing hook", begin)
    office.sees(DEVICE_MAC, address="10.0.0.5", hostname="alpha")
    office.sees(STRANGER, address=in_range)
    assert server.http.health()[0] == 503
    netbox.change("ipam.prefix", office.prefix, description="wholesome")
    eventually(server.http.healthy)
    assert server.subnets()[office.prefix]["user-context"]["note"] == "wholesome"


@pytest.mark.parametrize("how", ["config-reload", "SIGHUP"])
def test_clients_are_served_when_the_file_is_broken(office, followed_kea, threads, how):
    server = followed_kea(config=threads)
    server.config_file.write_text('{"Dhcp4": {"subnet4": [')
    begin = server.mark()
    if how == "SIGHUP":
        server.process.send_signal(1)
        server.wait_log("DHCP4_DYNAMIC_RECONFIGURATION_FAIL", begin)
    else:
        server.command("config-reload", expect=1)
    all_are_served(office)
    follows(office, server, "10.0.0.1")


def test_clients_are_served_after_a_refused_sighup_though_netbox_holds_a_request(office, netbox, followed_kea, threads):
    """No command_processed tells of it, and the worker waits."""
    server = followed_kea(config=threads)
    held = netbox.fault("hold", "ipam.prefix")
    server.http.event("tag", 1)
    assert held.wait_held()
    assert not server.sighup(BAD_OPTION)
    all_are_served(office)
    assert held.holding
    held.release()
    follows(office, server, "10.0.0.1")


def test_twenty_refused_reloads_cost_a_bounded_number_of_config_sets(office, followed_kea, threads):
    server = followed_kea(config=threads)
    begin = server.mark()
    good = server.config.get("subnet4", [])
    for _ in range(20):
        server.reload(SAME_PREFIX_TWICE, expect=1)
    all_are_served(office)
    eventually(server.http.healthy)
    assert config_sets(server, begin) <= 20 * 2 + 1
    begin = sync(server)
    assert config_sets(server, begin) == 0
    server.reload({"subnet4": good})
    follows(office, server, "10.0.0.1")


def test_a_refused_control_socket_leaves_clients_served(office, followed_kea, threads):
    """Kea itself does not open the old one again."""
    server = followed_kea(config=threads)
    assert not server.sighup({"control-socket": {"socket-type": "unix", "socket-name": "/no/such/folder/socket"}})
    all_are_served(office)
    follows(office, server, "10.0.0.1")


def test_an_operators_lease_database_that_can_not_be_opened(office, followed_kea, threads):
    server = followed_kea(config=threads)
    begin = server.mark()
    server.reload({"lease-database": {"type": "memfile", "name": "/no/such/folder/leases"}}, expect=1)
    all_are_served(office)
    assert config_sets(server, begin) <= 2


def test_the_last_good_is_put_back_once_it_can_be(office, followed_kea, threads):
    """Refused, and what was in force before is refused as well, until the cause is mended. Tried in growing distance."""
    server = followed_kea(config=threads)
    begin = server.mark()
    with unusable_lease_file(server):
        assert not server.sighup()
        server.wait_log("ERROR .*NETBOX_PUT_BACK_FAILED", begin)
        eventually(lambda: "Kea" in server.http.health()[1].get("reason", ""))
        begin = server.mark()
        server.wait_log("ERROR .*NETBOX_PUT_BACK_FAILED", begin)
    assert config_sets(server, begin) <= 2
    all_are_served(office)
    follows(office, server, "10.0.0.1")


def test_a_good_reload_brings_back_what_was_served_when_every_library_was_out(office, netbox, beside, failing):
    server = beside()
    netbox.refuse()
    failing.load()
    server.reload(expect=1)
    server.round_trip()
    with pytest.raises(ConnectionRefusedError):
        server.http.health()
    failing.load(False)
    server.reload()
    all_are_served(office)
    netbox.listen()
    follows(office, server, "10.0.0.1")


# A typo in our parameters

def test_a_typo_at_the_first_start_refuses_it_and_names_all(office, netbox, netbox_kea):
    log = netbox_kea(TYPOS, start=False).refused_to_start()
    [line] = [line for line in log.splitlines() if "NETBOX_CONFIGURATION_REFUSED" in line]
    assert " ERROR " in line and all(name in line for name in TYPOS)
    assert netbox.requests == []


@pytest.mark.parametrize("how", ["config-set", "config-reload", "SIGHUP"])
def test_a_typo_while_the_server_runs_changes_nothing(office, followed_kea, hook_entry, threads, how):
    """Not even what is right beside it: the old parameters stay, all of them."""
    server = followed_kea(config=threads)
    good = server.config["hooks-libraries"]
    wrong = {"hooks-libraries": [hook_entry({**TYPOS, "prefix-filter": {"cf_dhcp_enabled": False}})]}
    begin = server.mark()
    if how == "SIGHUP":
        assert server.sighup(wrong)
    else:
        server.set(wrong) if how == "config-set" else server.reload(wrong)
    all_are_served(office)
    [line] = server.logged(".*NETBOX_CONFIGURATION_KEPT.*", begin)
    assert " ERROR " in line and all(name in line for name in TYPOS)
    office.set_option(["10.0.0.1"])
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.0.1"])
    sync(server)
    status, health = server.http.health()
    assert status == 503 and all(name in health["reason"] for name in TYPOS)
    all_are_served(office)
    server.reload({"hooks-libraries": good})
    follows(office, server, "10.0.0.2")


def test_a_typo_says_so_until_it_is_mended_whatever_else_is_reloaded(office, followed_kea, hook_entry):
    server = followed_kea()
    good = server.config["hooks-libraries"]
    server.reload({"hooks-libraries": [hook_entry(TYPOS)]})
    server.reload({"valid-lifetime": 4001})
    begin = server.mark()
    server.command("libreload")
    server.wait_log("NETBOX_SYNCED", begin)
    status, health = server.http.health()
    assert status == 503 and "ownership" in health["reason"]
    assert len(server.logged("NETBOX_CONFIGURATION_KEPT")) == 3
    server.reload({"hooks-libraries": good})
    follows(office, server, "10.0.0.1")


def test_the_library_added_at_a_reload_with_a_typo_does_nothing(office, netbox, kea, hook_entry, client, threads):
    by_hand = subnet(77, "10.0.0.0/24", f"{FIRST} - {FIRST}")
    server = kea({**threads, "subnet4": [by_hand]})
    tasks = len(list_tasks(server))
    begin = server.mark()
    server.reload({"hooks-libraries": [hook_entry({**TYPOS, "port": 0})]})
    assert client.lease(mac(50)).address == FIRST
    [line] = server.logged(".*NETBOX_CONFIGURATION_KEPT.*", begin)
    assert " ERROR " in line and all(name in line for name in (*TYPOS, "port"))
    assert len(list_tasks(server)) == tasks
    assert netbox.requests == []
    entry = hook_entry()
    server.reload({"hooks-libraries": [entry]})
    followed(server, entry, netbox)
    follows(office, server, "10.0.0.1")


def list_tasks(server):
    return os.listdir(f"/proc/{server.pid}/task")


# What is no mistake of the configuration

@contextlib.contextmanager
def taken(port):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


@IPV4
def test_a_port_in_use_at_the_start(office, netbox, netbox_kea, threads):
    from conftest import free_port
    port = free_port()
    with taken(port):
        server = netbox_kea({"port": port}, threads)
        server.wait_log("ERROR .*NETBOX_LISTEN_FAILED")
        all_are_served(office)
        assert len(server.logged("NETBOX_LISTEN_FAILED")) == 1
    server.wait_log("NETBOX_LISTENING")
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    follows(office, server, "10.0.0.1")


@IPV4
def test_a_port_in_use_at_a_reload(office, netbox, followed_kea, hook_entry):
    from conftest import free_port
    server = followed_kea()
    port = free_port()
    with taken(port):
        server.reload({"hooks-libraries": [hook_entry({"port": port})]})
        server.wait_log("ERROR .*NETBOX_LISTEN_FAILED")
        all_are_served(office)
    server.http.port = port
    eventually(server.http.healthy)
    all_are_served(office)


@IPV4
@pytest.mark.parametrize("name", ["netbox-token-file", "secret-file"])
def test_a_file_that_is_missing_at_the_start(office, netbox, netbox_kea, tmp_path, name):
    """The server starts and serves what it has; when the file is there, all of it."""
    from conftest import SECRET, TOKEN
    later = tmp_path / "later"
    by_hand = subnet(77, "10.0.0.0/24", f"{FIRST} - {FIRST}")
    server = netbox_kea({name: str(later)}, {"subnet4": [by_hand]})
    server.wait_log(f"ERROR .*NETBOX_.*FAILED .*{name}.*{later}")
    office.sees(STRANGER, address=FIRST)
    if name == "netbox-token-file":
        status, health = server.http.health()
        assert status == 503 and name in health["reason"]
    later.write_text(TOKEN if name == "netbox-token-file" else SECRET)
    eventually(server.http.healthy)
    all_are_served(office)


@IPV4
def test_a_ca_file_that_is_missing_at_the_start(network, tmp_path, netbox_kea, client):
    from conftest import TOKEN
    from office import Office
    from standin import StandIn
    from test_tls import Authority
    authority = Authority(tmp_path, "ours")
    certificate, key = authority.sign("netbox", "IP:127.0.0.1")
    later = tmp_path / "later.pem"
    with StandIn(token=TOKEN, tls_cert=str(certificate), tls_key=str(key)) as netbox:
        office = Office(netbox, client)
        by_hand = subnet(77, "10.0.0.0/24", f"{FIRST} - {FIRST}")
        server = netbox_kea({"netbox-url": netbox.url, "netbox-ca-file": str(later)}, {"subnet4": [by_hand]})
        server.wait_log("ERROR .*NETBOX_FAILED")
        office.sees(STRANGER, address=FIRST)
        status, health = server.http.health()
        assert status == 503 and str(later) in health["reason"]
        shutil.copy(authority.file, later)
        eventually(server.http.healthy)
        all_are_served(office)
