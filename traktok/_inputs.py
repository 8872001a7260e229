"""Convert what users type to what TikTok accepts: ids, names, dates, windows, fields, pages.

Pure functions. Each raises an error for invalid input, so that no request is sent
that can't succeed. The message is one sentence: what is expected, and what was given.
"""

from __future__ import annotations

import math
import numbers
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from traktok import _clock
from traktok._lazy import loaded
from traktok._text import did_you_mean as did_you_mean
from traktok._text import excerpt
from traktok.errors import Argument, InvalidArgument, InvalidArgumentType, OnlyInPython

# TikTok accepts an end date at most 30 days after the start date, and searches both days.
LONGEST_SPAN = timedelta(days=30)
# TikTok's documentation of the Research API: new videos may be missing for up to 48 hours.
_UNTIL_A_VIDEO_SHOWS = timedelta(days=2)
# The default start date for a user's videos, as in R traktok.
FIRST_DAY = date(2020, 1, 1)

# The URLs that TikTok itself writes for a post: web pages, shared links, data exports
# (tiktokv.com), embedded players.
_VIDEO_PATH = re.compile(r"/(?:video|photo|v|embed|embed/v2|player/v1)/(\d+)(?:\D|$)")
_PAGE_HOSTS = ("tiktok.com", "tiktokv.com")
_PLAYLIST_PATH = re.compile(r"/playlist/([^/]+)")
_USER_PATH = re.compile(r"^/@([^/]+)")
_A_DAY = re.compile(r"\d{4}-\d\d-\d\d|20\d{6}")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DASHED_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_LOOSE_DATE = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)


def is_missing(value: object) -> bool:
    """Return whether a value is None, NA, NaN or NaT."""
    return is_scalar_missing(value) or value != value


# ------------------------------------------------------------------------------ ids and names


def one_or_many(value: Any, what: str) -> list[Any]:
    """Convert a single value, a sequence or a column to a list."""
    if isinstance(value, (str, bytes, numbers.Number)) or is_scalar_missing(value):
        return [value]
    if isinstance(value, (Mapping, *loaded("pandas.DataFrame"))) or not isinstance(value, Iterable):
        raise InvalidArgumentType(
            Argument(what),
            f" must be a string, or a list or column of strings, not {type(value).__name__}",
        )
    return list(value)


def is_scalar_missing(value: object) -> bool:
    """Return whether a value is a scalar and missing; a column is not a scalar."""
    return value is None or any(value is none for none in loaded("pandas.NA", "pandas.NaT"))


def usernames(given: Any) -> list[str]:
    """Parse usernames from names, @names and profile URLs, one or several, without duplicates."""
    return _each_once(given, "username", _username)


def video_ids(given: Any, what: str = "video_id") -> list[str]:
    """Parse video ids from ids and URLs, one or several, without duplicates."""
    return _each_once(given, what, lambda value, what: _id(value, what, _id_in_video_url))


def comment_ids(given: Any) -> list[str]:
    """Parse comment ids, one or several, without duplicates."""
    return _each_once(given, "comment_id", lambda value, what: _id(value, what, _no_id_in_url))


def playlist_ids(given: Any) -> list[str]:
    """Parse playlist ids from ids and URLs, one or several, without duplicates."""
    return _each_once(
        given, "playlist_id", lambda value, what: _id(value, what, _id_in_playlist_url)
    )


def _each_once(given: Any, what: str, clean: Callable[[Any, str], str]) -> list[str]:
    return list(dict.fromkeys(clean(value, what) for value in one_or_many(given, what)))


def _username(value: Any, what: str) -> str:
    if not isinstance(value, str):
        if is_missing(value):
            raise InvalidArgument(
                Argument(what), " is missing (None or NA): give a name or a profile URL"
            )
        raise InvalidArgumentType.must_be(what, "a name or a profile URL", value)
    name = value.strip()
    if _is_url(name):
        found = _USER_PATH.match(unquote(_tiktok_path(name, what)))
        if found is None:
            raise InvalidArgument(
                Argument(what),
                f": no user in {excerpt(value)} (expected something like https://www.tiktok.com/@name)",
            )
        name = found[1]
    name = name.lstrip("@")
    if not name:
        raise InvalidArgument(Argument(what), " is empty: give a name or a profile URL")
    if re.search(r"[\s/?#,]", name) or not name.isprintable():
        raise InvalidArgument(
            Argument(what),
            f": {excerpt(value)} is not a valid username (expected something like 'tiktok')",
        )
    return name


def _id(value: Any, what: str, id_in_url: Callable[[str, str], str]) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, numbers.Number)):
        if is_missing(value):
            raise InvalidArgument(Argument(what), " is missing (None or NA): give an id or a URL")
        raise InvalidArgumentType.must_be(what, "an id (digits) or a URL", value)
    if isinstance(value, numbers.Integral):
        if value < 0:
            raise InvalidArgument(
                Argument(what), f": {value} is negative; an id consists of digits"
            )
        return str(int(value))
    if not isinstance(value, str):
        if is_missing(value):
            raise InvalidArgument(Argument(what), " is missing (NaN): give an id or a URL")
        raise InvalidArgument(
            Argument(what),
            f": {excerpt(value)} is a float and has lost digits; keep ids as strings "
            '(read_csv(..., dtype={"video_id": "string"}))',
        )
    text = value.strip()
    found = id_in_url(text, what) if _is_url(text) else text
    if not re.fullmatch(r"[0-9]+", found):
        raise InvalidArgument(
            Argument(what),
            f": no id in {excerpt(value)} (expected something like 7106594312292453675)",
        )
    return found


