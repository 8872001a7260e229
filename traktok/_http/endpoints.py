"""What TikTok's Research API offers, as facts: one row an endpoint.

The pages of TikTok's documentation are named at each row. ``fields`` are those that R traktok asks
for under ``"all"``; ``documented`` are all that TikTok documents today. What a field holds is in
:mod:`traktok._tables.fields`.
"""

from __future__ import annotations

from traktok._http.endpoint import (
    COMMENT_IDS,
    FOLLOW_POOL,
    MAIN_POOL,
    PLAYLIST_IDS,
    USERNAMES,
    VIDEO_IDS,
    Command,
    Endpoint,
    PublicFunction,
    StudyTable,
)
from traktok._tables.builder import Column, Schema
from traktok._tables.columns import Texts, Times

BASE_URL = "https://open.tiktokapis.com"

# Requests a day, from 00:00 UTC, by pool.
DAILY_REQUESTS = {MAIN_POOL: 1_000, FOLLOW_POOL: 20_000}
# TikTok counts requests that it fails to answer (500, tiktok-library#89, 2025). Nobody has seen it
# count those that it turns away: a refused token, too many requests.
UNCOUNTED = frozenset({401, 429})

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


# How TikTok says that an account is private, gone or withheld (recorded from clients, 2024).
_ACCOUNT_WITHHELD = (
    r"is private|cannot find the user|cannot return this user.s information"
    r"|information cannot be returned"
)
# How it says that a video's comments are not given out (tiktok-library#104, read in 2026-11).
_COMMENTS_WITHHELD = r"not allowed to be disclosed"

