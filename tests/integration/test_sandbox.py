"""The sandbox keeps its promises: what tests of the client rely on is tested here."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.machine import browser
from traktok.sandbox import DETAIL_CONDITIONS, SCROLL_CONDITIONS, SWITCHES, Sandbox, Website
from traktok.sandbox.api import FAULTS, ResearchApi, World
from traktok.sandbox.api.records import (
    COMMENT_FIELDS,
    LISTED_VIDEO_FIELDS,
    USER_FIELDS,
    VIDEO_FIELDS,
    Status,
    Video,
)
from traktok.sandbox.api.vignette import (
    FILMS,
    FOLLOWED_BY_JBGRUBER,
    FOLLOWERS_OF_TIKTOK,
    LIKED,
    RSTATS,
)
from traktok.sandbox.api.world import world_of
from traktok.sandbox.web.conditions import five_megabytes

SEARCH, COMMENTS, USER = "video/query/", "video/comment/list/", "user/info/"
LIKED_VIDEOS, PINNED, REPOSTED = (
    f"user/{kind}_videos/" for kind in ("liked", "pinned", "reposted")
)
FOLLOWERS, FOLLOWING, PLAYLIST = "user/followers/", "user/following/", "playlist/info/"
NOVEMBER = {"start_date": "20231101", "end_date": "20231129"}


def condition(name: str, operation: str, *values: str) -> dict[str, Any]:
    return {"field_name": name, "operation": operation, "field_values": list(values)}


JP_US = {"and": [condition("region_code", "IN", "JP", "US")]}
HASH_RSTATS = {
    "or": [condition("hashtag_name", "IN", "rstats"), condition("keyword", "IN", "#rstats")]
}


class Client:
    """The plainest client there can be: one session, no retries."""

    def __init__(self, tiktok: ResearchApi | Sandbox) -> None:
        self.tiktok = tiktok
        self.session = requests.Session()
        self.headers = {"Authorization": f"Bearer {tiktok.token()}"}

    def post(
        self, endpoint: str, body: dict[str, Any], fields: str | None = None
    ) -> requests.Response:
        usual = {COMMENTS: COMMENT_FIELDS, USER: USER_FIELDS, SEARCH: VIDEO_FIELDS}
        if fields is None and endpoint not in (FOLLOWERS, FOLLOWING, PLAYLIST):
            fields = ",".join(usual.get(endpoint, LISTED_VIDEO_FIELDS))
        return self.session.post(
            f"{self.tiktok.url}/v2/research/{endpoint}",
            params={"fields": fields} if fields else None,
            json=body,
            headers=self.headers,
            timeout=5,
        )

    def data(self, endpoint: str, fields: str | None = None, **body: Any) -> dict[str, Any]:
        response = self.post(endpoint, body, fields)
        assert response.status_code == 200, response.text
        data: dict[str, Any] = response.json()["data"]
        return data

    def refused(
        self, endpoint: str, fields: str | None = None, **body: Any
    ) -> tuple[int, str, str]:
        response = self.post(endpoint, body, fields)
        error = response.json()["error"]
        return response.status_code, error["code"], error["message"]

    def search(self, query: dict[str, Any] = JP_US, **body: Any) -> dict[str, Any]:
        return self.data(SEARCH, **{"query": query, **NOVEMBER, "max_count": 100, **body})

    def crawl(self, endpoint: str, **body: Any) -> list[dict[str, Any]]:
        pages = [self.data(endpoint, **body)]
        while pages[-1]["has_more"]:
            assert len(pages) < 100
            on = {k: pages[-1][k] for k in ("cursor", "search_id") if k in pages[-1]}
            pages.append(self.data(endpoint, **body, **on))
        return pages


@pytest.fixture(scope="module")
def running() -> Iterator[ResearchApi]:
    with ResearchApi() as research_api:
        yield research_api


@pytest.fixture
def tiktok(running: ResearchApi) -> ResearchApi:
    running.reset()
    return running


@pytest.fixture
def client(tiktok: ResearchApi) -> Iterator[Client]:
    client = Client(tiktok)
    with client.session:
        yield client


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(1)


# ------------------------------------------------------------- tokens


def ask_token(tiktok: ResearchApi, **form: str) -> requests.Response:
    form = {
        "client_key": tiktok.client_key,
        "client_secret": tiktok.client_secret,
        "grant_type": "client_credentials",
    } | form
    return requests.post(f"{tiktok.url}/v2/oauth/token/", data=form, timeout=5)


def test_a_token_opens_the_research_endpoints_for_two_hours(
    tiktok: ResearchApi, client: Client
) -> None:
    answer = ask_token(tiktok).json()
    assert set(answer) == {"access_token", "expires_in", "token_type"}
    assert answer["access_token"].startswith("clt.")
    assert (answer["expires_in"], answer["token_type"]) == (7200, "Bearer")
    client.headers = {"authorization": f"bearer {answer['access_token']}"}
    client.search()
    tiktok.clock.advance(seconds=7201)
    status, code, _ = client.refused(SEARCH, query=JP_US, **NOVEMBER)
    assert (status, code) == (401, "access_token_invalid")


@pytest.mark.parametrize(
    ("form", "category"),
    [
        ({"client_key": "someone-else"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_token_errors_are_flat(tiktok: ResearchApi, form: dict[str, str], category: str) -> None:
    answer = ask_token(tiktok, **form)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == category
    assert set(answer.json()) == {"error", "error_description", "log_id"}
    tiktok.switches["token_error_status"] = 200
    assert ask_token(tiktok, **form).status_code == 200


def test_unknown_tokens_and_paths_are_turned_away(client: Client) -> None:
    assert client.post("no/such/endpoint/", {}).status_code == 404
    client.headers = {"Authorization": "Bearer clt.nobody"}
    assert client.post(SEARCH, {}).status_code == 401


# ------------------------------------------------------------- the vignette


def test_searches_give_the_tables_of_the_vignette(client: Client) -> None:
    found = client.search(HASH_RSTATS)
    shown = [(v["id"], v["username"], v["view_count"]) for v in found["videos"]]
    assert shown == [(film.id, film.username, film.views) for film in RSTATS]
    assert found["search_id"] == "7423432753447932974"
    assert (found["cursor"], found["has_more"]) == (19, False)

    built = {
        "and": JP_US["and"],
        "or": [condition("hashtag_name", "EQ", "rstats"), condition("keyword", "IN", "rstats")],
        "not": [condition("video_length", "EQ", "SHORT")],
    }
    assert [v["username"] for v in client.search(built)["videos"]] == ["mrpecners"] * 2
    own = client.search({"and": [condition("username", "EQ", "statisticsglobe")]})
    assert [v["view_count"] for v in own["videos"]] == [909, 508, 27387, 1110, 538]


def test_the_vignettes_search_goes_on_where_it_stopped(client: Client) -> None:
    first = client.search()
    assert (first["cursor"], first["search_id"]) == (100, "7423432753448096814")
    second = client.search(cursor=first["cursor"], search_id=first["search_id"])
    assert (second["cursor"], second["search_id"]) == (200, "7336340473470063662")


def test_nothing_is_found_today_and_there_is_no_search_id(client: Client) -> None:
    today = f"{datetime.now(UTC):%Y%m%d}"
    found = client.search(HASH_RSTATS, start_date=today, end_date=today)
    assert found == {"videos": [], "cursor": 0, "has_more": False}


def test_user_lists_are_those_of_the_vignette(client: Client) -> None:
    tiktok = client.data(USER, username="tiktok")
    assert (tiktok["likes_count"], tiktok["video_count"]) == (330919903, 1073)
    assert tiktok["is_verified"] is True
    stats = client.data(USER, username="statisticsglobe")
    assert (stats["likes_count"], stats["video_count"]) == (1660, 92)

    status, _, message = client.refused(PINNED, username="tiktok")
    assert status == 403
    assert "information cannot be returned" in message
    (pinned,) = client.data(PINNED, username="smooth.learning.c")["pinned_videos_list"]
    assert (pinned["create_time"], str(pinned["id"])[:6]) == (1690255097, "725959")

    liked = client.data(LIKED_VIDEOS, username="jbgruber", max_count=100)["user_liked_videos"]
    assert len(liked) == 98
    assert [(v["id"], v["create_time"]) for v in liked[:10]] == [(f.id, f.created) for f in LIKED]
    following = client.data(FOLLOWING, username="jbgruber", max_count=100)["user_following"]
    assert [(u["display_name"], u["username"]) for u in following] == [*FOLLOWED_BY_JBGRUBER]
    followers = client.data(FOLLOWERS, username="tiktok", max_count=100)["user_followers"]
    assert len(followers) == 90
    shown = [(u["display_name"], u["username"]) for u in followers[:10]]
    assert shown == [*FOLLOWERS_OF_TIKTOK]


def test_comments_are_those_of_the_vignette(client: Client) -> None:
    (only,) = client.data(COMMENTS, video_id="7302470379501604128")["comments"]
    assert (only["create_time"], only["parent_comment_id"]) == (1700243424, only["video_id"])
    top, reply = client.data(COMMENTS, video_id=RSTATS[15].id)["comments"]
    assert (top["create_time"], reply["create_time"]) == (1698893206, 1698893251)
    assert (top["reply_count"], reply["parent_comment_id"]) == (1, top["id"])
    assert client.data(COMMENTS, comment_id=str(top["id"]))["comments"] == [reply]
    many = client.data(COMMENTS, video_id=7195762648716152107, max_count=100)["comments"]
    assert len(many) == 96
    assert [c["like_count"] for c in many[:10]] == [314, 232, 177, 166, 71, 71, 27, 17, 16, 16]


# ------------------------------------------------------------- searching


def test_a_crawl_of_ten_pages_gives_all_that_is_visible(client: Client, world: World) -> None:
    connections = client.tiktok.connections
    pages = client.crawl(SEARCH, query=JP_US, **NOVEMBER, max_count=100)
    everything = world.search(JP_US, "20231101", "20231129")
    assert [page["cursor"] for page in pages] == [*range(100, 1000, 100), len(everything)]
    ids = [video["id"] for page in pages for video in page["videos"]]
    visible = world.visible(JP_US, date(2023, 11, 1), date(2023, 11, 29))
    assert ids == [video.id for video in visible] == sorted(ids, reverse=True)
    assert len(ids) < len(everything)
    assert len({page["search_id"] for page in pages}) > 1
    assert client.tiktok.connections == connections + 1


def test_search_ids_belong_to_a_search_and_grow_old(client: Client) -> None:
    search_id = client.search()["search_id"]
    after = {"cursor": 100, "search_id": search_id}
    stale = (400, "invalid_params", f"Search Id {search_id} is invalid or expired")
    assert client.refused(SEARCH, query=HASH_RSTATS, **NOVEMBER, **after) == stale
    client.tiktok.clock.advance(days=4)
    client.headers = {"Authorization": f"Bearer {client.tiktok.token()}"}
    assert client.refused(SEARCH, query=JP_US, **NOVEMBER, **after) == stale


def test_random_pages_are_samples(client: Client, world: World) -> None:
    pages = [client.search(is_random=True)["videos"] for _ in range(2)]
    visible = {video.id for video in world.visible(JP_US, "20231101", "20231129")}
    ids = [[video["id"] for video in page] for page in pages]
    assert ids[0] != ids[1]
    assert all(len(set(page)) == 100 and set(page) <= visible for page in ids)


def test_new_videos_take_two_days_to_be_found(client: Client, world: World) -> None:
    client.tiktok.clock.set(datetime(2023, 11, 10, 12, tzinfo=UTC))
    client.headers = {"Authorization": f"Bearer {client.tiktok.token()}"}
    days = {"start_date": "20231105", "end_date": "20231110"}
    latest = datetime(2023, 11, 8, 12, tzinfo=UTC).timestamp()
    found = client.crawl(SEARCH, query=JP_US, max_count=100, **days)
    ids = [video["id"] for page in found for video in page["videos"]]
    visible = world.visible(JP_US, "20231105", "20231110")
    assert ids == [video.id for video in visible if video.create_time <= latest]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"end_date": "20231202"}, "end_date"),
        ({"start_date": "20231130"}, "before"),
        ({"start_date": "20231301"}, "start_date"),
        ({"start_date": None}, "start_date"),
        ({"query": {}}, "query"),
        ({"query": {"and": [], "or": []}}, "query"),
        ({"query": {"xor": []}}, "query"),
        ({"query": {"and": [condition("keyword", "EQ", "one", "two")]}}, "exactly one"),
        ({"query": {"and": [condition("keyword", "GT", "one")]}}, "GT"),
        ({"query": {"and": [condition("keyword", "LIKE", "one")]}}, "LIKE"),
        ({"query": {"and": [condition("colour", "EQ", "red")]}}, "colour"),
        ({"query": {"and": [condition("region_code", "EQ", "XX")]}}, "XX"),
        ({"query": {"and": [condition("video_length", "EQ", "short")]}}, "short"),
        ({"query": {"and": [condition("create_date", "GT", "2023")]}}, "2023"),
        ({"query": {"and": [condition("view_count", "GT", "many")]}}, "many"),
        ({"query": {"and": [condition("keyword", "IN")]}}, "field_values"),
        ({"query": {"and": [{**condition("keyword", "IN"), "field_values": "x"}]}}, "list"),
        ({"query": {"and": [{**condition("view_count", "GT"), "field_values": [5]}]}}, "strings"),
        ({"query": {"and": [{"field_name": "keyword"}]}}, "condition"),
        ({"max_count": 101}, "Invalid count or cursor"),
        ({"max_count": 0}, "Invalid count or cursor"),
        ({"cursor": -1}, "Invalid count or cursor"),
        ({"cursor": 100_000}, "Invalid count or cursor"),
        ({"cursor": 1.5}, "Invalid count or cursor"),
    ],
)
def test_bad_searches_are_refused(client: Client, change: dict[str, Any], word: str) -> None:
    status, code, message = client.refused(SEARCH, **{"query": JP_US, **NOVEMBER, **change})
    assert (status, code) == (400, "invalid_params")
    assert word in message


def test_fields_are_trimmed_chosen_and_checked(client: Client) -> None:
    asked = {"query": JP_US, **NOVEMBER}
    rows = client.data(SEARCH, "id, username,,", **asked)["videos"]
    assert len(rows) <= 20
    assert all(set(row) <= {"id", "username"} for row in rows)
    assert client.tiktok.requests[-1].fields == ["id", "username"]
    for fields in ("", "id,colour", "id,favourites_count"):
        assert client.refused(SEARCH, fields, **asked)[:2] == (400, "invalid_params")
    client.tiktok.switches["old_spelling"] = True
    row = client.data(SEARCH, "favourites_count", **asked)["videos"][0]
    assert set(row) == {"favourites_count"}


def test_numbers_may_be_strings_and_null_is_unset(client: Client) -> None:
    assert client.search(max_count="100", cursor=None, search_id=None) == client.search()
    url = f"{client.tiktok.url}/v2/research/{USER}?fields=display_name"
    headers = {**client.headers, "Content-Type": "text/plain"}
    body = json.dumps({"username": "tiktok"})
    answer = requests.post(url, data=body, headers=headers, timeout=5).json()
    assert answer["data"] == {"display_name": "TikTok"}
    assert requests.post(url, data="{", headers=headers, timeout=5).status_code == 400


def test_every_answer_has_an_error_and_a_log_id(client: Client) -> None:
    good = client.post(SEARCH, {"query": JP_US, **NOVEMBER}).json()["error"]
    user = client.post(USER, {"username": "tiktok"}).json()["error"]
    bad = client.post(USER, {}).json()
    assert (good["code"], good["message"], user["message"]) == ("ok", "", "ok")
    assert bad["data"] == {}
    for error in (good, user, bad["error"]):
        moment, rest = error["log_id"][:14], error["log_id"][14:]
        datetime.strptime(moment, "%Y%m%d%H%M%S")
        assert re.fullmatch(r"[0-9A-F]{18,20}", rest)


# ------------------------------------------------------------- the query language, said again


def naive(video: Video, test: dict[str, Any]) -> bool:
    """One condition, written down a second time and as plainly as it goes."""
    operation, values = test["operation"], test["field_values"]
    shown = video.record
    day = datetime.fromtimestamp(video.create_time, UTC).strftime("%Y%m%d")
    seconds = video.video_duration
    length = "SHORT" if seconds < 15 else "MID" if seconds <= 60 else "LONG"
    single: dict[str, Any] = {
        "create_date": day,
        "username": video.username,
        "region_code": video.region_code,
        "video_id": str(video.id),
        "music_id": str(video.music_id),
        "video_length": "EXTRA_LONG" if seconds > 300 else length,
        "view_count": video.view_count,
        "comment_count": video.comment_count,
    }
    name = test["field_name"]
    if name == "keyword":
        text = shown.get("video_description", "") + " #" + " #".join(shown.get("hashtag_names", []))
        return any(value.casefold() in text.casefold() for value in values)
    if name == "hashtag_name":
        tags = {tag.casefold() for tag in shown.get("hashtag_names", [])}
        named = {value.casefold() for value in values}
        return tags == named if operation == "EQ" else bool(tags & named)
    if name == "effect_id":
        return any(value in shown.get("effect_ids", []) for value in values)
    have = single[name]
    wanted = [type(have)(value) for value in values]
    outcome: dict[str, bool] = {
        "EQ": have == wanted[0],
        "IN": have in wanted,
        "GT": have > wanted[0],
        "GTE": have >= wanted[0],
        "LT": have < wanted[0],
        "LTE": have <= wanted[0],
    }
    return outcome[operation]


ORDERS, EITHER = ["EQ", "GT", "GTE", "LT", "LTE"], ["EQ", "IN"]
OPERATIONS = {
    "create_date": [*ORDERS, "IN"],
    "view_count": ORDERS,
    "comment_count": ORDERS,
} | dict.fromkeys(
    ("username", "region_code", "video_id", "hashtag_name", "keyword", "music_id", "effect_id"),
    EITHER,
)
WORDS = ["cat", "猫", "قطتي", "#fyp", "ÄPFEL", "garden", "fyp", "politik", "😀", "no such word"]


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from([*OPERATIONS, "video_length"]))
    operation = draw(st.sampled_from(OPERATIONS.get(name, EITHER)))
    videos = world_of(1).videos
    model = st.integers(0, len(videos) - 1).map(videos.__getitem__)
    value = {
        "create_date": st.dates(date(2023, 10, 1), date(2023, 12, 31)).map(
            lambda day: day.strftime("%Y%m%d")
        ),
        "username": model.map(lambda video: video.username),
        "region_code": st.sampled_from(["JP", "US", "DE", "NA", "XK"]),
        "video_id": model.map(lambda video: str(video.id)),
        "hashtag_name": st.sampled_from(["fyp", "CATS", "猫", "straße", "#fyp", "none"]),
        "keyword": st.sampled_from(WORDS),
        "music_id": model.map(lambda video: str(video.music_id)),
        "effect_id": st.integers(63_960_000, 63_960_080).map(str),
        "video_length": st.sampled_from(["SHORT", "MID", "LONG", "EXTRA_LONG"]),
        "view_count": st.integers(0, 2**33).map(str),
        "comment_count": st.integers(0, 50).map(str),
    }[name]
    most = 4 if operation == "IN" else 1
    return condition(name, operation, *draw(st.lists(value, min_size=1, max_size=most)))


groups = st.lists(conditions(), max_size=3)
queries = st.fixed_dictionaries({}, optional={"and": groups, "or": groups, "not": groups}).filter(
    lambda query: any(query.values())
)


@settings(max_examples=50, deadline=None)
@given(queries, st.dates(date(2023, 10, 20), date(2023, 11, 25)), st.integers(0, 12))
def test_queries_mean_what_the_documents_say(query: Any, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    want = [
        video.id
        for video in world_of(1).videos
        if start <= datetime.fromtimestamp(video.create_time, UTC).date() <= end
        and all(naive(video, test) for test in query.get("and", []))
        and (not query.get("or") or any(naive(video, test) for test in query["or"]))
        and not any(naive(video, test) for test in query.get("not", []))
    ]
    assert [video.id for video in world_of(1).search(query, start, end)] == want


# ------------------------------------------------------------- users, lists, playlists


def name_with(world: World, status: Status) -> str:
    return next(user.username for user in world.users.values() if user.status is status)


@pytest.mark.parametrize("endpoint", [USER, LIKED_VIDEOS, PINNED, REPOSTED, FOLLOWERS, FOLLOWING])
def test_some_accounts_cannot_be_spoken_of(client: Client, world: World, endpoint: str) -> None:
    def message(name: str) -> str:
        status, code, message = client.refused(endpoint, username=name)
        assert (status, code) == (400, "invalid_params")
        return message

    private, withheld = (name_with(world, s) for s in (Status.PRIVATE, Status.WITHHELD))
    assert message(private) == f"{private} is private"
    assert message(withheld) == "API cannot return this user's information"
    for gone in (name_with(world, Status.DELETED), "nobody.at.all", "@tiktok"):
        assert message(gone) == f"{gone} is invalid: cannot find the user"
    assert message("") == "username is required"


@pytest.mark.parametrize("count", [20, 100])
def test_time_cursors_reach_everybody_once(client: Client, world: World, count: int) -> None:
    for endpoint, key, kept in (
        (FOLLOWERS, "user_followers", world.followers),
        (LIKED_VIDEOS, "user_liked_videos", world.liked),
    ):
        open_to_all = [n for n in kept if not world.users[n].hidden and n != "jbgruber"]
        name = max(open_to_all, key=lambda name: len(kept[name]))
        pages = client.crawl(endpoint, username=name, max_count=count)
        assert len(pages) > 2
        rows = [row for page in pages for row in page.get(key, [])]
        assert len(rows) == sum(not entry.hidden for entry in kept[name])
        cursors = [page["cursor"] for page in pages]
        assert cursors == sorted(cursors, reverse=True)
        milliseconds = endpoint == LIKED_VIDEOS
        assert all((cursor >= 10**12) == milliseconds for cursor in cursors)


def test_time_cursors_are_taken_in_seconds_and_milliseconds(client: Client) -> None:
    first = client.data(FOLLOWERS, username="tiktok", max_count=20)
    on: dict[str, Any] = {"username": "tiktok", "max_count": 20}
    seconds = client.data(FOLLOWERS, **on, cursor=first["cursor"])
    assert client.data(FOLLOWERS, **on, cursor=first["cursor"] * 1000) == seconds != first
    assert client.data(FOLLOWERS, **on, cursor=0) == first


def test_an_empty_list_of_followers_is_left_out(client: Client, world: World) -> None:
    shown = [u.username for u in world.users.values() if not u.hidden and "following" in u.shows]
    nobody = next(name for name in shown if name not in world.following)
    assert client.data(FOLLOWING, username=nobody) == {"cursor": 0, "has_more": False}


def test_likes_are_shown_by_those_who_chose_to(client: Client, world: World) -> None:
    public = [user for user in world.users.values() if not user.hidden]
    shy = next(user.username for user in public if "liked" not in user.shows)
    status, code, message = client.refused(LIKED_VIDEOS, username=shy)
    assert (status, code) == (403, "invalid_params")
    assert "information cannot be returned" in message


def test_reposts_and_playlists_page_by_index(client: Client, world: World) -> None:
    public = [name for name in world.reposted if not world.users[name].hidden]
    name = max(public, key=lambda name: len(world.reposted[name]))
    pages = client.crawl(REPOSTED, username=name, max_count=50)
    ids = [row["id"] for page in pages for row in page["reposted_videos"]]
    assert ids == [video.id for video in world.reposted[name] if not video.hidden]

    playlist = max(world.playlists.values(), key=lambda playlist: len(playlist.videos))
    pages = client.crawl(PLAYLIST, playlist_id=str(playlist.id), max_count=100)
    assert len(pages) == 2
    assert pages[0]["playlist_item_total"] == len(playlist.videos)
    ids = [number for page in pages for number in page["playlist_video_ids"]]
    assert ids == [video.id for video in playlist.videos if not video.hidden]
    assert all(video.record["playlist_id"] == playlist.id for video in playlist.videos)
    assert client.refused(PLAYLIST, playlist_id=1)[0] == 400


def test_comments_page_by_index_with_ten_to_a_page(client: Client, world: World) -> None:
    listed = {id: found for id, found in world.comments.items() if len(found) < 1_000}
    number, comments = max(listed.items(), key=lambda item: len(item[1]))
    pages = client.crawl(COMMENTS, video_id=number)
    assert [page["cursor"] for page in pages[:2]] == [10, 20]
    ids = [row["id"] for page in pages for row in page["comments"]]
    assert ids == [comment.id for comment in comments if not comment.hidden]
    assert all("text" in row for page in pages for row in page["comments"])
    nothing = {"comments": [], "cursor": 0, "has_more": False}
    assert client.data(COMMENTS, video_id=1) == client.data(COMMENTS, comment_id=1) == nothing
    assert (
        client.refused(COMMENTS)[0] == client.refused(COMMENTS, video_id=1, comment_id=1)[0] == 400
    )


# ------------------------------------------------------------- the world


def test_the_world_holds_what_clients_stumble_over(world: World) -> None:
    videos = world.videos
    assert len(videos) >= 5_000
    assert len({video.id for video in videos}) == len(videos)
    assert all(2**53 < video.id < 2**63 for video in videos)
    days = sorted(datetime.fromtimestamp(video.create_time, UTC).date() for video in videos)
    assert (days[0], days[-1]) == (date(2022, 11, 1), date(2024, 10, 31))
    assert len({video.region_code for video in videos}) >= 10
    assert 0.1 < sum(bool(video.voice_to_text) for video in videos) / len(videos) < 0.2
    assert 0 < sum(video.playlist_id is not None for video in videos) < len(videos) / 10
    assert any(video.view_count > 2**31 for video in videos)
    assert any("\0" in video.video_description for video in videos)
    assert any("\0" in user.display_name for user in world.users.values())
    assert {len(str(video.music_id)) for video in videos} == {19}  # spec 14.16
    assert any("like_count" not in video.record for video in videos)
    assert len({next(iter(video.record)) for video in videos}) > 5  # the order of keys differs
    assert not any(value in (None, "", []) for v in videos for value in v.record.values())
    for script in (r"[\u0600-\u06ff]", r"[\u3040-\u30ff]", r"[äöüß]", r"[\U0001f600-\U0001f9ff]"):
        assert any(re.search(script, video.video_description) for video in videos)
    assert {user.status for user in world.users.values()} == {*Status}


def test_the_same_seed_gives_the_same_world() -> None:
    one, same, other = world_of(1), World(1), World(2)
    assert one.videos == same.videos != other.videos
    assert one.users == same.users
    assert one.followers == same.followers
    number = next(iter(one.comments))
    assert one.comments[number] == same.comments[number]


# ------------------------------------------------------------- clock and quota


def test_the_clock_stands_still_once_it_is_set(tiktok: ResearchApi) -> None:
    assert abs(tiktok.clock.now - datetime.now(UTC)) < timedelta(seconds=5)
    tiktok.clock.advance(hours=1)
    assert tiktok.clock.now - datetime.now(UTC) > timedelta(minutes=59)
    tiktok.clock.set(datetime(2024, 1, 31))
    assert tiktok.clock.now == datetime(2024, 1, 31, tzinfo=UTC)
    tiktok.clock.advance(timedelta(days=1), seconds=1)
    assert tiktok.clock.now == datetime(2024, 2, 1, 0, 0, 1, tzinfo=UTC)
    tiktok.reset()
    assert abs(tiktok.clock.now - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_two_quotas_run_out_apart_and_start_anew_at_midnight(client: Client) -> None:
    tiktok = client.tiktok
    tiktok.clock.set(datetime(2024, 10, 8, 23, 59, tzinfo=UTC))
    client.headers = {"Authorization": f"Bearer {tiktok.token()}"}
    tiktok.quota.main_limit = 2
    client.search()
    client.refused(SEARCH)  # a 400 counts
    status, code, message = client.refused(SEARCH, query=JP_US, **NOVEMBER)
    assert (status, code) == (429, "daily_quota_limit_exceeded")
    assert message == "The API daily quota limit exceeded. Please try again later"
    assert (tiktok.quota.main, tiktok.quota.follow) == (2, 0)
    client.data(FOLLOWERS, username="tiktok")
    assert (tiktok.quota.main, tiktok.quota.follow) == (2, 1)
    tiktok.clock.advance(minutes=2)
    client.search()
    assert (tiktok.quota.main, tiktok.quota.follow) == (1, 0)


def test_failures_of_the_server_count_and_refusals_do_not(client: Client) -> None:
    for name, counts in (("http_500", 1), ("token_expired", 0), ("rate_limit", 0), ("html_200", 1)):
        client.tiktok.quota.main = 0
        client.tiktok.fail(name)
        client.post(SEARCH, {"query": JP_US, **NOVEMBER})
        assert client.tiktok.quota.main == counts


# ------------------------------------------------------------- faults

BROKEN = requests.exceptions.ConnectionError
# What the plain client sees of each fault: a status and a piece of the body, or an exception.
SEEN: dict[str, tuple[int, str] | type[Exception]] = {
    "http_500": (500, "internal_error"),
    "something_wrong": (500, "Something is wrong. Please try again later."),
    "error_200": (200, "internal_error"),
    "token_expired": (401, "access_token_invalid"),
    "scope_not_authorized": (401, "scope_not_authorized"),
    "rate_limit": (429, "rate_limit_exceeded"),
    "daily_quota": (429, "daily_quota_limit_exceeded"),
    "stale_search_id": (400, "is invalid or expired"),
    "bad_cursor": (400, "Invalid count or cursor"),
    "http_302": (302, ""),
    "http_500_html": (500, "<html>"),
    "http_502_text": (502, "Bad Gateway"),
    "http_503": (503, "<html>"),
    "http_503_retry_after": (503, "<html>"),
    "http_504_html": (504, "<html>"),
    "html_200": (200, "<html>"),
    "empty_200": (200, ""),
    "broken_json": (200, '{"data":'),
    "empty_page": (200, '"videos":[]'),
    "repeated_page": (200, '"videos":['),
    "stuck_cursor": (200, '"cursor":0,"has_more":true'),
    "missing_cursor": (200, '"has_more":true'),
    "missing_search_id": (200, '"has_more":true'),
    "data_with_500": (500, '"videos":[{'),
    "nul_text": (200, r"\u0000"),
    "lone_surrogate": (200, r"\ud83d"),
    "reset": BROKEN,
    "close": BROKEN,
    "truncated": requests.exceptions.ChunkedEncodingError,
    "hang": BROKEN,
    "trickle": (200, '"videos":[{'),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_strikes_once_and_is_gone(client: Client, name: str) -> None:
    tiktok = client.tiktok
    quick: dict[str, Any] = {"seconds": 0.1} if "seconds" in FAULTS[name].options else {}
    tiktok.fail(name, **quick)
    asked = {"query": JP_US, **NOVEMBER}
    expected = SEEN[name]
    if isinstance(expected, tuple):
        answer = client.post(SEARCH, asked)
        assert answer.status_code == expected[0]
        assert expected[1] in answer.text
        assert tiktok.requests[-1].status == expected[0]
    else:
        with pytest.raises(expected):
            client.post(SEARCH, asked)
    assert tiktok.requests[-1].body == asked
    healthy = client.post(SEARCH, asked)
    assert healthy.status_code == 200
    assert len(healthy.json()["data"]["videos"]) > 10
    assert [request.status for request in tiktok.requests][1:] == [200]


def test_broken_json_and_empty_bodies_are_no_json(client: Client) -> None:
    for name in ("broken_json", "empty_200", "html_200"):
        client.tiktok.fail(name)
        with pytest.raises(requests.exceptions.JSONDecodeError):
            client.search()


def test_a_reset_is_a_reset(client: Client) -> None:
    client.tiktok.fail("reset")
    with pytest.raises(BROKEN, match="reset by peer"):
        client.search()
    assert client.tiktok.requests[-1].status is None


def test_a_client_that_gives_up_ends_the_silence(client: Client) -> None:
    client.tiktok.fail("hang")
    url = f"{client.tiktok.url}/v2/research/{SEARCH}"
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.session.post(url, json={}, headers=client.headers, timeout=0.1)


def test_faults_wait_for_their_request(client: Client) -> None:
    client.search()
    client.tiktok.fail("http_503", on=2, times=2)
    asked = {"query": JP_US, **NOVEMBER}
    statuses = [client.post(SEARCH, asked).status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


def test_faults_wait_for_their_page_and_stay_for_ever(client: Client) -> None:
    client.tiktok.fail("http_500", page=3, times=math.inf, endpoint=SEARCH)
    client.search()
    second = client.search(cursor=100)
    for _ in range(3):
        third = {"query": JP_US, **NOVEMBER, "max_count": 100, "cursor": second["cursor"]}
        assert client.post(SEARCH, third).status_code == 500
    client.search(HASH_RSTATS)


def test_pages_of_time_cursors_are_counted(client: Client) -> None:
    client.tiktok.fail("http_500", page=2)
    first = {"username": "tiktok", "cursor": None}
    cursor = client.data(FOLLOWERS, **first)["cursor"]
    client.data(FOLLOWERS, **first)
    assert client.post(FOLLOWERS, first | {"cursor": cursor}).status_code == 500
    assert client.post(FOLLOWERS, first | {"cursor": cursor}).status_code == 200


def test_faults_can_wait_for_an_endpoint_or_a_body(client: Client) -> None:
    client.tiktok.fail("http_500", endpoint="oauth/token/")
    client.tiktok.fail("rate_limit", where={"username": "jbgruber"}, retry_after=7)
    client.search()
    client.data(USER, username="tiktok")
    limited = client.post(USER, {"username": "jbgruber"})
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert ask_token(client.tiktok).status_code == 500
    assert ask_token(client.tiktok).status_code == 200


def test_unknown_faults_and_options_are_told(tiktok: ResearchApi) -> None:
    with pytest.raises(ValueError, match="http_500"):
        tiktok.fail("http_five_hundred")
    with pytest.raises(TypeError, match="retry_after"):
        tiktok.fail("http_500", retry_after=5)


def test_pages_gone_wrong(client: Client) -> None:
    first, second = client.search(), client.search(cursor=100)
    third = client.search(cursor=200)

    def struck(name: str) -> dict[str, Any]:
        client.tiktok.fail(name)
        return client.search(cursor=200)

    empty = struck("empty_page")
    assert (empty["videos"], empty["cursor"], empty["has_more"]) == ([], 300, True)
    repeated = struck("repeated_page")
    assert (repeated["videos"], repeated["cursor"]) == (second["videos"], 200)
    stuck = struck("stuck_cursor")
    assert (stuck["videos"], stuck["cursor"]) == (third["videos"], 200)
    assert "cursor" not in struck("missing_cursor")
    assert "search_id" not in struck("missing_search_id")
    client.tiktok.fail("repeated_page")
    assert client.search()["videos"] == first["videos"]


def test_empty_pages_for_ever_end_for_those_who_watch_the_cursor(client: Client) -> None:
    client.tiktok.fail("empty_page", page=9, times=math.inf)
    cursors, cursor = [], 0
    while cursor not in cursors:
        cursors.append(cursor)
        cursor = client.search(cursor=cursor)["cursor"]
    assert len(cursors) == 11


def test_a_playlist_may_come_with_500(client: Client, world: World) -> None:
    client.tiktok.fail("data_with_500", endpoint=PLAYLIST, times=math.inf)
    playlist = next(iter(world.playlists))
    for _ in range(2):
        answer = client.post(PLAYLIST, {"playlist_id": playlist})
        assert answer.status_code == 500
        assert answer.json()["data"]["playlist_id"] == playlist
        assert "message" not in answer.json()["error"]


# ------------------------------------------------------------- the program


def test_what_another_process_can_arrange(client: Client) -> None:
    def control(path: str, **body: Any) -> Any:
        return requests.post(f"{client.tiktok.url}/sandbox/{path}", json=body, timeout=5)

    assert control("faults", name="http_500", page=2, times="inf").ok
    assert client.post(SEARCH, {"query": JP_US, **NOVEMBER, "cursor": 20}).status_code == 500
    assert control("faults", name="nonsense").status_code == 400
    assert control("nonsense").status_code == 404
    assert control("clock", now="2024-01-31T12:00:00", advance=60).json() == {
        "now": "2024-01-31T12:01:00+00:00"
    }
    assert control("quota", main=999, follow_limit=5).json()["main"] == 999
    token = control("token", expires_in=60).json()["access_token"]
    client.headers = {"Authorization": f"Bearer {token}"}
    client.data(USER, username="tiktok")
    seen = requests.get(f"{client.tiktok.url}/sandbox/requests", timeout=5).json()
    assert [request["status"] for request in seen] == [500, 200]
    assert seen[0]["path"] == "/v2/research/video/query/"
    assert {*requests.get(f"{client.tiktok.url}/sandbox/faults", timeout=5).json()} == {*FAULTS}
    assert control("reset").ok
    assert client.tiktok.requests == []
    assert client.post(USER, {"username": "tiktok"}).status_code == 401


def test_it_runs_as_a_program() -> None:
    command = [
        *(sys.executable, "-m", "traktok.sandbox", "--port", "0"),
        *("--fault", "http_500@1", "--error-text", "both", "--poison", "someone"),
    ]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(9)]
        try:
            told = dict(re.findall(r"export (\w+)=(\S+)", "".join(lines)))
            url = told["TRAKTOK_BASE_URL"]
            form = {
                "client_key": told["TIKTOK_CLIENT_KEY"],
                "client_secret": told["TIKTOK_CLIENT_SECRET"],
                "grant_type": "client_credentials",
            }
            answer = requests.post(f"{url}/v2/oauth/token/", data=form, timeout=5).json()
            headers = {"Authorization": f"Bearer {answer['access_token']}"}
            user = requests.post(f"{url}/v2/research/{USER}", headers=headers, json={}, timeout=5)
            assert user.status_code == 500
            switches = requests.get(f"{url}/sandbox/switches", timeout=5).json()
            assert switches["error_text"]["value"] == "both"
            page = requests.get(f"{told['TRAKTOK_WWW_URL']}/www.tiktok.com/@tiktok", timeout=5)
            assert "webapp.user-detail" in page.text
            asked = requests.get(f"{url}/sandbox/pages", timeout=5).json()
            assert asked == ["https://www.tiktok.com/@tiktok"]
        finally:
            program.send_signal(signal.SIGTERM)
    assert program.returncode == 0


def test_its_help_names_every_switch_with_its_source() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "traktok.sandbox", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "COLUMNS": "10000"},
    ).stdout
    for name, switch in SWITCHES.items():
        assert f"--{name.replace('_', '-')} " in shown
        assert f"{switch.about} (" in shown
        assert f"{switch.source}, {switch.date}, {switch.confidence})" in shown


# ------------------------------------------------------------- switches


def test_switches_are_set_in_python_by_path_and_set_back(tiktok: ResearchApi) -> None:
    tiktok.switches["task_id"] = "text"
    answer = requests.post(f"{tiktok.url}/sandbox/switches", json={"most_names": "10"}, timeout=5)
    assert (answer.json()["task_id"], tiktok.switches["most_names"]) == ("text", 10)
    for wrong in ({"nonsense": 1}, {"most_names": "many"}, {"task_id": "x"}, {"id_checks": 3}):
        refused = requests.post(f"{tiktok.url}/sandbox/switches", json=wrong, timeout=5)
        assert refused.status_code == 400
        assert next(iter(wrong)) in refused.json()["error"]
    tiktok.reset()
    assert {name: tiktok.switches[name] for name in SWITCHES} == {
        name: switch.default for name, switch in SWITCHES.items()
    }


def test_one_sandbox_has_both_halves() -> None:
    with Sandbox(switches={"most_names": 2}) as whole:
        assert whole.www_url.startswith(whole.base_url)
        assert whole.api.switches is whole.website.switches is whole.switches
        client = Client(whole)
        client.data(USER, username="tiktok")
        whole.fail("http_500")
        assert client.post(USER, {"username": "tiktok"}).status_code == 500
        post = whole.website.search[0]
        whole.arrange(post.id, "gone", times=1)
        page = post.url.replace("https:/", whole.www_url)
        assert [requests.get(page, timeout=5).status_code for _ in range(2)] == [404, 200]
        assert [request.endpoint for request in whole.requests] == [USER, USER]
        whole.reset()
        assert (whole.requests, whole.website.asked, whole.switches["most_names"]) == ([], [], 2)
        client.session.close()


# ------------------------------------------------------------- the evidence of 2026 (spec, 14)


def test_14_1_the_surface_is_that_of_september_2026(client: Client) -> None:
    assert len(VIDEO_FIELDS) == 23
    client.data(SEARCH, query=JP_US, start_date="20231101", end_date="20231201")
    span = {"start_date": "20231101", "end_date": "20231202"}
    assert client.refused(SEARCH, query=JP_US, **span)[0] == 400
    assert (client.tiktok.quota.main_limit, client.tiktok.quota.follow_limit) == (1_000, 20_000)


def listing(*names: str) -> dict[str, Any]:
    return {"query": {"and": [condition("username", "IN", *names)]}, **NOVEMBER}


@pytest.mark.parametrize("group", ["and", "or", "not"])
def test_14_2_an_empty_group_is_a_500(client: Client, group: str) -> None:
    query = {"and": [condition("region_code", "EQ", "DE")]}
    query = query | {group: []} if group != "and" else {"or": query["and"], "and": []}
    assert client.refused(SEARCH, query=query, **NOVEMBER)[:2] == (500, "internal_error")
    client.tiktok.switches["refuse_empty_groups"] = False
    assert client.search(query)["videos"]


def test_14_3_one_name_makes_a_list_fail_until_it_stands_alone(client: Client) -> None:
    names = ["statisticsglobe", "mrpecners", "biofreelancer"]
    client.tiktok.service.poison.add("mrpecners")
    assert client.refused(SEARCH, **listing(*names))[:2] == (500, "internal_error")
    assert client.refused(SEARCH, **listing("mrpecners"))[0] == 500
    assert client.data(SEARCH, **listing(names[0], names[2]))["videos"]
    client.tiktok.service.poison.clear()
    assert client.data(SEARCH, **listing(*names))["videos"]
    client.tiktok.switches["most_names"] = 2
    assert client.refused(SEARCH, **listing(*names))[0] == 500
    assert client.data(SEARCH, **listing(*names[:2]))["videos"]


def test_14_4_a_hundred_ids_are_answered(client: Client, world: World) -> None:
    seen = world.visible(JP_US, "20231101", "20231129")[:100]
    query = {"and": [condition("video_id", "IN", *(str(video.id) for video in seen))]}
    assert {row["id"] for row in client.search(query)["videos"]} == {video.id for video in seen}
    client.tiktok.service.poison.add(seen[50].id)
    assert client.refused(SEARCH, query=query, **NOVEMBER)[0] == 500


@pytest.mark.parametrize(
    ("spelling", "keys"), [("message", {"message"}), ("msg", {"msg"}), ("both", {"message", "msg"})]
)
def test_14_5_an_errors_text_is_its_message_or_its_msg(
    client: Client, spelling: str, keys: set[str]
) -> None:
    client.tiktok.switches["error_text"] = spelling
    error = client.post(USER, {"username": "nobody.of.this.name"}).json()["error"]
    assert set(error) == {"code", "log_id", *keys}
    assert {error[key] for key in keys} == {"nobody.of.this.name is invalid: cannot find the user"}
    client.tiktok.fail("http_500")
    assert set(client.post(USER, {}).json()["error"]) == {"code", "log_id", *keys}


def test_14_6_an_unknown_field_is_refused(client: Client) -> None:
    refused = client.refused(USER, fields="display_name,nonsense", username="tiktok")
    assert refused[:2] == (400, "invalid_params")


def test_14_7_an_empty_result_may_come_without_data(client: Client) -> None:
    nothing = {"query": {"and": [condition("username", "EQ", "nobody")]}, **NOVEMBER}
    assert client.data(SEARCH, **nothing)["videos"] == []
    client.tiktok.switches["ok_without_data"] = True
    answer = client.post(SEARCH, nothing).json()
    assert (set(answer), answer["error"]["code"]) == ({"error"}, "ok")
    assert client.search()["videos"]


def test_14_8_follower_lists_may_be_refused_to_a_client(client: Client) -> None:
    client.data(FOLLOWERS, username="tiktok")
    client.tiktok.switches["followers_refused"] = True
    for endpoint in (FOLLOWERS, FOLLOWING):
        refused = client.refused(endpoint, username="tiktok")
        assert refused[:2] == (401, "scope_not_authorized")
    client.data(USER, username="tiktok")


def test_14_9_some_comments_are_not_disclosed(client: Client, world: World) -> None:
    number = next(iter(world.undisclosed))
    said = "The comments of this video are not allowed to be disclosed"
    assert client.refused(COMMENTS, video_id=number) == (400, "invalid_params", said)
    client.tiktok.switches["comments_withheld"] = 403
    assert client.refused(COMMENTS, video_id=number)[0] == 403
    client.tiktok.switches["comments_withheld"] = 0
    client.data(COMMENTS, video_id=number)


def test_14_10_comments_end_at_a_thousand(client: Client, world: World) -> None:
    number = next(id for id, comments in world.comments.items() if len(comments) > 1_000)
    client.tiktok.switches["comments_end"] = 1_000
    last = client.data(COMMENTS, video_id=number, cursor=900, max_count=100)
    assert (last["cursor"], last["has_more"]) == (1_000, True)
    refused = client.refused(COMMENTS, video_id=number, cursor=1_000, max_count=100)
    assert refused == (400, "invalid_params", "Invalid count or cursor")
    client.tiktok.switches["comments_end"] = 0
    rest = client.data(COMMENTS, video_id=number, cursor=1_200, max_count=100)
    assert (rest["cursor"], rest["has_more"]) == (1_300, False)


def ask_check(client: Client, ids: str) -> requests.Response:
    return client.session.post(
        f"{client.tiktok.url}/v2/research/validation_task/create/",
        data={"category": "video"},
        files={"file_data": ("ids.txt", ids)},
        headers=client.headers,
        timeout=5,
    )


def test_14_12_the_id_of_a_check_is_a_number_of_20_digits(client: Client) -> None:
    status = "validation_task_status/get/"
    task_id = ask_check(client, "1\n2\n").json()["data"]["task_id"]
    assert isinstance(task_id, int)
    assert len(str(task_id)) == 20
    for spelled in (task_id, str(task_id)):
        assert "task_status" in client.data(status, "", task_id=spelled)
    client.tiktok.switches["task_id_taken"] = "text"
    assert client.refused(status, "", task_id=task_id)[0] == 400
    client.data(status, "", task_id=str(task_id))
    client.tiktok.switches["task_id_taken"] = "number"
    assert client.refused(status, "", task_id=str(task_id))[0] == 400
    client.tiktok.switches["task_id"] = "text"
    assert isinstance(ask_check(client, "1\n").json()["data"]["task_id"], str)
    client.tiktok.service.poison.add(2)
    assert ask_check(client, "1\n2\n").status_code == 500
    client.tiktok.switches["id_checks"] = False
    assert ask_check(client, "1\n").status_code == 401


def test_14_13_keyword_eq_may_find_nothing(client: Client) -> None:
    query = {"and": [condition("keyword", "EQ", "#rstats")]}
    assert client.search(query)["videos"]
    client.tiktok.switches["keyword_eq_finds"] = False
    assert client.search(query)["videos"] == []
    assert client.search(HASH_RSTATS)["videos"]


def test_14_14_ids_begin_1_to_70_seconds_before_their_time(world: World) -> None:
    made = {video.id for video in world.videos} - {film.id for film in FILMS}
    leads = {v.create_time - (v.id >> 32) for v in world.videos if v.id in made}
    leads |= {c.create_time - (c.id >> 32) for found in world.comments.values() for c in found}
    assert min(leads) >= 1
    assert max(leads) <= 70


def test_14_15_an_empty_bio_is_an_empty_text(client: Client, world: World) -> None:
    name = next(u.username for u in world.users.values() if not (u.bio_description or u.hidden))
    assert client.data(USER, username=name)["bio_description"] == ""
    assert "bio_description" not in client.data(USER, "display_name", username=name)
    client.tiktok.switches["empty_bio"] = "left_out"
    assert "bio_description" not in client.data(USER, username=name)


def test_14_17_some_posts_cannot_be_had(world: World) -> None:
    hidden = sum(video.hidden for video in world.videos) / len(world.videos)
    assert 0.05 < hidden < 0.3


def test_reposts_are_under_one_of_two_keys(client: Client, world: World) -> None:
    name = next(n for n, v in world.reposted.items() if v and not world.users[n].hidden)
    assert "reposted_videos" in client.data(REPOSTED, username=name)
    client.tiktok.switches["reposted_key"] = "user_reposted_videos"
    assert "user_reposted_videos" in client.data(REPOSTED, username=name)
    client.tiktok.fail("nul_text")
    assert "user_reposted_videos" in client.data(REPOSTED, username=name)


def test_whether_refusals_count_is_a_guess(client: Client) -> None:
    client.refused(USER, username="nobody.of.this.name")
    assert client.tiktok.quota.main == 1
    client.tiktok.switches["refusals_count"] = False
    client.refused(USER, username="nobody.of.this.name")
    assert client.tiktok.quota.main == 1


def test_how_long_a_search_id_lives_is_a_guess(client: Client) -> None:
    client.tiktok.clock.set(datetime(2024, 1, 1, tzinfo=UTC))
    client.headers = {"Authorization": f"Bearer {client.tiktok.token(10 * 86_400)}"}
    first = client.search()
    on = {"cursor": first["cursor"], "search_id": first["search_id"]}
    client.tiktok.switches["search_id_days"] = 1
    client.tiktok.clock.advance(days=2)
    assert client.refused(SEARCH, query=JP_US, **NOVEMBER, **on)[0] == 400
    client.tiktok.switches["search_id_days"] = 3
    assert client.search(**on)["videos"]


def test_gone_and_poison_are_arranged_by_path(client: Client) -> None:
    def control(path: str, *ids: str) -> Any:
        url = f"{client.tiktok.url}/sandbox/{path}"
        return requests.post(url, json={"ids": ids}, timeout=5).json()["ids"]

    assert control("gone", "statisticsglobe") == ["statisticsglobe"]
    assert client.refused(USER, username="statisticsglobe")[0] == 400
    assert control("poison", "7306893853297052961") == ["7306893853297052961"]
    query = {"and": [condition("video_id", "EQ", "7306893853297052961")]}
    assert client.refused(SEARCH, query=query, **NOVEMBER)[0] == 500


# ------------------------------------------------------------- the web of 2026 (spec/hidden_api.md)

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1"
BROWSER = {"Sec-Fetch-Mode": "navigate"}
VIDEO, PHOTO = Website.search[0], Website.search[9]


@pytest.fixture(scope="module")
def site() -> Iterator[Website]:
    with Website() as website:
        yield website


@pytest.fixture
def www(site: Website) -> Website:
    site.reset()
    return site


def visit(www: Website, url: str, **headers: str) -> requests.Response:
    """Request an address of TikTok's as a client that follows nothing."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    moved = f"{www.base}/{url.removeprefix('https://')}"
    return requests.get(moved, headers=named, timeout=5, allow_redirects=False)


