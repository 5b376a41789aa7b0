# SPDX-License-Identifier: MPL-2.0
"""What examples/demo shows, once all is built: demo.py LIBRARY FOLDER [--once]"""

import contextlib
import pathlib
import signal
import socket
import sys
import threading

TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "integration")]

from dhclient import Dhclient          # noqa: E402  (these need the path above)
from hook_http import HookHttp          # noqa: E402
from kea_server import Kea          # noqa: E402
from lab import Link          # noqa: E402
from standin import TOKEN, StandIn, load_site          # noqa: E402
from waiting import eventually          # noqa: E402

SECRET = "the-secret-of-the-webhooks"
OFFICE, RELAY6 = "192.0.2.1/24", "2001:db8:2::1"
DESK, PRINTER, NEW = "02:00:00:00:00:10", "02:00:00:00:00:20", "02:00:00:00:00:99"


def say(text=""):
    print(text, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(program, library, folder, link, netbox):
    """A server that follows NetBox; its .http speaks to the hook."""
    http = HookHttp(free_port(), SECRET)
    netbox.add_webhook(http.event_url, secret=SECRET)
    for name, text in (("token", TOKEN), ("secret", SECRET)):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text + "\n")
    parameters = {"netbox-url": netbox.url, "netbox-token-file": str(folder / "token"), "secret-file": str(folder / "secret"),
                  "port": http.port}
    server = Kea(folder / program, link, {"hooks-libraries": [{"library": library, "parameters": parameters}]}, program, level=0)
    server.http = http
    return server.start()


def show_subnets(kea):
    for number, subnet in sorted(kea.subnets().items()):
        pools = [pool["pool"] for pool in subnet["pools"]]
        for pool in subnet.get("pd-pools", ()):
            pools.append(f"{pool['prefix']}/{pool['prefix-len']} in parts of /{pool['delegated-len']}")
        say(f"    subnet {number}: {subnet['subnet']}, pools {', '.join(pools) or 'none'}")
        for host in subnet["reservations"]:
            addresses = host.get("ip-addresses") or [host["ip-address"]]
            say(f"        {', '.join(addresses)} is for {host.get('hw-address') or host['duid']} {host.get('hostname', '')}")


def show_lease(who, lease):
    told = f"name servers {', '.join(lease.dns)}" if ":" in lease.address else f"router {', '.join(lease.routers)}"
    say(f"    {who} gets {lease.address}, host name {lease.hostname or 'none'}, {told}")


def show(netbox, kea4, kea6, link, names, dhclient):
    client, client6 = link.client, link.client6
    say("Kea serves what NetBox says, kea-dhcp4:")
    show_subnets(kea4)
    say("and kea-dhcp6:")
    show_subnets(kea6)
    say("\nA client asks, by IPv4 and by IPv6:")
    show_lease(f"{DESK} (desk-1)", client.lease(DESK))
    show_lease(f"{NEW} (unknown)", client.lease(NEW))
    show_lease(f"{DESK} (desk-1)", client6.lease(DESK, RELAY6))
    show_lease(f"{NEW} (unknown)", client6.lease(NEW, RELAY6))
    say("\nIn NetBox the printer's network card is replaced: the MAC address of its interface changes to …:99.")
    rows = (netbox.get("dcim.macaddress", number) for number in netbox.all("dcim.macaddress"))
    printer = next(row["id"] for row in rows if row["mac_address"].lower() == PRINTER)
    netbox.change("dcim.macaddress", printer, mac_address=NEW.upper())
    say("NetBox sends its webhooks, one to each server; the same client asks again:")
    show_lease(f"{NEW} (printer-1)", client.until(NEW, address="192.0.2.20"))
    show_lease(f"{NEW} (printer-1)", client6.until(NEW, RELAY6, address="2001:db8:2::20"))
    say("\nIn NetBox the router of 192.0.2.0/24 changes to 192.0.2.254:")
    netbox.change("ipam.prefix", names["clients"], custom_fields={"dhcp_option_data_routers": "192.0.2.254"})
    show_lease(f"{DESK} (desk-1)", client.until(DESK, routers=["192.0.2.254"]))
    say("and the name server of 2001:db8:2::/64 to 2001:db8:2::54:")
    netbox.change("ipam.prefix", names["clients6"], custom_fields={"dhcp_option_data_domain_name_servers": ["2001:db8:2::54"]})
    show_lease(f"{DESK} (desk-1)", client6.until(DESK, RELAY6, dns=["2001:db8:2::54"]))
    show_dhclient(netbox, dhclient)


def show_dhclient(netbox, dhclient):
    def line(lease):
        return f"    dhclient gets {lease['address']}, and {lease['prefix']} for what is behind it"
    say("\nDebian's dhclient -6 -P, a router, asks:")
    say(line(dhclient.lease()))
    say(f"In NetBox it gets an address and a prefix of its own, by its DUID {dhclient.duid}:")
    netbox.add("ipam.ipaddress", address="2001:db8:2::7/64", status="dhcp", custom_fields={
        "dhcp_reservation_duid": dhclient.duid, "dhcp_reservation_prefixes": ["2001:db8:e000::/56"]})

    def reserved():
        lease = dhclient.lease()
        return lease["address"] == "2001:db8:2::7" and lease
    say(line(eventually(reserved, "dhclient gets what is reserved for it")))


def stay(netbox, *servers):
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    say(f"""
It stays up until Ctrl-C. To look at, from another terminal:
    NetBox    curl -H 'Authorization: Token {TOKEN}' {netbox.url}/api/ipam/prefixes/
    change    curl -X PATCH -H 'Authorization: Token {TOKEN}' -H 'Content-Type: application/json' \\
                   -d '{{"dns_name": "new-name.example.org"}}' {netbox.url}/api/ipam/ip-addresses/1/
              then see NETBOX_CHANGED at the end of the log""")
    for kea in servers:
        say(f"""    {kea.program}
        health    curl http://127.0.0.1:{kea.http.port}/health/
        log       tail -f {kea.log_file}
        serves    echo '{{"command": "config-get"}}' | nc -UN {kea.socket}
        started   with {kea.config_file}""")
    ended.wait()


def main(library, folder, *options):
    folder = pathlib.Path(folder)
    folder.mkdir(mode=0o750)
    with StandIn(token=TOKEN) as netbox, Link((OFFICE,)) as link, contextlib.ExitStack() as undo:
        names = load_site(netbox, TESTS / "standin/site.json")
        # kea-dhcp6 goes by the interface of a client that no relay speaks for.
        netbox.change("ipam.prefix", names["clients6"], custom_fields={"dhcp_interface": link.interface})
        servers = []
        for program in ("kea-dhcp4", "kea-dhcp6"):
            servers.append(start(program, library, folder, link, netbox))
            undo.callback(servers[-1].stop)
        for server in servers:
            eventually(server.http.healthy, "the first full sync")
        show(netbox, *servers, link, names, Dhclient(link, folder))
        if "--once" not in options:
            stay(netbox, *servers)
    say("\nAll that was started has ended, and what was made is removed.")


if __name__ == "__main__":
    main(*sys.argv[1:])
