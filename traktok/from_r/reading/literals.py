"""Parse R's numbers and strings, with R's escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tree_sitter


def node_text(raw: tree_sitter.Node) -> str:
    """Return the text of a node."""
    return (raw.text or b"").decode("utf-8").strip("\r\n")


def parse_number(text: str) -> float:
    """Parse a number; integers keep every digit, unlike in R."""
    if text.lower().startswith("0x"):
        return float.fromhex(text) if "p" in text.lower() else int(text, 16)
    if text.isdecimal():
        return int(text)
    value = float(text)
    exact = value.is_integer() and abs(value) < 2**53 and "." not in text
    return int(value) if exact else value


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def parse_string(raw: tree_sitter.Node) -> str:
    """Parse a string, raw strings included."""
    text = node_text(raw)
    if text[:1] in "rR":
        inside = text[2:-1].strip("-")
        return inside[1:-1]
    content = raw.child_by_field_name("content")
    if content is None:
        return ""
    whole, start = (content.text or b""), content.start_byte
    parts, done = [], 0
    for escape in content.children:
        if escape.type == "escape_sequence":
            parts.append(whole[done : escape.start_byte - start].decode())
            parts.append(_unescape(node_text(escape)[1:]))
            done = escape.end_byte - start
    return "".join((*parts, whole[done:].decode()))


def _unescape(code: str) -> str:
    digits = code[1:].strip("{}")
    if code[:1] in "xuU" and digits:
        return chr(int(digits, 16)) if int(digits, 16) < 0x110000 else "\ufffd"
    if code.isdigit():
        return chr(int(code, 8))
    return _ESCAPES.get(code, code)


def comment_text(raw: tree_sitter.Node) -> str:
    """Return a comment without characters that would end its line in Python."""
    return node_text(raw).replace("\r", " ").replace("\0", " ")