def _id_in_video_url(url: str, what: str) -> str:
    found = _VIDEO_PATH.search(_tiktok_path(url, what))
    return found[1] if found else ""


def _id_in_playlist_url(url: str, what: str) -> str:
    segment = _PLAYLIST_PATH.search(_tiktok_path(url, what))
    numbers_in_it = re.findall(r"[0-9]+", unquote(segment[1])) if segment else []
    return numbers_in_it[-1] if numbers_in_it else ""


def _no_id_in_url(url: str, what: str) -> str:
    raise InvalidArgument(Argument(what), f": {excerpt(url)} is a URL; give the id of the comment")


def _is_url(text: str) -> bool:
    return (
        "://" in text or re.match(r"(?:[\w-]+\.)*tiktokv?\.com/", text, re.IGNORECASE) is not None
    )


def _tiktok_path(url: str, what: str) -> str:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:  # such as "https://[x"
        raise InvalidArgument(Argument(what), f": {excerpt(url)} is not a URL") from None
    host = (parts.hostname or "").lower()
    if host in {"vm.tiktok.com", "vt.tiktok.com"} or parts.path.startswith("/t/"):
        raise InvalidArgument(
            Argument(what),
            f": {excerpt(url)} is a short link; open it in a browser and give the address it leads "
            "to",
        )
    if not any(host == known or host.endswith(f".{known}") for known in _PAGE_HOSTS):
        raise InvalidArgument(Argument(what), f": {excerpt(url)} is not a page of tiktok.com")
    return parts.path


# ----------------------------------------------------------------------------- dates and windows


def check_is_not_a_day(given: Any) -> None:
    """Refuse a day in place of a query: in R's pipe, days may be positional; here they can't."""
    if isinstance(given, date):
        given = f"{given:%Y-%m-%d}"
    if isinstance(given, str) and _A_DAY.fullmatch(given):
        raise ValueError(f"{given!r} is a day, not a phrase; in a pipe, write start_date={given!r}")


def day(value: Any, what: str) -> date:
    """Convert a date, a datetime or a string to a day; a datetime with a zone gives its UTC day.

    Strings may be written ``YYYYMMDD``, or in any form that R's ``as.Date`` reads to the end.
    """
    if isinstance(value, (datetime, *loaded("numpy.datetime64"))) and is_missing(value):
        raise InvalidArgument(
            Argument(what), " is missing (NaT): give a date, or None for the default"
        )
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).date()
    if isinstance(value, date):
        return value
    if isinstance(value, loaded("numpy.datetime64")):
        value = str(value.astype("datetime64[D]"))
    if not isinstance(value, str):
        raise InvalidArgumentType.must_be(
            what, "a date, a datetime or a string such as '2024-01-31'", value
        )
    text = value.strip()
    for pattern in (_COMPACT_DATE, _DASHED_DATE):
        if found := pattern.fullmatch(text):
            return _calendar_day(found.groups(), value, what)
    if found := _LOOSE_DATE.fullmatch(text):
        return _calendar_day(found.group(1, 3, 4), value, what)
    raise InvalidArgument(
        Argument(what), f": can't read {excerpt(value)} as a date; write 'YYYY-MM-DD' or 'YYYYMMDD'"
    )


def _calendar_day(parts: Sequence[str | Any], value: str, what: str) -> date:
    try:
        return date(*map(int, parts))
    except ValueError:
        raise InvalidArgument(
            Argument(what), f": there is no day {excerpt(value)} in the calendar"
        ) from None


def windows(
    since: Any,
    to: Any,
    names: tuple[str, str] = ("since", "to"),
    default: date = FIRST_DAY,
) -> list[tuple[date, date]]:
    """Split a span of any length into windows of 31 days that don't overlap, as R does.

    The first day defaults to ``default``, the last to today (UTC).
    """
    first = default if since is None else day(since, names[0])
    last = _clock.today() if to is None else day(to, names[1])
    in_order(first, last, *names, both=None not in (since, to))
    step = LONGEST_SPAN + timedelta(days=1)
    count = (last - first) // step + 1
    starts = [first + n * step for n in range(count)]
    return [(start, start + min(LONGEST_SPAN, last - start)) for start in starts]


def window_not_in_future(window: tuple[date, date], what: str) -> None:
    """Refuse a last window that lies wholly in the future; allow one day for time zones."""
    if window[0] > _clock.today() + timedelta(days=1):
        not_in_future(window[1], what)


def not_in_future(last: date, what: str) -> None:
    """Refuse a last day that is later than today."""
    if last > _clock.today():
        raise InvalidArgument(
            Argument(what),
            f" ({last}) lies in the future: TikTok has no videos of those days yet (today "
            f"is {_clock.today()} in UTC)",
        )


