"""Texts of other hands that could steer a terminal, or look like others."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from traktok import (
    InvalidRequest,
    TikTokResults,
    TraktokError,
    TraktokWarning,
    compare,
    read_results,
)
from traktok._text import printable
from traktok.collect import Collection
from traktok.errors import Argument, ContinueFrom, InvalidArgument, Message, warn
from traktok.from_r import read_query, read_r_cookies, read_r_token
from traktok.from_r.scripts import translate_file
from traktok.replay import replay

# Clear the screen, turn the text around, hide a letter, set the title.
STEERING = "\x1b[2J\u202egnp.exe\u200b\u2066a\x07\x9b1m"


def is_harmless(text: str) -> bool:
    return all(sign.isprintable() for sign in text.replace("\n", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ä 漢字 👩", "plain ä 漢字 👩"),
        ("a\x1b[31m", r"a\x1b[31m"),
        ("a\u202eb", r"a\u202eb"),
        ("tik\u200btok", r"tik\u200btok"),
        ("tik\u200dtok", r"tik\u200dtok"),
        ("tik\u034ftok\u3164", r"tik\u034ftok\u3164"),
        ("\U000e0041", r"\U000e0041"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("👩\u200d", r"👩\u200d"),
        ("❤️", "❤️"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("a\nb", r"a\nb"),
    ],
)
def test_what_cannot_be_seen_is_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_some_signs_may_stay() -> None:
    assert printable("a\n\tb\r", keep="\n\t") == "a\n\tb\\r"


def test_a_long_text_takes_no_time() -> None:
    began = time.monotonic()
    printable("\x1b" * 10**6)
    assert time.monotonic() - began < 5


def test_errors_and_warnings_are_harmless_in_python() -> None:
    error = TraktokError(STEERING)
    assert is_harmless(str(error))
    error.explain(STEERING)
    error.advise(STEERING, ContinueFrom(STEERING, cursor=STEERING, search_id=STEERING))
    assert is_harmless(str(error) + error.reason + error.how_to_go_on + repr(error))
    assert is_harmless(str(InvalidRequest(STEERING, code=STEERING, message=STEERING)))
    assert is_harmless(str(InvalidArgument(Argument("username"), STEERING)))
    with pytest.warns(TraktokWarning) as caught:
        warn("Skipped: ", STEERING)
    assert is_harmless(str(caught[0].message))


def test_lines_of_a_message_stay_lines() -> None:
    assert Message("one\n", "two") == "one\ntwo"


def test_a_comparison_is_harmless() -> None:
    left = pd.DataFrame({"video_id": [STEERING, "1"], STEERING: ["a", "b"], "x": ["c", "d"]})
    right = pd.DataFrame({"video_id": ["1", STEERING], STEERING: ["x", "y"], "y\n\x1b": [1, 2]})
    shown = repr(compare(left, right))
    assert "cells" in shown
    assert is_harmless(shown)


def test_a_search_id_is_harmless() -> None:
    table = TikTokResults({"video_id": ["1"]})
    table.attrs["search_id"] = STEERING
    assert is_harmless(repr(table))


NAME = "\x1b[2J\u202e\u200b"


def replayed(path: Path) -> None:
    with replay(path):
        pass


@pytest.mark.parametrize(
    ("ending", "read"),
    [
        *((f".{format}", read_results) for format in ("rds", "RData", "csv", "jsonl", "parquet")),
        (".csv.gz", read_results),
        (".rds", read_query),
        (".rds", read_r_token),
        (".rds", read_r_cookies),
        (".R", translate_file),
        (".txt", translate_file),
        (".yaml", replayed),
        (".json", replayed),
        (".db", Collection),
    ],
)
@pytest.mark.parametrize("data", [b"\x1b \xff\0(", None], ids=["damaged", "missing"])
def test_the_name_of_a_file_is_harmless(
    ending: str, read: Callable[[Path], object], data: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / f"{NAME}{ending}"
    if data:
        path.write_bytes(data)
    with pytest.raises((ValueError, TraktokError, OSError)) as caught:
        read(path)
    assert is_harmless(str(caught.value))
    assert r"\x1b[2J\u202e" in str(caught.value)
