"""Secrets are replaced in any spelling, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traktok._secrets.redact import redact, redact_text

SECRET = "clt.2/a+b=c&d-Secret_ß"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": lambda text: json.dumps(text)[1:-1],
    "json of other languages": lambda text: json.dumps(text)[1:-1].replace("/", r"\/"),
    "all of it in json": lambda text: "".join(f"\\u{ord(character):04X}" for character in text),
    "json in json": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "url": lambda text: quote(text, safe=""),
    "url in a url": lambda text: quote(quote(text, safe=""), safe=""),
    "url in lower case": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "html": html.escape,
    "html by number": lambda text: "".join(f"&#x{ord(one):x};" for one in text),
    "json in html": lambda text: html.escape(json.dumps(text)),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of more": lambda text: base64.b64encode(f"u:{text}:w".encode()).decode(),
    "base64 of yet more": lambda text: base64.urlsafe_b64encode(f"ab:c{text}".encode()).decode(),
    "base64 in a url": lambda text: quote(base64.b64encode(text.encode()), safe=""),
    "hexadecimal": lambda text: text.encode().hex(),
}  # fmt: skip


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=list(SPELLINGS))
def test_a_secret_is_replaced_in_every_spelling(spell: Callable[[str], str]) -> None:
    spelled = spell(SECRET)
    redacted = redact_text(f'before "{spelled}" after, {spelled}', {SECRET: "PLACEHOLDER"})
    assert redacted.startswith('before "')
    assert redacted.count("PLACEHOLDER") == 2
    assert '" after, ' in redacted
    for spelling in SPELLINGS.values():
        assert spelling(SECRET) not in redacted


def test_one_secret_may_begin_with_another() -> None:
    secrets = {"0123456789ab": "SHORT", "0123456789abcdef": "LONG"}
    assert redact_text("0123456789abcdef 0123456789ab", secrets) == "LONG SHORT"


@given(st.binary(), st.sampled_from(list(SPELLINGS)), st.binary())
def test_whatever_stands_around_it_stays(before: bytes, name: str, after: bytes) -> None:
    spelled = SPELLINGS[name](SECRET).encode()
    if b"\\" in before + after or b"%" in before + after or b"&" in before + after:
        return
    redacted = redact(before + b" " + spelled + b" " + after, {SECRET: "PLACEHOLDER"})
    assert redacted.startswith(before + b" ")
    assert redacted.endswith(b" " + after)
    assert spelled not in redacted


@given(st.binary() | st.text().map(lambda text: json.dumps(text).encode()))
def test_data_without_a_secret_stay_as_they_are(data: bytes) -> None:
    assert redact(data, {SECRET: "PLACEHOLDER"}) == data
