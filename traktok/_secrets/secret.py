"""Strings that must not appear in reprs and tracebacks, such as tokens."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeGuard, TypeVar, cast

from traktok._signatures import matched

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Secret(str):
    """A string whose repr does not show it, so that tracebacks with variables do not either."""

    def __repr__(self) -> str:
        return "'***'"


def conceal_token(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Convert the token among a function's arguments, positional or keyword, to a Secret."""
    place = _token_position(function)
    args = (*args[:place], *map(_conceal, args[place : place + 1]), *args[place + 1 :])
    named = {k: _conceal(v) if k == "token" else v for k, v in kwargs.items()}
    return args, named


def conceals_token(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Hide the token that a function is called with from tracebacks that show variables.

    For an unknown argument, raise an error that suggests the name that was probably meant.
    """

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> _Result:
        args, kwargs = conceal_token(function, args, matched(function, kwargs))
        return function(*args, **kwargs)

    return cast(Callable[_Arguments, _Result], wrapper)


@functools.cache
def _token_position(function: Callable[..., Any]) -> int:
    names = list(inspect.signature(function).parameters)
    return names.index("token") if "token" in names else len(names)


def _conceal(token: Any) -> Any:
    if isinstance(token, Mapping):
        return {key: _conceal(value) for key, value in token.items()}
    return Secret(token) if isinstance(token, str) else token


# A header holds a token unencoded: printable ASCII without blanks (RFC 6750, section 2.1).
_TOKEN = re.compile(r"[\x21-\x7e]+")
# In seconds. TikTok's tokens last two hours; nothing that it issues lasts longer than 365 days
# (its documentation, 2025).
LONGEST_LIFE = 366 * 24 * 3600


def is_token(value: object) -> TypeGuard[str]:
    """Return whether a value can be a token, a client key or a client secret."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def is_lifetime(seconds: object) -> TypeGuard[float]:
    """Return whether a token can last this many seconds: finite, positive, a year at most."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return False
    return 0 < seconds <= LONGEST_LIFE
