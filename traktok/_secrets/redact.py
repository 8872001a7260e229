"""Replace secrets in recorded data, in whatever encoding they appear.

A server may repeat a token or cookie escaped for JSON, a URL or HTML, even several times over, or
in base64 or hexadecimal. The data are unescaped level by level. Each byte keeps the position that
it came from, so that a secret found in the unescaped data is replaced in the original.
"""

from __future__ import annotations

import base64
import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

# The deepest nesting seen is JSON in an attribute of a page, in JSON.
_LEVELS = 4
_ESCAPE = re.compile(
    rb"\\u(?P<json>[0-9a-fA-F]{4})|\\(?P<character>[^u])|%(?P<percent>[0-9a-fA-F]{2})"
    rb"|&#[xX]0*(?P<hex>[0-9a-fA-F]{1,6});|&#0*(?P<decimal>[0-9]{1,7});|&(?P<named>amp|quot|lt|gt);"
)
_NAMED = {b"amp": b"&", b"quot": b'"', b"lt": b"<", b"gt": b">"}


def redact(data: bytes, secrets: Mapping[str, str]) -> bytes:
    """Replace each secret by its placeholder.

    Parameters
    ----------
    data : bytes
        Any data; text must be UTF-8.
    secrets : mapping of str to str
        The placeholder of each secret.
    """
    found = sorted(_find(data, secrets), key=lambda place: (place[0], -place[1]))
    redacted, at = bytearray(), 0
    for start, end, placeholder in found:
        if start >= at:
            redacted += data[at:start] + placeholder.encode()
        at = max(at, end)
    return bytes(redacted + data[at:])


def redact_text(text: str, secrets: Mapping[str, str]) -> str:
    """Replace each secret in a text by its placeholder."""
    return redact(text.encode(errors="surrogatepass"), secrets).decode(errors="surrogatepass")


def _find(data: bytes, secrets: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield the start and the end of each secret in the data, with its placeholder."""
    layers: list[_Layer] = []
    text = data
    for _ in range(_LEVELS):
        for secret, placeholder in secrets.items():
            for spelling in _spellings(secret):
                start = text.find(spelling)
                while start >= 0:
                    span = start, start + len(spelling)
                    for layer in reversed(layers):
                        span = layer.source(span[0]), layer.source(span[1])
                    yield *span, placeholder
                    start = text.find(spelling, start + 1)
        layer = _Layer(text)
        if layer.text == text:
            return
        layers.append(layer)
        text = layer.text


class _Layer:
    """Data with one level of escapes undone, and the position that each byte came from."""

    def __init__(self, data: bytes) -> None:
        text, at = bytearray(), 0
        self._starts, self._sources = [0], [0]
        for escape in _ESCAPE.finditer(data):
            text += data[at : escape.start()]
            self._mark(len(text), escape.start())
            text += _unescape(escape)
            self._mark(len(text), escape.end())
            at = escape.end()
        self.text = bytes(text + data[at:])

    def _mark(self, start: int, source: int) -> None:
        self._starts.append(start)
        self._sources.append(source)

    def source(self, place: int) -> int:
        """Return the position in the escaped data that a position in the text came from."""
        mark = bisect_right(self._starts, place) - 1
        return self._sources[mark] + place - self._starts[mark]


def _unescape(escape: re.Match[bytes]) -> bytes:
    kind = escape.lastgroup
    given = escape[kind or 0]
    if kind == "character":
        return given
    if kind == "named":
        return _NAMED[given]
    number = int(given, 10 if kind == "decimal" else 16)
    if kind == "percent":
        return bytes([number])
    return chr(number).encode(errors="surrogatepass") if number <= 0x10FFFF else escape[0]


@functools.lru_cache(maxsize=1024)
def _spellings(secret: str) -> tuple[bytes, ...]:
    raw = secret.encode(errors="surrogatepass")
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for shift, first in enumerate((0, 2, 3)):  # base64 of a longer text: where the secret begins
        last = (shift + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(bytes(shift) + raw)[first:last])
    return tuple(found)
