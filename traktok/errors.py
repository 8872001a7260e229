"""The exceptions, what each of them keeps, and advice as values.

::

    TraktokError
    ├── AuthError              no usable credentials, or TikTok refused them
    ├── ConnectionFailed       no answer after all tries
    ├── StoreError             the store of a collection can't be used
    └── ApiError               TikTok answered with an error
        ├── InvalidRequest     the request itself is refused; sending it again does not help
        ├── RateLimited        too many requests in a short time
        ├── QuotaExceeded      the day's requests are used up (``resets_at``)
        └── ServerError        TikTok failed, or its answer could not be read

    TraktokWarning             something the result shows that you should know
    ├── SkippedWarning         users or videos that TikTok returned nothing for
    └── UnfinishedWarning      windows that have more pages than were requested

    ValueError
    └── InvalidArgument        an invalid argument (``argument``); nothing was sent
    TypeError
    └── InvalidArgumentType    an argument of the wrong type (``argument``); nothing was sent

A text that gives advice is a :class:`Message`: a string, in which functions to call and arguments
to change also stand as values (``error.advice``). As a string it is written for Python; the command
line writes the same values as commands and options. No text is ever parsed or rewritten.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from traktok import _clock, _notebook, _surroundings
from traktok._text import Signs, counted, excerpt, printable

__all__ = [
    "Advice",
    "ApiError",
    "Argument",
    "AuthError",
    "Authenticate",
    "ConnectionFailed",
    "ContinueFrom",
    "FindSecuid",
    "Function",
    "InvalidArgument",
    "InvalidArgumentType",
    "InvalidRequest",
    "Message",
    "OnlyInPython",
    "QuotaExceeded",
    "RateLimited",
    "Refresh",
    "Resume",
    "ServerError",
    "ShowStatus",
    "SkippedWarning",
    "StoppedAt",
    "StoreError",
    "Terminated",
    "TraktokError",
    "TraktokWarning",
    "UnfinishedWarning",
]

_PACKAGE = f"{Path(__file__).parent}{os.sep}"
# Files whose lines no warning is about: the package's own, and what calls its context managers.
_NOT_THE_CALLER = (_PACKAGE, contextlib.__file__)


# -------------------------------------------------------------------------------------- advice


class Advice:
    """Something a message refers to that Python and a shell write differently.

    ``str()`` writes it for Python.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Argument(Advice):
    """An argument, with a value to give it where one is named."""

    name: str
    value: Any = None

    def __str__(self) -> str:
        return self.name if self.value is None else f"{self.name}={self.value!r}"


@dataclass(frozen=True, slots=True)
class Function(Advice):
    """A function of traktok's to use, such as ``tt_collect``."""

    name: str

    def __str__(self) -> str:
        return f"{self.name}()"


Api = Literal["research", "hidden"]


@dataclass(frozen=True, slots=True)
class Authenticate(Advice):
    """Store credentials, or cookies from a file, again where ``overwrite`` is set."""

    api: Api = "research"
    overwrite: bool = False
    cookies: str | None = None

    def __str__(self) -> str:
        if self.api == "hidden":
            return f'auth_hidden("{self.cookies}")' if self.cookies else "auth_hidden()"
        return f"auth_research({'overwrite=True' if self.overwrite else ''})"


@dataclass(frozen=True, slots=True)
class Resume(Advice):
    """Go on with a collection; ``retry`` also tries again what was set aside."""

    store: str
    retry: bool = False

    def __str__(self) -> str:
        return f"Collection({self.store!r}).resume({'retry=True' if self.retry else ''})"


@dataclass(frozen=True, slots=True)
class Refresh(Advice):
    """Refresh a collection (again)."""

    store: str

    def __str__(self) -> str:
        return f"Collection({self.store!r}).refresh()"


@dataclass(frozen=True, slots=True)
class ShowStatus(Advice):
    """Look at how far each window of a collection is."""

    store: str

    def __str__(self) -> str:
        return f"Collection({self.store!r}).status()"


@dataclass(frozen=True, slots=True)
class ContinueFrom(Advice):
    """Call the same function again, from where it stopped.

    Attributes
    ----------
    target
        The user, video, window, ... to begin with, such as ``"user tiktok"``; None for a search.
    cursor, search_id, start_date
        The position within it, where there is one.
    """

    target: str | None = None
    cursor: int | str | None = None
    search_id: str | None = None
    start_date: str | None = None

    def __str__(self) -> str:
        position = {
            "start_date": self.start_date,
            "start_cursor": self.cursor,
            "search_id": self.search_id,
        }
        given = ", ".join(f"{name}={value!r}" for name, value in position.items() if value)
        onward = f"go on from {self.target}" if self.target else "go on"
        return f"{onward} with {given}" if given else onward


