"""One call from its subjects to its table: pages, kept as they come, shown, framed.

What came in stays, whatever happens: an error carries the table so far, and so does the memory
that ``last_query()`` reads.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from traktok import _inputs, auth
from traktok._http.endpoints import FIELD_OF_COLUMN, Endpoint
from traktok._http.pages import Crawl, pages
from traktok._http.transport import Credential, Transport
from traktok._http.wire import Page, Request
from traktok._run.memory import Memory, Shelf
from traktok._run.progress import Steps, steps, watch
from traktok._run.workers import Reins, side_by_side
from traktok._tables.frames import TableBuilder, with_text_ids
from traktok._text import counted
from traktok.errors import (
    Argument,
    ContinueFrom,
    Message,
    SkippedWarning,
    StoppedAt,
    TraktokError,
    UnfinishedWarning,
    advise,
    warn,
)
from traktok.results import Notes, TikTokResults

memory: Memory[TikTokResults] = Memory()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a crawl is about: what its requests say, and how it is called among several.

    Attributes
    ----------
    body
        What its requests say.
    key
        The name, id or days that tell it from others; None for a search.
    name
        How it is called where it is spoken of.
    """

    body: Mapping[str, Any]
    key: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a call was told besides its subjects; ``of`` checks it before anything is sent."""

    endpoint: Endpoint
    fields: tuple[str, ...] | None
    max_pages: float
    start_cursor: int | None
    search_id: str | None
    workers: int
    cache: bool
    verbose: bool | None
    credential: Credential
    shelf: Shelf | None

    @classmethod
    def of(
        cls,
        endpoint: Endpoint,
        *,
        fields: Any = "all",
        max_pages: Any = 1,
        start_cursor: Any = None,
        search_id: Any = None,
        workers: Any = 1,
        cache: bool = True,
        verbose: bool | None = None,
        token: Any = None,
        shelf: Shelf | None = None,
    ) -> Call:
        """Take the arguments as users give them."""
        return cls(
            endpoint,
            _inputs.fields(fields, endpoint.documented, FIELD_OF_COLUMN),
            _inputs.page_limit(max_pages),
            _inputs.start_cursor(start_cursor),
            _inputs.search_id(search_id),
            _inputs.positive(workers, "workers"),
            cache,
            verbose,
            auth.credential(token),
            shelf,
        )

    def crawls(self, subjects: Sequence[Subject]) -> list[Crawl]:
        """Make the crawls; only the first goes on where an earlier call left off."""
        onward: dict[str, Any] = {"start_cursor": self.start_cursor, "search_id": self.search_id}
        return [
            Crawl(
                self.endpoint,
                subject.body,
                self.fields,
                self.max_pages,
                key=subject.key,
                name=subject.name,
                **({} if number else onward),
            )
            for number, subject in enumerate(subjects)
        ]


def fetch(subjects: Sequence[Subject], call: Call) -> TikTokResults:
    """Go through the subjects, and return their table."""
    return _collect(subjects, call).table()


def empty(endpoint: Endpoint) -> TikTokResults:
    """Make the table of no answer at all."""
    return Collected(Call.of(endpoint), [], None).table()


def fetch_records(subjects: Sequence[Subject], call: Call) -> list[dict[str, Any]]:
    """Go through the subjects, and return TikTok's records, ids as texts."""
    records: list[dict[str, Any]] = []
    _collect(subjects, call, records)
    return records


def _collect(
    subjects: Sequence[Subject], call: Call, records: list[dict[str, Any]] | None = None
) -> Collected:
    got = Collected(call, call.crawls(subjects), records)
    shown = steps(call.verbose)
    go_through = _side_by_side if min(call.workers, len(subjects)) > 1 else _in_turn
    try:
        go_through(got, call, shown)
        with shown.step("Parsing data", "Parsing data"):
            table = got.table()
    except BaseException as error:  # also Ctrl-C: what was collected is kept
        _remember(got.table(), call)
        if isinstance(error, TraktokError | KeyboardInterrupt):
            error.partial, error.stopped_at = got.table(), got.stopped_at  # type: ignore[union-attr]
            advise(error, got.how_to_go_on())
        raise
    _remember(table, call)
    got.warn_of_doubts()
    return got


