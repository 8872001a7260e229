"""Who is there and what they posted: worked out from numbers, the same each time."""

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


@dataclass(frozen=True)
class Author:
    number: int

    @property
    def name(self) -> str:
        return f"creator_{self.number}" if self.number else "tiktok"

    @property
    def sec_uid(self) -> str:
        return f"MS4wLjABAAAA_invented_{self.number:05}"

    def user(self) -> dict[str, Any]:
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
    id: str
    number: int
    author: Author
    is_photo: bool

    @property
    def url(self) -> str:
        kind = "photo" if self.is_photo else "video"
        return f"https://www.tiktok.com/@{self.author.name}/{kind}/{self.id}"

    @property
    def short_link(self) -> str:
        return f"https://vm.tiktok.com/Z{self.id}/"

    @property
    def media(self) -> list[str]:
        if not self.is_photo:
            return [f"{_MEDIA}/video/{self.id}/?mime_type=video_mp4"]
        return [f"{_PICTURES_HOST}/photo/{self.id}/{n}~a.webp" for n in range(1, _PICTURES + 1)]

    def item(self) -> dict[str, Any]:
        """What a page says of it."""
        link = "" if self.is_photo else self.media[0]
        item: dict[str, Any] = {
            "id": self.id,
            "desc": f"Post {self.number} “quoted” & </scripted> #rstats 日本",
            "createTime": str(1675963000 + self.number),
            "video": {
                "duration": 0 if self.is_photo else 15 + self.number % 60,
                "downloadAddr": link,
                "playAddr": link,
            },
            "author": {**self.author.user()},
            "music": {"id": "6700000000000000001", "title": "original sound"},
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
            urls = [{"imageURL": {"urlList": [link, f"{link}?2"]}} for link in self.media]
            item["imagePost"] = {"images": urls}
        return item


def search_post(number: int) -> Post:
    author = Author(1 + number % _AUTHORS)
    return Post(str(_FIRST_ID + number), number, author, number % _AUTHORS == _AUTHORS - 1)


def profile_post(number: int) -> Post:
    return Post(str(_FIRST_ID_OF_TIKTOK + number), number, Author(0), is_photo=False)


def post(video_id: str) -> Post | None:
    if not video_id.isdecimal():
        return None
    for first, make in ((_FIRST_ID, search_post), (_FIRST_ID_OF_TIKTOK, profile_post)):
        if first <= int(video_id) < first + 100_000:
            return make(int(video_id) - first)
    return None


def author(name: str) -> Author | None:
    number = name.removeprefix("creator_")
    if name == "tiktok":
        return Author(0)
    return Author(int(number)) if number.isdecimal() and number != name else None


def accounts(scene: str) -> Iterator[Author]:
    total = FOLLOWERS if scene == "67" else FOLLOWING
    return (Author(100 + number) for number in range(total))
