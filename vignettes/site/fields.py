"""What TikTok's fields mean, for the data dictionary; their types stand in ``traktok._tables``."""

from __future__ import annotations

from collections.abc import Mapping

from traktok._http.endpoints import ROWS
from traktok._tables.columns import (
    ColumnBuilder,
    Counts,
    Flags,
    Lists,
    Records,
    Structs,
    Texts,
    Times,
)

# By column type: what pandas calls it, and what a cell holds.
TYPES: Mapping[type[ColumnBuilder], tuple[str, str]] = {
    Texts: ("string", "a text; ids have every digit"),
    Counts: ("Int64", "a whole number, or missing"),
    Flags: ("boolean", "True, False, or missing"),
    Times: ("datetime64[UTC]", "a moment in UTC"),
    Lists: ("object", "a list; `[]` where TikTok left it out, `None` where it was not requested"),
    Records: ("object", "a list of records (dictionaries)"),
    Structs: ("object", "a record (a dictionary)"),
}

# From TikTok's documentation of the Research API, in our words, and by column where a table renames
# a field or adds one.
MEANINGS: Mapping[str, str] = {
    "author_name": "the name of the account that posted the video; TikTok's field is `username`",
    "avatar_url": "the address of the profile picture; it expires after a while",
    "bio_description": "the text of the profile",
    "bio_url": "the link in the profile",
    "comment_count": "how many comments the video has",
    "create_time": "when it was posted: in tables of searches a moment (UTC), in others seconds "
    "since 1970",
    "display_name": "the name that the profile shows, which is not unique",
    "effect_ids": "ids of the effects used in the video",
    "effect_info_list": "id and name of each effect",
    "favorites_count": "how many accounts keep the video as a favourite",
    "follower_count": "how many accounts follow this one",
    "following_count": "how many accounts this one follows",
    "following_user": "the account whose list this row is from: the one you asked for",
    "hashtag_info_list": "id, name and description of each hashtag",
    "hashtag_names": "the hashtags, without `#`",
    "id": "the id of the video or the comment",
    "is_stem_verified": "whether TikTok has verified the video as high-quality STEM content",
    "is_verified": "whether TikTok has verified the account",
    "like_count": "how many likes the video or the comment has",
    "liked_by_user": "the account that liked the video: the one you asked for",
    "likes_count": "how many likes the videos of the account have, together",
    "music_id": "the id of the music",
    "parent_comment_id": "the id of what is replied to: a comment, or the video itself",
    "pinned_by_user": "the account that pinned the video: the one you asked for",
    "playlist_id": "the id of the playlist",
    "playlist_item_total": "how many videos the playlist has",
    "playlist_last_updated": "when the playlist last changed, in seconds since 1970 (UTC)",
    "playlist_name": "the name of the playlist",
    "playlist_video_ids": "the id of a video of the playlist: one row each",
    "region_code": "two letters of the country where the account that posted was registered",
    "reply_count": "how many replies the comment has",
    "reposted_by_user": "the account that reposted the video: the one you asked for",
    "share_count": "how often the video was shared",
    "sticker_info_list": "id and name of each sticker",
    "text": "the text of the comment; TikTok masks personal data in it",
    "username": "the unique name of the account, without `@`",
    "video_count": "how many videos the account has posted",
    "video_description": "the text beside the video, hashtags included",
    "video_duration": "how long the video is, in seconds",
    "video_id": "the id of the video; TikTok's field is `id` in a table of videos",
    "video_label": "the label that TikTok put on the video, such as a notice",
    "video_mention_list": "the accounts that the text beside the video mentions",
    "video_tag": "the tag that TikTok put on the video, such as one for AI-generated content",
    "view_count": "how often the video was watched",
    "voice_to_text": "what is said in the video, as TikTok's speech recognition wrote it down",
}

# The columns of a table of videos of the unofficial API.
WEB_MEANINGS: Mapping[str, str] = {
    "video_id": "the id of the post",
    "video_url": "the address of the post",
    "video_timestamp": "when it was posted",
    "video_length": "how long the video is, in seconds",
    "video_title": "the text beside the video",
    "video_locationcreated": "two letters of the country where it was posted",
    "video_diggcount": "how many likes it has",
    "video_sharecount": "how often it was shared",
    "video_commentcount": "how many comments it has",
    "video_playcount": "how often it was watched",
    "author_id": "the id of the account",
    "author_secuid": "the account's secUid, which TikTok's lists of followers go by",
    "author_username": "the unique name of the account, without `@`",
    "author_nickname": "the name that the profile shows",
    "author_bio": "the text of the profile",
    "download_url": "the address of the file, which expires",
    "html_status": "the HTTP status of the page",
    "music": "the music of the post",
    "challenges": "the hashtags of the post",
    "is_secret": "whether the post is private",
    "is_for_friend": "whether it is for friends only",
    "is_slides": "whether it is a photo post",
    "video_status": "ok, or why there is no data: deleted, private, age-restricted, a wall, ...",
    "video_status_code": "TikTok's number for that",
    "content_classified": "whether TikTok restricts it by age",
    "video_fn": "the file of the video, or those of the pictures; if files are saved",
    "music_fn": "the file of the music; if it is saved",
    "transcript_fn": "the files of the subtitles; with `transcripts=True`",
    "file_error": "why a file is missing; if files are saved",
}

# The rows that a public function requests.
REQUESTED = tuple(row for row in ROWS if row.functions)
