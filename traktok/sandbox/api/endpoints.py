"""The research endpoints as a table: what each accepts, what it lists, how its cursor advances."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .asked import Asked
from .clock import FOLLOW, MAIN
from .faults import SERVER_ERROR
from .issued import Checks
from .paging import INDEX, LARGEST_PAGE, MILLISECONDS, SECONDS, ByIndex, ByTime, Page
from .parsing import NEW_SPELLING, OLD_SPELLING, OUT_OF_RANGE, Data, Search, integer
from .query import Query
from .records import (
    COMMENT_FIELDS,
    LISTED_VIDEO_FIELDS,
    PLAYLIST_FIELDS,
    USER_FIELDS,
    VIDEO_FIELDS,
    Playlist,
    Status,
    User,
    Video,
)
from .wire import RefusedError

ARCHIVE_LAG = 48 * 3_600  # seconds; a search does not find newer videos
FOLLOW_LISTS = frozenset({"followers", "following"})
NOT_AUTHORIZED = "The user did not authorize the scope required for completing this request."
# tiktok-library#104 has these words, and no status.
UNDISCLOSED = "The comments of this video are not allowed to be disclosed"

# ------------------------------------------------------------- the list of a request


def account(asked: Asked) -> User:
    """Return the user of a request; refuse a user whom TikTok does not disclose."""
    name = asked.body.get("username")
    if not isinstance(name, str) or not name:
        raise RefusedError("username is required")
    user = asked.world.users.get(name.casefold())
    if user is None or user.status is Status.DELETED or user.username in asked.gone:
        raise RefusedError(f"{name} is invalid: cannot find the user")
    if user.status is Status.PRIVATE:
        raise RefusedError(f"{name} is private")
    if user.status is Status.WITHHELD:
        raise RefusedError("API cannot return this user's information")
    return user


def _list_of_user(name: str) -> Callable[[Asked], Sequence[Any]]:
    """Return a function that looks up a user's list called `name`, if its owner shows it."""

    def places(asked: Asked) -> Sequence[Any]:
        if name in FOLLOW_LISTS and asked.switches["followers_refused"]:
            raise RefusedError(NOT_AUTHORIZED, 401, "scope_not_authorized")
        user = account(asked)
        if name not in user.shows:
            raise RefusedError(f"This user's information cannot be returned: {name}", status=403)
        lists: Mapping[str, Sequence[Any]] = getattr(asked.world, name)
        return lists.get(user.username, ())

    return places


def _comments(asked: Asked) -> Sequence[Any]:
    video, comment = (integer(asked.body, name) for name in ("video_id", "comment_id"))
    if (video is None) == (comment is None):
        raise RefusedError("either video_id or comment_id is required")
    if comment is not None:
        return asked.world.replies.get(comment, ())
    if video in asked.world.undisclosed and (status := asked.switches.number("comments_withheld")):
        raise RefusedError(UNDISCLOSED, status)
    return asked.world.comments.get(video or 0, ())


def _playlist(asked: Asked) -> Playlist:
    playlist = asked.world.playlists.get(integer(asked.body, "playlist_id") or 0)
    if playlist is None:
        raise RefusedError("playlist_id is invalid: cannot find the playlist")
    return playlist


def _matching(asked: Asked) -> Sequence[Video]:
    search = Search.read(asked.body)
    if search.query.uses("keyword", "EQ") and not asked.switches["keyword_eq_finds"]:
        return []
    known = asked.now.timestamp() - ARCHIVE_LAG
    found = asked.world.search(search.query, search.start, search.end)
    return [video for video in found if video.create_time <= known]


# ------------------------------------------------------------- an item as a row


def _requested_fields(asked: Asked, place: Any) -> Data:
    return asked.row(place.record)


def _whole_record(_: Asked, place: Any) -> Any:
    return place.record


def _id(_: Asked, place: Any) -> int:
    return int(place.id)


# ------------------------------------------------------------- the answers


