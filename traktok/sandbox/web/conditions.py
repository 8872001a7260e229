"""Conditions of posts by name: faults and variants of their pages, items and files."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from traktok.sandbox.replies import Delivery, Reply, json_reply

from . import html
from .world import Post

HTML = "text/html; charset=utf-8"
MP4_START = b"\0\0\0\x18ftypisom"
MP3_START = b"ID3\x04\0\0\0\0\0\0"
OTHER_ID = "7560000000000009999"
NO_ITEM = {"statusCode": 10204, "statusMsg": "item doesn't exist"}
_MB = 2**20


def page(text: str, status: int = 200, **headers: str) -> Reply:
    """Build the response with a page; keyword arguments are its headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, text.encode("utf-8", "surrogatepass"), HTML, named)


def media(post: Post, number: int = 0) -> Reply:
    """Build the response with the video of a post, or one of its pictures."""
    filler = f"{post.id}-{number} ".encode() * 250
    if post.is_photo:
        return Reply(200, b"RIFF\0\0\0\0WEBPVP8 " + filler, "image/webp")
    return Reply(200, MP4_START + filler, "video/mp4")


def music(post: Post) -> Reply:
    """Build the response with the music of a post."""
    return Reply(200, MP3_START + f"{post.id} ".encode() * 250, "audio/mpeg")


def transcript(post: Post, language: str) -> Reply:
    """Build the response with a transcript in WebVTT, which has one cue."""
    text = f"WEBVTT\n\n00:00:00.000 --> 00:00:02.500\n{language}, post {post.number}\n"
    return Reply(200, text.encode(), "text/vtt; charset=utf-8")


def _refusal(code: int, text: str = "") -> Callable[[Post], Reply]:
    return lambda _: page(html.refusal(code, text))


def _page_reply(text: str, status: int = 200, **headers: str) -> Callable[[Post], Reply]:
    return lambda _: page(text, status, **headers)


def _empty_page(status: int, **headers: str) -> Callable[[Post], Reply]:
    return lambda _: page("<html></html>", status, **headers)


def _media_delivered(delivery: Delivery, seconds: float = 0.0) -> Callable[[Post], Reply]:
    return lambda post: replace(media(post), delivery=delivery, seconds=seconds)


def _with_author_name(name: str) -> Callable[[Post], Reply]:
    return lambda post: page(html.with_item(_item_of(post, name)))


def _item_of(post: Post, name: str) -> dict[str, Any]:
    item = post.item()
    return {**item, "author": {**item["author"], "uniqueId": name}}


def _with_link(link: str) -> Callable[[Post], Reply]:
    return lambda post: page(html.with_item({**post.item(), "video": {"downloadAddr": link}}))


@functools.cache
def bomb() -> Reply:
    """Build a page of 500 MB, compressed to 500 kB."""
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b'<script id="SIGI_STATE">')
    for _ in range(500):
        packed += packer.compress(b"a" * _MB)
    return Reply(200, packed + packer.flush(), HTML, {"Content-Encoding": "gzip"})


@functools.cache
def fifty_megabytes() -> Reply:
    """Build a page with a script of 50 MB."""
    return page(html.page(container="SIGI_STATE", data="[" + "0," * (25 * _MB) + "0]"))


@functools.cache
def _filler() -> str:
    return "x" * 300_000


def heavy(post: Post) -> Reply:
    """Build a page as large as TikTok's own."""
    return page(html.with_item({**post.item(), "comments": [_filler()]}))


@functools.cache
def large() -> bytes:
    """Return a video of 32 MB."""
    return MP4_START + bytes(32 * _MB)


@functools.cache
def five_megabytes() -> bytes:
    """Return a video of 5 MB, of which no two kilobytes are equal."""
    kilobytes = (f"{place:016}".encode() * 64 for place in range(5 * 1024))
    return b"".join([MP4_START, *kilobytes])[: 5 * _MB]


def age_gate(post: Post) -> Reply:
    """Build the page of an age-restricted post for someone who is not logged in."""
    return page(html.with_item({"id": post.id, "isContentClassified": True}))


def fuller_age_gate(post: Post) -> Reply:
    """Build the other variant of that page: the time and all counts are 0."""
    counts = dict.fromkeys(("diggCount", "shareCount", "commentCount", "playCount"), 0)
    item = {"id": post.id, "desc": "", "createTime": "0", "isContentClassified": True}
    return page(html.with_item({**item, "stats": {**counts, "collectCount": "0"}}))


