"""The sandbox's own paths, for clients in another process; nothing of TikTok's is here.

GET  /sandbox/requests   what was asked so far
GET  /sandbox/faults     the faults there are
POST /sandbox/faults     {"name": "http_500", "page": 6, "times": "inf", ...}
POST /sandbox/clock      {"now": "2024-01-31T12:00:00"} or {"advance": 3600} (seconds)
POST /sandbox/quota      {"main": 999, "main_limit": 1000, "follow": 0, "follow_limit": 20000}
POST /sandbox/token      {"expires_in": 7200}
POST /sandbox/reset
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from .faults import FAULTS
from .service import TOKEN_LIFE, Service
from .wire import Reply, encoded

PREFIX = "/sandbox/"
Body = dict[str, Any]


def respond(service: Service, method: str, path: str, raw: bytes) -> Reply:
    action = ACTIONS.get((method, path.removeprefix(PREFIX).strip("/")))
    if action is None:
        return Reply(404, encoded({"error": f"{method} {path} is unknown", "paths": __doc__}))
    try:
        return Reply(200, encoded(action(service, json.loads(raw or b"{}"))))
    except (TypeError, ValueError, KeyError) as wrong:
        return Reply(400, encoded({"error": str(wrong)}))


def _requests(service: Service, _: Body) -> Any:
    return [asdict(request) for request in list(service.requests)]


def _faults(_: Service, __: Body) -> Any:
    return {name: {"about": f.about, "options": dict(f.options)} for name, f in FAULTS.items()}


def _order(service: Service, body: Body) -> Any:
    service.order(**body)
    return {"ordered": body}


def _clock(service: Service, body: Body) -> Any:
    if "now" in body:
        service.clock.set(datetime.fromisoformat(body["now"]))
    service.clock.advance(seconds=float(body.get("advance", 0)))
    return {"now": service.clock.now.isoformat()}


def _quota(service: Service, body: Body) -> Any:
    names = ("main", "follow", "main_limit", "follow_limit")
    if unknown := set(body) - set(names):
        raise ValueError(f"the quota has no {', '.join(sorted(unknown))}")
    for name, number in body.items():
        setattr(service.quota, name, int(number))
    return {name: getattr(service.quota, name) for name in names}


def _token(service: Service, body: Body) -> Any:
    life = float(body.get("expires_in", TOKEN_LIFE))
    return {"access_token": service.tokens.issue(service.clock.now, life), "expires_in": life}


def _reset(service: Service, _: Body) -> Any:
    service.reset()
    return {}


ACTIONS: Mapping[tuple[str, str], Callable[[Service, Body], Any]] = {
    ("GET", "requests"): _requests,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _order,
    ("POST", "clock"): _clock,
    ("POST", "quota"): _quota,
    ("POST", "token"): _token,
    ("POST", "reset"): _reset,
}
