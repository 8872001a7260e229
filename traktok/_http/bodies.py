"""The body of a search: a query and a window of days, written as TikTok does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from traktok import _inputs


def search_body(
    query: Mapping[str, Any], first: date, last: date, *, is_random: bool | None = None
) -> dict[str, Any]:
    """Build what all requests of a search have in common; None leaves ``is_random`` out."""
    return {
        "query": query,
        "start_date": _inputs.compact(first),
        "end_date": _inputs.compact(last),
        "is_random": is_random,
    }
