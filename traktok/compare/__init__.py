"""Compare two tables of results, such as those of an R analysis and of its Python version."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from traktok._text import Signs, encodable, printable, some
from traktok.compare._columns import (
    Pair,
    cells_table,
    drift_table,
    may_drift,
    renamed_columns,
    summary,
)
from traktok.compare._rows import aligned_rows, key_columns, load_tables
from traktok.errors import InvalidArgument
from traktok.results import TikTokResults

_ROWS_OF_A_PAGE = 1_000


@dataclass(frozen=True, eq=False)
class Comparison:
    """The result of :func:`compare`: what two tables share and where they differ.

    Printing it shows a short report.

    Attributes
    ----------
    names : tuple of str
        The names of the two tables: ``("left", "right")``, or the names of their files.
    on : tuple of str
        The columns that the rows were aligned on; empty if they were aligned by their order.
    rows : int
        How many rows are on both sides.
    only_left, only_right : TikTokResults
        The rows that only one side has.
    cells : DataFrame
        The cells that differ: where (the columns of ``on``, or ``row``), ``column``, ``left``,
        ``right``.
    drift : DataFrame
        The counts that changed between the two collections: the same columns, and ``change``, the
        difference as a share of the left. Drift is not an error: views and likes grow.
    columns_only_left, columns_only_right : tuple of str
        The columns that only one side has.
    renamed : dict of str to str
        Those of these columns that hold the same cells under another name, left to right.
    types : dict of str to tuple of str
        The columns whose types differ, each with the two types as a printed table abbreviates them
        (chr, int, dbl, ...; see :class:`TikTokResults`). Their cells are compared where both are
        numbers.
    tolerance : float
        The share of the left by which counts may differ.
    """

    names: tuple[str, str]
    on: tuple[str, ...]
    rows: int
    only_left: TikTokResults
    only_right: TikTokResults
    cells: pd.DataFrame
    drift: pd.DataFrame
    columns_only_left: tuple[str, ...]
    columns_only_right: tuple[str, ...]
    renamed: dict[str, str]
    types: dict[str, tuple[str, str]]
    tolerance: float
    _summary: pd.DataFrame

    @property
    def equal(self) -> bool:
        """Whether the tables are equal; counts may differ by ``tolerance``.

        The order of rows and columns and the attributes of a result are ignored.
        """
        one_sided = (
            self.only_left,
            self.only_right,
            self.columns_only_left,
            self.columns_only_right,
        )
        return not any(len(part) for part in (*one_sided, self.cells, self.types, self._beyond))

    @property
    def _beyond(self) -> pd.DataFrame:
        return self.drift[self.drift["change"] > self.tolerance]

    def to_frame(self) -> pd.DataFrame:
        """Summarize the comparison by column, as a table for a paper.

        Returns
        -------
        DataFrame
            One row per column: its types in ``left`` and ``right``, abbreviated as in a printed
            table (empty where the column is missing), how many cells were ``compared``, how many of
            them are the ``same``, ``drifted`` or ``different``, and the ``largest_drift`` as a
            share.

        Examples
        --------
        >>> videos = tt_search_api("rstats", "2023-11-01", "2023-11-29")
        >>> int(compare(videos, videos).to_frame().loc["video_description", "different"])
        0
        """
        return self._summary.copy()

    def to_html(self) -> str:
        """Render the whole comparison as a web page, to open in a browser or to share.

        Returns
        -------
        str
            A self-contained HTML document. If there are more than 1,000 differences of a kind, it
            shows the first and the last of them.

        Examples
        --------
        >>> from pathlib import Path
        >>> import tempfile
        >>> videos = tt_search_api("rstats", "2023-11-01", "2023-11-29")
        >>> page = Path(tempfile.gettempdir(), "comparison.html")
        >>> page.write_text(compare(videos, videos).to_html(), "utf-8") > 0
        True
        """
        title = escape(" and ".join(self.names))
        sections = {
            "By column": self._summary.reset_index(),
            f"Rows only in {self.names[0]}": self.only_left,
            f"Rows only in {self.names[1]}": self.only_right,
            "Cells that differ": self.cells,
            "Counts that drifted": self.drift,
        }
        body = "".join(
            f"<h2>{escape(heading)}</h2>\n{_html_table(table)}\n"
            for heading, table in sections.items()
            if len(table)
        )
        page = (
            f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n<style>{_STYLE}</style></head>\n<body><main>\n"
            f"<h1>{title}</h1>\n<pre>{escape(repr(self))}</pre>\n{body}</main></body>\n</html>\n"
        )
        return encodable(page)

    def __repr__(self) -> str:
        return Signs.of_stdout().fit(self._text())

    def _text(self) -> str:
        return "\n".join(map(printable, self._report()))

    def _repr_html_(self) -> str:
        # JupyterLab's own rule breaks a line anywhere, in an id, too.
        style = "white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere"
        report = f'<pre style="{style}">{escape(self._text())}</pre>'
        return encodable(f"{report}\n{_html_table(self._summary.reset_index())}")

    def _report(self) -> Iterator[str]:
        left, right = self.names
        aligned = f"aligned on {' and '.join(self.on)}" if self.on else "aligned by their order"
        yield f"{left} and {right} {'are equal' if self.equal else 'differ'}, {aligned}"
        rows = [f"{self.rows:,} on both sides"]
        for side, table in ((left, self.only_left), (right, self.only_right)):
            if len(table):
                rows.append(f"{len(table):,} only in {side} ({some(self._places(table))})")
        yield f"rows     {', '.join(rows)}"
        for side, names in ((left, self.columns_only_left), (right, self.columns_only_right)):
            if names:
                yield f"columns  only in {side}: {', '.join(names)}"
        for old, new in self.renamed.items():
            yield f"columns  {old} and {new} hold the same cells: renamed?"
        for name, types in self.types.items():
            yield f"types    {name}: {types[0]} in {left}, {types[1]} in {right}"
        for column, cells in self.cells.groupby("column", sort=False):
            yield f"cells    {column}: {len(cells):,} differ ({some(self._places(cells))})"
        for column, cells in self.drift.groupby("column", sort=False):
            yield f"drift    {column}: {self._drift_of(cells)}"

    def _drift_of(self, cells: pd.DataFrame) -> str:
        cells = cells.sort_values("change", ascending=False, kind="stable")
        changes = zip(self._places(cells), cells["left"], cells["right"], strict=True)
        examples = [f"{place}: {one:,} → {other:,}" for place, one, other in changes]
        beyond = int((cells["change"] > self.tolerance).sum())
        allowed = (
            f", {beyond:,} of them by more than {self.tolerance:.2%}" if self.tolerance else ""
        )
        shares = cells.loc[cells["change"] < math.inf, "change"]
        at_most = f", by {shares.max():.2%} at most" if len(shares) else ""
        from_zero = len(cells) - len(shares)
        at_most += f", {from_zero:,} of them from 0" if from_zero else ""
        return f"{len(cells):,} changed{allowed}{at_most} ({some(examples)})"

    def _places(self, table: pd.DataFrame) -> list[str]:
        """Return a label for each row: its ids, or else its number."""
        if not self.on:
            numbers = table["row"] if "row" in table.columns else table.index
            return [f"row {number}" for number in numbers]
        ids = zip(*(table[name] for name in self.on), strict=True)
        return [" ".join(map(str, row)) for row in ids]


def compare(
    left: pd.DataFrame | str | Path,
    right: pd.DataFrame | str | Path,
    tolerance: float = 0.0,
    on: str | Sequence[str] | None = None,
) -> Comparison:
    """Compare two tables of results of Python or R, row by row and cell by cell.

    Rows are aligned on their ids. A count (views, likes, followers, ...) that has changed is drift,
    not an error, since it may change between two collections. Any other cell that differs is a
    difference, and so is a count that is missing on one side.

    Parameters
    ----------
    left, right : DataFrame or path
        Results of this package, tables derived from them, or files that :func:`read_results` reads,
        such as the ``.rds`` of an R script.
    tolerance : float, default 0
        How much counts may differ in tables that are considered equal, as a share of the left:
        0.05 for 5 %, 1 for twice as many.
    on : str or sequence of str, optional
        The columns to align on; by default the id, together with the account whose list the row
        is from. If the tables share no id, rows are aligned by their order.

    Returns
    -------
    Comparison
        The differences: ``.equal``, ``.only_left``, ``.only_right``, ``.cells``, ``.drift``, ...
        Printing it shows a short report; see also :meth:`Comparison.to_frame` and
        :meth:`Comparison.to_html`.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file does not exist or can't be read, if a table lacks a column of ``on``, or if the
        tolerance is not between 0 and 1.

    Examples
    --------
    >>> videos = tt_search_api("rstats", "2023-11-01", "2023-11-29")
    >>> later = videos.assign(view_count=videos["view_count"] * 2)
    >>> found = compare(videos, later, tolerance=0.1)
    >>> found.equal
    False
    >>> set(found.drift["column"]), len(found.cells)
    ({'view_count'}, 0)
    >>> compare(videos, videos.iloc[::-1])
    left and right are equal, aligned on video_id
    rows     19 on both sides
    """
    if not 0 <= tolerance <= 1:
        raise InvalidArgument.must_be(
            "tolerance", "between 0 and 1, such as 0.05 for 5 %", tolerance
        )
    names = (
        "left" if isinstance(left, pd.DataFrame) else Path(left).name,
        "right" if isinstance(right, pd.DataFrame) else Path(right).name,
    )
    one, other = load_tables(left, right)
    keys = key_columns(one, other, on, names)
    rows_left, rows_right = aligned_rows(one, other, keys)
    left_rows, right_rows = one.iloc[rows_left], other.iloc[rows_right]
    both = [name for name in one.columns if name in other.columns]
    only_left = tuple(name for name in one.columns if name not in both)
    only_right = tuple(name for name in other.columns if name not in both)
    columns = {name: Pair.of(left_rows[name], right_rows[name]) for name in both}
    numbers = pd.DataFrame({"row": range(len(rows_left))})
    where = pd.DataFrame(left_rows[list(keys)]).reset_index(drop=True) if keys else numbers
    drifting = [name for name, pair in columns.items() if may_drift(name, pair)]
    return Comparison(
        names=names,
        on=keys,
        rows=len(rows_left),
        only_left=TikTokResults(one.drop(index=one.index[rows_left])),
        only_right=TikTokResults(other.drop(index=other.index[rows_right])),
        cells=cells_table(columns, where, lambda name, pair: pair.different(name in drifting)),
        drift=drift_table(columns, where, drifting),
        columns_only_left=only_left,
        columns_only_right=only_right,
        renamed=renamed_columns(left_rows, right_rows, only_left, only_right),
        types={name: pair.types for name, pair in columns.items() if pair.types_differ},
        tolerance=tolerance,
        _summary=summary(one, other, columns, drifting),
    )


# --------------------------------------------------------------------------------------- rendering

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222}"
    "pre{background:#f4f4f4;padding:1rem;white-space:pre-wrap}"
    "div{overflow-x:auto}table{border-collapse:collapse}th{background:#f4f4f4}"
    "th,td{border:1px solid #ccc;padding:.2rem .6rem;text-align:left;vertical-align:top}"
)


_SHARES = ("change", "largest_drift")


def _share(change: Any) -> str:
    return f"{change:.2%}" if change < math.inf else "from 0"


def _html_table(table: pd.DataFrame) -> str:
    shown = pd.DataFrame(table)
    shares = {name: _share for name in _SHARES if name in shown.columns}
    html: str = shown.to_html(
        index=False, border=0, max_rows=_ROWS_OF_A_PAGE, na_rep="NA", formatters=shares
    )
    return f'<div tabindex="0">{html}</div>'
