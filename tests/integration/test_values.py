# SPDX-License-Identifier: MPL-2.0
"""Values of NetBox in every form that it has, through map and filter to the client."""

import pytest

from client import mac
from dhcp6 import IA_ADDRESS, IA_NA, identity_association, option, wanted_address
from objects import address, ip_range, left_out, prefix, sync, synced
from office6 import BRANCH, NET, RELAY
from twins import BOTH


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


def test_null_in_a_filter_asks_for_what_has_none(netbox, netbox_kea):
    ours = prefix(netbox, "10.0.0.0/24")["id"]
    prefix(netbox, "10.1.0.0/24", vrf=netbox.add("ipam.vrf", name="Blue")["id"])
    server = netbox_kea({"prefix-filter": {"cf_dhcp_enabled": True, "vrf_id": None}})
    synced(server)
    assert list(server.subnets()) == [ours]


def test_an_empty_filter_takes_everything(netbox, netbox_kea):
    for net in (0, 1):
        netbox.add("ipam.prefix", prefix=f"10.{net}.0.0/24")
    assert synced(netbox_kea({"prefix-filter": {}, "iprange-filter": {}, "ipaddress-filter": {}}))["subnets"] == 2


@BOTH
def test_two_prefixes_with_one_mapped_id_collide(netbox, netbox_kea):
    netbox.define_field("kea_id", "integer", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"kea_id": 7})
    second = prefix(netbox, "10.1.0.0/24", {"kea_id": 7})["id"]
    server = netbox_kea({"subnet-prefix-map": {"id": ["custom_fields.kea_id", "id"]}})
    synced(server)
    assert server.subnets()[7]["subnet"] == "10.0.0.0/24"
    assert left_out(server) == {("prefix", second)}


def test_a_prefix_without_a_mapped_id_has_its_own(netbox, netbox_kea):
    netbox.define_field("kea_id", "integer", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"kea_id": 7})
    own = prefix(netbox, "10.1.0.0/24")["id"]
    server = netbox_kea({"subnet-prefix-map": {"id": "custom_fields.kea_id"}})
    synced(server)
    assert {number: each["subnet"] for number, each in server.subnets().items()} == {7: "10.0.0.0/24", own: "10.1.0.0/24"}


@BOTH
def test_classes_choose_the_pool_and_add_options(netbox, netbox_kea, client):
    netbox.define_field("class", "text", "ipam.iprange")
    netbox.define_field("extra", "json", "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"extra": ["late"]})
    ip_range(netbox, "10.0.0.10", "10.0.0.19", custom_fields={"class": "phones"})
    ip_range(netbox, "10.0.0.20", "10.0.0.29")
    synced(netbox_kea({"subnet-prefix-map": {"require-client-classes": "custom_fields.extra"},
                       "pool-iprange-map": {"client-class": "custom_fields.class"}}, {"client-classes": [
        {"name": "phones", "test": f"pkt4.mac == 0x{mac(1).replace(':', '')}"},
        {"name": "late", "test": "member('ALL')", "only-if-required": True, "option-data": [{"name": "domain-name", "data": "late"}]}]}))
    leases = [client.lease(mac(number)) for number in (1, 2)]
    assert [(lease.address, lease.domain_name) for lease in leases] == [("10.0.0.10", "late"), ("10.0.0.20", "late")]


def test_fractions_booleans_and_numbers_in_texts(netbox, netbox_kea, client):
    for name, kind in (("t1", "decimal"), ("t2", "text"), ("tee", "boolean"), ("life", "text")):
        netbox.define_field(name, kind, "ipam.prefix")
    prefix(netbox, "10.0.0.0/24", {"t1": 0.25, "t2": "0.5", "tee": True, "life": "4000"})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    synced(netbox_kea({"subnet-prefix-map": {"t1-percent": "custom_fields.t1", "t2-percent": {"path": "custom_fields.t2"},
                                             "calculate-tee-times": "custom_fields.tee", "valid-lifetime": "custom_fields.life"}}))
    lease = client.lease(mac(1))
    assert (lease.lease_time, lease.renew_time, lease.rebind_time) == (4000, 1000, 2000)


def test_a_subnet_of_an_interface(netbox, netbox_kea, client, link):
    netbox.define_field("port", "text", "ipam.prefix")
    prefix(netbox, "10.3.0.0/24", {"port": link.interface})
    unknown = prefix(netbox, "10.4.0.0/24", {"port": "no-such-port"})["id"]
    ip_range(netbox, "10.3.0.10", "10.3.0.20")
    server = netbox_kea({"subnet-prefix-map": {"interface": "custom_fields.port"}})
    synced(server)
    assert client.lease(mac(1)).address == "10.3.0.10"
    assert left_out(server) == {("prefix", unknown)}


def test_relay_addresses_of_the_map_choose_the_subnet(netbox, netbox_kea, client):
    netbox.define_field("relays", "json", "ipam.prefix")
    prefix(netbox, "10.1.0.0/24", {"relays": ["10.50.0.1", "10.50.0.2/24"]})
    ip_range(netbox, "10.1.0.10", "10.1.0.20")
    synced(netbox_kea({"subnet-prefix-map": {"relay.ip-addresses": "custom_fields.relays"}}))
    assert client.lease(mac(1), giaddr="10.50.0.2").address == "10.1.0.10"


@BOTH
def test_a_reservations_client_classes_must_all_be_known(netbox, netbox_kea, client):
    netbox.define_field("classes", "json", "ipam.ipaddress")
    prefix(netbox, "10.0.0.0/24")
    for number, names in ((1, ["special"]), (2, "special"), (3, ["special", "unheard"])):
        address(netbox, f"10.0.0.{number + 4}", custom_fields={"classes": names, "dhcp_reservation_hw_address": mac(number)})
    server = netbox_kea({"reservation-ipaddr-map": {"hw-address": "custom_fields.dhcp_reservation_hw_address",
                                                    "client-classes": "custom_fields.classes"}},
                        {"client-classes": [{"name": "special", "option-data": [{"name": "routers", "data": "10.0.0.9"}]}]})
    synced(server)
    assert client.lease(mac(1)).routers == client.lease(mac(2)).routers == ["10.0.0.9"]
    assert left_out(server) == {("ip-address", 3)}


def test_texts_pass_unharmed(netbox, netbox_kea, client):
    netbox.define_field("url", "text", "ipam.prefix")
    text = "http://boot.example/a,b?c=\"d\"&e=\\f/Ünïcode"
    prefix(netbox, "10.0.0.0/24", {"dhcp_boot_file_name": "a b/\"c\".0", "url": text})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"subnet-prefix-map": {"boot-file-name": "custom_fields.dhcp_boot_file_name",
                                               "user-context.url": "custom_fields.url"}})
    synced(server)
    assert client.lease(mac(1)).boot_file == "a b/\"c\".0"
    begin = server.mark()
    sync(server)
    assert not server.logged("NETBOX_CHANGED", begin)


