# SPDX-License-Identifier: MPL-2.0
"""The library as a file."""

import pathlib
import re
import subprocess

HOOK = pathlib.Path(__file__).resolve().parent.parent.parent / "hook"


def test_it_exports_what_kea_looks_up_and_nothing_else(hook):
    symbols = subprocess.check_output(["nm", "-D", "--defined-only", hook], text=True).splitlines()
    looked_up = (HOOK / "exports.map").read_text().split("global:")[1].split("local:")[0]
    assert {line.split()[-1] for line in symbols} == set(re.findall(r"\w+", looked_up))


def test_its_code_stays_mapped_when_kea_unloads_it(hook):
    assert "NODELETE" in subprocess.check_output(["readelf", "-d", hook], text=True)
