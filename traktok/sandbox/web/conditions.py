"""What may be the matter with a post: by name, for its page or for its media."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from dataclasses import replace

from traktok.sandbox.replies import Delivery, Reply

from . import html
from .world import Post

HTML = "text/html; charset=utf-8"
MP4_START = b"\0\0\0\x18ftypisom"
_MB = 2**20


def page(text: str, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, text.encode("utf-8", "surrogatepass"), HTML, named)


def media(post: Post, number: int = 0) -> Reply:
    filler = f"{post.id}-{number} ".encode() * 250
    if post.is_photo:
        return Reply(200, b"RIFF\0\0\0\0WEBPVP8 " + filler, "image/webp")
    return Reply(200, MP4_START + filler, "video/mp4")


def _refused(code: int, text: str = "") -> Callable[[Post], Reply]:
    return lambda _: page(html.refusal(code, text))


def _said(text: str, status: int = 200, **headers: str) -> Callable[[Post], Reply]:
    return lambda _: page(text, status, **headers)


def _status(status: int, **headers: str) -> Callable[[Post], Reply]:
    return lambda _: page("<html></html>", status, **headers)


def _delivered(delivery: Delivery, seconds: float = 0.0) -> Callable[[Post], Reply]:
    return lambda post: replace(media(post), delivery=delivery, seconds=seconds)


def _by(name: str) -> Callable[[Post], Reply]:
    """Make a page of a post whose author goes by another name."""

    def answer(post: Post) -> Reply:
        item = post.item()
        item["author"]["uniqueId"] = name
        detail = {"itemInfo": {"itemStruct": item}, "statusCode": 0, "statusMsg": ""}
        return page(html.today(html.scope(video_detail=detail)))

    return answer


def _linking(link: str) -> Callable[[Post], Reply]:
    """Make a page of a post whose file is said to lie somewhere else."""

    def answer(post: Post) -> Reply:
        item = post.item()
        item["video"] = {"downloadAddr": link}
        detail = {"itemInfo": {"itemStruct": item}, "statusCode": 0, "statusMsg": ""}
        return page(html.today(html.scope(video_detail=detail)))

    return answer


@functools.cache
def bomb() -> Reply:
    """A page of 500 MB that weighs 500 kB on the wire."""
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b'<script id="SIGI_STATE">')
    for _ in range(500):
        packed += packer.compress(b"a" * _MB)
    return Reply(200, packed + packer.flush(), HTML, {"Content-Encoding": "gzip"})


@functools.cache
def fifty_megabytes() -> Reply:
    """A page whose script has 50 MB."""
    return page(html.page(container="SIGI_STATE", data="[" + "0," * (25 * _MB) + "0]"))


@functools.cache
def _filler() -> str:
    return "x" * 300_000


def heavy(post: Post) -> Reply:
    """A page as heavy as TikTok's own."""
    item = {**post.item(), "comments": [_filler()]}
    detail = {"itemInfo": {"itemStruct": item}, "statusCode": 0, "statusMsg": ""}
    return page(html.today(html.scope(video_detail=detail)))


@functools.cache
def large() -> bytes:
    """A video of 32 MB."""
    return MP4_START + bytes(32 * _MB)


CONDITIONS: dict[str, Callable[[Post], Reply]] = {
    "fine": lambda post: page(html.video(post)),
    "heavy": heavy,
    "older_container": lambda post: page(html.older(post)),
    # TikTok says no
    "deleted": _refused(10204, "status_deleted"),
    "self_see": _refused(10204, "status_self_see"),
    "reviewing": _refused(10204, "status_reviewing"),
    "cross_border": _refused(10204, "cross_border_violation"),
    "private": _refused(10222),
    "private_with_item": lambda post: page(html.video(post, code=10222)),
    "gone": _status(404),
    "forbidden": _status(403),
    "server_error": _status(500),
    # TikTok asks for time
    "busy": _status(503),
    "rate_limited": _status(429, Retry_After="7"),
    "rate_limited_long": _status(429, Retry_After="86400"),
    "dropped": lambda _: Reply(200, b"", delivery=Delivery.CLOSED),
    "reset": lambda _: Reply(200, b"", delivery=Delivery.RESET),
    # pages without data
    "please_wait": _said(html.PLEASE_WAIT),
    "captcha": _said(html.CAPTCHA),
    "login_wall": _status(302, Location="https://www.tiktok.com/login?redirect_url=x"),
    "login_by_script": _said(
        html.page("<script>location.replace('/login?redirect_url=x')</script>")
    ),
    "captcha_beside_json": _said(html.beside_json('<div class="captcha-verify-container"></div>')),
    "please_wait_beside_json": _said(html.beside_json("<p>Please wait...</p>")),
    "login_beside_json": _said(html.beside_json('<form id="loginContainer"></form>')),
    "no_json": _said(html.page("nothing here")),
    "no_item": _refused(0, "ok"),
    "no_item_in_the_older_container": _said(html.page("", "SIGI_STATE", {"ItemModule": {}})),
    "bad_json": lambda _: page(html.page(container="SIGI_STATE", data='{"ItemModule": {"72')),
    "empty": _said(""),
    "new_shape": _said(html.today(html.scope(post_detail={"post": {"id": "1"}}))),
    # hostile pages
    "url_as_json": lambda _: page(
        html.page(container="SIGI_STATE", data="https://elsewhere.example/x.json")
    ),
    "path_as_json": lambda _: page(html.page(container="SIGI_STATE", data="/etc/passwd_or_other")),
    "fifty_megabytes": lambda _: fifty_megabytes(),
    "bomb": lambda _: bomb(),
    "deep_json": lambda _: page(html.page(container="SIGI_STATE", data="[" * 100_000)),
    "odd_charset": lambda post: replace(
        page(html.video(post)), content_type="text/html; charset=idna"
    ),
    "hostile_links": _said(html.HOSTILE_LINKS),
    "leads_away": _status(302, Location="https://tiktok.com.evil.example/@a/video/1"),
    "leads_away_by_a_backslash": _status(
        302, Location="https://evil.example\\@www.tiktok.com/@a/video/1"
    ),
    "leads_round": lambda post: page("", 302, Location=post.url),
    "author_up": _by("../../x"),
    "author_device": _by("CON"),
    "author_dotted_device": _by("nul.txt"),
    "author_long": _by("🌊" * 300),
    "author_nul": _by("a\0b"),
    "author_empty": _by(""),
    "link_local": _linking("http://127.0.0.1:1/x.mp4"),
    "link_file": _linking("file:///etc/passwd"),
    "link_elsewhere": _linking("https://tiktok.com.evil.example/x.mp4"),
    "link_by_a_backslash": _linking("https://evil.example\\@v16.tiktok.com/x.mp4"),
    "link_local_by_a_backslash": _linking("https://127.0.0.1\\.tiktok.com/x.mp4"),
    "link_metadata": _linking("https://169.254.169.254/latest"),
}

MEDIA_CONDITIONS: dict[str, Callable[[Post], Reply]] = {
    "media_large": lambda post: replace(media(post), body=large()),
    "media_forbidden": _status(403),
    "media_busy": _status(429, Retry_After="7"),
    "media_html": _said("<html>an error page</html>"),
    "media_empty": lambda _: Reply(200, b"", "video/mp4"),
    "media_broken": _delivered(Delivery.TRUNCATED),
    "media_slow": _delivered(Delivery.TRICKLED, 0.3),
    "media_dropped": _delivered(Delivery.CLOSED),
    "media_leads_away": _status(302, Location="https://elsewhere.example/x.mp4"),
}
