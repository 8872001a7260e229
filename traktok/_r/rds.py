"""R's serialization, as ``saveRDS()`` and ``save()`` write it: bytes into values and back.

A vector of R's is a :class:`Vector`, NULL is None, a pairlist is :class:`Pairs`, what ``save()``
wrote a :class:`Workspace`. Anything else that an R session can hold (functions, environments, ...)
is skipped; only its name is kept.

The formats are those of R's serialize.c, XDR, versions 2 (written here, since every R reads it) and
3. The package rdata is not used: it has no raw vectors, which R's credentials consist of, and takes
twenty times as long for the texts that these tables consist of.
"""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import IO, Any, TypeVar

from traktok._lazy import np
from traktok._unpack import DAMAGE, TooLargeError, limit_for, unpack

_T = TypeVar("_T")

NA_INTEGER = -(2**31)
NA_DOUBLE: float = struct.unpack("<d", struct.pack("<Q", 0x7FF00000_000007A2))[0]


class Unreadable(ValueError):  # noqa: N818  # the name describes the file
    """A file that can't be read; the message is a predicate to put behind the file's name."""


class Kind(IntEnum):
    """The kinds of vectors, by R's numbers for them."""

    LOGICAL = 10
    INTEGER = 13
    DOUBLE = 14
    COMPLEX = 15
    TEXT = 16
    LIST = 19
    EXPRESSION = 20
    RAW = 24


@dataclass(slots=True)
class Vector:
    """A vector: numbers as an array, texts as str or None, a list's elements as they are.

    A missing logical or integer is :data:`NA_INTEGER`, raw values are bytes.
    """

    kind: Kind
    values: Any
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def classes(self) -> list[str]:
        """R's ``class()``, if it is set."""
        classes = self.attributes.get("class")
        return list(classes.values) if isinstance(classes, Vector) else []

    @property
    def names(self) -> list[str] | None:
        """The names of the elements, if they have names."""
        names = self.attributes.get("names")
        return [name or "" for name in names.values] if isinstance(names, Vector) else None

    def named(self) -> dict[str, Any]:
        """Return the elements of a list by name."""
        return dict(zip(self.names or (), self.values, strict=False))


class Symbol(str):
    """A name in R code."""


class Pairs(list[tuple[str | None, Any]]):
    """A pairlist: (name, element) in order."""


class Workspace(dict[str, Any]):
    """The objects that ``save()`` wrote, by name."""


@dataclass(slots=True)
class Other:
    """An object that is not data, such as a function."""

    name: str
    attributes: dict[str, Any] = field(default_factory=dict)


def describe(value: Any) -> str:
    """Return a description of a value for a message, such as ``a list``."""
    match value:
        case None:
            return "NULL"
        case Other(name=name):
            return name
        case Vector() if "data.frame" in value.classes:
            return "a table"
        case Vector(kind=kind):
            kinds = {Kind.LIST: "a list", Kind.EXPRESSION: "an expression"}
            return kinds.get(
                kind, f"a vector ({'character' if kind is Kind.TEXT else kind.name.lower()})"
            )
        case Workspace():
            return "a workspace"
    return "a piece of R code"


# ------------------------------------------------------------------------------------------ reading

_NOT_XDR = {b"A\n": "ASCII", b"B\n": "machine-dependent"}


def loads(data: bytes) -> Any:
    """Parse a file of ``saveRDS()`` or ``save()``, in any of R's compressions.

    Raises
    ------
    Unreadable
        If it is another file, damaged, or unpacks to far more than a file of its size.
    """
    limit = limit_for(len(data))
    try:
        data = unpack(data)
        if saved := data[:5] in (b"RDX2\n", b"RDX3\n"):
            data = data[5:]
        if data[:2] in _NOT_XDR:
            raise Unreadable(f"is in R's {_NOT_XDR[data[:2]]} form: save it with R's own defaults")
        if data[:2] != b"X\n":
            raise Unreadable("is not a file of R's saveRDS() or save()")
        value = _Reader(data, limit).value()
    except Unreadable:
        raise
    except TooLargeError as error:
        raise Unreadable(str(error)) from None
    except (*DAMAGE, IndexError, struct.error) as error:
        raise Unreadable(f"is damaged or incomplete ({error})") from None
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        raise Unreadable("is damaged: its parts contradict each other") from None
    except RecursionError:
        raise Unreadable("is nested too deeply to be a result") from None
    if not saved:
        return value
    if not isinstance(value, Pairs):
        raise Unreadable("is damaged: it is a workspace without objects")
    return Workspace((name, inner) for name, inner in value if name is not None)


