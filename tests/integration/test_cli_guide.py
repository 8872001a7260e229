"""The guides on the command line, in a clone and as a wheel brings them along."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from traktok.cli import app
from traktok.cli import guide as module

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["guide", *arguments])


def test_without_a_name_the_guides_are_listed() -> None:
    listed = run().output
    for name, (_, about) in module.GUIDES.items():
        assert f"  {name:<12} {about}\n" in listed


@pytest.mark.parametrize("name", module.GUIDES)
def test_a_guide_is_printed_without_the_marks_of_the_site(name: str) -> None:
    result = run(name)
    assert result.exit_code == 0
    assert result.output.startswith("# ")
    assert len(result.output) > 1_000
    assert not any(line.startswith((":", "<!--")) for line in result.output.splitlines())


@pytest.mark.parametrize("name", module.GUIDES)
def test_a_guide_links_to_no_file(name: str) -> None:
    linked = re.findall(r"\]\(([^)\s]+)\)", run(name).output)
    assert [target for target in linked if not target.startswith("https://")] == []


def test_a_link_to_a_guide_becomes_its_command() -> None:
    shown = run("start").output
    assert (
        "Read The Research API (`traktok guide research`), then Collecting (`traktok guide" in shown
    )
    assert "(Picture: A study that stops after two requests" in shown
    assert "[application](https://developers.tiktok.com/" in shown
    assert "for several jobs at once use PostgreSQL." in run("recipes").output  # on the same page
    assert "contains all faults; on the" in run("sandbox").output  # which the site lists


def test_the_readme_names_the_command_beside_each_link_to_a_guide() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("|")]
    for name, (file, _) in module.GUIDES.items():
        (row,) = [row for row in rows if f"/{file})" in row or f"({file})" in row]
        assert f"`traktok guide {name}`" in row


def test_another_name_is_refused_with_those_that_exist() -> None:
    result = run("recipe")
    assert result.exit_code == 2
    assert "recipes" in result.output


def test_a_wheel_brings_them_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    [(folder, patterns)] = settings["tool"]["setuptools"]["data-files"].items()
    brought = {path.name for pattern in patterns for path in ROOT.glob(pattern)}
    assert {file for file, _ in module.GUIDES.values()} <= brought
    assert {"search.svg", "study.svg", "collecting.png"} <= brought

    # An installer puts them below the environment, beside lib/.
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "faq.md").write_text("# Questions\n\nInstalled.\n")
    listed = PurePosixPath("../../..", folder, "faq.md")
    installed = SimpleNamespace(
        files=[PurePosixPath("traktok/__init__.py"), listed],
        locate_file=lambda found: tmp_path / "lib/python3/site-packages" / found,
    )
    (tmp_path / "lib/python3/site-packages").mkdir(parents=True)
    monkeypatch.setattr(module, "_IN_CLONE", ())
    monkeypatch.setattr(module, "distribution", lambda _: installed)
    assert run("questions").output == "# Questions\n\nInstalled.\n"
    monkeypatch.setattr(module, "distribution", lambda _: SimpleNamespace(files=[]))
    with pytest.raises(FileNotFoundError, match="install it again"):
        module._path("questions")


def test_the_installed_package_is_known_by_its_name() -> None:
    assert importlib.metadata.distribution("traktok").metadata["Name"] == "traktok"
