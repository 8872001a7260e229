"""Test your own collection code against the sandbox, with pytest.

``pytest -p traktok.testing``, or ``pytest_plugins = ["traktok.testing"]`` in ``conftest.py``, gives
tests these fixtures; pytest does not load them by itself, because they import pandas.

- ``tiktok``: a :class:`traktok.sandbox.Sandbox` to which traktok sends its requests;
- ``no_waits``: traktok does not wait between attempts and pages; the list of the waits it skips.

A test that uses ``tiktok`` sends nothing over the network and does not read your credentials.

Examples
--------
A function of yours, and a test of what it does when TikTok fails::

    def cats():
        return traktok.tt_search_api("cats", "2023-03-01", "2023-03-30", max_pages=5)

    def test_cats_survive_a_failure(tiktok, no_waits):
        tiktok.fail("http_503", times=2)
        assert len(cats()) > 0
        assert no_waits == [1, 8]
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from traktok import _clock, _surroundings
from traktok.sandbox import Sandbox

__all__ = ["no_waits", "tiktok"]


@pytest.fixture(scope="session")
def _traktok_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def tiktok(_traktok_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Yield a TikTok on this machine, reset, that answers traktok's requests."""
    _traktok_sandbox.reset()
    for name, value in _traktok_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    with _surroundings.override(token=_traktok_sandbox.token(), counts_requests=False):
        yield _traktok_sandbox


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Skip all waits; return the list of their lengths in seconds."""
    waits: list[float] = []
    monkeypatch.setattr(_clock, "sleep", waits.append)
    return waits
