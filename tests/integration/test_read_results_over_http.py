"""Read back what calls, collections and R have stored."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import tables
from tests.unit.test_read_results import (
    FORMATS,
    IDENTICAL,
    KEEPS_ATTRS,
    R_FILES,
    assert_same,
    there_and_back,
    with_empty_texts_missing,
)
from traktok import (
    TikTokResults,
    tt_search_api,
)
from traktok.collect import tt_collect
from traktok.reading import read_results
from traktok.sandbox.api import ResearchApi

CALLS: dict[str, Callable[[], TikTokResults]] = {
    "empty search": lambda: tt_search_api("zzzz", "2023-11-01", "2023-11-29"),
    **tables.FUNCTIONS,
}


@pytest.fixture
def authenticated(tiktok: ResearchApi, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from traktok import auth_research

    auth_research(tiktok.client_key, tiktok.client_secret)


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("call", CALLS)
def test_what_a_call_returned_is_read_back_equal(
    call: str, format: str, authenticated: None, tmp_path: Path
) -> None:
    table = CALLS[call]()
    again = there_and_back(table, format, tmp_path)
    if format == "jsonl" and not len(table):
        assert list(again.columns) == []
        return
    if format == "csv":
        table = with_empty_texts_missing(table)
    assert_same(again, table)
    assert again.attrs == (table.attrs if format in KEEPS_ATTRS else {})


R_SCRIPT = """
args <- commandArgs(TRUE)
same <- function(a, b) stopifnot(identical(readRDS(a), readRDS(b)))
same(args[1], args[2])
load(args[3])
stopifnot(identical(results, readRDS(args[2])))
"""


@pytest.mark.r
@pytest.mark.parametrize("name", IDENTICAL)
def test_r_reads_back_the_identical_tibble(name: str, tmp_path: Path) -> None:
    theirs = R_FILES / f"{name}.rds"
    table = read_results(theirs)
    ours, workspace = table.save(tmp_path / "ours.rds"), table.save(tmp_path / "ours.RData")
    script = tmp_path / "same.R"
    script.write_text(R_SCRIPT)
    subprocess.run(["Rscript", str(script), ours, theirs, workspace], check=True)


def test_a_collection_is_read_as_its_videos(authenticated: None, tmp_path: Path) -> None:
    into = tmp_path / "study.sqlite"
    with tt_collect("rstats", since="2023-11-01", to="2023-11-29", into=into) as collection:
        expected = collection.videos()
    assert len(expected) > 0
    assert_same(read_results(into), expected)


def test_importing_traktok_imports_nothing_that_reading_needs() -> None:
    code = (
        "import sys, traktok\n"
        "print([name for name in ('rdata', 'sqlalchemy', 'yaml') if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout == "[]\n"
