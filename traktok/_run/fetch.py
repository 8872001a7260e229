"""Collect in memory: go through targets, and return their table.

Pages survive an error: the error carries the table so far, and ``last_query()`` returns it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from traktok._http.endpoint import Endpoint
from traktok._http.pages import Crawl
from traktok._http.transport import Transport
from traktok._http.wire import Page, Request
from traktok._run.collected import Collected
from traktok._run.memory import memory
from traktok._run.options import FetchOptions
from traktok._run.progress import Steps, steps, watch
from traktok._run.run import go_through
from traktok._run.state import CrawlState, Target
from traktok._run.workers import Throttle, run_workers
from traktok.errors import TraktokError, keeping
from traktok.results import TikTokResults


def fetch(targets: Sequence[Target], options: FetchOptions) -> TikTokResults:
    """Go through the targets, and return their table."""
    return _collect(targets, options).table()


def fetch_records(targets: Sequence[Target], options: FetchOptions) -> list[dict[str, Any]]:
    """Go through the targets, and return TikTok's records, ids as texts."""
    records: list[dict[str, Any]] = []
    _collect(targets, options, records)
    return records


def empty_table(endpoint: Endpoint) -> TikTokResults:
    """Return the table of an endpoint without any row."""
    return Collected(FetchOptions.of(endpoint), [], None).table()


def _collect(
    targets: Sequence[Target],
    options: FetchOptions,
    records: list[dict[str, Any]] | None = None,
) -> Collected:
    collected = Collected(options, options.crawls(targets), records)
    shown = steps(options.run.verbose)

    def remembered_table() -> TikTokResults:
        table = collected.table()
        if options.remembered_as and options.cache:
            memory.remember(options.remembered_as, table)
        elif options.remembered_as:
            memory.forget(options.remembered_as)
        return table

    with keeping(remembered_table, collected.how_to_go_on, collected.stopped_at):
        if min(options.run.workers, len(targets)) > 1:
            _go_through_side_by_side(collected, options, shown)
        else:
            _go_through_in_turn(collected, options, shown)
        with shown.step("Parsing data", "Parsing data"):
            collected.table()
    shown.total(collected.total())
    if (why := collected.why_empty()) is not None:
        shown.say(why)
    remembered_table()
    collected.warn_of_doubts()
    return collected


def _go_through_in_turn(collected: Collected, options: FetchOptions, shown: Steps) -> None:
    """Go through the crawls one after another, in this thread."""
    total = len(collected.states)
    keeper = _Worker(
        iter(collected.states), collected, Transport(options.run.credential, shown.say).send
    )

    def show(pages: Iterator[Page]) -> Iterator[Page]:
        place = f" ({keeper.claimed} of {total})" if total > 1 else ""
        return watch(pages, shown, options.endpoint.noun, keeper.state.crawl.name, place)

    go_through(keeper, show=show)


def _go_through_side_by_side(collected: Collected, options: FetchOptions, shown: Steps) -> None:
    """Go through several crawls at once, each of them strictly in order."""
    throttle = Throttle(options.run, shown.say)
    send = Transport(options.run.credential, shown.say, throttle).send
    waiting = iter(collected.states)  # next() of a list's iterator is atomic
    workers = min(options.run.workers, len(collected.states))

    def work() -> None:
        go_through(_Worker(waiting, collected, send, names_its_crawl=True), throttle.stop)

    doing = f"Getting {options.endpoint.noun}"
    run_workers(work, workers, throttle.stop, shown, doing, collected.so_far)


class _Worker:
    """One worker of a call: it keeps its pages in what the call has collected."""

    state: CrawlState

    def __init__(
        self,
        waiting: Iterator[CrawlState],
        collected: Collected,
        send: Callable[[Request], Page],
        *,
        names_its_crawl: bool = False,
    ) -> None:
        self.send, self.claimed = send, 0
        self._waiting, self._collected, self._names_its_crawl = waiting, collected, names_its_crawl

    def claim(self) -> Crawl | None:
        """Return the next crawl."""
        state = next(self._waiting, None)
        if state is None:
            return None
        self.state = state
        self.claimed += 1
        state.begun = True
        return state.crawl

    def save_page(self, page: Page) -> None:
        """Add a page to what was collected."""
        self._collected.add(self.state, page)

    def finish(self, doubts: list[str]) -> None:
        """Note that no more pages of the crawl are requested."""
        self.state.doubts += doubts
        self._collected.end(self.state)

    def give_back(self) -> None:
        """Leave the crawl unfinished: its cursor is in ``unfinished``."""

    def decide(self, error: TraktokError) -> None:
        """End the call; if several crawls run at once, name the one that failed."""
        if self._names_its_crawl:
            error.explain(f"That was {self.state.crawl.name}.")
        raise error
