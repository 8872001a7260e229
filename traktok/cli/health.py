"""`traktok doctor`: what is installed, configured and assumed."""

from __future__ import annotations

import json

import typer

import traktok
from traktok.cli.advice import in_a_shell
from traktok.cli.endings import Ending
from traktok.cli.inputs import CommandArguments
from traktok.cli.outputs import show


def doctor(given: CommandArguments) -> None:
    """Write what the doctor finds, and end with 1 where a check fails."""
    found = traktok.doctor(live=given["live_checks"], store=given["store"])
    if given["as_json"]:
        show(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        show(found.report(lambda text: in_a_shell(text, given)))
    if not found.ok:
        raise typer.Exit(Ending.FAILED)
