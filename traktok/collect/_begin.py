"""Begin a study, or go on with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack, overload

from traktok._run.options import RUN_PARAMETERS, RunArguments, RunOptions
from traktok._signatures import also_called, spells_out
from traktok.collect import _growth, _queries
from traktok.collect._collection import Collection, Day, asked_fields
from traktok.collect._kinds import VIDEOS
from traktok.collect._queries import Queries
from traktok.collect._windows import WINDOW_DAYS, span, split
from traktok.query import Step, pipeable


@overload
def tt_collect(
    query: Queries,
    since: Day,
    to: Day,
    into: str | Path = "study.db",
    *,
    fields: str | Sequence[str] = "all",
    window_days: int = WINDOW_DAYS,
    start: bool = True,
    **arguments: Unpack[RunArguments],
) -> Collection: ...
@overload
def tt_collect(
    *,
    since: Day,
    to: Day,
    into: str | Path = "study.db",
    fields: str | Sequence[str] = "all",
    window_days: int = WINDOW_DAYS,
    start: bool = True,
    **arguments: Unpack[RunArguments],
) -> Step[Collection]: ...
@pipeable
@also_called(start_date="since", end_date="to")
@spells_out(RUN_PARAMETERS)
def tt_collect(
    query: Queries,
    since: Day,
    to: Day,
    into: str | Path = "study.db",
    *,
    fields: str | Sequence[str] = "all",
    window_days: int = WINDOW_DAYS,
    start: bool = True,
    **arguments: Unpack[RunArguments],
) -> Collection:
    """Collect all videos that match a query in any span of time, into a store that lasts.

    The span is divided into windows, which are searched to their end, several at a time. Each page
    is stored as soon as it arrives. A collection that was killed, interrupted, out of quota or
    offline continues where it stopped, through :meth:`Collection.resume` or the same call.

    Without ``query`` it is a step that waits for one: ``query() | ... | tt_collect(since=...,
    to=...)``.

    Parameters
    ----------
    query : Query, str, WatchList or dict
        A query made by :func:`query`, or a phrase, as in :func:`tt_search_api`. Several queries are
        given by their names, ``{"cats": query_of_cats, "dogs": "#dogs"}``: a video that several
        find is kept once. :meth:`Collection.add` adds one later. A :class:`WatchList` is a query
        for users or hashtags whose list grows.
    since, to : date, datetime or str
        The first and the last day (UTC), both included, any number of days apart; they may also be
        named ``start_date`` and ``end_date``. TikTok needs up to two days to show a new video: a
        window that is searched less than three days after its last day is searched again whenever
        the study is resumed on a later day, and the study is complete only after that. A later
        ``to`` than before goes on with a study, as :meth:`Collection.extend` does; ``"today"`` lets
        it follow the calendar.
    into : str or Path, default "study.db"
        An SQLite file, or the URL of an empty PostgreSQL database (``postgresql://...``) that
        several machines share. It is created if it does not exist, and continued if it holds this
        study. Runs that overlap share the open windows, and say so.
    fields : str or sequence of str, default "all"
        As in :func:`tt_search_api`.
    window_days : int, default 30
        How many days to search at once.
    start : bool, default True
        Whether to begin at once; False sends nothing, so that you can look at
        :meth:`Collection.plan` first.
    workers : int, default 4
        How many windows to search at the same time.
    max_requests : int, optional
        How many requests to send at most in this run.
    daily_requests : int, optional
        How many requests to send at most in a day (UTC), all that share the store together; by
        default TikTok's 1,000.
    requests_per_second : float, optional
        How fast to send; by default as fast as TikTok answers, until it asks for less.
    on_quota : {"stop", "wait"}
        Whether to stop where the day's requests are used up, or wait for 00:00 UTC. Where
        TikTok can't be reached, or its servers fail whatever is asked, "stop" ends the run after a
        few attempts, "wait" waits for them. Where the store's database can't be reached, or another
        process holds it, "stop" ends the run after two minutes, "wait" waits for it.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        A token to use in place of the stored one. It can't be renewed; TikTok's tokens last two
        hours.

    Returns
    -------
    Collection
        The study. A warning says so where it is not complete.

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid; nothing is sent.
    StoreError
        If the store holds another study or can't be used, if its file is deleted, moved or replaced
        meanwhile, or if its database stays out of reach.
    AuthError
        If there are no credentials, or TikTok refuses them.
    ApiError, ConnectionFailed
        If TikTok refuses the query, keeps failing whatever is asked, or can't be reached. All
        pages before are kept. A request that never reached TikTok is not counted.

    Examples
    --------
    >>> import tempfile
    >>> store = tempfile.mkdtemp() + "/study.db"
    >>> rstats = query() | query_or("hashtag_name", "IN", "rstats")
    >>> study = rstats | tt_collect(since="2023-10-01", to="2024-03-31", into=store, workers=2)
    >>> study.complete, len(study.status())
    (True, 7)
    """
    follows = to == _growth.TODAY
    whole = span(since, _growth.last_day(to) if follows else to)
    settings: dict[str, Any] = {
        **_queries.settings_of(query),
        "since": str(whole.first),
        "to": str(whole.last),
        "fields": asked_fields(VIDEOS, fields),
        "window_days": window_days,
    }
    if follows:
        settings["follows"] = 0
    split(whole, window_days)
    options = RunOptions(**arguments)
    collection = Collection._begin(into, settings)
    try:
        if start:
            collection._run(VIDEOS, options)
    except BaseException:
        collection.close()
        raise
    return collection
