"""Check the clock, and the assumptions that a client with access can check.

Each request is sent once and never retried: an unexpected answer is a finding, not a failure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from traktok import _clock
from traktok._http import endpoints
from traktok._http.bodies import search_body
from traktok._http.endpoints import VIDEO_FIELDS
from traktok._http.transport import Credential, NoCredential, Transport
from traktok._http.wire import Request, research_request, server_time, upload_request
from traktok._secrets.secret import Secret
from traktok._text import counted, printable
from traktok.doctor._values import Check, Status
from traktok.errors import TraktokError, message_of

# Tokens are renewed 60 s before they end: a clock that is off by more makes TikTok refuse them.
_LARGEST_DRIFT = 60.0
# An account that exists everywhere, TikTok's own.
_ACCOUNT = "tiktok"
_PAGE = 100
# Where lists of comments end, by TikTok's older documentation.
_COMMENTS_END = 1_000
# Days long enough ago that all of TikTok's delays are over.
_DAYS = (date(2023, 11, 1), date(2023, 11, 29))


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer of TikTok's, before it is interpreted."""

    status: int
    payload: Mapping[str, Any] = field(repr=False)

    @property
    def error(self) -> Mapping[str, Any]:
        error = self.payload.get("error")
        return error if isinstance(error, Mapping) else {}

    @property
    def data(self) -> Mapping[str, Any]:
        data = self.payload.get("data")
        return data if isinstance(data, Mapping) else {}

    @property
    def is_good(self) -> bool:
        return self.status == 200 and self.error.get("code") in (None, "ok")

    @property
    def code(self) -> str:
        return printable(str(self.error.get("code") or f"HTTP {self.status}"))

    @property
    def text(self) -> str:
        said = self.error.get("message") or self.error.get("msg") or ""
        return printable(f"{self.code}: {said}" if said else self.code)

    def rows(self, key: str) -> list[Mapping[str, Any]]:
        rows = self.data.get(key)
        return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def clock_check() -> Check:
    """Compare the clock with TikTok's, by a request without a token, which no quota counts."""
    request = research_request(endpoints.VIDEO_QUERY, {})
    try:
        _, headers, _ = Transport(NoCredential()).post_once(request, "")
    except TraktokError as error:
        return Check("Connection", "TikTok", "failed", message_of(error))
    except ValueError as error:  # TRAKTOK_BASE_URL, see the settings
        return Check("Connection", "TikTok", "failed", str(error))
    theirs = server_time(headers)
    if theirs is None:
        return Check("Connection", "clock", "unknown", "TikTok's answer has no Date header")
    drift = _clock.now() - _clock.ahead() - theirs
    if abs(drift) > _LARGEST_DRIFT:
        side = "ahead of" if drift > 0 else "behind"
        text = f"{abs(drift):,.0f} s {side} TikTok's: correct it, or tokens are renewed too late"
        return Check("Connection", "clock", "failed", text)
    return Check("Connection", "clock", "ok", "TikTok answers, and its clock agrees with this one")


