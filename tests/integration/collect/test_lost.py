"""A store that is deleted, moved or replaced while a study uses it is an error, never a success."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.collect.conftest import Studies
from traktok import TraktokWarning
from traktok.collect import Collection, tt_collect
from traktok.errors import StoreError
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials", "slept")

Visible = Callable[[str, str], set[str]]
Loss = Callable[[Path], None]
QUARTER = "2023-01-01", "2023-03-31"


def delete(path: Path) -> None:
    path.unlink()


def delete_with_its_log(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def remove_the_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def rename_the_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def move(path: Path) -> None:
    path.rename(path.with_name("moved.db"))


def replace_by_a_copy(path: Path) -> None:
    shutil.copy(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)


def replace_by_another_study(path: Path) -> None:
    other = path.with_name("other.db")
    tt_collect("dogs", *QUARTER, other, start=False).close()
    other.replace(path)


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


LOSSES = [
    delete,
    delete_with_its_log,
    remove_the_folder,
    rename_the_folder,
    move,
    replace_by_a_copy,
    replace_by_another_study,
    replace_by_a_folder,
]
loses_an_open_file = pytest.mark.skipif(
    os.name == "nt", reason="Windows lets nobody delete or move a file that is open"
)
SAYS = r"its file was deleted, moved or replaced .*(no file|another file) is at that path now"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a store, in a folder of its own."""
    (tmp_path / "study").mkdir()
    return tmp_path / "study" / "study.db"


@pytest.fixture(params=LOSSES, ids=lambda loss: loss.__name__)
def lose(request: pytest.FixtureRequest) -> Loss:
    """What happens to the file."""
    loss: Loss = request.param
    return loss


@pytest.fixture
def when_asked(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int, Callable[[], None]], None]]:
    """Let something happen while TikTok answers its so many-th request from now."""
    answer = tiktok.service.answer
    due: dict[int, Callable[[], None]] = {}
    counted = 0

    def answering(request: Any) -> Any:
        nonlocal counted
        counted += 1
        if happens := due.pop(counted, None):
            happens()
        return answer(request)

    def set_up(number: int, happens: Callable[[], None]) -> None:
        due[counted + number] = happens

    monkeypatch.setattr(tiktok.service, "answer", answering)
    yield set_up
    assert not due, "TikTok was not asked so often"


def files_at(path: Path) -> set[str]:
    """The names of databases where the store was, without their logs."""
    there = path.parent.iterdir() if path.parent.is_dir() else []
    return {each.name for each in there if each.suffix == ".db"}


When = Callable[[int, Callable[[], None]], None]


@loses_an_open_file
@pytest.mark.parametrize("workers", [1, 3])
def test_while_collecting(
    study: Studies, path: Path, lose: Loss, when_asked: When, tiktok: ResearchApi, workers: int
) -> None:
    study(path, *QUARTER, start=False).close()
    left: set[str] = set()
    sent = 0

    def happens() -> None:
        nonlocal sent
        lose(path)
        left.update(files_at(path))
        sent = len(tiktok.requests)

    when_asked(2, happens)
    with pytest.raises(StoreError, match=SAYS) as caught:
        study(path, *QUARTER, workers=workers)
    assert "resume()" not in str(caught.value)
    assert " of 3 windows done" in str(caught.value)
    assert len(tiktok.requests) <= sent + workers  # those in hand
    assert files_at(path) == left  # no empty store where one was


@loses_an_open_file
def test_while_the_last_page_comes(study: Studies, path: Path, when_asked: When) -> None:
    """Nothing is collected after it that could fail."""
    requests = study(path.with_name("first.db"), *QUARTER).requests_sent
    when_asked(requests, lambda: delete(path))
    with pytest.raises(StoreError, match=SAYS):
        study(path, *QUARTER)


