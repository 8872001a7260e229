"""Commands for users of R: translate scripts, compare results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

import traktok
from traktok.cli import inputs
from traktok.cli.declare import Kind
from traktok.cli.endings import Ending, say
from traktok.cli.inputs import CommandArguments
from traktok.cli.outputs import Target, check_free, naming_file, show


def translate(given: CommandArguments) -> None:
    """Translate an R script to Python, and report the lines that were not translated."""
    source, output, quiet = given["script"], given["script_output"], given["quiet"]
    kind: Any = given["kind"] or _kind(source)
    path = None if output in (None, inputs.PIPE) else check_free(Path(output), given["overwrite"])
    text = inputs.read_source(source)
    try:
        translation = traktok.from_r.translate(text, kind=kind.value)
    except ValueError as error:
        raise ValueError(f"{inputs.source_name(source)}: {error}") from None
    if path is None:
        show(translation.code.removesuffix("\n"))
    else:
        with naming_file(path):
            path.write_text(translation.code, "utf-8", "backslashreplace")
    if not quiet:
        for todo in translation.todos:
            say(f"Line {todo.line} stays R: {todo.reason}")
        if path is not None:
            say(f"Written to {path}.")
    if translation.todos:
        raise typer.Exit(Ending.FAILED)


def compare(given: CommandArguments) -> None:
    """Print the differences of two tables; the exit code is 1 if there are any."""
    output, overwrite = given["output"], given["overwrite"]
    target = None if output is None else Target.of(output, None, overwrite)
    page = None if given["html"] is None else check_free(Path(given["html"]), overwrite)
    on = None if given["on"] is None else given["on"].split(",")
    comparison = traktok.compare(given["left"], given["right"], given["tolerance"], on)
    if page is not None:
        with naming_file(page):
            page.write_text(comparison.to_html(), "utf-8")
    if target is not None:
        target.write(traktok.TikTokResults(comparison.to_frame().reset_index()))
    if not given["silent"] and (target is None or target.path is not None):
        show(repr(comparison))
    if not comparison.equal:
        raise typer.Exit(Ending.FAILED)


def _kind(source: str) -> Kind:
    if source == inputs.PIPE:
        return Kind.R
    suffix = Path(source).suffix.lower().removeprefix(".")
    if suffix not in list(Kind):
        raise ValueError(f"{source}: the name must end in .R, .Rmd or .qmd; otherwise give --kind")
    return Kind(suffix)
