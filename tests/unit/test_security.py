"""Every protection that SECURITY.md names is held by a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tests_that_hold_a_protection_are_there() -> None:
    rows = [
        line
        for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| threat")
    ]
    named = [re.search(r"`(tests/[\w/]+\.py)::(\w+)` \|$", row) for row in rows]
    assert len(rows) > 10
    missing = [
        row
        for row, found in zip(rows, named, strict=True)
        if found is None
        or not (ROOT / found[1]).exists()
        or f"def {found[2]}(" not in (ROOT / found[1]).read_text(encoding="utf-8")
    ]
    assert missing == []
