"""The package has one clock, and a test can set it."""

from __future__ import annotations

import ast
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import traktok
from traktok import _clock

PACKAGE = Path(traktok.__file__).parent
OTHER_CLOCKS = {
    *(f"time.{name}" for name in ("time", "time_ns", "monotonic", "perf_counter", "sleep")),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
}


def clocks_of(path: Path) -> list[str]:
    """List the clocks that a module's code refers to, with their lines."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if name in OTHER_CLOCKS or (isinstance(node, ast.ImportFrom) and node.module == "time"):
            found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}: {name or 'import'}")
    return found


def test_only_the_clock_and_the_sandbox_read_the_time() -> None:
    modules = [
        path
        for path in PACKAGE.rglob("*.py")
        if path.name != "_clock.py" and "sandbox" not in path.parts
    ]
    assert len(modules) > 100
    assert [clock for path in modules for clock in clocks_of(path)] == []
    assert clocks_of(PACKAGE / "_clock.py")


def test_today_is_the_utc_day_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    last_second = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    monkeypatch.setattr("traktok._clock.now", last_second.timestamp)
    assert _clock.today() == date(2024, 2, 29)
    assert _clock.next_day(_clock.now()) - _clock.now() == 1


def test_waiting_can_be_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    _clock.sleep(3600)
    assert waits == [3600]
