"""How long a collection takes beside the floor, and the import beside its two big parts.

On loopback nearly all of the time is the processor's, and that is what the targets are held to:
a clock on the wall also measures what else a machine does.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from time import perf_counter, process_time

import pytest

from tests.benchmarks import floor, ours
from tests.benchmarks.conftest import Figures, Ratios
from traktok._run.memory import LastCall, memory

# The targets are 1 and, for the import, 1.25; what is above them is left to chance.
SLOWEST = 1.1
SLOWEST_IMPORT = 1.35

COLLECT = {"ours": ours, "floor": floor}
# The package imports its modules when one of their names is asked for.
IMPORT = {"ours": "traktok; traktok.tt_search_api", "floor": "pandas, requests"}


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("what", "size", "rounds"),
    [
        ("videos", 10, 30),
        ("videos", 100, 10),
        ("videos", 1000, 5),
        ("comments", 10, 30),
        ("comments", 100, 10),
        ("comments", 1000, 5),
        ("users", 200, 10),
    ],
)
def test_collecting(ratios: Ratios, what: str, size: int, rounds: int) -> None:
    def seconds(whose: str) -> Figures:
        for call in LastCall:
            memory.forget(call)
        gc.collect()
        began, processor = perf_counter(), process_time()
        getattr(COLLECT[whose], what)(size)
        return {"processor": process_time() - processor, "time": perf_counter() - began}

    assert ratios(f"{what:<8} {size:>5,}", seconds, rounds)["processor"] <= SLOWEST


def test_importing(ratios: Ratios) -> None:
    # As everywhere but on the first day, the modules are compiled already.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def seconds(whose: str) -> Figures:
        program = f"import time, {IMPORT[whose]}; print(time.process_time())"
        began = perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return {"processor": float(done.stdout), "time": perf_counter() - began}

    assert ratios("import", seconds, 20)["processor"] <= SLOWEST_IMPORT
