"""What the translation of an expression gives, and the names a script knows."""

from __future__ import annotations

import ast
import builtins
import keyword
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from traktok.from_r.knowing.imports import IMPORTS, TRAKTOK
from traktok.from_r.knowing.kinds import UNKNOWN, Kind, either
from traktok.from_r.writing.flat import flat


@dataclass(frozen=True)
class Value:
    """A Python expression and the kind of thing it gives."""

    code: ast.expr
    kind: Kind = UNKNOWN

    @property
    def doubts(self) -> frozenset[str]:
        """The Python that makes cells of this column NA where it is NA itself."""
        if self.kind.name != "column":
            return frozenset()
        of = self.kind.element
        if of.doubts is not None:
            return of.doubts
        return frozenset({flat(self.code) + (NOT_A_TIME if of.name in {"date", "time"} else "")})


# Ends a doubt about times: pandas compares a missing one as if it were known.
NOT_A_TIME = " is NaT"


class Untranslatable(Exception):  # noqa: N818
    """R code that has no Python form here; the message says why."""


# What the templates bind in their lambdas and comprehensions.
MASK, EACH, CHOSEN = "rows", "each", "chosen"
_RESERVED = (
    {MASK, EACH, CHOSEN, "inner", "args", "kwargs"}
    | set(keyword.kwlist)
    | set(keyword.softkwlist)
    | set(dir(builtins))
    | set(IMPORTS)
    | TRAKTOK
)


class Names:
    """Python's names for R's: each R name has one, no two the same."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set(_RESERVED)

    def python(self, name: str) -> str:
        """Give the Python name of an R name."""
        if name not in self._given:
            word = _as_word(name)
            while word in self._taken:
                word += "_"
            self._taken.add(word)
            self._given[name] = word
        return self._given[name]


def _as_word(name: str) -> str:
    normal = unicodedata.normalize("NFKC", name)
    word = "".join(letter if f"a{letter}".isidentifier() else "_" for letter in normal)
    return word if word.isidentifier() else f"_{word}"


@dataclass
class Scope:
    """The variables that are set at a point of a script, each with its kind.

    ``borrowed`` are those whose value belongs to somebody else (a function's caller, a list that
    is looped over), so that it must not be changed in place; ``fresh`` are lists still empty.
    """

    kinds: dict[str, Kind] = field(default_factory=dict)
    borrowed: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    outer: Scope | None = None

    def kind(self, name: str) -> Kind | None:
        """Tell the kind of a variable; None where it is not set."""
        if name in self.kinds:
            return self.kinds[name]
        return self.outer.kind(name) if self.outer else None

    def set(self, name: str, kind: Kind) -> None:
        """Note that a variable is set."""
        self.kinds[name] = kind
        self.borrowed.discard(name)
        self.fresh.discard(name)

    def forget(self, name: str) -> None:
        """Note that a variable is set no longer."""
        self.kinds.pop(name, None)

    def copy(self) -> Scope:
        """Make a scope for a branch that may or may not be taken."""
        return Scope(dict(self.kinds), set(self.borrowed), set(self.fresh), self.outer)

    def join(self, *branches: Scope) -> None:
        """Go on after branches of which one was taken."""
        names = dict.fromkeys(name for branch in branches for name in branch.kinds)
        for name in names:
            kinds = [branch.kinds[name] for branch in branches if name in branch.kinds]
            joined = kinds[0]
            for kind in kinds[1:]:
                joined = either(joined, kind)
            self.kinds[name] = joined
        self.borrowed = set().union(*(branch.borrowed for branch in branches))
        self.fresh.intersection_update(*(branch.fresh for branch in branches))

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)
