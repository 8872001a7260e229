"""Split R Markdown and Quarto documents into text and code chunks, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_FENCES = ("```", "~~~")


@dataclass(frozen=True)
class Text:
    """Lines of text, and the inline R code between backticks (line number, code)."""

    lines: tuple[str, ...]
    inline: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Chunk:
    """A code chunk: language, label, first line in the document, code, and whether it runs."""

    language: str
    label: str
    first_line: int
    code: str
    runs: bool = True


def split_document(document: str) -> Iterator[Text | Chunk]:
    """Split a document into text and chunks, in order."""
    text: list[str] = []
    started = 1
    lines = iter(enumerate(document.replace("\r\n", "\n").split("\n"), start=1))
    for number, line in lines:
        opening = _parse_opening(line)
        if opening is None:
            text.append(line)
            continue
        if any(map(str.strip, text)):
            yield _build_text(text, started)
        fence, language, options = opening
        code: list[str] = []
        for number, line in lines:  # noqa: B007
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                break
            code.append(line)
        yield _build_chunk(language, options, number - len(code), code)
        text, started = [], number + 1
    if any(map(str.strip, text)):
        yield _build_text(text, started)


def _parse_opening(line: str) -> tuple[str, str, str] | None:
    """Parse the line that opens a chunk: fence, language, options; None for other lines."""
    bare = line.strip()
    fence = bare[: len(bare) - len(bare.lstrip(bare[:1]))] if bare else ""
    inside = bare[len(fence) :].strip()
    if not fence.startswith(_FENCES) or not (inside.startswith("{") and inside.endswith("}")):
        return None
    language, _, options = inside[1:-1].strip().replace(",", " , ", 1).partition(" ")
    if not language.isalnum():
        return None
    return fence, language.lower(), options.strip()


def _build_chunk(language: str, options: str, first_line: int, code: list[str]) -> Chunk:
    label = options.partition(",")[0].strip()
    if "=" in label:
        label = ""
    settings = [setting.replace(" ", "").lower() for setting in options.split(",")]
    for line in code:
        if not line.startswith("#|"):
            break
        name, _, value = line[2:].partition(":")
        settings.append(f"{name.strip()}={value.strip()}".lower())
        if name.strip() == "label":
            label = value.strip()
    runs = not {"eval=false", "eval=f"} & set(settings)
    own = ["" if line.startswith("#|") else line for line in code]
    return Chunk(language, label, first_line, "\n".join(own), runs)


def _build_text(lines: list[str], first_line: int) -> Text:
    inline = [
        (number, code)
        for number, line in enumerate(lines, start=first_line)
        for code in _inline_code(line)
    ]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return Text(tuple(lines), tuple(inline))


def _inline_code(line: str) -> Iterator[str]:
    parts = line.split("`")
    yield from (part[2:] for part in parts[1:-1:2] if part.startswith("r "))
