"""A study in words: a line for the prompt, and what a methods section is written from."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from traktok import _cards, _clock
from traktok._text import counted
from traktok._version import __version__
from traktok.collect import _request_log, _schema, _tasks, _young
from traktok.collect._kinds import KINDS, VIDEOS
from traktok.collect._records import Reader
from traktok.collect._store import Store
from traktok.query import Query


def short(store: Store) -> str:
    """Describe the state of a study in two lines, and how to go on."""
    ending = "complete" if _tasks.complete(store) else ".resume() goes on"
    return f"<Collection {store.place}: {_span(store)}\n {_standing(store)}, {ending}>"


def html(store: Store, left_today: int) -> str:
    """Render the state of a study as a card for a notebook."""
    states = _tasks.states(store, VIDEOS)
    done, total = states["done"] + states["halved"], sum(states.values())
    rows = [
        ("days (UTC)", _span(store)),
        ("so far", _standing(store)),
        ("requests left today", f"{left_today:,}"),
        ("next", "complete" if _tasks.complete(store) else "call .resume() to go on"),
    ]
    return _cards.card(f"Collection {store.place}", rows, done / total if total else None)


def line(store: Store) -> str:
    """Describe the state of a study in one line."""
    return f"{_span(store)}; {_standing(store)}"


def _span(store: Store) -> str:
    job = store.job(VIDEOS.name) or {}
    return f"{job.get('since')} to {job.get('to')}"


def _standing(store: Store) -> str:
    states = _tasks.states(store, VIDEOS)
    done = states["done"] + states["halved"]
    asked = [kind for kind in KINDS.values() if store.job(kind.name) is not None]
    parts = [f"{done} of {counted(sum(states.values()), 'windows')} done"]
    parts += [counted(Reader(store, kind, None).count(), kind.name) for kind in asked]
    parts.append(counted(_request_log.total(store), "requests"))
    if young := states["young"]:
        parts.append(f"{young} young")
    if aside := sum(_tasks.states(store, kind)["set aside"] for kind in asked):
        parts.append(f"{aside} set aside")
    return ", ".join(parts)


def text(store: Store) -> str:
    """Describe how a study was collected, for a methods section."""
    return "\n".join(_lines(store))


def _lines(store: Store) -> Iterator[str]:
    job = store.job(VIDEOS.name) or {}
    yield f"Study in {store.place}, collected from TikTok's Research API with traktok {__version__}"
    yield f"Days (UTC): {job['since']} to {job['to']}, in windows of {job['window_days']} days"
    yield f"Fields: {', '.join(asked_fields(job.get('fields'), VIDEOS.endpoint.fields))}"
    yield "Query:"
    with warnings.catch_warnings(action="ignore"):  # the warning came when the query was made
        tree = Query.from_dict(job["query"])
    yield from (f"  {line}" for line in repr(tree).splitlines()[1:])
    yield f"  {tree.to_json()}"
    for kind in KINDS.values():
        if (settings := store.job(kind.name)) is not None:
            states = _tasks.states(store, kind)
            each = ", ".join(f"{number:,} {state}" for state, number in states.items() if number)
            yield (
                f"{kind.name.capitalize()}: {Reader(store, kind, None).count():,}, "
                f"from {sum(states.values()):,} {kind.unit} ({each or 'none'})"
            )
            if kind is not VIDEOS:
                asked = asked_fields(settings.get("fields"), kind.endpoint.fields)
                yield f"  fields: {', '.join(asked)}"
    yield from _searched(store)
    yield from _requests(store)
    yield from _runs(store)
    yield from _removals(store)


def asked_fields(asked: list[str] | None, usual: tuple[str, ...]) -> Sequence[str]:
    """Return the fields that were asked for by name, or those that an endpoint asks for."""
    return usual if asked is None else asked


def _searched(store: Store) -> Iterator[str]:
    """Describe how old each window was when it was searched, for TikTok shows new videos late."""
    heading = "Searched, in days after a window's last:"
    for window, state, day in _young.searched(store):
        if heading:
            yield heading
            heading = ""
        early = ", too early to be whole" if state == _young.YOUNG else ""
        yield f"  {window.first} to {window.last}: {(day - window.last).days}{early}"


def _requests(store: Store) -> Iterator[str]:
    table = _schema.requests
    times = select(func.min(table.c.sent_at), func.max(table.c.sent_at), func.count())
    by_status = select(table.c.status, func.count()).group_by(table.c.status)
    with store.read() as connection:
        first, last, number = connection.execute(times).one()
        statuses = connection.execute(by_status.order_by(table.c.status)).all()
    yield f"Requests: {number:,}, the first {_clock.text(first)}, the last {_clock.text(last)}"
    for status, count in statuses:
        yield f"  {'without an answer' if status is None else f'HTTP {status}'}: {count:,}"
    for day, pool, used in _request_log.used_by_day(store):
        yield f"  {day}, {pool} quota: {used:,}"


def _runs(store: Store) -> Iterator[str]:
    table = _schema.runs
    with store.read() as connection:
        runs = connection.execute(select(table).order_by(table.c.started_at)).all()
    yield f"Runs: {len(runs)}"
    before = None
    for run in runs:
        if run.versions != before:
            versions = json.loads(before := run.versions).items()
            yield f"  with {', '.join(f'{name} {of}' for name, of in versions)}"
        span, ending = _clock.text(run.started_at), run.ending
        if ending is None:
            ending = "broken off" if _tasks.is_dead(run.id) else "not ended yet"
        else:
            span += f" to {_clock.text(run.ended_at)}"
        yield f"  {run.kind}, {span}: {ending}"


def _removals(store: Store) -> Iterator[str]:
    table = _schema.removals
    with store.read() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).all()
    for row in found:
        yield (
            f"Refreshed {_clock.text(row.at)}: {row.gone:,} of {row.asked:,} {row.kind} no longer "
            f"public, {row.what}"
        )
