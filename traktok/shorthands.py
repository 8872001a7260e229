"""Functions that use the Research API if there is a token, or else the unofficial API.

They have the short names of R traktok. Passing ``token`` selects the Research API, too.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, Concatenate, ParamSpec, Protocol, cast, overload

from traktok import auth, hidden, research
from traktok._secrets import cookies
from traktok._secrets.secret import conceal_token
from traktok.errors import Authenticate, AuthError, Message, OnlyInPython
from traktok.query import Query, Step
from traktok.results import TikTokResults

__all__ = ["tt_get_follower", "tt_get_following", "tt_search", "tt_user_videos"]

_Api = ParamSpec("_Api")
_Unofficial = ParamSpec("_Unofficial")


class Chooser(Protocol[_Api, _Unofficial]):
    """A function that takes the arguments of either of two functions."""

    @overload
    def __call__(self, *args: _Api.args, **kwargs: _Api.kwargs) -> TikTokResults: ...
    @overload
    def __call__(self, *args: _Unofficial.args, **kwargs: _Unofficial.kwargs) -> TikTokResults: ...


class SearchChooser(Protocol[_Api, _Unofficial]):
    """A function that searches as either of two functions does; without a query, a step."""

    @overload
    def __call__(
        self, query: Query | str, *args: _Api.args, **kwargs: _Api.kwargs
    ) -> TikTokResults: ...
    @overload
    def __call__(self, *args: _Unofficial.args, **kwargs: _Unofficial.kwargs) -> TikTokResults: ...
    @overload
    def __call__(self, **kwargs: Any) -> Step[TikTokResults]: ...


def _chooses(
    api: Callable[_Api, TikTokResults], unofficial: Callable[_Unofficial, TikTokResults]
) -> Callable[[Callable[[], None]], Chooser[_Api, _Unofficial]]:
    """Build a function that chooses between two, from its name and its docstring."""
    return lambda described: cast(Chooser[_Api, _Unofficial], _chooser(api, unofficial, described))


def _chooses_search(
    api: Callable[Concatenate[Query | str, _Api], TikTokResults],
    unofficial: Callable[_Unofficial, TikTokResults],
) -> Callable[[Callable[[], None]], SearchChooser[_Api, _Unofficial]]:
    """Build a function that chooses between two that search; see :func:`_chooses`."""
    return lambda described: cast(
        SearchChooser[_Api, _Unofficial], _chooser(api, unofficial, described)
    )


def _chooser(
    api: Callable[..., Any], unofficial: Callable[..., Any], described: Callable[[], None]
) -> Callable[..., Any]:
    names = list(inspect.signature(api).parameters)
    others = inspect.signature(unofficial).parameters

    @functools.wraps(described)
    def chooser(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = conceal_token(api, args, kwargs)
        by_place = dict(zip(names, args, strict=False))
        if "token" in kwargs or by_place.get("token") or auth.has_credentials():
            return api(*args, **kwargs)
        if "cookiefile" not in kwargs and not cookies.is_authenticated():
            raise AuthError(
                Message(
                    "There is no token for the Research API and no cookies for the unofficial "
                    "one: run ",
                    Authenticate(),
                    " or ",
                    Authenticate("hidden"),
                    " once",
                    OnlyInPython(", or `traktok auth` in a shell"),
                    ".",
                )
            )
        if lacking := [name for name in kwargs if name in names and name not in others]:
            raise TypeError(
                Message(
                    f"the unofficial API, which {described.__name__}() uses without a token, has "
                    f"no argument {lacking[0]!r}: it is for the Research API; run ",
                    Authenticate(),
                    " once",
                )
            )
        return unofficial(*args, **kwargs)

    vars(chooser)["__signature__"] = _signature_of_both(api, unofficial)
    return chooser


def _signature_of_both(api: Callable[..., Any], unofficial: Callable[..., Any]) -> Signature:
    """Return the parameters of the first, and as keywords those that only the other has."""
    parameters = dict(inspect.signature(api).parameters)
    others = inspect.signature(unofficial).parameters
    for name, parameter in others.items():
        if name not in parameters and parameter.default is not Parameter.empty:
            parameters[name] = parameter.replace(kind=Parameter.KEYWORD_ONLY)
    return Signature(list(parameters.values()), return_annotation=TikTokResults)


@_chooses_search(research.tt_search_api, hidden.tt_search_hidden)
def tt_search() -> None:
    """Search videos, by :func:`tt_search_api` or else :func:`tt_search_hidden`.

    Mirrors ``tt_search()`` of R traktok. It takes and returns what the chosen function does.

    Returns
    -------
    TikTokResults
        The table that the chosen function returns.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> rstats = query() | query_or("hashtag_name", "IN", "rstats")
    >>> len(rstats | tt_search(start_date="2023-11-01", end_date="2023-11-29"))
    19
    """


@_chooses(research.tt_user_videos_api, hidden.tt_user_videos_hidden)
def tt_user_videos() -> None:
    """Get a user's videos, by :func:`tt_user_videos_api` or else :func:`tt_user_videos_hidden`.

    Mirrors ``tt_user_videos()`` of R traktok. It takes and returns what the chosen function does.

    Returns
    -------
    TikTokResults
        The table that the chosen function returns.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> len(tt_user_videos("statisticsglobe", since="2023-11-01", to="2023-11-29"))
    5
    """


@_chooses(research.tt_user_follower_api, hidden.tt_get_follower_hidden)
def tt_get_follower() -> None:
    """Get followers, by :func:`tt_user_follower_api` or else :func:`tt_get_follower_hidden`.

    Mirrors ``tt_get_follower()`` of R traktok. It takes and returns what the chosen function does;
    the first takes a username, the second a secuid.

    Returns
    -------
    TikTokResults
        The table that the chosen function returns.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> len(tt_get_follower("tiktok"))
    90
    """


@_chooses(research.tt_user_following_api, hidden.tt_get_following_hidden)
def tt_get_following() -> None:
    """Get followed accounts, by :func:`tt_user_following_api` or its unofficial counterpart.

    Mirrors ``tt_get_following()`` of R traktok. It takes and returns what the chosen function does;
    the first, :func:`tt_user_following_api`, takes a username, the second,
    :func:`tt_get_following_hidden`, a secuid.

    Returns
    -------
    TikTokResults
        The table that the chosen function returns.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> len(tt_get_following("jbgruber"))
    19
    """
