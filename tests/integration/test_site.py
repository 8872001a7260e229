"""The site: its pages run, name every field and every name, and link to what is there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

import traktok
from traktok.cli import app
from traktok.cli.commands import COMMANDS
from traktok.sandbox import (
    CONDITIONS,
    DETAIL_CONDITIONS,
    FAULTS,
    MEDIA_CONDITIONS,
    Sandbox,
)
from vignettes import notebooks, render, walk
from vignettes.site import fields, reference

PAGES = Path(reference.__file__).parent / "pages"
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^```text\n(# A table.*?)^```$", re.MULTILINE | re.DOTALL)
INSTALLING = ("python3 -m venv", ". .venv/", "pip install")


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.usefixtures("slept")
@pytest.mark.parametrize("page", ["recipes", "sandbox", "start"])
def test_what_a_page_shows_runs_on_the_sandbox(
    page: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    blocks = BLOCK.findall((PAGES / f"{page}.md").read_text("utf-8"))
    assert len(blocks) >= 4
    names: dict[str, object] = {}
    with Sandbox() as tiktok, contextlib.chdir(tmp_path):
        for name, value in tiktok.environment.items():
            monkeypatch.setenv(name, value)
        traktok.auth_research(tiktok.client_key, tiktok.client_secret)
        for language, code in blocks:
            if language == "python":
                if code.endswith("# prompts for both\n"):  # which the sandbox's variables answer
                    monkeypatch.setenv("TRAKTOK_BASE_URL", tiktok.base_url)
                exec(compile(code, page, "exec"), names)
                continue
            for line in code.splitlines():
                if not line.startswith(INSTALLING):
                    program, *arguments = shlex.split(line)
                    assert program == "traktok"
                    if arguments != ["demo"]:  # which has tests of its own
                        done = CliRunner().invoke(app, arguments)
                        assert done.exit_code == 0, (line, done.output)
    assert os.environ["TRAKTOK_BASE_URL"].startswith("http://127.0.0.1")
    printed = capsys.readouterr().out
    for table in TABLE.findall((PAGES / f"{page}.md").read_text("utf-8")):
        assert table in printed


@pytest.mark.r
def test_r_sends_its_requests_to_the_sandbox(tmp_path: Path) -> None:
    page = (PAGES / "sandbox.md").read_text("utf-8")
    block = re.findall(r"^```r\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    script = tmp_path / "script.R"
    # A request as R traktok builds it.
    script.write_text(
        "\n".join(block)
        + """
