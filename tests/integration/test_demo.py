"""The demonstration, as somebody sees it who has just installed the package."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from traktok import auth, demo
from traktok.cli import app


def test_it_fits_80_columns_and_shows_each_call_before_its_result(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    before = dict(os.environ)
    demo.main()
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert [line for line in lines if cell_len(line) > 80] == []
    headings = [line for line in lines if line.startswith("── ") and " of " in line]
    assert len(headings) == len(demo._PARTS)
    calls = [line.strip() for part in demo._PARTS for line in part.code.strip().splitlines()]
    shown = [line[4:].strip() for line in lines if line.startswith((">>> ", "... "))]
    assert shown == calls
    assert "# A table: 5 × 13" in out
    assert "Not complete, because max_requests=6" in out
    assert "13 of 13 windows done, 193 videos, 14 requests, complete" in out
    assert "Traceback" not in out + err
    assert list(folder.iterdir()) == []
    assert dict(os.environ) == before
    assert not auth.has_credentials()


def test_it_prints_where_the_output_is_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    demo.main()
    out.flush()
    assert b"-- 1 of 7: Search by a phrase ---" in out.buffer.getvalue()


def test_it_is_a_command(folder: Path) -> None:
    result = CliRunner().invoke(app, ["demo"])
    assert result.exit_code == 0, result.output
    assert "What to do next" in result.output


def test_the_sandbox_is_a_command_with_its_own_help() -> None:
    result = CliRunner().invoke(app, ["sandbox", "--help"])
    assert result.exit_code == 0
    assert "--fault NAME@PAGE" in result.output
    assert CliRunner().invoke(app, ["sandbox", "--no-such-option"]).exit_code == 2
