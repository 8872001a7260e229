"""The query algebra: conditions, ``query()``, the verbs, the pipe, and the tree that prints.

A query is a value: a verb returns a new one. What waits for a query, a verb or a function that
searches, is a *step*; ``|`` hands a query to the next step::

    query() | query_and("region_code", "IN", ["JP", "US"]) | tt_search_api()

The language is described at https://developers.tiktok.com/doc/research-api-specs-query-videos.
"""

from __future__ import annotations

import functools
import inspect
import json
import math
import numbers
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Concatenate, Generic, NoReturn, ParamSpec, Protocol, TypeVar, cast, overload

import numpy as np
import pandas as pd

from traktok import _cards, _inputs
from traktok._secrets.secret import conceal_token
from traktok._signatures import matched
from traktok.errors import Argument, InvalidArgument, warn

__all__ = ["Condition", "Query", "Step", "query", "query_and", "query_not", "query_or"]

_Result = TypeVar("_Result")
_Next = TypeVar("_Next")
_Arguments = ParamSpec("_Arguments")

GROUPS = ("and", "or", "not")
OPERATIONS = ("EQ", "IN", "GT", "GTE", "LT", "LTE")
VIDEO_LENGTHS = ("SHORT", "MID", "LONG", "EXTRA_LONG")
FIELDS = (
    "create_date",
    "username",
    "region_code",
    "video_id",
    "hashtag_name",
    "keyword",
    "music_id",
    "effect_id",
    "video_length",
    "view_count",
    "comment_count",
)
_ID_FIELDS = {"video_id", "music_id", "effect_id"}


