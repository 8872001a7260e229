"""The recorded calls of R traktok, translated: do they do what the corpus' own Python does?"""

from __future__ import annotations

import ast
import json
import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.parity.corpus import FOLDER, Case, cases, play
from traktok.from_r import translate

ONE_CALL = [case for case in cases() if case.python]
R_CODE = {
    case.name: json.loads((FOLDER / f"{case.name}.json").read_text(encoding="utf-8"))["r"]
    for case in ONE_CALL
}
# What is about R's own objects and has no counterpart; the corpus' Python has none either.
ABOUT_R = {"query_39": "factor", "query_55": "unclass", "query_58": "class"}

# R's code asks for the memory, which cache=FALSE leaves empty; the corpus' Python asks the error.
OF_THE_ERROR = {"search_span_quota_cache_false_partial"}
COMPARED = [case for case in ONE_CALL if case.name not in {*ABOUT_R, *OF_THE_ERROR}]


def without_print(script: str) -> str:
    """Take the expression that a script ends with out of the print that shows it."""
    tree = ast.parse(script)
    match tree.body[-1]:
        case ast.Expr(ast.Call(ast.Name("print"), [value])) as last:
            last.value = value
    return ast.unparse(tree)


@pytest.mark.parametrize("case", COMPARED, ids=lambda case: case.name)
def test_a_translated_call_does_the_same(case: Case, slept: list[float]) -> None:
    translation = translate(f'tok <- "token"\n{R_CODE[case.name]}')
    assert translation.todos == ()
    wanted = play(replace(case, python=without_print(case.python)), slept)
    found = play(replace(case, python=without_print(translation.code)), slept)
    assert found.sent == wanted.sent
    assert type(found.error) is type(wanted.error)
    assert alike(found.result, wanted.result)


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, pd.DataFrame):
        one = pd.DataFrame(one)  # the corpus shows records that are not parsed as a table
    if isinstance(one, pd.DataFrame):
        return bool(one.equals(other)) and one.attrs == other.attrs
    return bool(one == other) or (isinstance(one, float) and math.isnan(one))


@pytest.mark.parametrize("name", sorted(ABOUT_R))
def test_what_is_about_r_itself_stays_r(name: str) -> None:
    (todo,) = translate(R_CODE[name]).todos
    assert todo.reason == f"`{ABOUT_R[name]}()` is not known to the translator"
