# SPDX-License-Identifier: MPL-2.0
"""The benchmark runs, and asks no more of NetBox than it may; its numbers are for people."""

import os
import pathlib
import subprocess

import pytest

SYNC = pathlib.Path(__file__).resolve().parent.parent / "bench/sync"


@pytest.mark.parametrize("words", [[], ["-6"]])
def test_the_benchmark_runs_on_a_small_site(hook, words):
    bench = subprocess.run([SYNC, *words, "20/100"], capture_output=True, text=True,
                           env={**os.environ, "KEA_NETBOX_BUILDDIR": str(hook.parent.parent)})
    assert bench.returncode == 0, bench.stdout + bench.stderr
    assert "webhook to reserved address on the wire" in bench.stdout
