"""Cards in HTML for a notebook (a title, rows of facts, a bar), and a query as a tree of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

# The conditions of a query by group: field, operation, values.
Groups = Mapping[str, Sequence[tuple[str, str, Sequence[str]]]]
_Branch = tuple[str, list["_Branch"]]
_LONGEST_LEAF = 35
_CARD = (
    "border: 1px solid rgba(128, 128, 128, .5); border-radius: 6px; padding: .6em 1em; "
    "display: inline-block; max-width: 60em"
)
_GROUPS = {"and": "all of", "or": "at least one of", "not": "none of"}
_OPERATIONS = {
    "EQ": "is",
    "GT": "is greater than",
    "GTE": "is at least",
    "LT": "is less than",
    "LTE": "is at most",
}


def card(title: str, rows: Iterable[tuple[str, str]], share: float | None = None) -> str:
    """Render a card; ``share``, from 0 to 1, is drawn as a bar beside the title."""
    bar = "" if share is None else f'<progress value="{share:.3f}" max="1"></progress>'
    cells = "".join(
        f'<tr><td style="text-align: left; opacity: .75">{escape(name)}</td>'
        f'<td style="text-align: left">{escape(fact)}</td></tr>'
        for name, fact in rows
    )
    return (
        f'<div style="{_CARD}"><strong>{escape(title)}</strong> {bar}<table>{cells}</table></div>'
    )


def query_card(groups: Groups) -> str:
    """Render a query in words: its groups of conditions (field, operation, values)."""
    rows = [
        (_GROUPS[group] if number == 0 else "", _in_words(*condition))
        for group, conditions in groups.items()
        for number, condition in enumerate(conditions)
    ]
    title = "Query: videos that meet" if rows else "Query without conditions"
    return card(title, rows)


def _in_words(field: str, operation: str, values: Sequence[str]) -> str:
    listed = ", ".join(values)
    if operation == "IN":
        relation = "is" if len(values) == 1 else "is one of"
    else:
        relation = _OPERATIONS[operation]
    return f"{field.replace('_', ' ')} {relation} {listed}"


def query_tree(groups: Groups, ascii: bool) -> str:
    """Draw a query as R prints it; ``ascii`` draws it in ASCII characters."""
    nested = [
        (f"{group}: <list>", [("<list>", _leaves(*condition)) for condition in conditions])
        for group, conditions in groups.items()
    ]
    return "\n".join(["S3<traktok_query>", *_branches(nested, ascii)])


def _leaves(field: str, operation: str, values: Sequence[str]) -> list[_Branch]:
    quoted: list[_Branch] = [(_quoted(value), []) for value in values]
    return [
        (f"field_name: {_quoted(field)}", []),
        (f"operation: {_quoted(operation)}", []),
        ("field_values: <list>", quoted),
    ]


def _quoted(text: str) -> str:
    """Quote a text on one line, cut to the length that R's trees allow."""
    line = text.replace("\n", "↵")
    return (
        f'"{line}"' if len(line) <= _LONGEST_LEAF else f'"{line[: _LONGEST_LEAF - 3].rstrip()}..."'
    )


def _branches(branches: list[_Branch], ascii: bool) -> Iterator[str]:
    fork, end, trunk = ("+-", "\\-", "| ") if ascii else ("├─", "└─", "│ ")
    for number, (label, below) in enumerate(branches, start=1):
        last = number == len(branches)
        yield (end if last else fork) + label
        for line in _branches(below, ascii):
            yield ("  " if last else trunk) + line
