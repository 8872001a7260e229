"""The options of a run, checked before anything is sent."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from inspect import Parameter
from typing import Any, Literal, TypedDict

from traktok import _inputs, auth
from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import FIELD_OF_COLUMN
from traktok._http.pages import Crawl
from traktok._http.transport import Credential
from traktok._run.memory import LastCall
from traktok._run.state import Target
from traktok.errors import InvalidArgument

# Each worker is a thread with connections of its own, and a store counts in 32 bits.
_MOST_WORKERS, _MOST_REQUESTS = 1_000, 1_000_000_000


class RunArguments(TypedDict, total=False):
    """The arguments of a collection's run, as given; see :func:`tt_collect`."""

    workers: int
    max_requests: int | None
    daily_requests: int | None
    requests_per_second: float | None
    on_quota: Literal["stop", "wait"]
    verbose: bool | None
    token: Any


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a run, with a collection's defaults."""

    workers: int = 4
    max_requests: int | None = None
    daily_requests: int | None = None
    requests_per_second: float | None = None
    on_quota: Literal["stop", "wait"] = "stop"
    verbose: bool | None = None
    token: Any = field(default=None, repr=False)
    allowance: Allowance = field(init=False, repr=False)
    credential: Credential = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _inputs.positive(self.workers, "workers", _MOST_WORKERS)
        for name in ("max_requests", "daily_requests"):
            if getattr(self, name) is not None:
                _inputs.positive(getattr(self, name), name, _MOST_REQUESTS)
        rate = self.requests_per_second
        is_number = isinstance(rate, (int, float)) and not isinstance(rate, bool)
        if rate is not None and not (is_number and rate > 0):
            raise InvalidArgument.must_be("requests_per_second", "a positive number or None", rate)
        if self.on_quota not in ("stop", "wait"):
            raise InvalidArgument.must_be("on_quota", "'stop' or 'wait'", self.on_quota)
        object.__setattr__(self, "allowance", Allowance(self.max_requests))
        object.__setattr__(self, "credential", auth.credential(self.token))


RUN_PARAMETERS = tuple(
    Parameter(each.name, Parameter.KEYWORD_ONLY, default=each.default, annotation=each.type)
    for each in fields(RunOptions)
    if each.init
)


class Allowance:
    """The most requests that one call may send, all its workers and runs together."""

    def __init__(self, most: int | None = None) -> None:
        self._lock = threading.Lock()
        self._most = most
        self.sent = 0

    def take(self) -> bool:
        """Count one more request; return whether it may be sent."""
        with self._lock:
            if self._most is not None and self.sent >= self._most:
                return False
            self.sent += 1
            return True

    def give_back(self) -> None:
        """Uncount a request that was not sent."""
        with self._lock:
            self.sent -= 1


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """What a call requests of each target, and the options of its run."""

    endpoint: Endpoint
    fields: tuple[str, ...] | None
    max_pages: float
    start_cursor: int | None
    search_id: str | None
    remembered_as: LastCall | None
    cache: bool
    resumes_by_date: bool
    run: RunOptions

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
        remembered_as: LastCall | None = None,
        resumes_by_date: bool = False,
    ) -> FetchOptions:
        """Check the arguments of a function of the Research API.

        ``resumes_by_date`` says that a call over several windows continues by its start_date.
        """
        return cls(
            endpoint,
            _inputs.fields(fields, endpoint.documented, FIELD_OF_COLUMN),
            _inputs.page_limit(max_pages),
            _inputs.start_cursor(start_cursor),
            _inputs.search_id(search_id),
            remembered_as,
            cache,
            resumes_by_date,
            RunOptions(workers=workers, verbose=verbose, token=token),
        )

    def crawls(self, targets: Sequence[Target]) -> list[Crawl]:
        """Build a crawl for each target; only the first continues where an earlier call ended."""
        onward: dict[str, Any] = {"start_cursor": self.start_cursor, "search_id": self.search_id}
        return [
            Crawl(
                self.endpoint,
                target.body,
                self.fields,
                self.max_pages,
                key=target.key,
                name=target.name,
                window=target.window,
                **({} if number else onward),
            )
            for number, target in enumerate(targets)
        ]
