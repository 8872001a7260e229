"""Whole analyses in R, translated, run, and held against what the world says R would find."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pandas as pd
import pytest

from traktok import Query, TikTokResults, TraktokWarning, _surroundings, compare
from traktok.from_r.scripts import Translation, translate_file
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.api.records import Video

SCRIPTS = Path(__file__).parents[1] / "r_scripts"
Printed = list[Any]


@pytest.fixture
def run(token: str, folder: Path) -> Iterator[Callable[[Translation], Printed]]:
    """Run a translation in an empty folder, and give what it prints on stdout."""

    def run(translation: Translation) -> Printed:
        printed: Printed = []

        def keep(*values: Any, file: Any = None, end: str = "\n") -> None:
            if file is None:
                printed.extend(values)

        exec(compile(translation.code, "translation", "exec"), {"print": keep})
        return printed

    with _surroundings.override(token=token):
        yield run


def posted(video: Video) -> date:
    return datetime.fromtimestamp(video.create_time, UTC).date()


def known(video: Video, field: str) -> Any:
    """A field as the table has it: None where the archive has lost it."""
    return None if field in video.lost else getattr(video, field)


# ------------------------------------------------------------------------------------ vignette


def test_the_vignette_prints_what_r_prints(
    tiktok: ResearchApi, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", tiktok.client_key)
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)
    translation = translate_file(SCRIPTS / "vignette.R")
    assert translation.todos == ()
    with pytest.warns(TraktokWarning, match="tiktok"):
        printed = run(translation)
    shapes = [value.shape if isinstance(value, TikTokResults) else value for value in printed]
    assert isinstance(shapes.pop(2), Query)
    assert shapes[:-4] == [
        *[(0, 13), (19, 13), (2, 13), (2, 9), (5, 13), (1, 14), (98, 14), (19, 3), (90, 3)],
        *[(1, 7), (2, 7), (96, 7)],
    ]
    assert shapes[-4:] == ["7423432753448096814", 100, "7336340473470063662", 200]


def test_the_vignettes_comments_stay_where_they_stood() -> None:
    code = translate_file(SCRIPTS / "vignette.R").code
    assert "    query()  # start by using query()\n" in code
    assert '        operation="EQ",  # rstats is the only hashtag\n' in code
    assert "        # this part is new\n        start_cursor=attr(search_df" in code
    assert "        ####\n        max_pages=1,\n" in code


# ---------------------------------------------------------------------------------- base R


def months_of_trends(tiktok: ResearchApi) -> list[Video]:
    """What the script collects: two pages a month, the second where the first is full enough."""
    query = {
        "and": [_condition("region_code", "IN", "JP", "US")],
        "or": [
            _condition("hashtag_name", "IN", "trend"),
            _condition("keyword", "IN", "climate", "baking"),
        ],
    }
    found: dict[int, Video] = {}
    for year, month in [(2023, 9), (2023, 10), (2023, 11), (2023, 12), (2024, 1)]:
        start = date(year, month, 1)
        places = tiktok.world.search(query, start, start + timedelta(days=27))
        pages = [[v for v in places[at : at + 100] if not v.hidden] for at in (0, 100)]
        videos = pages[0] + (pages[1] if len(pages[0]) >= 90 else [])
        found |= {video.id: video for video in videos if video.id not in found}
    return list(found.values())


def _condition(field: str, operation: str, *values: str) -> dict[str, Any]:
    return {"field_name": field, "operation": operation, "field_values": list(values)}


def test_an_analysis_in_base_r(tiktok: ResearchApi, run: Any) -> None:
    translation = translate_file(SCRIPTS / "base.R")
    assert translation.todos == ()
    first, top, busiest, *countries, comments, failed = run(translation)

    videos = months_of_trends(tiktok)
    assert first == f"Found {len(videos)} videos by {len({v.username for v in videos})} accounts"
    videos.sort(key=lambda v: (-v.view_count, str(v.id)))
    assert top["author_name"].tolist() == [v.username for v in videos[:5]]
    assert top["engagement"].tolist() == pytest.approx(
        [(v.like_count + v.comment_count) / v.view_count for v in videos[:5]]
    )
    per_month = Counter(f"{posted(v):%Y-%m}" for v in videos)
    month, count = min(per_month.items(), key=lambda pair: (-pair[1], pair[0]))
    assert busiest == f"Most videos in {month}: {count}"
    assert countries == [
        f"{country}: {len(own)} videos, median views {median(own):.1f}"
        for country in ("JP", "US")
        if (own := [v.view_count for v in videos if known(v, "region_code") == country])
    ]
    videos.sort(key=lambda v: (v.comment_count, str(v.id)), reverse=True)
    found = [
        comment
        for video in videos[:20]
        for comment in tiktok.world.comments.get(video.id, ())[:200]
        if not comment.hidden
    ]
    liked = round(100 * fmean(comment.like_count > 0 for comment in found), 1)
    assert comments == f"{len(found)} comments, of which {liked:.7g} % are liked by somebody"
    assert failed == "0 videos failed"


def test_an_analysis_in_base_r_outlives_a_video_that_fails(tiktok: ResearchApi, run: Any) -> None:
    tiktok.fail("daily_quota", endpoint="video/comment/list/", on=2)
    printed = run(translate_file(SCRIPTS / "base.R"))
    assert printed[-1] == "1 videos failed"


# -------------------------------------------------------------------------------- tidyverse


def hashtagged(tiktok: ResearchApi) -> list[Video]:
    found: dict[int, Video] = {}
    for tag in ("travel", "baking", "cats"):
        query = {
            "and": [
                _condition("region_code", "IN", "JP", "US"),
                _condition("hashtag_name", "IN", tag),
            ]
        }
        for video in tiktok.world.search(query, "20231101", "20231129")[:300]:
            if not video.hidden:
                found.setdefault(video.id, video)
    return list(found.values())


def most_frequent(values: Sequence[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))


def test_an_analysis_in_the_tidyverse(tiktok: ResearchApi, run: Any, folder: Path) -> None:
    translation = translate_file(SCRIPTS / "tidyverse.R")
    assert translation.todos == ()
    popular, first_three, by_region, busiest, also, reach = run(translation)

    videos = hashtagged(tiktok)
    seen = [
        v
        for v in sorted(videos, key=lambda v: (-v.view_count, str(v.id)))
        if v.view_count >= 1000
        and posted(v) >= date(2023, 11, 10)
        and known(v, "region_code") is not None
    ]
    assert popular["id"].tolist() == [str(v.id) for v in seen]
    assert popular["day"].tolist() == [posted(v) for v in seen]
    assert first_three.tolist() == [str(v.id) for v in seen[:3]]
    with (folder / "popular.csv").open(newline="", encoding="utf-8") as written:
        assert [row["id"] for row in csv.DictReader(written)] == [str(v.id) for v in seen]

    regions = [*sorted({known(v, "region_code") for v in videos} - {None}), None]
    for row, region in zip(by_region.itertuples(), regions, strict=True):
        own = [v for v in videos if known(v, "region_code") == region]
        likes = [known(v, "like_count") for v in own]
        assert region == (None if pd.isna(row.region_code) else row.region_code)
        assert (row.n, row.authors) == (len(own), len({v.username for v in own}))
        assert row.views == sum(v.view_count for v in own)
        # R's mean() of what holds an NA is NA
        assert pd.isna(row.mean_likes) if None in likes else row.mean_likes == fmean(likes)

    days = most_frequent([posted(v).isoformat() for v in videos])
    assert busiest == f"Busiest day: {days[0][0]} with {days[0][1]} videos"
    others = [
        tag for v in videos for tag in v.hashtag_names if tag not in ("travel", "baking", "cats")
    ]
    assert list(also.itertuples(index=False, name=None)) == most_frequent(others)[:5]

    authors = [name for name, n in most_frequent([v.username for v in videos]) if n >= 3][:4]
    beyond = Counter(
        (
            v.username,
            "beyond" if v.view_count > tiktok.world.users[v.username].follower_count else "within",
        )
        for v in videos
        if v.username in authors
    )
    rows = [(author, how, n) for (author, how), n in sorted(beyond.items())]
    assert list(reach.itertuples(index=False, name=None)) == rows


# --------------------------------------------------------------------------- in the guide

GUIDE = Path(__file__).parents[2] / "vignettes"


def test_the_guide_shows_the_script_that_it_translates() -> None:
    script = (GUIDE / "analysis.R").read_text("utf-8")
    assert f"```r\n{script}```\n" in (GUIDE / "from_r.md").read_text("utf-8")


@pytest.mark.usefixtures("tiktok")
def test_the_guides_script_makes_what_r_has_made(run: Any, folder: Path) -> None:
    translation = translate_file(GUIDE / "analysis.R")
    assert [todo.line for todo in translation.todos] == [29]
    run(translation)
    assert compare(GUIDE / "analysis.rds", folder / "seen.rds").equal


# ------------------------------------------------------------------------------- R Markdown


def test_an_analysis_in_r_markdown(tiktok: ResearchApi, run: Any) -> None:
    translation = translate_file(SCRIPTS / "report.Rmd")
    assert [(todo.line, todo.reason) for todo in translation.todos] == [
        (86, "a chunk in bash, not in R")
    ]
    with pytest.warns(TraktokWarning, match=r"nobody\.at\.all"):
        printed = run(translation)
    names, follows, likes, own_likes, biggest, followers, shown, comments, videos = printed

    world = tiktok.world
    assert names == ["username", "display_name", "following_user"]
    following = {entry.item.username for entry in world.following["jbgruber"]}
    liked = [entry.item for entry in world.liked["jbgruber"] if not entry.item.hidden]
    assert (follows, likes) == (len(following), len(liked))
    expected = most_frequent([v.username for v in liked if v.username in following])
    assert list(own_likes.itertuples(index=False, name=None)) == expected
    asked = {name: world.users[name] for name in ("tiktok", "statisticsglobe", "jbgruber")}
    most = max(asked.values(), key=lambda user: user.follower_count)
    assert biggest == f"The biggest of 3 is {most.username} "
    assert followers == sum(user.follower_count for user in asked.values())
    own = [v for v in reversed(world.videos_of["statisticsglobe"]) if not v.hidden]
    own = [v for v in own if date(2023, 11, 1) <= posted(v) <= date(2023, 11, 29)]
    assert shown["video_id"].tolist() == [str(v.id) for v in own]
    said = [c for v in own for c in world.comments.get(v.id, ())[:100] if not c.hidden]
    assert (comments, videos) == (len(said), len(own))


def test_text_and_labels_of_a_document_are_kept() -> None:
    code = translate_file(SCRIPTS / "report.Rmd").code
    assert '# %% [markdown]\n# ---\n# title: "Who does jbgruber follow?"\n' in code
    assert "# %% own-likes\n# Likes for accounts that he follows\n" in code
    assert "# %% not-run\n# auth_research()\n" in code
    assert "# %%\n# TODO line 86: a chunk in bash, not in R\n#     ls *.rds\n" in code
