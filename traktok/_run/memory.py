"""The tables of this thread's last calls, for ``last_query()`` and ``last_comments()``.

Each thread has a memory of its own.
"""

from __future__ import annotations

import threading
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from traktok.results import TikTokResults


class LastCall(Enum):
    """The calls that are remembered; the value is the ``...`` of ``last_...()``."""

    QUERY = "query"
    COMMENTS = "comments"


class Memory(threading.local):
    """The newest table of each kind of call."""

    def __init__(self) -> None:
        self._tables: dict[LastCall, TikTokResults] = {}

    def remember(self, call: LastCall, table: TikTokResults) -> None:
        """Remember a table, in place of the one before."""
        self._tables[call] = table.copy(deep=False)  # the same columns, not a second copy

    def forget(self, call: LastCall) -> None:
        """Forget the table, so that an earlier call's table is not taken for this call's."""
        self._tables.pop(call, None)

    def recall(self, call: LastCall) -> TikTokResults | None:
        """Return the table, if there is one."""
        table = self._tables.get(call)
        return None if table is None else table.copy(deep=False)


memory = Memory()
