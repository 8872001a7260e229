"""Requests and answers of the Research API as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from traktok.sandbox.replies import Reply, encoded

RESEARCH = "/v2/research/"
TOKEN = "/v2/oauth/token/"


@dataclass(frozen=True)
class Request:
    """One request as received. `status` is None if the connection broke before an answer."""

    method: str
    path: str
    fields: list[str] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)
    status: int | None = None
    token: str | None = field(default=None, repr=False)
    problem: str = ""
    """Why the body cannot be used, if it cannot."""

    @property
    def endpoint(self) -> str:
        """Return the path without its base: `video/query/`, `oauth/token/`."""
        return self.path.removeprefix(RESEARCH).removeprefix("/v2/")

    @classmethod
    def read(cls, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Request:
        """Parse a request."""
        url = urlsplit(target)
        names = ",".join(parse_qs(url.query).get("fields", [])).split(",")
        scheme, _, token = headers.get("Authorization", "").strip().partition(" ")
        # Bodies are JSON whatever their Content-Type (text/plain too); only a token's is a form.
        kind = headers.get("Content-Type", "")
        if url.path == TOKEN:
            body, problem = dict(parse_qsl(raw.decode("utf-8", "replace"))), ""
        elif kind.startswith("multipart/form-data"):
            body, problem = _parts(kind, raw)
        else:
            body, problem = _object(raw)
        return cls(
            method=method,
            path=url.path,
            fields=[name.strip() for name in names if name.strip()],
            body=body,
            token=token.strip() if scheme.lower() == "bearer" else None,
            problem=problem,
        )


def _parts(kind: str, raw: bytes) -> tuple[dict[str, Any], str]:
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + raw)
    if not message.is_multipart():
        return {}, "the body is not valid multipart/form-data"
    names = [part.get_param("name", header="content-disposition") for part in message.walk()]
    contents = [part.get_payload(decode=True) for part in message.walk()]
    found = zip(names[1:], contents[1:], strict=True)
    return {str(name): bytes(content).decode("utf-8", "replace") for name, content in found}, ""


def _object(raw: bytes) -> tuple[dict[str, Any], str]:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        return {}, "the body is not valid JSON"
    return (body, "") if isinstance(body, dict) else ({}, "the body must be a JSON object")


@dataclass(frozen=True)
class Answer:
    """An answer of the service: a status and a JSON object, or a text instead of the object."""

    status: int
    payload: dict[str, Any]
    text: str | None = None

    def reply(self) -> Reply:
        """Return the HTTP answer."""
        if self.text is not None:
            return Reply(self.status, self.text.encode(), "text/plain; charset=utf-8")
        return Reply(self.status, encoded(self.payload))


class RefusedError(Exception):
    """Raised where a request turns out to be wrong; the service answers it with an error."""

    def __init__(self, message: str, status: int = 400, code: str = "invalid_params") -> None:
        super().__init__(message)
        self.message, self.status, self.code = message, status, code
