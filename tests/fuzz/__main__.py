"""Fuzz one reader, or each of them, for some time; print what the worst inputs took."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from typing import Any

from tests.fuzz.readers import READERS, Reader, check
from tests.fuzz.runs import run_for


class Worst:
    """The most time and memory that any input took."""

    def __init__(self) -> None:
        self.inputs, self.seconds, self.megabytes = 0, 0.0, 0.0
        self.slowest: Any = None
        self.largest: Any = None

    def check(self, reader: Reader, given: Any) -> None:
        """Check an input, and note what it took."""
        began, before = time.process_time(), _peak()
        check(reader, given)
        self.inputs += 1
        if (took := time.process_time() - began) > self.seconds:
            self.seconds, self.slowest = took, given
        if (grew := _peak() - before) > self.megabytes:
            self.megabytes, self.largest = grew, given


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Fuzz the readers named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", choices=[*READERS, []], metavar="READER")
    parser.add_argument("--seconds", type=float, default=60, help="for each reader")
    given = parser.parse_args()
    print("| reader | inputs | slowest (s) | its size | peak (MB) | largest step (MB) |")
    print("|---|---|---|---|---|---|")
    for name in given.readers or READERS:
        worst = Worst()
        run_for(READERS[name], given.seconds, worst.check)
        size = len(worst.slowest) if hasattr(worst.slowest, "__len__") else 0
        print(
            f"| {name} | {worst.inputs:,} | {worst.seconds:.2f} | {size:,} | {_peak():.0f} "
            f"| {worst.megabytes:.1f} |",
            flush=True,
        )
    sys.exit(0)


main()
