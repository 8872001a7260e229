"""Errors and warnings as values: what they refer to, how they print, that they can be pickled."""

from __future__ import annotations

import io
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import traktok
from traktok import TikTokResults, errors
from traktok.errors import (
    Advice,
    Argument,
    Authenticate,
    ContinueFrom,
    FindSecuid,
    Function,
    InvalidArgument,
    InvalidArgumentType,
    Message,
    OnlyInPython,
    QuotaExceeded,
    Refresh,
    Resume,
    ShowStatus,
    SkippedWarning,
    StoppedAt,
    TraktokError,
    TraktokWarning,
    UnfinishedWarning,
    keeping,
)

WRITTEN_FOR_PYTHON = [
    (Argument("workers"), "workers"),
    (Argument("max_requests", 3), "max_requests=3"),
    (Argument("return_urls", True), "return_urls=True"),
    (Function("tt_collect"), "tt_collect()"),
    (Authenticate(), "auth_research()"),
    (Authenticate(overwrite=True), "auth_research(overwrite=True)"),
    (Authenticate("hidden"), "auth_hidden()"),
    (Authenticate("hidden", cookies="cookies.txt"), 'auth_hidden("cookies.txt")'),
    (Resume("a b.db"), "Collection('a b.db').resume()"),
    (Resume("x", retry=True), "Collection('x').resume(retry=True)"),
    (Refresh("it's"), 'Collection("it\'s").refresh()'),
    (ShowStatus("x"), "Collection('x').status()"),
    (ContinueFrom(), "go on"),
    (ContinueFrom("user tiktok"), "go on from user tiktok"),
    (
        ContinueFrom("user tiktok", 100, "72", "2024-01-31"),
        "go on from user tiktok with start_date='2024-01-31', start_cursor=100, search_id='72'",
    ),
    (FindSecuid(), "tt_user_info_hidden(name)['secUid']"),
    (OnlyInPython(", such as result.cursor"), ", such as result.cursor"),
]


@pytest.mark.parametrize(("advice", "text"), WRITTEN_FOR_PYTHON)
def test_advice_is_written_for_python(advice: Advice, text: str) -> None:
    assert str(advice) == text
    assert pickle.loads(pickle.dumps(advice)) == advice


def test_a_message_is_a_string_that_keeps_its_parts() -> None:
    inner = Message("run ", Authenticate(), " again")
    message = Message("No credentials: ", inner, ".")
    assert message == "No credentials: run auth_research() again."
    assert message.parts == ("No credentials: ", "run ", Authenticate(), " again", ".")
    assert message.advice == (Authenticate(),)
    again = pickle.loads(pickle.dumps(message))
    assert (again, again.parts) == (message, message.parts)


@pytest.mark.parametrize(
    ("kind", "base"), [(InvalidArgument, ValueError), (InvalidArgumentType, TypeError)]
)
def test_a_wrong_argument_names_itself(
    kind: type[InvalidArgument | InvalidArgumentType], base: type[Exception]
) -> None:
    error = kind(Argument("end_date"), " is before ", Argument("start_date"), ": swap them")
    assert isinstance(error, base)
    assert str(error) == "end_date is before start_date: swap them"
    again = pickle.loads(pickle.dumps(error))
    for each in (error, again):
        assert each.argument == "end_date"
        assert each.advice == (Argument("end_date"), Argument("start_date"))
    assert (type(again), str(again)) == (kind, str(error))


def test_an_error_tells_what_failed_from_how_to_go_on() -> None:
    error = QuotaExceeded("The day's requests are used up.", status=429, code="x")
    error.explain("(Tried 2 times.)")
    error.advise("7 rows kept; ", ContinueFrom("user tiktok", 7), ".")
    error.stopped_at = StoppedAt("user tiktok", "tiktok")
    again = pickle.loads(pickle.dumps(error))
    for each in (error, again):
        assert each.reason == "The day's requests are used up. (Tried 2 times.)"
        assert each.how_to_go_on == "7 rows kept; go on from user tiktok with start_cursor=7."
        assert str(each) == f"{each.reason} {each.how_to_go_on}"
        assert each.advice == (ContinueFrom("user tiktok", 7),)
        assert (each.stopped_at, each.stopped_at.key) == ("user tiktok", "tiktok")
        assert (each.status, each.resets_at) == (429, error.resets_at)