def variants_alone(post: Post) -> Reply:
    """Build a page with links in ``bitrateInfo`` only."""
    item = post.item()
    video = {k: v for k, v in item["video"].items() if k not in {"downloadAddr", "playAddr"}}
    return page(html.with_item({**item, "video": video}))


CONDITIONS: dict[str, Callable[[Post], Reply]] = {
    "fine": lambda post: page(html.video(post)),
    "heavy": heavy,
    "older_container": lambda post: page(html.older(post)),
    "age_gate": age_gate,
    "fuller_age_gate": fuller_age_gate,
    "variants_alone": variants_alone,
    "photo": lambda post: page(html.photo(post)),
    "pictures_alone": lambda post: page(html.pictures(post)),
    # refused by TikTok
    "deleted": _refusal(10204, "status_deleted"),
    "self_see": _refusal(10204, "status_self_see"),
    "reviewing": _refusal(10204, "status_reviewing"),
    "cross_border": _refusal(10204, "cross_border_violation"),
    "private": _refusal(10222),
    "private_10216": _refusal(10216),
    "not_found_10202": _refusal(10202),
    "not_found_10203": _refusal(10203),
    "not_found_100002": _refusal(100002),
    "not_found_100004": _refusal(100004),
    "private_with_item": lambda post: page(html.video(post, code=10222)),
    "gone": _empty_page(404),
    "forbidden": _empty_page(403),
    "server_error": _empty_page(500),
    # TikTok asks for time
    "busy": _empty_page(503),
    "rate_limited": _empty_page(429, Retry_After="7"),
    "rate_limited_long": _empty_page(429, Retry_After="86400"),
    "dropped": lambda _: Reply(200, b"", delivery=Delivery.CLOSED),
    "reset": lambda _: Reply(200, b"", delivery=Delivery.RESET),
    # pages without data
    "please_wait": _page_reply(html.PLEASE_WAIT),
    "captcha": _page_reply(html.CAPTCHA),
    "stub": _page_reply(html.STUB),
    "login_wall": _empty_page(302, Location="https://www.tiktok.com/login?redirect_url=x"),
    "consent_page": _empty_page(302, Location="https://www.tiktok.com/consent?next=x"),
    "region_page": _page_reply(html.REGION),
    "region_redirect": _empty_page(302, Location="https://www.tiktok.com/hk/notfound"),
    "login_by_script": _page_reply(
        html.page("<script>location.replace('/login?redirect_url=x')</script>")
    ),
    "captcha_beside_json": _page_reply(
        html.beside_json('<div class="captcha-verify-container"></div>')
    ),
    "please_wait_beside_json": _page_reply(html.beside_json("<p>Please wait...</p>")),
    "login_beside_json": _page_reply(html.beside_json('<form id="loginContainer"></form>')),
    "no_json": _page_reply(html.page("nothing here")),
    "no_item": _refusal(0, "ok"),
    "no_item_in_the_older_container": _page_reply(html.page("", "SIGI_STATE", {"ItemModule": {}})),
    "bad_json": lambda _: page(html.page(container="SIGI_STATE", data='{"ItemModule": {"72')),
    "empty": _page_reply(""),
    "new_shape": _page_reply(html.today(html.scope(post_detail={"post": {"id": "1"}}))),
    "new_container": lambda post: page(
        html.page(container="__NEW_DATA__", data=html.scope(video_detail=html.detail(post.item())))
    ),
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
    "hostile_links": _page_reply(html.HOSTILE_LINKS),
    "leads_away": _empty_page(302, Location="https://tiktok.com.evil.example/@a/video/1"),
    "leads_away_by_a_backslash": _empty_page(
        302, Location="https://evil.example\\@www.tiktok.com/@a/video/1"
    ),
    "leads_round": lambda post: page("", 302, Location=post.url),
    "author_up": _with_author_name("../../x"),
    "author_device": _with_author_name("CON"),
    "author_dotted_device": _with_author_name("nul.txt"),
    "author_long": _with_author_name("🌊" * 300),
    "author_nul": _with_author_name("a\0b"),
    "author_empty": _with_author_name(""),
    "link_local": _with_link("http://127.0.0.1:1/x.mp4"),
    "link_file": _with_link("file:///etc/passwd"),
    "link_elsewhere": _with_link("https://tiktok.com.evil.example/x.mp4"),
    "link_by_a_backslash": _with_link("https://evil.example\\@v16.tiktok.com/x.mp4"),
    "link_local_by_a_backslash": _with_link("https://127.0.0.1\\.tiktok.com/x.mp4"),
    "link_metadata": _with_link("https://169.254.169.254/latest"),
}

