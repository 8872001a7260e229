"""Files that are there whole or not at all, with the permissions they should have."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from traktok._disk import atomic_write, write_once

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is there."""
    path = tmp_path / "file.txt"
    path.write_text("old")
    return path


@pytest.fixture(params=[0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_file_is_replaced_when_all_of_it_is_there(path: Path) -> None:
    with atomic_write(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_it_is_on_the_disk_and_closed_before_it_is_moved(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows moves no open file."""
    streams: list[IO[bytes]] = []
    done: list[Any] = []
    monkeypatch.setattr(os, "fsync", lambda _: done.append(path_aside().read_bytes()))
    monkeypatch.setattr(Path, "replace", lambda *_: done.append(streams[0].closed))

    def path_aside() -> Path:
        return Path(streams[0].name)

    with atomic_write(path) as stream:
        streams.append(stream)
        stream.write(b"new")
    assert done == [b"new", True]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_breaks_off_leaves_the_old_file_and_nothing_else(
    error: BaseException, path: Path
) -> None:
    def write(streams: list[IO[bytes]]) -> None:
        with atomic_write(path) as stream:
            streams.append(stream)
            stream.write(b"ne")
            raise error

    streams: list[IO[bytes]] = []
    with pytest.raises(type(error)) as caught:
        write(streams)
    assert caught.value is error
    assert streams[0].closed
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("missing", ["nowhere/file.txt", "file.txt/file.txt"])
def test_an_error_names_the_file_that_was_meant(missing: str, path: Path) -> None:
    meant = path.parent / missing
    with pytest.raises(OSError, match=r"No such file|Not a directory") as caught:
        atomic_write(meant).__enter__()
    assert caught.value.filename == str(meant)
    assert list(path.parent.iterdir()) == [path]


# ------------------------------------------------------------------------------------------ links


@pytest.mark.parametrize("kept", ["real.txt", "elsewhere/real.txt", "elsewhere/../new.txt"])
def test_of_a_link_the_file_it_leads_to_is_replaced(kept: str, path: Path) -> None:
    folder = path.parent
    (folder / "elsewhere").mkdir()
    if "new" not in kept:
        (folder / kept).write_text("old")
    (folder / "link.txt").symlink_to(kept)
    (folder / "link of it.txt").symlink_to("link.txt")
    with atomic_write(folder / "link of it.txt") as stream:
        stream.write(b"new")
    assert (folder / "link of it.txt").readlink() == Path("link.txt")
    assert (folder / "link.txt").readlink() == Path(kept)
    assert (folder / kept).read_text() == "new"


def test_a_link_is_replaced_itself_where_that_is_asked_for(path: Path) -> None:
    link = path.with_name("link.txt")
    link.symlink_to(path)
    with atomic_write(link, follow_symlinks=False) as stream:
        stream.write(b"new")
    assert not link.is_symlink()
    assert (link.read_text(), path.read_text()) == ("new", "old")


# ------------------------------------------------------------------------------------ permissions


@POSIX
def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path, umask: int) -> None:
    with atomic_write(tmp_path / "file.txt"):
        pass
    assert mode(tmp_path / "file.txt") == 0o666 & ~umask


def test_the_umask_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the process's: another thread's files would be open to all."""
    monkeypatch.delattr(os, "umask")
    with atomic_write(path) as stream:
        stream.write(b"new")


@POSIX
@pytest.mark.parametrize("permissions", [0o600, 0o640, 0o666])
@pytest.mark.parametrize("umask", [0o022], indirect=True)
def test_a_file_that_is_replaced_keeps_its_permissions(
    permissions: int, umask: int, path: Path
) -> None:
    path.chmod(permissions)
    with atomic_write(path) as stream:
        assert mode(Path(stream.name)) == permissions
    assert mode(path) == permissions


@POSIX
@pytest.mark.parametrize("umask", [0], indirect=True)
def test_a_private_file_is_never_anything_else(umask: int, path: Path) -> None:
    path.chmod(0o644)
    with atomic_write(path, private=True) as stream:
        assert mode(Path(stream.name)) == 0o600
    assert mode(path) == 0o600


def test_a_full_disk_names_the_file(path: Path) -> None:
    with pytest.raises(OSError, match=rf"No space left on device: '{path}'"), atomic_write(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_is_no_error_of_the_disk_stays_as_it_is(path: Path) -> None:
    with pytest.raises(OSError, match=r"^the line broke$"), atomic_write(path):
        raise OSError("the line broke")


@pytest.mark.parametrize(
    "error", [PermissionError(errno.EPERM, "no"), OSError(errno.EOPNOTSUPP, "no"), AttributeError()]
)
def test_a_file_is_written_once_without_hard_links(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT, some network drives and Android have none."""

    def link(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "link", link)
    path = tmp_path / "key"
    write_once(path, b"first")
    write_once(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
    if os.name == "posix":
        assert mode(path) == 0o600
