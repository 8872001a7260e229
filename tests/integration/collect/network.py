"""A network between a study and its TikTok that can be switched off and on."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress
from urllib.parse import urlsplit


class Network:
    """A relay in front of a server; while it is off, connections to it are refused."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = str(parts.hostname), parts.port or 80
        self._port = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.switch_on()
        self.url = f"http://127.0.0.1:{self._port}"

    def switch_on(self) -> None:
        """Accept connections, at the same address as before."""
        assert self._listener is None
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def switch_off(self) -> None:
        """Cut all connections, and refuse new ones."""
        with self._lock:
            # The listener first: a client that is cut tries again at once.
            cut = [*filter(None, [self._listener]), *self._open]
            self._listener = None
            self._open.clear()
        for each in cut:
            _cut(each)
            each.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                with self._lock:
                    if listener is not self._listener:  # switched off meanwhile
                        near.close()
                        far.close()
                        return
                    self._open |= {near, far}
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=_relay, args=ends, daemon=True).start()


def _relay(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), closing(target):
        try:
            while piece := source.recv(1 << 16):
                target.sendall(piece)
        finally:
            _cut(source)
            _cut(target)


def _cut(connection: socket.socket) -> None:
    """End a connection for all threads: one that waits for data of it keeps it from closing."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
