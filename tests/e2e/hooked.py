# SPDX-License-Identifier: MPL-2.0
"""A Kea with the hook that follows a real NetBox, by a user of NetBox's who may only view and a webhook of NetBox's own."""

import contextlib
import socket

from hook_http import HookHttp
from kea_server import Kea
from rest import HOOK_PERMISSIONS
from waiting import eventually

SECRET = "the-secret-of-the-webhooks"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def hooked_kea(netbox, link, hook, folder, program="kea-dhcp4", **parameters):
    """Its first full sync is done; .http speaks to the hook, .token is the file of its token."""
    http = HookHttp(free_port(), SECRET)
    (folder / "token").write_text(netbox.add_viewer(program, *HOOK_PERMISSIONS))
    (folder / "secret").write_text(SECRET)
    netbox.add_webhook(http.event_url, name=program, secret=SECRET)
    parameters = {"netbox-url": netbox.url, "netbox-token-file": str(folder / "token"), "secret-file": str(folder / "secret"),
                  "port": http.port, **parameters}
    entry = {"library": str(hook), "parameters": parameters}
    server = Kea(folder / "server", link, {"hooks-libraries": [entry]}, program=program).start()
    server.http, server.token = http, folder / "token"
    eventually(http.healthy, "the first full sync")
    yield server
    assert server.stop().code == 0
