"""The whole sandbox behind one address: the Research API and the web pages together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from . import control, home
from .api import ResearchApi
from .api.control import actions
from .api.world import SEED, SMALL
from .replies import Reply
from .switches import Value
from .web import Website
from .web import site as website

_API, _WWW = "/v2/", "/www"


class Sandbox(ResearchApi):
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
    client_key, client_secret
        The key and secret of the one client that the Research API knows.
    website
        The web pages, with methods to arrange more; ``website.asked`` has their requests.

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
        super().__init__(port, seed, latency, now, switches, world)
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
                **actions(self.service),
                **self.website.actions,
                **control.shared_actions(self.switches, self.reset),
            }
            return control.respond(known, method, target, raw)
        if target == "/":
            return home.page(self.environment, self.switches)
        if target == "/cookies.txt":
            return Reply(200, self.cookies_txt.encode(), "text/plain; charset=utf-8")
        if target.startswith(_API):
            return super().respond(method, target, headers, raw)
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

    # ---------------------------------------------------------- what tests arrange

    @property
    def api(self) -> ResearchApi:
        """Return the Research API alone, which has most of these methods."""
        return self

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
        super().reset()
        self.website.reset()
