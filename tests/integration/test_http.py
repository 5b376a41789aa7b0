# SPDX-License-Identifier: MPL-2.0
"""The hook's own HTTP: what it answers, and that nobody who speaks to it, or keeps silent, stops DHCP or a good webhook."""

import contextlib
import http.client
import json
import socket

import pytest

from office import FIELD_MAC, STRANGER
from twins import BOTH, IPV6
from waiting import PATIENCE, eventually

GOOD = b'{"event": "updated", "object_type": "ipam.prefix", "data": {"id": 1}}'


@pytest.fixture
def server(office, followed_kea):
    return followed_kea()


@pytest.fixture
def hook_http(server):
    return server.http


def post(hook_http, body=GOOD, path="/event/netbox/", headers=None):
    """(status, JSON); the secret is right unless told otherwise. A body that is an iterator goes in chunks."""
    status, text = hook_http.request("POST", path, body, hook_http.plain() if headers is None else headers)
    return status, json.loads(text)


def connect(hook_http):
    return socket.create_connection((hook_http.host, hook_http.port), timeout=2 * PATIENCE)


def head(hook_http, length):
    return (f"POST /event/x/ HTTP/1.1\r\nHost: x\r\nX-netbox2kea-secret: {hook_http.secret}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


def status_of(connection):
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return answer.status


# Answers

@pytest.mark.parametrize("path", ["/event/netbox/", "/event/netbox", "/event/any%20text/"])
@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain", "application/x-www-form-urlencoded", "?"])
def test_good_webhook_is_accepted(hook_http, server, path, content_type):
    headers = {**hook_http.plain(), **({"Content-Type": content_type} if content_type else {})}
    status, answer = post(hook_http, path=path, headers=headers)
    assert status == 202 and answer["result"] == 0
    server.wait_log("NETBOX_HINT webhook: prefix 1 ")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b'{"event": "updated"}', GOOD[:-1], GOOD + b"x",
                                  b'{"event": "updated", "model": "prefix", "data": {}}', GOOD.replace(b"1", b"0"),
                                  GOOD.replace(b"1", b"-1"), GOOD.replace(b"1", b"1.5"),
                                  GOOD.replace(b"1", b"99999999999999999999"), GOOD.replace(b"updated", b"renamed"),
                                  b"[" * 100000], ids=range(16))
def test_malformed_webhook_is_400(hook_http, netbox, body):
    before = len(netbox.requests)
    status, answer = post(hook_http, body)
    assert status == 400 and answer["result"] == 1 and answer["text"]
    assert hook_http.health()[1]["queued"] == 0 and len(netbox.requests) == before


def test_secret_in_either_way(hook_http):
    assert post(hook_http, headers=hook_http.plain())[0] == 202
    assert post(hook_http, headers={"x-NETBOX2kea-Secret": hook_http.secret})[0] == 202
    assert post(hook_http, headers=hook_http.signature(GOOD))[0] == 202
    assert post(hook_http, headers={**hook_http.plain(), **hook_http.signature(GOOD)})[0] == 202
    assert post(hook_http, headers={"X-netbox2kea-secret": "wrong", **hook_http.signature(GOOD)})[0] == 202


def test_wrong_secret_is_403_and_nothing_is_done(hook_http, server, netbox):
    before = len(netbox.requests)
    wrong = [{}, {"X-netbox2kea-secret": ""}, {"X-netbox2kea-secret": "wrong"}, {"X-netbox2kea-secret": hook_http.secret + "x"},
             {"X-netbox2kea-secret": hook_http.secret[:-1]}, {"X-Hook-Signature": ""}, {"X-Hook-Signature": "0" * 128},
             hook_http.signature(GOOD + b" "), {**hook_http.plain(), "X-Hook-Signature": "0" * 128},
             {**hook_http.plain(), **hook_http.signature(b"")}]
    for headers in wrong:
        status, answer = post(hook_http, headers=headers)
        assert status == 403 and answer["result"] == 1, headers
    assert post(hook_http, b"no JSON", headers={})[0] == 403          # before it is parsed
    assert not server.logged("NETBOX_HINT") and len(netbox.requests) == before
    assert server.logged("WARN .*NETBOX_WEBHOOK_REFUSED")


