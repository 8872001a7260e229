"""Replace what is secret in an exchange by placeholders."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from vcr.request import Request  # type: ignore[import-untyped]

from traktok._http import endpoints
from traktok._secrets.redact import redact, redact_text
from traktok.hidden._web import to_tiktok

TOKEN = "access-token"
_FORM = {
    "client_key": "client-key",
    "client_secret": "client-secret",
    "grant_type": "client_credentials",
}
_HEADERS_KEPT = {
    "content-type": "Content-Type",
    "location": "Location",
    "retry-after": "Retry-After",
}
# Nothing shorter is a secret of TikTok's, and much that is shorter stands in answers by chance,
# such as the name of the site by which somebody logged in.
_SHORTEST_SECRET = 12
_TOKEN_IN_ANSWER = re.compile(rb'("(?:\w*_token|csrfToken|msToken)"\s*:\s*")(?:[^"\\]|\\.)*')


def redacted_request(request: Request, secrets: Mapping[str, str]) -> Request:
    """Return a request with placeholders, at TikTok's own address."""
    headers = _redacted_headers(request.headers, secrets)
    if "Authorization" in request.headers:
        headers["Authorization"] = f"Bearer {TOKEN}"
    uri = redact_text(tiktok_address(request.uri), secrets)
    body = urlencode(_FORM) if asks_for_token(request) else redact(request.body or b"", secrets)
    return Request(request.method, uri, body, headers)


def redacted_response(response: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return a response with placeholders, and with the headers that replays need."""
    body = _TOKEN_IN_ANSWER.sub(rb"\1" + TOKEN.encode(), response["body"]["string"])
    return {
        "status": response["status"],
        "headers": _redacted_headers(response["headers"], secrets),
        "body": {"string": redact(body, secrets)},
    }


def _redacted_headers(headers: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    return {
        _HEADERS_KEPT[name.lower()]: redact_text(value, secrets)
        if isinstance(value, str)
        else [redact_text(one, secrets) for one in value]
        for name, value in headers.items()
        if name.lower() in _HEADERS_KEPT
    }


def secrets_in(request: Request, response: Mapping[str, Any]) -> dict[str, str]:
    """Collect the secrets of an exchange, each with its placeholder, since others may repeat it."""
    tokens = _TOKEN_IN_ANSWER.finditer(response["body"]["string"])
    found = {_unquoted(token[0][len(token[1]) :]): TOKEN for token in tokens}
    found[request.headers.get("Authorization", "").removeprefix("Bearer ")] = TOKEN
    given = (text.split(";")[0] for text in header_values(response["headers"], "set-cookie"))
    for cookie in (*request.headers.get("Cookie", "").split("; "), *given):
        name, _, value = cookie.partition("=")
        found[value] = found[unquote(value)] = name
    if asks_for_token(request):
        sent = dict(parse_qsl((request.body or b"").decode()))
        found |= {value: _FORM[name] for name, value in sent.items() if name in _FORM}
    return {value: name for value, name in found.items() if len(value) >= _SHORTEST_SECRET}


def _unquoted(value: bytes) -> str:
    """Undo the escapes of a JSON string."""
    try:
        return str(json.loads(b'"%s"' % value))
    except ValueError:
        return value.decode(errors="replace")


def header_values(headers: Mapping[str, Any], name: str) -> list[str]:
    """List a header's values, whether they are a list or a single text."""
    found: list[str] = []
    for key, value in headers.items():
        if key.lower() == name:
            found += [value] if isinstance(value, str) else value
    return found


def tiktok_address(uri: str) -> str:
    """Return an address as TikTok's own, also if the environment sends requests elsewhere."""
    if web := to_tiktok(uri):
        return web
    address = urlsplit(uri)
    # TRAKTOK_BASE_URL may have a path of its own in front of TikTok's.
    path = re.sub("^.*?(?=/v2/)", "", address.path)
    return endpoints.BASE_URL + path + (address.query and f"?{address.query}")


def asks_for_token(request: Request) -> bool:
    """Return whether a request is for a token."""
    return bool(request.path.endswith(endpoints.TOKEN.path))
