"""The invented world: it is made from a seed, and never changes.

Tests compare results with it: `search` returns everything that a query matches, hidden videos
included, `visible` what a client can get of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from random import Random
from typing import Any

from . import invent, vignette
from .invent import SIZES
from .query import Query, day, posted
from .records import Comment, Entry, Playlist, User, Video, newest_first
from .words import LANGUAGES, Language

SEED, SMALL = 1, "small"
PLAYLISTS = 30
UNDISCLOSED = 50  # one of this many videos does not disclose its comments
# The vignette was made in October 2024; what it shows of likes and follows is older than that.
VIGNETTE_MADE = datetime(2024, 10, 8, tzinfo=UTC)
FIRST_FOLLOW = datetime(2021, 1, 1, tzinfo=UTC)
# Of the first hundred followers of tiktok ten are withheld, of the likes of jbgruber two.
WITHHELD_FOLLOWERS = frozenset(range(14, 100, 9))
WITHHELD_LIKES = frozenset({23, 71})


class World:
    """The users, the videos, and their lists, which are in the API's order."""

    def __init__(self, seed: int = SEED, size: str = SMALL) -> None:
        if size not in SIZES:
            raise ValueError(f"world must be {' or '.join(SIZES)}, not {size!r}")
        self.seed = seed
        people = invent.users(self._random("users"), size)
        self.users: Mapping[str, User] = {user.username: user for user in people}
        videos = invent.videos(self._random("videos"), people, size)
        self.playlists, self.videos = self._playlists(videos)
        self._days: dict[date, list[Video]] = defaultdict(list)
        for video in self.videos:
            self._days[posted(video)].append(video)

    def _random(self, part: str) -> Random:
        """Return a random generator for one part, so that it can change without the others."""
        return Random(f"{self.seed}/{part}")

    # ---------------------------------------------------------- videos

    def search(self, query: object, start: date | str, end: date | str) -> list[Video]:
        """Return everything that matches a query, by descending id as TikTok does."""
        return list(_matches(self, Query.read(query), _day(start), _day(end)))

    def visible(self, query: object, start: date | str, end: date | str) -> list[Video]:
        """Return the matches that a client can get."""
        return [video for video in self.search(query, start, end) if not video.hidden]

    def days(self, start: date, end: date) -> Iterable[Video]:
        """Yield the videos of a span of days."""
        for offset in range((end - start).days + 1):
            yield from self._days.get(start + timedelta(days=offset), ())

    @cached_property
    def videos_of(self) -> Mapping[str, tuple[Video, ...]]:
        """Return the videos by author."""
        return _by_author(self.videos)

    def _playlists(
        self, videos: Sequence[Video]
    ) -> tuple[Mapping[int, Playlist], tuple[Video, ...]]:
        """Build playlists for the accounts that post most; their videos carry the playlist's id."""
        random = self._random("playlists")
        public = [own for name, own in _by_author(videos).items() if not self.users[name].hidden]
        busiest = sorted(public, key=len, reverse=True)[:PLAYLISTS]
        playlists, changed = {}, {}
        for rank, own in enumerate(busiest):
            # The first is long enough for two pages, the others hold a handful.
            size = 140 if rank == 0 else random.randint(2, 12)
            chosen = random.sample(own, min(size, len(own)))
            updated = max(video.create_time for video in chosen) + 3_600
            number = invent.snowflake(updated, random)
            members = tuple(replace(video, playlist_id=number) for video in chosen)
            changed.update({video.id: video for video in members})
            playlists[number] = Playlist(number, f"Series {rank + 1} ✨", updated, members)
        return playlists, tuple(changed.get(video.id, video) for video in videos)

    # ---------------------------------------------------------- comments

    @cached_property
    def comments(self) -> Mapping[int, tuple[Comment, ...]]:
        """Return the comments by video, replies among them."""
        random = self._random("comments")
        found = {
            video.id: tuple(invent.comments(random, video, self._words(video)))
            for video in self.videos
            if video.id % 5 == 0 or video.id in vignette.COMMENTS
        }
        quiet = [video for video in self.videos if video.id not in found and not video.hidden]
        loudest = max(quiet, key=lambda video: video.comment_count)
        more = invent.many_comments(self._random("many comments"), loudest, self._words(loudest))
        return {**found, loudest.id: tuple(more)}

    @cached_property
    def replies(self) -> Mapping[int, tuple[Comment, ...]]:
        """Return the replies by the comment that they answer."""
        found: dict[int, list[Comment]] = defaultdict(list)
        for comments in self.comments.values():
            for comment in comments:
                if comment.is_reply:
                    found[comment.parent_comment_id].append(comment)
        return {number: tuple(replies) for number, replies in found.items()}

    @cached_property
    def undisclosed(self) -> frozenset[int]:
        """Return the ids of the videos whose comments TikTok withholds."""
        known = [id for id in self.comments if id not in vignette.COMMENTS]
        return frozenset(self._random("undisclosed").sample(known, len(known) // UNDISCLOSED))

    def _words(self, video: Video) -> Language:
        return LANGUAGES[self.users[video.username].language]

    @cached_property
    def videos_by_id(self) -> Mapping[int, Video]:
        """Return the videos by id."""
        return {video.id: video for video in self.videos}

    @cached_property
    def comments_by_id(self) -> Mapping[int, Comment]:
        """Return the comments by id."""
        return {comment.id: comment for found in self.comments.values() for comment in found}

    # ---------------------------------------------------------- who follows whom

    @cached_property
    def _follows(self) -> list[tuple[str, str, int]]:
        """List who follows whom since when (ms). No two times are equal: a time is a cursor."""
        random = self._random("follows")
        names = list(self.users)
        followers = [name for name in names if name not in {"jbgruber", "tiktok"}]
        pairs = [
            (who, whom)
            for who in followers
            for whom in random.sample(names, random.choice((0, 2, 10, 30)))
            if whom not in {who, "tiktok"}
        ]
        first, last = FIRST_FOLLOW.timestamp(), VIGNETTE_MADE.timestamp() - 400 * 86_400
        seconds = random.sample(range(int(first), int(last)), len(pairs))
        return [
            *((who, whom, at * 1_000) for (who, whom), at in zip(pairs, seconds, strict=True)),
            *_dated((("jbgruber", name) for _, name in vignette.FOLLOWED_BY_JBGRUBER), step=5.3),
            *_dated(((name, "tiktok") for name in self._followers_of_tiktok()), step=0.7),
        ]

    def _followers_of_tiktok(self) -> list[str]:
        printed = [name for _, name in vignette.FOLLOWERS_OF_TIKTOK]
        taken = {*printed, "tiktok", "jbgruber"}
        others = [user for name, user in self.users.items() if name not in taken]
        seen = [user.username for user in others if not user.hidden]
        unseen = [user.username for user in others if user.hidden]
        names = list(printed)
        while len(names) < 100:
            names.append((unseen if len(names) in WITHHELD_FOLLOWERS else seen).pop(0))
        rest = seen + unseen
        self._random("followers of tiktok").shuffle(rest)
        return names + rest[:150]

    @cached_property
    def following(self) -> Mapping[str, tuple[Entry, ...]]:
        """Return the accounts that each account follows."""
        return self._entries((who, self.users[whom], at) for who, whom, at in self._follows)

    @cached_property
    def followers(self) -> Mapping[str, tuple[Entry, ...]]:
        """Return the followers of each account."""
        return self._entries((whom, self.users[who], at) for who, whom, at in self._follows)

    # ---------------------------------------------------------- likes, pins, reposts

    @cached_property
    def liked(self) -> Mapping[str, tuple[Entry, ...]]:
        """Return the videos that each account likes."""
        random = self._random("likes")
        likes: list[tuple[str, Video, int]] = []
        for user in self.users.values():
            if user.username == "jbgruber" or "liked" not in user.shows:
                continue
            chosen = random.sample(self.videos, random.choice((0, 4, 30, 130, 250)))
            likes += [(user.username, v, _after(v, random)) for v in chosen]
        likes += [("jbgruber", v, at) for v, at in self._likes_of_jbgruber(random)]
        return self._entries(likes)

    def _likes_of_jbgruber(self, random: Random) -> list[tuple[Video, int]]:
        by_id = {video.id: video for video in self.videos}
        known = [by_id[film.id] for film in vignette.LIKED]
        early = VIGNETTE_MADE.timestamp() - 200 * 86_400
        films = {film.id for film in vignette.FILMS}
        older = [v for v in self.videos if v.create_time < early and v.id not in films]
        seen = random.sample([v for v in older if not v.hidden], 88)
        unseen = random.sample([v for v in older if v.hidden], len(WITHHELD_LIKES))
        for place in sorted(WITHHELD_LIKES):
            seen.insert(place - len(known), unseen.pop())
        return [(video, at) for video, at in _dated(((v,) for v in known + seen), step=0.04)]

    @cached_property
    def pinned(self) -> Mapping[str, tuple[Video, ...]]:
        """Return the videos that each account pinned."""
        random = self._random("pins")
        pinned = {
            name: tuple(random.sample(videos, min(len(videos), random.choice((0, 1, 3)))))
            for name, videos in self.videos_of.items()
        }
        first = next(video for video in self.videos if video.id == vignette.PINNED.id)
        return pinned | {first.username: (first,)}

    @cached_property
    def reposted(self) -> Mapping[str, tuple[Video, ...]]:
        """Return the videos that each account reposted."""
        random = self._random("reposts")
        return {
            name: tuple(random.sample(self.videos, random.choice((0, 0, 2, 15, 140))))
            for name in self.users
        }

    @staticmethod
    def _entries(
        triples: Iterable[tuple[str, Video | User, int]],
    ) -> Mapping[str, tuple[Entry, ...]]:
        lists: dict[str, list[Entry]] = defaultdict(list)
        for name, item, at in triples:
            lists[name].append(Entry(at, item))
        return {name: newest_first(entries) for name, entries in lists.items()}


def _by_author(videos: Iterable[Video]) -> Mapping[str, tuple[Video, ...]]:
    found: dict[str, list[Video]] = defaultdict(list)
    for video in videos:
        found[video.username].append(video)
    return {name: tuple(own) for name, own in found.items()}


def _dated(rows: Iterable[tuple[Any, ...]], step: float) -> Iterable[tuple[Any, ...]]:
    """Yield rows with a time (ms) at the end, each `step` days before the previous one."""
    last = int(VIGNETTE_MADE.timestamp()) - 3_600
    for place, row in enumerate(rows):
        yield (*row, (last - int(place * step * 86_400)) * 1_000)


def _after(video: Video, random: Random) -> int:
    return video.create_time * 1_000 + random.randrange(3_600_000, 30 * 86_400_000)


def _day(given: date | str) -> date:
    return day(given) if isinstance(given, str) else given


@lru_cache(maxsize=512)
def _matches(world: World, query: Query, start: date, end: date) -> tuple[Video, ...]:
    found = [video for video in world.days(start, end) if query.matches(video)]
    return tuple(sorted(found, key=lambda video: -video.id))


@lru_cache(maxsize=8)
def world_of(seed: int, size: str = SMALL) -> World:
    """Return the world of a seed and a size, made once and shared: nothing in it changes."""
    return World(seed, size)
