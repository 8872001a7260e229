"""A study as a picture of matplotlib: videos a day, and its windows by their state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from traktok import _clock
from traktok.collect import _figures, _queries
from traktok.collect._figures import WindowState
from traktok.collect._schema import State
from traktok.collect._store import Store

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {
    State.DONE: "#1f6f8b",
    State.YOUNG: "#6aa7bd",
    State.OPEN: "#c5cbd3",
    State.SET_ASIDE: "#b3261e",
}
_HATCHES = {State.YOUNG: "..", State.OPEN: "//", State.SET_ASIDE: "xx"}


def figure(store: Store) -> Figure:
    """Draw a study."""
    try:
        from matplotlib import dates, pyplot, ticker
    except ImportError as error:
        raise ImportError(
            'Plots need the extra: pip install "traktok[plot]"', name=error.name
        ) from None
    windows = _figures.windows(store)
    job = store.settings()  # read after the windows: it has the query of each
    first, last = (date.fromisoformat(job[name]) for name in ("since", "to"))
    begin, end = _clock.day_number(first), _clock.day_number(last) + 1  # as matplotlib counts
    names = _queries.names(job) or ("",)
    drawn, (above, below) = pyplot.subplots(
        2,
        sharex=True,
        figsize=(8, 3.2 + 0.4 * len(names)),
        layout="constrained",
        height_ratios=(8, len(names)),
    )
    numbers = [number for _, number in _figures.videos_by_day(store, first, last)]
    days = [begin + n for n in range(len(numbers))]
    above.bar(days, numbers, width=1, align="edge", color=_COLOURS[State.DONE])
    above.set_title(f"TikTok videos, {first} to {last}", loc="left")
    above.set_ylabel("videos a day")
    above.yaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    above.spines[["top", "right"]].set_visible(False)
    _draw_windows(below, windows, names)
    locator = dates.AutoDateLocator(maxticks=7)  # type: ignore[no-untyped-call]
    below.xaxis.set_major_locator(locator)
    below.xaxis.set_major_formatter(dates.AutoDateFormatter(locator))  # type: ignore[no-untyped-call]
    below.set_xlim(begin, end)
    return drawn


def _draw_windows(axes: Axes, windows: list[WindowState], names: Sequence[str]) -> None:
    """Draw the windows, those of each of several queries in a row of its own."""
    labelled: set[State] = set()
    # Windows of a watch list's parts may cover the same days: those that are done are behind.
    for each in sorted(windows, key=lambda each: each.state != State.DONE):
        axes.barh(
            names.index(each.query) if len(names) > 1 else 0,
            each.window.days,
            left=_clock.day_number(each.window.first),
            color=_COLOURS[each.state],
            hatch=_HATCHES.get(each.state),
            edgecolor="white",
            label=None if each.state in labelled else each.state,
        )
        labelled.add(each.state)
    if len(names) > 1:
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
    else:
        axes.set_yticks([])
        axes.set_ylabel("windows", rotation=0, ha="right", va="center")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -1.2 / len(names)), ncols=3, frameon=False)
