"""Fixtures: a world of one's own for every test."""

from __future__ import annotations

import os
import shutil
import signal
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.durations import SECONDS
from tests.machine import NEEDS
from tests.one_browser import OneBrowser
from tests.terminal import Stderr
from traktok._run.memory import LastCall, memory
from traktok._secrets import cookies
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.web import Website

# Where a shell starts the tests in the background, Ctrl-C would be ignored, also by those that are
# about it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Where bytecode is not kept, as in many containers, each of a hundred processes that tests start
# would compile the package anew, and pytest the tests.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Studies and stores wait for the disk at each step, which memory does not: as on a disk, files can
# be synced, linked and locked there, and where they may also be executed it is used, if there is
# enough of it.
_MEMORY = Path("/dev/shm")
_ENOUGH = 2 * 2**30
if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK):
    _stats = os.statvfs(_MEMORY)
    if _stats.f_bavail * _stats.f_frsize > _ENOUGH and not _stats.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))  # for tmp_path

_OWN_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """Return three workers for two cores: tests wait for browsers, databases and processes."""
    cores = os.cpu_count() or 1
    return cores + (cores + 1) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest tests first, so that no worker ends with one of them.

    The others stay in the order they came in, which pytest-randomly has shuffled.
    """
    items.sort(key=lambda item: SECONDS.get(item.nodeid.partition("[")[0], 0), reverse=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test where the machine lacks what its markers stand for."""
    for marker, need in NEEDS.items():
        if item.get_closest_marker(marker) and not need.is_met():
            pytest.skip(need.reason)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Empty folders, one after another; pytest would list all there are to number the next."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / f"{number}" for number in count())


@pytest.fixture(autouse=True)
def _own_folders(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give every test folders of its own, and no credentials but those it makes."""
    home = next(_homes)
    home.mkdir()
    for variable in _OWN_FOLDERS:
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in [name for name in os.environ if name.startswith(("TIKTOK_", "TRAKTOK_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for call in LastCall:
        memory.forget(call)
    yield
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def _research_api() -> Iterator[ResearchApi]:
    with ResearchApi() as research_api:
        yield research_api


@pytest.fixture
def tiktok(_research_api: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> ResearchApi:
    """A TikTok on this machine, as good as new, where traktok sends its requests."""
    _research_api.reset()
    monkeypatch.setenv("TRAKTOK_BASE_URL", _research_api.url)
    return _research_api


@pytest.fixture
def token(tiktok: ResearchApi) -> str:
    """A token that this TikTok accepts."""
    return tiktok.token()


@pytest.fixture(scope="session")
def _website() -> Iterator[Website]:
    with Website() as www:
        yield www


@pytest.fixture
def www(_website: Website, monkeypatch: pytest.MonkeyPatch) -> Website:
    """A tiktok.com on this machine, as good as new, where pages are asked for."""
    _website.reset()
    monkeypatch.setenv("TRAKTOK_WWW_URL", _website.url)
    return _website


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy on this machine that records what it is sent, and forwards nothing."""

    daemon_threads = True
    variables = tuple(
        name
        for scheme in ("http", "https", "all")
        for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")
    )

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Recorder)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Recorder(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        """Record the start of what is sent, and close the connection."""
        self.server.sent.append(self.request.recv(1 << 16))


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The proxy that every variable of the environment names."""
    with Proxy() as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in Proxy.variables:
            monkeypatch.setenv(name, proxy.url)
        yield proxy
        proxy.shutdown()


@pytest.fixture
def cookies_txt(tmp_path: Path) -> Path:
    """What a browser that is logged in exports."""
    path = tmp_path / "cookies.txt"
    path.write_text(
        "# Netscape HTTP Cookie File\n"
        ".tiktok.com\tTRUE\t/\tTRUE\t4000000000\ttt_chain_token\tCHAIN==\n"
        "#HttpOnly_.tiktok.com\tTRUE\t/\tTRUE\t4000000000\tsessionid\tSESSION\n"
        ".example.org\tTRUE\t/\tFALSE\t4000000000\telsewhere\t1\n"
    )
    return path


@pytest.fixture
def logged_in(www: Website, cookies_txt: Path) -> Website:
    """The same, with cookies stored that open everything."""
    cookies.store(cookies.read_cookies_txt(cookies_txt))
    return www


@pytest.fixture(scope="session")
def _one_browser() -> Iterator[OneBrowser]:
    with OneBrowser() as browser:
        yield browser


@pytest.fixture
def one_browser(_one_browser: OneBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that is open already, for tests of what its pages show."""
    _one_browser.use(monkeypatch)


@pytest.fixture
def photo_pages_with_items(www: Website) -> None:
    """Let pages of photo posts hold their items, as they did until September 2026."""
    www.switches["photo_page"] = "with_item"


@pytest.fixture
def unsigned_lists(www: Website) -> None:
    """Let lists of followers be answered without a signature, as they were until July 2026."""
    www.switches["list_signature"] = False


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for; none of them is waited."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


@pytest.fixture
def not_under_nohup() -> Iterator[None]:
    """Let a hang-up end the programs that a test starts, also where nohup started the tests."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def exported(tmp_path: Path) -> Callable[..., Path]:
    """Write a browser's export of cookies."""

    def write(*lines: str, head: str = "# Netscape HTTP Cookie File\n\n", end: str = "\n") -> Path:
        path = tmp_path / "export.txt"
        path.write_bytes((head + "".join(lines)).replace("\n", end).encode())
        return path

    return write


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock."""
    return lambda now: monkeypatch.setattr(time, "time", lambda: now)


@pytest.fixture
def r_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """R's own folder, as on this platform, with the token of R traktok."""
    monkeypatch.setenv("R_USER_CACHE_DIR", str(tmp_path))
    folder = tmp_path / "R" / "traktok"
    folder.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "r_files/token.rds", folder)
    return folder


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Callable[[Stderr], Stderr]:
    """Put a stream in stderr's place."""
    for variable in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def put(stream: Stderr) -> Stderr:
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    return put
