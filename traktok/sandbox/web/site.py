"""The website: its requests, its responses, and how tests control it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from traktok.sandbox import control
from traktok.sandbox.replies import Delivery, Reply, json_reply
from traktok.sandbox.server import Loopback
from traktok.sandbox.switches import Switches, Value

from . import html, world
from .conditions import (
    CONDITIONS,
    DETAIL_CONDITIONS,
    MEDIA_CONDITIONS,
    NO_ITEM,
    SCROLL_CONDITIONS,
    media,
    music,
    page,
    transcript,
)
from .world import POSTS, Author, Post

_POSTS_A_PAGE = 60
_FIRST_CURSOR = 1700000000
_KEY_COOKIE = "tt_chain_token"
# What a browser's extension exports from a browser that is logged in; both last until it closes.
COOKIES_TXT = "# Netscape HTTP Cookie File\n" + "".join(
    f".tiktok.com\tTRUE\t/\tTRUE\t0\t{name}\tinvented\n" for name in (_KEY_COOKIE, "sessionid")
)
_WWW = "https://www.tiktok.com"
_SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})
_SHARE_HOSTS = frozenset({"www.tiktokv.com", "m.tiktokv.com"})
_PAGE_HOSTS = frozenset({"www.tiktok.com", "m.tiktok.com", *_SHORT_HOSTS, *_SHARE_HOSTS})
_MEDIA_HOSTS = frozenset(
    {
        "v16-webapp-prime.tiktok.com",
        "p16-sign-va.tiktokcdn.com",
        "sf16-ies-music-va.tiktokcdn.com",
    }
)
_PHONE = re.compile(r"iPhone|Android|Mobile")
_POST = re.compile(r"/@[^/]*/(video|photo)/(\d+)/?")
# Other forms of addresses that TikTok writes. The first are blocked more often than pages, the
# others show a player without data (seen in 2026).
_SHARED = re.compile(r"/(?:share/video/(\d+)/?|v/(\d+)\.html)")
_EMBEDDED = re.compile(r"/(?:embed(?:/v2)?|player/v1)/(\d+)/?")
_MEDIA_FILE = re.compile(r"(?:/(video|photo|music|subtitle))?/(\d{19})/(?:(\d+)~|([\w-]+))?")
_BREAKS_AFTER = 2**20


@dataclass(frozen=True)
class Asked:
    """A request; ``url`` is the address at TikTok."""

    url: str
    headers: dict[str, str]

    @property
    def host(self) -> str:
        """The host of the address."""
        return urlsplit(self.url).hostname or ""

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return dict(parse_qsl(urlsplit(self.url).query))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        pairs = self.headers.get("cookie", "").split("; ")
        return dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    @property
    def is_from_phone(self) -> bool:
        """Whether the User-Agent is a phone's."""
        return bool(_PHONE.search(self.headers.get("user-agent", "")))


@dataclass
class _Arrangement:
    name: str
    times: float
    file: int | str | None = None


