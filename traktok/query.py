"""Queries: conditions, ``query()``, the verbs, the pipe, and how a query is printed.

A query is immutable: a verb returns a new one. A verb, or a function that searches, that is called
without a query is a *step*; ``|`` passes a query to the next step::

    query() | query_and("region_code", "IN", ["JP", "US"]) | tt_search_api()

The language is described at https://developers.tiktok.com/doc/research-api-specs-query-videos.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Concatenate, Generic, NoReturn, ParamSpec, Protocol, TypeVar, cast, overload

from traktok import _cards, _conditions, _inputs
from traktok._secrets.secret import conceal_token
from traktok._signatures import Piped, matched
from traktok._text import Signs, excerpt, printable
from traktok._unpack import parse_json
from traktok.errors import warn

__all__ = ["Condition", "Query", "Step", "query", "query_and", "query_not", "query_or"]

_Result = TypeVar("_Result")
_Next = TypeVar("_Next")
_Arguments = ParamSpec("_Arguments")

GROUPS = ("and", "or", "not")


# ---------------------------------------------------------------------------------- conditions


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a query: a field, an operation and the values it compares with.

    Parameters
    ----------
    field_name : str
        A field of TikTok's: create_date, username, region_code, video_id, hashtag_name,
        keyword, music_id, effect_id, video_length, view_count, comment_count. Any other name is
        sent unchanged, with a warning.
    operation : str
        EQ, IN, GT, GTE, LT or LTE.
    field_values : str, int, date or a sequence of them
        The values to compare with. They are sent as strings: numbers exactly, dates as YYYYMMDD.
        EQ takes one value.

    Raises
    ------
    ValueError
        If a part is missing, empty or invalid.

    Examples
    --------
    >>> Condition("view_count", "GTE", 1000).field_values
    ('1000',)
    """

    field_name: str
    operation: str
    field_values: tuple[str, ...]

    def __init__(self, field_name: str, operation: str, field_values: Any) -> None:
        object.__setattr__(self, "field_name", _conditions.field_name(field_name))
        object.__setattr__(self, "operation", _conditions.operation(operation))
        values = _conditions.values(self.field_name, field_values)
        object.__setattr__(self, "field_values", values)
        if self.operation == "EQ" and len(self.field_values) > 1:
            raise ValueError(
                f"EQ takes one value, not {len(self.field_values)} "
                f"({printable(self.field_name)}): use IN to match any of several"
            )

    @classmethod
    def from_dict(cls, given: Any) -> Condition:
        """Build a condition from a mapping, the inverse of :meth:`to_dict`.

        Parameters
        ----------
        given : Mapping or Condition
            A mapping with the keys field_name, operation and field_values.

        Raises
        ------
        ValueError
            If a key is missing or unknown, or a part is invalid.
        """
        if isinstance(given, Condition):
            return given
        keys = {"field_name", "operation", "field_values"}
        if not isinstance(given, Mapping) or set(given) != keys:
            raise ValueError(
                f"a condition must have field_name, operation and field_values, "
                f"not {excerpt(given)}"
            )
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """Return the condition as TikTok accepts it: the mapping of :meth:`from_dict`."""
        return {
            "field_name": self.field_name,
            "operation": self.operation,
            "field_values": list(self.field_values),
        }


# ------------------------------------------------------------------------------------- queries


