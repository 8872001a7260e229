"""The whole sandbox behind one address: the Research API and the web pages together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from . import control, home
from .api import ResearchApi
from .api.clock import Clock, Quota
from .api.control import actions
from .api.wire import Request
from .api.world import SEED, SMALL, World
from .replies import Reply
from .server import Loopback
from .switches import Switches, Value
from .web import Website
from .web import site as website

_API, _WWW = "/v2/", "/www"


class Sandbox(Loopback):
    """A TikTok on your own machine, over an invented world.

    While it is running, clients reach its Research API at `base_url` and its web pages at
    `www_url`; nothing leaves the machine.

    Parameters
    ----------
    port : int, default 0
        The port to listen on; 0 takes any free one.
    seed : int, default 1
        The seed of the world; another seed makes another world.
    latency : float, default 0
        Seconds to wait before each answer.
    now : datetime, optional
        Stop the clock at this time; without it, the clock is the machine's.
    switches : mapping, optional
        The values of switches, by name; `SWITCHES` lists them, with their sources.
    world : {"small", "large"}
        The size of the world: "small" has 6,800 videos and 400 users, "large" ten times as many,
        and takes some seconds to start. The web pages are the same in both.

    Attributes
    ----------
    api, website
        The Research API and the web pages, each with methods to arrange more.
    switches
        The values of the switches, for both.

    Examples
    --------
    >>> from traktok.sandbox import Sandbox
    >>> with Sandbox(switches={"comments_end": 0}) as tiktok:
    ...     sorted(tiktok.environment)
    ['TIKTOK_CLIENT_KEY', 'TIKTOK_CLIENT_SECRET', 'TRAKTOK_BASE_URL', 'TRAKTOK_WWW_URL']
    """

    def __init__(
        self,
        port: int = 0,
        seed: int = SEED,
        latency: float = 0.0,
        now: datetime | None = None,
        switches: Mapping[str, Value] | None = None,
        world: str = SMALL,
    ) -> None:
        super().__init__(port, latency)
        self.switches = Switches(switches)
        self.api = ResearchApi(seed=seed, now=now, switches=self.switches, world=world)
        self.website = Website(switches=self.switches)

    def respond(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Return the answer to one request, of the API, the web pages or the control paths.

        Parameters
        ----------
        method, target : str
            The HTTP method, and the path with its query.
        headers : mapping
            The headers of the request.
        raw : bytes
            Its body.

        Returns
        -------
        Reply
            The answer, with its ``status``, ``body`` and headers.
        """
        if target.startswith(control.PREFIX):
            known = {
                **actions(self.api.service),
                **self.website.actions,
                **control.shared_actions(self.switches, self.reset),
            }
            return control.respond(known, method, target, raw)
        if target == "/":
            return home.page(self.environment, self.switches)
        if target == "/cookies.txt":
            return Reply(200, self.cookies_txt.encode(), "text/plain; charset=utf-8")
        if target.startswith(_API):
            return self.api.respond(method, target, headers, raw)
        return self.website.respond(method, target.removeprefix(_WWW), headers, raw)

    def start(self) -> Self:
        """Start to answer requests, in a thread of its own.

        Returns
        -------
        Sandbox
            This one.
        """
        super().start()
        self.website.base = self.www_url
        return self

    # ---------------------------------------------------------- what clients need

    @property
    def base_url(self) -> str:
        """Return the value for TRAKTOK_BASE_URL."""
        return self.url

    @property
    def www_url(self) -> str:
        """Return the value for TRAKTOK_WWW_URL."""
        return self.url + _WWW

    @property
    def client_key(self) -> str:
        """Return the key of the one client that the sandbox knows."""
        return self.api.client_key

    @property
    def client_secret(self) -> str:
        """Return the secret of that client."""
        return self.api.client_secret

    @property
    def cookies_txt(self) -> str:
        """Return cookies for the web pages, in the format that `auth_hidden` reads from a file."""
        return website.COOKIES_TXT

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables that make traktok use the sandbox."""
        return {
            "TRAKTOK_BASE_URL": self.base_url,
            "TRAKTOK_WWW_URL": self.www_url,
            "TIKTOK_CLIENT_KEY": self.client_key,
            "TIKTOK_CLIENT_SECRET": self.client_secret,
        }

    def token(self, expires_in: float = 7_200) -> str:
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
        return self.api.token(expires_in)

    # ---------------------------------------------------------- world, clock, requests

    @property
    def world(self) -> World:
        """Return the invented users, videos, comments and playlists."""
        return self.api.world

    @property
    def clock(self) -> Clock:
        """Return the clock that tokens, quotas and search ids go by."""
        return self.api.clock

    @property
    def quota(self) -> Quota:
        """Return the day's quota and how much of it is used."""
        return self.api.quota

    @property
    def requests(self) -> list[Request]:
        """Return all requests to the Research API so far; `website.asked` has those for pages."""
        return self.api.requests

    def fail(self, name: str, **when: Any) -> None:
        """Schedule a fault of the Research API.

        Parameters
        ----------
        name : str
            One of ``traktok.sandbox.FAULTS``.
        **when
            Which request fails, by default the next one: ``on=3`` the third from now, ``page=2``
            the second page of a list, ``times=2`` two in a row (``math.inf`` all of them),
            ``endpoint="user/info/"`` requests to that endpoint, ``where={"username": "x"}``
            requests whose body has these values. Options of the fault are given here, too:
            ``retry_after=5``, ``seconds=0.2``, ``code="timeout"``.

        Raises
        ------
        ValueError, TypeError
            If there is no such fault, or it has no such option.
        """
        self.api.fail(name, **when)

    def arrange(self, video_id: str, condition: str, **when: Any) -> None:
        """Set what is wrong with a post of the web pages.

        Parameters
        ----------
        video_id : str
            The id of the post.
        condition : str
            One of ``traktok.sandbox.CONDITIONS`` (of its page), ``DETAIL_CONDITIONS`` (of the data
            that the page's script requests) or ``MEDIA_CONDITIONS`` (of its files).
        **when
            ``times=2`` applies it to two requests only; ``file=1``, ``file="music"`` or
            ``file="en"`` to one file: a picture by its number, the music, a transcript.

        Raises
        ------
        ValueError
            If there is no such condition.
        """
        self.website.arrange(video_id, condition, **when)

    def reset(self) -> None:
        """Forget requests and everything arranged, and reset clock and switches."""
        self.api.reset()
        self.website.reset()