@BOTH
def test_prefixes_that_swap_their_networks(netbox, netbox_kea, client):
    first, second = prefix(netbox, "10.0.0.0/24")["id"], prefix(netbox, "10.1.0.0/24")["id"]
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    ip_range(netbox, "10.1.0.10", "10.1.0.20")
    server = netbox_kea()
    synced(server)
    netbox.change("ipam.prefix", first, prefix="10.1.0.0/24")
    netbox.change("ipam.prefix", second, prefix="10.0.0.0/24")
    sync(server)
    assert [server.subnets()[number]["subnet"] for number in (first, second)] == ["10.1.0.0/24", "10.0.0.0/24"]
    assert client.lease(mac(1)).address == "10.0.0.10"
    assert client.lease(mac(1), giaddr="10.1.0.1").address == "10.1.0.10"


@BOTH
def test_a_prefix_that_grows_keeps_its_id_and_takes_in_what_it_holds_now(netbox, netbox_kea, client):
    number = prefix(netbox, "10.0.0.0/24")["id"]
    ip_range(netbox, "10.0.1.10", "10.0.1.20")
    server = netbox_kea()
    assert synced(server)["pools"] == 0
    netbox.change("ipam.prefix", number, prefix="10.0.0.0/23")
    sync(server)
    assert client.lease(mac(1)).address == "10.0.1.10"
    assert server.subnets()[number]["subnet"] == "10.0.0.0/23"


@BOTH
def test_a_multi_threaded_server_is_served_the_same(netbox, netbox_kea, client):
    prefix(netbox, "10.0.0.0/24")
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    address(netbox, "10.0.0.5", mac(1))
    server = netbox_kea(config={"multi-threading": {"enable-multi-threading": True}})
    synced(server)
    assert client.lease(mac(1)).address == "10.0.0.5"
    address(netbox, "10.0.0.6", mac(2))
    sync(server)
    assert client.until(mac(2), address="10.0.0.6")


# Of IPv6 alone

@pytest.mark.parametrize("lifetime, preferred", [(60, 30), (1_000_000, 3000)])
def test_a_valid_lifetime_outside_the_global_bounds(netbox, kea6, client6, lifetime, preferred):
    """The global preferred one, where it is longer, gives way to half the valid one: clients drop such addresses."""
    number = prefix(netbox, NET, {"dhcp_valid_lifetime": lifetime})["id"]
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    server = kea6(config={"preferred-lifetime": 3000, "valid-lifetime": 4000, "min-valid-lifetime": 3500,
                          "max-valid-lifetime": 5000})
    lease = client6.lease(mac(1), RELAY)
    assert (lease.preferred_time, lease.lease_time) == (preferred, lifetime)
    ours = server.subnets()[number]
    assert (ours["min-valid-lifetime"], ours["max-valid-lifetime"]) == (lifetime, lifetime)


