# SPDX-License-Identifier: MPL-2.0
"""The stand-in's own tests: shapes, filters, paging, permissions, writing. Faults and webhooks have files of their own."""
import pathlib

import pytest
from standin import Invalid, Protected, StandIn, load_site
from standin.client import Client
from standin.sample import filled
from standin.shapes import SHAPES
from standin.view import SPECIAL

ALL = sorted(SHAPES)


# Shapes

def test_every_key_of_every_shape_can_be_shown(every):
    for name, keys in every.shape.keys.items():
        if name.startswith("nested."):
            continue
        model = every.store.models[name]
        for key in keys.full + keys.brief:
            stored = model.renamed.get(key, key)
            assert key in SPECIAL or stored in model.fields, (name, key)


def test_list_row_has_the_keys_of_the_shape(every):
    filled(every)
    client = Client(every)
    for name in ("ipam.prefix", "ipam.iprange", "ipam.ipaddress", "dcim.interface", "virtualization.vminterface", "dcim.device",
                 "virtualization.virtualmachine", "extras.tag", "extras.customfield", "ipam.vrf"):
        path, keys = every.store.models[name].path, every.shape.keys[name]
        assert list(client.rows(path)[0]) == list(keys.full)
        assert list(client.rows(f"{path}/?brief=1")[0]) == list(keys.brief)
        assert client.get(f"{path}/1/")[1] == client.rows(f"{path}/?id=1")[0]


def test_shapes_differ_where_netbox_changed():
    rows = {}
    for shape in ALL:
        with StandIn(shape) as netbox:
            filled(netbox)
            client = Client(netbox)
            rows[shape] = client.get("ipam/prefixes/2/")[1], client.get("dcim/interfaces/1/")[1]
            assert client.get("dcim/mac-addresses/")[0] == (200 if netbox.shape.since(4, 2) else 404)
            assert client.get("extras/event-rules/")[0] == (200 if netbox.shape.since(3, 7) else 404)
            assert client.get("status/")[1]["netbox-version"] == netbox.shape.version
            assert client.headers["API-Version"] == shape
    for shape in ("3.4", "3.7", "4.0"):
        prefix, interface = rows[shape]
        assert prefix["site"]["name"] == "Office" and "scope" not in prefix
        assert interface["mac_address"] == "02:00:00:00:00:01" and "mac_addresses" not in interface
    for shape in ("4.2", "4.5", "4.7"):
        prefix, interface = rows[shape]
        assert prefix["scope_type"] == "dcim.site" and prefix["scope"]["name"] == "Office" and "site" not in prefix
        assert interface["mac_address"] == "02:00:00:00:00:01"
        assert interface["primary_mac_address"]["mac_address"] == "02:00:00:00:00:01"
        assert [mac["id"] for mac in interface["mac_addresses"]] == [1]


def test_select_is_an_object_from_4_7_on(every):
    for name, kind in (("one", "select"), ("some", "multiselect")):
        every.define_field(name, kind, "ipam.prefix", choices={"r": "Red", "g": "Green"})
    every.define_field("gateway", "object", "ipam.prefix", related_object_type="ipam.ipaddress")
    address = every.add("ipam.ipaddress", address="10.0.0.1/24")
    fields = every.add("ipam.prefix", prefix="10.0.0.0/24", custom_fields={
        "one": "r", "some": ["g"], "gateway": address})["custom_fields"]
    new = every.shape.since(4, 7)
    assert fields["one"] == ({"value": "r", "label": "Red"} if new else "r")
    assert fields["some"] == ([{"value": "g", "label": "Green"}] if new else ["g"])
    assert fields["gateway"]["address"] == "10.0.0.1/24"
    assert Client(every).ask("PATCH", "ipam/prefixes/1/", {"custom_fields": {"one": "b"}})[0] == 400
    assert every.add("ipam.prefix", prefix="10.1.0.0/24")["custom_fields"] == {"one": None, "some": None, "gateway": None}