# Responses to the page's own script about a post; TikTok's status codes have HTTP status 200.
DETAIL_CONDITIONS: dict[str, Callable[[Post], Reply]] = {
    "detail_fine": lambda post: json_reply(html.detail(post.item())),
    "detail_empty": lambda _: Reply(200, b""),
    "detail_not_found": lambda _: json_reply(
        {"statusCode": 10204, "statusMsg": "item doesn't exist"}
    ),
    "detail_unreadable": _page_reply("<html>please wait</html>"),
    "detail_forbidden": lambda _: json_reply({"statusCode": 10000, "statusMsg": "no"}, 403),
    "detail_forbidden_with_item": lambda post: json_reply(html.detail(post.item()), 403),
    "detail_other_post": lambda post: json_reply(html.detail({**post.item(), "id": OTHER_ID})),
    "detail_author_up": lambda post: json_reply(html.detail(_item_of(post, "../../evil"))),
    "detail_video": lambda post: json_reply(html.detail(replace(post, is_photo=False).item())),
    "detail_no_music": lambda post: json_reply(html.detail({**post.item(), "music": {}})),
    "detail_no_pictures": lambda post: json_reply(
        html.detail({**post.item(), "imagePost": {"images": []}})
    ),
}

MEDIA_CONDITIONS: dict[str, Callable[[Post], Reply]] = {
    "media_large": lambda post: replace(media(post), body=large()),
    "media_forbidden": _empty_page(403),
    "media_gone": _empty_page(404),
    "media_busy": _empty_page(429, Retry_After="7"),
    "media_busy_long": _empty_page(429, Retry_After="86400"),
    "media_server_error": _empty_page(500),
    "media_not_satisfiable": _empty_page(416),
    "media_part_without_range": lambda post: replace(media(post), status=206),
    "media_html": _page_reply("<html>an error page</html>"),
    "media_empty": lambda _: Reply(200, b"", "video/mp4"),
    "media_broken": _media_delivered(Delivery.TRUNCATED),
    # a video of 5 MB through a connection that breaks at every megabyte
    "media_breaking": lambda post: replace(media(post), body=five_megabytes()),
    # the same, and with each request it is another file
    "media_changing": lambda post: replace(media(post), body=five_megabytes()),
    "media_slow": _media_delivered(Delivery.TRICKLED, 0.3),
    "media_dropped": _media_delivered(Delivery.CLOSED),
    "media_reset": _media_delivered(Delivery.RESET),
    "media_leads_away": _empty_page(302, Location="https://elsewhere.example/x.mp4"),
}

# How a search or a profile can end, given its scroller and the id of its boxes. They follow users'
# reports; the exact markup of TikTok's pages is not known.
SCROLL_CONDITIONS: dict[str, Callable[[str, str], Reply]] = {
    "no_data": lambda *_: page(html.page("<div id=main></div>")),
    "spinner": lambda *_: page(html.SPINNER),
    "no_results": lambda *_: page(html.NO_RESULTS),
    "region_page": lambda *_: page(html.REGION),
    "consent_page": lambda *_: page("", 302, Location="https://www.tiktok.com/consent?next=x"),
    "login_wall": lambda *_: page("", 302, Location="https://www.tiktok.com/login?redirect_url=x"),
    "error_box": lambda *_: page(html.page(html.RETRY)),
    "login_window": lambda script, _: page(html.page(html.LOGIN_MODAL + script)),
    "cookie_banner": lambda script, _: page(html.page(html.COOKIE_BANNER + script)),
    "login_window_later": lambda script, _: page(
        html.page(html.cut_short(script, html.LOGIN_MODAL))
    ),
    "retry_later": lambda script, _: page(html.page(html.cut_short(script, html.RETRY))),
    "slow_later": lambda script, _: page(html.page(html.slow(script, 8_000))),
    "new_selectors": lambda script, box: page(html.page(script.replace(box, "css-1abc"))),
}
