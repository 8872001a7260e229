"""Texts that open something, kept out of reprs and tracebacks."""

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
    """A text that hides itself in reprs, and so in tracebacks that show variables."""

    def __repr__(self) -> str:
        return "'***'"


def conceal_token(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Make a Secret of the token among a function's arguments, by place or by name."""
    place = _place_of_token(function)
    args = (*args[:place], *map(_concealed, args[place : place + 1]), *args[place + 1 :])
    named = {k: _concealed(v) if k == "token" else v for k, v in kwargs.items()}
    return args, named


def conceals_token(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Keep the token a function is called with out of tracebacks that show variables.

    A name that is not one of the function's is answered with the one that was meant.
    """

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> _Result:
        args, kwargs = conceal_token(function, args, matched(function, kwargs))
        return function(*args, **kwargs)

    return cast(Callable[_Arguments, _Result], wrapper)


@functools.cache
def _place_of_token(function: Callable[..., Any]) -> int:
    names = list(inspect.signature(function).parameters)
    return names.index("token") if "token" in names else len(names)


def _concealed(token: Any) -> Any:
    if isinstance(token, Mapping):
        return {key: _concealed(value) for key, value in token.items()}
    return Secret(token) if isinstance(token, str) else token


# A header carries a token as it is: as printable ASCII, without blanks (RFC 6750, section 2.1).
_TOKEN = re.compile(r"[\x21-\x7e]+")
# In seconds. TikTok's tokens last two hours, and nothing it issues more than 365 days (its
# documentation, 2025).
LONGEST_LIFE = 366 * 24 * 3600


def is_token(value: object) -> TypeGuard[str]:
    """Return whether a value can be a token, a client key or a client secret."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def is_lifetime(seconds: object) -> TypeGuard[float]:
    """Return whether a token can last so many seconds; NaN, infinity and centuries are refused."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return False
    return 0 < seconds <= LONGEST_LIFE
