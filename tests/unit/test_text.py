"""Counts, sizes and waits in words for people."""

from __future__ import annotations

import pytest

from traktok._text import counted, duration, size


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (12_345, "12,345 pages")]
)
def test_counts(number: int, told: str) -> None:
    assert counted(number, "pages") == told


@pytest.mark.parametrize(
    ("of", "told"),
    [(0, "0 B"), (999, "999 B"), (5_512, "5.51 kB"), (2_500_000, "2.5 MB"), (3e12, "3e+03 GB")],
)
def test_sizes(of: float, told: str) -> None:
    assert size(of) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "1 min"), (40, "1 min"), (61, "2 min"), (3599, "1 h 0 min"), (90_000, "25 h 0 min")],
)
def test_waits_are_long_enough(seconds: float, told: str) -> None:
    assert duration(seconds) == told
