# SPDX-License-Identifier: MPL-2.0
"""NetBox by https: who it is must be proved, nothing else is talked to, and no answer can fill the memory."""

import subprocess

import pytest

from client import mac
from objects import ip_range, prefix, sync, synced
from twins import BOTH
from waiting import eventually


class Authority:
    """A private CA, and what it signs; all in a folder."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.file = folder / f"{name}.pem"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                     "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", self.file)

    def sign(self, name, alternative):
        """(certificate, key) of a server; alternative: what stands in subjectAltName, "IP:127.0.0.1"."""
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative}\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
                     "-keyout", key, "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.folder / f"{self.name}.key",
                     "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate)
        return certificate, key

    @staticmethod
    def openssl(*words):
        done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "ours")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(params=["IP:127.0.0.1"])
def netbox(network, family, authority, request):
    """Speaks https; its certificate is for the name that the test gives."""
    from conftest import TOKEN
    certificate, key = authority.sign("netbox", request.param)
    with family.NetBox(token=TOKEN, tls_cert=str(certificate), tls_key=str(key)) as server:
        server.define_default_fields()
        prefix(server, "10.0.0.0/24")
        ip_range(server, "10.0.0.10", "10.0.0.20")
        yield server


def refused(server, netbox):
    """The reason that the health check gives, once NetBox was tried and got no request."""
    server.wait_log("ERROR .*NETBOX_FAILED")
    assert netbox.requests == []
    status, health = server.http.health()
    assert (status, health["subnets"]) == (503, 0)
    return health["reason"]


def test_a_netbox_signed_by_the_private_ca_is_followed(authority, netbox_kea, client):
    synced(netbox_kea({"netbox-ca-file": str(authority.file)}))
    assert client.lease(mac(1)).address == "10.0.0.10"


def test_another_ca_is_refused(netbox, stranger, netbox_kea):
    assert "certificate" in refused(netbox_kea({"netbox-ca-file": str(stranger.file)}), netbox)


def test_the_systems_cas_do_not_know_a_private_one(netbox, netbox_kea):
    assert "certificate" in refused(netbox_kea(), netbox)


@pytest.mark.parametrize("netbox", ["DNS:netbox.example.org", "IP:127.0.0.2"], indirect=True)
def test_a_certificate_for_another_name_is_refused(netbox, authority, netbox_kea):
    assert "127.0.0.1" in refused(netbox_kea({"netbox-ca-file": str(authority.file)}), netbox)


def test_without_verification_any_certificate_will_do(stranger, netbox_kea, client):
    synced(netbox_kea({"netbox-verify-tls": False, "netbox-ca-file": str(stranger.file)}))
    assert client.lease(mac(1)).address == "10.0.0.10"


def test_a_ca_file_that_is_missing_is_no_mistake_of_the_configuration(netbox, authority, netbox_kea, tmp_path, client):
    later = tmp_path / "later.pem"
    server = netbox_kea({"netbox-ca-file": str(later)})
    assert str(later) in refused(server, netbox)
    later.write_bytes(authority.file.read_bytes())
    synced(server)
    assert client.lease(mac(1)).address == "10.0.0.10"


@BOTH
def test_what_is_served_stays_when_netboxs_certificate_is_wrong(netbox, authority, stranger, netbox_kea, hook_entry, client):
    server = netbox_kea({"netbox-ca-file": str(authority.file)})
    synced(server)
    begin = server.mark()
    server.reload({"hooks-libraries": [hook_entry({"netbox-ca-file": str(stranger.file)})]})
    server.wait_log("ERROR .*NETBOX_FAILED .*certificate", begin)
    assert client.lease(mac(1)).address == "10.0.0.10"
    server.reload({"hooks-libraries": [hook_entry({"netbox-ca-file": str(authority.file)})]})
    synced(server)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(netbox, authority, netbox_kea, status):
    elsewhere = netbox.add("ipam.prefix", prefix="10.9.0.0/24")          # what a redirect must not lead to
    there = f"{netbox.url}/api/ipam/prefixes/?id={elsewhere['id']}&from=elsewhere"
    fault = netbox.fault("redirect", "ipam.prefix", status=status, to=there)
    server = netbox_kea({"netbox-ca-file": str(authority.file)})
    server.wait_log(f"ERROR .*NETBOX_FAILED .*{status}.*netbox-url")
    assert fault.hits > 0
    assert not any("from" in request.query for request in netbox.requests)
    assert server.subnets() == {}
    netbox.clear()
    assert synced(server)["subnets"] == 1


def test_an_answer_without_an_end_is_cut_off(netbox, authority, netbox_kea, client):
    server = netbox_kea({"netbox-ca-file": str(authority.file)})
    synced(server)
    fault = netbox.fault("endless", "ipam.prefix")
    begin = server.mark()
    server.http.event("tag", 1)
    server.wait_log("ERROR .*NETBOX_FAILED", begin)
    assert fault.hits > 0
    assert client.lease(mac(1)).address == "10.0.0.10"
    assert resident_bytes(server.pid) < 400 << 20
    netbox.clear()
    synced(server)
    sync(server)


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * 4096


def test_a_netbox_that_speaks_no_tls_is_refused(netbox, authority, netbox_kea):
    server = netbox_kea({"netbox-url": netbox.url.replace("https:", "http:")})
    server.wait_log("ERROR .*NETBOX_FAILED")
    assert netbox.requests == []
    assert eventually(lambda: server.http.health()[0] == 503)
