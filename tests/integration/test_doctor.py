"""`traktok doctor`: what it finds on this machine, and on a TikTok that differs in each way."""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import traktok
from traktok import _clock
from traktok.auth import store_path
from traktok.cli import app
from traktok.doctor import Diagnosis
from traktok.sandbox import Sandbox
from traktok.sandbox.switches import SWITCHES, Value

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"

pytestmark = pytest.mark.usefixtures("folder")

# What the API answers to, and the doctor asks for.
REPORTED = (
    "comments_end",
    "empty_bio",
    "error_text",
    "followers_refused",
    "id_checks",
    "keyword_eq_finds",
    "most_names",
    "ok_without_data",
    "old_spelling",
    "refuse_empty_groups",
    "reposted_key",
    "task_id",
)
NOT_CHECKED = (
    "comments_withheld",
    "refusals_count",
    "search_id_days",
    "task_id_taken",
    "token_error_status",
)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as opened:
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        yield opened


def found(diagnosis: Diagnosis) -> dict[str, tuple[str, str]]:
    return {check.name: (check.status, str(check.text)) for check in diagnosis.checks}


def credentials() -> list[tuple[str, str, str]]:
    checks = [check for check in traktok.doctor().checks if check.group == "Credentials"]
    return [(check.name, check.status, str(check.text)) for check in checks]


def live(sandbox: Sandbox) -> Diagnosis:
    return traktok.doctor(live=True, token=sandbox.token())


def other_values(name: str) -> list[Value]:
    switch = SWITCHES[name]
    if switch.choices:
        return [choice for choice in switch.choices if choice != switch.default]
    return [not switch.default] if isinstance(switch.default, bool) else [switch.default + 10]


# ------------------------------------------------------------------------------- this machine


def test_it_looks_at_this_machine_and_spends_nothing(sandbox: Sandbox) -> None:
    diagnosis = traktok.doctor()
    assert diagnosis.ok
    assert diagnosis.requests == 0
    assert [request.status for request in sandbox.requests] == [401]
    seen = found(diagnosis)
    assert seen["clock"][0] == "ok"
    assert seen["parquet"] == ("ok", "pyarrow")
    assert seen["Research API"] == ("note", "none stored: run auth_research()")
    assert seen["cookies"] == ("note", "none stored: run auth_hidden()")


def test_the_report_has_80_columns_and_says_how_it_ends(sandbox: Sandbox) -> None:
    report = repr(live(sandbox))
    assert max(map(len, report.splitlines())) <= 80
    assert report.splitlines()[0] == "Installation"
    assert report.splitlines()[-1] == "All is well; 10 requests of the quota sent."


def test_it_is_plain_values_too(sandbox: Sandbox) -> None:
    plain = traktok.doctor().to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["ok"] is True
    assert {"group", "name", "status", "text"} == plain["checks"][0].keys()


def test_a_store_that_others_may_read_is_noted(sandbox: Sandbox) -> None:
    traktok.auth_research()
    assert ("Research API", "ok", f"stored in {store_path()}") in credentials()
    store_path().chmod(0o644)
    (told,) = [text for _, status, text in credentials() if "(mode 644)" in text]
    assert told.startswith(f"Others could read or change {store_path()}")
    assert stat.S_IMODE(store_path().stat().st_mode) == 0o600


