"""The work that a translation takes, counted in calls: as much again for a script twice as long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from traktok.from_r import translate

VIDEOS = 'v <- tt_search_api("x")\n'
SCRIPTS: dict[str, Callable[[int], str]] = {
    "comments": lambda n: "# why\n" * n + "x <- 1\n",
    "assignments": lambda n: "".join(f"x{i} <- {i} # so\ny{i} <- x{i} + 1\n" for i in range(n)),
    "not known": lambda n: "".join(f"x{i} <- weird({i})\n" for i in range(n)),
    "columns not known": lambda n: (
        VIDEOS + "".join(f"w{i} <- v |> mutate(a = weird(1), b = weird(2))\n" for i in range(n))
    ),
    "functions": lambda n: "".join(
        f"f{i} <- function(x) {{\n  y <- x\n  y\n}}\n" for i in range(n)
    ),
    "one function": lambda n: "f <- function() {\n" + "  y <- 1 # so\n" * n + "}\n",
    "one loop": lambda n: "for (i in 1:3) {\n" + "  y <- 1 # so\n" * n + "}\n",
    "branches": lambda n: "".join(f"if (TRUE) {{\n  x{i} <- 1\n}}\n" for i in range(n)),
    "a vector": lambda n: "x <- c(" + ", ".join(f'"{i}"' for i in range(n)) + ")\n",
    "pipes": lambda n: VIDEOS + "v |>\n  filter(view_count > 1) |>\n  nrow()\n" * n,
}


def calls(code: str) -> int:
    """How many functions, Python's own included, a translation calls."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event.endswith("call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        translate(code)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_twice_as_long_takes_twice_the_work(script: Callable[[int], str]) -> None:
    translate(script(50))  # templates and rules are read once
    assert calls(script(200)) < 2.3 * calls(script(100))


def nested(depth: int) -> str:
    """Loops within loops."""
    opened = "".join(f"for (i{level} in 1:2) {{\n" for level in range(depth))
    return f"{opened}x <- 1\n{'}' * depth}\n"


def test_loops_within_loops_take_no_power_of_two() -> None:
    translate(nested(2))
    assert calls(nested(16)) < 8 * calls(nested(8))
