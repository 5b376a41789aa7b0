# SPDX-License-Identifier: MPL-2.0
"""What a test's words stand for over IPv6."""

import ipaddress

import pytest

from twins import to_ipv4, to_ipv6

NETS = ["10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "10.1.0.0/23", "10.1.2.0/24", "10.1.2.192/26", "10.1.2.200/32", "192.0.2.0/24"]


WORDS = ["10.1.2.5/24", "10.0.0.5", "10.0.0.10-10.0.0.20", "10.0.0.1, 10.0.0.2", "http://127.0.0.1:80/", "02:00:00:00:00:01",
         "prefix 10.0.0.0/24. Kea 2.2.0, kea-dhcp4", "DHCP4_CONFIG_COMPLETE"]


@pytest.mark.parametrize("text", [*NETS, *WORDS])
def test_a_twin_s_twin_is_the_word_itself(text):
    twin = to_ipv6(text)
    assert to_ipv4(twin) == text and to_ipv6(twin) == twin
    assert ("10." in text or "192." in text) == ("2001:db8:" in twin)


def test_what_contains_what_stays_so():
    pairs = [(ipaddress.ip_network(net), ipaddress.ip_network(to_ipv6(net))) for net in NETS]
    for net, twin in pairs:
        assert [net.subnet_of(other) for other, _ in pairs] == [twin.subnet_of(other) for _, other in pairs]


def test_a_configuration():
    config = {"Dhcp4": {"subnet4": [{"id": 1, "subnet": "10.0.0.0/24", "relay": {"ip-addresses": ["10.0.0.1"]},
                                     "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "10.0.0.5"}],
                                     "option-data": [{"name": "routers", "data": "10.0.0.1"}]}]}}
    twin = to_ipv6(config)
    [subnet] = twin["Dhcp6"]["subnet6"]
    assert subnet["subnet"] == "2001:db8:a00::/64" and subnet["relay"] == {"ip-addresses": ["2001:db8:a00::1"]}
    assert subnet["reservations"] == [{"hw-address": "02:00:00:00:00:01", "ip-addresses": ["2001:db8:a00::5"]}]
    assert subnet["option-data"] == [{"name": "dns-servers", "data": "2001:db8:a00::1"}]
    assert to_ipv4(twin) == config