# What a command of a list of pages takes.
_PAGES = ("max_pages", "start_cursor")


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
    key="video_id",
    functions=(
        PublicFunction(
            "tt_search_api",
            (),
            Command(
                "search",
                ("start_date", "end_date", "fields", "is_random", *_PAGES, "search_id"),
                "Search videos by a phrase or a query.",
                """
                traktok search '#rstats' --start-date 2023-11-01 --end-date 2023-11-29
                traktok search --query query.json --max-pages all -o videos.csv
                """,
            ),
            aliases=("tt_query_videos",),
            chooser="tt_search",
        ),
        PublicFunction(
            "tt_user_videos_api",
            (USERNAMES,),
            Command(
                "user-videos",
                ("since", "to", "fields", "is_random", *_PAGES, "search_id"),
                "Get the videos that users posted, in windows of 31 days.",
                "traktok user-videos statisticsglobe --since 2023-01-01 --max-pages all",
            ),
            chooser="tt_user_videos",
        ),
    ),
    recalled_by="last_query",
    study=StudyTable("videos", unit="windows"),
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
    key="id",
    functions=(
        PublicFunction(
            "tt_comments_api",
            (VIDEO_IDS, COMMENT_IDS),
            Command(
                "comments",
                ("replies", "fields", *_PAGES),
                "Get the comments of videos, or the replies to comments.",
                """
                traktok comments 7106594312292453675 --max-pages 5
                traktok comments --replies 7107681134152057643
                """,
            ),
            aliases=("tt_comments",),
        ),
    ),
    recalled_by="last_comments",
    study=StudyTable("comments", unit="videos", found_in="video_id"),
    fields=COMMENT_FIELDS[:7],
    documented=COMMENT_FIELDS,
    first_cursor=0,
    withheld=_COMMENTS_WITHHELD,
    ends_at=1_000,  # documented until 2025; the official wrapper stops there (its PR#46)
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-info
USER_INFO = Endpoint(
    path="/v2/research/user/info/",
    noun="users",
    records=None,
    schema=Schema(usual=USER_FIELDS[:8], tag="username", tag_first=True),
    key="username",
    functions=(
        PublicFunction(
            "tt_user_info_api",
            (USERNAMES,),
            Command(
                "users",
                ("fields",),
                "Get the profiles of users.",
                """
                traktok users tiktok @statisticsglobe
                traktok users --from names.txt -o users.csv
                """,
            ),
            aliases=("tt_user_info",),
        ),
    ),
    study=StudyTable("users", unit="users", found_in="author_name"),
    fields=USER_FIELDS[:8],
    documented=USER_FIELDS,
    page_size=None,
    withheld=_ACCOUNT_WITHHELD,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-liked-videos
LIKED_VIDEOS = Endpoint(
    path="/v2/research/user/liked_videos/",
    noun="videos",
    records="user_liked_videos",
    schema=Schema(usual=_LIKED_COLUMNS, tag="liked_by_user"),
    key="id",
    functions=(
        PublicFunction(
            "tt_user_liked_videos_api",
            (USERNAMES,),
            Command(
                "liked",
                ("fields", *_PAGES),
                "Get the videos that users liked, if others may see it.",
                "traktok liked jbgruber --max-pages all -o liked.jsonl",
            ),
            aliases=("tt_get_liked",),
        ),
    ),
    fields=_LIKED_REQUEST,
    documented=_USERS_VIDEO_FIELDS,
    withheld=_ACCOUNT_WITHHELD,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-pinned-videos
PINNED_VIDEOS = Endpoint(
    path="/v2/research/user/pinned_videos/",
    noun="videos",
    records="pinned_videos_list",
    schema=Schema(usual=_LIKED_COLUMNS, tag="pinned_by_user"),
    key="id",
    functions=(
        PublicFunction(
            "tt_user_pinned_videos_api",
            (USERNAMES,),
            Command(
                "pinned",
                ("fields",),
                "Get the videos that users pinned to their profile.",
                "traktok pinned smooth.learning.c",
            ),
            aliases=("tt_get_pinned",),
        ),
    ),
    fields=_LIKED_REQUEST,
    documented=_USERS_VIDEO_FIELDS,
    withheld=_ACCOUNT_WITHHELD,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-reposted-videos
REPOSTED_VIDEOS = Endpoint(
    path="/v2/research/user/reposted_videos/",
    noun="videos",
    records="reposted_videos",
    records_in_docs="user_reposted_videos",
    schema=Schema(usual=(*_LIKED_COLUMNS, "favorites_count"), tag="reposted_by_user"),
    key="id",
    functions=(
        PublicFunction(
            "tt_user_reposted_api",
            (USERNAMES,),
            Command(
                "reposted",
                ("fields", *_PAGES),
                "Get the videos that users reposted.",
                "traktok reposted smooth.learning.c",
            ),
            aliases=("tt_get_reposted",),
        ),
    ),
    fields=(*_LIKED_REQUEST[:-1], "favorites_count", "video_duration"),
    documented=_USERS_VIDEO_FIELDS,
    withheld=_ACCOUNT_WITHHELD,
    data_with_500=True,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-followers
FOLLOWERS = Endpoint(
    path="/v2/research/user/followers/",
    noun="users",
    records="user_followers",
    schema=Schema(usual=("username", "display_name"), tag="following_user"),
    key="username",
    functions=(
        PublicFunction(
            "tt_user_follower_api",
            (USERNAMES,),
            Command(
                "followers",
                _PAGES,
                "Get the followers of users.",
                """
                traktok followers tiktok --max-pages 5
                cat names.txt | traktok followers - > followers.csv
                """,
            ),
            chooser="tt_get_follower",
        ),
    ),
    withheld=_ACCOUNT_WITHHELD,
    data_with_500=True,
    pool=FOLLOW_POOL,
)
# https://developers.tiktok.com/doc/research-api-specs-query-user-following
FOLLOWING = Endpoint(
    path="/v2/research/user/following/",
    noun="users",
    records="user_following",
    schema=Schema(usual=("username", "display_name"), tag="following_user"),
    key="username",
    functions=(
        PublicFunction(
            "tt_user_following_api",
            (USERNAMES,),
            Command(
                "following",
                _PAGES,
                "Get the accounts that users follow, if others may see it.",
                "traktok following jbgruber",
            ),
            chooser="tt_get_following",
        ),
    ),
    withheld=_ACCOUNT_WITHHELD,
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
    key="playlist_video_ids",
    functions=(
        PublicFunction(
            "tt_playlist_api",
            (PLAYLIST_IDS,),
            Command(
                "playlist",
                ("fields", *_PAGES),
                "Get the videos of playlists.",
                "traktok playlist 7426782536706507894 --max-pages all",
            ),
            aliases=("tt_playlist",),
        ),
    ),
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

ROWS = tuple(row for row in list(globals().values()) if isinstance(row, Endpoint))
# By a function that returns a table: whose table.
ROW_OF = {
    name: row
    for row in ROWS
    for name in (
        *(name for function in row.functions for name in function.names),
        *filter(None, [row.recalled_by]),
    )
}
FUNCTIONS = tuple(function for row in ROWS for function in row.functions)