def test_fields_and_omit_are_ignored_by_versions_before_them(every):
    filled(every)
    client, full = Client(every), every.shape.keys["ipam.prefix"].full
    assert tuple(client.rows("ipam/prefixes/?fields=id,prefix,nope")[0]) == (("id", "prefix") if every.shape.since(4) else full)
    left = tuple(key for key in full if key != "tags")
    assert tuple(client.rows("ipam/prefixes/?omit=tags")[0]) == (left if every.shape.since(4, 5, 2) else full)


def test_nested_interface_shows_no_mac(every):
    filled(every)
    address = Client(every).get("ipam/ip-addresses/1/")[1]
    assert address["assigned_object"]["device"]["name"] == "sw1"
    assert "mac_address" not in address["assigned_object"]
    assert address["dns_name"] == "host.example.org"
    assert address["family"] == {"value": 4, "label": "IPv4"}


# Filters

FILTERS = [
    ("ipam/prefixes", "family=4", [1, 2, 3]), ("ipam/prefixes", "status=container&status=active", [1, 2, 3, 4]),
    ("ipam/prefixes", "id=1&id=3&id=99", [1, 3]), ("ipam/prefixes", "id__gt=2", [3, 4]),
    ("ipam/prefixes", "tag=dhcp", [2, 3]), ("ipam/prefixes", "tag=dhcp&tag=lab", [2]), ("ipam/prefixes", "tag=null", [1, 4]),
    ("ipam/prefixes", "vrf_id=1", [3]), ("ipam/prefixes", "vrf_id=null", [1, 2, 4]), ("ipam/prefixes", "vrf=65000:1", [3]),
    ("ipam/prefixes", "role=clients", [2]), ("ipam/prefixes", "role_id=1", [2]), ("ipam/prefixes", "tenant=acme", [2]),
    ("ipam/prefixes", "tenant_id=null", [1, 3, 4]), ("ipam/prefixes", "site=office", [2]), ("ipam/prefixes", "site_id=1", [2]),
    ("ipam/prefixes", "within=10.0.0.0/16", [2, 3]), ("ipam/prefixes", "within_include=10.0.0.0/16", [1, 2, 3]),
    ("ipam/prefixes", "within=junk", []), ("ipam/prefixes", "contains=10.0.1.4", [1, 2, 3]),
    ("ipam/prefixes", "cf_dhcp_enabled=true", [2]), ("ipam/prefixes", "cf_dhcp_enabled=false", [1]),
    ("ipam/prefixes", "cf_dhcp_enabled=1", [1, 2, 3, 4]), ("ipam/prefixes", "cf_dhcp_valid_lifetime=3600", [2]),
    ("ipam/prefixes", "cf_nope=1", [1, 2, 3, 4]), ("ipam/prefixes", "parent=10.0.1.0/24", [1, 2, 3, 4]),
    ("ipam/prefixes", "status__n=active", [1]), ("ipam/prefixes", "depth=1", [2]),
    ("ipam/ip-ranges", "status=dhcp", [1]), ("ipam/ip-ranges", "family=6", [2]),
    ("ipam/ip-ranges", "contains=10.0.1.15", []), ("ipam/ip-ranges", "contains=10.0.1.15/24", [1]),
    ("ipam/ip-ranges", "site=office", [1, 2]),
    ("ipam/ip-addresses", "parent=10.0.1.0/24", [1, 2, 3]), ("ipam/ip-addresses", "parent=10.0.1.4/30", [1, 2, 3]),
    ("ipam/ip-addresses", "parent=junk", []), ("ipam/ip-addresses", "address=10.0.1.5", [1]),
    ("ipam/ip-addresses", "address=10.0.1.5/16", []), ("ipam/ip-addresses", "role=vip", [2]),
    ("ipam/ip-addresses", "interface_id=1", [1]), ("ipam/ip-addresses", "vminterface_id=1", [3]),
    ("ipam/ip-addresses", "device_id=1", [1]), ("ipam/ip-addresses", "device_id=99", []),
    ("ipam/ip-addresses", "device=sw1", [1]),
    ("ipam/ip-addresses", "virtual_machine_id=1", [3]), ("ipam/ip-addresses", "assigned_to_interface=false", [2]),
    ("ipam/ip-addresses", "dns_name=host.example.org", [1]), ("ipam/ip-addresses", "dns_name__ic=HOST", [1]),
    ("ipam/ip-addresses", "cf_exact=AA", [1]), ("ipam/ip-addresses", "cf_exact=A", []),
    ("ipam/ip-addresses", "cf_loose=hello", [1]), ("ipam/ip-addresses", "cf_loose=null", [2, 3]),
    ("ipam/ip-addresses", "mac_address=02:00:00:00:00:01", [1, 2, 3]), ("ipam/ip-addresses", "nonsense=1", [1, 2, 3]),
    ("dcim/interfaces", "mac_address=0200.0000.0001", [1]), ("dcim/interfaces", "device_id=1&name=eth0", [1]),
    ("dcim/devices", "mac_address=02-00-00-00-00-01", [1]), ("dcim/devices", "name=nope", []),
]


