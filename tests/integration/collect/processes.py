"""What runs in processes of their own, so that it can be killed."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from typing import Any

# Children are forked from one that has imported everything and started no thread.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["traktok.collect._begin", __name__])


def resuming(into: str, how: Mapping[str, Any]) -> BaseProcess:
    """A process that goes on with a study, and waits for nothing."""
    child = _context.Process(target=_resume, args=(into, dict(how), dict(os.environ)), daemon=True)
    child.start()
    return child


def _resume(into: str, how: dict[str, Any], environment: dict[str, str]) -> None:
    import warnings

    from traktok.collect import Collection, _tasks

    os.environ.clear()
    os.environ.update(environment)
    pause = time.sleep
    time.sleep = lambda seconds: pause(min(seconds, 0.01))
    _tasks.LEASE = float(os.environ.get("LEASE", _tasks.LEASE))
    warnings.simplefilter("ignore")
    with Collection(into) as study:
        study.resume(**how)
