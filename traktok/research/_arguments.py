"""What the functions of this room have in common: types of arguments, and targets named by ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from traktok._run.state import Target

Day = date | str | None
Names = str | Iterable[str]  # also a column of names


def each_id(key: str, ids: Sequence[str], called: str) -> list[Target]:
    """Make the targets of ids; a lone one needs no name to be told from others, as in R."""
    names = [f"{called} {id}" for id in ids] if len(ids) > 1 else [None] * len(ids)
    return [Target({key: id}, id, name) for id, name in zip(ids, names, strict=True)]
