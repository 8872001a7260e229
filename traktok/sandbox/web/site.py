"""The site: what is asked of it, what it answers, and how tests arrange it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from traktok.sandbox import control
from traktok.sandbox.replies import JSON, Reply, encoded
from traktok.sandbox.server import Loopback
from traktok.sandbox.switches import Switches, Value

from . import html, world
from .conditions import CONDITIONS, MEDIA_CONDITIONS, media, page
from .world import POSTS, Author, Post

_POSTS_A_PAGE = 60
_FIRST_CURSOR = 1700000000
_KEY_COOKIE = "tt_chain_token"


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    url: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query))

    @property
    def cookies(self) -> dict[str, str]:
        pairs = self.headers.get("cookie", "").split("; ")
        return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


class Website(Loopback):
    """A loopback www.tiktok.com."""

    search = tuple(map(world.search_post, range(POSTS)))
    profile = tuple(map(world.profile_post, range(POSTS)))
    author = Author(0)

    def __init__(
        self,
        port: int = 0,
        latency: float = 0.0,
        switches: Mapping[str, Value] | Switches | None = None,
    ) -> None:
        super().__init__(port, latency)
        self.switches = switches if isinstance(switches, Switches) else Switches(switches)
        self.base = ""
        self.reset()

    def start(self) -> Self:
        """Begin to answer requests, in a thread of its own."""
        super().start()
        self.base = self.url
        return self

    def reset(self) -> None:
        """Forget requests and everything arranged, and set the switches back."""
        self.switches.reset()
        self.asked: list[Asked] = []
        self.captcha_after: float = math.inf
        self.person: int | None = None
        """Milliseconds after which a person clicks what only persons can; None: nobody is there."""
        self.list_status = 0
        self.list_faults: list[Reply] = []
        self.profile_wall: str | None = None
        self.short_links_lead_to: str | None = None
        self._arranged: dict[tuple[str, bool], tuple[str, float]] = {}

    def arrange(self, video_id: str, condition: str, times: float = math.inf) -> None:
        """Makes something be the matter with a post, for so many requests of its page or media."""
        of_media = condition in MEDIA_CONDITIONS
        if not of_media and condition not in CONDITIONS:
            raise ValueError(f"no condition {condition!r}")
        self._arranged[video_id, of_media] = (condition, times)

    @property
    def actions(self) -> control.Actions:
        """Return what another process can arrange."""

        def arrange(body: control.Body) -> Any:
            self.arrange(str(body["id"]), body["name"], float(body.get("times", math.inf)))
            return {"arranged": body}

        return {
            "GET pages": lambda _: [asked.url for asked in list(self.asked)],
            "GET conditions": lambda _: [*CONDITIONS, *MEDIA_CONDITIONS],
            "POST conditions": arrange,
            **control.shared_actions(self.switches, self.reset),
        }

    def pages_asked(self) -> list[str]:
        """The ids of the posts whose pages were asked for, in order."""
        found = (re.search(r"/(?:video|photo)/(\d+)$", asked.path) for asked in self.asked)
        return [match[1] for match in found if match and match[0]]

    # ---------------------------------------------------------- answers

    def respond(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Return the answer to one request."""
        if target.startswith(control.PREFIX):
            return control.respond(self.actions, method, target, raw)
        url = f"https:/{target}"
        asked = Asked(url, {name.lower(): value for name, value in headers.items()})
        self.asked.append(asked)
        host = urlsplit(url).hostname or ""
        if host in {"vm.tiktok.com", "vt.tiktok.com"}:
            return self._short_link(asked)
        if host in {"v16-webapp-prime.tiktok.com", "p16-sign-va.tiktokcdn.com"}:
            return self._media(asked)
        return self._page(asked)

    def _short_link(self, asked: Asked) -> Reply:
        if self.short_links_lead_to:
            return page("", 302, Location=self.short_links_lead_to)
        found = world.post(asked.path.strip("/").removeprefix("Z"))
        return page("", 301, Location=f"{found.url}?_r=1") if found else page("", 404)

    def _page(self, asked: Asked) -> Reply:
        path = asked.path
        if match := re.fullmatch(r"/@[^/]*/(?:video|photo)/(\d+)", path):
            found = world.post(match[1])
            return self._post(found) if found else page(html.refusal(10204, ""))
        if match := re.fullmatch(r"/@([^/]+)", path):
            return self._profile(match[1])
        answers: dict[str, Any] = {
            "/": lambda: page(html.page("home"), Set_Cookie=_cookie(_KEY_COOKIE, "from-home")),
            "/login": lambda: page(html.login(self.person)),
            "/search": lambda: page(html.page(html.scroller("search", "grid-item-container"))),
            "/api/user/list/": lambda: self._list(asked),
            "/api/www/posts": lambda: self._posts(asked),
            "/api/www/login": lambda: page("", Set_Cookie=_cookie("sessionid", "of-a-person")),
        }
        return answers[path]() if path in answers else page("", 404)

    def _post(self, post: Post) -> Reply:
        reply = CONDITIONS[self._condition(post.id, of_media=False) or "fine"](post)
        # Media are given out to the page's own cookies alone.
        cookies = {"Set-Cookie": _cookie("msToken", f"of-{post.id}")}
        return Reply(**{**vars(reply), "headers": {**cookies, **reply.headers}})

    def _media(self, asked: Asked) -> Reply:
        match = re.search(r"/(\d{19})/(?:(\d+)~)?", asked.path)
        post = world.post(match[1]) if match else None
        if post is None:
            return page("", 404)
        condition = self._condition(post.id, of_media=True)
        if condition:
            return MEDIA_CONDITIONS[condition](post)
        if not post.is_photo and asked.cookies.get("msToken") != f"of-{post.id}":
            return page("", 403)
        return media(post, int(match[2] or 0) if match else 0)

    def _condition(self, video_id: str, of_media: bool) -> str | None:
        name, times = self._arranged.get((video_id, of_media), ("", 0))
        if times <= 0:
            return None
        self._arranged[video_id, of_media] = (name, times - 1)
        return name

    def _profile(self, name: str) -> Reply:
        found = world.author(name)
        if self.profile_wall:
            return CONDITIONS[self.profile_wall](self.profile[0])
        if found is None:
            return page(html.nobody())
        scroller = html.scroller("profile", "column-item-video-container")
        return page(html.profile(found, scroller))

    def _posts(self, asked: Asked) -> Reply:
        offset = int(asked.query["offset"])
        if offset >= self.captcha_after and asked.query["solved"] != "true":
            return _json({"captcha": True, "person": self.person})
        posts = self.search if asked.query["from"] == "search" else self.profile
        return _json({"posts": [post.url for post in posts[offset : offset + _POSTS_A_PAGE]]})

    def _list(self, asked: Asked) -> Reply:
        if self.list_faults:
            return self.list_faults.pop(0)
        if self.list_status or _KEY_COOKIE not in asked.cookies:
            return _json({"statusCode": self.list_status or 10222, "hasMore": False})
        start = max(int(asked.query["minCursor"]) - _FIRST_CURSOR, 0)
        authors = list(world.accounts(asked.query["scene"]))
        chosen = list(islice(authors, start, start + int(asked.query["count"])))
        answer = {
            "userList": [{"user": one.user(), "stats": one.stats()} for one in chosen],
            "hasMore": start + len(chosen) < len(authors),
            "minCursor": _FIRST_CURSOR + start + len(chosen),
            "total": len(authors),
            "statusCode": 0,
        }
        return _json(answer)


def _json(payload: Any) -> Reply:
    return Reply(200, encoded(payload), JSON)


def _cookie(name: str, value: str) -> str:
    return f"{name}={value}; Domain=.tiktok.com; Path=/; Secure"
