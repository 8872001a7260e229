"""What the last call of this thread got so far, for ``last_query()`` and ``last_comments()``.

Each thread remembers its own calls: what another thread collects never shows up here.
"""

from __future__ import annotations

import threading
from enum import Enum
from typing import Generic, TypeVar

_Table = TypeVar("_Table")


class Shelf(Enum):
    """What kind of call a table comes from."""

    QUERY = "query"
    COMMENTS = "comments"


class Memory(threading.local, Generic[_Table]):
    """One table a shelf, the newest."""

    def __init__(self) -> None:
        self._tables: dict[Shelf, _Table] = {}

    def keep(self, shelf: Shelf, table: _Table) -> None:
        """Remember a table in place of the shelf's last one."""
        self._tables[shelf] = table

    def forget(self, shelf: Shelf) -> None:
        """Remember nothing, so that no earlier call's table passes for this call's."""
        self._tables.pop(shelf, None)

    def recall(self, shelf: Shelf) -> _Table | None:
        """Return the shelf's table, if there is one."""
        return self._tables.get(shelf)
