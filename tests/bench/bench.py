# SPDX-License-Identifier: MPL-2.0
"""Prints what a full sync and a webhook cost, for sites of which each is ten times as large as the one before. Run by tests/bench/sync.

NetBox's pages are made beforehand (pages.py) and curl gets the same ones in the same way: list beside list, page after page. So what NetBox
takes cancels; where the pages come at once, nothing hides what we take, and with the pace of a real NetBox it should hide nearly all.
Times and memory are printed; only the number of requests is asserted."""

import datetime
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
os.environ.setdefault("KEA_NETBOX_PATIENCE", "600")
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "integration"), str(HERE)]

from hook_http import HookHttp  # noqa: E402  (these need the path above)
from kea_server import Kea  # noqa: E402
from lab import Link, private_network  # noqa: E402
from pages import ADDRESSES, MACS, PREFIXES, RANGES, Pages, mac  # noqa: E402

BUILD = pathlib.Path(os.environ["KEA_NETBOX_BUILDDIR"])
SITES = ((100, 1000), (1000, 10000), (10000, 100000))    # prefixes, with a range each, and addresses
PACE = {PREFIXES: 0.2, RANGES: 0.1, ADDRESSES: 0.1, MACS: 0.04}    # seconds a page of 1,000, of NetBox 4.7 on two cores
ROUNDS = 3
WINDOW = 0.05       # coalesce-ms
LOGGERS = {"": ("WARN", 0), ".dhcp{family}": ("INFO", 0), ".commands": ("INFO", 0), ".netbox-hooks": ("DEBUG", 99)}


def core(pages):
    """One sync without a Kea: a dict of measure's numbers."""
    pages.asked.clear()
    done = subprocess.run([BUILD / "tests/bench/measure", pages.url, str(pages.family)], stdout=subprocess.PIPE, text=True, check=True)
    numbers = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", done.stdout)}
    assert numbers["requests"] == len(pages.asked) == pages.requests, done.stdout
    return numbers


def curl(pages):
    """Seconds that curl takes for what was asked last: a process a list, all at once."""
    lists = {}
    for target in pages.asked:
        lists.setdefault(target.partition("?")[0], []).append(target)
    begin = time.monotonic()
    running = [subprocess.Popen(["curl", "-sS", "--fail", "-K", "-"], stdin=subprocess.PIPE, text=True) for _ in lists]
    for process, targets in zip(running, lists.values()):
        process.stdin.write("".join(f'url="{pages.url}{target}"\noutput=/dev/null\n' for target in targets))
        process.stdin.close()
    assert not any([process.wait() for process in running])
    return time.monotonic() - begin


def sync(pages, rounds):
    """The core's best of some rounds, with curl's."""
    runs = [(core(pages), curl(pages)) for _ in range(rounds)]
    return {**min((run for run, _ in runs), key=lambda run: run["planned"]), "curl": min(seconds for _, seconds in runs)}


def start_kea(folder, link, pages, http):
    hook = {"library": str(BUILD / ".libs/libdhcp_netbox.so"),
            "parameters": {"netbox-url": pages.url, "secret": http.secret, "port": http.port, "coalesce-ms": int(WINDOW * 1000)}}
    program = f"kea-dhcp{pages.family}"
    loggers = [{"name": program + name.format(family=pages.family), "severity": severity, "debuglevel": level,
                "output_options": [{"output": "stdout"}]} for name, (severity, level) in LOGGERS.items()]
    return Kea(folder, link, {"hooks-libraries": [hook], "loggers": loggers}, program=program).start()


def moment(kea, pattern, since=0):
    """When a line was logged, in seconds since the epoch."""
    line = kea.wait_log(rf"^(\S+ \S+) .*{pattern}", since)
    return datetime.datetime.strptime(line.group(1), "%Y-%m-%d %H:%M:%S.%f").timestamp()


def kea_sync(kea):
    """Kea's own part of the first sync, in seconds."""
    kea.wait_log("NETBOX_SYNCED .* 0 left out")
    begun, tested, sets = (moment(kea, what) for what in ("NETBOX_SYNC_STARTED", "'config-test'", "'config-set'"))
    done = moment(kea, "CONFIG_COMPLETE.*added")
    memory = dict(re.findall(r"(\w+):\s+(\d+) kB", pathlib.Path(f"/proc/{kea.pid}/status").read_text()))
    return {"before": tested - begun, "test": sets - tested, "set": done - sets, "memory": int(memory["VmHWM"])}


