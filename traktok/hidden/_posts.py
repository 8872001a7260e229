"""Videos one after another: data, row, files, wait."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traktok import _clock
from traktok._run.progress import Step, Steps, steps
from traktok._tables.builder import TableBuilder
from traktok._text import duration, size
from traktok.errors import ApiError, Argument, Message, TraktokError, keeping, warn
from traktok.hidden import _columns, _inputs, _site
from traktok.hidden._cache import Cache
from traktok.hidden._fetcher import FetchedPost, PostFetcher
from traktok.hidden._inputs import Patience, Post
from traktok.hidden._media import Files
from traktok.hidden._retry import Try, tried
from traktok.hidden._web import Web
from traktok.results import TikTokResults

# So many videos, the last, tell how fast it goes: those from the cache come first, in no time.
_PACE = 50


@dataclass(frozen=True)
class VideoOptions:
    """What a call was told besides its videos."""

    save_video: bool
    overwrite: bool
    folder: Path
    cache: Cache
    patience: Patience

    @classmethod
    def of(
        cls,
        save_video: bool = True,
        overwrite: bool = False,
        dir: Any = ".",
        cache_dir: Any = None,
        sleep_pool: Any = range(1, 11),
        max_tries: Any = 5,
    ) -> VideoOptions:
        """Take the arguments as users give them; make the folders."""
        patience = Patience.of(max_tries, sleep_pool)
        folder = _inputs.folder(dir, "dir") if save_video else Path()
        cache = Cache(None if cache_dir is None else _inputs.folder(cache_dir, "cache_dir"))
        return cls(bool(save_video), bool(overwrite), folder, cache, patience)


def collect(
    posts: Sequence[Post], plan: VideoOptions, web: Web, verbose: bool | None
) -> TikTokResults:
    """Get a row for each post, and its files; whatever breaks off keeps the rows so far."""
    shown = steps(verbose)
    run = _Run(plan, web, shown, len(posts))
    with keeping(run.table):
        try:
            with (shown if len(posts) > 1 else steps(False)).step("Getting videos") as whole:
                for number, post in enumerate(posts, start=1):
                    asked = run.get(post, number)
                    whole.update(run.told(number), number / len(posts))
                    if asked and number < len(posts):
                        run.wait()
        except OSError as error:
            raise TraktokError(f"A file can't be written: {error}.") from error
        return run.finish()


class _Run:
    """One call, while it goes on."""

    def __init__(self, plan: VideoOptions, web: Web, shown: Steps, total: int) -> None:
        self._plan, self._web, self._shown, self._total = plan, web, shown, total
        self._fetcher = PostFetcher(web, plan.cache, plan.patience, shown.say)
        self._builder = TableBuilder(_columns.videos(plan.save_video), None)
        self._seen: set[str | None] = set()
        self._without: Counter[str] = Counter()
        self._missing: Counter[str | None] = Counter()
        self._failed = self._bytes = 0
        self._moments = deque[float](maxlen=_PACE + 1)

    def get(self, post: Post, number: int) -> bool:
        """Add the row of a post, and get its files; tell whether TikTok was asked."""
        place = f"({number:,}/{self._total:,})"
        doing = f"Getting video {post.name} {place}"
        with self._shown.step(doing) as step:
            lead = self._fetcher.lead(post)
            if isinstance(lead, Post) and lead.video_id in self._seen:
                return True  # a short link to what is there already
            found = lead if isinstance(lead, FetchedPost) else self._find(lead)
            self._seen.add(found.post.video_id)
            row = found.row()
            saved = ""
            if self._plan.save_video and found.is_open:
                saved = self._save(found, row, step, lambda came: f"{doing}. {size(came)} so far.")
            self._builder.add([row])
            self._count(found, row, step)
            step.done(f"Got video {found.post.name} {place}.{saved}")
        return found.asked

    def _find(self, post: Post) -> FetchedPost:
        cached = None if self._plan.overwrite else self._fetcher.cached(post)
        return cached or self._fetcher.ask(post)

    def _count(self, found: FetchedPost, row: dict[str, Any], step: Step) -> None:
        self._missing[found.missing] += 1
        if not found.has_item:
            why = str(row["video_status"] or _site.meaning(row["video_status_code"]))
            self._fail(step, why)
            reason, _, _ = why.partition(":")
            self._without[reason] += 1

    def _fail(self, step: Step, why: str | None) -> None:
        self._failed += 1
        step.fail(why)

    # ------------------------------------------------------------------------------------ files

    def _save(
        self, found: FetchedPost, row: dict[str, Any], step: Step, so_far: Callable[[int], str]
    ) -> str:
        """Get the files of a post; say how large they are."""
        files = self._files(found, row["author_username"], lambda came: step.update(so_far(came)))
        if not files.complete:
            self._fail(step, files.trouble)
            warn(f"The files of {found.post.name} could not be had ({files.trouble}).")
        if not files.paths:
            return ""
        row["video_fn"] = ", ".join(map(str, files.paths))
        self._bytes += files.size
        return f" File size: {size(files.size)}."

    def _files(self, found: FetchedPost, author: Any, coming: Callable[[int], None]) -> Files:
        links, are_pictures = found.links()
        name = author if isinstance(author, str) else None
        pictures = len(links) if are_pictures else 0
        files = Files.of(self._plan.folder, name, found.post.name, pictures)
        if not self._plan.overwrite:
            files.find()

        def attempt() -> Try[Files]:
            nonlocal links
            # Links end soon and belong to their page's cookies: each further try has fresh ones.
            links = links or self._fetcher.ask(found.post).links()[0]
            files.fetch(self._web, links, coming)
            may_come = bool(links) and not files.complete
            links = []
            trouble = f"Download failed ({files.trouble})" if may_come else None
            return Try(files, trouble, retry_after=files.retry_after)

        return files if files.complete else tried(attempt, self._plan.patience, self._shown.say)

    # ------------------------------------------------------------------------------ all of them

    def wait(self) -> None:
        """Wait before the next page."""
        seconds = self._plan.patience.draw()
        with self._shown.step(f"Waiting {seconds:.1f} s"):
            _clock.sleep(seconds)

    def told(self, number: int) -> str:
        """Say how far it is: how many, how large, how long it still takes."""
        parts = [f"{number:,} of {self._total:,} videos"]
        if self._failed:
            parts.append(f"{self._failed:,} failed")
        if self._plan.save_video:
            parts.append(size(self._bytes))
        self._moments.append(_clock.monotonic())
        rounds = len(self._moments) - 1
        if rounds and number < self._total:
            pace = (self._moments[-1] - self._moments[0]) / rounds
            parts.append(f"about {duration(pace * (self._total - number))} left")
        return ", ".join(parts)

    def table(self) -> TikTokResults:
        """Build the table of the rows so far."""
        return _columns.table(self._builder)

    def finish(self) -> TikTokResults:
        """Return the table; warn of what it does not show at a glance."""
        if self._missing and None not in self._missing:
            raise ApiError(
                Message(
                    f"TikTok's pages have a new shape: {' and '.join(map(str, self._missing))} is "
                    "not there, in none of them. Please report it at the project's issues with one "
                    "such address; with ",
                    Argument("cache_dir"),
                    ", the raw pages are kept there as <id>.html.",
                )
            )
        _columns.warn_of_doubtful(self._builder)
        if self._without:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in self._without.items())
            count = f"{self._without.total():,} of {self._builder.rows:,}"
            warn(f"{count} rows hold no video, see video_status: {reasons}.")
        return self.table()