request <- httr2::request("https://open.tiktokapis.com/v2/research/user/")
request <- httr2::req_url_path_append(request, "info/")
request <- httr2::req_url_query(request, fields = "display_name")
request <- httr2::req_auth_bearer_token(request, Sys.getenv("TOKEN"))
request <- httr2::req_body_json(request, list(username = "tiktok"))
cat(httr2::resp_body_json(httr2::req_perform(request))$data$display_name)
"""
    )
    if subprocess.run(["Rscript", "-e", "library(httr2)"], capture_output=True).returncode:
        pytest.skip("needs the R package httr2")
    with Sandbox() as tiktok:
        environment = {**os.environ, **tiktok.environment, "TOKEN": tiktok.token()}
        done = subprocess.run(
            ["Rscript", str(script)], env=environment, capture_output=True, text=True
        )
        assert (done.stdout, tiktok.requests[-1].endpoint) == ("TikTok", "user/info/"), done.stderr


def test_the_walk_follows_the_page_to_the_report() -> None:
    blocks = list(walk.parts((PAGES / "start.md").read_text("utf-8")))
    assert [line for line in walk._commands(blocks) if line.startswith("traktok")] == [
        "traktok demo"
    ]
    headings = re.findall(r"Reached: ([\w ]+)", walk._script(blocks))
    assert headings == ["A first table", "A first study", "A first report"]


def test_every_public_name_is_in_the_reference_once() -> None:
    named = [name for names in reference.groups().values() for name in names]
    assert sorted(named) == sorted(traktok.__all__)
    pages = dict(reference.pages())
    for name in named:
        shown = [
            page for page, text in pages.items() if re.search(rf":: (traktok\.)?{name}\b", text)
        ]
        assert len(shown) == 1, name


def test_the_reference_has_what_a_class_inherits_from_private_ones() -> None:
    pages = dict(reference.pages())
    shown = re.findall(
        r"autoclass:: traktok\.(\w+)\n(?:   :members: (.+)\n)?", "".join(pages.values())
    )
    members = {name: listed.split(", ") for name, listed in shown}
    assert {"resume", "status", "videos", "export", "report"} <= {*members["Collection"]}
    assert "save" in members["TikTokResults"]
    assert "explain" in members["TraktokError"]
    assert members["AuthError"] == [""]


def test_every_column_has_its_meaning_and_no_other_has() -> None:
    held = {
        name
        for row in fields.REQUESTED
        for name in (
            *(column.name for column in row.schema.columns(None)),
            *row.documented,
            *filter(None, [row.schema.tag]),
        )
    }
    assert held | {"found_by"} == fields.MEANINGS.keys()  # of studies of several queries
    assert [column.name for column in reference.web_columns()] == list(fields.WEB_MEANINGS)
    renamed = {"uniqueId": "user_name", "secUid": "secUid"}
    columns = reference._columns
    names = [renamed.get(key, columns.snake_case(key)) for key in fields.ACCOUNT_MEANINGS]
    assert names == [column.name for column in reference.account_columns()]
    assert {column.name for column in columns.ACCOUNTS.fixed} <= fields.ACCOUNT_MEANINGS.keys()


def test_every_fault_and_condition_of_the_sandbox_is_there() -> None:
    shown = dict(reference.pages())["reference/sandbox.md"]
    for name in FAULTS:
        assert f"\n| `{name}` | " in shown
    for name in (*CONDITIONS, *DETAIL_CONDITIONS, *MEDIA_CONDITIONS):
        assert f"`{name}`" in shown


def test_every_command_and_its_options_are_there() -> None:
    shown = reference.command_line()
    for command in COMMANDS:
        assert f"\n## traktok {command.name}\n" in shown
    assert "| `--max-pages N\\|all` | Pages to get (of each name or id)" in shown


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_the_site_builds_and_links_to_what_is_there(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="needs the extra site")
    site = pytest.importorskip("vignettes.site.__main__", reason="needs the extra site")
    assert site.build(tmp_path / "site") == 0
    assert (tmp_path / "site" / "guides" / "collecting.html").exists()
    page = tmp_path / "site" / "index.html"
    page.write_text(page.read_text("utf-8") + '<a href="nowhere.html#x">x</a>', "utf-8")
    assert list(site.broken_links(tmp_path / "site")) == [
        "index.html: nowhere.html#x leads nowhere"
    ]


@pytest.mark.parametrize("script", notebooks.guides(), ids=lambda script: script.stem)
def test_a_notebook_has_the_code_of_its_guide(script: Path) -> None:
    made = json.loads(notebooks.notebook(script))
    code = ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"]
    source = script.read_text("utf-8").replace(
        "Path(__file__).parent", 'Path("vignettes").resolve()'
    )
    assert len(code) > 5
    first, *rest = code
    assert all(cell in source for cell in rest)
    assert "Sandbox(" in first
    assert "cassettes/" not in first
    assert len({cell["id"] for cell in made["cells"]}) == len(made["cells"])


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize("name", ["research_api", "unofficial_api"])
def test_a_notebook_runs_on_the_sandbox_alone(
    name: str, tmp_path: Path, slept: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    made = json.loads(notebooks.notebook(render.HERE / f"{name}.py"))
    names: dict[str, object] = {}
    before = dict(os.environ)
    with contextlib.chdir(tmp_path):
        for cell in made["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert re.search(r"# A table: [1-9]", capsys.readouterr().out)
    assert list(tmp_path.iterdir()) == []
    assert dict(os.environ) == before
