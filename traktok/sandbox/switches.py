"""Switches for contested facts about TikTok: one table, with the source of each default.

A fact on which the sources agree is built into the sandbox. A fact on which they disagree, which
only users report, or which is a guess, has a row here. Its default follows the newest evidence.

Confidence is D (documented by TikTok), C (seen in a client's code or in recorded answers), U
(reported by users) or G (a guess).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Value = bool | int | str


@dataclass(frozen=True)
class Switch:
    """One contested fact.

    Attributes
    ----------
    name
        The name in Python and on the control paths; the command line has hyphens in place of
        underscores.
    default
        The value that the newest evidence supports.
    about
        What the switch does.
    source, date, confidence
        Where the default comes from; if the source has no date, the day it was read.
    choices
        The valid texts; empty for numbers and booleans.
    """

    name: str
    default: Value
    about: str
    source: str
    date: str
    confidence: str
    choices: tuple[str, ...] = ()

    def read(self, value: object) -> Value:
        """Convert a value, such as a text of the command line, or raise ValueError."""
        text = str(value).lower()
        if self.choices:
            if text in self.choices:
                return text
            raise ValueError(f"{self.name} must be one of {', '.join(self.choices)}, not {value!r}")
        if isinstance(self.default, bool):
            if text in _TRUTHS:
                return _TRUTHS[text]
            raise ValueError(f"{self.name} must be on or off, not {value!r}")
        if text.isdecimal():
            return int(text)
        raise ValueError(f"{self.name} must be an integer, not {value!r}")


_TRUTHS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}

_API = (
    Switch(
        "error_text",
        "message",
        "the key of an error's text",
        "TikTok's documentation; one client saw msg",
        "2026",
        "C",
        ("message", "msg", "both"),
    ),
    Switch(
        "ok_without_data",
        False,
        "send an empty result as an error object with the code ok, without data",
        "comments in a client about recorded answers",
        "2024-04",
        "C",
    ),
    Switch(
        "refuse_empty_groups",
        True,
        "answer 500 to a query whose and, or or not is there and empty",
        "drachrist/tiktok-research-tools; the official wrapper of 2024 sends all three",
        "2026-04",
        "C",
    ),
    Switch(
        "most_names",
        0,
        "answer 500 to a query with more usernames than this; 0 sets no limit",
        "drachrist/tiktok-research-tools: about 10 are reliable",
        "2026-04",
        "C",
    ),
    Switch(
        "keyword_eq_finds",
        True,
        "let a condition keyword EQ find something; when off, it finds nothing and says ok",
        "JBGruber/traktok#29, unanswered; the documentation names no such limit",
        "2026-09",
        "D",
    ),
    Switch(
        "old_spelling",
        False,
        "know the field favourites_count, the documentation's spelling until 2025",
        "TikTok's changelog",
        "2026-05-21",
        "D",
    ),
    Switch(
        "followers_refused",
        False,
        "answer scope_not_authorized to lists of followers and of accounts followed",
        "tiktok-research-api-wrapper#3, unanswered: some clients",
        "2026-04",
        "U",
    ),
    Switch(
        "comments_withheld",
        400,
        "the HTTP status with which comments of some videos are withheld; 0 withholds none",
        "CybersecurityForDemocracy/tiktok-library#104, which has the text but no status",
        "2026-11",
        "U",
    ),
    Switch(
        "comments_end",
        1_000,
        "how many comments of a video are listed before 400 is answered; 0 lists all",
        "older documentation, tiktok-research-api-wrapper PR#46; the newest copy is silent",
        "2024",
        "C",
    ),
    Switch(
        "empty_bio",
        "sent",
        'send an empty bio_description as "", or leave it out',
        "CybersecurityForDemocracy's helper, which stores it NOT NULL",
        "2025",
        "C",
        ("sent", "left_out"),
    ),
    Switch(
        "reposted_key",
        "reposted_videos",
        "the key of the list of reposted videos",
        "the documentation's sample and every client; its table has the other",
        "2026-09",
        "C",
        ("reposted_videos", "user_reposted_videos"),
    ),
    Switch(
        "id_checks",
        True,
        "let the client upload files of ids (batch compliance)",
        "TikTok's documentation; no client that runs is known",
        "2026-09",
        "D",
    ),
    Switch(
        "task_id",
        "number",
        "send the id of such a check as a JSON number of 20 digits, or as text",
        "TikTok's documentation",
        "2026-09",
        "D",
        ("number", "text"),
    ),
    Switch(
        "task_id_taken",
        "any",
        "which form of the id of a check is accepted in a request",
        "TikTok's documentation has a number; nobody has reported a refusal",
        "2026-09",
        "G",
        ("any", "number", "text"),
    ),
    Switch(
        "token_error_status",
        0,
        "the status of every error of the token endpoint; 0 chooses 400 or 401 by the error",
        "undocumented; 200 has been seen",
        "2026-11",
        "G",
    ),
    Switch(
        "refusals_count",
        True,
        "count requests that are answered 400 against the day's quota",
        "undocumented; answers of status 500 count (tiktok-library#89)",
        "2026-11",
        "G",
    ),
    Switch(
        "search_id_days",
        3,
        "how many days a search id stays valid",
        "undocumented; a search can be resumed after the reset of the quota",
        "2026-11",
        "G",
    ),
)

_WEB = (
    Switch(
        "photo_page",
        "without_item",
        "whether a desktop's page of a photo post contains the item, or its script requests it",
        "R traktok's author and three more code bases",
        "2026-09",
        "C",
        ("without_item", "with_item"),
    ),
    Switch(
        "phone_page",
        True,
        "send a phone's User-Agent the page that contains every post under another key",
        "six public code bases",
        "2026-11",
        "C",
    ),
    Switch(
        "download_links_dead",
        "many",
        "which videos' downloadAddr is answered 403; playAddr works",
        "public issues: many posts since August 2026",
        "2026-08",
        "U",
        ("none", "many", "all"),
    ),
    Switch(
        "share_links",
        "stub",
        "the page at addresses for sharing (/share/video/ID, /v/ID.html, tiktokv.com)",
        "public issues: they are blocked more than pages are",
        "2026-11",
        "U",
        ("stub", "page"),
    ),
    Switch(
        "list_signature",
        True,
        "send empty responses to lists of followers, which only TikTok's own pages can sign",
        "public issues",
        "2026-07",
        "U",
    ),
)

SWITCHES: Mapping[str, Switch] = {switch.name: switch for switch in (*_API, *_WEB)}


class Switches:
    """Hold the values of all switches, by name.

    Parameters
    ----------
    given
        Values that differ from the defaults, also after `reset`.

    Examples
    --------
    >>> switches = Switches({"error_text": "msg"})
    >>> switches["old_spelling"] = True
    >>> switches["error_text"], switches["old_spelling"]
    ('msg', True)
    """

    def __init__(self, given: Mapping[str, Value] | None = None) -> None:
        self._given = dict(given or {})
        self.reset()

    def reset(self) -> None:
        """Set all switches to what they were at the start."""
        self._values = {name: switch.default for name, switch in SWITCHES.items()}
        self.update(self._given)

    def update(self, values: Mapping[str, object]) -> None:
        """Set several switches; for an unknown name or value, raise ValueError and set none."""
        self._values |= {name: _switch(name).read(value) for name, value in values.items()}

    def __getitem__(self, name: str) -> Value:
        return self._values[_switch(name).name]

    def __setitem__(self, name: str, value: Value) -> None:
        self.update({name: value})

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def number(self, name: str) -> int:
        """Return the value of a switch that is a number."""
        return int(self[name])


def _switch(name: str) -> Switch:
    if name not in SWITCHES:
        raise ValueError(f"{name!r} is not a switch; the switches are {', '.join(SWITCHES)}")
    return SWITCHES[name]