def answer_time(client, hardware, relay):
    """Seconds, at least two milliseconds. Who asks faster than Kea answers waits behind his own questions."""
    begin = time.monotonic()
    client.discover(hardware.lower(), relay)
    return max(0.002, time.monotonic() - begin)


def webhook(kea, http, pages, client, number):
    """An address gets another MAC: seconds from the webhook to the reserved address on the wire, and where they went."""
    moved = mac(0xBE0000 + number)
    wait = answer_time(client, mac(number), pages.gateway_of(number)) * 3
    pages.moved[number] = moved
    pages.busy, since, begin = 0.0, kea.mark(), time.time()
    assert http.event("ipaddress", number) == 202
    while True:
        question = client.discovery(moved.lower(), pages.gateway_of(number))
        offer = question.answer(client.exchange([question], wait))
        if offer and offer.address == pages.address_of(number):
            break
    end = time.time()
    tested, sets = moment(kea, "'config-test'", since), moment(kea, "'config-set'", since)
    kea.wait_log("NETBOX_CHANGED", since)
    return {"all": end - begin, "netbox": pages.busy, "test": sets - tested, "set": end - sets}


def measured(folder, link, family, prefixes, addresses):
    """All numbers of one site."""
    client = link.client6 if family == 6 else link.client
    with Pages(family, prefixes, addresses) as pages:
        core(pages)     # the pages are made now
        at_once = sync(pages, ROUNDS)
        pages.pace = PACE
        paced = sync(pages, 1)
        pages.pace = {}
        http = HookHttp(8001, "secret")
        kea = start_kea(folder / f"kea-{prefixes}", link, pages, http)
        first = kea_sync(kea)
        hooks = [webhook(kea, http, pages, client, addresses // 2 + n) for n in range(ROUNDS)]
        kea.stop()
        megabytes = pages.bytes / 1e6
    return {"objects": 2 * prefixes + addresses, "megabytes": megabytes, "at once": at_once, "paced": paced, "kea": first,
            "webhook": {name: statistics.median(each[name] for each in hooks) for name in hooks[0]}}


def rows(site):
    once, paced, kea, hook = site["at once"], site["paced"], site["kea"], site["webhook"]
    ours = hook["all"] - WINDOW - hook["netbox"] - hook["test"] - hook["set"]
    yield "full sync: requests", "", once["requests"]
    yield "  their pages", "MB", site["megabytes"]
    yield "  the core before", "MB", once["before"] / 1024
    yield "  the core at the most", "MB", once["most"] / 1024
    for name, run in (("pages at once", once), ("pages at NetBox's pace", paced)):
        yield f"{name}: lists read, subnets made after", "s", run["loaded"]
        yield "  first request to plan", "s", run["planned"]
        yield "  curl, the same pages", "s", run["curl"]
        yield "  ratio (aim: 1.2)", "", run["planned"] / run["curl"]
        yield "  first request to plan, an object", "µs", run["planned"] / site["objects"] * 1e6
    yield "Kea's own: objects parsed alone, DHCP between", "s", max(0, kea["before"] - once["planned"])
    yield "  config-test", "s", kea["test"]
    yield "  config-set", "s", kea["set"]
    yield "  Kea and hook at the most", "MB", kea["memory"] / 1024
    yield "webhook to reserved address on the wire", "ms", hook["all"] * 1e3
    yield "  coalescing window", "ms", WINDOW * 1e3
    yield "  NetBox's answers", "ms", hook["netbox"] * 1e3
    yield "  Kea's config-test", "ms", hook["test"] * 1e3
    yield "  Kea's config-set, up to the wire", "ms", hook["set"] * 1e3
    yield "  the rest is ours (aim: 20 ms)", "ms", ours * 1e3


def text_of(value):
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.3g}"


def main():
    folder, *sizes = sys.argv[1:]
    family = 4
    if sizes[:1] == ["-6"]:
        family, sizes = 6, sizes[1:]
    asked = [tuple(map(int, size.split("/"))) for size in sizes] or SITES
    with private_network(), Link() as link:
        sites = [measured(pathlib.Path(folder), link, family, *site) for site in asked]
    print(f"{'prefixes, ranges, addresses':<48}" + "".join(f"{f'{p:,}, {p:,}, {a:,}':>25}" for p, a in asked) + "  last / before")
    for cells in zip(*map(rows, sites)):
        name, unit, _ = cells[0]
        values = [value for _, _, value in cells]
        growth = f"{values[-1] / values[-2]:15.1f}" if len(values) > 1 and values[-2] > 0 else ""
        print(f"{f'{name}, {unit}' if unit else name:<48}" + "".join(f"{text_of(value):>25}" for value in values) + growth)


if __name__ == "__main__":
    main()
