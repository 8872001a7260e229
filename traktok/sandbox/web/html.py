"""Pages as browsers get them: both containers, walls, and lists that load more on scrolling."""

from __future__ import annotations

import json
from typing import Any

from .world import Author, Post

_TODAY, _OLDER = "__UNIVERSAL_DATA_FOR_REHYDRATION__", "SIGI_STATE"


def page(body: str = "", container: str | None = None, data: Any = None, title: str = "") -> str:
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
    named = {name.replace("_", "-"): part for name, part in parts.items()}
    context = {"webapp.app-context": {"language": "en", "region": "DE"}}
    return {"__DEFAULT_SCOPE__": context | {f"webapp.{name}": part for name, part in named.items()}}


def today(data: Any) -> str:
    return page(container=_TODAY, data=data)


def video(post: Post, code: int = 0) -> str:
    detail = {"itemInfo": {"itemStruct": post.item()}, "statusCode": code, "statusMsg": ""}
    return today(scope(video_detail=detail))


def refusal(code: int, text: str) -> str:
    return today(scope(video_detail={"statusCode": code, "statusMsg": text}))


def older(post: Post) -> str:
    item, name = post.item(), post.author.name
    users = {"users": {name: item["author"]}, "stats": {name: post.author.stats()}}
    data = {"ItemModule": {post.id: {**item, "author": name}}, "UserModule": users}
    return page(container=_OLDER, data=data)


def profile(author: Author, scroller: str) -> str:
    info = {"user": author.user(), "stats": author.stats(), "itemList": []}
    detail = {"userInfo": info, "statusCode": 0, "statusMsg": ""}
    return page(scroller, _TODAY, scope(user_detail=detail))


def nobody() -> str:
    return today(scope(user_detail={"statusCode": 10221, "statusMsg": "", "userInfo": {}}))


# The page asks for the next posts when its end comes into view. A captcha stands in the way until
# it is clicked; `person` is someone who clicks it after so many milliseconds.
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
  box.onclick = () => { solved = true; box.remove(); more(); };
  document.body.appendChild(box);
  if (person !== null) setTimeout(() => box.click(), person);
}
function atEnd() { return window.innerHeight + window.scrollY >= document.body.scrollHeight - 50; }
addEventListener("scroll", () => { if (atEnd()) more(); });
more();
</script>
"""


def scroller(source: str, box: str) -> str:
    return _SCROLLER % {"source": source, "box": box}


# What looks like links to posts, and one that is.
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
    return page(_LOGIN % {"person": json.dumps(person)}, title="Log in | TikTok")


# A wall's page may carry JSON too, with nothing of the post in it.
def beside_json(body: str) -> str:
    return page(body, _TODAY, scope())


PLEASE_WAIT = page("<p>Please wait...</p><script>/* SlardarWAF */</script>", title="Please wait...")
CAPTCHA = page('<div class="captcha-verify-container"></div>', title="Verify")
