"""Collect again what a study's description says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack

from traktok._run.options import RUN_PARAMETERS, RunArguments, RunOptions
from traktok._secrets.secret import conceals_token
from traktok._signatures import spells_out
from traktok.collect._begin import tt_collect
from traktok.collect._collection import Collection
from traktok.collect._facts import Facts
from traktok.collect._growth import TODAY
from traktok.collect._watch import WatchList
from traktok.errors import Argument, InvalidArgument, InvalidArgumentType
from traktok.query import Query


@conceals_token
@spells_out(RUN_PARAMETERS)
def tt_collect_again(
    description: Facts | Mapping[str, Any] | str | Path,
    into: str | Path = "study.db",
    *,
    start: bool = True,
    **arguments: Unpack[RunArguments],
) -> Collection:
    """Collect a study again from its description: the same queries, days, fields and windows.

    Comments and profiles are collected again if ``resume()`` collected those of all videos; a study
    that followed the calendar follows it again. A watch list has the names that it had. The videos
    may differ: TikTok shows what is public now.

    Parameters
    ----------
    description : Description, mapping, str or Path
        What :meth:`Collection.describe` returned, its ``to_dict()``, or the path of a file with its
        ``to_json()``.
    into : str or Path, default "study.db"
        The store, as in :func:`tt_collect`.
    start : bool, default True
        Whether to begin at once; False sends nothing.
    workers, max_requests, daily_requests, requests_per_second, on_quota, verbose, token
        As in :func:`tt_collect`.

    Returns
    -------
    Collection
        The study. If it is not complete, a warning says so.

    Raises
    ------
    ValueError, TypeError
        If it is not a description, or an older version wrote it, without all that is needed.
    AuthError, ApiError, ConnectionFailed, StoreError
        As in :func:`tt_collect`.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> study = tt_collect("#rstats", "2023-11-01", "2023-11-30", f"{folder}/a.db", verbose=False)
    >>> again = tt_collect_again(study.describe(), f"{folder}/b.db", verbose=False)
    >>> again.videos().equals(study.videos())
    True
    """
    RunOptions(**arguments)  # check them before anything changes
    recipe = _recipe(description)
    queries = {name: _asked(query) for name, query in recipe["queries"].items()}
    study = tt_collect(
        queries.get("", queries),
        recipe["since"],
        recipe["to"],
        into,
        fields="all" if recipe["fields"] is None else recipe["fields"],
        window_days=recipe["window_days"],
        start=False,
    )
    try:
        if recipe["follows"] is not None:
            study.extend(TODAY, lag=recipe["follows"], start=False)
        for name, settings in recipe["jobs"].items():
            study._store.set_job(name, settings)
        return study.resume(**arguments) if start else study
    except BaseException:
        study.close()
        raise


def _recipe(given: Any) -> Mapping[str, Any]:
    """Return what to collect, from a description in any form."""
    facts: Any = given
    if isinstance(given, Facts):
        facts = given.to_dict()
    elif isinstance(given, (str, Path)):
        try:
            facts = json.loads(Path(given).expanduser().read_bytes())
        except ValueError:
            raise InvalidArgument(
                Argument("description"), f" must be a file of JSON; {given} is not"
            ) from None
    if not isinstance(facts, Mapping):
        raise InvalidArgumentType(
            Argument("description"),
            f" must be what describe() returns, or a file with its to_json(), not {given!r:.60}",
        )
    recipe = facts.get("again")
    if not isinstance(recipe, Mapping) or recipe.keys() != _KEYS:
        raise InvalidArgument(
            Argument("description"),
            " lacks what to collect again: describe the study with this version of traktok",
        )
    return recipe


_KEYS = {"queries", "since", "to", "follows", "fields", "window_days", "jobs"}


def _asked(query: Mapping[str, Any]) -> Query | WatchList:
    if "watch_list" in query:
        return WatchList(query["watch_list"]["names"], query["watch_list"]["field"])
    return Query.from_dict(query["query"])
