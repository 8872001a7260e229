"""The query language of video/query/, parsed strictly and evaluated exactly.

A video must meet every condition of `and`, at least one of `or`, and none of `not`. TikTok calls
its matching approximate; here it is exact, so that a test knows what must be returned:

* `keyword` is a case-insensitive search of a word, a phrase or a part of either (languages without
  blanks need that) in the description and the hashtags, which are written with their #:
  `IN ["#rstats"]` and `IN ["rstats"]` both find the tag.
* `hashtag_name IN` matches a video that has one of the tags, `hashtag_name EQ` one that has that
  tag and no other ("rstats is the only hashtag", in the R vignette). Case is ignored.
* Dates are days in UTC, both ends included.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from .records import Video

REGION_CODES = frozenset(
    """FR TH MM BD IT NP IQ BR US KW VN AR KZ GB UA TR ID PK NG KH PH EG QA MY ES JO MA SA TW AF EC
    MX BW JP LT TN RO LY IL DZ CG GH DE BJ SN SK BY NL LA BE DO TZ LK NI LB IE RS HU PT GP CM HN FI
    GA BN SG BO GM BG SD TT OM FO MZ ML UG RE PY GT CI SR AO AZ LR CD HR SV MV GY BH TG SL MK KE MT
    MG MR PA IS LU HT TM ZM CR NO AL ET GW AU KR UY JM DK AE MD SE MU SO CO AT GR UZ CL GE PL CA CZ
    ZA AI VE KG PE CH LV PR NZ TL BT MN FJ SZ VU BF TJ BA AM TD SI CY MW EE XK ME KY YE LS ZW MC GN
    BS PF NA VI BB BZ CW PS FM PG BI AD TV GL KM AW TC CV MO VC NE WS MP DJ RW AG GI GQ AS AX TO KN
    LC NC LI SS IR SY IM SC VG SB DM KI UM SX GD MH BQ YT ST CF BM SM PW GU HK IN CK AQ WF JE MQ CN
    GF MS GG TK FK PM NU MF ER NF VA IO SH BL CU NR TP BV EH PN TF RU""".split()  # noqa: SIM905, as a list it is 245 lines long
)
LENGTHS = ("SHORT", "MID", "LONG", "EXTRA_LONG")


class QueryError(ValueError):
    """Raised for a query that TikTok would refuse; the message says why."""


def video_length(seconds: int) -> str:
    """Return the class of a duration.

    TikTok does not document the classes of the limits; here 15 and 60 are MID, 300 is LONG.
    """
    return LENGTHS[(seconds >= 15) + (seconds > 60) + (seconds > 300)]


def posted(video: Video) -> date:
    """Return the day of a video, in UTC."""
    return datetime.fromtimestamp(video.create_time, UTC).date()


def day(text: str) -> date:
    """Parse a day written as YYYYMMDD, or raise ValueError."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        raise ValueError(text)
    return datetime.strptime(text, "%Y%m%d").date()


