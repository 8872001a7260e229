"""No public callable that takes a token shows it where a traceback shows variables.

The callables are found by introspection: a new one that takes a token is tested without being
listed here, and one that this file can't call fails.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import traktok
from tests.integration.test_secrets import story
from traktok import Collection, Token, TraktokWarning, tt_collect
from traktok._http import client_log, transport
from traktok._run import options
from traktok.query import phrase_query
from traktok.sandbox.api import ResearchApi

# What the callables are called with, by the names of their arguments.
ARGUMENTS: dict[str, Any] = {
    "query": "rstats",
    "username": "tiktok",
    "video_id": ["7302470379501604128"],
    "playlist_id": "7371001441529727790",
    "since": "2023-11-01",
    "to": "2023-11-29",
    "ids": ["7302470379501604128"],
    "into": Path("new.db"),
    "every": 0,
    "sample": 1,
    "description": {
        "again": {
            "queries": {"": {"query": phrase_query("rstats").to_dict()}},
            "since": "2023-11-01",
            "to": "2023-11-29",
            "follows": None,
            "fields": None,
            "window_days": 30,
            "jobs": {},
        }
    },
    "live": True,
}


class Plant:
    """A token for a test, which keeps it out of its own frames."""

    def __init__(self, token: str) -> None:
        self._token = token

    def text(self) -> str:
        return self._token

    def mapping(self) -> dict[str, str]:
        return {"access_token": self._token}

    def object(self) -> Token:
        return Token(self._token, datetime.now(UTC))

    def is_in(self, text: str) -> bool:
        return self._token in text


def public_modules() -> Iterator[Any]:
    yield traktok
    for found in pkgutil.walk_packages(traktok.__path__, "traktok."):
        is_private = any(part.startswith("_") for part in found.name.split("."))
        if not is_private and not found.name.startswith("traktok.sandbox"):
            yield importlib.import_module(found.name)


def public_callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield functions and methods, static and class methods among them, each once."""
    known = set()
    for module in public_modules():
        for name in getattr(module, "__all__", []):
            member = getattr(module, name)
            if id(member) in known:
                continue
            known.add(id(member))
            if inspect.isroutine(member):
                yield member.__name__, member
            elif inspect.isclass(member):
                for method, function in inspect.getmembers(member, inspect.isroutine):
                    defined = getattr(function, "__module__", None) or ""
                    if not method.startswith("_") and defined.startswith("traktok"):
                        yield f"{name}.{method}", function


def parameters_of(function: Callable[..., Any]) -> Iterator[inspect.Parameter]:
    """Yield the parameters that a caller sees: those of overloads, else the function's own."""
    shown = function if hasattr(function, "__signature__") else inspect.unwrap(function)
    for one in typing.get_overloads(shown) or [shown]:
        yield from inspect.signature(one).parameters.values()


def takes_token(function: Callable[..., Any]) -> bool:
    """Return whether a token can be among the arguments, as one of several others too."""
    parameters = list(parameters_of(function))
    kinds = {parameter.kind for parameter in parameters}
    takes_anything = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= kinds
    return takes_anything or "token" in {
        name for parameter in parameters for name in (parameter.name, *_unpacked(parameter))
    }


def _unpacked(parameter: inspect.Parameter) -> list[str]:
    """List the keywords that ``**how: Unpack[RunArguments]`` stands for."""
    kinds = re.fullmatch(r"Unpack\[(\w+)\]", str(parameter.annotation))
    return list(getattr(options, kinds[1]).__annotations__) if kinds else []


TAKING = {name: function for name, function in public_callables() if takes_token(function)}


# What suits one function alone: a study is extended beyond its last day, a query has a name.
ARGUMENTS_OF: dict[str, dict[str, Any]] = {"extend": {"to": "2024-02-29"}, "add": {"name": "dogs"}}


def by_keyword(function: Callable[..., Any], token: Callable[[], Any]) -> Any:
    parameters = list(inspect.signature(function).parameters.values())
    known = ARGUMENTS | ARGUMENTS_OF.get(function.__name__, {})
    named = {one.name: known[one.name] for one in parameters if one.name in known}
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in parameters):
        return function(ARGUMENTS["username"], token=token(), **named)
    return function(**named, token=token())


