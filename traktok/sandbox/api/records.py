"""Videos, users, comments and playlists, and their form in the API.

A `record` is an object of the API's JSON. An empty value is left out rather than null, and the
order of the keys differs from one record to the next, as in recorded answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any
from zlib import crc32

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
# Lists of liked, pinned and reposted videos have fewer fields than searches.
LISTED_VIDEO_FIELDS = tuple(
    name for name in VIDEO_FIELDS if name not in {"effect_ids", "playlist_id", "voice_to_text"}
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
    "bio_url",
    "avatar_url",
    "is_verified",
    "follower_count",
    "following_count",
    "likes_count",
    "video_count",
)
PLAYLIST_FIELDS = (
    "playlist_id",
    "playlist_item_total",
    "playlist_last_updated",
    "playlist_name",
    "playlist_video_ids",
)

_MENTION = re.compile(r"@([\w.]*\w)")


def shown(values: Mapping[str, Any], turn: int) -> dict[str, Any]:
    """Return an object of the API: without empty values, its keys rotated by `turn`."""
    full = [(name, value) for name, value in values.items() if value not in (None, "", [], {})]
    turn %= len(full) or 1
    return dict(full[turn:] + full[:turn])


@dataclass(frozen=True)
class Video:
    """One video. A hidden one (deleted, private) is counted in every list but not shown."""

    id: int
    create_time: int
    username: str
    region_code: str
    video_description: str
    music_id: int | None
    like_count: int
    comment_count: int
    share_count: int
    view_count: int
    video_duration: int
    hashtag_names: tuple[str, ...] = ()
    effect_ids: tuple[str, ...] = ()
    playlist_id: int | None = None
    voice_to_text: str = ""
    is_stem_verified: bool = False
    favorites_count: int = 0
    stickers: tuple[str, ...] = ()
    video_label: Mapping[str, Any] | None = None
    video_tag: Mapping[str, Any] | None = None
    hidden: bool = False
    lost: frozenset[str] = frozenset()
    """Fields that are left out of this video's record, although searches know them."""

    @cached_property
    def tags(self) -> frozenset[str]:
        """Return the hashtags, in lower case."""
        return frozenset(tag.casefold() for tag in self.hashtag_names)

    @cached_property
    def text(self) -> str:
        """Return the text that keywords are searched in: description, and hashtags with their #."""
        return " ".join([self.video_description, *(f"#{t}" for t in self.hashtag_names)]).casefold()

    @cached_property
    def record(self) -> dict[str, Any]:
        """Return the video as an object of the API."""
        values = {name: getattr(self, name, None) for name in VIDEO_FIELDS} | {
            "hashtag_names": list(self.hashtag_names),
            "effect_ids": list(self.effect_ids),
            "hashtag_info_list": [_hashtag(name) for name in self.hashtag_names],
            "sticker_info_list": [
                {"sticker_id": crc32(name.encode()), "sticker_name": name} for name in self.stickers
            ],
            "effect_info_list": [_effect(number) for number in self.effect_ids],
            "video_mention_list": _MENTION.findall(self.video_description),
        }
        return shown({k: v for k, v in values.items() if k not in self.lost}, self.id % 23)


def _hashtag(name: str) -> dict[str, Any]:
    return {
        "hashtag_id": crc32(name.encode()),
        "hashtag_name": name,
        "hashtag_description": f"Videos about {name}",
    }


def _effect(number: str) -> dict[str, Any]:
    return {
        "effect_id": number,
        "effect_name": f"Effect {number}",
        "effect_photo_url": f"https://p16.example.net/effect/{number}.webp",
    }


class Status(Enum):
    """The status of an account; TikTok discloses public ones only."""

    PUBLIC = "public"
    PRIVATE = "private"
    DELETED = "deleted"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class User:
    """An account. `shows` names the lists that its owner makes public."""

    username: str
    display_name: str
    region_code: str
    language: str
    bio_description: str = ""
    bio_url: str = ""
    avatar_url: str = ""
    is_verified: bool = False
    follower_count: int = 0
    following_count: int = 0
    likes_count: int = 0
    video_count: int = 0
    status: Status = Status.PUBLIC
    shows: frozenset[str] = frozenset({"pinned", "reposted", "followers", "following"})

    @property
    def hidden(self) -> bool:
        """Return whether the account is not disclosed."""
        return self.status is not Status.PUBLIC

    @cached_property
    def record(self) -> dict[str, Any]:
        """Return the account as an object of the API."""
        values = {name: getattr(self, name) for name in USER_FIELDS}
        return shown(values, crc32(self.username.encode()) % 9)

    @cached_property
    def entry(self) -> dict[str, Any]:
        """Return the account as a row of somebody's followers."""
        return {"display_name": self.display_name, "username": self.username}


@dataclass(frozen=True)
class Comment:
    """A comment on a video, or a reply to one."""

    id: int
    video_id: int
    parent_comment_id: int
    """The video's id for a comment on the video, the comment's id for a reply to it."""
    text: str
    create_time: int
    like_count: int
    display_name: str
    reply_count: int = 0
    hidden: bool = False

    @property
    def is_reply(self) -> bool:
        """Return whether the comment answers another one."""
        return self.parent_comment_id != self.video_id

    @cached_property
    def record(self) -> dict[str, Any]:
        """Return the comment as an object of the API."""
        # An empty text stays (a sticker, an image): recorded answers show it.
        values = {name: getattr(self, name) for name in COMMENT_FIELDS}
        return shown(values, self.id % 8) | {"text": self.text}


@dataclass(frozen=True)
class Playlist:
    """A playlist of one account."""

    id: int
    name: str
    updated: int
    videos: tuple[Video, ...]

    @property
    def record(self) -> dict[str, Any]:
        """Return the playlist as an object of the API, without its videos."""
        return {
            "playlist_id": self.id,
            "playlist_item_total": len(self.videos),
            "playlist_last_updated": self.updated,
            "playlist_name": self.name,
        }


@dataclass(frozen=True)
class Entry:
    """An item of a list that is ordered by time, and when it was added (ms)."""

    at: int
    item: Video | User

    @property
    def hidden(self) -> bool:
        """Return whether the item is not disclosed."""
        return self.item.hidden

    @property
    def record(self) -> dict[str, Any]:
        """Return the entry as an object of the API."""
        return self.item.entry if isinstance(self.item, User) else self.item.record


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort entries by time."""
    return tuple(sorted(entries, key=lambda entry: -entry.at))
