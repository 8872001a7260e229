"""What is known of TikTok's pages, in one place; any of it may change on any day.

Addresses, the places of things in a page's JSON, the words by which a page without data gives
itself away, and what TikTok's numbers mean. Paths are keys joined by dots in the prose of errors,
tuples here.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

HOME = "https://www.tiktok.com/"
LOGIN = "https://www.tiktok.com/login"
USER_LIST = "https://www.tiktok.com/api/user/list/"

Path = tuple[str, ...]


def video_address(video_id: str) -> str:
    """Say where a video's page is; TikTok fills in the author."""
    return f"{HOME}@/video/{video_id}"


def user_address(username: str) -> str:
    """Say where a user's page is."""
    return f"{HOME}@{username}"


# What a browser says of itself when it opens a page.
HEADERS = MappingProxyType(
    {
        "User-Agent": (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/131.0.0.0 Safari/537.36"
        ),
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
        "Accept-Language": "en-US,en;q=0.8",
        "Accept-Encoding": "gzip, deflate",
        "Upgrade-Insecure-Requests": "1",
    }
)

# Where media lie: TikTok's own hosts and those of its networks. Nothing a page says sends us
# anywhere else.
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

# The scripts that hold it: today's and the older one. The first in the page counts.
CONTAINERS = ("#__UNIVERSAL_DATA_FOR_REHYDRATION__", "#SIGI_STATE")
# What is shorter than this holds nothing.
SHORTEST_JSON = 11

SCOPE = "__DEFAULT_SCOPE__"


@dataclass(frozen=True, slots=True)
class Place:
    """Where pages hold what they are about: today's detail, what is meant in it, and the older."""

    detail: Path
    content: Path
    older: Path


VIDEO = Place((SCOPE, "webapp.video-detail"), ("itemInfo", "itemStruct"), ("ItemModule",))
USER = Place((SCOPE, "webapp.user-detail"), ("userInfo", "user"), ("UserModule", "users"))
USER_STATS: Path = ("userInfo", "stats")
OLD_STATS: Path = ("UserModule", "stats")
STATUS_CODE, STATUS_TEXT = "statusCode", "statusMsg"
# What a status is where nothing is refused; answers leave it out, or write it as a text.
FINE = (None, 0, "0")

# ------------------------------------------------------------------------- pages without data

# What a page is that holds no data, by the first of the marks found in its address or its text.
LOGIN_PATH, LOGIN_WALL = "/login", "log-in wall"
WALLS = (
    ("captcha", ("captcha-verify", "captcha_container", "secsdk-captcha", "verify-bar-close")),
    ("please wait", ("please wait...", "_wafchallengeid", "slardarwaf")),
    (LOGIN_WALL, ('id="loginContainer"', "login-modal", "log in to tiktok")),
)

# ----------------------------------------------------------------------------- a search's page

LINKS = ", ".join(
    f"[id*='{box}'] a[href*='/{kind}/']"
    for box in ("grid-item-container", "column-item-video-container")
    for kind in ("video", "photo")
)
CAPTCHA = "#captcha-verify-image, .captcha-verify-container"
# The cookie a browser has once somebody is logged in.
SESSION_COOKIE = "sessionid"

# -------------------------------------------------------------------------------- TikTok's numbers

FOLLOWERS, FOLLOWING = 67, 21
ACCOUNTS_A_PAGE = 30
NO_FURTHER_CURSORS = (-1, "-1")

_MEANINGS = {
    10204: "not available",
    10216: "private",
    10221: "no such account",
    10222: "private",
    100002: "no such item",
    100004: "no such item",
}


def meaning(code: object, text: object = None) -> str:
    """Say in words what a status of TikTok's means."""
    number = int(code) if isinstance(code, (int, str)) and str(code).isdecimal() else None
    words = _MEANINGS.get(number) if number is not None else None
    said = f"status {code}" + (f", {text}" if text else "")
    return f"{words} ({said})" if words else said