def test_a_store_that_cannot_be_restricted_fails(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    traktok.auth_research()
    store_path().chmod(0o644)
    for module, name in ((os, "chmod"), (os, "fchmod"), (Path, "chmod")):
        monkeypatch.setattr(module, name, lambda *_, **__: None)
    (failed,) = traktok.doctor().failed
    assert failed.name == f"permissions of {store_path().name}"


def test_windows_is_told_what_keeps_others_out(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    traktok.auth_research()
    store_path().chmod(0o644)
    monkeypatch.setattr("traktok._surroundings.on_windows", lambda: True)
    checks = {check.name: check for check in traktok.doctor().checks}
    found = checks[f"permissions of {store_path().name}"]
    assert found.status == "note"
    assert "your user profile" in found.text
    assert "TRAKTOK_PASSPHRASE" in found.text


def test_a_store_that_cannot_be_read_fails(sandbox: Sandbox) -> None:
    traktok.auth_research()
    store_path().write_bytes(b"damaged")
    (failed,) = traktok.doctor().failed
    assert (failed.group, failed.name) == ("Credentials", "Research API")
    assert "auth_research(overwrite=True)" in failed.text


@pytest.mark.parametrize(("hours", "side"), [(1, "ahead of"), (-1, "behind")])
def test_a_clock_that_is_wrong_fails(
    hours: int, side: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = _clock.now()
    monkeypatch.setattr(_clock, "now", lambda: now + 3600 * hours)
    (failed,) = traktok.doctor().failed
    assert failed.name == "clock"
    assert f"{side} TikTok's" in failed.text


def test_no_answer_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", "http://127.0.0.1:9")
    (failed,) = traktok.doctor().failed
    assert failed.text.startswith("No answer from TikTok (")


def test_settings_are_shown_but_no_secret(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAKTOK_PASSPHRASE", "planted-passphrase")
    monkeypatch.setenv("TRAKTOK_PRITN", "pandas")
    monkeypatch.setenv("HTTPS_PROXY", "http://planted-user:planted-password@proxy.example:3128")
    diagnosis = traktok.doctor(token="planted-token")
    seen = found(diagnosis)
    assert seen["TRAKTOK_PASSPHRASE"] == ("ok", "set")
    assert seen["TIKTOK_CLIENT_SECRET"] == ("ok", "set")
    assert seen["TRAKTOK_PRITN"] == ("note", "has no effect; did you mean 'TRAKTOK_PRINT'?")
    assert seen["proxy"] == ("note", "requests to TikTok go through proxy.example:3128")
    assert "planted" not in repr(diagnosis)
    assert os.environ["TIKTOK_CLIENT_SECRET"] not in repr(diagnosis)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(TRAKTOK_\w+)`", README.read_text()))))
def test_settings_of_the_readme_are_known(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert found(traktok.doctor())[name][0] == "ok"


def test_every_setting_stands_in_the_readme() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "traktok").rglob("*.py"))
    read = set(re.findall(r"""environ(?:\.get\(|\[)["'](TRAKTOK_\w+)""", sources))
    assert read <= set(re.findall(r"`(TRAKTOK_\w+)`", README.read_text()))


def test_a_wrong_address_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", "http://tiktok.example")
    assert [check.name for check in traktok.doctor().failed] == ["Research API", "TikTok"]


def test_a_collection_says_what_is_left(sandbox: Sandbox) -> None:
    traktok.auth_research()
    traktok.tt_collect("#rstats", "2023-11-01", "2023-11-02", start=False).close()
    status, text = found(traktok.doctor())["requests left"]
    assert status == "ok"
    assert text.startswith("1,000 of 1,000 left today by the log of study.db")
    Path("other.db").write_text("not a store")
    assert [check.name for check in traktok.doctor(store="other.db").failed] == ["requests left"]


# --------------------------------------------------------------------------------- what holds


def test_every_assumption_holds_on_the_newest_evidence(sandbox: Sandbox) -> None:
    diagnosis = live(sandbox)
    checked = {check.name: check.status for check in diagnosis.checks if check.group == "Live"}
    assert diagnosis.ok
    assert diagnosis.requests <= 10
    assert len(sandbox.requests) == 1 + diagnosis.requests  # one without a token
    assert {name for name, status in checked.items() if status == "unknown"} == {
        *NOT_CHECKED,
        "comments_end",
    }
    assert set(checked.values()) == {"ok", "unknown"}
    assert {*REPORTED, *NOT_CHECKED} <= checked.keys() & SWITCHES.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in REPORTED
        for value in other_values(name)
        if name != "comments_end"  # no video of the world has more than 1,000 comments
    ],
)
def test_every_switch_is_reported(name: str, value: Value, sandbox: Sandbox) -> None:
    before = found(live(sandbox))
    sandbox.switches[name] = value
    diagnosis = live(sandbox)
    assert found(diagnosis)[name] != before[name]
    assert found(diagnosis)[name][0] == "note"
    assert diagnosis.ok  # this package copes with either


def test_a_client_that_is_refused_fails_and_stops(sandbox: Sandbox) -> None:
    sandbox.fail("scope_not_authorized", times=math.inf)
    diagnosis = live(sandbox)
    (failed,) = diagnosis.failed
    assert failed.text.startswith("TikTok refuses a search: scope_not_authorized: ")
    assert diagnosis.requests == 1


def test_without_credentials_live_fails(sandbox: Sandbox) -> None:
    diagnosis = traktok.doctor(live=True)
    (failed,) = diagnosis.failed
    assert (failed.group, failed.name) == ("Live", "token")
    assert diagnosis.requests == 0


# ---------------------------------------------------------------------------------- the command


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_the_command_speaks_a_shells_words_and_ends_with_0(sandbox: Sandbox) -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert "none stored: run `traktok auth`" in result.stdout
    assert result.stdout.splitlines()[-1] == "All is well."


def test_the_command_ends_with_1_where_a_check_fails(sandbox: Sandbox) -> None:
    result = run("--live")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 check failed."


def test_the_command_writes_json(sandbox: Sandbox) -> None:
    traktok.auth_research()
    result = run("--live", "--json")
    assert result.exit_code == 0
    plain = json.loads(result.stdout)
    assert (plain["ok"], plain["requests"]) == (True, 10)
