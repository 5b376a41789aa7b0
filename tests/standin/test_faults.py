# SPDX-License-Identifier: MPL-2.0
"""The stand-in's own tests: each fault, TLS, the program and its switches."""
import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
from standin import StandIn
from standin.client import Client, Receiver

HERE = pathlib.Path(__file__).resolve().parent
PREFIXES = "ipam/prefixes/"


@pytest.fixture
def netbox():
    with StandIn("4.7") as standin:
        standin.define_default_fields()
        for i in range(3):
            standin.add("ipam.prefix", prefix=f"10.0.{i}.0/24", custom_fields={"dhcp_enabled": i == 0})
        yield standin
        assert standin.errors == []


@pytest.fixture
def client(netbox):
    return Client(netbox)


def in_background(act):
    """Runs act in a thread; the result is got by calling what is returned."""
    results = []
    thread = threading.Thread(target=lambda: results.append(act()), daemon=True)
    thread.start()

    def result():
        thread.join(120)
        assert results, "no answer"
        return results[0]
    return result


def test_status_with_netbox_like_bodies(netbox, client):
    netbox.fault("status", "ipam.prefix", status=403, times=1)
    assert client.get(PREFIXES) == (403, {"detail": "You do not have permission to perform this action."})
    assert client.get(PREFIXES)[0] == 200
    fault = netbox.fault("status", status=500, detail="boom")
    assert client.get("ipam/vrfs/")[1]["error"] == "boom"
    netbox.clear(fault)
    assert client.get("ipam/vrfs/")[0] == 200


def test_a_fault_is_for_the_requests_it_names(netbox, client):
    fault = netbox.fault("status", "ipam/prefixes", status=503, query={"id__gt": 2}, skip=1)
    assert client.get("ipam/vrfs/?id__gt=2")[0] == 200
    assert client.get(PREFIXES + "?id__gt=1")[0] == 200
    assert [client.get(PREFIXES + "?id__gt=2")[0] for _ in range(3)] == [200, 503, 503]
    assert client.ask("POST", PREFIXES, {"prefix": "10.9.0.0/24"})[0] == 201
    assert fault.hits == 2
    assert [one.fault for one in netbox.requests].count("status") == 2


def test_slow(netbox, client):
    fault = netbox.fault("slow", seconds=0.1, times=1)
    assert client.get(PREFIXES)[1]["count"] == 3
    assert fault.hits == 1


def test_held_before_the_answer_shows_what_is_there_at_release(netbox, client):
    fault = netbox.fault("hold", "ipam.prefix")
    answer = in_background(lambda: client.get(PREFIXES))
    assert fault.wait_held()
    netbox.add("ipam.prefix", prefix="10.0.9.0/24")
    fault.release()
    assert answer()[1]["count"] == 4
    assert client.get(PREFIXES)[1]["count"] == 4


def test_held_after_the_answer_releases_an_old_page(netbox, client):
    fault = netbox.fault("hold", "ipam.prefix", after=True, times=1)
    answer = in_background(lambda: client.get(PREFIXES))
    assert fault.wait_held()
    netbox.change("ipam.prefix", 1, description="new")
    assert client.get(PREFIXES + "1/")[1]["description"] == "new"
    assert fault.holding == 1
    fault.release()
    assert [row["description"] for row in answer()[1]["results"]] == ["", "", ""]


def test_stop_lets_held_requests_go():
    netbox = StandIn("4.7").start()
    fault = netbox.fault("hold")

    def ask():
        try:
            return Client(netbox).get(PREFIXES)
        except (OSError, http.client.HTTPException) as gone:
            return gone
    answer = in_background(ask)
    assert fault.wait_held()
    netbox.stop()
    assert answer() is not None


