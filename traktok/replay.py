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
import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from traktok import _clock, _inputs, _surroundings
from traktok._disk import atomic_write
from traktok._http import endpoints, transport
from traktok._r import cassettes
from traktok._secrets import cookies
from traktok._secrets.redact import redact, redact_text
from traktok._text import printable
from traktok.errors import TraktokError
from traktok.hidden._web import at_tiktok

try:
    import yaml
    from vcr import cassette as vcrpy  # type: ignore[import-untyped]
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
_HEADERS_KEPT = {
    "content-type": "Content-Type",
    "location": "Location",
    "retry-after": "Retry-After",
}
# Nothing shorter is a secret of TikTok's, and much that is shorter stands in answers by chance,
# such as the name of the site by which somebody logged in.
_SHORTEST_SECRET = 12
_TOKEN_IN_ANSWER = re.compile(rb'("(?:\w*_token|csrfToken|msToken)"\s*:\s*")(?:[^"\\]|\\.)*')
_FORMAT = 1  # vcrpy's number for the layout below


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
    today, exchanges = _read(Path(path))
    with (
        _surroundings.override(
            token=_TOKEN,
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
        self._secrets |= _secrets_in(request, response)
        super().append(
            _redacted_request(request, self._secrets), _redacted_response(response, self._secrets)
        )

    def redact(self) -> None:
        """Redact again, with the secrets that came after an exchange that holds them."""
        self.data = [
            (_redacted_request(request, self._secrets), _redacted_response(answer, self._secrets))
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
            if not self.play_counts[number] and not _asks_for_token(request)
        ]


class _Loaded:
    """Pass vcrpy what was read here, by a loader that is known to be safe; save nothing."""

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
    """Return what identifies a request, to match and to name it in messages."""
    body = b"" if _asks_for_token(request) else request.body or b""
    return _identified(request.method, _address(request.uri), body)


@functools.lru_cache(maxsize=4096)  # vcrpy compares every request with every other
def _identified(method: str, uri: str, body: bytes) -> str:
    text = body.decode(errors="replace")
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
    place, _, query = uri.removeprefix(endpoints.BASE_URL).partition("?")
    query = urlencode(sorted(parse_qsl(query)), safe=",")
    return f"{method} {place}{query and f'?{query}'}{text and f' with {text}'}"


def _address(uri: str) -> str:
    """Return an address as TikTok's own, also if the environment sends requests elsewhere."""
    if web := at_tiktok(uri):
        return web
    address = urlsplit(uri)
    # TRAKTOK_BASE_URL may have a path of its own in front of TikTok's.
    path = re.sub("^.*?(?=/v2/)", "", address.path)
    return endpoints.BASE_URL + path + (address.query and f"?{address.query}")


def _asks_for_token(request: Request) -> bool:
    return bool(request.path.endswith(endpoints.TOKEN.path))


# -------------------------------------------------------------------------------------- redacting


def _redacted_request(request: Request, secrets: Mapping[str, str]) -> Request:
    headers = _redacted_headers(request.headers, secrets)
    if "Authorization" in request.headers:
        headers["Authorization"] = f"Bearer {_TOKEN}"
    uri = redact_text(_address(request.uri), secrets)
    body = urlencode(_FORM) if _asks_for_token(request) else redact(request.body or b"", secrets)
    return Request(request.method, uri, body, headers)


def _redacted_response(response: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    body = _TOKEN_IN_ANSWER.sub(rb"\1" + _TOKEN.encode(), response["body"]["string"])
    return {
        "status": response["status"],
        "headers": _redacted_headers(response["headers"], secrets),
        "body": {"string": redact(body, secrets)},
    }


def _redacted_headers(headers: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: redact_text(value, secrets)
        if isinstance(value, str)
        else [redact_text(one, secrets) for one in value]
        for name, value in _kept(headers).items()
    }


def _secrets_in(request: Request, response: Mapping[str, Any]) -> dict[str, str]:
    """Collect the secrets of an exchange, each with its placeholder, since others may repeat it."""
    found = {_unquoted(value): _TOKEN for value in _tokens_in(response["body"]["string"])}
    found[request.headers.get("Authorization", "").removeprefix("Bearer ")] = _TOKEN
    given = (text.split(";")[0] for text in _values(response["headers"], "set-cookie"))
    for cookie in (*request.headers.get("Cookie", "").split("; "), *given):
        name, _, value = cookie.partition("=")
        found[value] = found[unquote(value)] = name
    if _asks_for_token(request):
        sent = dict(parse_qsl((request.body or b"").decode()))
        found |= {value: _FORM[name] for name, value in sent.items() if name in _FORM}
    return {value: name for value, name in found.items() if len(value) >= _SHORTEST_SECRET}


def _tokens_in(body: bytes) -> Iterator[bytes]:
    for found in _TOKEN_IN_ANSWER.finditer(body):
        yield found[0][len(found[1]) :]


def _unquoted(value: bytes) -> str:
    """Undo the escapes of a JSON string."""
    try:
        return str(json.loads(b'"%s"' % value))
    except ValueError:
        return value.decode(errors="replace")


def _values(headers: Mapping[str, Any], name: str) -> list[str]:
    """List a header's values, whether they are a list or a single text."""
    found: list[str] = []
    for key, value in headers.items():
        if key.lower() == name:
            found += [value] if isinstance(value, str) else value
    return found


def _kept(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _HEADERS_KEPT[name.lower()]: value
        for name, value in headers.items()
        if name.lower() in _HEADERS_KEPT
    }


# --------------------------------------------------------------------------------------- the file


def _read(path: Path) -> tuple[date, list[_Exchange]]:
    """Read a cassette of any supported format."""
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            printable(f"there is no cassette {path}")
            + ": make one with `with traktok.replay.record(...)`"
        ) from None
    try:
        document = _parsed(written.decode())
        return _of_r(document) if cassettes.is_of_r(document) else _of_vcrpy(document)
    except _DAMAGES as error:
        raise ValueError(
            printable(f"{path} is not a cassette, or is incomplete: {_in_a_line(error)}")
        ) from None


_DAMAGES = (
    *(yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError),
    *(RecursionError, EOFError, zlib.error, gzip.BadGzipFile),
)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 100
# Recorders write few aliases: a document with its aliases written out is hardly longer.
_MOST_EXPANSION, _LEAST_EXPANSION = 10, 2**20


def _parsed(text: str) -> Mapping[str, Any]:
    if text.lstrip().startswith("{"):  # whose escapes mean something else in YAML
        document = json.loads(text)
    else:
        _check_structure(text)
        document = yaml.load(text, Loader=_Loader)
    if not isinstance(document, dict):
        raise ValueError("it holds no exchanges")
    return document


def _check_structure(text: str) -> None:
    """Raise ValueError for YAML that would exhaust the stack or, by its aliases, the memory."""
    limit = _MOST_EXPANSION * len(text) + _LEAST_EXPANSION
    sizes: dict[str, int] = {}  # of each anchor, with its aliases written out
    open_nodes: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, 1))
            if len(open_nodes) > _DEEPEST:
                raise ValueError(f"it is nested more than {_DEEPEST} levels deep")
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, size = open_nodes.pop()
        elif isinstance(event, yaml.ScalarEvent):
            anchor, size = event.anchor, 1 + len(event.value)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise ValueError(f"the alias *{event.anchor} contains itself or names nothing")
            anchor, size = None, sizes[event.anchor]
        else:
            continue
        if anchor is not None:
            sizes[anchor] = size
        outer, so_far = open_nodes.pop()
        open_nodes.append((outer, so_far + size))
        if so_far + size > limit:
            raise ValueError("its aliases expand to far more than a file of its size holds")


