# SPDX-License-Identifier: MPL-2.0
"""Debian's dhclient -6 at the client's end of a Link, as people use it: without a relay, with a DUID-LL.

    client = Dhclient(link, folder); client.duid          # "00:03:00:01:…"
    lease = client.lease(); lease["address"], lease["prefix"], lease["dns"]

Each lease() begins anew and gives back what it was given, so that nothing of before stands in its way."""

import json
import subprocess

from waiting import eventually

SCRIPT = """#!/bin/sh
{ echo "reason=$reason"; set | grep '^new_'; echo; } >>'%s'
"""
NAMES = {"address": "new_ip6_address", "prefix": "new_ip6_prefix", "dns": "new_dhcp6_name_servers",
         "domain_search": "new_dhcp6_domain_search"}


class Dhclient:
    def __init__(self, link, folder):
        self.inside, self.interface, self.folder = link.inside, link.far_end, folder
        self.script, self.journal = folder / "dhclient-script", folder / "dhclient-journal"
        self.script.write_text(SCRIPT % self.journal)
        self.script.chmod(0o755)
        [shown] = json.loads(self._run("ip", "-json", "link", "show", self.interface))
        self.duid = "00:03:00:01:" + shown["address"]

    def _run(self, *words):
        return subprocess.check_output([*self.inside, *words], text=True, stderr=subprocess.STDOUT)

    def _words(self):
        return ["dhclient", "-6", "-D", "LL", "-sf", self.script, "-lf", self.folder / "dhclient-leases",
                "-pf", self.folder / "dhclient-pid", "-cf", "/dev/null"]

    def lease(self):
        self.journal.write_text("")
        (self.folder / "dhclient-leases").write_text("")
        process = subprocess.Popen([*self.inside, *self._words(), "-N", "-P", "-d", self.interface], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            return eventually(self._bound, "dhclient has an address and a prefix")
        finally:
            process.kill()
            process.wait()
            self._run(*self._words(), "-N", "-P", "-r", self.interface)

    def _bound(self):
        """What its script was told, once for the address and once for the prefix."""
        lease = {}
        for call in self.journal.read_text().split("\n\n"):
            said = dict(line.split("=", 1) for line in call.splitlines() if "=" in line)
            if said.get("reason") == "BOUND6":
                lease.update({name: said[key].strip("'") for name, key in NAMES.items() if key in said})
        return lease if {"address", "prefix"} <= lease.keys() else None
