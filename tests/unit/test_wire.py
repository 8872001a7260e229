"""What goes over the wire, decided on plain values: requests, pages, failures."""

from __future__ import annotations

import json
import pickle
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import json_values
from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import (
    BASE_URL,
    COMMENTS,
    FOLLOWERS,
    LIKED_VIDEOS,
    PINNED_VIDEOS,
    PLAYLIST,
    REPOSTED_VIDEOS,
    ROWS,
    TOKEN,
    USER_INFO,
    VIDEO_QUERY,
)
from traktok._http.wire import (
    Again,
    Failure,
    Page,
    Request,
    Secret,
    base_url,
    read,
    research_request,
    token_request,
)
from traktok.errors import (
    ApiError,
    AuthError,
    InvalidRequest,
    QuotaExceeded,
    RateLimited,
    ServerError,
    TraktokError,
)

ENDPOINTS = [endpoint for endpoint in ROWS if not endpoint.plain]
NEVER, LATER, WITH_NEW_TOKEN = Again.NEVER, Again.LATER, Again.WITH_NEW_TOKEN
HTML = "<html><body><h1>504 Gateway Time-out</h1></body></html>"


def said(code: str, message: str = "", data: Any = None) -> dict[str, Any]:
    """An answer in TikTok's envelope."""
    return {"data": data or {}, "error": {"code": code, "message": message, "log_id": "2024A"}}


def answered(
    endpoint: Endpoint,
    status: int,
    body: Any,
    headers: Mapping[str, str] | None = None,
    *,
    mid_crawl: bool = False,
) -> Page | Failure:
    """Read an answer; a body that is no text is sent as JSON."""
    request = Request(endpoint, endpoint.path, b"", mid_crawl=mid_crawl)
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    raw = text.encode() if isinstance(text, str) else text
    return read(request, status, headers or {}, raw)


# ---------------------------------------------------------------------------------- the failures

INVALID_TOKEN = said("access_token_invalid", "The access token is invalid or not found")
NO_SCOPE = said("scope_not_authorized", "The user did not authorize the scope")
RATE = said("rate_limit_exceeded", "The API rate limit was exceeded")
QUOTA = said("daily_quota_limit_exceeded", "The API daily quota limit exceeded")
INTERNAL = said("internal_error", "Something is wrong. Please try again later.")
STALE_SEARCH = said("invalid_params", "Search Id 7201 is invalid or expired")
BAD_CURSOR = said("invalid_params", "Invalid count or cursor")
PRIVATE = said("internal_error", "This user is private.")

EVERYWHERE = [
    # what another try may heal
    (500, INTERNAL, ServerError, LATER),
    (500, said("internal_error"), ServerError, LATER),
    (500, {}, ServerError, LATER),
    (500, "", ServerError, LATER),
    (502, "Bad gateway", ServerError, LATER),
    (503, HTML, ServerError, LATER),
    (504, HTML, ServerError, LATER),
    (599, HTML, ServerError, LATER),
    (200, HTML, ServerError, LATER),
    (200, "", ServerError, LATER),
    (204, "", ServerError, LATER),
    (200, '{"data": {"videos": [{"id": 72', ServerError, LATER),
    (200, b'{"data": "\xff"}', ServerError, LATER),
    (200, "[1, 2]", ServerError, LATER),
    (200, "null", ServerError, LATER),
    (200, "[" * 100_000, ServerError, LATER),
    (200, INTERNAL, ServerError, LATER),
    (200, said("timeout"), ServerError, LATER),
    (400, said("timeout"), ServerError, LATER),
    (429, RATE, RateLimited, LATER),
    (200, RATE, RateLimited, LATER),
    (429, HTML, RateLimited, LATER),
    # what a new token may heal
    (401, INVALID_TOKEN, AuthError, WITH_NEW_TOKEN),
    (200, INVALID_TOKEN, AuthError, WITH_NEW_TOKEN),
    (401, HTML, AuthError, WITH_NEW_TOKEN),
    # what nothing heals
    (429, QUOTA, QuotaExceeded, NEVER),
    (200, QUOTA, QuotaExceeded, NEVER),
    (400, HTML, InvalidRequest, NEVER),
    (404, "Unsupported path", InvalidRequest, NEVER),
    (404, HTML, InvalidRequest, NEVER),
    (413, "", InvalidRequest, NEVER),
    (302, "", ApiError, NEVER),
    (304, "", ApiError, NEVER),
]
OF_THE_ENVELOPE = [
    (200, {}, ServerError, LATER),
    (200, {"videos": []}, ServerError, LATER),
    (500, said("invalid_params", "no"), ServerError, LATER),
    (400, said("invalid_params", "no"), InvalidRequest, NEVER),
    (200, said("invalid_params", "no"), InvalidRequest, NEVER),
    (403, said("anything"), InvalidRequest, NEVER),
    (200, said("anything"), ApiError, NEVER),
    (401, said("anything"), AuthError, WITH_NEW_TOKEN),
    (429, said("anything"), RateLimited, LATER),
    (503, said("anything"), ServerError, LATER),
    (401, NO_SCOPE, AuthError, NEVER),
    (403, NO_SCOPE, AuthError, NEVER),
    (200, NO_SCOPE, AuthError, NEVER),
]
RESEARCH = [endpoint for endpoint in ENDPOINTS if endpoint.envelope]