# ---------------------------------------------------------------------------------- conditions


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a query: a field, an operation and the values it compares with.

    Parameters
    ----------
    field_name : str
        One of TikTok's fields: create_date, username, region_code, video_id, hashtag_name,
        keyword, music_id, effect_id, video_length, view_count, comment_count. Another name is
        sent as it is, with a warning.
    operation : str
        EQ, IN, GT, GTE, LT or LTE.
    field_values : str, int, date or a sequence of them
        What to compare with. Sent as texts: numbers exactly, dates as YYYYMMDD. EQ takes one.

    Raises
    ------
    ValueError
        If anything is missing, empty or can't be right.

    Examples
    --------
    >>> Condition("view_count", "GTE", 1000).field_values
    ('1000',)
    """

    field_name: str
    operation: str
    field_values: tuple[str, ...]

    def __init__(self, field_name: str, operation: str, field_values: Any) -> None:
        object.__setattr__(self, "field_name", _field_name(field_name))
        object.__setattr__(self, "operation", _operation(operation))
        object.__setattr__(self, "field_values", _values(self.field_name, field_values))
        if self.operation == "EQ" and len(self.field_values) > 1:
            raise ValueError(
                f"EQ takes one value, not {len(self.field_values)} ({self.field_name}): "
                "use IN to match any of several"
            )

    @classmethod
    def from_dict(cls, given: Any) -> Condition:
        """Read a condition from a mapping with field_name, operation and field_values."""
        if isinstance(given, Condition):
            return given
        keys = {"field_name", "operation", "field_values"}
        if not isinstance(given, Mapping) or set(given) != keys:
            raise ValueError(
                f"a condition has a field_name, an operation and field_values; this is {given!r}"
            )
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """Return the condition as TikTok takes it."""
        return {
            "field_name": self.field_name,
            "operation": self.operation,
            "field_values": list(self.field_values),
        }


def _field_name(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise InvalidArgument(
            Argument("field_name"), f" must be one of {', '.join(FIELDS)}, not {given!r}"
        )
    if given not in FIELDS:
        hint = _inputs.did_you_mean(given, FIELDS)
        warn(f"TikTok documents no query field {given!r}{hint or '.'} It is sent as it is.")
    return given


def _operation(given: Any) -> str:
    if given not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        hint = _inputs.did_you_mean(given, OPERATIONS) if isinstance(given, str) else ""
        raise InvalidArgument(
            Argument("operation"), f" must be one of {known}, not {given!r}{hint}"
        )
    return str(given)


def _values(field: str, given: Any) -> tuple[str, ...]:
    if isinstance(given, (set, frozenset)):
        given = sorted(given, key=str)
    alone = (str, date, np.generic, numbers.Number)
    no_values = (Mapping, bytes, bytearray, pd.DataFrame)
    if isinstance(given, alone) or _inputs.is_scalar_missing(given):
        given = [given]
    elif isinstance(given, no_values) or not isinstance(given, Iterable):
        raise ValueError(
            f"field_values of {field!r} must be strings, numbers or dates, not {given!r}"
        )
    values = tuple(_value(field, value) for value in given)
    if not values:
        raise ValueError(f"field_values of {field!r} are empty: give at least one value")
    return values


def _value(field: str, given: Any) -> str:
    value = _value_text(field, given)
    if not value.strip():
        raise ValueError(f"field_values of {field!r} hold an empty text")
    if field == "video_length" and value not in VIDEO_LENGTHS:
        hint = _inputs.did_you_mean(value, VIDEO_LENGTHS)
        raise ValueError(
            f"video_length must be one of {', '.join(VIDEO_LENGTHS)}, not {value!r}{hint}"
        )
    if field == "region_code" and not re.fullmatch("[A-Z]{2}", value):
        hint = f"; did you mean {value.upper()!r}?" if re.fullmatch("[A-Za-z]{2}", value) else ""
        raise ValueError(
            f"region_code must be two capital letters such as 'US', not {value!r}{hint}"
        )
    if field == "create_date":
        return _inputs.compact(_inputs.day(value, "create_date"))
    if value[0] in {"hashtag_name": "#", "username": "@"}.get(field, ""):
        warn(f"{field} is compared without its {value[0]}; did you mean {value[1:]!r}?")
    return value


def _value_text(field: str, given: Any) -> str:
    if isinstance(given, str):
        return str(given)
    if isinstance(given, (bool, np.bool_)):
        raise ValueError(f"field_values of {field!r} hold a truth value, {given!r}")
    if isinstance(given, date) and not _inputs.is_missing(given):
        return _inputs.compact(_inputs.day(given, field))
    if isinstance(given, numbers.Integral):
        return str(int(given))
    if isinstance(given, (float, np.floating, Decimal)) and math.isfinite(given):
        if field in _ID_FIELDS:
            raise ValueError(
                f"field_values of {field!r} hold the float {given!r}, which has lost digits: "
                "ids are strings"
            )
        text = format(Decimal(str(given)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(given, np.datetime64) and not pd.isna(given):
        return _inputs.compact(_inputs.day(given, field))
    if _inputs.is_scalar_missing(given) or given != given:
        raise ValueError(f"field_values of {field!r} hold a missing value, {given!r}")
    raise ValueError(f"field_values of {field!r} must be strings, numbers or dates, not {given!r}")


# ------------------------------------------------------------------------------------- queries


class Query:
    """A search in TikTok's query language; made by :func:`query`, extended by the verbs.

    Immutable: equal queries have the same conditions in the same groups. It prints as the tree
    that R traktok prints.
    """

    __slots__ = ("_groups",)
    _groups: Mapping[str, tuple[Condition, ...]]

    def __init__(self, groups: Mapping[str, Iterable[Condition]] = MappingProxyType({})) -> None:
        kept = {name: tuple(conditions) for name, conditions in groups.items()}
        filled = {name: conditions for name, conditions in kept.items() if conditions}
        object.__setattr__(self, "_groups", MappingProxyType(filled))

    def __or__(self, step: Step[_Result]) -> _Result:
        if not isinstance(step, Step):
            raise TypeError(
                "a pipe goes on with a call whose arguments are named, such as "
                f"tt_search_api(start_date=...), not with a {type(step).__name__}"
            )
        return step._act(self)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a query does not change; query_and() and the like return a new one")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Query:
        """Read a query from the mapping that TikTok takes, the inverse of :meth:`to_dict`.

        Parameters
        ----------
        given : Mapping
            Lists of conditions under ``"and"``, ``"or"`` and ``"not"``; or a whole request body
            with such a mapping under ``"query"``, as TikTok's documentation shows it. Of a body
            only the query is taken; a warning names what else it holds.

        Raises
        ------
        ValueError
            If a group or a condition is none.

        Examples
        --------
        >>> Query.from_dict({"or": [
        ...     {"field_name": "keyword", "operation": "IN", "field_values": ["cats"]}
        ... ]}) == query() | query_or("keyword", "IN", "cats")
        True
        """
        if not isinstance(given, Mapping):
            raise ValueError(
                f"a query must be a mapping with the keys {', '.join(GROUPS)}, not {given!r}"
            )
        if isinstance(given.get("query"), Mapping):
            if others := given.keys() - {"query", "max_count"}:
                warn(f"Of the request only the query is taken, not {', '.join(sorted(others))}.")
            given = given["query"]
        groups = {}
        for name, conditions in given.items():
            if name not in GROUPS:
                hint = _inputs.did_you_mean(name, GROUPS)
                raise ValueError(f"a query has the groups {', '.join(GROUPS)}, not {name!r}{hint}")
            groups[name] = _conditions(name, conditions)
        return cls(groups)

    @classmethod
    def from_json(cls, text: str | bytes) -> Query:
        """Read a query from JSON; see :meth:`from_dict`."""
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"this is not JSON: {error}") from None
        return cls.from_dict(given)

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Return the query as TikTok takes it."""
        return {
            name: [condition.to_dict() for condition in conditions]
            for name, conditions in self._groups.items()
        }

    def to_json(self, indent: int | None = None) -> str:
        """Return the query as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def with_condition(self, group: str, condition: Condition) -> Query:
        """Return this query with one condition more."""
        return Query({**self._groups, group: (*self._groups.get(group, ()), condition)})

    def __bool__(self) -> bool:
        return bool(self._groups)

    def __eq__(self, other: object) -> bool:
        return (
            dict(self._groups) == dict(other._groups)
            if isinstance(other, Query)
            else NotImplemented
        )

    def __hash__(self) -> int:
        return hash(frozenset(self._groups.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return Query, (dict(self._groups),)

    def __and__(self, other: object) -> NoReturn:
        raise TypeError(_JOINED_BY_A_PIPE)

    __rand__ = __add__ = __radd__ = __and__

    def __repr__(self) -> str:
        encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
        return self.tree(ascii="utf" not in encoding)

    def _repr_html_(self) -> str:
        return _cards.query_card(
            {
                name: [(each.field_name, each.operation, each.field_values) for each in conditions]
                for name, conditions in self._groups.items()
            }
        )

    def tree(self, *, ascii: bool = False) -> str:
        """Draw the query as R prints it, also with ASCII's signs alone."""
        return "\n".join(["S3<traktok_query>", *_branches(_nested(self), ascii)])


