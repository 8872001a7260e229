"""The cache of pages, in the same format as R traktok's.

``<video_id>.json`` contains the JSON of a page, unchanged, so that a collection begun in R can be
continued here and vice versa. Only pages that contain the post are cached; a file with a refusal,
or with another post, is ignored. A file is parsed as JSON and as nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from traktok._disk import atomic_write
from traktok.hidden import _parse
from traktok.hidden._parse import ParsedPage, PostDetail


@dataclass(frozen=True, slots=True)
class Cache:
    """Pages on disk; without a folder, nothing is cached."""

    folder: Path | None = None

    def load(self, video_id: str) -> PostDetail | None:
        """Return a post from its file, or None if there is no usable one."""
        if self.folder is None:
            return None
        try:
            text = (self.folder / f"{video_id}.json").read_text("utf-8", "replace")
        except OSError:
            return None
        found = _parse.find_post(ParsedPage(data=_parse.parse_object(text)), video_id)
        return found if isinstance(found, PostDetail) and _has_post(found, video_id) else None

    def save_page(self, video_id: str, page: ParsedPage, found: PostDetail) -> None:
        """Save the JSON of a page that contains the post."""
        if _has_post(found, video_id):
            self._write(f"{video_id}.json", page.text)

    def save_raw_page(self, name: str, page: ParsedPage) -> Path | None:
        """Save the HTML of a page that could not be read; return its path if it is saved."""
        return self._write(f"{name}.html", page.html)

    def _write(self, name: str, text: str | None) -> Path | None:
        if self.folder is None or text is None:
            return None
        path = self.folder / name
        with atomic_write(path, follow_symlinks=False) as stream:
            stream.write(f"{text}\n".encode(errors="replace"))
        return path


def _has_post(found: PostDetail, video_id: str) -> bool:
    """Return whether a page contains this post."""
    return found.is_open and str(_parse.pluck(found.item, "id") or video_id) == video_id