def assert_failure(
    outcome: Page | Failure, kind: type[TraktokError], again: Again, status: int
) -> None:
    assert isinstance(outcome, Failure)
    assert (type(outcome.error), outcome.again) == (kind, again)
    assert outcome.error.status == status


@pytest.mark.parametrize(("status", "body", "kind", "again"), EVERYWHERE)
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
@pytest.mark.parametrize("mid_crawl", [False, True])
def test_what_fails_everywhere(
    endpoint: Endpoint,
    mid_crawl: bool,
    status: int,
    body: Any,
    kind: type[TraktokError],
    again: Again,
) -> None:
    assert_failure(answered(endpoint, status, body, mid_crawl=mid_crawl), kind, again, status)


@pytest.mark.parametrize(("status", "body", "kind", "again"), OF_THE_ENVELOPE)
@pytest.mark.parametrize("endpoint", RESEARCH, ids=lambda endpoint: endpoint.path)
def test_what_fails_at_every_research_endpoint(
    endpoint: Endpoint, status: int, body: Any, kind: type[TraktokError], again: Again
) -> None:
    assert_failure(answered(endpoint, status, body), kind, again, status)


@pytest.mark.parametrize("body", [STALE_SEARCH, BAD_CURSOR])
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("endpoint", RESEARCH, ids=lambda endpoint: endpoint.path)
def test_a_valid_position_may_be_refused_for_now_in_the_middle_of_a_crawl(
    endpoint: Endpoint, status: int, body: Any
) -> None:
    middle = answered(endpoint, status, body, mid_crawl=True)
    assert_failure(middle, InvalidRequest, LATER, status)
    assert_failure(answered(endpoint, status, body), InvalidRequest, NEVER, status)


@pytest.mark.parametrize("text", ["the secret s3cr3t/+ is wrong", "s3cr3t%2F%2B", "czNjcjN0Lys="])
def test_an_error_that_repeats_the_secret_does_not_show_it(text: str) -> None:
    request = token_request(TOKEN, "key", "s3cr3t/+")
    body = json.dumps({"error": "invalid_client", "error_description": text, "log_id": text})
    outcome = read(request, 401, {}, body.encode())
    assert isinstance(outcome, Failure)
    error = outcome.error
    assert text not in f"{error} {error.message} {error.log_id} {error.reason}"
    assert "***" in str(error)


@pytest.mark.parametrize("depth", [101, 900, 100_000])
def test_an_answer_that_nests_deep_is_unreadable(depth: int) -> None:
    for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        outcome = answered(VIDEO_QUERY, 200, f'{{"data": {{"videos": [{{"id": {text}}}]}}}}')
        assert_failure(outcome, ServerError, LATER, 200)


