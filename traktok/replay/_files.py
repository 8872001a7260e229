"""Read cassettes of vcrpy and of R's vcr, and write them."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from vcr.request import Request  # type: ignore[import-untyped]

from traktok import _clock, _inputs
from traktok._disk import atomic_write
from traktok._r import cassettes
from traktok._text import printable
from traktok.replay._redaction import header_values

_FORMAT = 1  # vcrpy's number for the layout below

Exchange = tuple[Request, Mapping[str, Any]]


def read_cassette(path: Path) -> tuple[date, list[Exchange]]:
    """Read a cassette of any supported format."""
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            printable(f"there is no cassette {path}")
            + ": make one with `with traktok.replay.record(...)`"
        ) from None
    try:
        document = _parsed(written.decode())
        return _of_r(document) if cassettes.is_r_cassette(document) else _of_vcrpy(document)
    except _DAMAGES as error:
        raise ValueError(
            printable(f"{path} is not a cassette, or is incomplete: {_in_a_line(error)}")
        ) from None


_DAMAGES = (
    *(yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError),
    *(RecursionError, EOFError, zlib.error, gzip.BadGzipFile),
)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 100
# Recorders write few aliases: a document with its aliases written out is hardly longer.
_MOST_EXPANSION, _LEAST_EXPANSION = 10, 2**20


def _parsed(text: str) -> Mapping[str, Any]:
    if text.lstrip().startswith("{"):  # whose escapes mean something else in YAML
        document = json.loads(text)
    else:
        _check_structure(text)
        document = yaml.load(text, Loader=_Loader)
    if not isinstance(document, dict):
        raise ValueError("it holds no exchanges")
    return document


def _check_structure(text: str) -> None:
    """Raise ValueError for YAML that would exhaust the stack or, by its aliases, the memory."""
    limit = _MOST_EXPANSION * len(text) + _LEAST_EXPANSION
    sizes: dict[str, int] = {}  # of each anchor, with its aliases written out
    open_nodes: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, 1))
            if len(open_nodes) > _DEEPEST:
                raise ValueError(f"it is nested more than {_DEEPEST} levels deep")
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, size = open_nodes.pop()
        elif isinstance(event, yaml.ScalarEvent):
            anchor, size = event.anchor, 1 + len(event.value)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise ValueError(f"the alias *{event.anchor} contains itself or names nothing")
            anchor, size = None, sizes[event.anchor]
        else:
            continue
        if anchor is not None:
            sizes[anchor] = size
        outer, so_far = open_nodes.pop()
        open_nodes.append((outer, so_far + size))
        if so_far + size > limit:
            raise ValueError("its aliases expand to far more than a file of its size holds")


def _in_a_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    if isinstance(error, LookupError):
        return f"it lacks {error}"
    return " ".join(str(error).split())


def _of_r(document: Any) -> tuple[date, list[Exchange]]:
    recorded, exchanges = cassettes.read(document)
    day = _clock.today() if recorded is None else _inputs.day(recorded, "recorded_at")
    return day, list(map(_for_vcrpy, exchanges))


# Every recorder writes these: a file without one of them is incomplete.
_PARTS_OF_VCRPY = {
    "request": ("method", "uri", "headers"),
    "response": ("status", "headers", "body"),
}


def _of_vcrpy(document: Any) -> tuple[date, list[Exchange]]:
    exchanges: list[Exchange] = []
    for one in document["interactions"]:
        for part, keys in _PARTS_OF_VCRPY.items():
            if missing := next((key for key in keys if one[part].get(key) is None), None):
                raise LookupError(f"the {missing} of a {part}")
        exchanges.append(_for_vcrpy(cassettes.exchange_of(one["request"], one["response"])))
    recorded = document.get("recorded_on")
    return _clock.today() if recorded is None else _inputs.day(recorded, "recorded_on"), exchanges


def _for_vcrpy(exchange: cassettes.Exchange) -> Exchange:
    headers = {name: ", ".join(values) for name, values in exchange.headers.items()}
    return (
        Request(exchange.method, exchange.uri, exchange.body, headers),
        {
            "status": {"code": exchange.status, "message": ""},
            "headers": exchange.answer_headers,
            "body": {"string": exchange.answer},
        },
    )


_FORMATS_OF_R = {".yml", ".json"}


def write_cassette(path: Path, today: date, exchanges: Sequence[Exchange]) -> None:
    of_r = path.suffix.lower() in _FORMATS_OF_R
    document = (_as_r if of_r else _as_vcrpy)(today, exchanges)
    if path.suffix.lower() == ".json":
        text = json.dumps(document, indent=1) + "\n"
    else:
        text = yaml.dump(document, None, _Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as stream:
        stream.write(text.encode())


def _as_r(today: date, recorded: Sequence[Exchange]) -> dict[str, Any]:
    exchanges = [
        cassettes.Exchange(
            method=request.method,
            uri=request.uri,
            body=request.body or b"",
            headers={name: [value] for name, value in request.headers.items()},
            status=response["status"]["code"],
            answer_headers={
                name: header_values(response["headers"], name.lower())
                for name in response["headers"]
            },
            answer=response["body"]["string"],
        )
        for request, response in recorded
    ]
    return cassettes.write(today, exchanges)


def _as_vcrpy(today: date, recorded: Sequence[Exchange]) -> dict[str, Any]:
    interactions = [
        {
            "request": {
                "method": request.method,
                "uri": request.uri,
                "headers": {name: [value] for name, value in request.headers.items()},
                "body": _readable(request.body or b""),
            },
            "response": {**response, "body": {"string": _readable(response["body"]["string"])}},
        }
        for request, response in recorded
    ]
    return {"version": _FORMAT, "recorded_on": f"{today}", "interactions": interactions}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, to be read and compared."""

    def represent_str(self, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        if re.search("[\x85\u2028\u2029]", text):
            style = '"'  # YAML takes these for ends of lines, JSON does not: they are escaped
        return self.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _Dumper.represent_str)


def _readable(body: bytes) -> str | bytes:
    """Convert a body to text, indented if it is JSON that loses nothing by it."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    with contextlib.suppress(ValueError):  # no JSON, or half an emoji that UTF-8 can't write
        value = json.loads(text)
        indented = json.dumps(value, ensure_ascii=False, indent=1)
        indented.encode()
        usual = {json.dumps(value, ensure_ascii=False, separators=(",", ":")), json.dumps(value)}
        if text in usual:
            return indented
    return text
