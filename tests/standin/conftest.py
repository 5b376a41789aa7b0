# SPDX-License-Identifier: MPL-2.0
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from standin import StandIn  # noqa: E402
from standin.client import Receiver  # noqa: E402
from standin.shapes import SHAPES  # noqa: E402


@pytest.fixture(params=sorted(SHAPES))
def every(request):
    """A started stand-in of each version."""
    with StandIn(request.param) as netbox:
        yield netbox
        assert netbox.errors == []


@pytest.fixture
def netbox():
    with StandIn("4.7") as standin:
        yield standin
        assert standin.errors == []


@pytest.fixture
def receiver():
    with Receiver() as one:
        yield one