def test_a_long_message_takes_no_time() -> None:
    began = time.monotonic()
    body = said("invalid_params", "search id " * 500_000)
    assert_failure(answered(VIDEO_QUERY, 400, body, mid_crawl=True), InvalidRequest, NEVER, 400)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("body", [STALE_SEARCH, BAD_CURSOR])
@pytest.mark.parametrize("endpoint", RESEARCH, ids=lambda endpoint: endpoint.path)
def test_a_server_that_fails_over_a_position_is_not_a_refusal(
    endpoint: Endpoint, body: Any
) -> None:
    assert_failure(answered(endpoint, 500, body, mid_crawl=True), ServerError, LATER, 500)


@pytest.mark.parametrize(
    ("cursor", "status", "is_end"),
    [
        (1000, 400, True),
        (1300, 400, True),
        (900, 400, False),
        (None, 400, False),
        (1000, 500, False),
    ],
)
def test_a_refused_cursor_beyond_a_thousand_is_the_end_of_the_comments(
    cursor: int | None, status: int, is_end: bool
) -> None:
    for endpoint in RESEARCH:
        request = research_request(endpoint, {"cursor": cursor})
        page = read(request, status, {}, json.dumps(BAD_CURSOR).encode())
        assert isinstance(page, Page) == (is_end and endpoint is COMMENTS)
        if isinstance(page, Page):
            assert (page.cut_off, page.cursor, page.has_more) == (True, cursor, False)


@pytest.mark.parametrize("key", ["message", "msg"])
def test_an_error_says_why_under_either_key(key: str) -> None:
    body = {"error": {"code": "invalid_params", key: "no such field", "log_id": "2024A"}}
    failure = answered(VIDEO_QUERY, 400, body)
    assert isinstance(failure, Failure)
    assert failure.error.message == "no such field"


@pytest.mark.parametrize(
    ("status", "body", "kind", "again"),
    [
        (401, {"error": "invalid_client", "error_description": "x"}, AuthError, NEVER),
        (400, {"error": "invalid_request", "error_description": "x"}, AuthError, NEVER),
        (200, {"error": "invalid_client", "error_description": "x"}, AuthError, NEVER),
        (200, {"error": "server_error"}, ServerError, LATER),
        (400, {"error": "temporarily_unavailable"}, ServerError, LATER),
        (500, {"message": "oops"}, ServerError, LATER),
    ],
)
def test_errors_of_the_token_endpoint_are_flat(
    status: int, body: Any, kind: type[TraktokError], again: Again
) -> None:
    assert_failure(answered(TOKEN, status, body), kind, again, status)


def test_an_error_carries_tiktoks_words_and_says_what_to_do() -> None:
    outcome = answered(VIDEO_QUERY, 401, NO_SCOPE)
    assert isinstance(outcome, Failure)
    error = outcome.error
    assert (error.status, error.code, error.log_id) == (401, "scope_not_authorized", "2024A")
    assert error.message == "The user did not authorize the scope"
    assert str(error) == (
        "TikTok does not accept the credentials: scope_not_authorized: The user did not authorize "
        "the scope (HTTP 401). The client has no access to this part of the Research API yet."
    )


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (502, "Bad gateway", "TikTok failed to answer: HTTP 502 with a body that is not JSON."),
        (500, said("", ""), "TikTok failed to answer: HTTP 500 without saying why."),
        (
            400,
            said("invalid_params", "no"),
            "TikTok refused the request: invalid_params: no (HTTP 400).",
        ),
        (302, "", "TikTok answered with an error: HTTP 302 with a body that is not JSON."),
        (
            429,
            HTML,
            "TikTok asks for fewer requests in a short time: "
            "HTTP 429 with a body that is not JSON.",
        ),
    ],
)
def test_an_error_says_what_failed(status: int, body: Any, text: str) -> None:
    outcome = answered(VIDEO_QUERY, status, body)
    assert isinstance(outcome, Failure)
    assert str(outcome.error) == text