@pytest.mark.parametrize("path, query, ids", FILTERS)
def test_filter_finds(netbox_filled, path, query, ids):
    assert [row["id"] for row in netbox_filled.rows(f"{path}/?ordering=id&{query}")] == ids


@pytest.fixture(scope="module", params=ALL)
def netbox_filled(request):
    with StandIn(request.param) as standin:
        yield Client(filled(standin))


def test_whether_a_number_is_set_is_asked_for_in_a_way_that_all_versions_know(every):
    """"__empty" is not: it finds all before 3.5, and is refused until 4.3.7."""
    every.define_default_fields()
    every.add("ipam.prefix", prefix="2001:db8::/64")
    every.add("ipam.prefix", prefix="2001:db8:f::/48", custom_fields={"dhcp_pd_delegated_length": 56})
    client = Client(every)
    assert [row["id"] for row in client.rows("ipam/prefixes/?cf_dhcp_pd_delegated_length__gte=1")] == [2]
    status, body = client.get("ipam/prefixes/?cf_dhcp_pd_delegated_length__empty=false")
    found = status == 200 and [row["id"] for row in body["results"]]
    assert found == ([2] if every.shape.since(4, 3, 7) else False if every.shape.since(3, 5) else [1, 2])


WRONG = [
    ("ipam/prefixes", "status=dhcp", "status"), ("ipam/prefixes", "tag=nope", "tag"), ("ipam/prefixes", "vrf_id=99", "vrf_id"),
    ("ipam/prefixes", "vrf_id=x", "vrf_id"), ("ipam/prefixes", "role=nope", "role"), ("ipam/prefixes", "site_id=99", "site_id"),
    ("ipam/prefixes", "family=x", "family"), ("ipam/prefixes", "id=x", "id"), ("ipam/prefixes", "id__gt=x", "id__gt"),
    ("ipam/prefixes", "cf_dhcp_valid_lifetime=x", "cf_dhcp_valid_lifetime"), ("ipam/ip-addresses", "role=nope", "role"),
    ("ipam/ip-addresses", "interface_id=99", "interface_id"), ("dcim/interfaces", "mac_address=zz", "mac_address"),
]


@pytest.mark.parametrize("path, query, key", WRONG)
def test_wrong_value_of_a_known_filter_is_400(netbox_filled, path, query, key):
    status, body = netbox_filled.get(f"{path}/?{query}")
    assert status == 400 and list(body) == [key] and isinstance(body[key], list)


def test_wrong_choice_in_netbox_words(netbox_filled):
    assert netbox_filled.get("ipam/prefixes/?tag=nope")[1] == {
        "tag": ["Select a valid choice. nope is not one of the available choices."]}


def test_range_status_dhcp_is_no_choice_of_a_stock_netbox():
    with StandIn("4.7", range_status_dhcp=False) as stock:
        assert Client(stock).get("ipam/ip-ranges/?status=dhcp")[0] == 400
        with pytest.raises(Invalid):
            stock.add("ipam.iprange", start_address="10.0.0.1/24", end_address="10.0.0.9/24", status="dhcp")


