"""The vault: what lies on disk is encrypted, the user's own, whole, and never lost in silence."""

from __future__ import annotations

import base64
import errno
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import platformdirs
import pytest
from cryptography.fernet import Fernet
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as ForgetfulKeyring

from traktok import TraktokWarning
from traktok._secrets import vault
from traktok._secrets.vault import VaultError

SECRET = {"client_secret": "plain-as-day-9f3c", "access_token": "clt.2.plain-as-day-77aa"}
PASSPHRASE = "correct horse battery staple é"
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


class FakeKeyring(keyring.backend.KeyringBackend):
    """A system's keyring that keeps what it is told, until it is locked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def _check(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("nobody unlocked it")


@pytest.fixture(autouse=True)
def _no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def system_keyring() -> FakeKeyring:
    fake = FakeKeyring()
    keyring.set_keyring(fake)
    return fake


@pytest.fixture
def passphrase(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TRAKTOK_PASSPHRASE", PASSPHRASE)
    return PASSPHRASE


@pytest.fixture
def path() -> Path:
    return vault.data_file("token.json")


def key_file() -> Path:
    return Path(platformdirs.user_config_dir("traktok", appauthor=False)) / "key"


def kind_of(path: Path) -> str:
    return json.loads(path.read_bytes())["key"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# ----------------------------------------------------------------------------- what is written


KINDS = {"file": None, "keyring": "system_keyring", "passphrase": "passphrase"}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the ways to keep a key, one after another."""
    if needed := KINDS[request.param]:
        request.getfixturevalue(needed)
    return request.param


def test_what_was_written_is_read_again(kind: str, path: Path) -> None:
    vault.write(path, SECRET)
    assert kind_of(path) == kind
    assert vault.read(path) == SECRET
    vault.write(path, [1, "é", None])
    assert vault.read(path) == [1, "é", None]