def scope_of(response: requests.Response) -> dict[str, Any]:
    found = re.search(r"UNIVERSAL[^>]*>(.*?)</script>", response.text)
    assert found is not None
    scope: dict[str, Any] = json.loads(found[1])["__DEFAULT_SCOPE__"]
    return scope


def item_in(response: requests.Response, place: str = "webapp.video-detail") -> dict[str, Any]:
    item: dict[str, Any] = scope_of(response)[place]["itemInfo"]["itemStruct"]
    return item


def test_a_desktops_page_of_a_photo_post_has_no_item(www: Website) -> None:
    www.switches["photo_page"] = "without_item"
    leading = visit(www, PHOTO.url.replace("/photo/", "/video/"))
    assert (leading.status_code, leading.headers["Location"]) == (302, PHOTO.url)
    page = visit(www, PHOTO.url)
    assert "webapp.video-detail" not in scope_of(page)
    (fetched,) = re.findall(r'fetch\("(/api/item/detail/[^"]+)"\)', page.text)
    answer = visit(www, f"https://www.tiktok.com{fetched}").json()
    assert answer == {"itemInfo": {"itemStruct": PHOTO.item()}, "statusCode": 0, "statusMsg": ""}
    www.switches["photo_page"] = "with_item"
    assert item_in(visit(www, PHOTO.url)) == PHOTO.item()


