"""Invent people, videos and comments: whatever the R package's vignette does not show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from . import vignette
from .records import Comment, Status, User, Video
from .words import (
    EMOJI,
    EVERYWHERE,
    HANDLE_BEGINNINGS,
    HANDLE_ENDINGS,
    LANGUAGES,
    REGIONS,
    STICKERS,
    Language,
)

FIRST = datetime(2022, 11, 1, tzinfo=UTC)
LAST = datetime(2024, 11, 1, tzinfo=UTC)
# The month of the vignette is dense, so that a search of it can run to ten pages.
BUSY_FROM = datetime.combine(vignette.START, datetime.min.time(), UTC)
BUSY_TO = datetime.combine(vignette.END + timedelta(days=1), datetime.min.time(), UTC)
# In the small world; a world of another size has a multiple of them.
VIDEOS, VIDEOS_OF_BUSY_MONTH, USERS = 5_000, 1_850, 400
SIZES: Mapping[str, int] = {"small": 1, "large": 10}
TRACKS, EFFECTS = 600, 60
MANY_COMMENTS = 1_300

_TAG = re.compile(r"#(\w+)")
_STATUSES = {Status.PUBLIC: 84, Status.PRIVATE: 6, Status.DELETED: 5, Status.WITHHELD: 5}
_DURATIONS = ((5, 14), (15, 15), (16, 60), (61, 299), (300, 300), (301, 600))
_LABELS: tuple[Mapping[str, Any], ...] = (
    {"content": "Get the facts", "type": 1},
    {"content": "Participating can be harmful"},
)
_TAGS: tuple[Mapping[str, Any], ...] = (
    {"type": "AIGC Type", "number": 1},
    {"type": "Branded Type", "number": 7},
)


def snowflake(created: int, random: Random, lead: tuple[int, int] = (18, 92)) -> int:
    """Return an id like TikTok's: its first bits are a time 1 to 70 s before `create_time`.

    129 public records were measured. The draw has 75 values because any other number would change
    every later draw, and with it the whole world that the cassettes hold.
    """
    return (created - min(random.randint(*lead), 70)) << 32 | random.getrandbits(32)


def count(random: Random, typical: float) -> int:
    """Return a random count; counts spread over orders of magnitude."""
    return int(random.lognormvariate(0, 1.8) * typical)


def _choose(random: Random, shares: Mapping[Any, int]) -> Any:
    return random.choices(list(shares), list(shares.values()))[0]


# ------------------------------------------------------------- people


def users(random: Random, size: str) -> list[User]:
    """Return the vignette's accounts and invented ones, some private, deleted or withheld."""
    shares = {region: share for region, (share, _) in REGIONS.items()}
    known = [_known_user(name, profile) for name, profile in known_profiles().items()]
    taken = {user.username for user in known}
    number = USERS * SIZES[size]
    invented = [_user(random, _choose(random, shares), taken) for _ in range(number)]
    return known + invented


@cache
def known_profiles() -> Mapping[str, Mapping[str, Any]]:
    """Return what the vignette prints about its accounts, by username."""
    profiles: dict[str, dict[str, Any]] = {
        username: {"display_name": display}
        for display, username in (*vignette.FOLLOWED_BY_JBGRUBER, *vignette.FOLLOWERS_OF_TIKTOK)
    }
    for film in vignette.FILMS:
        profiles.setdefault(film.username, {})["region_code"] = film.region
    for username, profile in vignette.PROFILES.items():
        profiles.setdefault(username, {}).update(profile)
    return profiles


def _known_user(username: str, profile: Mapping[str, Any]) -> User:
    known = {"display_name": username, "region_code": "US"} | dict(profile)
    language = REGIONS.get(known["region_code"], (0, "es"))[1]
    return User(username=username, language=language, **known)


def _user(random: Random, region: str, taken: set[str]) -> User:
    language = REGIONS[region][1]
    words = LANGUAGES[language]
    username = _handle(random, taken)
    shows = {"pinned", "reposted", "followers"}
    shows |= {"liked"} if random.random() < 0.12 else set()  # opt-in: few users show their likes
    shows |= {"following"} if random.random() < 0.8 else set()
    # Padding with NUL was seen in names of real answers.
    padding = "\0\0" if random.random() < 0.01 else ""
    return User(
        username=username,
        display_name=random.choice(words.names) + padding,
        region_code=region,
        language=language,
        bio_description=_sentence(random, words) if random.random() < 0.7 else "",
        bio_url=f"https://{username}.example.net" if random.random() < 0.1 else "",
        avatar_url=f"https://p16-sign.example.net/{username}/avatar.webp",
        is_verified=random.random() < 0.04,
        follower_count=count(random, 900),
        following_count=count(random, 120),
        likes_count=count(random, 20_000) * (200_000 if random.random() < 0.01 else 1),
        video_count=count(random, 40),
        status=_choose(random, _STATUSES),
        shows=frozenset(shows),
    )