class Website(Loopback):
    """A loopback www.tiktok.com, and the hosts of its media.

    Each host is a folder: ``/www.tiktok.com/@tiktok``. A path that does not begin with a known host
    belongs to www.tiktok.com, so that links and redirects never lead a browser that opens this
    server directly to the real TikTok. A client that maps TikTok's hosts to this server must map
    redirects, too, and must keep its browser from resolving other hosts.

    Parameters
    ----------
    port
        The port to listen on; 0 takes any free one.
    latency
        Seconds to wait before each answer.
    switches
        The values of switches by name; `traktok.sandbox.SWITCHES` lists them.

    Attributes
    ----------
    search, profile, author
        The posts that a search finds, those of TikTok's own account, and that account.
    asked
        All requests so far.
    captcha_after
        The number of posts after which a page that is scrolled shows a captcha.
    person
        The number of milliseconds after which a person solves a captcha or logs in; None if there
        is nobody.
    scroll_condition
        How searches and profiles end, one of ``SCROLL_CONDITIONS``, or what comes in place of their
        pages, one of ``CONDITIONS``; None for the end of the list.
    profile_wall
        The condition of the pages of accounts, one of ``CONDITIONS``; None for none.
    list_status, list_faults
        The status of lists of followers, and responses to send in their place, one after another.
    short_links_lead_to
        The target of every short link, in place of its post.
    """

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
        """Delete all requests and conditions, and reset the switches."""
        self.switches.reset()
        self.asked: list[Asked] = []
        self.captcha_after: float = math.inf
        self.person: int | None = None
        self.scroll_condition: str | None = None
        self.profile_wall: str | None = None
        self.list_status = 0
        self.list_faults: list[Reply] = []
        self.short_links_lead_to: str | None = None
        self._arranged: dict[tuple[str, str], _Arrangement] = {}

    def arrange(
        self,
        video_id: str,
        condition: str,
        times: float = math.inf,
        file: int | str | None = None,
    ) -> None:
        """Set the condition of a post.

        Parameters
        ----------
        video_id
            The id of the post.
        condition
            One of ``CONDITIONS`` (its page), ``DETAIL_CONDITIONS`` (the response to the page's
            script) or ``MEDIA_CONDITIONS`` (its files).
        times
            The number of requests that it applies to.
        file
            The file that it applies to: the number of a picture, ``"music"``, or the language of a
            transcript. Without it, all files.
        """
        kinds = (name for name, known in _ARRANGEABLE.items() if condition in known)
        kind = next(kinds, None)
        if kind is None:
            raise ValueError(f"{condition!r} is not a condition")
        self._arranged[video_id, kind] = _Arrangement(condition, times, file)

    @property
    def actions(self) -> control.Actions:
        """The control paths of the website, with their actions."""

        def arrange(body: control.Body) -> Any:
            times = float(body.get("times", math.inf))
            self.arrange(str(body["id"]), body["name"], times, body.get("file"))
            return {"arranged": body}

        def scroll(body: control.Body) -> Any:
            if (name := body["name"]) not in (None, *SCROLL_CONDITIONS, *CONDITIONS):
                known = ", ".join((*SCROLL_CONDITIONS, *CONDITIONS))
                raise ValueError(f"{name!r} is not one of {known}")
            self.scroll_condition = name
            return {"scrolled": name}

        def profiles(body: control.Body) -> Any:
            if (name := body["name"]) not in (None, *CONDITIONS):
                raise ValueError(f"{name!r} is not one of {', '.join(CONDITIONS)}")
            self.profile_wall = name
            return {"profiles": name}

        def captcha(body: control.Body) -> Any:
            self.captcha_after = float(body.get("after", math.inf))
            self.person = body.get("person")
            return {"captcha": body}

        return {
            "GET pages": lambda _: [asked.url for asked in list(self.asked)],
            "GET conditions": lambda _: {kind: [*known] for kind, known in _ARRANGEABLE.items()},
            "POST conditions": arrange,
            "POST scroll": scroll,
            "POST profiles": profiles,
            "POST captcha": captcha,
            **control.shared_actions(self.switches, self.reset),
        }

    def pages_asked(self) -> list[str]:
        """Return the ids of the posts whose pages were requested, in order of the requests."""
        found = (re.search(r"/(?:video|photo)/(\d+)$", asked.path) for asked in self.asked)
        return [match[1] for match in found if match and match[0]]

    # ---------------------------------------------------------- answers

    def respond(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Return the response to a request."""
        if target.startswith(control.PREFIX):
            return control.respond(self.actions, method, target, raw)
        host = urlsplit(f"https:/{target}").hostname or ""
        known = host in _PAGE_HOSTS | _MEDIA_HOSTS
        url = f"https:/{target}" if known else f"{_WWW}{target}"
        asked = Asked(url, {name.lower(): value for name, value in headers.items()})
        self.asked.append(asked)
        reply = self._media(asked) if asked.host in _MEDIA_HOSTS else self._page(asked)
        return self._kept_here(asked, reply)

    def _kept_here(self, asked: Asked, reply: Reply) -> Reply:
        """Rewrite a redirect so that a browser that opened this server directly stays on it.

        Browsers send Sec-Fetch-Mode; programs, which map TikTok's hosts themselves, do not.
        """
        target = reply.headers.get("Location", "")
        if "sec-fetch-mode" not in asked.headers or not target.startswith("https://"):
            return reply
        if urlsplit(target).hostname not in _PAGE_HOSTS | _MEDIA_HOSTS:
            return page(html.page("<p>This redirect leads away from TikTok.</p>"))
        moved = f"{self.base}/{target.removeprefix('https://')}"
        return replace(reply, headers={**reply.headers, "Location": moved})

    def _page(self, asked: Asked) -> Reply:
        path = asked.path
        if asked.host in _SHORT_HOSTS or path.startswith("/t/"):
            return self._short_link(asked)
        if match := _POST.fullmatch(path):
            return self._post(match[2], match[1], asked)
        if match := _SHARED.fullmatch(path):
            return self._shared(match[1] or match[2])
        if _EMBEDDED.fullmatch(path):
            return page(html.EMBED)
        if match := re.fullmatch(r"/@([^/]+)", path):
            return self._profile(match[1])
        answers: dict[str, Callable[[], Reply]] = {
            "/": lambda: page(html.page("home"), Set_Cookie=_cookie(_KEY_COOKIE, "from-home")),
            "/login": lambda: page(html.login(self.person)),
            "/consent": lambda: page(html.CONSENT),
            "/hk/notfound": lambda: page(html.REGION),
            "/search": lambda: self._scrolled("search", "grid-item-container"),
            "/api/item/detail/": lambda: self._detail(asked),
            "/api/user/list/": lambda: self._list(asked),
            "/api/www/posts": lambda: self._posts(asked),
            "/api/www/captcha": lambda: page("", Set_Cookie=_cookie("s_v_web_id", "verify_solved")),
            "/api/www/login": lambda: page("", Set_Cookie=_cookie("sessionid", "of-a-person")),
        }
        return answers[path]() if path in answers else page("", 404)

    def _short_link(self, asked: Asked) -> Reply:
        if self.short_links_lead_to:
            return page("", 302, Location=self.short_links_lead_to)
        code = asked.path.strip("/").removeprefix("t/").removeprefix("Z")
        found = world.post(code)
        return page("", 301, Location=f"{found.url}?_r=1") if found else page("", 404)

    def _shared(self, video_id: str) -> Reply:
        """Return the response for an address for sharing."""
        if self.switches["share_links"] == "stub":
            return page(html.STUB)
        found = world.post(video_id)
        return page("", 302, Location=found.url) if found else page(html.refusal(10204, ""))

    # ---------------------------------------------------------- posts

    def _post(self, video_id: str, kind: str, asked: Asked) -> Reply:
        post = world.post(video_id)
        if post is None:
            return page(html.refusal(10204, ""))
        has_item = not post.is_photo or self.switches["photo_page"] == "with_item"
        if kind == "video" and not has_item and not asked.is_from_phone:
            return page("", 302, Location=post.url)
        is_phone_page = asked.is_from_phone and bool(self.switches["phone_page"])
        if name := self._condition(post.id, "page"):
            reply = CONDITIONS[name](post)
        else:
            reply = page(html.video(post) if has_item or is_phone_page else html.photo(post))
        if is_phone_page and reply.content_type.startswith("text/html"):
            reply = replace(reply, body=html.for_phone(reply.body))
        # Media are only served to the cookies of their page.
        cookies = {"Set-Cookie": _cookie("msToken", f"of-{post.id}")}
        return replace(reply, headers={**cookies, **reply.headers})

    def _detail(self, asked: Asked) -> Reply:
        """Return the response to the request of a page's script for a post."""
        post = world.post(asked.query.get("itemId", ""))
        if post is None:
            return json_reply(NO_ITEM)
        return DETAIL_CONDITIONS[self._condition(post.id, "detail") or "detail_fine"](post)

    def _media(self, asked: Asked) -> Reply:
        match = _MEDIA_FILE.match(asked.path)
        post = world.post(match[2]) if match else None
        if match is None or post is None:
            return page("", 404)
        kind = match[1] or ("photo" if post.is_photo else "video")
        number, word = int(match[3] or 0), match[4]
        file = {"photo": number, "music": "music", "subtitle": word}.get(kind)
        if name := self._condition(post.id, "media", file):
            version = str(len(self.asked)) if name == "media_changing" else ""
            breaks = name in {"media_breaking", "media_changing"}
            return _part(MEDIA_CONDITIONS[name](post), asked, breaks, version)
        if kind == "music":
            return _part(music(post), asked)
        if kind == "subtitle":
            return transcript(post, word) if word in post.languages else page("", 404)
        if kind == "video" and not self._is_open(post, word, asked):
            return page("", 403)
        return _part(media(post, number), asked)

    def _is_open(self, post: Post, link: str | None, asked: Asked) -> bool:
        """Return whether a link to a video works and the request has the cookies of its page."""
        dead = {"none": False, "many": post.has_dead_download, "all": True}
        is_dead = link is None and dead[str(self.switches["download_links_dead"])]
        return not is_dead and asked.cookies.get("msToken") == f"of-{post.id}"

    def _condition(self, video_id: str, kind: str, file: int | str | None = None) -> str | None:
        found = self._arranged.get((video_id, kind))
        if found is None or found.times <= 0 or found.file not in (None, file):
            return None
        found.times -= 1
        return found.name

    # ---------------------------------------------------------- accounts and searches

    def _profile(self, name: str) -> Reply:
        found = world.author(name)
        if self.profile_wall:
            return CONDITIONS[self.profile_wall](self.profile[0])
        if found is None:
            return page(html.nobody())
        box = "column-item-video-container"
        if self.scroll_condition:
            return self._scrolled("profile", box)
        return page(html.profile(found, html.scroller("profile", box)))

    def _scrolled(self, source: str, box: str) -> Reply:
        script = html.scroller(source, box)
        if self.scroll_condition in SCROLL_CONDITIONS:
            return SCROLL_CONDITIONS[self.scroll_condition](script, box)
        if self.scroll_condition:
            return CONDITIONS[self.scroll_condition](self.search[0])
        return page(html.page(script))

    def _posts(self, asked: Asked) -> Reply:
        offset = int(asked.query["offset"])
        if offset >= self.captcha_after and asked.query["solved"] != "true":
            return json_reply({"captcha": True, "person": self.person})
        posts = self.search if asked.query["from"] == "search" else self.profile
        links = [post.url.removeprefix(_WWW) for post in posts[offset : offset + _POSTS_A_PAGE]]
        return json_reply({"posts": links})

    def _list(self, asked: Asked) -> Reply:
        if self.list_faults:
            return self.list_faults.pop(0)
        if self.list_status or _KEY_COOKIE not in asked.cookies:
            return json_reply({"statusCode": self.list_status or 10222, "hasMore": False})
        if self.switches["list_signature"]:
            return Reply(200, b"")  # only TikTok's own pages can sign a request
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
        return json_reply(answer)


_ARRANGEABLE = {"page": CONDITIONS, "detail": DETAIL_CONDITIONS, "media": MEDIA_CONDITIONS}


def _part(reply: Reply, asked: Asked, breaks: bool = False, version: str = "") -> Reply:
    """Return the part of a file that a Range header requests, or all of it.

    A file of another version is another file.
    """
    if reply.status != 200 or reply.delivery is not Delivery.WHOLE or not reply.body:
        return reply
    tag = f'"{sha256(reply.body).hexdigest()[:16]}{version}"'
    headers = {**reply.headers, "Accept-Ranges": "bytes", "ETag": tag}
    wanted = re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", ""))
    is_same = asked.headers.get("if-range", tag) == tag
    start = int(wanted[1]) if wanted and is_same else 0
    if start >= len(reply.body):
        return replace(reply, status=416, body=b"", headers=headers)
    if wanted and is_same:
        end = len(reply.body) - 1
        headers["Content-Range"] = f"bytes {start}-{end}/{len(reply.body)}"
        reply = replace(reply, status=206)
    body = reply.body[start:]
    if breaks and len(body) > _BREAKS_AFTER:
        missing = len(body) - _BREAKS_AFTER
        body, delivery = body[:_BREAKS_AFTER], Delivery.TRUNCATED
        return replace(reply, body=body, headers=headers, delivery=delivery, missing=missing)
    return replace(reply, body=body, headers=headers)


def _cookie(name: str, value: str) -> str:
    return f"{name}={value}; Domain=.tiktok.com; Path=/; Secure"
