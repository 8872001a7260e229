"""The recipes for machines where nobody can type, run as a scheduler and a container start them."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from traktok import Collection, tt_collect
from traktok.sandbox.api import ResearchApi

ROOT = Path(__file__).parents[2]
RECIPES = (ROOT / "vignettes" / "site" / "pages" / "recipes.md").read_text("utf-8")
WINDOWS = 12
NO_TERMINAL: dict[str, Any] = {"stdin": subprocess.DEVNULL, "start_new_session": True}
VARIABLES = ("TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET", "TRAKTOK_PASSPHRASE")


def blocks(heading: str) -> list[str]:
    """The blocks of text under a heading."""
    part = RECIPES.partition(f"### {heading}\n")[2].partition("\n##")[0]
    return re.findall(r"^```text\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


@pytest.fixture
def credentials(tiktok: ResearchApi) -> dict[str, str]:
    given = (tiktok.client_key, tiktok.client_secret, "correct horse")
    return dict(zip(VARIABLES, given, strict=True))


@pytest.fixture
def surroundings(tiktok: ResearchApi, tmp_path: Path) -> dict[str, str]:
    """A machine with nothing but the program: a new home, and no stored credentials."""
    program = tmp_path / "bin" / "traktok"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m traktok "$@"\n')
    program.chmod(0o755)
    (tmp_path / "home").mkdir()
    return {
        "HOME": str(tmp_path / "home"),
        "PATH": f"{program.parent}:{os.defpath}",
        "PYTHONPATH": str(ROOT),
        "TRAKTOK_BASE_URL": tiktok.url,
    }


@pytest.fixture
def study(tiktok: ResearchApi, token: str, folder: Path) -> Path:
    """A study that was begun, and sent nothing."""
    tt_collect("#rstats", "2023-01-01", "2023-12-20", "study.db", start=False, token=token).close()
    tiktok.requests.clear()
    return folder / "study.db"


def stopped(command: list[str], environment: dict[str, str], tiktok: ResearchApi) -> int:
    """Run a command and stop it in one of its first pages; return how many windows are done."""
    before = len(tiktok.requests)
    tiktok.fail("trickle", on=2)
    with subprocess.Popen(command, env=environment, **NO_TERMINAL) as process:
        while len(tiktok.requests) < before + 2:
            assert process.poll() is None
            threading.Event().wait(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == -signal.SIGTERM
    with Collection("study.db") as study:
        return study.states()["done"]


@pytest.mark.usefixtures("study")
def test_a_study_is_stopped_and_continued_where_nobody_can_type(
    tmp_path: Path, credentials: dict[str, str], surroundings: dict[str, str], tiktok: ResearchApi
) -> None:
    (script,) = blocks("A cluster (Slurm)")
    assert re.search(r"^#SBATCH .*--signal=B:TERM@\d+", script, re.MULTILINE)  # B: to the script
    job = tmp_path / "job.sh"
    job.write_text(script)
    exports = "".join(
        f"export {name}={shlex.quote(value)}\n" for name, value in credentials.items()
    )
    (tmp_path / "home" / ".tiktok").write_text(exports)
    slurm = {"SLURM_JOB_ID": "1", "SLURM_SUBMIT_DIR": str(Path.cwd())}
    first = stopped(["bash", str(job)], surroundings | slurm, tiktok)

    dockerfile, commands = blocks("A container (Docker)")
    (start,) = re.findall(r"^CMD (.+)$", dockerfile, re.MULTILINE)
    assert re.findall(r"-e (\w+)", commands) == list(VARIABLES)
    # Docker runs a CMD without brackets in a shell, and stops a container with SIGTERM to it.
    container = ["/bin/sh", "-c", start]
    second = stopped(container, surroundings | credentials, tiktok)
    assert 2 <= first < second < WINDOWS

    done = subprocess.run(container, env=surroundings | credentials, **NO_TERMINAL, timeout=60)
    assert done.returncode == 0
    with Collection("study.db") as study:
        assert study.states()["done"] == WINDOWS
        pages = study.requests()
        assert not pages.duplicated(["subject", "cursor"]).any()  # no page is requested twice
