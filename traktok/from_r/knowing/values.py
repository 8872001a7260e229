"""Define translated expressions, and track the variables of a script."""

from __future__ import annotations

import ast
import builtins
import keyword
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from traktok.from_r.knowing.imports import IMPORTS, TRAKTOK
from traktok.from_r.knowing.kinds import UNKNOWN, Kind, common_kind
from traktok.from_r.writing.build import literal_strings, literal_value
from traktok.from_r.writing.flat import flat


@dataclass(frozen=True)
class Value:
    """A Python expression, the kind of its value, and the strings it holds if it is a variable."""

    code: ast.expr
    kind: Kind = UNKNOWN
    held: tuple[str, ...] | None = None

    @property
    def texts(self) -> tuple[str, ...] | None:
        """The strings it consists of, if they are literals in the script; None otherwise."""
        if self.held is not None:
            return self.held
        written = literal_strings(self.code)
        return None if written is None else tuple(written)

    @property
    def doubts(self) -> frozenset[str]:
        """The Python expressions that make cells of this column NA if they are NA themselves."""
        if self.kind.name != "column":
            return frozenset()
        of = self.kind.element
        if of.doubts is not None:
            return of.doubts
        return frozenset({flat(self.code) + (NOT_A_TIME if of.is_a("date", "time") else "")})


# Suffix of a doubt about times: pandas compares a missing time as if it were known.
NOT_A_TIME = " is NaT"


class Untranslatable(Exception):  # noqa: N818
    """R code that has no Python form here; the message says why."""


def not_known(what: str) -> Untranslatable:
    """Return the error for a piece of R that the translator has no form for."""
    return Untranslatable(f"{what} is not known to the translator")


T = TypeVar("T", str, bool)


def require_literal(value: Value | None, default: T) -> T:
    """Return a literal of the default's type that the translation depends on.

    Raises
    ------
    Untranslatable
        If the value is not a literal of that type.
    """
    found = default if value is None else literal_value(value.code, type(default))
    if found is None:
        what = "flag" if isinstance(default, bool) else "string"
        raise Untranslatable(f"a {what} that the translation depends on is not a literal")
    return found


# Names that the templates bind in lambdas and comprehensions.
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
    """Assigns each R name a Python name of its own."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set(_RESERVED)

    def python(self, name: str) -> str:
        """Return the Python name of an R name."""
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


@dataclass(frozen=True)
class Variable:
    """What is known about a variable at some point of a script.

    Attributes
    ----------
    kind
        The kind of its value; None if it is not set.
    texts
        The strings it was set to, if they are literals in the script.
    borrowed
        Whether others hold its value too (a function's caller, a list that is looped over), so
        that it must not be changed in place.
    fresh
        Whether it is a list that is still empty.
    lost
        Whether R sets it but the translation does not.
    """

    kind: Kind | None = None
    texts: tuple[str, ...] | None = None
    borrowed: bool = False
    fresh: bool = False
    lost: bool = False


_NOT_SET = Variable()


class Scope:
    """The variables of a script or a function at some point of it.

    Each change is logged, so that a scope can be rolled back without a copy, and branches can be
    joined by their changes.
    """

    def __init__(self, outer: Scope | None = None) -> None:
        self.outer = outer
        self._variables: dict[str, Variable] = {}
        self._log: list[tuple[str, Variable]] = []

    def __contains__(self, name: str) -> bool:
        return self._of(name).kind is not None

    def _of(self, name: str) -> Variable:
        return self._variables.get(name, _NOT_SET)

    def _put(self, name: str, variable: Variable) -> None:
        self._log.append((name, self._of(name)))
        self._variables[name] = variable

    def kind(self, name: str) -> Kind | None:
        """Return the kind of a variable, outer ones included; None if it is not set."""
        kind = self._of(name).kind
        return self.outer.kind(name) if kind is None and self.outer else kind

    def own_kind(self, name: str) -> Kind | None:
        """Return the kind of a variable of this scope; None if it is not set here."""
        return self._of(name).kind

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return the strings that a variable was set to; None if they are not literals."""
        if name in self or not self.outer:
            return self._of(name).texts
        return self.outer.texts(name)

    def is_lost(self, name: str) -> bool:
        """Return whether R sets this variable but the translation does not."""
        return self._of(name).lost or bool(self.outer and self.outer.is_lost(name))

    def is_borrowed(self, name: str) -> bool:
        """Return whether the value of a variable of this scope must not be changed in place."""
        return self._of(name).borrowed

    def is_fresh(self, name: str) -> bool:
        """Return whether a variable of this scope is a list that is still empty."""
        return self._of(name).fresh

    def set(
        self,
        name: str,
        kind: Kind,
        texts: tuple[str, ...] | None = None,
        *,
        borrowed: bool = False,
        fresh: bool = False,
    ) -> None:
        """Record that a variable is set."""
        self._put(name, Variable(kind, texts, borrowed=borrowed, fresh=fresh))

    def change(self, name: str, kind: Kind, *, filled: bool = False) -> None:
        """Record that the value of a variable is changed in place."""
        variable = self._of(name)
        fresh = variable.fresh and not filled
        self._put(name, replace(variable, kind=kind, texts=None, fresh=fresh))

    def lose(self, name: str) -> None:
        """Record that a variable is no longer set, although it is in R."""
        self._put(name, Variable(lost=True))

    def forget(self, name: str) -> None:
        """Record that a variable is no longer set."""
        self._put(name, _NOT_SET)

    # --------------------------------------------------------------------- roll back, join

    def mark(self) -> int:
        """Return the position in the log of changes, for ``roll_back()``."""
        return len(self._log)

    def roll_back(self, mark: int) -> None:
        """Undo the changes since a mark."""
        while len(self._log) > mark:
            name, variable = self._log.pop()
            self._variables[name] = variable

    def branch(self) -> Scope:
        """Return a scope for a branch that may or may not be taken, to be joined later."""
        made = Scope(self.outer)
        made._variables = dict(self._variables)
        return made

    def join(self, *branches: Scope, known: bool = False) -> None:
        """Merge the branches of this scope, one of which was taken.

        ``known``: merge only variables that were set before.
        """
        changed = dict.fromkeys(name for branch in branches for name, _ in branch._log)
        for name in changed:
            if name in self or not known:
                self._put(name, self._joined(name, [branch._of(name) for branch in branches]))

    def _joined(self, name: str, variables: Sequence[Variable]) -> Variable:
        kinds = [variable.kind for variable in variables if variable.kind]
        texts = {variable.texts for variable in variables}
        return Variable(
            common_kind(kinds) if kinds else None,
            texts.pop() if len(texts) == 1 else None,
            borrowed=any(variable.borrowed for variable in variables),
            fresh=self.is_fresh(name) and all(variable.fresh for variable in variables),
            lost=any(variable.lost for variable in variables),
        )
