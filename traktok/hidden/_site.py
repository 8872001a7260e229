"""What is known about TikTok's pages, in one place; any of it may change on any day.

Addresses, the paths of things in a page's JSON, the marks by which a page without data gives
itself away, and what TikTok's numbers mean. A path is a tuple of keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

HOME = "https://www.tiktok.com/"
LOGIN = "https://www.tiktok.com/login"
USER_LIST = "https://www.tiktok.com/api/user/list/"
# What the site's own script fetches for a photo post, whose desktop page holds no item (since
# September 2026). Only the browser's capture of it is read; nothing here signs such a request.
ITEM_DETAIL = "/api/item/detail/"

Path = tuple[str, ...]


def video_address(video_id: str) -> str:
    """Return the address of a video's page; TikTok fills in the author."""
    return f"{HOME}@/video/{video_id}"


def user_address(username: str) -> str:
    """Return the address of a user's page."""
    return f"{HOME}@{username}"


# Chrome's version of November 2026: a User-Agent two years older than the browser that the cookies
# come from gives a program away. TRAKTOK_USER_AGENT and the cookies' own browser come first.
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0"
USER_AGENT = f"Mozilla/5.0 (X11; Linux x86_64) {_CHROME} Safari/537.36"
# With a phone's User-Agent, TikTok's pages hold the item in `webapp.reflow.video.detail`, photo
# posts too (seen in six open-source programs, 2026).
PHONE_USER_AGENT = f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36"

# The headers with which a browser asks for a page.
HEADERS = MappingProxyType(
    {
        "User-Agent": USER_AGENT,
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
        "Accept-Language": "en-US,en;q=0.8",
        "Accept-Encoding": "gzip, deflate",
        "Upgrade-Insecure-Requests": "1",
    }
)

# The hosts of media: TikTok's own and those of its networks. No link of a page leads us elsewhere.
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

# The scripts that hold it: the current one and the older one. The first in the page counts.
CONTAINERS = ("#__UNIVERSAL_DATA_FOR_REHYDRATION__", "#SIGI_STATE")
# Shorter JSON holds nothing.
SHORTEST_JSON = 11

SCOPE = "__DEFAULT_SCOPE__"


@dataclass(frozen=True, slots=True)
class Place:
    """Where pages hold what they are about.

    Attributes
    ----------
    details
        The paths of the object that holds it, the usual one first.
    content
        The path within that object.
    older
        The path in the older container.
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
# The status where nothing is refused; TikTok leaves it out, or writes it as text.
FINE = (None, 0, "0")

# ------------------------------------------------------------------------- pages without data

CAPTCHA_WALL = "captcha"
PLEASE_WAIT_WALL = "please wait"
LOGIN_WALL = "log-in wall"
STUB_WALL = "TikTok took the request for a program's"
RATE_LIMIT_WALL = "too many requests"
CONSENT_WALL = "consent page"
REGION_WALL = "region page"

# The pages that a redirect leads to where TikTok does not show what was asked for.
WALL_PATHS = (
    ("/login", LOGIN_WALL),
    ("/consent", CONSENT_WALL),
    ("/hk/notfound", REGION_WALL),
)
# The marks that name a page without data, in its elements and text. A script that contains the
# word shows nothing.
WALLS = (
    (CAPTCHA_WALL, ("captcha-verify", "captcha_container", "secsdk-captcha", "verify-bar-close")),
    (PLEASE_WAIT_WALL, ("please wait...",)),
    (LOGIN_WALL, ('id="logincontainer"', "login-modal", "log in to tiktok")),
    (CONSENT_WALL, ("before you continue to tiktok",)),
    (REGION_WALL, ("not available in your region", "not available in your country")),
)
# The firewall's challenge is a script; a page with data may load it as well.
CHALLENGE_SCRIPTS = ("_wafchallengeid", "slardarwaf")
# A page of about 1.4 kB with none of these marks is what TikTok sends to programs (2026).
STUB_SIZES = range(1000, 2500)

# What people can do about a wall.
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
# The words in the addresses of what such a page fetches as it is scrolled.
LISTS = ("search", "item_list", "posts")
# What keeps such a page from giving more, by what is to be seen on it.
OBSTACLES = (
    ("a log-in window is in the way", "#login-modal, #loginContainer"),
    ("TikTok's page failed and offers to retry", "button:text-is('Retry')"),
    ("a window about cookies is in the way", "#tiktok-cookie-banner"),
)
NOTHING_FOUND = ("no results found",)
CAPTCHA = "#captcha-verify-image, .captcha-verify-container"
# The pictures that a photo post's page shows.
SLIDES = ".swiper-slide img"
# The cookie a browser has once somebody is logged in.
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
    """Return what a status of TikTok's means, or None where that is not known."""
    number = int(code) if isinstance(code, (int, str)) and str(code).isdecimal() else None
    return _MEANINGS.get(number) if number is not None else None


def meaning(code: object, text: object = None) -> str:
    """Describe a status of TikTok's in words, with its number and TikTok's own text."""
    words, said = words_for(code), f"status {code}" + (f", {text}" if text else "")
    return f"{words} ({said})" if words else said
