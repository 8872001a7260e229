"""Go through posts: fetch the data and the files of each, and build its row."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from traktok import _clock, _surroundings
from traktok._run.progress import Step, Steps, steps
from traktok._tables.builder import TableBuilder
from traktok._text import counted, duration, size
from traktok.errors import (
    ApiError,
    Argument,
    Function,
    Message,
    StoppedAt,
    TraktokError,
    keeping,
    warn,
)
from traktok.hidden import _columns, _site
from traktok.hidden._fetcher import FetchedPost, PostFetcher
from traktok.hidden._inputs import Post
from traktok.hidden._parse import NO_DATA, Json, PostDetail
from traktok.hidden._post_browser import PostBrowser
from traktok.hidden._saving import FileSaver
from traktok.hidden._video_options import VideoOptions
from traktok.hidden._visit import MOST_WALLS, PageVisit, WallStreak, wall_error
from traktok.hidden._web import Web
from traktok.results import TikTokResults

# Measure the pace over this many recent posts: posts from the cache take no time.
_PACE = 50


def collect_posts(
    posts: Sequence[Post],
    options: VideoOptions,
    web: Web,
    shown: Steps,
    *,
    were_found: bool = False,
    attrs: Mapping[str, Any] = MappingProxyType({}),
) -> TikTokResults:
    """Return a row for each post, and save its files; an interruption keeps the rows so far.

    If this call found the posts (``were_found``), those that were not requested yet are kept as
    rows without data. ``attrs`` are the attributes of the table.
    """
    run = _Run(options, web, shown, posts, attrs)
    rest = posts if were_found else ()
    keeps = keeping(lambda: run.remember(rest), stopped_at=run.stopped_at, memory=_columns.MEMORY)
    with keeps, run.writing():
        with run.watching("Getting videos") as whole:
            for number, post in enumerate(posts, start=1):
                asked = run.get(post, number)
                whole.update(run.progress(number), number / len(posts))
                if asked and number < len(posts):
                    run.wait()
        if run.unread and run.opens_slideshows():
            run.open_slideshows()
        return run.finish()


def collect_slideshows(
    posts: Sequence[Post], options: VideoOptions, web: Web, verbose: bool | None
) -> TikTokResults:
    """Return a row for each photo post; open those that are not cached in a browser."""
    run = _Run(options, web, steps(verbose), posts)
    keeps = keeping(run.remember, stopped_at=run.stopped_at, memory=_columns.MEMORY)
    with keeps, run.writing():
        run.open_slideshows(posts)
        return run.finish()


class _Run:
    """The state of one call."""

    def __init__(
        self,
        options: VideoOptions,
        web: Web,
        shown: Steps,
        posts: Sequence[Post],
        attrs: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._attrs = attrs
        self._options, self._web, self._shown, self._total = options, web, shown, len(posts)
        self._posts = posts
        self._fetcher = PostFetcher(
            web, options.cache, options.patience, shown.say, overwrite=options.overwrite
        )
        self.unread: list[tuple[int, Post]] = []
        """The photo posts without data, with the indices of their rows."""
        self._rows: list[Json] = []
        self._seen: set[str | None] = set()
        self._failures: Counter[str] = Counter()
        self._missing: Counter[str | None] = Counter()
        self._walls = WallStreak[Post]()
        self._saver = FileSaver(options, web, self._fetcher, shown.say)
        self._failed = 0
        self._moments = deque[float](maxlen=_PACE + 1)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Convert an OSError to a TraktokError that names the file."""
        try:
            yield
        except OSError as error:
            raise TraktokError(f"A file can't be written: {error}.") from error

    def stopped_at(self) -> StoppedAt | None:
        """Return the post whose files were being downloaded, if there is one."""
        post = self._saver.in_hand
        return None if post is None else StoppedAt(f"post {post.name}", post.video_id)

    def watching(self, doing: str) -> contextlib.AbstractContextManager[Step]:
        """Show the progress of the whole call if it is about several posts."""
        return (self._shown if self._total > 1 else steps(False)).step(doing)

    # ------------------------------------------------------------------------------- by its page

    def get(self, post: Post, number: int) -> bool:
        """Add the row of a post, and save its files; return whether a request was sent."""
        place = f"({number:,}/{self._total:,})"
        doing = f"Getting video {post.name} {place}"
        with self._shown.step(doing) as step:
            lead = self._fetcher.resolve(post)
            if isinstance(lead, Post) and lead.video_id in self._seen:
                return True  # a short link to a post that has its row already
            if isinstance(lead, FetchedPost):
                fetched = lead
            else:
                fetched = self._fetcher.cached(lead) or self._fetcher.ask(lead)
            self._seen.add(fetched.post.video_id)
            row = fetched.row()
            self._rows.append(row)
            saved = self._save(fetched, row, step, doing)
            if fetched.is_unread_slideshow and fetched.visit.wall is None:
                self.unread.append((len(self._rows) - 1, fetched.post))
                saved = " Slideshow, no data in its page."
            else:
                self._count(fetched, row, step)
            step.done(f"Got video {fetched.post.name} {place}.{saved}")
        self._stop_at_walls(self._saver.refused or fetched.visit, post)
        return fetched.asked

    def _count(self, fetched: FetchedPost, row: Json, step: Step) -> None:
        self._missing[fetched.missing] += 1
        if fetched.has_data:
            return
        detail = fetched.detail
        refused_in_words = detail is not None and (detail.text or detail.is_age_restricted)
        if detail is None or refused_in_words:
            why = str(row["video_status"])
        else:
            why = _site.meaning(detail.code)
        if fetched.visit.failed:
            why = f"status {fetched.visit.status}"
        self._fail(step, why)
        self._failures[why.removeprefix(f"{NO_DATA}: ")] += 1

    def _save(
        self,
        fetched: FetchedPost,
        row: Json,
        step: Step,
        doing: str,
        session: PostBrowser | None = None,
    ) -> str:
        """Save the files of a post; return a sentence about their size for the progress."""
        return self._saver.save(
            fetched,
            row,
            lambda text: step.update(f"{doing}. {text}"),
            lambda why: self._fail(step, why),
            session,
        )

    def _fail(self, step: Step, why: str | None) -> None:
        self._failed += 1
        step.fail(why)

    def _stop_at_walls(
        self, visited: PageVisit[PostDetail], post: Post, *, is_last_row: bool = True
    ) -> None:
        """Raise an error if the last posts all ended at the same wall.

        Their rows are removed: the next call begins with the first of them. A call with one or two
        posts never ends here.
        """
        must_end = self._walls.add(visited.wall, post)
        must_end |= visited.asks_for_too_long_a_wait and self._total >= MOST_WALLS
        walled = self._walls.items
        if not (must_end and walled):
            return
        if is_last_row:
            del self._rows[-len(walled) :]
            self._seen -= {post.video_id for post in walled}
        raise wall_error(visited, walled[0].name, walled[0].position, len(walled), "posts")

    # ------------------------------------------------------------------------------ in a browser

    def opens_slideshows(self) -> bool:
        """Return whether to open the photo posts without data; ask or warn about them."""
        wanted = self._options.slideshows
        if wanted == "ask" and _is_interactive():
            wanted = _ask_about_slideshows(len(self.unread))
            if not wanted:
                self._shown.say("They can be collected later: tt_slideshow_hidden() opens them.")
                return False
        if wanted is not True:
            number = counted(len(self.unread), "posts")
            is_one = len(self.unread) == 1
            what = "is a slideshow, whose page does" if is_one else "are slideshows, whose pages do"
            warn(
                f"{number} {what} not contain the data: ",
                Argument("slideshows", True),
                " or ",
                Function("tt_slideshow_hidden"),
                " opens them in a browser.",
            )
            return False
        # As in tt_slideshow_hidden(), the music is downloaded with the pictures.
        self._options = replace(self._options, save_music=self._options.save_video)
        self._saver.options = self._options
        return True

    def open_slideshows(self, posts: Sequence[Post] = ()) -> None:
        """Open photo posts in a browser: these, or those whose pages had no data."""
        todo = [*self.unread, *((len(posts), post) for post in posts)]
        self._shown.say(f"Getting {counted(len(todo), 'slideshow links')} in a browser.")
        self.unread = []
        session = PostBrowser(self._web.jar, self._options.browser, self._shown.say)
        with session, self.watching("Getting slideshows") as whole:
            for number, (index, post) in enumerate(todo, start=1):
                asked = self._open(session, index, post, f"({number:,}/{len(todo):,})")
                whole.update(self.progress(number), number / len(todo))
                if asked and number < len(todo):
                    self.wait()

    def _open(self, session: PostBrowser, index: int, post: Post, place: str) -> bool:
        """Set the row of a photo post, and save its files; return whether a request was sent."""
        doing = f"Getting slideshow {post.name} {place}"
        with self._shown.step(doing) as step:
            fetched = self._fetcher.cached(post) or self._fetch_in_browser(session, post)
            if index >= len(self._rows) and fetched.post.video_id in self._seen:
                return fetched.asked  # a short link to a post that has its row already
            self._seen.add(fetched.post.video_id)
            row = fetched.row()
            is_new = index >= len(self._rows)
            self._rows[index : index + 1] = [row]
            saved = self._save(fetched, row, step, doing, session)
            self._count(fetched, row, step)
            step.done(f"Got slideshow {fetched.post.name} {place}.{saved}")
        self._stop_at_walls(self._saver.refused or fetched.visit, post, is_last_row=is_new)
        return fetched.asked

    def _fetch_in_browser(self, session: PostBrowser, post: Post) -> FetchedPost:
        fetched = session.open(post)
        self._fetcher.save(fetched)
        return fetched

    # ------------------------------------------------------------------------------ all of them

    def wait(self) -> None:
        """Wait before the next page."""
        seconds = self._options.patience.draw()
        with self._shown.step(f"Waiting {seconds:.1f} s"):
            _clock.sleep(seconds)

    def progress(self, number: int) -> str:
        """Describe the progress: posts, failures, size, time left."""
        parts = [f"{number:,} of {self._total:,} videos"]
        if self._failed:
            parts.append(f"{self._failed:,} failed")
        if self._options.save_video:
            parts.append(size(self._saver.size))
        self._moments.append(_clock.monotonic())
        rounds = len(self._moments) - 1
        if rounds and number < self._total:
            pace = (self._moments[-1] - self._moments[0]) / rounds
            parts.append(f"about {duration(pace * (self._total - number))} left")
        return ", ".join(parts)

    def remember(self, rest: Sequence[Post] = ()) -> TikTokResults:
        """Return the table of the rows so far, and store it for `last_query()`.

        The posts in ``rest`` get a row even if they were not requested yet.
        """
        not_asked = [post for post in rest if post.video_id not in self._seen]
        return _columns.remember(self._table(not_asked)[0])

    def _table(self, not_asked: Sequence[Post] = ()) -> tuple[TikTokResults, TableBuilder]:
        builder = TableBuilder(_columns.video_schema(self._options.file_columns), None)
        builder.add(self._rows)
        builder.add({"video_id": post.video_id, "video_url": post.url} for post in not_asked)
        return _columns.build_table(builder, **self._attrs), builder

    def finish(self) -> TikTokResults:
        """Return the table; warn about rows without data."""
        if self._missing and None not in self._missing:
            raise ApiError(
                Message(
                    f"TikTok's pages have a new shape: {' and '.join(map(str, self._missing))} is "
                    "missing in all of them. Please report it in the project's issues with the "
                    "address of one; with ",
                    Argument("cache_dir"),
                    ", the raw pages are kept there as <id>.html.",
                )
            )
        table, builder = self._table()
        _columns.warn_of_doubtful(builder)
        if self._failures:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in self._failures.items())
            count = f"{self._failures.total():,} of {builder.rows:,}"
            warn(f"{count} rows have no data, see video_status: {reasons}.")
        return _columns.remember(table)


def _ask_about_slideshows(count: int) -> bool:
    """Ask the person at the terminal whether to open photo posts in a browser."""
    number = counted(count, "posts")
    question = (
        f"{number} without data in the page: slideshows have to be opened in a browser, which is "
        "slow. Open them now? (slideshows=True or False skips this question) [y/N] "
    )
    print(question, end="", file=sys.stderr, flush=True)
    # A notebook that runs without a front end has an IPython shell, but no input.
    with contextlib.suppress(EOFError, NotImplementedError):
        return input().strip().lower() in {"y", "yes"}
    return False


def _is_interactive() -> bool:
    """Return whether a person can answer: at a terminal or in IPython."""
    if _surroundings.ipython_shell() is not None:
        return True
    streams = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)
