# SPDX-License-Identifier: MPL-2.0
"""Faulty objects: each is left out and named, everything else is served, and what is mended comes back."""

import pytest

from client import mac
from kea_server import subnet
from objects import address, configurations, device, follow, ip_range, left_out, machine, prefix, sync, synced
from twins import BOTH
from waiting import eventually

SUBNET_MAP = {"option-data.routers": "custom_fields.routers", "option-data.vendor-magic": "custom_fields.magic",
              "valid-lifetime": "custom_fields.lifetime", "next-server": "custom_fields.next_server",
              "client-class": "custom_fields.client_class", "match-client-id": "custom_fields.match"}
POOL_MAP = {"option-data.domain-name-servers": "custom_fields.dns", "client-class": "custom_fields.client_class"}
RESERVATION_MAP = {"duid": "custom_fields.dhcp_reservation_duid",
                   "hw-address": ["custom_fields.dhcp_reservation_hw_address", "assigned_object.mac_address"],
                   "hostname": "dns_name", "option-data.domain-name-servers": "custom_fields.dns"}
MAPS = {"subnet-prefix-map": SUBNET_MAP, "pool-iprange-map": POOL_MAP, "reservation-ipaddr-map": RESERVATION_MAP}


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()
    for name in ("routers", "magic", "lifetime", "next_server", "match"):
        netbox.define_field(name, "json", "ipam.prefix")
    netbox.define_field("client_class", "json", "ipam.prefix", "ipam.iprange")
    netbox.define_field("dns", "json", "ipam.iprange", "ipam.ipaddress")


def counts(server):
    health = server.http.health()[1]
    return {name: health[name] for name in ("subnets", "pools", "reservations", "left-out")}


def gateway(net):
    """A relay in 10.net.0.0/24."""
    return f"10.{net}.0.1"


# The whole: 20 faults, each kind at least once, among 200 good objects

SUBNETS, POOLS, RESERVATIONS = 20, 20, 160


def add_good(netbox):
    """19 prefixes of /24, 10.1 to 10.19, each with a range .100 to .150; a /26 in the fifth with one of its own; 160 addresses."""
    for net in range(1, SUBNETS):
        prefix(netbox, f"10.{net}.0.0/24", {"lifetime": "3600"})
        ip_range(netbox, f"10.{net}.0.100", f"10.{net}.0.150")
    prefix(netbox, "10.5.0.64/26")
    ip_range(netbox, "10.5.0.70", "10.5.0.80")
    for number in range(RESERVATIONS):
        net, host = 1 + number % (SUBNETS - 1), 2 + number // (SUBNETS - 1)
        address(netbox, f"10.{net}.0.{host}", mac(1000 + number))


