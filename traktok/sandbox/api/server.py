"""The connection: HTTP/1.1 with keep-alive on the loopback interface, one thread a connection.

The standard library's server rather than werkzeug's: that one closes the connection after every
answer, so a client that reuses its connection could not be seen doing so; and faults need the
socket itself, to reset it or to leave it half way.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any

from .wire import Delivery, Reply

Respond = Callable[[str, str, Any, bytes], Reply]
PIECES = 20  # a trickled answer comes in so many
MISSING = 64  # bytes that a truncated answer announces and never sends
LISTEN_EVERY = 0.05  # seconds between looks at whether a client has given up


class Server(ThreadingHTTPServer):
    """Serves `respond(method, target, headers, body)` until it is closed."""

    daemon_threads = True

    def __init__(self, port: int, respond: Respond, latency: float = 0.0) -> None:
        self.respond = respond
        self.latency = latency
        self.closing = Event()
        self.connections = 0
        self._lines: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self._lines.add(request)
        self.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._lines.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are everyday life here."""

    def close(self) -> None:
        """Stops, and ends the connections that clients keep open."""
        self.closing.set()
        self.shutdown()
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    # Without this the body, written after the headers, waits 40 ms for their acknowledgement.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.closing.wait(self.server.latency)
        reply = self.server.respond(self.command, self.path, self.headers, body)
        DELIVERIES[reply.delivery](self, reply)

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815

    def version_string(self) -> str:
        return "traktok-sandbox"

    def log_message(self, *_: Any) -> None:
        """Quiet: what came in is in the list of requests."""

    def send(self, reply: Reply, announced: int) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(announced))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def whole(self, reply: Reply) -> None:
        self.send(reply, len(reply.body))
        self.wfile.write(reply.body)

    def truncated(self, reply: Reply) -> None:
        self.send(reply, len(reply.body) + MISSING)
        self.wfile.write(reply.body)
        self.close_connection = True

    def trickled(self, reply: Reply) -> None:
        self.send(reply, len(reply.body))
        size = -(-len(reply.body) // PIECES) or 1
        for start in range(0, len(reply.body), size):
            self.wfile.write(reply.body[start : start + size])
            self.server.closing.wait(reply.seconds / PIECES)

    def hung(self, reply: Reply) -> None:
        """Silent until the client goes, the sandbox closes or the time is over."""
        waited = 0.0
        while waited < reply.seconds and not self.server.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], LISTEN_EVERY)
            if readable:
                break
            waited += LISTEN_EVERY
        self.closed(reply)

    def closed(self, _: Reply) -> None:
        self.close_connection = True
        # The base class would say goodbye first; a bare close is what a dying server does.
        os.close(self.connection.detach())

    def reset(self, reply: Reply) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.closed(reply)


DELIVERIES: dict[Delivery, Callable[[Handler, Reply], None]] = {
    Delivery.WHOLE: Handler.whole,
    Delivery.TRUNCATED: Handler.truncated,
    Delivery.TRICKLED: Handler.trickled,
    Delivery.HUNG: Handler.hung,
    Delivery.CLOSED: Handler.closed,
    Delivery.RESET: Handler.reset,
}
