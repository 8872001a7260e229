"""The parts of a page in HTML: sections, tables, pictures of bars over days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from traktok._text import printable

# The height of a picture, whose width is its days.
HEIGHT = 100
# Texts longer than this may break between lines in a table.
_LONG = 24

Cells = Sequence[object]


def escaped(value: object, *, lines: bool = False) -> str:
    """Escape a text for HTML, and control characters, which could change its direction."""
    parts = str(value).split("\n") if lines else [str(value)]
    return "\n".join(escape(printable(part)) for part in parts)


def section(heading: str, content: str) -> str:
    """Build a section with a heading."""
    return f"<section>\n<h2>{escaped(heading)}</h2>\n{content}\n</section>"


def css_class(state: str) -> str:
    """Return the class of what shows a state."""
    return str(state).replace(" ", "-")


def svg(width: int, marks: Iterable[str], about: str) -> str:
    """Draw marks over a span of days; the axis is text beside it, so that it stays readable."""
    return (
        f'<svg viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escaped(about)}">{"".join(marks)}</svg>'
    )


def axis(first: date, last: date) -> str:
    """Write the first, the middle and the last day below a picture."""
    middle = date.fromordinal((first.toordinal() + last.toordinal()) // 2)
    days = dict.fromkeys((first, middle, last))
    return f'<div class="axis">{"".join(f"<span>{day}</span>" for day in days)}</div>'


def table(heads: Sequence[str], rows: Sequence[Cells], nothing: str = "None.") -> str:
    """Build a table, or say that there is nothing."""
    if not rows:
        return f"<p>{nothing}</p>"
    kinds = [_kind(cell) for cell in rows[0]]
    head = "".join(
        f'<th scope="col"{kind}>{escaped(name)}</th>'
        for name, kind in zip(heads, kinds, strict=True)
    )
    body = "\n".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def _cells(row: Cells) -> str:
    first, *rest = (f"{cell:,}" if isinstance(cell, int) else escaped(cell) for cell in row)
    pairs = zip(row[1:], rest, strict=True)
    cells = "".join(f"<td{_kind(cell)}><bdi>{shown}</bdi></td>" for cell, shown in pairs)
    return f'<th scope="row"><bdi>{first}</bdi></th>{cells}'


def _kind(cell: object) -> str:
    """Return the attribute of a table's cell: numbers are aligned, and days stay on a line."""
    text = cell if isinstance(cell, str) else ""
    if isinstance(cell, int) or text.endswith("%"):
        return ' class="number"'
    return ' class="long"' if len(text) > _LONG else ""


def ranking(
    heading: str, of: str, what: str, rows: Sequence[tuple[str, int]], whole: int, note: str = ""
) -> str:
    """Build a section with a table whose counts are bars, too."""
    if not rows:
        return section(heading, "<p>None.</p>")
    lines = []
    for name, number in rows:
        share = number / whole if whole else 0
        lines.append(
            f'<tr><th scope="row"{_kind(name)}><bdi>{escaped(name)}</bdi></th>'
            f'<td class="number">{number:,}</td><td class="number">{share:.1%}</td>'
            f'<td class="share"><span style="width:{share:.1%}"></span></td></tr>'
        )
    heads = f'<th scope="col">{of}</th>' + "".join(
        f'<th scope="col" class="number">{name}</th>' for name in (what.capitalize(), "Share")
    )
    bars = (
        f'<div class="scroll" tabindex="0"><table class="ranking">\n<thead><tr>{heads}'
        f"<td></td></tr></thead>\n<tbody>\n{''.join(lines)}\n</tbody>\n</table></div>"
    )
    return section(heading, (f"<p>{note}</p>\n" if note else "") + bars)