@pytest.mark.parametrize("post", [VIDEO, PHOTO], ids=["video", "photo"])
def test_a_phones_page_has_every_item_in_another_place(www: Website, post: Any) -> None:
    page = visit(www, post.url, User_Agent=PHONE)
    assert item_in(page, "webapp.reflow.video.detail") == post.item()
    assert "webapp.video-detail" not in page.text
    www.arrange(post.id, "deleted", times=1)
    refused = scope_of(visit(www, post.url, User_Agent=PHONE))["webapp.reflow.video.detail"]
    assert refused == {"statusCode": 10204, "statusMsg": "status_deleted"}
    www.switches["phone_page"] = False
    www.switches["photo_page"] = "with_item"
    assert item_in(visit(www, post.url, User_Agent=PHONE)) == post.item()


DETAIL = f"https://www.tiktok.com/api/item/detail/?itemId={PHOTO.id}"


DETAIL_ANSWERS = {
    "detail_empty": (200, ""),
    "detail_not_found": (200, '"statusMsg":"item doesn\'t exist"'),
    "detail_unreadable": (200, "<html>"),
    "detail_forbidden": (403, '"statusCode":10000'),
    "detail_forbidden_with_item": (403, PHOTO.id),
    "detail_other_post": (200, "7560000000000009999"),
    "detail_author_up": (200, "../../evil"),
    "detail_video": (200, "downloadAddr"),
    "detail_no_music": (200, '"music":{}'),
    "detail_no_pictures": (200, '"images":[]'),
}


