"""Records of the unofficial API, and the tables they fill: which column is which key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from traktok._run.memory import LastCall, memory
from traktok._tables.builder import Column, Schema, TableBuilder
from traktok._tables.columns import Counts, Flags, Structs, Texts, Times
from traktok.errors import warn
from traktok.hidden import _site
from traktok.hidden._parse import Account, Json, PostDetail, pluck
from traktok.results import TikTokResults

# ------------------------------------------------------------------------------------- videos

# The columns of a video in R's order: what each holds, and where in the item it is found. What has
# no place is filled in by `video_record`.
_VIDEO: tuple[tuple[str, Any, _site.Path], ...] = (
    ("video_id", Texts, ()),
    ("video_url", Texts, ()),
    ("video_timestamp", Times, ("createTime",)),
    ("video_length", Counts, ("video", "duration")),
    ("video_title", Texts, ("desc",)),
    ("video_locationcreated", Texts, ("locationCreated",)),
    ("video_diggcount", Counts, ("stats", "diggCount")),
    ("video_sharecount", Counts, ("stats", "shareCount")),
    ("video_commentcount", Counts, ("stats", "commentCount")),
    ("video_playcount", Counts, ("stats", "playCount")),
    ("author_id", Texts, ("author", "id")),
    ("author_secuid", Texts, ("author", "secUid")),
    ("author_username", Texts, ("author", "uniqueId")),
    ("author_nickname", Texts, ("author", "nickname")),
    ("author_bio", Texts, ("author", "signature")),
    ("download_url", Texts, ()),
    ("html_status", Counts, ()),
    ("music", Structs, ("music",)),
    ("challenges", Structs, ("challenges",)),
    ("is_secret", Flags, ("secret",)),
    ("is_for_friend", Flags, ("forFriend",)),
    ("is_slides", Flags, ()),
    ("video_status", Texts, ()),
    ("video_status_code", Counts, ()),
    ("content_classified", Flags, ("isContentClassified",)),
)
_FILE_NAME = ("video_fn", Texts, ())
_FALSE_IF_LEFT_OUT = ("is_secret", "is_for_friend", "content_classified")


def videos(with_files: bool = False) -> Schema:
    """Say which columns a table of videos has."""
    columns = (*_VIDEO, _FILE_NAME) if with_files else _VIDEO
    return Schema(fixed=tuple(Column(name, kind, (name,)) for name, kind, _ in columns), open=False)


def video_record(detail: PostDetail) -> Json:
    """Make the row of a video from its item, or from TikTok's refusal."""
    status = {"video_status": detail.text, "video_status_code": detail.code}
    if detail.item is None:
        return status
    record = {name: pluck(detail.item, *place) for name, _, place in _VIDEO if place}
    left_out = {name: False for name in _FALSE_IF_LEFT_OUT if record[name] is None}
    links, is_slides = media_links(detail.item)
    download_url = ", ".join(links) or None
    return {**record, **left_out, **status, "download_url": download_url, "is_slides": is_slides}


def media_links(item: Json) -> tuple[list[str], bool]:
    """Find the link of a video's file, or those of a photo post's pictures."""
    for key in ("downloadAddr", "playAddr"):
        link = pluck(item, "video", key)
        if isinstance(link, str) and link:
            return [link], False
    images = pluck(item, "imagePost", "images")
    lists = [pluck(image, "imageURL", "urlList") for image in images] if _is_list(images) else []
    links = [urls[0] for urls in lists if _is_list(urls) and urls and isinstance(urls[0], str)]
    return [link for link in links if link], bool(links)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


# -------------------------------------------------------------------------------------- accounts

_ACCOUNT: dict[Any, str] = {
    Texts: "avatarLarger avatarMedium avatarThumb id nickname secUid signature uniqueId "
    "shortId roomId nowInvitationCardUrl recommendReason language bioLinkLink",
    Counts: "commentSetting downloadSetting duetSetting relation stitchSetting diggCount "
    "followerCount followingCount friendCount heart heartCount videoCount uniqueIdModifyTime "
    "followingVisibility profileEmbedPermission isOrganization UserStoryStatus bioLinkRisk",
    Flags: "ftc isADVirtual openFavorite privateAccount secret ttSeller verified isEmbedBanned "
    "canExpPlaylist suggestAccountBind commerceUserInfoCommerceUser profileTabShowMusicTab "
    "profileTabShowQuestionTab profileTabShowPlayListTab",
    Times: "createTime nickNameModifyTime",
    Structs: "eventList",
}
_KIND_OF_KEY = {key: kind for kind, keys in _ACCOUNT.items() for key in keys.split()}

