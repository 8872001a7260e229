"""The connection: HTTP/1.1 with keep-alive on the loopback interface, one thread a connection.

This is the standard library's server rather than werkzeug's, because werkzeug closes the connection
after every answer, so that a client that reuses its connection could not be tested, and because
some faults need the socket itself: to reset it, or to close it half way through an answer.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from .replies import Delivery, Reply

Respond = Callable[[str, str, Any, bytes], Reply]
PIECES = 20  # a trickled answer is sent in this many parts
LISTEN_EVERY = 0.05  # seconds between checks whether a client has given up
POLL = 0.01  # seconds until a closing server notices


class Loopback:
    """Answer HTTP requests on this machine, between `start()` and `close()`.

    Parameters
    ----------
    port
        The port to listen on; 0 takes any free one.
    latency
        Seconds to wait before each answer.
    """

    def __init__(self, port: int = 0, latency: float = 0.0) -> None:
        self._port, self._latency = port, latency
        self._server: Server | None = None

    def respond(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Return the answer to one request."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start to answer requests, in a thread of its own."""
        self._server = Server(self._port, self.respond, self._latency)
        Thread(target=self._server.serve_forever, args=(POLL,), daemon=True).start()
        return self

    def close(self) -> None:
        """Stop, and end the connections that clients keep open."""
        if self._server:
            self._server.close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Return the address that clients are given."""
        if self._server is None:
            raise RuntimeError(f"{type(self).__name__} is not running: use it in a with statement")
        return self._server.url

    @property
    def connections(self) -> int:
        """Return how many connections were opened; a client that reuses them needs only one."""
        return self._server.connections if self._server else 0


class Server(ThreadingHTTPServer):
    """Serve ``respond(method, target, headers, body)`` until the server is closed."""

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
        """Return the address of the server."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count and remember a connection, and serve it."""
        self._lines.add(request)
        self.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that ends."""
        self._lines.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up: many tests do."""

    def close(self) -> None:
        """Stop, and end the connections that clients keep open."""
        self.closing.set()
        self.shutdown()
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Read requests, and send each answer in the way that it is to be delivered."""

    server: Server
    protocol_version = "HTTP/1.1"
    # Without this the body, written after the headers, waits 40 ms for their acknowledgement.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Answer one request, whatever its method."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.closing.wait(self.server.latency)
        reply = self.server.respond(self.command, self.path, self.headers, body)
        DELIVERIES[reply.delivery](self, reply)

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815

    def version_string(self) -> str:
        """Return the Server header."""
        return "traktok-sandbox"

    def log_message(self, *_: Any) -> None:
        """Print nothing: the list of requests has what came in."""

    def send(self, reply: Reply, announced: int) -> None:
        """Send the status line and the headers, announcing a body of so many bytes."""
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(announced))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def whole(self, reply: Reply) -> None:
        """Send the answer in one piece."""
        self.send(reply, len(reply.body))
        self.wfile.write(reply.body)

    def truncated(self, reply: Reply) -> None:
        """Announce more than is sent, then close the connection."""
        self.send(reply, len(reply.body) + reply.missing)
        self.wfile.write(reply.body)
        self.close_connection = True

    def trickled(self, reply: Reply) -> None:
        """Send the answer in parts, with waits between them."""
        self.send(reply, len(reply.body))
        size = -(-len(reply.body) // PIECES) or 1
        for start in range(0, len(reply.body), size):
            self.wfile.write(reply.body[start : start + size])
            self.server.closing.wait(reply.seconds / PIECES)

    def hung(self, reply: Reply) -> None:
        """Send nothing until the client goes, the server closes or the time is over."""
        waited = 0.0
        while waited < reply.seconds and not self.server.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], LISTEN_EVERY)
            if readable:
                break
            waited += LISTEN_EVERY
        self.closed(reply)

    def closed(self, _: Reply) -> None:
        """Close the connection without an answer."""
        self.close_connection = True
        # The base class would say goodbye first; a bare close is what a dying server does.
        os.close(self.connection.detach())

    def reset(self, reply: Reply) -> None:
        """Reset the connection without an answer."""
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
