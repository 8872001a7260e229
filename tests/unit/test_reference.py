"""The reference: every public function and method says what it takes, returns and raises."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from inspect import Signature
from typing import Any

import pytest

import traktok
from vignettes.site import reference

SECTION = re.compile(
    r"^([A-Z][A-Za-z ]+)\n-{3,}\n(.*?)(?=^[A-Z][A-Za-z ]+\n-{3,}\n|\Z)", re.M | re.S
)
# They list no parameters, having those of two functions.
CHOOSERS = "takes and returns what the chosen function does"
PURE = {"attr", "tt_quota", "traktok.demo.main"}  # raise nothing of their own


def _public() -> dict[str, Callable[..., Any]]:
    """Every function and method that the reference shows, by its name."""
    named = [f"traktok.{name}" for names in reference.groups().values() for name in names]
    found: dict[str, Callable[..., Any]] = {}
    for name in (*named, *(name for names in reference.MODULES.values() for name in names)):
        value, short = reference._object(name), reference._short(name)
        if isinstance(value, type):
            members = {
                f"{short}.{each}": getattr(value, each) for each in reference._members(value)
            }
            found |= {path: each for path, each in members.items() if inspect.isroutine(each)}
        elif inspect.isroutine(value):
            found[short] = value
    return found


PUBLIC = _public()


def sections(function: Callable[..., Any]) -> dict[str, str]:
    return dict(SECTION.findall(inspect.getdoc(function) or ""))


def documented(parameters: str) -> list[str]:
    """Return the names before the colons of a section ``Parameters``."""
    lines = [line for line in parameters.splitlines() if line and not line.startswith(" ")]
    return [name.strip(" *") for line in lines for name in line.partition(" : ")[0].split(",")]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_parameter_and_result_is_described(name: str) -> None:
    function = PUBLIC[name]
    shown = sections(function)
    signature = inspect.signature(function)
    parameters = [each for each in signature.parameters if each not in ("self", "cls")]
    if CHOOSERS not in " ".join((function.__doc__ or "").split()):
        assert sorted(documented(shown.get("Parameters", ""))) == sorted(parameters)
    said = (function.__doc__ or "").strip().startswith(("Return ", "Parse ", "Build "))
    if signature.return_annotation not in (None, "None", Signature.empty):
        assert "Returns" in shown or (said and "." in name)


@pytest.mark.parametrize("name", [name for name in PUBLIC if name in traktok.__all__])
def test_every_function_that_can_fail_says_how(name: str) -> None:
    if name not in PURE and inspect.signature(PUBLIC[name]).parameters:
        assert "Raises" in sections(PUBLIC[name])


OF_TIKTOK = [
    name for name in PUBLIC if name.startswith("tt_") and "Mirrors" in (PUBLIC[name].__doc__ or "")
]


@pytest.mark.parametrize("name", OF_TIKTOK)
def test_a_function_of_r_names_it_and_tiktoks_page(name: str) -> None:
    text = " ".join((PUBLIC[name].__doc__ or "").split())
    assert re.search(r"Mirrors ``tt_\w+\(\)`` .*of R traktok|Mirrors ``tt_\w+\(\)`` and ", text)
    if name.endswith("_api"):
        assert "https://developers.tiktok.com/doc/research-api-specs-" in text
