"""The table that calls return: a DataFrame that remembers where the search stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from traktok import _printing, files
from traktok._printing import r_type as r_type

# The names of pandas' methods whose results are not tables of records.
_AGGREGATING = frozenset(
    {
        "corr",
        "cov",
        "describe",
        "groupby",
        "pivot_table",
        "quantile",
        "stack",
        "transpose",
        "unstack",
    }
)


class SharedDict(dict[str, Any]):
    """A dict in ``attrs`` that copies of a table share.

    pandas deep-copies ``attrs`` at every step; for a hundred thousand names that would take longer
    than the step itself. Only the function that builds the table writes to it.
    """

    def __deepcopy__(self, memo: object) -> Self:
        return self


Notes = SharedDict  # pickles of tables from before November 2026 name it so


class TikTokResults(pd.DataFrame):
    """A DataFrame of TikTok records that remembers where the search stopped.

    Ids are ``string`` columns, counts ``Int64``, flags ``boolean``, times ``datetime64[s, UTC]``,
    lists Python lists; missing values are NA. TikTok omits empty lists: a list that was requested
    is then ``[]``, one that was not is None.

    A table prints with the search id, its size, the columns that fit, and the names of the others;
    below the name of each column is its type: ``<chr>`` texts, ``<int>`` whole numbers, ``<dbl>``
    other numbers, ``<lgl>`` True or False, ``<dttm>`` times, ``<date>`` days, ``<list>`` lists.
    This mirrors ``print.tt_results`` of R traktok; the environment variable
    ``TRAKTOK_PRINT=pandas`` makes tables print as pandas prints them.

    Attributes
    ----------
    search_id : str or None
        TikTok's id of the search, to continue it (``attrs["search_id"]``).
    cursor : int or None
        Where the next page starts (``attrs["cursor"]``).
    has_more : bool or None
        Whether TikTok holds more than was asked for (``attrs["has_more"]``).

    ``attrs["start_date"]`` and ``attrs["end_date"]`` of a search are the days of the window
    requested last, as ISO texts. ``attrs["skipped"]`` names the accounts, or the videos whose
    comments were requested, that gave no rows, each with its reason. Of a call over several users,
    ids or windows, ``attrs["unfinished"]`` names those TikTok holds more of, each with the cursor
    to continue from; after an error, also those that were not reached.

    Examples
    --------
    >>> from traktok import last_query
    >>> last_query().search_id is None
    True
    """

    @property
    def _constructor(self) -> Callable[..., TikTokResults]:
        return TikTokResults

    @property
    def search_id(self) -> str | None:
        """TikTok's id of the search, to continue it."""
        return self.attrs.get("search_id")

    @property
    def cursor(self) -> int | None:
        """Where the next page starts."""
        return self.attrs.get("cursor")

    @property
    def has_more(self) -> bool | None:
        """Whether TikTok holds more than was asked for."""
        return self.attrs.get("has_more")

    def save(self, path: str | Path, *, overwrite: bool = True, excel: bool = False) -> Path:
        """Write the table to a file (CSV, JSONL, Parquet, R, Excel, Stata).

        Parameters
        ----------
        path : str or Path
            A name that ends in ``.csv``, ``.jsonl``, ``.ndjson``, ``.parquet``, ``.rds``,
            ``.RData``, ``.rda``, ``.xlsx`` or ``.dta``. An existing file is replaced once the new
            file is complete.
        overwrite : bool, default True
            Whether to replace an existing file.
        excel : bool, default False
            Whether to write a CSV for Excel, with a byte order mark and ids that keep their digits.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ValueError
            If the name ends in anything else, or the table is larger than the format's limits.
        FileExistsError
            If the file exists and ``overwrite`` is False.
        ImportError
            If Parquet or Excel is requested and the extra (``traktok[parquet]``,
            ``traktok[excel]``) is not installed.
        OSError
            If the file can't be written.
        """
        return files.save(self, path, overwrite=overwrite, excel=excel)

    # pandas copies these attributes to derived tables, as it does with attrs.
    _metadata: ClassVar[list[str]] = ["_aggregated"]
    _aggregated = False

    def __finalize__(self, other: Any, method: str | None = None, **kwargs: Any) -> Self:
        """Copy the table's attributes, but not to aggregates, which are not rows of a search."""
        super().__finalize__(other, method=method, **kwargs)  # type: ignore[misc]
        if method in _AGGREGATING:
            self._aggregated = True
            self.attrs = {}
        return self

    @property
    def _prints_as_pandas(self) -> bool:
        return bool(self._aggregated) or self.columns.nlevels > 1 or _printing.as_pandas()

    def __repr__(self) -> str:
        return super().__repr__() if self._prints_as_pandas else _printing.as_text(self)

    def __str__(self) -> str:
        return repr(self)

    def __or__(self, other: Any) -> Any:
        if pd.api.types.is_scalar(other) or pd.api.types.is_list_like(other):
            return super().__or__(other)
        name = getattr(other, "__name__", "...")
        raise TypeError(f"the pipe has ended with this table; call {name}(table)")

    def _repr_html_(self) -> str | None:
        if self._prints_as_pandas:
            html: str | None = super()._repr_html_()  # type: ignore[misc]
            return html
        return _printing.as_html(self)


def attr(x: pd.DataFrame, which: str) -> Any:
    """Return an attribute of a result, the same as ``x.attrs.get(which)``.

    Mirrors R's ``attr()``.

    Parameters
    ----------
    x : TikTokResults
        A result.
    which : str
        ``"search_id"``, ``"cursor"``, ``"start_date"``, ``"end_date"``, ``"has_more"``,
        ``"skipped"`` or ``"unfinished"``.

    Returns
    -------
    Any
        The value; None if the result does not have it.

    Examples
    --------
    >>> from traktok import attr, last_query
    >>> attr(last_query(), "search_id") is None
    True
    """
    return x.attrs.get(which)
