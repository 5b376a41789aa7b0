# SPDX-License-Identifier: MPL-2.0
"""The parameter config-write: what Kea serves from NetBox is in its own file, whole or not at all."""

import json
import os
import pwd
import random
import shutil
import subprocess
import time

import pytest

from conftest import SECRET
from hook_http import HookHttp
from kea_server import subnet
from lab import mount, private_mounts
from objects import addresses, configurations, sync, synced
from office import DEVICE_MAC, STRANGER, in_range
from twins import BOTH
from waiting import PATIENCE, eventually

pytestmark = BOTH

BY_HAND = {"subnet4": [subnet(77, "10.7.0.0/24", "10.7.0.10 - 10.7.0.20")]}


def written(server):
    """What the file says, below "Dhcp4"."""
    return server.hear(json.loads(server.config_file.read_text()))["Dhcp4"]


def kea_takes(server):
    """Kea's -t"""
    words = [server.binary, "-t", server.config_file]
    return subprocess.run(words, env=server.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def copies(server):
    return sorted(server.folder.glob("kea.conf.before-netbox.*"))


def is_as_running(server):
    eventually(lambda: written(server) == server.running_config(), "the file is what Kea runs")


def start_from_the_file(server):
    """Starts it with the file as it stands."""
    server.write = lambda config=None: server
    return server.start()


@pytest.fixture
def writing_kea(office, netbox, netbox_kea):
    """writing_kea({configuration}) has done its first sync and follows webhooks."""
    def make(config=None, parameters=None, **options):
        server = netbox_kea({"config-write": True, **(parameters or {})}, config, **options)
        synced(server)
        netbox.add_webhook(server.http.event_url, secret=server.http.secret)
        return server
    return make


def changes(office, router):
    """A change of NetBox's that reaches a client."""
    office.set_option([router])
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=[router])


# Written

def test_the_file_is_what_kea_runs_after_the_first_sync_and_after_each_webhook(office, writing_kea):
    server = writing_kea()
    is_as_running(server)
    assert [each["subnet"] for each in written(server)["subnet4"]] == ["10.0.0.0/24", "10.1.0.0/24"]
    changes(office, "10.0.0.9")
    is_as_running(server)
    assert {"name": "routers", "data": "10.0.0.9"}.items() <= written(server)["subnet4"][0]["option-data"][0].items()


def test_the_file_is_what_kea_s_own_config_write_writes(office, writing_kea):
    server = writing_kea({"option-data": [{"name": "domain-name", "data": "größe.example"}],
                          "user-context": {"name": "名 \"\\/\n\x7f"},
                          "valid-lifetime": 4000, "t1-percent": 0.45})
    server.command("config-write", {"filename": str(server.folder / "kea-wrote")})
    # Kea writes the bytes of a letter as letters of their own.
    kea_wrote = server.hear(json.loads((server.folder / "kea-wrote").read_text()))["Dhcp4"]
    assert written(server) == json.loads(json.dumps(kea_wrote, ensure_ascii=False).encode("latin-1").decode())
    assert "größe.example" in server.config_file.read_text()
    assert kea_takes(server)


def test_off_or_checking_only_nothing_is_written(office, netbox_kea):
    for parameters in ({}, {"config-write": True, "check-only": True}):
        server = netbox_kea(parameters)
        before = server.config_file.read_bytes()
        server.wait_log("NETBOX_SYNCED")
        sync(server)
        assert server.config_file.read_bytes() == before
        assert list(server.folder.glob("kea.conf*")) == [server.config_file]
        server.stop()


def test_mode_owner_and_link_are_kept(office, netbox_kea):
    server = netbox_kea({"config-write": True}, start=False)
    server.write()
    real = server.folder / "real.conf"
    server.config_file.rename(real)
    server.config_file.symlink_to("real.conf")
    os.chown(real, 1234, 4321)
    real.chmod(0o640)
    start_from_the_file(server)
    synced(server)
    is_as_running(server)
    assert server.config_file.is_symlink()
    now = real.stat()
    assert (now.st_mode & 0o7777, now.st_uid, now.st_gid) == (0o640, 1234, 4321)


