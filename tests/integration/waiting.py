# SPDX-License-Identifier: MPL-2.0
"""How tests wait: for a fact, never for a time. The bound only ends a test that has failed already."""

import os
import time

# Seconds; raise it for valgrind and the like. Nothing waits this long while all is well.
PATIENCE = float(os.environ.get("KEA_NETBOX_PATIENCE", "60"))


def eventually(fact, what=None, patience=None):
    """Polls fact() until it is true and returns its value. An AssertionError or a refused connection within it is "not yet"."""
    deadline, last = time.monotonic() + (patience or PATIENCE), None
    while True:
        try:
            value = fact()
            if value:
                return value
        except (AssertionError, ConnectionError) as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"never came true: {what or fact}" + (f" ({last})" if last else "")) from last
        time.sleep(0.02)
