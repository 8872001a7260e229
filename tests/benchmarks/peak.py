"""A program that collects once, and prints by how many bytes its memory grew at most.

``python -m tests.benchmarks.peak floor videos 1000``, where TRAKTOK_BASE_URL names the server.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path


def high_water() -> int:
    """Return the most memory this process ever held.

    ``resource.getrusage`` won't do: what it says of a child begins with its parent's memory.
    """
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def main(whose: str, what: str, size: str) -> None:
    collect = getattr(import_module(f"tests.benchmarks.{whose}"), what)
    collect(1)  # imports and first use are not a cost of the size
    before = high_water()
    collect(int(size))
    print(high_water() - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
