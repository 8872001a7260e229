"""A study on one page that stands alone: figures and words, as HTML with inline SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from traktok import _clock
from traktok._text import counted
from traktok._version import __version__
from traktok.collect import _figures, _queries, _request_log, _tasks
from traktok.collect._html import (
    HEIGHT,
    Cells,
    axis,
    css_class,
    escaped,
    ranking,
    section,
    svg,
    table,
)
from traktok.collect._kinds import VIDEOS
from traktok.collect._parts import in_parts
from traktok.collect._records import Reader
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._style import STYLE

_TOP = 20
# A bar stands for a day in spans of up to so many days, in longer ones for a week or four weeks.
_BARS = 400
_STEPS = (1, 7, 28)
# The height of a window's mark, which shows its state without colours too, and its meaning.
_MARKS = {
    State.DONE: (100, "done"),
    State.YOUNG: (85, "young, searched before TikTok showed all of its videos"),
    State.OPEN: (30, "still open"),
    State.SET_ASIDE: (60, "set aside after repeated failures"),
}
# The page loads nothing and runs no script, whatever the texts of the study contain.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(store: Store) -> str:
    """Return the report of a study."""
    report = _Report(store)
    title = escaped(f"TikTok videos, {report.job['since']} to {report.job['to']}")
    body = "\n".join(filter(None, report.sections()))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


class _Report:
    """The sections of one study's report, and the figures that they share."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.windows = _figures.windows(store)
        self.states = Counter(each.state for each in self.windows)
        self.job = store.settings()  # read after the windows: it has the query of each
        self.names = _queries.names(self.job)
        self.first, self.last = (date.fromisoformat(self.job[day]) for day in ("since", "to"))
        self.videos = Reader(store, VIDEOS, None).count()
        self.authors = _figures.authors(store)
        self.shown = _figures.shown(store)
        self.requests = _figures.requests_by_day(store)
        self.removals = _figures.removals(store)

    def sections(self) -> Iterator[str]:
        """Build the sections, the most important ones first."""
        yield self._summary()
        yield section("Methods", f"<p>{escaped(' '.join(self._sentences()))}</p>")
        yield self._question()
        yield self._coverage()
        yield self._days()
        yield self._hidden()
        regions = _figures.regions(self.store, _TOP)
        yield ranking("Regions", "Region", "videos", regions, self.videos)
        yield self._lengths()
        top = _figures.hashtags(self.store, _TOP)
        yield ranking("Most frequent hashtags", "Hashtag", "videos", top, self.videos)
        yield self._missing()
        yield self._requests()
        yield self._removals()
        yield self._versions()
        yield self._all_windows()

    # ------------------------------------------------------------------------------ in words

    def _summary(self) -> str:
        facts = [
            (f"{self.videos:,}", "videos"),
            (f"{self.authors:,}", "authors"),
            (f"{self.states[State.DONE]:,} of {len(self.windows):,}", "windows done"),
            (f"{_request_log.total(self.store):,}", "requests"),
        ]
        for kind in self.store.kinds():
            if kind is not VIDEOS:
                number = Reader(self.store, kind, None).count()
                facts.insert(-1, (f"{number:,}", kind.name))
        items = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for value, label in facts)
        return f'<dl class="facts">{items}</dl>'

    def _sentences(self) -> Iterator[str]:
        first, last = _figures.first_and_last_request(self.store)
        when = f" between {_clock.text(first)} and {_clock.text(last)}" if first else ""
        yield (
            f"Videos posted from {self.job['since']} to {self.job['to']} (UTC) were searched with "
            f"TikTok's Research API{when}, with traktok for Python {__version__}, in windows of "
            f"{counted(self.job['window_days'], 'days')}."
        )
        if self.names:
            yield (
                f"{len(self.names)} queries were searched ({', '.join(self.names)}), and a video "
                "that several of them found counts once."
            )
        yield (
            f"{self.states[State.DONE]:,} of {counted(len(self.windows), 'windows')} were "
            f"completed, and {counted(self.videos, 'videos')} by "
            f"{counted(self.authors, 'accounts')} were collected."
        )
        yield from self._lateness()
        if (share := self.shown.share_hidden) is not None:
            yield (
                f"TikTok counted {counted(self.shown.counted, 'matches')} and did not show "
                f"{share:.1%} of them."
            )
        if aside := self.states[State.SET_ASIDE]:
            yield f"Set aside after repeated failures: {counted(aside, 'windows')}."
        sent = sum(number for _, _, number in self.requests)
        failed = sum(number for _, status, number in self.requests if status != 200)
        yield f"This took {counted(sent, 'requests')}, of which {failed:,} failed."
        found = [row for row in self.removals if row.kind == VIDEOS.name]
        if found:
            gone = sum(row.gone for row in found)
            yield (
                f"Checks, the last on {_clock.text(found[-1].at)}, found "
                f"{counted(gone, 'videos')} no longer public ({found[-1].what})."
            )

    def _lateness(self) -> Iterator[str]:
        """Describe how long after their last day windows were searched: TikTok shows some late."""
        after = sorted(each.days_after for each in self.windows if each.days_after is not None)
        if after:
            days = f"{after[0]:,} to {counted(after[-1], 'days')}"
            if after[0] == after[-1]:
                days = counted(after[0], "days")
            young = self.states[State.YOUNG]
            early = f", {young:,} of them before TikTok showed all of their videos" if young else ""
            yield f"The windows were searched {days} after their last day{early}."
        if self.job.get("follows") is not None:
            yield "The study follows the calendar: days that pass are added to it."

    def _question(self) -> str:
        fields = ", ".join(self.store.fields(VIDEOS) or VIDEOS.endpoint.fields)
        return section(
            "What was asked",
            f"{''.join(self._query_texts())}<p>Fields: {escaped(fields)}</p>",
        )

    def _query_texts(self) -> Iterator[str]:
        for name, conditions in _queries.by_name(self.job).items():
            query = _queries.parsed(conditions)
            tree = "\n".join(_queries.tree_lines(query))
            if name:
                found = Reader(self.store, VIDEOS, None).found_by(name).count()
                yield f"<h3>{escaped(name)}: {counted(found, 'videos')}</h3>\n"
            yield f"<pre>{escaped(tree, lines=True)}</pre>\n"
            yield f"<p>The query as JSON:</p>\n<pre>{escaped(query.to_json())}</pre>\n"

    # --------------------------------------------------------------------------- in pictures

    def _coverage(self) -> str:
        states = _tasks.states(self.store, VIDEOS)
        legend = "".join(
            f'<li><span class="key {css_class(state)}"></span>{states[state]:,} {meaning}</li>'
            for state, (_, meaning) in _MARKS.items()
        )
        halved = states[State.HALVED]
        note = f"<p>{counted(halved, 'windows')} failed as a whole; halves replaced them.</p>"
        strips = "".join(map(self._strip, self.names or ("",)))
        content = f'{strips}<ul class="legend">{legend}</ul>\n{note if halved else ""}'
        return section("Coverage", content)

    def _strip(self, query: str) -> str:
        """Draw the windows of one of several queries, or of all."""
        first, last = self.first, self.last
        windows = [each for each in self.windows if query in ("", each.query)]
        marks = [(*_MARKS[each.state], each) for each in windows]
        # Windows of a watch list's parts may cover the same days: the lowest mark is in front.
        marks.sort(key=lambda mark: -mark[0])
        drawn = [
            f'<rect class="{css_class(each.state)}" x="{(each.window.first - first).days}" '
            f'y="{HEIGHT - height}" width="{each.window.days}" height="{height}">'
            f"<title>{each.window.first} to {each.window.last}: {meaning}</title></rect>"
            for height, meaning, each in marks
        ]
        counts = Counter(each.state for each in windows)
        about = ", ".join(f"{counts[state]:,} {meaning}" for state, (_, meaning) in _MARKS.items())
        picture = svg((last - first).days + 1, drawn, f"Windows of {query or 'the study'}: {about}")
        caption = f"<figcaption>{escaped(query)}</figcaption>" if query else ""
        return f'<figure class="strip">{caption}{picture}{axis(first, last)}</figure>\n'

    def _days(self) -> str:
        first, last = self.first, self.last
        days = _figures.videos_by_day(self.store, first, last)
        step = next((step for step in _STEPS if len(days) <= _BARS * step), _STEPS[-1])
        parts = list(in_parts(days, step))
        means = [sum(number for _, number in part) / len(part) for part in parts]
        top = max(means)
        scale = HEIGHT / top if top else 0
        marks = [
            f'<rect class="gap" x="{(window.first - first).days}" y="0" width="{window.days}" '
            f'height="{HEIGHT}"/>'
            for window in _figures.open_days(self.windows)
        ]
        for part, mean in zip(parts, means, strict=True):
            if mean:
                begin, end = part[0][0], part[-1][0]
                title = f"{begin}: " if begin == end else f"{begin} to {end}: on average "
                marks.append(
                    f'<rect class="bar" x="{(begin - first).days}" width="{len(part)}" '
                    f'y="{HEIGHT - mean * scale:.2f}" height="{mean * scale:.2f}">'
                    f"<title>{title}{mean:,.3g} videos</title></rect>"
                )
        per = {1: "", 7: ", mean of each week", 28: ", mean of each four weeks"}[step]
        about = f"Videos a day{per}, from {first} to {last}, {top:,.3g} at most"
        caption = f"Videos a day (UTC){per}; the top of the picture is {top:,.3g}."
        if self.states[State.DONE] < len(self.windows):
            caption += " Days that are not collected yet, or not all, are shaded."
        picture = svg(len(days), marks, about)
        heads = ("Month", "Videos", "Days without any", "Days not collected")
        return section(
            "Videos a day",
            f'<figure class="bars">{picture}{axis(first, last)}'
            f"<figcaption>{escaped(caption)}</figcaption></figure>\n"
            f"{table(heads, self._months(days))}",
        )

    # ----------------------------------------------------------------------------- in tables

    def _months(self, days: list[tuple[date, int]]) -> list[Cells]:
        """Count by month; a day that is not collected does not count as one without videos."""
        rows: list[Cells] = []
        windows = _figures.open_days(self.windows)
        gaps = {window.first + timedelta(days=n) for window in windows for n in range(window.days)}
        for month, of_month in groupby(days, lambda item: f"{item[0]:%Y-%m}"):
            part = list(of_month)
            missing = sum(day in gaps for day, _ in part)
            none = sum(not number and day not in gaps for day, number in part)
            rows.append((month, sum(number for _, number in part), none, missing))
        return rows

    def _hidden(self) -> str:
        if (share := self.shown.share_hidden) is None:
            return ""
        rows = [
            ("Counted by TikTok's cursor", self.shown.counted),
            ("Shown", self.shown.shown),
            ("Share not shown", f"{share:.1%}"),
        ]
        text = (
            "TikTok's cursor counts every match, also deleted, private or moderated videos, which "
            "TikTok does not show."
        )
        return section(
            "Counted and not shown",
            f"<p>{text}</p>\n{table(('Matches', 'Videos'), rows)}",
        )

    def _lengths(self) -> str:
        if "video_duration" not in (self.job["fields"] or ()):
            text = "The study did not ask for <code>video_duration</code>."
            return section("Lengths", f"<p>{text}</p>")
        return ranking("Lengths", "Length", "videos", _figures.lengths(self.store), self.videos)

    def _missing(self) -> str:
        rows = _figures.missing(self.store, self.store.fields(VIDEOS))
        note = "TikTok omits a field that is empty, such as a list without items."
        return ranking(
            "Missing in each field", "Column", "videos without it", rows, self.videos, note
        )

    def _requests(self) -> str:
        statuses = sorted(
            {status for _, status, _ in self.requests}, key=lambda status: status or 0
        )
        rows: list[Cells] = []
        for day, of_day in groupby(self.requests, lambda row: row[0]):
            numbers = {status: number for _, status, number in of_day}
            each = [numbers.get(status, 0) for status in statuses]
            rows.append((day, *each, sum(numbers.values())))
        named = ("no answer" if status is None else f"HTTP {status}" for status in statuses)
        return section("Requests by day and status", table(("Day (UTC)", *named, "All"), rows))

    def _removals(self) -> str:
        rows = [
            (_clock.text(row.at), row.kind, row.asked, row.gone, row.what) for row in self.removals
        ]
        heads = ("Refreshed", "What", "Checked", "No longer public", "Then")
        nothing = "No refresh yet."
        return section("Refreshes and removals", table(heads, rows, nothing))

    def _versions(self) -> str:
        items = "".join(f"<li>{escaped(each)}</li>" for each in _figures.versions(self.store))
        nothing = "<p>No request was sent yet.</p>"
        return section("Versions", f"<ul>{items}</ul>" if items else nothing)

    def _all_windows(self) -> str:
        heads = ("Query", "First day", "Last day", "State", "Searched, days after", "Last error")
        rows = [
            (
                each.query,
                each.window.first,
                each.window.last,
                each.state,
                "" if each.days_after is None else each.days_after,
                each.error or "",
            )
            for each in self.windows
        ]
        from_column = 0 if self.names else 1
        of_each = [row[from_column:] for row in rows]
        return section("Windows", table(heads[from_column:], of_each))
