"""Pages read without a network: whatever TikTok, or anybody, writes into them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traktok._tables.builder import TableBuilder
from traktok.hidden import _columns, _parse, _site
from traktok.hidden._columns import PostMedia
from traktok.hidden._parse import Account, ParsedPage, PostDetail
from traktok.sandbox.web import Author, Website, html

POST = Website.search[0]
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def detail(**parts: Any) -> dict[str, Any]:
    return {_site.SCOPE: {"webapp.video-detail": parts}}


def row(item: Any) -> dict[str, Any]:
    builder = TableBuilder(_columns.video_schema(), None)
    builder.add([_columns.video_record(PostDetail(item, 0, ""))])
    table = _columns.build_table(builder)
    assert len(table) == 1
    return dict(table.iloc[0])


# ------------------------------------------------------------------------------------- HTML to JSON


@pytest.mark.parametrize("container", ["__UNIVERSAL_DATA_FOR_REHYDRATION__", "SIGI_STATE"])
def test_the_json_is_what_the_script_holds(container: str) -> None:
    data = {"text": "a & b &amp; <b> \u2028 日本 🌊", "id": 7311855912556366638}
    reading = _parse.parse_page(html.page(container=container, data=data))
    assert reading.data == data
    assert json.loads(reading.text or "") == data


def test_the_first_container_in_the_page_counts() -> None:
    first = html.page(container="SIGI_STATE", data={"which": "the first"})
    second = html.page(container="__UNIVERSAL_DATA_FOR_REHYDRATION__", data={"which": "the other"})
    assert _parse.parse_page(first + second).data == {"which": "the first"}


@pytest.mark.parametrize(
    ("text", "url", "trouble"),
    [
        ("", "", "no JSON"),
        ("<html>SIGI_STATE</html>", "", "no JSON"),
        ('<script id="SIGI_STATE">{}</script>', "", "no JSON"),
        ('<script id="SIGI_STATE">[1, 2, 3, 4, 5]</script>', "", "unreadable JSON"),
        ('<script id="SIGI_STATE">https://example.org/</script>', "", "unreadable JSON"),
        (html.PLEASE_WAIT, "", "please wait"),
        (html.CAPTCHA, "", "captcha"),
        ("", "https://www.tiktok.com/login?redirect_url=x", "log-in wall"),
        (html.login(None), "", "log-in wall"),
        ("<script>location.href = '/login?redirect_url=x'</script>", "", "log-in wall"),
        ("<script>location.replace('https://[x')</script>", "", "no JSON"),
        ('<meta http-equiv="refresh" content="0; url=/consent">', "", "consent page"),
        (None, "", "page too large"),
    ],
)
def test_a_page_without_data_says_what_it_is(text: str | None, url: str, trouble: str) -> None:
    reading = _parse.parse_page(text, url)
    assert (reading.data, reading.trouble) == (None, trouble)


@given(st.text())
def test_no_page_is_too_odd_to_read(text: str) -> None:
    assert _parse.parse_page(f'<script id="SIGI_STATE">{text}').url == ""


# ---------------------------------------------------------------------------------- JSON to records


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        ({"something": "else"}, "__DEFAULT_SCOPE__"),
        ({_site.SCOPE: {"webapp.post": {}}}, "__DEFAULT_SCOPE__/webapp.video-detail"),
        (detail(itemInfo={}), "__DEFAULT_SCOPE__/webapp.video-detail/itemInfo/itemStruct"),
    ],
)
def test_a_new_shape_names_the_first_key_it_lacks(data: dict[str, Any], missing: str) -> None:
    found = _parse.find_post(ParsedPage(data=data), "1")
    assert isinstance(found, ParsedPage)
    assert found.missing == missing


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (detail(statusCode=0), "webapp.video-detail"),
        (detail(statusCode="0", itemInfo={}), "webapp.video-detail"),
        (detail(statusCode=0, itemInfo={"itemStruct": {}}), "webapp.video-detail"),
        ({"ItemModule": {}}, "ItemModule"),
        ({"ItemModule": None}, "ItemModule"),
        ({"ItemModule": {"1": None}}, "ItemModule"),
        ({"ItemModule": {"2": {"id": "2"}, "3": {"id": "3"}}}, "ItemModule"),
    ],
)
def test_a_known_container_without_the_video_is_no_new_shape(
    data: dict[str, Any], place: str
) -> None:
    found = _parse.find_post(ParsedPage(data=data), "1")
    assert isinstance(found, ParsedPage)
    assert (found.missing, found.trouble) == (None, f"nothing in {place}")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({_site.SCOPE: {"webapp.user-detail": {"statusCode": 0}}}, "webapp.user-detail"),
        ({"UserModule": {"users": {}}}, "UserModule"),
        ({"UserModule": None}, "UserModule"),
    ],
)
def test_a_known_container_without_the_account_is_no_new_shape(
    data: dict[str, Any], place: str
) -> None:
    found = _parse.find_account(ParsedPage(data=data), "nobody")
    assert isinstance(found, ParsedPage)
    assert (found.missing, found.trouble) == (None, f"nothing in {place}")


@pytest.mark.parametrize("words", ["Please wait...", "captcha-verify", "Log in to TikTok"])
def test_what_a_pages_scripts_say_makes_it_no_wall(words: str) -> None:
    data = {_site.SCOPE: {"webapp.i18n-translation": {"a": words}}}
    text = html.page(f"<script>{words}</script>", "__UNIVERSAL_DATA_FOR_REHYDRATION__", data)
    found = _parse.find_post(_parse.parse_page(text))
    assert isinstance(found, ParsedPage)
    assert found.missing == "__DEFAULT_SCOPE__/webapp.video-detail"


def test_a_video_is_taken_from_a_page_whatever_else_is_on_it() -> None:
    post = Website.search[0]
    text = html.video(post).replace("</body>", "<div class='captcha-verify-container'></body>")
    found = _parse.find_post(_parse.parse_page(text), post.id)
    assert isinstance(found, PostDetail)
    assert found.is_open


def test_the_older_container_is_looked_up_by_id() -> None:
    items = {"1": {"id": "1", "author": "a"}, "2": {"id": "2", "author": "b"}}
    data = {"ItemModule": items, "UserModule": {"users": {"b": {"uniqueId": "b", "id": "9"}}}}
    for video_id, author in (("1", {"uniqueId": "a"}), ("2", {"uniqueId": "b", "id": "9"})):
        found = _parse.find_post(ParsedPage(data=data), video_id)
        assert isinstance(found, PostDetail)
        assert found.item == {"id": video_id, "author": author}
    assert isinstance(_parse.find_post(ParsedPage(data=data), "3"), ParsedPage)


BITRATES = [
    {"CodecType": "h265_hvc1", "PlayAddr": {"UrlList": ["5"]}},
    {"CodecType": "h264", "PlayAddr": {"UrlList": ["4", "b"]}},
    {"CodecType": None},
    3,
]
SLIDES = {"images": [{"imageURL": {"urlList": ["x", "y"]}}, {"imageURL": {"urlList": ["z"]}}]}


@pytest.mark.parametrize(
    ("item", "links", "is_slides"),
    [
        ({"video": {"downloadAddr": "a", "playAddr": "b"}}, [["a", "b"]], False),
        ({"video": {"downloadAddr": "a", "playAddr": "a"}}, [["a"]], False),
        ({"video": {"downloadAddr": "", "playAddr": "b"}}, [["b"]], False),
        ({"video": {"playAddr": "b"}}, [["b"]], False),
        ({"video": {"playAddr": "b", "bitrateInfo": BITRATES}}, [["b", "4", "5"]], False),
        ({"video": {"bitrateInfo": BITRATES}}, [["4", "b", "5"]], False),
        ({"imagePost": SLIDES}, [["x", "y"], ["z"]], True),
        (
            {"video": {"downloadAddr": "", "playAddr": "tune"}, "imagePost": SLIDES},
            [["x", "y"], ["z"]],
            True,
        ),
        ({"imagePost": {"images": [{"imageURL": {"urlList": []}}, None, 3]}}, [], True),
        ({"video": {"downloadAddr": 3, "playAddr": ["x"]}}, [], False),
        ({"video": None, "imagePost": None}, [], False),
        ({"imagePost": {}}, [], False),
        ({}, [], False),
    ],
)
def test_where_the_files_are(item: dict[str, Any], links: list[list[str]], is_slides: bool) -> None:
    media = PostMedia.of(item)
    assert [[link.url for link in file] for file in media.files] == links
    assert media.is_slides is is_slides
    assert media.download_url == (", ".join(first for first, *_ in links) or None)


def test_tiktoks_own_transcripts_are_found_by_their_language() -> None:
    tracks = [
        {"LanguageCodeName": "deu-DE", "Source": "MT", "Format": "webvtt", "Url": "de"},
        {"LanguageCodeName": "eng-US", "Source": "MT", "Format": "webvtt", "Url": "translated"},
        {"LanguageCodeName": "eng-US", "Source": "ASR", "Format": "webvtt", "Url": "heard"},
        {"LanguageCodeName": "fra-FR", "Source": "ASR", "Format": "creator_caption", "Url": "fr"},
        {"Source": "ASR", "Format": "webvtt", "Url": "no language"},
        {"LanguageCodeName": "spa-ES", "Format": "webvtt", "Url": ""},
        None,
    ]
    media = PostMedia.of({"video": {"subtitleInfos": tracks}})
    assert {language: link.url for language, link in media.transcripts.items()} == {
        "eng-US": "heard",
        "und": "no language",
        "deu-DE": "de",
    }


# --------------------------------------------------------------------------- the pages of 2026


MOBILE = "webapp.reflow.video.detail"


def test_a_page_made_for_a_phone_holds_the_item_too() -> None:
    answer = {"itemInfo": {"itemStruct": POST.item()}, "statusCode": 0, "statusMsg": ""}
    for data in (
        {_site.SCOPE: {MOBILE: answer}},
        {_site.SCOPE: {"webapp.video-detail": {"statusCode": 0}, MOBILE: answer}},
    ):
        found = _parse.find_post(ParsedPage(data=data), POST.id)
        assert isinstance(found, PostDetail)
        assert found.item == POST.item()
    refused = {_site.SCOPE: {MOBILE: {"statusCode": 10222}}}
    found = _parse.find_post(ParsedPage(data=refused), POST.id)
    assert isinstance(found, PostDetail)
    assert (found.item, found.status) == (None, "private")


ZEROS = {"diggCount": 0, "shareCount": 0, "commentCount": 0, "playCount": 0}


@pytest.mark.parametrize(
    "item",
    [
        {"id": "1", "isContentClassified": True},
        {"id": "1", "isContentClassified": True, "createTime": "0", "stats": ZEROS},
        {"id": "1", "createTime": "0", "stats": ZEROS, "author": {"uniqueId": "a"}},
    ],
)
def test_what_an_age_gate_withholds_is_missing(item: dict[str, Any]) -> None:
    gated = PostDetail(item, 0, "")
    assert (gated.is_age_restricted, gated.is_open) == (True, False)
    found = row(item)
    assert found["video_status"] == "age-restricted, log in"
    assert found["video_timestamp"] is pd.NaT
    assert found["video_playcount"] is found["video_diggcount"] is pd.NA


@pytest.mark.parametrize(
    "item",
    [
        {**POST.item(), "isContentClassified": True},
        {key: value for key, value in POST.item().items() if key != "stats"},
        {**POST.item(), "stats": ZEROS},
    ],
)
def test_a_post_that_is_given_out_is_behind_no_age_gate(item: dict[str, Any]) -> None:
    assert PostDetail(item, 0, "").is_open


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10204, "not available"),
        (10216, "private"),
        ("10222", "private"),
        (10221, "no such account"),
        (100002, "no such post"),
        (100004, "no such post"),
        (10202, "no such post"),
        (10203, "no such post"),
        (1, None),
    ],
)
def test_a_refusal_without_words_gets_ours(code: Any, words: str | None) -> None:
    assert PostDetail(None, code, "").status == words
    assert PostDetail(None, code, "their own").status == "their own"


STUB = "<!DOCTYPE html><html><head></head><body>" + "<p> </p>" * 170 + "</body></html>"


@pytest.mark.parametrize(
    ("text", "url", "wall"),
    [
        (STUB, "", "TikTok took the request for a program's"),
        (html.page("<script>let captcha = 'captcha-verify-image'</script>"), "", None),
        (html.page('<link href="https://x/secsdk-captcha/2.css">'), "", None),
        (html.page("<script>x._wafchallengeid = 1</script>"), "", "please wait"),
        (html.page("<h1>Before you continue to TikTok</h1>"), "", "consent page"),
        (html.page("<h1>TikTok is not available in your region</h1>"), "", "region page"),
        ("", "https://www.tiktok.com/consent?next=x", "consent page"),
        ("", "https://www.tiktok.com/hk/notfound", "region page"),
    ],
)
def test_a_wall_is_named_by_what_it_shows(text: str, url: str, wall: str | None) -> None:
    assert _parse.parse_page(text, url).wall == wall


def test_a_renamed_container_is_a_page_of_a_new_shape() -> None:
    page = _parse.parse_page(html.page(container="__NEW_DATA__", data={"post": {"id": "1"}}))
    assert page.trouble == "page of a new shape, data in #__NEW_DATA__"
    assert page.missing == "#__UNIVERSAL_DATA_FOR_REHYDRATION__"


def test_the_sites_own_answer_is_kept_as_a_page() -> None:
    answer = {"itemInfo": {"itemStruct": POST.item()}, "statusCode": 0, "statusMsg": ""}
    page = ParsedPage(data=_parse.parse_object(_parse.as_page(answer)))
    assert _parse.find_post(page, POST.id) == PostDetail(POST.item(), 0, "")


# ------------------------------------------------------------------------------------ any page


@given(ANY_JSON)
def test_any_json_gives_a_row_or_a_reason(data: Any) -> None:
    for shaped in (
        data,
        detail(itemInfo={"itemStruct": data}),
        {"ItemModule": {"1": data}, "UserModule": data},
    ):
        found = _parse.find_post(ParsedPage(data=shaped if isinstance(shaped, dict) else None), "1")
        if isinstance(found, PostDetail) and found.item is not None:
            row(found.item)


@given(st.dictionaries(st.sampled_from(list(POST.item())), ANY_JSON))
def test_any_item_gives_a_row(changed: dict[str, Any]) -> None:
    row({**POST.item(), **changed})


@given(ANY_JSON, ANY_JSON)
def test_any_account_gives_a_row(user: Any, stats: Any) -> None:
    builder = TableBuilder(_columns.ACCOUNTS, None)
    builder.add([_columns.account_record({"user": user, "stats": stats})])
    builder.finish()
    found = Account(
        user if isinstance(user, dict) else {}, stats if isinstance(stats, dict) else {}
    )
    records = [_columns.user_record(found)]
    builder = TableBuilder(_columns.user_schema(records), None)
    builder.add(records)
    builder.finish()


def test_an_account_of_the_older_container_is_found() -> None:
    author = Author(3)
    users = {"users": {author.name: author.user()}, "stats": {author.name: author.stats()}}
    found = _parse.find_account(ParsedPage(data={"UserModule": users}), author.name)
    assert found == Account(author.user(), author.stats())


def test_a_key_that_both_have_is_told_apart() -> None:
    record = _columns.account_record({"user": {"id": "1", "heart": 2}, "stats": {"heart": 3}})
    assert record == {"id": "1", "heart": 2, "stats_heart": 3}