def _conditions(group: str, given: Any) -> list[Condition]:
    if isinstance(given, (str, Mapping, Condition)) or not isinstance(given, Iterable):
        raise ValueError(f"{group!r} must be a list of conditions, not {given!r}")
    return [Condition.from_dict(condition) for condition in given]


_Branch = tuple[str, list["_Branch"]]
_LONGEST_LEAF = 35


def _nested(query: Query) -> list[_Branch]:
    """Convert a query to labels with their branches."""
    return [
        (f"{group}: <list>", [("<list>", _leaves(condition)) for condition in conditions])
        for group, conditions in query._groups.items()
    ]


def _leaves(condition: Condition) -> list[_Branch]:
    values: list[_Branch] = [(_quoted(value), []) for value in condition.field_values]
    return [
        (f"field_name: {_quoted(condition.field_name)}", []),
        (f"operation: {_quoted(condition.operation)}", []),
        ("field_values: <list>", values),
    ]


def _quoted(text: str) -> str:
    """Write a text on one line, and what is longer than R's trees have room for cut short."""
    line = text.replace("\n", "↵")
    return (
        f'"{line}"' if len(line) <= _LONGEST_LEAF else f'"{line[: _LONGEST_LEAF - 3].rstrip()}..."'
    )


def _branches(branches: list[_Branch], ascii: bool) -> Iterator[str]:
    fork, end, trunk = ("+-", "\\-", "| ") if ascii else ("├─", "└─", "│ ")
    for number, (label, below) in enumerate(branches, start=1):
        last = number == len(branches)
        yield (end if last else fork) + label
        for line in _branches(below, ascii):
            yield ("  " if last else trunk) + line


