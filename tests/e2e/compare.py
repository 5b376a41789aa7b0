# SPDX-License-Identifier: MPL-2.0
"""What tells two NetBoxes' answers apart, key by key, where their address and the time of day are no difference."""

import re

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ABSENT = object()


def neutral(value, url):
    """The value without what differs from one run to the next: the server's own URL, times, request ids."""
    if isinstance(value, dict):
        return {key: neutral(item, url) for key, item in value.items()}
    if isinstance(value, list):
        return [neutral(item, url) for item in value]
    if isinstance(value, str):
        return UUID.sub("<uuid>", TIME.sub("<time>", value.replace(url, "<url>")))
    return value


def differences(real, standin, where=""):
    """One line for each place where the two are not alike."""
    if isinstance(real, dict) and isinstance(standin, dict):
        for key in {**real, **standin}:
            yield from differences(real.get(key, ABSENT), standin.get(key, ABSENT), f"{where}.{key}".lstrip("."))
    elif isinstance(real, list) and isinstance(standin, list) and len(real) == len(standin):
        for position, (one, other) in enumerate(zip(real, standin)):
            yield from differences(one, other, f"{where}[{position}]")
    elif type(real) is not type(standin) or real != standin:
        yield f"{where}: NetBox {_shown(real)}, stand-in {_shown(standin)}"


def _shown(value):
    text = "has no such key" if value is ABSENT else repr(value)
    return text if len(text) <= 300 else text[:300] + " …"