@loses_an_open_file
def test_between_the_last_write_and_the_end(
    study: Studies, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traktok.collect._runs.retire", lambda _: delete(path))
    with pytest.raises(StoreError, match=SAYS):
        study(path, *QUARTER)


@loses_an_open_file
def test_between_the_look_at_the_file_and_the_next_connection(
    study: Studies, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite makes an empty file where none is: in the place of a study, it must not."""
    collection = study(path, *QUARTER, start=False)
    store_file = type(collection._store._file)
    check = store_file.check
    looks = []

    def check_and_lose(file: Any) -> None:
        check(file)
        looks.append(file)
        if len(looks) == 1:
            delete_with_its_log(path)

    collection._store._engine.dispose()
    monkeypatch.setattr(store_file, "check", check_and_lose)
    with pytest.raises(StoreError, match=SAYS):
        collection.resume()
    assert files_at(path) == set()


@loses_an_open_file
@pytest.mark.parametrize("since", ["opened", "collected"])
def test_before_it_goes_on(
    study: Studies, path: Path, lose: Loss, tiktok: ResearchApi, since: str
) -> None:
    collection = study(path, *QUARTER, start=since == "collected")
    lose(path)
    before, left = len(tiktok.requests), files_at(path)
    with pytest.raises(StoreError, match=SAYS):
        collection.resume(workers=1)
    with pytest.raises(StoreError, match=SAYS):
        collection.collect_comments(max_pages=1)
    with pytest.raises(StoreError, match=SAYS):
        collection.refresh(0)
    assert len(tiktok.requests) == before
    assert files_at(path) == left


@loses_an_open_file
def test_while_refreshing(study: Studies, path: Path, lose: Loss, when_asked: When) -> None:
    collection = study(path, *QUARTER)
    when_asked(1, lambda: lose(path))
    with pytest.raises(StoreError, match=SAYS):
        collection.refresh(0)


@loses_an_open_file
def test_between_a_refreshs_last_write_and_its_end(
    study: Studies, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = study(path, *QUARTER)
    monkeypatch.setattr("traktok.collect._runs.retire", lambda _: delete(path))
    with pytest.raises(StoreError, match=SAYS):
        collection.refresh(0)


@loses_an_open_file
def test_while_collecting_comments(study: Studies, path: Path, when_asked: When) -> None:
    collection = study(path, "2023-01-01", "2023-01-03")
    when_asked(2, lambda: delete(path))
    with pytest.raises(StoreError, match=SAYS) as caught:
        collection.collect_comments(max_pages=1, workers=1)
    assert "comments" in str(caught.value)


@loses_an_open_file
def test_what_a_study_still_holds_can_be_saved(
    study: Studies, path: Path, visible: Visible, tmp_path: Path
) -> None:
    collection = study(path, *QUARTER)
    delete(path)
    with pytest.raises(StoreError, match=SAYS):
        collection.resume()
    saved = collection.export(tmp_path / "saved.jsonl")
    assert len(saved.read_text().splitlines()) == len(visible(*QUARTER))


@loses_an_open_file
def test_a_file_that_was_moved_has_all_pages_before(
    study: Studies, path: Path, visible: Visible
) -> None:
    """Pages that are still in the write-ahead log under the old name would be lost."""
    collection = study(path, *QUARTER)
    move(path)
    with pytest.raises(StoreError, match=SAYS):
        collection.resume()
    collection.close()
    moved = path.with_name("moved.db")
    assert sqlite3.connect(moved).execute("PRAGMA integrity_check").fetchone() == ("ok",)
    again = study.open(moved).resume()
    assert set(again.videos()["video_id"]) == visible(*QUARTER)


# ------------------------------------------------------------------------------- no false alarm


def test_a_closed_study_whose_file_is_gone_makes_no_other(study: Studies, path: Path) -> None:
    collection = study(path, *QUARTER)
    collection.close()
    delete(path)
    with pytest.raises(StoreError, match="no file is at that path now"):
        collection.resume()
    assert not path.exists()


def test_a_closed_study_may_be_restored(study: Studies, path: Path, visible: Visible) -> None:
    collection = study(path, *QUARTER)
    collection.close()
    replace_by_a_copy(path)
    assert set(collection.resume().videos()["video_id"]) == visible(*QUARTER)
    assert collection.complete


def test_another_current_folder(
    study: Studies, path: Path, visible: Visible, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.warns(TraktokWarning, match="max_requests=1"):
        collection = study(path.name, *QUARTER, max_requests=1)
    monkeypatch.chdir(path.parent.parent)
    collection.resume(workers=3)
    collection.close()
    assert set(collection.resume().videos()["video_id"]) == visible(*QUARTER)
    assert not Path(path.name).exists()


def test_a_path_over_a_link(study: Studies, path: Path, visible: Visible) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    assert set(study(link, *QUARTER).videos()["video_id"]) == visible(*QUARTER)
    assert study.open(path).resume().complete


def test_others_that_use_the_file(study: Studies, path: Path, visible: Visible) -> None:
    """A reader, a checkpoint, a vacuum and the end of another's connection change no file."""
    with pytest.warns(TraktokWarning, match="max_requests=1"):
        collection = study(path, *QUARTER, max_requests=1)
    for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "SELECT count(*) FROM videos"):
        other = sqlite3.connect(path)
        other.execute(statement).fetchall()
        other.close()
    with Collection(path) as another:
        assert not another.complete
    assert set(collection.resume().videos()["video_id"]) == visible(*QUARTER)


@pytest.mark.parametrize("url", ["sqlite:///{}", "sqlite:///file:{}?uri=true"])
def test_urls_of_files(
    study: Studies, path: Path, visible: Visible, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    collection = study(url.format(path.name), *QUARTER, workers=3)
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert path.exists()
