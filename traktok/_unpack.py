"""Decompress data and parse JSON, both within limits."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import re
import zlib
from collections.abc import Callable
from typing import Any

# R's saveRDS() offers these three; its files of results shrink to a tenth or so.
_OPENERS: tuple[tuple[bytes, Callable[[io.BytesIO], Any]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\0", lzma.LZMAFile),
)
_LEAST_LIMIT = 256 * 2**20
_MOST_RATIO = 100
_VARIABLE = "TRAKTOK_MAX_UNPACKED_MB"
_PIECE = 2**20

# TikTok's responses and pages are nested some 15 deep; functions that work on cells recurse.
_MOST_NESTED = 100
_CONTAINERS = frozenset({list, dict})

# What the decompressors raise for data that is damaged or incomplete.
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)


class TooLargeError(ValueError):
    """Data that unpacks to more than the limit; the message names the setting that raises it."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"unpacks to more than {limit // 2**20:,} MB, far beyond a file of its size; "
            f"if it is what you expect, set {_VARIABLE} to a larger number"
        )


def limit_for(size: int) -> int:
    """Return how many bytes a file of a given size may unpack to."""
    return size_setting(_VARIABLE) or max(_LEAST_LIMIT, _MOST_RATIO * size)


def size_setting(variable: str) -> int | None:
    """Return the bytes of a setting in MB; None if it is not set."""
    given = os.environ.get(variable, "").strip()
    if not given:
        return None
    if not re.fullmatch("[0-9]{1,9}", given) or not int(given):
        raise ValueError(f"{variable} is {given!r}: set it to a number of MB such as 4000")
    return int(given) * 2**20


def unpack(data: bytes) -> bytes:
    """Decompress gzip, bzip2 or xz; return other data as they are.

    Raises
    ------
    TooLargeError
        If more comes out than :func:`limit_for` allows.
    EOFError, OSError, zlib.error, lzma.LZMAError
        If the data are damaged.
    """
    opener = next((opener for magic, opener in _OPENERS if data.startswith(magic)), None)
    if opener is None:
        return data
    limit, unpacked = limit_for(len(data)), bytearray()
    with opener(io.BytesIO(data)) as stream:
        while piece := stream.read(_PIECE):
            unpacked += piece
            if len(unpacked) > limit:
                raise TooLargeError(limit)
    return bytes(unpacked)


def parse_json(text: str | bytes) -> Any:
    """Parse JSON.

    Raises
    ------
    ValueError
        If it is not JSON, or nests too deep for what is done with it later.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nests too deep") from None
    if is_too_deep(value):
        raise ValueError("nests too deep")
    return value


def is_too_deep(value: Any) -> bool:
    """Return whether lists and objects nest deeper than those of TikTok's ever do."""
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(_MOST_NESTED):
        if not level:
            return False
        level = [
            child
            for outer in level
            for child in (outer.values() if type(outer) is dict else outer)
            if type(child) in _CONTAINERS  # three times as fast as isinstance(), for each value
        ]
    return True
