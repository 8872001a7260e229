"""Pieces of R, translated and run, beside what R printed for them (``r_recorded/values.R``)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import traktok
from traktok import TikTokResults, read_results
from traktok.from_r import translate

R = Path(__file__).parents[1] / "r_recorded"
VIDEOS = 'v <- tt_search_api("x")\n'
RECORDED = json.loads((R / "values.json").read_text("utf-8"))


def plain(value: Any) -> Any:
    """What a value holds, without the types that Python alone has."""
    if isinstance(value, pd.DataFrame):
        return {"columns": {name: plain(list(value[name])) for name in value.columns}}
    if isinstance(value, pd.Series) and pd.api.types.is_integer_dtype(value.index):
        return plain(list(value))
    if isinstance(value, (Mapping, pd.Series)):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, range, np.ndarray)):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return None if value is pd.NaT else value.timestamp()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (float, np.floating)) and math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    if value is None or pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def same(ours: Any, theirs: Any) -> bool:
    """Tell whether values are the same, where R has a vector of one for a single value."""
    ours, theirs = (_alone(value) for value in (ours, theirs))
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return list(ours) == list(theirs) and same([*ours.values()], [*theirs.values()])
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-12)
    return bool(ours == theirs)


def _alone(value: Any) -> Any:
    """A vector of one as its element, named or not; nothing as nothing."""
    while isinstance(value, (list, dict)) and len(value) == 1:
        value = next(iter(value.values() if isinstance(value, dict) else value))
    return [] if isinstance(value, (list, dict)) and not value else value


def test_every_piece_is_recorded() -> None:
    pieces = (R / "values.R").read_text("utf-8").strip().split("\n\n")
    assert [r["code"] for r in RECORDED] == [p for p in pieces if not p.startswith("#")]
    assert {r["code"] for r in RECORDED} >= OTHERWISE_BEFORE_PANDAS_3


# Pieces with a 0 / 0 of two counts, or with what a group without a spread is compared to.
OTHERWISE_BEFORE_PANDAS_3 = {
    "is.na(v$like_count / v$view_count)",
    "mean(v$like_count / v$view_count, na.rm = TRUE)",
    "v |> mutate(ratio = like_count / view_count) |> summarise(m = mean(ratio, na.rm = TRUE))",
    "v |> mutate(ratio = like_count / view_count) |> arrange(desc(ratio)) |> pull(video_id)",
    "v$ratio <- v$like_count / v$view_count\nv[order(-v$ratio), ]$video_id\n"
    "mean(v$ratio, na.rm = TRUE)\nsum(is.na(v$ratio))",
    "v |> group_by(author_name) |> summarise(s = sd(share_count)) |> filter(s != 5) |> nrow()",
}


DIFFERS = pytest.mark.xfail(
    pd.__version__ < "3", reason="before pandas 3, a NaN among counts is not missing"
)


def piece(recorded: dict[str, Any]) -> Any:
    marks = [DIFFERS] if recorded["code"] in OTHERWISE_BEFORE_PANDAS_3 else []
    return pytest.param(recorded, id=recorded["code"], marks=marks)


@cache
def videos() -> TikTokResults:
    """Return the recorded videos; pieces change copies of them."""
    return read_results(R / "values.rds")


def printed_by(code: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[Any]]:
    """Translate a piece and run it on the recorded videos: the Python, and what it prints."""
    monkeypatch.setattr(traktok, "tt_search_api", lambda _: videos().copy())
    printed: list[Any] = []

    def keep(*values: Any, file: Any = None, end: str = "\n") -> None:
        if file is None:
            printed.extend(v.removesuffix("\n") if isinstance(v, str) else v for v in values)

    translation = translate(VIDEOS + code)
    assert translation.todos == ()
    exec(compile(translation.code, "translation", "exec"), {"print": keep})
    return translation.code, plain(printed)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("recorded", [piece(recorded) for recorded in RECORDED])
def test_a_piece_prints_what_r_prints(
    recorded: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, printed = printed_by(recorded["code"], monkeypatch)
    assert same(printed, recorded["prints"]), (code, printed)


@pytest.mark.parametrize(
    "verb",
    [
        "mutate(m = mean(share_count){by})",
        "filter(share_count == max(share_count){by})",
        "mutate(place = row_number(), n = n(){by})",
    ],
)
def test_by_groups_for_one_verb(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by = verb.format(by=", .by = region_code")
    grouped = f"group_by(region_code) |> {verb.format(by='')} |> ungroup()"
    _, ours = printed_by(f"v |> {by} |> mutate(k = n())", monkeypatch)
    assert ours == printed_by(f"v |> {grouped} |> mutate(k = n())", monkeypatch)[1]


# What R gives for `list(list("a", "b"), NULL, list())`, which is how it has lists left out.
OF_LISTS = {
    "sapply(w$hashtag_names, length)": [2, 0, 0],
    "lengths(w$hashtag_names)": [2, 0, 0],
    'map_chr(w$hashtag_names, ~ paste(.x, collapse = "+"))': ["a+b", "", ""],
    'sapply(w$hashtag_names, function(h) "a" %in% h)': [True, False, False],
    "w |> mutate(n = map_int(hashtag_names, length)) |> pull(n)": [2, 0, 0],
    'w |> filter(map_lgl(hashtag_names, ~ "a" %in% .x)) |> nrow()': 1,
    "unlist(w$hashtag_names)": ["a", "b"],
    "w |> unnest(hashtag_names) |> pull(hashtag_names)": ["a", "b"],
}


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
@pytest.mark.parametrize(("r", "found"), OF_LISTS.items())
def test_a_list_that_is_missing_is_empty(
    r: str, found: Any, missing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = pd.Series([["a", "b"], missing, []], dtype="object")
    table = pd.DataFrame({"id": ["1", "2", "3"], "hashtag_names": cells})
    monkeypatch.setattr(traktok, "read_results", lambda _: table)
    printed: list[Any] = []
    scope = {"print": printed.append}
    exec(translate(f'w <- readRDS("w.rds")\n{r}').code, scope)
    assert plain(printed) == [found]


def test_where_the_field_was_asked_for_no_list_is_missing() -> None:
    counted = "sapply(v$hashtag_names, length)"
    assert "isinstance" not in translate(f"{VIDEOS}{counted}").code
    fewer = 'v <- tt_search_api("x", fields = "id")\n'
    assert "isinstance" in translate(f"{fewer}{counted}").code


def test_a_table_of_two_columns_counts_as_r_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """R's ``as.data.frame.matrix(table(v$author_name, v$region_code))``."""
    code, printed = printed_by("table(v$author_name, v$region_code)", monkeypatch)
    assert "# R also lists values that occur only where the other column is missing" in code
    assert printed == [{"columns": {"DE": [0, 1, 0, 0], "JP": [1, 0, 0, 1], "US": [0, 0, 2, 0]}}]
