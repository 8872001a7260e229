"""The control actions of the Research API; `traktok.sandbox.control` has the paths."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from traktok.sandbox.control import Actions, Body, shared_actions

from .faults import FAULTS
from .service import TOKEN_LIFE, Service


def actions(service: Service) -> Actions:
    """Return the control actions of a Research API, by method and path."""

    def order(body: Body) -> Any:
        service.order(**body)
        return {"ordered": body}

    def clock(body: Body) -> Any:
        if "now" in body:
            service.clock.set(datetime.fromisoformat(body["now"]))
        service.clock.advance(seconds=float(body.get("advance", 0)))
        return {"now": service.clock.now.isoformat()}

    def quota(body: Body) -> Any:
        names = ("main", "follow", "main_limit", "follow_limit")
        if unknown := set(body) - set(names):
            raise ValueError(f"quota has {', '.join(names)}, not {', '.join(sorted(unknown))}")
        for name, number in body.items():
            setattr(service.quota, name, int(number))
        return {name: getattr(service.quota, name) for name in names}

    def token(body: Body) -> Any:
        life = float(body.get("expires_in", TOKEN_LIFE))
        return {"access_token": service.tokens.issue(service.clock.now, life), "expires_in": life}

    return {
        "GET requests": lambda _: [asdict(request) for request in list(service.requests)],
        "GET faults": lambda _: {
            name: {"about": fault.about, "options": dict(fault.options)}
            for name, fault in FAULTS.items()
        },
        "POST faults": order,
        "POST clock": clock,
        "POST quota": quota,
        "POST token": token,
        "POST gone": lambda body: _add_ids(service.gone, body),
        "POST poison": lambda body: _add_ids(service.poison, body),
        **shared_actions(service.switches, service.reset),
    }


def _add_ids(ids: set[int | str], body: Body) -> Any:
    ids.update(int(id) if str(id).isdecimal() else str(id) for id in body["ids"])
    return {"ids": sorted(map(str, ids))}