_HAS_ATTRIBUTES, _HAS_TAG = 1 << 9, 1 << 10
_LATIN1 = 1 << 14
_UTF8_OR_ASCII = (1 << 15) | (1 << 18)
_NULL, _REFERENCE = 254, 255
_SYMBOL, _PAIRLIST, _CHARACTERS = 1, 2, 9
_CODES_OF_PAIRS = {2: "a pairlist", 3: "a function", 5: "a promise", 6: "a call", 17: "dots"}
_BARE = {
    241: "the base environment",
    242: "the empty environment",
    250: "the base namespace",
    251: "a missing argument",
    252: "an unbound value",
    253: "the global environment",
}
_NUMBERS = {Kind.LOGICAL: ">i4", Kind.INTEGER: ">i4", Kind.DOUBLE: ">f8", Kind.COMPLEX: ">c16"}


class _Reader:
    def __init__(self, data: bytes, limit: int) -> None:
        self._data = data
        self._limit = limit
        self._room = limit
        self._at = 2
        self._references: list[Any] = []
        self._encoding = "utf-8"

    def value(self) -> Any:
        version, _, _ = self._int(), self._int(), self._int()
        if version not in (2, 3):
            raise Unreadable(f"has version {version} of R's format; only 2 and 3 can be read")
        if version == 3:
            self._encoding = self._bytes(self._int()).decode("ascii", "replace")
        return self._item()

    # The basic parts.

    def _int(self) -> int:
        (number,) = struct.unpack_from(">i", self._data, self._at)
        self._at += 4
        return int(number)

    def _length(self) -> int:
        length = self._int()
        return length if length >= 0 else (self._int() << 32) + (self._int() & 0xFFFFFFFF)

    def _bytes(self, size: int) -> bytes:
        if not 0 <= size <= len(self._data) - self._at:
            raise EOFError("it breaks off")
        self._at += size
        return self._data[self._at - size : self._at]

    def _item(self) -> Any:
        return self._object(self._int())

    def _object(self, flags: int) -> Any:
        code = flags & 0xFF
        if code in (_NULL, 0):
            return None
        if code == _REFERENCE:
            return self._references[((flags >> 8 & 0xFFFFFF) or self._int()) - 1]
        if code in _CODES_OF_PAIRS:
            return self._pairs(flags)
        if code in _BARE:
            return Other(_BARE[code])
        if code in _READERS:
            return _READERS[code](self, flags)
        if code in _KINDS:
            value: Any = Vector(Kind(code), self._values(Kind(code)))
        elif code in _OTHERS:
            value = _OTHERS[code](self)
        else:
            raise Unreadable(f"holds an object of an unknown type ({code})")
        if flags & _HAS_ATTRIBUTES:
            value.attributes = self._attributes()
        return value

    def _attributes(self) -> dict[str, Any]:
        return _dict(self._item())

    # Vectors.

    def _values(self, kind: Kind) -> Any:
        length = self._length()
        if kind in _NUMBERS:
            kept = np.dtype(_NUMBERS[kind])
            return np.frombuffer(self._bytes(length * kept.itemsize), kept).astype(
                kept.newbyteorder("=")
            )
        if kind is Kind.RAW:
            return self._bytes(length)
        if kind is Kind.TEXT:
            return [self._text() for _ in range(length)]
        return [self._item() for _ in range(length)]

    def _text(self) -> str | None:
        flags, length = struct.unpack_from(">ii", self._data, self._at)
        if flags & 0xFF != _CHARACTERS:
            raise EOFError("a text is missing")
        self._at += 8
        return None if length < 0 else self._decoded(flags, self._bytes(length))

    def _characters(self, flags: int) -> str | None:
        self._at -= 4
        return self._text()

    def _decoded(self, flags: int, written: bytes) -> str:
        if flags & _HAS_ATTRIBUTES:
            self._item()
        if flags & _UTF8_OR_ASCII:
            return written.decode(errors="backslashreplace")
        try:
            return written.decode("latin-1" if flags & _LATIN1 else self._encoding)
        except (UnicodeDecodeError, LookupError):
            return written.decode("latin-1")

    def _compact(self, flags: int) -> Any:
        """Read a vector that R did not write out (ALTREP), such as ``1:10``."""
        (_, name), *_ = self._item()
        state, attributes = self._item(), self._item()
        parts = state.values if isinstance(state, Vector) else [part for _, part in state]
        if name.startswith("wrap_"):
            value = parts[0]
        elif name in ("compact_intseq", "compact_realseq"):
            kind, dtype = (Kind.INTEGER, "i4") if name == "compact_intseq" else (Kind.DOUBLE, "f8")
            length, first, step = parts
            self._reserve(int(length) * _BYTES_PER_ROW)
            value = Vector(kind, (first + step * np.arange(int(length))).astype(dtype))
        elif name == "deferred_string":
            value = Vector(Kind.TEXT, _to_strings(parts[0]))
        else:
            raise Unreadable(f"holds a vector that only R can read ({name})")
        return Vector(value.kind, value.values, _dict(attributes))

    def _reserve(self, size: int) -> None:
        """Check that vectors which take no room in the file fit in the limit, all together."""
        self._room -= max(size, 0)
        if self._room < 0:
            raise TooLargeError(self._limit)

    # Objects that are not data: parsed as well, since data can follow them.

    def _pairs(self, flags: int) -> Any:
        code, pairs, attributes = flags & 0xFF, Pairs(), {}
        while True:
            if flags & _HAS_ATTRIBUTES:
                attributes = self._attributes()
            tag = self._item() if flags & _HAS_TAG else None
            pairs.append((tag if isinstance(tag, Symbol) else None, self._item()))
            flags = self._int()
            if flags & 0xFF != _PAIRLIST:
                break
        if (rest := self._object(flags)) is not None:
            pairs.append((None, rest))
        return pairs if code == _PAIRLIST else Other(_CODES_OF_PAIRS[code], attributes)

    def _symbol(self, flags: int) -> Symbol:
        return self._remembered(Symbol(self._item()))

    def _remembered(self, value: _T) -> _T:
        self._references.append(value)
        return value

    def _environment(self, flags: int) -> Other:
        value = self._remembered(Other("an environment"))
        self._int()
        for _ in range(4):
            self._item()
        return value

    def _package(self, flags: int) -> Other:
        self._int()
        for _ in range(self._int()):
            self._item()
        return self._remembered(Other("a package"))

    def _pointer(self) -> Other:
        value = self._remembered(Other("a pointer"))
        self._item()
        self._item()
        return value

    def _builtin(self, flags: int) -> Other:
        self._bytes(self._int())
        return Other("a function")

    def _bytecode(self) -> Other:
        self._int()
        return self._bytecode_itself()

    def _bytecode_itself(self) -> Other:
        self._item()
        for _ in range(self._int()):
            code = self._int()
            if code == _BYTECODE:
                self._bytecode_itself()
            else:
                self._code(code)
        return Other("a function")

    def _code(self, code: int) -> None:
        """Skip a piece of byte code: pairs whose parts are each preceded by a type number."""
        while code in _CODE_DEFINITIONS:
            if code == _CODE_DEFINITION:
                self._int()
                code = self._int()
                if code not in _CODE_DEFINITIONS:
                    break
            if code in _CODE_WITH_ATTRIBUTES:
                self._item()
            self._item()
            self._code(self._int())
            code = self._int()
        if code == _CODE_REFERENCE:
            self._int()
        else:
            self._item()


