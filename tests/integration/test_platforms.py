"""Check that traktok works wherever Python does: locales, encodings, homes, file systems, Windows.

Each test is a process of its own. What this machine is not (Windows, a disk without hard links) is
simulated by taking away what is missing there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from traktok.sandbox.api import ResearchApi

# All that a first day with traktok needs; it ends with what is printed.
JOURNEY = """
import sys
from pathlib import Path
import traktok
from traktok import *
from traktok.cli import app

auth_research()
assert auth_check(silent=True)["research"]
cats = query() | query_or("keyword", "IN", ["猫", "кот", "Ünïcode — ok", "rstats"])
videos = cats | tt_search_api(start_date="2023-11-01", end_date="2023-11-29")
videos["video_description"] = videos["video_description"] + "猫 кот Ünïcode 🎉 – I İ ı i"
assert len(videos)
# The C locale knows no other file names: open() itself refuses them.
accent = "é" if sys.getfilesystemencoding() == "utf-8" else "e"
for name in (f"vid{accent}os.csv", f"vid{accent}os.jsonl", f"vid{accent}os.rds"):
    assert read_results(videos.save(Path(name))).equals(videos), name
store, file = f"{accent}tude.db", f"requ{accent}te.json"
study = tt_collect(cats, "2023-11-01", "2023-11-29", store, verbose=True)
assert study.resume().complete
Path("months").mkdir()
study.export("months", partition="month")
assert len(read_results("months")) == len(study.videos())
study.report(f"r{accent}sum{accent}.html")
Path(file).write_text(cats.to_json(), "utf-8")
for arguments in (["query", file], ["status", store], ["describe", store]):
    app(arguments, standalone_mode=False)
for shown in (cats, query_and("keyword", "IN", "猫"), videos, study, study.describe(), doctor()):
    print(shown)
print(compare(videos, videos.assign(video_description="犬")))
print("arrived")
"""
# What Windows lacks or does differently, as far as it can be simulated: the names that Python's
# documentation marks "Availability: Unix", and a folder that replaces another one.
WINDOWS = """
import os, pathlib, signal, sys
import cryptography, pandas, platformdirs, requests, sqlalchemy  # which look for these names
for name in ("fork", "geteuid", "getuid", "register_at_fork", "link", "fchmod", "killpg", "setsid"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "pthread_kill"):
    if hasattr(signal, name):
        delattr(signal, name)

def kill(pid, number):
    raise SystemExit(f"os.kill({pid}, {number}) would send Ctrl-C")

def open_folder(path, flags, *more, real=os.open, **named):
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    return real(path, flags, *more, **named)

def replace(self, target, real=pathlib.Path.replace):
    if os.path.isdir(target):
        raise PermissionError(5, "Access is denied", str(target))
    return real(self, target)

os.kill, os.open, pathlib.Path.replace = kill, open_folder, replace
from traktok import _surroundings
_surroundings.on_windows = lambda: True
"""
WITHOUT_HARD_LINKS = """
import os
def link(*_, **__):
    raise PermissionError(1, "Operation not permitted")
os.link = link
"""
TURKISH = """
import locale
try:
    locale.setlocale(locale.LC_ALL, "tr_TR.UTF-8")
except locale.Error:
    print("this locale is not installed")
assert "ı".upper() == "I"
"""
# A process whose user is in no list of users, as in many containers.
NOBODY = """
import pwd
def unknown(_):
    raise KeyError("no such user")
pwd.getpwuid = pwd.getpwnam = unknown
"""


def run(code: str, folder: Path, **environ: str | None) -> subprocess.CompletedProcess[str]:
    """Run code in a folder, with some environment variables changed or, where None, taken away."""
    script = folder / "script.py"
    script.write_text(code, "utf-8")
    known = {**os.environ, **environ}
    return subprocess.run(
        [sys.executable, script],
        env={name: value for name, value in known.items() if value is not None},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=120,
    )


@pytest.fixture
def _keys(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", tiktok.client_key)
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)


ITS_OWN_HOME = pytest.mark.skipif(os.name == "nt", reason="HOME does not move a home there")
ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
IN_TURKISH = {"LC_ALL": "tr_TR.UTF-8", "PYTHONIOENCODING": "cp437"}


@pytest.mark.parametrize(
    ("before", "environ"),
    [
        pytest.param("", ASCII, id="C locale"),
        pytest.param(WINDOWS, {"PYTHONIOENCODING": "cp1252"}, id="Windows, cp1252"),
        pytest.param(TURKISH, IN_TURKISH, id="Turkish, cp437", marks=pytest.mark.slow),
        pytest.param(
            WITHOUT_HARD_LINKS,
            {"PYTHONIOENCODING": "cp932"},
            id="no hard links, cp932",
            marks=pytest.mark.slow,
        ),
    ],
)
@ITS_OWN_HOME
@pytest.mark.usefixtures("_keys")
def test_a_first_day_goes_well(before: str, environ: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "a föld er"
    home = tmp_path / "hömé of me"
    folder.mkdir()
    home.mkdir()
    dirs = {f"XDG_{name}_HOME": None for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    result = run(before + JOURNEY, folder, HOME=str(home), **dirs, **environ)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("arrived\n")
    assert list(home.rglob("token.json*"))


ONLY_ASK = """
import traktok
try:
    traktok.auth_research()
except traktok.AuthError as error:
    print(error)
print(traktok.tt_user_info_api("tiktok", token=TOKEN)["username"][0])
"""


@ITS_OWN_HOME
@pytest.mark.parametrize(
    ("before", "home", "reason"),
    [
        (NOBODY, None, "this user has no home folder: set HOME"),
        ("", "/dev/null/home", "the folder /dev/null/home/"),
    ],
    ids=["no home", "a home that can't be written"],
)
@pytest.mark.usefixtures("_keys")
def test_without_a_home_calls_with_a_token_work_and_nothing_is_stored(
    before: str, home: str | None, reason: str, tmp_path: Path, tiktok: ResearchApi
) -> None:
    ask = ONLY_ASK.replace("TOKEN", repr(tiktok.token()))
    dirs = {f"XDG_{name}_HOME": None for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    result = run(before + ask, tmp_path, HOME=home, **dirs)
    assert result.returncode == 0, result.stderr
    refused, username = result.stdout.splitlines()
    assert refused.startswith(f"The credentials could not be stored: {reason}")
    assert username == "tiktok"
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]
