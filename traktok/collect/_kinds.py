"""What a study collects, as facts: a row a kind of record."""

from __future__ import annotations

from dataclasses import dataclass

from traktok._http.endpoints import COMMENTS, USER_INFO, VIDEO_QUERY, Endpoint
from traktok._tables.builder import Column
from traktok._tables.columns import Texts


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    Attributes
    ----------
    name
        What the table of the store is called.
    endpoint
        Where TikTok gives it out.
    key
        The column that tells one record from another.
    subject
        The key of the request's body that says what is asked about; None for windows.
    unit
        What its tasks are called.
    """

    name: str
    endpoint: Endpoint
    key: Column
    subject: str | None
    unit: str

    @property
    def keyed_by_subject(self) -> bool:
        """Whether records lack their own key, and are called what was asked for."""
        return self.endpoint.schema.tag == self.key.name

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields that tell its records apart, and what they belong to."""
        documented = self.endpoint.documented
        return tuple(name for name in (*self.key.keys, self.subject) if name in documented)

    def columns(self, asked: tuple[str, ...] | None) -> list[Column]:
        """List the columns of its records where these fields were asked for, but for the key."""
        columns = self.endpoint.schema.columns(asked)
        return [column for column in columns if column.name != self.key.name]


VIDEOS = Kind("videos", VIDEO_QUERY, VIDEO_QUERY.schema.fixed[0], None, "windows")
COMMENTS_OF_VIDEOS = Kind("comments", COMMENTS, Column.of("id"), "video_id", "videos")
USERS = Kind("users", USER_INFO, Column("username", Texts, ()), "username", "users")
KINDS = {kind.name: kind for kind in (VIDEOS, COMMENTS_OF_VIDEOS, USERS)}


def kind_called(name: str) -> Kind:
    """Look up a kind by what users call it."""
    try:
        return KINDS[name]
    except KeyError:
        raise ValueError(f"a study holds {', '.join(KINDS)}, not {name!r}") from None