@pytest.mark.parametrize("condition", sorted(DETAIL_CONDITIONS.keys() - {"detail_fine"}))
def test_what_a_pages_script_is_answered(www: Website, condition: str) -> None:
    status, said = DETAIL_ANSWERS[condition]
    www.arrange(PHOTO.id, condition, times=1)
    answer = visit(www, DETAIL)
    assert answer.status_code == status
    assert said in answer.text
    assert bool(answer.text) == (condition != "detail_empty")
    assert visit(www, DETAIL).json()["itemInfo"]["itemStruct"] == PHOTO.item()


def test_a_page_may_show_its_pictures_alone(www: Website) -> None:
    www.arrange(PHOTO.id, "pictures_alone")
    page = visit(www, PHOTO.url)
    shown = re.findall(r'class="swiper-slide"><img src="([^"]+)"', page.text)
    assert list(dict.fromkeys(shown)) == PHOTO.media
    assert "/api/item/detail/" not in page.text


def test_a_download_link_is_dead_while_the_player_works(www: Website) -> None:
    cookie = {"Cookie": f"msToken=of-{VIDEO.id}"}
    dead = next(post for post in www.search if post.has_dead_download)
    links = {"none": (200, 200), "many": (200, 403), "all": (403, 403)}
    for value, expected in links.items():
        www.switches["download_links_dead"] = value
        for post, status in zip((VIDEO, dead), expected, strict=True):
            cookie = {"Cookie": f"msToken=of-{post.id}"}
            assert visit(www, post.item()["video"]["downloadAddr"], **cookie).status_code == status
            assert visit(www, post.item()["video"]["playAddr"], **cookie).status_code == 200
            variants = {v["CodecType"]: v for v in post.item()["video"]["bitrateInfo"]}
            assert set(variants) == {"h264", "h265_hvc1"}
            (link,) = variants["h264"]["PlayAddr"]["UrlList"]
            assert visit(www, link, **cookie).status_code == 200
    assert visit(www, VIDEO.download_link).status_code == 403  # without the page's cookies


