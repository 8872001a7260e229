"""The page at the sandbox's address: what the sandbox is, and its requests as they come in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from .replies import Reply
from .switches import SWITCHES, Switches

# Text is set with textContent only: paths and bodies come from whoever sends requests.
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>traktok sandbox</title>
<link rel="icon" href="data:,">
<style>
:root { background: Canvas; color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
pre, td, th { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { overflow-x: auto; }
table { border-collapse: collapse; width: 100%%; }
td, th { overflow-wrap: anywhere; padding: .15rem .8rem .15rem 0; text-align: left; }
td, th { vertical-align: top; }
.requests tr > :first-child { overflow-wrap: normal; white-space: nowrap; width: 1%%; }
@media (min-width: 40rem) { th { white-space: nowrap; } }
</style>
</head>
<body><main>
<h1>A TikTok on your own machine</h1>
<p>This is the sandbox of traktok: TikTok's Research API and web pages over an invented world.
Nothing is sent to TikTok, and all people are invented. To point traktok at it, run</p>
<pre tabindex="0">%(exports)s</pre>
<p>Then <code>traktok auth</code> stores these credentials, apart from those for TikTok. The
unofficial API needs <a href="/cookies.txt">cookies</a>:
<code>auth_hidden("cookies.txt")</code>.</p>
<p>Web pages: <a href="/www/www.tiktok.com/@tiktok">a profile</a>,
<a href="/www/www.tiktok.com/search?q=rstats">a search</a>. <code>traktok guide sandbox</code>
describes faults, quota and clock.</p>
<h2>Requests</h2>
<table class="requests">
<thead><tr><th scope="col">Status</th><th scope="col">Request</th></tr></thead>
<tbody id="requests" aria-live="polite"></tbody></table>
<h2>Switches for contested facts about TikTok</h2>
<table><thead><tr><th scope="col">Switch</th><th scope="col">Value</th><th scope="col">What it does
</th></tr></thead><tbody>%(switches)s</tbody></table>
</main>
<script>
const seen = { requests: 0, pages: 0 };
const rows = document.getElementById("requests");
function add(status, text) {
  const row = rows.insertRow(0);
  row.insertCell().textContent = status;
  row.insertCell().textContent = text;
}
async function look() {
  for (const kind of ["requests", "pages"]) {
    const found = await (await fetch(`/sandbox/${kind}`)).json();
    if (found.length < seen[kind]) seen[kind] = 0;
    for (const one of found.slice(seen[kind])) {
      if (kind === "pages") add("", one);
      else add(one.status ?? "none", `${one.path} ${JSON.stringify(one.body)}`);
    }
    seen[kind] = found.length;
  }
}
look();
setInterval(look, 1000);
</script>
</body>
</html>
"""


def page(environment: Mapping[str, str], switches: Switches) -> Reply:
    """Return the page, with what to export and the switches as they are."""
    exports = "\n".join(f"export {name}={value}" for name, value in environment.items())
    rows = (
        f"<tr><th scope=row>{name}</th><td>{escape(str(switches[name]))}</td>"
        f"<td>{escape(row.about)} ({escape(row.source)}, {row.date}, {row.confidence})</td></tr>"
        for name, row in SWITCHES.items()
    )
    text = _PAGE % {"exports": escape(exports), "switches": "".join(rows)}
    return Reply(200, text.encode(), "text/html; charset=utf-8")
