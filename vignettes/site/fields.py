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
    Texts: ("string", "a text, or missing; ids keep every digit"),
    Counts: ("Int64", "a whole number, or missing"),
    Flags: ("boolean", "True, False, or missing"),
    Times: ("datetime64[UTC]", "a time in UTC, or missing"),
    Lists: ("object", "a list; `[]` where TikTok left it out, `None` where it was not requested"),
    Records: ("object", "a list of records (dictionaries)"),
    Structs: ("object", "a record (a dictionary)"),
}

# By column, in our words: what TikTok's documentation and codebook of September 2026 say of a field
# (developers.tiktok.com/doc/research-api-codebook), and what a table renames or adds.
MEANINGS: Mapping[str, str] = {
    "author_name": "the username of the account that posted the video (TikTok's `username`)",
    "avatar_url": "the address of the profile picture, which expires",
    "bio_description": "the text of the profile",
    "bio_url": "the link in the profile",
    "comment_count": "the number of comments on the video",
    "create_time": "when the video or comment was posted: a time (UTC) in searches, seconds since "
    "1970 in other tables",
    "display_name": "the name that the profile shows; it is not unique",
    "effect_ids": "the ids of the effects used in the video",
    "effect_info_list": "id, name and picture of each effect",
    "favorites_count": "how often the video was added to favourites",
    "follower_count": "the number of accounts that follow this one",
    "following_count": "the number of accounts that this one follows",
    "following_user": "the username you asked for, whose list the row belongs to",
    "found_by": "the names of the study's queries that found the video",
    "hashtag_info_list": "id, name and description of each hashtag",
    "hashtag_names": "the hashtags, without `#`",
    "id": "the id of the video or comment",
    "is_stem_verified": "whether TikTok has verified the video as high-quality STEM content",
    "is_verified": "whether TikTok has verified the account",
    "like_count": "the number of likes of the video or comment",
    "liked_by_user": "the username you asked for, which liked the video",
    "likes_count": "the number of likes of all videos of the account",
    "music_id": "the id of the music used in the video",
    "parent_comment_id": "the id of the comment that this one replies to, or that of the video if "
    "it is not a reply",
    "pinned_by_user": "the username you asked for, which pinned the video",
    "playlist_id": "the id of the playlist that the video belongs to",
    "playlist_item_total": "the number of videos in the playlist",
    "playlist_last_updated": "when the playlist was last changed, in seconds since 1970",
    "playlist_name": "the name of the playlist",
    "playlist_video_ids": "the id of a video in the playlist; one row for each",
    "region_code": "the country where the author registered the account, as two letters",
    "reply_count": "the number of replies to the comment",
    "reposted_by_user": "the username you asked for, which reposted the video",
    "share_count": "how often the video was shared",
    "sticker_info_list": "id and name of each sticker",
    "text": "the text of the comment; TikTok replaces personal data such as phone numbers by `*`, "
    "and a sticker has no text",
    "username": "the unique name of the account, without `@`",
    "video_count": "the number of videos that the account has posted",
    "video_description": "the description of the video, including hashtags",
    "video_duration": "the length of the video in seconds",
    "video_id": "the id of the video; in tables of videos TikTok's field is `id`",
    "video_label": "a label that TikTok added to the video, such as a link to information about an "
    "election",
    "video_mention_list": "the usernames that the description mentions",
    "video_tag": "marks of AI-generated content and of paid partnerships; TikTok's pages disagree "
    "about the numbers",
    "view_count": "how often the video was viewed",
    "voice_to_text": "the transcript by speech recognition, or the subtitles; 10 to 20 % of videos "
    "have one",
}

