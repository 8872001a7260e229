"""Pages made to be slow: each is read in time that is linear in its length, as browsers read it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from traktok.hidden import _html, _parse, _site
from traktok.sandbox.web import Website, html

SIZE = 2**19
PATIENCE = 1.0  # seconds of the processor for any of these; most take 0.03
NAMED = 'id="SIGI_STATE"'  # without which no container is looked for

# What is repeated, or what it starts with and what is repeated.
BOMBS = {
    "elements": "<div>",
    "links": "<a>",
    "formatting": "<b><p>",
    "formatting apart": "<b></p>",
    "tables": "<table><td>",
    "forms": "<select><option>",
    "brackets": "<",
    "tags without an end": "<a",
    "end tags": "</div>",
    "scripts": "<script></script>",
    "scripts with ids": "<script id=x></script>",
    "scripts without an end": "<script>",
    "styles": "<style></style>",
    "templates": "<template>",
    "closed templates": "<template></template>",
    "empty elements": "<link>",
    "titles": "<title>",
    "comments": "<!-- x -->",
    "comments without an end": "<!--",
    "empty comments": "<!-->",
    "bogus comments": "<!x",
    "other bogus comments": "</1",
    "quotes": '<a x="',
    "both quotes": "<a x='\">",
    "unquoted values": "<a b=c",
    "nothing": "\0",
    "entities": "&amp;",
}
IN_A_TAG = {
    "attributes": ("<div ", "a=1 "),
    "attributes of a script": ("<script id=y ", "a "),
    "different attributes": ("<div ", "".join(f"a{n} " for n in range(1000))),
    "equal signs": ("<a ", "="),
    "equal signs and blanks": ("<a ", "= "),
    "blanks": ("<a ", " "),
    "slashes": ("<a", "/"),
    "entities in an id": ('<script id="', "&amp;"),
    "comments in a script": ("<script>", "<!--"),
    "scripts in a script": ("<script>", "<!--<script></script>-->"),
    "brackets of JSON": (f"<script {NAMED}>", "["),
    "braces of JSON": (f"<script {NAMED}>", '{"a":'),
}
PAGES = {name: ("", part) for name, part in BOMBS.items()} | IN_A_TAG


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_to_be_slow_is_read_soon(name: str) -> None:
    start, part = PAGES[name]
    page = start + part * (SIZE // len(part)) + NAMED
    began = time.process_time()
    assert _parse.parse_page(page).data is None
    assert time.process_time() - began < PATIENCE


def test_a_container_is_found_behind_what_would_be_slow() -> None:
    page = "<div>" * 100_000 + html.page(container=html.OLDER, data={"which": "this"})
    began = time.process_time()
    assert _parse.parse_page(page).data == {"which": "this"}
    assert time.process_time() - began < PATIENCE


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- {} -->",
        "<style>{}</style>",
        "<textarea>{}</textarea>",
        "<script>'{}</script>",
        "<template><template></template>{}</template>",
        "<script><!--<script>{}</script>",
        "<a title='{}'></a>",
    ],
)
def test_what_only_looks_like_a_container_is_none(hidden: str) -> None:
    fake = '<script id="SIGI_STATE">{"which": "the fake"}</script>'
    page = hidden.replace("{}", fake) + html.page(container=html.OLDER, data={"which": "the true"})
    assert _parse.parse_page(page).data == {"which": "the true"}


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_wall_is_found_however_its_attributes_are_quoted(quote: str) -> None:
    page = f"<form id={quote}loginContainer{quote}></form>"
    assert _parse.parse_page(page).trouble == _site.LOGIN_WALL


def test_a_word_that_is_not_shown_is_no_wall() -> None:
    for name in ("script", "style", "noscript", "template"):
        assert _parse.parse_page(f"<{name}>Please wait...</{name.upper()} >").trouble == "no JSON"
    assert _parse.parse_page("<link title='please wait...'>").trouble == "no JSON"
    assert _parse.parse_page("<script></script>Please wait...").trouble == _site.PLEASE_WAIT_WALL


# ------------------------------------------------------------------- as a parser that builds a tree

PIECES = """<div> </div> <p> <script> </script> </SCRIPT <!-- --> --!> <!--> <!---> <! <? </ </1 <
<a href= " ' > = => x= /> <textarea> </textarea> <style> </style> <title> </TITLE> <xmp> </xmp>
&amp; <!--<script> <script/ </script/ <b a b=c"""
TAGS = [
    *PIECES.split(),
    '<script id="SIGI_STATE">',
    "<script\tid=SIGI_STATE>",
    "<SCRIPT id='SIGI_STATE'type=x>",
    '<d e="f>g">',
    " ",
    "\n",
]


@given(st.lists(st.sampled_from(TAGS), max_size=25).map("".join))
@settings(max_examples=200)
def test_scripts_are_those_that_a_parser_finds(page: str) -> None:
    found = [one.text for one in _html.scripts(page) if one.attributes["id"] == "SIGI_STATE"]
    assert found == [one.text() for one in LexborHTMLParser(page).css("script#SIGI_STATE")]


def test_pages_of_the_sandbox_have_the_same_text() -> None:
    for post in Website.search:
        page = html.video(post)
        (script,) = _html.scripts(page)
        assert script.text == LexborHTMLParser(page).css_first(f"#{html.DESKTOP}").text()
