"""What a person sees while traktok works, and that seeing it costs nothing."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.text import Text

from tests.terminal import BrokenStderr, Stderr
from traktok._http.wire import Page
from traktok._run import workers
from traktok._run.progress import steps, watch
from traktok._run.workers import StopSignal, run_workers
from traktok._text import took
from traktok.errors import AuthError, ServerError

GOT_A_QUARTER = ("Got 1 of 4: 30 videos", 1 / 4)
PAGES = (Page([{}] * 100), Page([{}] * 100), Page([{}] * 50))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock to be set: it shows the last of these seconds."""
    seconds = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[-1])
    return seconds


def shown(pages: Iterator[Page], name: str | None = None, place: str = "") -> list[Page]:
    """Go through pages that are shown."""
    return list(watch(pages, steps(True), "videos", name, place))


# ----------------------------------------------------------------------------------- plain lines


def test_a_file_gets_a_line_a_step_with_its_time(stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr())
    assert shown(iter(PAGES)) == list(PAGES)
    assert file.lines == ["✔ Making initial request [1s]", "✔ Got 3 pages, 250 videos [1s]"]


def test_a_lone_page_needs_one_line(stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr())
    shown(iter(PAGES[:1]))
    assert file.lines == ["✔ Making initial request [1s]"]


def test_several_subjects_are_called_by_their_names(stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr())
    shown(iter(PAGES[:1]), "user tiktok", " (1 of 2)")
    shown(iter([Page(withheld="This user is private")]), "user hidden", " (2 of 2)")
    assert file.lines == ["✔ Got user tiktok (1 of 2) [1s]", "✖ Getting user hidden (2 of 2) [1s]"]


def test_what_failed_is_marked(stderr: Callable[[Stderr], Stderr]) -> None:
    def failing() -> Iterator[Page]:
        yield PAGES[0]
        raise ServerError("no")

    file = stderr(Stderr())
    with pytest.raises(ServerError):
        shown(failing())
    assert file.lines == ["✔ Making initial request [1s]", "✖ Getting more pages [1s]"]


def test_who_looks_away_early_gets_no_mark(stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr())
    pages = watch(iter(PAGES), steps(True), "videos")
    assert next(pages) == PAGES[0]
    pages.close()
    assert file.lines == []


def test_a_long_step_speaks_now_and_then(
    stderr: Callable[[Stderr], Stderr], clock: list[float]
) -> None:
    def slow() -> Iterator[Page]:
        for page in (*PAGES, *PAGES):
            clock.append(clock[-1] + 4)
            yield page

    file = stderr(Stderr())
    shown(slow())
    assert file.lines == [
        "✔ Making initial request [1s]",
        "ℹ Got 4 pages, 350 videos [1s]",
        "✔ Got 6 pages, 500 videos [1s]",
    ]


def test_large_numbers_are_readable(stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr())
    shown(iter([Page([{}] * 1000)] * 1200))
    assert file.lines[-1] == "✔ Got 1,200 pages, 1,200,000 videos [1s]"


def test_a_remark_stands_on_a_line_of_its_own(stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr())
    steps(True).say("Trying again in 8 s (2 of 5 tries).")
    assert file.lines == ["ℹ Trying again in 8 s (2 of 5 tries)."]


@pytest.mark.parametrize("name", ["user [bold]x[/bold]", "user [/]", "user :smile: [link=x]"])
@pytest.mark.parametrize("terminal", [False, True])
def test_names_that_look_like_markup_are_names(
    name: str, terminal: bool, stderr: Callable[[Stderr], Stderr]
) -> None:
    stream = stderr(Stderr(terminal=terminal))
    shown(iter(PAGES), name)
    assert f"Got {name} [1s]" in stream.text


def test_a_long_line_is_not_cut(stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr())
    shown(iter(PAGES[:1]), "user " + "x" * 300)
    assert file.lines == [f"✔ Got user {'x' * 300} [1s]"]


@pytest.mark.parametrize("columns", [30, 60, 80, 120])
@pytest.mark.parametrize("share", [None, 0.25])
def test_a_step_on_a_terminal_takes_one_line(
    columns: int,
    share: float | None,
    stderr: Callable[[Stderr], Stderr],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = stderr(Stderr(terminal=True))
    progress = "Got 8 pages, 0 videos; 53 windows to go, 988 requests left today, about 1 min to go"
    with steps(True).step("Collecting videos") as step:
        step.update(progress, share)
        stream.wait_for("Got 8 pages")
        if columns == 80 and share:
            stream.wait_for("53 windows to go, …, about 1 min to go")
            step.update(progress.replace("8 pages, 0", "1,268 pages, 112,345"), share)
            stream.wait_for("Got 1,268 pages, 112,345 videos, …, about 1 min to go")
    drawn = stream.text.split("✔")[0]
    assert "\x1b[1A" not in drawn  # which a picture of two lines needs
    bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn)
    assert all(cell_len(line) <= columns - len("^C") for line in re.split(r"[\r\n]+", bare))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize("terminal", [False, True])