def test_some_pages_have_links_to_variants_alone(www: Website) -> None:
    www.arrange(VIDEO.id, "variants_alone")
    video = item_in(visit(www, VIDEO.url))["video"]
    assert not {"downloadAddr", "playAddr"} & set(video)
    assert video["bitrateInfo"]


def test_some_photo_posts_fill_the_link_to_play_with_the_tune() -> None:
    tunes = {post.item()["video"]["playAddr"] for post in Website.search if post.is_photo}
    assert "" in tunes
    assert any("/music/" in tune for tune in tunes)
    assert all(post.item()["imagePost"]["images"] for post in Website.search if post.is_photo)


def test_age_gates_have_an_item_without_content(www: Website) -> None:
    www.arrange(VIDEO.id, "age_gate", times=1)
    assert item_in(visit(www, VIDEO.url)) == {"id": VIDEO.id, "isContentClassified": True}
    www.arrange(VIDEO.id, "fuller_age_gate", times=1)
    fuller = item_in(visit(www, VIDEO.url))
    assert (fuller["createTime"], fuller["stats"]["playCount"]) == ("0", 0)


def test_a_stub_has_about_1400_bytes_and_no_mark(www: Website) -> None:
    www.arrange(VIDEO.id, "stub")
    text = visit(www, VIDEO.url).text
    assert 1_200 < len(text) < 1_600
    assert not re.search(r"wait|captcha|log ?in|waf|json", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("condition", "mark"),
    [
        ("please_wait", "Please wait..."),
        ("login_wall", "https://www.tiktok.com/login?redirect_url="),
        ("not_found_10202", '"statusCode": 10202'),
        ("not_found_10203", '"statusCode": 10203'),
        ("private_10216", '"statusCode": 10216'),
        ("not_found_100002", '"statusCode": 100002'),
        ("not_found_100004", '"statusCode": 100004'),
    ],
)
def test_walls_and_refusals_without_words(www: Website, condition: str, mark: str) -> None:
    www.arrange(VIDEO.id, condition)
    page = visit(www, VIDEO.url)
    assert mark in page.text + page.headers.get("Location", "")
    assert '"statusMsg": "s' not in page.text