# --------------------------------------------------------------------------------------- steps


_JOINED_BY_A_PIPE = "queries and steps are joined by |: query() | query_and(...) | query_or(...)"


class Step(Generic[_Result]):
    """What waits for a query: hand it one with ``|``.

    Steps are values that can be kept and reused; two of them joined by ``|`` are one step.
    """

    __slots__ = ("_act", "_label")

    def __init__(self, act: Callable[[Any], _Result], label: str) -> None:
        self._act = act
        self._label = label

    def __ror__(self, query: Query | str) -> _Result:
        if inspect.isfunction(query):
            raise TypeError(f"call it: {query.__name__}() | ...")
        if not isinstance(query, (Query, str)):
            return NotImplemented
        return self._act(query)

    def __or__(self, following: Step[_Next]) -> Step[_Next]:
        if not isinstance(following, Step):
            return NotImplemented
        first, second = self._act, following._act
        return Step(lambda query: second(first(query)), f"{self._label} | {following._label}")

    def __and__(self, other: object) -> NoReturn:
        raise TypeError(_JOINED_BY_A_PIPE)

    __add__ = __and__

    def __repr__(self) -> str:
        return f"<waits for a query: {self._label}>"


def pipeable(
    function: Callable[Concatenate[Query | str, _Arguments], _Result],
) -> Callable[..., Any]:
    """Let a function that takes a query first be called without it: then it is a step."""
    name, call = function.__name__, cast(Callable[..., Any], function)
    first = next(iter(inspect.signature(function).parameters))

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = conceal_token(function, args, matched(function, kwargs))
        if args or first in kwargs:
            return function(*args, **kwargs)
        inspect.signature(function).bind(None, **kwargs)  # a wrong name is an error here and now
        told = ", ".join(f"{name}={value!r}" for name, value in kwargs.items() if name != "token")
        return Step(lambda query: call(query, **kwargs), f"{name}({told})")

    return wrapper


class Verb(Protocol):
    """A function that adds a condition to a query; without the query it is a step."""

    @overload
    def __call__(self, q: Query, field_name: str, operation: str, field_values: Any) -> Query: ...
    @overload
    def __call__(self, field_name: str, operation: str, field_values: Any) -> Step[Query]: ...


def _verb(add: Callable[[Query, str, str, Any], Query]) -> Verb:
    """Let a function that adds a condition be called without its query: then it is a step."""
    name, signature = add.__name__, inspect.signature(add)

    @functools.wraps(add)
    def verb(*args: Any, **named: Any) -> Query | Step[Query]:
        if "q" in named:
            args = (_asserted_query(named.pop("q"), name), *args)
        is_step = not (args and isinstance(args[0], Query))
        if is_step:
            if len(args) + len(named) > 3:
                raise TypeError(f"{name}() takes a query made by query() first, not {args[0]!r}")
            args = (Query(), *args)
        try:
            signature.bind(*args, **named)
        except TypeError as error:
            raise TypeError(
                f"{name}() takes field_name, operation and field_values: {error}"
            ) from None
        added = add(*args, **named)
        return _step(name, added) if is_step else added

    return cast(Verb, verb)


def _step(name: str, added: Query) -> Step[Query]:
    """Build the step that adds a condition, which a query holds alone, to a query to come."""
    ((group, (condition,)),) = added._groups.items()
    told = condition.field_name, condition.operation, list(condition.field_values)
    return Step(
        lambda query: _asserted_query(query, name).with_condition(group, condition),
        f"{name}{told!r}",
    )


def _asserted_query(query: Any, name: str) -> Query:
    if not isinstance(query, Query):
        raise TypeError(f"{name}() takes a query made by query(), not {query!r}")
    return query


# --------------------------------------------------------------------------------- the verbs


