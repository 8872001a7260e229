"""The types of TikTok's fields, by name: one table for searches, stores and files."""

from __future__ import annotations

from traktok._tables.columns import (
    ColumnType,
    Counts,
    Flags,
    Lists,
    Records,
    Structs,
    Texts,
    Unknown,
    UnknownIds,
    names_an_id,
)

_FIELDS: dict[ColumnType, str] = {
    Texts: "id video_id music_id playlist_id parent_comment_id playlist_video_ids username "
    "author_name display_name region_code video_description voice_to_text text playlist_name "
    "bio_description bio_url avatar_url",
    Counts: "create_time view_count like_count comment_count share_count favorites_count "
    "reply_count follower_count following_count likes_count video_count video_duration "
    "playlist_item_total playlist_last_updated",
    Flags: "is_verified is_stem_verified",
    # found_by is the column of studies with several queries.
    Lists: "hashtag_names effect_ids video_mention_list found_by",
    Records: "hashtag_info_list sticker_info_list effect_info_list",
    Structs: "video_label video_tag",
}
_TYPE_OF = {name: kind for kind, names in _FIELDS.items() for name in names.split()}

# TikTok's older spelling of a field, which still occurs in responses.
OLD_SPELLINGS = {"favorites_count": "favourites_count"}
NEW_SPELLINGS = {old: new for new, old in OLD_SPELLINGS.items()}


def type_of(field: str) -> ColumnType | None:
    """Return the column type of a field; None if the field is not known."""
    return _TYPE_OF.get(field)


def unknown_type(field: str) -> ColumnType:
    """Return the column type of an unknown field, whose values determine what it holds."""
    return UnknownIds if names_an_id(field) else Unknown