def test_without_a_secret_headers_are_ignored(office, netbox_kea):
    server = netbox_kea({"secret-file": None})
    server.wait_log("NETBOX_SYNCED")
    for headers in ({}, {"X-netbox2kea-secret": "any"}, {"X-Hook-Signature": "0" * 128}):
        assert post(server.http, headers=headers)[0] == 202
    assert not server.logged("NETBOX_BIND_NOT_LOOPBACK")


@pytest.mark.parametrize("parameters, warned", [({"secret-file": None}, 1), ({}, 0)])
def test_open_to_others_without_a_secret_is_warned_of(office, netbox_kea, parameters, warned):
    server = netbox_kea({"bind": "0.0.0.0", **parameters})
    server.wait_log("NETBOX_SYNCED")
    assert len(server.logged("WARN .*NETBOX_BIND_NOT_LOOPBACK")) == warned


def test_secret_given_in_the_parameters(office, netbox_kea):
    server = netbox_kea({"secret-file": None, "secret": "in the open"})
    server.wait_log("NETBOX_SYNCED")
    assert post(server.http, headers={"X-netbox2kea-secret": "in the open"})[0] == 202
    assert post(server.http)[0] == 403


@pytest.mark.parametrize("path", ["/", "/event/", "/event", "/events/x/", "/health/x", "/metrics", "//event/x/", "/event/../x"])
def test_unknown_path_is_404(hook_http, path):
    assert post(hook_http, path=path)[0] == 404
    assert hook_http.request("GET", path)[0] == 404


@pytest.mark.parametrize("method, path, allowed", [("GET", "/event/x/", "POST"), ("PUT", "/event/x/", "POST"),
                                                   ("DELETE", "/event/x/", "POST"), ("POST", "/health/", "GET"),
                                                   ("DELETE", "/health/", "GET")])
def test_wrong_method_is_405(hook_http, method, path, allowed):
    connection = http.client.HTTPConnection(hook_http.host, hook_http.port, timeout=2 * PATIENCE)
    connection.request(method, path, b"", hook_http.plain())
    answer = connection.getresponse()
    assert answer.status == 405 and allowed in answer.headers["Allow"] and json.load(answer)["result"] == 1
    connection.close()


def test_body_above_the_bound_is_413(office, netbox_kea):
    server = netbox_kea({"max-body-bytes": 2000})
    server.wait_log("NETBOX_SYNCED")
    assert post(server.http, GOOD.ljust(2000))[0] == 202
    assert post(server.http, GOOD.ljust(2001))[0] == 413
    assert post(server.http, GOOD.ljust(1 << 20))[0] == 413
    chunks = iter([GOOD.ljust(1500), b" " * 1500])
    assert server.http.request("POST", "/event/x/", chunks, server.http.plain())[0] == 413
    assert post(server.http)[0] == 202


def test_chunked_body_is_a_body(hook_http, server):
    chunks = iter([GOOD[:20], GOOD[20:]])
    assert hook_http.request("POST", "/event/x/", chunks, hook_http.plain())[0] == 202
    server.wait_log("NETBOX_HINT webhook: prefix 1 ")


def test_many_webhooks_over_one_connection(hook_http, server):
    connection = connect(hook_http)
    for _ in range(20):
        connection.sendall(head(hook_http, len(GOOD)) + GOOD)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 202 and json.loads(answer.read())["result"] == 0
    connection.close()


# The health check

def test_health_counts(office, hook_http):
    assert hook_http.health() == (200, {"status": "ok", "server": "kea-dhcp4", "subnets": 2, "pools": 2, "reservations": 3, "left-out": 0, "queued": 0})
    office.add_address("10.0.0.8/24", mac=FIELD_MAC)          # the lower id stays
    eventually(lambda: hook_http.health()[1]["left-out"] == 1)
    assert hook_http.health()[0] == 200


