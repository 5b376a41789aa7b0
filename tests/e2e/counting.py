# SPDX-License-Identifier: MPL-2.0
"""A proxy on loopback that notes what it passes on: GET requests to one server."""

import http.client
import http.server
import threading
import time
import urllib.parse
from dataclasses import dataclass


@dataclass
class Passed:
    target: str
    seconds: float
    length: int


class CountingProxy:
    def __init__(self, url):
        self._server_of = urllib.parse.urlsplit(url).netloc
        self.passed = []

    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = "http://127.0.0.1:%d" % self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()

    def _ask(self, target, headers):
        connection = http.client.HTTPConnection(self._server_of)
        try:
            connection.request("GET", target, headers={name: value for name, value in headers.items() if name != "Accept-Encoding"})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        finally:
            connection.close()

    def _handler(proxy):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                begin = time.monotonic()
                status, content_type, body = proxy._ask(self.path, self.headers)
                proxy.passed.append(Passed(self.path, time.monotonic() - begin, len(body)))
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args):
                pass

        return Handler
