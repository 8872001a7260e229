"""Record the vignettes' cassettes anew: ``python -m vignettes.record``.

Each script runs against the sandbox, whose clock is set, so that
the same script gives the same cassette. Nothing is sent to TikTok. Render the pages afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from traktok import _surroundings
from traktok._secrets import cookies
from traktok.replay import record
from traktok.sandbox import Sandbox
from vignettes.render import CLOCK, Cell, cassette, run, vignettes

# What goes wrong in which vignette, in the words of Sandbox.fail().
FAULTS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "from_r": [
        {
            "name": "daily_quota",
            "where": {"start_date": "20231101", "end_date": "20231129", "cursor": 100},
        }
    ],
    "research_api": [{"name": "daily_quota", "endpoint": "video/query/", "page": 4}],
}
# What is contested about TikTok and not as a vignette shows it; the vignette says so.
SWITCHES: Mapping[str, Mapping[str, Any]] = {
    "unofficial_api": {"list_signature": False},
    "collecting": {"id_checks": False},  # many clients may not upload files of ids
}
# What is the matter with which posts, in the words of Sandbox.arrange().
POSTS: Mapping[str, Mapping[str, str]] = {"unofficial_api": {"7106594312292453676": "deleted"}}
# What is deleted from TikTok once a vignette has come to a heading.
GONE: Mapping[str, Mapping[str, Sequence[int]]] = {
    "collecting": {
        "## Refresh, and delete what is gone": (
            7202434348369118915,
            7227073788994422163,
            7305443033717808248,
        )
    }
}


def record_vignette(script: Path, target: Path) -> None:
    with Sandbox(now=CLOCK) as tiktok, TemporaryDirectory() as folder:
        tiktok.switches.update(SWITCHES.get(script.stem, {}))
        for fault in FAULTS.get(script.stem, ()):
            tiktok.fail(**fault)
        for video_id, condition in POSTS.get(script.stem, {}).items():
            tiktok.arrange(video_id, condition)
        with (
            patch.dict(os.environ, tiktok.environment),
            _surroundings.override(token=tiktok.token(), cookies=cookies.placeholders()),
            record(target, today=CLOCK),
        ):
            for cell, _ in run(script, Path(folder)):
                tiktok.api.service.gone.update(_deleted(script, cell))


def _deleted(script: Path, cell: Cell) -> Iterable[int]:
    headings = GONE.get(script.stem, {})
    return {id for heading, ids in headings.items() if heading in cell.source for id in ids}


def main() -> None:
    for script in vignettes():
        record_vignette(script, cassette(script))
        print(f"{cassette(script).name} recorded from {script.name}")


if __name__ == "__main__":
    main()
