"""Download media files: named by author, id and type; written completely or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from traktok import _clock
from traktok._disk import atomic_write
from traktok._text import printable
from traktok._unpack import size_setting
from traktok.hidden._columns import Link, PostMedia
from traktok.hidden._web import ForbiddenAddressError, NoAnswerError, Web

# TikTok's longest videos have an hour, and some 1 GB.
_LARGEST, _LARGEST_SETTING = 4000 * 2**20, "TRAKTOK_MAX_DOWNLOAD_MB"
# A server may not make a download last for ever by bringing a byte with every request.
_MOST_REQUESTS = 100

_LONGEST_AUTHOR = 100  # bytes; names of files have 255 on most disks
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff<>:"/\\|?*]')
# Names that Windows keeps for its devices, whatever follows a dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
# Programs take names that begin with these for options, and spreadsheets for formulas.
_MISLEADING = ("-", "=", "+", "@")

# The first bytes of files, and their extensions.
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
    (re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT"), "vtt"),
)
_LONGEST_START = 16
_VIDEO, _MUSIC, _TRANSCRIPT = "video_fn", "music_fn", "transcript_fn"
# The extensions of each column's files. Files with another spelling ("jpg") come from elsewhere.
_EXTENSIONS = {
    _VIDEO: ("mp4", "webm", "jpeg", "jpg", "webp", "png", "gif", "heic", "avif"),
    _MUSIC: ("mp3", "m4a"),
    _TRANSCRIPT: ("vtt",),
}
_NAMES = {
    _VIDEO: "a picture or a video",
    _MUSIC: "music",
    _TRANSCRIPT: "a transcript (WebVTT)",
}
_NO_FILE = "the page has no link to a file"
_NOT_REQUESTED = "not requested, as the server asked for a wait"

# Called during a download with the bytes so far, the size if it is known, and the seconds elapsed.
Progress = Callable[[int, int | None, float], None]


def largest_file() -> int:
    """Return how many bytes a file may have: a setting, or more than TikTok's files have."""
    return size_setting(_LARGEST_SETTING) or _LARGEST


class FileTooLargeError(NoAnswerError):
    """A file is larger than it may be; no other link or page makes it smaller."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"larger than {limit // 2**20:,} MB: set {_LARGEST_SETTING} to allow larger files"
        )


def file_extension(start: bytes) -> str | None:
    """Return the extension for a file by its first bytes; None if it is not of a known type."""
    return next((kind for pattern, kind in _KINDS if pattern.match(start)), None)


def safe_name(name: str | None) -> str:
    """Convert an author's name to the start of a file name that is valid on any system.

    Without a name, it is NA as in R.
    """
    if name is None:
        return "NA"
    seen = "".join(sign if printable(sign) == sign else "_" for sign in name)
    cleaned = _UNSAFE.sub("_", seen).strip(". ") or "_"
    cut = cleaned.encode()[:_LONGEST_AUTHOR].decode(errors="ignore")
    return f"_{cut}" if _RESERVED.match(cut) or cut.startswith(_MISLEADING) else cut


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file to download.

    Attributes
    ----------
    column
        The column for its path, one of ``_columns.FILE_COLUMNS``.
    stem
        Its name without the extension.
    label
        What an error calls it; empty for a single video.
    links
        Its links, in the order in which to try them.
    """

    column: str
    stem: str
    label: str
    links: tuple[Link, ...]


def wanted_files(
    media: PostMedia, author: str | None, video_id: str, columns: Sequence[str]
) -> list[WantedFile]:
    """List the files of a post for some columns."""
    stem = f"{safe_name(author)}_video_{video_id}"
    files: list[WantedFile] = []
    if _VIDEO in columns:
        if media.is_slides and not media.files:
            files.append(WantedFile(_VIDEO, stem, "pictures", ()))
        elif media.is_slides:
            files += [
                WantedFile(_VIDEO, f"{stem}_{number}", f"picture {number}", links)
                for number, links in enumerate(media.files, start=1)
            ]
        else:
            files.append(WantedFile(_VIDEO, stem, "", media.files[0] if media.files else ()))
    if _MUSIC in columns and media.is_slides and media.music:
        files.append(WantedFile(_MUSIC, stem, "music", media.music))
    if _TRANSCRIPT in columns:
        files += [
            WantedFile(
                _TRANSCRIPT, f"{stem}.{safe_name(language)}", f"transcript {language}", (link,)
            )
            for language, link in media.transcripts.items()
        ]
    return files