@pytest.mark.parametrize(
    ("shell", "places"),
    [
        (None, "error.partial and last_query()"),
        (object(), "last_query() and error.partial"),
    ],
)
def test_a_notebook_is_pointed_to_the_memory_first(
    monkeypatch: pytest.MonkeyPatch, shell: object, places: str
) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    table = [1, 2]
    with pytest.raises(TraktokError) as caught, keeping(lambda: table, memory="last_query()"):
        raise TraktokError("No.")
    assert str(caught.value) == f"No. 2 rows kept in {places}."
    with pytest.raises(TraktokError) as caught, keeping(lambda: table):
        raise TraktokError("No.")
    assert str(caught.value) == "No. 2 rows kept in error.partial."


def test_advice_goes_to_errors_and_to_ctrl_c() -> None:
    error, ctrl_c = TraktokError("It failed."), KeyboardInterrupt()
    for each in (error, ctrl_c):
        errors.advise(each, "go on with ", Resume("study.db"), ".")
    assert str(error) == "It failed. go on with Collection('study.db').resume()."
    (note,) = ctrl_c.__notes__
    assert note.advice == error.advice == (Resume("study.db"),)


@pytest.mark.parametrize("category", [TraktokWarning, SkippedWarning, UnfinishedWarning])
def test_a_warning_has_a_category_and_advice(category: type[TraktokWarning]) -> None:
    with pytest.warns(TraktokWarning, match=r"^raise max_pages\.$") as caught:
        errors.warn("raise ", Argument("max_pages"), ".", category=category)
    (warned,) = caught
    assert warned.category is category
    assert warned.message.advice == (Argument("max_pages"),)
    assert warned.filename == __file__


# -------------------------------------------------------------------------------- where it shows

OF_A_USER = "user 猫 – Ünï ✔"
ENCODINGS = ["ascii", "cp437", "cp932", "cp1252", "utf-8"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "message",
    [
        TraktokError(OF_A_USER),
        TraktokError(Message(OF_A_USER, ": ", Argument("query", OF_A_USER))),
        InvalidArgument(Argument("username"), OF_A_USER),
        InvalidArgumentType(OF_A_USER),
        TraktokWarning(Message(OF_A_USER)),
        Message(OF_A_USER),
    ],
    ids=repr,
)
def test_a_message_prints_where_the_output_is_not_utf8(
    message: object, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", stdout)
    print(message)
    stdout.seek(0)
    printed = stdout.read()
    assert "user " in printed
    if encoding == "utf-8":
        assert OF_A_USER in printed


def test_a_message_is_whole_whatever_the_output_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    error = TraktokError(OF_A_USER)
    assert error.args == (OF_A_USER,)
    assert error.reason == OF_A_USER


def as_python_does(shown: warnings.WarningMessage) -> None:
    """Write a warning to stderr: pytest, which records warnings, puts its own in place of this."""
    where = shown.category, shown.filename, shown.lineno
    print(warnings.formatwarning(shown.message, *where), file=sys.stderr)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """The outputs of a kernel of Jupyter, in which Python shows warnings in its own way."""
    outputs: list[dict[str, str]] = []

    def display(bundle: dict[str, str], *, raw: bool, display_id: str | None) -> None:
        assert raw
        outputs.append(bundle)

    shell = SimpleNamespace(kernel=object())
    for name, module in {
        "IPython": SimpleNamespace(get_ipython=lambda: shell),
        "IPython.display": SimpleNamespace(display=display),
    }.items():
        monkeypatch.setitem(sys.modules, name, module)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "_showwarnmsg_impl", as_python_does)
        yield outputs


