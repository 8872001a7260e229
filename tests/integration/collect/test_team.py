"""A store that a team shares on a PostgreSQL server: what messages call it, and its passwords."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.integration.collect.conftest import Studies
from traktok import TraktokWarning, auth_research, tt_user_info_api
from traktok.cli import app
from traktok.collect import Collection, tt_collect
from traktok.errors import Resume, StoreError
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

QUARTER = "2023-01-01", "2023-03-31"


@pytest.mark.postgres
def test_two_studies_in_schemas_of_one_database(study: Studies, postgres_store: str) -> None:
    """The store that a message names is the one it is about."""
    import psycopg

    with psycopg.connect(postgres_store, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA another")
    other = postgres_store.rpartition("%3D")[0] + "%3Danother"
    with pytest.warns(TraktokWarning, match="max_requests=1") as caught:
        first = study(postgres_store, *QUARTER, max_requests=1)
    second = study(other, "2023-05-01", "2023-05-31", start=False)
    assert first.place != second.place
    advice = [each for warning in caught for each in getattr(warning.message, "advice", ())]
    (named,) = (each.store for each in advice if isinstance(each, Resume))
    assert study.open(named).summary == first.summary
    assert study.open(second.place).summary == second.summary


@pytest.mark.parametrize("password", ["hunt@er2", "hunt@er2/x", "hunt@er:2", "hun@t@er2"])
def test_an_at_sign_in_a_password_is_refused_before_a_host_is_looked_up(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **_: looked_up.append(args))
    with pytest.raises(ValueError, match=r"%40|must be a path or a URL") as caught:
        tt_collect("cats", *QUARTER, f"postgresql://me:{password}@127.0.0.1/study")
    assert password.rpartition("@")[2] not in str(caught.value)
    assert looked_up == []


def test_a_database_that_is_not_there_keeps_nothing() -> None:
    with pytest.raises(StoreError, match="can't be reached") as caught:
        tt_collect("cats", *QUARTER, "postgresql://me@127.0.0.1:1/study")
    assert "kept" not in str(caught.value)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("right", "wrong", "meaning"),
    [
        ("/postgres?", "/nosuch?", "there is no such database"),
        ("study@", "nobody@", "it does not know this user"),
        ("%3Dstudy", "%3Dnosuch", "there is no such schema"),
    ],
)
def test_what_a_server_refuses_is_said_plainly(
    postgres_store: str, right: str, wrong: str, meaning: str
) -> None:
    with pytest.raises(StoreError, match=meaning) as caught:
        tt_collect("cats", *QUARTER, postgres_store.replace(right, wrong, 1))
    assert "kept" not in str(caught.value)


def test_a_plan_does_not_print_the_password(folder: Path) -> None:
    url = "postgresql://me:hunter2@127.0.0.1:1/study"
    days = ["--since", "2023-11-01", "--to", "2023-11-30"]
    planned = CliRunner().invoke(app, ["collect", "cats", *days, "--into", url, "--plan"])
    assert planned.exit_code == 0, planned.output
    assert "begins the study in that database" in planned.output
    assert "hunter2" not in planned.output


def test_a_missing_study_is_named_whole() -> None:
    with pytest.raises(StoreError, match="options=-csearch_path%3Dx") as caught:
        Collection("postgresql://me:hunter2@127.0.0.1:1/study?options=-csearch_path%3Dx")
    assert "hunter2" not in str(caught.value)


@pytest.mark.postgres
def test_a_quota_counts_for_the_team_and_what_else_this_computer_sent(
    study: Studies,
    postgres_store: str,
    tiktok: ResearchApi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.warns(TraktokWarning, match="max_requests=3"):
        study(postgres_store, *QUARTER, max_requests=3)
    tt_user_info_api("tiktok")
    assert study.open(postgres_store).quota() == 1_000 - tiktok.quota.main == 1_000 - 4
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another computer"))
    auth_research(tiktok.client_key, tiktok.client_secret)
    tt_user_info_api(["tiktok", "jbgruber"])
    assert study.open(postgres_store).quota() == 1_000 - 3 - 2
    with pytest.warns(TraktokWarning, match="max_requests=4"):
        study.open(postgres_store).resume(max_requests=4)
    assert study.open(postgres_store).quota() == 1_000 - 3 - 2 - 4