def test_refused_and_open_again_on_the_same_port(netbox, client):
    held_open = client.connect()
    held_open.request("GET", "/api/status/", headers={"Authorization": f"Token {netbox.token}"})
    held_open.getresponse().read()
    address = netbox.address
    netbox.refuse()
    with pytest.raises(ConnectionRefusedError):
        client.get(PREFIXES)
    with pytest.raises((OSError, http.client.HTTPException)):
        held_open.auto_open = 0
        held_open.request("GET", "/api/status/")
        held_open.getresponse()
    netbox.listen()
    assert netbox.address == address and client.get(PREFIXES)[0] == 200


def test_reset_in_the_middle(netbox, client):
    netbox.fault("reset", "ipam.prefix", times=1)
    with pytest.raises(ConnectionResetError):
        client.get(PREFIXES)
    assert client.get(PREFIXES)[0] == 200


def test_truncated(netbox, client):
    netbox.fault("truncate", "ipam.prefix", times=1)
    with pytest.raises(http.client.IncompleteRead) as cut:
        client.get(PREFIXES)
    assert len(cut.value.partial) > 0 and cut.value.expected > 0
    assert netbox.requests[-1].status is None


def test_html_of_a_proxy(netbox, client):
    netbox.fault("html")
    status, text = client.get(PREFIXES)
    assert status == 502 and text.startswith("<html>") and client.headers["Content-Type"] == "text/html"


def test_redirect(netbox, client):
    netbox.fault("redirect", to="http://127.0.0.1:9/elsewhere")
    assert client.get(PREFIXES)[0] == 302
    assert client.headers["Location"] == "http://127.0.0.1:9/elsewhere"


def test_an_ignored_filter(netbox, client):
    query = PREFIXES + "?cf_dhcp_enabled=true"
    assert client.get(query)[1]["count"] == 1
    netbox.fault("ignore", keys=["cf_dhcp_enabled"])
    assert client.get(query)[1]["count"] == 3
    assert netbox.requests[-1].query == {"cf_dhcp_enabled": ["true"]}


def test_empty_invalid_and_wrong_shape(netbox, client):
    netbox.fault("empty", times=1)
    assert client.get(PREFIXES) == (200, {"count": 0, "next": None, "previous": None, "results": []})
    netbox.fault("invalid_json", times=1)
    status, text = client.get(PREFIXES)
    assert status == 200 and isinstance(text, str)
    netbox.fault("wrong_shape", times=1, body=[1, 2])
    assert client.get(PREFIXES) == (200, [1, 2])


def test_endless(netbox, client):
    netbox.fault("endless", times=1)
    connection = client.connect()
    connection.request("GET", "/api/ipam/prefixes/")
    answer = connection.getresponse()
    read = 0
    while read < 8 << 20:
        read += len(answer.read(1 << 20))
    connection.close()
    assert client.get(PREFIXES)[0] == 200


def test_several_requests_at_once_and_keep_alive(netbox, client):
    fault = netbox.fault("hold", "ipam.prefix")
    answers = [in_background(lambda: client.get(PREFIXES)) for _ in range(5)]
    assert fault.wait_held(5)
    connection = client.connect()
    for _ in range(3):
        connection.request("GET", "/api/ipam/vrfs/", headers={"Authorization": f"Token {netbox.token}"})
        assert json.loads(connection.getresponse().read())["count"] == 0
    fault.release()
    assert [answer()[0] for answer in answers] == [200] * 5


def test_base_path():
    with StandIn("4.7", base_path="netbox") as netbox:
        client = Client(netbox)
        row = netbox.add("ipam.prefix", prefix="10.0.0.0/24")
        assert netbox.url.endswith("/netbox") and row["url"] == f"{netbox.url}/api/ipam/prefixes/1/"
        assert client.get(PREFIXES + "1/")[1] == row
        assert client.raw("GET", "/api/ipam/prefixes/")[0] == 404


# TLS

@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A private CA that signed a certificate for 127.0.0.1: (certificate, key, CA)."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=CA")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "req.pem", "-subj", "/CN=netbox")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "req.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "cert.pem")
    return tuple(str(folder / name) for name in ("cert.pem", "key.pem", "ca.pem"))


