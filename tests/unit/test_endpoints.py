"""The table of endpoints agrees with what is made from it."""

from __future__ import annotations

from inspect import signature

import pytest

import traktok
from traktok._http.endpoint import Endpoint, PublicFunction
from traktok._http.endpoints import FUNCTIONS, ROW_OF, ROWS
from traktok.cli.commands import COMMANDS
from traktok.collect._kinds import KINDS
from traktok.compare._rows import IDS

BY_PATH = pytest.mark.parametrize(
    "row", [row for row in ROWS if row.functions], ids=lambda r: r.path
)
BY_NAME = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)


@BY_PATH
def test_the_key_and_what_is_asked_for_are_columns_of_the_table(row: Endpoint) -> None:
    columns = {column.name for column in row.schema.columns(None)} | {row.schema.tag}
    assert row.key in columns
    asked = {key for column in row.schema.columns(row.fields) for key in column.keys}
    assert asked >= set(row.fields)
    assert set(row.documented) >= set(row.fields)


@BY_NAME
def test_a_function_takes_what_its_row_and_its_command_say(function: PublicFunction) -> None:
    public = getattr(traktok, function.name)
    parameters = signature(public).parameters
    flags = {kind.flag for kind in function.targets}
    assert [name for name in parameters if name in {kind.key for kind in function.targets}] == [
        kind.key for kind in function.targets
    ]
    assert set(function.command.options) - flags <= set(parameters)
    assert all(getattr(traktok, alias) is public for alias in function.aliases)
    assert all(callable(getattr(traktok, name)) for name in function.names)


@BY_NAME
def test_its_command_has_its_examples(function: PublicFunction) -> None:
    command = next(row for row in COMMANDS if row.name == function.command.name)
    lines = [line.strip() for line in command.examples.strip().splitlines()]
    assert lines
    assert all(f"traktok {command.name}" in line for line in lines)


def test_every_function_of_the_research_api_has_a_row() -> None:
    public = {name for name in traktok.__all__ if name.endswith("_api")} | {"last_query"}
    assert public <= set(ROW_OF)


def test_a_study_has_the_table_of_each_row_that_says_so() -> None:
    assert list(KINDS) == [row.study.name for row in ROWS if row.study]
    assert {kind.key.name for kind in KINDS.values()} == {row.key for row in ROWS if row.study}


def test_rows_are_aligned_on_a_key_before_the_keys_that_other_tables_have_too() -> None:
    assert set(IDS) == {row.key for row in ROWS if row.key}
    for row in ROWS:
        columns = [column.name for column in row.schema.columns(None)]
        assert (
            not row.key or next(key for key in IDS if key in (*columns, row.schema.tag)) == row.key
        )