@pytest.mark.parametrize("lifetime", [60, 4000])
def test_a_preferred_lifetime_outside_the_global_bounds(netbox, kea6, client6, lifetime):
    prefix(netbox, NET, {"dhcp_preferred_lifetime": lifetime})
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    kea6(config={"valid-lifetime": 4000, "preferred-lifetime": 3000, "min-preferred-lifetime": 2000,
                 "max-preferred-lifetime": 3500})
    lease = client6.lease(mac(1), RELAY)
    assert (lease.preferred_time, lease.lease_time) == (lifetime, 4000)


@pytest.mark.parametrize("lifetimes", [
    {"dhcp_preferred_lifetime": 601, "dhcp_valid_lifetime": 600}, {"dhcp_preferred_lifetime": 7201},
    {"dhcp_preferred_lifetime": 0}, {"dhcp_preferred_lifetime": -1}])
def test_a_preferred_lifetime_that_is_none(netbox, beside, lifetimes):
    """Kea's own valid one is 7200."""
    beside(("prefix", prefix(netbox, BRANCH, lifetimes)["id"]))


def test_a_client_that_asks_for_its_lifetimes_gets_none_that_is_preferred_longer_than_valid(netbox, kea6, client6):
    """As one does that renews what it got before the prefix had a lifetime of its own."""
    prefix(netbox, NET, {"dhcp_valid_lifetime": 3500})
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    kea6(config={"preferred-lifetime": 3000, "max-preferred-lifetime": 4000, "valid-lifetime": 5000, "max-valid-lifetime": 6000})
    lease = client6.lease(mac(1), RELAY)
    asked = wanted_address(lease.address)[4:20] + (4000).to_bytes(4, "big") + (6000).to_bytes(4, "big")
    question = client6.renewal(lease)
    question.options = [each for each in question.options if each[0] != IA_NA]
    question.options.append(identity_association(IA_NA, 1, option(IA_ADDRESS, asked)))
    renewed = client6.ask(question)
    assert renewed.preferred_time <= renewed.lease_time == 3500


def test_the_times_to_renew_are_parts_of_the_preferred_lifetime(netbox, kea6, client6):
    for name, kind in (("t1", "decimal"), ("t2", "text"), ("tee", "boolean"), ("life", "text")):
        netbox.define_field(name, kind, "ipam.prefix")
    prefix(netbox, NET, {"t1": 0.25, "t2": "0.5", "tee": True, "life": "4000"})
    ip_range(netbox, "2001:db8:0:1::10", "2001:db8:0:1::20")
    kea6({"subnet-prefix-map": {"t1-percent": "custom_fields.t1", "t2-percent": {"path": "custom_fields.t2"},
                                "calculate-tee-times": "custom_fields.tee", "preferred-lifetime": "custom_fields.life"}})
    lease = client6.lease(mac(1), RELAY)
    assert (lease.preferred_time, lease.renew_time, lease.rebind_time) == (4000, 1000, 2000)


def test_a_client_without_a_relay_belongs_to_the_subnet_of_the_interface(netbox, kea6, client6, link):
    netbox.define_field("port", "text", "ipam.prefix")
    prefix(netbox, NET)
    prefix(netbox, BRANCH, {"port": link.interface})
    unknown = prefix(netbox, "2001:db8:0:3::/64", {"port": "no-such-port"})["id"]
    address(netbox, "2001:db8:0:2::5", mac(1))
    ip_range(netbox, "2001:db8:0:2::10", "2001:db8:0:2::20")
    server = kea6({"subnet-prefix-map": {"interface": "custom_fields.port"}})
    assert [client6.lease(mac(number)).address for number in (1, 2)] == ["2001:db8:0:2::5", "2001:db8:0:2::10"]
    assert left_out(server) == {("prefix", unknown)}


# What names nothing

@BOTH
def test_an_option_that_has_no_name(netbox, netbox_kea, client):
    netbox.define_field("options", "json", "ipam.prefix")
    faulty = prefix(netbox, "10.1.0.0/24", {"options": [{"data": "zz9"}]})["id"]
    prefix(netbox, "10.0.0.0/24", {"options": [{"name": "domain-search", "data": "one.example"}]})
    ip_range(netbox, "10.0.0.10", "10.0.0.20")
    server = netbox_kea({"subnet-prefix-map": {"option-data": "custom_fields.options"}})
    synced(server)
    assert left_out(server) == {("prefix", faulty)}
    assert client.lease(mac(1), "10.0.0.1").domain_search == ["one.example"]
