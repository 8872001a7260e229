"""The columns of the table of endpoints.

The row of an endpoint holds every fact about it. The wire, the tables, the public functions, the
command line, the translator from R, comparisons and studies read it from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from traktok import _inputs
from traktok._tables.builder import Schema

# Requests a day, from 00:00 UTC; lists of followers and followed have a quota of their own.
MAIN_POOL, FOLLOW_POOL = "main", "follow"


@dataclass(frozen=True, slots=True)
class TargetKind:
    """What requests may be about, other than a query: users, videos, ...

    Attributes
    ----------
    key
        The argument of the public function that names the targets, and the key of the request's
        body that names one of them.
    noun
        What messages put before a target's name.
    clean
        Converts what users give for ``key`` to the list of what requests say.
    named_alone
        Whether messages name a target that is the only one of its call, too.
    option
        What the command line calls its argument.
    about
        What the help of a command says of it.
    flag
        The option that makes a command's arguments targets of this kind; empty for the kind that
        they are without it.
    """

    key: str
    noun: str
    clean: Callable[[Any], list[str]]
    option: str
    about: str
    named_alone: bool = False
    flag: str = ""

    @property
    def metavar(self) -> str:
        """What usage lines call it."""
        return self.about.partition(":")[0]


USERNAMES = TargetKind(
    "username",
    "user",
    _inputs.usernames,
    "users",
    "USER: a name, @name or profile URL; - reads them from a pipe, one per line.",
    named_alone=True,
)
VIDEO_IDS = TargetKind(
    "video_id",
    "comments of video",
    _inputs.video_ids,
    "videos",
    "VIDEO: an id or URL; - reads them from a pipe, one per line.",
)
COMMENT_IDS = TargetKind(
    "comment_id",
    "replies to comment",
    _inputs.comment_ids,
    "videos",
    VIDEO_IDS.about,
    flag="replies",
)
PLAYLIST_IDS = TargetKind(
    "playlist_id",
    "playlist",
    _inputs.playlist_ids,
    "playlists",
    "PLAYLIST: an id or URL; - reads them from a pipe, one per line.",
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the command line: its name, options, help and examples."""

    name: str
    options: tuple[str, ...]
    help: str
    examples: str


@dataclass(frozen=True, slots=True)
class PublicFunction:
    """A function that requests an endpoint.

    Attributes
    ----------
    name
        What it is called.
    targets
        The kinds of target that its arguments name; empty for a query.
    aliases
        R's other names for it.
    chooser
        The function that chooses between it and the unofficial API, if there is one.
    command
        The command that calls it.
    """

    name: str
    targets: tuple[TargetKind, ...]
    command: Command
    aliases: tuple[str, ...] = ()
    chooser: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which its table is returned."""
        return (self.name, *self.aliases, *filter(None, [self.chooser]))


@dataclass(frozen=True, slots=True)
class StudyTable:
    """How a study collects an endpoint.

    Attributes
    ----------
    name
        What the table of the store is called.
    unit
        What its tasks are called.
    found_in
        The column of a video that names its targets; empty if windows of days are searched.
    """

    name: str
    unit: str
    found_in: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table.

    Attributes
    ----------
    path
        Where it is, below the base URL.
    noun
        What its records are, as progress and messages say.
    records
        The key of the list of records in ``data``; None if ``data`` is the one record.
    schema
        The columns of its table.
    key
        The column that tells one record from another.
    functions
        The public functions that request it.
    recalled_by
        The function that returns its last table, or an empty one.
    study
        How a study collects it; None if no study does.
    records_in_docs
        What TikTok's documentation calls ``records``, if answers have called it otherwise so far.
    shared
        If records are bare values: the keys of ``data`` that each row repeats.
    fields, documented
        What to ask for under ``"all"``, and all that may be asked for.
    page_size
        The ``max_count`` to send; None if none is sent.
    first_cursor
        The ``cursor`` that R sends for the first page; None if none is sent.
    searchable
        Whether answers carry a search id.
    withheld
        A pattern of the messages that say there is nothing to give out, because an account is
        private or gone, or the comments are not disclosed: the target is skipped, no error.
    ends_at
        The cursor from which on TikTok refuses to list more; None where there is no such limit.
    data_with_500
        Whether TikTok answers with status 500 although all is well (traktok's author, 2024).
    envelope
        Whether answers are ``{"data": ..., "error": ...}``.
    pool
        The daily quota that its requests are counted in.
    plain
        Whether answers are text, an id a line.
    """

    path: str
    noun: str
    records: str | None
    schema: Schema
    key: str = ""
    functions: tuple[PublicFunction, ...] = ()
    recalled_by: str = ""
    study: StudyTable | None = None
    fields: tuple[str, ...] = ()
    documented: tuple[str, ...] = ()
    records_in_docs: str = ""
    shared: tuple[str, ...] = ()
    page_size: int | None = 100
    first_cursor: int | None = None
    searchable: bool = False
    withheld: str | None = None
    ends_at: int | None = None
    data_with_500: bool = False
    envelope: bool = True
    pool: str = MAIN_POOL
    plain: bool = False

    @property
    def target(self) -> TargetKind | None:
        """What its requests are about; None for a query."""
        targets = self.functions[0].targets if self.functions else ()
        return targets[0] if targets else None
