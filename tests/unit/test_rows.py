"""Small tables by rows: they are written as the pandas tables of them are."""

from __future__ import annotations

import io
import os
import shutil
from typing import Any

import pytest

import traktok
from traktok import TikTokResults
from traktok._printing import rows_as_text
from traktok._tables.builder import Rows
from traktok._tables.columns import Counts, Texts
from traktok.cli.outputs import Target

TYPES = {"first_day": Texts, "state": Texts, "pages": Counts, "last_error": Texts}
CELLS: list[tuple[Any, ...]] = [
    ("2023-01-01", "NA", 1_234_567, None),
    (
        "2023-01-31",
        "open",
        None,
        'a "text", 猫, of more than sixteen\nletters, in two\x1b lines',
    ),
    *((f"2023-02-{day:02}", "done", day, "") for day in range(1, 25)),
]
NUMBERS = pytest.mark.parametrize("number", [0, 1, 2, 20, 26])


@NUMBERS
@pytest.mark.parametrize("columns", [30, 60, 100])
def test_rows_print_as_the_table_of_them(
    number: int, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = os.terminal_size((columns, 24))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: size)
    some = Rows(TYPES, CELLS[:number])
    assert rows_as_text(some) == repr(TikTokResults(some.table()))


class Stdout(io.TextIOWrapper):
    """Stdout of a pipe or a terminal, whose bytes are kept."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), "utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def written(self) -> bytes:
        return self.buffer.getvalue()  # type: ignore[attr-defined, no-any-return]


@NUMBERS
@pytest.mark.parametrize("last", ["", "\r", "half of \ud83d"], ids=ascii)
@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_rows_are_written_as_the_table_of_them(
    number: int, last: str, terminal: bool, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = Rows(TYPES, [*CELLS[:number], ("2024-01-01", "open", 0, last)])
    written = []
    for write, given in (
        (Target.write_rows, some),
        (Target.write, traktok.TikTokResults(some.table())),
    ):
        stdout = Stdout(terminal=terminal)
        monkeypatch.setattr("sys.stdout", stdout)
        write(Target(None, format), given)  # type: ignore[operator]
        written.append(stdout.written)
    assert written[0] == written[1]
