"""Numbers of videos on days that were not searched, from those that were."""

from __future__ import annotations

import math
import random

import pytest

from traktok.collect._rates import Estimate, Kinds, Rates, Span


def windows(matches: list[float], days: float = 30) -> list[Span]:
    """Windows one after another, with what TikTok counted."""
    return [Span("q", n * days, (n + 1) * days, number) for n, number in enumerate(matches)]


def test_a_rate_that_never_changes_is_known_for_certain() -> None:
    rates = Rates(windows([300, 300, 300]))
    estimate = rates.total([Span("q", 90, 120), Span("q", 120, 126)])
    assert (estimate.expected, estimate.low, estimate.high) == pytest.approx((360, 360, 360))


def test_between_two_spans_the_rate_is_interpolated() -> None:
    rates = Rates([Span("q", 0, 10, 100), Span("q", 20, 30, 300)])
    assert rates.matches(Span("q", 10, 20)) == pytest.approx(200)
    assert rates.matches(Span("q", 40, 41)) == pytest.approx(30)


def test_the_rest_of_a_window_goes_by_its_newest_part() -> None:
    """A page of 100 that reaches back five days of thirty."""
    rates = Rates([Span("q", 25, 30, 100)])
    assert rates.matches(Span("q", 0, 25)) == pytest.approx(500)


def test_nothing_known_is_no_number() -> None:
    assert math.isnan(Rates([]).total([Span("q", 0, 1)]).expected)
    assert Rates([]).total([]) == Estimate(0, 0)


def test_one_span_says_little_and_another_series_less() -> None:
    rates = Rates(windows([300]))
    for series in ("q", "other"):
        estimate = rates.total([Span(series, 0, 30)])
        assert (estimate.expected, estimate.low) == (pytest.approx(300), 0)
        assert estimate.high == pytest.approx(300 * 2.96)


@pytest.mark.parametrize("seed", range(3))
def test_intervals_hold_the_truth_as_often_as_they_say(seed: int) -> None:
    generator = random.Random(seed)
    held, times = 0, 300
    for _ in range(times):
        truth = [generator.gauss(300, 60) for _ in range(40)]
        spans = windows(truth)
        sampled = {(2 * n + 1) * 40 // 20 for n in range(10)}
        estimate = Rates(spans[n] for n in sampled).total(
            [spans[n] for n in range(40) if n not in sampled]
        )
        rest = sum(truth[n] for n in range(40) if n not in sampled)
        held += estimate.low <= rest <= estimate.high
    assert 0.9 <= held / times <= 1


def test_an_estimate_is_never_below_what_is_known() -> None:
    estimate = Estimate(5, 10).plus(100)
    assert (estimate.low, estimate.expected) == (100, 105)
    assert estimate.times(2).low == 200


def test_kinds_that_were_seen_once_suggest_others() -> None:
    assert Kinds(draws=100, seen=20, once=0, twice=0).after(1_000) == 20
    assert Kinds(draws=100, seen=100, once=100, twice=0).after(100) == pytest.approx(199, abs=2)
    authors = Kinds(draws=100, seen=60, once=40, twice=10)
    assert 60 < authors.after(10) < authors.after(100) < authors.after(10**6) < 140
    assert math.isnan(authors.after(math.nan))
    assert authors.after(-5) == 60
