"""Cassettes of R's vcr play here, and those recorded here for R are in its form."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from traktok import (
    TikTokResults,
    TraktokError,
    tt_comments_api,
    tt_search_api,
)
from traktok.reading import read_results
from traktok.replay import replay

R_FILES = Path(__file__).parents[1] / "r_files"
SEARCH = R_FILES / "cassettes" / "search_yaml.yml"
COMMENTS = R_FILES / "cassettes" / "comments_json.json"


def search(max_pages: int = 3) -> TikTokResults:
    return tt_search_api("x", "2023-01-01", "2023-01-15", max_pages=max_pages)


def comments() -> TikTokResults:
    return tt_comments_api("7106594312292453675")


# ---------------------------------------------------------------------------------------- replaying


def test_a_recording_of_r_makes_rs_table_here() -> None:
    with replay(SEARCH):
        first_pages = search(max_pages=2)
    theirs = read_results(R_FILES / "search.rds")
    for name in ("effect_ids", "hashtag_names"):  # a list that TikTok left out is NULL in R
        theirs[name] = theirs[name].map(lambda cell: [] if cell is None else cell)
    assert first_pages.equals(theirs)
    assert first_pages.search_id == theirs.search_id
    with replay(COMMENTS, all_played=True):
        assert comments().equals(read_results(R_FILES / "comments.rds"))


def test_all_pages_are_played() -> None:
    with replay(SEARCH, all_played=True):
        assert len(search()) == 250


def as_version_1(document: dict[str, Any]) -> None:
    """Write a cassette of version 2 as version 1 does."""
    for one in document["http_interactions"]:
        one["request"]["body"]["encoding"] = ""
        one["request"]["headers"] = {"Accept": "application/json"}
        response = one["response"]
        response["status"] = {
            "status_code": response["status"],
            "category": "Success",
            "reason": "OK",
            "message": "Success: (200) OK",
        }
        response["headers"]["status"] = "HTTP/1.1 200 OK"
        response["body"] |= {"encoding": "UTF-8", "file": False}
        one["recorded_at"] = f"{one['recorded_at']} GMT"
    document["recorded_with"] = "vcr/1.2.0, webmockr/0.8.2"


def in_base64(document: dict[str, Any]) -> None:
    for one in document["http_interactions"]:
        body = one["response"]["body"]
        body["base64_string"] = in_lines(base64.b64encode(body.pop("string").encode()).decode())


def zipped(document: dict[str, Any]) -> None:
    for one in document["http_interactions"]:
        body = one["response"]["body"]
        packed = gzip.compress(body.pop("string").encode())
        body["raw_gzip"] = base64.b64encode(packed).decode()


def in_lines(text: str) -> str:
    return "\n".join(text[start : start + 80] for start in range(0, len(text), 80))


def with_rs_ways(document: dict[str, Any]) -> None:
    """Send what R sends and this package does not: blanks, and null for what there is not."""
    for one in document["http_interactions"]:
        request = one["request"]
        request["uri"] = request["uri"].replace("%2C", "%2C%20")
        body = json.loads(request["body"]["string"])
        request["body"]["string"] = json.dumps({"search_id": None, "nothing": {}} | body)
        request["headers"] = {"Authorization": "<redacted>"}
        one["response"]["headers"]["Set-Cookie"] = ["a=1", "b=2"]


FORMS = [as_version_1, in_base64, zipped, with_rs_ways]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", ["yml", "json"])
def test_every_form_of_rs_vcr_plays(
    form: Callable[[dict[str, Any]], None], suffix: str, tmp_path: Path
) -> None:
    document = json.loads(COMMENTS.read_text("utf-8"))
    form(document)
    path = tmp_path / f"comments.{suffix}"
    written = json.dumps(document) if suffix == "json" else yaml.safe_dump(document)
    path.write_text(written, "utf-8")
    with replay(path, all_played=True):
        assert comments().equals(read_results(R_FILES / "comments.rds"))


def test_without_dates_it_is_the_day_of_rs_recording(tmp_path: Path) -> None:
    document = yaml.safe_load(SEARCH.read_text("utf-8"))
    for one in document["http_interactions"]:
        one["recorded_at"] = "2023-01-16 11:53:56 GMT"
        body = one["request"]["body"]
        body["string"] = body["string"].replace('"20230101"', '"20230115"')
        body["string"] = body["string"].replace(':"20230115","max', ':"20230116","max')
    path = tmp_path / "search.yml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    with replay(path, all_played=True):
        assert len(tt_search_api("x", max_pages=3)) == 250


def test_what_r_did_not_ask_for_is_an_error_at_once(slept: list[float]) -> None:
    with (
        replay(COMMENTS),
        pytest.raises(TraktokError, match=r"comments_json\.json holds no answer"),
    ):
        tt_comments_api("7106594312292453676")
    assert slept == []


# ---------------------------------------------------------------------------------------- recording


# ------------------------------------------------------------------------------- what can't be read


@pytest.mark.parametrize("source", [SEARCH, COMMENTS])
@pytest.mark.parametrize("cut", [1, 30, 200, 700, 4000, -20, -40, -60, -120])
def test_a_truncated_cassette_is_one_sentence(source: Path, cut: int, tmp_path: Path) -> None:
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes()[:cut])
    with (
        pytest.raises(ValueError, match="is not a cassette, or is incomplete: ") as caught,
        replay(path),
    ):
        pass
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "http_interactions: !!python/object/apply:os.system ['exit 3']\nrecorded_with: vcr/1.2.0\n",
        "http_interactions: 7\nrecorded_with: vcr/1.2.0\n",
        "http_interactions:\n- request: {}\n  response: {}\nrecorded_with: vcr/1.2.0\n",
        '{"http_interactions": [{"request": 1, "response": 2}], "recorded_with": "vcr/1.2.0"}',
        *(
            '{"http_interactions": [{"request": {"method": "GET", "uri": "/"}, "response": {'
            f'"status": 200, "body": {{{body}}}}}}}], "recorded_with": "vcr/2"}}'
            for body in ('"base64_string": "@@@"', '"raw_gzip": "H4sIAAAAAAAA"')
        ),
    ],
)
def test_what_is_no_cassette_runs_nothing_and_is_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"bad\.yml is not a cassette") as caught, replay(path):
        pass
    assert "\n" not in str(caught.value)


def test_an_answer_in_a_file_of_its_own_is_said(tmp_path: Path) -> None:
    document = json.loads(COMMENTS.read_text("utf-8"))
    document["http_interactions"][0]["response"]["body"] = {
        "file": True,
        "string": "../answer.json",
    }
    path = tmp_path / "file.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match="is stored in a separate file"), replay(path):
        pass
