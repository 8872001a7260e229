"""Read queries that R saved; :func:`traktok.read_results` reads tables of results."""

from __future__ import annotations

from pathlib import Path

from traktok._r import rds
from traktok._text import for_message
from traktok.files._tibble import plain
from traktok.query import Query


def read_query(path: str | Path) -> Query:
    """Read a query that R's ``saveRDS()`` wrote.

    Parameters
    ----------
    path : path
        A file that holds a query of R traktok.

    Returns
    -------
    Query
        The same query.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If the file holds something else.

    Examples
    --------
    >>> from traktok.from_r import read_query
    >>> read_query("tests/r_files/query.rds").to_dict()["not"]
    [{'field_name': 'video_length', 'operation': 'EQ', 'field_values': ['SHORT']}]
    """
    try:
        value = rds.loads(Path(path).read_bytes())
    except rds.Unreadable as error:
        raise ValueError(for_message(f"{path} {error}")) from None
    if not isinstance(value, rds.Vector) or "traktok_query" not in value.classes:
        what = rds.describe(value)
        raise ValueError(for_message(f"{path} holds {what}, not a query of R traktok"))
    try:
        return Query.from_dict(plain(value) or {})
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ValueError(for_message(f"{path} holds a query that can't be read: {error}")) from None
    except RecursionError:
        raise ValueError(for_message(f"{path} is nested too deeply to be a query")) from None