def test_a_relative_path_begins_where_kea_was_started(office, netbox_kea, monkeypatch):
    server = netbox_kea({"config-write": True}, start=False)
    config_file, server.config_file = server.config_file, os.path.relpath(server.config_file, server.folder)
    monkeypatch.chdir(server.folder)
    server.write = lambda config=None: config_file.write_text(json.dumps(server.say({"Dhcp4": server.config})))
    server.start()
    server.config_file = config_file
    synced(server)
    is_as_running(server)


# Served from

def test_a_restart_without_netbox_serves_from_the_file(office, netbox, writing_kea):
    server = writing_kea()
    changes(office, "10.0.0.9")
    is_as_running(server)
    server.kill()
    netbox.refuse()
    start_from_the_file(server)
    office.sees(DEVICE_MAC, address="10.0.0.5", hostname="alpha", routers=["10.0.0.9"])
    office.sees(STRANGER, address=in_range)
    server.wait_log("NETBOX_FAILED")


def test_a_sync_that_finds_nothing_new_does_not_touch_the_file(office, writing_kea):
    server = writing_kea()
    is_as_running(server)
    server.stop()
    before, begin = server.config_file.stat(), server.mark()
    start_from_the_file(server)
    server.wait_log("NETBOX_SYNCED", begin)
    assert configurations(server, begin) <= 2  # the start's own, and ours once
    sync(server)
    after = server.config_file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_was_written_into_a_subnet_of_ours_by_hand_stays_in_a_copy(office, writing_kea):
    server = writing_kea()
    is_as_running(server)
    config = written(server)
    config["subnet4"][0]["reservations"].append({"hw-address": "02:00:00:00:00:77", "ip-address": "10.0.0.77"})
    server.reload(config)
    eventually(lambda: copies(server))
    assert "02:00:00:00:00:77" in copies(server)[0].read_text()
    is_as_running(server)


@pytest.mark.parametrize("how", ["config-reload", "SIGHUP"])
def test_the_operator_edits_the_file_and_reloads(office, writing_kea, how):
    server = writing_kea()
    is_as_running(server)
    config = written(server)
    config["decline-probation-period"] = 77
    config["option-data"] = [{"name": "domain-name", "data": "edited.example"}]
    begin = server.mark()
    assert server.sighup(config) if how == "SIGHUP" else server.reload(config)
    server.wait_log("NETBOX_SYNCED", begin)
    office.sees(DEVICE_MAC, address="10.0.0.5", domain_name="edited.example")
    is_as_running(server)
    assert written(server)["decline-probation-period"] == 77
    changes(office, "10.0.0.9")
    is_as_running(server)
    assert not copies(server)


# The copy

def test_a_copy_stays_of_a_file_with_subnets_that_go(office, writing_kea):
    server = writing_kea(BY_HAND)
    is_as_running(server)
    [copy] = copies(server)
    assert [each["id"] for each in server.hear(json.loads(copy.read_text()))["Dhcp4"]["subnet4"]] == [77]
    assert server.logged(f"NETBOX_COPIED .*{copy.name}")
    changes(office, "10.0.0.9")
    is_as_running(server)
    assert copies(server) == [copy]


def test_no_copy_where_the_operator_s_subnets_stay(office, writing_kea):
    server = writing_kea(BY_HAND, {"ownership": "marked"})
    is_as_running(server)
    assert 77 in [each["id"] for each in written(server)["subnet4"]]
    assert not copies(server)


