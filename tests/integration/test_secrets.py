# SPDX-License-Identifier: MPL-2.0
"""The bytes of token and secret stand in their files and nowhere else: no log line, no answer, no command line."""

import pytest

from objects import address, follow, ip_range, prefix, synced
from client import mac

OLD = "0ld0ld0ld0ld"


@pytest.fixture
def secrets(netbox):
    from conftest import SECRET, TOKEN
    return TOKEN, SECRET


@pytest.fixture
def server(netbox, netbox_kea):
    netbox.define_default_fields()
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea()
    synced(server)
    return server


def told(server, answers):
    """All that the server ever said."""
    command_line = open(f"/proc/{server.pid}/cmdline", encoding="utf-8").read()
    environment = open(f"/proc/{server.pid}/environ", encoding="utf-8", errors="replace").read()
    return "\n".join([server.log(), command_line, environment, *map(str, answers)])


def assert_none_of(secrets, text):
    for secret in secrets:
        assert secret not in text
        assert secret.encode().hex() not in text.lower()
    assert len(text) > 10_000


def test_secrets_of_files_are_told_nowhere(netbox, server, secrets, client):
    http, answers = server.http, []
    assert "DEBUG" in server.log()
    follow(netbox, server)
    netbox.change("ipam.prefix", netbox.all("ipam.prefix")[0], custom_fields={"dhcp_next_server": "10.0.0.3"})
    address(netbox, "10.0.0.5", mac(1))
    assert client.until(mac(1), address="10.0.0.5", next_server="10.0.0.3")
    body = b'{"event": "updated", "model": "prefix", "data": {"id": 1}}'
    for headers in ({}, http.plain(), http.signature(body), {"X-Hook-Signature": "0" * 128}, {"X-netbox2kea-secret": "wrong"},
                    {"X-netbox2kea-secret": http.secret + "x"}):
        answers.append(http.request("POST", "/event/x/", body, headers))
    answers += [http.request("POST", "/event/x/", b"{", http.plain()), http.request("GET", "/nowhere/", b"", http.plain()),
                http.request("PUT", "/event/x/", body, http.plain()), http.request("GET", "/health/", b"", http.plain())]
    for command in ("config-get", "config-reload", "config-get", "list-commands", "status-get"):
        answers.append(server.command(command))
    answers.append(server.command("config-write", {"filename": str(server.folder / "written")}))
    answers.append((server.folder / "written").read_text())
    synced(server)
    assert_none_of(secrets, told(server, answers))


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 403}, {"kind": "status", "status": 500}, {"kind": "html"},
                                   {"kind": "reset"}, {"kind": "truncate"}, {"kind": "invalid_json"},
                                   {"kind": "redirect", "to": "/"}],
                         ids=lambda fault: fault["kind"])
def test_a_netbox_that_fails_makes_nobody_tell_the_token(netbox, server, secrets, fault):
    netbox.fault(**fault)
    begin = server.mark()
    server.http.event("tag", 1)
    server.wait_log("NETBOX_FAILED", begin)
    assert_none_of(secrets, told(server, [server.http.health(), server.command("config-get")]))


def test_a_netbox_that_sends_the_token_back_does_not_get_it_logged(netbox, server, secrets):
    """As a proxy's error page may that shows the request."""
    netbox.fault("status", status=400, detail=f"Authorization: Token {secrets[0]}")
    begin = server.mark()
    server.http.event("tag", 1)
    server.wait_log("NETBOX_FAILED", begin)
    assert_none_of(secrets, told(server, [server.http.health()]))


def test_a_file_that_is_no_secret_is_not_quoted(netbox, netbox_kea, tmp_path):
    """A token with a blank or a line's end within it can't be sent; it is named by its file."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"hunter2\x01hunter3\n")
    server = netbox_kea({"netbox-token-file": str(broken)})
    server.wait_log("NETBOX_FAILED")
    assert_none_of(["hunter2", "hunter3"], told(server, [server.http.health()]))
    sync_answer = server.http.event("tag", 1)
    assert sync_answer == 202


def test_a_directory_in_the_files_place_is_an_error_and_nothing_more(netbox, netbox_kea, tmp_path):
    server = netbox_kea({"netbox-token-file": str(tmp_path)})
    server.wait_log(f"NETBOX_FAILED .*netbox-token-file.*{tmp_path}")