def test_signs_are_ascii_where_nothing_else_can_be_shown(
    encoding: str, terminal: bool, stderr: Callable[[Stderr], Stderr]
) -> None:
    stream = stderr(Stderr(encoding, terminal=terminal))
    shown(iter(PAGES))
    shown(iter([Page(withheld="private")]), "user a")
    steps(True).say("a remark")
    assert list(three_videos()) == [1, 2, 3]
    bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.text)
    for line in ("v Making initial request [1s]", "x Getting user a [1s]", "i a remark"):
        assert line in bare
    assert stream.text.isascii()
    assert "\\u" not in stream.text


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf-16-le"])
def test_signs_are_rs_in_any_unicode(encoding: str, stderr: Callable[[Stderr], Stderr]) -> None:
    file = stderr(Stderr(encoding))
    shown(iter(PAGES[:1]))
    assert file.lines == ["✔ Making initial request [1s]"]


# -------------------------------------------------------------------------------------- terminals


def test_a_terminal_gets_a_line_that_moves_and_then_stands(
    stderr: Callable[[Stderr], Stderr],
) -> None:
    terminal = stderr(Stderr(terminal=True))
    assert shown(iter(PAGES)) == list(PAGES)
    assert "\x1b[?25l" in terminal.text  # the cursor hides, ...
    assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")  # ... and is back
    assert "\x1b[32m✔\x1b[0m Making initial request [1s]\n" in terminal.text
    assert terminal.text.endswith("\x1b[32m✔\x1b[0m Got 3 pages, 250 videos [1s]\n")


