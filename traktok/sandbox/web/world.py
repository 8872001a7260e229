"""Invented accounts and posts, computed from numbers, so that they are the same each time.

Their JSON has the keys of TikTok's pages in 2026, as public code reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

POSTS = 300
FOLLOWERS, FOLLOWING = 75, 19

_FIRST_ID = 7200000000000000000
_FIRST_ID_OF_TIKTOK = 7106594312292453675
_AUTHORS = 10
_PICTURES = 3
_MEDIA = "https://v16-webapp-prime.tiktok.com"
_PICTURES_HOST = "https://p16-sign-va.tiktokcdn.com"
_MUSIC_HOST = "https://sf16-ies-music-va.tiktokcdn.com"


@dataclass(frozen=True)
class Author:
    """An account; number 0 is TikTok's own."""

    number: int

    @property
    def name(self) -> str:
        """The name in the address of the account."""
        return f"creator_{self.number}" if self.number else "tiktok"

    @property
    def sec_uid(self) -> str:
        """The id by which lists of followers are requested."""
        return f"MS4wLjABAAAA_invented_{self.number:05}"

    def user(self) -> dict[str, Any]:
        """Return the JSON of the account in pages and lists."""
        return {
            "id": str(6800000000000000000 + self.number),
            "shortId": "",
            "uniqueId": self.name,
            "nickname": f"Creator {self.number} 🌊",
            "avatarLarger": f"{_PICTURES_HOST}/avatar/{self.number}.jpeg",
            "avatarMedium": f"{_PICTURES_HOST}/avatar/{self.number}~m.jpeg",
            "avatarThumb": f"{_PICTURES_HOST}/avatar/{self.number}~t.jpeg",
            "signature": f"An invented person, number {self.number}",
            "createTime": 1500000000 + self.number,
            "verified": self.number == 0,
            "secUid": self.sec_uid,
            "ftc": False,
            "relation": 0,
            "openFavorite": False,
            "bioLink": {"link": "https://example.org/", "risk": 0},
            "commentSetting": 0,
            "duetSetting": 0,
            "stitchSetting": 0,
            "privateAccount": False,
            "secret": False,
            "isADVirtual": False,
            "ttSeller": False,
            "downloadSetting": 0,
            "nickNameModifyTime": 0,
        }

    def stats(self) -> dict[str, Any]:
        """Return the counts of the account."""
        return {
            "followerCount": 1000 + self.number,
            "followingCount": self.number,
            "heart": 5_000_000_000 + self.number,
            "heartCount": 5_000_000_000 + self.number,
            "videoCount": POSTS,
            "diggCount": 7,
            "friendCount": 1,
        }