def _in_turn(got: Collected, call: Call, shown: Steps) -> None:
    """Go through the crawls one after another, as R does."""
    send = Transport(call.credential, shown.say).send
    total = len(got.stands)
    for number, stand in enumerate(got.stands, start=1):
        place = f" ({number} of {total})" if total > 1 else ""
        kept = keep(stand, send, got)
        for _ in watch(kept, shown, call.endpoint.noun, stand.crawl.name, place):
            pass


def _side_by_side(got: Collected, call: Call, shown: Steps) -> None:
    """Go through several crawls at once, each of them strictly in order."""
    reins = Reins(shown.say)
    send = Transport(call.credential, shown.say, reins).send
    waiting = deque(got.stands)

    def following() -> Stand | None:
        with contextlib.suppress(IndexError):
            return waiting.popleft()
        return None

    def work() -> None:
        while (stand := following()) is not None:
            try:
                for _ in keep(stand, send, got):
                    reins.brake.check()
            except TraktokError as error:
                error.explain(f"That was {stand.crawl.name}.")
                raise

    doing = f"Getting {call.endpoint.noun}"
    side_by_side(work, min(call.workers, len(waiting)), reins.brake, shown, doing, got.so_far)


def keep(stand: Stand, send: Callable[[Request], Page], got: Collected) -> Iterator[Page]:
    """Keep every page of a crawl before anybody else sees it."""
    stand.begun = True
    for page in pages(stand.crawl, send, stand.doubts.append):
        got.add(stand, page)
        yield page
    got.end(stand)


def _remember(table: TikTokResults, call: Call) -> None:
    if call.shelf is None:
        return
    if call.cache:
        memory.keep(call.shelf, table.copy(deep=False))  # the same columns, not a second copy
    else:
        memory.forget(call.shelf)


class Stand:
    """Where a crawl stands."""

    def __init__(self, crawl: Crawl) -> None:
        self.crawl = crawl
        self.cursor, self.search_id = crawl.first_cursor, crawl.search_id
        self.has_more = self.begun = self.ended = False
        self.early: list[Page] = []
        self.doubts: list[str] = []


