"""The pytest fixtures for people who test their own collection code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "vignettes" / "testing_example"


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_example_project_passes(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    ran = pytest_in(folder, "-p", "traktok.testing")
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize("way", ["option", "conftest"])
def test_each_test_finds_it_as_good_as_new(way: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import traktok\n"
        "def test_one(tiktok):\n"
        "    tiktok.fail('http_500', times=9)\n"
        "    tiktok.quota.main = 7\n"
        "def test_two(tiktok, no_waits):\n"
        "    traktok.tt_user_info_api('tiktok')\n"
        "    assert tiktok.quota.main == len(tiktok.requests) == 1\n"
        "    assert no_waits == []\n"
    )
    if way == "conftest":
        (tmp_path / "conftest.py").write_text('pytest_plugins = ["traktok.testing"]\n')
    ran = pytest_in(tmp_path, *(["-p", "traktok.testing"] if way == "option" else []))
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


def test_pytest_does_not_load_it_by_itself(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_one():\n    assert 'pandas' not in sys.modules\n"
    )
    assert "1 passed" in pytest_in(tmp_path, "-p", "no:hypothesispytest").stdout
