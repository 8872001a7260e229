"""A TikTok that answers at once: its pages are written before the first request comes.

It is a program, ``python -m tests.benchmarks.server [SECONDS]``, that prints its address and serves
until its input ends, so that it outlives nobody who started it; it may take so many seconds for an
answer. In a process of its own it shares neither the interpreter's lock nor the memory with the
clients that are measured. The sandbox would not do: it searches its world for every page.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain, count, cycle
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread

from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import COMMENTS, USER_INFO, VIDEO_QUERY
from traktok.sandbox.api.world import World

PAGE_SIZE = 100
SEARCH_ID = "7311855912556366638"


def answers(endpoint: Endpoint, records: Iterable[dict[str, object]]) -> Iterator[bytes]:
    """Yield answer after answer, round and round; of pages there are always more to come."""
    asked = [{key: record[key] for key in record if key in endpoint.fields} for record in records]
    if endpoint.records is None:
        yield from cycle([_response(_json(record)) for record in asked])
    starts = range(0, len(asked) - PAGE_SIZE + 1, PAGE_SIZE)
    pages = cycle([_json(asked[start : start + PAGE_SIZE]) for start in starts])
    search = b',"search_id":"%s"' % SEARCH_ID.encode() if endpoint.searchable else b""
    for number in count(1):
        page = endpoint.records.encode(), next(pages), number * PAGE_SIZE, search
        yield _response(b'{"%s":%s,"cursor":%d,"has_more":true%s}' % page)


def _json(value: object) -> bytes:
    # Text beyond ASCII goes over the wire as UTF-8, not as escapes, as in TikTok's own answers.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _response(data: bytes) -> bytes:
    body = b'{"data":%s,"error":{"code":"ok","message":"","log_id":"20240405132544A8"}}' % data
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


class Connection(StreamRequestHandler):
    """A connection that is kept alive; what a request says, but for its path, changes nothing."""

    disable_nagle_algorithm = True
    answers: dict[bytes, Iterator[bytes]]
    turn = Lock()  # an iterator makes one answer at a time
    seconds = 0.0

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split()[1].partition(b"?")[0]
            length = 0
            while (header := self.rfile.readline().lower()).strip():
                if header.startswith(b"content-length:"):
                    length = int(header.partition(b":")[2])
            self.rfile.read(length)
            if self.seconds:
                time.sleep(self.seconds)
            with self.turn:
                answer = next(self.answers[path])
            self.wfile.write(answer)


class Server(ThreadingTCPServer):
    daemon_threads = True


def main() -> None:
    Connection.seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    world = World()
    records = {
        VIDEO_QUERY: world.videos,
        COMMENTS: chain.from_iterable(world.comments.values()),
        USER_INFO: world.users.values(),
    }
    Connection.answers = {
        endpoint.path.encode(): answers(endpoint, [item.record for item in items])
        for endpoint, items in records.items()
    }
    with Server(("127.0.0.1", 0), Connection) as server:
        Thread(target=server.serve_forever).start()
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
