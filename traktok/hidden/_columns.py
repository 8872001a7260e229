"""The tables of the unofficial API: their columns, and the keys that fill them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from traktok._run.memory import LastCall, memory
from traktok._tables.builder import Column, Schema, TableBuilder
from traktok._tables.columns import Counts, Flags, Structs, Texts, Times
from traktok.errors import warn
from traktok.hidden import _site
from traktok.hidden._parse import Account, Json, PostDetail, pluck
from traktok.results import TikTokResults

# ------------------------------------------------------------------------------------- videos

# The columns of a video in R's order: name, type, path in the item. `video_record` fills the
# columns without a path.
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
BROKEN_OFF = "broken off"  # the error of a file that was being downloaded when a call ended
# The columns about files, in order; each is present only if such files were requested.
FILE_COLUMNS = ("video_fn", "music_fn", "transcript_fn", "file_error")
_FALSE_IF_LEFT_OUT = ("is_secret", "is_for_friend", "content_classified")
# The columns that are 0 in an age-restricted item, although the values are unknown.
_ZERO_IF_WITHHELD = tuple(name for name, kind, path in _VIDEO if path and issubclass(kind, Counts))


def video_schema(files: Iterable[str] = ()) -> Schema:
    """Return the columns of a table of videos, including these of ``FILE_COLUMNS``."""
    columns = [Column(name, kind, (name,)) for name, kind, _ in _VIDEO]
    asked = set(files)
    columns += [Column(name, Texts, (name,)) for name in FILE_COLUMNS if name in asked]
    return Schema(fixed=tuple(columns), open=False)


def video_record(detail: PostDetail) -> Json:
    """Build the row of a post from its item or from TikTok's refusal."""
    status = {"video_status": detail.status, "video_status_code": detail.code}
    if detail.item is None:
        return status
    record = {name: pluck(detail.item, *path) for name, _, path in _VIDEO if path}
    if detail.is_age_restricted:
        withheld = {name: None for name in _ZERO_IF_WITHHELD if str(record[name]) == "0"}
        record.update(withheld)
    left_out = {name: False for name in _FALSE_IF_LEFT_OUT if record[name] is None}
    media = PostMedia.of(detail.item)
    return {
        **record,
        **left_out,
        **status,
        "download_url": media.download_url,
        "is_slides": media.is_slides,
    }


# -------------------------------------------------------------------------------------- media


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a file, and the key of the item that it was found under."""

    url: str
    source: str

    @property
    def has_watermark(self) -> bool:
        """Whether this variant of a video has TikTok's watermark."""
        return self.source == "downloadAddr"

    @property
    def is_variant(self) -> bool:
        """Whether this is a variant of a video for another bandwidth."""
        return self.source == "bitrateInfo"


@dataclass(frozen=True, slots=True)
class PostMedia:
    """The links of a post's files.

    Attributes
    ----------
    files
        The links of each file (video or picture), in the order in which to try them.
    is_slides
        Whether the files are the pictures of a photo post.
    music
        The links of the music.
    transcripts
        The link of TikTok's transcript in each language.
    """

    files: tuple[tuple[Link, ...], ...] = ()
    is_slides: bool = False
    music: tuple[Link, ...] = ()
    transcripts: Mapping[str, Link] = field(default_factory=dict)

    @classmethod
    def of(cls, item: Json) -> PostMedia:
        """Find the links of an item.

        ``imagePost`` identifies photo posts: some of them have their music in ``playAddr``.
        """
        music = _links([(pluck(item, "music", "playUrl"), "music")])
        if pluck(item, "imagePost", "images") is not None:
            return cls(_pictures(item), True, music)
        video = _links(_video_urls(item))
        return cls((video,) if video else (), False, music, _transcripts(item))

    @property
    def download_url(self) -> str | None:
        """The first link of each file, joined as in R."""
        return ", ".join(links[0].url for links in self.files) or None


def _links(found: Iterable[tuple[Any, str]]) -> tuple[Link, ...]:
    """Return a link for each distinct URL."""
    first: dict[str, Link] = {}
    for url, source in found:
        if isinstance(url, str) and url:
            first.setdefault(url, Link(url, source))
    return tuple(first.values())


