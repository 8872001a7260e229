"""The recorded cases, and the playing of one: R's answers go in, what traktok did comes out."""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import requests
import responses

import traktok

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One recorded call of R traktok: how it reads in Python, what was answered, what is expected.

    ``ledger`` names the decision by which traktok for Python departs from R here, if it does.
    """

    name: str
    python: str
    ledger: str | None
    answers: list[dict[str, Any]]
    expect: dict[str, Any]

    @property
    def family(self) -> str:
        """The function it is about: search, comments, liked, ..."""
        return self.name.partition("_")[0]

    @property
    def is_checked(self) -> bool:
        """Whether it says what must happen; a free one is a record of R's behaviour alone."""
        return not self.expect.get("free")


@cache
def cases() -> tuple[Case, ...]:
    """Read the corpus."""
    return tuple(_case(path) for path in sorted(FOLDER.glob("*.json")))


def _case(path: Path) -> Case:
    read = json.loads(path.read_text(encoding="utf-8"))
    return Case(read["case"], read["python"], read["ledger"], read["responses"], read["expect"])


# --------------------------------------------------------------------------------- playing a case


@dataclass
class Outcome:
    """What came of a case."""

    case: Case
    result: Any = None
    error: Exception | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def first(self) -> Mapping[str, Any]:
        """The first request."""
        return self.sent[0]


# What the Python of a case may use.
_NAMES: dict[str, Any] = {name: getattr(traktok, name) for name in traktok.__all__} | {
    "tok": {"access_token": "clt.test"},
    "inf": math.inf,
    "date": date,
    "datetime": datetime,
    "timedelta": timedelta,
    "ZoneInfo": ZoneInfo,
}


def play(case: Case, waits: list[float]) -> Outcome:
    """Run a case's Python against the answers that R got; ``waits`` fills with its sleeps."""
    outcome = Outcome(case, waits=waits)
    with _answering(case.answers, outcome.sent), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the corpus holds none of R's warnings
        try:
            outcome.result = _value(case.python, dict(_NAMES))
        except Exception as error:  # whichever it is: the case says which it has to be
            outcome.error = error
    return outcome


def _value(script: str, names: dict[str, Any]) -> Any:
    """Run a script, and return the value of the expression that it ends with."""
    *before, last = ast.parse(script).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), "<case>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<case>", "eval"), names)


def _answering(answers: list[dict[str, Any]], sent: list[dict[str, Any]]) -> responses.RequestsMock:
    """Answer requests with the recorded answers in turn, the last one again and again."""
    waiting = _with_last_repeated(answers)

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent.append(_read(request))
        recorded = next(waiting)
        headers = {"Content-Type": recorded["content_type"], **recorded["headers"]}
        return recorded["status"], headers, recorded["body"] or ""

    tiktok = responses.RequestsMock(assert_all_requests_are_fired=False)
    tiktok.add_callback(
        responses.POST, re.compile("https://open.tiktokapis.com/"), answer, content_type=None
    )
    return tiktok


def _with_last_repeated(answers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield from answers
    while answers:
        yield answers[-1]


def _read(request: requests.PreparedRequest) -> dict[str, Any]:
    url = urlsplit(request.url or "")
    fields = parse_qs(url.query).get("fields", [""])[0].split(",")
    body = json.loads(request.body or b"{}")
    return {
        "path": url.path,
        "fields": [name.strip() for name in fields if name.strip()],
        "body": {name: value for name, value in body.items() if value is not None},
    }
