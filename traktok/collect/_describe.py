"""A study in words: a line for the prompt, and what a methods section is written from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from traktok import _cards, _clock
from traktok._text import Signs, counted
from traktok._version import __version__
from traktok.collect import _figures, _queries, _request_log, _tasks
from traktok.collect._facts import Facts
from traktok.collect._kinds import KINDS, VIDEOS, Kind
from traktok.collect._owners import is_dead
from traktok.collect._records import Reader
from traktok.collect._schema import State
from traktok.collect._store import Store


def short(store: Store) -> str:
    """Describe the state of a study in two lines, and how to go on."""
    ending = "complete" if _tasks.complete(store) else ".resume() goes on"
    text = f"<Collection {store.place}: {_span(store)}\n {_standing(store)}, {ending}>"
    return Signs.of_stdout().fit(text)


def html(store: Store, left_today: int) -> str:
    """Render the state of a study as a card for a notebook."""
    states = _tasks.states(store, VIDEOS)
    done, total = states[State.DONE] + states[State.HALVED], sum(states.values())
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
    settings = store.settings()
    return f"{settings['since']} to {settings['to']}"


def _standing(store: Store) -> str:
    states = _tasks.states(store, VIDEOS)
    done = states[State.DONE] + states[State.HALVED]
    asked = store.kinds()
    parts = [f"{done} of {counted(sum(states.values()), 'windows')} done"]
    parts += [counted(Reader(store, kind, None).count(), kind.name) for kind in asked]
    parts.append(counted(_request_log.total(store), "requests"))
    if young := states[State.YOUNG]:
        parts.append(f"{young} young")
    if aside := sum(_tasks.states(store, kind)[State.SET_ASIDE] for kind in asked):
        parts.append(f"{aside} set aside")
    return ", ".join(parts)


def description(store: Store) -> Description:
    """Describe how a study was collected, for a methods section."""
    return Description(_facts(store))


# ------------------------------------------------------------------------------------ the facts


def _facts(store: Store) -> dict[str, Any]:
    """Return all that is known of how a study was collected, as JSON can hold it."""
    job = store.settings()
    return {
        "store": store.place,
        "traktok": __version__,
        "since": job["since"],
        "to": job["to"],
        "window_days": job["window_days"],
        **_queries_of(store, job),
        "records": {kind.name: _records(store, kind) for kind in store.kinds()},
        "searches": list(_searches(store)),
        "requests": _requests(store),
        "runs": list(_runs(store)),
        "removals": list(_removals(store)),
        "again": _recipe(store, job),
    }


def _recipe(store: Store, job: dict[str, Any]) -> dict[str, Any]:
    """Return what it takes to collect the same again."""
    jobs = {name: settings for name, settings in store.jobs().items() if name != VIDEOS.name}
    return {
        "queries": _queries.recipes(job),
        "since": job["since"],
        "to": job["to"],
        "follows": job.get("follows"),
        "fields": job["fields"],
        "window_days": job["window_days"],
        "jobs": jobs,
    }


def _queries_of(store: Store, job: dict[str, Any]) -> dict[str, Any]:
    """Return the one query, or the named ones and how much came of each."""
    queries, lists = _queries.by_name(job), _queries.lists_in(job)
    lists_of = {name: {"watch_list": True} for name in lists}
    if "" in queries:
        return {"query": queries[""], **lists_of.get("", {})}
    videos = Reader(store, VIDEOS, None)
    return {
        "queries": {
            name: {
                "query": conditions,
                **lists_of.get(name, {}),
                "videos": videos.found_by(name).count(),
                "states": _above_zero(_tasks.states(store, VIDEOS, name)),
            }
            for name, conditions in queries.items()
        }
    }


def _records(store: Store, kind: Kind) -> dict[str, Any]:
    return {
        "count": Reader(store, kind, None).count(),
        "fields": list(store.fields(kind) or kind.endpoint.fields),
        "states": _above_zero(_tasks.states(store, kind)),
    }


def _above_zero(states: dict[str, int]) -> dict[str, int]:
    return {state: number for state, number in states.items() if number}


def _searches(store: Store) -> Iterator[dict[str, Any]]:
    """Yield how old each window was when it was searched, for TikTok shows new videos late."""
    for each in _figures.windows(store, halved=True):
        if each.searched_on is not None:
            yield {
                **({"query": each.query} if each.query else {}),
                "first_day": str(each.window.first),
                "last_day": str(each.window.last),
                "searched_on": str(each.searched_on),
                "days_after": each.days_after,
                "too_early": each.state == State.YOUNG,
            }


def _requests(store: Store) -> dict[str, Any]:
    first, last = _figures.first_and_last_request(store)
    by_status: Counter[int | None] = Counter()
    for _, status, number in _figures.requests_by_day(store):
        by_status[status] += number
    return {
        "count": by_status.total(),
        "first": _iso(first),
        "last": _iso(last),
        "by_status": [
            {"status": status, "count": by_status[status]}
            for status in sorted(by_status, key=lambda status: (status is not None, status))
        ],
        "by_day": [
            {"day": day, "quota": pool, "count": used}
            for day, pool, used in _request_log.used_by_day(store)
        ],
    }


def _runs(store: Store) -> Iterator[dict[str, Any]]:
    for run in _figures.runs(store):
        ending = run.ending
        if ending is None:
            ending = "broken off" if is_dead(run.id) else "not ended yet"
        yield {
            "kind": run.kind,
            "started": _iso(run.started_at),
            "ended": _iso(run.ended_at),
            "ending": ending,
            "versions": json.loads(run.versions),
        }


def _removals(store: Store) -> Iterator[dict[str, Any]]:
    for row in _figures.removals(store):
        facts = {name: getattr(row, name) for name in ("kind", "asked", "gone", "what")}
        yield {"at": _iso(row.at), **facts}


def _iso(moment: float | None) -> str | None:
    return None if moment is None else f"{_clock.utc(moment):%Y-%m-%dT%H:%M:%SZ}"


# ------------------------------------------------------------------------------------- the text


class Description(Facts):
    """How a study was collected: a text for people, and the facts that the text is written from."""

    @staticmethod
    def _lines(facts: dict[str, Any]) -> Iterator[str]:
        yield (
            f"Study in {facts['store']}, collected from TikTok's Research API with traktok "
            f"{facts['traktok']}"
        )
        days = f"{facts['since']} to {facts['to']}"
        yield f"Days (UTC): {days}, in windows of {facts['window_days']} days"
        if (lag := facts["again"]["follows"]) is not None:
            behind = f", {counted(lag, 'days')} behind" if lag else ""
            yield f"Follows the calendar{behind}: each resume goes on to the day it is"
        yield f"Fields: {', '.join(facts['records'][VIDEOS.name]['fields'])}"
        if "query" in facts:
            yield f"Query{_of_a_list(facts)}:"
            yield from _query_lines(facts["query"])
        for name, of_query in facts.get("queries", {}).items():
            yield f"Query {name}{_of_a_list(of_query)}:"
            yield from _query_lines(of_query["query"])
            windows = _in_states("windows", of_query["states"])
            yield f"  {of_query['videos']:,} videos, from {windows}"
        for name, records in facts["records"].items():
            tasks = _in_states(KINDS[name].study.unit, records["states"])
            yield f"{name.capitalize()}: {records['count']:,}, from {tasks}"
            if name != VIDEOS.name:
                yield f"  fields: {', '.join(records['fields'])}"
        if facts["searches"]:
            yield "Searched, in days after a window's last:"
        for search in facts["searches"]:
            early = ", too early to be whole" if search["too_early"] else ""
            of_query = f"{search['query']}, " if "query" in search else ""
            days = f"{search['first_day']} to {search['last_day']}"
            yield f"  {of_query}{days}: {search['days_after']}{early}"
        yield from _request_lines(facts["requests"])
        yield from _run_lines(facts["runs"])
        for removal in facts["removals"]:
            yield (
                f"Refreshed {_in_words(removal['at'])}: {removal['gone']:,} of "
                f"{removal['asked']:,} {removal['kind']} no longer public, {removal['what']}"
            )


def _of_a_list(facts: dict[str, Any]) -> str:
    return ", of a watch list, which may grow" if "watch_list" in facts else ""


def _query_lines(conditions: dict[str, Any]) -> Iterator[str]:
    query = _queries.parsed(conditions)
    yield from (f"  {line}" for line in (*_queries.tree_lines(query), query.to_json()))


def _in_states(unit: str, states: dict[str, int]) -> str:
    each = ", ".join(f"{number:,} {state}" for state, number in states.items())
    return f"{sum(states.values()):,} {unit} ({each or 'none'})"


def _request_lines(facts: dict[str, Any]) -> Iterator[str]:
    first, last = _in_words(facts["first"]), _in_words(facts["last"])
    yield f"Requests: {facts['count']:,}, the first {first}, the last {last}"
    for each in facts["by_status"]:
        status = "without an answer" if each["status"] is None else f"HTTP {each['status']}"
        yield f"  {status}: {each['count']:,}"
    for each in facts["by_day"]:
        yield f"  {each['day']}, {each['quota']} quota: {each['count']:,}"


def _run_lines(runs: list[dict[str, Any]]) -> Iterator[str]:
    yield f"Runs: {len(runs)}"
    before = None
    for run in runs:
        if run["versions"] != before:
            before = run["versions"]
            yield f"  with {', '.join(f'{name} {version}' for name, version in before.items())}"
        span = _in_words(run["started"])
        if run["ended"] is not None:
            span += f" to {_in_words(run['ended'])}"
        yield f"  {run['kind']}, {span}: {run['ending']}"


def _in_words(moment: str | None) -> str:
    return "never" if moment is None else _clock.text(datetime.fromisoformat(moment).timestamp())