def test_filters_that_came_later_are_ignored_before(netbox_filled):
    shape = netbox_filled.netbox.shape
    ranges = netbox_filled.rows("ipam/ip-ranges/?ordering=id&parent=10.0.1.0/24")
    assert [row["id"] for row in ranges] == ([1] if shape.since(3, 5, 9) else [1, 2])
    assigned = netbox_filled.rows("ipam/ip-addresses/?ordering=id&assigned=false")
    assert [row["id"] for row in assigned] == ([2] if shape.since(3, 5, 8) else [1, 2, 3])


def test_assigned_object_filters_by_version(netbox_filled):
    shape = netbox_filled.netbox.shape
    status, body = netbox_filled.get("ipam/ip-addresses/?assigned_object_type=dcim.interface")
    if shape.since(4, 4):
        assert [row["id"] for row in body["results"]] == [1]
    else:
        assert status == (400 if shape.since(4) else 200)
    if shape.since(4, 2):
        assert [row["id"] for row in netbox_filled.rows("dcim/mac-addresses/?interface_id=1")] == [1]


# Paging

def test_pages_by_key_need_one_request_a_thousand(every):
    every.add_many("ipam.prefix", ({"prefix": f"10.{i >> 8}.{i & 255}.0/24"} for i in range(2500)))
    client, seen, last = Client(every), [], 0
    while True:
        page = client.get(f"ipam/prefixes/?ordering=id&id__gt={last}&limit=5000")[1]
        seen += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        last = seen[-1]
    assert seen == list(range(1, 2501))
    assert len(every.requests) == 3


def test_next_link_is_absolute_and_keeps_the_query(netbox):
    netbox.add_many("ipam.vrf", ({"name": f"v{i}"} for i in range(120)))
    client = Client(netbox)
    page = client.get("ipam/vrfs/?name__ic=v&brief=1", host="elsewhere.example:81")[1]
    assert (page["count"], len(page["results"]), page["previous"]) == (120, 50, None)
    assert page["next"] == "http://elsewhere.example:81/api/ipam/vrfs/?brief=1&limit=50&name__ic=v&offset=50"
    assert page["results"][0]["url"].startswith("http://elsewhere.example:81/api/ipam/vrfs/")
    page = client.get("ipam/vrfs/?limit=50&offset=100")[1]
    assert page["next"] is None and page["previous"].endswith("?limit=50&offset=50")


def test_limit_is_capped_and_bad_ones_are_the_default(netbox):
    netbox.add_many("ipam.vrf", ({"name": f"v{i}"} for i in range(1001)))
    client = Client(netbox)
    assert [len(client.rows(f"ipam/vrfs/?limit={limit}")) for limit in (0, 5000, 7, -1, "x")] == [1000, 1000, 7, 50, 50]


def test_cursor_from_4_6(every):
    every.add_many("ipam.vrf", ({"name": f"v{i}"} for i in range(5)))
    page = Client(every).get("ipam/vrfs/?start=3&limit=2")[1]
    if every.shape.since(4, 6):
        assert page["count"] is None and [row["id"] for row in page["results"]] == [3, 4] and "start=5" in page["next"]
    else:
        assert [row["id"] for row in page["results"]] == [1, 2]


# Permissions

def test_token_is_needed(every):
    client, new = Client(every), every.shape.since(4, 5)
    assert client.get("ipam/prefixes/", token=None) == (403, {"detail": "Authentication credentials were not provided."})
    words = "Invalid v1 token" if new else "Invalid token"
    assert client.get("ipam/prefixes/", token="Token wrong") == (403, {"detail": words})
    assert client.get("ipam/prefixes/", token=f"Bearer {every.token}")[0] == (200 if new else 403)
    assert client.get("status/", token=None)[0] == (403 if every.shape.since(4) else 200)
    assert ("installed_apps" if every.shape.since(4, 4) else "installed-apps") in client.get("status/")[1]


