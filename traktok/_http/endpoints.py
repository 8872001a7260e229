"""What TikTok's Research API offers, as facts: one row an endpoint.

The pages of TikTok's documentation are named at each row. ``fields`` are those that R traktok asks
for under ``"all"``; ``documented`` are all that TikTok documents today.
"""

from __future__ import annotations

from dataclasses import dataclass

from traktok._tables.builder import Column, Schema
from traktok._tables.columns import Texts, Times

BASE_URL = "https://open.tiktokapis.com"

# Requests a day, from 00:00 UTC; lists of followers and followed have a quota of their own.
MAIN_POOL, FOLLOW_POOL = "main", "follow"
DAILY_REQUESTS = {MAIN_POOL: 1_000, FOLLOW_POOL: 20_000}

VIDEO_FIELDS = (
    "id",
    "video_description",
    "create_time",
    "region_code",
    "share_count",
    "view_count",
    "like_count",
    "comment_count",
    "music_id",
    "hashtag_names",
    "username",
    "effect_ids",
    "playlist_id",
    "voice_to_text",
    "is_stem_verified",
    "favorites_count",
    "video_duration",
    "hashtag_info_list",
    "sticker_info_list",
    "effect_info_list",
    "video_mention_list",
    "video_label",
    "video_tag",
)
COMMENT_FIELDS = (
    "id",
    "video_id",
    "text",
    "like_count",
    "reply_count",
    "parent_comment_id",
    "create_time",
    "display_name",
)
USER_FIELDS = (
    "display_name",
    "bio_description",
    "avatar_url",
    "is_verified",
    "follower_count",
    "following_count",
    "likes_count",
    "video_count",
    "bio_url",
)
PLAYLIST_FIELDS = (
    "playlist_id",
    "playlist_item_total",
    "playlist_name",
    "playlist_last_updated",
    "playlist_video_ids",
)

# The columns of R's searches, in R's order; a table of videos has them whatever was asked for.
SEARCH = Schema(
    fixed=(
        Column("video_id", Texts, ("video_id", "id")),
        Column("author_name", Texts, ("username",)),
        *map(Column.of, ("view_count", "comment_count", "share_count", "like_count")),
        Column.of("region_code"),
        Column("create_time", Times, ("create_time",)),
        *map(Column.of, ("effect_ids", "music_id", "video_description", "hashtag_names")),
        Column.of("voice_to_text"),
    ),
    open=False,
)

