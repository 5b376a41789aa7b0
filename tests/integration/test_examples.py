# SPDX-License-Identifier: MPL-2.0
"""What lies in examples/ works, each file of it."""

import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TESTED = {"demo": "test_examples.py", "demo.py": "test_examples.py", "kea-dhcp4.conf": "test_examples.py",
          "kea-dhcp6.conf": "test_examples.py", "from-toml": "test_from_toml.py", "netbox-setup": "test_shapes.py"}


def test_each_example_has_its_test():
    assert {path.name for path in (ROOT / "examples").iterdir() if path.is_file()} == set(TESTED)
    assert all(f"examples/{name}" in (pathlib.Path(__file__).parent / test).read_text() for name, test in TESTED.items())


def test_the_demo_shows_each_step_and_leaves_nothing(hook, tmp_path):
    before = subprocess.check_output(["ip", "link"], text=True)
    demo = subprocess.run(["/usr/bin/python3", ROOT / "examples/demo.py", hook, tmp_path / "run", "--once"], capture_output=True, text=True)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    for seen in (r"02:00:00:00:00:99 .*gets 192\.0\.2\.20, host name printer-1",
                 r"router 192\.0\.2\.254",
                 "2001:db8:f000::/48 in parts of /56", r":99 \(unknown\) gets 2001:db8:2::1[0-9a-f]{3},",
                 r":10 \(desk-1\) gets 2001:db8:2::10, .* desk-1\.example\.org, name servers 2001:db8:2::53, 2001:db8:3::53$",
                 "02:00:00:00:00:99 .*gets 2001:db8:2::20, host name printer-1",
                 r":10 .*gets 2001:db8:2::10, .*name servers 2001:db8:2::54$",
                 "dhclient gets 2001:db8:2::1[0-9a-f]{3}, and 2001:db8:f000::/56",
                 "dhclient gets 2001:db8:2::7, and 2001:db8:e000::/56"):
        assert re.search(seen, demo.stdout, re.MULTILINE), f"{seen} is not in:\n{demo.stdout}"
    assert subprocess.check_output(["ip", "link"], text=True) == before
    assert subprocess.run(["pgrep", "--full", str(tmp_path / "run")]).returncode == 1


def test_the_demo_refuses_what_it_does_not_know():
    assert subprocess.run([ROOT / "examples/demo", "--twice"], capture_output=True).returncode == 2


def example(path, hook, link, folder, netbox="http://127.0.0.1:1"):
    """The example, of this machine: library, interface, folders and NetBox."""
    text = path.read_text()
    for there, here in ((r"/usr/lib/\S+/libdhcp_netbox.so", hook), ("eth0", link.interface), ("https://netbox.example.org", netbox),
                        (r"/run/kea/[^\"]+", folder / "socket"), ("/var/lib/kea|/etc/kea", folder)):
        text = re.sub(there, str(here), text)
    [server] = json.loads(text).values()
    return server


def test_kea_serves_with_the_example_configuration(kea, hook, link, tmp_path):
    server = kea(example(ROOT / "examples/kea-dhcp4.conf", hook, link, tmp_path / "kea0"))
    server.wait_log("NETBOX_STARTED")


def test_kea_dhcp6_serves_with_its_own(kea, hook, link, tmp_path):
    server = kea(example(ROOT / "examples/kea-dhcp6.conf", hook, link, tmp_path / "kea0"), program="kea-dhcp6")
    server.wait_log("NETBOX_STARTED")


def test_the_readme_shows_the_example_configuration():
    [shown] = re.findall(r"^```json\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert shown == (ROOT / "examples/kea-dhcp4.conf").read_text()
