# SPDX-License-Identifier: MPL-2.0
"""The laboratory's DHCPv6, on a plain kea-dhcp6, where test_lab.py has no twin."""

import pytest

from client import mac
from dhcp6 import duid_of, link_local
from kea_server import reservation6, subnet6

LINK, BRANCH = "2001:db8:0:1::1", "2001:db8:0:2::1"


def near(**keys):
    return subnet6(1, "2001:db8:0:1::/64", "2001:db8:0:1::10 - 2001:db8:0:1::99", **keys)


def far(**keys):
    return subnet6(2, "2001:db8:0:2::/64", "2001:db8:0:2::10 - 2001:db8:0:2::99", **keys)


@pytest.fixture
def kea6(kea):
    return lambda config, **options: kea(config, program="kea-dhcp6", **options)


def test_lease_from_a_pool(kea6, client6):
    kea6({"subnet6": [near(), far()]})
    lease = client6.lease(mac(1), LINK)
    assert (lease.type, lease.addresses, lease.prefixes) == ("REPLY", ["2001:db8:0:1::10"], [])
    assert client6.renew(lease).address == lease.address
    assert client6.init_reboot(lease).statuses == ["Success"]
    assert client6.lease(mac(2), BRANCH).address == "2001:db8:0:2::10"


def test_client_without_a_relay_belongs_to_the_subnet_of_the_interface(kea6, client6, link):
    server = kea6({"subnet6": [near(), far(interface=link.interface)]})
    lease = client6.lease(mac(1))
    assert lease.address == "2001:db8:0:2::10"
    assert client6.renew(lease).address == lease.address
    server.reload({"subnet6": [near(), far()]})
    assert client6.is_ignored(client6.discovery(mac(1)), probe=client6.lease(mac(1), LINK))


def test_options_as_a_client_reads_them(kea6, client6):
    options = [("dns-servers", "2001:db8::53, 2001:db8::54"), ("sntp-servers", "2001:db8::123"),
               ("domain-search", "one.example, two.example")]
    kea6({"subnet6": [near(valid_lifetime=1234, preferred_lifetime=1000, renew_timer=500, rebind_timer=800,
                           option_data=[{"name": name, "data": data} for name, data in options])]})
    lease = client6.lease(mac(1), LINK)
    assert lease.dns == ["2001:db8::53", "2001:db8::54"]
    assert lease.ntp == ["2001:db8::123"]
    assert lease.domain_search == ["one.example", "two.example"]
    assert (lease.preferred_time, lease.lease_time, lease.renew_time, lease.rebind_time) == (1000, 1234, 500, 800)
    assert lease.hostname is None
    assert client6.information(mac(2), LINK).dns == lease.dns


def test_reservation_by_duid(kea6, client6):
    duid = bytes.fromhex("0002000009bf01020304")
    kea6({"subnet6": [near(reservations=[
        reservation6(["2001:db8:0:1::201"], duid=duid.hex()),
        reservation6(["2001:db8:0:1::202"], duid=duid_of(mac(9)).hex(), hostname="desk.example.org")])]})
    lease = client6.lease(mac(8), LINK, duid=duid)
    assert (lease.address, lease.hostname) == ("2001:db8:0:1::201", None)
    lease = client6.lease(mac(9), LINK)
    assert (lease.address, lease.hostname) == ("2001:db8:0:1::202", "desk.example.org")
    assert client6.lease(mac(10), LINK, hostname="mine").hostname == "mine"


def test_reservation_by_mac(kea6, client6, link):
    """Kea finds the MAC in a DUID that is made of it, else in the link-local address, but there only one that a maker has given."""
    given, of_its_own = "00:16:3e:00:00:07", mac(8)
    hosts = [reservation6(["2001:db8:0:1::200"], hw_address=given, hostname="printer"),
             reservation6(["2001:db8:0:1::201"], hw_address=of_its_own)]
    kea6({"subnet6": [near(interface=link.interface, reservations=hosts)]})
    for relay in (LINK, None):
        for identity in ({}, {"duid": b"\0\2any"}):
            lease = client6.lease(given, relay, **identity)
            assert (lease.address, lease.hostname) == ("2001:db8:0:1::200", "printer")
            client6.release(lease)
    assert client6.lease(of_its_own, LINK).address == "2001:db8:0:1::201"
    assert client6.lease(of_its_own, LINK, duid=b"\0\2other").address == "2001:db8:0:1::10"


