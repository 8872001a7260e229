"""Split what is long into parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing")


def in_parts(things: Sequence[_Thing], size: int) -> Iterator[Sequence[_Thing]]:
    """Split a sequence into parts of so many things; the last part may be shorter."""
    return (things[start : start + size] for start in range(0, len(things), size))