def test_tls(certificate):
    cert, key, ca = certificate
    with StandIn("4.7", tls_cert=cert, tls_key=key) as netbox:
        assert netbox.url.startswith("https://")
        assert Client(netbox, ca).get("status/")[0] == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            Client(netbox).get("status/")
        # Who connects and says nothing stops nobody.
        with socket.create_connection(netbox.address):
            assert Client(netbox, ca).get("status/")[0] == 200
        netbox.fault("reset", times=1)
        with pytest.raises((ConnectionResetError, ssl.SSLError, http.client.IncompleteRead)):
            Client(netbox, ca).get("status/")
        assert netbox.errors == []


# The program

@pytest.fixture
def program():
    started = []

    def start(*words):
        process = subprocess.Popen([sys.executable, str(HERE / "netbox"), *words], stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process.stdout.readline().strip()
    yield start
    for process in started:
        process.terminate()
        assert process.wait(60) == 0


def wait_for(true):
    """Asks until it is true; two minutes are given up after, not measured."""
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def call(url, method="GET", sent=None, token=None):
    request = urllib.request.Request(url, method=method, data=None if sent is None else json.dumps(sent).encode())
    if token:
        request.add_header("Authorization", f"Token {token}")
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.loads(answer.read())


def test_program_and_its_switches(program):
    with Receiver() as receiver:
        url = program("--shape", "4.2", "--token", "abc", "--site", str(HERE / "site.json"), "--webhook", receiver.url)
        prefixes = f"{url}/api/ipam/prefixes/"
        assert call(f"{url}/api/status/", token="abc")["netbox-version"].startswith("4.2.")
        assert call(prefixes, token="abc")["count"] == 5

        number = call(f"{url}/standin/fault", "POST", {"kind": "hold", "on": "ipam.prefix", "times": 1})["fault"]
        answer = in_background(lambda: call(prefixes, token="abc"))
        wait_for(lambda: call(f"{url}/standin/fault/{number}")["holding"])
        call(f"{url}/standin/release", "POST", {"fault": number})
        assert answer()["count"] == 5

        call(f"{url}/standin/fault", "POST", {"kind": "empty"})
        assert call(prefixes, token="abc")["count"] == 0
        call(f"{url}/standin/fault", "DELETE")
        call(f"{url}/standin/permission", "POST", {"constrain": "ipam.prefix", "where": {"id": 1}})
        assert call(prefixes, token="abc")["count"] == 1
        call(f"{url}/standin/permission", "POST", {"allow": "ipam.prefix"})

        call(f"{url}/standin/webhooks", "POST", {"paused": True})
        call(f"{prefixes}1/", "PATCH", {"description": "x"}, token="abc")
        assert call(f"{url}/standin/webhooks")["waiting"] == 1
        call(f"{url}/standin/webhooks", "POST", {"paused": False})
        wait_for(lambda: call(f"{url}/standin/webhooks")["deliveries"])
        assert receiver.bodies[0]["model"] == "prefix"

        logged = call(f"{url}/standin/requests")
        assert [one["path"] for one in logged][:2] == ["/api/status/", "/api/ipam/prefixes/"]
        assert logged[-1]["method"] == "PATCH" and logged[-1]["status"] == 200
        call(f"{url}/standin/requests", "DELETE")
        assert call(f"{url}/standin/requests") == []
        with pytest.raises(urllib.error.HTTPError) as wrong:
            call(f"{url}/standin/fault", "POST", {"kind": "nonsense"})
        assert wrong.value.code == 400


def test_program_refuses_for_a_while(program):
    url = program("--token", "abc")
    call(f"{url}/standin/refuse", "POST", {"seconds": 1})

    def version():
        try:
            return call(f"{url}/api/status/", token="abc")["netbox-version"]
        except (OSError, http.client.HTTPException):
            return None
    wait_for(lambda: version() is None)
    wait_for(lambda: version() == "4.7.3")
