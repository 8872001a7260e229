"""The tables of studies, quotas and comparisons, for the data dictionary.

What their columns mean is in our words; a test compares names and types with the tables themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Columns = Mapping[str, tuple[str, str]]  # by name: what pandas calls its type, and its meaning

_ID = ("string", "the id, with every digit")
_STATE = (
    "string",
    "*open*: still to be requested; *done*; *set aside*: it failed again and again, "
    "`resume(retry=True)` tries it once more",
)
_OF_TASKS: Columns = {
    "pages": ("Int64", "the number of pages received"),
    "requests": ("Int64", "the number of requests sent for it, those that failed too"),
    "last_error": ("string", "what failed last; missing if nothing did"),
}
_QUERY = ("string", "the name of the query; only in studies of several queries")
_DAYS: Columns = {
    "first_day": ("datetime64[s]", "the first day of the window (UTC)"),
    "last_day": ("datetime64[s]", "its last day (UTC), included"),
}


class Table(NamedTuple):
    """A table that is not made of TikTok's fields.

    Attributes
    ----------
    title
        Its heading.
    call
        How it is made.
    functions
        The functions or methods that return it.
    row
        What a row is.
    columns
        Its columns, in their order.
    """

    title: str
    call: str
    functions: tuple[str, ...]
    row: str
    columns: Columns


TABLES = (
    Table(
        "Windows of a study",
        "study.status()",
        ("Collection.status",),
        "a window of days",
        {
            "query": _QUERY,
            **_DAYS,
            "state": (
                "string",
                f"{_STATE[1]}; *young*: it was searched less than three days after its last day, "
                "and will be searched again; *halved*: it failed, and two windows of half its "
                "length have taken its place",
            ),
            "pages": _OF_TASKS["pages"],
            "videos": ("Int64", "the number of videos received, those found before too"),
            "requests": _OF_TASKS["requests"],
            "last_error": _OF_TASKS["last_error"],
        },
    ),
    Table(
        "Videos whose comments a study collects",
        'study.status("comments")',
        ("Collection.status",),
        "a video",
        {
            "video_id": _ID,
            "state": _STATE,
            "pages": _OF_TASKS["pages"],
            "comments": ("Int64", "the number of comments received"),
            "requests": _OF_TASKS["requests"],
            "last_error": _OF_TASKS["last_error"],
        },
    ),
    Table(
        "Users whose profiles a study collects",
        'study.status("users")',
        ("Collection.status",),
        "a user",
        {
            "username": ("string", "the unique name of the account, without `@`"),
            "state": (
                "string",
                f"{_STATE[1]}; *skipped*: TikTok returns nothing about the account, which is "
                "private, gone or withheld",
            ),
            "pages": _OF_TASKS["pages"],
            "users": ("Int64", "1 if the profile was received, or 0"),
            "requests": _OF_TASKS["requests"],
            "last_error": _OF_TASKS["last_error"],
        },
    ),
    Table(
        "What a study still has to request",
        "study.plan(sample=20)",
        ("Collection.plan",),
        "a window of days that is open or young",
        {
            "query": _QUERY,
            **_DAYS,
            "least_requests": ("Int64", "the number of requests it takes at least"),
            "videos": ("Int64", "the number of videos to expect; only with `sample`"),
            "requests": ("Int64", "the number of requests to expect; only with `sample`"),
        },
    ),
    Table(
        "Requests of a study",
        "study.requests()",
        ("Collection.requests",),
        "a request, in the order in which they were sent",
        {
            "sent_at": ("datetime64[ms, UTC]", "when it was sent"),
            "day": ("string", "the day of the quota (UTC), as `2024-01-31`"),
            "pool": ("string", "the quota: *main*, or *follow* for lists of followers"),
            "path": ("string", "the path of TikTok's endpoint"),
            "run": ("string", "the process that sent it: computer, number, a random id"),
            "subject": (
                "string",
                "what was requested: a window (after the name of its query in studies of "
                "several), a video or a user; missing for anything else",
            ),
            "cursor": ("string", "where in the list the page begins"),
            "status": ("Int64", "the HTTP status of the response; missing if there was none"),
            "log_id": ("string", "TikTok's id of the request, for its support"),
            "rows": ("Int64", "the number of records received"),
            "seconds": ("Float64", "how many seconds the response took"),
            "error": ("string", "what failed; missing if nothing did"),
        },
    ),
    Table(
        "Results of a refresh",
        "study.refresh()",
        ("Collection.refresh",),
        "a kind of record",
        {
            "what": ("string", "*videos*, *comments* or *users*"),
            "asked": ("Int64", "the number of records that were checked"),
            "gone": ("Int64", "the number of those that are no longer public"),
        },
    ),
    Table(
        "Quota",
        "tt_quota()",
        ("tt_quota",),
        "a quota of the client",
        {
            "pool": ("string", "*main*, or *follow* for lists of followers and followed accounts"),
            "sent": ("Int64", "the number of requests sent from this computer on this day (UTC)"),
            "left": ("Int64", "the number of requests that the quota leaves"),
            "resets_at": ("datetime64[ms, UTC]", "when the next day of the quota begins"),
        },
    ),
    Table(
        "Ids that are still public",
        'tt_still_public(ids, "video")',
        ("tt_still_public",),
        "an id",
        {
            "video_id": ("string", "the id of the video; the column is `comment_id` for comments"),
            "still_public": ("boolean", "whether it is public; missing if TikTok did not say"),
        },
    ),
    Table(
        "Cells that differ",
        "compare(left, right).cells",
        ("compare",),
        "a cell that differs; a table aligned on other columns has those in place of `video_id`",
        {
            "video_id": ("string", "the id of the row"),
            "column": ("string", "the column of the cell"),
            "left": ("object", "the value in the first table"),
            "right": ("object", "the value in the second table"),
        },
    ),
    Table(
        "Counts that changed",
        "compare(left, right).drift",
        ("compare",),
        "a count that changed",
        {
            "video_id": ("string", "the id of the row"),
            "column": ("string", "the column of the count"),
            "left": ("object", "the value in the first table"),
            "right": ("object", "the value in the second table"),
            "change": ("float64", "the change as a share of the first value: 0.05 for 5 %"),
        },
    ),
    Table(
        "Summary of a comparison",
        "compare(left, right).to_frame()",
        ("Comparison.to_frame",),
        "a column of the two tables; its name is the row's label",
        {
            "left": ("str", "its type in the first table, as a printed table abbreviates it"),
            "right": ("str", "its type in the second table"),
            "compared": ("int64", "the number of cells compared"),
            "same": ("int64", "the number of cells that are equal"),
            "drifted": ("int64", "the number of counts that changed"),
            "different": ("int64", "the number of cells that differ otherwise"),
            "largest_drift": ("float64", "the largest change as a share of the first value"),
        },
    ),
    Table(
        "Assumptions about TikTok",
        "assumptions()",
        ("assumptions",),
        "an assumption",
        {
            "name": ("string", "its name"),
            "about": ("string", "what it is about: *Research API*, *web*, *R* or *contested*"),
            "statement": ("string", "what is assumed"),
            "source": ("string", "where it was seen"),
            "date": ("string", "when it was seen: a year, a month or a day"),
            "confidence": ("string", "*documented*, *seen*, *reported* or *guessed*"),
            "used_in": ("string", "the module that depends on it"),
            "check": ("string", "how somebody with access can check it"),
        },
    ),
)

# What is in `attrs` of a table, by name: the type, where it is, and the meaning.
ATTRIBUTES: Mapping[str, tuple[str, str, str]] = {
    "search_id": ("str", "searches", "TikTok's id of the search, with which it continues"),
    "cursor": ("int", "lists and searches", "where the next page begins"),
    "has_more": ("bool", "all but single records", "whether TikTok has more than was requested"),
    "start_date": ("str", "searches", "the first day of the window requested last"),
    "end_date": ("str", "searches", "the last day of that window"),
    "skipped": ("dict", "users and comments", "the users or videos without rows, with the reason"),
    "unfinished": (
        "dict",
        "calls for several users, ids or windows",
        "those of which TikTok has more, each with the cursor of its next page",
    ),
    "complete": ("bool", "searches in a browser", "whether the end of the list was reached"),
    "ended": ("str", "searches in a browser", "why the search ended"),
}