def add_faulty(netbox, family):
    """[(kind, id, what mends it)]"""
    blue = netbox.add("ipam.vrf", name="Blue")["id"]
    unsettled = device(netbox, "unsettled", mac(2001), mac(2002), primary=False)

    def faulty_prefix(net, fields=None, mend=None, **values):
        row = prefix(netbox, net, fields, **values)
        return "prefix", row["id"], mend or {"custom_fields": {name: None for name in fields}}

    def faulty_range(start, end, mend, **values):
        return "ip-range", ip_range(netbox, start, end, _check=False, **values)["id"], mend

    def faulty_address(ip, mend, *macs, **values):
        return "ip-address", address(netbox, ip, *macs, _check=False, **values)["id"], mend

    def faulty_duid(ip, duid, mac):
        fields = {"dhcp_reservation_duid": duid, "dhcp_reservation_hw_address": mac}
        return faulty_address(ip, {"custom_fields": {"dhcp_reservation_duid": None}}, custom_fields=fields)

    # Two addresses of one client are one reservation in IPv6, and none of a network is its broadcast address.
    own = [
        faulty_address("10.7.0.200", {"custom_fields": {"dhcp_reservation_hw_address": mac(2003)}}, mac(1006)),
        faulty_address("10.10.0.255", {"address": "10.10.0.200/24"}, mac(2006)),
    ] if family.number == 4 else [
        faulty_duid("10.7.0.200", "00:02:00:00:09:bf:0", mac(2003)),
        faulty_duid("10.10.0.200", "00" * 129, mac(2006)),
    ]
    return own + [
        faulty_prefix("10.1.0.0/24", vrf=blue, mend={"prefix": "10.120.0.0/24"}),
        faulty_prefix("10.102.0.0/24", {"lifetime": "soon"}),
        faulty_prefix("10.103.0.0/24", {"lifetime": -5}),
        faulty_prefix("10.104.0.0/24", {"routers": [" "]}),
        faulty_prefix("10.105.0.0/24", {"routers": "no address"}),
        faulty_prefix("10.106.0.0/24", {"magic": "an option that nobody defined"}),
        faulty_prefix("10.107.0.0/24", {"client_class": "no such class"}),
        faulty_prefix("10.108.0.0/24", {"next_server": "2001:db8::1"}),
        faulty_prefix("10.109.0.0/24", {"match": "perhaps"}),
        faulty_prefix("10.101.0.0/24", id=2 ** 32 - 1, mend="anew"),
        faulty_range("10.2.0.250", "10.2.1.5", {"end_address": "10.2.0.253/24"}),
        faulty_range("10.3.0.140", "10.3.0.160", {"start_address": "10.3.0.151/24"}),
        faulty_range("10.4.0.90", "10.4.0.160", {"end_address": "10.4.0.99/24"}),
        faulty_range("10.5.0.90", "10.5.0.110", {"end_address": "10.5.0.99/24"}),
        faulty_range("10.6.0.200", "10.6.0.210", {"custom_fields": {"dns": None}}, custom_fields={"dns": "no address"}),
        faulty_address("10.8.0.2", {"address": "10.8.0.200/24"}, mac(2004)),
        faulty_address("10.9.0.200", {"custom_fields": {"dhcp_reservation_hw_address": mac(2005)}}, "no MAC"),
        faulty_address("10.11.0.200", {"custom_fields": {"dhcp_reservation_hw_address": mac(2007)}}, **unsettled),
    ]


MODELS = {"prefix": "ipam.prefix", "ip-range": "ipam.iprange", "ip-address": "ipam.ipaddress"}


def mend(netbox, kind, number, change):
    """A prefix's id can't be changed: it is deleted and made anew."""
    if change == "anew":
        netbox.delete(MODELS[kind], number)
        prefix(netbox, "10.101.0.0/24", id=101)
    else:
        netbox.change(MODELS[kind], number, **change)


@BOTH
def test_twenty_faults_among_two_hundred_good_objects(netbox, netbox_kea, client, family):
    add_good(netbox)
    faulty = add_faulty(netbox, family)
    assert len(faulty) == 20
    server = netbox_kea(MAPS)
    synced(server)
    assert counts(server) == {"subnets": SUBNETS, "pools": POOLS, "reservations": RESERVATIONS, "left-out": 20}
    assert left_out(server) == {(kind, number) for kind, number, _ in faulty}
    for number in range(RESERVATIONS):
        net, host = 1 + number % (SUBNETS - 1), 2 + number // (SUBNETS - 1)
        assert client.lease(mac(1000 + number), gateway(net)).address == f"10.{net}.0.{host}"
    for net in range(1, SUBNETS):
        assert client.lease(mac(3000 + net), gateway(net)).address == f"10.{net}.0.100"

    follow(netbox, server)
    for left, (kind, number, change) in zip(range(19, -1, -1), faulty):
        mend(netbox, kind, number, change)
        eventually(lambda: counts(server)["left-out"] == left, f"{kind} {number} comes back")
    assert counts(server) == {"subnets": SUBNETS + 10, "pools": POOLS + 5, "reservations": RESERVATIONS + 5, "left-out": 0}
    subnets = {each["subnet"] for each in server.subnets().values()}
    assert {f"10.{net}.0.0/24" for net in (*range(101, 110), 120)} <= subnets
    for number, net in ((2003, 7), (2004, 8), (2005, 9), (2006, 10), (2007, 11)):
        assert client.lease(mac(number), gateway(net)).address == f"10.{net}.0.200"


# Who stays of two