@dataclass(frozen=True, slots=True)
class FindSecuid(Advice):
    """Look up the secUid of an account."""

    def __str__(self) -> str:
        return "tt_user_info_hidden(name)['secUid']"


@dataclass(frozen=True, slots=True)
class OnlyInPython(Advice):
    """Words that mean nothing in a shell, such as ``", such as result.cursor"``."""

    text: str

    def __str__(self) -> str:
        return self.text


class Message(str):
    """A text made of strings and advice; as a string it is written for Python."""

    parts: tuple[str | Advice, ...]

    def __new__(cls, *parts: str | Advice) -> Self:
        """Join the parts; replace a message among them by its own parts."""
        flat: list[str | Advice] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Message) else (part,))
        # Parts may be TikTok's words, or names of accounts and files.
        flat = [printable(part, keep="\n") if isinstance(part, str) else part for part in flat]
        self = super().__new__(cls, printable("".join(map(str, flat)), keep="\n"))
        self.parts = tuple(flat)
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.parts

    def __str__(self) -> str:
        # What `print()` writes, also of an error or warning: stdout may not be UTF-8.
        return Signs.of_stdout().fit(super().__str__())

    @property
    def advice(self) -> tuple[Advice, ...]:
        """The advice in the text, in order."""
        return tuple(part for part in self.parts if isinstance(part, Advice))


class StoppedAt(str):
    """Which of several targets a call stopped at: ``"user tiktok"``, whose key is ``"tiktok"``."""

    key: str | None

    def __new__(cls, name: str, key: str | None = None) -> Self:
        """Name a target, with the key that it has in ``attrs["unfinished"]``."""
        self = super().__new__(cls, name)
        self.key = key
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self.key


def advice_in(text: object) -> tuple[Advice, ...]:
    """Return the advice in a text; there is none in one that is not a message."""
    return text.advice if isinstance(text, Message) else ()


def joined(*sentences: str) -> str:
    """Join sentences, messages or plain texts, by blanks; leave out empty ones."""
    first, *rest = [text for text in sentences if text] or [""]
    return Message(first, *(part for text in rest for part in (" ", text))) if rest else first


def message_of(error: BaseException) -> str:
    """Return what an error or warning says, with its advice as values where it has some."""
    return error.args[0] if error.args and isinstance(error.args[0], Message) else str(error)


# ---------------------------------------------------------------------------- wrong arguments


class _Shown(Exception):
    """An error that IPython and Jupyter show without the package's own lines."""

    def _render_traceback_(self) -> list[str]:
        return _notebook.traceback_of(self, _PACKAGE)


class _NamesArgument(_Shown):
    """An error about an argument; its message names it as a value."""

    def __init__(self, *parts: str | Advice) -> None:
        super().__init__(Message(*parts))

    @classmethod
    def must_be(cls, name: str, expected: str, given: object, hint: str = "") -> Self:
        """Build the error about an argument that is not what it must be."""
        return cls(Argument(name), f" must be {expected}, not {excerpt(given)}{hint}")

    @property
    def advice(self) -> tuple[Advice, ...]:
        """The arguments and functions that the message refers to, in order."""
        return advice_in(self.args[0])

    @property
    def argument(self) -> str | None:
        """The name of the invalid argument: the first that the message refers to."""
        return next((part.name for part in self.advice if isinstance(part, Argument)), None)


class InvalidArgument(_NamesArgument, ValueError):
    """An argument with an invalid value; nothing was sent."""


class InvalidArgumentType(_NamesArgument, TypeError):
    """An argument of a wrong type; nothing was sent."""


# -------------------------------------------------------------------------------------- errors