def by_position(function: Callable[..., Any], token: Callable[[], Any]) -> Any:
    before: list[Any] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "token":
            return function(*before, token())
        before.append(ARGUMENTS.get(parameter.name, parameter.default))
    raise AssertionError("there is no place for a token")


def in_a_pipe(function: Callable[..., Any], token: Callable[[], Any]) -> Any:
    named = {
        name: ARGUMENTS[name]
        for name in list(inspect.signature(function).parameters)[1:]
        if name in ARGUMENTS
    }
    return ARGUMENTS["query"] | function(**named, token=token())


def has_place(function: Callable[..., Any]) -> bool:
    token = inspect.signature(function).parameters.get("token")
    return token is not None and token.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD


def is_step(function: Callable[..., Any]) -> bool:
    if function is traktok.tt_search:  # whose overloads belong to the protocol it has
        return True
    overloads = typing.get_overloads(inspect.unwrap(function))
    return any("Step" in str(inspect.signature(one).return_annotation) for one in overloads)


# What these read is a file: they send nothing.
SILENT = {"tt_quota", "Collection.forecast", "Collection.quota"}
# What breaks inside is part of what they return.
REPORTING = {"doctor"}
CALLS = [
    *((name, by_keyword) for name in TAKING),
    *((name, by_position) for name, function in TAKING.items() if has_place(function)),
    *((name, in_a_pipe) for name, function in TAKING.items() if is_step(function)),
]


def test_the_callables_are_found() -> None:
    kept = {"Collection.refresh", "Collection.resume", "Collection.collect_comments"}
    short = {"tt_search", "tt_user_videos", "tt_get_follower", "tt_get_following"}
    functions = {"tt_search_api", "tt_comments_api", "tt_playlist_api", "tt_collect"}
    assert kept | short | functions <= TAKING.keys()
    assert not TAKING.keys() & {"query_and", "read_results", "tt_search_hidden"}
    ways = {way: {name for name, one in CALLS if one is way} for way in (by_position, in_a_pipe)}
    assert "tt_comments_api" in ways[by_position]
    assert {"tt_search", "tt_search_api", "tt_collect"} == ways[in_a_pipe]


@pytest.fixture
def plant(tiktok: ResearchApi) -> Plant:
    return Plant(tiktok.token())


@pytest.fixture
def study(plant: Plant, folder: Path) -> Iterator[Collection]:
    """A study with videos, and more to come."""
    with pytest.warns(TraktokWarning, match="Not complete"):
        study = tt_collect(
            *("rstats", "2023-10-01", "2023-12-31", "study.db"),
            max_requests=2,
            workers=1,
            verbose=False,
            token=plant.text(),
        )
    with study:
        yield study


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """An error that nobody thought of, between a request and its page."""

    def broken(*_: Any) -> None:
        raise RuntimeError("a defect")

    def set_defect(name: str) -> None:
        place = (client_log, "_key") if name in SILENT else (transport, "read")
        monkeypatch.setattr(*place, broken)

    return set_defect


@pytest.mark.parametrize("form", [Plant.text, Plant.mapping, Plant.object])
@pytest.mark.parametrize(("name", "way"), CALLS)
def test_no_traceback_shows_the_token(
    name: str,
    way: Callable[..., Any],
    form: Callable[[Plant], Any],
    plant: Plant,
    folder: Path,
    defect: Callable[[str], None],
    request: pytest.FixtureRequest,
) -> None:
    function = TAKING[name]
    if name.startswith("Collection."):
        function = getattr(request.getfixturevalue("study"), name.removeprefix("Collection."))
    defect(name)
    if name in REPORTING:
        report = way(function, functools.partial(form, plant))
        assert not plant.is_in(f"{report!r}{report.to_dict()}")
        return
    with pytest.raises(RuntimeError, match="a defect") as caught:
        way(function, functools.partial(form, plant))
    told = story(caught.value)
    assert f"in {'_hashed' if name in SILENT else '_exchange'}" in told
    assert not plant.is_in(told)
