"""Counts, sizes and waits in words for people."""

from __future__ import annotations


def counted(number: int, nouns: str) -> str:
    """Write how many there are of something."""
    return f"{number:,} {nouns.removesuffix('s') if number == 1 else nouns}"


def size(of: float) -> str:
    """Write how many bytes there are."""
    for unit in ("B", "kB", "MB"):
        if of < 1000:
            return f"{of:.3g} {unit}"
        of /= 1000
    return f"{of:,.3g} GB"


def duration(seconds: float) -> str:
    """Write how long to wait, in whole minutes that are enough."""
    minutes = -(-int(seconds) // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(minutes, 1)} min"
