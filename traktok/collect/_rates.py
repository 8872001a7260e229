"""Estimate how many videos match on days that were not searched, from those that were. Pure.

TikTok reports no totals. It sends the newest videos first, so that a page shows how many match a
day at its end of a window. Between the spans that are known, the rate is interpolated; the error is
estimated by predicting each known span from the others.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

# A normal distribution has 95% within so many standard errors.
_WITHIN = 1.96


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and the standard error of its estimate."""

    expected: float
    error: float = 0.0
    least: float = 0.0

    @property
    def low(self) -> float:
        """The lower bound of the 95% interval."""
        return max(self.least, self.expected - _WITHIN * self.error)

    @property
    def high(self) -> float:
        """The upper bound of the 95% interval."""
        return max(self.least, self.expected + _WITHIN * self.error)

    def times(self, factor: float) -> Estimate:
        """Return the estimate of a multiple."""
        return Estimate(factor * self.expected, factor * self.error, factor * self.least)

    def plus(self, number: float) -> Estimate:
        """Return the estimate of a sum with a number that is known."""
        return Estimate(self.expected + number, self.error, self.least + number)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that follow one another, with the matches that TikTok counted in them if known.

    ``series`` is the search that the span belongs to: each has rates of its own.
    """

    series: Hashable
    begin: float
    end: float
    matches: float = math.nan

    @property
    def days(self) -> float:
        """How long it is."""
        return self.end - self.begin

    @property
    def middle(self) -> float:
        """The moment in its middle."""
        return (self.begin + self.end) / 2


class Rates:
    """The matches a day of each series, interpolated between the spans that are known."""

    def __init__(self, known: Iterable[Span]) -> None:
        spans = sorted((span for span in known if span.days > 0), key=lambda span: span.middle)
        self._all = _Series(spans)
        self._of = {
            series: _Series([span for span in spans if span.series == series])
            for series in {span.series for span in spans}
        }

    def matches(self, span: Span) -> float:
        """Return the matches to expect in a span; NaN if nothing is known."""
        return self._of.get(span.series, self._all).per_day(span.middle) * span.days

    def total(self, unknown: Sequence[Span]) -> Estimate:
        """Estimate the matches in all of these spans."""
        expected, variance = 0.0, 0.0
        for series in {span.series for span in unknown}:
            mine = [span for span in unknown if span.series == series]
            known = self._of.get(series)
            expected += sum(map(self.matches, mine))
            # A series without a known span may have any rate, such as none.
            error = self._all.highest if known is None else known.error
            variance += (error * sum(span.days for span in mine)) ** 2
        return Estimate(expected, math.sqrt(variance))


class _Series:
    """The rates of one series, whose spans are in the order of their middles."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._middles = [span.middle for span in spans]
        self._rates = [span.matches / span.days for span in spans]

    def per_day(self, moment: float) -> float:
        """Return the matches a day around a moment."""
        after = bisect(self._middles, moment)
        return self._between(after - 1, after, moment)

    def _between(self, before: int, after: int, moment: float) -> float:
        """Interpolate between two spans; beyond the first and the last, theirs is the rate."""
        if not self._rates:
            return math.nan
        if before < 0:
            return self._rates[after]
        if after == len(self._rates):
            return self._rates[before]
        begin, end = self._middles[before], self._middles[after]
        share = (moment - begin) / (end - begin) if begin < end else 0.0
        return self._rates[before] + share * (self._rates[after] - self._rates[before])

    @property
    def highest(self) -> float:
        """The highest rate."""
        return max(self._rates, default=0.0)

    @property
    def error(self) -> float:
        """The standard error of the mean rate, by how well each span is predicted by the others."""
        number = len(self._rates)
        if number < 2:
            return self.highest
        # What few spans show of the error may itself be too small (Student's t).
        wider = 1 + (_WITHIN**2 + 1) / (4 * (number - 1))
        squares = (
            (rate - self._between(i - 1, i + 1, self._middles[i])) ** 2
            for i, rate in enumerate(self._rates)
        )
        return wider * math.sqrt(math.fsum(squares)) / number


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many kinds were seen in a number of draws, and how many of them once and twice."""

    draws: int
    seen: int
    once: int
    twice: int

    def after(self, more: float) -> float:
        """Return how many kinds to expect after more draws.

        Chao et al., Ecological Monographs 84 (2014): those that were not seen are as many as those
        seen once and twice suggest.
        """
        unseen = self.once * (self.once - 1) / (2 * (self.twice + 1))
        if math.isnan(more):
            return more
        if not unseen or more <= 0:
            return self.seen
        new = self.once / (self.draws * unseen + self.once)
        return self.seen + unseen * (1 - math.pow(1 - new, more))
