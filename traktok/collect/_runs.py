"""A run over a study: who works on it, when, with what, and how it ends."""

from __future__ import annotations

import contextlib
import json
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Executable, update

from traktok import _clock
from traktok._run.options import RunOptions
from traktok._run.progress import steps
from traktok._run.workers import StoppedError, Throttle
from traktok._version import __version__
from traktok.auth import client_log
from traktok.collect import _schema
from traktok.collect._countdown import Countdown
from traktok.collect._owners import new_owner, retire
from traktok.collect._patience import Patience, repeatable
from traktok.collect._request_log import RequestLog
from traktok.collect._store import Store
from traktok.errors import TraktokError, message_of

_PACKAGES = ("pandas", "requests", "SQLAlchemy")


class StoreRun:
    """A run that sends requests for a study: what its workers share.

    Attributes
    ----------
    owner
        Its name, under which it holds tasks and logs requests.
    log
        The log of its requests.
    shown
        Where its progress is shown.
    throttle, stop, countdown
        What its requests wait for.
    """

    def __init__(self, store: Store, options: RunOptions) -> None:
        self.store, self.options = store, options
        self.owner = new_owner()
        self.log = RequestLog(store, self.owner, client_log(options.token))
        self.shown = steps(options.verbose, timed=True)
        self.throttle = Throttle(options, self.shown.say)
        self.stop = self.throttle.stop
        self.countdown = Countdown(self.stop, self.shown.say)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Run the block; wait for a database that can't be reached."""
        try:
            with self.store.patient(Patience(self.options, self.stop, self.shown.say)):
                yield
        finally:
            retire(self.owner)

    @contextlib.contextmanager
    def logged(self, kind: str) -> Iterator[None]:
        """Log that there is a run, and how it ended."""
        runs = _schema.runs
        row = {"id": self.owner, "kind": kind, "started_at": _clock.now(), "versions": _versions()}
        self._write(self.store.dialect.insert(runs).values(row).on_conflict_do_nothing())
        ending = "broken off"
        try:
            yield
            ending = self.stop.reason or "finished"
        except StoppedError:
            ending = self.stop.reason or ending
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
                self._write(update(runs).where(runs.c.id == self.owner).values(values))

    @repeatable
    def _write(self, statement: Executable) -> None:
        with self.store.write() as connection:
            connection.execute(statement)


def _versions() -> str:
    """Return the versions of this package, of Python and of the libraries that read answers."""
    versions = {"traktok": __version__, "Python": platform.python_version()}
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    return json.dumps({**versions, "system": platform.system()})