_BYTECODE = 21
_CODE_REFERENCE, _CODE_DEFINITION = 243, 244
_CODE_WITH_ATTRIBUTES = {239, 240}
_CODE_DEFINITIONS = {_PAIRLIST, 6, _CODE_DEFINITION, *_CODE_WITH_ATTRIBUTES}

_KINDS = frozenset(map(int, Kind))

# Room for an element that takes none in the file: what it takes at most on its way into a table.
_BYTES_PER_ROW = 64

_READERS: Mapping[int, Callable[[_Reader, int], Any]] = {
    _SYMBOL: _Reader._symbol,
    4: _Reader._environment,
    7: _Reader._builtin,
    8: _Reader._builtin,
    _CHARACTERS: _Reader._characters,
    238: _Reader._compact,
    **dict.fromkeys((247, 248, 249), _Reader._package),
}
_OTHERS: Mapping[int, Callable[[_Reader], Other]] = {
    _BYTECODE: _Reader._bytecode,
    22: _Reader._pointer,
    23: lambda reader: reader._remembered(Other("a weak reference")),
    25: lambda reader: Other("an object (S4)"),
}


def _dict(pairs: Pairs | None) -> dict[str, Any]:
    return {str(name): value for name, value in pairs or ()}


def _to_strings(numbers: Vector) -> list[str | None]:
    if numbers.kind is Kind.INTEGER:
        return [None if n == NA_INTEGER else str(n) for n in numbers.values.tolist()]
    return [None if n != n else f"{n:.15g}" for n in numbers.values.tolist()]


