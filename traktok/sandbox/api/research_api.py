"""The Research API as tests and users have it: a service, and the thread that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from traktok.sandbox import control
from traktok.sandbox.replies import Reply
from traktok.sandbox.server import Loopback
from traktok.sandbox.switches import Switches, Value

from .clock import Clock, Quota
from .control import actions
from .service import CLIENT_KEY, CLIENT_SECRET, TOKEN_LIFE, Service
from .wire import Request
from .world import SEED, SMALL, World, world_of


class ResearchApi(Loopback):
    """A loopback TikTok Research API.

    Parameters
    ----------
    port
        The port to listen on; 0 takes any free one.
    seed
        The seed of the world; another seed makes another world.
    latency
        Seconds to wait before each answer.
    now
        Stop the clock at this time; without it, the clock is the machine's.
    switches
        The values of switches, by name; `traktok.sandbox.SWITCHES` lists them.
    world
        The size of the world, "small" or "large".

    Attributes
    ----------
    client_key, client_secret
        The key and secret of the one client that the service knows.

    Examples
    --------
    >>> from traktok.sandbox import ResearchApi
    >>> with ResearchApi(switches={"error_text": "msg"}) as tiktok:
    ...     tiktok.fail("http_500", page=3)
    ...     tiktok.url.startswith("http://127.0.0.1:")
    True
    """

    client_key = CLIENT_KEY
    client_secret = CLIENT_SECRET

    def __init__(
        self,
        port: int = 0,
        seed: int = SEED,
        latency: float = 0.0,
        now: datetime | None = None,
        switches: Mapping[str, Value] | Switches | None = None,
        world: str = SMALL,
    ) -> None:
        super().__init__(port, latency)
        held = switches if isinstance(switches, Switches) else Switches(switches)
        self.service = Service(world_of(seed, world), Clock(now), held)

    def respond(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Return the answer to one request, those to the control paths included."""
        if target.startswith(control.PREFIX):
            return control.respond(actions(self.service), method, target, raw)
        return self.service.answer(Request.read(method, target, headers, raw))

    # ---------------------------------------------------------- world, clock, requests

    @property
    def world(self) -> World:
        """Return the invented users, videos, comments and playlists."""
        return self.service.world

    @property
    def clock(self) -> Clock:
        """Return the clock that tokens, quotas and search ids go by."""
        return self.service.clock

    @property
    def quota(self) -> Quota:
        """Return the day's quota and how much of it is used."""
        return self.service.quota

    @property
    def switches(self) -> Switches:
        """Return the values of the switches."""
        return self.service.switches

    @property
    def requests(self) -> list[Request]:
        """Return all requests to the Research API so far, including those for tokens."""
        return self.service.requests

    def reset(self) -> None:
        """Forget requests, faults, quota, tokens and search ids; reset clock and switches."""
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
        """Schedule a fault of the Research API.

        Parameters
        ----------
        name : str
            One of ``traktok.sandbox.FAULTS``.
        on : int, default 1
            The number of the request to fail, counted from now.
        page : int, optional
            The page of a list to fail, in place of ``on``.
        times : float, default 1
            How many requests fail; ``math.inf`` for all.
        endpoint : str, optional
            The endpoint to fail, such as ``"user/info/"`` or ``"oauth/token/"``; by default any
            research endpoint.
        where : mapping, optional
            Values that the body of the request must have, such as ``{"username": "x"}``.
        **options
            Options of the fault, such as ``retry_after=5``, ``seconds=0.2``, ``code="timeout"``.

        Raises
        ------
        ValueError, TypeError
            If there is no such fault, or it has no such option.
        """
        when = {"on": on, "page": page, "times": times, "endpoint": endpoint, "where": where or {}}
        self.service.order(name, **when, **options)

    def token(self, expires_in: float = TOKEN_LIFE) -> str:
        """Return a token for the Research API; no request is counted.

        Parameters
        ----------
        expires_in : float, default 7200
            How many seconds it is valid.

        Returns
        -------
        str
            The token.
        """
        return self.service.tokens.issue(self.clock.now, expires_in)