def test_a_terminal_without_colors_gets_none(
    stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = stderr(Stderr(terminal=True))
    shown(iter(PAGES[:1]))
    assert "✔ Making initial request [1s]\n" in terminal.text


def test_a_failure_leaves_the_terminal_as_it_was(stderr: Callable[[Stderr], Stderr]) -> None:
    def interrupted() -> Iterator[Page]:
        yield PAGES[0]
        raise KeyboardInterrupt

    terminal = stderr(Stderr(terminal=True))
    with pytest.raises(KeyboardInterrupt):
        shown(interrupted())
    assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")
    assert "\x1b[31m✖\x1b[0m Getting more pages [1s]\n" in terminal.text


@pytest.mark.parametrize("drawing", ["show_cursor", "clear_live", "push_render_hook", "print"])
def test_ctrl_c_while_it_is_drawn_leaves_the_terminal_as_it_was(
    drawing: str, stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, stdout = stderr(Stderr(terminal=True)), Stderr(terminal=True)
    monkeypatch.setattr("sys.stdout", stdout)
    pressed, real = [], getattr(Console, drawing)

    def interrupted(self: Console, *given: Any) -> Any:
        if not pressed:
            pressed.append(signal.raise_signal(signal.SIGINT))
        return real(self, *given)

    monkeypatch.setattr(Console, drawing, interrupted)
    with pytest.raises(KeyboardInterrupt):
        shown(iter(PAGES))
    assert sys.stdout is stdout
    assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")
    written = terminal.text
    print("Stopped.", file=sys.stderr)
    assert terminal.text == f"{written}Stopped.\n"


# ------------------------------------------------------------------------------------------- bars


def screen(terminal: Stderr) -> list[str]:
    """What a terminal shows after all that was written to it."""
    lines, row = [""], 0
    for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", terminal.text):
        if part == "\n":
            row += 1
            lines.extend([""] * (row == len(lines)))
        elif part == "\x1b[1A":
            row -= 1
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part[0] not in "\x1b\r":
            lines[row] += part
    return "\n".join(line.rstrip() for line in lines).rstrip("\n").split("\n")


def shows(terminal: Stderr, text: str) -> None:
    """Wait until a text is in the last line, where what moves is drawn by a thread of its own."""
    deadline = time.monotonic() + 30
    while text not in screen(terminal)[-1]:
        assert time.monotonic() < deadline, terminal.text
        time.sleep(0.01)


def three_videos() -> Iterator[int]:
    """A call that is gone through video by video."""
    shown = steps(True)
    with shown.step("Getting videos") as whole:
        for number in (1, 2, 3):
            with shown.step(f"Getting video {number}") as step:
                yield number
                step.done(f"Got video {number}")
            whole.update(f"{number} of 3 videos, 22 kB", number / 3)


def test_a_terminal_shows_a_bar_below_the_step_in_hand(stderr: Callable[[Stderr], Stderr]) -> None:
    terminal = stderr(Stderr(terminal=True))
    call = three_videos()
    assert [next(call), next(call)] == [1, 2]
    terminal.wait_for("Getting video 2")  # what moves is drawn by a thread of its own
    *above, step, bar = screen(terminal)
    assert above == ["✔ Got video 1 [1s]"]
    assert re.fullmatch(r". Getting video 2 \[1s\]", step)
    assert re.fullmatch(r"[━╸╺]+ 1 of 3 videos, 22 kB", bar)
    assert len(bar) == 80 - len("^C")
    assert next(call) == 3
    assert list(call) == []
    assert screen(terminal) == [
        "✔ Got video 1 [1s]",
        "✔ Got video 2 [1s]",
        "✔ Got video 3 [1s]",
        "✔ 3 of 3 videos, 22 kB [1s]",
    ]


def test_no_line_is_lost_where_it_is_redrawn_while_one_is_printed(
    stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row more or less in the meantime, and the line above would be taken for one that moves."""
    terminal, real = stderr(Stderr(terminal=True)), Live.process_renderables

    def slow(self: Live, renderables: list[Any]) -> list[Any]:
        found = real(self, renderables)
        if any(isinstance(each, Text) for each in renderables):
            time.sleep(0.2)  # in which what moves would be drawn twice
        return found

    monkeypatch.setattr(Live, "process_renderables", slow)
    call = three_videos()
    assert next(call) == 1
    assert list(call) == [2, 3]
    assert screen(terminal) == [
        "✔ Got video 1 [1s]",
        "✔ Got video 2 [1s]",
        "✔ Got video 3 [1s]",
        "✔ 3 of 3 videos, 22 kB [1s]",
    ]


def test_a_remark_stands_above_what_moves(stderr: Callable[[Stderr], Stderr]) -> None:
    terminal = stderr(Stderr(terminal=True))
    shown = steps(True)
    with shown.step("Getting a video"):
        shown.say("Trying again in 8 s")
        print("a warning", file=sys.stderr)
        shows(terminal, "Getting a video")
        *above, step = screen(terminal)
    assert above == ["ℹ Trying again in 8 s", "a warning"]
    assert "Getting a video" in step


def test_what_is_done_side_by_side_has_a_bar_too(
    stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_SECONDS_BETWEEN_LOOKS", 0.01)
    terminal = stderr(Stderr(terminal=True))
    bars = []

    def work() -> None:
        terminal.wait_for("Got 1 of 4: 30 videos")
        bars.append(screen(terminal)[-1])

    run_workers(work, 2, StopSignal(), steps(True), "Getting videos", lambda: GOT_A_QUARTER)
    assert len(bars) == 2
    assert all(re.fullmatch(r"[━╸╺]+ Got 1 of 4: 30 videos", bar) for bar in bars)
    assert screen(terminal) == ["✔ Got 1 of 4: 30 videos [1s]"]


def test_the_last_line_after_ctrl_c_tells_the_pages_that_came_then(
    stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, stop, pages = stderr(Stderr()), StopSignal(), []

    def work() -> None:
        signal.raise_signal(signal.SIGINT)  # on the main thread, as a person's Ctrl-C
        while not stop.is_set:
            time.sleep(0.001)
        pages.append("the page in hand")

    def so_far() -> tuple[str, float]:
        return f"Got {len(pages)} of 4", len(pages) / 4

    with pytest.raises(KeyboardInterrupt):
        run_workers(work, 1, stop, steps(True), "Getting videos", so_far)
    assert file.lines == [
        "ℹ Finishing the pages in hand; Ctrl-C again leaves them.",
        "✖ Got 1 of 4 [1s]",
    ]


def test_nothing_is_said_to_have_failed_that_was_not_requested(
    stderr: Callable[[Stderr], Stderr],
) -> None:
    def without_credentials() -> Iterator[Page]:
        raise AuthError("No credentials")
        yield

    def refused() -> Iterator[Page]:
        error = AuthError("The token is not valid")
        error.path = "/v2/research/video/query/"
        raise error
        yield

    file = stderr(Stderr())
    with pytest.raises(AuthError):
        shown(without_credentials())
    assert file.lines == []
    with pytest.raises(AuthError):
        shown(refused())
    assert file.lines == ["✖ Making initial request [1s]"]


@pytest.mark.parametrize("terminal", [False, True])
def test_lines_in_a_log_carry_the_time(
    terminal: bool, stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.0)
    file = stderr(Stderr(terminal=terminal))
    steps(True, timed=True).say("a remark")
    time_before = "" if terminal else "2023-11-14 22:13:20 UTC "
    assert re.sub(r"\x1b\[\d*m", "", file.text) == f"{time_before}ℹ a remark\n"


@pytest.mark.parametrize("columns", ["1", "12", "40"])
def test_a_narrow_terminal_shows_all_of_it(
    columns: str, stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    terminal = stderr(Stderr(terminal=True))
    for number in three_videos():
        if number == 2:
            terminal.wait_for("Getting video 2" if columns == "40" else "G")
    assert screen(terminal)[-1] == "✔ 3 of 3 videos, 22 kB [1s]"


def test_a_file_gets_the_sum_once_a_minute(
    stderr: Callable[[Stderr], Stderr], clock: list[float]
) -> None:
    file = stderr(Stderr())
    for number in three_videos():
        clock.append(35 * number)
    assert file.lines == [
        "✔ Got video 1 [1s]",
        "✔ Got video 2 [1s]",
        "ℹ 2 of 3 videos, 22 kB [1m 10s]",
        "✔ Got video 3 [1s]",
        "✔ 3 of 3 videos, 22 kB [1m 45s]",
    ]


@pytest.mark.parametrize("terminal", [False, True])
def test_who_breaks_off_sees_how_far_it_came(
    terminal: bool, stderr: Callable[[Stderr], Stderr]
) -> None:
    stream = stderr(Stderr(terminal=terminal))
    call = three_videos()
    assert [next(call), next(call)] == [1, 2]
    with pytest.raises(KeyboardInterrupt):
        call.throw(KeyboardInterrupt())
    assert screen(stream)[-2:] == ["✖ Getting video 2 [1s]", "✖ 1 of 3 videos, 22 kB [1s]"]
    assert stream.text.rfind("\x1b[?25h") >= stream.text.rfind("\x1b[?25l")


def test_a_file_gets_no_bar_whatever_colors_are_wanted(
    stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = stderr(Stderr())
    assert list(three_videos()) == [1, 2, 3]
    assert len(file.lines) == 4
    assert "━" not in file.text


@pytest.mark.parametrize("terminal", [False, True])
def test_what_a_server_says_never_moves_the_cursor(
    terminal: bool, stderr: Callable[[Stderr], Stderr]
) -> None:
    stream = stderr(Stderr(terminal=terminal))
    shown = steps(True)
    with shown.step("Getting \x1b]0;title\x07"):
        shown.say("it leads to https://\x1b[2J\r\n.example")
    assert " it leads to https:// [2J  .example\n" in stream.text
    assert re.search(r"\x1b\]|\x1b\[2J|\x07", stream.text) is None


def test_a_table_goes_to_its_pipe_while_a_bar_moves(
    stderr: Callable[[Stderr], Stderr], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = stderr(Stderr(terminal=True))
    for number in three_videos():
        print(f"row {number}")
    assert capsys.readouterr().out == "row 1\nrow 2\nrow 3\n"
    assert "row" not in terminal.text


# -------------------------------------------------------------------------------------- notebooks


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """A kernel of Jupyter, and the contents of its one output, the newest last."""
    drawn: list[dict[str, str]] = []
    ids: set[str] = set()

    def display(bundle: dict[str, str], *, raw: bool, display_id: str) -> None:
        assert raw
        assert not ids
        ids.add(display_id)
        drawn.append(bundle)

    def update_display(bundle: dict[str, str], *, raw: bool, display_id: str) -> None:
        assert raw
        assert display_id in ids
        drawn.append(bundle)

    shown = SimpleNamespace(display=display, update_display=update_display)
    shell = SimpleNamespace(kernel=object())
    for name, module in {
        "IPython": SimpleNamespace(get_ipython=lambda: shell),
        "IPython.display": shown,
    }.items():
        monkeypatch.setitem(sys.modules, name, module)  # type: ignore[arg-type]
    return drawn


def test_a_notebook_gets_one_output_that_is_updated(
    kernel: list[dict[str, str]], stderr: Callable[[Stderr], Stderr]
) -> None:
    file = stderr(Stderr())
    assert list(three_videos()) == [1, 2, 3]
    assert file.text == ""
    assert kernel[0]["text/plain"].startswith("Getting videos [")
    assert any("Getting videos" in each["text/plain"] for each in kernel)
    assert kernel[-1]["text/plain"].startswith("✔ 3 of 3 videos, 22 kB [")
    assert "<progress" not in kernel[-1]["text/html"]


def test_a_notebook_shows_a_bar_and_the_step_in_hand(kernel: list[dict[str, str]]) -> None:
    call = three_videos()
    assert [next(call), next(call)] == [1, 2]
    assert kernel[-1]["text/plain"].startswith("1 of 3 videos, 22 kB · Getting video 2 [")
    assert '<progress value="0.333"' in kernel[-1]["text/html"]
    call.close()


def test_a_notebook_keeps_what_came_of_the_whole_call(kernel: list[dict[str, str]]) -> None:
    shown_steps = steps(True)
    list(watch(iter(PAGES), shown_steps, "videos"))
    shown_steps.total("Got 250 videos")
    assert kernel[-1]["text/plain"].startswith("✔ Got 250 videos [")


def test_a_notebook_shows_names_as_texts(kernel: list[dict[str, str]]) -> None:
    shown(iter(PAGES[:1]), "user <b>\x1b[2J")
    assert "Got user &lt;b&gt; [2J" in kernel[-1]["text/html"]


def test_a_kernel_that_shuts_down_loses_no_page(
    kernel: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the socket is closed")

    monkeypatch.setattr(sys.modules["IPython.display"], "display", broken)
    assert shown(iter(PAGES)) == list(PAGES)


# ---------------------------------------------------------------------------------------- silence


@pytest.mark.parametrize("terminal", [False, True])
def test_without_verbose_nothing_is_shown(
    terminal: bool, stderr: Callable[[Stderr], Stderr], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stderr(Stderr(terminal=terminal))
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    silent = steps(False)
    assert list(watch(iter(PAGES), silent, "videos")) == list(PAGES)
    silent.say("a remark")
    with silent.step("Getting videos") as step:
        step.update("1 of 3 videos", 1 / 3)
    assert stream.text == ""


@pytest.mark.parametrize(("prompt", "lines"), [(True, 2), (False, 0)])
def test_left_open_a_person_at_a_prompt_sees_it_and_a_script_does_not(
    prompt: bool,
    lines: int,
    stderr: Callable[[Stderr], Stderr],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = stderr(Stderr())
    monkeypatch.delattr(sys, "ps1", raising=False)
    if prompt:
        monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert list(watch(iter(PAGES), steps(None), "videos")) == list(PAGES)
    assert len(file.lines) == lines


# ------------------------------------------------------------------------------- a broken stderr


@pytest.mark.parametrize("writes", [0, 1, 5])
@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError(28, "No space left"), ValueError("closed file")]
)
def test_a_broken_stderr_loses_no_page(
    error: Exception, terminal: bool, writes: int, stderr: Callable[[Stderr], Stderr]
) -> None:
    stderr(BrokenStderr(error, terminal=terminal, writes=writes))
    assert shown(iter(PAGES)) == list(PAGES)
    assert list(three_videos()) == [1, 2, 3]


def test_a_terminal_that_breaks_while_nobody_writes_loses_no_page(
    stderr: Callable[[Stderr], Stderr],
) -> None:
    terminal = BrokenStderr(OSError(5, "Input/output error"), terminal=True, writes=1)
    stderr(terminal)

    def slow() -> Iterator[Page]:
        for page in PAGES:
            assert terminal.broke.wait(timeout=5)  # what moves is drawn by a thread of its own
            yield page

    assert shown(slow()) == list(PAGES)


def test_a_closed_stderr_loses_no_page(stderr: Callable[[Stderr], Stderr]) -> None:
    stderr(Stderr()).close()
    assert shown(iter(PAGES)) == list(PAGES)


def test_no_stderr_loses_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert shown(iter(PAGES)) == list(PAGES)


# ------------------------------------------------------------------------------------ whole calls


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0ms"),
        (0.774, "774ms"),
        (0.9994, "999ms"),
        (0.9996, "1s"),
        (1.14, "1.1s"),
        (4.0, "4s"),
        (59.4, "59.4s"),
        (61, "1m 1s"),
        (3599.4, "59m 59s"),
        (3725, "1h 2m"),
    ],
)
def test_how_long_it_took_is_told_as_in_r(seconds: float, told: str) -> None:
    assert took(seconds) == told