_LIST_COLUMNS = (
    "avatarLarger avatarMedium avatarThumb commentSetting downloadSetting duetSetting ftc id "
    "isADVirtual nickname openFavorite privateAccount relation secUid secret signature "
    "stitchSetting ttSeller uniqueId verified diggCount followerCount followingCount friendCount "
    "heart heartCount videoCount"
)
ACCOUNTS = Schema(
    fixed=tuple(Column(key, _KIND_OF_KEY[key], (key,)) for key in _LIST_COLUMNS.split())
)


def account_record(entry: Any) -> Json | None:
    """Make the row of an account on a list: its keys as they are, then those of its counts."""
    user, stats = pluck(entry, "user"), pluck(entry, "stats")
    return _side_by_side(
        user if isinstance(user, dict) else {}, stats if isinstance(stats, dict) else {}
    )


def _side_by_side(user: Json, stats: Json) -> Json:
    return {**user, **{(f"stats_{key}" if key in user else key): stats[key] for key in stats}}


# ------------------------------------------------------------------------------------ user info

# What a profile's page is known to hold, in its order.
_USER_COLUMNS = (
    "id shortId uniqueId nickname avatarLarger avatarMedium avatarThumb signature createTime "
    "verified secUid ftc relation openFavorite bioLinkLink bioLinkRisk commentSetting "
    "commerceUserInfoCommerceUser duetSetting stitchSetting privateAccount secret isADVirtual "
    "roomId uniqueIdModifyTime ttSeller downloadSetting profileTabShowMusicTab "
    "profileTabShowQuestionTab profileTabShowPlayListTab followingVisibility recommendReason "
    "nowInvitationCardUrl nickNameModifyTime isEmbedBanned canExpPlaylist profileEmbedPermission "
    "language eventList suggestAccountBind isOrganization UserStoryStatus followerCount "
    "followingCount heart heartCount videoCount diggCount friendCount"
)
_RENAMED = {"unique_id": "user_name", "sec_uid": "secUid"}
_ZERO_IS_MISSING = ("create_time", "nick_name_modify_time")


def snake(key: str) -> str:
    """Write a key of TikTok's in R's way: every capital after an underscore."""
    return re.sub("([A-Z])", r"_\1", key).lower().lstrip("_")


def user_record(account: Account) -> Json:
    """Make the row of a user: snake case, one level of nesting flattened."""
    flat = _side_by_side(dict(_flat(account.user)), dict(_flat(account.stats)))
    record = {_user_column(key): value for key, value in flat.items()}
    for name in _ZERO_IS_MISSING:
        if name in record and str(record[name]) == "0":
            record[name] = None
    return record


def _flat(nested: Json) -> Iterable[tuple[str, Any]]:
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from ((f"{snake(key)}_{snake(inner)}", value[inner]) for inner in value)
        else:
            yield snake(key), value


def _user_column(name: str) -> str:
    return _RENAMED.get(name, name)


_USER_KINDS = {_user_column(snake(key)): _KIND_OF_KEY[key] for key in _USER_COLUMNS.split()}


def users(records: Sequence[Json]) -> Schema:
    """Say which columns a table of these users has: the pages' own order, then what they lack."""
    names = dict.fromkeys([name for record in records for name in record] + list(_USER_KINDS))
    return Schema(
        fixed=tuple(
            Column(name, _USER_KINDS[name], (name,)) if name in _USER_KINDS else Column.of(name)
            for name in names
        )
    )


# ----------------------------------------------------------------------------------- the table


def table(builder: TableBuilder, **attrs: Any) -> TikTokResults:
    """Build the table of what came so far."""
    result = TikTokResults(builder.finish(), copy=False)
    result.attrs.update(attrs)
    return result


def remembered(table: TikTokResults) -> TikTokResults:
    """Keep a table for `last_query()`, too."""
    memory.remember(LastCall.QUERY, table)
    return table


def warn_of_doubtful(builder: TableBuilder) -> None:
    """Warn of values that could not be read."""
    for column, cells in builder.doubtful.items():
        warn(f"{cells} of the values TikTok sent as {column} can't be read and are missing.")
