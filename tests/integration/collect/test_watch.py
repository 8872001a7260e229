"""Watch lists: who is new is collected from the beginning, who is known goes on."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.integration.collect.conftest import Clock, Studies
from traktok import TraktokWarning, WatchList, query, query_and
from traktok.collect import Collection
from traktok.errors import StoreError
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

TOO_YOUNG = pytest.mark.filterwarnings("ignore:Not complete until:UserWarning")


@pytest.fixture
def authors(tiktok: ResearchApi, everything: Any) -> list[str]:
    """Users of the sandbox, those with the most videos of November first."""
    videos = tiktok.world.visible(everything.to_dict(), "20231030", "20231130")
    return [name for name, _ in Counter(video.username for video in videos).most_common()]


def searched_names(tiktok: ResearchApi) -> list[tuple[str, str, list[str]]]:
    """The days and names of every search, in order."""
    return [
        (body["start_date"], body["end_date"], body["query"]["and"][0]["field_values"])
        for body in (sent.body for sent in tiktok.requests if sent.endpoint == "video/query/")
    ]


def posted_by(tiktok: ResearchApi, names: list[str], since: str, to: str) -> set[str]:
    asked = query() | query_and("username", "IN", names)
    days = since.replace("-", ""), to.replace("-", "")
    return {str(video.id) for video in tiktok.world.visible(asked.to_dict(), *days)}


def ids(collection: Collection) -> set[str]:
    videos = collection.videos()["video_id"]
    assert videos.is_unique
    return set(videos)


def test_who_is_new_is_collected_from_the_beginning(
    study: Studies, store: Path | str, tiktok: ResearchApi, authors: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text(f"# the first two\n{authors[0]}\n\n@{authors[1]}\n", encoding="utf-8")
    span = {"since": "2023-10-30", "to": "2023-11-12", "window_days": 7}
    collection = study(store, query=WatchList(file), **span)
    assert ids(collection) == posted_by(tiktok, authors[:2], "2023-10-30", "2023-11-12")
    assert "found_by" not in collection.videos()

    before = len(searched_names(tiktok))
    assert collection.resume(workers=1).complete
    assert len(searched_names(tiktok)) == before

    with file.open("a", encoding="utf-8") as lines:
        lines.write(f"https://www.tiktok.com/@{authors[2]}\n")
    collection.resume(workers=1)
    assert searched_names(tiktok)[before:] == [
        ("20231030", "20231105", [authors[2]]),
        ("20231106", "20231112", [authors[2]]),
    ]
    assert ids(collection) == posted_by(tiktok, authors[:3], "2023-10-30", "2023-11-12")

    before = len(searched_names(tiktok))
    collection.extend("2023-11-15", workers=1)
    assert searched_names(tiktok)[before:] == [("20231113", "20231115", authors[:3])]
    assert ids(collection) == posted_by(tiktok, authors[:3], "2023-10-30", "2023-11-15")
    assert collection.complete


@TOO_YOUNG
def test_a_list_grows_while_a_study_follows(
    study: Studies,
    sqlite_store: Path,
    november: Clock,
    tiktok: ResearchApi,
    authors: list[str],
    tmp_path: Path,
) -> None:
    file = tmp_path / "accounts.csv"

    def write(number: int) -> None:
        pd.DataFrame({"party": "x", "username": authors[:number]}).to_csv(file, index=False)

    write(2)
    collection = study(sqlite_store, "2023-10-25", "2023-10-28", query=WatchList(file))
    before = len(searched_names(tiktok))
    for day in range(8):
        november.sleep(86_400)
        write(2 + day // 2)
        collection.extend("today", lag=3, workers=1)
    last = date(2023, 11, 6)
    assert ids(collection) == posted_by(tiktok, authors[:5], "2023-10-25", str(last))
    sent = dict.fromkeys(
        (first, tuple(names)) for first, _, names in searched_names(tiktok)[before:]
    )
    days = [date(2023, 10, 29), *(last - timedelta(days=n) for n in reversed(range(7)))]
    assert [first for first, names in sent if len(names) > 1] == [f"{day:%Y%m%d}" for day in days]
    assert [names for _, names in sent if len(names) == 1] == [(name,) for name in authors[2:5]]


def test_a_table_is_given_again(
    study: Studies, store: Path | str, tiktok: ResearchApi, authors: list[str]
) -> None:
    span = "2023-11-01", "2023-11-05"
    cats = query() | query_and("hashtag_name", "IN", "cats")

    def accounts(number: int) -> WatchList:
        return WatchList(pd.DataFrame({"author_name": authors[:number]}))

    collection = study(store, *span, query={"accounts": accounts(2), "cats": cats})
    collection.add("accounts", accounts(3), workers=1)
    before = len(searched_names(tiktok))
    collection = study(store, *span, query={"cats": cats, "accounts": accounts(4)})
    assert [names for _, _, names in searched_names(tiktok)[before:]] == [[authors[3]]]
    found = set(collection.videos(query="accounts")["video_id"])
    assert found == posted_by(tiktok, authors[:4], *span)
    assert collection.add("accounts", accounts(1), workers=1).complete  # nobody leaves
    assert set(collection.videos(query="accounts")["video_id"]) == found
    assert "Query accounts, of a watch list, which may grow:" in collection.description
    assert all(name in collection.description for name in authors[:4])
    with pytest.raises(ValueError, match="'accounts' is another query in this study"):
        collection.add("accounts", WatchList(["cats"], "hashtag_name"))
    with pytest.raises(StoreError, match="another query 'accounts'"):
        study(store, *span, query={"cats": cats, "accounts": "#dogs"})


def test_a_list_becomes_one_of_several_queries(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, authors: list[str]
) -> None:
    span = "2023-11-01", "2023-11-05"
    collection = study(sqlite_store, *span, query=WatchList(authors[:2]))
    collection.add("cats", "#cats", workers=1)
    collection = study(sqlite_store, *span, query=WatchList(authors[:3]))
    found = set(collection.videos(query="first")["video_id"])
    assert found == posted_by(tiktok, authors[:3], *span)


def test_another_list_is_not_taken_for_the_one_without_a_name(
    study: Studies, sqlite_store: Path, authors: list[str], tmp_path: Path
) -> None:
    files = [tmp_path / "one.txt", tmp_path / "other.txt"]
    for file, name in zip(files, authors, strict=False):
        file.write_text(name, encoding="utf-8")
    collection = study(sqlite_store, "2023-11-01", "2023-11-02", query=WatchList(files[0]))
    collection.add("other", WatchList(files[1]), workers=1)
    assert collection.status()["query"].tolist() == ["first", "other"]
    with pytest.raises(ValueError, match="'first' and 'one' are the same query"):
        collection.add("one", WatchList(files[0]))
    single = study(tmp_path / "b.db", "2023-11-01", "2023-11-02", query=WatchList(files[0]))
    single.add("one", WatchList(files[0]), start=False)
    assert single.add("other", WatchList(files[1]), start=False).status()["query"].tolist() == [
        "one",
        "other",
    ]


def test_many_names_are_searched_in_parts(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, authors: list[str]
) -> None:
    span = "2023-11-01", "2023-11-02"
    invented = [f"nobody{number}" for number in range(150)]
    collection = study(sqlite_store, *span, query=WatchList([*invented, authors[0]]))
    assert [len(names) for _, _, names in searched_names(tiktok)] == [100, 51]
    collection.add("first", WatchList([*invented, *authors[:60]]), workers=1)
    collection.extend("2023-11-03", workers=1)
    new = searched_names(tiktok)[2:]
    assert [(first, len(names)) for first, _, names in new] == [
        ("20231101", 59),
        ("20231103", 100),
        ("20231103", 100),
        ("20231103", 10),
    ]
    assert ids(collection) == posted_by(tiktok, authors[:60], "2023-11-01", "2023-11-03")


def test_hashtags_are_watched(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, tmp_path: Path
) -> None:
    file = tmp_path / "tags.txt"
    file.write_text("#cats\n rstats \n", encoding="utf-8-sig")
    collection = study(
        sqlite_store, "2023-11-01", "2023-11-03", query=WatchList(file, "hashtag_name")
    )
    asked = query() | query_and("hashtag_name", "IN", ["cats", "rstats"])
    seen = tiktok.world.visible(asked.to_dict(), "20231101", "20231103")
    assert ids(collection) == {str(video.id) for video in seen}


@pytest.mark.parametrize("content", [None, "two words\n", b"\xff\xfe"])
def test_a_list_that_can_not_be_read_does_not_stop_a_study(
    content: Any,
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    authors: list[str],
    tmp_path: Path,
) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text(authors[0], encoding="utf-8")
    collection = study(sqlite_store, "2023-11-01", "2023-11-02", query=WatchList(file))
    file.unlink()
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.warns(TraktokWarning, match=r"accounts.txt can't be used now .* with the 1 name "):
        collection.extend("2023-11-03", workers=1)
    assert ids(collection) == posted_by(tiktok, authors[:1], "2023-11-01", "2023-11-03")


@pytest.mark.parametrize(
    ("text", "named", "how", "names"),
    [
        ("a\nb\na\n\n # c\n", "l.txt", {}, ("a", "b")),
        ("x,username\n1,a\n2,b\n3,\n", "l.csv", {}, ("a", "b")),
        ("x;who\n1;007\n2;b\n", "l.csv", {"column": "who"}, ("007", "b")),
        ("who\twhere\na\tx\n", "l.tsv", {"column": "who"}, ("a",)),
        ("who,where\na,x\n", "l.txt", {"column": "who"}, ("a",)),
        ('x,hashtag\n1,"#a"\n2,b\n', "l.csv", {"field": "hashtag_name"}, ("a", "b")),
    ],
)
def test_the_names_in_a_file(
    text: str, named: str, how: dict[str, str], names: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / named
    file.write_text(text, encoding="utf-8")
    watched = WatchList(file, **how)
    assert watched.names == names
    assert WatchList(str(file), **how).path == file
    assert str(file) in repr(watched)


@pytest.mark.parametrize(
    ("source", "how", "said"),
    [
        ("none.txt", {}, "source: can't read .*none.txt: No such file"),
        ("header.csv", {}, "has no column 'username' or 'author_name' .*its columns are a, b"),
        ("header.csv", {"column": "c"}, "has no column 'c'"),
        ("empty.txt", {}, "source holds no names"),
        ([], {}, "source holds no names"),
        (["a b"], {}, "'a b' is not a valid username"),
        (["a b"], {"field": "hashtag_name"}, "'a b' is not a valid hashtag"),
        (["#"], {"field": "hashtag_name"}, "'#' is not a valid hashtag"),
        ([None], {"field": "hashtag_name"}, "None is not a valid hashtag"),
        (
            ["a"],
            {"field": "music_id"},
            "field must be 'username' or 'hashtag_name', not 'music_id'",
        ),
        (["a"], {"column": 1}, "column must be the name of a column, not 1"),
        (3.5, {}, "must be a"),
        (pd.DataFrame({"a": ["b"]}), {}, "the table has no column"),
    ],
)
def test_what_can_not_be_a_list(
    source: Any, how: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("header.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    Path("empty.txt").write_text("\n", encoding="utf-8")
    with pytest.raises((ValueError, TypeError), match=said):
        WatchList(source, **how)
