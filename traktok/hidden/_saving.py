"""Save the files of posts, and describe what was saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from traktok._http.retry import Attempt
from traktok._text import size
from traktok.errors import warn
from traktok.hidden import _columns, _site
from traktok.hidden._fetcher import FetchedPost, PostFetcher
from traktok.hidden._inputs import Patience, Post
from traktok.hidden._media import PostFiles, Progress, wanted_files
from traktok.hidden._parse import Json, PostDetail
from traktok.hidden._post_browser import PostBrowser
from traktok.hidden._video_options import VideoOptions
from traktok.hidden._visit import TOO_MANY_REQUESTS, PageVisit, with_retries
from traktok.hidden._web import Web

_ONE_TRY = Patience(1, (0.0,))


class FileSaver:
    """Saves the files of the posts of one call.

    Attributes
    ----------
    options
        The options of the call.
    in_hand
        The post whose files are being downloaded, if there is one.
    refused
        The wall at which the files of the last post ended, if they did.
    size
        The bytes of all files so far.
    """

    def __init__(
        self, options: VideoOptions, web: Web, fetcher: PostFetcher, say: Callable[[str], None]
    ) -> None:
        self.options = options
        self.in_hand: Post | None = None
        self.refused: PageVisit[PostDetail] | None = None
        self.size = 0
        self._web, self._fetcher, self._say = web, fetcher, say

    def save(
        self,
        fetched: FetchedPost,
        row: Json,
        show: Callable[[str], None],
        fail: Callable[[str], None],
        session: PostBrowser | None = None,
    ) -> str:
        """Save the files of a post, and add their columns to its row.

        Parameters
        ----------
        fetched, row
            The post and its row.
        show, fail
            Functions that show the progress of a download, and why files are missing.
        session
            The browser that the post was opened in, if it was.

        Returns
        -------
        str
            A sentence about the size of the files for the progress; empty without files.
        """
        columns, self.refused = self.options.file_columns, None
        if not columns:
            return ""
        if not fetched.is_open:
            row["file_error"] = row["video_status"] or _site.meaning(row["video_status_code"])
            return ""

        def progress(received: int, total: int | None, seconds: float) -> None:
            show(_describe_download(received, total, seconds))

        row["file_error"], self.in_hand = _columns.BROKEN_OFF, fetched.post
        files = self._files(fetched, row.get("author_username"), progress, session)
        self.in_hand = None
        if files.missing and files.status == TOO_MANY_REQUESTS:
            page = fetched.visit.page
            self.refused = PageVisit(page, files.status, retry_after=files.retry_after)
        for column in columns[:-1]:
            row[column] = ", ".join(map(str, files.paths(column))) or None
        error = files.error if files.wanted or self.options.save_video else None
        row["file_error"] = error
        if error:
            fail(error)
            warn(f"Files of {fetched.post.name} are missing ({error}).")
        if not files.size:
            return ""
        self.size += files.size
        source = files.sources.get(files.wanted[0].stem)
        variant = "" if source is None or source.has_watermark else f" (from {source.source})"
        return f" File size: {size(files.size)}{variant}."

    def _files(
        self,
        fetched: FetchedPost,
        author: Any,
        progress: Progress,
        session: PostBrowser | None,
    ) -> PostFiles:
        columns, name = self.options.file_columns, author if isinstance(author, str) else None
        post = fetched.post

        def wanted(media: _columns.PostMedia) -> list[Any]:
            return wanted_files(media, name, post.name, columns)

        files = PostFiles(self.options.folder, wanted(fetched.media), self.options.largest_file)
        if not self.options.overwrite:
            files.find()
        patience, pages = self.options.patience, 0
        if session:  # a browser takes long: it opens a post once more at most
            patience = replace(patience, max_tries=min(patience.max_tries, 2))

        def attempt() -> Attempt[PostFiles]:
            nonlocal pages
            if pages:
                # Links expire soon and belong to the cookies of their page: get fresh ones.
                fresh = session.open(post) if session else self._fetcher.ask(post, _ONE_TRY)
                files.renew(wanted(fresh.media))
            pages += 1
            files.fetch(self._web, progress, is_last=pages == patience.max_tries)
            trouble = f"Download failed ({files.error})" if files.may_come else None
            return Attempt(files, trouble, retry_after=files.retry_after)

        if not files.missing:
            return files
        return with_retries(attempt, patience, self._say)


def _describe_download(received: int, total: int | None, seconds: float) -> str:
    """Describe a download: size, percentage and rate, if they are known."""
    rate = f", {size(round(received / seconds))}/s" if seconds > 0 else ""
    if total:
        return f"{size(received)} of {size(total)} ({received / total:.0%}){rate}."
    return f"{size(received)} so far{rate}."