def _handle(random: Random, taken: set[str]) -> str:
    while True:
        mark = random.choice(("", ".", "_"))
        number = random.choice(("", str(random.randint(1, 9999))))
        words = random.choice(HANDLE_BEGINNINGS), random.choice(HANDLE_ENDINGS)
        handle = mark.join(words) + number
        if handle not in taken:
            taken.add(handle)
            return handle


# ------------------------------------------------------------- videos


def videos(random: Random, people: Sequence[User], size: str) -> list[Video]:
    """Return all videos, the newest id first."""
    by_name = {user.username: user for user in people}
    authors = [user for user in people if user.username not in known_profiles()]
    # A few post nearly daily, most now and then.
    weights = [1 / (rank + 8) for rank in range(len(authors))]
    when = [_moment(random, FIRST, LAST) for _ in range(VIDEOS * SIZES[size])]
    busy = VIDEOS_OF_BUSY_MONTH * SIZES[size]
    when += [_moment(random, BUSY_FROM, BUSY_TO) for _ in range(busy)]
    tracks = [_track(random) for _ in range(TRACKS)]
    made = [_film(random, film, by_name[film.username]) for film in vignette.FILMS]
    made += [
        _video(random, author, created, random.choice(tracks))
        for author, created in zip(random.choices(authors, weights, k=len(when)), when, strict=True)
    ]
    return sorted(made, key=lambda video: -video.id)


def _moment(random: Random, first: datetime, last: datetime) -> int:
    return random.randrange(int(first.timestamp()), int(last.timestamp()))


def _track(random: Random) -> int:
    """Return the id of a piece of music: all 55 recorded ones have 19 digits."""
    return (
        random.randrange(10**18, 75 * 10**17)
        if random.random() < 0.9
        else 6 * 10**18 + random.randrange(10**16)
    )


def _film(random: Random, film: vignette.Film, author: User) -> Video:
    return Video(
        id=film.id,
        create_time=film.created or (film.id >> 32) + random.randint(18, 60),
        username=author.username,
        region_code=author.region_code,
        video_description=film.text,
        hashtag_names=tuple(_TAG.findall(film.text)),
        effect_ids=("0",),
        music_id=_track(random),
        video_duration=film.seconds,
        view_count=film.views,
        comment_count=film.comments,
        like_count=film.views // 12,
        share_count=film.views // 150,
        favorites_count=film.views // 60,
    )


def _video(random: Random, author: User, created: int, track: int) -> Video:
    words = LANGUAGES[author.language]
    tags = _tags(random, words)
    views = count(random, 1_500)
    if random.random() < 0.002:
        views += random.randrange(2**31, 9 * 10**9)
    chance = random.random
    return Video(
        id=snowflake(created, random),
        create_time=created,
        username=author.username,
        region_code=author.region_code,
        video_description=_description(random, words, tags),
        hashtag_names=tags,
        effect_ids=_effects(random),
        music_id=track,
        playlist_id=None,
        voice_to_text=_speech(random, words) if chance() < 0.15 else "",
        is_stem_verified=chance() < 0.03,
        video_duration=random.randint(*random.choice(_DURATIONS)),
        view_count=views,
        like_count=int(views * chance() * 0.2),
        comment_count=int(views * chance() * 0.01),
        share_count=int(views * chance() * 0.01),
        favorites_count=int(views * chance() * 0.03),
        stickers=(random.choice(STICKERS),) if chance() < 0.04 else (),
        video_label=random.choice(_LABELS) if chance() < 0.01 else None,
        video_tag=random.choice(_TAGS) if chance() < 0.02 else None,
        hidden=author.hidden or chance() < 0.05,
        lost=frozenset({random.choice(("like_count", "music_id", "region_code", "share_count"))})
        if chance() < 0.03
        else frozenset(),
    )


def _tags(random: Random, words: Language) -> tuple[str, ...]:
    pool = words.tags + EVERYWHERE
    return tuple(random.sample(pool, random.choices(range(6), (15, 25, 25, 20, 10, 5))[0]))