def test_reservation_of_several_addresses(kea6, client6):
    both = ["2001:db8:0:1::200", "2001:db8:0:1::201"]
    kea6({"subnet6": [near(reservations=[reservation6(both, hw_address=mac(7))])]})
    assert sorted(client6.lease(mac(7), LINK, addresses=2).addresses) == both


def test_delegated_prefixes(kea6, client6):
    kea6({"subnet6": [near(pd_pools=[("2001:db8:f000::/48", 56)],
                           reservations=[reservation6(prefixes=["2001:db8:e000::/56"], hw_address=mac(7))])]})
    lease = client6.lease(mac(1), LINK, prefix=True)
    assert (lease.address, lease.prefixes) == ("2001:db8:0:1::10", ["2001:db8:f000::/56"])
    assert client6.renew(lease).prefixes == lease.prefixes
    lease = client6.lease(mac(7), LINK, prefix=True, addresses=0)
    assert (lease.addresses, lease.prefixes) == ([], ["2001:db8:e000::/56"])
    hint = client6.lease(mac(3), LINK, addresses=0, hints=["2001:db8:f000:ff00::/56"])
    assert hint.prefixes == ["2001:db8:f000:ff00::/56"]


def test_rapid_commit(kea6, client6):
    kea6({"subnet6": [near(rapid_commit=True), far()]})
    assert client6.discover(mac(1), LINK, rapid=True).type == "REPLY"
    assert client6.lease(mac(1), LINK, rapid=True).address == "2001:db8:0:1::10"
    assert client6.discover(mac(1), BRANCH, rapid=True).type == "ADVERTISE"


def test_interface_id_of_the_relay_chooses_the_subnet(kea6, client6):
    kea6({"subnet6": [near(), far(interface_id="port-7")]})
    assert client6.lease(mac(1), LINK, interface_id=b"port-7").address == "2001:db8:0:2::10"
    assert client6.lease(mac(1), LINK, interface_id=b"port-8").address == "2001:db8:0:1::10"


def test_what_grants_nothing_is_no_answer_and_can_be_seen(kea6, client6):
    server = kea6({"subnet6": [near(), subnet6(2, "2001:db8:0:2::/64")]})
    known = client6.lease(mac(1), LINK)
    for relay in (BRANCH, "2001:db8:0:9::1"):
        assert client6.is_ignored(client6.discovery(mac(2), relay), probe=known)
        assert client6.discover(mac(2), relay, refusals=True).statuses == ["NoAddrsAvail"]
    assert client6.discover(mac(2), BRANCH, refusals=True, prefix=True, addresses=0).statuses == ["NoPrefixAvail"]
    assert not client6.is_ignored(client6.discovery(mac(2), LINK), probe=known)
    server.set({"subnet6": [near(option_data=[{"name": "dns-servers", "data": "10.0.0.1"}])]}, expect=1)
    assert client6.is_ignored(client6.renewal(known), probe=server.round_trip)


def test_moved_reservation_takes_the_old_address_back(kea6, client6):
    def at(address):
        return {"subnet6": [near(reservations=[reservation6([address], hw_address=mac(7))])]}
    server = kea6(at("2001:db8:0:1::200"))
    lease = client6.lease(mac(7), LINK)
    server.reload(at("2001:db8:0:1::201"))
    renewed = client6.renew(lease)
    assert (renewed.addresses, renewed.taken_back) == (["2001:db8:0:1::201"], ["2001:db8:0:1::200"])


def test_link_local_address_of_a_mac():
    assert link_local("02:00:00:00:00:01") == "fe80::ff:fe00:1"
