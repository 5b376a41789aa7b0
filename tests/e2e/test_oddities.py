# SPDX-License-Identifier: MPL-2.0
"""Odd but lawful data of a NetBox, and maps and filters that look beyond the default ones: what a DHCP client gets of it."""

import pytest
from client import mac
from waiting import eventually

NET = "198.18.4"
RELAY = f"{NET}.1"

PARAMETERS = {
    "ipaddress-filter": {"tag": "dhcp"},
    "subnet-prefix-map": {
        "option-data.routers": ["custom_fields.gateway", "custom_fields.dhcp_option_data_routers"],
        "option-data.domain-name": ["custom_fields.domain", "role.slug"],
        "option-data.ntp-servers": "custom_fields.clocks",
        "option-data.time-servers": "custom_fields.clock",
        "option-data.log-servers": "custom_fields.logs",
        "option-data.domain-search": "custom_fields.dhcp_option_data_domain_search",
        "valid-lifetime": ["custom_fields.lifetime", "custom_fields.exact_lifetime"],
        "user-context.notes": "custom_fields.notes",
        "user-context.scope": "scope",
    },
}


@pytest.fixture(scope="module")
def office(site):
    """A prefix, its range and a tagged address of MAC 5, with custom fields of every kind."""
    tag = site.add("/api/extras/tags/", name="DHCP", slug="dhcp")
    choices = site.add("/api/extras/custom-field-choice-sets/", name="Clocks",
                       extra_choices=[[f"{NET}.{n}", f"Clock {n}"] for n in (8, 9)])
    for name, kind, more in (
        ("gateway", "object", {"related_object_type": "ipam.ipaddress"}),
        ("logs", "multiobject", {"related_object_type": "ipam.ipaddress"}),
        ("clock", "select", {"choice_set": choices["id"]}), ("clocks", "multiselect", {"choice_set": choices["id"]}),
        ("lifetime", "integer", {}), ("exact_lifetime", "decimal", {}), ("notes", "json", {}), ("domain", "text", {}),
    ):
        site.add("/api/extras/custom-fields/", name=name, type=kind, object_types=["ipam.prefix"], **more)
    site.tags = [tag["id"]]
    site.prefix = site.add_prefix(f"{NET}.0/24")
    site.range = site.add_range(f"{NET}.200/24", f"{NET}.220/24")
    return site


@pytest.fixture(scope="module")
def kea(office, kea):
    return kea


@pytest.fixture(scope="module")
def tagged(office, reserve):
    """tagged(5) makes the address .5 with MAC 5 and the tag of the filter."""
    def make(number, mask=24, **fields):
        return reserve(number, f"{NET}.{number}/{mask}", tags=office.tags, **fields)
    return make


def in_pool(address):
    return int(address.rpartition(".")[2]) >= 200


def test_a_tag_makes_the_reservation(office, kea, served, reserve):
    address = reserve(10, f"{NET}.10/24", status="active")
    served(mac(10), RELAY, address=in_pool)
    office.change(address, tags=office.tags)
    served(mac(10), RELAY, address=f"{NET}.10")
    office.change(address, tags=[])
    served(mac(10), RELAY, address=in_pool)


def test_a_tag_of_the_filter_that_is_renamed_takes_nothing_away(office, kea, served, tagged):
    tagged(11)
    served(mac(11), RELAY, address=f"{NET}.11")
    tag, begin = office.find("/api/extras/tags/", slug="dhcp"), kea.mark()
    office.change(tag, slug="other")
    kea.wait_log("NETBOX_LIST_REFUSED NetBox refuses to list ip-addresses", begin)
    served(mac(11), RELAY, address=f"{NET}.11")
    office.change(tag, slug="dhcp")
    tagged(12)
    served(mac(12), RELAY, address=f"{NET}.12")


def test_a_role_that_is_renamed_reaches_clients_through_the_map(office, kea, served):
    role = office.add("/api/ipam/roles/", name="Printers", slug="printers")
    office.change(office.prefix, role=role["id"])
    served(mac(990), RELAY, domain_name="printers")
    office.change(role, slug="plotters")
    served(mac(990), RELAY, domain_name="plotters")
    office.change(office.prefix, role=None)
    served(mac(990), RELAY, domain_name=None)


