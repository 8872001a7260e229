"""Write rows: a table on a terminal, CSV in a pipe, a file in the format of its suffix."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Literal, cast

import traktok
from traktok import _printing
from traktok._tables.builder import Rows
from traktok._text import printable
from traktok.cli.inputs import PIPE


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Target:
    """A file, or stdout where ``path`` is None; ``of`` checks it before anything is sent."""

    path: Path | None
    format: str

    @classmethod
    def of(cls, output: str | None, format: Format | None, overwrite: bool) -> Target:
        """Parse --output, --format and --overwrite."""
        if output is None or output == PIPE:
            target = cls._stdout(format)
        else:
            target = cls._file(Path(output), format, overwrite)
        if target.format == Format.PARQUET and find_spec("pyarrow") is None:
            raise ValueError('Parquet needs the extra: pip install "traktok[parquet]"')
        return target

    @classmethod
    def _stdout(cls, format: Format | None) -> Target:
        if sys.stdout is None:  # closed by the shell: >&-
            raise ValueError("stdout is closed: name a file with --output")
        if not sys.stdout.isatty():
            return cls(None, format or Format.CSV)
        if format is Format.PARQUET:
            raise ValueError("Parquet can't be shown on a terminal: name a file with --output")
        return cls(None, format or Format.TABLE)

    @classmethod
    def _file(cls, path: Path, format: Format | None, overwrite: bool) -> Target:
        suffix = path.suffix.removeprefix(".").lower()
        write = traktok.files.writer(suffix)
        if format is not None and (
            format is Format.TABLE or traktok.files.writer(format) is not write
        ):
            raise ValueError(f"--format {format} contradicts --output {path}: its suffix decides")
        return cls(check_free(path, overwrite), suffix)

    def write(self, table: traktok.TikTokResults) -> None:
        """Write the rows; if that fails, save them to a temporary file."""
        try:
            self._write(table)
        except BrokenPipeError:
            raise
        except OSError as error:
            spare = Path(tempfile.mkdtemp(prefix="traktok-")) / "rows.csv"
            traktok.files.save(table, spare)
            raise OSError(
                f"can't write to {self}: {error.strerror or error}; the rows are in {spare}"
            ) from None

    def write_rows(self, rows: Rows) -> None:
        """Write the rows of a small table; those shown or piped as CSV need no pandas."""
        if self.path is not None or self.format not in (Format.TABLE, Format.CSV):
            self.write(traktok.TikTokResults(rows.table()))
        elif self.format == Format.TABLE:
            show(_printing.rows_as_text(rows))
        elif sys.stdout.isatty():
            show(printable(_as_csv(rows), keep="\n").removesuffix("\n"))
        else:
            stream = _Stdout()
            stream.write(_as_csv(rows).encode(errors="backslashreplace"))
            stream.flush()

    def _write(self, table: traktok.TikTokResults) -> None:
        if self.path is not None:
            traktok.files.save(table, self.path)
            return
        if self.format == Format.TABLE:
            show(str(table))
        elif sys.stdout.isatty():
            written = io.BytesIO()
            traktok.files.writer(self.format)(table, written)
            show(printable(written.getvalue().decode(), keep="\n").removesuffix("\n"))
        else:
            stream = _Stdout()
            traktok.files.writer(self.format)(table, cast(IO[bytes], stream))
            stream.flush()

    def next(self) -> Path | None:
        """Propose a file for the remaining rows: ``videos.2.csv`` after ``videos.csv``."""
        if self.path is None:
            return None
        stem, suffix = re.sub(r"\.\d+$", "", self.path.stem), self.path.suffix
        number = 2
        while (path := self.path.with_name(f"{stem}.{number}{suffix}")).exists():
            number += 1
        return path

    def __str__(self) -> str:
        return "stdout" if self.path is None else str(self.path)


@contextmanager
def naming_file(path: Path) -> Iterator[None]:
    """Raise errors of writing with the name of the file or folder."""
    try:
        yield
    except OSError as error:
        raise OSError(f"can't write to {path}: {error.strerror or error}") from None


def check_free(path: Path, overwrite: bool) -> Path:
    """Check that a file can be written without losing an existing one."""
    if path.exists() and not (overwrite and path.is_file()):
        hint = "already exists: name another file, or replace it with --overwrite"
        raise ValueError(f"{path} {hint if path.is_file() else 'is not a file'}")
    if not path.parent.is_dir():
        raise ValueError(f"the folder {path.parent} of {path.name} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"can't write into the folder {path.parent}")
    return path


def show(text: str) -> None:
    """Print for a reader, with escapes for what the terminal can't show."""
    stream = _Stdout()
    stream.write(f"{text}\n".encode(sys.stdout.encoding, "backslashreplace"))
    stream.flush()


def _as_csv(rows: Rows) -> str:
    """Write what ``save()`` writes of the table."""
    cells = _csv_lines(rows.cells, csv.QUOTE_MINIMAL)
    if "\r" in cells:  # left bare by Python before 3.13, and taken for a line's end
        cells = _csv_lines(rows.cells, csv.QUOTE_ALL)
    return _csv_lines([[*rows.columns]], csv.QUOTE_MINIMAL) + cells


def _csv_lines(rows: Sequence[Sequence[Any]], quoting: Literal[0, 1]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue()


class _Stdout(io.RawIOBase):
    """Stdout that writes every byte.

    Without Python's buffer (``python -u``, PYTHONUNBUFFERED) a write may silently be partial.
    """

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        rest = memoryview(data)
        size = len(rest)
        while rest:
            rest = rest[sys.stdout.buffer.write(rest) :]
        return size

    def flush(self) -> None:
        sys.stdout.buffer.flush()
