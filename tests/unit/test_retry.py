"""The loop of attempts, and its policies, without any waiting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from traktok._http.retry import (
    RESEARCH_API,
    Attempt,
    Attempts,
    RetryPolicy,
    doubled,
    listed,
    retry,
)

POLICY = RetryPolicy(attempts=3, wait=listed((1, 8)), wait_if_busy=doubled(at_most=3))


@pytest.mark.parametrize(
    ("busy", "retry_after", "expected"),
    [
        (False, None, [1, 8, None]),
        (True, None, [2, 3, None]),
        (False, 5.0, [5.0, 5.0, None]),
        (True, 0.0, [0.0, 0.0, None]),
    ],
)
def test_waits_grow_unless_tiktok_says_how_long(
    busy: bool, retry_after: float | None, expected: list[float | None]
) -> None:
    waits = [POLICY.wait_after(n, busy=busy, retry_after=retry_after) for n in (1, 2, 3)]
    assert waits == expected


def test_the_research_api_is_asked_five_times_as_in_r() -> None:
    waits = [RESEARCH_API.wait_after(number) for number in range(1, 6)]
    assert waits == [1, 8, 27, 64, None]


def attempted(*attempts: Attempt[str]) -> tuple[Attempts[str], list[str], list[float]]:
    said: list[str] = []
    slept: list[float] = []
    coming: Iterator[Attempt[str]] = iter(attempts)
    made = retry(lambda: next(coming), POLICY, said.append, slept.append)
    assert next(coming, None) is None, "as many attempts as were expected"
    return made, said, slept


def test_a_final_result_is_not_asked_for_again() -> None:
    assert attempted(Attempt("a")) == (Attempts("a", 1), [], [])


def test_each_wait_is_announced_with_its_reason() -> None:
    made, said, slept = attempted(Attempt("a", "It is late."), Attempt("b"))
    assert made == Attempts("b", 2)
    assert said == ["It is late. Trying again in 1 s."]
    assert slept == [1]


def test_the_last_attempt_is_what_counts() -> None:
    failing = [Attempt(result, "No") for result in "abc"]
    made, said, slept = attempted(*failing)
    assert made == Attempts("c", 3)
    assert len(said) == len(slept) == 2


def test_a_server_that_asks_for_too_long_a_wait_is_not_asked_again() -> None:
    made, _, slept = attempted(Attempt("a", "No", retry_after=POLICY.longest_wait + 1))
    assert made == Attempts("a", 1, refused_wait=POLICY.longest_wait + 1)
    assert slept == []
    assert attempted(Attempt("a", "No", retry_after=POLICY.longest_wait), Attempt("b"))[2] == [900]
