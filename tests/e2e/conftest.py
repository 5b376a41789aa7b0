# SPDX-License-Identifier: MPL-2.0
"""Fixtures. What a test needs and can't have fails, it never skips.

  netbox    a real NetBox, empty, for one module's tests (netbox.py)
  standin   a stand-in NetBox, empty, for one module's tests (tests/standin)
  hook      path of libdhcp_netbox.so"""

import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
sys.path.append(str(HERE.parent / "integration"))
# A webhook takes as long as NetBox's queue is.
os.environ.setdefault("KEA_NETBOX_PATIENCE", "300")

from netbox import NetBox  # noqa: E402  (needs the path above)
from standin import StandIn  # noqa: E402


@pytest.fixture(scope="session")
def hook():
    path = pathlib.Path(os.environ.get("KEA_NETBOX_HOOK", "KEA_NETBOX_HOOK is not set"))
    assert path.is_file(), f"{path} is missing: build the library and name it by KEA_NETBOX_HOOK"
    return path.resolve()


@pytest.fixture(scope="module")
def netbox():
    with NetBox() as server:
        yield server


@pytest.fixture(scope="module")
def standin():
    with StandIn() as server:
        yield server


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows what NetBox had to say."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and "netbox" in getattr(item, "funcargs", {}):
        report.sections.append(("NetBox", item.funcargs["netbox"].log_tail()))
