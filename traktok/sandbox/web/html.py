"""Pages as browsers get them: all containers, walls, and lists that load more when scrolled."""

from __future__ import annotations

import json
from typing import Any

from .world import Author, Post

DESKTOP, OLDER = "__UNIVERSAL_DATA_FOR_REHYDRATION__", "SIGI_STATE"
# The keys of the post in a desktop's and in a phone's page (six public code bases, 2026).
VIDEO_DETAIL, PHONE_DETAIL = "webapp.video-detail", "webapp.reflow.video.detail"


def page(body: str = "", container: str | None = None, data: Any = None, title: str = "") -> str:
    """Return a page with a body, and with JSON in a script with this id."""
    head = f'<meta charset="UTF-8"><title>{title or "TikTok"}</title>'
    return (
        f'<!DOCTYPE html><html lang="en"><head>{head}{_script(container, data)}</head>'
        f'<body><div id="app"></div>{body}</body></html>'
    )


def _script(container: str | None, data: Any) -> str:
    if container is None:
        return ""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    safe = text.replace("<", "\\u003C").replace("/", "\\u002F")
    return f'<script id="{container}" type="application/json">{safe}</script>'


def scope(**parts: Any) -> dict[str, Any]:
    """Return the JSON of a desktop's page; keyword arguments are its parts."""
    named = {name.replace("_", "-"): part for name, part in parts.items()}
    context = {"webapp.app-context": {"language": "en", "region": "DE"}}
    return {"__DEFAULT_SCOPE__": context | {f"webapp.{name}": part for name, part in named.items()}}


def today(data: Any, body: str = "") -> str:
    """Return a page with the container that desktops get."""
    return page(body, DESKTOP, data)


def detail(item: dict[str, Any], code: int = 0, text: str = "") -> dict[str, Any]:
    """Return the object with a post, as in pages and in responses of the site's own API."""
    return {"itemInfo": {"itemStruct": item}, "statusCode": code, "statusMsg": text}


def with_item(item: dict[str, Any], code: int = 0) -> str:
    """Return a page with an item."""
    return today(scope(video_detail=detail(item, code)))


def video(post: Post, code: int = 0) -> str:
    """Return the page of a post, with its item."""
    return with_item(post.item(), code)


def refusal(code: int, text: str) -> str:
    """Return a page that refuses a post."""
    return today(scope(video_detail={"statusCode": code, "statusMsg": text}))


# A desktop's page of a photo post lacks the item since 2026: its script requests it. An empty
# response is a refusal, after which the script tries once more.
_FETCHER = """
<script>
(async () => {
  for (const wait of [50, 1800]) {
    await new Promise((done) => setTimeout(done, wait));
    const answer = await fetch("/api/item/detail/?itemId=%s");
    if (await answer.text()) return;
  }
})();
</script>
"""


def photo(post: Post) -> str:
    """Return a desktop's page of a photo post, whose script requests the item."""
    return today(scope(), _FETCHER % post.id)


def pictures(post: Post) -> str:
    """Return a page of a photo post that shows its pictures and requests no item."""
    shown = [*post.media, post.media[0]]  # a carousel repeats its first picture at the end
    slides = (f'<div class="swiper-slide"><img src="{link}" alt=""></div>' for link in shown)
    return today(scope(), "".join(slides))


def for_phone(text: bytes) -> bytes:
    """Convert a desktop's page to a phone's, where the detail has another key."""
    return text.replace(f'"{VIDEO_DETAIL}"'.encode(), f'"{PHONE_DETAIL}"'.encode())


def older(post: Post) -> str:
    """Return the page of a post in the container of former years."""
    item, name = post.item(), post.author.name
    users = {"users": {name: item["author"]}, "stats": {name: post.author.stats()}}
    data = {"ItemModule": {post.id: {**item, "author": name}}, "UserModule": users}
    return page(container=OLDER, data=data)


def profile(author: Author, scroller: str) -> str:
    """Return the page of an account."""
    info = {"user": author.user(), "stats": author.stats(), "itemList": []}
    found = {"userInfo": info, "statusCode": 0, "statusMsg": ""}
    return page(scroller, DESKTOP, scope(user_detail=found))


def nobody() -> str:
    """Return the page of an account that does not exist."""
    return today(scope(user_detail={"statusCode": 10221, "statusMsg": "", "userInfo": {}}))