@IPV6
def test_health_counts_each_address_of_a_client(office, hook_http):
    second = office.add_address("10.0.0.8/24", mac=FIELD_MAC)
    wanted = {"status": "ok", "server": "kea-dhcp6", "subnets": 2, "pools": 2, "reservations": 4, "pd-pools": 0, "left-out": 0, "queued": 0}
    eventually(lambda: hook_http.health() == (200, wanted))
    office.netbox.change("ipam.ipaddress", second, address="10.0.0.6/24")          # another client's
    eventually(lambda: hook_http.health()[1].items() >= {**wanted, "left-out": 1}.items())


def test_health_counts_what_waits(office, hook_http, netbox):
    fault = netbox.fault("hold", "ipam.prefix")
    office.set_option(["10.0.0.1"])
    assert fault.wait_held()
    for number in (11, 12, 12, 13):
        assert hook_http.event("ipaddress", number) == 202
    assert hook_http.health()[1]["queued"] == 3
    fault.release()
    eventually(lambda: hook_http.health()[1]["queued"] == 0)


def test_health_is_an_error_until_the_first_sync(office, netbox_kea, netbox):
    fault = netbox.fault("hold", "ipam.prefix")
    server = netbox_kea()
    assert fault.wait_held()
    status, answer = server.http.health()
    assert status == 503 and answer["status"] == "error" and "not been synced" in answer["reason"]
    fault.release()
    eventually(server.http.healthy)


@BOTH
def test_health_says_what_is_wrong_with_netbox_and_that_it_is_over(office, hook_http, server, netbox):
    netbox.deny("ipam.prefix")
    office.set_option(["10.0.0.1"])
    server.wait_log("ERROR .*NETBOX_FAILED")
    status, answer = hook_http.health()
    assert status == 503 and "403" in answer["reason"] and answer["subnets"] == 2
    netbox.allow("ipam.prefix")
    eventually(hook_http.healthy)
    office.sees(STRANGER, routers=["10.0.0.1"])


# Clients that mean no good, or are slow

def test_thousand_clients_with_half_a_body_stop_nobody(office, hook_http, netbox):
    with contextlib.ExitStack() as stack:
        for _ in range(1000):
            connection = stack.enter_context(connect(hook_http))
            with contextlib.suppress(ConnectionError):          # those that came first have to go
                connection.sendall(head(hook_http, 4000000) + GOOD)
        office.sees(FIELD_MAC, address="10.0.0.7")
        office.set_option(["10.0.0.1"])
        netbox.webhooks_idle()
        assert netbox.webhooks.log[-1].status == 202
        office.sees(STRANGER, routers=["10.0.0.1"])
        assert hook_http.health()[0] == 200


@pytest.mark.parametrize("said", [b"", b"P", b"POST /event/x/ HTTP/1.1\r\nX-a: ", b"\x16\x03\x01\x02\x00\x01\x00"],
                         ids=["nothing", "a letter", "half a header", "TLS"])
def test_five_hundred_silent_clients_stop_nobody(office, hook_http, netbox, said):
    with contextlib.ExitStack() as stack:
        for _ in range(500):
            connection = stack.enter_context(connect(hook_http))
            with contextlib.suppress(ConnectionError):
                connection.sendall(said)
        office.set_option(["10.0.0.1"])
        netbox.webhooks_idle()
        assert netbox.webhooks.log[-1].status == 202
        office.sees(STRANGER, routers=["10.0.0.1"])


@BOTH
def test_slow_body_gets_its_answer_and_holds_up_nobody(office, hook_http, netbox):
    office.set_option(["10.0.0.1"], _events=False)
    slow = connect(hook_http)
    slow.sendall(head(hook_http, len(GOOD)))
    for byte in GOOD[:-1]:
        slow.sendall(bytes([byte]))
        assert hook_http.event("vlangroup", 1) == 202
    assert office.client.discover(STRANGER).routers == []
    slow.sendall(GOOD[-1:])
    assert status_of(slow) == 202
    office.sees(STRANGER, routers=["10.0.0.1"])


