"""One call from its subjects to its table: pages, kept as they come, shown, framed.

What came in stays, whatever happens: an error carries the table so far, and so does the memory
that ``last_query()`` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from traktok import _inputs, auth
from traktok._endpoints import FIELD_OF_COLUMN, Endpoint
from traktok._frames import TableBuilder, with_text_ids
from traktok._memory import Memory, Shelf
from traktok._pages import Crawl, pages
from traktok._progress import steps, watch
from traktok._transport import Transport
from traktok._wire import Page
from traktok.errors import TraktokError, warn
from traktok.results import TikTokResults

memory: Memory[TikTokResults] = Memory()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a crawl is about: what its requests say, how it is called, whose its rows are."""

    body: Mapping[str, Any]
    name: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a call was told besides its subjects; ``of`` checks it before anything is sent."""

    endpoint: Endpoint
    fields: tuple[str, ...] | None
    max_pages: float
    start_cursor: int | None
    search_id: str | None
    cache: bool
    verbose: bool | None
    token: Any
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
            cache,
            verbose,
            token,
            shelf,
        )

    def crawls(self, subjects: Sequence[Subject]) -> list[Crawl]:
        """Make the crawls; only the first goes on where an earlier call left off."""
        return [
            Crawl(
                self.endpoint,
                subject.body,
                self.fields,
                self.max_pages,
                *((None, None) if number else (self.start_cursor, self.search_id)),
                subject.name,
                subject.tag,
            )
            for number, subject in enumerate(subjects)
        ]


def fetch(subjects: Sequence[Subject], call: Call) -> TikTokResults:
    """Go through the subjects one after another, and return their table."""
    return _collect(subjects, call).table()


def fetch_records(subjects: Sequence[Subject], call: Call) -> list[dict[str, Any]]:
    """Go through the subjects one after another, and return TikTok's records, ids as texts."""
    records: list[dict[str, Any]] = []
    _collect(subjects, call, records)
    return records


def _collect(
    subjects: Sequence[Subject], call: Call, records: list[dict[str, Any]] | None = None
) -> Collected:
    crawls = call.crawls(subjects)
    got = Collected(call, records)
    shown = steps(call.verbose)
    try:
        send = Transport(auth.credential(call.token), shown.say).send
        for number, crawl in enumerate(crawls, start=1):
            place = f" ({number} of {len(crawls)})" if len(crawls) > 1 else ""
            kept = keep(pages(crawl, send, got.doubt), crawl, got)
            for _ in watch(kept, shown, call.endpoint.noun, crawl.name, place):
                pass
        with shown.step("Parsing data", "Parsing data"):
            table = got.table()
    except BaseException as error:  # also Ctrl-C: what was collected is kept
        _remember(got.table(), call)
        if isinstance(error, TraktokError):
            error.reason = str(error)
            error.partial, error.stopped_at = got.table(), got.stopped_at
            error.explain(got.how_to_go_on())
        elif isinstance(error, KeyboardInterrupt):
            error.partial, error.stopped_at = got.table(), got.stopped_at  # type: ignore[attr-defined]
            error.add_note(got.how_to_go_on())
        raise
    _remember(table, call)
    got.warn_of_doubts()
    return got


def keep(pages: Iterator[Page], crawl: Crawl, got: Collected) -> Iterator[Page]:
    """Keep every page before anybody else sees it."""
    got.begin(crawl)
    for page in pages:
        got.add(page)
        yield page


def _remember(table: TikTokResults, call: Call) -> None:
    if call.shelf is None:
        return
    if call.cache:
        memory.keep(call.shelf, table.copy(deep=False))  # the same columns, not a second copy
    else:
        memory.forget(call.shelf)


