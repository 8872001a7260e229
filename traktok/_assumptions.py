"""What this package assumes about TikTok and R, with the source of each assumption.

TikTok documents only part of what a client has to know, and changes it from time to time; the rest
is what other clients and their users have seen. Each fact that code depends on has a row here. A
contested fact is a switch of the sandbox instead (:mod:`traktok.sandbox.switches`), which has its
source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

from traktok._lazy import pd

__all__ = ["ASSUMPTIONS", "Assumption", "assumptions"]

# How sure a source makes something, from most to least.
CONFIDENCE = {"D": "documented", "C": "seen", "U": "reported", "G": "guessed"}


@dataclass(frozen=True, slots=True)
class Assumption:
    """Describe one assumption.

    Attributes
    ----------
    name
        Its name, which :func:`traktok.doctor` uses as well.
    about
        ``"Research API"``, ``"web"``, ``"R"``, or ``"contested"`` for the sandbox's switches.
    statement
        The assumption, as a sentence.
    source, date
        Who says so, and when; if the source has no date, the day it was read.
    confidence
        "documented" by TikTok, "seen" in clients' code or recorded answers, "reported" by users, or
        "guessed".
    used_in
        The module that depends on it.
    check
        How somebody with access can check it.
    """

    name: str
    about: str
    statement: str
    source: str
    date: str
    confidence: str
    used_in: str
    check: str


_API, _WEB, _R, _CONTESTED = "Research API", "web", "R", "contested"
_DOCS = "TikTok's documentation"
_LIVE = "`traktok doctor --live`"

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "day_in_utc",
        _API,
        "A day of the quota begins at 00:00 UTC; days of a search are days in UTC.",
        _DOCS,
        "2026-09-01",
        "documented",
        "traktok._clock",
        "Use up a quota and ask again after 00:00 UTC.",
    ),
    Assumption(
        "daily_requests",
        _API,
        "A client may send 1,000 requests a day; lists of followers and of accounts followed have "
        "20,000 of their own.",
        _DOCS,
        "2026-09-01",
        "documented",
        "traktok._http.endpoints",
        "Compare what a study counts with where TikTok refuses.",
    ),
    Assumption(
        "failures_count",
        _API,
        "A request that is answered with status 500 counts against the quota.",
        "CybersecurityForDemocracy/tiktok-library#89",
        "2025",
        "reported",
        "traktok.collect._request_log",
        "Compare what a study counts with where TikTok refuses.",
    ),
    Assumption(
        "turned_away",
        _API,
        "A request that is answered with status 401 or 429 does not count against the quota.",
        "undocumented; no answer of the kind is reported to count",
        "2026-11",
        "guessed",
        "traktok._http.client_log",
        "Compare what `traktok quota` counts with where TikTok refuses.",
    ),
    Assumption(
        "token_life",
        _API,
        "A token lasts two hours.",
        _DOCS,
        "2026-11-05",
        "documented",
        "traktok.auth",
        "Keep a token for two hours.",
    ),
    Assumption(
        "longest_span",
        _API,
        "A search covers at most 30 days: its last day is up to 30 days after its first.",
        _DOCS,
        "2026-09-01",
        "documented",
        "traktok._inputs",
        "Search 32 days at once.",
    ),
    Assumption(
        "page_size",
        _API,
        "A page holds up to 100 videos, comments or accounts.",
        _DOCS,
        "2026-09-01",
        "documented",
        "traktok._http.endpoints",
        _LIVE,
    ),
    Assumption(
        "values_at_once",
        _API,
        "A condition of a search may list 100 users, hashtags or ids.",
        "no limit is documented; a page of the answer holds as many videos",
        "2026-11-28",
        "guessed",
        "traktok.collect._watch",
        "Search for the videos of 100 users at once.",
    ),
    Assumption(
        "video_fields",
        _API,
        "A video has the fields of VIDEO_FIELDS, among them favorites_count in that spelling.",
        f"{_DOCS}; changelog of 2026-05-21",
        "2026-09-01",
        "documented",
        "traktok._http.endpoints",
        _LIVE,
    ),
    Assumption(
        "unknown_field",
        _API,
        "An unknown name among the fields makes TikTok refuse the whole request.",
        "another API of TikTok's on the same host",
        "2026-05",
        "seen",
        "traktok._inputs",
        _LIVE,
    ),
    Assumption(
        "ids_are_numbers",
        _API,
        "Ids are whole numbers of up to 20 digits, above 2^53, and must be read digit for digit.",
        "recorded answers of several clients",
        "2024-2026",
        "seen",
        "traktok._tables.columns",
        _LIVE,
    ),
    Assumption(
        "withheld_users",
        _API,
        "For a user who is private, gone or withheld TikTok answers with one of these texts: is "
        "private, cannot find the user, cannot return this user's information, information cannot "
        "be returned.",
        "R traktok; CybersecurityForDemocracy/tiktok-library",
        "2024",
        "seen",
        "traktok._http.wire",
        "Ask for such users.",
    ),
    Assumption(
        "withheld_comments",
        _API,
        "For a video whose comments TikTok withholds it answers that they are not allowed to be "
        "disclosed.",
        "CybersecurityForDemocracy/tiktok-library#104",
        "2026",
        "reported",
        "traktok._http.wire",
        "Ask for the comments of such a video.",
    ),
    Assumption(
        "refused_for_now",
        _API,
        "In the middle of a search, an invalid search id or cursor is often refused for some "
        "seconds only.",
        "clients' issues",
        "2024-2025",
        "seen",
        "traktok._http.wire",
        "Read the log of a long collection.",
    ),
    Assumption(
        "stale_data_is_deleted",
        _API,
        "TikTok's terms require that stored data is refreshed at least every 30 days (15 in the "
        "terms of 2023), and that data which is gone from TikTok is deleted.",
        "terms in force since 2026-01-22",
        "2026-09-30",
        "seen",
        "traktok.collect._collection",
        "Read the terms, and your own contract.",
    ),
    Assumption(
        "poison_names",
        _API,
        "One account can make every request that lists it fail; a request for it alone fails too.",
        "drachrist/tiktok-research-tools",
        "2026-04",
        "seen",
        "traktok._run",
        "Read the warnings of a long list.",
    ),
    Assumption(
        "photo_pages_are_empty",
        _WEB,
        "A desktop page of a photo post holds no item; the open page fetches it from "
        "/api/item/detail/, and the page made for phones holds it.",
        "R's author, and four other code bases",
        "2026-09",
        "seen",
        "traktok.hidden._parse",
        "`traktok hidden slideshow URL`",
    ),
    Assumption(
        "download_links_are_refused",
        _WEB,
        "downloadAddr is refused for many posts, while playAddr or bitrateInfo works.",
        "issues of several clients",
        "2026-08",
        "reported",
        "traktok.hidden._media",
        "`traktok videos URL`; file_error says what was refused.",
    ),
    Assumption(
        "age_gate",
        _WEB,
        "An item without author and counts, or with createTime 0, is age-restricted: only accounts "
        "that are logged in get it.",
        "public code and issues",
        "2026-11",
        "seen",
        "traktok.hidden._parse",
        "`traktok videos URL`, without and with the cookies of an adult's account.",
    ),
    Assumption(
        "lists_want_a_signature",
        _WEB,
        "/api/user/list/ returns an empty answer to requests without a signature, which only "
        "TikTok's own pages can make.",
        "public issues",
        "2026-07",
        "reported",
        "traktok.hidden.lists",
        "`traktok hidden followers SECUID`",
    ),
    Assumption(
        "stub_pages",
        _WEB,
        "A page of about 1,400 bytes without data means that TikTok recognized the request as a "
        "program's; sending the User-Agent of the browser that the cookies come from helps.",
        "public issues",
        "2026-11",
        "reported",
        "traktok.hidden._parse",
        "`traktok videos URL`, with TRAKTOK_USER_AGENT and without.",
    ),
    Assumption(
        "key_cookie",
        _WEB,
        "Followers and searches need the cookie tt_chain_token.",
        "R traktok",
        "2025",
        "seen",
        "traktok._secrets.cookies",
        "`traktok hidden followers SECUID`",
    ),
    Assumption(
        "r_windows",
        _R,
        "R searches spans of any length in windows of 31 calendar days.",
        "the development version of R traktok",
        "2026-09",
        "seen",
        "traktok._inputs",
        "Run tests/parity against a newer R traktok.",
    ),
    Assumption(
        "r_stores",
        _R,
        "R keeps its token in a file encrypted with a key that is the same for everybody, and that "
        "rlang 1.3.0 has changed.",
        "httr2 and rlang",
        "2026",
        "seen",
        "traktok._r.credentials",
        "`traktok auth --from-r`",
    ),
)


def assumptions() -> pd.DataFrame:
    """Return what this package assumes about TikTok and R, with the sources.

    Returns
    -------
    pandas.DataFrame
        A row per assumption, columns of strings: name, about (Research API, web, R, contested),
        statement, source, date, confidence (documented, seen, reported, guessed), used_in (a
        module), check (how somebody with access can check it). Contested facts come last, as the
        sandbox has them: each is one of its switches.

    Examples
    --------
    >>> table = assumptions().set_index("name")
    >>> table.loc["longest_span", ["confidence", "date"]].tolist()
    ['documented', '2026-09-01']
    """
    rows = [*ASSUMPTIONS, *_contested()]
    names = [field.name for field in fields(Assumption)]
    return pd.DataFrame(list(map(asdict, rows)), columns=names, dtype="string")


def _contested() -> Iterator[Assumption]:
    """Yield a row for each switch of the sandbox."""
    from traktok.sandbox.switches import SWITCHES

    for switch in SWITCHES.values():
        is_flag = isinstance(switch.default, bool)
        default = ("on" if switch.default else "off") if is_flag else switch.default
        yield Assumption(
            switch.name,
            _CONTESTED,
            f"{switch.about[0].upper()}{switch.about[1:]}. Default: {default}.",
            switch.source,
            switch.date,
            CONFIDENCE[switch.confidence],
            "traktok.sandbox",
            f"`python -m traktok.sandbox --{switch.name.replace('_', '-')}`",
        )
