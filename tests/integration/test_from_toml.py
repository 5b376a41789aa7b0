# SPDX-License-Identifier: MPL-2.0
"""examples/from-toml: each of the daemon's settings, and a kea-dhcp4 that starts with what becomes of it."""

import json
import pathlib
import re
import shlex
import subprocess
import sys

import pytest

from client import mac
from conftest import SECRET, TOKEN
from objects import address, ip_range, prefix
from test_coming_from_the_daemon import DOCUMENT, daemons_subnet, rows_of_the_document

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "examples/from-toml"
NEEDED = 'netbox_url = "http://netbox.example.org"\nkea_url = "http://kea.example.org:8000"\n'
DEFAULTS = {"netbox-url": "http://netbox.example.org", "full-sync-at-startup": True, "listen": False, "config-write": True}
MAC = '"hw-address" = "custom_fields.mac"\n'

# Of each setting: what stands in the TOML, the same as the daemon's options where it has them, what is in the parameters (None: not
# there), and what is said.
SETTINGS = {
    "config_file": ('config_file = "/etc/x.toml"', None, {"config-file": None}, "config_file is dropped"),
    "netbox_url": ('', "-n http://netbox.example.org", {"netbox-url": "http://netbox.example.org"}, ""),
    "netbox_token": ('netbox_token = "0123"', "-t 0123", {"netbox-token-file": "/etc/kea/netbox-token", "netbox-token": None},
                     "write /etc/kea/netbox-token"),
    "kea_url": ('', "-k http://kea.example.org:8000", {"kea-url": None}, "kea_url is dropped"),
    "full_sync_at_startup": ('full_sync_at_startup = true', "--sync-now", {"full-sync-at-startup": True},
                             "the daemon synced once and ended"),
    "listen": ('listen = true', "--listen", {"listen": True}, ""),
    "bind": ('bind = "localhost"', "--bind localhost", {"bind": "127.0.0.1"}, "bind: 'localhost' becomes 127.0.0.1"),
    "port": ('port = 8077', "-p 8077", {"port": 8077}, ""),
    "secret": ('secret = "0123"', "--secret 0123", {"secret-file": "/etc/kea/netbox-secret", "secret": None},
               "write /etc/kea/netbox-secret"),
    "secret_header": ('secret_header = "X-Own"', None, {"secret-header": "X-Own"}, ""),
    "check_only": ('check_only = true', "--check", {"check-only": True}, ""),
    "log_level": ('log_level = "debug"', "-vv", {"log-level": None}, 'netbox-hooks", "severity": "DEBUG"'),
    "ext_log_level": ('ext_log_level = "info"', None, {"ext-log-level": None}, "ext_log_level is dropped"),
    "syslog_level_prefix": ('syslog_level_prefix = true', None, {"syslog-level-prefix": None}, "syslog_level_prefix is dropped"),
    "prefix_filter": ('prefix_filter = {status = ["active", "reserved"], limit = 0}', None,
                      {"prefix-filter": {"status": ["active", "reserved"]}}, "limit is left out"),
    "iprange_filter": ('iprange_filter = {role = "dhcp"}', None, {"iprange-filter": {"role": "dhcp"}}, ""),
    "ipaddress_filter": ('ipaddress_filter = {}', None, {"ipaddress-filter": {}}, ""),
    "subnet_prefix_map": ('[subnet_prefix_map]\n"id" = "id"\n"next-server" = ["custom_fields.a", "vrf.name", "vrf.owner"]', None,
                          {"subnet-prefix-map": {"next-server": ["custom_fields.a", "vrf.name", "vrf.owner"]}},
                          r"id is left out: the daemon overwrote it(?s:.*)0 and false(?s:.*)vrf.owner: NetBox's lists may not"),
    "pool_iprange_map": ('[pool_iprange_map]\noption-data.routers = "x"\n"client-class" = "role.name"', None,
                         {"pool-iprange-map": {"client-class": "role.name"}}, "a key with a dot wants quotes"),
    "reservation_ipaddr_map": (f'[reservation_ipaddr_map]\n{MAC}"hostname" = []', None,
                               {"reservation-ipaddr-map": {"hw-address": "custom_fields.mac"}}, "no path and no list of paths"),
}


