"""The recorded cases, and the playing of one: R's answers go in, what traktok did comes out."""

from __future__ import annotations

import base64
import email.message
import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

import traktok

_NAMES = {name: getattr(traktok, name) for name in traktok.__all__}
FOLDER = Path(__file__).parent / "cases"
LIST = "/api/"

_HEAD = "# Netscape HTTP Cookie File\n"
_LINE = ".tiktok.com\tTRUE\t/\tTRUE\t4000000000\t{}\t{}\n"
# The jars that cases start from; "other" holds nobody's cookies but another site's.
_JARS: dict[str, str] = {
    "full": _LINE.format("tt_chain_token", "CHAIN") + _LINE.format("msToken", "MS=="),
    "nochain": _LINE.format("msToken", "MS=="),
    "other": ".example.org\tTRUE\t/\tFALSE\t4000000000\tx\ty\n",
}
# What files begin with; the recorded bodies are filled with nothing in particular.
_MAGIC = {
    "video/mp4": b"\0\0\0\x18ftypisom",
    "image/webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "image/jpeg": b"\xff\xd8\xff\xe0",
}


@dataclass(frozen=True)
class Case:
    """One recorded call of R traktok: how it reads in Python, what was answered, what is expected.

    ``departs`` says that traktok for Python does something else here, on purpose.
    """

    name: str
    about: str
    python: str
    departs: bool
    jar: str
    files: list[dict[str, str]]
    answers: list[dict[str, Any]]
    expect: dict[str, Any]

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
    return Case(
        read["case"],
        read["about"] or "",
        read["python"] or "",
        read["departs"],
        read["jar"],
        read["files_before"],
        read["responses"],
        read["expect"],
    )


# --------------------------------------------------------------------------------- playing a case


@dataclass
class Outcome:
    """What came of a case."""

    case: Case
    folder: Path
    waits: list[float]
    result: Any = None
    error: Exception | None = None
    sent: list[requests.PreparedRequest] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        """What was asked for."""
        return [str(request.url) for request in self.sent]


def play(case: Case, folder: Path, waits: list[float], patch: pytest.MonkeyPatch) -> Outcome:
    """Run a case's Python in a folder of its own, against the answers that R got."""
    outcome = Outcome(case, folder, waits)
    _log_in(case, folder)
    for file in case.files:
        path = folder / file["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["text"], encoding="utf-8")
    before = _files(folder)
    patch.setattr(HTTPAdapter, "send", _Recorded(case, folder, outcome.sent).send)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the corpus holds none of R's warnings
        try:
            outcome.result = eval(case.python, dict(_NAMES))
        except Exception as error:  # whichever it is: the case says which it has to be
            outcome.error = error
    outcome.written = sorted(_files(folder) - before)
    return outcome


def _log_in(case: Case, folder: Path) -> None:
    if case.jar not in _JARS:
        return
    export = folder.parent / "export.txt"
    export.write_text(_HEAD + _JARS[case.jar])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traktok.auth_hidden(export)


def _files(folder: Path) -> set[Path]:
    """List the files in a folder and beside it, where none should go."""
    return {path for path in folder.parent.rglob("*") if path.is_file()}


class _Recorded:
    """Answers each address with what R was answered there, in the same order."""

    def __init__(self, case: Case, folder: Path, sent: list[requests.PreparedRequest]) -> None:
        text = json.dumps(case.answers).replace("@ROOT@", str(folder.parent))
        self._waiting: list[dict[str, Any]] = json.loads(text)
        self._sent = sent

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        """Take the place of ``HTTPAdapter.send``."""
        self._sent.append(request)
        recorded = self._next(str(request.url))
        if not recorded.get("status"):
            raise requests.ConnectionError("dropped")
        return HTTPAdapter().build_response(request, _raw(recorded))

    def _next(self, url: str) -> dict[str, Any]:
        here = [one for one in self._waiting if one["for"] == url]
        if not here and LIST not in url:
            here = [one for one in self._waiting if _place(one["for"]) == _place(url)]
        if not here:
            return {"status": 404}
        if len(here) > 1:
            self._waiting.remove(here[0])
        return here[0]


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, parts.path.rstrip("/")


def _raw(recorded: Mapping[str, Any]) -> urllib3.HTTPResponse:
    content_type = recorded.get("content_type") or "text/html"
    body = (recorded.get("body") or "").encode()
    encoded = "body_base64" in recorded
    if encoded:
        body = base64.b64decode(recorded["body_base64"])
        magic = _MAGIC.get(content_type, b"")
        body = magic + body[len(magic) :] if len(body) > len(magic) else body
    headers = urllib3.HTTPHeaderDict({"Content-Type": content_type})
    message = email.message.Message()
    for name, values in (recorded.get("headers") or {}).items():
        if name.lower() == "content-encoding" and not encoded:
            continue  # what is recorded as text is decoded already
        for value in values if isinstance(values, list) else [values]:
            headers.add(name, value)
            message[name] = value
    original: Any = SimpleNamespace(msg=message, isclosed=lambda: True, close=lambda: None)
    return urllib3.HTTPResponse(
        io.BytesIO(body),
        headers,
        recorded["status"],
        preload_content=False,
        original_response=original,
    )
