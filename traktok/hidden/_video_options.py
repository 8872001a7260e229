"""The checked arguments of calls about posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from traktok.hidden import _columns, _inputs
from traktok.hidden._cache import Cache
from traktok.hidden._inputs import Patience
from traktok.hidden._media import largest_file
from traktok.hidden._post_browser import BrowserOptions


@dataclass(frozen=True)
class VideoOptions:
    """The checked arguments of a call, except its posts."""

    save_video: bool
    overwrite: bool
    folder: Path
    cache: Cache
    patience: Patience
    slideshows: bool | Literal["ask"] = "ask"
    save_music: bool = False
    transcripts: bool = False
    browser: BrowserOptions = field(default_factory=BrowserOptions)
    largest_file: int = field(default_factory=largest_file)

    @classmethod
    def of(
        cls,
        save_video: bool = True,
        overwrite: bool = False,
        dir: Any = ".",
        cache_dir: Any = None,
        sleep_pool: Any = range(1, 11),
        max_tries: Any = 5,
        slideshows: Any = "ask",
        *,
        save_music: bool = False,
        transcripts: bool = False,
    ) -> VideoOptions:
        """Check the arguments, and create the folders."""
        slideshows = _inputs.slideshows(slideshows)
        patience = Patience.of(max_tries, sleep_pool)
        wants_files = save_video or save_music or transcripts
        return cls(
            bool(save_video),
            bool(overwrite),
            _inputs.folder(dir, "dir") if wants_files else Path(),
            Cache(None if cache_dir is None else _inputs.folder(cache_dir, "cache_dir")),
            patience,
            slideshows,
            bool(save_music) or (slideshows is True and bool(save_video)),
            bool(transcripts),
        )

    @property
    def file_columns(self) -> tuple[str, ...]:
        """The columns about files in the table."""
        *names, error = _columns.FILE_COLUMNS
        wanted = (self.save_video, self.save_music, self.transcripts)
        asked = [name for name, is_wanted in zip(names, wanted, strict=True) if is_wanted]
        return (*asked, error) if asked else ()