@dataclass(frozen=True)
class Endpoint:
    """One endpoint. Without `key` its data is one object; without `cursors` it has one page."""

    about: str
    answer: Callable[[Endpoint, Asked], Data]
    fields: tuple[str, ...] = ()
    fields_required: bool = True
    key: str = ""
    places: Callable[[Asked], Sequence[Any]] = lambda _: ()
    cursors: ByIndex | ByTime | None = None
    usual_count: int = 20
    row: Callable[[Asked, Any], Any] = _requested_fields
    """How an item of the list becomes a row."""
    pool: str = MAIN
    message: str = "ok"
    """The error message of a success; searches and comments leave it empty."""
    drops_empty: bool = False
    """Whether an empty list is left out of the answer."""
    plain: bool = False
    """Whether the answer is plain text, from the key "text" of its data."""
    ends_early: bool = False
    """Whether only the first items are listed (the switch `comments_end`)."""

    def count(self, body: Data) -> int:
        """Return how many items a request asks for."""
        count = integer(body, "max_count", OUT_OF_RANGE)
        return self.usual_count if count is None else count

    def cursor(self, body: Data) -> int:
        """Return the cursor of a request."""
        return integer(body, "cursor", OUT_OF_RANGE) or 0

    def page(self, asked: Asked) -> Page:
        """Return the part of the list that a request asks for."""
        places = self.places(asked)
        if self.cursors is None:
            return Page(places, 0, False)
        count, cursor = self.count(asked.body), self.cursor(asked.body)
        end = asked.switches.number("comments_end") if self.ends_early else 0
        if not (1 <= count <= LARGEST_PAGE and cursor >= 0) or (end and cursor + count > end):
            raise RefusedError(OUT_OF_RANGE)
        return self.cursors.page(places, cursor, count, asked.now)

    def listed(self, asked: Asked, page: Page, shown: Sequence[Any]) -> Data:
        """Return items as rows, with the cursor of the next page."""
        rows = [self.row(asked, place) for place in shown]
        found = {} if self.drops_empty and not rows else {self.key: rows}
        if self.cursors is None:
            return found
        return {**found, "cursor": page.cursor, "has_more": page.has_more}

    @property
    def counts_places(self) -> bool:
        """Return whether the cursor counts items."""
        return isinstance(self.cursors, ByIndex)

    def check_fields(self, asked: Asked) -> None:
        """Refuse a request whose fields are missing or unknown."""
        if not self.fields:
            return
        if self.fields_required and not asked.wanted:
            raise RefusedError("fields is required")
        known = {*self.fields}
        if asked.switches["old_spelling"] and NEW_SPELLING in known:
            known.add(OLD_SPELLING)
        if unknown := sorted(asked.wanted - known):
            raise RefusedError(f"Invalid fields: {', '.join(unknown)}")


def _visible(asked: Asked, places: Sequence[Any]) -> list[Any]:
    """Return the items that are not hidden. The cursor counts all, so pages may be short."""
    seen = [place for place in places if not place.hidden]
    return [place for place in seen if getattr(place, "id", None) not in asked.gone]


def _list(endpoint: Endpoint, asked: Asked) -> Data:
    page = endpoint.page(asked)
    return endpoint.listed(asked, page, _visible(asked, page.places))


def _user(_: Endpoint, asked: Asked) -> Data:
    record = account(asked).record
    if asked.switches["empty_bio"] == "sent":
        record = {**record, "bio_description": record.get("bio_description", "")}
    return asked.row(record)


def _playlist_videos(endpoint: Endpoint, asked: Asked) -> Data:
    """Return all fields whatever `fields` requests, as the documented sample does."""
    return _playlist(asked).record | _list(endpoint, asked)


def _search(endpoint: Endpoint, asked: Asked) -> Data:
    search = Search.read(asked.body)
    _check_groups(asked)
    _check_names(asked, search.query)
    if given := asked.body.get("search_id"):
        asked.search_ids.check(given, search)
    page = endpoint.page(asked)
    videos = _visible(asked, page.places)
    if search.is_random:
        everything = _visible(asked, endpoint.places(asked))
        videos = asked.random.sample(everything, min(endpoint.count(asked.body), len(everything)))
    data = endpoint.listed(asked, page, videos)
    if page.cursor == 0:  # nothing matches: there is no next page, so there is no id
        return data
    return data | {"search_id": asked.search_ids.issue(search, endpoint.cursor(asked.body))}


def _check_groups(asked: Asked) -> None:
    groups = asked.body["query"].values()
    if asked.switches["refuse_empty_groups"] and any(group == [] for group in groups):
        raise RefusedError(SERVER_ERROR, 500, "internal_error")


def _check_names(asked: Asked, query: Query) -> None:
    """Refuse the request if it lists a name or id that TikTok cannot answer."""
    names, ids = query.values("username"), query.values("video_id")
    most = asked.switches.number("most_names")
    if {*names, *ids} & asked.poison or (most and len(names) > most):
        raise RefusedError(SERVER_ERROR, 500, "internal_error")


