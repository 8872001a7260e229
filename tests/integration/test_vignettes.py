"""The vignettes: pages as rendered, cassettes as recorded, and beside those of the R package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import traktok
from traktok import Collection, auth_research
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.web import Website
from vignettes import pictures, record, render

ROOT = Path(__file__).parents[2]
SCRIPTS = pytest.mark.parametrize("script", render.vignettes(), ids=lambda script: script.stem)

UNOFFICIAL, COLLECTING = (render.HERE / f"{name}.py" for name in ("unofficial_api", "collecting"))
OFFICIAL = pytest.mark.parametrize(
    "script",
    [script for script in render.vignettes() if script not in (UNOFFICIAL, COLLECTING)],
    ids=lambda script: script.stem,
)

# What the R package's vignette prints, table by table: rows and columns.
R_TABLES = [
    # User info has a first column more here, username.
    *("0 × 13", "19 × 13", "2 × 13", "2 × 9", "5 × 13", "1 × 14", "98 × 14"),
    *("19 × 3", "90 × 3", "1 × 7", "2 × 7", "96 × 7"),
]
# What it prints in tables, cut off as there, in the order of its pages.
R_PRINTS = """
7423432753447932974 730689385329705 learningca 98717 730247037950160 casaresfel
7423432753447965742 729668885660947 729649864535081 7423432753448064046 27387 729738948452450
725959019292176 1690255097 america 1712679503 carterp
rudeboybrody shahakshapira galbruwt vng.lan.hng09
730248974199 729669068138 729669083429 314
7423432753448096814 100 7336340473470063662 200
"""

R_EXPORTS = """
auth_check auth_hidden auth_research last_comments last_query query query_and query_not query_or
tt_comments tt_comments_api tt_get_follower tt_get_follower_hidden tt_get_following
tt_get_following_hidden tt_get_liked tt_get_pinned tt_get_reposted tt_playlist tt_playlist_api
tt_query_videos tt_request_hidden tt_search tt_search_api tt_search_hidden tt_slideshow_hidden
tt_user_follower_api
tt_user_following_api tt_user_info tt_user_info_api tt_user_info_hidden tt_user_liked_videos_api
tt_user_pinned_videos_api tt_user_reposted_api tt_user_videos tt_user_videos_api
tt_user_videos_hidden tt_videos tt_videos_hidden
"""


def page_of(name: str) -> str:
    return (render.HERE / f"{name}.md").read_text("utf-8")


# ------------------------------------------------------------------------------ pages, cassettes


@SCRIPTS
def test_the_page_is_what_the_script_gives(script: Path) -> None:
    assert render.changes(script) == "", "run python -m vignettes.render"


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_of_the_terminal_is_what_the_code_prints(name: str) -> None:
    assert pictures.changes(name) == "", "run python -m vignettes.pictures"


@SCRIPTS
def test_the_cassette_is_what_the_sandbox_answers(script: Path, tmp_path: Path) -> None:
    record.record_vignette(script, tmp_path / "c.yaml")
    now, kept = (tmp_path / "c.yaml").read_bytes(), render.cassette(script).read_bytes()
    assert now == kept, "run python -m vignettes.record"


API_HOSTS = {"https://open.tiktokapis.com"}
HOSTS_OF = {
    "unofficial_api": {
        "https://www.tiktok.com",
        "https://v16-webapp-prime.tiktok.com",
    }
}


@pytest.mark.parametrize("cassette", sorted(render.CASSETTES.glob("*.yaml")), ids=lambda c: c.stem)
def test_a_cassette_holds_no_secret_and_no_host_but_tiktoks(cassette: Path) -> None:
    text = cassette.read_text("utf-8")
    assert set(re.findall(r"uri: (https?://[^/]+)", text)) == HOSTS_OF.get(cassette.stem, API_HOSTS)
    assert set(re.findall(r"Bearer (.*)", text)) <= {"access-token"}
    for secret in (
        ResearchApi.client_key,
        ResearchApi.client_secret,
        "clt.",
        "127.0.0.1",
        "Cookie:",
    ):
        assert secret not in text


def test_the_cassettes_are_listed_where_they_are_explained() -> None:
    explained = (render.CASSETTES / "README.md").read_text()
    assert set(re.findall(r"`(\w+\.yaml)`", explained)) == {
        path.name for path in render.CASSETTES.glob("*.yaml")
    }


# ---------------------------------------------------------------------------------- the scripts


@SCRIPTS
def test_a_script_runs_as_it_is_without_credentials(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"# A table: [1-9]", done.stdout)


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@OFFICIAL
def test_with_credentials_a_script_asks_tiktok(
    script: Path, tiktok: ResearchApi, tmp_path: Path
) -> None:
    auth_research(tiktok.client_key, tiktok.client_secret)
    printed = "".join(text for _, text in render.run(script, tmp_path))
    assert "# A table: 2 ×" in printed
    asked = {request.endpoint for request in tiktok.requests}
    assert asked >= {"video/query/", "video/comment/list/", "user/info/", "user/liked_videos/"}


@pytest.mark.usefixtures("slept")
def test_with_credentials_a_study_is_left_to_the_user(tiktok: ResearchApi, tmp_path: Path) -> None:
    auth_research(tiktok.client_key, tiktok.client_secret)
    printed = "".join(text for _, text in render.run(COLLECTING, tmp_path))
    assert "Not complete, because max_requests=6 was reached: 6 of 13 windows done" in printed
    asked = {request.endpoint for request in tiktok.requests}
    assert asked >= {"video/query/", "video/comment/list/", "user/info/", "validation_task/create/"}
    with Collection(tmp_path / "cats.db") as study:
        assert study.complete
        assert len(pd.read_parquet(tmp_path / "videos")) == len(study.videos()) > 500


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.usefixtures("slept", "unsigned_lists")
def test_with_cookies_a_script_asks_tiktok(logged_in: Website, tmp_path: Path) -> None:
    printed = "".join(text for _, text in render.run(UNOFFICIAL, tmp_path))
    assert "# A table: 75 ×" in printed
    lists = {asked.query["scene"] for asked in logged_in.asked if asked.path == "/api/user/list/"}
    assert lists == {"67", "21"}
    assert len(logged_in.pages_asked()) == 5


# -------------------------------------------------------------------------------- rendering itself


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vignette of its own, with a cassette."""
    monkeypatch.setattr(render, "HERE", tmp_path)
    monkeypatch.setattr(render, "CASSETTES", tmp_path)
    script = tmp_path / "demo.py"
    script.write_text(
        "# %% [markdown]\n# # Title\n#\n# A text.\n\n# %%\nimport warnings\nn = 1\n\n"
        "# %%\nfrom traktok import tt_user_info_api\nprint('before', n)\n"
        "warnings.warn('beware')\nprint(len(tt_user_info_api('tiktok')))\n"
    )
    record.record_vignette(script, render.cassette(script))
    return script


