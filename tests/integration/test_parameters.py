# SPDX-License-Identifier: MPL-2.0
"""Parameters that are wrong: all of it in one message, and the server refuses to start, as with any mistake of Kea's own."""

import pytest

from client import mac
from objects import ip_range, prefix, synced

FAULTS = [
    ({"no-such-parameter": 1}, "no-such-parameter"),
    ({"netbox-url": None}, "netbox-url is missing"),
    ({"netbox-url": 7}, "netbox-url"),
    ({"netbox-url": "netbox.example.org"}, "netbox-url"),
    ({"netbox-url": "ftp://netbox.example.org"}, "netbox-url"),
    ({"netbox-url": "https://user:hunter2@netbox.example.org"}, "netbox-url"),
    ({"netbox-token": "0123", "netbox-token-file": "/etc/token"}, "netbox-token-file"),
    ({"netbox-verify-tls": "yes"}, "netbox-verify-tls"),
    ({"full-sync-at-startup": 1}, "full-sync-at-startup"),
    ({"check-only": "false"}, "check-only"),
    ({"config-write": "yes"}, "config-write"),
    ({"ownership": "mine"}, "ownership"),
    ({"max-removal-percent": 101}, "max-removal-percent"),
    ({"max-removal-percent": "30"}, "max-removal-percent"),
    ({"max-removal-percent": -1}, "max-removal-percent"),
    ({"listen": 0}, "listen"),
    ({"bind": "localhost"}, "bind"),
    ({"port": 0}, "port"),
    ({"port": 65536}, "port"),
    ({"port": "8001"}, "port"),
    ({"secret": "a", "secret-file": "/etc/secret"}, "secret-file"),
    ({"secret": ""}, "secret"),
    ({"secret-header": ""}, "secret-header"),
    ({"coalesce-ms": -1}, "coalesce-ms"),
    ({"max-body-bytes": 1}, "max-body-bytes"),
    ({"prefix-filter": "cf_dhcp_enabled=true"}, "prefix-filter"),
    ({"prefix-filter": {"status": {"value": "active"}}}, "status"),
    ({"prefix-filter": {"status": []}}, "status"),
    ({"iprange-filter": {"limit": 5}}, "limit"),
    ({"ipaddress-filter": [1]}, "ipaddress-filter"),
    ({"subnet-prefix-map": {"next-server": 5}}, "next-server"),
    ({"subnet-prefix-map": {"next-server": []}}, "next-server"),
    ({"subnet-prefix-map": {"next-server": "a..b"}}, "next-server"),
    ({"subnet-prefix-map": {"subnet": "prefix"}}, "subnet-prefix-map"),
    ({"pool-iprange-map": "x"}, "pool-iprange-map"),
    ({"pool-iprange-map": {"client-class": {"path": "x", "space": "y"}}}, "\"client-class\": \"space\""),
    ({"subnet-prefix-map": {"option-data.routers": {"name": "routers"}}}, "\"option-data.routers\" has no \"path\""),
    ({"subnet-prefix-map": {"option-data.routers": {"path": "x", "csv_format": False}}}, "csv_format"),
    ({"subnet-prefix-map": {"option-data.255": "x"}}, "option-data.255"),
    ({"reservation-ipaddr-map": {"hostname": "dns_name"}}, "reservation-ipaddr-map"),
    ({"reservation-ipaddr-map": {"hw-address": "x", "ip-address": "address"}}, "ip-address"),
]


@pytest.mark.parametrize("parameters, named", FAULTS, ids=lambda value: str(value)[:48])
def test_a_wrong_parameter_refuses_the_start_and_is_named(netbox_kea, parameters, named):
    token = {"netbox-token-file": None} if "netbox-token" in parameters and "netbox-token-file" not in parameters else {}
    log = netbox_kea({**token, **parameters}, start=False, level=0).refused_to_start()
    [line] = [line for line in log.splitlines() if "NETBOX_CONFIGURATION_REFUSED" in line]
    assert " ERROR " in line
    assert named in line.partition("faulty:")[2]
    assert "hunter2" not in log.replace('"netbox-url"', "")


def test_one_message_names_every_fault(netbox_kea):
    wrong = {"netbox-url": None, "netbox-verify-tls": "yes", "ownership": "mine", "port": 0, "bind": "nowhere", "coalesce-ms": "50",
             "prefix-filter": {"status": [], "offset": 2}, "subnet-prefix-map": {"next-server": 5, "boot-file-name": ""},
             "reservation-ipaddr-map": {"hostname": "dns_name"}, "config-write": 1, "prefix-fliter": {}, "secret": "x"}
    log = netbox_kea(wrong, start=False).refused_to_start()
    [line] = [line for line in log.splitlines() if "NETBOX_CONFIGURATION_REFUSED" in line]
    for name in ("netbox-url", "netbox-verify-tls", "ownership", "port", "bind", "coalesce-ms", "status", "offset", "next-server",
                 "boot-file-name", "reservation-ipaddr-map", "config-write", "prefix-fliter", "secret-file"):
        assert name in line, name


def test_an_empty_map_of_parameters_refuses_the_start(kea, hook):
    log = kea({"hooks-libraries": [{"library": str(hook)}]}, start=False).refused_to_start()
    assert "netbox-url is missing" in log


def test_a_url_alone_will_do_and_the_port_is_8001(netbox, netbox_kea):
    server = netbox_kea({"netbox-token-file": None, "secret-file": None, "port": None})
    server.wait_log("NETBOX_LISTENING .*127.0.0.1 port 8001")
    server.wait_log("ERROR .*NETBOX_FAILED .*403.*token")
    assert server.http.health()[0] == 503


def test_without_listen_no_port_is_opened(netbox, netbox_kea, client):
    netbox.define_default_fields()
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"listen": False})
    assert client.until(mac(1), address="10.0.0.10")
    with pytest.raises(ConnectionRefusedError):
        server.http.health()


def test_kea_t_finds_what_kea_itself_can_and_touches_nothing(netbox, netbox_kea):
    server = netbox_kea(start=False)
    code, said = server.check()
    assert code == 0, said
    assert netbox.requests == []


def test_a_token_file_that_comes_later_is_read_then(netbox, netbox_kea, tmp_path, client):
    from conftest import TOKEN
    netbox.define_default_fields()
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    later = tmp_path / "later"
    server = netbox_kea({"netbox-token-file": str(later)})
    server.wait_log("ERROR .*NETBOX_FAILED .*netbox-token-file")
    later.write_text(f"  {TOKEN}  \n")
    synced(server)
    assert client.lease(mac(1)).address == "10.0.0.10"
