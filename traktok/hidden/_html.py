"""Scan the tags of a page in time that is linear in its length, without building a tree.

A tree takes time that is quadratic in the depth of the elements, the number of attributes and more:
400 kB of ``<div>`` kept selectolax busy for 51 s (November 2026). Scripts and what is shown can be
told apart by the tags alone. Where tags, comments, attributes and scripts end is decided as in the
HTML standard (https://html.spec.whatwg.org/multipage/parsing.html#tokenization), as browsers do.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_S = r" \t\n\f\r"
# Characters are repeated possessively, so that none is looked at again; groups never are, since
# Python before 3.11.5 then goes on from where a group failed.
_VALUE = rf"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|(?!["'])[^{_S}>]*+)"""
_ATTRIBUTE = re.compile(
    rf"[{_S}/]*+(?P<key>[^{_S}/>][^{_S}/>=]*+)(?:[{_S}]*+=[{_S}]*+(?P<value>{_VALUE}))?"
)
_END_OF_TAG = re.compile(rf"[{_S}/]*+>")
# Their content is text up to their end tag.
_RAW = ("script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea", "plaintext")
# Elements that are not shown; the last has no content.
_HIDDEN = ("script", "style", "noscript", "template", "link")
_NAMES = frozenset(_RAW + _HIDDEN)

# Text, comments, declarations, and tags of other elements as long as they have no attributes.
_ANYTHING_ELSE = re.compile(
    r"[^<]++|<(?![a-zA-Z/!?])"
    r"|<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:!(?!--)|\?|/(?![a-zA-Z]))[^>]*+>"
    rf"|</?(?!(?i:{'|'.join(sorted(_NAMES))})>)[a-zA-Z][^{_S}/>]*+>",
    re.DOTALL,
)
_TAG = re.compile(rf"<(?P<end>/?)(?P<name>[a-zA-Z][^{_S}/>]*+)")
_END = {name: re.compile(rf"</{name}(?=[{_S}/>])", re.IGNORECASE) for name in _RAW}
# In a comment within a script, a script has its own end tag.
_IN_SCRIPT = re.compile(rf"<!--|-->|<(?P<end>/?)script(?=[{_S}/>])", re.IGNORECASE)
# TikTok's pages have some hundred such tags, with some attributes each.
_MOST_TAGS, _MOST_ATTRIBUTES = 10_000, 100


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of an element that is not shown or has raw text, and where it is in the page.

    Attributes
    ----------
    name
        The element's name in lower case.
    is_end
        Whether it is an end tag.
    start, end
        Where it starts, and where it and its raw text end.
    written
        Its attributes as the page has them.
    text
        Its raw text.
    """

    name: str
    is_end: bool
    start: int
    end: int
    written: str
    text: str

    @property
    def attributes(self) -> dict[str, str]:
        """Its attributes; the first counts of those with the same name."""
        found: dict[str, str] = {}
        for one in islice(_ATTRIBUTE.finditer(self.written), _MOST_ATTRIBUTES):
            found.setdefault(one["key"].lower(), html.unescape((one["value"] or "").strip("\"'")))
        return found


def tags(page: str) -> Iterator[Tag]:
    """Yield the tags of elements that are not shown or have raw text, up to a number of them."""
    place = number = 0
    while number < _MOST_TAGS:
        while other := _ANYTHING_ELSE.match(page, place):
            place = other.end()
        found = _TAG.match(page, place)
        end_of_tag = found and _end_of_tag(page, found.end())
        if not (found and end_of_tag):
            return
        start, place, name = place, end_of_tag, found["name"].lower()
        if name not in _NAMES:
            continue
        number += 1
        is_end, written, text = bool(found["end"]), page[found.end() : place - 1], ""
        if name in _RAW and not is_end:
            end = (
                _end_of_script(page, place)
                if name == "script"
                else _end_of_raw_text(name, page, place)
            )
            text, place = page[place:end], end
        yield Tag(name, is_end, start, place, written, text)


def _end_of_tag(page: str, place: int) -> int | None:
    """Return where a tag ends; an unclosed quote takes the rest of the page, and has no end."""
    while attribute := _ATTRIBUTE.match(page, place):
        place = attribute.end()
    end = _END_OF_TAG.match(page, place)
    return end.end() if end else None


def scripts(page: str) -> Iterator[Tag]:
    """Yield the scripts of a page that have an id; those in templates are not part of the page."""
    depth = 0
    for tag in tags(page):
        if tag.name == "template":
            depth = max(0, depth + (-1 if tag.is_end else 1))
        elif tag.name == "script" and not (tag.is_end or depth) and "id" in tag.written.lower():
            yield tag


def without_hidden(page: str) -> str:
    """Return a page without the elements that are not shown, such as scripts."""
    shown: list[str] = []
    place = depth = 0
    inside = ""
    for tag in tags(page):
        if inside:  # a template may hold another
            depth += (not tag.is_end) - tag.is_end if tag.name == inside else 0
            if not depth:
                inside, place = "", tag.end
            continue
        if tag.name not in _HIDDEN:
            continue
        shown.append(page[place : tag.start])
        place = tag.end
        if tag.name in ("noscript", "template") and not tag.is_end:
            inside, depth = tag.name, 1
    return "".join(shown) + ("" if inside else page[place:])


def _end_of_raw_text(name: str, page: str, place: int) -> int:
    found = None if name == "plaintext" else _END[name].search(page, place)
    return found.start() if found else len(page)


def _end_of_script(page: str, place: int) -> int:
    is_comment = is_script = False
    while found := _IN_SCRIPT.search(page, place):
        place = found.end()
        if found["end"] is None:
            is_comment = is_script = False
            if found[0] == "<!--":
                is_comment, place = True, place - 2  # whose dashes may end it, too
        elif found["end"] and not is_script:
            return found.start()
        else:
            is_script = is_comment and not found["end"]
    return len(page)
