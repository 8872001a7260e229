"""Fixtures: a server in a process of its own, and a way to measure two things side by side."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

ROOT = Path(__file__).parents[2]
FOUND = pytest.StashKey[list[str]]()

Figures = dict[str, float]
Measure = Callable[[str], Figures]
Ratios = Callable[[str, Measure, int], Figures]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FOUND] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash[FOUND]:
        terminalreporter.section("beside the floor")
        terminalreporter.write("".join(f"{line}\n" for line in sorted(config.stash[FOUND])))


@contextmanager
def serving(seconds: float = 0.0) -> Iterator[str]:
    """Run a server that takes so long for an answer."""
    command = [sys.executable, "-m", "tests.benchmarks.server", str(seconds)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()


@pytest.fixture(scope="session")
def _url() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def server(_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers at once, where ``ours`` and ``floor`` send their requests."""
    monkeypatch.setenv("TRAKTOK_BASE_URL", _url)


@pytest.fixture
def ratios(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Ratios:
    """Measure ``"ours"`` and the ``"floor"`` in turn; return, and show, the ratios of their best.

    The best, since whatever else a machine does only adds to a round; in turn, so that a machine
    that is busy for a while is busy for both.
    """

    def beside_floor(name: str, measure: Measure, rounds: int) -> Figures:
        ours: list[Figures] = []
        floors: list[Figures] = []
        benchmark.pedantic(
            lambda: ours.append(measure("ours")),
            setup=lambda: floors.append(measure("floor")),
            rounds=rounds,
        )
        found = {
            kind: min(figures[kind] for figures in ours) / min(figures[kind] for figures in floors)
            for kind in ours[0]
        }
        benchmark.extra_info["beside the floor"] = found
        shown = ", ".join(f"{kind} {figure:.2f}" for kind, figure in found.items())
        request.config.stash[FOUND].append(f"{name:<16} {shown}")
        return found

    return beside_floor
