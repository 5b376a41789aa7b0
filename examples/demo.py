# SPDX-License-Identifier: MPL-2.0
"""What examples/demo shows, once all is built: demo.py LIBRARY FOLDER [--once]"""

import pathlib
import signal
import socket
import sys
import threading

TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "integration")]

from hook_http import HookHttp          # noqa: E402  (these need the path above)
from kea_server import Kea          # noqa: E402
from lab import Link          # noqa: E402
from standin import TOKEN, StandIn, load_site          # noqa: E402
from waiting import eventually          # noqa: E402

SECRET = "the-secret-of-the-webhooks"
OFFICE, SERVERS = "192.0.2.1/24", "198.51.100.1"
DESK, PRINTER, NEW = "02:00:00:00:00:10", "02:00:00:00:00:20", "02:00:00:00:00:99"


def say(text=""):
    print(text, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configuration(library, folder, url, port):
    for name, text in (("token", TOKEN), ("secret", SECRET)):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text + "\n")
    return {"hooks-libraries": [{"library": library, "parameters": {
        "netbox-url": url, "netbox-token-file": str(folder / "token"), "secret-file": str(folder / "secret"), "port": port}}]}


def show_subnets(kea):
    for number, subnet in sorted(kea.subnets().items()):
        pools = ", ".join(pool["pool"] for pool in subnet["pools"])
        say(f"    subnet {number}: {subnet['subnet']}, pools {pools or 'none'}")
        for host in subnet["reservations"]:
            say(f"        {host['ip-address']} is for {host['hw-address']} {host.get('hostname', '')}")


def show_lease(who, lease):
    say(f"    {who} gets {lease.address}, host name {lease.hostname or 'none'}, router {', '.join(lease.routers)}")


def show(netbox, kea, client, names):
    say("Kea serves what NetBox says:")
    show_subnets(kea)
    say("\nA client asks:")
    show_lease(f"{DESK} (desk-1)", client.lease(DESK))
    show_lease(f"{NEW} (unknown)", client.lease(NEW))
    say("\nIn NetBox the printer's network card is replaced: the MAC address of its interface changes to …:99.")
    rows = (netbox.get("dcim.macaddress", number) for number in netbox.all("dcim.macaddress"))
    printer = next(row["id"] for row in rows if row["mac_address"].lower() == PRINTER)
    netbox.change("dcim.macaddress", printer, mac_address=NEW.upper())
    say("NetBox sends its webhook; the same client asks again:")
    show_lease(f"{NEW} (printer-1)", client.until(NEW, address="192.0.2.20"))
    say("\nIn NetBox the router of 192.0.2.0/24 changes to 192.0.2.254:")
    fields = {"dhcp_option_data_routers": "192.0.2.254"}
    netbox.change("ipam.prefix", names["clients"], custom_fields=fields)
    show_lease(f"{DESK} (desk-1)", client.until(DESK, routers=["192.0.2.254"]))


def stay(netbox, kea, http):
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    say(f"""
It stays up until Ctrl-C. To look at, from another terminal:
    NetBox    curl -H 'Authorization: Token {TOKEN}' {netbox.url}/api/ipam/prefixes/
    change    curl -X PATCH -H 'Authorization: Token {TOKEN}' -H 'Content-Type: application/json' \\
                   -d '{{"dns_name": "new-name.example.org"}}' {netbox.url}/api/ipam/ip-addresses/1/
              then see NETBOX_CHANGED at the end of the log
    health    curl http://127.0.0.1:{http.port}/health/
    Kea       its log: tail -f {kea.log_file}
              what it serves: echo '{{"command": "config-get"}}' | nc -UN {kea.socket}
              the configuration that it started with: {kea.config_file}""")
    ended.wait()


def main(library, folder, *options):
    folder = pathlib.Path(folder)
    folder.mkdir(mode=0o750)
    with StandIn(token=TOKEN) as netbox, Link((OFFICE,)) as link:
        names = load_site(netbox, TESTS / "standin/site.json")
        http = HookHttp(free_port(), SECRET)
        netbox.add_webhook(http.event_url, secret=SECRET)
        kea = Kea(folder / "kea", link, configuration(library, folder, netbox.url, http.port), level=0).start()
        try:
            eventually(http.healthy, "the first full sync")
            show(netbox, kea, link.client, names)
            if "--once" not in options:
                stay(netbox, kea, http)
        finally:
            kea.stop()
    say("\nAll that was started has ended, and what was made is removed.")


if __name__ == "__main__":
    main(*sys.argv[1:])
