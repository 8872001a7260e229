"""Record cassettes for R's vcr, and play them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from traktok import (
    auth_research,
    tt_search_api,
    tt_user_info_api,
)
from traktok.replay import record, replay
from traktok.sandbox.api import ResearchApi

SPAN = ("2023-11-01", "2023-11-29")


@pytest.mark.parametrize("suffix", ["yml", "json", "yaml"])
def test_what_is_recorded_for_r_plays_here(suffix: str, token: str, tmp_path: Path) -> None:
    path = tmp_path / f"both.{suffix}"
    with record(path, today="2024-03-05"):
        live = tt_search_api("rstats", *SPAN, token=token)
        users = tt_user_info_api(["tiktok", "statisticsglobe"], token=token)
        tt_search_api("cats", token=token)
    with replay(path, all_played=True):
        assert tt_search_api("rstats", *SPAN).equals(live)
        assert tt_user_info_api(["tiktok", "statisticsglobe"]).equals(users)
        tt_search_api("cats")


@pytest.mark.parametrize("suffix", ["yml", "json"])
def test_what_is_recorded_for_r_is_in_rs_form(suffix: str, token: str, tmp_path: Path) -> None:
    path = tmp_path / f"users.{suffix}"
    with record(path, today="2024-03-05"):
        tt_user_info_api("tiktok", token=token)
    text = path.read_text("utf-8")
    document = json.loads(text) if suffix == "json" else yaml.safe_load(text)
    assert list(document) == ["http_interactions", "recorded_with"]
    (one,) = document["http_interactions"]
    assert one["recorded_at"] == "2024-03-05 00:00:00"
    assert one["request"]["method"] == "POST"
    assert one["request"]["uri"].startswith("https://open.tiktokapis.com/v2/research/user/info/")
    assert json.loads(one["request"]["body"]["string"]) == {"username": "tiktok"}
    assert one["response"]["status"] == {"status_code": 200}
    assert one["response"]["headers"]["Content-Type"].startswith("application/json")
    assert json.loads(one["response"]["body"]["string"])["data"]["display_name"]


@pytest.mark.parametrize("suffix", ["yml", "json"])
def test_no_secret_gets_into_a_cassette_for_r(
    suffix: str, tiktok: ResearchApi, tmp_path: Path
) -> None:
    path = tmp_path / f"secrets.{suffix}"
    with record(path):
        access = auth_research(tiktok.client_key, tiktok.client_secret).access_token
        tt_user_info_api("tiktok")
    text = path.read_text("utf-8")
    assert not any(s in text for s in (access, tiktok.client_key, tiktok.client_secret))


def _r_has_vcr() -> bool:
    asked = ["Rscript", "-e", "library(vcr); library(httr)"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


R_SCRIPT = """
library(vcr)
args <- commandArgs(TRUE)
vcr_configure(dir = args[1])
insert_cassette("users", record = "none", serialize_with = args[2],
                match_requests_on = c("method", "uri"))
answer <- httr::POST(args[3], body = args[4], httr::content_type_json())
eject_cassette()
stopifnot(httr::status_code(answer) == 200)
cat(jsonlite::fromJSON(httr::content(answer, "text", encoding = "UTF-8"))$data$display_name)
"""


@pytest.mark.r
@pytest.mark.parametrize(("suffix", "format"), [("yml", "yaml"), ("json", "json")])
def test_rs_vcr_plays_what_is_recorded_here(
    suffix: str, format: str, token: str, tmp_path: Path
) -> None:
    if not _r_has_vcr():
        pytest.skip("R's packages vcr and httr are not installed")
    path = tmp_path / f"users.{suffix}"
    with record(path):
        users = tt_user_info_api("tiktok", token=token)
    request = yaml.safe_load(path.read_text("utf-8"))["http_interactions"][0]["request"]
    script = tmp_path / "play.R"
    script.write_text(R_SCRIPT)
    asked = ["Rscript", script, tmp_path, format, request["uri"], request["body"]["string"]]
    played = subprocess.run(asked, capture_output=True, check=True, text=True)
    assert played.stdout.endswith(users["display_name"].iloc[0])


def test_a_truncated_cassette_of_ours_is_one_sentence(token: str, tmp_path: Path) -> None:
    path = tmp_path / "users.yaml"
    with record(path):
        tt_user_info_api("tiktok", token=token)
    whole = path.read_bytes()
    for size in range(0, whole.index(b"string:"), 40):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="is not a cassette") as caught, replay(path):
            pass
        assert "\n" not in str(caught.value)
