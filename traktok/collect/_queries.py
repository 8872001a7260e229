"""The queries of a study: their names, and what the windows of each search for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from traktok._text import did_you_mean
from traktok.errors import Argument, InvalidArgument, InvalidArgumentType
from traktok.query import GROUPS, Query, searchable

# What a query without a name is called once the study has others.
FIRST = "first"
_NAME = re.compile(r"\w(?:[\w .-]{0,62}\w)?")

Queries = Query | str | Mapping[str, Query | str]


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
    first, last = (date.fromisoformat(settings[name]) for name in ("since", "to"))
    return {
        (name, 0): Search(name, 0, conditions, first, last)
        for name, conditions in by_name(settings).items()
    }


def by_name(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the queries of a study by their names; one without a name has an empty one."""
    return settings["queries"] if "queries" in settings else {"": settings["query"]}


def names(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of a study's queries if it has several, in the order they were given."""
    named = tuple(by_name(settings))
    return named if len(named) > 1 else ()


def with_names(settings: dict[str, Any], name: Any, query: Any) -> dict[str, Any]:
    """Return the settings of a study that has this query, too, and a name for each.

    A query that had no name gets this one if it is the same query.
    """
    queries: dict[str, Any] = dict(settings.get("queries", {}))
    settings = dict(settings)
    if "query" in settings:
        same = {"": settings["query"]} == by_name(settings_of(query))
        settings["unnamed"] = str(name) if same else FIRST
        queries[settings["unnamed"]] = settings.pop("query")
    add_to(queries, name, query)
    return {**settings, "queries": queries}


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
        return {"query": searchable(given).to_dict()}
    if not given:
        raise InvalidArgument(
            Argument("query"), " must be a query, a phrase or several by their names, not {}"
        )
    queries: dict[str, Any] = {}
    for name, query in given.items():
        add_to(queries, name, query)
    return {"queries": queries}


def add_to(queries: dict[str, Any], name: Any, query: Any) -> None:
    """Add a query to those of a study; refuse one that has another name there already."""
    if not isinstance(name, str):
        raise InvalidArgumentType(f"the name of a query must be a string, not {name!r}")
    if not _NAME.fullmatch(name):
        raise InvalidArgument(
            "the name of a query must be up to 64 letters, digits, spaces, dots, hyphens and "
            f"underscores, with a letter or digit at both ends, not {name!r}"
        )
    conditions = searchable(query).to_dict()
    if queries.get(name, conditions) != conditions:
        raise InvalidArgument(
            f"{name!r} is another query in this study: give this one another name"
        )
    for other, known in queries.items():
        if known == conditions and other != name:
            raise InvalidArgument(
                f"{other!r} and {name!r} are the same query: give it once, since every request "
                "would be sent twice"
            )
    queries[name] = conditions


def differing(kept: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Describe how the queries of a store's study differ from those that were asked for."""
    has, wants = by_name(kept), by_name(asked)
    if has == wants:  # in any order
        return []
    if "" in wants and wants[""] == has.get(kept.get("unnamed", "")):
        return []  # the study began with this query, before it got a name
    if "" in wants or "" in has:
        return ["another query"]
    return [
        *(f"another query {name!r}" for name in wants if has.get(name, wants[name]) != wants[name]),
        *(f"no query {name!r}" for name in wants if name not in has),
        *(f"a query {name!r}, too" for name in has if name not in wants),
    ]
