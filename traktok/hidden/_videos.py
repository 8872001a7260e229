"""Videos one after another: data, row, files, wait."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traktok._frames import TableBuilder
from traktok._progress import Step, Steps, steps
from traktok.errors import ApiError, TraktokError, warn
from traktok.hidden import _asked, _tables
from traktok.hidden._asked import Patience, Post
from traktok.hidden._cache import Cache
from traktok.hidden._finder import Finder, Found
from traktok.hidden._media import Files
from traktok.hidden._tries import Try, tried
from traktok.hidden._web import Web
from traktok.results import TikTokResults

_SHOWN_FROM = 60  # seconds: less time than that needs no announcement


@dataclass(frozen=True)
class Plan:
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
    ) -> Plan:
        """Take the arguments as users give them; make the folders."""
        patience = Patience.of(max_tries, sleep_pool)
        folder = _asked.folder(dir, "dir") if save_video else Path()
        cache = Cache(None if cache_dir is None else _asked.folder(cache_dir, "cache_dir"))
        return cls(bool(save_video), bool(overwrite), folder, cache, patience)


def collect(posts: Sequence[Post], plan: Plan, web: Web, verbose: bool | None) -> TikTokResults:
    """Get a row for each post, and its files; whatever breaks off keeps the rows so far."""
    run = _Run(plan, web, steps(verbose), len(posts))
    try:
        for number, post in enumerate(posts, start=1):
            asked = run.get(post, number)
            if asked and number < len(posts):
                run.wait()
        return run.finish()
    except OSError as error:
        trouble = TraktokError(f"A file can't be written: {error}.")
        _tables.keep_in(trouble, run.table())
        raise trouble from error
    except BaseException as error:  # also Ctrl-C: what was collected is kept
        _tables.keep_in(error, run.table())
        raise


class _Run:
    """One call, while it goes on."""

    def __init__(self, plan: Plan, web: Web, shown: Steps, total: int) -> None:
        self._plan, self._web, self._shown, self._total = plan, web, shown, total
        self._finder = Finder(web, plan.cache, plan.patience, shown.say)
        self._builder = TableBuilder(_tables.videos(plan.save_video), None)
        self._seen: set[str | None] = set()
        self._without: Counter[str] = Counter()
        self._missing: Counter[str | None] = Counter()
        self._bytes = 0
        self._began = time.monotonic()

    def get(self, post: Post, number: int) -> bool:
        """Add the row of a post, and get its files; tell whether TikTok was asked."""
        place = f"({number:,}/{self._total:,})"
        with self._shown.step(f"Getting video {post.name} {place}") as step:
            lead = self._finder.lead(post)
            if isinstance(lead, Post) and lead.video_id in self._seen:
                return True  # a short link to what is there already
            found = lead if isinstance(lead, Found) else self._find(lead)
            self._seen.add(found.post.video_id)
            row = found.row()
            size = self._save(found, row, step) if self._plan.save_video else ""
            self._builder.add([row])
            self._count(found, row, step)
            step.update(f"Got video {found.post.name} {place}.{size}{self._time_left(number)}")
        return found.asked

    def _find(self, post: Post) -> Found:
        cached = None if self._plan.overwrite else self._finder.cached(post)
        return cached or self._finder.ask(post)

    def _count(self, found: Found, row: dict[str, Any], step: Step) -> None:
        self._missing[found.missing] += 1
        if not found.has_item:
            step.fail()
            reason, _, _ = str(row["video_status"] or row["video_status_code"]).partition(":")
            self._without[reason] += 1

    # ------------------------------------------------------------------------------------ files

    def _save(self, found: Found, row: dict[str, Any], step: Step) -> str:
        """Get the files of a post; say how large they are."""
        if not found.is_open:
            return ""
        files = self._files(found, row["author_username"])
        if not files.complete:
            step.fail()
            warn(f"The files of {found.post.name} could not be had ({files.trouble}).")
        if not files.paths:
            return ""
        row["video_fn"] = ", ".join(map(str, files.paths))
        self._bytes += files.size
        return f" File size: {_size(files.size)} ({_size(self._bytes)} in all)."

    def _files(self, found: Found, author: Any) -> Files:
        links, are_pictures = found.links()
        name = author if isinstance(author, str) else None
        pictures = len(links) if are_pictures else 0
        files = Files.of(self._plan.folder, name, found.post.name, pictures)
        if not self._plan.overwrite:
            files.find()

        def attempt() -> Try[Files]:
            nonlocal links
            # Links end soon and belong to their page's cookies: each further try has fresh ones.
            links = links or self._finder.ask(found.post).links()[0]
            files.fetch(self._web, links)
            may_come = bool(links) and not files.complete
            links = []
            return Try(files, f"Download failed ({files.trouble})" if may_come else None)

        return files if files.complete else tried(attempt, self._plan.patience, self._shown.say)

    # ------------------------------------------------------------------------------ all of them

    def wait(self) -> None:
        """Wait before the next page."""
        seconds = self._plan.patience.draw()
        with self._shown.step(f"Waiting {seconds:.1f} s"):
            time.sleep(seconds)

    def _time_left(self, number: int) -> str:
        seconds = (time.monotonic() - self._began) / number * (self._total - number)
        if seconds < _SHOWN_FROM:
            return ""
        hours, minutes = divmod(round(seconds / 60), 60)
        return f" About {hours} h {minutes} min left." if hours else f" About {minutes} min left."

    def table(self) -> TikTokResults:
        """Build the table of the rows so far."""
        return _tables.table(self._builder)

    def finish(self) -> TikTokResults:
        """Return the table; warn of what it does not show at a glance."""
        if self._missing and None not in self._missing:
            raise ApiError(
                f"TikTok's pages have a new shape: {' and '.join(map(str, self._missing))} is not "
                "there, in none of them. Please report it at the project's issues with one such "
                "address; with cache_dir, the raw pages are kept there as <id>.html."
            )
        _tables.warn_of_doubtful(self._builder)
        if self._without:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in self._without.items())
            count = f"{self._without.total():,} of {self._builder.rows:,}"
            warn(f"{count} rows hold no video, see video_status: {reasons}.")
        return self.table()


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"
