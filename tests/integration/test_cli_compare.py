"""`traktok compare`: two tables in, a report out, and diff's exit codes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import traktok
from traktok.cli import app
from traktok.compare import compare
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("folder")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def videos(tiktok: ResearchApi, token: str, folder: Path) -> traktok.TikTokResults:
    """A search, saved by R's format and by Python's, and once more when it had more views."""
    videos = traktok.tt_search_api("rstats", "2023-11-01", "2023-11-29", token=token)
    videos.save("left.rds")
    videos.save("right.parquet")
    more = videos.assign(view_count=videos["view_count"] * 100 // 98 + 1)
    more.save("later.parquet")
    videos.iloc[1:].save("fewer.csv")
    tiktok.requests.clear()
    return videos


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["left.rds", "right.parquet"], 0),
        (["left.rds", "later.parquet"], 1),
        (["left.rds", "later.parquet", "--tolerance", "0.99"], 0),
        (["left.rds", "fewer.csv"], 1),
        (["left.rds", "right.parquet", "--on", "video_id,author_name"], 0),
    ],
)
@pytest.mark.usefixtures("videos")
def test_it_ends_as_diff_does(arguments: list[str], code: int, tiktok: ResearchApi) -> None:
    result = run("compare", *arguments)
    assert (result.exit_code, result.stderr) == (code, "")
    left, right = arguments[:2]
    assert result.stdout.startswith(f"{left} and {right} {'differ' if code else 'are equal'}, ")
    quiet = run("compare", *arguments, "--quiet")
    assert (quiet.exit_code, quiet.output) == (code, "")
    assert tiktok.requests == []


@pytest.mark.usefixtures("videos")
def test_it_writes_the_report_the_table_and_the_page() -> None:
    expected = compare("left.rds", "fewer.csv")
    result = run("compare", "left.rds", "fewer.csv", "-o", "columns.csv", "--html", "page.html")
    assert (result.exit_code, result.stdout) == (1, f"{expected}\n")
    columns = pd.read_csv("columns.csv", index_col="column")
    assert columns["compared"].tolist() == expected.to_frame()["compared"].tolist()
    assert Path("page.html").read_text("utf-8") == expected.to_html()
    piped = run("compare", "left.rds", "fewer.csv", "-o", "-")
    assert piped.stdout == Path("columns.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["left.rds", "none.rds"], "none.rds: No such file"),
        (["left.rds", "diary.rds"], "diary.rds"),
        (["left.rds", "right.parquet", "--on", "nothing"], "no column 'nothing'"),
        (["left.rds", "right.parquet", "--tolerance", "5"], "tolerance must be between 0 and 1"),
        (["left.rds", "right.parquet", "-o", "fewer.csv"], "--overwrite"),
        (["left.rds", "right.parquet", "--html", "fewer.csv"], "--overwrite"),
        (["left.rds"], "RIGHT"),
    ],
)
@pytest.mark.usefixtures("videos")
def test_trouble_ends_with_2(arguments: list[str], sentence: str) -> None:
    Path("diary.rds").write_text("dear diary")
    before = Path("fewer.csv").read_text()
    result = run("compare", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert sentence in last
    assert "Errno" not in last
    assert Path("fewer.csv").read_text() == before


def test_the_help_tells_the_exit_codes() -> None:
    told = " ".join(run("compare", "--help").stdout.split())
    assert "0 when they are equal, 1 when they differ, 2 on an error" in told
