"""What a case may expect, and how each expectation is checked: one row of ``CHECKS`` each."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from tests.parity_hidden.corpus import Outcome
from traktok import TraktokError

_LONGEST_WAIT = 10  # seconds, R's longest between two pages


def check(outcome: Outcome) -> None:
    """Check everything that a case expects, and what holds for all."""
    expect = outcome.case.expect
    if outcome.error is not None and not {"raises", "may_raise"} & set(expect):
        raise outcome.error
    for name, wanted in expect.items():
        CHECKS[name](wanted, outcome)
    _nothing_outside(outcome)
    for request in outcome.sent:
        _well_mannered(request.url or "", dict(request.headers))
    if isinstance(outcome.result, pd.DataFrame):
        assert outcome.result.shape[1], "a table always has its columns"


def _nothing_outside(outcome: Outcome) -> None:
    assert [path for path in outcome.written if outcome.folder not in path.parents] == []


def _well_mannered(url: str, headers: dict[str, Any]) -> None:
    host = urlsplit(url).hostname or ""
    is_tiktok = host == "tiktok.com" or host.endswith(".tiktok.com")
    assert "python" not in headers["User-Agent"].lower()
    assert "Cookie" not in headers or (is_tiktok and url.startswith("https://"))
    if "mime_type=video" in url:
        assert headers["Referer"] == "https://www.tiktok.com/"


# ------------------------------------------------------------------------------------ the result


def _raises(wanted: str, outcome: Outcome) -> None:
    kinds = {kind.__name__ for kind in type(outcome.error).__mro__}
    assert kinds & set(wanted.split("|")), repr(outcome.error)


def _may_raise(_: bool, outcome: Outcome) -> None:
    assert outcome.error is None or isinstance(outcome.error, (TraktokError, ValueError, TypeError))


def _partial(_: bool, outcome: Outcome) -> None:
    assert isinstance(outcome.error, TraktokError)
    assert len(outcome.error.partial)


def _rows(wanted: int, outcome: Outcome) -> None:
    assert len(outcome.result) == wanted


def _text(wanted: str, outcome: Outcome) -> None:
    assert json.loads(outcome.result) == json.loads(wanted)


def _values(wanted: dict[str, list[Any]], outcome: Outcome) -> None:
    assert {name: _cells(outcome.result[name]) for name in wanted} == wanted


def _like(wanted: dict[str, str], outcome: Outcome) -> None:
    for name, pattern in wanted.items():
        assert re.search(pattern, outcome.result[name].iloc[-1], re.IGNORECASE)


def _ids(wanted: list[str], outcome: Outcome) -> None:
    assert outcome.result.video_id.tolist() == wanted


def _not_missing(column: str, outcome: Outcome) -> None:
    assert pd.notna(outcome.result[column].iloc[0])


def _missing(column: str, outcome: Outcome) -> None:
    assert pd.isna(outcome.result[column].iloc[0])


def _unique(column: str, outcome: Outcome) -> None:
    assert not outcome.result[column].duplicated().any()


# ------------------------------------------------------------------------------------- the table

# The dtypes that stand for R's types, where a column holds anything.
_DTYPES = {
    "character": ("str",),
    "integer": ("Int",),
    "numeric": ("Int", "Float"),
    "logical": ("bool",),
    "POSIXct": ("datetime64",),
    "list": ("object",),
}
# A text in R where a page failed.
_ALWAYS_A_NUMBER = "video_status_code"


def _columns(wanted: list[dict[str, Any]], outcome: Outcome) -> None:
    table = outcome.result
    assert {column["name"] for column in wanted} <= set(table.columns)
    for column in wanted:
        name, values = column["name"], column.get("values")
        if values is None:
            continue
        r_type = "integer" if name == _ALWAYS_A_NUMBER else column["type"]
        if any(value is not None for value in values):
            assert str(table[name].dtype).startswith(_DTYPES[r_type]), name
        pairs = zip(values, _cells(table[name]), strict=True)
        assert [pair for pair in pairs if not _alike(name, *pair)] == []


def _alike(name: str, r: Any, ours: Any) -> bool:
    if isinstance(r, (dict, list)) or isinstance(ours, (dict, list)):
        return True  # R's lists and data frames have no one counterpart
    if name == "video_fn" and r and ours:
        return os.path.normpath(r) == os.path.normpath(ours)
    return r == ours or str(r) == str(ours)


def _cells(column: pd.Series[Any]) -> list[Any]:
    return list(map(_plain, column))


def _plain(cell: Any) -> Any:
    """Write a cell as it stands in the corpus: times as seconds."""
    if isinstance(cell, (dict, list)):
        return cell
    if pd.isna(cell):
        return None
    if isinstance(cell, datetime):
        return int(cell.timestamp())
    return cell.item() if isinstance(cell, np.generic) else cell


# --------------------------------------------------------------------------- requests and files


def _urls(wanted: list[str], outcome: Outcome) -> None:
    assert outcome.urls == wanted


def _number_of_requests(wanted: int, outcome: Outcome) -> None:
    assert len(outcome.sent) == wanted


def _most_requests(wanted: int, outcome: Outcome) -> None:
    assert len(outcome.sent) <= wanted


def _cookie(wanted: list[str], outcome: Outcome) -> None:
    pattern, cookie = wanted
    for request in outcome.sent:
        if re.search(pattern, request.url or ""):
            assert cookie in request.headers["Cookie"]


def _waits(wanted: int, outcome: Outcome) -> None:
    assert (sum(outcome.waits) > 0) == (wanted > 0)
    assert sum(outcome.waits) <= wanted * _LONGEST_WAIT


def _files(wanted: list[dict[str, Any]], outcome: Outcome) -> None:
    stems = {(outcome.folder / file["path"]).with_suffix(""): file for file in wanted}
    assert {path.with_suffix("") for path in outcome.written} <= set(stems)
    for stem, file in stems.items():
        (path,) = stem.parent.glob(f"{stem.name}.*")
        if "json" in file:
            assert json.loads(path.read_text()) == json.loads(file["json"])
        else:
            assert path.stat().st_size == file["size"]
            assert path.suffix != ".jpeg" or not _is_webp(path)


def _is_webp(path: Path) -> bool:
    return path.read_bytes().startswith(b"RIFF")


def _one_file(pattern: str, outcome: Outcome) -> None:
    assert len([path for path in outcome.written if re.search(pattern, path.name)]) == 1


def _no_file(pattern: str, outcome: Outcome) -> None:
    assert [path for path in outcome.written if re.search(pattern, path.name)] == []


def _holds_for_all(_: Any, __: Outcome) -> None:
    """Stands for what is checked in every case."""


CHECKS: dict[str, Callable[[Any, Outcome], None]] = {
    "raises": _raises,
    "may_raise": _may_raise,
    "partial": _partial,
    "nrow": _rows,
    "columns": _columns,
    "text": _text,
    "values": _values,
    "like": _like,
    "ids": _ids,
    "notna": _not_missing,
    "isna": _missing,
    "unique": _unique,
    "urls": _urls,
    "nreq": _number_of_requests,
    "maxreq": _most_requests,
    "cookie": _cookie,
    "waits": _waits,
    "files": _files,
    "onefile": _one_file,
    "nofile": _no_file,
    "nocookie_http": _holds_for_all,
}
