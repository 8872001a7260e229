"""Every reader with inputs of all kinds: a result or one sentence comes of each."""

from __future__ import annotations

import pytest

from tests.fuzz.readers import READERS, check, corpus
from tests.fuzz.runs import run_for

KNOWN = [(name, path) for name in READERS for path in corpus(name)]


@pytest.mark.parametrize(("name", "path"), KNOWN, ids=[f"{n}-{path.name}" for n, path in KNOWN])
def test_what_once_failed_is_a_result_or_a_sentence(name: str, path: object) -> None:
    check(READERS[name], path.read_bytes())  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", READERS)
def test_any_input_is_a_result_or_a_sentence(name: str) -> None:
    run_for(READERS[name], seconds=0.2)


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_very_many_inputs_are_results_or_sentences(name: str) -> None:
    run_for(READERS[name], seconds=60)
