"""What a case may expect, and how each expectation is checked: one row of ``CHECKS`` each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from tests.parity.corpus import Case, Outcome


def check(outcome: Outcome) -> None:
    """Check everything that a case expects."""
    expect = outcome.case.expect
    if outcome.error is not None and "raises" not in expect:
        raise outcome.error
    for name, wanted in expect.items():
        CHECKS[name](wanted, outcome)
    if isinstance(outcome.result, pd.DataFrame):
        assert outcome.result.shape[1], "a table always has its columns"


# ------------------------------------------------------------------------------------ the result


def _raises(wanted: str, outcome: Outcome) -> None:
    kinds = {kind.__name__ for kind in type(outcome.error).__mro__}
    assert kinds & set(wanted.split("|")), repr(outcome.error)


def _rows(wanted: int, outcome: Outcome) -> None:
    assert len(outcome.result) == wanted


def _attrs(wanted: dict[str, Any], outcome: Outcome) -> None:
    known = {name: outcome.result.attrs.get(name) for name in wanted}
    assert known == wanted


def _skipped(wanted: list[str], outcome: Outcome) -> None:
    assert sorted(outcome.result.attrs["skipped"]) == wanted


def _values(wanted: dict[str, list[Any]], outcome: Outcome) -> None:
    assert {name: _cells(outcome.result[name]) for name in wanted} == wanted


def _query(wanted: dict[str, Any], outcome: Outcome) -> None:
    assert outcome.result.to_dict() == wanted


def _printed(wanted: list[str], outcome: Outcome) -> None:
    assert outcome.result.tree().splitlines() == wanted


# ------------------------------------------------------------------------------------- the table

# The dtypes that stand for R's types.
_DTYPES = {
    "character": ("str",),
    "integer": ("Int", "int"),
    "numeric": ("Int", "int", "Float", "float"),
    "double": ("Int", "int", "Float", "float"),
    "logical": ("bool", "str", "Int", "object"),  # in R also the type of all that is missing
    "POSIXct": ("datetime64",),
    "list": ("object", "str"),
}
# Where R's columns come in the order in which TikTok sent them.
_IN_ANY_ORDER = {"comments", "uinfo", "pinned", "follower", "following", "playlist"}
# Where R fixes the order of the first columns alone.
_FIRST_IN_ORDER = {"liked": 11, "reposted": 11}

# Columns that the ledger adds: of whom a row of user info is.
_FURTHER = {"uinfo": ("username",), "auth": ("username",)}


def _columns(wanted: list[dict[str, Any]], outcome: Outcome) -> None:
    table, case = outcome.result, outcome.case
    columns = {_new_spelling(column["name"]): column for column in wanted}
    assert set(columns) <= set(table.columns)
    if not len(table):
        return
    in_order = _in_order(case, list(columns))
    assert [name for name in table.columns if name in in_order] == in_order
    if not case.expect.get("extra_columns"):
        further = table.drop(columns=[*columns, *_FURTHER.get(case.family, ())], errors="ignore")
        assert further.isna().all(axis=None), f"R has no {list(further.columns)}"
    for name, column in columns.items():
        if case.expect.get("types", True):
            _check_type(table[name], column["type"])
        _check_values(table[name], column)


def _in_order(case: Case, names: list[str]) -> list[str]:
    if case.family in _IN_ANY_ORDER:
        return []
    return names[: _FIRST_IN_ORDER.get(case.family)]


def _check_type(column: pd.Series[Any], r_type: str) -> None:
    is_id = column.name == "id" or str(column.name).endswith("_id")
    allowed = ("str",) if is_id else _DTYPES[r_type]
    assert str(column.dtype).startswith(allowed), f"{column.name} is {column.dtype}, in R {r_type}"


def _check_values(column: pd.Series[Any], wanted: dict[str, Any]) -> None:
    cells = _cells(column)
    if wanted["type"] == "list":
        # R keeps a lone element bare, a list of ids as numbers, and an empty list as NULL.
        assert list(map(_texts, cells)) == list(map(_texts, wanted["values"])), column.name
        return
    pairs = zip(map(_plain, wanted["values"]), cells, strict=True)
    different = [(row, r, ours) for row, (r, ours) in enumerate(pairs) if not _alike(r, ours)]
    assert not different, f"{column.name}: (row, R's, ours) {different[:3]}"


def _alike(r: Any, ours: Any) -> bool:
    """Compare cells; what is a number in the one and a text in the other may read the same."""
    if r is None or ours is None or type(r) is type(ours):
        return bool(r == ours)
    return str(r) == str(ours)


def _texts(cell: Any) -> list[Any]:
    if cell is None:
        return []
    elements = cell if isinstance(cell, list) else [cell]
    return [x if x is None or isinstance(x, (dict, list)) else str(x) for x in elements]


def _cells(column: Iterable[Any]) -> list[Any]:
    return list(map(_plain, column))


def _plain(cell: Any) -> Any:
    """Write a cell as it stands in the corpus: times as seconds, whole numbers as integers."""
    if isinstance(cell, list):
        return list(map(_plain, cell))
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, datetime):
        return int(cell.timestamp())
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float):
        return None if math.isnan(cell) else int(cell) if cell.is_integer() else cell
    return cell


def _new_spelling(name: str) -> str:
    """Write a name as TikTok has since 2026, and traktok for Python with it."""
    return name.replace("favourites_count", "favorites_count")


# ---------------------------------------------------------------------------------- the requests


def _requests(wanted: list[dict[str, Any]], outcome: Outcome) -> None:
    assert list(map(_comparable, outcome.sent)) == list(map(_comparable, wanted))


def _comparable(request: dict[str, Any]) -> dict[str, Any]:
    fields = sorted(map(_new_spelling, request["fields"]))
    return {"path": request["path"].rstrip("/"), "fields": fields, "body": request["body"]}


def _number_of_requests(wanted: int, outcome: Outcome) -> None:
    assert len(outcome.sent) == wanted


def _fields(wanted: list[str], outcome: Outcome) -> None:
    assert outcome.first["fields"] == wanted


def _in_body(key: str) -> Callable[[Any, Outcome], None]:
    def sent(wanted: str, outcome: Outcome) -> None:
        assert str(outcome.first["body"][key]) == wanted

    return sent


def _waits(wanted: list[float], outcome: Outcome) -> None:
    assert outcome.waits == wanted


def _is_said_elsewhere(wanted: Any, outcome: Outcome) -> None:
    """Stands for what is no expectation: remarks on another one, records of R's print."""


CHECKS: dict[str, Callable[[Any, Outcome], None]] = {
    "raises": _raises,
    "columns": _columns,
    "nrow": _rows,
    "values": _values,
    "attrs": _attrs,
    "skipped": _skipped,
    "body": _query,
    "printed": _printed,
    "requests": _requests,
    "nreq": _number_of_requests,
    "requests_fields": _fields,
    "requests_user": _in_body("username"),
    "requests_video": _in_body("video_id"),
    "requests_playlist": _in_body("playlist_id"),
    "sleeps": _waits,
    "types": _is_said_elsewhere,
    "extra_columns": _is_said_elsewhere,
    "table": _is_said_elsewhere,
    "print_free": _is_said_elsewhere,
    "printed_in_r": _is_said_elsewhere,
}
