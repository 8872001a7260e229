"""Commands that output rows: fetch them, write them, and report the outcome."""

from __future__ import annotations

import math
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import typer

import traktok
from traktok import _clock, _inputs
from traktok.cli import endings, inputs, onward
from traktok.cli.endings import Ending, say
from traktok.cli.inputs import CommandArguments
from traktok.cli.options import LISTS
from traktok.cli.outputs import Target
from traktok.errors import StoppedAt

# Default days, counted back from today, as in traktok's functions.
_DAYS_AGO = {"start_date": 1, "end_date": 0, "to": 0}
_SPANS = (("start_date", "end_date"), ("since", "to"))
_LISTS = (*LISTS, "posts")
_SINGLE = ("user", "account")


@dataclass(frozen=True, slots=True)
class Fetch:
    """The action of a command that outputs rows.

    Attributes
    ----------
    call
        The function that fetches them; it takes the target of the command, then ``asked`` by
        keyword.
    asked
        The options that are passed to the function unchanged.
    a_row_each
        Whether each name or id gives one row, so that the number of rows shows the progress.
    fields
        The fields that may be asked for.
    """

    call: Callable[..., traktok.TikTokResults]
    asked: tuple[str, ...]
    a_row_each: bool = False
    fields: tuple[str, ...] = ()

    def __call__(self, given: CommandArguments) -> None:
        """Fetch rows and write them, including those that came before an error or Ctrl-C."""
        inputs.list_fields(given, self.fields)
        target = Target.of(given["output"], given["format"], given["overwrite"])
        subject, names = _target(given)
        days = _days_not_typed(given)
        asked = {name: given[name] for name in self.asked} | days
        table, error = self._fetched(subject, asked | {"verbose": is_watched(given)})
        ending = Ending.DONE if error is None else endings.report_error(error, given)
        written = error is None or len(table) > 0
        if written:
            with endings.on_ctrl_c(endings.let_it_finish):
                target.write(table)
        for name, reason in table.attrs.get("skipped", {}).items():
            endings.warn(f"skipped {name}: {reason}", given)
        rest = onward.options(
            table,
            known=given,
            names=names,
            stopped_at=self.stopped_at(table, names, error),
            days=days,
            output=target.next() if written else None,
        )
        if error is not None:
            _report_kept(table, target, rest)
            if not given.get("return_urls"):
                _report_not_requested(table, target)
            ended_early = getattr(error, "ended_early", False) and written
            raise typer.Exit(Ending.CUT_SHORT if ended_early else ending)
        if not given["quiet"]:
            # Over a long span, the cursor belongs to one window of several.
            one = len(names) < 2 and "since" not in given and _in_one_window(table, asked)
            if not is_watched(given):  # the progress shows it
                _report_why_empty(table, asked)
            _report_done(table, target, rest if one else "", given.get("max_pages"))
        if (ending := _ending_of(table)) is not Ending.DONE:
            raise typer.Exit(ending)

    def _fetched(
        self, subject: Any, asked: Mapping[str, Any]
    ) -> tuple[traktok.TikTokResults, BaseException | None]:
        """Return the table, and the error if it is incomplete."""
        try:
            return self.call(subject, **asked), None
        except (traktok.TraktokError, KeyboardInterrupt) as error:
            partial: traktok.TikTokResults | None = getattr(error, "partial", None)
            if partial is None:
                raise
            return partial, error

    def stopped_at(
        self, table: traktok.TikTokResults, names: list[str], error: BaseException | None
    ) -> str | None:
        """Return the name, id or window at which an error occurred."""
        if error is None:
            return None
        if not self.a_row_each:
            stopped_at = getattr(error, "stopped_at", None)
            key = stopped_at.key if isinstance(stopped_at, StoppedAt) else None
            return key if key in table.attrs.get("unfinished", ()) else None
        done = len(table) + len(table.attrs.get("skipped", ()))
        if "file_error" in table and getattr(error, "stopped_at", None):
            done -= 1  # the post whose files were interrupted has its row already
        # A name given twice gives one row: it may be requested again, but none is left out.
        return next(iter(list(dict.fromkeys(names))[done:]), None)


def _ending_of(table: traktok.TikTokResults) -> Ending:
    """Return the exit code of a call that succeeded, even if rows or files are missing."""
    if table.attrs.get("complete") is False:
        return Ending.CUT_SHORT
    if "file_error" in table:
        # A post that TikTok withholds has no files, and its row says so.
        is_given_out = table["video_status_code"].eq(0).fillna(False)
        if (table["file_error"].notna() & is_given_out).any():
            return Ending.FILES_MISSING
    return Ending.DONE


def _report_why_empty(table: traktok.TikTokResults, asked: Mapping[str, Any]) -> None:
    """Print why a search may have found nothing."""
    for names in _SPANS:
        if asked.keys() >= set(names) and not len(table) and not table.has_more:
            say(_inputs.why_empty("videos", *(_inputs.day(asked[name], name) for name in names)))


def _in_one_window(table: traktok.TikTokResults, asked: Mapping[str, Any]) -> bool:
    """Return whether a search went through no more than one window."""
    first = asked.get("start_date")
    return first is None or str(_inputs.day(first, "start_date")) == table.attrs.get("start_date")


def _target(given: CommandArguments) -> tuple[Any, list[str]]:
    """Return the subject of the command, and its names or ids if it has any."""
    if "phrase" in given:
        return inputs.read_search(given["phrase"], given["query_file"]), []
    if "words" in given:
        return " ".join(given["words"] or ()), []
    if (single := next((kind for kind in _SINGLE if kind in given), None)) is not None:
        return given[single], []
    kind = next(kind for kind in _LISTS if kind in given)
    names = inputs.read_names(given, kind)
    return names, names


def _days_not_typed(given: Mapping[str, Any]) -> dict[str, str]:
    today = _clock.today()
    return {
        name: str(today - timedelta(days=ago))
        for name, ago in _DAYS_AGO.items()
        if name in given and given[name] is None
    }


def is_watched(given: Mapping[str, Any]) -> bool:
    """Return whether to show progress: on a terminal, or if it is asked for."""
    if given["quiet"]:
        return False
    return given["verbose"] or (sys.stderr is not None and sys.stderr.isatty())


def _report_kept(table: traktok.TikTokResults, target: Target, rest: str) -> None:
    kept = (
        f"{_count_rows(table)} kept, written to {target}" if len(table) else "No rows were fetched"
    )
    if rest:
        say(f"{kept}; to go on, add to the same command: {rest}")
    elif len(table):
        say(f"{kept}.")


def _report_not_requested(table: traktok.TikTokResults, target: Target) -> None:
    """Print the command for posts that a search found, but whose pages were not requested yet."""
    if target.path is None or target.path.suffix != ".csv" or "html_status" not in table:
        return
    waiting = table["video_id"][table["html_status"].isna() & table["video_status"].isna()]
    if len(waiting):
        words = ["traktok", "videos", "--from", str(target.path), "--start-at", waiting.iloc[0]]
        say(f"{len(waiting):,} of them have no data yet: `{shlex.join(words)}` gets it.")


def _report_done(
    table: traktok.TikTokResults, target: Target, rest: str, max_pages: float | None
) -> None:
    if target.path is not None:
        say(f"{_count_rows(table)} written to {target}.")
    if table.has_more and rest:
        say(f"TikTok holds more; to go on, add to the same command: {rest}")
    elif table.has_more and max_pages not in (None, math.inf):
        say("TikTok holds more: raise --max-pages to get it.")


def _count_rows(table: traktok.TikTokResults) -> str:
    return f"{len(table):,} row{'s' * (len(table) != 1)}"
