"""The sandbox's own paths, with which another process can do what Python does with methods.

TikTok has no paths below ``/sandbox/``. GET lists something, POST takes a JSON object.

Research API::

    GET  /sandbox/requests    the requests so far
    GET  /sandbox/faults      the faults there are
    POST /sandbox/faults      {"name": "http_500", "page": 6, "times": "inf", ...}
    POST /sandbox/clock       {"now": "2024-01-31T12:00:00"} or {"advance": 3600} (seconds)
    POST /sandbox/quota       {"main": 999, "main_limit": 1000, "follow": 0, "follow_limit": 20000}
    POST /sandbox/token       {"expires_in": 7200}
    POST /sandbox/gone        {"ids": [7195762648716152107, "jbgruber"]}: deleted from now on
    POST /sandbox/poison      {"ids": ["someone"]}: every list that holds one of these fails

Web pages::

    GET  /sandbox/pages       the addresses requested so far
    GET  /sandbox/conditions  what can be wrong with a post
    POST /sandbox/conditions  {"id": "7200000000000000003", "name": "deleted", "times": 2}
    POST /sandbox/scroll      {"name": "retry_later"}: how searches and profiles end, or null
    POST /sandbox/profiles    {"name": "captcha"}: a condition of all accounts' pages, or null
    POST /sandbox/captcha     {"after": 60, "person": 300}: a captcha after 60 posts, which a person
                              solves in 300 ms (null: nobody does, nobody logs in)

Both::

    GET  /sandbox/switches    the switches, with their values and sources
    POST /sandbox/switches    {"error_text": "msg", ...}
    POST /sandbox/reset       {}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from .replies import Reply, encoded
from .switches import SWITCHES, Switches

PREFIX = "/sandbox/"
Body = dict[str, Any]
Actions = Mapping[str, Callable[[Body], Any]]


def respond(actions: Actions, method: str, path: str, raw: bytes) -> Reply:
    """Run the action of a control path, and return its answer."""
    action = actions.get(f"{method} {path.removeprefix(PREFIX).strip('/')}")
    if action is None:
        return Reply(404, encoded({"error": f"{method} {path} is unknown", "paths": __doc__}))
    try:
        return Reply(200, encoded(action(json.loads(raw or b"{}"))))
    except (TypeError, ValueError, KeyError) as wrong:
        return Reply(400, encoded({"error": str(wrong)}))


def shared_actions(switches: Switches, reset: Callable[[], None]) -> Actions:
    """Return the actions that concern both the Research API and the web pages."""

    def listed(_: Body) -> Any:
        return {name: {**asdict(row), "value": switches[name]} for name, row in SWITCHES.items()}

    def flip(body: Body) -> Any:
        switches.update(body)
        return {name: switches[name] for name in switches}

    def set_back(_: Body) -> Any:
        reset()
        return {}

    return {"GET switches": listed, "POST switches": flip, "POST reset": set_back}
