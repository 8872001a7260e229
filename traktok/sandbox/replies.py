"""HTTP answers as plain values, and how each is delivered to the client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

JSON = "application/json; charset=utf-8"


class Delivery(Enum):
    """How an answer is sent."""

    WHOLE = "in one piece"
    TRUNCATED = "announced longer than it is, then the connection closes"
    TRICKLED = "a few bytes at a time"
    CLOSED = "not at all: the connection closes"
    RESET = "not at all: the connection is reset"
    HUNG = "not at all, until the client gives up"


UNANSWERED = frozenset({Delivery.CLOSED, Delivery.RESET, Delivery.HUNG})


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, before it is sent.

    Attributes
    ----------
    status, body, content_type, headers
        What the client receives.
    delivery
        How the answer is sent, or how it fails to arrive.
    seconds
        How long a hung or trickled answer takes at most.
    missing
        How many bytes a truncated answer announces and never sends.
    """

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE
    seconds: float = 0.0
    missing: int = 64

    @property
    def seen(self) -> int | None:
        """Return the status that the client receives, None if no answer arrives."""
        return None if self.delivery in UNANSWERED else self.status


def encoded(payload: object) -> bytes:
    """Return a value as JSON bytes.

    UTF-8 has no bytes for a lone surrogate, so it becomes its JSON escape.
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def json_reply(payload: object, status: int = 200) -> Reply:
    """Return a JSON answer."""
    return Reply(status, encoded(payload), JSON)
