# SPDX-License-Identifier: MPL-2.0
"""An HTTP server on loopback that keeps the webhooks it gets."""

import http.server
import threading
from dataclasses import dataclass


@dataclass
class Webhook:
    path: str
    headers: dict
    body: bytes


class Listener:
    def __enter__(self):
        self.received = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = "http://127.0.0.1:%d/event/" % self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()

    def take(self):
        """What came since the last time."""
        taken, self.received = self.received, []
        return taken

    def _handler(listener):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.received.append(Webhook(self.path, self.headers, body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        return Handler