def test_custom_fields_of_every_kind_and_emptied(office, kea, served):
    gateway, *logs = (office.add_address(f"{NET}.{n}/24", status="active")["id"] for n in (1, 2, 3))
    full = {"gateway": gateway, "logs": logs, "clock": f"{NET}.8", "clocks": [f"{NET}.9", f"{NET}.8"], "lifetime": 1800,
            "domain": "a.example.org", "notes": {"key": ["日本 \"quoted\" \\", None, 1.5, {"deep": True}]}}
    office.change(office.prefix, custom_fields=full)
    lease = served(mac(990), RELAY, lease_time=1800)
    assert lease.routers == [f"{NET}.1"] and lease.domain_name == "a.example.org"
    assert lease.ntp == [f"{NET}.9", f"{NET}.8"]
    assert lease.addresses(4) == [f"{NET}.8"] and lease.addresses(7) == [f"{NET}.2", f"{NET}.3"]
    office.change(office.prefix, custom_fields={**dict.fromkeys(full), "exact_lifetime": 900, "dhcp_option_data_routers": f" {NET}.254 "})
    lease = served(mac(990), RELAY, lease_time=900)
    assert lease.routers == [f"{NET}.254"] and lease.domain_name is None
    assert lease.ntp == lease.addresses(4) == lease.addresses(7) == []


# The last three Kea's parsers take, and then answer nobody, or with rubbish.
@pytest.mark.parametrize("field, faulty, sound", [
    ("exact_lifetime", 1800.5, {"lease_time": 900}),
    ("dhcp_option_data_routers", "the gateway", {"routers": [f"{NET}.254"]}),
    ("dhcp_option_data_routers", ", ".join(f"{NET}.{n}" for n in range(100, 164)), {"routers": [f"{NET}.254"]}),
    ("dhcp_option_data_routers", "2001:db8::1", {"routers": [f"{NET}.254"]}),
    ("dhcp_option_data_domain_search", "example.org example.com", {"domain_search": ["example.org"]}),
])
def test_a_faulty_value_leaves_the_last_good_version(office, kea, served, field, faulty, sound):
    office.change(office.prefix, custom_fields={"exact_lifetime": 900, "dhcp_option_data_routers": f"{NET}.254",
                                                "dhcp_option_data_domain_search": "example.org"})
    served(mac(990), RELAY, **sound)
    office.change(office.prefix, custom_fields={field: faulty})
    eventually(lambda: kea.http.health()[1]["left-out"] == 1)
    served(mac(990), RELAY, **sound)
    office.change(office.prefix, custom_fields={field: None})
    eventually(lambda: kea.http.health()[1]["left-out"] == 0)


def test_the_mask_of_an_address_does_not_matter(office, kea, served, tagged):
    for number, mask in ((20, 32), (21, 16), (22, 25)):
        tagged(number, mask)
    for number in (20, 21, 22):
        served(mac(number), RELAY, address=f"{NET}.{number}")


def test_whatever_a_device_is_called_its_client_gets_a_host_name(office, kea, served):
    names = {"Büro Drucker 1": "b-ro-drucker-1", "プリンタ": f"host-{NET.replace('.', '-')}-25",
             'a"b\\c\t{d}': "a-b-c-d", "-dots..and-.": "dots.and"}
    for number, name in enumerate(names, start=24):
        interface = office.add_interface(office.add_device(name), "eth0", mac(number))
        last = office.add_address(f"{NET}.{number}/24", interface, tags=office.tags)
    for number, hostname in enumerate(names.values(), start=24):
        assert served(mac(number), RELAY, address=f"{NET}.{number}").hostname == hostname
    office.change(last, dns_name="n27.example.org")
    served(mac(27), RELAY, hostname="n27.example.org")


def test_one_mac_has_an_address_in_each_subnet_and_the_older_one_in_one(office, kea, served):
    office.add_prefix("198.18.5.0/24")
    interface = office.add_interface(office.add_device("multi"), "eth0", mac(30))
    older, newer, _other = (office.add_address(address, interface, tags=office.tags)
                            for address in (f"{NET}.30/24", f"{NET}.31/24", "198.18.5.30/24"))
    served(mac(30), "198.18.5.1", address="198.18.5.30")
    served(mac(30), RELAY, address=f"{NET}.30")
    eventually(lambda: kea.http.health()[1]["left-out"] == 1)
    office.change(newer, nat_inside=older["id"])
    office.change(older, assigned_object_type=None, assigned_object_id=None)
    served(mac(30), RELAY, address=f"{NET}.31")
    office.change(older, custom_fields={"dhcp_reservation_hw_address": mac(32)})
    served(mac(32), RELAY, address=f"{NET}.30")
    eventually(lambda: kea.http.health()[1]["left-out"] == 0)


