"""Check what a notebook shows, by running one in a kernel."""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from traktok.sandbox.api import ResearchApi
from traktok.sandbox.web import Website

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    import nbformat.v4 as v4

pytestmark = pytest.mark.filterwarnings("ignore")
ROOT = Path(__file__).parents[2]

COLLECTION = """
import tempfile, warnings
warnings.simplefilter("ignore")
from traktok import *
study = tt_collect("a", "2023-01-01", "2023-03-31", tempfile.mkdtemp() + "/study.db")
"""
INTERRUPTED = """
import os, signal, threading
from traktok import tt_search_api
threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
tt_search_api("a", "2023-11-01", "2023-11-29", max_pages=1000)
"""


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a kernel start that imports this traktok, and warns of nothing of its own."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")


def outputs(*cells: str, allow_errors: bool = False) -> list[list[dict[str, Any]]]:
    """Run cells, and return the outputs of each as the notebook would be saved."""
    notebook = v4.new_notebook(cells=list(map(v4.new_code_cell, cells)))
    client = nbclient.NotebookClient(notebook, timeout=60, allow_errors=allow_errors)
    client.execute()
    return [list(cell.outputs) for cell in notebook.cells]


def test_a_call_leaves_one_quiet_line(kernel: None, token: str) -> None:
    search = (
        "from traktok import tt_search_api\n"
        f"found = tt_search_api('a', '2023-11-01', '2023-11-29', max_pages=3, token={token!r})"
    )
    ((output,),) = outputs(search)
    assert output["output_type"] == "display_data"
    line = output["data"]["text/plain"]
    assert re.fullmatch(r"✔ Got \d+ videos \[[\d.]+m?s\]", line)
    assert line.partition(" [")[0] in output["data"]["text/html"]


def test_it_shows_what_it_does_from_the_first_second(
    kernel: None, tiktok: ResearchApi, token: str
) -> None:
    watch = (
        "import IPython.display, traktok\n"
        "seen = []\n"
        "for name in ('display', 'update_display'):\n"
        "    def record(bundle, *, name=name, real=getattr(IPython.display, name), **how):\n"
        "        seen.append((name, bundle['text/plain']))\n"
        "        return real(bundle, **how)\n"
        "    setattr(IPython.display, name, record)\n"
    )
    search = f"traktok.tt_search_api('a', '2023-11-01', '2023-11-29', token={token!r});"
    *_, (printed,) = outputs(watch, search, "print(*seen, sep='\\n')")
    first, *others = map(eval, printed["text"].splitlines())
    assert first[0] == "display"
    assert first[1].startswith("Making initial request [")
    assert {name for name, _ in others} == {"update_display"}
    assert others[-1][1].startswith("✔ Got 79 videos [")


def test_a_collection_leaves_one_line_and_has_a_card(
    kernel: None, tiktok: ResearchApi, token: str
) -> None:
    begin = COLLECTION.replace('/study.db"', f'/study.db", token={token!r}')
    (progress,), (card,) = outputs(begin, "study")
    assert re.match(
        r"✔ Got \d+ pages, [\d,]+ videos; 0 windows to go", progress["data"]["text/plain"]
    )
    html = card["data"]["text/html"]
    assert '<progress value="1.000"' in html
    assert "3 of 3 windows done" in html
    assert "2023-01-01 to 2023-03-31" in html
    assert re.search(r"requests left today.*9\d\d", html)
    assert "complete" in html


def test_a_query_has_a_card_in_words(kernel: None) -> None:
    made = (
        "from traktok import *\n"
        "query() | query_and('region_code', 'IN', ['JP', 'US']) "
        "| query_not('view_count', 'LT', 100) | query_or('keyword', 'IN', '<b>')"
    )
    ((card,),) = outputs(made)
    html = card["data"]["text/html"]
    for words in ("all of", "region code is one of JP, US", "view count is less than 100"):
        assert words in html
    assert "keyword is &lt;b&gt;" in html
    assert card["data"]["text/plain"].startswith("S3<traktok_query>")


def test_an_interrupt_ends_in_the_sentence(kernel: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with ResearchApi(latency=0.3) as slow:
        monkeypatch.setenv("TRAKTOK_BASE_URL", slow.url)
        stop = INTERRUPTED.replace("max_pages=1000", f"max_pages=1000, token={slow.token()!r}")
        ((progress, error),) = outputs(stop, allow_errors=True)
    assert progress["data"]["text/plain"].startswith("✖ ")
    assert error["ename"] == "KeyboardInterrupt"
    (line,) = error["traceback"]
    assert re.fullmatch(r"KeyboardInterrupt: [\d,]+ rows kept in last_query\(\) and .*", line)


def test_a_search_of_the_website_is_one_line(kernel: None, logged_in: Website) -> None:
    urls = [f"https://www.tiktok.com/@tiktok/video/{number}" for number in (1, 2, 3)]
    call = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from traktok import tt_videos_hidden\n"
        f"posts = tt_videos_hidden({urls}, save_video=False, sleep_pool=0)"
    )
    ((output,),) = outputs(call)
    assert output["data"]["text/plain"].startswith("✔ 3 of 3 videos")


WRONG_DAY = """
def ask():
    return tt_search_api('a', start_date='2023-13-01')
ask()
"""
WARNS = """
warnings.simplefilter('default')
asked = query() | query_and('colour', 'EQ', 'red')
"""


def test_warnings_are_quiet_lines_and_errors_show_the_lines_that_led_to_them(
    kernel: None, tiktok: ResearchApi
) -> None:
    cells = (
        "import warnings; from traktok import *",
        WARNS,
        WRONG_DAY,
        "tt_user_info_api('tiktok', token='clt.wrong', verbose=False)",
        "%xmode Verbose",
        WRONG_DAY,
    )
    _, (warning,), (wrong,), (refused,), _, (verbose,) = outputs(*cells, allow_errors=True)
    assert warning["output_type"] == "display_data"
    assert warning["data"]["text/plain"].startswith("⚠ TikTok documents no query field 'colour'")
    day, token, whole = (
        re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error["traceback"]))
        for error in (wrong, refused, verbose)
    )
    assert "return tt_search_api('a', start_date='2023-13-01')" in day
    assert "ask()" in day
    assert day.endswith("start_date: there is no day '2023-13-01' in the calendar")
    assert "AuthError: TikTok does not accept the credentials" in token
    assert max(map(len, map(str.splitlines, (day, token)))) <= 15
    assert "_inputs.py" not in day
    assert "_inputs.py" in whole