@pytest.mark.parametrize("shape", ["4.5", "4.7"])
def test_v2_token_with_bearer(shape):
    with StandIn(shape, token="nbt_abc.secret") as netbox:
        client = Client(netbox)
        assert client.get("ipam/prefixes/", token="Bearer nbt_abc.secret")[0] == 200
        assert client.get("ipam/prefixes/", token="Bearer nbt_abc.other") == (403, {"detail": "Invalid v2 token"})


def test_denied_and_constrained(netbox):
    filled(netbox)
    client = Client(netbox)
    netbox.deny("ipam.prefix")
    assert client.get("ipam/prefixes/") == (403, {"detail": "You do not have permission to perform this action."})
    netbox.constrain("ipam.ipaddress", {"status": "dhcp"})
    page = client.get("ipam/ip-addresses/")[1]
    assert page["count"] == 1 and [row["id"] for row in page["results"]] == [1]
    assert client.get("ipam/ip-addresses/2/")[0] == 404
    netbox.allow("ipam.ipaddress")
    assert client.get("ipam/ip-addresses/")[1]["count"] == 3


def test_what_is_not_there_is_404(every):
    client = Client(every)
    words = "No Prefix matches the given query." if every.shape.since(4) else "Not found."
    assert client.get("ipam/prefixes/9/") == (404, {"detail": words})
    assert client.get("ipam/prefixes/x/") == (404, {"detail": "Not found."})
    assert client.get("ipam/nope/")[0] == 404
    assert client.get("ipam/prefixes")[0] == 301


# Writing

def test_post_patch_delete(every):
    client = Client(every)
    status, row = client.ask("POST", "ipam/prefixes/", {"prefix": "10.0.0.0/24"})
    assert status == 201 and row["status"] == {"value": "active", "label": "Active"}
    assert client.ask("PATCH", f"ipam/prefixes/{row['id']}/", {"status": "reserved"})[1]["status"]["value"] == "reserved"
    status, rows = client.ask("POST", "ipam/ip-addresses/", [{"address": "10.0.0.1/24"}, {"address": "10.0.0.2/24"}])
    assert status == 201 and [one["display"] for one in rows] == ["10.0.0.1/24", "10.0.0.2/24"]
    assert client.ask("DELETE", f"ipam/prefixes/{row['id']}/")[0] == 204
    assert client.get("ipam/prefixes/")[1]["count"] == 0
    assert client.get("ipam/ip-addresses/")[1]["count"] == 2


REFUSED = [
    ("ipam/prefixes/", {}, "prefix", "This field is required."),
    ("ipam/prefixes/", {"prefix": "x"}, "prefix", "Invalid IP prefix format: x"),
    ("ipam/prefixes/", {"prefix": "10.0.0.7/16"}, "prefix", "10.0.0.7/16 is not a valid prefix. Did you mean 10.0.0.0/16?"),
    ("ipam/prefixes/", {"prefix": "10.9.0.0/16", "status": "x"}, "status", "x is not a valid choice."),
    ("ipam/prefixes/", {"prefix": "10.9.0.0/16", "vrf": 9}, "vrf",
     "Related object not found using the provided numeric ID: 9"),
    ("ipam/prefixes/", {"prefix": "10.0.1.0/24", "vrf": 1}, "prefix",
     "Duplicate prefix found in VRF Blue (65000:1): 10.0.1.0/24"),
    ("ipam/prefixes/", {"prefix": "10.9.0.0/16", "custom_fields": {"dhcp_valid_lifetime": "x"}}, "__all__",
     "Invalid value for custom field 'dhcp_valid_lifetime': Value must be an integer."),
    ("ipam/ip-ranges/", {"start_address": "10.0.1.15/24", "end_address": "10.0.1.30/24"}, "__all__",
     "Defined addresses overlap with range 10.0.1.10-20/24 in VRF None"),
    ("ipam/ip-ranges/", {"start_address": "2001:db8:1::/64", "end_address": "2001:db8:1::ffff:ffff:ffff:ffff/64"}, "__all__",
     "Defined range exceeds maximum supported size (4294967295)"),
    ("ipam/ip-addresses/", {"address": "10.0.1.0/24", "assigned_object_type": "dcim.interface", "assigned_object_id": 1},
     "__all__", "10.0.1.0 is a network ID, which may not be assigned to an interface."),
    ("ipam/ip-addresses/", {"address": "10.0.1.9/24", "assigned_object_type": "dcim.interface", "assigned_object_id": 9},
     "assigned_object_id", "Related object not found using the provided value: 9."),
]