def _number(text: str) -> int:
    if not re.fullmatch(r"-?\d+", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _one_of(known: Sequence[str] | frozenset[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return read


# A test is called with the value of the video and the values of the condition.
Test = Callable[[Any, tuple[Any, ...]], bool]


def _first(compare: Callable[[Any, Any], bool]) -> Test:
    return lambda have, wanted: compare(have, wanted[0])


def _any_in(have: Any, wanted: tuple[Any, ...]) -> bool:
    return any(value in have for value in wanted)


SAME: Mapping[str, Test] = {"EQ": _first(operator.eq), "IN": lambda have, wanted: have in wanted}
ORDER: Mapping[str, Test] = {
    "EQ": _first(operator.eq),
    "GT": _first(operator.gt),
    "GTE": _first(operator.ge),
    "LT": _first(operator.lt),
    "LTE": _first(operator.le),
}
HOLDS: Mapping[str, Test] = {"EQ": _any_in, "IN": _any_in}
ONLY: Mapping[str, Test] = {"EQ": lambda have, wanted: have == set(wanted), "IN": _any_in}

OPERATIONS = frozenset({"EQ", "IN", "GT", "GTE", "LT", "LTE"})
TAKE_SEVERAL = frozenset({"IN"})


@dataclass(frozen=True)
class Field:
    """A field: how to get it from a video, how to parse values, which operations it supports."""

    of: Callable[[Video], Any]
    read: Callable[[str], Any]
    tests: Mapping[str, Test]


FIELDS: Mapping[str, Field] = {
    "create_date": Field(posted, day, {**ORDER, **SAME}),
    "username": Field(lambda video: video.username, str, SAME),
    "region_code": Field(lambda video: video.region_code, _one_of(REGION_CODES), SAME),
    "video_id": Field(lambda video: video.id, _number, SAME),
    "hashtag_name": Field(lambda video: video.tags, str.casefold, ONLY),
    "keyword": Field(lambda video: video.text, str.casefold, HOLDS),
    "music_id": Field(lambda video: video.music_id, _number, SAME),
    "effect_id": Field(lambda video: video.effect_ids, lambda text: str(_number(text)), HOLDS),
    "video_length": Field(lambda video: video_length(video.video_duration), _one_of(LENGTHS), SAME),
    "view_count": Field(lambda video: video.view_count, _number, ORDER),
    "comment_count": Field(lambda video: video.comment_count, _number, ORDER),
}


@dataclass(frozen=True)
class Condition:
    """One condition of a query."""

    field_name: str
    operation: str
    wanted: tuple[Any, ...]

    @classmethod
    def read(cls, raw: object) -> Condition:
        """Parse the JSON of a condition, or raise QueryError."""
        if not isinstance(raw, dict) or set(raw) != {"field_name", "operation", "field_values"}:
            raise QueryError("a condition has field_name, operation and field_values")
        name, operation, values = raw["field_name"], raw["operation"], raw["field_values"]
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None:
            raise QueryError(f"{name} is not a valid field_name")
        if not isinstance(operation, str) or operation not in OPERATIONS:
            raise QueryError(f"{operation} is not a valid operation")
        if operation not in field.tests:
            raise QueryError(f"{operation} is not supported for {name}")
        if not isinstance(values, list) or not values:
            raise QueryError(f"field_values of {name} must be a list of strings")
        if operation not in TAKE_SEVERAL and len(values) > 1:
            raise QueryError(f"{operation} takes exactly one value, {name} has {len(values)}")
        return cls(name, operation, tuple(_value(field, name, value) for value in values))

    def holds(self, video: Video) -> bool:
        """Return whether a video meets the condition."""
        field = FIELDS[self.field_name]
        return field.tests[self.operation](field.of(video), self.wanted)


def _value(field: Field, name: str, value: object) -> Any:
    if not isinstance(value, str) or not value:
        raise QueryError(f"field_values of {name} must be a list of strings")
    try:
        return field.read(value)
    except ValueError:
        raise QueryError(f"{value} is not a valid value of {name}") from None


@dataclass(frozen=True)
class Query:
    """A query: a video meets `every` condition, one of `some`, and none of `none`."""

    every: tuple[Condition, ...] = ()
    some: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()

    @classmethod
    def read(cls, raw: object) -> Query:
        """Parse the JSON of a query, or an object with `to_dict()`; or raise QueryError."""
        if isinstance(raw, cls):
            return raw
        raw = raw.to_dict() if hasattr(raw, "to_dict") else raw
        if not isinstance(raw, dict) or not set(raw) <= {"and", "or", "not"}:
            raise QueryError("query must be an object with and, or, not")
        every, some, none = (_group(raw.get(name)) for name in ("and", "or", "not"))
        if not (every or some or none):
            raise QueryError("query is required: and, or, not are all empty")
        return cls(every, some, none)

    def uses(self, field_name: str, operation: str) -> bool:
        """Return whether a condition has this field and this operation."""
        conditions = (*self.every, *self.some, *self.none)
        return any((c.field_name, c.operation) == (field_name, operation) for c in conditions)

    def values(self, field_name: str) -> list[Any]:
        """Return all values in conditions on a field."""
        conditions = (*self.every, *self.some, *self.none)
        return [v for c in conditions if c.field_name == field_name for v in c.wanted]

    def matches(self, video: Video) -> bool:
        """Return whether a video matches."""
        return (
            all(condition.holds(video) for condition in self.every)
            and (not self.some or any(condition.holds(video) for condition in self.some))
            and not any(condition.holds(video) for condition in self.none)
        )


def _group(raw: object) -> tuple[Condition, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise QueryError("and, or, not must be lists of conditions")
    return tuple(Condition.read(condition) for condition in raw)