def _video_urls(item: Json) -> Iterator[tuple[Any, str]]:
    """Yield a video's URLs in the order in which to try them.

    ``downloadAddr`` is refused for many posts since August 2026, while ``playAddr`` works. Some
    pages only have links in ``bitrateInfo``, whose h265 files can lack sound.
    """
    for key in ("downloadAddr", "playAddr"):
        yield pluck(item, "video", key), key
    variants = _as_list(pluck(item, "video", "bitrateInfo"))
    is_h264 = [str(pluck(variant, "CodecType")).lower() == "h264" for variant in variants]
    for wanted in (True, False):
        for variant, is_wanted in zip(variants, is_h264, strict=True):
            if is_wanted is wanted:
                for url in _as_list(pluck(variant, "PlayAddr", "UrlList")):
                    yield url, "bitrateInfo"


def _pictures(item: Json) -> tuple[tuple[Link, ...], ...]:
    images = _as_list(pluck(item, "imagePost", "images"))
    links = [
        _links((url, "imagePost") for url in _as_list(pluck(image, "imageURL", "urlList")))
        for image in images
    ]
    return tuple(filter(None, links))


def _transcripts(item: Json) -> dict[str, Link]:
    """Return the link of each language's transcript, preferring speech recognition."""
    tracks = [
        track
        for track in _as_list(pluck(item, "video", "subtitleInfos"))
        if pluck(track, "Format") in (None, "webvtt") and isinstance(pluck(track, "Url"), str)
    ]
    tracks.sort(key=lambda track: pluck(track, "Source") != "ASR")
    found: dict[str, Link] = {}
    for track in tracks:
        if track["Url"]:
            language = str(pluck(track, "LanguageCodeName") or "und")
            found.setdefault(language, Link(track["Url"], "subtitleInfos"))
    return found


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


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
    """Build the row of an account on a list: the keys of the user, then those of the counts."""
    user, stats = pluck(entry, "user"), pluck(entry, "stats")
    return _merge(user if isinstance(user, dict) else {}, stats if isinstance(stats, dict) else {})


def _merge(user: Json, stats: Json) -> Json:
    return {**user, **{(f"stats_{key}" if key in user else key): stats[key] for key in stats}}


# ------------------------------------------------------------------------------------ user info

# The known keys of a profile's page, in its order.
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


def snake_case(key: str) -> str:
    """Convert a key to snake case as R does: an underscore before every capital."""
    return re.sub("([A-Z])", r"_\1", key).lower().lstrip("_")


def user_record(account: Account) -> Json:
    """Build the row of a user: keys in snake case, one level of nesting flattened."""
    flat = _merge(dict(_flatten(account.user)), dict(_flatten(account.stats)))
    record = {_user_column(key): value for key, value in flat.items()}
    for name in _ZERO_IS_MISSING:
        if name in record and str(record[name]) == "0":
            record[name] = None
    return record


def _flatten(nested: Json) -> Iterable[tuple[str, Any]]:
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from ((f"{snake_case(key)}_{snake_case(inner)}", value[inner]) for inner in value)
        else:
            yield snake_case(key), value


def _user_column(name: str) -> str:
    return _RENAMED.get(name, name)


_USER_KINDS = {_user_column(snake_case(key)): _KIND_OF_KEY[key] for key in _USER_COLUMNS.split()}


def user_schema(records: Sequence[Json]) -> Schema:
    """Return the columns of a table of these users: those of the pages, then the others."""
    names = dict.fromkeys([name for record in records for name in record] + list(_USER_KINDS))
    return Schema(
        fixed=tuple(
            Column(name, _USER_KINDS[name], (name,)) if name in _USER_KINDS else Column.of(name)
            for name in names
        )
    )


# ----------------------------------------------------------------------------------- the table


def build_table(builder: TableBuilder, **attrs: Any) -> TikTokResults:
    """Build the table of the rows so far, with attributes."""
    result = TikTokResults(builder.finish(), copy=False)
    result.attrs.update(attrs)
    return result


MEMORY = "last_query()"  # the function that returns the tables that are remembered


def remember(table: TikTokResults) -> TikTokResults:
    """Store a table for `last_query()`, and return it."""
    memory.remember(LastCall.QUERY, table)
    return table


def warn_of_doubtful(builder: TableBuilder) -> None:
    """Warn of values that could not be read."""
    for column, cells in builder.doubtful.items():
        warn(f"{cells} of the values TikTok sent as {column} can't be read and are missing.")
