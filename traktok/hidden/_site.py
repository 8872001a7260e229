"""Facts about TikTok's pages in one place; any of them may change on any day.

They are addresses, paths in a page's JSON (tuples of keys), marks of pages without data, and the
meanings of TikTok's status codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

HOME = "https://www.tiktok.com/"
LOGIN = "https://www.tiktok.com/login"
USER_LIST = "https://www.tiktok.com/api/user/list/"
# The site's own script requests this for a photo post, whose desktop page lacks the item (since
# September 2026). The response is captured in a browser; nothing here signs such a request.
ITEM_DETAIL = "/api/item/detail/"

Path = tuple[str, ...]


def video_address(video_id: str) -> str:
    """Return the address of a video's page; TikTok fills in the author."""
    return f"{HOME}@/video/{video_id}"


def user_address(username: str) -> str:
    """Return the address of a user's page."""
    return f"{HOME}@{username}"


# Chrome's version of November 2026: TikTok recognizes a program by a User-Agent two years older
# than the browser that its cookies come from. TRAKTOK_USER_AGENT and that browser's come first.
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0"
USER_AGENT = f"Mozilla/5.0 (X11; Linux x86_64) {_CHROME} Safari/537.36"
# With a phone's User-Agent, TikTok's pages have the item in `webapp.reflow.video.detail`, including
# those of photo posts (seen in six open-source programs, 2026).
PHONE_USER_AGENT = f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36"

# The headers with which a browser requests a page.
HEADERS = MappingProxyType(
    {
        "User-Agent": USER_AGENT,
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
        "Accept-Language": "en-US,en;q=0.8",
        "Accept-Encoding": "gzip, deflate",
        "Upgrade-Insecure-Requests": "1",
    }
)

# The hosts of media: TikTok's own and its networks'. Links to other hosts are not followed.
MEDIA_HOSTS = (
    "tiktok.com",
    "tiktokcdn.com",
    "tiktokcdn-us.com",
    "tiktokcdn-eu.com",
    "tiktokcdn-in.com",
    "tiktokv.com",
    "tiktokv.us",
    "tiktokv.eu",
    "tiktokw.us",
    "tiktokw.eu",
    "byteoversea.com",
    "ibytedtos.com",
    "ibyteimg.com",
    "byteicdn.com",
    "muscdn.com",
)
SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})

# ------------------------------------------------------------------------------- a page's JSON

# The scripts with the JSON: the current one and the older one. The first in the page is used.
CONTAINERS = ("#__UNIVERSAL_DATA_FOR_REHYDRATION__", "#SIGI_STATE")
# Shorter JSON is empty.
SHORTEST_JSON = 11

SCOPE = "__DEFAULT_SCOPE__"


@dataclass(frozen=True, slots=True)
class Place:
    """The paths of a kind of object in the JSON of pages.

    Attributes
    ----------
    details
        The paths of the object that contains it and TikTok's status, the usual one first.
    content
        Its path within that object.
    older
        Its path in the older container.
    """

    details: tuple[Path, ...]
    content: Path
    older: Path


VIDEO = Place(
    ((SCOPE, "webapp.video-detail"), (SCOPE, "webapp.reflow.video.detail")),
    ("itemInfo", "itemStruct"),
    ("ItemModule",),
)
USER = Place(((SCOPE, "webapp.user-detail"),), ("userInfo", "user"), ("UserModule", "users"))
USER_STATS: Path = ("userInfo", "stats")
OLD_STATS: Path = ("UserModule", "stats")
STATUS_CODE, STATUS_TEXT = "statusCode", "statusMsg"
# The status of a success; TikTok may leave it out or send it as text.
FINE = (None, 0, "0")

# ------------------------------------------------------------------------- pages without data

CAPTCHA_WALL = "captcha"
PLEASE_WAIT_WALL = "please wait"
LOGIN_WALL = "log-in wall"
STUB_WALL = "TikTok took the request for a program's"
RATE_LIMIT_WALL = "too many requests"
CONSENT_WALL = "consent page"
REGION_WALL = "region page"

