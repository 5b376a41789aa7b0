# SPDX-License-Identifier: MPL-2.0
"""For tests: a client of a NetBox's API, and a receiver of webhooks."""
import http.client
import json
import ssl
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIMEOUT = 120


class Client:
    """Asks a NetBox, anything with a url and a token; one connection a request. headers are those of the last answer."""

    def __init__(self, netbox, ca_file=None):
        self.netbox = netbox
        self.headers = {}
        self.parts = urllib.parse.urlsplit(netbox.url)
        self.tls = ssl.create_default_context(cafile=ca_file) if self.parts.scheme == "https" else None

    def connect(self):
        if self.tls:
            return http.client.HTTPSConnection(self.parts.hostname, self.parts.port, timeout=TIMEOUT, context=self.tls)
        return http.client.HTTPConnection(self.parts.hostname, self.parts.port, timeout=TIMEOUT)

    def raw(self, method, path, body=None, headers=None):
        """(status, bytes) of a path from the root."""
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            self.headers = dict(answer.getheaders())
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask(self, method, path, sent=None, token="", host=None):
        """(status, JSON or text) of a path below /api/; token None sends none, a text stands for the whole header."""
        headers = {} if token is None else {"Authorization": token or f"Token {self.netbox.token}"}
        if host:
            headers["Host"] = host
        body = None if sent is None else json.dumps(sent)
        if body:
            headers["Content-Type"] = "application/json"
        status, text = self.raw(method, f"{self.parts.path}/api/{path}", body, headers)
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode()

    def get(self, path, **how):
        return self.ask("GET", path, **how)

    def rows(self, path):
        status, body = self.get(path if "?" in path else path.rstrip("/") + "/")
        assert status == 200, body
        return body["results"]


class Receiver:
    """Answers 202 to every POST and keeps it: requests holds (bytes, headers), bodies the JSON."""

    def __init__(self, status=202):
        receiver = self
        self.requests = []
        self.bodies = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((body, dict(self.headers)))
                try:
                    receiver.bodies.append(json.loads(body))
                except ValueError:
                    pass
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/event/netbox/"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
