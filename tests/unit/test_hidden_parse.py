"""Pages read without a network: whatever TikTok, or anybody, writes into them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traktok._tables.builder import TableBuilder
from traktok.hidden import _columns, _parse, _site
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
    builder = TableBuilder(_columns.videos(), None)
    builder.add([_columns.video_record(PostDetail(item, 0, ""))])
    table = _columns.table(builder)
    assert len(table) == 1
    return dict(table.iloc[0])


# ------------------------------------------------------------------------------------- HTML to JSON


@pytest.mark.parametrize("container", ["__UNIVERSAL_DATA_FOR_REHYDRATION__", "SIGI_STATE"])
def test_the_json_is_what_the_script_holds(container: str) -> None:
    data = {"text": "a & b &amp; <b> \u2028 日本 🌊", "id": 7311855912556366638}
    reading = _parse.read(html.page(container=container, data=data))
    assert reading.data == data
    assert json.loads(reading.text or "") == data


def test_the_first_container_in_the_page_counts() -> None:
    first = html.page(container="SIGI_STATE", data={"which": "the first"})
    second = html.page(container="__UNIVERSAL_DATA_FOR_REHYDRATION__", data={"which": "the other"})
    assert _parse.read(first + second).data == {"which": "the first"}


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
        (None, "", "page too large"),
    ],
)
def test_a_page_without_data_says_what_it_is(text: str | None, url: str, trouble: str) -> None:
    reading = _parse.read(text, url)
    assert (reading.data, reading.trouble) == (None, trouble)


@given(st.text())
def test_no_page_is_too_odd_to_read(text: str) -> None:
    assert _parse.read(f'<script id="SIGI_STATE">{text}').url == ""


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
    found = _parse.video_detail(ParsedPage(data=data), "1")
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
    found = _parse.video_detail(ParsedPage(data=data), "1")
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
    found = _parse.account(ParsedPage(data=data), "nobody")
    assert isinstance(found, ParsedPage)
    assert (found.missing, found.trouble) == (None, f"nothing in {place}")


@pytest.mark.parametrize("words", ["Please wait...", "captcha-verify", "Log in to TikTok"])
def test_what_a_pages_scripts_say_makes_it_no_wall(words: str) -> None:
    data = {_site.SCOPE: {"webapp.i18n-translation": {"a": words}}}
    text = html.page(f"<script>{words}</script>", "__UNIVERSAL_DATA_FOR_REHYDRATION__", data)
    found = _parse.video_detail(_parse.read(text))
    assert isinstance(found, ParsedPage)
    assert found.missing == "__DEFAULT_SCOPE__/webapp.video-detail"


def test_a_video_is_taken_from_a_page_whatever_else_is_on_it() -> None:
    post = Website.search[0]
    text = html.video(post).replace("</body>", "<div class='captcha-verify-container'></body>")
    found = _parse.video_detail(_parse.read(text), post.id)
    assert isinstance(found, PostDetail)
    assert found.is_open


def test_the_older_container_is_looked_up_by_id() -> None:
    items = {"1": {"id": "1", "author": "a"}, "2": {"id": "2", "author": "b"}}
    data = {"ItemModule": items, "UserModule": {"users": {"b": {"uniqueId": "b", "id": "9"}}}}
    for video_id, author in (("1", {"uniqueId": "a"}), ("2", {"uniqueId": "b", "id": "9"})):
        found = _parse.video_detail(ParsedPage(data=data), video_id)
        assert isinstance(found, PostDetail)
        assert found.item == {"id": video_id, "author": author}
    assert isinstance(_parse.video_detail(ParsedPage(data=data), "3"), ParsedPage)


@pytest.mark.parametrize(
    ("item", "links", "is_slides"),
    [
        ({"video": {"downloadAddr": "a", "playAddr": "b"}}, ["a"], False),
        ({"video": {"downloadAddr": "", "playAddr": "b"}}, ["b"], False),
        ({"video": {"playAddr": "b"}}, ["b"], False),
        ({"imagePost": {"images": [{"imageURL": {"urlList": ["x", "y"]}}]}}, ["x"], True),
        ({"imagePost": {"images": [{"imageURL": {"urlList": []}}, None, 3]}}, [], False),
        ({"video": {"downloadAddr": 3, "playAddr": ["x"]}}, [], False),
        ({"video": None, "imagePost": None}, [], False),
        ({}, [], False),
    ],
)
def test_where_the_files_are(item: dict[str, Any], links: list[str], is_slides: bool) -> None:
    assert _columns.media_links(item) == (links, is_slides)


@given(ANY_JSON)
def test_any_json_gives_a_row_or_a_reason(data: Any) -> None:
    for shaped in (
        data,
        detail(itemInfo={"itemStruct": data}),
        {"ItemModule": {"1": data}, "UserModule": data},
    ):
        found = _parse.video_detail(
            ParsedPage(data=shaped if isinstance(shaped, dict) else None), "1"
        )
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
    builder = TableBuilder(_columns.users(records), None)
    builder.add(records)
    builder.finish()


def test_an_account_of_the_older_container_is_found() -> None:
    author = Author(3)
    users = {"users": {author.name: author.user()}, "stats": {author.name: author.stats()}}
    found = _parse.account(ParsedPage(data={"UserModule": users}), author.name)
    assert found == Account(author.user(), author.stats())


def test_a_key_that_both_have_is_told_apart() -> None:
    record = _columns.account_record({"user": {"id": "1", "heart": 2}, "stats": {"heart": 3}})
    assert record == {"id": "1", "heart": 2, "stats_heart": 3}