def query(
    and_: Iterable[Condition | Mapping[str, Any]] | None = None,
    or_: Iterable[Condition | Mapping[str, Any]] | None = None,
    not_: Iterable[Condition | Mapping[str, Any]] | None = None,
) -> Query:
    """Start a query, empty or from conditions that are there already.

    Mirrors ``query()`` of R traktok, whose arguments ``and``, ``or`` and ``not`` are keywords in
    Python. TikTok's page: https://developers.tiktok.com/doc/research-api-specs-query-videos.

    Parameters
    ----------
    and_, or_, not_ : sequence of Condition or mapping, optional
        Conditions of which all, at least one, or none must be met. A mapping has field_name,
        operation and field_values.

    Returns
    -------
    Query
        A query to extend with ``|`` and the verbs.

    Raises
    ------
    ValueError
        If one of them is not a condition.

    Examples
    --------
    >>> query() | query_or("hashtag_name", "IN", "rstats") | query_or("keyword", "IN", "#rstats")
    S3<traktok_query>
    └─or: <list>
      ├─<list>
      │ ├─field_name: "hashtag_name"
      │ ├─operation: "IN"
      │ └─field_values: <list>
      │   └─"rstats"
      └─<list>
        ├─field_name: "keyword"
        ├─operation: "IN"
        └─field_values: <list>
          └─"#rstats"
    """
    given = {"and": and_, "or": or_, "not": not_}
    return Query.from_dict({name: part for name, part in given.items() if part is not None})


@_verb
def query_and(q: Query, field_name: str, operation: str, field_values: Any) -> Query:
    """Add a condition that must be met.

    Mirrors ``query_and()`` of R traktok. Without a query it is a step that waits for one.

    Parameters
    ----------
    q : Query, optional
        The query to extend; left out in a pipe.
    field_name, operation, field_values
        The condition; see :class:`Condition`.

    Returns
    -------
    Query or Step
        The query with one condition more, or the step that adds it.

    Raises
    ------
    ValueError, TypeError
        If the condition can't be right.

    Examples
    --------
    >>> (query() | query_and("region_code", "IN", ["JP", "US"])).to_dict()
    {'and': [{'field_name': 'region_code', 'operation': 'IN', 'field_values': ['JP', 'US']}]}
    """
    return q.with_condition("and", Condition(field_name, operation, field_values))


@_verb
def query_or(q: Query, field_name: str, operation: str, field_values: Any) -> Query:
    """Add a condition of which at least one must be met; see :func:`query_and`.

    Mirrors ``query_or()`` of R traktok.

    Examples
    --------
    >>> query() | query_or("keyword", "IN", "cats") == query_or(query(), "keyword", "IN", "cats")
    True
    """
    return q.with_condition("or", Condition(field_name, operation, field_values))


@_verb
def query_not(q: Query, field_name: str, operation: str, field_values: Any) -> Query:
    """Add a condition that must not be met; see :func:`query_and`.

    Mirrors ``query_not()`` of R traktok.

    Examples
    --------
    >>> query_not("video_length", "EQ", "SHORT")
    <waits for a query: query_not('video_length', 'EQ', ['SHORT'])>
    """
    return q.with_condition("not", Condition(field_name, operation, field_values))


def phrase_query(phrase: str) -> Query:
    """Make the query for a phrase: one word as hashtag or keyword, several as keywords, all met."""
    words = [word for word in phrase.split() if word.strip("#")]
    if not words:
        raise ValueError(f"the phrase {phrase!r} is empty: give a word to search for")
    if len(words) == 1:
        hashtag = Condition("hashtag_name", "IN", words[0].lstrip("#"))
        return Query({"or": [hashtag, Condition("keyword", "IN", words[0])]})
    bare = [word.lstrip("#") for word in words]
    return Query({"and": [Condition("keyword", "IN", [word, f"#{word}"]) for word in bare]})


_A_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def searchable(given: Any) -> Query:
    """Convert what may be searched to a query: one with a condition, or a phrase."""
    if isinstance(given, str):
        if _A_DAY.fullmatch(given):
            raise ValueError(
                f"{given!r} is a day, not a phrase; in a pipe, say start_date={given!r}"
            )
        return phrase_query(given)
    if isinstance(given, (list, tuple)):
        raise ValueError(f"search for one phrase, not {given!r}: a call each, or query_or()")
    if not isinstance(given, Query):
        raise TypeError(
            f"search for a phrase or a query made by query(), not {given!r} "
            "(Query.from_dict() takes a mapping)"
        )
    if not given:
        raise ValueError("the query is empty: add a condition with query_and() or query_or()")
    return given