def _description(random: Random, words: Language, tags: Iterable[str]) -> str:
    if random.random() < 0.02:
        return ""
    parts = [_sentence(random, words), *(f"#{tag}" for tag in tags)]
    if random.random() < 0.3:
        parts.insert(1, random.choice(EMOJI))
    if random.random() < 0.03:
        parts.append(f"@{random.choice(HANDLE_BEGINNINGS)}{random.choice(HANDLE_ENDINGS)}")
    return " ".join(parts) + ("\0" if random.random() < 0.004 else "")


def _sentence(random: Random, words: Language) -> str:
    return f"{random.choice(words.openings)} {random.choice(words.subjects)}"


def _speech(random: Random, words: Language) -> str:
    return ". ".join(_sentence(random, words) for _ in range(random.randint(2, 6)))


def _effects(random: Random) -> tuple[str, ...]:
    if random.random() < 0.6:
        return ()
    return tuple(str(63_960_000 + random.randrange(EFFECTS)) for _ in range(random.randint(1, 2)))


# ------------------------------------------------------------- comments


def comments(random: Random, video: Video, words: Language) -> list[Comment]:
    """Return a video's comments and replies, the most liked first, as TikTok lists them."""
    said = [
        _printed_comment(random, video, remark) for remark in vignette.COMMENTS.get(video.id, ())
    ]
    if video.id == vignette.COMMENTED.id:
        return _long_list(random, video, words, said)
    if said:
        return _sorted_comments(said)
    size = min(video.comment_count, random.choice((0, 3, 8, 8, 20, 20, 45, 260)))
    top = [_comment(random, video, words, count(random, 3)) for _ in range(size)]
    replies = [
        _comment(random, video, words, likes=0, parent=parent)
        for parent in top
        for _ in range(random.choice((0, 0, 0, 0, 1, 3)))
    ]
    return _sorted_comments(top + replies)


def many_comments(random: Random, video: Video, words: Language) -> list[Comment]:
    """Return more comments than TikTok lists."""
    return _sorted_comments(
        _comment(random, video, words, count(random, 3)) for _ in range(MANY_COMMENTS)
    )


def _long_list(random: Random, video: Video, words: Language, said: list[Comment]) -> list[Comment]:
    """Return the comments that the vignette prints, and less liked ones to fill the page."""
    rest = [
        _comment(random, video, words, likes=random.randint(0, 15))
        for _ in range(vignette.LONG_LIST - len(said))
    ]
    return [
        replace(comment, hidden=place in vignette.WITHHELD_OF_LONG_LIST)
        for place, comment in enumerate(_sorted_comments(said + rest))
    ]


def _sorted_comments(loose: Iterable[Comment]) -> list[Comment]:
    """Count the replies, and sort all."""
    found = list(loose)
    replies: dict[int, int] = {}
    for comment in found:
        replies[comment.parent_comment_id] = replies.get(comment.parent_comment_id, 0) + 1
    counted = [
        replace(comment, reply_count=replies[comment.id]) if comment.id in replies else comment
        for comment in found
    ]
    return sorted(counted, key=lambda c: (-c.like_count, c.is_reply, -c.create_time))


def _printed_comment(random: Random, video: Video, remark: vignette.Remark) -> Comment:
    return Comment(
        id=remark.id or snowflake(remark.created, random, (20, 40)),
        video_id=video.id,
        parent_comment_id=remark.reply_to or video.id,
        text=remark.text,
        create_time=remark.created,
        like_count=remark.likes,
        display_name=_name(random, LANGUAGES["en"]),
    )


def _comment(
    random: Random, video: Video, words: Language, likes: int, parent: Comment | None = None
) -> Comment:
    created = (parent or video).create_time + random.randint(60, 5 * 86_400)
    return Comment(
        id=snowflake(created, random, (20, 40)),
        video_id=video.id,
        parent_comment_id=parent.id if parent else video.id,
        text=_remark(random, words),
        create_time=created,
        like_count=likes,
        display_name=_name(random, words),
        hidden=random.random() < 0.04,
    )


def _remark(random: Random, words: Language) -> str:
    """Return a text; stickers have none, and telephone numbers are masked."""
    chance = random.random()
    if chance < 0.04:
        return ""
    if chance < 0.06:
        return f"{random.choice(words.remarks)} 01******{random.randint(10, 99)}"
    return random.choice(words.remarks)


def _name(random: Random, words: Language) -> str:
    return random.choice(words.names)