def collide(netbox, netbox_kea, client, ip, other_mac):
    prefix(netbox, "10.0.0.0/24")
    first = address(netbox, "10.0.0.5", mac(1))["id"]
    second = address(netbox, ip, other_mac, _check=False)["id"]
    server = netbox_kea()
    synced(server)
    follow(netbox, server)
    lease = client.lease(mac(1))
    assert lease.address == "10.0.0.5"
    client.release(lease)
    assert left_out(server) == {("ip-address", second)}
    netbox.delete("ipam.ipaddress", first)
    assert client.until(other_mac, address=ip)
    assert server.logged(rf"NETBOX_NO_LONGER_LEFT_OUT .*NetBox id {second},")


def test_of_two_that_collide_the_lower_id_stays_and_the_other_takes_its_place(netbox, netbox_kea, client):
    collide(netbox, netbox_kea, client, "10.0.0.6", mac(1))


@BOTH
def test_of_two_clients_of_one_address_the_lower_id_s_has_it_and_then_the_other(netbox, netbox_kea, client):
    collide(netbox, netbox_kea, client, "10.0.0.5", mac(2))


@BOTH
def test_a_prefix_that_is_there_twice_takes_nothing_from_the_first(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    second = prefix(netbox, "10.0.0.0/24")["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    address(netbox, "10.0.0.5", mac(1))
    server = netbox_kea()
    synced(server)
    assert left_out(server) == {("prefix", second)}
    assert client.lease(mac(1)).address == "10.0.0.5"
    assert client.lease(mac(2)).address == "10.0.0.10"


def test_a_duplicate_mac_mended_later_serves_both(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    address(netbox, "10.0.0.5", **device(netbox, "one", mac(1)))
    second = address(netbox, "10.0.0.6", **device(netbox, "two", mac(1)))
    server = netbox_kea()
    synced(server)
    follow(netbox, server)
    assert left_out(server) == {("ip-address", second["id"])}
    [wrong] = [number for number in netbox.all("dcim.macaddress")
               if netbox.get("dcim.macaddress", number)["assigned_object_id"] == second["assigned_object_id"]]
    netbox.change("dcim.macaddress", wrong, mac_address=mac(2))
    assert client.until(mac(2), address="10.0.0.6")
    assert client.lease(mac(1)).address == "10.0.0.5"


@BOTH
def test_of_two_nested_pools_the_inner_one_stays_whichever_id_is_lower(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    prefix(netbox, "10.1.0.0/24")
    outers = {ip_range(netbox, "10.0.0.10", "10.0.0.99")["id"]}
    ip_range(netbox, "10.0.0.50", "10.0.0.60", _check=False)
    ip_range(netbox, "10.1.0.50", "10.1.0.60")
    outers.add(ip_range(netbox, "10.1.0.10", "10.1.0.99", _check=False)["id"])
    server = netbox_kea()
    synced(server)
    assert client.lease(mac(1)).address == "10.0.0.50"
    assert client.lease(mac(2), gateway(1)).address == "10.1.0.50"
    assert left_out(server) == {("ip-range", number) for number in outers}


@BOTH
def test_the_same_address_twice_is_no_fault_where_kea_allows_it(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    for number in (1, 2):
        address(netbox, "10.0.0.5", mac(number))
    server = netbox_kea(config={"ip-reservations-unique": False})
    assert synced(server)["reservations"] == 2
    assert client.discover(mac(1)).address == client.discover(mac(2)).address == "10.0.0.5"


@BOTH
def test_the_same_mac_in_two_subnets_is_no_fault(netbox, netbox_kea, client):
    for net in (0, 1):
        prefix(netbox, f"10.{net}.0.0/24")
        address(netbox, f"10.{net}.0.5", mac(1))
    assert synced(netbox_kea())["left-out"] == 0
    assert client.lease(mac(1)).address == "10.0.0.5"
    assert client.lease(mac(1), gateway(1)).address == "10.1.0.5"


@BOTH
def test_what_stood_in_a_faulty_prefix_is_out_with_it_and_comes_back_with_it(netbox, netbox_kea, client):
    number = prefix(netbox, "10.0.0.0/24", {"routers": "nonsense"})["id"]
    prefix(netbox, "10.1.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    address(netbox, "10.0.0.5", mac(1))
    server = netbox_kea(MAPS)
    synced(server)
    assert counts(server) == {"subnets": 1, "pools": 0, "reservations": 0, "left-out": 1}
    follow(netbox, server)
    netbox.change("ipam.prefix", number, custom_fields={"routers": "10.0.0.1"})
    assert client.until(mac(1), address="10.0.0.5", routers=["10.0.0.1"])
    assert client.until(mac(2), address="10.0.0.10")


@BOTH
def test_macs_that_swap_are_swapped(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    first, second = address(netbox, "10.0.0.5", mac(1))["id"], address(netbox, "10.0.0.6", mac(2))["id"]
    server = netbox_kea()
    synced(server)
    follow(netbox, server)
    netbox.change("ipam.ipaddress", first, custom_fields={"dhcp_reservation_hw_address": mac(2)})
    netbox.change("ipam.ipaddress", second, custom_fields={"dhcp_reservation_hw_address": mac(1)})
    assert client.until(mac(1), address="10.0.0.6")
    assert client.until(mac(2), address="10.0.0.5")
    assert counts(server)["left-out"] == 0


# The last good version

@BOTH
def test_while_a_changed_object_is_faulty_its_last_good_version_is_served(netbox, netbox_kea, client):
    number = prefix(netbox, "10.0.0.0/24", {"routers": "10.0.0.1"})["id"]
    pool = ip_range(netbox, "10.0.0.10", "10.0.0.20")["id"]
    host = address(netbox, "10.0.0.5", mac(1))["id"]
    server = netbox_kea(MAPS)
    synced(server)
    follow(netbox, server)
    netbox.change("ipam.prefix", number, custom_fields={"routers": "nonsense"})
    netbox.change("ipam.iprange", pool, custom_fields={"dns": "nonsense"})
    netbox.change("ipam.ipaddress", host, custom_fields={"dhcp_reservation_hw_address": "nonsense"})
    eventually(lambda: counts(server)["left-out"] == 3)
    assert counts(server) == {"subnets": 1, "pools": 1, "reservations": 1, "left-out": 3}
    for _ in range(2):
        assert client.lease(mac(1)).address == "10.0.0.5"
        assert client.lease(mac(2)).routers == ["10.0.0.1"]
        sync(server)
    assert len(server.logged("NETBOX_LEFT_OUT .*last good version stays")) == 3
    netbox.change("ipam.prefix", number, custom_fields={"routers": "10.0.0.2"})
    assert client.until(mac(2), routers=["10.0.0.2"])


@BOTH
def test_a_last_good_version_that_collides_is_gone(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    host = address(netbox, "10.0.0.5", mac(1))["id"]
    other = address(netbox, "10.0.0.6", mac(2))["id"]
    server = netbox_kea()
    synced(server)
    follow(netbox, server)
    netbox.change("ipam.ipaddress", host, custom_fields={"dhcp_reservation_hw_address": "nonsense"})
    eventually(lambda: counts(server)["left-out"] == 1)
    netbox.change("ipam.ipaddress", other, address="10.0.0.5/24")
    assert client.until(mac(2), address="10.0.0.5")
    assert counts(server)["reservations"] == 1


@BOTH
def test_the_last_good_version_of_a_prefix_keeps_what_stands_in_it(netbox, netbox_kea, client):
    prefix(netbox, "10.1.0.0/24")
    number = prefix(netbox, "10.0.0.0/24")["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    address(netbox, "10.0.0.5", mac(1))
    server = netbox_kea()
    synced(server)
    netbox.change("ipam.prefix", number, prefix="10.1.0.0/24")
    for _ in range(2):
        sync(server)
        assert left_out(server) == {("prefix", number)}
        assert client.lease(mac(1)).address == "10.0.0.5"
        assert client.lease(mac(2)).address == "10.0.0.10"
    netbox.change("ipam.prefix", number, prefix="10.2.0.0/24")
    sync(server)
    assert counts(server) == {"subnets": 2, "pools": 0, "reservations": 0, "left-out": 0}


@BOTH
def test_an_option_of_a_reservation_that_kea_refuses(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    faulty = address(netbox, "10.0.0.5", custom_fields={"dhcp_reservation_hw_address": mac(1), "dns": "no address"})["id"]
    address(netbox, "10.0.0.6", mac(2))
    server = netbox_kea(MAPS)
    synced(server)
    assert server.logged(f"WARN .*NETBOX_LEFT_OUT ip-address .*NetBox id {faulty}, .* Kea refuses it: .*'no address'")
    assert client.lease(mac(2), gateway(0)).address == "10.0.0.6"
    follow(netbox, server)
    netbox.change("ipam.ipaddress", faulty, custom_fields={"dhcp_reservation_hw_address": mac(1), "dns": "10.0.0.53"})
    eventually(lambda: client.lease(mac(1), gateway(0)).address == "10.0.0.5", "the reservation once it was mended")


@BOTH
def test_what_only_the_whole_shows_leaves_the_last_good_in_force(netbox, netbox_kea, client, family):
    """Subnets of the operator's shared network may not differ in this key, says Kea, but only of all of them together."""
    key = {4: "authoritative", 6: "rapid-commit"}[family.number]
    number, other = (prefix(netbox, f"10.{net}.0.0/24", {"match": True})["id"] for net in (0, 1))
    address(netbox, "10.0.0.5", mac(1))
    network = {"name": "floor", key: True, "subnet4": [subnet(number, "10.0.0.0/24"), subnet(other, "10.1.0.0/24")]}
    server = netbox_kea({"subnet-prefix-map": {key: "custom_fields.match"}}, {"shared-networks": [network]})
    synced(server)
    follow(netbox, server)
    netbox.change("ipam.prefix", number, custom_fields={"dhcp_enabled": True, "match": False})
    server.wait_log(f"ERROR .*NETBOX_CONFIG_TEST_REFUSED .*{key}")
    assert client.lease(mac(1), gateway(0)).address == "10.0.0.5"
    status, body = server.http.health()
    assert status == 503 and key in str(body)
    netbox.change("ipam.prefix", number, custom_fields={"dhcp_enabled": True, "match": True})
    eventually(lambda: server.http.health()[0] == 200, "all is well again")


# What Kea takes in silence

@BOTH
def test_nested_prefixes_served_from_the_outer_one_are_warned_of(netbox, netbox_kea, client):
    outer = prefix(netbox, "10.1.0.0/16")["id"]
    inner = prefix(netbox, "10.1.2.0/24")["id"]
    prefix(netbox, "10.2.2.0/24")
    prefix(netbox, "10.2.0.0/16")
    server = netbox_kea()
    synced(server)
    sync(server)
    [warning] = server.logged("WARN .*NETBOX_NESTED .*")
    assert f"10.1.0.0/16 (id {outer})" in warning and f"10.1.2.0/24 (id {inner})" in warning
    assert '"id"' in warning and '"relay.ip-addresses"' in warning
    ip_range(netbox, "10.1.2.10", "10.1.2.20")
    ip_range(netbox, "10.1.0.10/16", "10.1.0.20/16")
    sync(server)
    assert client.lease(mac(1), "10.1.2.1").address == "10.1.0.10"


@pytest.mark.parametrize("ip", ["10.0.0.0", "10.0.0.255"])
def test_the_network_and_its_broadcast_address_are_nobodys(netbox, netbox_kea, client, ip):
    prefix(netbox, "10.0.0.0/24")
    number = address(netbox, ip, mac(1))["id"]
    server = netbox_kea()
    synced(server)
    assert left_out(server) == {("ip-address", number)}


@BOTH
def test_a_client_class_counts_once_kea_knows_it(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    number = ip_range(netbox, "10.0.0.10", "10.0.0.20", custom_fields={"client_class": "phones"})["id"]
    server = netbox_kea(MAPS)
    synced(server)
    assert left_out(server) == {("ip-range", number)}
    server.reload({"client-classes": [{"name": "phones", "test": "option[230].hex == 'phone'"}]})
    phone = {"options": {230: b"phone"}}
    assert client.until(mac(1), identity=phone, address="10.0.0.10")
    assert client.is_ignored(client.discovery(mac(2)), probe=client.lease(mac(1), **phone))


@BOTH
def test_an_option_counts_once_kea_has_its_definition(netbox, netbox_kea, client):
    number = prefix(netbox, "10.0.0.0/24", {"magic": "abracadabra"})["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    unasked = {"option-data.vendor-magic": {"path": "custom_fields.magic", "always-send": True}}
    server = netbox_kea({"subnet-prefix-map": unasked})
    server.wait_log("NETBOX_SYNCED")
    assert left_out(server) == {("prefix", number)}
    server.reload({"option-def": [{"name": "vendor-magic", "code": 230, "type": "string", "space": "dhcp4"}]})
    assert client.until(mac(1), address="10.0.0.10").options[230] == b"abracadabra"


@BOTH
def test_a_lifetime_that_is_none_is_the_prefixs_fault(netbox, netbox_kea):
    prefix(netbox, "10.0.0.0/24", {"lifetime": 600})
    faulty = {("prefix", prefix(netbox, f"10.{net}.0.0/24", {"lifetime": lifetime})["id"])
              for net, lifetime in enumerate([-1, 0, 2 ** 32, "1h", True, [600, 700], {"value": "x"}], start=1)}
    server = netbox_kea(MAPS)
    assert synced(server)["subnets"] == 1
    assert left_out(server) == faulty


@pytest.mark.parametrize("name, value", [("routers", "10.0.0.1, "), ("routers", ["10.0.0.1", "x"]), ("routers", {"a": {}}),
                                         ("next_server", "somewhere"), ("match", 7), ("lifetime", "600 s")])
@BOTH
def test_a_value_that_cannot_be_meant_is_the_prefixs_fault(netbox, netbox_kea, client, name, value):
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    number = prefix(netbox, "10.1.0.0/24", {name: value})["id"]
    server = netbox_kea(MAPS)
    synced(server)
    assert left_out(server) == {("prefix", number)}
    assert client.lease(mac(1)).address == "10.0.0.10"


@BOTH
def test_a_range_that_ends_before_it_starts_is_left_out(netbox, netbox_kea):
    prefix(netbox, "10.0.0.0/24")
    number = ip_range(netbox, "10.0.0.20", "10.0.0.10", _check=False)["id"]
    server = netbox_kea()
    synced(server)
    assert left_out(server) == {("ip-range", number)}


@BOTH
def test_names_beyond_ascii_hurt_nobody(netbox, netbox_kea, client):
    netbox.define_field("note", "text", "ipam.prefix")
    named = {"note": "Zürich 東京 🖧 \u2028 \"quoted\" \\ back", "routers": "10.0.0.1"}
    prefix(netbox, "10.0.0.0/24", named)
    bad = prefix(netbox, "10.1.0.0/24", {**named, "routers": "Übergang 東京"})["id"]
    address(netbox, "10.0.0.5", **machine(netbox, "サーバー-7", mac(1)))
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({**MAPS, "subnet-prefix-map": {**SUBNET_MAP, "user-context.note": "custom_fields.note"}})
    synced(server)
    assert left_out(server) == {("prefix", bad)}
    assert server.logged("NETBOX_LEFT_OUT .*Übergang 東京")
    assert client.lease(mac(1)).address == "10.0.0.5"
    assert client.lease(mac(2)).routers == ["10.0.0.1"]
    begin = server.mark()
    sync(server)
    assert configurations(server, begin) == 0


# What only the whole shows

@BOTH
def test_a_refusal_of_the_whole_leaves_the_last_good_in_force(netbox, netbox_kea, client, failing):
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea(libraries=[failing.entry])
    synced(server)
    failing.config()
    prefix(netbox, "10.1.0.0/24")
    begin = server.mark()
    server.http.event("tag", 1)
    server.wait_log("ERROR .*NETBOX_CONFIG_SET_REFUSED", begin)
    status, health = server.http.health()
    assert status == 503 and "refused" in health["reason"]
    assert client.lease(mac(1)).address == "10.0.0.10"
    failing.config(False)
    server.http.event("tag", 1)
    assert synced(server)["subnets"] == 2


@BOTH
def test_what_kea_does_not_take_any_more_keeps_nothing_else_from_being_served_again(netbox, netbox_kea, client):
    """A reload takes the definition of one prefix's option away while NetBox can't be asked."""
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    magic = prefix(netbox, "10.1.0.0/24", {"magic": "abracadabra"})["id"]
    ip_range(netbox, "10.1.0.10", "10.1.0.20")
    definition = {"name": "vendor-magic", "code": 230, "type": "string", "space": "dhcp4"}
    server = netbox_kea(MAPS, {"option-def": [definition]})
    assert synced(server)["subnets"] == 2
    netbox.refuse()
    server.reload({"option-def": []})
    assert client.until(mac(1), address="10.0.0.10")
    netbox.listen()
    synced(server)
    assert left_out(server) == {("prefix", magic)}
    server.reload({"option-def": [definition]})
    assert client.until(mac(2), "10.1.0.1", address="10.1.0.10")


@BOTH
def test_a_subnet_written_by_hand_meanwhile_keeps_nothing_else_from_being_served_again(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    lost = prefix(netbox, "10.1.0.0/24")["id"]
    server = netbox_kea({"ownership": "marked"})
    assert synced(server)["subnets"] == 2
    netbox.refuse()
    server.reload({"subnet4": [subnet(700, "10.1.0.0/24", "10.1.0.30 - 10.1.0.40")]})
    assert client.until(mac(1), address="10.0.0.10")
    assert client.lease(mac(2), "10.1.0.1").address == "10.1.0.30"
    netbox.listen()
    synced(server)
    assert left_out(server) == {("prefix", lost)}


@BOTH
def test_kea_serves_between_the_slices_in_which_its_parsers_look_at_many_objects(netbox, netbox_kea, client):
    by_hand = subnet(9999, "10.200.0.0/24", "10.200.0.10 - 10.200.0.20")
    rows = [{"prefix": f"10.{number // 250}.{number % 250}.0/24", "custom_fields": {"dhcp_enabled": True}} for number in range(3000)]
    netbox.add_many("ipam.prefix", rows, _events=False)
    server = netbox_kea({"check-only": True}, {"subnet4": [by_hand]})
    while not server.logged("NETBOX_CHECK_ONLY"):
        client.lease(mac(1), "10.200.0.1")
    log = server.log().split("NETBOX_STARTED")[1]
    looked_at = log[log.index("DHCPSRV_CFGMGR_NEW_SUBNET"):log.index("COMMAND_RECEIVED Received command 'config-test'")]
    assert looked_at.count("DHCPSRV_CFGMGR_NEW_SUBNET") == 3000
    assert "DHCP4_PACKET_SEND" in looked_at


# What the health check says of it

def test_what_is_left_out_is_named_by_the_health_check(netbox, netbox_kea):
    prefix(netbox, "10.0.0.0/24")
    faulty = [prefix(netbox, f"10.1.{net}.0/24", {"lifetime": "long"})["id"] for net in range(4)]
    server = netbox_kea({"subnet-prefix-map": {"valid-lifetime": "custom_fields.lifetime"}})
    synced(server)
    named = server.http.health()[1]["left-out-first"]
    assert named.count('valid-lifetime: "long"') == 3 and named.endswith("; …")
    assert f"(NetBox id {faulty[0]}, {netbox.url}/ipam/prefixes/{faulty[0]}/)" in named
    for each in faulty:
        netbox.change("ipam.prefix", each, custom_fields={"lifetime": 3600})
    sync(server)
    assert "left-out-first" not in server.http.health()[1]


def test_where_no_subnet_is_served_and_prefixes_are_left_out_all_is_not_well(netbox, netbox_kea):
    number = prefix(netbox, "10.0.0.0/24", {"lifetime": "long"})["id"]
    server = netbox_kea({"subnet-prefix-map": {"valid-lifetime": "custom_fields.lifetime"}})
    server.wait_log("NETBOX_SYNCED")
    status, health = server.http.health()
    assert (status, health["reason"]) == (503, "no subnet from NetBox is served, and prefixes are left out")
    follow(netbox, server)
    netbox.change("ipam.prefix", number, custom_fields={"lifetime": 3600})
    eventually(server.http.healthy)
