"""A study's report, one page that stands alone, and its plot."""

from __future__ import annotations

import html
import math
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.integration.collect.conftest import Clock, Studies
from traktok import TraktokWarning, query, query_and
from traktok.collect import Collection
from traktok.sandbox.api import ResearchApi

QUARTER = ("2023-10-01", "2023-12-29")  # three windows
FIELDS = "id,create_time,username,region_code,hashtag_names,video_duration,voice_to_text"

pytestmark = pytest.mark.usefixtures("credentials")


class _Page(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    _VOID = frozenset({"meta", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _report(study: Collection, folder: Path) -> str:
    path = study.report(folder / "report.html")
    text = path.read_text("utf-8")
    _Page(text)
    return text


def _section(page: str, heading: str) -> str:
    (found,) = re.findall(rf"<section>\n<h2>{heading}</h2>(.*?)</section>", page, re.DOTALL)
    return str(found)


def _rows(section: str) -> list[list[str]]:
    """The texts of a section's table, row by row, numbers without commas."""
    return [
        [_cell(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall("<tr>.*?</tr>", section)
    ]


def _cell(cell: str) -> str:
    text = html.unescape(re.sub("<.*?>", "", cell))
    return text.replace(",", "") if re.fullmatch(r"[\d,]+", text) else text


def test_a_report_shows_what_the_tables_hold(
    study: Studies, store: Path | str, tmp_path: Path
) -> None:
    collection = study(store, *QUARTER, fields=FIELDS)
    page, videos = _report(collection, tmp_path), collection.videos()
    assert f"{len(videos):,}</dd>" in page
    _, *months = _rows(_section(page, "Videos a day"))
    counted = videos["create_time"].dt.strftime("%Y-%m").value_counts()
    assert {month: int(number) for month, number, *_ in months} == counted.to_dict()
    days = videos["create_time"].dt.floor("D").nunique()
    assert 90 - days == sum(int(none) for *_, none, _ in months)
    assert {gaps for *_, gaps in months} == {"0"}
    _, *regions = _rows(_section(page, "Regions"))
    found = videos["region_code"].value_counts()
    assert len(found) > 5
    top = {name: int(number) for name, number, *_ in regions if "others" not in name}
    assert top == {name: found[name] for name in top}
    assert sum(int(number) for _, number, *_ in regions) == found.sum()
    _, *tags = _rows(_section(page, "Most frequent hashtags"))
    each = videos["hashtag_names"].map(set).explode().value_counts()
    assert {name: int(number) for name, number, *_ in tags} == {
        name: each[name] for name, *_ in tags
    }
    assert int(tags[0][1]) == each.max()
    _, *lengths = _rows(_section(page, "Lengths"))
    assert sum(int(number) for _, number, *_ in lengths) == videos["video_duration"].count()
    short = int((videos["video_duration"] < 15).sum())
    assert short == sum(int(n) for name, n, *_ in lengths if name.startswith("SHORT"))
    _, *missing = _rows(_section(page, "Missing in each field"))
    assert {name: int(number) for name, number, *_ in missing}["voice_to_text"] == (
        videos["voice_to_text"].isna().sum()
    )
    assert "view_count" not in {name for name, *_ in missing}  # it was not asked for
    _, *requests = _rows(_section(page, "Requests by day and status"))
    assert sum(int(row[-1]) for row in requests) == collection.requests_sent


def test_what_was_counted_and_not_shown_is_what_tiktok_hid(
    study: Studies, store: Path | str, tiktok: ResearchApi, tmp_path: Path
) -> None:
    tiktok.fail("http_500", on=2)
    collection = study(store, *QUARTER, fields=FIELDS)
    page = _report(collection, tmp_path)
    matches = tiktok.world.search(study.query.to_dict(), "20231001", "20231229")
    hidden = len(matches) - len(collection.videos())
    assert hidden > 0
    _, (_, counted), (_, shown), (_, share) = _rows(_section(page, "Counted and not shown"))
    assert int(counted) == len(matches)
    assert int(shown) == len(collection.videos())
    assert share == f"{hidden / len(matches):.1%}"
    assert f"did not show {share} of them" in _section(page, "Methods")
    assert ", of which 1 failed." in _section(page, "Methods")


def test_windows_show_their_state(
    study: Studies, store: Path | str, tiktok: ResearchApi, tmp_path: Path
) -> None:
    planned = study(store, *QUARTER, window_days=5, start=False)
    tiktok.fail("http_504_html", times=math.inf, where={"start_date": "20231001"})
    with pytest.warns(TraktokWarning, match="1 window kept failing, now set aside"):
        planned.resume(workers=1)
    _check_coverage(planned, {"done", "set aside"}, tmp_path)
    with pytest.warns(TraktokWarning, match="Not complete"):
        planned.resume(workers=1, retry=True, max_requests=1)
    _check_coverage(planned, {"done", "open"}, tmp_path)


def _check_coverage(planned: Collection, present: set[str], tmp_path: Path) -> None:
    states = planned.states()
    assert {state for state, number in states.items() if number} == present | {"halved"}
    page = _report(planned, tmp_path)
    coverage = _section(page, "Coverage")
    for state in ("done", "open", "set aside"):
        marks = re.findall(f'<rect class="{state.replace(" ", "-")}"', coverage)
        assert len(marks) == states[state]
    assert f"{states['halved']} window" in coverage
    widths = [int(days) for days in re.findall(r'width="(\d+)"', coverage)]
    assert sum(widths) == 90
    _, *listed = _rows(_section(page, "Windows"))
    assert len(listed) == sum(states.values()) - states["halved"]
    assert all("504" in row[-1] for row in listed if row[2] == "set aside")


@pytest.mark.filterwarnings("ignore:Not complete until:UserWarning")
def test_young_windows_show_as_such(
    study: Studies,
    store: Path | str,
    november: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collection = study(store, "2023-10-01", "2023-11-01")
    assert collection.states()["young"]
    coverage = _section(_report(collection, tmp_path), "Coverage")
    marks = re.findall('<rect class="young"', coverage)
    assert len(marks) == collection.states()["young"]
    assert f"{len(marks)} young, searched before TikTok showed all" in coverage
    monkeypatch.setenv("MPLBACKEND", "Agg")
    figure = collection.plot()
    assert "young" in [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    from matplotlib import pyplot

    pyplot.close(figure)


def test_a_report_of_a_study_that_has_not_begun(
    study: Studies, store: Path | str, tmp_path: Path
) -> None:
    page = _report(study(store, *QUARTER, start=False), tmp_path)
    assert "0 of 3</dd>" in page
    assert "No request was sent yet." in page
    assert "<h2>Counted and not shown</h2>" not in page
    assert 'class="gap"' in page
    _, *months = _rows(_section(page, "Videos a day"))
    assert [row[1:] for row in months] == [["0", "0", days] for days in ("31", "30", "29")]


def test_refreshes_and_what_belongs_to_the_videos_are_in_a_report(
    study: Studies, sqlite_store: Path, tmp_path: Path, tiktok: ResearchApi
) -> None:
    collection = study(sqlite_store, "2023-11-01", "2023-11-05")
    gone = collection.videos()["video_id"].iloc[0]
    collection.collect_comments(gone)
    tiktok.service.gone.add(int(gone))
    collection.refresh(every=0)
    page = _report(collection, tmp_path)
    _, first, *_ = _rows(_section(page, "Refreshes and removals"))
    assert first[1] == "videos"
    assert first[3:] == ["1", "deleted"]
    assert "found 1 video no longer public (deleted)" in _section(page, "Methods")
    assert "<dt>comments</dt>" in page


def test_no_text_of_a_study_becomes_a_part_of_the_page(
    study: Studies, sqlite_store: Path, tmp_path: Path
) -> None:
    nasty = '<script>alert("x")</script>&\u202e'
    hostile = query() | query_and("hashtag_name", "IN", [nasty])
    collection = study(sqlite_store, *QUARTER, query=hostile, start=False)
    page = _report(collection, tmp_path)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    with collection._store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO videos (video_id, region_code, hashtag_names, raw, first_seen, last_seen)"
            " VALUES ('1', '<b>', '[\"</td><img src=x>\", \"\\ud83d\"]', '{}', 0, 0)"
        )
    page = _report(collection, tmp_path)
    assert "<img" not in page
    assert "&lt;/td&gt;&lt;img src=x&gt;" in page
    assert "\\ud83d" in page


def test_a_report_stands_alone(study: Studies, sqlite_store: Path, tmp_path: Path) -> None:
    page = _report(study(sqlite_store, *QUARTER), tmp_path)
    tags = _Page(page).tags
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in tags}
    assert not [attrs for _, attrs in tags if attrs.keys() & {"src", "href", "srcset"}]
    assert "url(" not in page
    assert "@import" not in page
    (policy,) = [attrs["content"] for _, attrs in tags if attrs.get("http-equiv")]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    pictures = [attrs for tag, attrs in tags if tag == "svg"]
    assert len(pictures) == 2
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in pictures)


@pytest.mark.parametrize(("to", "days"), [("2024-10-01", 1), ("2024-12-31", 7), ("2036-01-01", 28)])
def test_a_bar_stands_for_as_many_days_as_fit(
    study: Studies,
    sqlite_store: Path,
    tmp_path: Path,
    to: str,
    days: int,
    at: Callable[[float], None],
) -> None:
    at(2_500_000_000.0)
    collection = study(sqlite_store, "2023-11-01", to, start=False)
    with collection._store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO videos (video_id, create_time, raw, first_seen, last_seen)"
            " VALUES ('1', 1698800000, '{}', 0, 0)"  # 2023-11-01
        )
    (bar,) = re.findall(r'<rect class="bar" x="0" width="(\d+)"', _report(collection, tmp_path))
    assert int(bar) == days


def test_a_plot_draws_all_days_and_windows(
    study: Studies, sqlite_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    collection = study(sqlite_store, *QUARTER)
    figure = collection.plot()
    above, below = figure.axes
    assert sum(bar.get_height() for bar in above.patches) == len(collection.videos())
    assert len(above.patches) == 90
    assert [bar.get_width() for bar in below.patches] == [30, 30, 30]
    figure.savefig(sqlite_store.with_suffix(".png"))
    from matplotlib import pyplot

    pyplot.close(figure)


def test_a_plot_needs_matplotlib(
    study: Studies, sqlite_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = study(sqlite_store, *QUARTER, start=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'pip install "traktok\[plot\]"'):
        collection.plot()


def test_a_report_says_how_late_windows_were_searched(
    study: Studies, store: Path | str, tmp_path: Path, november: Clock
) -> None:
    collection = study(store, "2023-10-01", "2023-10-31", start=False, window_days=15)
    assert (
        "were searched" not in _section(_report(collection, tmp_path), "Methods").split("with")[1]
    )
    with pytest.warns(TraktokWarning, match="Not complete until"):
        collection.extend("today", lag=1)
    page = _report(collection, tmp_path)
    heads, *rows = _rows(_section(page, "Windows"))
    assert heads[3] == "Searched, days after"
    assert [row[3] for row in rows] == ["17", "2", "1"]
    methods = _section(page, "Methods")
    assert (
        "The windows were searched 1 to 17 days after their last day, 2 of them before TikTok "
        "showed all of their videos." in methods
    )
    assert "The study follows the calendar: days that pass are added to it." in methods
