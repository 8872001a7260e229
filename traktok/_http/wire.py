"""Build requests and parse responses, without any I/O.

A request is built from an endpoint and arguments. A status, headers and a body are parsed into a
page, or into a failure that says whether the same request may be sent again. Every rule about
TikTok's responses can therefore be read and tested on plain values.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
from urllib3.filepost import encode_multipart_formdata

from traktok import _clock
from traktok._http.endpoint import FOLLOW_POOL, Endpoint
from traktok._http.endpoints import BASE_URL
from traktok._secrets.hosts import is_loopback
from traktok._secrets.redact import redact_text
from traktok._secrets.secret import Secret
from traktok._text import excerpt, printable
from traktok._unpack import is_too_deep
from traktok.errors import (
    ApiError,
    Authenticate,
    AuthError,
    InvalidRequest,
    Message,
    QuotaExceeded,
    RateLimited,
    ServerError,
    TraktokError,
)

# ------------------------------------------------------------------------------------ requests


@dataclass(frozen=True, slots=True)
class Request:
    """One request, without the token.

    ``mid_crawl`` marks a request that continues a search, at ``cursor``.
    """

    endpoint: Endpoint
    path: str
    body: Secret | bytes = field(repr=False)
    content_type: str = "application/json"
    mid_crawl: bool = False
    cursor: int | str | None = None


def research_request(
    endpoint: Endpoint, body: Mapping[str, Any], fields: Sequence[str] | None = None
) -> Request:
    """Build the request for a page; None in the body is left out."""
    fields = endpoint.fields if fields is None else fields
    body = {key: value for key, value in body.items() if value is not None}
    query = "?" + urlencode({"fields": ",".join(fields)}, safe=",") if fields else ""
    return Request(
        endpoint,
        endpoint.path + query,
        json.dumps(body).encode(),
        mid_crawl=bool(body.get("cursor")) or "search_id" in body,
        cursor=body.get("cursor"),
    )


# Never part of a file of ids; always the same, so that cassettes recognise the request.
_BOUNDARY = "traktok-file-of-ids"


def upload_request(endpoint: Endpoint, body: Mapping[str, str], ids: Sequence[str]) -> Request:
    """Build the request that uploads a file of ids, one per line."""
    file = ("ids.txt", "\n".join(ids), "text/plain")
    content, content_type = encode_multipart_formdata({**body, "file_data": file}, _BOUNDARY)
    return Request(endpoint, endpoint.path, content, content_type)


def token_request(endpoint: Endpoint, client_key: str, client_secret: str) -> Request:
    """Build the request for a token."""
    form = {
        "client_key": client_key,
        "client_secret": client_secret,
        "grant_type": "client_credentials",
    }
    return Request(
        endpoint, endpoint.path, Secret(urlencode(form)), "application/x-www-form-urlencoded"
    )


def base_url() -> str:
    """Return the address of the Research API: TikTok's host, or what TRAKTOK_BASE_URL names.

    The token goes there, so only https is allowed, and plain http to this machine.
    """
    url = os.environ.get("TRAKTOK_BASE_URL", "").strip().rstrip("/") or BASE_URL
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port  # an invalid port is a ValueError
    except ValueError:
        host = ""
    if _AMBIGUOUS.search(url):
        host = ""
    if host and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        return url
    raise ValueError(
        f"TRAKTOK_BASE_URL is {excerpt(url)}: the token is sent there, so it must be an https "
        "address (or http on this machine, such as http://127.0.0.1:8000)"
    )


# Programs disagree about the host of an address with one of these.
_AMBIGUOUS = re.compile(r"[\s\\@?#]")


# ------------------------------------------------------------------------------------- answers


@dataclass(frozen=True, slots=True)
class Page:
    """The content of one response.

    ``withheld`` is TikTok's reason where an account or comments are not given out; ``cut_off`` says
    that TikTok lists no more, although there may be more.
    """

    records: Sequence[Any] = field(default=(), repr=False)
    cursor: int | str | None = None
    has_more: bool = False
    search_id: str | None = None
    withheld: str | None = None
    cut_off: bool = False
    log_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Again(Enum):
    """Whether a request that failed may be sent again."""

    NEVER = "never"
    LATER = "after a wait"
    WITH_NEW_TOKEN = "with a new token"


@dataclass(frozen=True, slots=True)
class Failure:
    """A response that is not a page."""

    error: TraktokError
    again: Again
    retry_after: float | None = None


_Rule = tuple[type[TraktokError], Again]

# TikTok's codes say more than its statuses: these decide, whatever the status.
_BY_CODE: dict[str, _Rule] = {
    "access_token_invalid": (AuthError, Again.WITH_NEW_TOKEN),
    "scope_not_authorized": (AuthError, Again.NEVER),
    "daily_quota_limit_exceeded": (QuotaExceeded, Again.NEVER),
    "rate_limit_exceeded": (RateLimited, Again.LATER),
    "internal_error": (ServerError, Again.LATER),
    "timeout": (ServerError, Again.LATER),
}
_TOKEN_CODES_TO_TRY_AGAIN = {"server_error", "temporarily_unavailable"}
_UNREADABLE: _Rule = (ServerError, Again.LATER)
_STALE: _Rule = (InvalidRequest, Again.LATER)


def _by_status(status: int, code: str | None) -> _Rule:
    if status == 401:
        return AuthError, Again.WITH_NEW_TOKEN
    if status == 429:
        return RateLimited, Again.LATER
    if status >= 500:
        return ServerError, Again.LATER
    if status >= 400 or code == "invalid_params":
        return InvalidRequest, Again.NEVER
    return ApiError, Again.NEVER


# Refused for some seconds in the middle of a search, then answered (clients' issues, 2024-25).
def _is_refused_for_now(message: str) -> bool:
    """Return whether TikTok refuses a position; no pattern, whose time is quadratic in the text."""
    text = message.lower()
    _, _, after = text.partition("search id ")
    return "is invalid or expired" in after or "invalid count or cursor" in text


def _is_end(request: Request, status: int, message: str | None) -> bool:
    """Return whether a refused cursor is the end of what TikTok lists, not a refusal for now."""
    ends_at, cursor = request.endpoint.ends_at, request.cursor
    is_beyond = ends_at is not None and isinstance(cursor, int) and cursor >= ends_at
    return is_beyond and status == 400 and "invalid count or cursor" in (message or "").lower()


# User endpoints say "ok" where others say nothing.
_NO_MESSAGE = {None, "", "ok", "ok."}


def read(request: Request, status: int, headers: Mapping[str, str], body: bytes) -> Page | Failure:
    """Parse a response into a page or a failure."""
    endpoint = request.endpoint
    answer = _decoded(body)
    if answer is not None and endpoint.envelope and not answer.keys() & {"data", "error"}:
        answer = None
    error = _error_in(answer)
    if isinstance(request.body, Secret):
        error = _without_secret(error, request.body)
    code, message = error.get("code"), error.get("message")
    if endpoint.withheld and re.search(endpoint.withheld, message or "", re.IGNORECASE):
        return Page(withheld=message, log_id=error.get("log_id"))
    if _is_end(request, status, message):
        return Page(cursor=request.cursor, cut_off=True, log_id=error.get("log_id"))
    data = (answer.get("data") if endpoint.envelope else answer) if answer else None
    data = data if isinstance(data, dict) else {}
    if status == 500 and endpoint.data_with_500 and data and message in _NO_MESSAGE:
        return _page(endpoint, data, error.get("log_id"))
    if endpoint.plain and 200 <= status < 300 and (ids := _ids_in(body)) is not None:
        return Page(records=ids)
    if 200 <= status < 300 and answer is not None and code in (None, "ok") and not endpoint.plain:
        return _page(endpoint, data, error.get("log_id"))
    if request.mid_crawl and message and _is_refused_for_now(message) and status < 500:
        rule = _STALE
    elif code in _BY_CODE:
        rule = _BY_CODE[code]
    elif code is not None and not endpoint.envelope:
        rule = _UNREADABLE if code in _TOKEN_CODES_TO_TRY_AGAIN else (AuthError, Again.NEVER)
    elif answer is None and status < 300:
        rule = _UNREADABLE
    else:
        rule = _by_status(status, code)
    return _failure(rule, status, headers, error, pool=endpoint.pool, readable=answer is not None)


def _page(endpoint: Endpoint, data: Mapping[str, Any], log_id: str | None) -> Page:
    records: Any = [data]
    if endpoint.records is not None:
        records = data.get(endpoint.records, data.get(endpoint.records_in_docs))
    if endpoint.shared and data:
        shared = {key: data.get(key) for key in endpoint.shared}
        bare = records if isinstance(records, list) else [None]
        records = [{**shared, endpoint.records: record} for record in bare]
    search_id = data.get("search_id")
    return Page(
        records=records if isinstance(records, list) else [],
        cursor=as_cursor(data.get("cursor")),
        has_more=data.get("has_more") is True,
        search_id=str(search_id) if isinstance(search_id, (int, str)) and search_id else None,
        log_id=log_id,
        data=data,
    )


def _ids_in(body: bytes) -> list[str] | None:
    """Parse a file of ids with any separators; None if it holds anything else."""
    words = body.replace(b",", b" ").split()
    return [word.decode() for word in words] if all(map(bytes.isdigit, words)) else None


def as_cursor(value: Any) -> int | str | None:
    """Coerce a cursor to int (numeric strings too); None if it is not a cursor."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else value or None
    return value if isinstance(value, int) else None


