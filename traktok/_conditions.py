"""Check the parts of a query's condition, and convert them to what TikTok accepts.

TikTok's language: https://developers.tiktok.com/doc/research-api-specs-query-videos.
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from traktok import _inputs
from traktok._lazy import loaded
from traktok._text import excerpt
from traktok.errors import InvalidArgument, warn

OPERATIONS = ("EQ", "IN", "GT", "GTE", "LT", "LTE")
VIDEO_LENGTHS = ("SHORT", "MID", "LONG", "EXTRA_LONG")
FIELDS = (
    "create_date",
    "username",
    "region_code",
    "video_id",
    "hashtag_name",
    "keyword",
    "music_id",
    "effect_id",
    "video_length",
    "view_count",
    "comment_count",
)
_ID_FIELDS = {"video_id", "music_id", "effect_id"}


def field_name(given: Any) -> str:
    """Check the name of a field; warn about one that TikTok does not document."""
    if not isinstance(given, str) or not given.strip():
        raise InvalidArgument.must_be("field_name", f"one of {', '.join(FIELDS)}", given)
    if given not in FIELDS:
        hint = _inputs.did_you_mean(given, FIELDS)
        warn(f"TikTok documents no query field {excerpt(given)}{hint or '.'} It is sent unchanged.")
    return given


def operation(given: Any) -> str:
    """Check an operation."""
    if given not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        hint = _inputs.did_you_mean(given, OPERATIONS) if isinstance(given, str) else ""
        raise InvalidArgument.must_be("operation", f"one of {known}", given, hint)
    return str(given)


def values(field: str, given: Any) -> tuple[str, ...]:
    """Convert the values that a field is compared with to strings."""
    if isinstance(given, (set, frozenset)):
        given = sorted(given, key=str)
    scalars = (str, date, numbers.Number, *loaded("numpy.generic"))
    unsuitable = (Mapping, bytes, bytearray, *loaded("pandas.DataFrame"))
    if isinstance(given, scalars) or _inputs.is_scalar_missing(given):
        given = [given]
    elif isinstance(given, unsuitable) or not isinstance(given, Iterable):
        raise ValueError(
            f"field_values of {excerpt(field)} must be strings, numbers or dates, "
            f"not {excerpt(given)}"
        )
    converted = tuple(_value(field, value) for value in given)
    if not converted:
        raise ValueError(f"field_values of {excerpt(field)} are empty: give at least one value")
    return converted


def _value(field: str, given: Any) -> str:
    value = _value_text(field, given)
    if not value.strip():
        raise ValueError(f"field_values of {excerpt(field)} hold an empty string")
    if field == "video_length" and value not in VIDEO_LENGTHS:
        hint = _inputs.did_you_mean(value, VIDEO_LENGTHS)
        raise ValueError(
            f"video_length must be one of {', '.join(VIDEO_LENGTHS)}, not {excerpt(value)}{hint}"
        )
    if field == "region_code" and not re.fullmatch("[A-Z]{2}", value):
        hint = f"; did you mean {value.upper()!r}?" if re.fullmatch("[A-Za-z]{2}", value) else ""
        raise ValueError(
            f"region_code must be two capital letters such as 'US', not {excerpt(value)}{hint}"
        )
    if field == "create_date":
        return _inputs.compact(_inputs.day(value, "create_date"))
    if value[0] in {"hashtag_name": "#", "username": "@"}.get(field, ""):
        warn(f"{field} is compared without its {value[0]}; did you mean {excerpt(value[1:])}?")
    return value


def _value_text(field: str, given: Any) -> str:
    if isinstance(given, str):
        return str(given)
    if isinstance(given, (bool, *loaded("numpy.bool_"))):
        raise ValueError(f"field_values of {excerpt(field)} hold a boolean, {excerpt(given)}")
    if isinstance(given, date) and not _inputs.is_missing(given):
        return _inputs.compact(_inputs.day(given, field))
    if isinstance(given, numbers.Integral):
        return str(int(given))
    floats: Any = (float, Decimal, *loaded("numpy.floating"))
    if isinstance(given, floats) and math.isfinite(given):
        if field in _ID_FIELDS:
            raise ValueError(
                f"field_values of {excerpt(field)} hold the float {excerpt(given)}, which has "
                "lost digits: ids are strings"
            )
        text = format(Decimal(str(given)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(given, loaded("numpy.datetime64")) and not _inputs.is_missing(given):
        return _inputs.compact(_inputs.day(given, field))
    if _inputs.is_scalar_missing(given) or given != given:
        raise ValueError(f"field_values of {excerpt(field)} hold a missing value, {excerpt(given)}")
    raise ValueError(
        f"field_values of {excerpt(field)} must be strings, numbers or dates, not {excerpt(given)}"
    )