def test_silent_clients_do_not_hold_up_the_end(office, hook_http, server):
    with contextlib.ExitStack() as stack:
        for _ in range(90):
            stack.enter_context(connect(hook_http)).sendall(head(hook_http, 1000) + GOOD)
        stopped = server.stop()
    print(f"ended after {stopped.seconds:.1f} s")
    assert stopped.code == 0 and not server.logged("NETBOX_STOP_TIMED_OUT")


def test_webhook_that_comes_while_the_server_reloads_is_refused_or_followed(office, hook_http, server):
    """Half of it before, half of it after: it is not accepted and then forgotten."""
    office.set_option(["10.0.0.1"], _events=False)
    connection = connect(hook_http)
    connection.sendall(head(hook_http, len(GOOD)) + GOOD[:20])
    server.reload()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.sendall(GOOD[20:])
        if status_of(connection) == 503:
            raise ConnectionError
    eventually(hook_http.healthy)
    assert post(hook_http)[0] == 202
    office.sees(STRANGER, routers=["10.0.0.1"])


# Where it listens

def test_listen_false_opens_nothing_and_serves(office, netbox_kea):
    server = netbox_kea({"listen": False})
    server.wait_log("NETBOX_SYNCED")
    office.sees(FIELD_MAC, address="10.0.0.7")
    with pytest.raises(ConnectionRefusedError):
        connect(server.http)


def test_port_in_use_is_an_error_and_dhcp_is_served_until_it_is_free(office, netbox_kea, netbox):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        server = netbox_kea({"port": other.getsockname()[1]})
        server.wait_log("ERROR .*NETBOX_LISTEN_FAILED")
        server.wait_log("NETBOX_SYNCED")
        office.sees(FIELD_MAC, address="10.0.0.7")
    server.wait_log("NETBOX_LISTENING")
    eventually(server.http.healthy)
    netbox.add_webhook(server.http.event_url, secret=server.http.secret)
    office.set_option(["10.0.0.1"])
    office.sees(STRANGER, routers=["10.0.0.1"])
    assert len(server.logged("NETBOX_LISTEN_FAILED")) == 1


def test_address_that_is_not_ours_is_an_error_and_dhcp_is_served(office, netbox_kea):
    server = netbox_kea({"bind": "192.0.2.1"})
    server.wait_log("ERROR .*NETBOX_LISTEN_FAILED.*192.0.2.1")
    office.sees(FIELD_MAC, address="10.0.0.7")


def test_secret_file_that_is_missing_opens_nothing_until_it_is_there(office, netbox_kea, tmp_path):
    """Never open to all in the meantime."""
    secret = tmp_path / "later"
    server = netbox_kea({"secret-file": str(secret)})
    server.wait_log("ERROR .*NETBOX_LISTEN_FAILED.*secret-file")
    office.sees(FIELD_MAC, address="10.0.0.7")
    with pytest.raises(ConnectionRefusedError):
        connect(server.http)
    secret.write_text("another\n")
    server.wait_log("NETBOX_LISTENING")
    assert post(server.http, headers={"X-netbox2kea-secret": "another"})[0] == 202
    assert post(server.http)[0] == 403


def test_listens_on_ipv6(office, netbox_kea):
    server = netbox_kea({"bind": "::1"})
    server.wait_log("NETBOX_LISTENING")
    server.http.host = "::1"
    assert post(server.http)[0] == 202


def test_reload_moves_it_and_taking_it_out_closes_it(office, hook_http, hook_entry, server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server.reload({"hooks-libraries": [hook_entry({"port": port})]})
    with pytest.raises(ConnectionRefusedError):
        connect(hook_http)
    hook_http.port = port
    eventually(hook_http.healthy)
    server.reload({"hooks-libraries": []})
    with pytest.raises(ConnectionRefusedError):
        connect(hook_http)
