"""The queries of a study: their names, and what the windows of each search for."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from traktok._text import did_you_mean
from traktok.collect import _watch
from traktok.collect._watch import WatchList
from traktok.errors import Argument, InvalidArgument, InvalidArgumentType
from traktok.query import GROUPS, Query, searchable

# What a query without a name is called once the study has others.
FIRST = "first"
_NAME = re.compile(r"\w(?:[\w .-]{0,62}\w)?")

Asked = Query | str | WatchList
Queries = Asked | Mapping[str, Asked]


@dataclass(frozen=True, slots=True)
class Search:
    """What some of a study's windows search for.

    Attributes
    ----------
    query
        The name of the query; empty for the query of a study with one that has no name.
    part
        Which part of the query.
    conditions
        The query as TikTok takes it.
    first, last
        The days it is searched for.
    """

    query: str
    part: int
    conditions: dict[str, Any]
    first: date
    last: date


def searches(settings: Mapping[str, Any]) -> dict[tuple[str, int], Search]:
    """Return what a study's windows search for, by query and part."""
    found = {}
    for name, entry in _entries(settings).items():
        for number, part in enumerate(entry["parts"] if _watch.is_list(entry) else [{}]):
            first, last = (
                date.fromisoformat(part.get(end, settings[day]))
                for end, day in (("first", "since"), ("last", "to"))
            )
            asked = _watch.conditions(entry["watch"], part["names"]) if part else entry
            found[name, number] = Search(name, number, asked, first, last)
    return found


def by_name(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the queries of a study by their names; one without a name has an empty one.

    The query of a watch list is one for all of its names.
    """
    return {
        name: _watch.conditions(entry["watch"], _watch.names_of(entry))
        if _watch.is_list(entry)
        else entry
        for name, entry in _entries(settings).items()
    }


def parsed(conditions: Mapping[str, Any]) -> Query:
    """Parse a query that a study keeps, without the warnings of when it was made."""
    with warnings.catch_warnings(action="ignore"):
        return Query.from_dict(conditions)


def tree_lines(query: Query) -> list[str]:
    """Return a query as a tree, without the line that names the class."""
    return repr(query).splitlines()[1:]


def recipes(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the queries and watch lists of a study by their names, without paths of files."""
    return {
        name: {"watch_list": {"field": entry["watch"], "names": _watch.names_of(entry)}}
        if _watch.is_list(entry)
        else {"query": entry}
        for name, entry in _entries(settings).items()
    }


def _entries(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the queries and watch lists of a study, as its settings hold them, by their names."""
    return settings["queries"] if "queries" in settings else {"": settings["query"]}


def names(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of a study's queries if it has several, in the order they were given."""
    all_names = tuple(_entries(settings))
    return all_names if len(all_names) > 1 else ()


def with_names(settings: dict[str, Any], name: Any, query: Any) -> dict[str, Any]:
    """Return the settings of a study that has this query, too, and a name for each query.

    A query that had no name gets this one if it is the same query.
    """
    queries: dict[str, Any] = dict(settings.get("queries", {}))
    settings = dict(settings)
    if "query" in settings:
        same = _is_twin(settings["query"], _entry_of(query))
        settings["unnamed"] = str(name) if same else FIRST
        queries[settings["unnamed"]] = settings.pop("query")
    add_to(queries, name, query)
    lists = lists_in({"queries": {name: _entry_of(query)}})
    return with_newcomers({**settings, "queries": queries}, lists)


def checked_name(settings: Mapping[str, Any], name: Any) -> str:
    """Check that a study has a query of this name."""
    named = settings.get("queries", {})
    if not named:
        raise InvalidArgument(Argument("query"), ": this study has one query, without a name")
    if name not in named:
        meant = did_you_mean(str(name), named) or f"; its queries are {', '.join(named)}"
        raise InvalidArgument(Argument("query"), f": this study has no query {name!r}{meant}")
    return str(name)


# ------------------------------------------------------------------------------- as they are given


def settings_of(given: Any) -> dict[str, Any]:
    """Convert one query, or several by their names, to the settings of a study."""
    if not isinstance(given, Mapping) or (given and set(GROUPS).issuperset(given)):
        return {"query": _entry_of(given)}
    if not given:
        raise InvalidArgument(
            Argument("query"), " must be a query, a phrase or several by their names, not {}"
        )
    queries: dict[str, Any] = {}
    for name, query in given.items():
        add_to(queries, name, query)
    return {"queries": queries}


def _entry_of(given: Any) -> dict[str, Any]:
    """Convert a query or a watch list to what the settings of a study hold of it."""
    if isinstance(given, WatchList):
        return _watch.entry_of(given)
    return dict(searchable(given).to_dict())


def add_to(queries: dict[str, Any], name: Any, query: Any) -> None:
    """Add a query to those of a study; refuse one that has another name there already."""
    if not isinstance(name, str):
        raise InvalidArgumentType(f"the name of a query must be a string, not {name!r}")
    if not _NAME.fullmatch(name):
        raise InvalidArgument(
            "the name of a query must be up to 64 letters, digits, spaces, dots, hyphens and "
            f"underscores, with a letter or digit at both ends, not {name!r}"
        )
    asked = _entry_of(query)
    if not _is_same(queries.get(name, asked), asked):
        raise InvalidArgument(
            f"{name!r} is another query in this study: give this one another name"
        )
    for other, known in queries.items():
        if _is_twin(known, asked) and other != name:
            raise InvalidArgument(
                f"{other!r} and {name!r} are the same query: give it once, since every request "
                "would be sent twice"
            )
    queries.setdefault(name, asked)


def _is_same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Return whether two queries are the same; a watch list is the same with other names on it."""
    if one and other and _watch.is_list(one) and _watch.is_list(other):
        return bool(one["watch"] == other["watch"])
    return one == other


def _is_twin(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two queries search for the same; a watch list is known by its file."""
    file = one.get("source")
    return one == other or (file is not None and file == other.get("source"))


def with_newcomers(settings: dict[str, Any], lists: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the settings of a study with the names that are new on its watch lists."""
    days = settings["since"], settings["to"]
    entries = {
        name: _watch.joined(entry, lists[name], *days) if name in lists else entry
        for name, entry in _entries(settings).items()
    }
    return settings | ({"queries": entries} if "queries" in settings else {"query": entries[""]})


def lists_in(asked: Mapping[str, Any], unnamed: str = "") -> dict[str, list[str]]:
    """Return the names on each of some watch lists; one without a name may have got one."""
    return {
        name or unnamed: _watch.names_of(entry)
        for name, entry in _entries(asked).items()
        if _watch.is_list(entry)
    }


def lists_now(settings: Mapping[str, Any]) -> dict[str, list[str]]:
    """Read the files of a study's watch lists again."""
    return {
        name: _watch.read_again(entry)
        for name, entry in _entries(settings).items()
        if _watch.is_list(entry) and entry["source"] is not None
    }


def differing(kept: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Describe how the queries of a store's study differ from those that were asked for."""
    has, wants = _entries(kept), _entries(asked)
    if "" in wants and _is_same(wants[""], has.get(kept.get("unnamed", ""))):
        return []  # the study began with this query, maybe before it got a name
    if "" in wants or "" in has:
        return ["another query"]
    return [
        *(
            f"another query {name!r}"
            for name in wants
            if name in has and not _is_same(has[name], wants[name])
        ),
        *(f"no query {name!r}" for name in wants if name not in has),
        *(f"a query {name!r}, too" for name in has if name not in wants),
    ]