class LiveChecks:
    """The checks that need a client with access."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._transport = Transport(credential)
        self._token = ""
        self._videos: list[Mapping[str, Any]] = []
        self._refusal: _Answer | None = None
        self.requests = 0

    def checks(self) -> Iterator[Check]:
        """Yield all checks; if TikTok refuses the client, the remaining ones are not made."""
        try:
            self._token = Secret(self._credential.token())
        except TraktokError as error:
            yield Check("Live", "token", "failed", message_of(error))
            return
        yield Check("Live", "token", "ok", "a token is stored, or TikTok has issued one")
        probes = (
            self._search,
            self._old_spelling,
            self._empty_groups,
            self._keyword_eq,
            self._many_names,
            self._followers,
            self._reposted,
            self._profile,
            self._comments,
            self._id_check,
        )
        for probe in probes:
            try:
                yield from probe()
            except TraktokError as error:
                yield Check("Live", "answers", "failed", message_of(error))
                return
            if self._refusal is not None:
                return
        yield from _NOT_CHECKED

    def _ask(self, request: Request) -> _Answer:
        """Send a request; an answer that is not JSON has an empty payload."""
        self.requests += 1
        status, _, body = self._transport.post_once(request, self._token)
        try:
            payload = json.loads(body)
        except ValueError:
            payload = {}
        return _Answer(status, payload if isinstance(payload, dict) else {})

    def _searched(self, query: Mapping[str, Any], fields: tuple[str, ...]) -> _Answer:
        body = search_body(query, *_DAYS) | {"max_count": _PAGE}
        return self._ask(research_request(endpoints.VIDEO_QUERY, body, fields))

    # -------------------------------------------------------------------------------- probes

    def _search(self) -> Iterator[Check]:
        answer = self._searched(_where("region_code", "IN", "US", "GB", "DE"), VIDEO_FIELDS)
        if not answer.is_good:
            self._refusal = answer
            yield _check("video_fields", "failed", f"TikTok refuses a search: {answer.text}")
            return
        self._videos = answer.rows("videos")
        unknown = sorted({key for video in self._videos for key in video} - {*VIDEO_FIELDS})
        if unknown:
            yield _check("video_fields", "note", f"TikTok sends others: {', '.join(unknown)}")
        else:
            yield _check("video_fields", "ok", "a search with all fields succeeds")
        yield _holds("page_size", len(self._videos) <= _PAGE, f"{len(self._videos)} on a page")
        if self._videos:
            whole = all(isinstance(video.get("id"), int) for video in self._videos)
            yield _holds("ids_are_numbers", whole, "ids are whole numbers" if whole else "texts")
        else:
            yield _check("ids_are_numbers", "unknown", "the search returned no video")

    def _old_spelling(self) -> Iterator[Check]:
        answer = self._searched(_where("region_code", "IN", "US"), ("id", "favourites_count"))
        if answer.is_good:
            yield _check("old_spelling", "note", "favourites_count is still accepted")
            yield _check("error_text", "unknown", "no request was refused")
            return
        yield _check("old_spelling", "ok", "favourites_count is no longer accepted")
        yield _check("unknown_field", "ok", f"TikTok refuses the request ({answer.code})")
        keys = [key for key in ("message", "msg") if key in answer.error]
        yield _contested("error_text", keys == ["message"], f"in error.{' and .'.join(keys)}")

    def _empty_groups(self) -> Iterator[Check]:
        query = _where("region_code", "IN", "US") | {"or": [], "not": []}
        answer = self._searched(query, ("id",))
        refused = not answer.is_good
        text = f"are refused ({answer.code})" if refused else "are accepted"
        yield _contested("refuse_empty_groups", refused, text)

    def _keyword_eq(self) -> Iterator[Check]:
        answer = self._searched(_where("keyword", "EQ", self._common_word()), ("id",))
        if not answer.is_good or not self._videos:
            yield _check("keyword_eq_finds", "unknown", f"no video to find ({answer.code})")
            return
        found = len(answer.rows("videos"))
        text = f"keyword EQ finds {counted(found, 'videos')}"
        yield _contested("keyword_eq_finds", found > 0, text)

    def _common_word(self) -> str:
        """Return a hashtag of the videos found, which a search must find again."""
        for video in self._videos:
            for tag in video.get("hashtag_names") or ():
                return str(tag)
        return "love"

    def _many_names(self) -> Iterator[Check]:
        names = [f"traktok.doctor.{number}.nobody" for number in range(1, 21)]
        answer = self._searched(_where("username", "IN", *names), ("id",))
        text = f"20 names are {'accepted' if answer.is_good else f'refused ({answer.code})'}"
        yield _contested("most_names", answer.is_good, text)
        if not answer.is_good:
            yield _check("ok_without_data", "unknown", "there was no empty result")
            return
        has_data = "data" in answer.payload
        text = "an empty result has data" if has_data else "an empty result has no data"
        yield _contested("ok_without_data", has_data, text)

    def _followers(self) -> Iterator[Check]:
        body = {"username": _ACCOUNT, "max_count": 1}
        answer = self._ask(research_request(endpoints.FOLLOWERS, body))
        text = "are returned" if answer.is_good else f"are refused ({answer.text})"
        yield _contested("followers_refused", answer.is_good, f"lists of followers {text}")

    def _reposted(self) -> Iterator[Check]:
        body = {"username": _ACCOUNT, "max_count": 1}
        answer = self._ask(research_request(endpoints.REPOSTED_VIDEOS, body, ("id",)))
        keys = [key for key, value in answer.data.items() if isinstance(value, list)]
        if not keys:
            yield _check("reposted_key", "unknown", f"TikTok returned no list ({answer.text})")
            return
        yield _contested("reposted_key", keys == [endpoints.REPOSTED_VIDEOS.records], keys[0])

    def _profile(self) -> Iterator[Check]:
        name = next((str(video["username"]) for video in self._videos if video.get("username")), "")
        body = {"username": name or _ACCOUNT}
        answer = self._ask(research_request(endpoints.USER_INFO, body))
        if not answer.is_good:
            yield _check("users", "note", f"TikTok refuses a request for a user: {answer.text}")
            return
        yield _check("users", "ok", "a request for a user succeeds")
        bio = answer.data.get("bio_description")
        if bio:
            yield _check("empty_bio", "unknown", "the user has a bio_description")
        else:
            text = 'an empty bio_description is ""' if bio == "" else "an empty one is left out"
            yield _contested("empty_bio", bio == "", text)

    def _comments(self) -> Iterator[Check]:
        if not self._videos:
            yield _check("comments_end", "unknown", "the search returned no video")
            return
        most = max(self._videos, key=_comment_count)
        is_long = _comment_count(most) > _COMMENTS_END
        place = {"cursor": _COMMENTS_END} if is_long else {}
        body = {"video_id": most.get("id"), "max_count": 1, **place}
        answer = self._ask(research_request(endpoints.COMMENTS, body))
        is_withheld = "not allowed to be disclosed" in answer.text
        if is_withheld:
            yield _check("withheld_comments", "ok", f"TikTok answers: {answer.text}")
        elif not is_long:
            status: Status = "ok" if answer.is_good else "note"
            text = "are returned" if answer.is_good else f"are refused: {answer.text}"
            yield _check("comments", status, f"comments {text}")
        if is_withheld or not is_long:
            yield _check("comments_end", "unknown", "no video has more than 1,000 comments")
            return
        text = "are returned" if answer.is_good else f"are refused ({answer.text})"
        yield _contested("comments_end", answer.is_good, f"comments after the first 1,000 {text}")

    def _id_check(self) -> Iterator[Check]:
        ids = [str(video.get("id")) for video in self._videos[:1]] or ["7106594312292453675"]
        request = upload_request(endpoints.CHECK_CREATE, {"category": "video"}, ids)
        answer = self._ask(request)
        text = f"files of ids are {'accepted' if answer.is_good else f'refused ({answer.text})'}"
        yield _contested("id_checks", answer.is_good, text)
        task_id = answer.data.get("task_id")
        if task_id is None:
            yield _check("task_id", "unknown", "no check was started")
        else:
            kind = "a text" if isinstance(task_id, str) else "a number"
            yield _contested("task_id", not isinstance(task_id, str), f"it is {kind}")


def _comment_count(video: Mapping[str, Any]) -> int:
    count = video.get("comment_count")
    return count if isinstance(count, int) else 0


def _where(field_name: str, operation: str, *values: str) -> dict[str, Any]:
    condition = {"field_name": field_name, "operation": operation, "field_values": [*values]}
    return {"and": [condition]}


def _check(name: str, status: Status, text: str) -> Check:
    return Check("Live", name, status, text)


def _holds(name: str, holds: bool, text: str) -> Check:
    return _check(name, "ok" if holds else "failed", text)


def _contested(name: str, as_assumed: bool, text: str) -> Check:
    """Return a check of a contested fact; traktok works with either answer, so it cannot fail."""
    return _check(name, "ok" if as_assumed else "note", text)


_NOT_CHECKED = tuple(
    _check(name, "unknown", text)
    for name, text in {
        "comments_withheld": "needs a video whose comments TikTok withholds",
        "task_id_taken": "needs a finished check of ids",
        "token_error_status": "needs wrong credentials",
        "refusals_count": "needs the whole quota of a day",
        "search_id_days": "needs several days",
    }.items()
)
