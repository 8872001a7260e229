"""What a study collects: the endpoints whose rows say so, each with its table in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import COMMENTS, ROWS, USER_INFO, VIDEO_QUERY
from traktok._tables.builder import Column
from traktok._tables.columns import Texts
from traktok.errors import Argument, InvalidArgument


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
        The key of the request's body that names the target; None for windows.
    unit
        What its tasks are called.
    found_in
        The column of a video that names the targets; empty for windows.
    """

    name: str
    endpoint: Endpoint
    key: Column
    subject: str | None
    unit: str
    found_in: str

    @classmethod
    def of(cls, row: Endpoint) -> Kind:
        """Build the kind that an endpoint's row describes."""
        assert row.study is not None
        columns = {column.name: column for column in row.schema.columns(None)}
        if row.schema.tag == row.key:  # the records lack it: it is what was asked for
            key = Column(row.key, Texts, ())
        else:
            key = columns[row.key]
        subject = row.target.key if row.target else None
        return cls(row.study.name, row, key, subject, row.study.unit, row.study.found_in)

    @property
    def keyed_by_subject(self) -> bool:
        """Whether records lack their own key, and are called what was asked for."""
        return self.endpoint.schema.tag == self.key.name

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields that tell its records apart, and what they belong to."""
        documented = self.endpoint.documented
        return tuple(name for name in (*self.key.keys, self.subject) if name in documented)

    def columns(self, asked: tuple[str, ...] | None) -> Sequence[Column]:
        """Return the columns but for the key of records for which these fields were asked."""
        columns = self.endpoint.schema.columns(asked)
        return [column for column in columns if column.name != self.key.name]


KINDS = {kind.name: kind for kind in (Kind.of(row) for row in ROWS if row.study)}
VIDEOS, COMMENTS_OF_VIDEOS, USERS = (
    next(kind for kind in KINDS.values() if kind.endpoint is row)
    for row in (VIDEO_QUERY, COMMENTS, USER_INFO)
)


def kind_called(name: str) -> Kind:
    """Return the kind that users call so."""
    try:
        return KINDS[name]
    except KeyError:
        known = " or ".join(map(repr, KINDS))
        raise InvalidArgument(Argument("what"), f" must be {known}, not {name!r}") from None
