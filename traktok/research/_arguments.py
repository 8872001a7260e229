"""Types of the arguments of this room's functions, and the targets that they name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from traktok._http.endpoint import TargetKind
from traktok._run.state import Target

Day = date | str | None
Names = str | Iterable[str]  # also a column of names


def targets(kind: TargetKind, given: Any) -> list[Target]:
    """Build the targets that an argument names."""
    keys = kind.clean(given)
    named = kind.named_alone or len(keys) > 1
    return [Target({kind.key: key}, key, f"{kind.noun} {key}" if named else None) for key in keys]
