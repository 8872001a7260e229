"""The table of assumptions, and the page that is made of it."""

from __future__ import annotations

import importlib
import re

import pandas as pd
import pytest

import traktok
from traktok.sandbox.switches import SWITCHES
from vignettes import assumptions as guide

TABLE = traktok.assumptions()


def test_every_cell_is_filled() -> None:
    assert (TABLE.dtypes == pd.StringDtype()).all()
    assert TABLE.notna().all(axis=None)
    assert (TABLE.apply(lambda column: column.str.strip().str.len()) > 0).all(axis=None)


def test_names_are_unique() -> None:
    assert TABLE["name"].is_unique


def test_confidence_and_subject_are_known_words() -> None:
    assert set(TABLE["confidence"]) <= {"documented", "seen", "reported", "guessed"}
    assert set(TABLE["about"]) == {"Research API", "web", "R", "contested"}


def test_dates_are_dates_or_years() -> None:
    for date in TABLE["date"]:
        assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?|-20\d\d)?", date), date


@pytest.mark.parametrize("module", sorted(set(TABLE["used_in"])))
def test_the_module_that_depends_on_it_is_there(module: str) -> None:
    importlib.import_module(module)


def test_every_switch_of_the_sandbox_is_contested() -> None:
    contested = TABLE[TABLE["about"] == "contested"]
    assert [*contested["name"]] == [*SWITCHES]


def test_the_guide_is_made_from_the_table() -> None:
    is_current = guide.PAGE.read_text("utf-8") == guide.page(TABLE)
    assert is_current, "run python -m vignettes.assumptions"
