"""Record what TikTok answers, and replay it later without a network.

A *cassette* is a YAML file of exchanges, in the format of vcrpy (the extra ``traktok[replay]``),
made by :func:`record` and read by :func:`replay`. A request is answered by the recorded one with
the same method, path, query and body; JSON is compared as JSON, and the host does not matter.
Identical requests get their answers in the order of the recording, each once.

No secret gets into a cassette: tokens, keys and what else opens anything are placeholders, on the
way in and, should somebody have put one there by hand, on the way out.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from traktok import _endpoints, _inputs, _transport
from traktok._disk import written_aside
from traktok.auth import stand_in
from traktok.errors import TraktokError

try:
    import yaml
    from vcr import stubs  # type: ignore[import-untyped]
    from vcr.cassette import Cassette  # type: ignore[import-untyped]
    from vcr.record_mode import RecordMode  # type: ignore[import-untyped]
    from vcr.request import Request  # type: ignore[import-untyped]
except ImportError as error:
    raise ImportError(
        'Recording and replaying need the extra: pip install "traktok[replay]"', name=error.name
    ) from None

__all__ = ["record", "replay"]

_TOKEN = "access-token"
_FORM = {
    "client_key": "client-key",
    "client_secret": "client-secret",
    "grant_type": "client_credentials",
}
_HEADERS_KEPT = {"content-type": "Content-Type", "retry-after": "Retry-After"}
# Nothing shorter is a secret of TikTok's, and much that is shorter stands in answers by chance.
_SHORTEST_SECRET = 8
_TOKEN_IN_ANSWER = re.compile(rb'("\w*_token"\s*:\s*")[^"]*')
_FORMAT = 1  # vcrpy's number for the layout below


@contextlib.contextmanager
def replay(path: str | Path, *, all_played: bool = False) -> Iterator[None]:
    """Answer every call in the block from a cassette; nothing is sent, no credentials are needed.

    In the block it is the day of the recording, so that searches without dates mean the days that
    were recorded. Waits between tries are real. All of this holds for every thread. Do not
    authenticate in the block: :func:`traktok.auth_research` would store the cassette's placeholder
    for a token.

    Parameters
    ----------
    path : str or Path
        A cassette made by :func:`record`.
    all_played : bool, default False
        Whether an exchange that nothing asked for is an error at the end of the block. Those for a
        token don't count: whether one was due depends on the day of the recording alone.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no cassette.
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
    today, exchanges = _read(Path(path))
    with stand_in(_TOKEN), _tape(path, today, exchanges) as tape:
        yield
    if all_played and (missed := tape.unplayed()):
        raise TraktokError(
            f"{path}: {len(missed)} of {len(tape)} exchanges were not played: {'; '.join(missed)}."
        )


@contextlib.contextmanager
def record(path: str | Path, *, today: date | str | None = None) -> Iterator[None]:
    """Send the calls in the block as ever, and write what was said to a cassette.

    The file is written at the end of the block, in place of what was there; an error that leaves
    the block leaves the old file. Hosts are written as TikTok's, wherever TRAKTOK_BASE_URL sent
    the calls. Connections that broke have said nothing and are not in it.

    Parameters
    ----------
    path : str or Path
        The file to write, such as ``"cassettes/search.yaml"``.
    today : date, datetime or str, optional
        The day it is in the block, and in its replays, for searches without dates; by default
        today (UTC).

    Examples
    --------
    >>> from traktok import tt_search_api
    >>> with record("cassettes/cats.yaml"):  # doctest: +SKIP
    ...     tt_search_api("cats", "2024-01-01", "2024-01-31")
    """
    day = _inputs.today() if today is None else _inputs.day(today, "today")
    with _tape(path, day) as tape:
        yield
    _write(Path(path), day, tape)


# --------------------------------------------------------------------------------------- the tape

_Exchange = tuple[Request, Mapping[str, Any]]


@contextlib.contextmanager
def _tape(
    path: str | Path, today: date, exchanges: Sequence[_Exchange] | None = None
) -> Iterator[_Tape]:
    """Put vcrpy between this package and the network, and the clock at the recording's day."""
    mode = RecordMode.ALL if exchanges is None else RecordMode.NONE
    vcr = _Tape.use(
        path=str(path), persister=_Loaded(exchanges or ()), record_mode=mode, match_on=[_same]
    )
    with (
        _swapped(_inputs, "today", lambda: today),
        # A connection that was open before would go past the cassette.
        _swapped(_transport, "_local", threading.local()),
        _swapped(stubs, "VCRHTTPResponse", _Response),
        vcr as tape,
        contextlib.closing(_transport._session()),
    ):
        yield tape


@contextlib.contextmanager
def _swapped(module: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


class _Tape(Cassette):  # type: ignore[misc]  # vcrpy is not typed
    """vcrpy's cassette without secrets, and with errors that say what to do."""

    def append(self, request: Request, response: Mapping[str, Any]) -> None:
        super().append(_scrubbed_request(request), _scrubbed_response(response, _opens(request)))

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
            if not self.play_counts[number] and not _asks_for_token(request)
        ]


class _Response(stubs.VCRHTTPResponse):  # type: ignore[misc]
    """vcrpy's answer, read the way urllib3 lets its own be read; it is decoded already."""

    def read1(self, amt: int = -1, decode_content: bool | None = None) -> bytes:
        part: bytes = super().read1(amt)
        return part