def _in_a_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    if isinstance(error, LookupError):
        return f"it lacks {error}"
    return " ".join(str(error).split())


def _of_r(document: Any) -> tuple[date, list[_Exchange]]:
    recorded, exchanges = cassettes.read(document)
    day = _clock.today() if recorded is None else _inputs.day(recorded, "recorded_at")
    return day, list(map(_for_vcrpy, exchanges))


# Every recorder writes these: a file without one of them is incomplete.
_PARTS_OF_VCRPY = {
    "request": ("method", "uri", "headers"),
    "response": ("status", "headers", "body"),
}


def _of_vcrpy(document: Any) -> tuple[date, list[_Exchange]]:
    exchanges: list[_Exchange] = []
    for one in document["interactions"]:
        for part, keys in _PARTS_OF_VCRPY.items():
            if missing := next((key for key in keys if one[part].get(key) is None), None):
                raise LookupError(f"the {missing} of a {part}")
        exchanges.append(_for_vcrpy(cassettes.exchange_of(one["request"], one["response"])))
    recorded = document.get("recorded_on")
    return _clock.today() if recorded is None else _inputs.day(recorded, "recorded_on"), exchanges


def _for_vcrpy(exchange: cassettes.Exchange) -> _Exchange:
    headers = {name: ", ".join(values) for name, values in exchange.headers.items()}
    return (
        Request(exchange.method, exchange.uri, exchange.body, headers),
        {
            "status": {"code": exchange.status, "message": ""},
            "headers": exchange.answer_headers,
            "body": {"string": exchange.answer},
        },
    )


_FORMATS_OF_R = {".yml", ".json"}


def _write(path: Path, today: date, tape: _Tape) -> None:
    of_r = path.suffix.lower() in _FORMATS_OF_R
    document = _as_r(today, tape) if of_r else _as_vcrpy(today, tape)
    if path.suffix.lower() == ".json":
        text = json.dumps(document, indent=1) + "\n"
    else:
        text = yaml.dump(document, None, _Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as stream:
        stream.write(text.encode())


def _as_r(today: date, tape: _Tape) -> dict[str, Any]:
    exchanges = [
        cassettes.Exchange(
            method=request.method,
            uri=request.uri,
            body=request.body or b"",
            headers={name: [value] for name, value in request.headers.items()},
            status=response["status"]["code"],
            answer_headers={
                name: _values(response["headers"], name.lower()) for name in response["headers"]
            },
            answer=response["body"]["string"],
        )
        for request, response in tape.data
    ]
    return cassettes.write(today, exchanges)


def _as_vcrpy(today: date, tape: _Tape) -> dict[str, Any]:
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
    return {"version": _FORMAT, "recorded_on": f"{today}", "interactions": interactions}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, to be read and compared."""

    def represent_str(self, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        if re.search("[\x85\u2028\u2029]", text):
            style = '"'  # YAML takes these for ends of lines, JSON does not: they are escaped
        return self.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _Dumper.represent_str)


def _readable(body: bytes) -> str | bytes:
    """Convert a body to text, indented if it is JSON that loses nothing by it."""
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
