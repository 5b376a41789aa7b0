# SPDX-License-Identifier: MPL-2.0
"""The guard: an answer that is empty or has shrunk wipes nothing, however it comes."""

import pytest

from client import mac
from objects import address, addresses, configurations, follow, ip_range, prefix, sync, synced
from office6 import delegated
from kea_server import subnet
from twins import BOTH, IPV4, IPV6, to_ipv4
from waiting import eventually

pytestmark = BOTH

SUBNETS, HOSTS = 12, 60


@pytest.fixture(autouse=True)
def site(netbox):
    """12 prefixes with a range each, 60 addresses in the first."""
    netbox.define_default_fields()
    for net in range(SUBNETS):
        prefix(netbox, f"10.{net}.0.0/24", _events=False)
        ip_range(netbox, f"10.{net}.0.200", f"10.{net}.0.250", _events=False)
    addresses(netbox, HOSTS)


@pytest.fixture
def server(netbox, netbox_kea, site):
    server = netbox_kea()
    assert counts(server, synced(server)) == (SUBNETS, SUBNETS, HOSTS)
    return server


def counts(server, health=None):
    health = health or server.http.health()[1]
    return health["subnets"], health["pools"], health["reservations"]


def all_is_served(client):
    """From the first host to the last, and from the last subnet's pool."""
    return (client.lease(mac(1)).address == "10.0.0.2" and client.lease(mac(HOSTS)).address == f"10.0.0.{HOSTS + 1}"
            and client.lease(mac(900), f"10.{SUBNETS - 1}.0.1").address.startswith(f"10.{SUBNETS - 1}.0.2"))


def held(server):
    """What the health check says of what is held; a full sync is asked for."""
    sync(server)
    status, health = server.http.health()
    assert status == 503
    return health["reason"]


# An answer that is wrong

@pytest.mark.parametrize("model, wiped", [("ipam.prefix", "12 of 12 subnets"), ("ipam.iprange", "12 of 12 pools"),
                                          ("ipam.ipaddress", "60 of 60 reservations")])
def test_an_empty_answer_wipes_nothing(netbox, server, client, model, wiped):
    netbox.fault("empty", model)
    begin = server.mark()
    assert wiped in held(server)
    assert server.logged(f"ERROR .*NETBOX_HELD .*{wiped}", begin)
    assert all_is_served(client)
    assert counts(server) == (SUBNETS, SUBNETS, HOSTS)
    assert configurations(server, begin) == 0
    netbox.clear()
    sync(server)
    assert server.http.healthy()
    assert server.logged("NETBOX_RELEASED", begin)


def test_a_prefix_restored_with_a_new_id_waits_for_what_is_held_in_the_old_one(netbox, server, client):
    netbox.fault("empty", "ipam.ipaddress")
    netbox.delete("ipam.prefix", netbox.all("ipam.prefix")[0], _events=False)
    prefix(netbox, "10.0.0.0/24", _events=False)
    assert "60 of 60 reservations" in held(server)
    assert all_is_served(client)
    netbox.clear()
    sync(server)
    assert client.lease(mac(30)).address == "10.0.0.31" and server.http.healthy()


def test_prefixes_lost_from_sight_keep_the_few_pools_in_them(netbox, server, client):
    numbers = netbox.all("ipam.prefix")[-11:]
    for number in numbers:
        netbox.delete("ipam.prefix", number, _events=False)
    assert "11 of 12 subnets" in held(server)
    assert counts(server) == (SUBNETS, SUBNETS, HOSTS)
    assert all_is_served(client)


def test_a_netbox_that_was_restored_empty_wipes_nothing(netbox, server, client):
    for model in ("ipam.ipaddress", "ipam.iprange", "ipam.prefix"):
        for number in netbox.all(model):
            netbox.delete(model, number, _events=False)
    reason = held(server)
    assert all(word in reason for word in ("subnets", "pools", "reservations"))
    assert all_is_served(client)


