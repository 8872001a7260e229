"""What the translation of an expression gives, and the names a script knows."""

from __future__ import annotations

import ast
import builtins
import keyword
import unicodedata
from dataclasses import dataclass, field, replace

from traktok.from_r.knowing.imports import IMPORTS, TRAKTOK
from traktok.from_r.knowing.kinds import UNKNOWN, Kind, together
from traktok.from_r.writing.build import text_list
from traktok.from_r.writing.flat import flat


@dataclass(frozen=True)
class Value:
    """A Python expression, the kind of its value, and the strings that a variable holds."""

    code: ast.expr
    kind: Kind = UNKNOWN
    held: tuple[str, ...] | None = None

    @property
    def texts(self) -> tuple[str, ...] | None:
        """The strings it consists of, as far as the script writes them out; None otherwise."""
        if self.held is not None:
            return self.held
        written = text_list(self.code)
        return None if written is None else tuple(written)

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
    is looped over), so that it must not be changed in place; ``fresh`` are lists still empty;
    ``texts`` are the strings of those that were set to strings written out; ``lost`` are those
    whose assignment could not be translated; ``changed`` are those that were set or lost since
    the scope was made.
    """

    kinds: dict[str, Kind] = field(default_factory=dict)
    borrowed: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    outer: Scope | None = None

    def kind(self, name: str) -> Kind | None:
        """Tell the kind of a variable; None where it is not set."""
        if name in self.kinds:
            return self.kinds[name]
        return self.outer.kind(name) if self.outer else None

    def texts_of(self, name: str) -> tuple[str, ...] | None:
        """Return the strings that a variable was set to; None if they are not written out."""
        if name in self.kinds:
            return self.texts.get(name)
        return self.outer.texts_of(name) if self.outer else None

    def is_lost(self, name: str) -> bool:
        """Return whether R set this variable where the translation does not."""
        return name in self.lost or bool(self.outer and self.outer.is_lost(name))

    def set(self, name: str, kind: Kind, texts: tuple[str, ...] | None = None) -> None:
        """Record that a variable is set."""
        self.change(name, kind)
        self.borrowed.discard(name)
        self.fresh.discard(name)
        self.lost.discard(name)
        if texts is not None:
            self.texts[name] = texts

    def change(self, name: str, kind: Kind) -> None:
        """Record that the value of a variable is changed in place."""
        self.kinds[name] = kind
        self.texts.pop(name, None)
        self.changed.add(name)

    def lose(self, name: str) -> None:
        """Record that a variable is not set any longer, as it is in R."""
        self.forget(name)
        self.lost.add(name)

    def forget(self, name: str) -> None:
        """Record that a variable is not set any longer."""
        self.kinds.pop(name, None)
        self.texts.pop(name, None)
        self.changed.add(name)

    def copy(self) -> Scope:
        """Copy this scope, to go back to it."""
        return replace(
            self,
            kinds=dict(self.kinds),
            borrowed=set(self.borrowed),
            fresh=set(self.fresh),
            texts=dict(self.texts),
            lost=set(self.lost),
            changed=set(self.changed),
        )

    def branch(self) -> Scope:
        """Make a scope for a branch that may or may not be taken, to be joined."""
        return replace(self.copy(), changed=set())

    def join(self, *branches: Scope) -> None:
        """Go on after branches of this scope of which one was taken."""
        names = dict.fromkeys(name for branch in branches for name in sorted(branch.changed))
        for name in names:
            kinds = [branch.kinds[name] for branch in branches if name in branch.kinds]
            texts = {branch.texts.get(name) for branch in branches}
            self.forget(name)
            if kinds:
                self.change(name, together(kinds))
            if len(texts) == 1 and (agreed := texts.pop()):
                self.texts[name] = agreed
        self.borrowed = set().union(*(branch.borrowed for branch in branches))
        self.fresh.intersection_update(*(branch.fresh for branch in branches))
        self.lost = set().union(*(branch.lost for branch in branches))

    def __contains__(self, name: str) -> bool:
        return name in self.kinds
