"""A study's tables into files, a part at a time."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, not_, select

from traktok import _clock
from traktok._lazy import LazyModule, pd
from traktok._text import for_message
from traktok.collect import _schema
from traktok.collect._records import Reader, is_dated
from traktok.errors import InvalidArgument

if TYPE_CHECKING:
    from traktok import files
    from traktok.results import TikTokResults
else:
    files = LazyModule("traktok.files")

_ROWS_AT_ONCE = 10_000


def write(reader: Reader, path: Path, partition: str | None) -> Path:
    """Write the records to a file, or to a folder with one for each month."""
    if partition is None:
        return files.save_parts(_parts(reader), path)
    if partition != "month":
        raise InvalidArgument.must_be("partition", "'month' or None", partition)
    if files.has_format(path):
        raise ValueError(
            for_message(f"{path} is the name of a file: name a folder for the files of the months")
        )
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ValueError(
            for_message(f"{path} is there already: name a folder that is new, or empty")
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    aside.mkdir()  # with the permissions of any folder that the user makes
    try:
        for month, begin, end in _months(reader):
            folder = aside / f"month={month}"
            folder.mkdir()
            month_parts = _parts(reader.created(begin, end))
            files.save_parts(month_parts, folder / "part-0.parquet")
        if path.exists():
            path.rmdir()  # Windows moves no folder onto another, not even onto an empty one
        aside.replace(path)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return path


def _parts(reader: Reader) -> Iterator[TikTokResults]:
    """Read tables of the same columns, a part at a time.

    What a field holds that TikTok documents nowhere shows in all of its cells alone: where there is
    one, all is one part.
    """
    if reader.is_regular():
        yield from reader.tables(_ROWS_AT_ONCE)
    else:
        yield reader.table()


def _months(reader: Reader) -> Iterator[tuple[str, int | None, int | None]]:
    """Name the months (UTC) that have records, each with the seconds it lies between."""
    created = _schema.records[reader.kind.name].c.get("create_time")
    if created is None:
        raise ValueError(f"{reader.kind.name} have no month: export them to one file")
    with reader.store.read() as connection:
        dated = select(func.min(created), func.max(created)).where(is_dated(created))
        first, last = connection.execute(dated).one()
        undated = connection.scalar(select(func.count()).where(not_(is_dated(created))))
    if undated:
        yield "unknown", None, None
    if first is None:
        return
    begin = _clock.utc(first).replace(day=1, hour=0, minute=0, second=0)
    while begin.timestamp() <= last:
        end = (pd.Timestamp(begin) + pd.DateOffset(months=1)).to_pydatetime()
        span = int(begin.timestamp()), int(end.timestamp())
        if reader.created(*span).any():
            yield f"{begin:%Y-%m}", *span
        begin = end