# The columns of a table of videos of the unofficial API.
WEB_MEANINGS: Mapping[str, str] = {
    "video_id": "the id of the post",
    "video_url": "the address of the post",
    "video_timestamp": "when it was posted",
    "video_length": "the length of the video in seconds",
    "video_title": "the description of the post, including hashtags",
    "video_locationcreated": "the country where it was posted, as two letters",
    "video_diggcount": "the number of likes",
    "video_sharecount": "how often it was shared",
    "video_commentcount": "the number of comments",
    "video_playcount": "how often it was viewed",
    "author_id": "the id of the account",
    "author_secuid": "the account's secUid, by which lists of followers are requested",
    "author_username": "the unique name of the account, without `@`",
    "author_nickname": "the name that the profile shows",
    "author_bio": "the text of the profile",
    "download_url": "the address of the file, which expires",
    "html_status": "the HTTP status of the page",
    "music": "the music of the post",
    "challenges": "the hashtags of the post",
    "is_secret": "whether the post is private",
    "is_for_friend": "whether only friends can see it",
    "is_slides": "whether it is a photo post",
    "video_status": "ok, or why there is no data: deleted, private, age-restricted, captcha, ...",
    "video_status_code": "TikTok's number for that",
    "content_classified": "whether TikTok restricts it by age",
    "video_fn": "the file of the video, or the files of the pictures; if files are saved",
    "music_fn": "the file of the music; if it is saved",
    "transcript_fn": "the files of the subtitles; with `transcripts=True`",
    "file_error": "why a file is missing; if files are saved",
}

_SETTING = "a setting of the profile; TikTok does not document its values"
_INTERNAL = "TikTok's own; not documented"

# The keys of an account on TikTok's pages. A list of followers has them as column names; user info
# has them in snake case.
ACCOUNT_MEANINGS: Mapping[str, str] = {
    "id": "the id of the account",
    "shortId": _INTERNAL,
    "uniqueId": "the unique name of the account, without `@`; `user_name` in user info",
    "nickname": "the name that the profile shows",
    "avatarLarger": "the address of the profile picture, which expires",
    "avatarMedium": "the same in medium size",
    "avatarThumb": "the same in small size",
    "signature": "the text of the profile",
    "createTime": "when the account was created",
    "verified": "whether TikTok has verified the account",
    "secUid": "the id by which lists of followers are requested",
    "ftc": _INTERNAL,
    "relation": "how the account is related to yours: 0 for not at all",
    "openFavorite": "whether the account shows its likes",
    "bioLinkLink": "the link in the profile",
    "bioLinkRisk": "how TikTok rates the risk of that link",
    "commentSetting": "who may comment; TikTok does not document the values",
    "commerceUserInfoCommerceUser": "whether it is a business account",
    "duetSetting": "who may make duets; TikTok does not document the values",
    "stitchSetting": "who may stitch; TikTok does not document the values",
    "privateAccount": "whether the account is private",
    "secret": "the same, under its older name",
    "isADVirtual": "whether it is a virtual account for advertising",
    "roomId": "the id of the live stream; empty if the account is not live",
    "uniqueIdModifyTime": "when the unique name was last changed",
    "ttSeller": "whether the account sells on TikTok Shop",
    "downloadSetting": "who may download; TikTok does not document the values",
    "profileTabShowMusicTab": "whether the profile has a tab for music",
    "profileTabShowQuestionTab": "whether the profile has a tab for questions",
    "profileTabShowPlayListTab": "whether the profile has a tab for playlists",
    "followingVisibility": "who may see which accounts it follows",
    "recommendReason": "why TikTok recommends the account",
    "nowInvitationCardUrl": _INTERNAL,
    "nickNameModifyTime": "when the shown name was last changed",
    "isEmbedBanned": "whether the profile may not be embedded in other pages",
    "canExpPlaylist": _INTERNAL,
    "profileEmbedPermission": _SETTING,
    "language": "the language of the account",
    "eventList": "events that the account announces",
    "suggestAccountBind": _INTERNAL,
    "isOrganization": "whether it is the account of an organization",
    "UserStoryStatus": "whether the account has a story; TikTok does not document the values",
    "followerCount": "the number of accounts that follow this one",
    "followingCount": "the number of accounts that this one follows",
    "heart": "the number of likes of all its posts",
    "heartCount": "the same",
    "videoCount": "the number of its posts",
    "diggCount": "the number of posts that it liked",
    "friendCount": "the number of accounts that it follows and that follow it",
}

# The rows that a public function requests.
REQUESTED = tuple(row for row in ROWS if row.functions)
