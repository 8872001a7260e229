"""The cache of pages: the same folder as R's, file for file.

``<video_id>.json`` holds a page's JSON as the page had it, so that a collection begun in R goes on
here, and back. Only a page that gives out the post is cached; a file of a refusal, or of another
post, is not used. What a file holds is JSON and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from traktok._disk import atomic_write
from traktok.hidden import _parse
from traktok.hidden._parse import ParsedPage, PostDetail


@dataclass(frozen=True, slots=True)
class Cache:
    """Pages on disk, or nothing where there is no folder."""

    folder: Path | None = None

    def load(self, video_id: str) -> PostDetail | None:
        """Return a post from its file, if there is a good one."""
        if self.folder is None:
            return None
        try:
            text = (self.folder / f"{video_id}.json").read_text("utf-8", "replace")
        except OSError:
            return None
        found = _parse.video_detail(ParsedPage(data=_parse.parsed(text)), video_id)
        return found if isinstance(found, PostDetail) and _is_good(found, video_id) else None

    def save_page(self, video_id: str, page: ParsedPage, found: PostDetail) -> None:
        """Save the JSON of a page, if it is a good one."""
        if _is_good(found, video_id):
            self._write(f"{video_id}.json", page.text)

    def save_raw_page(self, name: str, page: ParsedPage) -> None:
        """Save a page of a new shape whole, for whoever looks into it."""
        self._write(f"{name}.html", page.html)

    def _write(self, name: str, text: str | None) -> None:
        if self.folder is None or text is None:
            return
        with atomic_write(self.folder / name, follow_symlinks=False) as stream:
            stream.write(f"{text}\n".encode(errors="replace"))


def _is_good(found: PostDetail, video_id: str) -> bool:
    """Return whether a page gives out this post."""
    return found.is_open and str(_parse.pluck(found.item, "id") or video_id) == video_id
