"""The guide for teams: each of its commands is run, in order, by those whom it is for."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.integration.collect import postgres
from traktok.cli import app
from traktok.collect import Collection
from traktok.errors import StoreError

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.usefixtures("credentials"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]

GUIDE = Path(__file__).parents[3] / "vignettes" / "site" / "pages" / "team.md"
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BEN = "postgresql://ben@/?service=cats"
EVE = "postgresql://eve:fresh%20start@/?service=cats"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Server]:
    """A server that is reached as db.example.org over TCP."""
    pytest.importorskip("psycopg", reason="the extra traktok[postgres] is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    monkeypatch.setenv("PGPORT", port)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / ".pgpass"))
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / ".pg_service.conf"))
    monkeypatch.setenv("PGSSLROOTCERT", str(tmp_path / ".postgresql" / "root.crt"))
    with postgres.running(listen_addresses="127.0.0.1", port=port) as server:
        yield server


def as_administrator(server: postgres.Server, statements: str) -> None:
    """Run SQL as the owner of the server, in the database of the studies once there is one."""
    import psycopg

    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.delenv("PGHOSTADDR")  # by the socket
    for statement in filter(None, map(str.strip, statements.split(";\n"))):
        url = server.url
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'studies'")
            there = found.fetchone() is not None
        if there:
            url = url.replace("/postgres?", "/studies?")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # the guide's text
    monkeypatch.undo()


def admit(server: postgres.Server, lines: str) -> None:
    """Put the guide's lines into pg_hba.conf, and let the administrator in by the socket."""
    server.data.joinpath("pg_hba.conf").write_text(f"local all study trust\n{lines}")
    as_administrator(server, "SELECT pg_reload_conf()")


def in_a_shell(server: postgres.Server, commands: str, folder: Path) -> None:
    """Run commands, traktok's in this process; what is for the server is done there."""
    if commands.startswith("traktok"):
        for line in commands.splitlines():
            done = CliRunner().invoke(app, shlex.split(line)[1:])
            assert done.exit_code == 0, (line, done.output)
        return
    binaries = postgres.folder()
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    if commands.startswith("pg_restore"):  # by the administrator, on the server
        environment |= {"PGHOST": str(server.data.parent), "PGUSER": "study"}
        environment.pop("PGHOSTADDR")
    how: dict[str, Any] = {"check": True, "env": environment, "cwd": folder}
    subprocess.run(["bash", "-ec", commands], **how)
    if commands.startswith("openssl"):
        for name in ("server.key", "server.crt"):
            shutil.copy(folder / name, server.data / name)
            server.own(server.data / name)
        server.data.joinpath("server.key").chmod(0o600)
        (folder / ".postgresql").mkdir()
        shutil.copy(folder / "server.crt", folder / ".postgresql" / "root.crt")


def test_every_command_of_the_guide(
    server: postgres.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    visible: Callable[[str, str], set[str]],
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = []
    for language, code in BLOCKS.findall(GUIDE.read_text("utf-8")):
        ran.append(language)
        if language == "sql":
            as_administrator(server, code)
        elif language == "text":
            admit(server, code)
        else:
            in_a_shell(server, code, tmp_path)
        if "cats.csv" in code:
            with Collection(BEN) as study, pytest.raises(StoreError, match="may not do that"):
                study.resume()
        if "eve" in code:
            with Collection(EVE) as study:
                assert study.resume().complete
                found = set(study.videos()["video_id"])
    assert ran.count("sql") >= 6
    assert ran.count("sh") >= 7
    assert (tmp_path / "cats.csv").stat().st_size > 1_000
    with Collection(BEN) as study:
        assert study.complete
        assert set(study.videos()["video_id"]) == found
    with Collection(BEN.replace("ben", "ada")) as study:
        assert study.extend("2023-12-10").complete
    with pytest.raises(StoreError, match="can't be reached"):
        Collection(
            "postgresql://ada@localhost/studies?sslmode=verify-full&options=-csearch_path%3Dcats"
        )
    with pytest.raises(StoreError):
        Collection("postgresql://ada@db.example.org/studies?sslmode=disable")