# ------------------------------------------------------------------------------------------ writing

_VERSION, _WRITTEN_BY, _READ_FROM = 2, 0x30500, 0x20300  # R 3.5.0, R 2.3.0
_ASCII_TEXT, _UTF8_TEXT = _CHARACTERS | 1 << 18, _CHARACTERS | 1 << 15
_IS_OBJECT = 1 << 8
_LEVEL, _BUFFER = 6, 1 << 18


def dump(value: Any, stream: IO[bytes]) -> None:
    """Write a value as ``saveRDS()`` does, a :class:`Workspace` as ``save()`` does.

    Symbols, functions and the like can't be written. Characters that a text in R can't hold (half
    of a surrogate pair, NUL) are written as their escapes.
    """
    with (
        gzip.GzipFile(
            fileobj=stream, mode="wb", filename="", mtime=0, compresslevel=_LEVEL
        ) as unbuffered,
        io.BufferedWriter(unbuffered, _BUFFER) as packed,
    ):
        if isinstance(value, Workspace):
            packed.write(b"RDX2\n")
        packed.write(b"X\n" + struct.pack(">iii", _VERSION, _WRITTEN_BY, _READ_FROM))
        _Writer(packed.write).value(value)


class _Writer:
    def __init__(self, write: Callable[[bytes], Any]) -> None:
        self._write = write
        self._symbols: dict[str, int] = {}

    def value(self, value: Any) -> None:
        if value is None:
            self._ints(_NULL)
        elif isinstance(value, Workspace):
            self._pairs(value)
        else:
            self._vector(value)

    def _ints(self, *numbers: int) -> None:
        self._write(struct.pack(f">{len(numbers)}I", *numbers))

    def _vector(self, vector: Vector) -> None:
        has_class = _IS_OBJECT if "class" in vector.attributes else 0
        has_attributes = _HAS_ATTRIBUTES if vector.attributes else 0
        self._ints(vector.kind | has_class | has_attributes, len(vector.values))
        if vector.kind in _NUMBERS:
            self._write(np.asarray(vector.values).astype(_NUMBERS[vector.kind]).tobytes())
        elif vector.kind is Kind.RAW:
            self._write(vector.values)
        elif vector.kind is Kind.TEXT:
            self._write(b"".join(map(_encode_text, vector.values)))
        else:
            for element in vector.values:
                self.value(element)
        if vector.attributes:
            self._pairs(vector.attributes)

    def _pairs(self, pairs: Mapping[str, Any]) -> None:
        for name, value in pairs.items():
            self._ints(_PAIRLIST | _HAS_TAG)
            self._symbol(name)
            self.value(value)
        self._ints(_NULL)

    def _symbol(self, name: str) -> None:
        if name in self._symbols:
            self._ints(self._symbols[name] << 8 | _REFERENCE)
            return
        self._symbols[name] = len(self._symbols) + 1
        self._ints(_SYMBOL)
        self._write(_encode_text(name))


def _encode_text(text: str | None) -> bytes:
    if text is None:
        return struct.pack(">Ii", _CHARACTERS, -1)
    flags = _ASCII_TEXT if text.isascii() else _UTF8_TEXT
    encoded = text.encode(errors="backslashreplace").replace(b"\0", rb"\x00")
    return struct.pack(">Ii", flags, len(encoded)) + encoded
