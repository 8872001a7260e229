"""Commands for the store of a study: collect, resume, show the status, refresh, export."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

import traktok
from traktok._tables.builder import Rows
from traktok._tables.columns import Days, Texts
from traktok.cli import endings, inputs
from traktok.cli.advice import command, in_a_shell
from traktok.cli.endings import Ending, say
from traktok.cli.inputs import CommandArguments
from traktok.cli.options import OPTIONS
from traktok.cli.outputs import Target, check_free, naming_file, show
from traktok.cli.study_options import STUDY_TABLES
from traktok.errors import Argument, InvalidArgument

if TYPE_CHECKING:  # slow to import
    import pandas as pd

# The options of one run, by the names of the functions' arguments.
HOW_TO_SEND = ("max_requests", "daily_requests", "requests_per_second", "on_quota")
HOW = ("workers", *HOW_TO_SEND)

# Where a study is, if no store is named.
_USUAL = OPTIONS["store"][1]
# What the requests of TikTok's two quotas are for.
_USES = {"main": "searches, profiles and comments", "follow": "followers and accounts followed"}

# The options to repeat in the command that continues a study; --max-requests is for one run.
_LASTING = ("daily_requests", "requests_per_second", "on_quota")
RESUMED = {"resume": ("workers", *_LASTING)}
REFRESHED = {"refresh": ("every", "mark", "profiles", *_LASTING)}


def collect(given: CommandArguments) -> None:
    """Begin a study and collect it, or continue it."""
    inputs.list_fields(given, traktok.VIDEO_FIELDS)
    days = {"since": given["first_day"], "to": given["last_day"]}
    asked = {name: given[name] for name in ("fields", "window_days")}
    begin = partial(traktok.tt_collect, inputs.queries(given), **days, **asked, **_how(given))
    with _advising_how_to_continue(given):
        if given["plan"]:
            _plan(given, partial(begin, start=False))
        elif given["sample"] is not None:
            raise InvalidArgument(Argument("sample"), " needs ", Argument("plan"))
        else:
            with begin(into=given["into"]) as study:
                _end(study, given, STUDY_TABLES[:1])


def _plan(given: CommandArguments, begin: Callable[..., traktok.Collection]) -> None:
    """Write which windows are still to be searched; only a sample begins a study."""
    store, sample = given["into"], given["sample"]
    begun = _exists(store)
    asked = {"into": store} if begun or sample else {}
    if begun:
        asked["to"] = _last_day_in(store)
    with (
        tempfile.TemporaryDirectory() as elsewhere,
        begin(**{"into": Path(elsewhere, "study.db"), **asked}) as study,
    ):
        how = {**_how(given), "sample": sample} if sample else {}
        plan = study.plan(given["last_day"] if begun else None, **how)
        _write_windows(plan, Target.of(None, None, overwrite=False))
        if begun or sample:
            _report_forecast(study, given)
            _report_state(study, given)
        elif not given["quiet"]:
            where = "that database" if "://" in store else store  # a URL may hold a password
            say(f"Nothing is stored: the same command without --plan begins the study in {where}.")


def _exists(store: str) -> bool:
    """Return whether there is a study, or something else, in its place."""
    try:
        traktok.Collection(store).close()
    except traktok.StoreError:
        return Path(store).expanduser().exists()
    return True


def _last_day_in(store: str) -> str:
    """Return the last day of a study, so that planning a later one does not add it."""
    with traktok.Collection(store) as study:
        return f"{study.status()['last_day'].max():%Y-%m-%d}"


def add(given: CommandArguments) -> None:
    """Add a query to a study, and collect it."""
    query = inputs.query_or_list(given)
    with traktok.Collection(given["store"]) as study, _advising_how_to_continue(given):
        study.add(given["name"], query, **_how(given))
        _end(study, given, STUDY_TABLES)


def follow(given: CommandArguments) -> None:
    """Extend the study to today, minus a lag; from then on it follows."""
    with traktok.Collection(given["store"]) as study, _advising_how_to_continue(given):
        study.extend("today", lag=given["lag"], **_how(given))
        _end(study, given, STUDY_TABLES)


def resume(given: CommandArguments) -> None:
    """Collect all that is still open, and comments or profiles if asked for."""
    asked = {name: given[name] for name in ("retry", "comments", "profiles")}
    with traktok.Collection(given["store"]) as study, _advising_how_to_continue(given):
        study.resume(**asked, **_how(given))
        _end(study, given, STUDY_TABLES)


def status(given: CommandArguments) -> None:
    """Write how far each window is."""
    target = _target(given)
    with traktok.Collection(given["store"]) as study:
        target.write_rows(_open_first(study._progress(given["what"])))
        _report_forecast(study, given)
        _report_state(study, given)


def _open_first(progress: Rows) -> Rows:
    """Sort what is still to be done before what is done, and write days as texts."""
    order, state = {"open": 0, "set aside": 1}, [*progress.columns].index("state")
    texts = {name: Texts if kind is Days else kind for name, kind in progress.columns.items()}
    return Rows(texts, sorted(progress.cells, key=lambda row: order.get(row[state], 2)))


def export(given: CommandArguments) -> None:
    """Write a table of the study."""
    what, path, query = given["what"], given["output"], given["query_name"]
    if query is not None and what != "videos":
        raise ValueError(f"--query has an effect on videos only, not on {what}")
    with traktok.Collection(given["store"]) as study:
        if given["partition"]:
            if path in (None, inputs.PIPE):
                raise ValueError("--by-month writes a folder: name it with --output")
            with naming_file(Path(path)):
                study.export(path, what, partition="month", query=query)
        else:
            target = _target(given)
            if target.path is None:
                tables: Mapping[str, Callable[[], traktok.TikTokResults]] = {
                    "videos": partial(study.videos, query=query),
                    "comments": study.comments,
                    "users": study.users,
                }
                target.write(tables[what]())
            else:
                with naming_file(target.path):
                    study.export(target.path, what, query=query)
        if not given["quiet"] and path not in (None, inputs.PIPE):
            say(f"The {what} are written to {path}.")
        if not study.complete:
            _report_state(study, given)


def refresh(given: CommandArguments) -> None:
    """Check what was last seen long ago, and write how much of it is gone."""
    target = _target(given)
    with traktok.Collection(given["store"]) as study, _advising_how_to_continue(given):
        if given["due"]:
            due = study.due(given["every"])
            show("There is nothing to refresh." if due is None else f"{due:%Y-%m-%d %H:%M} UTC")
        else:
            asked = {name: given[name] for name in ("every", "mark", "profiles")}
            found = study.refresh(**asked, **_how(given))
            target.write(traktok.TikTokResults(found))


def quota(given: CommandArguments) -> None:
    """Write how many requests the day has left, for a study or, without one, for the client."""
    store = given["quota_store"] or (_USUAL if Path(_USUAL).exists() else None)
    pools = traktok.tt_quota()
    if store is not None:
        with traktok.Collection(store) as study:
            left = study.quota(given["daily_requests"])
    elif given["daily_requests"] is None:
        left = pools["left"][0]
    else:
        raise InvalidArgument(Argument("daily_requests"), " is a study's: name its STORE, too")
    show(str(left))
    if not given["quiet"]:
        parts = [f"{sent:,} for {_USES[pool]}" for pool, sent in pools[["pool", "sent"]].to_numpy()]
        say(f"Sent from this computer today (UTC): {' and '.join(parts)}.")


def describe(given: CommandArguments) -> None:
    """Write how a study was collected."""
    with traktok.Collection(given["store"]) as study:
        description = study.describe()
        show(description.to_json() if given["as_json"] else description)


def report(given: CommandArguments) -> None:
    """Write the page about a study."""
    path = check_free(Path(given["report_output"]), given["overwrite"])
    with traktok.Collection(given["store"]) as study, naming_file(path):
        study.report(path)
    if not given["quiet"]:
        say(f"The report is written to {path}.")


# ------------------------------------------------------------------------------------- their parts


def _how(given: CommandArguments) -> dict[str, Any]:
    """Return the options of a run; as it takes long, show progress even without a terminal."""
    how = {name: given[name] for name in HOW if name in given}
    return how | {"on_quota": str(given["on_quota"]), "verbose": not given["quiet"]}


def _target(given: CommandArguments) -> Target:
    return Target.of(given["output"], given["format"], given["overwrite"])


def _write_windows(table: pd.DataFrame, target: Target) -> None:
    """Write a table of windows, or of other targets, with days as texts."""
    for name in table.columns.intersection(["first_day", "last_day"]):
        table[name] = table[name].dt.strftime("%Y-%m-%d")
    target.write(traktok.TikTokResults(table))


def _report_state(study: traktok.Collection, given: CommandArguments) -> None:
    if not given["quiet"]:
        onward = f"{command('resume', study.place, given)} goes on"
        ending = "complete" if study.complete else onward
        say(f"Collection {study.place}: {study.summary}, {ending}")


def _report_forecast(study: traktok.Collection, given: CommandArguments) -> None:
    """Print what it takes to complete the study, and what comments and profiles would cost."""
    if given["quiet"] or study.complete:
        return
    forecast = study.forecast(given.get("daily_requests"))
    if forecast.to_dict()["records"]["videos"]["requests"]["expected"] is not None:
        for line in forecast.splitlines():
            say(line)


def _end(study: traktok.Collection, given: CommandArguments, parts: Iterable[Any]) -> None:
    """Print the state of the study, and end with its exit code."""
    states = [study.states(part) for part in parts]
    if any(each["set aside"] for each in states):
        raise typer.Exit(Ending.FAILED)
    if not any(each["open"] for each in states):
        _report_state(study, given)
    elif not study.quota(given["daily_requests"]):
        raise typer.Exit(Ending.QUOTA)


@contextmanager
def _advising_how_to_continue(given: CommandArguments) -> Iterator[None]:
    """Report an error or Ctrl-C together with what is stored and how to resume."""
    store = given["into"] if "into" in given else given["store"]
    onward = f"Stopped at once; what came is kept; continue with {command('resume', store, given)}."
    try:
        with endings.last_words(onward):
            yield
    except (traktok.TraktokError, KeyboardInterrupt) as error:
        ending = endings.report_error(error, given)
        for text in (getattr(error, "how_to_go_on", ""), *getattr(error, "__notes__", ())):
            if text:
                say(in_a_shell(text, given))
        raise typer.Exit(ending) from None