@pytest.mark.parametrize("shape", [
    {"subnet4": {}},
    {"subnet4": [{"id": 1, "subnet": "10.0.0.0/24", "user-context": {"netbox_prefix_id": 1}, "pools": "10.0.0.10 - 10.0.0.20"}]},
    {"shared-networks": "none"},
], ids=["subnets", "pools", "shared-networks"])
def test_a_file_with_another_thing_where_a_list_should_be_stays_in_a_copy(office, writing_kea, shape):
    server = writing_kea()
    is_as_running(server)
    odd = json.dumps(server.say({"Dhcp4": shape}))
    server.config_file.write_text(odd)
    changes(office, "10.0.0.9")
    is_as_running(server)
    [copy] = copies(server)
    assert copy.read_text() == odd
    assert server.running


# What stands in the way

@pytest.fixture
def disk(tmp_path):
    """A small one for the file alone."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with private_mounts():
        mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder))
        yield folder
        subprocess.run(["umount", "--recursive", "--lazy", folder])


def fill(disk, but=0):
    with (disk / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)) == 4096:
                pass
        except OSError:
            filler.truncate(filler.tell() - but)


def is_said_once_and_all_else_goes_on(office, server, reason):
    """Three changes reach the client while the file stays; the log names the reason, the file and what to do, once."""
    before = server.config_file.read_bytes()
    for number in range(3):
        changes(office, f"10.0.0.{101 + number}")
    eventually(lambda: str(server.config_file) in server.http.health()[1].get("config-write", ""), "/health/ names the file")
    status, health = server.http.health()
    assert (status, health["status"]) == (200, "ok")
    [said] = server.logged("NETBOX_WRITE_FAILED.*")
    assert str(server.config_file) in said and reason in said and "set config-write to false" in said
    assert server.config_file.read_bytes() == before
    assert [path.name for path in server.config_file.parent.iterdir() if "netbox" in path.name] == []


def is_well_again(office, server):
    begin = server.mark()
    changes(office, "10.0.0.200")
    server.wait_log("NETBOX_WRITE_WELL", begin)
    is_as_running(server)
    assert "config-write" not in server.http.health()[1]


def full(disk):
    fill(disk)
    return "No space left on device; make room", (disk / "filler").unlink


def nearly_full(disk):
    fill(disk, but=4096)
    return "No space left on device; make room", (disk / "filler").unlink


def read_only(disk):
    mount("-o", "remount,ro", str(disk))
    return "Read-only file system; mount it writable", lambda: mount("-o", "remount,rw", str(disk))


def a_mount_of_its_own(disk):
    file = disk / "kea.conf"
    mount("--bind", str(file), str(file))
    return "busy; it is a mount of its own", lambda: subprocess.run(["umount", file], check=True)


@pytest.mark.parametrize("trouble", [full, nearly_full, read_only, a_mount_of_its_own], ids=lambda trouble: trouble.__name__)
def test_what_keeps_it_from_writing_keeps_it_from_nothing_else(disk, office, netbox, netbox_kea, trouble):
    server = netbox_kea({"config-write": True}, start=False)
    server.config_file = disk / "kea.conf"
    server.start()
    synced(server)
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    is_as_running(server)
    reason, mend = trouble(disk)
    is_said_once_and_all_else_goes_on(office, server, reason)
    mend()
    is_well_again(office, server)


def test_no_room_for_the_copy_no_writing(disk, office, netbox, netbox_kea):
    server = netbox_kea({"config-write": True}, {**BY_HAND, "user-context": {"big": "x" * 100000}}, start=False)
    server.config_file = disk / "kea.conf"
    server.start()
    synced(server)
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    is_said_once_and_all_else_goes_on(office, server, "No space left")


@pytest.fixture
def kea_user(monkeypatch):
    """Kea runs as Debian's user."""
    capabilities = "+net_raw,+net_bind_service"
    monkeypatch.setenv("KEA_NETBOX_WRAP", f"setpriv --reuid=_kea --regid=_kea --clear-groups --inh-caps={capabilities} "
                                          f"--ambient-caps={capabilities} --pdeathsig=KILL")
    return pwd.getpwnam("_kea")


