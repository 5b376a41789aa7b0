# SPDX-License-Identifier: MPL-2.0
"""What a pd-pool may have, by map."""

import pytest

import dhcp6
from client import mac
from objects import address, left_out, prefix
from office6 import DUID, NET, RELAY, counts, delegated

PD_EXCLUDE = 67


@pytest.fixture(autouse=True)
def fields(netbox):
    netbox.define_default_fields()


def mapped(netbox, **kinds):
    """The parameters with which pd-pools have more keys, each of a custom field: client_class="text" is client-class."""
    paths = {}
    for name, kind in kinds.items():
        netbox.define_field(name, kind, "ipam.prefix")
        paths[name.replace("option_data_", "option-data.").replace("_", "-")] = f"custom_fields.{name}"
    return {"pd-pool-prefix-map": {"delegated-len": "custom_fields.dhcp_pd_delegated_length",
                                   "subnet": "custom_fields.dhcp_pd_subnet", **paths}}


def with_fields(netbox, net, subnet, length=56, **fields):
    return netbox.add("ipam.prefix", prefix=net, custom_fields={
        "dhcp_pd_delegated_length": length, "dhcp_pd_subnet": subnet, **fields})["id"]


def of_prefix(lease, code):
    """What the server says of a delegated prefix, by its option."""
    [prefixes] = [value for one, value in dhcp6.parse_options(lease.options[dhcp6.IA_PD][12:]) if one == dhcp6.IA_PREFIX]
    return dict(dhcp6.parse_options(prefixes[25:])).get(code)


def test_a_client_that_asks_is_told_of_the_excluded_prefix(netbox, kea6, client6, monkeypatch):
    parameters = mapped(netbox, excluded_prefix="text", excluded_prefix_len="integer")
    subnet = prefix(netbox, NET)["id"]
    with_fields(netbox, "2001:db8:f000::/48", subnet, excluded_prefix="2001:DB8:F000:0080::/57", excluded_prefix_len=57)
    server = kea6(parameters)
    assert counts(server)["left-out"] == 0
    lease = client6.lease(mac(1), RELAY, addresses=0, prefix=True)
    assert (lease.prefixes, of_prefix(lease, PD_EXCLUDE)) == (["2001:db8:f000::/56"], None)
    monkeypatch.setattr(dhcp6, "ALL_WANTED", [PD_EXCLUDE])
    lease = client6.lease(mac(1), RELAY, addresses=0, prefix=True)
    assert (lease.prefixes, of_prefix(lease, PD_EXCLUDE)) == (["2001:db8:f000::/56"], bytes([57, 0x80]))


def test_a_client_class_chooses_the_prefix_and_what_it_brings_is_in_the_answer(netbox, kea6, client6):
    parameters = mapped(netbox, client_class="text", option_data_dns_servers="json")
    subnet = prefix(netbox, NET)["id"]
    with_fields(netbox, "2001:db8:f000::/48", subnet, client_class="homes", option_data_dns_servers="2001:db8::53")
    with_fields(netbox, "2001:db8:e000::/48", subnet, client_class="offices")
    unheard = with_fields(netbox, "2001:db8:d000::/48", subnet, client_class="unheard")
    server = kea6(parameters, {"client-classes": [{"name": "homes", "test": f"option[1].hex == 0x{DUID.hex()}"},
                                                  {"name": "offices", "test": "not member('homes')"}]})
    assert left_out(server) == {("prefix", unheard)}
    homes, offices = (client6.lease(mac(1), RELAY, prefix=True, addresses=0, duid=duid) for duid in (DUID, None))
    assert (homes.prefixes, homes.dns) == (["2001:db8:f000::/56"], ["2001:db8::53"])
    assert (offices.prefixes, offices.dns) == (["2001:db8:e000::/56"], [])


