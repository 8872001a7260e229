"""A study as it stands: how far it is, what it cost, what came of it. It sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from traktok._disk import atomic_write
from traktok._http.endpoint import MAIN_POOL
from traktok._http.endpoints import DAILY_REQUESTS
from traktok._inputs import positive
from traktok._lazy import pd
from traktok._secrets.secret import conceals_token
from traktok._tables.builder import Rows, typed_table
from traktok._tables.columns import Days, Texts
from traktok.auth import client_log
from traktok.collect import (
    _describe,
    _export,
    _forecast,
    _growth,
    _plot,
    _queries,
    _report,
    _request_log,
    _tasks,
)
from traktok.collect._damage import diagnosed
from traktok.collect._describe import Description
from traktok.collect._forecast import Forecast
from traktok.collect._kinds import COMMENTS_OF_VIDEOS, USERS, VIDEOS, Kind, kind_called
from traktok.collect._records import Reader
from traktok.collect._request_log import RequestLog
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._tasks import Tasks
from traktok.errors import Argument, InvalidArgument

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from traktok.results import TikTokResults

What = Literal["videos", "comments", "users"]


@diagnosed
class Study:
    """A study in its store, to look at."""

    def __init__(self, into: str | Path) -> None:
        self._store = Store(into)

    def close(self) -> None:
        """Close the store; it opens again when it is needed."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------------------------------ looking at it

    @property
    def place(self) -> str:
        """Where the study is kept: a path, or a URL without its password."""
        return self._store.place

    @property
    def complete(self) -> bool:
        """Whether every window is done, and the comments and profiles that were requested, too."""
        return _tasks.complete(self._store)

    @property
    def summary(self) -> str:
        """One line on the study's progress: its days, windows done, records and requests."""
        return _describe.line(self._store)

    @property
    def description(self) -> str:
        """The text of :meth:`describe`."""
        return str(self.describe())

    @property
    def requests_sent(self) -> int:
        """How many requests were sent, those that failed too."""
        return _request_log.total(self._store)

    def states(self, what: What = "videos") -> dict[str, int]:
        """Count the windows, or the videos whose comments are collected, or the users, by state.

        Parameters
        ----------
        what : {"videos", "comments", "users"}
            What is collected.

        Returns
        -------
        dict of str to int
            How many are in each of the states that :meth:`status` lists; 0 if none are.
        """
        return self._states(kind_called(what))

    def status(self, what: What = "videos") -> pd.DataFrame:
        """Return the state of each window, of each video's comments, or of each user.

        Parameters
        ----------
        what : {"videos", "comments", "users"}
            What is collected.

        Returns
        -------
        pandas.DataFrame
            One row per window: first_day, last_day (datetime64), state (open, done, young, halved,
            set aside; string), pages, videos, requests (Int64), last_error (string); before them
            the name of its query (string) in a study with several. A window is
            young if it was searched less than three days after its last day: TikTok shows new
            videos up to two days late, so :meth:`resume` searches it again. For comments and users
            the first column is video_id or username, and a state is "skipped" where TikTok does not
            give out the account.
        """
        return self._progress(what).table()

    def _progress(self, what: What = "videos") -> Rows:
        """Return the rows of :meth:`status`, for the command line, which needs no table."""
        return _tasks.progress(self._store, kind_called(what), self._query_names)

    def plan(self, to: date | str | None = None) -> pd.DataFrame:
        """Return what is still to be requested: open and young windows, and the least requests.

        Parameters
        ----------
        to : date, datetime or str, optional
            A later last day: the windows are shown that :meth:`Collection.extend` would add. They
            are not added.

        Returns
        -------
        pandas.DataFrame
            One row per window: first_day, last_day (datetime64), least_requests (Int64); before
            them the name of its query (string) in a study with several. A page of up to 100 videos
            is a request; how many pages a window has, only TikTok knows.
        """
        windows = self.status()
        still = windows[windows["state"].isin([State.OPEN, State.YOUNG])].reset_index(drop=True)
        columns = [*(["query"] if self._query_names else []), "first_day", "last_day"]
        if to is not None:
            new = [
                (search.query, window.first, window.last)
                for search, window in _growth.planned(self._store, to)
            ]
            added = typed_table({"query": Texts, "first_day": Days, "last_day": Days}, new)
            still = pd.concat([still[columns], added[columns]], ignore_index=True)
        least = pd.array([1] * len(still), dtype="Int64")
        return still[columns].assign(least_requests=least)

    @conceals_token
    def forecast(self, daily_requests: int | None = None, *, token: Any = None) -> Forecast:
        """Estimate what it takes to complete the study: records, requests, the day it is complete.

        Sends nothing. TikTok reports no totals, but sends the newest videos first: each page shows
        how many match a day at its end of a window, and between the spans that are known the rate
        is interpolated. Intervals are those that hold the number in 95% of cases, as far as the
        spans so far are like those to come. Before any page has come, nothing is known:
        :meth:`Collection.plan` with ``sample`` asks for some.

        Comments and profiles are estimated whether they are collected or not, from the videos so
        far. TikTok says when a video was made how many comments it has; a profile is a request.

        Parameters
        ----------
        daily_requests : int, optional
            How many requests the study may send a day, as in :func:`tt_collect`.
        token : str, mapping or Token, optional
            The token to use in place of the stored one.

        Returns
        -------
        Forecast
            A text that a prompt shows as it reads; ``to_dict()`` has its figures: by kind of record
            how many are here, how many to expect, requests to send and the day (UTC) on which it is
            complete if comments and profiles are collected after the videos.
        """
        left = self.quota(daily_requests, token=token)
        a_day = daily_requests or DAILY_REQUESTS[MAIN_POOL]
        return _forecast.forecast(self._store, left, a_day)

    @conceals_token
    def quota(self, daily_requests: int | None = None, *, token: Any = None) -> int:
        """Count the requests that the day (UTC) has left for this study.

        TikTok does not say. This is what is left of its 1,000 once everything is counted that the
        client sent from this computer, see :func:`tt_quota`, and everything that this study sent
        from any computer.

        Parameters
        ----------
        daily_requests : int, optional
            How many the study may send a day, as in :func:`tt_collect`.
        token : str, mapping or Token, optional
            The token to use in place of the stored one.

        Returns
        -------
        int
            The number of requests.
        """
        if daily_requests is not None:
            positive(daily_requests, "daily_requests")
        return RequestLog(self._store, "", client_log(token)).left(MAIN_POOL, daily_requests)

    def requests(self) -> pd.DataFrame:
        """List every request that was sent, those that failed too.

        Returns
        -------
        pandas.DataFrame
            One row per request: sent_at (datetime64[UTC]), day, pool, path, run, subject (what was
            requested), cursor (string), status (Int64), log_id (string), rows (Int64), seconds
            (Float64), error (string).
        """
        return _request_log.table(self._store)

    def describe(self) -> Description:
        """Describe how the study was collected, for a methods section.

        Returns
        -------
        Description
            A string that a prompt shows without quotes: query, days, versions, requests, runs,
            numbers of records. Its ``to_dict()`` and ``to_json()`` return the same facts for a
            program.
        """
        return _describe.description(self._store)

    def report(self, path: str | Path) -> Path:
        """Write a self-contained page about the study, to look at, print and pass on.

        It shows the query, the days covered, videos per day, how many videos TikTok counted but did
        not return, regions, lengths and hashtags, missing values of each field, requests and
        removals, and has a paragraph for a methods section. It contains counts, hashtags and the
        query, but no video, account or comment.

        Parameters
        ----------
        path : str or Path
            The HTML file to write. An existing file is replaced.

        Returns
        -------
        Path
            The file.
        """
        with atomic_write(Path(path)) as stream:
            # Half of a surrogate pair is not in UTF-8: it shows as its escape.
            stream.write(_report.page(self._store).encode(errors="backslashreplace"))
        return Path(path)

    def plot(self) -> Figure:
        """Draw the videos of each day, and which windows are done.

        Returns
        -------
        matplotlib.figure.Figure
            Two pictures above each other: videos a day (UTC), and the windows by their state.

        Raises
        ------
        ImportError
            If the extra ``traktok[plot]`` is not installed.
        """
        return _plot.figure(self._store)

    def __repr__(self) -> str:
        return _describe.short(self._store)

    def _repr_html_(self) -> str:
        return _describe.html(self._store, self.quota())

    # --------------------------------------------------------------------------- its tables

    @overload
    def videos(
        self, chunksize: None = None, *, gone: bool = False, query: str | None = None
    ) -> TikTokResults: ...
    @overload
    def videos(
        self, chunksize: int, *, gone: bool = False, query: str | None = None
    ) -> Iterator[TikTokResults]: ...
    def videos(
        self, chunksize: int | None = None, *, gone: bool = False, query: str | None = None
    ) -> TikTokResults | Iterator[TikTokResults]:
        """Get the videos so far, each once.

        Parameters
        ----------
        chunksize : int, optional
            Return an iterator of tables with this many rows, for studies larger than memory.
        gone : bool, default False
            Whether to include those that :meth:`refresh` marked as no longer public.
        query : str, optional
            The name of a query: only the videos that it found.

        Returns
        -------
        TikTokResults
            The columns and types of :func:`tt_search_api`, the newest video first. In a study with
            several queries the last column, ``found_by``, lists the names of those that found the
            video. ``attrs`` says in ``has_more`` whether the collection is not complete.
        """
        return self._tables(VIDEOS, chunksize, gone, query)

    @overload
    def comments(self, chunksize: None = None, *, gone: bool = False) -> TikTokResults: ...
    @overload
    def comments(self, chunksize: int, *, gone: bool = False) -> Iterator[TikTokResults]: ...
    def comments(
        self, chunksize: int | None = None, *, gone: bool = False
    ) -> TikTokResults | Iterator[TikTokResults]:
        """Get the comments so far.

        Parameters
        ----------
        chunksize, gone
            As in :meth:`videos`.

        Returns
        -------
        TikTokResults
            The columns and types of :func:`tt_comments_api`.
        """
        return self._tables(COMMENTS_OF_VIDEOS, chunksize, gone)

    @overload
    def users(self, chunksize: None = None, *, gone: bool = False) -> TikTokResults: ...
    @overload
    def users(self, chunksize: int, *, gone: bool = False) -> Iterator[TikTokResults]: ...
    def users(
        self, chunksize: int | None = None, *, gone: bool = False
    ) -> TikTokResults | Iterator[TikTokResults]:
        """Get the profiles so far.

        Parameters
        ----------
        chunksize, gone
            As in :meth:`videos`.

        Returns
        -------
        TikTokResults
            The columns and types of :func:`tt_user_info_api`.
        """
        return self._tables(USERS, chunksize, gone)

    def _tables(
        self, kind: Kind, chunksize: int | None, gone: bool, query: str | None = None
    ) -> TikTokResults | Iterator[TikTokResults]:
        reader = self._reader(kind, gone, query)
        if chunksize is not None:
            return reader.tables(positive(chunksize, "chunksize"))
        table = reader.table()
        table.attrs["has_more"] = _tasks.has_more(self._states(kind))
        return table

    def export(
        self,
        path: str | Path,
        what: What = "videos",
        *,
        partition: Literal["month"] | None = None,
        query: str | None = None,
    ) -> Path:
        """Write a table to a file, without holding all of it in memory.

        Parameters
        ----------
        path : str or Path
            A name that ends in ``.csv``, ``.jsonl``, ``.parquet`` or ``.rds``; with ``partition``
            a folder.
        what : {"videos", "comments", "users"}
            Which table.
        partition : "month", optional
            Write Parquet files into a folder, ``month=2024-01/...``, which DuckDB, Spark, Dask and
            pandas read as one table.
        query : str, optional
            The name of a query: only the videos that it found.

        Returns
        -------
        Path
            The file or folder.

        Raises
        ------
        ValueError
            If the name ends in anything else.
        ImportError
            If Parquet is requested and the extra ``traktok[parquet]`` is not installed.
        """
        reader = self._reader(kind_called(what), query=query)
        return _export.write(reader, Path(path), partition)

    # ---------------------------------------------------------------------------- its parts

    def _states(self, kind: Kind) -> dict[str, int]:
        return _tasks.states(self._store, kind)

    def _tasks_of(self, kind: Kind) -> Tasks:
        return Tasks(self._store, kind, "")

    def _reader(self, kind: Kind, gone: bool = False, query: str | None = None) -> Reader:
        names = self._query_names if kind is VIDEOS else ()
        reader = Reader(self._store, kind, self._store.fields(kind), gone, names=names)
        if query is None:
            return reader
        if kind is not VIDEOS:
            raise InvalidArgument(
                Argument("query"), f" has an effect on videos only, not on {kind.name}"
            )
        return reader.found_by(_queries.checked_name(self._store.settings(), query))

    @property
    def _query_names(self) -> tuple[str, ...]:
        """The names of the queries, if there are several."""
        return _queries.names(self._store.settings())