@pytest.mark.parametrize("path, sent, key, words", REFUSED)
def test_what_netbox_refuses(netbox_filled, path, sent, key, words):
    assert netbox_filled.ask("POST", path, sent) == (400, {key: [words]})


def test_unchecked_is_as_a_direct_database_write(netbox, receiver):
    netbox.add_webhook(receiver.url)
    netbox.webhooks_idle()
    receiver.bodies.clear()
    netbox.add("ipam.iprange", start_address="10.0.0.1/24", end_address="10.0.0.9/24", _events=False)
    row = netbox.add("ipam.iprange", start_address="10.0.0.5/24", end_address="10.0.0.15/24", _check=False, _events=False)
    assert row["size"] == 11
    netbox.webhooks_idle()
    assert receiver.bodies == []


def test_bulk_is_all_or_none(every):
    status, body = Client(every).ask("POST", "ipam/prefixes/", [{"prefix": "10.0.0.0/24"}, {"prefix": "x"}])
    assert status == 400 and every.all("ipam.prefix") == []
    fault = {"prefix": ["Invalid IP prefix format: x"]}
    if every.shape.since(4, 7):
        assert body == {"detail": "1 of 2 objects could not be created.", "errors": [{"index": 1, "errors": fault}]}
    else:
        assert body == [{}, fault]


def test_protected_is_409(netbox):
    filled(netbox)
    status, body = Client(netbox).ask("DELETE", "ipam/vrfs/1/")
    assert status == 409 and body["detail"].startswith("Unable to delete object. 2 dependent objects were found: ")
    with pytest.raises(Protected):
        netbox.delete("ipam.vrf", 1)


def test_mac_written_to_an_interface_makes_a_mac_object_from_4_7(every):
    eth0 = every.add("dcim.interface", device=every.add("dcim.device", name="a"), name="eth0")
    status, row = Client(every).ask("PATCH", f"dcim/interfaces/{eth0['id']}/", {"mac_address": "02-00-00-00-00-0a"})
    assert status == 200
    # 4.2 to 4.6 show the text and do not take it.
    taken = every.shape.since(4, 7) or not every.shape.since(4, 2)
    assert row["mac_address"] == ("02:00:00:00:00:0A" if taken else None)
    if every.shape.since(4, 7):
        assert row["primary_mac_address"]["id"] == 1


def test_primary_mac_stays_where_it_is(netbox):
    filled(netbox)
    client = Client(netbox)
    assert client.ask("PATCH", "dcim/mac-addresses/1/", {"assigned_object_id": None, "assigned_object_type": None}) == (400, {
        "__all__": ["Cannot unassign MAC Address while it is designated as the primary MAC for an object"]})
    other = netbox.add("dcim.interface", device=1, name="eth1")
    assert client.ask("PATCH", f"dcim/interfaces/{other['id']}/", {"primary_mac_address": 1})[0] == 400


def test_a_mistake_in_a_test_is_told(netbox):
    with pytest.raises(TypeError):
        netbox.add("ipam.prefix", prefiks="10.0.0.0/24")
    with pytest.raises(ValueError):
        netbox.fault("nonsense")


@pytest.mark.parametrize("shape", ALL)
def test_demo_site_loads(shape):
    with StandIn(shape) as netbox:
        names = load_site(netbox, pathlib.Path(__file__).with_name("site.json"))
        client = Client(netbox)
        assert len(client.rows("ipam/prefixes/?cf_dhcp_enabled=true")) == 3
        assert len(client.rows("ipam/ip-ranges/?status=dhcp&family=4")) == 2
        assert client.get(f"dcim/interfaces/{names['desk1-eth0']}/")[1]["mac_address"] == "02:00:00:00:00:10"