class Query(Piped):
    """A search in TikTok's query language; :func:`query` starts one, the verbs extend it.

    A query is immutable. Queries are equal if they have the same conditions in the same groups.
    It prints as a tree of its groups, their conditions and values, the same as in R traktok, where
    ``S3<traktok_query>`` names the class; a notebook shows it in words. :meth:`to_dict` and
    :meth:`to_json` return what TikTok accepts.

    Examples
    --------
    >>> cats = query() | query_and("keyword", "IN", "cats")
    >>> cats.to_json()
    '{"and": [{"field_name": "keyword", "operation": "IN", "field_values": ["cats"]}]}'
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
                "| must be followed by a call with keyword arguments only, such as "
                f"tt_search_api(start_date=...), not by a {type(step).__name__}"
            )
        return step._act(self)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            "a query is immutable; query_and() and the other verbs return a new one"
        )

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Query:
        """Build a query from the mapping that TikTok accepts, the inverse of :meth:`to_dict`.

        Parameters
        ----------
        given : Mapping
            Lists of conditions under ``"and"``, ``"or"`` and ``"not"``; or a whole request body
            with such a mapping under ``"query"``, as TikTok's documentation shows it. Only the
            query of a body is used; a warning names its other keys.

        Raises
        ------
        ValueError
            If a group or a condition is invalid.

        Examples
        --------
        >>> Query.from_dict({"or": [
        ...     {"field_name": "keyword", "operation": "IN", "field_values": ["cats"]}
        ... ]}) == query() | query_or("keyword", "IN", "cats")
        True
        """
        if not isinstance(given, Mapping):
            raise ValueError(
                f"a query must be a mapping with the keys {', '.join(GROUPS)}, not {excerpt(given)}"
            )
        if isinstance(given.get("query"), Mapping):
            if others := given.keys() - {"query", "max_count"}:
                rest = ", ".join(sorted(map(printable, map(str, others))))
                warn(f"Only the query of the request is used, not {rest}.")
            given = given["query"]
        groups = {}
        for name, conditions in given.items():
            if name not in GROUPS:
                hint = _inputs.did_you_mean(name, GROUPS)
                raise ValueError(
                    f"a group must be one of {', '.join(GROUPS)}, not {excerpt(name)}{hint}"
                )
            groups[name] = _condition_list(name, conditions)
        return cls(groups)

    @classmethod
    def from_json(cls, text: str | bytes) -> Query:
        """Parse a query from JSON, the inverse of :meth:`to_json`.

        Parameters
        ----------
        text : str or bytes
            The JSON of what :meth:`from_dict` accepts.

        Raises
        ------
        ValueError
            If the text is not JSON, or a group or a condition is invalid.
        """
        try:
            given = parse_json(text)
        except ValueError as error:
            raise ValueError(f"this is not JSON: {error}") from None
        return cls.from_dict(given)

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Return the query as TikTok accepts it: the mapping of :meth:`from_dict`."""
        return {
            name: [condition.to_dict() for condition in conditions]
            for name, conditions in self._groups.items()
        }

    def to_json(self, indent: int | None = None) -> str:
        """Return the query as JSON.

        Parameters
        ----------
        indent : int, optional
            How many spaces to indent by; by default all is on one line.
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def with_condition(self, group: str, condition: Condition) -> Query:
        """Return a new query: this one with one more condition.

        Parameters
        ----------
        group : {"and", "or", "not"}
            The group to add it to.
        condition : Condition
            The condition.
        """
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
        return Signs.of_stdout().fit(self.tree(ascii="utf" not in encoding))

    def _repr_html_(self) -> str:
        return _cards.query_card(self._listed())

    def tree(self, *, ascii: bool = False) -> str:
        """Return the query as a tree of text, as it is printed.

        Parameters
        ----------
        ascii : bool, default False
            Whether to draw the tree in ASCII characters.
        """
        return _cards.query_tree(self._listed(), ascii)

    def _listed(self) -> Mapping[str, list[tuple[str, str, Sequence[str]]]]:
        """Return field, operation and values of each condition, by group."""
        return {
            name: [(each.field_name, each.operation, each.field_values) for each in conditions]
            for name, conditions in self._groups.items()
        }


def _condition_list(group: str, given: Any) -> list[Condition]:
    if isinstance(given, (str, Mapping, Condition)) or not isinstance(given, Iterable):
        raise ValueError(f"{excerpt(group)} must be a list of conditions, not {excerpt(given)}")
    return [Condition.from_dict(condition) for condition in given]


# --------------------------------------------------------------------------------------- steps


_JOINED_BY_A_PIPE = "join queries and steps with |: query() | query_and(...) | query_or(...)"


class Step(Piped, Generic[_Result]):
    """A call that waits for a query, which ``|`` passes to it.

    Steps can be stored and reused; two steps joined with ``|`` are one step.
    """

    __slots__ = ("_act", "_label")

    def __init__(self, act: Callable[[Any], _Result], label: str) -> None:
        self._act = act
        self._label = label

    def __ror__(self, query: Query | str) -> _Result:
        if inspect.isfunction(query):
            raise TypeError(f"{query.__name__} is a function; call it: {query.__name__}() | ...")
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
        return Signs.of_stdout().fit(f"<waits for a query: {self._label}>")


def pipeable(
    function: Callable[Concatenate[Query | str, _Arguments], _Result],
) -> Callable[..., Any]:
    """Make a function that takes a query first return a step when called without one."""
    name, call = function.__name__, cast(Callable[..., Any], function)
    first = next(iter(inspect.signature(function).parameters))

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = conceal_token(function, args, matched(function, kwargs))
        if args:
            _inputs.check_is_not_a_day(args[0])
        if args or first in kwargs:
            return function(*args, **kwargs)
        inspect.signature(function).bind(None, **kwargs)  # report a wrong name now, not in the pipe
        shown = ", ".join(f"{name}={value!r}" for name, value in kwargs.items() if name != "token")
        return Step(lambda query: call(query, **kwargs), f"{name}({shown})")

    return wrapper


class Verb(Protocol):
    """A function that adds a condition to a query; called without a query, it returns a step."""

    @overload
    def __call__(self, q: Query, field_name: str, operation: str, field_values: Any) -> Query: ...
    @overload
    def __call__(self, field_name: str, operation: str, field_values: Any) -> Step[Query]: ...


def _verb(add: Callable[[Query, str, str, Any], Query]) -> Verb:
    """Make a function that adds a condition return a step when called without a query."""
    name, signature = add.__name__, inspect.signature(add)

    @functools.wraps(add)
    def verb(*args: Any, **named: Any) -> Query | Step[Query]:
        if "q" in named:
            args = (_asserted_query(named.pop("q"), name), *args)
        is_step = not (args and isinstance(args[0], Query))
        if is_step:
            if len(args) > 3 and args[1] in _conditions.OPERATIONS:
                raise TypeError(_one_list(name, *args))
            if len(args) + len(named) > 3:
                raise TypeError(
                    f"{name}() takes a query made by query() first, not {excerpt(args[0])}"
                )
            args = (Query(), *args)
        elif len(args) > 4 and args[2] in _conditions.OPERATIONS:
            raise TypeError(_one_list(name, *args[1:]))
        try:
            signature.bind(*args, **named)
        except TypeError as error:
            raise TypeError(
                f"{name}() takes field_name, operation and field_values: {error}"
            ) from None
        added = add(*args, **named)
        return _step(name, added) if is_step else added

    return cast(Verb, verb)


def _one_list(name: str, field: Any, operation: Any, *values: Any) -> str:
    call = f"{name}({field!r}, {operation!r}, {list(values)!r})"
    return f"{name}() takes field_name, operation and field_values, several as one list: {call}"


def _step(name: str, added: Query) -> Step[Query]:
    """Build a step from a query with one condition, which it adds to another query."""
    ((group, (condition,)),) = added._groups.items()
    arguments = condition.field_name, condition.operation, list(condition.field_values)
    return Step(
        lambda query: _asserted_query(query, name).with_condition(group, condition),
        f"{name}{arguments!r}",
    )


def _asserted_query(query: Any, name: str) -> Query:
    if not isinstance(query, Query):
        raise TypeError(f"{name}() takes a query made by query(), not {excerpt(query)}")
    return query


# --------------------------------------------------------------------------------- the verbs


def query(
    and_: Iterable[Condition | Mapping[str, Any]] | None = None,
    or_: Iterable[Condition | Mapping[str, Any]] | None = None,
    not_: Iterable[Condition | Mapping[str, Any]] | None = None,
) -> Query:
    """Start a query, either empty or from conditions.

    Mirrors ``query()`` of R traktok, whose arguments ``and``, ``or`` and ``not`` are keywords in
    Python. TikTok's page: https://developers.tiktok.com/doc/research-api-specs-query-videos.

    Parameters
    ----------
    and_, or_, not_ : sequence of Condition or mapping, optional
        Conditions: all of ``and_`` must be met, at least one of ``or_``, and none of ``not_``. A
        mapping must have field_name, operation and field_values.

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

    Mirrors ``query_and()`` of R traktok. Called without a query, it returns a step.

    Parameters
    ----------
    q : Query, optional
        The query to extend; omit it in a pipe.
    field_name, operation, field_values
        The condition; see :class:`Condition`.

    Returns
    -------
    Query or Step
        The query with one more condition, or the step that adds it.

    Raises
    ------
    ValueError, TypeError
        If the condition is invalid.

    Examples
    --------
    >>> (query() | query_and("region_code", "IN", ["JP", "US"])).to_dict()
    {'and': [{'field_name': 'region_code', 'operation': 'IN', 'field_values': ['JP', 'US']}]}
    """
    return q.with_condition("and", Condition(field_name, operation, field_values))


@_verb
def query_or(q: Query, field_name: str, operation: str, field_values: Any) -> Query:
    """Add a condition to those of which at least one must be met.

    Mirrors ``query_or()`` of R traktok. Called without a query, it returns a step.

    Parameters
    ----------
    q, field_name, operation, field_values
        As in :func:`query_and`.

    Returns
    -------
    Query or Step
        As :func:`query_and` returns.

    Raises
    ------
    ValueError, TypeError
        If the condition is invalid.

    Examples
    --------
    >>> query() | query_or("keyword", "IN", "cats") == query_or(query(), "keyword", "IN", "cats")
    True
    """
    return q.with_condition("or", Condition(field_name, operation, field_values))


@_verb
def query_not(q: Query, field_name: str, operation: str, field_values: Any) -> Query:
    """Add a condition that must not be met.

    Mirrors ``query_not()`` of R traktok. Called without a query, it returns a step.

    Parameters
    ----------
    q, field_name, operation, field_values
        As in :func:`query_and`.

    Returns
    -------
    Query or Step
        As :func:`query_and` returns.

    Raises
    ------
    ValueError, TypeError
        If the condition is invalid.

    Examples
    --------
    >>> query_not("video_length", "EQ", "SHORT")
    <waits for a query: query_not('video_length', 'EQ', ['SHORT'])>
    """
    return q.with_condition("not", Condition(field_name, operation, field_values))


def phrase_query(phrase: str) -> Query:
    """Build the query for a phrase.

    One word is searched as a hashtag or keyword; several words are keywords that must all occur.
    """
    words = [word for word in phrase.split() if word.strip("#")]
    if not words:
        raise ValueError(f"the phrase {excerpt(phrase)} is empty: give at least one word")
    if len(words) == 1:
        hashtag = Condition("hashtag_name", "IN", words[0].lstrip("#"))
        return Query({"or": [hashtag, Condition("keyword", "IN", words[0])]})
    bare = [word.lstrip("#") for word in words]
    return Query({"and": [Condition("keyword", "IN", [word, f"#{word}"]) for word in bare]})


def searchable(given: Any) -> Query:
    """Convert a phrase or a query to a query with at least one condition."""
    _inputs.check_is_not_a_day(given)
    if isinstance(given, str):
        return phrase_query(given)
    if isinstance(given, (list, tuple)):
        raise ValueError(
            f"search for one phrase, not {excerpt(given)}: call once for each, or use query_or()"
        )
    if not isinstance(given, Query):
        raise TypeError(
            f"search for a phrase or a query made by query(), not {excerpt(given)} "
            "(Query.from_dict() takes a mapping)"
        )
    if not given:
        raise ValueError("the query is empty: add a condition with query_and() or query_or()")
    return given