class Collected:
    """What a call got so far, and where it stands."""

    def __init__(self, call: Call, records: list[dict[str, Any]] | None) -> None:
        self._call = call
        self._records = records
        self._builder = TableBuilder(call.endpoint.schema, call.fields)
        self._table: TikTokResults | None = None
        self._crawl: Crawl | None = None
        self._cursor: int | str | None = call.start_cursor or call.endpoint.first_cursor
        self._search_id = call.search_id
        self._has_more: list[bool] = []
        self._skipped: dict[str, str] = {}
        self._doubts: list[str] = []

    def begin(self, crawl: Crawl) -> None:
        """Begin with the next subject."""
        self._crawl = crawl
        self._cursor, self._search_id = crawl.first_cursor, crawl.search_id
        self._has_more.append(False)

    def add(self, page: Page) -> None:
        """Keep a page's rows, and where the next page starts."""
        crawl = self._crawl
        assert crawl is not None
        before = self._builder.rows
        self._builder.add(page.records, crawl.tag)
        if self._records is not None:
            records = (record for record in page.records if record and isinstance(record, dict))
            self._records.extend(map(with_text_ids, records))
        self._cursor, self._search_id = page.cursor, page.search_id or self._search_id
        self._has_more[-1] = page.has_more
        if page.withheld:
            self._skipped[crawl.tag or ""] = page.withheld
        elif self._call.endpoint.records is None and self._builder.rows == before:
            self._skipped[crawl.tag or ""] = "TikTok sent no data"

    def doubt(self, text: str) -> None:
        """Remember what to warn of when all is done."""
        self._doubts.append(f"{self.stopped_at}: {text}" if self.stopped_at else text)

    def table(self) -> TikTokResults:
        """Build the table of all pages so far."""
        if self._table is None:
            self._table = TikTokResults(self._builder.finish(), copy=False)
            if self._call.endpoint.schema.indexed:
                self._table = self._table.set_index(self._call.endpoint.schema.tag)
            self._table.attrs.update(self._position())
        return self._table

    def _position(self) -> dict[str, Any]:
        position: dict[str, Any] = {"cursor": self._cursor, "has_more": any(self._has_more)}
        if self._call.endpoint.searchable:
            position["search_id"] = self._search_id
        if self._call.endpoint.of_users:
            position["skipped"] = self._skipped
        return position

    @property
    def stopped_at(self) -> str | None:
        """The subject that was asked for last, where it has a name."""
        return self._crawl.name if self._crawl else None

    def how_to_go_on(self) -> str:
        """Say in a sentence what is kept and how to get the rest."""
        rows, call = self._builder.rows, self._call
        if rows == 0:
            return "Nothing was collected yet."
        places = ["error.partial"]
        if call.cache and call.shelf:
            places.append(f"last_{call.shelf.value}()")
        kept = f"{rows:,} row{'s' * (rows != 1)} kept in {' and '.join(places)}"
        onward = f"go on from {self._crawl.name}" if self._crawl and self._crawl.name else "go on"
        arguments = {"start_cursor": self._cursor, "search_id": self._search_id}
        told = ", ".join(f"{name}={value!r}" for name, value in arguments.items() if value)
        return f"{kept}; {onward} with {told}." if told else f"{kept}; {onward}."

    def warn_of_doubts(self) -> None:
        """Warn of what the table does not show by itself."""
        if self._skipped:
            first = [f"{name} ({reason})" for name, reason in list(self._skipped.items())[:5]]
            rest = f" and {len(self._skipped) - 5} more" if len(self._skipped) > 5 else ""
            warn(f"Skipped, see .attrs['skipped']: {', '.join(first)}{rest}.")
        unfinished = self._has_more.count(True)
        if self._call.endpoint.searchable and len(self._has_more) > 1 and unfinished:
            warn(
                f"{unfinished} of {len(self._has_more)} windows hold more than max_pages="
                f"{self._call.max_pages} pages: raise max_pages to get the rest."
            )
        for column, cells in self._builder.doubtful.items():
            warn(f"{cells} of the values TikTok sent as {column} can't be read and are missing.")
        for text in self._doubts:
            warn(f"{text}.")
