"""Check which ids are still public: TikTok's terms require that what is gone is deleted.

TikTok checks files of up to 10,000 ids, for clients that have access to that. For others, searching
for the ids answers the same for videos, with more requests.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from traktok import _clock, _inputs, auth
from traktok._http.bodies import search_body
from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import CHECK_CREATE, CHECK_DOWNLOAD, CHECK_STATUS, VIDEO_QUERY
from traktok._http.pages import Crawl
from traktok._http.transport import Transport
from traktok._http.wire import Page, Request, research_request, upload_request
from traktok._lazy import LazyModule
from traktok._run.progress import steps
from traktok._run.run import go_through
from traktok._run.workers import StoppedError
from traktok._secrets.secret import conceals_token
from traktok._tables.builder import typed
from traktok._tables.columns import Flags, Texts
from traktok._text import counted
from traktok.collect._parts import in_parts
from traktok.collect._windows import Window, holding
from traktok.errors import (
    InvalidArgument,
    InvalidRequest,
    ServerError,
    TraktokError,
    warn,
)
from traktok.query import Condition, Query

if TYPE_CHECKING:
    from traktok import results
else:
    results = LazyModule("traktok.results")

Category = Literal["video", "comment"]
Send = Callable[[Request], Page]

LARGEST_FILE = 10_000
# The most ids of one search are undocumented; a page of its answer holds this many.
LARGEST_SEARCH = 100
_WAITS = (2, 4, 8, 15, 30, *[60] * 60)
_NO_ACCESS = {"scope_not_authorized", "scope_permission_missed"}
_FIRST_VIDEOS = date(2014, 1, 1)

_List = TypeVar("_List", "_File", "_Search")


@conceals_token
def tt_still_public(
    ids: Any,
    category: Category = "video",
    *,
    verbose: bool | None = None,
    token: Any = None,
) -> results.TikTokResults:
    """Check which videos or comments are still public.

    Uses TikTok's batch compliance endpoints; for a client without access to them, it searches for
    videos by their ids. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-batch-compliance.

    Parameters
    ----------
    ids : str, int or sequence of them
        Ids of videos (URLs too) or of comments, any number.
    category : {"video", "comment"}
        What they are ids of.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.

    Returns
    -------
    TikTokResults
        One row per id, each once, in the order given: ``video_id`` or ``comment_id`` (string) and
        ``still_public`` (boolean; missing if TikTok did not say).

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`.

    Examples
    --------
    >>> tt_still_public(["7195762648716152107", "1"])["still_public"].tolist()
    [True, False]
    """
    if category not in ("video", "comment"):
        raise InvalidArgument.must_be("category", "'video' or 'comment'", category)
    clean = _inputs.video_ids if category == "video" else _inputs.comment_ids
    asked = clean(ids)
    shown = steps(verbose)
    send = Transport(auth.credential(token), shown.say).send
    public: set[str] = set()
    unknown: set[str] = set()
    with shown.step(f"Checking {len(asked):,} ids") as step:
        files = in_parts(asked, LARGEST_FILE)
        for number, answer in enumerate(check(files, category, send), start=1):
            public |= answer.public
            unknown |= answer.unknown | answer.failed.keys()
            warn_of_failed(answer)
            step.update(f"Checked {min(number * LARGEST_FILE, len(asked)):,} ids")
    still = [None if id in unknown else id in public for id in asked]
    return results.TikTokResults(
        {f"{category}_id": typed(Texts, asked), "still_public": typed(Flags, still)}
    )


class Answer:
    """What is known of some ids.

    Attributes
    ----------
    asked
        The ids.
    public
        Those that are public.
    unknown
        Those that TikTok can't be asked about.
    failed
        Those that TikTok fails for whenever they are on a list, each with its words.
    records
        What TikTok said of those that are public, if it said anything.
    """

    def __init__(self, asked: Sequence[str]) -> None:
        self.asked = asked
        self.public: set[str] = set()
        self.unknown: set[str] = set()
        self.failed: dict[str, str] = {}
        self.records: list[Mapping[str, Any]] = []

    @property
    def gone(self) -> list[str]:
        """Those that are no longer public."""
        known = self.public | self.unknown | self.failed.keys()
        return [id for id in self.asked if id not in known]


def warn_of_failed(answer: Answer) -> None:
    """Warn about ids that could not be checked."""
    if answer.failed:
        some = ", ".join(list(answer.failed)[:5]) + (", ..." if len(answer.failed) > 5 else "")
        reason = next(iter(answer.failed.values()))
        warn(f"{counted(len(answer.failed), 'ids')} could not be checked ({some}): {reason}")


def check(
    files: Iterable[Sequence[str]],
    category: str,
    send: Send,
    fields: tuple[str, ...] | None = ("id",),
) -> Iterator[Answer]:
    """Ask about ids, a file at a time; search for videos once there is no access to that."""
    check_file = _FileCheck(category, send)
    access = True
    for ids in files:
        answer = Answer(ids)
        if access:
            try:
                check_file.check(answer)
            except TraktokError as error:
                if category != "video" or not is_refusal(error):
                    raise
                access = False
                answer = Answer(ids)
        if not access:
            _search_for(answer, send, fields)
        yield answer


def is_refusal(error: TraktokError) -> bool:
    """Return whether TikTok says that this client has no access."""
    return error.code in _NO_ACCESS or error.status in (403, 404)


class _Lists(Generic[_List]):
    """Lists of ids to ask about; one that fails whole is halved until what fails stands alone.

    A single account or video can make TikTok fail for every list that names it (clients of 2026).
    """

    def __init__(self, lists: Iterable[_List], answer: Answer) -> None:
        self._waiting: deque[_List] = deque(lists)
        self._answer = answer
        self._failures = 0
        # So many failures without an answer between halve the longest list down to one id, and then
        # some: failures beyond that are not the list's own.
        self._most = max((len(one.ids) for one in self._waiting), default=0).bit_length() + 2

    def next(self) -> _List | None:
        """Return the next list, if there is one."""
        return self._waiting.popleft() if self._waiting else None

    def ask_first(self, one: _List) -> None:
        """Put a list before all others."""
        self._waiting.appendleft(one)

    def answered(self) -> None:
        """Note that TikTok answered."""
        self._failures = 0

    def failed(self, one: _List, error: TraktokError) -> None:
        """Halve a list, or set an id apart; raise an error that is not the list's own."""
        self._failures += 1
        is_server_error = error.status is not None and error.status >= 500
        if not is_server_error or self._failures > self._most:
            raise error
        if len(one.ids) == 1:
            self._answer.failed[one.ids[0]] = error.reason
            return
        middle = len(one.ids) // 2
        self._waiting.extendleft(
            replace(one, ids=ids) for ids in (one.ids[middle:], one.ids[:middle])
        )


@dataclass(frozen=True)
class _File:
    """Ids to check by a file."""

    ids: Sequence[str]


class _FileCheck:
    """Checks ids by TikTok's batch compliance endpoints."""

    def __init__(self, category: str, send: Send) -> None:
        self._category, self._send = category, send
        self._writes: type[int] | type[str] = int

    def check(self, answer: Answer) -> None:
        """Check the ids of an answer."""
        files = _Lists([_File(answer.asked)], answer)
        while (file := files.next()) is not None:
            try:
                answer.public |= set(self._public(file.ids)) & set(file.ids)
            except TraktokError as error:
                files.failed(file, error)
            else:
                files.answered()

    def _public(self, ids: Sequence[str]) -> Sequence[str]:
        """Return those that TikTok finds public."""
        body = {"category": self._category}
        task = str(self._send(upload_request(CHECK_CREATE, body, ids)).data.get("task_id"))
        for wait in _WAITS:
            status = self._ask(CHECK_STATUS, task).data.get("task_status")
            if status == "Completed":
                break
            if status == "Failed":
                raise ServerError("TikTok could not check the ids.")
            _clock.sleep(wait)
        else:
            minutes = sum(_WAITS) // 60
            raise ServerError(f"TikTok did not finish checking the ids in {minutes} minutes.")
        # An empty file may be a faulty answer: ask again before believing that nothing is public.
        return self._ask(CHECK_DOWNLOAD, task).records or self._ask(CHECK_DOWNLOAD, task).records

    def _ask(self, endpoint: Endpoint, task: str) -> Page:
        """Ask about a task; its id is documented as a number, and sent as text if refused."""
        if not task.isdigit():
            self._writes = str
        try:
            return self._send(research_request(endpoint, {"task_id": self._writes(task)}))
        except InvalidRequest:
            if self._writes is str:
                raise
            page = self._send(research_request(endpoint, {"task_id": task}))
            self._writes = str
            return page


def _search_for(answer: Answer, send: Send, fields: tuple[str, ...] | None) -> None:
    """Search for videos by their ids, in the windows that the ids say they were posted in."""
    windows: dict[Window, list[str]] = defaultdict(list)
    for id in answer.asked:
        if (day := _day_of(id)) is None:
            answer.unknown.add(id)
        else:
            windows[holding(day)].append(id)
    searches = [
        _Search(part, window)
        for window, group in windows.items()
        for part in in_parts(group, LARGEST_SEARCH)
    ]
    go_through(_SearchKeeper(_Lists(searches, answer), answer, send, fields))


@dataclass(frozen=True)
class _Search:
    """Ids to search for in a window; ``again`` says that it is the second time."""

    ids: Sequence[str]
    window: Window
    again: bool = False


class _SearchKeeper:
    """Searches for lists of ids one after another, and keeps what is found in the answer."""

    _search: _Search

    def __init__(
        self,
        searches: _Lists[_Search],
        answer: Answer,
        send: Send,
        fields: tuple[str, ...] | None,
    ) -> None:
        self.send = send
        self._searches, self._answer, self._fields = searches, answer, fields

    def claim(self) -> Crawl | None:
        """Return the next search."""
        search = self._searches.next()
        if search is None:
            return None
        self._search = search
        return _crawl(search.ids, search.window, self._fields)

    def save_page(self, page: Page) -> None:
        """Note which ids were found."""
        records = [record for record in page.records if record and isinstance(record, dict)]
        self._answer.records.extend(records)
        self._answer.public |= {str(record.get("id")) for record in records} & set(self._search.ids)

    def finish(self, doubts: list[str]) -> None:
        """Search once more for what was not found: an empty page may be a faulty answer."""
        if doubts:
            raise ServerError(f"{doubts[0]}.")
        self._searches.answered()
        missing = [id for id in self._search.ids if id not in self._answer.public]
        if missing and not self._search.again:
            self._searches.ask_first(_Search(missing, self._search.window, again=True))

    def give_back(self) -> None:
        """Stop: what was not searched for must not be taken for gone."""
        raise StoppedError

    def decide(self, error: TraktokError) -> None:
        """Halve a list that TikTok fails for, or end the check."""
        self._searches.failed(self._search, error)


def _crawl(ids: Sequence[str], window: Window, fields: tuple[str, ...] | None) -> Crawl:
    # An id is some seconds older than its video, which may be posted on the day after.
    last = min(window.last + timedelta(days=1), _clock.today())
    query = Query({"and": [Condition("video_id", "IN", ids)]}).to_dict()
    body = search_body(query, window.first, last)
    return Crawl(VIDEO_QUERY, body, fields, max_pages=float("inf"))


def _day_of(id: str) -> date | None:
    """Return the day a video's id was made, which the id holds; None if it can't be one."""
    seconds = int(id) >> 32
    if seconds >= 2**33:
        return None
    day = _clock.utc(seconds).date()
    return day if _FIRST_VIDEOS <= day <= _clock.today() else None
