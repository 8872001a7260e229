"""Record what TikTok answers, and replay it later without a network.

A *cassette* is a file of exchanges, made by :func:`record` and read by :func:`replay` (the extra
``traktok[replay]``): ``.yaml`` in the format of vcrpy, ``.yml`` and ``.json`` in that of R's vcr,
which both languages replay. A request is answered by the recorded one with
the same method, path, query and body; JSON is compared as JSON. The Research API's host does not
matter, those of TikTok's web do. Identical requests are answered in the order of the
recording, each once. What a browser does is in no cassette.

No secret gets into a cassette: tokens, keys, cookies and what else opens anything are placeholders,
on the way in and, should somebody have put one there by hand, on the way out.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from traktok import _clock, _inputs, _surroundings
from traktok._http import endpoints, transport
from traktok._secrets import cookies
from traktok.errors import TraktokError

try:
    from vcr import cassette as vcrpy  # type: ignore[import-untyped]
    from vcr.record_mode import RecordMode  # type: ignore[import-untyped]
    from vcr.request import Request  # type: ignore[import-untyped]

    from traktok.replay._files import Exchange, read_cassette, write_cassette
    from traktok.replay._redaction import (
        TOKEN,
        asks_for_token,
        redacted_request,
        redacted_response,
        secrets_in,
        tiktok_address,
    )
except ImportError as error:
    raise ImportError(
        'Recording and replaying need the extra: pip install "traktok[replay]"', name=error.name
    ) from None

__all__ = ["record", "replay"]


@contextlib.contextmanager
def replay(path: str | Path, *, all_played: bool = False) -> Iterator[None]:
    """Answer every call in the block from a cassette; nothing is sent, no credentials are needed.

    In the block it is the day of the recording, so that searches without dates mean the days that
    were recorded. Waits between tries are real. All of this holds for every thread. Do not
    authenticate in the block: :func:`traktok.auth_research` would store the cassette's placeholder
    for a token. Calls that need a browser are errors.

    Parameters
    ----------
    path : str or Path
        A cassette made by :func:`record`, vcrpy or R's vcr.
    all_played : bool, default False
        Whether an exchange that nothing asked for is an error at the end of the block. Those for a
        token don't count: whether one was due depends only on the day of the recording.

    Returns
    -------
    context manager
        For a ``with`` statement; it yields nothing.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a cassette.
    TraktokError
        By a call in the block whose request is not in the cassette, at once, and with
        ``all_played`` at the block's end.

    Examples
    --------
    >>> from traktok import tt_user_info_api
    >>> with replay("cassettes/research_api.yaml"):
    ...     tt_user_info_api(["tiktok", "statisticsglobe"])["video_count"].tolist()
    [1073, 92]
    """
    today, exchanges = read_cassette(Path(path))
    with (
        _surroundings.override(
            token=TOKEN,
            cookies=cookies.placeholders(),
            has_browser=False,
            counts_requests=False,
        ),
        _tape(path, today, exchanges) as tape,
    ):
        yield
    if all_played and (missed := tape.unplayed()):
        raise TraktokError(
            f"{path}: {len(missed)} of {len(tape)} exchanges were not played: {'; '.join(missed)}."
        )


@contextlib.contextmanager
def record(path: str | Path, *, today: date | str | None = None) -> Iterator[None]:
    """Send the calls in the block as usual, and write them and their answers to a cassette.

    The file is written at the end of the block, in place of what was there; an error that leaves
    the block leaves the old file. Hosts are written as TikTok's, wherever TRAKTOK_BASE_URL and
    TRAKTOK_WWW_URL sent the calls. Connections that broke are not in it.
    A page that was asked for with cookies may say whose they are: look before giving it away.

    Parameters
    ----------
    path : str or Path
        The file to write, such as ``"cassettes/search.yaml"``; with ``.yml`` or ``.json`` at its
        end one that R's vcr reads too, as ``use_cassette("search")`` in its folder.
    today : date, datetime or str, optional
        The day it is in the block, and in its replays, for searches without dates; by default
        today (UTC).

    Returns
    -------
    context manager
        For a ``with`` statement; it yields nothing.

    Raises
    ------
    ValueError, TypeError
        If the day is invalid; nothing is sent.
    OSError
        If the file can't be written.

    Examples
    --------
    >>> from traktok import tt_search_api
    >>> with record("cassettes/cats.yaml"):  # doctest: +SKIP
    ...     tt_search_api("cats", "2024-01-01", "2024-01-31")
    """
    day = _clock.today() if today is None else _inputs.day(today, "today")
    with _tape(path, day) as tape:
        yield
    tape.redact()
    write_cassette(Path(path), day, tape.data)


# --------------------------------------------------------------------------------------- the tape


@contextlib.contextmanager
def _tape(
    path: str | Path, today: date, exchanges: Sequence[Exchange] | None = None
) -> Iterator[_Tape]:
    """Put vcrpy between this package and the network, and the clock at the recording's day."""
    mode = RecordMode.ALL if exchanges is None else RecordMode.NONE
    vcr = _Tape.use(
        path=str(path), persister=_Loaded(exchanges or ()), record_mode=mode, match_on=[_same]
    )
    with (
        # A connection that was open before would bypass the cassette.
        contextlib.closing(transport.Sessions()) as sessions,
        _surroundings.override(today=today, sessions=sessions),
        vcr as tape,
    ):
        yield tape