def test_a_permission_that_was_narrowed_wipes_nothing(netbox, server, client):
    netbox.constrain("ipam.ipaddress", lambda row: row["id"] % 2 == 0)
    assert "30 of 60 reservations" in held(server)
    assert all_is_served(client)
    netbox.allow("ipam.ipaddress")
    sync(server)
    assert server.http.healthy()


def test_held_removals_do_not_hold_up_other_changes(netbox, server, client):
    netbox.fault("empty", "ipam.ipaddress")
    netbox.change("ipam.prefix", netbox.all("ipam.prefix")[0], custom_fields={"dhcp_option_data_routers": "10.0.0.3"})
    prefix(netbox, "10.50.0.0/24")
    assert "reservations" in held(server)
    assert client.lease(mac(1)).routers == ["10.0.0.3"]
    assert all_is_served(client)
    assert counts(server) == (SUBNETS + 1, SUBNETS, HOSTS)


def test_held_reservations_keep_their_subnets(netbox, server, client):
    """Their prefix alone could go, but not with what is in it."""
    netbox.delete("ipam.prefix", netbox.all("ipam.prefix")[0])
    netbox.fault("empty", "ipam.ipaddress")
    held(server)
    assert all_is_served(client)


def test_the_same_is_said_once(netbox, server):
    netbox.fault("empty", "ipam.ipaddress")
    for _ in range(3):
        held(server)
    assert len(server.logged("NETBOX_HELD")) == 1


# What only IPv6 has

def of_a_client(client, number, count):
    """So many addresses it gets; they are given back."""
    lease = client.lease(mac(number), addresses=count)
    client.release(lease)
    return set(to_ipv4(lease.addresses))


@IPV6
def test_each_address_of_a_client_counts(netbox, netbox_kea, client):
    """A client that loses one of two stays a reservation of Kea's, and its address is lost all the same."""
    second = [address(netbox, f"10.0.0.{number + 100}", mac(number), _events=False)["id"] for number in range(1, 31)]
    server = netbox_kea()
    assert counts(server, synced(server)) == (SUBNETS, SUBNETS, HOSTS + 30)
    netbox.constrain("ipam.ipaddress", lambda row: row["id"] not in second)
    assert "30 of 90 reservations" in held(server)
    for number in (1, 30):
        assert of_a_client(client, number, 2) == {f"10.0.0.{number + 1}", f"10.0.0.{number + 100}"}
    assert all_is_served(client)


@IPV6
def test_of_three_addresses_of_a_client_one_is_held_while_another_moves(netbox, netbox_kea, client):
    second, third = (address(netbox, f"10.0.0.{host}", mac(1), _events=False)["id"] for host in (100, 101))
    server = netbox_kea()
    synced(server)
    lost = [third, *netbox.all("ipam.ipaddress")[10:40]]
    netbox.constrain("ipam.ipaddress", lambda row: row["id"] not in lost)
    netbox.change("ipam.ipaddress", second, address="10.0.0.110/24", _events=False)
    assert "31 of 62 reservations" in held(server)
    assert of_a_client(client, 1, 3) == {"10.0.0.2", "10.0.0.101", "10.0.0.110"}
    reload_with(server, max_removal_percent=100)
    eventually(lambda: server.http.healthy() and counts(server)[2] == HOSTS + 2 - 31)
    assert of_a_client(client, 1, 2) == {"10.0.0.2", "10.0.0.110"}


@IPV6
def test_all_kinds_that_are_held_at_once_are_named(netbox, netbox_kea, client):
    for number in range(SUBNETS):
        delegated(netbox, f"2001:db8:f{number:03x}::/48", 56, netbox.all("ipam.prefix")[0], _events=False)
    server = netbox_kea()
    assert synced(server)["pd-pools"] == SUBNETS
    for model in ("ipam.ipaddress", "ipam.iprange", "ipam.prefix"):
        netbox.fault("empty", model)
    reason = held(server)
    said = server.wait_log("ERROR .*NETBOX_HELD .*").group(0)
    for what in ("12 of 12 subnets (", "12 of 12 pools (", "12 of 12 pd-pools (", "60 of 60 reservations ("):
        assert what in reason and what in said
    assert all_is_served(client)
    assert client.lease(mac(901), addresses=0, prefix=True).prefixes[0].startswith("2001:db8:f0")
    netbox.clear()
    sync(server)
    assert server.http.healthy() and server.logged("NETBOX_RELEASED")