def test_a_page_has_texts_code_and_what_it_printed(demo: Path) -> None:
    assert render.main([]) == 0
    assert demo.with_suffix(".md").read_text() == (
        f"<!-- Made by `python -m vignettes.render` from {demo.parent.name}/demo.py -->\n\n"
        "# Title\n\nA text.\n\n```python\nimport warnings\nn = 1\n```\n\n"
        "```python\nfrom traktok import tt_user_info_api\nprint('before', n)\n"
        "warnings.warn('beware')\nprint(len(tt_user_info_api('tiktok')))\n```\n\n"
        "```text\nbefore 1\nUserWarning: beware\n✔ Got user tiktok\n✔ Parsing data\n1\n```\n\n"
    )


def test_check_says_what_would_change_and_changes_nothing(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    render.main([])
    assert render.main(["--check"]) == 0
    assert capsys.readouterr().out == ""
    demo.write_text(demo.read_text().replace("'before'", "'after'"))
    page = demo.with_suffix(".md").read_text()
    assert render.main(["--check"]) == 1
    out = capsys.readouterr().out
    assert "-before 1\n" in out
    assert "+after 1\n" in out
    assert demo.with_suffix(".md").read_text() == page


def test_a_page_does_not_tell_the_machine_it_was_made_on(demo: Path) -> None:
    demo.write_text(
        demo.read_text() + "print('with traktok 1.2.0, Python 3.13.1, pandas 2.2, system Linux')"
        "\nprint('13 requests, 5 pandas')\n"
    )
    shown = "with traktok, Python, pandas\n13 requests, 5 pandas\n"
    assert shown in render.page(demo).text


@pytest.fixture
def drawing(demo: Path) -> Path:
    """A vignette that draws a line across a picture."""
    demo.write_text(
        demo.read_text() + "from matplotlib.figure import Figure\n"
        "figure = Figure(figsize=(2, 2))\n"
        "axes = figure.add_subplot()\n"
        "axes.plot([0, 1], [0, 1], linewidth=3)\n"
        "figure.savefig('line.png')\n\n"
        "# %% [markdown]\n# ![A line](line.png)\n"
    )
    return demo


def test_a_picture_is_put_beside_its_page(drawing: Path) -> None:
    assert render.changes(drawing).endswith("line.png would look different\n")
    render.main([])
    assert drawing.with_name("line.png").read_bytes().startswith(b"\x89PNG")
    assert "![A line](line.png)" in drawing.with_suffix(".md").read_text()
    assert render.changes(drawing) == ""


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (("[0, 1], [0, 1]", "[0, 1], [1, 0]"), True),
        (("linewidth=3", "linewidth=2.5"), False),
        (("figsize=(2, 2)", "figsize=(2, 3)"), True),
    ],
    ids=["data", "hair", "size"],
)
def test_a_picture_may_differ_by_a_hair(drawing: Path, change: tuple[str, str], seen: bool) -> None:
    render.main([])
    drawing.write_text(drawing.read_text().replace(*change))
    assert render.changes(drawing).endswith("line.png would look different\n") is seen


def test_an_exchange_that_nothing_plays_fails(demo: Path) -> None:
    demo.write_text(demo.read_text().replace("print(len(tt_user_info_api('tiktok')))", ""))
    with pytest.raises(traktok.TraktokError, match="were not played"):
        render.page(demo)


# ---------------------------------------------------------------------------- beside the R package


def test_the_tables_have_the_sizes_of_rs() -> None:
    assert re.findall(r"# A table: (\d+ × \d+)", page_of("research_api")) == R_TABLES


def test_what_r_prints_is_printed_in_its_order() -> None:
    rest = page_of("research_api")
    for text in R_PRINTS.split():
        assert text in rest
        rest = rest[rest.index(text) :]


def test_every_export_of_r_has_its_row_and_its_twin() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page_of("from_r"), re.MULTILINE)
    assert [name for name, _ in rows] == R_EXPORTS.split()
    assert all(twin == f"`{name}`" and name in traktok.__all__ for name, twin in rows)


def test_what_is_called_the_same_is_the_same() -> None:
    rows = re.findall(r"^\| `\w+` \| `(\w+)` \| same as `(\w+)`", page_of("from_r"), re.MULTILINE)
    assert len(rows) == 8
    for alias, name in rows:
        assert getattr(traktok, alias) is getattr(traktok, name)