def test_an_address_of_a_group_is_reserved_by_its_custom_field_only(office, kea, served, tagged):
    group = office.add("/api/ipam/fhrp-groups/", protocol="vrrp2", group_id=1)
    assigned = {"assigned_object_type": "ipam.fhrpgroup", "assigned_object_id": group["id"]}
    before = kea.http.health()[1]["reservations"]
    office.add_address(f"{NET}.34/24", tags=office.tags, **assigned)
    tagged(35, **assigned)
    served(mac(35), RELAY, address=f"{NET}.35")
    assert kea.http.health()[1]["reservations"] == before + 1


def test_macs_in_other_spellings_and_one_that_is_none(office, kea, served, tagged):
    address = tagged(40)
    served(mac(40), RELAY, address=f"{NET}.40")
    office.change(address, custom_fields={"dhcp_reservation_hw_address": "02-00-00-00-00-29"})
    served(mac(41), RELAY, address=f"{NET}.40")
    office.change(address, custom_fields={"dhcp_reservation_hw_address": "02:00:00:00:00:zz"})
    eventually(lambda: kea.http.health()[1]["left-out"] == 1)
    served(mac(41), RELAY, address=f"{NET}.40")
    office.change(address, custom_fields={"dhcp_reservation_hw_address": "0200.0000.002a"})
    served(mac(42), RELAY, address=f"{NET}.40")
    eventually(lambda: kea.http.health()[1]["left-out"] == 0)


def test_a_container_that_is_full_up_is_served_as_any_prefix(office, kea, served):
    office.add_prefix("198.18.6.0/24", status="container", mark_utilized=True)
    office.add_range("198.18.6.200/24", "198.18.6.210/24", mark_utilized=True)
    served(mac(991), "198.18.6.1", address="198.18.6.200")


def test_what_clients_do_not_see_leaves_kea_alone(office, kea, served, tagged):
    address = tagged(50)
    served(mac(50), RELAY, address=f"{NET}.50")
    office.wait_idle()
    eventually(lambda: kea.http.health()[1]["queued"] == 0)
    begin = kea.mark()
    office.change(office.prefix, description="words", comments="more words", mark_utilized=True)
    office.change(office.range, description="words", status="dhcp")
    office.change(address, description="words", role="vip", status="reserved")
    office.add("/api/extras/journal-entries/", assigned_object_type="ipam.prefix", assigned_object_id=office.prefix["id"], comments="words")
    tagged(51)
    served(mac(51), RELAY, address=f"{NET}.51")
    assert len(kea.logged("DHCP4_CONFIG_COMPLETE", begin)) == 1


def test_a_prefix_moves_to_another_site_with_all_that_is_in_it(office, kea, served, tagged):
    tagged(52)
    for name in ("north", "south"):
        place = office.add("/api/dcim/sites/", name=name, slug=name)
        office.change(office.prefix, scope_type="dcim.site", scope_id=place["id"])
        eventually(lambda: kea.subnets()[office.prefix["id"]]["user-context"].get("scope", {}).get("slug") == name)
        served(mac(52), RELAY, address=f"{NET}.52")


def test_many_are_edited_and_deleted_in_one_request(office, kea, served, tagged):
    rows = [tagged(number) for number in range(60, 66)]
    office.api("PATCH", "/api/ipam/ip-addresses/", [{"id": row["id"], "dns_name": f"bulk-{row['id']}"} for row in rows])
    for number, row in zip(range(60, 66), rows):
        served(mac(number), RELAY, address=f"{NET}.{number}", hostname=f"bulk-{row['id']}")
    office.api("DELETE", "/api/ipam/ip-addresses/", [{"id": row["id"]} for row in rows])
    for number in range(60, 66):
        served(mac(number), RELAY, address=in_pool)


def test_all_is_well_at_the_end(office, kea):
    office.wait_idle()
    eventually(lambda: kea.http.health()[1]["queued"] == 0)
    eventually(lambda: kea.http.healthy() and kea.http.health()[1]["left-out"] == 0)
    assert not kea.logged("NETBOX_(FAILED|HELD|CONFIG_TEST_REFUSED|CONFIG_SET_REFUSED|PUT_BACK)")