class _Loaded:
    """Hands vcrpy what was read here, by a loader that is known to be safe; keeps nothing."""

    def __init__(self, exchanges: Sequence[_Exchange]) -> None:
        self._exchanges = exchanges

    def load_cassette(self, path: str, serializer: Any) -> tuple[list[Request], list[Any]]:
        requests = [request for request, _ in self._exchanges]
        return requests, [response for _, response in self._exchanges]

    def save_cassette(self, path: str, content: Any, serializer: Any) -> None:
        pass


def _same(request: Request, other: Request) -> bool:
    return _identity(request) == _identity(other)


def _identity(request: Request) -> str:
    """Write what a request is told by, the same for the same request."""
    body = b"" if _asks_for_token(request) else request.body or b""
    return _told(request.method, request.uri, body)


@functools.lru_cache(maxsize=4096)  # vcrpy compares every request with every other
def _told(method: str, uri: str, body: bytes) -> str:
    text = body.decode(errors="replace")
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
    address = urlsplit(uri)
    query = urlencode(sorted(parse_qsl(address.query)), safe=",")
    return f"{method} {_path(address.path)}{query and f'?{query}'}{text and f' with {text}'}"


def _path(path: str) -> str:
    """Take a path as TikTok has it, also where TRAKTOK_BASE_URL has one in front of it."""
    return re.sub("^.*?(?=/v2/)", "", path)


def _asks_for_token(request: Request) -> bool:
    return bool(request.path.endswith(_endpoints.TOKEN.path))


# --------------------------------------------------------------------------------------- scrubbing


def _scrubbed_request(request: Request) -> Request:
    headers = _kept(request.headers)
    if "Authorization" in request.headers:
        headers["Authorization"] = f"Bearer {_TOKEN}"
    address = urlsplit(request.uri)
    uri = _endpoints.BASE_URL + _path(address.path) + (address.query and f"?{address.query}")
    body = urlencode(_FORM) if _asks_for_token(request) else request.body
    return Request(request.method, uri, body, headers)


def _opens(request: Request) -> dict[bytes, bytes]:
    """Find what opens anything in a request, with its placeholder, lest the answer repeat it."""
    found = {request.headers.get("Authorization", "").removeprefix("Bearer "): _TOKEN}
    if _asks_for_token(request):
        sent = dict(parse_qsl((request.body or b"").decode()))
        found |= {value: _FORM[name] for name, value in sent.items() if name in _FORM}
    return {
        secret.encode(): placeholder.encode()
        for secret, placeholder in found.items()
        if len(secret) >= _SHORTEST_SECRET
    }


def _scrubbed_response(
    response: Mapping[str, Any], secrets: Mapping[bytes, bytes]
) -> dict[str, Any]:
    body = _TOKEN_IN_ANSWER.sub(rb"\1" + _TOKEN.encode(), response["body"]["string"])
    for secret, placeholder in secrets.items():
        body = body.replace(secret, placeholder)
    return {
        "status": response["status"],
        "headers": _kept(response["headers"]),
        "body": {"string": body},
    }


def _kept(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _HEADERS_KEPT[name.lower()]: value
        for name, value in headers.items()
        if name.lower() in _HEADERS_KEPT
    }


# --------------------------------------------------------------------------------------- the file


def _read(path: Path) -> tuple[date, list[_Exchange]]:
    """Read a cassette of any format there is."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"there is no cassette {path}: make one with `with traktok.replay.record(...)`"
        ) from None
    try:
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        # Another program's format, such as that of R's vcr, is told by its own keys here.
        return _of_vcrpy(document)
    except (yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is no cassette: {error}") from None


def _of_vcrpy(document: Any) -> tuple[date, list[_Exchange]]:
    exchanges: list[_Exchange] = []
    for exchange in document["interactions"]:
        response = exchange["response"]
        body = _encoded(response["body"]["string"])
        answer = {**response, "body": {"string": body}}
        exchanges.append((Request(**exchange["request"]), answer))
    recorded = document.get("recorded_on")
    return _inputs.today() if recorded is None else _inputs.day(recorded, "recorded_on"), exchanges


def _write(path: Path, today: date, tape: _Tape) -> None:
    interactions = [
        {
            "request": {
                "method": request.method,
                "uri": request.uri,
                "headers": {name: [value] for name, value in request.headers.items()},
                "body": _readable(request.body or b""),
            },
            "response": {**response, "body": {"string": _readable(response["body"]["string"])}},
        }
        for request, response in tape.data
    ]
    document = {"version": _FORMAT, "recorded_on": f"{today}", "interactions": interactions}
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as stream:
        yaml.dump(document, stream, _Dumper, sort_keys=False, allow_unicode=True, width=10_000)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, to be read and compared."""

    def represent_str(self, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        if re.search("[\x85\u2028\u2029]", text):
            style = '"'  # YAML takes these for ends of lines, JSON does not: they are escaped
        return self.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _Dumper.represent_str)


def _readable(body: bytes) -> str | bytes:
    """Take a body as text, indented where it is JSON that loses nothing by it."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    with contextlib.suppress(ValueError):  # no JSON, or half an emoji that UTF-8 can't write
        value = json.loads(text)
        indented = json.dumps(value, ensure_ascii=False, indent=1)
        indented.encode()
        usual = {json.dumps(value, ensure_ascii=False, separators=(",", ":")), json.dumps(value)}
        if text in usual:
            return indented
    return text


def _encoded(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
