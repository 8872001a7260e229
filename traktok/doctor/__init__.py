"""Check the installation, the settings, and the assumptions about TikTok."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from traktok import auth
from traktok._secrets.secret import conceals_token
from traktok.doctor._live import LiveChecks, clock_check
from traktok.doctor._local import local_checks
from traktok.doctor._values import Check, Diagnosis

__all__ = ["Check", "Diagnosis", "doctor"]


@conceals_token
def doctor(*, live: bool = False, store: str | Path = "study.db", token: Any = None) -> Diagnosis:
    """Check what is installed and configured, and with ``live`` what TikTok answers.

    It checks the extras, the browser, environment variables, proxy, stored credentials and their
    permissions, the clock, and what a collection has left of the day's quota. It sends one request
    without a token to TikTok, which does not count against the quota.

    Parameters
    ----------
    live : bool, default False
        Whether to check, with at most ten requests of the day's quota, what the credentials give
        access to, and those of :func:`traktok.assumptions` that a client with access can check.
    store : path, default "study.db"
        The store of a collection; its log of requests tells what is left of the quota.
    token : str, mapping or Token, optional
        A token to use instead of the stored one.

    Returns
    -------
    Diagnosis
        It prints as a report; ``ok`` is True if no check failed, ``to_dict()`` returns plain
        values.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid; nothing is sent.

    Examples
    --------
    >>> found = doctor()
    >>> found.ok
    True
    >>> [check.name for check in found.checks if check.group == "Connection"]
    ['clock']
    """
    credential = auth.credential(token)
    checks = [*local_checks(store), clock_check()]
    if not live:
        return Diagnosis(tuple(checks))
    probes = LiveChecks(credential)
    checks += probes.checks()
    return Diagnosis(tuple(checks), probes.requests)
