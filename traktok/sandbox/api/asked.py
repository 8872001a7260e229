"""A request to a research endpoint, together with what is needed to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from random import Random

from traktok.sandbox.switches import Switches

from .issued import Checks, SearchIds
from .parsing import NEW_SPELLING, OLD_SPELLING, Data
from .wire import Request
from .world import World


@dataclass(frozen=True)
class Asked:
    """A request together with what is needed to answer it."""

    request: Request
    world: World
    now: datetime
    random: Random
    search_ids: SearchIds
    checks: Checks
    gone: frozenset[int | str]
    """Ids of videos, comments and users that were deleted since the world was made."""
    poison: frozenset[int | str]
    """Names and ids that make every request that lists them fail."""
    switches: Switches

    @property
    def body(self) -> Data:
        """Return the request's body."""
        return self.request.body

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Return the requested fields."""
        return frozenset(self.request.fields)

    def row(self, record: Data) -> Data:
        """Return the requested fields of a record, in the record's own order."""
        wanted = self.wanted
        row = {name: value for name, value in record.items() if name in wanted}
        if OLD_SPELLING in wanted and NEW_SPELLING in record:
            row[OLD_SPELLING] = record[NEW_SPELLING]
        return row
