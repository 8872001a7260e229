"""Answer what is called in another way: arguments by other names, methods in place of a pipe."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from inspect import Parameter
from typing import Any, NoReturn, ParamSpec, TypeVar, cast

from traktok._text import did_you_mean, excerpt

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

# What an argument is called elsewhere, and what it may be called here.
_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "start_date": ("since",),
    "end_date": ("to",),
    "since": ("start_date",),
    "to": ("end_date",),
    "start": ("start_date", "since"),
    "end": ("end_date", "to"),
    "until": ("end_date", "to"),
    "user": ("username",),
    "users": ("username",),
    "usernames": ("username",),
    "limit": ("max_pages", "max_requests"),
    "max_page": ("max_pages", "max_requests"),
    "max_pages": ("max_requests",),
    "q": ("query",),
}


def matched(function: Callable[..., Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return named arguments under the function's own names; raise TypeError for one it lacks."""
    own, takes_others = _parameters(function)
    synonyms: Mapping[str, str] = vars(function).get("_synonyms", {})
    found: dict[str, Any] = {}
    for name, value in named.items():
        key = synonyms.get(name, name)
        if key != name and key in named:
            raise TypeError(f"{function.__name__}() got both {name} and {key}: give one of them")
        if key not in own and not takes_others:
            raise TypeError(
                f"{function.__name__}() has no argument {excerpt(name)}{_meant(name, own)}"
            )
        found[key] = value
    return found


def also_called(
    **synonyms: str,
) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Let arguments be given under a second name, too: ``also_called(start_date="since")``."""

    def mark(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
        vars(function)["_synonyms"] = synonyms
        return function

    return mark


def spells_out(
    parameters: Iterable[Parameter],
) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Show parameters in a function's signature in place of the ``**`` that takes them.

    Editors, notebooks and ``help()`` list them, and a misspelt one is answered with a name.
    """

    def mark(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
        signature = inspect.signature(function)
        own = {
            name: parameter
            for name, parameter in signature.parameters.items()
            if parameter.kind is not Parameter.VAR_KEYWORD
        }
        further = [
            parameter.replace(kind=Parameter.KEYWORD_ONLY)
            for parameter in parameters
            if parameter.name not in own and parameter.default is not Parameter.empty
        ]
        vars(function)["__signature__"] = signature.replace(parameters=[*own.values(), *further])
        return function

    return mark


def names_checked(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Let a function name the argument that was meant where a name is not one of its own."""

    @functools.wraps(function)
    def wrapper(*args: Any, **named: Any) -> _Result:
        return cast(Callable[..., _Result], function)(*args, **matched(function, named))

    return cast(Callable[_Arguments, _Result], wrapper)


@functools.cache
def _parameters(function: Callable[..., Any]) -> tuple[frozenset[str], bool]:
    parameters = inspect.signature(function).parameters.values()
    others = {Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL}
    names = frozenset(each.name for each in parameters if each.kind not in others)
    return names, any(each.kind is Parameter.VAR_KEYWORD for each in parameters)


def _meant(name: str, own: frozenset[str]) -> str:
    for candidate in _ELSEWHERE.get(name, ()):
        if candidate in own:
            return f"; did you mean {candidate!r}?"
    return did_you_mean(name, sorted(own))


class Piped:
    """A value that a pipe, not a dot, passes to functions."""

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        text = f"{type(self).__name__!r} object has no attribute {name!r}"
        if name.startswith(("query_", "tt_")):
            text += f"; join it with a pipe: query | {name}(...)"
        raise AttributeError(text, name=name, obj=self)