class _Tape(vcrpy.Cassette):  # type: ignore[misc]  # vcrpy is not typed
    """vcrpy's cassette without secrets, and with errors that say what to do."""

    data: list[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Kept for all that follows: a cookie of one page may stand in the address of the next.
        self._secrets: dict[str, str] = {}

    def append(self, request: Request, response: Mapping[str, Any]) -> None:
        self._secrets |= secrets_in(request, response)
        super().append(
            redacted_request(request, self._secrets), redacted_response(response, self._secrets)
        )

    def redact(self) -> None:
        """Redact again, with the secrets that came after an exchange that holds them."""
        self.data = [
            (redacted_request(request, self._secrets), redacted_response(answer, self._secrets))
            for request, answer in self.data
        ]

    def can_play_response_for(self, request: Request) -> bool:
        playable: bool = super().can_play_response_for(request)
        if not playable and self.write_protected:
            recorded = any(_same(request, other) for other in self.requests)
            raise TraktokError(
                f"{self._path} holds no {'further ' * recorded}answer to {_identity(request)}. "
                f"Run the same calls in `with traktok.replay.record(...)` to record them anew."
            )
        return playable

    def unplayed(self) -> list[str]:
        return [
            _identity(request)
            for number, request in enumerate(self.requests)
            if not self.play_counts[number] and not asks_for_token(request)
        ]


class _Loaded:
    """Pass vcrpy what was read here, by a loader that is known to be safe; save nothing."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._exchanges = exchanges

    def load_cassette(self, path: str, serializer: Any) -> tuple[list[Request], list[Any]]:
        requests = [request for request, _ in self._exchanges]
        return requests, [response for _, response in self._exchanges]

    def save_cassette(self, path: str, content: Any, serializer: Any) -> None:
        pass


def _same(request: Request, other: Request) -> bool:
    return _identity(request) == _identity(other)


def _identity(request: Request) -> str:
    """Return what identifies a request, to match and to name it in messages."""
    body = b"" if asks_for_token(request) else request.body or b""
    return _identified(request.method, tiktok_address(request.uri), body)


@functools.lru_cache(maxsize=4096)  # vcrpy compares every request with every other
def _identified(method: str, uri: str, body: bytes) -> str:
    text = body.decode(errors="replace")
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
    place, _, query = uri.removeprefix(endpoints.BASE_URL).partition("?")
    query = urlencode(sorted(parse_qsl(query)), safe=",")
    return f"{method} {place}{query and f'?{query}'}{text and f' with {text}'}"
