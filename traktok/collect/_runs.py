"""Who worked on a study, when, with what, and how it ended."""

from __future__ import annotations

import contextlib
import json
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import insert, update

from traktok import _clock
from traktok._run.workers import Brake, StoppedError
from traktok._version import __version__
from traktok.collect import _schema
from traktok.collect._store import Store
from traktok.errors import TraktokError

_PACKAGES = ("pandas", "requests", "SQLAlchemy")


@contextlib.contextmanager
def logged(store: Store, run: str, kind: str, brake: Brake) -> Iterator[None]:
    """Write down that there is a run, and how it ended; the brake says why it stopped."""
    runs = _schema.runs
    row = {"id": run, "kind": kind, "started_at": _clock.now(), "versions": _versions()}
    with store.write() as connection:
        connection.execute(insert(runs).values(row))
    ending = "broken off"
    try:
        yield
        ending = brake.reason or "finished"
    except StoppedError:
        ending = brake.reason or ending
        raise
    except KeyboardInterrupt:
        ending = "interrupted"
        raise
    except BaseException as error:
        ending = f"{type(error).__name__}: {error}".rstrip(": ")
        raise
    finally:
        values = {"ended_at": _clock.now(), "ending": ending}
        with contextlib.suppress(TraktokError), store.write() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(values))


def _versions() -> str:
    """Name the versions of this package, of Python and of what answers pass through."""
    versions = {"traktok": __version__, "Python": platform.python_version()}
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    return json.dumps({**versions, "system": platform.system()})