@dataclass(frozen=True)
class Post:
    """A video, or a photo post."""

    id: str
    number: int
    author: Author
    is_photo: bool

    @property
    def url(self) -> str:
        """The address of the post's page."""
        kind = "photo" if self.is_photo else "video"
        return f"https://www.tiktok.com/@{self.author.name}/{kind}/{self.id}"

    @property
    def short_link(self) -> str:
        """The short link that the app shares."""
        return f"https://vm.tiktok.com/Z{self.id}/"

    @property
    def download_link(self) -> str:
        """The link that is refused for many posts since August 2026."""
        return f"{_MEDIA}/video/{self.id}/?mime_type=video_mp4"

    @property
    def play_link(self) -> str:
        """The link that the page's player uses."""
        return f"{_MEDIA}/video/{self.id}/play/?mime_type=video_mp4"

    def variant_link(self, codec: str) -> str:
        """Return the link of one of the encodings in ``bitrateInfo``."""
        return f"{_MEDIA}/video/{self.id}/{codec}/?mime_type=video_mp4"

    @property
    def music_link(self) -> str:
        """The link of the music."""
        return f"{_MUSIC_HOST}/music/{self.id}/tune.mp3"

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the transcripts; about 36 % of videos have some."""
        return ("eng-US", "deu-DE")[: 1 + self.number % 2] if self.number % 3 == 1 else ()

    def transcript_link(self, language: str) -> str:
        """Return the link of a transcript."""
        return f"{_MEDIA}/subtitle/{self.id}/{language}.vtt"

    @property
    def has_dead_download(self) -> bool:
        """Whether the download link is refused if the switch says so for many posts."""
        return self.number % 3 == 2

    @property
    def media(self) -> list[str]:
        """The links of the video, or of each picture."""
        if not self.is_photo:
            return [self.download_link]
        return [f"{_PICTURES_HOST}/photo/{self.id}/{n}~a.webp" for n in range(1, _PICTURES + 1)]

    def item(self) -> dict[str, Any]:
        """Return the JSON of the post in its page."""
        item: dict[str, Any] = {
            "id": self.id,
            "desc": f"Post {self.number} “quoted” & </scripted> #rstats 日本",
            "createTime": str(1675963000 + self.number),
            "video": self._slides() if self.is_photo else self._video(),
            "author": {**self.author.user()},
            "music": {
                "id": "6700000000000000001",
                "title": "original sound",
                "playUrl": self.music_link,
            },
            "challenges": [{"id": "11111", "title": "rstats", "desc": ""}],
            "stats": {
                "diggCount": 1000 + self.number,
                "shareCount": 20,
                "commentCount": 30,
                "playCount": 50_000_000_000 + self.number,
                "collectCount": "977",
            },
            "statsV2": {"diggCount": str(1000 + self.number)},
            "secret": False,
            "forFriend": False,
            "locationCreated": "US",
        }
        if self.is_photo:
            size = {"imageWidth": 1080, "imageHeight": 1920}
            urls = [{"imageURL": {"urlList": [link, f"{link}?2"]}, **size} for link in self.media]
            item["imagePost"] = {"images": urls}
        return item

    def _video(self) -> dict[str, Any]:
        variants = [
            {
                "CodecType": codec,
                "Bitrate": bitrate,
                "PlayAddr": {"UrlList": [self.variant_link(codec)]},
            }
            for codec, bitrate in (("h265_hvc1", 900_000), ("h264", 600_000))
        ]
        tracks = [
            {
                "LanguageCodeName": language,
                "Source": "MT" if place else "ASR",
                "Format": "webvtt",
                "Url": self.transcript_link(language),
            }
            for place, language in enumerate(self.languages)
        ]
        return {
            "duration": 15 + self.number % 60,
            "downloadAddr": self.download_link,
            "playAddr": self.play_link,
            "bitrateInfo": variants,
            **({"subtitleInfos": tracks} if tracks else {}),
        }

    def _slides(self) -> dict[str, Any]:
        """Return the video object of a photo post, whose playAddr is the music in some posts."""
        has_tune = self.number // _AUTHORS % 2 == 1
        tune = self.music_link if has_tune else ""
        return {"duration": 0, "downloadAddr": "", "playAddr": tune}


def search_post(number: int) -> Post:
    """Return a post that a search finds."""
    author = Author(1 + number % _AUTHORS)
    return Post(str(_FIRST_ID + number), number, author, number % _AUTHORS == _AUTHORS - 1)


def profile_post(number: int) -> Post:
    """Return a post of TikTok's own account."""
    return Post(str(_FIRST_ID_OF_TIKTOK + number), number, Author(0), is_photo=False)


def post(video_id: str) -> Post | None:
    """Return the post of an id, None if there is none."""
    if not video_id.isdecimal():
        return None
    for first, make in ((_FIRST_ID, search_post), (_FIRST_ID_OF_TIKTOK, profile_post)):
        if first <= int(video_id) < first + 100_000:
            return make(int(video_id) - first)
    return None


def author(name: str) -> Author | None:
    """Return the account of a name, None if there is none."""
    number = name.removeprefix("creator_")
    if name == "tiktok":
        return Author(0)
    return Author(int(number)) if number.isdecimal() and number != name else None


def accounts(scene: str) -> Iterator[Author]:
    """Yield the followers (scene 67) or the accounts followed (scene 21)."""
    total = FOLLOWERS if scene == "67" else FOLLOWING
    return (Author(100 + number) for number in range(total))