def test_a_used_up_quota_says_when_the_next_day_starts() -> None:
    outcome = answered(VIDEO_QUERY, 429, QUOTA)
    assert isinstance(outcome, Failure)
    assert isinstance(outcome.error, QuotaExceeded)
    until = outcome.error.resets_at - datetime.now(UTC)
    assert timedelta(0) < until <= timedelta(days=1)
    assert outcome.error.resets_at.strftime("%H:%M:%S %Z") == "00:00:00 UTC"


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("Wed, 99 Foo 2024 00:00:00 GMT", None),
        ("Fri, 31 Dec 99999 00:00:00 GMT", None),
    ],
)
def test_how_long_to_wait_is_tiktoks_to_say(value: str, wait: float | None) -> None:
    outcome = answered(VIDEO_QUERY, 503, HTML, {"Retry-After": value})
    assert isinstance(outcome, Failure)
    assert outcome.retry_after == wait


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_a_wait_may_be_given_as_a_time(zone: str) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True).replace(
        "GMT", zone
    )
    outcome = answered(VIDEO_QUERY, 503, HTML, {"Retry-After": until})
    assert isinstance(outcome, Failure)
    assert outcome.retry_after == pytest.approx(3600, abs=60)


# ------------------------------------------------------------------------------------- the pages


def page(endpoint: Endpoint, data: Any, status: int = 200, **error: str) -> Page:
    outcome = answered(endpoint, status, {"data": data, "error": {"code": "ok", **error}})
    assert isinstance(outcome, Page)
    return outcome


def test_a_page_holds_its_records_and_where_the_next_one_starts() -> None:
    data = {"videos": [{"id": 1}], "cursor": 100, "has_more": True, "search_id": "72"}
    assert page(VIDEO_QUERY, data, log_id="2024A") == Page(
        records=[{"id": 1}],
        cursor=100,
        has_more=True,
        search_id="72",
        log_id="2024A",
        data=data,
    )


@pytest.mark.parametrize("key", ["reposted_videos", "user_reposted_videos"])
def test_reposted_videos_are_found_under_the_key_of_the_documentation_too(key: str) -> None:
    assert page(REPOSTED_VIDEOS, {key: [{"id": 1}]}).records == [{"id": 1}]


@pytest.mark.parametrize(
    ("sent", "cursor"),
    [
        (0, 0),
        (10**15, 10**15),
        ("100", 100),
        (100.0, 100),
        ("next-page", "next-page"),
        (None, None),
        ("", None),
        (True, None),
        (1.5, None),
        ([5], None),
    ],
)
def test_a_cursor_is_a_number_or_a_text(sent: Any, cursor: int | str | None) -> None:
    assert page(VIDEO_QUERY, {"cursor": sent}).cursor == cursor


@pytest.mark.parametrize("sent", [False, None, "true", 1, [], {}])
def test_there_is_more_only_where_tiktok_says_true(sent: Any) -> None:
    assert page(VIDEO_QUERY, {"has_more": sent}).has_more is False


@pytest.mark.parametrize(
    ("sent", "search_id"), [("72", "72"), (72, "72"), ("", None), (None, None), ([], None)]
)
def test_a_search_id_is_a_text(sent: Any, search_id: str | None) -> None:
    assert page(VIDEO_QUERY, {"search_id": sent}).search_id == search_id


@pytest.mark.parametrize("data", [None, {}, {"videos": None}, {"videos": {}}, {"videos": "x"}])
def test_a_page_may_hold_nothing(data: Any) -> None:
    assert list(page(VIDEO_QUERY, data).records) == []


@pytest.mark.parametrize("body", ['{"data": null}', '{"data": {}}', '{"error": {"code": "ok"}}'])
def test_an_answer_may_leave_out_half_of_its_envelope(body: str) -> None:
    assert isinstance(answered(VIDEO_QUERY, 200, body), Page)


def test_a_users_data_is_the_one_record() -> None:
    assert page(USER_INFO, {"display_name": "x"}).records == [{"display_name": "x"}]


def test_each_video_of_a_playlist_repeats_what_the_playlist_is() -> None:
    data = {
        "playlist_id": 1,
        "playlist_name": "x",
        "playlist_video_ids": [2, 3],
        "cursor": 2,
        "has_more": False,
    }
    first, second = page(PLAYLIST, data).records
    assert (first["playlist_video_ids"], second["playlist_video_ids"]) == (2, 3)
    assert {first["playlist_name"], second["playlist_name"]} == {"x"}
    assert "cursor" not in first


