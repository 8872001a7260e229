"""The faults that can be ordered, as a table, and the schedule of those that were.

A fault replaces the answer (by an error, or by a body that is not the API's), alters a good answer,
or breaks the connection.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from traktok.sandbox.replies import Delivery, Reply

from .wire import Answer, Request

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
Payload = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """The request that a fault strikes, and what the service would answer without it."""

    request: Request
    log: str
    answer: Callable[[], Answer]
    before: Callable[[], Answer]
    """The answer for the previous page of the same list."""
    error: Callable[[str, str], Payload]
    """The answer for an error of this code and message."""
    rows: str
    """The key of the rows in `data`."""


@dataclass(frozen=True)
class Fault:
    """One way in which a request can fail."""

    about: str
    status: int | None = None
    """None for the status of the good answer."""
    code: str = ""
    message: str = ""
    text: str | None = None
    """A body that is not JSON, as gateways send."""
    content_type: str = HTML
    alter: Callable[[Payload, Case], Payload] | None = None
    garble: Callable[[bytes], bytes] | None = None
    delivery: Delivery = Delivery.WHOLE
    options: Mapping[str, Any] = field(default_factory=dict)
    """Options with their defaults."""

    def reply(self, case: Case, options: Mapping[str, Any]) -> Reply:
        """Return the answer that a request gets in place of the good one."""
        chosen = {**self.options, **options}
        reply = self._words(case, chosen)
        wait = chosen.get("retry_after")
        return replace(
            reply,
            body=self.garble(reply.body) if self.garble else reply.body,
            headers={} if wait is None else {"Retry-After": str(wait)},
            delivery=self.delivery,
            seconds=chosen.get("seconds", 0.0),
        )

    def _words(self, case: Case, chosen: Mapping[str, Any]) -> Reply:
        if self.text is not None:
            return Reply(self.status or 200, self.text.encode(), self.content_type)
        if self.code:
            known = {"search_id": case.request.body.get("search_id") or "", **chosen}
            code, message = self.code.format(**known), self.message.format(**known)
            return Answer(self.status or 200, case.error(code, message)).reply()
        good = case.answer()
        if self.alter is None or good.status != 200:
            return good.reply()
        return Answer(self.status or 200, self.alter(good.payload, case)).reply()


# ------------------------------------------------------------- changes to a good answer


def _with_data(payload: Payload, **data: Any) -> Payload:
    return {**payload, "data": {**payload["data"], **data}}


def _without(key: str) -> Callable[[Payload, Case], Payload]:
    def alter(payload: Payload, _: Case) -> Payload:
        return {**payload, "data": {k: v for k, v in payload["data"].items() if k != key}}

    return alter


def _is_paged(payload: Payload) -> bool:
    return "has_more" in payload["data"]


def _empty(payload: Payload, case: Case) -> Payload:
    if not _is_paged(payload):
        return {**payload, "data": {}}
    # After the last page the cursor no longer changes, so a client that checks its cursor ends
    # even if this fault is ordered for ever.
    return _with_data(payload, **{case.rows: [], "has_more": True})


def _repeated(payload: Payload, case: Case) -> Payload:
    before = case.before() if _is_paged(payload) else None
    if before is None or before.status != 200:
        return payload
    return _with_data(before.payload, has_more=True)


def _stuck(payload: Payload, case: Case) -> Payload:
    if not _is_paged(payload):
        return payload
    return _with_data(payload, cursor=case.request.body.get("cursor") or 0, has_more=True)


WRITTEN = frozenset({"bio_description", "display_name", "text", "username", "video_description"})


def _tainted(mark: str) -> Callable[[Payload, Case], Payload]:
    """Append `mark` to the texts of the first row, or of data that is one object."""

    def taint(record: Any) -> Any:
        if not isinstance(record, dict):
            return record
        return {k: v + mark if k in WRITTEN else v for k, v in record.items()}

    def alter(payload: Payload, case: Case) -> Payload:
        if not case.rows:
            return {**payload, "data": taint(payload["data"])}
        rows = payload["data"].get(case.rows) or []
        return _with_data(payload, **{case.rows: [*map(taint, rows[:1]), *rows[1:]]})

    return alter


def _bare_error(payload: Payload, case: Case) -> Payload:
    return {**payload, "error": {"code": "ok", "log_id": case.log}}


def _page(title: str) -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


SERVER_ERROR = "Server Internal Error"
BUSY = "Something is wrong. Please try again later."
EXPIRED = "The access token is invalid or not found in the request."
RATE = "The API rate limit was exceeded. Please try again later."
QUOTA = "The API daily quota limit exceeded. Please try again later"

FAULTS: Mapping[str, Fault] = {
    # errors of the API
    "http_500": Fault("a 500 of the API", 500, "internal_error", SERVER_ERROR),
    "something_wrong": Fault("a 500 that says to try later", 500, "internal_error", BUSY),
    "error_200": Fault(
        "an error that comes with status 200",
        200,
        "{code}",
        "{message}",
        options={"code": "internal_error", "message": BUSY},
    ),
    "token_expired": Fault("the token is refused", 401, "access_token_invalid", EXPIRED),
    "scope_not_authorized": Fault(
        "the client may not do research",
        401,
        "scope_not_authorized",
        "The user did not authorize the scope required for completing this request.",
    ),
    "rate_limit": Fault(
        "too many requests at once",
        429,
        "rate_limit_exceeded",
        RATE,
        options={"retry_after": None},
    ),
    "daily_quota": Fault("the day's quota is used up", 429, "daily_quota_limit_exceeded", QUOTA),
    "stale_search_id": Fault(
        "the search id is refused",
        400,
        "invalid_params",
        "Search Id {search_id} is invalid or expired",
    ),
    "bad_cursor": Fault(
        "a valid cursor is refused", 400, "invalid_params", "Invalid count or cursor"
    ),
    # bodies that are not the API's
    "http_302": Fault("a redirect to nowhere", 302, text=""),
    "http_500_html": Fault("an HTML page, 500", 500, text=_page("500 Internal Server Error")),
    "http_502_text": Fault("a plain text, 502", 502, text="Bad Gateway", content_type=TEXT),
    "http_503": Fault("an HTML page, 503", 503, text=_page("503 Service Unavailable")),
    "http_503_retry_after": Fault(
        "a 503 with a Retry-After header",
        503,
        text=_page("503 Service Unavailable"),
        options={"retry_after": 2},
    ),
    "http_504_html": Fault("an HTML page, 504", 504, text=_page("504 Gateway Time-out")),
    "html_200": Fault("an HTML page called a success", 200, text=_page("Please wait")),
    "empty_200": Fault("a success without a body", 200, text=""),
    # good answers gone wrong
    "broken_json": Fault("half of the JSON", garble=_half),
    "empty_page": Fault("no rows, although has_more is true", alter=_empty),
    "repeated_page": Fault("the rows and cursor of the previous page", alter=_repeated),
    "stuck_cursor": Fault("rows, but the cursor does not change", alter=_stuck),
    "missing_cursor": Fault("no cursor", alter=_without("cursor")),
    "missing_search_id": Fault("no search id", alter=_without("search_id")),
    "data_with_500": Fault("status 500 over a good answer", 500, alter=_bare_error),
    "nul_text": Fault("texts padded with NUL", alter=_tainted("\0\0")),
    "lone_surrogate": Fault("half an emoji at the end of texts", alter=_tainted("\ud83d")),
    # broken connections
    "reset": Fault("the connection is reset", delivery=Delivery.RESET),
    "close": Fault("the connection closes without an answer", delivery=Delivery.CLOSED),
    "truncated": Fault(
        "the body is shorter than announced", garble=_half, delivery=Delivery.TRUNCATED
    ),
    "hang": Fault(
        "no answer until the client gives up", delivery=Delivery.HUNG, options={"seconds": 60.0}
    ),
    "trickle": Fault(
        "the answer comes byte by byte", delivery=Delivery.TRICKLED, options={"seconds": 1.0}
    ),
}


# ------------------------------------------------------------- the schedule

WHEN = frozenset({"on", "page", "times", "endpoint", "where"})


@dataclass
class Order:
    """A scheduled fault: from the nth request, or from a page of a list, `times` times.

    Without `endpoint` it concerns the research endpoints, but not requests for a token; with
    `where`, only requests whose body has these values.
    """

    name: str
    on: int = 1
    page: int | None = None
    times: float = 1
    endpoint: str | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.name not in FAULTS:
            raise ValueError(f"{self.name!r} is not a fault; the faults are {', '.join(FAULTS)}")
        if unknown := set(self.options) - set(FAULTS[self.name].options):
            raise TypeError(f"the fault {self.name} has no option {', '.join(sorted(unknown))}")

    def notice(self, request: Request, page: int | None) -> bool:
        """Count a request that this fault concerns; return whether the fault is due."""
        concerned = page is not None if self.endpoint is None else request.endpoint == self.endpoint
        concerned = concerned and all(request.body.get(k) == v for k, v in self.where.items())
        self.seen += concerned
        due = self.seen >= self.on if self.page is None else (page or 1) >= self.page
        return concerned and due and self.struck < self.times


class Schedule:
    """The scheduled faults in order; the first that is due strikes."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def add(self, name: str, **when: Any) -> None:
        """Schedule a fault; `times` may be infinite, in JSON the string "inf"."""
        chosen = {key: when.pop(key) for key in list(when) if key not in WHEN}
        times = float(when.pop("times", 1))
        order = Order(
            name, times=times if math.isinf(times) else int(times), options=chosen, **when
        )
        self.orders.append(order)

    def clear(self) -> None:
        """Forget all faults."""
        self.orders.clear()

    def strike(self, request: Request, page: int | None) -> Order | None:
        """Return the fault that strikes a request, if one is due.

        `page` is the page of its list that the request asks for; None if it is not for a list.
        """
        due = [order for order in self.orders if order.notice(request, page)]
        if not due:
            return None
        due[0].struck += 1
        return due[0]
