"""Read results from files that this package, R or a collection wrote."""

from __future__ import annotations

from pathlib import Path

from traktok import files
from traktok.results import TikTokResults


def read_results(path: str | Path, name: str | None = None) -> TikTokResults:
    """Read a table of results from a file, with the columns and types of this package.

    Mirrors ``readRDS()``, ``load()`` and ``read.csv()`` on results of R traktok. Ids are strings
    with all their digits, lists are lists, times are in UTC, and ``NA`` is Namibia's region code,
    not a missing value. :mod:`traktok.files` describes what each format can store.

    Parameters
    ----------
    path : str or Path
        A file that ends in ``.rds``, ``.RData`` (``.rda``), ``.csv`` (also of R's ``write.csv()``
        and readr; ``.tsv``), ``.jsonl`` (``.ndjson``), ``.json`` or ``.parquet``, also packed as
        ``.gz``; a folder of Parquet files, as
        ``export(..., partition="month")`` writes; or the store of a collection, whose videos are
        read.
    name : str, optional
        Which table of an ``.RData`` file that holds several.

    Returns
    -------
    TikTokResults
        The table. ``attrs`` holds what the file keeps of ``search_id``, ``cursor``, ``start_date``,
        ``end_date``, ``has_more``, ``skipped`` and ``unfinished``. A search that R saved with
        ``parse = FALSE``, or left in its temporary folder, is read as its table.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is in another format, is damaged, or does not hold a table.
    StoreError
        If it is a database, but not the store of a collection, or one that can't be used.

    Examples
    --------
    >>> import tempfile
    >>> videos = tt_search_api("rstats", "2023-11-01", "2023-11-29")
    >>> saved = videos.save(tempfile.gettempdir() + "/videos.rds")
    >>> read_results(saved).equals(videos)
    True
    """
    if _is_store(path):
        from traktok.collect import Collection  # takes SQLAlchemy, and its time

        with Collection(path) as collection:
            return collection.videos()
    table = files.read(path, name)
    results = TikTokResults(table, copy=False)
    results.attrs = table.attrs
    return results


def _is_store(path: str | Path) -> bool:
    """Return whether a path is a collection's store: an SQLite file or a database's URL."""
    if "://" in str(path):
        return True
    try:
        with Path(path).open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\0"
    except OSError:
        return False