@pytest.mark.parametrize(
    "endpoint", [USER_INFO, LIKED_VIDEOS, PINNED_VIDEOS, FOLLOWERS, PLAYLIST], ids=lambda e: e.path
)
@pytest.mark.parametrize("message", [None, "", "ok", "ok."])
def test_a_500_with_data_and_no_message_is_an_answer(
    endpoint: Endpoint, message: str | None
) -> None:
    data = {endpoint.records or "display_name": [1], "cursor": 5}
    error = {"code": "internal_error", "message": message}
    outcome = answered(endpoint, 500, {"data": data, "error": error})
    assert isinstance(outcome, Page)
    assert outcome.cursor == 5
    for other in (
        answered(VIDEO_QUERY, 500, {"data": data, "error": error}),
        answered(endpoint, 502, {"data": data, "error": error}),
        answered(endpoint, 500, {"data": {}, "error": error}),
        answered(endpoint, 500, {"data": data, "error": {**error, "message": "no"}}),
    ):
        assert_failure(other, ServerError, LATER, 502 if other.error.status == 502 else 500)


WITHHELD = [
    "This user is private.",
    "alice is private",
    "alice is invalid: cannot find the user",
    "Cannot find the user",
    "API cannot return this user's information",
    "API cannot return this user\u2019s information",
    "This user's information cannot be returned",
]


@pytest.mark.parametrize("message", WITHHELD)
@pytest.mark.parametrize("status", [200, 400, 403, 404, 500])
@pytest.mark.parametrize("endpoint", [USER_INFO, LIKED_VIDEOS, FOLLOWERS], ids=lambda e: e.path)
def test_a_withheld_user_is_an_answer_whatever_its_status(
    endpoint: Endpoint, status: int, message: str
) -> None:
    outcome = answered(endpoint, status, said("internal_error", message))
    assert outcome == Page(withheld=message, log_id="2024A")


@pytest.mark.parametrize("endpoint", [VIDEO_QUERY, COMMENTS, PLAYLIST], ids=lambda e: e.path)
def test_elsewhere_privacy_is_an_error(endpoint: Endpoint) -> None:
    assert_failure(answered(endpoint, 500, PRIVATE), ServerError, LATER, 500)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("7106594312292453675", 7106594312292453675),
        (str(2**64), 2**64),
        ("9" * 40, int("9" * 40)),
        (r'"\u0000"', "\0"),
        (r'"\ud83d"', "\ud83d"),
        (r'"\ud83d\ude00"', "😀"),
        ('"🥰"', "🥰"),
        ('"\u200fعربي"', "\u200fعربي"),
    ],
)
def test_no_digit_and_no_character_is_lost_in_decoding(sent: str, held: Any) -> None:
    # A lone surrogate anywhere sends the whole answer to the other decoder.
    for more in ("", r', {"text": "\ud83d"}'):
        outcome = answered(VIDEO_QUERY, 200, f'{{"data": {{"videos": [{{"id": {sent}}}{more}]}}}}')
        assert isinstance(outcome, Page)
        assert outcome.records[0] == {"id": held}


@given(st.sampled_from(ENDPOINTS), st.integers(min_value=200, max_value=599), st.binary())
def test_any_bytes_are_a_page_or_a_failure(endpoint: Endpoint, status: int, body: bytes) -> None:
    assert isinstance(answered(endpoint, status, body), (Page, Failure))


_ERRORS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["code", "message", "log_id"], json_values)
)
_ANSWERS = st.fixed_dictionaries({}, optional={"data": json_values, "error": _ERRORS | json_values})


@given(st.sampled_from(ENDPOINTS), st.sampled_from([200, 400, 429, 500]), _ANSWERS | json_values)
def test_any_json_is_a_page_or_a_failure(endpoint: Endpoint, status: int, body: Any) -> None:
    outcome = answered(endpoint, status, json.dumps(body))
    if isinstance(outcome, Failure):
        assert isinstance(outcome.error, TraktokError)
    else:
        assert isinstance(outcome.records, list)
        assert isinstance(outcome.cursor, (int, str, type(None)))


