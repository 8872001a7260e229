"""What a study takes, estimated before it is spent: a sample, and what it says of the rest."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from tests.integration.collect.conftest import Clock, Studies
from traktok import TraktokWarning, query, query_and, tt_user_info_api
from traktok.cli import app
from traktok.errors import QuotaExceeded
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

Visible = Callable[[str, str], set[str]]
YEAR = "2023-01-01", "2023-12-31"


def searches(tiktok: ResearchApi) -> int:
    return sum(request.endpoint == "video/query/" for request in tiktok.requests)


def test_before_a_page_has_come_nothing_is_known(study: Studies, sqlite_store: Path) -> None:
    forecast = study(sqlite_store, *YEAR, start=False).forecast()
    assert forecast.splitlines() == [
        "Videos: 0 here, 13 requests to send at least",
        "Comments (not asked for): not known yet",
        "Users (not asked for): not known yet",
        "At 1,000 requests a day (UTC), 1,000 of them left today",
    ]
    assert forecast.to_dict()["records"]["videos"]["complete_on"] is None


@pytest.mark.parametrize("sample", [13, 20])
def test_a_sample_estimates_the_rest_and_none_of_its_requests_is_lost(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible, sample: int
) -> None:
    whole = study(store, *YEAR, start=False)
    plan = whole.plan(sample=sample, workers=2)
    assert whole.requests_sent == searches(tiktok) == sample
    assert plan["least_requests"].eq(1).all()
    told = whole.forecast().to_dict()["records"]["videos"]
    assert told["here"] == len(whole.videos())
    everything = visible(*YEAR)
    assert told["expected"]["low"] <= len(everything) <= told["expected"]["high"]
    assert told["here"] + plan["videos"].sum() == pytest.approx(told["expected"]["expected"], abs=9)
    assert told["expected"]["expected"] == pytest.approx(len(everything), rel=0.1)
    assert whole.resume().complete
    assert set(whole.videos()["video_id"]) == everything
    to_go = whole.requests_sent - sample
    assert told["requests"]["low"] <= to_go <= told["requests"]["high"]
    assert whole.requests_sent == 52  # what it takes without a sample


def test_a_sample_smaller_than_the_study_takes_windows_that_lie_apart(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    whole = study(sqlite_store, *YEAR, start=False)
    plan = whole.plan(sample=4)
    assert whole.requests_sent == 4
    asked = whole.requests()["subject"].str[:10].sort_values().tolist()
    assert asked == ["2023-01-31", "2023-05-01", "2023-08-29", "2023-11-27"]
    assert plan["videos"].gt(0).all()
    assert plan.dtypes[["videos", "requests"]].eq("Int64").all()


def test_a_sample_larger_than_the_study_sends_no_more_than_it_takes(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    whole = study(sqlite_store, *YEAR, start=False)
    whole.plan(sample=100)
    assert whole.requests_sent == searches(tiktok) <= 52
    assert whole.resume().requests_sent == 52


def test_a_smaller_sample_is_less_sure(study: Studies, tmp_path: Path) -> None:
    widths = []
    for sample in (4, 26):
        whole = study(tmp_path / f"{sample}.db", *YEAR, start=False, window_days=7)
        whole.plan(sample=sample)
        told = whole.forecast().to_dict()["records"]["videos"]["expected"]
        widths.append((told["high"] - told["low"]) / told["expected"])
    assert widths[0] > widths[1] > 0


def test_a_sample_of_several_queries_estimates_each(study: Studies, sqlite_store: Path) -> None:
    queries = {
        name: query() | query_and("video_length", "EQ", [length])
        for name, length in (("brief", "SHORT"), ("long", "EXTRA_LONG"))
    }
    whole = study(sqlite_store, *YEAR, query=queries, start=False)
    plan = whole.plan(sample=26)
    expected = (
        plan.groupby("query")["videos"].sum() + whole.videos()["found_by"].explode().value_counts()
    )
    whole.resume()
    came = whole.videos()["found_by"].explode().value_counts()
    for name in queries:
        assert expected[name] == pytest.approx(came[name], rel=0.2)


def test_a_plan_to_a_later_day_estimates_the_new_windows_too(
    study: Studies, sqlite_store: Path
) -> None:
    whole = study(sqlite_store, "2023-01-01", "2023-06-29")
    plan = whole.plan("2023-09-27", sample=1)
    assert len(plan) == 3
    assert plan["videos"].between(100, 400).all()
    assert whole.states()["open"] == 0


def test_what_comments_and_profiles_cost_before_they_are_begun(
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = study(sqlite_store, "2023-01-01", "2023-01-30")
    told = whole.forecast().to_dict()["records"]
    assert not told["comments"]["asked_for"]
    comments = told["comments"]["requests"]
    assert comments["least"] == len(whole.videos())
    assert comments["low"] == comments["expected"] == comments["high"]
    assert told["users"]["requests"]["expected"] == whole.videos()["author_name"].nunique()
    with pytest.warns(TraktokWarning, match="used up"):
        whole.resume(comments=True, profiles=True, verbose=True, daily_requests=3)
    of_comments, of_users, *_ = (
        line for line in capsys.readouterr().err.splitlines() if "here" in line
    )
    assert "Comments: 0 here of about" in of_comments
    assert "Users: 0 here of about" in of_users


def test_the_day_on_which_it_is_complete_goes_by_the_quota(
    study: Studies, sqlite_store: Path, clock: Clock
) -> None:
    whole = study(sqlite_store, *YEAR, start=False)
    whole.plan(sample=13, daily_requests=20)
    told = whole.forecast(daily_requests=20).to_dict()
    assert told["requests_left_today"] == 7
    requests = told["records"]["videos"]["requests"]["expected"]
    days = -(-(requests - 7) // 20)
    today = pd.Timestamp("2025-03-01")
    assert told["records"]["videos"]["complete_on"] == str((today + timedelta(days=days)).date())
    assert f"complete on {told['records']['videos']['complete_on']}" in whole.forecast(20)


def test_young_windows_are_searched_again_later(
    study: Studies, sqlite_store: Path, november: Clock
) -> None:
    with pytest.warns(TraktokWarning, match="Not complete until"):
        whole = study(sqlite_store, "2023-10-03", "2023-11-01")
    assert whole.states()["young"] == 1
    told = whole.forecast().to_dict()["records"]["videos"]
    assert told["requests"]["expected"] == whole.status()["pages"].sum()
    assert told["complete_on"] == "2023-11-04"


def test_a_used_up_quota_ends_the_sample_and_says_so(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    tiktok.quota.main_limit = 3
    whole = study(sqlite_store, *YEAR, start=False)
    with pytest.warns(TraktokWarning, match="The sample is smaller, since the day's requests"):
        whole.plan(sample=10, workers=1)
    with pytest.raises(QuotaExceeded):
        tt_user_info_api("tiktok")
    assert len(whole.videos()) > 0


@pytest.mark.parametrize("sample", [0, -1, 1.5, "20", True])
def test_a_sample_is_a_number_of_requests(
    study: Studies, sqlite_store: Path, sample: object
) -> None:
    whole = study(sqlite_store, *YEAR, start=False)
    with pytest.raises(ValueError, match="sample must be a positive integer"):
        whole.plan(sample=sample)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="workers needs sample"):
        whole.plan(workers=2)


def test_a_forecast_is_a_text_with_figures(study: Studies, sqlite_store: Path) -> None:
    whole = study(sqlite_store, "2023-01-01", "2023-01-30")
    forecast = whole.forecast()
    assert repr(forecast) == str(forecast)
    assert pickle.loads(pickle.dumps(forecast)).to_dict() == forecast.to_dict()
    assert '"complete_on"' in forecast.to_json()
    assert forecast.splitlines()[0] == f"Videos: {len(whole.videos())} here, no requests to send"


# ------------------------------------------------------------------------------------ the command


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.stderr
    return result


@pytest.mark.usefixtures("folder", "slept")
def test_the_command_plans_with_a_sample_and_tells_the_forecast() -> None:
    span = ("#rstats", "--since", "2023-01-01", "--to", "2023-12-31")
    planned = run("collect", *span, "--plan", "--sample", "5")
    assert planned.stdout.splitlines()[0] == "first_day,last_day,least_requests,videos,requests"
    assert "Videos: " in planned.stderr
    assert "complete on" in planned.stderr
    assert "Comments (not asked for): " in run("status").stderr
    again = run("collect", *span, "--plan", "--sample", "5")
    assert "1,000 requests a day" in again.stderr
    finished = run("resume")
    assert "complete" in finished.stderr
    assert "(not asked for)" not in run("status").stderr


@pytest.mark.usefixtures("folder")
def test_a_sample_belongs_to_a_plan() -> None:
    span = ("#rstats", "--since", "2023-01-01", "--to", "2023-12-31")
    result = CliRunner().invoke(app, ["collect", *span, "--sample", "5"])
    assert result.exit_code == 2
    assert "--sample needs --plan" in result.stderr
