"""Durable collections: any span of time, any number of windows, killed and resumed, counted.

A study lives in a store, an SQLite file or a PostgreSQL database, that holds what was asked, how
far each window is, every record and every request. Whatever happens, the store opens again and the
collection goes on where it stood.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from traktok.collect._again import tt_collect_again
    from traktok.collect._begin import tt_collect
    from traktok.collect._collection import Collection
    from traktok.collect._compliance import tt_still_public
    from traktok.collect._watch import WatchList

__all__ = ["Collection", "WatchList", "tt_collect", "tt_collect_again", "tt_still_public"]

_HOMES = {
    "Collection": "_collection",
    "WatchList": "_watch",
    "tt_collect": "_begin",
    "tt_collect_again": "_again",
    "tt_still_public": "_compliance",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: SQLAlchemy takes its time, and only who collects waits for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
