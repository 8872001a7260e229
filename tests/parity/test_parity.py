"""Does traktok for Python do what R traktok does, or what the ledger says instead?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.checks import CHECKS, check
from tests.parity.corpus import Case, cases, play

CHECKED = [case for case in cases() if case.is_checked]


@pytest.mark.parametrize("case", CHECKED, ids=lambda case: case.name)
def test_case(case: Case, slept: list[float]) -> None:
    check(play(case, slept))


def test_every_expectation_of_the_corpus_has_its_check() -> None:
    assert {name for case in CHECKED for name in case.expect} <= set(CHECKS)


def test_every_departure_from_r_is_explained() -> None:
    readme = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
    assert [
        case.name for case in cases() if case.ledger and f"| {case.ledger} |" not in readme
    ] == []
