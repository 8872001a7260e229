"""The records that a call has collected so far, and the state of each of its crawls."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from traktok._http.pages import Crawl
from traktok._http.wire import Page
from traktok._inputs import why_empty
from traktok._run.options import FetchOptions
from traktok._run.state import CrawlState
from traktok._tables.builder import TableBuilder
from traktok._tables.columns import with_text_ids
from traktok._text import counted, some
from traktok.errors import (
    Argument,
    ContinueFrom,
    Message,
    SkippedWarning,
    StoppedAt,
    UnfinishedWarning,
    places_of_rows,
    warn,
)
from traktok.results import SharedDict, TikTokResults


class Collected:
    """The records that a call has collected, in the order of its crawls, and their states.

    Pages that come before their turn wait for it: the table is the same with any number of workers.
    """

    def __init__(
        self,
        options: FetchOptions,
        crawls: Sequence[Crawl],
        records: list[dict[str, Any]] | None,
    ) -> None:
        self.states = list(map(CrawlState, crawls))
        self._options = options
        self._records = records
        self._builder = TableBuilder(options.endpoint.schema, options.fields)
        self._table: TikTokResults | None = None
        self._skipped: dict[str, str] = {}
        self._lock = threading.Lock()
        self._turn = self._rows = 0

    def add(self, state: CrawlState, page: Page) -> None:
        """Add a page, and remember where the next one starts."""
        with self._lock:
            if self._table is not None:  # a worker that Ctrl-C left behind: the table is built
                return
            self._rows += len(page.records)
            state.rows += len(page.records)
            if page.cut_off:
                state.doubts.append(
                    f"TikTok lists no more: {counted(state.rows, self._options.endpoint.noun)} came"
                )
            if state is self.states[self._turn]:
                self._add_rows(state, page)
            else:
                state.early.append(page)
            # Set last: a page that Ctrl-C keeps out of the table must be requested again.
            state.cursor, state.search_id = page.cursor, page.search_id or state.search_id
            state.has_more = page.has_more
            if not page.has_more:
                self._end(state)

    def end(self, state: CrawlState) -> None:
        """Note that no more pages of a crawl are requested."""
        with self._lock:
            if self._table is None:
                self._end(state)

    def _end(self, state: CrawlState) -> None:
        """Mark a crawl as ended; the next one has its turn once all before it have ended."""
        state.ended = True
        while self._turn < len(self.states) - 1 and self.states[self._turn].ended:
            self._turn += 1
            self._add_early_rows(self.states[self._turn])

    def _add_early_rows(self, state: CrawlState) -> None:
        for page in state.early:
            self._add_rows(state, page)
        state.early.clear()

    def _add_rows(self, state: CrawlState, page: Page) -> None:
        key = state.crawl.key
        before = self._builder.rows
        self._builder.add(page.records, key)
        if self._records is not None:
            records = (record for record in page.records if record and isinstance(record, dict))
            self._records.extend(map(with_text_ids, records))
        if page.withheld:
            self._skipped[key or ""] = page.withheld
        elif self._options.endpoint.records is None and self._builder.rows == before:
            self._skipped[key or ""] = "TikTok sent no data"

    def table(self) -> TikTokResults:
        """Build the table of all pages so far; pages that come later are ignored."""
        with self._lock:
            if self._table is None:
                for state in self.states:
                    self._add_early_rows(state)
                table = TikTokResults(self._builder.finish(), copy=False)
                table.attrs.update(self._position())
                self._table = table
            return self._table

    def _position(self) -> dict[str, Any]:
        here = self._here
        position: dict[str, Any] = {
            "cursor": here.cursor if here else self._options.endpoint.first_cursor,
            "has_more": any(state.has_more for state in self.states),
        }
        if self._options.endpoint.searchable:
            position["search_id"] = here.search_id if here else None
        if self._options.endpoint.withheld:
            position["skipped"] = SharedDict(self._skipped)
        if here and here.crawl.key is not None:
            # The crawls that have more pages, each with the cursor to continue from.
            position["unfinished"] = SharedDict(
                {
                    str(state.crawl.key): state.cursor
                    for state in self.states
                    if state.has_more or not state.ended
                }
            )
        if here and here.crawl.window is not None:
            # ISO texts: a date in attrs would cost a Parquet file all of its attrs.
            position["start_date"], position["end_date"] = map(str, here.crawl.window)
        return position

    @property
    def _here(self) -> CrawlState | None:
        """Where a call that broke off continues: the first crawl that has not ended."""
        return self.states[self._turn] if self.states else None

    def stopped_at(self) -> StoppedAt | None:
        """Return the name of the first target that has not ended, if it has one."""
        here = self._here.crawl if self._here and self.states[0].begun else None
        return StoppedAt(here.name, here.key) if here and here.name else None

    def so_far(self) -> tuple[str, float | None]:
        """Describe how far the call is, in words and as a share of 1."""
        ended = sum(state.ended for state in self.states)
        rows = counted(self._rows, self._options.endpoint.noun)
        return f"Got {ended:,} of {len(self.states):,}: {rows}", ended / len(self.states)

    def total(self) -> str:
        """Describe how many records came."""
        return f"Got {counted(self._rows, self._options.endpoint.noun)}"

    def why_empty(self) -> str | None:
        """Describe why a search may have found nothing; None if it found something."""
        windows = [state.crawl.window for state in self.states if state.crawl.window]
        if self._rows or not windows or any(state.has_more for state in self.states):
            return None
        return why_empty(self._options.endpoint.noun, windows[0][0], windows[-1][1])

    def how_to_go_on(self) -> str:
        """Describe in a sentence what is kept, and how to get the rest."""
        rows, options, here = self._builder.rows, self._options, self._here
        if here is None or not any(state.ended or state.has_more for state in self.states):
            return "Nothing was collected yet."
        is_remembered = options.cache and options.remembered_as
        memory = f"last_{is_remembered.value}()" if is_remembered else None
        places = places_of_rows(memory)
        kept = f"{counted(rows, 'rows')} kept in {' and '.join(places)}" if rows else "No rows yet"
        if any(state.begun for state in self.states[self._turn + 1 :]):
            return f"{kept}; go on with those in {places[0]}.attrs['unfinished']."
        target, start_date = here.crawl.name, None
        if options.resumes_by_date and here.crawl.window and len(self.states) > 1:
            target, start_date = None, str(here.crawl.window[0])
        onward = ContinueFrom(target, here.cursor, here.search_id, start_date)
        return Message(f"{kept}; ", onward, ".")

    def warn_of_doubts(self) -> None:
        """Warn about what the table does not show by itself."""
        if self._skipped:
            skipped = [f"{name} ({reason})" for name, reason in self._skipped.items()]
            warn(f"Skipped, see .attrs['skipped']: {some(skipped, 5)}.", category=SkippedWarning)
        unfinished = sum(state.has_more and not state.doubts for state in self.states)
        if self._options.endpoint.searchable and len(self.states) > 1 and unfinished:
            warn(
                f"{unfinished} of {len(self.states)} windows hold more than ",
                Argument("max_pages", self._options.max_pages),
                " pages: raise ",
                Argument("max_pages"),
                " to get the rest.",
                category=UnfinishedWarning,
            )
        for column, cells in self._builder.doubtful.items():
            warn(f"{cells} of the values TikTok sent as {column} can't be read and are missing.")
        for state in self.states:
            name = f"{state.crawl.name}: " if state.crawl.name else ""
            for text in state.doubts:
                warn(f"{name}{text}.")
