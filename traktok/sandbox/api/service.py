"""The service without its connection: it answers requests and remembers them."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from random import Random
from threading import RLock
from typing import Any

from traktok.sandbox.replies import Reply
from traktok.sandbox.switches import Switches

from .asked import Asked
from .clock import Clock, Quota
from .endpoints import ENDPOINTS, REPOSTED, Endpoint
from .faults import EXPIRED, FAULTS, QUOTA, Case, Schedule
from .issued import Checks, SearchIds, Tokens
from .wire import RESEARCH, TOKEN, Answer, RefusedError, Request
from .world import World

# The token files that R wrote for the tests hold this pair (tests/r_files).
CLIENT_KEY = "awemulatedclient0"
CLIENT_SECRET = "a-secret-only-the-emulator-accepts"
TOKEN_LIFE = 7_200  # seconds


class Service:
    """Answer requests as TikTok does, from one world.

    Attributes
    ----------
    world, clock, quota, switches
        What exists, the time, the day's quota, and how contested facts are decided.
    gone
        Ids of videos and comments, and names of users, that were deleted since the world was made.
    poison
        Names and ids that make every request that lists them fail (one client, April 2026).
    requests
        All requests so far.
    """

    def __init__(self, world: World, clock: Clock, switches: Switches | None = None) -> None:
        self.world = world
        self.clock = clock
        self.switches = switches or Switches()
        self.quota = Quota(clock)
        self.tokens = Tokens(world.seed)
        self.search_ids = SearchIds(clock, self.switches)
        self.checks = Checks()
        self.gone: set[int | str] = set()
        self.poison: set[int | str] = set()
        self.faults = Schedule()
        self.requests: list[Request] = []
        self._random = Random(world.seed)
        self._crawls: dict[str, list[int]] = {}
        self._lock = RLock()

    def reset(self) -> None:
        """Forget everything that was requested and arranged."""
        with self._lock:
            self.clock.reset()
            self.quota.reset()
            self.switches.reset()
            for memory in (self.tokens, self.search_ids, self.checks, self.faults):
                memory.clear()
            for memory_set in (self.gone, self.poison):
                memory_set.clear()
            self.requests.clear()
            self._crawls.clear()
            self._random.seed(self.world.seed)

    def order(self, name: str, **when: Any) -> None:
        """Schedule a fault."""
        with self._lock:
            self.faults.add(name, **when)

    def answer(self, request: Request) -> Reply:
        """Return the answer to a request: the regular one, or that of a fault that is due."""
        with self._lock:
            log = self._log_id()
            endpoint = self._endpoint(request)
            page = self._page(endpoint, request) if endpoint else None
            order = self.faults.strike(request, page)
            if order is None:
                reply = self._healthy(request, endpoint, log)
            else:
                case = Case(
                    request=request,
                    log=log,
                    answer=lambda: self._answer(request, endpoint, log),
                    error=lambda code, message: self._envelope({}, code, message, log),
                    before=lambda: self._answer(self._before(request), endpoint, log),
                    rows=self._key(endpoint) if endpoint else "",
                )
                reply = FAULTS[order.name].reply(case, order.options)
            if endpoint and (reply.seen != 400 or self.switches["refusals_count"]):
                self.quota.charge(endpoint.pool, reply.seen)
            self.requests.append(replace(request, status=reply.seen))
            return reply

    # ---------------------------------------------------------- answers

    def _key(self, endpoint: Endpoint) -> str:
        return str(self.switches["reposted_key"]) if endpoint is REPOSTED else endpoint.key

    @staticmethod
    def _endpoint(request: Request) -> Endpoint | None:
        known = request.method == "POST" and request.path.startswith(RESEARCH)
        return ENDPOINTS.get(request.endpoint) if known else None

    def _healthy(self, request: Request, endpoint: Endpoint | None, log: str) -> Reply:
        if endpoint is None and (request.method, request.path) != ("POST", TOKEN):
            return Reply(404, b"Unsupported path", "text/plain; charset=utf-8")
        return self._answer(request, endpoint, log).reply()

    def _answer(self, request: Request, endpoint: Endpoint | None, log: str) -> Answer:
        if endpoint is None:
            return self._token(request, log)
        try:
            data = self._data(request, endpoint)
        except RefusedError as no:
            return Answer(no.status, self._envelope({}, no.code, no.message, log))
        text = data["text"] if endpoint.plain else None
        return Answer(200, self._envelope(data, "ok", endpoint.message, log), text)

    def _envelope(self, data: dict[str, Any], code: str, message: str, log: str) -> dict[str, Any]:
        """Return an answer of the API, its error object spelled as the switches say."""
        keys = {"both": ("message", "msg")}.get(error_text := str(self.switches["error_text"]))
        error = {"code": code, **dict.fromkeys(keys or (error_text,), message), "log_id": log}
        rows = next((value for value in data.values() if isinstance(value, list)), None)
        found_nothing = rows == [] and not data.get("has_more")
        if self.switches["ok_without_data"] and code == "ok" and found_nothing:
            return {"error": error}
        return {"data": data, "error": error}

    def _data(self, request: Request, endpoint: Endpoint) -> dict[str, Any]:
        now = self.clock.now
        if not self.tokens.good(request.token, now):
            raise RefusedError(EXPIRED, 401, "access_token_invalid")
        if self.quota.exhausted(endpoint.pool):
            raise RefusedError(QUOTA, 429, "daily_quota_limit_exceeded")
        if request.problem:
            raise RefusedError(request.problem)
        asked = Asked(
            request,
            self.world,
            now,
            self._random,
            self.search_ids,
            self.checks,
            frozenset(self.gone),
            frozenset(self.poison),
            self.switches,
        )
        endpoint.check_fields(asked)
        data = endpoint.answer(endpoint, asked)
        return {
            self._key(endpoint) if name == endpoint.key else name: v for name, v in data.items()
        }

    def _token(self, request: Request, log: str) -> Answer:
        """Answer a request for a token; its errors are flat, without the envelope of the others."""
        for wrong, status, category, text in _TOKEN_ERRORS:
            if wrong(request.body):
                error = {"error": category, "error_description": text, "log_id": log}
                return Answer(self.switches.number("token_error_status") or status, error)
        token = self.tokens.issue(self.clock.now, TOKEN_LIFE)
        good = {"access_token": token, "expires_in": TOKEN_LIFE, "token_type": "Bearer"}
        return Answer(200, good)

    def _log_id(self) -> str:
        """Return a log id: the time to the second (UTC), then twenty hexadecimal digits."""
        digest = sha256(f"{self.world.seed}/{len(self.requests)}".encode()).hexdigest()
        return f"{self.clock.now:%Y%m%d%H%M%S}{digest[:20].upper()}"

    # ---------------------------------------------------------- pages of a list

    def _page(self, endpoint: Endpoint, request: Request) -> int:
        """Return the number of the page that a request asks for.

        A cursor that counts items says it (500 is page 6 of pages of 100); otherwise the number of
        different cursors that this list was requested with does.
        """
        try:
            cursor, count = endpoint.cursor(request.body), endpoint.count(request.body)
        except RefusedError:
            return 1
        sent = self._crawls.setdefault(_crawl(request), [])
        if cursor not in sent:
            sent.append(cursor)
        if endpoint.counts_places and count > 0:
            return cursor // count + 1
        return sent.index(cursor) + 1

    def _before(self, request: Request) -> Request:
        """Return the request for the previous page as it was sent; the first page is its own."""
        sent = self._crawls.get(_crawl(request), [0])
        here = sent.index(int(request.body.get("cursor") or 0))
        return replace(request, body={**request.body, "cursor": sent[max(here - 1, 0)]})


def _crawl(request: Request) -> str:
    same = {k: v for k, v in request.body.items() if k not in {"cursor", "search_id"}}
    return request.path + json.dumps(same, sort_keys=True, default=str)


def _differs(name: str, value: str) -> Any:
    return lambda body: body.get(name) != value


def _misses(name: str) -> Any:
    return lambda body: not body.get(name)


_TOKEN_ERRORS = (
    (_misses("client_key"), 400, "invalid_request", "Client key is missed in request."),
    (_misses("client_secret"), 400, "invalid_request", "Client secret is missed in request."),
    (_misses("grant_type"), 400, "invalid_request", "Grant type is missed in request."),
    (
        _differs("grant_type", "client_credentials"),
        400,
        "unsupported_grant_type",
        "Grant type is not supported.",
    ),
    (_differs("client_key", CLIENT_KEY), 401, "invalid_client", "Client key is incorrect."),
    (
        _differs("client_secret", CLIENT_SECRET),
        401,
        "invalid_client",
        "Client key or secret is incorrect.",
    ),
)
