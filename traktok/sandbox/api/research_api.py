"""The sandbox as tests and people hold it: a service, a world, and a thread that serves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from threading import Thread
from types import TracebackType
from typing import Any

from . import control
from .clock import Clock, Quota
from .server import Server
from .service import CLIENT_KEY, CLIENT_SECRET, TOKEN_LIFE, Service
from .wire import Reply, Request
from .world import SEED, World, world_of

POLL = 0.01  # seconds until a closing server notices


class ResearchApi:
    """A loopback TikTok.

    >>> with ResearchApi() as tiktok:
    ...     tiktok.fail("http_500", page=3)
    ...     run(base_url=tiktok.url, token=tiktok.token())
    ...     assert tiktok.requests[-1].status == 200
    """

    client_key = CLIENT_KEY
    client_secret = CLIENT_SECRET

    def __init__(
        self,
        port: int = 0,
        seed: int = SEED,
        latency: float = 0.0,
        now: datetime | None = None,
    ) -> None:
        self.service = Service(world_of(seed), Clock(now))
        self._port, self._latency = port, latency
        self._server: Server | None = None

    # ---------------------------------------------------------- life

    def start(self) -> ResearchApi:
        self._server = Server(self._port, self._respond, self._latency)
        Thread(target=self._server.serve_forever, args=(POLL,), daemon=True).start()
        return self

    def close(self) -> None:
        if self._server:
            self._server.close()
            self._server = None

    def __enter__(self) -> ResearchApi:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _respond(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        if target.startswith(control.PREFIX):
            return control.respond(self.service, method, target, raw)
        return self.service.answer(Request.read(method, target, headers, raw))

    @property
    def url(self) -> str:
        """What TRAKTOK_BASE_URL has to be."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running: use it in a with statement")
        return self._server.url

    # ---------------------------------------------------------- what it knows and saw

    @property
    def world(self) -> World:
        return self.service.world

    @property
    def clock(self) -> Clock:
        return self.service.clock

    @property
    def quota(self) -> Quota:
        return self.service.quota

    @property
    def requests(self) -> list[Request]:
        """Every request so far, those for tokens too, in the order they came."""
        return self.service.requests

    @property
    def connections(self) -> int:
        """How many connections were opened: a client that keeps its own needs one."""
        return self._server.connections if self._server else 0

    def reset(self) -> None:
        """Forgets requests, faults, quota, tokens, search ids and the set clock."""
        self.service.reset()

    # ---------------------------------------------------------- what tests arrange

    def fail(
        self,
        name: str,
        *,
        on: int = 1,
        page: int | None = None,
        times: float = 1,
        endpoint: str | None = None,
        where: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        """Orders a fault (`faults.FAULTS` has the names).

        It strikes `times` times (math.inf: for ever), from the `on`-th request on, counted from
        now, or from page `page` of a crawl on. `endpoint` ("user/info/", also "oauth/token/")
        limits it to one; without it, it waits for the research endpoints. `where` limits it to
        bodies that hold these values, such as {"username": "x"}. `options` are the fault's own,
        such as retry_after=5, seconds=0.2, code="timeout".
        """
        when = {"on": on, "page": page, "times": times, "endpoint": endpoint, "where": where or {}}
        self.service.order(name, **when, **options)

    def token(self, expires_in: float = TOKEN_LIFE) -> str:
        """A token that is good for so many seconds, without a request."""
        return self.service.tokens.issue(self.clock.now, expires_in)
