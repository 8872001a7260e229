"""Read inputs made to be slow or large; print the time and memory that each takes.

``python -m tests.fuzz.worst`` reads each in a process of its own.
"""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.readers import READERS
from traktok import TraktokError

MB = 2**20


def _pages(start: str, part: str, size: int = 16 * MB) -> bytes:
    return (start + part * (size // len(part)) + 'id="SIGI_STATE"').encode()


def _answer(part: str, size: int = 10 * MB) -> bytes:
    return b'{"data": {"videos": [' + part.encode() * (size // len(part)) + b"]}}"


def _sequence() -> bytes:
    """Return ``list(1:n, ...)`` as R writes it in some bytes each."""
    from tests.unit.test_hostile_files import HEADER, compact_sequence, ints

    return HEADER + ints(19, 60) + compact_sequence(9e6, 1, 1) * 60


def _csv(header: str, row: str, rows: int) -> bytes:
    return (header + "\n" + (row + "\n") * rows).encode()


WORST: dict[str, tuple[str, Callable[[], bytes]]] = {
    "page of 16 MB: nested elements": ("page", lambda: _pages("", "<div>")),
    "page of 16 MB: scripts": ("page", lambda: _pages("", "<script id=x></script>")),
    "page of 16 MB: attributes": ("page", lambda: _pages("<div ", "a=1 ")),
    "page of 16 MB: comments in a script": ("page", lambda: _pages("<script>", "<!--")),
    "page of 16 MB: nested JSON": ("page", lambda: _pages('<script id="SIGI_STATE">', "[")),
    "answer of 10 MB: nested JSON": ("wire", lambda: b"[" * 10 * MB),
    "answer of 10 MB: small records": ("wire", lambda: _answer('{"id":1},')[:-4] + b"]}}"),
    "answer of 10 MB: an error's message": (
        "wire",
        lambda: json.dumps({"error": {"code": "x", "message": "search id \x1b" * MB}}).encode(),
    ),
    "answer of 10 MB: the secret repeated": (
        "wire",
        lambda: json.dumps(
            {"error": "x", "error_description": "the-secret-1234%25 " * (MB // 2)}
        ).encode(),
    ),
    ".rds of 4 kB: sequences of 2 GB": ("rds", _sequence),
    ".rds of 300 kB: 300 MB packed": ("rds", lambda: gzip.compress(bytes(300 * MB), 1)),
    "CSV of 10 MB: one cell": ("csv", lambda: _csv("x", '"' + "a" * 10 * MB + '"', 1)),
    "CSV of 10 MB: quotes": ("csv", lambda: _csv("x", '"' * 10 * MB, 1)),
    "CSV of 5 MB: 500,000 columns": (
        "csv",
        lambda: (",".join(f"a{n}" for n in range(500_000)) + "\n").encode(),
    ),
    "CSV of 10 MB: brackets": ("csv", lambda: _csv("x", "[" * 10 * MB, 1)),
    "CSV of 10 MB: digits": ("csv", lambda: _csv("x,video_id", f"{'1' * 5 * MB}," * 2, 1)[:-2]),
    "CSV of 10 MB: minus signs": ("csv", lambda: _csv("x", "-", 5 * MB)),
    "JSONL of 10 MB: nested": ("jsonl", lambda: b'{"a":' * 2 * MB),
    "JSONL of 200 kB: other names in each row": (
        "jsonl",
        lambda: b"".join(b'{"a%d":1}\n' % n for n in range(20_000)),
    ),
    "JSON of 10 MB: columns": ("json", lambda: b'{"a": [' + b"1," * 5 * MB + b"1]}"),
    "cassette of 600 bytes: aliases": (
        "cassette.yml",
        lambda: (
            "a0: &a0 [lol]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
            + "interactions: [*a11]\n"
        ).encode(),
    ),
    "cassette of 10 MB: nested": ("cassette.yml", lambda: b"[" * 10 * MB),
    "query of 10 MB: nested": ("query", lambda: b'{"and":' * MB),
    "query of 10 MB: a value": (
        "query",
        lambda: json.dumps(
            {"and": [{"field_name": "x", "operation": "IN", "field_values": ["y" * 10 * MB]}]}
        ).encode(),
    ),
    "R of 1 MB: comments": ("script", lambda: b"# comment\n" * (MB // 10)),
    "R of 100 kB: parentheses": ("script", lambda: b"(" * 100_000),
    "R of 100 kB: sums": ("script", lambda: b"x <- 1" + b" + 1" * 25_000),
    "R of 100 kB: quotes": ("script", lambda: b"x <- '" + b'"' * 100_000),
}


def _read(name: str) -> None:
    """Read one input in this process, and print what that took beyond the start."""
    kind, make = WORST[name]
    reader, data = READERS[kind], make()
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        source: object = data
        if reader.file:
            source = Path(folder, reader.file)
            source.write_bytes(data)
        try:
            reader.read(source)
            end = "read"
        except (ValueError, TraktokError) as error:
            end = "refused" if len(str(error)) < 2000 else "refused at length"
    took = time.process_time() - began
    grew = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"| {name} | {took:.1f} | {grew:,.0f} | {end} |", flush=True)


def main() -> None:
    """Read all of them, or the one that the command line names."""
    if len(sys.argv) > 1:
        _read(sys.argv[1])
        return
    print("| input | seconds | MB | end |\n|---|---|---|---|", flush=True)
    for name in WORST:
        done = subprocess.run([sys.executable, "-m", "tests.fuzz.worst", name], timeout=600)
        if done.returncode:
            print(f"| {name} | | | ended with {done.returncode} |", flush=True)


if __name__ == "__main__":
    main()
