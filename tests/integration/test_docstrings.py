"""The examples in the docstrings, run against the sandbox."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import traktok
from traktok.sandbox.api import ResearchApi

ROOT = Path(__file__).parents[2]
MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(traktok.__path__, "traktok.")
    if not name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.usefixtures("logged_in", "slept")
def test_examples_run(
    name: str, tiktok: ResearchApi, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cassettes", "tests"):
        (folder / name).symlink_to(ROOT / name)
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", tiktok.client_key)
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)
    traktok.auth_research()
    module = importlib.import_module(name)
    public = {word: getattr(traktok, word) for word in traktok.__all__}
    results = doctest.testmod(
        module,
        extraglobs=public,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert results.failed == 0


@pytest.mark.parametrize("name", sorted(traktok.__all__))
def test_every_public_function_has_an_example(name: str) -> None:
    thing = getattr(traktok, name)
    if callable(thing) and not isinstance(thing, type):
        assert ">>> " in (thing.__doc__ or "")
