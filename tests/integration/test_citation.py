"""`traktok cite`: from the clone's CITATION.cff, and from that of an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from traktok import __version__
from traktok.cli import app

CITATION = Path(__file__).parents[2] / "CITATION.cff"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["cite", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_it_names_the_version_the_year_and_the_r_package() -> None:
    shown = run()
    assert f"version = {{{__version__}}}" in shown
    assert "author = {{The traktok for Python developers}}" in shown
    assert "The traktok for Python developers (2026).\n  traktok for Python:" in shown
    assert "Gruber, Johannes B. traktok: Collect TikTok Data [R package]." in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_it_shows_the_file_itself() -> None:
    assert run("--cff").strip() == CITATION.read_text("utf-8").strip()


def test_an_installed_package_brings_the_file_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "site" / f"traktok-{__version__}.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: traktok\nVersion: {__version__}\n")
    (info / "licenses" / "CITATION.cff").write_text(CITATION.read_text("utf-8"), "utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr("traktok.cli.citation.Path", lambda _: tmp_path / "a" / "b" / "c.py")
    assert f"version = {{{__version__}}}" in run()