def convert(text, *options):
    """Exit code, stdout, stderr."""
    done = subprocess.run([sys.executable, PROGRAM, "-", *options], input=text, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def converted(text, *options):
    """The parameters and the notes."""
    code, out, notes = convert(text, *options)
    assert code == 0, notes
    return json.loads(out)["parameters"], notes


def test_each_setting_of_the_document_is_tested():
    rows = {key for heading, key in rows_of_the_document() if heading == "Settings"}
    assert rows == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_setting(name):
    toml, option, expected, note = SETTINGS[name]
    parameters, notes = converted(NEEDED + toml)
    assert {key: parameters.get(key) for key in expected} == expected
    assert re.search(note, notes)
    assert "0123" not in notes
    if option is not None:
        lines = [line for line in NEEDED.splitlines(True) if not line.startswith(name)]
        assert converted("".join(lines), *shlex.split(option)) == (parameters, notes)


@pytest.mark.parametrize("name", SETTINGS)
def test_kea_starts_with_the_setting(name, kea, hook):
    code, out, notes = convert(NEEDED + SETTINGS[name][0], "--library", str(hook))
    loggers = [json.loads(text) for text in re.findall(r"logs nowhere: ({.*})", notes)]
    server = kea({"hooks-libraries": [json.loads(out)]}, start=False)
    server.config["loggers"] += loggers
    server.start().wait_log("NETBOX_STARTED")


def test_what_is_not_set_stays_as_it_was_with_the_daemon_or_is_said():
    parameters, notes = converted(NEEDED)
    assert parameters == DEFAULTS
    for name in ("full_sync_at_startup", "listen", "config-write", "kea_url"):
        assert f"note: {name}" in notes


FAULTS = [('netbox_url = "http://x"', "kea_url is missing"), ('kea_url = "http://x"', "netbox_url is missing"),
          ('netbox_url = ', "Invalid value"), (NEEDED + 'prefix_fliter = {}', "prefix_fliter: there is no such setting"),
          (NEEDED + 'netbox_token = 7', "netbox_token wants a text"), (NEEDED + 'port = "8001"', "port wants a number"),
          (NEEDED + 'listen = 1', "listen wants true or false"), (NEEDED + 'prefix_filter = "x"', "prefix_filter wants a table"),
          (NEEDED + 'log_level = "loud"', "log_level: 'loud' is no level"), (NEEDED + 'bind = "kea.example.org"', "bind: "),
          (NEEDED.replace("http://kea", "unix://kea"), "kea_url: neither"),
          (NEEDED + f'[reservation_ipaddr_map]\n{MAC}', "reservation_ipaddr_map: hostname is missing"),
          (NEEDED + '[reservation_ipaddr_map]\n"hostname" = "dns_name"', "reservation_ipaddr_map: hw-address is missing")]


@pytest.mark.parametrize("toml, named", FAULTS, ids=[named[:30] for _, named in FAULTS])
def test_what_the_daemon_refuses_is_refused_and_named(toml, named):
    code, out, said = convert(toml)
    assert (code, out) == (1, "") and named in said


def test_every_fault_is_named_at_once():
    assert convert('port = "1"\nlisten = 2\nnonsense = 3')[2].count("fault:") == 5


def test_the_file_may_be_named_in_either_way(tmp_path):
    file = tmp_path / "daemon.toml"
    file.write_text(NEEDED + "port = 8077")
    for words in ([file], ["-c", file], ["--config-file", file]):
        done = subprocess.run([sys.executable, PROGRAM, *words], capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["parameters"] == {**DEFAULTS, "port": 8077}


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    done = subprocess.run([sys.executable, PROGRAM, tmp_path / "none.toml"], capture_output=True, text=True)
    assert done.returncode == 1 and "none.toml" in done.stderr and not done.stdout


def test_an_empty_secret_header_checked_no_secret():
    parameters, notes = converted(NEEDED + 'secret = "0123"\nsecret_header = ""')
    assert "secret-file" not in parameters and "secret-header" not in parameters and "checked no secret" in notes


def test_token_and_secret_are_written_for_keas_user_only_and_over_nothing(tmp_path):
    toml = NEEDED + 'netbox_token = "0123"\nsecret = "4567"'
    parameters, notes = converted(toml, "--write-to", str(tmp_path))
    token, secret = (pathlib.Path(parameters[name]) for name in ("netbox-token-file", "secret-file"))
    assert (token.parent, token.read_text(), secret.read_text()) == (tmp_path, "0123\n", "4567\n")
    for file in (token, secret):
        assert file.stat().st_mode & 0o777 == 0o600 and file.owner() == "_kea"
    assert "0123" not in notes and "4567" not in notes
    assert converted(toml, "--write-to", str(tmp_path)) == (parameters, notes)
    code, out, said = convert(toml.replace("0123", "89"), "--write-to", str(tmp_path))
    assert (code, out, token.read_text()) == (1, "", "0123\n") and str(token) in said


def test_the_steps_of_the_document(netbox, kea, hook, client, tmp_path):
    """The command as it stands there; the daemon's subnets in Kea; check only; in force."""
    netbox.define_default_fields()
    number = prefix(netbox, "10.0.0.0/24", {"dhcp_option_data_routers": "10.0.0.1"})["id"]
    ip_range(netbox, "10.0.0.100", "10.0.0.110")
    address(netbox, "10.0.0.7", mac(3))
    (tmp_path / "daemon.toml").write_text(
        f'netbox_url = "{netbox.url}"\nnetbox_token = "{TOKEN}"\nkea_url = "http://127.0.0.1:8000"\nsecret = "{SECRET}"\n')
    command = re.search(r"^ *examples/from-toml (.*) >entry.json$", DOCUMENT.read_text(), re.MULTILINE).group(1)
    here = command.replace("/etc/kea", str(tmp_path)).replace("/etc/netbox-kea-dhcp.toml", str(tmp_path / "daemon.toml"))
    words = [sys.executable, PROGRAM, "--library", hook, *shlex.split(here)]
    entry = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    server = kea({"subnet4": [daemons_subnet(number)]})
    lease = client.lease(mac(9))

    checked = {**entry, "parameters": {**entry["parameters"], "check-only": True}}
    server.reload({"hooks-libraries": [checked]})
    server.wait_log("NETBOX_CHECK_ONLY")
    assert "user-context" not in server.subnets()[number]
    server.reload({"hooks-libraries": [entry]})
    server.wait_log("NETBOX_SYNCED .*1 subnets, 1 pools, 1 reservations; 0 left out")
    assert client.renew(lease).address == lease.address
    assert client.lease(mac(3)).address == "10.0.0.7"
    assert client.lease(mac(9)).routers == ["10.0.0.1"]
