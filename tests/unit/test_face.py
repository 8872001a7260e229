"""The public face: what dir() lists, what help() and editors show."""

from __future__ import annotations

import ast
import inspect
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from inspect import Parameter
from pathlib import Path
from typing import Any

import pytest

import traktok

FUNCTIONS = [
    name
    for name in traktok.__all__
    if callable(getattr(traktok, name)) and not inspect.isclass(getattr(traktok, name))
]


TAKES_ANY = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}


def parameters(function: Callable[..., Any]) -> dict[str, Parameter]:
    return dict(inspect.signature(function).parameters)


def test_dir_lists_all_public_names() -> None:
    assert set(traktok.__all__) <= set(dir(traktok))
    assert {"collect", "from_r", "replay", "sandbox"} <= set(dir(traktok))


@pytest.mark.parametrize("name", traktok.hidden.__all__)
def test_functions_of_the_unofficial_api_say_what_a_call_costs(name: str) -> None:
    text = inspect.getdoc(getattr(traktok, name)) or ""
    _, heading, notes = text.partition("\nNotes\n-----\n")
    cost = notes.partition("\nExamples\n")[0]
    assert heading
    assert "TikTok" in cost
    assert "account" in cost


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_show_their_arguments_and_docstrings(name: str) -> None:
    function = getattr(traktok, name)
    shown = parameters(function)
    assert not {"args", "kwargs"} & shown.keys()
    assert not any(each.kind in TAKES_ANY for each in shown.values())
    assert function.__name__ in {name, *(alias for alias in FUNCTIONS if is_same(alias, name))}
    assert len(inspect.getdoc(function) or "") > 80


@pytest.mark.parametrize(
    "name", ["add", "collect_comments", "collect_users", "extend", "refresh", "resume"]
)
def test_what_collects_shows_the_options_of_its_run(name: str) -> None:
    shown = parameters(getattr(traktok.Collection, name))
    of_all = parameters(traktok.tt_collect)
    options = ["workers", "max_requests", "daily_requests", "requests_per_second", "on_quota"]
    for option in (*options, "verbose", "token"):
        assert shown[option] == of_all[option]
        assert shown[option].kind is Parameter.KEYWORD_ONLY
    assert not any(each.kind in TAKES_ANY for each in shown.values())
    assert shown["workers"].default == 4
    assert shown["max_requests"].annotation == "int | None"


def is_same(one: str, other: str) -> bool:
    return getattr(traktok, one) is getattr(traktok, other)


@pytest.mark.parametrize("name", ["query_and", "query_or", "query_not"])
def test_verbs_show_their_arguments(name: str) -> None:
    assert [*parameters(getattr(traktok, name))] == [
        "q",
        "field_name",
        "operation",
        "field_values",
    ]


@pytest.mark.parametrize(
    ("name", "api", "unofficial"),
    [
        ("tt_get_follower", "tt_user_follower_api", "tt_get_follower_hidden"),
        ("tt_get_following", "tt_user_following_api", "tt_get_following_hidden"),
        ("tt_search", "tt_search_api", "tt_search_hidden"),
        ("tt_user_videos", "tt_user_videos_api", "tt_user_videos_hidden"),
    ],
)
def test_short_names_show_the_arguments_of_both(name: str, api: str, unofficial: str) -> None:
    shown = parameters(getattr(traktok, name))
    first = parameters(getattr(traktok, api))
    assert [*shown.items()][: len(first)] == [*first.items()]
    further = {name: shown[name] for name in shown.keys() - first.keys()}
    assert all(each.kind is Parameter.KEYWORD_ONLY for each in further.values())
    others = parameters(getattr(traktok, unofficial))
    optional = {key: each for key, each in others.items() if each.default is not Parameter.empty}
    for key in optional.keys() - first.keys():
        assert further[key].default == optional[key].default
    if "videos" in others:
        assert {"dir", "cache_dir", "sleep_pool", "max_tries", "cookiefile"} <= further.keys()


@pytest.mark.parametrize("name", ["collect", "from_r", "replay", "sandbox"])
def test_modules_are_attributes_that_are_imported_when_asked_for(name: str) -> None:
    program = (
        "import sys, traktok\n"
        f"assert 'traktok.{name}' not in sys.modules\n"
        f"assert traktok.{name} is sys.modules['traktok.{name}']\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_type_checkers_see_the_names_that_are_imported_when_asked_for() -> None:
    tree = ast.parse(Path(traktok.__file__).read_text(encoding="utf-8"))
    typed = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in ast.walk(typed) if isinstance(node, ast.ImportFrom)]
    seen = {
        alias.name: node.module.removeprefix("traktok.")
        for node in imports
        if node.module and node.module != "traktok"
        for alias in node.names
    }
    assert seen == traktok._MODULE_OF
    assert set(traktok.__all__) == seen.keys() - {"record"}


@pytest.mark.parametrize("first", ["import traktok.{}", "from traktok import {}"])
@pytest.mark.parametrize("name", ["compare", "doctor", "query"])
def test_a_function_comes_before_the_module_of_its_name(name: str, first: str) -> None:
    program = (
        "import inspect, sys\n"
        f"{first.format(name)}\n"
        "import traktok\n"
        f"assert traktok.{name} is sys.modules['traktok.{name}'].{name}\n"
        f"assert inspect.isfunction(traktok.{name})\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_public_module_is_an_attribute_without_an_import_of_its_own() -> None:
    program = (
        "import traktok; print(*(getattr(traktok, name).__name__ for name in traktok._MODULES))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "words",
    [["--help"], ["search", "--help"], ["--show-completion"], ["query", "{query}"], ["--version"]],
)
def test_what_needs_no_table_does_not_import_pandas(words: list[str], tmp_path: Path) -> None:
    query = tmp_path / "query.json"
    condition = {"field_name": "keyword", "operation": "IN", "field_values": ["cats"]}
    query.write_text(json.dumps({"and": [condition]}), encoding="utf-8")
    arguments = [word.format(query=query) for word in words]
    printed, slow = run_command(arguments)
    assert printed
    assert slow == []


@pytest.mark.parametrize("options", [[], ["--what", "comments"]])
def test_the_status_of_a_study_does_not_import_pandas(options: list[str], tmp_path: Path) -> None:
    store = str(tmp_path / "study.db")
    days = "2023-01-01", "2023-03-31"
    traktok.tt_collect("cats", *days, store, start=False).close()
    printed, slow = run_command(["status", store, *options])
    assert "state,pages" in printed
    assert slow == ["sqlalchemy"]


def run_command(arguments: list[str]) -> tuple[str, list[str]]:
    """Run a command; return what it prints, and what it imports of all that takes long."""
    program = (
        "import sys\n"
        "from traktok.cli import app\n"
        "try:\n"
        "    app(prog_name='traktok')\n"
        "finally:\n"
        "    slow = {'numpy', 'pandas', 'sqlalchemy', 'traktok.sandbox'} & set(sys.modules)\n"
        "    print('slow:', *sorted(slow))\n"
    )
    command = [sys.executable, "-c", program, *arguments]
    if os.name == "posix" and (bash := shutil.which("bash")):  # the shell that is completed
        command = [bash, "-c", f"{shlex.join(command)}; exit"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    printed, _, slow = done.stdout.rpartition("slow:")
    return printed, slow.split()


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'traktok' has no attribute 'tt_serach'"):
        _ = traktok.tt_serach  # type: ignore[attr-defined]