def test_no_file_holds_a_secret_in_any_common_writing(
    kind: str, path: Path, system_keyring: FakeKeyring
) -> None:
    vault.write(path, SECRET)
    held = b"".join(file.read_bytes() for file in files_below(Path.home()))
    assert held
    for secret in [*SECRET.values(), PASSPHRASE]:
        raw = secret.encode()
        for written in (raw, base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
            assert written.rstrip(b"=") not in held
        assert raw.hex().encode() not in held


@POSIX
def test_only_the_user_may_read_what_is_there(kind: str, path: Path) -> None:
    before = os.umask(0)
    try:
        vault.write(path, SECRET)
        vault.write(path, SECRET)
    finally:
        os.umask(before)
    files = files_below(Path.home())
    assert path in files
    assert {mode(file) for file in files} == {0o600}
    assert {mode(file.parent) for file in files} == {0o700}


@POSIX
def test_a_file_that_others_may_read_is_the_users_own_after_the_next_write(path: Path) -> None:
    vault.write(path, SECRET)
    path.chmod(0o644)
    vault.write(path, SECRET)
    assert mode(path) == 0o600


@POSIX
@pytest.mark.parametrize("others_may", [0o644, 0o620, 0o666])
def test_a_file_that_others_may_open_is_restricted_and_said(path: Path, others_may: int) -> None:
    vault.write(path, SECRET)
    for file in (vault._key_file(), path):
        file.chmod(others_may)
        with pytest.warns(TraktokWarning, match=rf"read or change {file} \(mode {others_may:o}\)"):
            assert vault.read(path) == SECRET
        assert mode(file) == 0o600
        assert vault.read(path) == SECRET


@POSIX
def test_a_folder_that_others_may_write_to_is_restricted_and_said(path: Path) -> None:
    vault.write(path, SECRET)
    for folder in (path.parent, vault._key_file().parent):
        folder.chmod(0o777)
        with pytest.warns(TraktokWarning, match=rf"write to {folder} \(mode 777\)"):
            vault.read(path)
        assert mode(folder) == 0o700
        folder.chmod(0o770)
        with pytest.warns(TraktokWarning, match=r"mode 770"):
            vault.write(path, SECRET)


@POSIX
def test_another_folder_that_everybody_may_write_to_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    vault.write(path, SECRET)
    tmp_path.chmod(0o777)
    for attempt in (vault.read, vault.check_writable, lambda path: vault.write(path, SECRET)):
        with pytest.raises(VaultError, match=rf"everybody may write to the folder {tmp_path}"):
            attempt(path)
    assert mode(tmp_path) == 0o777
    for allowed in (0o1777, 0o775):  # as /tmp, and as a team's folder
        tmp_path.chmod(allowed)
        assert vault.read(path) == SECRET


def test_a_key_is_on_the_disk_before_a_store_needs_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, link, write = os.fsync, os.link, vault.atomic_write
    monkeypatch.setattr(os, "fsync", lambda handle: (steps.append("sync"), sync(handle)))
    monkeypatch.setattr(os, "link", lambda *names: (steps.append("key"), link(*names)))

    def atomic_write(*args: Any, **named: Any) -> Any:
        steps.append("store")
        return write(*args, **named)

    monkeypatch.setattr(vault, "atomic_write", atomic_write)
    vault.write(path, SECRET)
    assert steps[: steps.index("store")] == ["sync", "key", "sync"]


def test_the_same_content_is_never_written_the_same_way_twice(kind: str, path: Path) -> None:
    vault.write(path, SECRET)
    first = json.loads(path.read_bytes())
    vault.write(path, SECRET)
    second = json.loads(path.read_bytes())
    assert first["content"] != second["content"]
    assert first["salt"] != second["salt"]


def test_nothing_but_the_store_and_its_key_is_left_behind(path: Path) -> None:
    for _ in range(3):
        vault.write(path, SECRET)
    assert files_below(Path.home()) == sorted([path, key_file()])


def test_a_passphrase_or_a_keyring_needs_no_key_file(
    path: Path, system_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write(path, SECRET)
    assert list(system_keyring.kept) == [("traktok", "store")]
    monkeypatch.setenv("TRAKTOK_PASSPHRASE", PASSPHRASE)
    vault.write(path, SECRET)
    assert kind_of(path) == "passphrase"
    assert files_below(Path.home()) == [path]


def test_a_key_file_that_is_there_stays_in_use(path: Path, system_keyring: FakeKeyring) -> None:
    keyring.set_keyring(NoKeyring())
    vault.write(path, SECRET)
    keyring.set_keyring(system_keyring)
    vault.write(path, SECRET)
    assert kind_of(path) == "file"
    assert not system_keyring.kept


def test_a_store_is_read_the_way_it_was_written(
    path: Path, system_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write(path, SECRET)
    monkeypatch.setenv("TRAKTOK_PASSPHRASE", PASSPHRASE)
    assert vault.read(path) == SECRET


@pytest.mark.skipif(os.name == "nt", reason="bytes that are no text can't be set there")
def test_a_passphrase_may_hold_any_bytes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAKTOK_PASSPHRASE", os.fsdecode(b"\xff\xfe"))
    vault.write(path, SECRET)
    assert vault.read(path) == SECRET


# ------------------------------------------------------------------------- keyrings as they are


@pytest.mark.parametrize("unusable", [NoKeyring, ForgetfulKeyring])
def test_a_keyring_that_keeps_nothing_is_done_without(unusable: type, path: Path) -> None:
    keyring.set_keyring(unusable())
    vault.write(path, SECRET)
    assert kind_of(path) == "file"
    assert vault.read(path) == SECRET


def test_a_locked_keyring_is_done_without(path: Path, system_keyring: FakeKeyring) -> None:
    system_keyring.locked = True
    vault.write(path, SECRET)
    assert kind_of(path) == "file"


def test_without_the_extra_a_key_file_is_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    vault.write(path, SECRET)
    assert kind_of(path) == "file"
    assert vault.read(path) == SECRET


# ---------------------------------------------------------------------------- what can't be read


def test_nothing_there_is_no_damage(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        vault.read(path)
    path.parent.parent.mkdir()
    path.parent.touch()
    with pytest.raises(FileNotFoundError):
        vault.read(path)


def cut_off(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def of_another_program(path: Path) -> None:
    path.write_text('{"access_token": "clt.of-another-program"}')


def no_object(path: Path) -> None:
    path.write_text("[1, 2]")


def no_text(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def in_need_of_a_key_nobody_has(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "key": "retina"}))


def of_numbers(path: Path) -> None:
    path.write_text(json.dumps({"key": "file", "salt": 1, "content": 2}))


def changed_in_one_character(path: Path) -> None:
    sealed = json.loads(path.read_bytes())
    middle = len(sealed["content"]) // 2
    other = "A" if sealed["content"][middle] != "A" else "B"
    sealed["content"] = sealed["content"][:middle] + other + sealed["content"][middle + 1 :]
    path.write_text(json.dumps(sealed))


def with_another_key(path: Path) -> None:
    key_file().write_bytes(Fernet.generate_key())


def without_its_key(path: Path) -> None:
    key_file().unlink()


def with_a_damaged_key(path: Path) -> None:
    key_file().write_bytes(key_file().read_bytes()[:20])


DAMAGES = {
    cut_off: "is damaged or was not written by traktok",
    emptied: "is damaged or was not written by traktok",
    of_another_program: "is damaged or was not written by traktok",
    no_object: "is damaged or was not written by traktok",
    no_text: "is damaged or was not written by traktok",
    in_need_of_a_key_nobody_has: "is damaged or was not written by traktok",
    of_numbers: "is damaged or was not written by traktok",
    changed_in_one_character: "was written with another key file, or is damaged",
    with_another_key: "was written with another key file, or is damaged",
    without_its_key: "the key file .* is gone",
    with_a_damaged_key: "the key file .* is damaged: delete it",
}


@pytest.mark.parametrize(
    ("damage", "words"), DAMAGES.items(), ids=lambda it: getattr(it, "__name__", "")
)
def test_what_can_t_be_read_is_said_and_left_as_it_is(
    damage: Callable[[Path], None], words: str, path: Path
) -> None:
    vault.write(path, SECRET)
    damage(path)
    there = path.read_bytes()
    with pytest.raises(VaultError, match=words):
        vault.read(path)
    assert path.read_bytes() == there


def test_a_passphrase_that_is_missing_or_wrong_is_said(
    path: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write(path, SECRET)
    monkeypatch.setenv("TRAKTOK_PASSPHRASE", passphrase + "!")
    with pytest.raises(VaultError, match="another passphrase") as caught:
        vault.read(path)
    assert passphrase not in str(caught.value)
    monkeypatch.delenv("TRAKTOK_PASSPHRASE")
    with pytest.raises(VaultError, match="set TRAKTOK_PASSPHRASE"):
        vault.read(path)


@pytest.mark.parametrize("lost", ["locked", "forgotten", "gone"])
def test_a_keyring_out_of_reach_is_said(lost: str, path: Path, system_keyring: FakeKeyring) -> None:
    vault.write(path, SECRET)
    system_keyring.locked = lost == "locked"
    if lost == "forgotten":
        system_keyring.kept.clear()
    if lost == "gone":
        keyring.set_keyring(NoKeyring())
    with pytest.raises(VaultError, match="keyring, which is not available now"):
        vault.read(path)


def test_a_folder_in_the_files_place_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(VaultError, match="can't be read"):
        vault.read(path)
    with pytest.raises(VaultError, match="can't be written"):
        vault.write(path, SECRET)


# -------------------------------------------------------------------------- what can't be written


@pytest.mark.parametrize("variable", ["XDG_DATA_HOME", "XDG_CONFIG_HOME"])
def test_a_file_in_the_folders_place_is_said_beforehand(
    variable: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "in-the-way"
    in_the_way.touch()
    monkeypatch.setenv(variable, str(in_the_way))
    path = vault.data_file("token.json")
    for attempt in (vault.check_writable, lambda path: vault.write(path, SECRET)):
        with pytest.raises(VaultError, match="can't be written"):
            attempt(path)
    assert in_the_way.read_bytes() == b""


def test_a_folder_without_permission_is_said_beforehand(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a superuser sees it: to them no folder is forbidden."""

    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    monkeypatch.setattr("tempfile.TemporaryFile", forbidden)
    for attempt in (vault.check_writable, lambda path: vault.write(path, SECRET)):
        with pytest.raises(VaultError, match=r"can't be written \(Permission denied\)"):
            attempt(path)


@pytest.mark.parametrize("step", ["os.open", "os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else(
    step: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    vault.write(path, SECRET)
    files = files_below(Path.home())
    with monkeypatch.context() as patch:
        patch.setattr(step, full)
        with pytest.raises(VaultError, match="No space left"):
            vault.write(path, {"another": "content"})
    assert vault.read(path) == SECRET
    assert files_below(Path.home()) == files


def test_a_write_that_is_broken_off_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_: Any) -> None:
        raise KeyboardInterrupt

    vault.write(path, SECRET)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", broken_off)
        with pytest.raises(KeyboardInterrupt):
            vault.write(path, {"another": "content"})
    assert vault.read(path) == SECRET
    assert files_below(Path.home()) == sorted([path, key_file()])


def test_of_several_that_make_the_key_at_once_one_makes_it_for_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process makes the key file after this one found none."""
    ours, theirs = Fernet.generate_key(), Fernet.generate_key()

    def generate() -> bytes:
        key_file().touch(0o600)
        key_file().write_bytes(theirs)
        return ours

    monkeypatch.setattr(Fernet, "generate_key", generate)
    vault.write(path, SECRET)
    assert key_file().read_bytes() == theirs
    assert vault.read(path) == SECRET