_NOT_OF_USERS_VIDEOS = {"effect_ids", "playlist_id", "voice_to_text"}
_USERS_VIDEO_FIELDS = tuple(f for f in VIDEO_FIELDS if f not in _NOT_OF_USERS_VIDEOS)
_LIKED_REQUEST = (
    "id",
    "create_time",
    "username",
    "region_code",
    "video_description",
    "music_id",
    "like_count",
    "comment_count",
    "share_count",
    "view_count",
    "hashtag_names",
    "is_stem_verified",
    "video_duration",
)
_LIKED_COLUMNS = (
    "id",
    "username",
    "create_time",
    "video_description",
    "region_code",
    "video_duration",
    "view_count",
    "like_count",
    "comment_count",
    "share_count",
    "music_id",
    "hashtag_names",
    "is_stem_verified",
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table.

    Attributes
    ----------
    path
        Where it is, below the base URL.
    noun
        What its records are, as progress and messages say.
    records
        The key of the list of records in ``data``; None where ``data`` is the one record.
    records_in_docs
        What TikTok's documentation calls that key, where answers have called it otherwise so far.
    shared
        Where records are bare values: the keys of ``data`` that each row repeats.
    schema
        The columns of its table.
    fields, documented
        What to ask for under ``"all"``, and all that may be asked for.
    page_size
        The ``max_count`` to send; None where none is sent.
    first_cursor
        The ``cursor`` that R sends for the first page; None where none is sent.
    searchable
        Whether answers carry a search id.
    of_users
        Whether an account that is private, gone or withheld is an answer to skip, not an error.
    data_with_500
        Whether TikTok answers with status 500 although all is well (traktok's author, 2024).
    envelope
        Whether answers are ``{"data": ..., "error": ...}``.
    pool
        Which of TikTok's daily quotas its requests are counted in.
    plain
        Whether answers are text, an id a line.
    """

    path: str
    noun: str
    records: str | None
    schema: Schema
    fields: tuple[str, ...] = ()
    documented: tuple[str, ...] = ()
    records_in_docs: str = ""
    shared: tuple[str, ...] = ()
    page_size: int | None = 100
    first_cursor: int | None = None
    searchable: bool = False
    of_users: bool = False
    data_with_500: bool = False
    envelope: bool = True
    pool: str = MAIN_POOL
    plain: bool = False


# https://developers.tiktok.com/doc/client-access-token-management
TOKEN = Endpoint(
    path="/v2/oauth/token/", noun="tokens", records=None, schema=Schema(), envelope=False
)

# https://developers.tiktok.com/doc/research-api-specs-query-videos
VIDEO_QUERY = Endpoint(
    path="/v2/research/video/query/",
    noun="videos",
    records="videos",
    schema=SEARCH,
    fields=VIDEO_FIELDS[:14],
    documented=VIDEO_FIELDS,
    first_cursor=0,
    searchable=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-video-comments
COMMENTS = Endpoint(
    path="/v2/research/video/comment/list/",
    noun="comments",
    records="comments",
    schema=Schema(usual=COMMENT_FIELDS[:7]),
    fields=COMMENT_FIELDS[:7],
    documented=COMMENT_FIELDS,
    first_cursor=0,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-info
USER_INFO = Endpoint(
    path="/v2/research/user/info/",
    noun="users",
    records=None,
    schema=Schema(usual=USER_FIELDS[:8], tag="username", indexed=True),
    fields=USER_FIELDS[:8],
    documented=USER_FIELDS,
    page_size=None,
    of_users=True,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-liked-videos
LIKED_VIDEOS = Endpoint(
    path="/v2/research/user/liked_videos/",
    noun="videos",
    records="user_liked_videos",
    schema=Schema(usual=_LIKED_COLUMNS, tag="liked_by_user"),
    fields=_LIKED_REQUEST,
    documented=_USERS_VIDEO_FIELDS,
    of_users=True,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-pinned-videos
PINNED_VIDEOS = Endpoint(
    path="/v2/research/user/pinned_videos/",
    noun="videos",
    records="pinned_videos_list",
    schema=Schema(usual=_LIKED_COLUMNS, tag="pinned_by_user"),
    fields=_LIKED_REQUEST,
    documented=_USERS_VIDEO_FIELDS,
    of_users=True,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-reposted-videos
REPOSTED_VIDEOS = Endpoint(
    path="/v2/research/user/reposted_videos/",
    noun="videos",
    records="reposted_videos",
    records_in_docs="user_reposted_videos",
    schema=Schema(usual=(*_LIKED_COLUMNS, "favorites_count"), tag="reposted_by_user"),
    fields=(*_LIKED_REQUEST[:-1], "favorites_count", "video_duration"),
    documented=_USERS_VIDEO_FIELDS,
    of_users=True,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-followers
FOLLOWERS = Endpoint(
    path="/v2/research/user/followers/",
    noun="users",
    records="user_followers",
    schema=Schema(usual=("username", "display_name"), tag="following_user"),
    of_users=True,
    data_with_500=True,
    pool=FOLLOW_POOL,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-following
FOLLOWING = Endpoint(
    path="/v2/research/user/following/",
    noun="users",
    records="user_following",
    schema=Schema(usual=("username", "display_name"), tag="following_user"),
    of_users=True,
    data_with_500=True,
    pool=FOLLOW_POOL,
)
# https://developers.tiktok.com/doc/research-api-specs-query-playlist-info
PLAYLIST = Endpoint(
    path="/v2/research/playlist/info/",
    noun="videos",
    records="playlist_video_ids",
    shared=PLAYLIST_FIELDS[:-1],
    schema=Schema(usual=PLAYLIST_FIELDS),
    documented=PLAYLIST_FIELDS,
    page_size=None,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-batch-compliance
CHECK_CREATE = Endpoint(
    path="/v2/research/validation_task/create/",
    noun="files",
    records=None,
    schema=Schema(),
    page_size=None,
)
CHECK_STATUS = Endpoint(
    path="/v2/research/validation_task_status/get/",
    noun="files",
    records=None,
    schema=Schema(),
    page_size=None,
)
CHECK_DOWNLOAD = Endpoint(
    path="/v2/research/validation_task/download/",
    noun="ids",
    records=None,
    schema=Schema(),
    page_size=None,
    plain=True,
)

# What R's tables call a field, for those who ask by a column's name.
FIELD_OF_COLUMN = {
    "video_id": "id",
    "author_name": "username",
    "favourites_count": "favorites_count",
}