def test_lists_want_a_signature(www: Website) -> None:
    url = "https://www.tiktok.com/api/user/list/?count=30&minCursor=0&scene=67&secUid=x"
    cookies = {"Cookie": "tt_chain_token=x"}
    www.switches["list_signature"] = True
    unsigned = visit(www, url, **cookies)
    assert (unsigned.status_code, unsigned.text) == (200, "")
    www.switches["list_signature"] = False
    assert len(visit(www, url, **cookies).json()["userList"]) == 30


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        (f"https://www.tiktok.com/@/video/{VIDEO.id}", "item"),
        (f"https://www.tiktok.com/@creator_1/video/{VIDEO.id}", "item"),
        (f"https://www.tiktok.com/v/{VIDEO.id}.html", "stub"),
        (f"https://m.tiktok.com/v/{VIDEO.id}.html", "stub"),
        (f"https://www.tiktok.com/share/video/{VIDEO.id}/", "stub"),
        (f"https://www.tiktokv.com/share/video/{VIDEO.id}/", "stub"),
        (f"https://m.tiktokv.com/share/video/{VIDEO.id}/", "stub"),
        (f"https://www.tiktok.com/embed/{VIDEO.id}", "player"),
        (f"https://www.tiktok.com/embed/v2/{VIDEO.id}", "player"),
        (f"https://www.tiktok.com/player/v1/{VIDEO.id}", "player"),
        (f"https://vm.tiktok.com/Z{VIDEO.id}/", "post"),
        (f"https://vt.tiktok.com/Z{VIDEO.id}/", "post"),
        (f"https://www.tiktok.com/t/Z{VIDEO.id}/", "post"),
    ],
)
def test_every_address_that_tiktok_writes_is_known(www: Website, url: str, leads_to: str) -> None:
    page = visit(www, url)
    shown = {
        "item": "webapp.video-detail" in page.text,
        "stub": "var a=0;" in page.text,
        "player": "<video>" in page.text,
        "post": page.headers.get("Location", "") == f"{VIDEO.url}?_r=1",
    }
    assert [name for name, is_shown in shown.items() if is_shown] == [leads_to]
    www.switches["share_links"] = "page"
    if leads_to == "stub":
        assert visit(www, url).headers["Location"] == VIDEO.url


