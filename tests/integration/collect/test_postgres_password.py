"""The password of a PostgreSQL database stands where no list of processes shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.collect import postgres
from tests.integration.collect.conftest import Studies
from traktok import StoreError
from traktok.collect import Collection

psycopg = pytest.importorskip("psycopg", reason="the extra traktok[postgres] is not installed")
pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("credentials")]

PASSWORD = "not-in-the-url"


@pytest.fixture(scope="module")
def folder() -> Iterator[str]:
    """Where the socket of a server is that asks for a password."""
    with postgres.running() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"ALTER USER study PASSWORD '{PASSWORD}'")
            (rules,) = connection.execute("SHOW hba_file").fetchone()
            Path(rules).write_text("local all all scram-sha-256\n")
            connection.execute("SELECT pg_reload_conf()")
        yield parse_qs(urlsplit(server.url).query)["host"][0]


@pytest.fixture(params=["variable", "file of passwords", "service"])
def url(
    request: pytest.FixtureRequest, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    for name in ("PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE"):
        monkeypatch.delenv(name, raising=False)
    if request.param == "variable":
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
    elif request.param == "file of passwords":
        path = tmp_path / ".pgpass"
        path.write_text(f"*:*:postgres:study:{PASSWORD}\n")
        path.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(path))
    else:
        path = tmp_path / "pg_service.conf"
        connection = {"host": folder, "user": "study", "dbname": "postgres", "password": PASSWORD}
        lines = "\n".join(f"{key}={value}" for key, value in connection.items())
        path.write_text(f"[cats]\n{lines}\n")
        monkeypatch.setenv("PGSERVICEFILE", str(path))
        return "postgresql:///?service=cats"
    return f"postgresql://study@/postgres?host={folder}"


def test_the_driver_finds_the_password_that_the_url_lacks(url: str, study: Studies) -> None:
    with study(url, "2023-01-01", "2023-01-31") as collection:
        rows = len(collection.videos())
        assert rows
        assert PASSWORD not in repr(collection)
    with Collection(url) as again:
        assert len(again.videos()) == rows
    with psycopg.connect(url, password=PASSWORD, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def test_without_a_password_it_is_one_sentence(folder: str) -> None:
    with pytest.raises(StoreError, match="password") as caught:
        Collection(f"postgresql://study@/postgres?host={folder}")
    assert "\n" not in str(caught.value)