# ------------------------------------------------------------- which ids are still public

LARGEST_FILE = 10_000


def _require_checks(asked: Asked) -> Checks:
    if not asked.switches["id_checks"]:
        message = "The client is not authorized to use this endpoint."
        raise RefusedError(message, 401, "scope_not_authorized")
    return asked.checks


def _create_check(_: Endpoint, asked: Asked) -> Data:
    checks, category = _require_checks(asked), asked.body.get("category")
    words = str(asked.body.get("file_data", "")).split()
    if category not in ("video", "comment"):
        raise RefusedError("category must be video or comment")
    if not 1 <= len(words) <= LARGEST_FILE or not all(map(str.isdigit, words)):
        raise RefusedError("Invalid file", code="invalid_file_upload")
    ids = [*map(int, words)]
    if asked.poison.intersection(ids):
        raise RefusedError(SERVER_ERROR, 500, "internal_error")
    task_id = checks.create(category, ids)
    return {"task_id": task_id if asked.switches["task_id"] == "number" else str(task_id)}


def _task_id(asked: Asked) -> int:
    given = asked.body.get("task_id")
    kind = "text" if isinstance(given, str) else "number"
    if asked.switches["task_id_taken"] not in ("any", kind):
        raise RefusedError("task_id is invalid")
    return integer(asked.body, "task_id") or 0


def _check_status(_: Endpoint, asked: Asked) -> Data:
    return {"task_status": _require_checks(asked).status(_task_id(asked))}


def _checked_ids(_: Endpoint, asked: Asked) -> Data:
    category, ids = _require_checks(asked).valid(_task_id(asked))
    world = asked.world
    things = world.videos_by_id if category == "video" else world.comments_by_id
    valid = [number for number in ids if number in things and _visible(asked, [things[number]])]
    return {"text": "".join(f"{number}\n" for number in valid)}


REPOSTED = Endpoint(
    "videos an account reposted",
    _list,
    fields=LISTED_VIDEO_FIELDS,
    key="reposted_videos",
    places=_list_of_user("reposted"),
    cursors=INDEX,
)
ENDPOINTS: Mapping[str, Endpoint] = {
    "video/query/": Endpoint(
        "videos that match a query",
        _search,
        fields=VIDEO_FIELDS,
        key="videos",
        places=_matching,
        cursors=INDEX,
        message="",
    ),
    "video/comment/list/": Endpoint(
        "comments on a video, or replies to a comment",
        _list,
        fields=COMMENT_FIELDS,
        key="comments",
        places=_comments,
        cursors=INDEX,
        ends_early=True,
        usual_count=10,
        message="",
    ),
    "user/info/": Endpoint("an account", _user, fields=USER_FIELDS),
    "user/liked_videos/": Endpoint(
        "videos an account liked",
        _list,
        fields=LISTED_VIDEO_FIELDS,
        key="user_liked_videos",
        places=_list_of_user("liked"),
        cursors=MILLISECONDS,
    ),
    "user/pinned_videos/": Endpoint(
        "videos an account pinned",
        _list,
        fields=LISTED_VIDEO_FIELDS,
        key="pinned_videos_list",
        places=_list_of_user("pinned"),
    ),
    "user/reposted_videos/": REPOSTED,
    "user/followers/": Endpoint(
        "who follows an account",
        _list,
        row=_whole_record,
        key="user_followers",
        places=_list_of_user("followers"),
        cursors=SECONDS,
        pool=FOLLOW,
        drops_empty=True,
    ),
    "user/following/": Endpoint(
        "whom an account follows",
        _list,
        row=_whole_record,
        key="user_following",
        places=_list_of_user("following"),
        cursors=SECONDS,
        pool=FOLLOW,
        drops_empty=True,
    ),
    "playlist/info/": Endpoint(
        "a playlist and its videos",
        _playlist_videos,
        fields=PLAYLIST_FIELDS,
        fields_required=False,
        row=_id,
        key="playlist_video_ids",
        places=lambda asked: _playlist(asked).videos,
        cursors=INDEX,
    ),
    "validation_task/create/": Endpoint("a file of ids to check", _create_check),
    "validation_task_status/get/": Endpoint("the status of a check", _check_status),
    "validation_task/download/": Endpoint("the ids still public", _checked_ids, plain=True),
}