def test_transcripts_are_tracks_in_webvtt(www: Website) -> None:
    tracked = [post for post in www.search if post.languages]
    videos = [post for post in www.search if not post.is_photo]
    assert 0.3 < len(tracked) / len(videos) < 0.42
    tracks = tracked[0].item()["video"]["subtitleInfos"]
    assert {track["Source"] for post in tracked[:2] for track in _tracks(post)} == {"ASR", "MT"}
    for track in tracks:
        assert track["Format"] == "webvtt"
        answer = visit(www, track["Url"])
        assert answer.text.startswith("WEBVTT\n\n00:00:00.000 --> ")
        assert track["LanguageCodeName"] in answer.text
    assert visit(www, tracked[0].transcript_link("xx")).status_code == 404


def _tracks(post: Any) -> list[dict[str, str]]:
    tracks: list[dict[str, str]] = post.item()["video"]["subtitleInfos"]
    return tracks


def test_music_and_single_files(www: Website) -> None:
    assert visit(www, PHOTO.music_link).content.startswith(b"ID3")
    www.arrange(PHOTO.id, "media_gone", file=2)
    assert [visit(www, link).status_code for link in PHOTO.media] == [200, 404, 200]
    www.arrange(PHOTO.id, "media_gone", file="music")
    assert visit(www, PHOTO.music_link).status_code == 404


