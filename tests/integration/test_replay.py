"""Recording and replaying: the same outcome without a network, and no secret in the file."""

from __future__ import annotations

import base64
import gzip
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from vcr.request import Request

from traktok import (
    QuotaExceeded,
    TikTokResults,
    TraktokError,
    _clock,
    auth_check,
    auth_research,
    last_query,
    query,
    query_and,
    tt_comments_api,
    tt_get_follower_hidden,
    tt_search_api,
    tt_search_hidden,
    tt_user_info_api,
    tt_user_info_hidden,
    tt_videos_hidden,
)
from traktok._secrets import cookies
from traktok.replay import record, replay
from traktok.replay._files import read_cassette, write_cassette
from traktok.sandbox.api import FAULTS, ResearchApi
from traktok.sandbox.replies import Delivery
from traktok.sandbox.web import Website

SPAN = {"start_date": "2023-11-01", "end_date": "2023-11-29"}
NAMES = ["tiktok", "statisticsglobe"]


def search(word: str = "rstats", **more: Any) -> TikTokResults:
    return tt_search_api(word, **{**SPAN, **more})


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "test.yaml"


@pytest.fixture
def offline(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server where traktok sends its requests: the sandbox's address without the sandbox."""
    monkeypatch.setenv("TRAKTOK_BASE_URL", "http://127.0.0.1:9")


@pytest.fixture
def recorded(cassette: Path, token: str, tiktok: ResearchApi) -> Path:
    with record(cassette):
        search(token=token)
        tt_user_info_api(NAMES, token=token)
    return cassette


# ------------------------------------------------------------------------------------ replaying


def test_a_replay_gives_the_tables_that_were_recorded(
    cassette: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with record(cassette):
        videos = search(token=token)
        comments = tt_comments_api(videos["video_id"][:3], token=token)
    monkeypatch.delenv("TRAKTOK_BASE_URL")
    with replay(cassette, all_played=True):
        again = search()
        assert_frame_equal(again, videos)
        assert again.attrs == videos.attrs
        assert_frame_equal(tt_comments_api(again["video_id"][:3]), comments)


def test_a_replay_needs_no_credentials_and_says_it_has_some(recorded: Path) -> None:
    assert not auth_check(silent=True)["research"]
    with replay(recorded):
        assert auth_check(silent=True)["research"]
    assert not auth_check(silent=True)["research"]


@pytest.mark.parametrize(
    "asked",
    [
        lambda: search("python"),
        lambda: search(end_date="2023-11-28"),
        lambda: search(fields="id,username"),
        lambda: search(start_cursor=100),
        lambda: search(is_random=None),
        lambda: tt_user_info_api("tiktok", fields="display_name"),
        lambda: tt_comments_api("7302470379501604128"),
    ],
)
def test_what_was_not_recorded_is_an_error_at_once(
    asked: Any, recorded: Path, offline: None, slept: list[float]
) -> None:
    with replay(recorded):
        with pytest.raises(TraktokError, match="holds no answer to POST /v2/research/") as caught:
            asked()
        assert len(search()) == 19, "what was recorded still plays"
    assert type(caught.value) is TraktokError
    assert str(recorded) in str(caught.value)
    assert "record" in str(caught.value)
    assert len(caught.value.partial) == 0
    assert slept == []


def test_the_error_names_the_request_and_keeps_what_came_before(
    recorded: Path, offline: None
) -> None:
    with replay(recorded), pytest.raises(TraktokError, match=r'\{"username": "jbgruber"\}') as e:
        tt_user_info_api([*NAMES, "jbgruber"])
    assert e.value.partial["username"].tolist() == NAMES


def test_each_answer_plays_once(recorded: Path, offline: None) -> None:
    with replay(recorded):
        search()
        with pytest.raises(TraktokError, match="holds no further answer"):
            search()


def test_json_is_compared_as_json(recorded: Path, offline: None) -> None:
    text = recorded.read_text()
    start, end = text.index('"start_date"'), text.index('"is_random"')
    recorded.write_text(text[:start] + text[start:end].replace("\n", "\n\n") + text[end:])
    with replay(recorded):
        assert len(search()) == 19


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY"])
def test_a_proxy_is_not_asked(name: str, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    for base in ("https://open.tiktokapis.com", "http://127.0.0.1:9"):
        monkeypatch.setenv("TRAKTOK_BASE_URL", base)
        with replay(recorded):
            assert len(search()) == 19


def test_an_open_connection_does_not_go_past_the_cassette(
    recorded: Path, tiktok: ResearchApi, token: str
) -> None:
    tt_user_info_api("tiktok", token=token)
    sent, connections = len(tiktok.requests), tiktok.connections
    with replay(recorded):
        search()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(tt_user_info_api, NAMES).result()
    assert len(tiktok.requests) == sent
    tt_user_info_api("tiktok", token=token)
    assert (len(tiktok.requests), tiktok.connections) == (sent + 1, connections)


def test_a_replay_ends_with_its_block(recorded: Path, tiktok: ResearchApi, token: str) -> None:
    with pytest.raises(ZeroDivisionError), replay(recorded, all_played=True):
        raise ZeroDivisionError
    before = len(tiktok.requests)
    search(token=token)
    assert len(tiktok.requests) == before + 1


def test_exchanges_that_nothing_asked_for_are_an_error_on_demand(
    recorded: Path, offline: None
) -> None:
    def ask_for_two() -> None:
        search()
        tt_user_info_api("tiktok")

    with replay(recorded):
        ask_for_two()
    missed = r"1 of 3 exchanges were not played: POST /v2/.*statisticsglobe"
    with pytest.raises(TraktokError, match=missed), replay(recorded, all_played=True):
        ask_for_two()


# ----------------------------------------------------------------------------------------- faults

ANSWERING = sorted(name for name, fault in FAULTS.items() if fault.delivery is Delivery.WHOLE)


def outcome(**more: Any) -> tuple[str, list[str]]:
    """What a search of two pages comes to: its error, and the ids it got."""
    told = ""
    try:
        (
            query()
            | query_and("region_code", "IN", ["JP", "US"])
            | tt_search_api(**SPAN, max_pages=2, **more)
        )
    except TraktokError as error:
        told = f"{type(error).__name__}: {error}"
    return told, last_query()["video_id"].tolist()


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize("fault", ANSWERING)
def test_a_fault_replays_as_it_was(
    fault: str, cassette: Path, token: str, tiktok: ResearchApi, slept: list[float]
) -> None:
    tiktok.fail(fault, page=2)
    with record(cassette):
        live = outcome(token=token)
    waited = slept[:]
    with replay(cassette, all_played=True):
        assert outcome() == live
    assert slept == 2 * waited


def test_a_wait_that_tiktok_asks_for_replays(
    cassette: Path, token: str, tiktok: ResearchApi, slept: list[float]
) -> None:
    tiktok.fail("rate_limit", retry_after=5)
    with record(cassette):
        search(token=token)
    with replay(cassette, all_played=True):
        search()
    assert slept == [5, 5]


def test_an_error_in_the_block_of_a_recording_leaves_the_old_file(
    recorded: Path, token: str, tiktok: ResearchApi
) -> None:
    before = recorded.read_bytes()
    tiktok.fail("daily_quota")
    with pytest.raises(QuotaExceeded), record(recorded):
        search(token=token)
    assert recorded.read_bytes() == before
    assert list(recorded.parent.iterdir()) == [recorded]


def test_a_recording_replaces_the_old_file(recorded: Path, token: str) -> None:
    with record(recorded):
        tt_user_info_api("jbgruber", token=token)
    with replay(recorded, all_played=True):
        tt_user_info_api("jbgruber")


# ------------------------------------------------------------------------------------------- days


def test_without_dates_a_search_means_the_days_of_the_recording(
    cassette: Path, token: str, tiktok: ResearchApi
) -> None:
    with record(cassette, today="2024-03-05"):
        tt_search_api("cats", token=token)
    assert tiktok.requests[-1].body["start_date"] == "20240304"
    with replay(cassette, all_played=True):
        tt_search_api("cats")
    tt_search_api("cats", token=token)
    assert tiktok.requests[-1].body["start_date"] != "20240304"


# ---------------------------------------------------------------------------------------- secrets

SECRETS = ("a-key-of-our-own", "a-secret-of-our-own")


def test_no_secret_gets_into_a_cassette(
    cassette: Path, tiktok: ResearchApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with record(cassette):
        access = auth_research(tiktok.client_key, tiktok.client_secret).access_token
        tiktok.fail("error_200", code="odd", message=f"{access} is odd")
        with pytest.raises(TraktokError):
            search()
        with pytest.raises(TraktokError):
            auth_research(*SECRETS)
    text = cassette.read_text()
    for secret in (access, tiktok.client_key, tiktok.client_secret, *SECRETS):
        assert secret not in text
        assert secret not in caplog.text
    assert re.findall("Bearer .*", text) == ["Bearer access-token"]


def test_a_secret_put_in_by_hand_is_not_played(cassette: Path, tiktok: ResearchApi) -> None:
    with record(cassette):
        auth_research(tiktok.client_key, tiktok.client_secret)
    text = cassette.read_text()
    cassette.write_text(text.replace('"access_token": "access-token"', '"access_token": "real"'))
    with replay(cassette):
        assert auth_research("any", "any").access_token == "access-token"


def test_a_token_that_was_due_need_not_be_played(cassette: Path, tiktok: ResearchApi) -> None:
    with record(cassette):
        auth_research(tiktok.client_key, tiktok.client_secret)
        search()
    with replay(cassette, all_played=True):
        search()
    with replay(cassette):
        auth_research("any", "any")


# --------------------------------------------------------------------------------------- the file


def test_a_path_before_tiktoks_own_is_not_written(
    cassette: Path, token: str, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", f"{tiktok.url}/proxy")
    with record(cassette), pytest.raises(TraktokError, match="404"):
        search(token=token)
    assert "uri: https://open.tiktokapis.com/v2/research/" in cassette.read_text()
    monkeypatch.delenv("TRAKTOK_BASE_URL")
    with replay(cassette), pytest.raises(TraktokError, match="404"):
        search()


def test_a_cassette_can_be_read(cassette: Path, token: str, tiktok: ResearchApi) -> None:
    with record(cassette):
        tt_search_api("größe 🌋", **SPAN, token=token)
        tt_user_info_api("diegruenen", token=token)
    text = cassette.read_text("utf-8")
    assert tiktok.url not in text
    assert set(re.findall("uri: (https?://[^/]+)", text)) == {"https://open.tiktokapis.com"}
    assert '"größe"' in text
    assert '"🌋"' in text
    assert '"display_name": "BÜNDNIS 90/DIE GRÜNEN"' in text
    headers = set(re.findall(r"^      ([A-Z][\w-]+):$", text, re.MULTILINE))
    assert headers == {"Authorization", "Content-Type"}
    assert "!!" not in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just a text",
        "- a\n- list",
        "interactions: 7",
        "interactions:\n- request: {}",
        "interactions: [\n",
        "http_interactions: []",
        "version: 1\nrecorded_on: never\ninteractions: []",
        "interactions: !!python/object/apply:os.system ['exit 1']",
        "interactions: !!python/object/new:_io.BytesIO {}",
        "[" * 100_000,
        "- " * 100_000,
        '{"a":' * 100_000,
        b"\x1f\x8b\x08\x00\xff",
        "text".encode("utf-16"),
    ],
    ids=lambda text: str(text)[:30],
)
def test_what_is_no_cassette_is_refused(text: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ValueError, match=r"other\.yaml is not a cassette"), replay(path):
        pytest.fail("was replayed")


def test_a_missing_cassette_says_how_to_make_one(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match=r"no cassette .*none\.yaml.*record"),
        replay(tmp_path / "none.yaml"),
    ):
        pytest.fail("was replayed")


@given(st.text().map(str.encode) | st.binary() | st.recursive(
    st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner),
).map(lambda value: json.dumps(value, ensure_ascii=False).encode()))  # fmt: skip
@settings(deadline=None, max_examples=50)  # each writes a file
@example("\x85".encode())
@example(b"a\r\nb\n ")
def test_bodies_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    path = tmp_path_factory.mktemp("bodies") / "c.yaml"
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": body}}
    request = Request("POST", "https://open.tiktokapis.com/v2/", body, {})
    write_cassette(path, _clock.today(), [(request, response)])
    _, [(read_request, read_response)] = read_cassette(path)
    for read in (read_request.body, read_response["body"]["string"]):
        assert read == body or _same_json(read, body)


def _same_json(one: bytes, other: bytes) -> bool:
    return [*map(repr, [json.loads(one)])] == [*map(repr, [json.loads(other)])]


# ------------------------------------------------------------------------------- TikTok's website


def see_the_website(folder: Path, www: Website) -> list[TikTokResults]:
    """Ask for a page, its file, pictures, where a short link leads, a profile and a list."""
    posts = [www.search[0].url, www.search[9].url, www.search[1].short_link]
    videos = tt_videos_hidden(posts, dir=folder)
    account = tt_user_info_hidden("tiktok")
    followers = tt_get_follower_hidden(account["secUid"][0])
    return [videos.drop(columns="video_fn"), account, followers]


@pytest.fixture
def recorded_website(
    cassette: Path,
    logged_in: Website,
    tmp_path: Path,
    slept: list[float],
    photo_pages_with_items: None,
    unsigned_lists: None,
) -> Path:
    with record(cassette):
        see_the_website(tmp_path / "recorded", logged_in)
    return cassette


@pytest.mark.usefixtures("photo_pages_with_items", "unsigned_lists")
@pytest.mark.parametrize("address", [None, "http://127.0.0.1:9", "http://127.0.0.1:9/prefix"])
def test_the_website_replays_wherever_it_would_be(
    address: str | None,
    cassette: Path,
    logged_in: Website,
    tmp_path: Path,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with record(cassette):
        live = see_the_website(tmp_path / "live", logged_in)
    cookies.store_path().unlink()
    monkeypatch.delenv("TRAKTOK_WWW_URL")
    if address:
        monkeypatch.setenv("TRAKTOK_WWW_URL", address)
    with replay(cassette, all_played=True):
        again = see_the_website(tmp_path / "again", logged_in)
    for one, other in zip(live, again, strict=True):
        assert_frame_equal(one, other)
    files = [sorted((tmp_path / name).iterdir()) for name in ("live", "again")]
    assert len(files[0]) == 5
    for one_file, other_file in zip(*files, strict=True):
        assert one_file.name == other_file.name
        assert one_file.read_bytes() == other_file.read_bytes()


def test_a_replay_needs_no_cookies_and_leaves_none(
    recorded_website: Path, logged_in: Website, tmp_path: Path
) -> None:
    cookies.store_path().unlink()
    with replay(recorded_website):
        assert auth_check(silent=True)["hidden"]
        see_the_website(tmp_path / "again", logged_in)
    assert not auth_check(silent=True)["hidden"]
    assert not cookies.store_path().exists()


@pytest.mark.usefixtures("photo_pages_with_items")
def test_no_cookie_gets_into_a_cassette(
    cassette: Path, www: Website, cookies_txt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, own = www.search[9], "a-session-of-our-own"
    cookies_txt.write_text(cookies_txt.read_text().replace("SESSION", own))
    cookies.store(cookies.read_cookies_txt(cookies_txt))
    # The page repeats its cookie and the session's, and so does the address of its file.
    media = "https://p16-sign-va.tiktokcdn.com"
    monkeypatch.setattr(
        type(post), "media", [f"{media}/{post.id}/?msToken=of-{post.id}&session={own}"]
    )

    def see() -> list[str]:
        videos = tt_videos_hidden(post.url, dir=cassette.parent, max_tries=1, overwrite=True)
        return [Path(name).name for name in videos["video_fn"][0]]

    with record(cassette):
        live = see()
    text = cassette.read_text("utf-8")
    assert own not in text
    assert f"of-{post.id}" not in text
    assert "ookie" not in text
    assert f"uri: {media}/{post.id}/?msToken=msToken&session=sessionid" in text
    with replay(cassette, all_played=True):
        assert see() == live


def test_a_page_that_was_not_recorded_is_an_error(recorded_website: Path, www: Website) -> None:
    asked = "GET https://www.tiktok.com/@creator_3/video/"
    with replay(recorded_website), pytest.raises(TraktokError, match=f"no answer to {asked}"):
        tt_videos_hidden(www.search[2].url, save_video=False)


def test_no_browser_opens_in_a_replay(recorded_website: Path) -> None:
    with replay(recorded_website), pytest.raises(TraktokError, match="needs a browser"):
        tt_search_hidden("#rstats")


# -------------------------------------------------------------------------------------- the extra


def test_importing_traktok_imports_nothing_of_the_extra() -> None:
    code = "import sys, traktok; sys.exit(bool({'vcr', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_both_are_at_hand_where_traktok_is_imported(tmp_path: Path) -> None:
    code = """
import sys
import traktok

with traktok.record(sys.argv[1]):
    pass
with traktok.replay.replay(sys.argv[1], all_played=True):
    from traktok.replay import replay
with replay(sys.argv[1]), traktok.replay.replay(sys.argv[1]):
    pass
try:
    traktok.replay(sys.argv[1])
except TypeError:
    pass
else:
    sys.exit("a module was called")
"""
    arguments = [sys.executable, "-c", code, str(tmp_path / "empty.yaml")]
    assert subprocess.run(arguments, check=False).returncode == 0


def test_without_vcrpy_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vcr", None)
    monkeypatch.delitem(sys.modules, "traktok.replay")
    with pytest.raises(ImportError, match=r"traktok\[replay\]"):
        importlib.import_module("traktok.replay")


# ---------------------------------------------------------------------------- what TikTok may send


class _Zipped(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = gzip.compress(b'{"data": {"display_name": "Zo\xc3\xab"}, "error": {"code": "ok"}}')
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def zipping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", 0), _Zipped) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("TRAKTOK_BASE_URL", f"http://127.0.0.1:{server.server_address[1]}")
        yield
        server.shutdown()


@pytest.mark.usefixtures("zipping")
def test_a_compressed_answer_is_written_as_text(cassette: Path) -> None:
    with record(cassette):
        live = tt_user_info_api("zoe", token="t")
    assert live["display_name"].tolist() == ["Zoë"]
    assert '"display_name": "Zoë"' in cassette.read_text("utf-8")
    with replay(cassette):
        assert_frame_equal(tt_user_info_api("zoe"), live)


def test_two_threads_cant_have_a_cassette_open_at_once(recorded: Path, offline: None) -> None:
    def replayed() -> None:
        with replay(recorded):
            pass

    with ThreadPoolExecutor(1) as pool:
        with replay(recorded):
            with pytest.raises(RuntimeError, match="another thread has a cassette open"):
                pool.submit(replayed).result()
            assert len(search()) == 19
        pool.submit(replayed).result()


# ------------------------------------------------------------------- secrets in another's spelling


def _spellings(secret: str) -> dict[str, str]:
    raw = secret.encode()
    return {
        "plain": secret,
        "slashes escaped": secret.replace("/", r"\/"),
        "escaped": "".join(f"\\u{ord(one):04x}" for one in secret),
        "percent": quote(secret, safe=""),
        "all percent": "".join(f"%{byte:02X}" for byte in raw),
        "base64": base64.b64encode(b"user:" + raw).decode(),
        "hexadecimal": raw.hex(),
    }


class _Repeating(BaseHTTPRequestHandler):
    """Repeats a secret that only a later exchange shows to be one, in every spelling."""

    secret = "clt.2/of+our=own&secret"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        data = {"display_name": "Zoë", "bio_description": "BIO"}
        spelled = " ".join(_spellings(self.secret).values())
        body = json.dumps({"data": data, "error": {"code": "ok"}}).replace("BIO", spelled).encode()
        self.send_response(200)
        self.send_header("Content-Type", f"application/json; of={quote(self.secret, safe='')}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def test_a_secret_is_in_no_spelling_and_no_other_answer(
    cassette: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HTTPServer(("127.0.0.1", 0), _Repeating) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("TRAKTOK_BASE_URL", f"http://127.0.0.1:{server.server_address[1]}")
        with record(cassette):
            tt_user_info_api("zoe", token="another-token-of-our-own")
            tt_user_info_api("zoe", token=_Repeating.secret)
        server.shutdown()
    text = cassette.read_text("utf-8")
    for name, spelled in _spellings(_Repeating.secret).items():
        assert spelled not in text, name
        assert json.dumps(spelled)[1:-1] not in text, name
    assert text.count("access-token") >= 2 * len(_spellings(""))
    with replay(cassette, all_played=True):
        for _ in range(2):
            assert tt_user_info_api("zoe")["display_name"].tolist() == ["Zoë"]
