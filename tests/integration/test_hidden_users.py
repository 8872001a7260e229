"""Accounts by their pages."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from tests.conftest import Proxy
from traktok import ApiError, TraktokWarning, tt_user_info_hidden
from traktok.hidden import _browser
from traktok.sandbox.web import Author, Website, html


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is to open one."""

    def page(*_: object) -> None:
        raise _browser.BrowserError("No browser was found.")

    monkeypatch.setattr(_browser, "page", page)


def test_a_row_holds_the_account_and_its_counts(www: Website) -> None:
    table = tt_user_info_hidden("@tiktok")
    author = Author(0)
    row = table.iloc[0]
    assert list(table.columns[:4]) == ["id", "short_id", "user_name", "nickname"]
    assert (row.user_name, row.secUid) == (author.name, author.sec_uid)
    assert row.create_time == pd.Timestamp(1500000000, unit="s", tz="UTC")
    assert pd.isna(row.nick_name_modify_time)
    assert row.bio_link_link == "https://example.org/"
    assert row.heart_count == 5_000_000_000
    assert not row.is_a_d_virtual
    assert str(table.verified.dtype) == "boolean"
    assert www.asked[0].cookies == {}


def test_this_machine_is_never_asked_through_a_proxy(
    proxy: Proxy, logged_in: Website, slept: list[float]
) -> None:
    assert tt_user_info_hidden("tiktok").user_name.tolist() == ["tiktok"]
    assert logged_in.asked[0].cookies["sessionid"] == "SESSION"
    assert proxy.sent == []


def test_tiktok_is_asked_through_the_proxy_of_the_environment(
    proxy: Proxy, slept: list[float]
) -> None:
    with pytest.warns(TraktokWarning, match="broke"):
        tt_user_info_hidden("tiktok")
    assert {sent.partition(b"\r\n")[0] for sent in proxy.sent} == {
        b"CONNECT www.tiktok.com:443 HTTP/1.0"
    }


def test_several_accounts_are_asked_for_in_turn(www: Website, slept: list[float]) -> None:
    names = ["creator_3", "https://www.tiktok.com/@tiktok?lang=de", "@creator_3"]
    assert tt_user_info_hidden(names).user_name.tolist() == ["creator_3", "tiktok"]
    assert len(www.asked) == 2
    assert len(slept) == 1


def test_who_is_not_there_is_skipped_and_named(www: Website, slept: list[float]) -> None:
    with pytest.warns(TraktokWarning, match="nobody_at_all .no such account"):
        table = tt_user_info_hidden(["nobody_at_all", "tiktok"])
    assert table.user_name.tolist() == ["tiktok"]
    assert table.attrs["skipped"] == {"nobody_at_all": "no such account (status 10221)"}
    assert (len(www.asked), len(slept)) == (2, 1)  # a refusal is an answer


def test_a_table_of_nobody_has_its_columns(www: Website) -> None:
    with pytest.warns(TraktokWarning):
        table = tt_user_info_hidden("nobody_at_all")
    filled = tt_user_info_hidden("tiktok")
    assert set(table.columns) == set(filled.columns)
    assert table.dtypes.to_dict() == filled[table.columns].dtypes.to_dict()


@pytest.mark.parametrize(
    ("wall", "says"),
    [
        ("please_wait", "please wait; no browser could open it"),
        ("captcha_beside_json", "captcha; no browser could open it"),
        ("login_beside_json", "log-in wall; no browser could open it"),
        ("gone", "status 404"),
        ("new_shape", "new shape, no __DEFAULT_SCOPE__/webapp.user-detail"),
        ("dropped", "broke"),
    ],
)
def test_a_page_without_data_is_skipped_with_its_reason(
    www: Website, slept: list[float], wall: str, says: str
) -> None:
    www.profile_wall = wall
    with pytest.warns(TraktokWarning):
        table = tt_user_info_hidden("tiktok")
    assert len(table) == 0
    assert says in table.attrs["skipped"]["tiktok"]


def test_a_wall_is_opened_in_a_browser_though_it_carries_json(
    www: Website, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    www.profile_wall = "captcha_beside_json"
    opened = html.profile(Author(0), "")
    monkeypatch.setattr(_browser, "page", lambda url, jar: (opened, url))
    assert tt_user_info_hidden("tiktok").user_name.tolist() == ["tiktok"]


def test_who_is_not_there_in_the_browser_either_is_skipped(
    www: Website, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    www.profile_wall = "captcha"
    monkeypatch.setattr(_browser, "page", lambda url, jar: (html.nobody(), url))
    with pytest.warns(TraktokWarning, match="tiktok .no such account"):
        assert len(tt_user_info_hidden("tiktok")) == 0


def test_a_pages_json_is_given_also_where_it_refuses(www: Website) -> None:
    with pytest.warns(TraktokWarning, match="no such account"):
        page = tt_user_info_hidden("nobody_at_all", parse=False)
    assert page["__DEFAULT_SCOPE__"]["webapp.user-detail"]["statusCode"] == 10221


def test_ctrl_c_keeps_the_accounts_so_far(www: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", break_off)
    with pytest.raises(KeyboardInterrupt) as caught:
        tt_user_info_hidden(["tiktok", "creator_1"])
    assert caught.value.partial.user_name.tolist() == ["tiktok"]  # type: ignore[attr-defined]
    assert caught.value.__notes__ == ["1 row kept in error.partial."]


def test_the_pages_json_is_given_whole(www: Website, slept: list[float]) -> None:
    one = tt_user_info_hidden("tiktok", parse=False)
    both = tt_user_info_hidden(["tiktok", "creator_1"], parse=False)
    assert isinstance(one, dict)
    assert [one] == both[:1]
    detail = one["__DEFAULT_SCOPE__"]["webapp.user-detail"]
    assert detail["userInfo"]["user"]["uniqueId"] == "tiktok"


def test_without_json_there_is_none_to_give(www: Website, slept: list[float]) -> None:
    www.profile_wall = "captcha"
    with (
        pytest.warns(TraktokWarning, match="captcha"),
        pytest.raises(ApiError, match=r"captcha.*No browser was found"),
    ):
        tt_user_info_hidden("tiktok", parse=False)


@pytest.mark.parametrize("wrong", ["", None, "https://example.com/@x", "https://wwwtiktok.com/@x"])
def test_what_is_no_account_is_refused(www: Website, wrong: object) -> None:
    with pytest.raises(ValueError, match="username"):
        tt_user_info_hidden(wrong)  # type: ignore[call-overload]
    assert www.asked == []