@pytest.mark.parametrize("group, mode, later", [("root", 0o644, 0o644), ("root", 0o664, 0o644), ("_kea", 0o640, 0o640)])
def test_a_folder_that_is_not_kea_s_is_opened_as_the_log_says(
        office, netbox, kea, hook_entry, tmp_path, kea_user, group, mode, later):
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o711)
    entry = hook_entry({"config-write": True})
    server = kea({"hooks-libraries": [entry]}, start=False)
    entry["library"] = server.config["hooks-libraries"][0]["library"] = shutil.copy(entry["library"], server.folder)
    server.http = HookHttp(entry["parameters"]["port"], SECRET)
    shutil.chown(server.folder, "_kea", "_kea")
    etc = tmp_path / "etc"
    etc.mkdir(mode=0o755)
    server.config_file = etc / "kea.conf"
    server.write()
    shutil.chown(server.config_file, "root", group)
    server.config_file.chmod(mode)
    start_from_the_file(server)
    synced(server)
    netbox.add_webhook(server.http.event_url, secret=SECRET)
    server.wait_log("NETBOX_WRITE_FAILED .*Permission denied; let Kea's user write in its folder \\(chgrp _kea, chmod g\\+w\\)")
    shutil.chown(etc, group="_kea")
    etc.chmod(0o775)
    is_well_again(office, server)
    now = server.config_file.stat()
    assert (now.st_uid, now.st_gid, now.st_mode & 0o7777) == (kea_user.pw_uid, kea_user.pw_gid, later)


def test_a_configuration_from_a_pipe_is_left_alone(office, netbox_kea):
    server = netbox_kea({"config-write": True}, start=False)
    os.mkfifo(server.config_file)
    text = json.dumps(server.say({"Dhcp4": server.config}))
    server.write = lambda config=None: subprocess.Popen(["sh", "-c", 'printf %s "$0" > "$1"', text, server.config_file])
    server.start()
    synced(server)
    assert server.logged("NETBOX_WRITE_FAILED .*kea.conf: it is no regular file")
    assert server.config_file.is_fifo()


# Killed

def unfinished(server):
    return set(server.folder.glob("kea.conf.netbox-unfinished.*"))


def at_once(fact):
    """As eventually(), for what does not last as long as a nap."""
    deadline = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < deadline, "never came true"


def router_of_a_whole_file(server):
    """The router is what tells the versions apart; all the rest is there."""
    subnets = written(server)["subnet4"]
    [router] = [option for option in subnets[0]["option-data"] if option["name"] == "routers"]
    assert [len(each["reservations"]) for each in subnets] == [3, 0, 400]
    return router["data"]


def test_killed_a_hundred_times_while_it_writes_the_file_is_always_whole(office, netbox, netbox_kea):
    office.add_prefix("10.2.0.0/16")
    addresses(netbox, 400, net="10.2", first=1000)
    office.set_option(["10.0.0.1"])
    server = netbox_kea({"config-write": True, "coalesce-ms": 0}, level=0)
    synced(server)
    server.kill()
    server.write = lambda config=None: server
    half_way, now = 0, router_of_a_whole_file(server)
    for number in range(2, 102):
        left, inode = unfinished(server), server.config_file.stat().st_ino
        new = f"10.0.0.{number}"
        office.set_option([new])
        server._launch()
        at_once(lambda: unfinished(server) - left or server.config_file.stat().st_ino != inode)
        time.sleep(random.uniform(0, 0.002))
        server.kill()
        half_way += bool(unfinished(server))
        assert kea_takes(server)
        before, now = now, router_of_a_whole_file(server)
        assert now in (before, new)
    print(f"killed {half_way} times before the new file was in its place")
    assert half_way > 0
    server.start()
    office.sees(DEVICE_MAC, address="10.0.0.5", routers=["10.0.0.101"])
    is_as_running(server)
    assert not unfinished(server)