def test_a_notebook_shows_a_warning_as_one_line(
    shown: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    errors.warn("3 windows <of 4> are open")
    errors.warn("2 users are\nskipped", category=SkippedWarning)
    assert [each["text/plain"] for each in shown] == [
        "⚠ 3 windows <of 4> are open",
        "⚠ 2 users are skipped",
    ]
    assert "3 windows &lt;of 4&gt; are open" in shown[0]["text/html"]
    assert capsys.readouterr().err == ""


def test_other_warnings_are_shown_as_before_in_a_notebook(
    shown: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    errors.warn("of traktok")
    warnings.warn("of another library", UserWarning, stacklevel=1)
    assert len(shown) == 1
    assert "UserWarning: of another library" in capsys.readouterr().err


def test_filters_and_recording_hold_in_a_notebook(shown: list[dict[str, str]]) -> None:
    for _ in range(2):  # before the first warning was shown as a line, and after
        with warnings.catch_warnings(record=True) as recorded:
            warnings.simplefilter("always")
            errors.warn("recorded")
        assert [str(each.message) for each in recorded] == ["recorded"]
        with warnings.catch_warnings():
            warnings.simplefilter("error", TraktokWarning)
            with pytest.raises(TraktokWarning, match="an error"):
                errors.warn("an error")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TraktokWarning)
            errors.warn("ignored")
        with pytest.warns(TraktokWarning, match="expected"):
            errors.warn("expected")
        assert shown == []
    errors.warn("shown")
    assert [each["text/plain"] for each in shown] == ["⚠ shown"]


def test_who_shows_warnings_in_another_way_still_does(
    shown: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(warnings, "showwarning", lambda message, *_: logged.append(str(message)))
    errors.warn("to a log")
    assert (logged, shown) == (["to a log"], [])


def test_a_warning_is_shown_though_the_kernel_shuts_down(
    shown: list[dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace())  # type: ignore[misc]
    errors.warn("3 windows are open")
    assert "TraktokWarning: 3 windows are open" in capsys.readouterr().err


CAT = "猫 – Ünï"
WRONG_CALLS: dict[str, Callable[[Path], object]] = {
    "a column": lambda _: TikTokResults({CAT: [1]}).rename(columns=str) | traktok.tt_user_info_api,
    "a condition": lambda _: traktok.query_and("keyword", CAT, "cats"),
    "a date": lambda _: traktok.tt_search_api("cats", CAT, CAT),
    "a field": lambda _: traktok.tt_search_api("cats", fields=CAT),
    "a file": lambda folder: TikTokResults({"a": [1]}).save(folder / f"{CAT}.{CAT}"),
    "a file to read": lambda folder: traktok.read_results(folder / CAT),
    "a group": lambda _: traktok.Query.from_dict({CAT: []}),
    "a group's conditions": lambda _: traktok.Query.from_dict({"and": CAT}),
    "a kind": lambda _: traktok.from_r.translate("1", kind=CAT),
    "a length": lambda _: traktok.query_and("video_length", "IN", CAT),
    "a list of phrases": lambda _: traktok.tt_search_api([CAT]),
    "a name": lambda _: traktok.tt_user_info_api(CAT),
    "a named argument": lambda _: traktok.tt_search_api("cats", **{CAT: 1}),
    "a path": lambda folder: traktok.from_r.read_query(folder / CAT),
    "a playlist": lambda _: traktok.tt_playlist_api(CAT),
    "a region": lambda _: traktok.query_and("region_code", "IN", CAT),
    "a script": lambda folder: traktok.from_r.read_r_token(folder / CAT),
    "a store": lambda folder: traktok.Collection(folder / CAT),
    "a video": lambda _: traktok.tt_comments_api(CAT),
    "columns to compare": lambda _: traktok.compare(
        TikTokResults({"a": [1]}), TikTokResults({"a": [1]}), on=CAT
    ),
    "cookies": lambda folder: traktok.auth_hidden(folder / CAT),
    "two columns": lambda folder: TikTokResults([[1, 2]], columns=[CAT, CAT]).save(
        folder / "x.csv"
    ),
}


@pytest.mark.parametrize("wrong", WRONG_CALLS)
@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_what_is_wrong_prints_where_the_output_is_not_utf8(
    wrong: str, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every message quotes what was given, which the output may lack signs for."""
    (tmp_path / CAT).write_text("neither a table nor a store")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    with pytest.raises((ValueError, TypeError, OSError, TraktokError)) as raised:
        WRONG_CALLS[wrong](tmp_path)
    print(raised.value)
