"""Texts that carry the facts they are written from."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, Self

from traktok._text import Signs


class Facts(str):
    """A text for people, and the facts that it is written from.

    The ``repr`` is the text itself, so that a prompt and a notebook show it as it reads.
    """

    _facts: dict[str, Any]

    def __new__(cls, facts: dict[str, Any]) -> Self:
        """Write the text of the facts, in signs that stdout can show."""
        self = super().__new__(cls, Signs.of_stdout().fit("\n".join(cls._lines(facts))))
        self._facts = facts
        return self

    @staticmethod
    def _lines(facts: dict[str, Any]) -> Iterator[str]:
        """Yield the lines of the text."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._facts,)

    def to_dict(self) -> dict[str, Any]:
        """Return the facts: counts as numbers, days and times (UTC) as ISO 8601 texts."""
        return copy.deepcopy(self._facts)

    def to_json(self, indent: int | None = 2) -> str:
        """Return the facts as JSON."""
        return json.dumps(self._facts, ensure_ascii=False, indent=indent)
