"""Who worked on a study, when, with what, and how it ended."""

from __future__ import annotations

import contextlib
import json
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Executable, update

from traktok import _clock
from traktok._run.workers import StoppedError, StopSignal
from traktok._version import __version__
from traktok.collect import _schema
from traktok.collect._patience import repeatable
from traktok.collect._store import Store
from traktok.errors import TraktokError, message_of

_PACKAGES = ("pandas", "requests", "SQLAlchemy")


@contextlib.contextmanager
def logged(store: Store, run: str, kind: str, stop: StopSignal) -> Iterator[None]:
    """Log that there is a run, and how it ended; the stop signal knows why it stopped."""
    runs = _schema.runs
    row = {"id": run, "kind": kind, "started_at": _clock.now(), "versions": _versions()}
    _write(store, store.insert(runs).values(row).on_conflict_do_nothing())
    ending = "broken off"
    try:
        yield
        ending = stop.reason or "finished"
    except StoppedError:
        ending = stop.reason or ending
        raise
    except KeyboardInterrupt:
        ending = "interrupted"
        raise
    except BaseException as error:
        ending = ": ".join((type(error).__name__, message_of(error))).rstrip(": ")
        raise
    finally:
        values = {"ended_at": _clock.now(), "ending": ending}
        with contextlib.suppress(TraktokError):
            _write(store, update(runs).where(runs.c.id == run).values(values))


@repeatable
def _write(store: Store, statement: Executable) -> None:
    with store.write() as connection:
        connection.execute(statement)


def _versions() -> str:
    """Return the versions of this package, of Python and of the libraries that read answers."""
    versions = {"traktok": __version__, "Python": platform.python_version()}
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    return json.dumps({**versions, "system": platform.system()})
