"""What the service issues and remembers: tokens, ids of searches, checks of uploaded ids."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count

from traktok.sandbox.switches import Switches

from . import vignette
from .clock import Clock
from .parsing import Search
from .query import Query
from .wire import RefusedError

FIRST_TASK = 12_345_678_910_987_654_321  # the documentation's sample; 64 bits do not hold it
PLACES_PER_SEARCH_ID = 300  # a search is given a new id after this many items


class Tokens:
    """Access tokens and when each expires; a new token does not end earlier ones."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._number = count()  # not reset, so that a forgotten token is never issued again
        self._valid_until: dict[str, datetime] = {}

    def issue(self, now: datetime, life: float) -> str:
        """Return a new token that is valid for `life` seconds."""
        digest = sha256(f"{self._seed}/token/{next(self._number)}".encode()).hexdigest()
        token = f"clt.2.{digest[:48]}"
        self._valid_until[token] = now + timedelta(seconds=life)
        return token

    def good(self, token: str | None, now: datetime) -> bool:
        """Return whether a token is known and has not expired."""
        return token in self._valid_until and now < self._valid_until[token]

    def clear(self) -> None:
        """End all tokens."""
        self._valid_until.clear()


class SearchIds:
    """Ids of searches: equal for equal searches, and valid once they were issued."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock, self._switches = clock, switches
        self._issued: dict[str, tuple[Search, datetime]] = {}
        self._printed = {
            Search(Query.read(printed.query), printed.start, printed.end, False): printed.search_ids
            for printed in vignette.SEARCHES
        }

    def issue(self, search: Search, cursor: int) -> str:
        """Return the search id for a page, and remember it."""
        search_id = self._printed.get(search, {}).get(cursor) or self._made_up(search, cursor)
        self._issued[search_id] = search, self._clock.now
        return search_id

    def check(self, search_id: object, search: Search) -> None:
        """Refuse a search id that was issued for another search or has expired."""
        of, issued = self._issued.get(str(search_id), (None, self._clock.now))
        life = timedelta(days=self._switches.number("search_id_days"))
        if of != search or self._clock.now - issued > life:
            raise RefusedError(f"Search Id {search_id} is invalid or expired")

    @staticmethod
    def _made_up(search: Search, cursor: int) -> str:
        digest = sha256(f"{search!r}/{cursor // PLACES_PER_SEARCH_ID}".encode()).hexdigest()
        return f"74{int(digest, 16) % 10**17:017d}"

    def clear(self) -> None:
        """Forget all ids."""
        self._issued.clear()


class Checks:
    """Uploaded files of ids. A check is completed when its status is requested a second time."""

    def __init__(self) -> None:
        self.clear()

    def create(self, category: str, ids: list[int]) -> int:
        """Store a file, and return the id of its check."""
        task_id = FIRST_TASK + len(self._files)
        self._files[task_id] = category, ids
        return task_id

    def status(self, task_id: int) -> str:
        """Return the status of a check."""
        self._known(task_id)
        self._asked[task_id] = self._asked.get(task_id, 0) + 1
        return "Completed" if self._asked[task_id] > 1 else "Processing"

    def valid(self, task_id: int) -> tuple[str, list[int]]:
        """Return the category and the ids of a completed check."""
        if self._asked.get(task_id, 0) < 2:
            raise RefusedError("the task is not completed")
        return self._known(task_id)

    def _known(self, task_id: int) -> tuple[str, list[int]]:
        if task_id not in self._files:
            raise RefusedError("task_id is invalid")
        return self._files[task_id]

    def clear(self) -> None:
        """Forget all files."""
        self._files: dict[int, tuple[str, list[int]]] = {}
        self._asked: dict[int, int] = {}
