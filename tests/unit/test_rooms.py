"""Check who may know whom in the tests, and that the map of the rooms is true."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = {
    path.name + "/" if path.is_dir() else path.name
    for path in (ROOT / "traktok").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").exists()
}
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_map_shows_every_room() -> None:
    start, end = CONTRIBUTING.index("## The rooms"), CONTRIBUTING.index("## How a page travels")
    rows = [row.split("|")[1] for row in CONTRIBUTING[start:end].splitlines() if row[:3] == "| `"]
    assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == ROOMS


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.\w+|(?:tests|traktok|vignettes)/[\w/]*)`", CONTRIBUTING)
    assert len(named) > 20
    assert [n for n in named if not any((ROOT / top / n).exists() for top in ("", "traktok"))] == []
