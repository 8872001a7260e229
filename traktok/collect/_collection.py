"""A study and what can be done with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self, Unpack

from traktok import _clock, _inputs
from traktok._http.endpoints import FIELD_OF_COLUMN
from traktok._lazy import pd
from traktok._run.options import RUN_PARAMETERS, RunArguments, RunOptions
from traktok._run.progress import is_shown, steps
from traktok._secrets.secret import conceals_token
from traktok._signatures import spells_out
from traktok._tables.builder import typed_table
from traktok._tables.columns import Counts, Texts
from traktok._text import counted
from traktok.collect import _forecast, _growth, _request_log, _young
from traktok.collect._damage import diagnosed
from traktok.collect._database import StoreUnavailableError
from traktok.collect._kinds import COMMENTS_OF_VIDEOS, KINDS, USERS, VIDEOS, Kind
from traktok.collect._patience import Patience
from traktok.collect._queries import Asked
from traktok.collect._refresh import Refresh, due_at, remove_profiles, reopen_profiles
from traktok.collect._sample import SampleRun
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._study import Study
from traktok.collect._worker import QUOTA_IS_FULL, StudyRun
from traktok.errors import (
    Argument,
    Function,
    InvalidArgument,
    Message,
    Resume,
    ShowStatus,
    StoreError,
    TraktokError,
    advise,
    warn,
)

Day = date | str
_A_CENTURY = 36_525
# TikTok's terms in force since 2026-01-22 (checked 2026-09-30); those of 2023 said 15 days.
REFRESH_DAYS = 30
# What there is to collect of each; a profile is one page.
_ALL_OF_IT: dict[Kind, dict[str, Any]] = {
    COMMENTS_OF_VIDEOS: {"fields": None, "max_pages": None},
    USERS: {"fields": None, "max_pages": 1},
}


@diagnosed
class Collection(Study):
    """A study in its store: what was requested, how far it is, and its records.

    Returned by :func:`tt_collect`; ``Collection(into)`` opens it again.

    Parameters
    ----------
    into : str or Path
        The SQLite file, or the URL of the PostgreSQL database, that holds the study.

    Raises
    ------
    StoreError
        If there is no study, if it was written by a newer traktok, or if the store can't be used.

    Examples
    --------
    >>> import tempfile
    >>> store = tempfile.mkdtemp() + "/study.db"
    >>> study = tt_collect("#rstats", "2023-11-01", "2023-12-31", store, verbose=False)
    >>> Collection(store).complete
    True
    >>> len(study.videos())
    19
    """

    @classmethod
    def _begin(cls, into: str | Path, settings: dict[str, Any]) -> Self:
        """Open a store for a study, which it holds already or is empty for."""
        self = cls.__new__(cls)
        self._store = Store(into, create=True)
        try:
            kept = self._store.set_job(VIDEOS.name, settings)
            if differing := _growth.differing(kept, settings):
                raise StoreError(
                    Message(
                        f"{self._store.place} holds another study ({', '.join(differing)}): "
                        "collect into another store, or go on with this one by ",
                        Resume(self._store.place),
                        "; add a query to it by ",
                        Function("Collection.add"),
                        ". Nothing was sent.",
                    )
                )
            _growth.begin(self._store, settings)
        except BaseException:
            self.close()
            raise
        return self

    # ------------------------------------------------------------------------- collecting

    @conceals_token
    @spells_out(RUN_PARAMETERS)
    def plan(
        self, to: Day | None = None, *, sample: int | None = None, **arguments: Unpack[RunArguments]
    ) -> pd.DataFrame:
        """Return what is still to be requested: open and young windows, and the least requests.

        Sends nothing, except with ``sample``: then first pages are requested of windows that lie
        far apart, to estimate how much the rest holds. They are kept, so that no request is lost:
        :meth:`resume` continues behind them.

        Parameters
        ----------
        to : date, datetime or str, optional
            A later last day: the windows are shown that :meth:`extend` would add. They are not
            added.
        sample : int, optional
            How many requests to spend at most on an estimate. :meth:`forecast` sums it up.
        workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
            As in :func:`tt_collect`; for the requests of a sample only.

        Returns
        -------
        pandas.DataFrame
            One row per window: first_day, last_day (datetime64), least_requests (Int64); before it
            the name of its query (string) in a study with several. A page of up to 100 videos is a
            request; how many pages a window has, only TikTok knows. With ``sample`` also the
            videos and requests to expect (Int64).

        Raises
        ------
        AuthError, ApiError, ConnectionFailed, StoreError
            As in :func:`tt_collect`; pages that came before are kept.

        Examples
        --------
        >>> import tempfile
        >>> store = tempfile.mkdtemp() + "/study.db"
        >>> study = tt_collect("#rstats", "2023-11-01", "2023-12-31", store, start=False)
        >>> plan = study.plan(sample=1)
        >>> print(study.forecast().splitlines()[0])
        Videos: 9 here of about 20 (9 to 42), about 2 requests to send, complete on ...
        """
        if sample is None:
            for name in arguments:
                raise InvalidArgument(Argument(name), " needs ", Argument("sample"))
            return super().plan(to)
        options = RunOptions(**arguments)
        most = min(_inputs.positive(sample, "sample"), options.max_requests or sample)
        options = replace(options, max_requests=most)
        with self._outlasting(VIDEOS, options):
            reason = SampleRun(self._store, options, most).work()
            self._store.check()
        if reason == QUOTA_IS_FULL:
            warn("The sample is smaller, since ", reason, ".")
        return _forecast.add_estimates(self._store, super().plan(to))

    @conceals_token
    @spells_out(RUN_PARAMETERS)
    def resume(
        self,
        *,
        retry: bool = False,
        comments: bool = False,
        profiles: bool = False,
        **arguments: Unpack[RunArguments],
    ) -> Self:
        """Continue the collection with everything that is still open.

        Parameters
        ----------
        retry : bool, default False
            Whether to retry what was set aside because it kept failing.
        comments, profiles : bool, default False
            Whether to also collect the comments of all videos of the study, or the profiles of all
            its authors. Once requested, this applies to videos that are still to come, too.
        workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
            As in :func:`tt_collect`.

        Returns
        -------
        Collection
            This one.

        Raises
        ------
        AuthError, ApiError, ConnectionFailed, StoreError
            As in :func:`tt_collect`.
        """
        options = RunOptions(**arguments)
        for kind, asked in ((COMMENTS_OF_VIDEOS, comments), (USERS, profiles)):
            if asked:
                is_new = self._store.job(kind.name) is None
                self._store.set_job(kind.name, _ALL_OF_IT[kind])
                self._store.set_job(_of_all_videos(kind), {})
                if is_new and is_shown(options.verbose):
                    forecast = self.forecast(options.daily_requests, token=options.token)
                    steps(options.verbose, timed=True).say(forecast.line_of(kind.name))
        with self._outlasting(VIDEOS, options):
            _growth.catch_up(self._store)
        with self._store.patient(Patience(options)):
            for kind in self._store.kinds():
                if retry:
                    self._tasks_of(kind).take_up_again()
                if not self._run(kind, options):
                    break
        return self

    @conceals_token
    @spells_out(RUN_PARAMETERS)
    def extend(
        self, to: Day, *, lag: int = 0, start: bool = True, **arguments: Unpack[RunArguments]
    ) -> Self:
        """Extend the study to a later day, or let it follow the calendar.

        The new days are searched, and again those days that were searched before TikTok showed all
        of their videos, which takes up to two days. If the study collects the comments or profiles
        of all videos, it collects those of the new videos, too.

        Parameters
        ----------
        to : date, datetime or str
            The new last day (UTC), which is not before the one so far. With ``"today"`` the study
            follows the calendar: each :meth:`resume` continues to the current day.
        lag : int, default 0
            How many days a study that follows stays behind. With 3, TikTok shows all videos of a
            day when it is searched, and none is searched twice.
        start : bool, default True
            Whether to begin at once; False sends nothing.
        workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
            As in :func:`tt_collect`.

        Returns
        -------
        Collection
            This one.

        Raises
        ------
        ValueError
            If the day lies in the future, or before the study's last day.
        AuthError, ApiError, ConnectionFailed, StoreError
            As in :func:`tt_collect`.

        Examples
        --------
        >>> import tempfile
        >>> store = tempfile.mkdtemp() + "/study.db"
        >>> study = tt_collect("#rstats", "2023-11-01", "2023-11-15", store, verbose=False)
        >>> len(study.extend("2023-12-31", verbose=False).videos())
        19
        """
        RunOptions(**arguments)  # check them before anything changes
        follows = to == _growth.TODAY
        _growth.check_lag(lag)
        if lag and not follows:
            raise InvalidArgument(
                Argument("lag"), " must be 0 unless ", Argument("to", _growth.TODAY), " is given"
            )
        day = _growth.last_day(to, lag)
        if not follows:
            _growth.checked_day(self._store.settings(), day)
        _growth.grow(self._store, day, lag if follows else None)
        return self.resume(**arguments) if start else self

    @conceals_token
    @spells_out(RUN_PARAMETERS)
    def add(
        self, name: str, query: Asked, *, start: bool = True, **arguments: Unpack[RunArguments]
    ) -> Self:
        """Add a query or a watch list to the study, for all of its days.

        A video that several queries find is kept once, and the table of the videos has a last
        column, ``found_by``, with the names of those that found it. If the study began with a query
        without a name, that query is called ``"first"`` from then on; to give it another name, add
        it under that name first.

        Parameters
        ----------
        name : str
            What the query is called: up to 64 letters, digits, spaces, dots, hyphens and
            underscores. A query that the study has under this name stays as it is; to a watch
            list the names are added that are new.
        query : Query, str or WatchList
            As in :func:`tt_collect`.
        start : bool, default True
            Whether to begin at once; False sends nothing.
        workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
            As in :func:`tt_collect`.

        Returns
        -------
        Collection
            This one.

        Raises
        ------
        ValueError
            If the name can't be one, or the study has another query of this name, or this query
            under another name.
        AuthError, ApiError, ConnectionFailed, StoreError
            As in :func:`tt_collect`.

        Examples
        --------
        >>> import tempfile
        >>> store = tempfile.mkdtemp() + "/study.db"
        >>> study = tt_collect({"R": "#rstats"}, "2023-11-01", "2023-11-30", store, verbose=False)
        >>> study = study.add("cats", "#cats", verbose=False)
        >>> study.videos()["found_by"].map(len).max()
        2
        """
        RunOptions(**arguments)  # check them before anything changes
        _growth.add_query(self._store, name, query)
        return self.resume(**arguments) if start else self

    @conceals_token
    @spells_out(RUN_PARAMETERS)
    def collect_comments(
        self,
        video_id: Any = None,
        fields: str | Sequence[str] = "all",
        max_pages: float = float("inf"),
        **arguments: Unpack[RunArguments],
    ) -> Self:
        """Collect the comments of the study's videos into the same store.

        Parameters
        ----------
        video_id : str, int or sequence of them, optional
            The videos; by default all that the study holds now.
        fields, max_pages
            As in :func:`tt_comments_api`; all pages by default. The first call decides for the
            study.
        workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
            As in :func:`tt_collect`.

        Returns
        -------
        Collection
            This one; :meth:`comments` has the table.
        """
        options = RunOptions(**arguments)
        ids = None if video_id is None else _inputs.video_ids(video_id)
        return self._collect(COMMENTS_OF_VIDEOS, ids, fields, max_pages, options)

    @conceals_token
    @spells_out(RUN_PARAMETERS)
    def collect_users(
        self,
        username: str | Sequence[str] | None = None,
        fields: str | Sequence[str] = "all",
        **arguments: Unpack[RunArguments],
    ) -> Self:
        """Collect the profiles of the study's authors into the same store.

        Parameters
        ----------
        username : str or sequence of str, optional
            The users; by default all authors that the study holds now.
        fields
            As in :func:`tt_user_info_api`. The first call decides for the study.
        workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
            As in :func:`tt_collect`.

        Returns
        -------
        Collection
            This one; :meth:`users` has the table.
        """
        options = RunOptions(**arguments)
        names = None if username is None else _inputs.usernames(username)
        return self._collect(USERS, names, fields, 1, options)

    def _collect(
        self,
        kind: Kind,
        subjects: list[str] | None,
        fields: Any,
        max_pages: float,
        options: RunOptions,
    ) -> Self:
        """Collect what belongs to some videos, or to all that the study has now."""
        limit = _inputs.page_limit(max_pages)
        settings = {
            "fields": asked_fields(kind, fields),
            "max_pages": None if limit == float("inf") else limit,
        }
        kept = self._store.set_job(kind.name, settings)
        if kept != settings:
            raise StoreError(
                Message(
                    f"{self._store.place} holds {kind.name} that were collected with {kept}: use "
                    "the same ",
                    Argument("fields"),
                    " and ",
                    Argument("max_pages"),
                    ", or another store. Nothing was sent.",
                )
            )
        if subjects is None:
            self._tasks_of(kind).add_each(kind.study.found_in)
        else:
            self._tasks_of(kind).add(subjects)
        self._run(kind, options)
        return self

    def _run(self, kind: Kind, options: RunOptions) -> bool:
        """Go through a kind's tasks; warn of what is left, and return whether that is nothing."""
        with self._outlasting(kind, options):
            if kind is VIDEOS:
                _young.reopen(self._store)
            _request_log.warn_of_the_future(self._store)
            reason = StudyRun(self._store, kind, options).work()
            self._store.check()
            if kind is VIDEOS:
                for other in KINDS.values():
                    if self._store.job(_of_all_videos(other)) is not None:
                        self._tasks_of(other).add_each(other.study.found_in)
            states = self._states(kind)
        self._warn_of_the_rest(kind, states, reason)
        return not states[State.OPEN]

    def _warn_of_the_rest(self, kind: Kind, states: dict[str, int], reason: str | None) -> None:
        """Warn of tasks that are not done, and say how to go on."""
        if states[State.OPEN]:
            warn(
                "Not complete, because ",
                reason or "the run was stopped",
                ": ",
                self._how_to_go_on(kind),
            )
        if young := states[State.YOUNG]:
            warn(
                f"Not complete until {_young.until(self._store)} (UTC): TikTok shows new videos up "
                f"to two days late, and {counted(young, 'windows')} had days too young to be whole "
                "when last searched. To search again, at most once a day: ",
                Resume(self.place),
                ".",
            )
        if aside := states[State.SET_ASIDE]:
            warn(
                f"{counted(aside, kind.study.unit)} kept failing, now set aside, see ",
                ShowStatus(self.place),
                "; try again with ",
                Resume(self.place, retry=True),
                ".",
            )

    @contextlib.contextmanager
    def _outlasting(self, kind: Kind, options: RunOptions) -> Iterator[None]:
        """Wait for a database that can't be reached; add to an error how to go on."""
        try:
            with self._store.patient(Patience(options, say=steps(options.verbose, timed=True).say)):
                yield
        except (TraktokError, KeyboardInterrupt) as error:
            advise(error, self._how_to_go_on(kind))
            raise

    def _how_to_go_on(self, kind: Kind) -> str:
        try:
            with self._store.patient(None):
                states = self._states(kind)
                records = counted(self._reader(kind).count(), kind.name)
        except StoreUnavailableError:
            return Message("Go on with ", Resume(self.place), ".")
        finished = sum(states.values()) - states[State.OPEN] - states[State.SET_ASIDE]
        done = f"{finished:,} of {counted(sum(states.values()), kind.study.unit)} done"
        if self._store.is_lost:
            return (
                f"{done} and {records} are in the file that was there, and are lost if it was "
                "deleted; if it was moved, move it back."
            )
        return Message(
            f"{done}, {records} kept in {self.place}; go on with ", Resume(self.place), "."
        )

    # ---------------------------------------------------------------- keeping what may be kept

    @conceals_token
    @spells_out(RUN_PARAMETERS)
    def refresh(
        self,
        every: float = REFRESH_DAYS,
        *,
        mark: bool = False,
        profiles: bool = False,
        **arguments: Unpack[RunArguments],
    ) -> pd.DataFrame:
        """Check which videos and comments are still public, and delete those that are not.

        TikTok's terms require that you refresh stored data, and delete what is gone; your contract
        says how often. The batch compliance endpoints are used. For a client without access to
        them, the videos are searched for by their ids, which refreshes their records too; comments
        can't be checked then. Deleting a video deletes its comments.

        Parameters
        ----------
        every : float, default 30
            Check what was last seen this many days ago or earlier; 0 checks everything.
        mark : bool, default False
            Whether to mark what is gone and leave it out of the tables, instead of deleting it.
        profiles : bool, default False
            Whether to check users, too. TikTok can't check lists of users, so each takes a
            request.
        workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
            As in :func:`tt_collect`; ``workers`` has an effect on profiles only.

        Returns
        -------
        pandas.DataFrame
            A row for videos, one for comments, and one for users if they were checked: what
            (string), asked, gone (Int64).

        Raises
        ------
        AuthError, ApiError, ConnectionFailed, StoreError
            As in :func:`tt_collect`; what was answered before is stored.
        """
        days, options = _days(every), RunOptions(**arguments)
        fields = self._store.fields(VIDEOS)
        found = Refresh(self._store, fields, options, mark=mark).work(days)
        if profiles:
            reopen_profiles(self._store, days)
            asked = self._states(USERS)[State.OPEN]
            self._run(USERS, options)
            asked -= self._states(USERS)[State.OPEN]
            found.append((USERS.name, asked, remove_profiles(self._store, asked, mark=mark)))
        return typed_table({"what": Texts, "asked": Counts, "gone": Counts}, found)

    def due(self, every: float = REFRESH_DAYS) -> datetime | None:
        """Return when the next refresh is due: some days after the oldest record was last seen.

        Parameters
        ----------
        every : float, default 30
            The days between refreshes.

        Returns
        -------
        datetime or None
            The time (UTC), which may be in the past; None if there is nothing to refresh.
        """
        moment = due_at(self._store, _days(every))
        return None if moment is None else _clock.utc(moment)


def _of_all_videos(kind: Kind) -> str:
    """Name the job that puts tasks of a kind on the list for videos that come."""
    return f"{kind.name} of all videos"


def _days(every: float) -> float:
    return float(_inputs.within(every, "every", "a number of days", 0, _A_CENTURY, fractions=True))


def asked_fields(kind: Kind, given: Any) -> list[str] | None:
    asked = _inputs.fields(given, kind.endpoint.documented, FIELD_OF_COLUMN)
    return None if asked is None else list(dict.fromkeys((*kind.needs, *asked)))