# Removals by webhook

@IPV4
@pytest.mark.parametrize("number", [1000, 10_000])
def test_delete_webhooks_add_up(netbox, netbox_kea, client, number):
    prefix(netbox, "10.60.0.0/16", _events=False)
    doomed = addresses(netbox, number, "10.60", first=10_000)
    server = netbox_kea(level=0)
    assert synced(server)["reservations"] == HOSTS + number
    for each in doomed:
        netbox.delete("ipam.ipaddress", each, _events=False)
    for each in doomed:
        assert server.http.event("ipaddress", each, "deleted") == 202
    server.wait_log("ERROR .*NETBOX_HELD .*reservations")
    eventually(lambda: server.http.health()[1]["queued"] == 0)
    sync(server)
    assert server.http.health()[0] == 503
    assert counts(server)[2] >= (HOSTS + number) * 0.7
    assert all_is_served(client)


def test_removals_that_trickle_in_add_up_too(netbox, server, client):
    follow(netbox, server)
    doomed = netbox.all("ipam.ipaddress")[5:45]
    for place, each in enumerate(doomed, start=1):
        netbox.delete("ipam.ipaddress", each)
        if place <= 18:
            eventually(lambda: counts(server)[2] == HOSTS - place)
    server.wait_log("ERROR .*NETBOX_HELD .*of 60 reservations")
    assert counts(server)[2] == HOSTS - 18
    assert all_is_served(client)


def test_small_removals_pass(netbox, server, client):
    follow(netbox, server)
    for each in netbox.all("ipam.ipaddress")[-10:]:
        netbox.delete("ipam.ipaddress", each)
    netbox.delete("ipam.prefix", netbox.all("ipam.prefix")[-1])
    eventually(lambda: counts(server) == (SUBNETS - 1, SUBNETS - 1, HOSTS - 10))
    assert server.http.healthy()
    assert client.lease(mac(HOSTS)).address.startswith("10.0.0.2")
    assert client.is_ignored(client.discovery(mac(900), giaddr=f"10.{SUBNETS - 1}.0.1"), probe=client.lease(mac(1)))


def test_ten_may_go_however_few_there_are(netbox, server, client):
    for number in netbox.all("ipam.prefix")[2:]:
        netbox.delete("ipam.prefix", number, _events=False)
    sync(server)
    assert server.http.healthy()
    assert counts(server) == (2, 2, HOSTS)


def test_a_full_sync_within_the_bounds_starts_the_count_anew(netbox, server, client):
    for _ in range(4):
        for each in netbox.all("ipam.ipaddress")[-10:]:
            netbox.delete("ipam.ipaddress", each, _events=False)
        sync(server)
        assert server.http.healthy()
    assert counts(server)[2] == HOSTS - 40


# Released

def test_the_parameter_and_a_reload_release_what_is_held(netbox, server, hook_entry, client):
    for each in netbox.all("ipam.ipaddress"):
        netbox.delete("ipam.ipaddress", each, _events=False)
    assert "max-removal-percent" in held(server)
    assert server.logged("ERROR .*NETBOX_HELD .*max-removal-percent.*config-reload")
    assert all_is_served(client)
    server.reload({"hooks-libraries": [hook_entry({"max-removal-percent": 100, "port": server.http.port})]})
    eventually(lambda: server.http.healthy() and counts(server) == (SUBNETS, SUBNETS, 0))
    assert client.lease(mac(1)).address.startswith("10.0.0.2")
    assert server.logged("NETBOX_RELEASED")


def test_a_restart_does_not_forget_what_was_served(netbox, server, hook_entry, client):
    """After a config-reload the file has none of our subnets, and what was held is held again."""
    netbox.fault("empty", "ipam.ipaddress")
    held(server)
    begin = server.mark()
    server.reload()
    server.wait_log("NETBOX_SYNCED", begin)
    assert server.http.health()[0] == 503
    assert all_is_served(client)