def test_a_transfer_that_breaks_is_continued(www: Website) -> None:
    www.arrange(VIDEO.id, "media_breaking")
    whole, requests_sent, tag = b"", 0, None
    while len(whole) < 5 * 2**20:
        ranged = {"Range": f"bytes={len(whole)}-", "If-Range": tag} if tag else {}
        with requests.get(
            f"{www.base}/{VIDEO.play_link.removeprefix('https://')}",
            headers=ranged,
            timeout=5,
            stream=True,
        ) as answer:
            assert answer.status_code == (206 if ranged else 200)
            tag = answer.headers["ETag"]
            pieces: list[bytes] = []
            try:
                pieces.extend(answer.iter_content(65_536))
            except requests.RequestException:
                assert len(whole) < 4 * 2**20
            whole += b"".join(pieces)
        requests_sent += 1
    assert requests_sent <= 6
    assert whole == five_megabytes()
    cookie = {"Cookie": f"msToken=of-{VIDEO.id}", "Range": "bytes=100-"}
    www.reset()
    part = visit(www, VIDEO.play_link, **cookie)
    again = visit(www, VIDEO.play_link, **cookie, If_Range='"other"')
    assert (part.status_code, again.status_code) == (206, 200)
    assert again.content[100:] == part.content


def test_a_browser_that_comes_directly_is_never_led_to_tiktok(www: Website) -> None:
    short = visit(www, VIDEO.short_link, **BROWSER)
    assert short.headers["Location"].startswith(f"{www.url}/www.tiktok.com/@creator_1/video/")
    assert item_in(requests.get(short.headers["Location"], timeout=5)) == VIDEO.item()
    www.arrange(VIDEO.id, "login_wall", times=1)
    wall = visit(www, VIDEO.url, **BROWSER)
    assert wall.headers["Location"] == f"{www.url}/www.tiktok.com/login?redirect_url=x"
    www.arrange(VIDEO.id, "leads_away")
    assert "Location" not in visit(www, VIDEO.url, **BROWSER).headers
    assert visit(www, VIDEO.url).headers["Location"].startswith("https://tiktok.com.evil.example/")
    # A path without a host is one of www.tiktok.com, so relative links stay here.
    posts = requests.get(f"{www.url}/api/www/posts?from=search&offset=0&solved=x", timeout=5)
    links = posts.json()["posts"]
    assert links[0] == f"/@creator_1/video/{VIDEO.id}"
    assert item_in(requests.get(f"{www.url}{links[1]}", timeout=5)) == Website.search[1].item()


@pytest.mark.parametrize("name", list(SCROLL_CONDITIONS))
@pytest.mark.parametrize("path", ["search?q=x", "@tiktok"])
def test_how_a_search_ends_is_arranged(www: Website, name: str, path: str) -> None:
    plain = visit(www, f"https://www.tiktok.com/{path}").text
    arranged = requests.post(f"{www.url}/sandbox/scroll", json={"name": name}, timeout=5)
    assert arranged.json() == {"scrolled": name}
    changed = visit(www, f"https://www.tiktok.com/{path}")
    assert changed.text != plain
    wrong = requests.post(f"{www.url}/sandbox/scroll", json={"name": "nonsense"}, timeout=5)
    assert wrong.status_code == 400
    assert www.scroll_condition == name


def test_another_process_arranges_profiles_and_captchas(www: Website) -> None:
    def control(path: str, **body: Any) -> Any:
        return requests.post(f"{www.url}/sandbox/{path}", json=body, timeout=5)

    assert control("profiles", name="captcha").ok
    assert "captcha-verify" in requests.get(f"{www.url}/@tiktok", timeout=5).text
    assert control("profiles", name="nonsense").status_code == 400
    assert control("profiles", name=None).ok
    assert "captcha-verify-container" not in requests.get(f"{www.url}/@tiktok", timeout=5).text
    assert control("captcha", after=60, person=300).ok
    asked = {"from": "search", "offset": 60, "solved": "false"}
    answer = requests.get(f"{www.url}/api/www/posts", params=asked, timeout=5).json()
    assert answer == {"captcha": True, "person": 300}
    assert control("captcha").ok
    assert requests.get(f"{www.url}/api/www/posts", params=asked, timeout=5).json()["posts"]


def test_conditions_are_arranged_by_path(www: Website) -> None:
    asked = {"id": VIDEO.id, "name": "deleted", "times": 1}
    assert requests.post(f"{www.url}/sandbox/conditions", json=asked, timeout=5).ok
    pages = [visit(www, VIDEO.url).text for _ in range(2)]
    assert ["status_deleted" in text for text in pages] == [True, False]
    known = requests.get(f"{www.url}/sandbox/conditions", timeout=5).json()
    assert set(known["detail"]) == set(DETAIL_CONDITIONS)
    asked["name"] = "nonsense"
    assert requests.post(f"{www.url}/sandbox/conditions", json=asked, timeout=5).status_code == 400


@pytest.mark.browser
def test_a_real_browser_stays_on_this_machine() -> None:
    from playwright.sync_api import sync_playwright

    with (
        Sandbox() as whole,
        sync_playwright() as playwright,
        contextlib.closing(
            playwright.chromium.launch(executable_path=browser(), chromium_sandbox=False)
        ) as chromium,
    ):
        whole.arrange(VIDEO.id, "login_wall")
        tab = chromium.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(whole.url)
        tab.wait_for_selector("h1")
        for path in ("vm.tiktok.com/Z7200000000000000001/", VIDEO.url.removeprefix("https://")):
            tab.goto(f"{whole.www_url}/{path}")
        assert urlsplit(tab.url).path == "/www/www.tiktok.com/login"
        tab.goto(f"{whole.www_url}/www.tiktok.com/search?q=x")
        tab.wait_for_selector("#grid a", state="attached")
        tab.eval_on_selector('#grid a[href$="0001"]', "link => link.click()")
        tab.wait_for_url("**/@creator_2/video/*")
        with tab.expect_response("**/api/item/detail/*") as fetched:
            tab.goto(f"{whole.www_url}/{PHOTO.url.removeprefix('https://')}")
        assert fetched.value.json()["itemInfo"]["itemStruct"]["id"] == PHOTO.id
        whole.requests.clear()
        Client(whole).data(USER, username="tiktok")
        tab.goto(whole.url)
        tab.wait_for_selector("text=/v2/research/user/info/")
        assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}
