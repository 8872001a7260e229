"""Texts for people: counts, sizes, durations, and what a terminal can show."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType


def counted(number: int, nouns: str) -> str:
    """Format a count with its noun."""
    return f"{number:,} {nouns.removesuffix('s') if number == 1 else nouns}"


def some(names: Sequence[str], most: int = 3) -> str:
    """Join the first names, and count the others."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def size(number: float) -> str:
    """Format a number of bytes."""
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:,.3g} GB"


def duration(seconds: float) -> str:
    """Format a wait in minutes, rounded up."""
    minutes = -(-int(seconds) // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(minutes, 1)} min"


def did_you_mean(
    given: object, known: Iterable[str], instead: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return "; did you mean ...?" with the most similar known word, or "".

    ``instead`` maps further words, which may be meant, to the known ones.
    """
    by_lower = {word.lower(): word for word in known}
    by_lower = {word.lower(): meant for word, meant in instead.items()} | by_lower
    near = get_close_matches(str(given).lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


# Replacements for signs that the output's encoding lacks.
_PLAIN = {
    "─": "-",
    "│": "|",
    "├": "|",
    "└": "`",
    "…": "~",
    "×": "x",
    "ℹ": "i",
    "✔": "v",
    "✖": "x",
    "↵": r"\n",
}


class Signs:
    """The signs that an output can show, by its encoding (default: UTF-8)."""

    def __init__(self, encoding: str | None = None) -> None:
        self._encoding = encoding or "utf-8"
        self.ellipsis = self.fit("…")

    @classmethod
    def of_stdout(cls) -> Signs:
        """Return the signs that stdout can show."""
        return cls(getattr(sys.stdout, "encoding", None))

    def fit(self, text: str) -> str:
        """Return a text that the output can show, with plainer signs or escapes for others."""
        try:
            text.encode(self._encoding)
        except (UnicodeEncodeError, LookupError):
            return "".join(map(self._fit_one, text))
        return text

    def _fit_one(self, sign: str) -> str:
        try:
            sign.encode(self._encoding)
        except LookupError:
            return sign if sign.isascii() else _PLAIN.get(sign, repr(sign)[1:-1])
        except UnicodeEncodeError:
            plain = _PLAIN.get(sign)
            return plain or sign.encode("ascii", "backslashreplace").decode()
        return sign


# Invisible signs that `str.isprintable` accepts.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180f")
_JOINER = "\u200d"


def printable(text: str, keep: str = "") -> str:
    """Escape what is not visible, so that a text can't control a terminal or mislead.

    That is control characters, bidirectional overrides and signs without a width, except joiners
    within emoji and other scripts, and the characters of ``keep``.
    """
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(
        sign if sign in keep or _is_shown(text, place) else ascii(sign)[1:-1]
        for place, sign in enumerate(text)
    )


def _is_shown(text: str, place: int) -> bool:
    sign = text[place]
    if sign == _JOINER:
        around = text[place - 1 : place], text[place + 1 : place + 2]
        return all(beside and not beside.isascii() for beside in around)
    return sign.isprintable() and sign not in _INVISIBLE


def encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which UTF-8 can't write, by their escapes."""
    return text.encode(errors="backslashreplace").decode()


_LONGEST_EXCERPT = 200


def for_message(text: str) -> str:
    """Return a text for a message, with escapes for what is not visible or stdout can't show."""
    return Signs.of_stdout().fit(printable(text))


def excerpt(value: object) -> str:
    """Return the repr of a value for a message, cut to what that has room for."""
    shown = for_message(repr(value))
    return shown if len(shown) <= _LONGEST_EXCERPT else f"{shown[: _LONGEST_EXCERPT - 3]}..."


def legible(text: str) -> str:
    """Replace control characters, which could move the cursor, with blanks."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def took(seconds: float) -> str:
    """Format how long something took, as R does."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60}h {minutes % 60}m" if minutes >= 60 else f"{minutes}m {seconds}s"