# ---------------------------------------------------------------------------------- the requests


def test_a_request_has_its_fields_in_the_address_and_the_rest_in_the_body() -> None:
    body = {"query": {"or": []}, "cursor": 0, "max_count": 100, "search_id": None}
    request = research_request(VIDEO_QUERY, body)
    assert request.path == (
        "/v2/research/video/query/?fields=id,video_description,create_time,region_code,share_count,"
        "view_count,like_count,comment_count,music_id,hashtag_names,username,effect_ids,"
        "playlist_id,voice_to_text"
    )
    assert json.loads(request.body) == {"query": {"or": []}, "cursor": 0, "max_count": 100}
    assert request.content_type == "application/json"


def test_a_request_asks_for_the_fields_given_or_for_none_where_there_are_none() -> None:
    assert research_request(COMMENTS, {}, ("id", "text")).path.endswith("?fields=id,text")
    assert research_request(FOLLOWERS, {}).path == "/v2/research/user/followers/"


@pytest.mark.parametrize(
    ("position", "mid_crawl"),
    [
        ({}, False),
        ({"cursor": 0}, False),
        ({"cursor": None, "search_id": None}, False),
        ({"cursor": 100}, True),
        ({"cursor": 0, "search_id": "72"}, True),
        ({"search_id": "72"}, True),
    ],
)
def test_a_request_knows_whether_it_goes_on_with_something(
    position: dict[str, Any], mid_crawl: bool
) -> None:
    assert research_request(VIDEO_QUERY, position).mid_crawl is mid_crawl


def test_every_character_can_be_sent() -> None:
    body = {"username": "日本\0\ud83d🥰"}
    assert json.loads(research_request(USER_INFO, body).body) == body


def test_a_token_is_asked_for_with_a_form() -> None:
    request = token_request(TOKEN, "key&1", "s3cr=t")
    assert request.path == "/v2/oauth/token/"
    assert request.content_type == "application/x-www-form-urlencoded"
    assert request.body == (
        "client_key=key%261&client_secret=s3cr%3Dt&grant_type=client_credentials"
    )
    assert not request.mid_crawl


def test_a_secret_hides_itself_but_is_there() -> None:
    secret = Secret("s3cret")
    assert secret == "s3cret"
    assert repr(secret) == "'***'"
    assert repr({"token": [secret]}) == "{'token': ['***']}"
    assert "s3cret" not in repr(token_request(TOKEN, "key", "s3cret"))
    assert repr(pickle.loads(pickle.dumps(secret))) == "'***'"


def test_a_secret_hides_itself_in_tracebacks_that_show_variables() -> None:
    secret = Secret("s3cret")
    try:
        raise RuntimeError
    except RuntimeError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        text = "".join(shown.format())
    assert "secret = '***'" in text
    assert repr(str(secret)) not in text


# ------------------------------------------------------------------------------------ the address


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        ("", BASE_URL),
        ("  ", BASE_URL),
        ("https://open.tiktokapis.com/", "https://open.tiktokapis.com"),
        ("https://proxy.example/tiktok/", "https://proxy.example/tiktok"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (" http://127.0.0.1:8000/ ", "http://127.0.0.1:8000"),
        ("http://127.5.5.5", "http://127.5.5.5"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("HTTPS://proxy.example", "HTTPS://proxy.example"),
    ],
)
def test_the_research_api_may_be_elsewhere(
    given_url: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", given_url)
    assert base_url() == url


@pytest.mark.parametrize(
    "url",
    [
        "http://open.tiktokapis.com",
        "http://192.168.0.5:8000",
        "http://0.0.0.0",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://127.0.0.1@example.org",
        "http://localhost:x",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "127.0.0.1:8000",
        "https://",
        "https://[x",
        "http://localhost\\@example.org",
        "tiktok",
    ],
)
def test_the_token_goes_nowhere_unsafe(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", url)
    with pytest.raises(ValueError, match=r"TRAKTOK_BASE_URL is .* it must be an https address"):
        base_url()