@dataclass
class PostFiles:
    """The files of one post, downloaded or still to download."""

    folder: Path
    wanted: list[WantedFile]
    largest: int = _LARGEST
    retry_after: float | None = None
    status: int | None = None
    sources: dict[str, Link] = field(default_factory=dict)
    _paths: dict[tuple[str, str], Path] = field(default_factory=dict)
    _errors: dict[tuple[str, str], str] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _too_large: set[tuple[str, str]] = field(default_factory=set)

    def find(self) -> None:
        """Find the files that exist from an earlier call."""
        for file in self.wanted:
            names = (f"{file.stem}.{extension}" for extension in _EXTENSIONS[file.column])
            for path in (self.folder / name for name in names):
                if path.is_file() and path.stat().st_size > 0:
                    self._paths[_file_key(file)] = path
                    break

    def renew(self, wanted: Sequence[WantedFile]) -> None:
        """Replace the links with those of a fresh page."""
        links = {_file_key(file): file.links for file in wanted}
        self.wanted = [replace(file, links=links.get(_file_key(file), ())) for file in self.wanted]

    @property
    def missing(self) -> list[WantedFile]:
        """The files that do not exist yet."""
        return [file for file in self.wanted if _file_key(file) not in self._paths]

    @property
    def may_come(self) -> bool:
        """Whether a further try may bring a file."""
        return any(file.links for file in self.missing if _file_key(file) not in self._too_large)

    def paths(self, column: str) -> list[Path]:
        """Return the files of a column that exist."""
        keys = [_file_key(file) for file in self.wanted if file.column == column]
        return [self._paths[key] for key in keys if key in self._paths]

    @property
    def size(self) -> int:
        """Their size in bytes."""
        return sum(path.stat().st_size for path in self._paths.values())

    @property
    def error(self) -> str | None:
        """Why files are missing; None if all exist."""
        parts = []
        for file in self.missing:
            why = self._errors.get(_file_key(file), _NOT_REQUESTED if file.links else _NO_FILE)
            parts.append(f"{file.label}: {why}" if file.label else why)
        if not self.wanted:
            return _NO_FILE
        return "; ".join(parts) or None

    def fetch(self, web: Web, progress: Progress, *, is_last: bool) -> None:
        """Download the missing files, each from the first of its links that works.

        ``status`` is then the HTTP status of the last request that failed, and ``retry_after`` how
        long the server asks to wait. Pass ``is_last`` if no fresh page will be requested.
        """
        self.retry_after = self.status = None
        for file in self.missing:
            if _file_key(file) in self._too_large:
                continue
            for link in self._links_to_try(file, is_last):
                self._asked.add(link.url)
                try:
                    chunks = _chunks(web, link.url, self.largest, progress)
                    self._paths[_file_key(file)] = _download(chunks, self.folder, file)
                except FileTooLargeError as error:
                    self._errors[_file_key(file)] = str(error)
                    self._too_large.add(_file_key(file))
                    break
                except (NoAnswerError, ForbiddenAddressError) as error:
                    self._errors[_file_key(file)] = str(error)
                    self.retry_after = getattr(error, "retry_after", None)
                    self.status = getattr(error, "status", None)
                else:
                    self.sources[file.stem] = link
                    break
                if self.retry_after is not None:
                    return  # the server asks for time: no further link of the same server

    def _links_to_try(self, file: WantedFile, is_last: bool) -> list[Link]:
        """Return the links of the current page to try, in order.

        The variants of ``bitrateInfo`` are tried last: if the page has no other links, if a fresh
        page has the same links again, and if no fresh page will be requested.
        """
        usual = [link for link in file.links if not link.is_variant] or list(file.links)
        new = [link for link in usual if link.url not in self._asked]
        variants = [link for link in file.links if link not in usual]
        unused = [link for link in variants if link.url not in self._asked]
        if new:
            return new + (unused if is_last else [])
        return unused or usual


def _file_key(file: WantedFile) -> tuple[str, str]:
    return file.column, file.stem


def _download(chunks: Iterator[tuple[int, bytes]], folder: Path, file: WantedFile) -> Path:
    """Download a file; refuse one of another type before anything is written."""
    beginning: list[tuple[int, bytes]] = []
    start = b""
    for offset, piece in chunks:
        start = start[:offset] + piece
        beginning.append((offset, piece))
        if len(start) >= _LONGEST_START:
            break
    kind = file_extension(start)
    if file.column == _MUSIC and kind == "mp4":
        kind = "m4a"  # sound alone, in the same container
    if kind not in _EXTENSIONS[file.column]:
        raise NoAnswerError(f"the response is not {_NAMES[file.column]}")
    path = folder / f"{file.stem}.{kind}"
    with atomic_write(path, follow_symlinks=False) as stream:
        for part in (beginning, chunks):
            for offset, piece in part:
                if offset != stream.tell():
                    stream.seek(offset)
                    stream.truncate()
                stream.write(piece)
    return path


def _chunks(web: Web, url: str, limit: int, progress: Progress) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces of a file, each with its offset.

    A transfer that breaks off is continued at the same offset, as long as every request brings
    more. If the server sends the whole file again instead, there is no further attempt.
    """
    began = _clock.monotonic()
    received, total, validator, may_continue = 0, None, None, True
    for number in range(1, _MOST_REQUESTS + 1):
        asked_from = received
        try:
            with web.file(url, received, validator) as answer:
                if answer.start not in (0, received) or total not in (None, answer.total):
                    raise NoAnswerError("the file changed while it was downloaded")
                may_continue = answer.can_continue and answer.start == asked_from
                received, total, validator = answer.start, answer.total, answer.validator
                if total is not None and total > limit:
                    raise FileTooLargeError(limit)
                for piece in answer.pieces:
                    if received + len(piece) > limit:  # whatever the server said
                        raise FileTooLargeError(limit)
                    yield received, piece
                    received += len(piece)
                    progress(received, total, _clock.monotonic() - began)
            return
        except FileTooLargeError:
            raise
        except NoAnswerError:
            if not may_continue or received <= asked_from or number == _MOST_REQUESTS:
                raise