# The paths that TikTok redirects to instead of showing a page.
WALL_PATHS = (
    ("/login", LOGIN_WALL),
    ("/consent", CONSENT_WALL),
    ("/hk/notfound", REGION_WALL),
)
# The marks of pages without data, in their elements and text. Scripts are not searched: a word in a
# script is not shown.
_LOG_IN_FORM = ('id="logincontainer"', "id='logincontainer'", "id=logincontainer")
WALLS = (
    (CAPTCHA_WALL, ("captcha-verify", "captcha_container", "secsdk-captcha", "verify-bar-close")),
    (PLEASE_WAIT_WALL, ("please wait...",)),
    (LOGIN_WALL, (*_LOG_IN_FORM, "login-modal", "log in to tiktok")),
    (CONSENT_WALL, ("before you continue to tiktok",)),
    (REGION_WALL, ("not available in your region", "not available in your country")),
)
# A page may redirect by a script or a meta element instead of a status; the group is the target.
PAGE_REDIRECT = re.compile(
    r"""location(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\(\s*)["']([^"']+)"""
    r"""|http-equiv=["']?refresh["']?[^>]{0,200}url=([^"'>\s]+)""",
    re.IGNORECASE,
)
# The firewall's challenge is a script; a page with data may load it as well.
CHALLENGE_SCRIPTS = ("_wafchallengeid", "slardarwaf")
# TikTok sends programs a page of about 1.4 kB with none of these marks (2026).
STUB_SIZES = range(1000, 2500)

# What a person can do about a wall.
WALL_ADVICE = {
    CAPTCHA_WALL: "Solve the captcha at tiktok.com in the browser that the cookies come from",
    LOGIN_WALL: "Log in at tiktok.com and store the new cookies",
    RATE_LIMIT_WALL: "Wait an hour or more, and use longer waits between pages",
}
OTHER_WALL_ADVICE = (
    "Store fresh cookies from your own browser, with its User-Agent (TRAKTOK_USER_AGENT), wait, "
    "or use another network"
)

# ----------------------------------------------------------------------------- a search's page

LINKS = ", ".join(
    f"[id*='{box}'] a[href*='/{kind}/']"
    for box in ("grid-item-container", "column-item-video-container")
    for kind in ("video", "photo")
)
# Words in the paths of the requests that such a page makes while it is scrolled.
LISTS = ("search", "item_list", "posts")
# What keeps such a page from loading more: its visible signs, and what a person can do.
OBSTACLES = (
    (
        "a log-in window is in the way",
        "#login-modal, #loginContainer",
        WALL_ADVICE[LOGIN_WALL],
    ),
    (
        "TikTok's page failed and offers to retry",
        "button:text-is('Retry')",
        "Wait some minutes, and try again",
    ),
    (
        "a window about cookies is in the way",
        "#tiktok-cookie-banner",
        "Answer it at tiktok.com in your browser, and store the new cookies",
    ),
)
NOTHING_FOUND = ("no results found",)
# Links to posts wherever they are: on a page without LINKS, they show that it has a new shape.
ALL_LINKS = "a[href*='/video/'], a[href*='/photo/']"
# Usual signs of a page that is still loading.
LOADING = "[role='progressbar'], [aria-busy='true'], [class*='spinner'], [class*='loading']"
CAPTCHA = "#captcha-verify-image, .captcha-verify-container"
# The pictures on a photo post's page.
SLIDES = ".swiper-slide img"
# The cookie of a browser that is logged in.
SESSION_COOKIE = "sessionid"

# -------------------------------------------------------------------------------- TikTok's numbers

FOLLOWERS, FOLLOWING = 67, 21
ACCOUNTS_A_PAGE = 30
NO_FURTHER_CURSORS = (-1, "-1")

_MEANINGS = {
    10202: "no such post",
    10203: "no such post",
    10204: "not available",
    10216: "private",
    10221: "no such account",
    10222: "private",
    100002: "no such post",
    100004: "no such post",
}
AGE_RESTRICTED = "age-restricted, log in"


def words_for(code: object) -> str | None:
    """Return the meaning of a status code, or None if it is not known."""
    number = int(code) if isinstance(code, (int, str)) and str(code).isdecimal() else None
    return _MEANINGS.get(number) if number is not None else None


def meaning(code: object, text: object = None) -> str:
    """Describe a status code in words, with the number and TikTok's text."""
    words, said = words_for(code), f"status {code}" + (f", {text}" if text else "")
    return f"{words} ({said})" if words else said