def why_empty(noun: str, first: date, last: date) -> str:
    """Return a sentence that a span of days is empty, and why that may be."""
    text = f"No {noun} from {first} to {last} (UTC)."
    if last >= _clock.today() - _UNTIL_A_VIDEO_SHOWS:
        text += " TikTok needs up to two days to show a new video."
    return text


def in_order(start: date, end: date, first: str, second: str, *, both: bool = True) -> None:
    """Refuse a first day that is later than the last; ``both`` says that both were given."""
    if start > end:
        advice = "swap them" if both else "the other was left out and has its default: give both"
        raise InvalidArgument(
            Argument(first), f" ({start}) is after ", Argument(second), f" ({end}): {advice}"
        )


def compact(value: date) -> str:
    """Format a day as TikTok does: YYYYMMDD."""
    return f"{value:%Y%m%d}" if value.year >= 1000 else f"{value.year:04}{value:%m%d}"


# ------------------------------------------------------------------------------ fields and pages


def fields(given: Any, known: Sequence[str], instead: Mapping[str, str]) -> tuple[str, ...] | None:
    """Parse the names of fields, without duplicates; return None for ``"all"``.

    ``instead`` maps the column names of R's tables to TikTok's field names, for the message.
    """
    if isinstance(given, str):
        if given.strip() == "all":
            return None
        given = given.split(",")
    if given is None or isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise InvalidArgumentType.must_be(
            "fields", "'all', or names as a list or with commas between", given
        )
    names = []
    for name in given:
        if not isinstance(name, str):
            raise InvalidArgumentType(Argument("fields"), f": {excerpt(name)} is not a string")
        if name := name.strip():
            names.append(name)
    if names == ["all"]:  # R's c("all")
        return None
    for name in names:
        if name not in known:
            meant = f"; TikTok calls it {instead[name]!r}." if name in instead else ""
            meant = meant or did_you_mean(name, known, instead) or "."
            raise InvalidArgument(
                Argument("fields"),
                f": TikTok has no field {excerpt(name)} here{meant} The fields are "
                f"{', '.join(known)}",
            )
    if not names:
        raise InvalidArgument(Argument("fields"), " is empty: give at least one field, or 'all'")
    return tuple(dict.fromkeys(names))


def positive(given: Any, what: str, at_most: float = math.inf) -> int:
    """Check that a value is a positive integer up to a limit, and return it."""
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise InvalidArgument.must_be(what, "a positive integer", given)
    if given > at_most:
        raise InvalidArgument(Argument(what), f" must be at most {at_most:,}, not {given:,}")
    return given


def within(
    given: Any, what: str, noun: str, least: int, most: int, *, fractions: bool = False
) -> Any:
    """Check that a value is a number from one to another, and return it."""
    kinds = (int, float) if fractions else int
    if isinstance(given, bool) or not isinstance(given, kinds) or not least <= given <= most:
        raise InvalidArgument.must_be(what, f"{noun} from {least:,} to {most:,}", given)
    return given


def page_limit(max_pages: Any) -> float:
    """Check a number of pages: a positive integer, or infinity."""
    if isinstance(max_pages, numbers.Real) and max_pages == math.inf:
        return math.inf
    pages = _whole(max_pages)
    if pages is None or pages < 1:
        raise InvalidArgument.must_be("max_pages", "a positive integer or math.inf", max_pages)
    return pages


def start_cursor(given: Any) -> int | None:
    """Check the cursor to start from: an integer, such as an earlier result's ``cursor``."""
    if is_scalar_missing(given):
        return None
    digits = isinstance(given, str) and re.fullmatch(r"[0-9]{1,18}", given)
    cursor = int(given) if digits else _whole(given)
    if cursor is None or cursor < 0:
        raise InvalidArgument(
            Argument("start_cursor"),
            " must be a non-negative integer",
            OnlyInPython(", such as result.cursor"),
            f", not {excerpt(given)}",
        )
    return cursor


def _whole(given: Any) -> int | None:
    if isinstance(given, bool) or not isinstance(given, numbers.Real) or not math.isfinite(given):
        return None
    whole = operator.index(math.floor(given))
    return whole if whole == given else None


def search_id(given: Any) -> str | None:
    """Check the id of a search to continue; None starts a new one."""
    if is_scalar_missing(given):
        return None
    if isinstance(given, numbers.Integral) and not isinstance(given, bool):
        return str(int(given))
    if isinstance(given, str) and given.strip():
        return given.strip()
    raise InvalidArgument(
        Argument("search_id"),
        " must be a string",
        OnlyInPython(", such as result.search_id"),
        f", not {excerpt(given)}",
    )


def flag(given: Any, what: str) -> bool | None:
    """Check a flag: True, False, or None to leave it out of the request."""
    if is_scalar_missing(given):
        return None
    if isinstance(given, (bool, *loaded("numpy.bool_"))):
        return bool(given)
    raise InvalidArgumentType.must_be(what, "True or False", given)
