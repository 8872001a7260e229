"""Does the unofficial half do what R traktok 0.1.1 does, or what the port decided instead?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity_hidden.checks import CHECKS, check
from tests.parity_hidden.corpus import Case, cases, play

CHECKED = [case for case in cases() if case.is_checked]


@pytest.mark.parametrize("case", CHECKED, ids=lambda case: case.name)
def test_case(
    case: Case, tmp_path: Path, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    check(play(case, folder, slept, monkeypatch))


def test_every_expectation_of_the_corpus_has_its_check() -> None:
    assert {name for case in CHECKED for name in case.expect} <= set(CHECKS)