def _decoded(body: bytes) -> dict[str, Any] | None:
    """Decode a JSON object; the fast decoder keeps every digit but stops at lone surrogates."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            return None
    return answer if isinstance(answer, dict) and not is_too_deep(answer) else None


def _error_in(answer: Mapping[str, Any] | None) -> dict[str, str | None]:
    """Parse an error of either shape: the research envelope's, or the token endpoint's flat one."""
    error = answer.get("error") if answer else None
    if answer and isinstance(error, str):
        error = {
            "code": error,
            "message": answer.get("error_description"),
            "log_id": answer.get("log_id"),
        }
    if not isinstance(error, dict):
        return {}
    known = {key: error.get(key) for key in ("code", "message", "log_id")}
    known["message"] = known["message"] or error.get("msg")  # seen by a client of 2026
    return {key: value if value is None else str(value) for key, value in known.items()}


def _without_secret(error: Mapping[str, str | None], form: Secret) -> dict[str, str | None]:
    """Redact the client secret in what the server says, which may repeat the request."""
    secrets = dict.fromkeys(parse_qs(form).get("client_secret", ()), "***")
    return {key: value and redact_text(value, secrets) for key, value in error.items()}


def _failure(
    rule: _Rule,
    status: int,
    headers: Mapping[str, str],
    error: Mapping[str, str | None],
    *,
    pool: str,
    readable: bool,
) -> Failure:
    kind, again = rule
    said = ": ".join(part for part in (error.get("code"), error.get("message")) if part)
    if not said:
        said = "without saying why" if readable else "with a body that is not JSON"
        said = f"HTTP {status} {said}"
    else:
        said = f"{said} (HTTP {status})"
    failed = kind(f"{_LEAD[kind]}: {printable(said)}.", status=status, **error)
    code = error.get("code") or ""
    advice = _ADVICE_OF_POOL.get((pool, code)) or _ADVICE.get(code) or _ADVICE.get(kind.__name__)
    if advice:
        failed.explain(advice)
    return Failure(failed, again, retry_after(headers))


_LEAD: dict[type[TraktokError], str] = {
    AuthError: "TikTok does not accept the credentials",
    InvalidRequest: "TikTok refused the request",
    RateLimited: "TikTok asks for fewer requests in a short time",
    QuotaExceeded: "The day's requests are used up",
    ServerError: "TikTok failed to answer",
    ApiError: "TikTok answered with an error",
}
_ADVICE = {
    "scope_not_authorized": "The client has no access to this part of the Research API yet.",
    "access_token_invalid": Message("Run ", Authenticate(), " for a new token."),
    "invalid_client": Message(
        "Check the client key and secret, and run ", Authenticate(), " again."
    ),
    "QuotaExceeded": "TikTok starts a new day at 00:00 UTC.",
}
# Refused to some clients while all else works (tiktok-research-api-wrapper#3, April 2026).
_ADVICE_OF_POOL = {
    (FOLLOW_POOL, "scope_not_authorized"): (
        "TikTok refuses lists of followers and of accounts followed to some clients, also where "
        "everything else works: your credentials are fine, and a new token does not help. Ask "
        "TikTok's support, which wants the log id (error.log_id)."
    ),
}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Parse how many seconds a response asks to wait; None if it does not."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", value):
        return float(value)
    until = _moment(value)
    return None if until is None else max(0.0, until - _clock.now())


def server_time(headers: Mapping[str, str]) -> float | None:
    """Parse when a response was sent, by the server's clock; None if it does not say."""
    return _moment(headers.get("Date", ""))


def _moment(value: str) -> float | None:
    """Parse a date of HTTP as seconds since 1970; None if it is not one."""
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