@pytest.mark.parametrize("given", [
    {"excluded_prefix": "2001:db8:e000::", "excluded_prefix_len": 57}, {"excluded_prefix": "2001:db8:f000::80"},
    {"excluded_prefix_len": 57}, {"excluded_prefix": "2001:db8:f000::", "excluded_prefix_len": 56},
    {"excluded_prefix": "10.0.0.0", "excluded_prefix_len": 57}, {"excluded_prefix": "::ffff:10.0.0.0", "excluded_prefix_len": 120},
    {"excluded_prefix": "2001:db8:f000:80::", "excluded_prefix_len": 129},
    {"excluded_prefix": "2001:db8:f000:80::", "excluded_prefix_len": 57 + 256},
    {"no_key": 1}, {"option_data_dns_servers": "10.0.0.53"}, {"option_data_no_such": "x"}])
def test_a_pd_pool_that_kea_refuses_is_left_out_alone(netbox, kea6, client6, given):
    parameters = mapped(netbox, **dict.fromkeys(given, "json"))
    subnet = prefix(netbox, NET)["id"]
    faulty = with_fields(netbox, "2001:db8:f000::/48", subnet, **given)
    delegated(netbox, "2001:db8:e000::/48", 56, subnet)
    address(netbox, "2001:db8:0:1::5", mac(1))
    server = kea6(parameters)
    assert left_out(server) == {("prefix", faulty)}
    lease = client6.lease(mac(1), RELAY, prefix=True)
    assert (lease.addresses, lease.prefixes) == (["2001:db8:0:1::5"], ["2001:db8:e000::/56"])


@pytest.mark.parametrize("length", [129, 256 + 56, "long", "56 or so", True, 56.5, -56, [56, 57], {"length": 56}])
def test_a_delegated_length_that_is_none(netbox, kea6, client6, length):
    netbox.define_field("own_length", "json", "ipam.prefix")
    subnet = prefix(netbox, NET)["id"]
    faulty = with_fields(netbox, "2001:db8:f000::/48", subnet, own_length=length)
    with_fields(netbox, "2001:db8:e000::/48", subnet)
    paths = ["custom_fields.own_length", "custom_fields.dhcp_pd_delegated_length"]
    server = kea6({"pd-pool-prefix-map": {"delegated-len": paths, "subnet": "custom_fields.dhcp_pd_subnet"}})
    assert left_out(server) == {("prefix", faulty)}
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:e000::/56"]


@pytest.mark.parametrize("length", [0, -56])
def test_a_length_of_nothing_is_none(netbox, kea6, length):
    """Such a prefix is what it is without the field."""
    subnet = prefix(netbox, NET)["id"]
    with_fields(netbox, "2001:db8:f000::/48", subnet, length)
    plain = prefix(netbox, "2001:db8:e000::/48", {"dhcp_pd_delegated_length": length})["id"]
    server = kea6()
    assert {number: each["pd-pools"] for number, each in server.subnets().items()} == {subnet: [], plain: []}
    assert counts(server)["left-out"] == 0


@pytest.mark.parametrize("named", ["1abc", "1.5", 1.5, True, 0, -1, [1], {"id": 1, "name": "a site"}, "2001:db8:0:1::/64"])
def test_a_subnet_that_is_named_by_no_id(netbox, kea6, client6, named):
    netbox.define_field("of", "json", "ipam.prefix")
    subnet = prefix(netbox, NET)["id"]
    assert subnet == 1
    faulty = with_fields(netbox, "2001:db8:f000::/48", None, of=named)
    with_fields(netbox, "2001:db8:e000::/48", None, of=str(subnet))
    server = kea6({"pd-pool-prefix-map": {"delegated-len": "custom_fields.dhcp_pd_delegated_length", "subnet": "custom_fields.of"}})
    assert left_out(server) == {("prefix", faulty)}
    assert client6.lease(mac(1), RELAY, addresses=0, prefix=True).prefixes == ["2001:db8:e000::/56"]