class Collected:
    """What a call got so far, in the order of its crawls, and where each of them stands.

    Pages that come before their turn wait for it: the table is the same with any number of workers.
    """

    def __init__(
        self, call: Call, crawls: Sequence[Crawl], records: list[dict[str, Any]] | None
    ) -> None:
        self.stands = list(map(Stand, crawls))
        self._call = call
        self._records = records
        self._builder = TableBuilder(call.endpoint.schema, call.fields)
        self._table: TikTokResults | None = None
        self._skipped: dict[str, str] = {}
        self._lock = threading.Lock()
        self._turn = self._rows = 0

    def add(self, stand: Stand, page: Page) -> None:
        """Keep a page, and where the next one starts."""
        with self._lock:
            if self._table is not None:  # workers that Ctrl-C left: the table is told how to go on
                return
            self._rows += len(page.records)
            if stand is self.stands[self._turn]:
                self._take(stand, page)
            else:
                stand.early.append(page)
            # Only now: a page that Ctrl-C keeps out of the table is asked for again.
            stand.cursor, stand.search_id = page.cursor, page.search_id or stand.search_id
            stand.has_more = page.has_more
            if not page.has_more:
                self._end(stand)

    def end(self, stand: Stand) -> None:
        """Take note that no more pages of a crawl are asked for."""
        with self._lock:
            if self._table is None:
                self._end(stand)

    def _end(self, stand: Stand) -> None:
        """Let the next crawl have its turn once those before it are at their end."""
        stand.ended = True
        while self._turn < len(self.stands) - 1 and self.stands[self._turn].ended:
            self._turn += 1
            self._take_early(self.stands[self._turn])

    def _take_early(self, stand: Stand) -> None:
        for page in stand.early:
            self._take(stand, page)
        stand.early.clear()

    def _take(self, stand: Stand, page: Page) -> None:
        key = stand.crawl.key
        before = self._builder.rows
        self._builder.add(page.records, key)
        if self._records is not None:
            records = (record for record in page.records if record and isinstance(record, dict))
            self._records.extend(map(with_text_ids, records))
        if page.withheld:
            self._skipped[key or ""] = page.withheld
        elif self._call.endpoint.records is None and self._builder.rows == before:
            self._skipped[key or ""] = "TikTok sent no data"

    def table(self) -> TikTokResults:
        """Build the table of all pages so far; what comes later is not taken any more."""
        with self._lock:
            if self._table is None:
                for stand in self.stands:
                    self._take_early(stand)
                table = TikTokResults(self._builder.finish(), copy=False)
                if self._call.endpoint.schema.indexed:
                    table = table.set_index(self._call.endpoint.schema.tag)
                table.attrs.update(self._position())
                self._table = table
            return self._table

    def _position(self) -> dict[str, Any]:
        here = self._here
        position: dict[str, Any] = {
            "cursor": here.cursor if here else self._call.endpoint.first_cursor,
            "has_more": any(stand.has_more for stand in self.stands),
        }
        if self._call.endpoint.searchable:
            position["search_id"] = here.search_id if here else None
        if self._call.endpoint.of_users:
            position["skipped"] = Notes(self._skipped)
        if here and here.crawl.key is not None:
            position["unfinished"] = Notes(self._unfinished)
        return position

    @property
    def _here(self) -> Stand | None:
        """Where a call that broke off goes on: the first crawl that is not at its end."""
        return self.stands[self._turn] if self.stands else None

    @property
    def _unfinished(self) -> dict[str, int | str | None]:
        """Which crawls there is more of, each with the cursor to go on from."""
        return {
            str(stand.crawl.key): stand.cursor
            for stand in self.stands
            if stand.has_more or not stand.ended
        }

    @property
    def stopped_at(self) -> StoppedAt | None:
        """The first subject that is not at its end, where it has a name."""
        here = self._here.crawl if self._here and self.stands[0].begun else None
        return StoppedAt(here.name, here.key) if here and here.name else None

    def so_far(self) -> tuple[str, float | None]:
        """Say how far it is, in words and as a part of the whole."""
        ended = sum(stand.ended for stand in self.stands)
        rows = counted(self._rows, self._call.endpoint.noun)
        return f"Got {ended:,} of {len(self.stands):,}: {rows}", ended / len(self.stands)

    def how_to_go_on(self) -> str:
        """Say in a sentence what is kept and how to get the rest."""
        rows, call, here = self._builder.rows, self._call, self._here
        if here is None or not any(stand.ended or stand.has_more for stand in self.stands):
            return "Nothing was collected yet."
        places = ["error.partial"]
        if call.cache and call.shelf:
            places.append(f"last_{call.shelf.value}()")
        kept = f"{counted(rows, 'rows')} kept in {' and '.join(places)}" if rows else "No rows yet"
        if any(stand.begun for stand in self.stands[self._turn + 1 :]):
            return f"{kept}; go on with those in error.partial.attrs['unfinished']."
        onward = ContinueFrom(here.crawl.name, here.cursor, here.search_id)
        return Message(f"{kept}; ", onward, ".")

    def warn_of_doubts(self) -> None:
        """Warn of what the table does not show by itself."""
        if self._skipped:
            first = [f"{name} ({reason})" for name, reason in list(self._skipped.items())[:5]]
            rest = f" and {len(self._skipped) - 5} more" if len(self._skipped) > 5 else ""
            warn(
                f"Skipped, see .attrs['skipped']: {', '.join(first)}{rest}.",
                category=SkippedWarning,
            )
        unfinished = sum(stand.has_more for stand in self.stands)
        if self._call.endpoint.searchable and len(self.stands) > 1 and unfinished:
            warn(
                f"{unfinished} of {len(self.stands)} windows hold more than ",
                Argument("max_pages", self._call.max_pages),
                " pages: raise ",
                Argument("max_pages"),
                " to get the rest.",
                category=UnfinishedWarning,
            )
        for column, cells in self._builder.doubtful.items():
            warn(f"{cells} of the values TikTok sent as {column} can't be read and are missing.")
        for stand in self.stands:
            name = f"{stand.crawl.name}: " if stand.crawl.name else ""
            for text in stand.doubts:
                warn(f"{name}{text}.")
