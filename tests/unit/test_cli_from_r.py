"""From R in a shell: scripts by `traktok from-r`, credentials by `traktok auth --from-r`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from traktok import AuthError, ConnectionFailed, TraktokError
from traktok.cli import app
from traktok.from_r import translate

SCRIPTS = Path(__file__).parents[1] / "r_scripts"
R = """\
# the first page
videos <- query() |>
  query_and("region_code", "IN", c("JP", "US")) |>
  tt_search_api(start_date = as.Date("2023-11-01"), end_date = "2023-11-29")
"""

pytestmark = pytest.mark.usefixtures("folder")


def run(*arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=input)


@pytest.fixture
def script() -> str:
    Path("collect.R").write_text(R)
    return "collect.R"


def test_a_script_goes_to_stdout_a_file_or_through_a_pipe(folder: Path, script: str) -> None:
    expected = translate(R).code
    printed = run("from-r", script)
    assert (printed.exit_code, printed.stdout, printed.stderr) == (0, expected, "")
    piped = run("from-r", "-", input=R)
    assert (piped.exit_code, piped.stdout) == (0, expected)
    written = run("from-r", script, "-o", "collect.py")
    assert (written.exit_code, written.stdout) == (0, "")
    assert written.stderr == "Written to collect.py.\n"
    assert Path("collect.py").read_text() == expected
    compile(expected, "collect.py", "exec")


@pytest.mark.parametrize("path", sorted(SCRIPTS.iterdir()), ids=lambda path: path.name)
def test_the_name_says_what_it_is(path: Path) -> None:
    kind = path.suffix.lower().removeprefix(".")
    result = run("from-r", str(path))
    assert result.stdout == translate(path.read_text(), kind=kind).code  # type: ignore[arg-type]
    piped = run("from-r", "-", "--kind", kind, input=path.read_text())
    assert piped.stdout == result.stdout


def test_what_stays_r_is_said_and_ends_with_1(folder: Path) -> None:
    Path("plot.R").write_text("x <- 1:3\nplot(x)\nx[['a']] |> hist()\n")
    result = run("from-r", "plot.R")
    assert result.exit_code == 1
    assert "# TODO" in result.stdout
    said = result.stderr.splitlines()
    assert said[0] == "Line 2 stays R: `plot()` is not known to the translator"
    assert len(said) == len(translate(Path("plot.R").read_text()).todos)
    quiet = run("from-r", "plot.R", "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (1, result.stdout, "")


def test_the_help_tells_the_exit_codes() -> None:
    told = " ".join(run("from-r", "--help").stdout.split())
    assert "0 when all was translated, 1 when a TODO is left, 2 without a script" in told


def test_a_file_is_replaced_only_when_told(folder: Path, script: str) -> None:
    Path("collect.py").write_text("precious")
    refused = run("from-r", script, "-o", "collect.py")
    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert Path("collect.py").read_text() == "precious"
    assert run("from-r", script, "-o", "collect.py", "--overwrite").exit_code == 0
    assert Path("collect.py").read_text() == translate(R).code


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.R", None, "can't read none.R: No such file"),
        (
            "script.txt",
            b"x <- 1",
            "script.txt: the name must end in .R, .Rmd or .qmd; otherwise give --kind",
        ),
        ("latin.R", b"x <- '\xe9'", "latin.R is not text in UTF-8"),
        ("broken.R", b"x <- c(1,\n  }", "broken.R: "),
        ("broken.Rmd", b"text\n\n```{r}\nx <- (\n```\n", "broken.Rmd: "),
    ],
)
def test_trouble_ends_with_2(name: str, content: bytes | None, sentence: str, folder: Path) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    result = run("from-r", name, "-o", "out.py")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {sentence}")
    assert result.stderr.count("\n") == 1
    assert not Path("out.py").exists()


def test_a_disk_without_room_is_trouble_too(
    folder: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    result = run("from-r", script, "-o", "collect.py")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: can't write to collect.py: No space left on device\n"


def test_the_extra_is_named_where_it_is_missing(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError('R scripts need the extra: pip install "traktok[from-r]"')

    monkeypatch.setattr("traktok.from_r.translate", missing)
    result = run("from-r", script)
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'pip install "traktok[from-r]"' in result.stderr


# ------------------------------------------------------------------------------------ credentials


def take_over(monkeypatch: pytest.MonkeyPatch, **missing: TraktokError) -> None:
    """Let R's files be there, but those that are missing for some reason."""

    def stand_in(what: str) -> Callable[..., bool]:
        def auth(*, from_r: bool, overwrite: bool = False) -> bool:
            if what in missing:
                raise missing[what]
            return True

        return auth

    monkeypatch.setattr("traktok.auth_research", stand_in("token"))
    monkeypatch.setattr("traktok.auth_hidden", stand_in("cookies"))


@pytest.mark.parametrize(
    ("missing", "code", "said"),
    [
        ({}, 0, ["Done: imported from R: token and cookies."]),
        (
            {"cookies": AuthError("R has no cookies.")},
            0,
            ["Warning: R has no cookies.", "Done: imported from R: token."],
        ),
        (
            {"token": ConnectionFailed("No answer from TikTok.")},
            0,
            ["Warning: No answer from TikTok.", "Done: imported from R: cookies."],
        ),
        (
            {"token": AuthError("No token."), "cookies": AuthError("No jar.")},
            1,
            ["Error: No token. No jar."],
        ),
    ],
)
def test_auth_takes_over_what_r_has(
    missing: dict[str, TraktokError], code: int, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_over(monkeypatch, **missing)
    result = run("auth", "--from-r")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.splitlines() == said