# The page requests the next posts when its end comes into view. A captcha covers it until it is
# clicked; `person` is the number of milliseconds after which a person clicks it.
_SCROLLER = """
<div id="grid"></div>
<script>
const grid = document.getElementById("grid");
let offset = 0, busy = false, done = false, solved = false;
async function more() {
  if (busy || done || document.querySelector("#captcha-verify-image")) return;
  busy = true;
  const asked = `from=%(source)s&offset=${offset}&solved=${solved}`;
  const answer = await (await fetch(`/api/www/posts?${asked}`)).json();
  if (answer.captcha) { ask(answer.person); busy = false; return; }
  for (const post of answer.posts) {
    const box = document.createElement("div");
    box.id = `%(box)s-${offset}`;
    box.style.height = "150px";
    box.innerHTML = `<a href="${post}"><img alt=""></a><a href="/@someone">someone</a>`;
    grid.appendChild(box);
    offset += 1;
  }
  done = answer.posts.length === 0;
  busy = false;
}
function ask(person) {
  const box = document.createElement("div");
  box.id = "captcha-verify-image";
  box.style.cssText = "position:fixed;inset:0;background:#fff";
  box.textContent = "Drag the slider to fit the puzzle";
  box.onclick = async () => {
    await fetch("/api/www/captcha");
    solved = true;
    box.remove();
    more();
  };
  document.body.appendChild(box);
  if (person !== null) setTimeout(() => box.click(), person);
}
function atEnd() { return window.innerHeight + window.scrollY >= document.body.scrollHeight - 50; }
addEventListener("scroll", () => { if (atEnd()) more(); });
more();
</script>
"""
_LAST_LINE = "  done = answer.posts.length === 0;"


def scroller(source: str, box: str) -> str:
    """Return the part of a page that loads posts as it is scrolled."""
    return _SCROLLER % {"source": source, "box": box}


def cut_short(script: str, ending: str) -> str:
    """Return a scroller that ends after its first posts, with other HTML in place of the rest."""
    shown = json.dumps(ending).replace("</", "<\\/")
    end = f'  done = true; document.body.insertAdjacentHTML("beforeend", {shown});'
    return script.replace(_LAST_LINE, end)


def slow(script: str, milliseconds: int) -> str:
    """Return a scroller that needs this long for each batch of posts but the first."""
    wait = f"await new Promise((go) => setTimeout(go, offset ? {milliseconds} : 0));"
    return script.replace("  const asked =", f"  {wait}\n  const asked =")


# Links that resemble links to posts, and one that is one.
HOSTILE_LINKS = page(
    """
    <div id="column-item-video-container">
    <svg><a href="/@a/video/7200000000000000001"><text>drawn</text></a></svg>
    <a href="javascript:'/video/7200000000000000002'">script</a>
    <a href="file:///video/7200000000000000003">file</a>
    <a href="https://tiktok.com.evil.example/@a/video/7200000000000000004">away</a>
    <a href="https://evil.example\\@www.tiktok.com/@a/video/7200000000000000005">backslash</a>
    <a href="/@a/video/../../video/x">up</a>
    <a href="https://[/video/6">none</a>
    <a href="/@creator_8/video/7200000000000000007">a post</a>
    </div>
    """
)


_LOGIN = """
<form id="loginContainer"><button type="submit">Log in</button></form>
<script>
const form = document.getElementById("loginContainer");
form.onsubmit = async (event) => { event.preventDefault(); await fetch("/api/www/login"); };
const person = %(person)s;
if (person !== null) setTimeout(() => form.requestSubmit(), person);
</script>
"""


def login(person: int | None) -> str:
    """Return the log-in page; a person logs in after this many milliseconds, or never."""
    return page(_LOGIN % {"person": json.dumps(person)}, title="Log in | TikTok")


def beside_json(body: str) -> str:
    """Return a wall whose page has JSON, but without the post."""
    return page(body, DESKTOP, scope())


PLEASE_WAIT = page("<p>Please wait...</p><script>/* SlardarWAF */</script>", title="Please wait...")
CAPTCHA = page('<div class="captcha-verify-container"></div>', title="Verify")
# TikTok sends programs a page of about 1.4 kB without any mark (2026).
STUB = page(f"<script>{'var a=0;' * 155}</script>", title="TikTok - Make Your Day")
# The following walls follow users' reports; the exact markup of TikTok's pages is not known.
LOGIN_MODAL = (
    '<div id="login-modal" style="position:fixed;inset:0;background:#fff"><h2>Log in to TikTok</h2>'
    "</div>"
)
CONSENT = page("<h1>Before you continue to TikTok</h1><button>Accept all</button>")
REGION = page("<h1>TikTok is not available in your region</h1><p>We no longer operate here.</p>")
RETRY = "<p>Something went wrong</p><p>Please try again.</p><button>Retry</button>"
SPINNER = page('<div id="grid"><svg class="spinner"></svg></div>')
NO_RESULTS = page("<h2>No results found</h2>")
COOKIE_BANNER = (
    '<div id="tiktok-cookie-banner" style="position:fixed;inset:0;background:#eee;z-index:99">'
    "<button>Allow all</button><button>Decline</button></div>"
)
EMBED = page('<section id="main-wrapper"><video></video></section>', title="TikTok")