class TraktokError(_Shown):
    """The base class of this package's errors; invalid arguments are ValueError and TypeError.

    Attributes
    ----------
    partial : TikTokResults or None
        The table of what was collected before the error, with the ``cursor`` (and ``search_id``)
        to continue from; None if nothing is collected in pages.
    reason : str
        What failed: the message without what is kept and how to go on.
    how_to_go_on : str
        What is kept and how to go on: the rest of the message.
    advice : tuple of Advice
        What to do about it, as values.
    stopped_at : StoppedAt or None
        Which of several users, ids or windows failed: a string such as ``"user tiktok"``.
    status : int or None
        The HTTP status of TikTok's answer.
    code, message, log_id : str or None
        TikTok's own words for the error, and the id its support asks for.
    path : str or None
        The path of the API that was requested, such as ``"/v2/research/video/query/"``.
    ended_early : bool
        Whether the call stopped by itself, because continuing would not help; ``partial`` is
        complete up to there.
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
        text = Message(text)
        super().__init__(text)
        self.status = status
        self.code = code
        self.message = message
        self.log_id = log_id
        self.partial: Any = None
        self.reason: str = text
        self.how_to_go_on = ""
        self.stopped_at: StoppedAt | None = None
        self.path: str | None = None
        self.ended_early = False

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to do about it, as values."""
        return advice_in(self.args[0])

    def explain(self, more: str) -> None:
        """Add a sentence on what failed to the reason.

        Parameters
        ----------
        more : str
            The sentence.
        """
        self.reason = joined(self.reason, more)
        self.args = (joined(self.reason, self.how_to_go_on),)

    def advise(self, *more: str | Advice) -> None:
        """Add a sentence on what is kept and how to go on.

        Parameters
        ----------
        *more : str or Advice
            The parts of the sentence.
        """
        self.how_to_go_on = joined(self.how_to_go_on, Message(*more))
        self.args = (joined(self.reason, self.how_to_go_on),)


class AuthError(TraktokError):
    """No usable credentials: none stored, the store can't be read, or TikTok refused them."""


class ConnectionFailed(TraktokError):
    """TikTok could not be reached, or the connection broke, in every attempt."""


class StoreError(TraktokError):
    """The store of a collection can't be used: no store, another study's, no room, ..."""


class ApiError(TraktokError):
    """TikTok answered, and the answer is an error."""


class InvalidRequest(ApiError):
    """TikTok refused the request itself; the same request will be refused again."""


class RateLimited(ApiError):
    """Too many requests in a short time, even after all attempts."""


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
    """TikTok failed to answer, or its answer could not be read, even after all attempts."""


@contextlib.contextmanager
def keeping(
    so_far: Callable[[], Any],
    how_to_go_on: Callable[[], str] | None = None,
    stopped_at: Callable[[], StoppedAt | None] = lambda: None,
    memory: str | None = None,
) -> Iterator[None]:
    """Add the table so far to the error, or Ctrl-C, that ends the block.

    The message says how many rows are kept, also in ``memory``, or what ``how_to_go_on`` returns.
    """
    try:
        yield
    except BaseException as error:
        table = so_far()
        if isinstance(error, TraktokError | KeyboardInterrupt):
            error.partial, error.stopped_at = table, stopped_at()  # type: ignore[union-attr]
            rows = f"{counted(len(table), 'rows')} kept in {' and '.join(places_of_rows(memory))}."
            kept = rows if len(table) else "Nothing was collected yet."
            advise(error, how_to_go_on() if how_to_go_on else kept)
        raise


def places_of_rows(memory: str | None) -> list[str]:
    """Return where the rows collected before an error are kept, the handiest first.

    In a notebook no variable holds the error, and the function that remembers is within reach.
    """
    places = [place for place in ("error.partial", memory) if place]
    return places[::-1] if _surroundings.ipython_shell() is not None else places


def advise(error: TraktokError | KeyboardInterrupt, *advice: str | Advice) -> None:
    """Add to an error, or as a note to Ctrl-C, what is kept and how to go on."""
    if isinstance(error, TraktokError):
        error.advise(*advice)
    else:
        error.add_note(Message(*advice))
        error._render_traceback_ = lambda: _interrupted(error)  # type: ignore[attr-defined]


def _interrupted(error: KeyboardInterrupt) -> list[str]:
    """Return what IPython and Jupyter show of Ctrl-C: the notes, without a traceback."""
    return [f"KeyboardInterrupt: {' '.join(map(str, error.__notes__))}"]


class Terminated(KeyboardInterrupt):
    """The system stops the program (SIGTERM, SIGHUP); nobody is there to press Ctrl-C again."""


# ------------------------------------------------------------------------------------ warnings


class TraktokWarning(UserWarning):
    """A fact about a result that is easily overlooked.

    Attributes
    ----------
    advice : tuple of Advice
        What to do about it, as values.
    """

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to do about it, as values."""
        return advice_in(self.args[0]) if self.args else ()


class SkippedWarning(TraktokWarning):
    """Users or videos that TikTok returned nothing for; ``attrs["skipped"]`` has the reasons."""


class UnfinishedWarning(TraktokWarning):
    """Windows that have more pages than were requested."""


def warn(*text: str | Advice, category: type[TraktokWarning] = TraktokWarning) -> None:
    """Issue a warning for the line that called traktok, not for a line inside it."""
    depth, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_NOT_THE_CALLER):
        depth, frame = depth + 1, frame.f_back
    _notebook.show_quietly(TraktokWarning)
    warnings.warn(category(Message(*text)), stacklevel=depth)
