"""The cassettes of R's vcr, versions 1 and 2: what they hold, and how to write one.

A cassette of R's is ``{"http_interactions": [...], "recorded_with": ...}`` in YAML or JSON. Version
1 has the status as a list and bodies with an ``encoding``; version 2 a number, and bodies without.
Bytes that are not text are written in base64. Nothing here reads or writes a file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from traktok._unpack import unpack
from traktok._version import __version__

_INTERACTIONS = "http_interactions"
_WRITTEN_LAST = "recorded_with"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response, independent of the program that recorded them."""

    method: str
    uri: str
    body: bytes
    headers: dict[str, list[str]]
    status: int
    answer_headers: dict[str, list[str]]
    answer: bytes


def is_r_cassette(document: Any) -> bool:
    """Return whether a document is a cassette of R's vcr, which has a key of its own."""
    return isinstance(document, dict) and _INTERACTIONS in document


# ------------------------------------------------------------------------------------------ reading


def read(document: Mapping[str, Any]) -> tuple[str | None, list[Exchange]]:
    """Return the day a cassette was recorded on, and its exchanges.

    Raises ValueError, LookupError or TypeError if it holds anything else.
    """
    if _WRITTEN_LAST not in document:
        raise ValueError(f"it breaks off: R's vcr writes {_WRITTEN_LAST} at its end")
    interactions = document[_INTERACTIONS]
    recorded = next((one["recorded_at"] for one in interactions if "recorded_at" in one), None)
    day = None if recorded is None else str(recorded)[: len("2026-01-31")]
    return day, [_exchange(one["request"], one["response"]) for one in interactions]


def _exchange(request: Mapping[str, Any], response: Mapping[str, Any]) -> Exchange:
    exchange = exchange_of(request, response)
    return replace(exchange, uri=_normalized_uri(exchange.uri), body=_without_nulls(exchange.body))


def exchange_of(request: Mapping[str, Any], response: Mapping[str, Any]) -> Exchange:
    """Parse an exchange of vcr or vcrpy; raise TypeError for anything else."""
    status = response["status"]
    if isinstance(status, Mapping):
        status = status["status_code"] if "status_code" in status else status["code"]
    if not 100 <= int(status) <= 599:
        raise ValueError(f"{status} is not the status of an answer")
    return Exchange(
        method=_text(request["method"]).upper(),
        uri=_text(request["uri"]),
        body=_bytes(request.get("body")),
        headers=_lists(request.get("headers")),
        status=int(status),
        answer_headers=_lists(response.get("headers")),
        answer=_bytes(response.get("body")),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _normalized_uri(uri: str) -> str:
    """Write the fields of a URL as this package does, without R's blanks between them."""
    address = urlsplit(uri)
    query = [
        (name, ",".join(map(str.strip, value.split(","))) if name == "fields" else value)
        for name, value in parse_qsl(address.query)
    ]
    return address._replace(query=urlencode(query, safe=",")).geturl()


def _without_nulls(body: bytes) -> bytes:
    """Drop the nulls and empty objects that R sends for arguments that are not set."""
    try:
        sent = json.loads(body)
    except ValueError:
        return body
    if not isinstance(sent, dict):
        return body
    there = {name: value for name, value in sent.items() if value not in (None, {})}
    return body if there == sent else json.dumps(there, ensure_ascii=False).encode()


def _bytes(body: Any) -> bytes:
    if not isinstance(body, Mapping):
        return body if isinstance(body, bytes) else _text(body or "").encode()
    if body.get("file") not in (None, False):
        raise ValueError(
            "a response is stored in a separate file: record it without write_disk_path"
        )
    if "raw_gzip" in body:
        return unpack(_decode_base64(body["raw_gzip"]))
    if "base64_string" in body:
        return _decode_base64(body["base64_string"])
    return _bytes(body.get("string") or b"")


def _decode_base64(text: str) -> bytes:
    """Decode base64, which R breaks into lines."""
    return base64.b64decode("".join(text.split()), validate=True)


def _lists(headers: Any) -> dict[str, list[str]]:
    return {
        _text(name): list(map(str, value)) if isinstance(value, list) else [str(value)]
        for name, value in (headers or {}).items()
    }


# ------------------------------------------------------------------------------------------ writing


def write(day: date, exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """Build a cassette for R's vcr from a day's exchanges, in a form that both versions read."""
    interactions = [
        {
            "request": {
                "method": exchange.method,
                "uri": exchange.uri,
                "body": _as_body(exchange.body),
                "headers": _to_r_lists(exchange.headers),
            },
            "response": {
                "status": {"status_code": exchange.status},
                "headers": _to_r_lists(exchange.answer_headers),
                "body": _as_body(exchange.answer),
            },
            "recorded_at": f"{day} 00:00:00",
        }
        for exchange in exchanges
    ]
    return {_INTERACTIONS: interactions, _WRITTEN_LAST: f"traktok/{__version__}"}


def _as_body(content: bytes) -> dict[str, str]:
    try:
        return {"encoding": "", "string": content.decode()}
    except UnicodeDecodeError:
        return {"encoding": "", "base64_string": base64.b64encode(content).decode()}


def _to_r_lists(headers: Mapping[str, list[str]]) -> dict[str, Any]:
    """Convert headers to R's form: a single value is a string."""
    return {name: values[0] if len(values) == 1 else values for name, values in headers.items()}
