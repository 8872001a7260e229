"""Media files: named after author, id and what they are; written whole or not at all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from traktok._disk import atomic_write
from traktok.hidden._web import ForbiddenAddressError, NoAnswerError, Web

_LONGEST_AUTHOR = 100  # bytes; names of files have 255 on most disks
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff<>:"/\\|?*]')
# Names that Windows keeps for its devices, whatever follows a dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)

# What files begin with, and what they are called.
_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"....ftyp(?:heic|heix|mif1|msf1)", re.DOTALL), "heic"),
    (re.compile(rb"....ftypavif", re.DOTALL), "avif"),
    (re.compile(rb"....ftypM4A", re.DOTALL), "m4a"),
    (re.compile(rb"....ftyp", re.DOTALL), "mp4"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp"),
    (re.compile(rb"\xff\xd8\xff"), "jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "webm"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "mp3"),
)
_LONGEST_START = 16
# Names under which other programs, R's traktok among them, keep the same.
_EXTENSIONS = (*dict.fromkeys(kind for _, kind in _KINDS), "jpg")


def kind_of(start: bytes) -> str | None:
    """Tell from its first bytes what a file is; None for what is no picture, sound or video."""
    return next((kind for pattern, kind in _KINDS if pattern.match(start)), None)


def safe_author(name: str | None) -> str:
    """Make an author's name fit to begin a file's name, on any system; NA for none, as R."""
    if name is None:
        return "NA"
    cleaned = _UNSAFE.sub("_", name).strip(". ") or "_"
    cut = cleaned.encode()[:_LONGEST_AUTHOR].decode(errors="ignore")
    return f"_{cut}" if _RESERVED.match(cut) else cut


@dataclass
class Files:
    """The files of one post: which there are, and which are still to come."""

    folder: Path
    stems: Sequence[str]
    trouble: str | None = None
    retry_after: float | None = None
    _there: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, author: str | None, video_id: str, pictures: int) -> Files:
        """Name the files of a post; ``pictures`` is 0 for a video."""
        stem = f"{safe_author(author)}_video_{video_id}"
        numbered = [f"{stem}_{number}" for number in range(1, pictures + 1)]
        return cls(folder, numbered or [stem])

    def find(self) -> None:
        """Look for those that are there from an earlier call."""
        for stem in self.stems:
            for path in (self.folder / f"{stem}.{extension}" for extension in _EXTENSIONS):
                if path.is_file() and path.stat().st_size > 0:
                    self._there[stem] = path
                    break

    @property
    def complete(self) -> bool:
        """Whether all of them are there."""
        return len(self._there) == len(self.stems)

    @property
    def paths(self) -> list[Path]:
        """Those that are there."""
        return [self._there[stem] for stem in self.stems if stem in self._there]

    @property
    def size(self) -> int:
        """How many bytes they have."""
        return sum(path.stat().st_size for path in self.paths)

    def fetch(self, web: Web, links: Sequence[str], coming: Callable[[int], None]) -> None:
        """Fetch what is missing, each from its link.

        If it does not come, ``trouble`` says why, and ``retry_after`` when to ask again.
        ``coming`` is told how many bytes of a file there are so far.
        """
        self.trouble = None if links else "the page names no file"
        self.retry_after = None
        for stem, link in self._missing(links):
            try:
                self._there[stem] = _fetch(web, link, self.folder, stem, coming)
            except NoAnswerError as error:
                self.trouble, self.retry_after = str(error), error.retry_after
            except ForbiddenAddressError as error:
                self.trouble = str(error)

    def _missing(self, links: Sequence[str]) -> Iterator[tuple[str, str]]:
        for stem, link in zip(self.stems, links, strict=False):
            if stem not in self._there:
                yield stem, link


def _fetch(web: Web, link: str, folder: Path, stem: str, coming: Callable[[int], None]) -> Path:
    """Fetch a file; nothing of what is no picture, sound or video reaches the disk."""
    with web.file(link) as chunks:
        start = b""
        for chunk in chunks:
            start += chunk
            if len(start) >= _LONGEST_START:
                break
        kind = kind_of(start)
        if kind is None:
            raise NoAnswerError("what came is no picture, sound or video")
        path = folder / f"{stem}.{kind}"
        with atomic_write(path, follow_symlinks=False) as file:
            for chunk in itertools.chain([start], chunks):
                file.write(chunk)
                coming(file.tell())
    return path
