"""What can go wrong, and what each error keeps.

::

    TraktokError
    ├── AuthError              no usable credentials, or TikTok refused them
    ├── ConnectionFailed       no answer after all tries
    ├── StoreError             the store of a collection can't be used
    └── ApiError               TikTok answered with an error
        ├── InvalidRequest     the request itself is refused; sending it again is no use
        ├── RateLimited        too many requests in a short time
        ├── QuotaExceeded      the day's requests are used up (``resets_at``)
        └── ServerError        TikTok failed, or its answer could not be read

    TraktokWarning             something the result shows that you should know

An argument that can't be right is a :class:`ValueError` or a :class:`TypeError`, raised before
anything is sent.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from traktok import _clock
from traktok._text import counted

__all__ = [
    "ApiError",
    "AuthError",
    "ConnectionFailed",
    "InvalidRequest",
    "QuotaExceeded",
    "RateLimited",
    "ServerError",
    "StoreError",
    "TraktokError",
    "TraktokWarning",
]

_PACKAGE = f"{Path(__file__).parent}{os.sep}"


class TraktokError(Exception):
    """Anything that went wrong after a request could be sent.

    Attributes
    ----------
    partial : TikTokResults or None
        The table of what was collected before the error, with the ``cursor`` (and ``search_id``)
        to go on from; None where nothing is collected in pages.
    reason : str
        What failed: the message without what is kept and how to go on.
    stopped_at : str or None
        Which of several users, ids or windows it was, such as ``"user tiktok"``.
    status : int or None
        The HTTP status of TikTok's answer.
    code, message, log_id : str or None
        TikTok's own words for the error, and the id its support asks for.
    path : str or None
        Which of the API's addresses was asked, such as ``"/v2/research/video/query/"``.
    """

    def __init__(
        self,
        text: str,
        *,
        status: int | None = None,
        code: str | None = None,
        message: str | None = None,
        log_id: str | None = None,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.message = message
        self.log_id = log_id
        self.partial: Any = None
        self.reason = text
        self.stopped_at: str | None = None
        self.path: str | None = None

    def explain(self, more: str) -> None:
        """Add a sentence to the message, such as what is kept and how to go on."""
        self.args = (f"{self} {more}".rstrip(),)


class AuthError(TraktokError):
    """No usable credentials: none stored, the store can't be read, or TikTok refused them."""


class ConnectionFailed(TraktokError):
    """TikTok could not be reached, or the connection broke, in every try."""


class StoreError(TraktokError):
    """The store of a collection can't be used: no store, another study's, no room, ..."""


class ApiError(TraktokError):
    """TikTok answered, and the answer is an error."""


class InvalidRequest(ApiError):
    """TikTok refused the request itself; the same request will be refused again."""


class RateLimited(ApiError):
    """Too many requests in a short time, also after all tries."""


class QuotaExceeded(ApiError):
    """The day's requests are used up.

    Attributes
    ----------
    resets_at : datetime
        When TikTok starts the next day's quota (00:00 UTC).
    """

    def __init__(self, text: str, **details: str | int | None) -> None:
        super().__init__(text, **details)  # type: ignore[arg-type]  # the base class names them
        self.resets_at = _clock.utc(_clock.next_day(_clock.now()))


class ServerError(ApiError):
    """TikTok failed to answer, or its answer could not be read, also after all tries."""


@contextlib.contextmanager
def keeping(so_far: Callable[[], Any]) -> Iterator[None]:
    """Keep the table of what came so far in the error, or Ctrl-C, that breaks off."""
    try:
        yield
    except BaseException as error:
        table = so_far()
        rows = counted(len(table), "rows")
        kept = f"{rows} kept in error.partial." if len(table) else "Nothing was collected yet."
        if isinstance(error, TraktokError):
            error.partial = table
            error.explain(kept)
        elif isinstance(error, KeyboardInterrupt):
            error.partial = table  # type: ignore[attr-defined]
            error.add_note(kept)
        raise


class TraktokWarning(UserWarning):
    """Something the result shows, but that is easily overlooked."""


def warn(text: str) -> None:
    """Warn in the name of the line that called traktok, not of a line inside it."""
    depth, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        depth, frame = depth + 1, frame.f_back
    warnings.warn(text, TraktokWarning, stacklevel=depth)
