"""What a study collects: the endpoints whose rows say so, each with its table in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from traktok._http.endpoint import Endpoint, StudyTable
from traktok._http.endpoints import COMMENTS, ROWS, USER_INFO, VIDEO_QUERY
from traktok._tables.builder import Column
from traktok._tables.columns import Texts
from traktok.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    Attributes
    ----------
    endpoint
        Where TikTok gives it out.
    study
        How a study collects it.
    key
        The column that tells one record from another.
    """

    endpoint: Endpoint
    study: StudyTable
    key: Column

    @classmethod
    def of(cls, row: Endpoint, study: StudyTable) -> Kind:
        """Build the kind that an endpoint's row describes."""
        if row.schema.tag == row.key:  # the records lack it: it is what was asked for
            return cls(row, study, Column(row.key, Texts, ()))
        return cls(row, study, next(c for c in row.schema.columns(None) if c.name == row.key))

    @property
    def name(self) -> str:
        """What it is called, and the table of the store with it."""
        return self.study.name

    @property
    def subject(self) -> str | None:
        """The key of the request's body that names the target; None for windows."""
        return self.endpoint.target.key if self.endpoint.target else None

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


KINDS = {row.study.name: Kind.of(row, row.study) for row in ROWS if row.study}
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
        raise InvalidArgument.must_be("what", known, name) from None