def test_zero_percent_lets_ten_go_and_no_more(netbox, netbox_kea, client):
    server = netbox_kea({"max-removal-percent": 0})
    synced(server)
    doomed = netbox.all("ipam.ipaddress")[-11:]
    for each in doomed:
        netbox.delete("ipam.ipaddress", each, _events=False)
    assert "11 of 60 reservations" in held(server)
    assert counts(server)[2] == HOSTS
    address(netbox, f"10.0.0.{HOSTS + 1}", mac(HOSTS), id=doomed[-1])
    sync(server)
    assert server.http.healthy()
    assert counts(server)[2] == HOSTS - 10


def test_hand_written_subnets_that_the_first_sync_replaces_are_no_removal(netbox, netbox_kea):
    by_hand = [subnet(500 + net, f"10.{100 + net}.0.0/24") for net in range(40)]
    server = netbox_kea(config={"subnet4": by_hand})
    assert synced(server)["subnets"] == SUBNETS
    assert sorted(server.subnets()) == sorted(netbox.all("ipam.prefix"))
    assert len(server.logged("NETBOX_REPLACED")) == 40


def test_what_carries_our_mark_in_keas_own_file_is_guarded_from_the_start(netbox, netbox_kea, client):
    netbox.fault("empty", "ipam.prefix")
    marked = [subnet(net + 1, f"10.{net}.0.0/24", f"10.{net}.0.200 - 10.{net}.0.250", user_context={"netbox_prefix_id": net + 1})
              for net in range(SUBNETS)]
    server = netbox_kea(config={"subnet4": marked})
    server.wait_log("ERROR .*NETBOX_HELD .*12 of 12 subnets")
    assert len(server.subnets()) == SUBNETS


def reload_with(server, **parameters):
    entries = server.config["hooks-libraries"]
    entries[0]["parameters"].update({name.replace("_", "-"): value for name, value in parameters.items()})
    server.reload({"hooks-libraries": entries})


def test_what_came_by_webhook_counts_as_served(netbox, netbox_kea):
    server = netbox_kea()
    synced(server)
    follow(netbox, server)
    added = [address(netbox, f"10.5.0.{n + 10}", mac(2000 + n))["id"] for n in range(60)]
    eventually(lambda: counts(server)[2] == HOSTS + 60)
    for each in added[:30]:
        netbox.delete("ipam.ipaddress", each)
    eventually(lambda: counts(server)[2] == HOSTS + 30)
    assert not server.logged("NETBOX_HELD")


def test_hundred_percent_releases_what_is_held(netbox, server):
    netbox.fault("empty", "ipam.ipaddress")
    assert f"{HOSTS} of {HOSTS} reservations" in held(server)
    reload_with(server, max_removal_percent=100)
    eventually(lambda: server.http.healthy() and counts(server)[2] == 0)


@pytest.mark.parametrize("model, place", [("ipam.prefix", 0), ("ipam.iprange", 1), ("ipam.ipaddress", 2)])
def test_an_empty_answer_wipes_no_small_site(netbox, netbox_kea, model, place):
    for name in ("ipam.ipaddress", "ipam.iprange", "ipam.prefix"):
        for each in netbox.all(name)[2:]:
            netbox.delete(name, each, _events=False)
    server = netbox_kea()
    before = counts(server, synced(server))
    netbox.fault("empty", model)
    assert "2 of 2" in held(server)
    assert counts(server)[place] == before[place] == 2


def test_an_empty_first_answer_leaves_the_operators_own_subnets(netbox, netbox_kea, client):
    fault = netbox.fault("empty", "ipam.prefix")
    server = netbox_kea(config={"subnet4": [subnet(500, "10.0.0.0/8", "10.200.0.10 - 10.200.0.20")]})
    server.wait_log("ERROR .*NETBOX_HELD .*1 of 1 subnets that are not from NetBox")
    assert client.lease(mac(1)).address.startswith("10.200.0.")
    netbox.clear(fault)
    sync(server)
    assert sorted(server.subnets()) == sorted(netbox.all("ipam.prefix"))
