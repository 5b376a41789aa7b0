# SPDX-License-Identifier: MPL-2.0
"""The sockets: HTTP/1.1 with keep-alive, TLS where wanted, a thread a connection."""
import socket
import socketserver
import ssl
import struct
import sys
import threading
import traceback
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from .api import Request, split_query
from .faults import KINDS

HANDSHAKE_TIMEOUT = 30


@dataclass
class Logged:
    """One request that came in; status is None until it is answered, and stays so where no whole answer was sent."""

    method: str
    path: str           # without the base path
    query: dict         # {key: [values]}
    status: int = None
    fault: str = None
    body: bytes = b""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "standin"
    disable_nagle_algorithm = True
    logged = None

    def setup(self):
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(HANDSHAKE_TIMEOUT)
            self.request.do_handshake()
            self.request.settimeout(None)
        super().setup()

    def log_message(self, *args):
        pass

    def _exchange(self):
        standin = self.server.standin
        self.logged = None
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        if path.startswith("/standin/"):
            return self.send(standin.control(self.command, path, body))
        request = self._request(standin, path, query, body)
        self.logged = Logged(self.command, request.path, split_query(query), body=body)
        standin.requests.append(self.logged)
        model = standin.model_at(request.path)
        fault = standin.faults.take(request, model)
        if fault is None:
            return self.send(self.compute(request))
        self.logged.fault = fault.kind
        return KINDS[fault.kind](fault, request, self)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _exchange

    def _request(self, standin, path, query, body):
        host = self.headers.get("Host", standin.host)
        base = f"{standin.scheme}://{host}{standin.base_path}"
        inner = path.removeprefix(standin.base_path) if path.startswith(standin.base_path) else "/outside" + path
        url = f"{standin.scheme}://{host}{path}" + (f"?{query}" if query else "")
        headers = {key.lower(): value for key, value in self.headers.items()}
        return Request(self.command, urllib.parse.unquote(inner), split_query(query), headers, body, url, base)

    # What a fault asks of an exchange, see faults.py

    @property
    def stopped(self):
        return self.server.standin.stopped

    @property
    def version(self):
        return self.server.standin.shape.version

    def compute(self, request):
        return self.server.standin.api.answer(request)

    def _head(self, answer, length):
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(length))
        for key, value in answer.headers.items():
            self.send_header(key, value)
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer = []
        return head

    def send(self, answer):
        if answer.status == 204 or self.command == "HEAD":
            body, length = b"", 0 if answer.status == 204 else len(answer.body)
        else:
            body, length = answer.body, len(answer.body)
        self.wfile.write(self._head(answer, length) + body)
        if self.logged:
            self.logged.status = answer.status
        if answer.then:
            answer.then()

    def send_part(self, answer, count):
        """The head says the whole length, the body ends early, and so does the connection."""
        self.wfile.write(self._head(answer, len(answer.body)) + answer.body[:count])
        self.close_connection = True

    def reset(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        # The reader keeps the socket open as long as it is.
        self.rfile.close()
        self.server.drop(self.request)

    def endless(self):
        """A list that never ends, until the client has had enough."""
        self.close_connection = True
        self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n'
                         b'{"count":1,"results":[')
        row = b'{"id":1,"description":"' + b"x" * 65536 + b'"},'
        while not self.stopped.is_set():
            self.wfile.write(row)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, standin, address, tls):
        self.standin = standin
        self.tls = tls
        self.connections = set()
        self.lock = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)

    def get_request(self):
        connection, address = super().get_request()
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self.lock:
            self.connections.add(connection)
        return connection, address

    def drop(self, connection):
        with self.lock:
            self.connections.discard(connection)
        connection.close()

    def shutdown_request(self, request):
        with self.lock:
            self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """A client that goes away is none of our business; anything else is a fault of the stand-in and is kept."""
        if not isinstance(sys.exc_info()[1], OSError):
            self.standin.errors.append(traceback.format_exc())
            traceback.print_exc()

    def end(self):
        """Stops listening and closes what is open."""
        self.shutdown()
        self.server_close()
        with self.lock:
            open_ones, self.connections = list(self.connections), set()
        for connection in open_ones:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()


def tls_context(certificate, key):
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
