"""Which ids are still public: TikTok's terms want what is gone deleted.

TikTok checks files of up to 10,000 ids, for clients that have access to that. For others, a search
for the ids says the same of videos, with more requests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar

from traktok import _clock, _inputs, auth
from traktok._http.bodies import search_body
from traktok._http.endpoints import CHECK_CREATE, CHECK_DOWNLOAD, CHECK_STATUS, VIDEO_QUERY
from traktok._http.pages import Crawl, pages
from traktok._http.transport import Transport
from traktok._http.wire import Page, Request, research_request, upload_request
from traktok._run.progress import steps
from traktok._secrets.secret import conceals_token
from traktok._tables.builder import typed
from traktok._tables.columns import Flags, Texts
from traktok.collect._windows import Window, holding
from traktok.errors import Argument, InvalidArgument, ServerError, TraktokError
from traktok.query import Condition, Query
from traktok.results import TikTokResults

Category = Literal["video", "comment"]
Send = Callable[[Request], Page]

LARGEST_FILE = 10_000
# How many ids a search takes at once is undocumented; a page of its answer holds so many.
LARGEST_SEARCH = 100
_WAITS = (2, 4, 8, 15, 30, *[60] * 60)
_NO_ACCESS = {"scope_not_authorized", "scope_permission_missed"}
_FIRST_VIDEOS = date(2014, 1, 1)

_Thing = TypeVar("_Thing")


@conceals_token
def tt_still_public(
    ids: Any,
    category: Category = "video",
    *,
    verbose: bool | None = None,
    token: Any = None,
) -> TikTokResults:
    """Ask which videos or comments are still public.

    Asks by TikTok's batch compliance endpoints, and searches for videos by their ids where the
    client has no access to them. TikTok's page:
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
        A token, where the stored one is not to be used.

    Returns
    -------
    TikTokResults
        A row an id, each once, in the order given: ``video_id`` or ``comment_id`` (string) and
        ``still_public`` (boolean; missing where it could not be told).

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
        raise InvalidArgument(Argument("category"), f" is 'video' or 'comment', not {category!r}")
    clean = _inputs.video_ids if category == "video" else _inputs.comment_ids
    asked = clean(ids)
    shown = steps(verbose)
    send = Transport(auth.credential(token), shown.say).send
    public: set[str] = set()
    unknown: set[str] = set()
    with shown.step(f"Checking {len(asked):,} ids") as step:
        for number, answer in enumerate(check(in_files(asked), category, send), start=1):
            public |= answer.public
            unknown |= answer.unknown
            step.update(f"Checked {min(number * LARGEST_FILE, len(asked)):,} ids")
    still = [None if id in unknown else id in public for id in asked]
    return TikTokResults(
        {f"{category}_id": typed(Texts, asked), "still_public": typed(Flags, still)}
    )


class Answer:
    """Of some ids: which are public, of which that can't be told, and their records if known."""

    def __init__(self, asked: Sequence[str]) -> None:
        self.asked = asked
        self.public: set[str] = set()
        self.unknown: set[str] = set()
        self.records: list[Mapping[str, Any]] = []

    @property
    def gone(self) -> list[str]:
        """Those that are no longer public."""
        return [id for id in self.asked if id not in self.public and id not in self.unknown]


def check(
    files: Iterable[Sequence[str]],
    category: str,
    send: Send,
    fields: tuple[str, ...] | None = ("id",),
) -> Iterator[Answer]:
    """Ask about ids, a file at a time; search for videos once there is no access to that."""
    access = True
    for part in files:
        if access:
            try:
                yield _by_file(part, category, send)
                continue
            except TraktokError as error:
                if category != "video" or not is_refusal(error):
                    raise
                access = False
        yield _by_search(part, send, fields)


def in_files(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """Cut ids into files of as many as TikTok takes."""
    return _parts(ids, LARGEST_FILE)


def is_refusal(error: TraktokError) -> bool:
    """Tell whether TikTok says that this client has no access."""
    return error.code in _NO_ACCESS or error.status in (403, 404)


def _by_file(ids: Sequence[str], category: str, send: Send) -> Answer:
    created = send(upload_request(CHECK_CREATE, {"category": category}, ids))
    task = {"task_id": str(created.data.get("task_id"))}
    for wait in _WAITS:
        status = send(research_request(CHECK_STATUS, task)).data.get("task_status")
        if status == "Completed":
            break
        if status == "Failed":
            raise ServerError("TikTok could not check the ids.")
        _clock.sleep(wait)
    else:
        raise ServerError(f"TikTok did not finish checking the ids in {sum(_WAITS) // 60} minutes.")
    request = research_request(CHECK_DOWNLOAD, task)
    # An empty file may be an answer gone wrong; that nothing is public has to be said twice.
    found = send(request).records or send(request).records
    answer = Answer(ids)
    answer.public = set(found) & set(ids)
    return answer


def _by_search(ids: Sequence[str], send: Send, fields: tuple[str, ...] | None) -> Answer:
    answer = Answer(ids)
    windows: dict[Window, list[str]] = defaultdict(list)
    for id in ids:
        if (day := _day_of(id)) is None:
            answer.unknown.add(id)
        else:
            windows[holding(day)].append(id)
    for window, group in windows.items():
        for part in _parts(group, LARGEST_SEARCH):
            _look(part, window, send, fields, answer)
            # An empty page may be an answer gone wrong; that something is gone is said twice.
            if missing := [id for id in part if id not in answer.public]:
                _look(missing, window, send, fields, answer)
    return answer


def _look(
    ids: Sequence[str], window: Window, send: Send, fields: tuple[str, ...] | None, answer: Answer
) -> None:
    doubts: list[str] = []
    for page in pages(_search(ids, window, fields), send, doubts.append):
        records = [record for record in page.records if record and isinstance(record, dict)]
        answer.records.extend(records)
        answer.public |= {str(record.get("id")) for record in records} & set(ids)
    if doubts:
        raise ServerError(f"{doubts[0]}.")


def _search(ids: Sequence[str], window: Window, fields: tuple[str, ...] | None) -> Crawl:
    # An id is some seconds older than its video, which may be posted on the day after.
    last = min(window.last + timedelta(days=1), _clock.today())
    query = Query({"and": [Condition("video_id", "IN", ids)]}).to_dict()
    body = search_body(query, window.first, last)
    return Crawl(VIDEO_QUERY, body, fields, max_pages=float("inf"))


def _day_of(id: str) -> date | None:
    """Read from a video's id when it was made; None where it can't be one."""
    seconds = int(id) >> 32
    if seconds >= 2**33:
        return None
    day = datetime.fromtimestamp(seconds, UTC).date()
    return day if _FIRST_VIDEOS <= day <= _clock.today() else None


def _parts(things: Sequence[_Thing], size: int) -> Iterable[Sequence[_Thing]]:
    return (things[start : start + size] for start in range(0, len(things), size))
