"""What some tests need of the machine they run on: a marker each, skipped where it is missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from tests.integration.collect import postgres

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)


class Need(NamedTuple):
    """What a marker stands for."""

    is_met: Callable[[], object]
    reason: str


@cache
def browser() -> str | None:
    """Return the path of the browser that tests search with."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


NEEDS = {
    "browser": Need(browser, "no Chromium, Chrome or Edge is installed"),
    "postgres": Need(postgres.folder, "there is no PostgreSQL server on this machine to start"),
    "r": Need(cache(lambda: shutil.which("Rscript")), "Rscript is not installed"),
}
