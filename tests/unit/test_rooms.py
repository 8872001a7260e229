"""Check who may know whom in the tests, and that the map of the rooms is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.durations import SECONDS
from traktok import __version__

ROOT = Path(__file__).parents[2]
ROOMS = {
    path.name + "/" if path.is_dir() else path.name
    for path in (ROOT / "traktok").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").exists()
}
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_map_shows_every_room() -> None:
    start, end = CONTRIBUTING.index("## The rooms"), CONTRIBUTING.index("## How a page travels")
    rows = [row.split("|")[1] for row in CONTRIBUTING[start:end].splitlines() if row[:3] == "| `"]
    assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == ROOMS


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.\w+|(?:tests|traktok|vignettes)/[\w/]*)`", CONTRIBUTING)
    assert len(named) > 20
    assert [n for n in named if not any((ROOT / top / n).exists() for top in ("", "traktok"))] == []


# ------------------------------------------------------------------------------- private names

# The room that a unit test is about, and whose private names it may import.
ROOM_OF = {
    "test_clock": "_clock",
    "test_csv_cells": "files",
    "test_disk": "_disk",
    "test_endpoints": "_http",
    "test_files": "files",
    "test_from_r_credentials": "_r",
    "test_hidden_inputs": "hidden",
    "test_hidden_parse": "hidden",
    "test_hostile_files": "_r",
    "test_hostile_pages": "hidden",
    "test_inputs": "_inputs",
    "test_office_files": "files",
    "test_pace": "collect",
    "test_pages": "_http",
    "test_progress": "_run",
    "test_query": "_conditions",
    "test_rates": "collect",
    "test_redact": "_secrets",
    "test_retry": "_http",
    "test_rows": "_tables",
    "test_run": "_run",
    "test_surroundings": "_surroundings",
    "test_tables": "_tables",
    "test_text": "_text",
    "test_vault": "_secrets",
    "test_wire": "_http",
}
# Facts that tests of every room read.
FACTS = {"_http.endpoint", "_http.endpoints"}
# Where else private modules are imported: what they hold has no public name, or is a patience, a
# clock, a place that a test sets. The list is to get shorter.
EXCEPTIONS: dict[str, set[str]] = {
    "benchmarks/test_collect_benchmark.py": {"collect._kinds", "collect._records"},
    "benchmarks/test_memory.py": {"_run.memory"},
    "benchmarks/test_tables_benchmark.py": {
        "_tables.builder",
        "collect._kinds",
        "collect._records",
    },
    "benchmarks/test_time.py": {"_run.memory"},
    "conftest.py": {"_run.memory", "_secrets.cookies"},
    "fuzz/inputs.py": {"_r.rds"},
    "fuzz/readers.py": {
        "_http.wire",
        "_secrets.cookies",
        "_tables.builder",
        "hidden._columns",
        "hidden._parse",
    },
    "integration/collect/conftest.py": {"_clock"},
    "integration/collect/processes.py": {"collect._begin", "collect._tasks"},
    "integration/collect/test_collect.py": {
        "_run.options",
        "_surroundings",
        "collect._owners",
        "collect._runs",
        "collect._windows",
    },
    "integration/collect/test_export.py": {"collect._export", "collect._kinds", "collect._records"},
    "integration/collect/test_faults.py": {"_run.workers"},
    "integration/collect/test_kill.py": {"collect._tasks"},
    "integration/collect/test_lost.py": {"collect._runs"},
    "integration/collect/test_offline.py": {"_http.transport"},
    "integration/collect/test_pace.py": {"collect._worker"},
    "integration/collect/test_quota.py": {"_clock", "collect._hook", "collect._request_log"},
    "integration/collect/test_reconnect.py": {"collect._tasks"},
    "integration/collect/test_refresh.py": {
        "_http.wire",
        "collect._compliance",
        "collect._refresh",
    },
    "integration/collect/test_store.py": {
        "_http.wire",
        "collect._database",
        "collect._kinds",
        "collect._owners",
        "collect._records",
        "collect._schema",
        "collect._store",
        "collect._tasks",
    },
    "integration/test_auth_forget.py": {"_secrets.cookies", "_secrets.vault"},
    "integration/test_auth.py": {"_secrets.vault", "sandbox.api.service"},
    "integration/test_cli_collect.py": {"collect._study"},
    "integration/test_cli_hidden.py": {"_secrets.cookies", "hidden._browser"},
    "integration/test_doctor.py": {"_clock", "_surroundings"},
    "integration/test_faults.py": {"_http.transport", "_run.fetch"},
    "integration/test_hidden_browser.py": {
        "_secrets.cookies",
        "hidden._browser",
        "hidden._inputs",
        "hidden._launch",
        "hidden._tab",
    },
    "integration/test_hidden_choice.py": {"hidden._browser"},
    "integration/test_hidden_cookies_over_http.py": {"_secrets.cookies"},
    "integration/test_hidden_lists.py": {"hidden._web"},
    "integration/test_hidden_matrix.py": {"hidden._browser"},
    "integration/test_hidden_searches.py": {"_secrets.cookies"},
    "integration/test_hidden_users.py": {"hidden._browser"},
    "integration/test_hidden_videos.py": {"hidden._media", "hidden._web"},
    "integration/test_hostile_servers.py": {
        "_http.session",
        "_http.transport",
        "_http.wire",
        "_secrets.cookies",
        "hidden._web",
    },
    "integration/test_quota.py": {"_clock"},
    "integration/test_replay.py": {"_clock", "_secrets.cookies", "replay._files"},
    "integration/test_secrets.py": {
        "_http.pages",
        "_http.transport",
        "_http.wire",
        "_secrets.secret",
        "_secrets.vault",
    },
    "integration/test_token_arguments.py": {
        "_http.client_log",
        "_http.transport",
        "_run.options",
    },
    "integration/test_translate_scripts.py": {"_surroundings"},
    "integration/test_transport.py": {"_clock", "_http.retry", "_http.transport", "_http.wire"},
    "integration/test_workers.py": {
        "_http.wire",
        "_run.collected",
        "_run.options",
        "_run.progress",
        "_run.state",
        "_run.workers",
        "_tables.builder",
    },
    "one_browser.py": {
        "_secrets.cookies",
        "hidden._browser",
        "hidden._launch",
        "hidden._post_browser",
        "hidden._tab",
    },
    "unit/test_endpoints.py": {"collect._kinds", "compare._rows"},
    "unit/test_files.py": {"_tables.builder"},
    "unit/test_from_r_credentials.py": {"_secrets.cookies"},
    "unit/test_hidden_cookies.py": {"_secrets.cookies"},
    "unit/test_hidden_inputs.py": {"_secrets.cookies", "_text"},
    "unit/test_hidden_parse.py": {"_tables.builder"},
    "unit/test_hostile_texts.py": {"_text"},
    "unit/test_inputs.py": {"_clock"},
    "unit/test_pace.py": {"_run.workers"},
    "unit/test_progress.py": {"_http.wire", "_text"},
    "unit/test_read_results.py": {"_r.rds"},
    "unit/test_rows.py": {"_printing"},
    "unit/test_run.py": {"_http.bodies", "_http.pages", "_http.wire"},
    "unit/test_surroundings.py": {"_clock", "_http.transport", "_secrets.cookies"},
}


def test_private_names_are_imported_by_the_unit_tests_of_their_room() -> None:
    found = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        own = ROOM_OF.get(path.stem) if path.parent.name == "unit" else None
        foreign = {m for m in _private_modules(path) if m.split(".")[0] != own} - FACTS
        if foreign:
            found[path.relative_to(ROOT / "tests").as_posix()] = foreign
    assert found == EXCEPTIONS


def _private_modules(path: Path) -> set[str]:
    """Return the modules below traktok from which a file imports, or patches, private names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=aliases):
                names |= {f"{module}.{alias.name}" for alias in aliases}
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.Constant(value=str(text)) if re.fullmatch(r"traktok(\.\w+)+", text):
                names.add(text)
    return {_module(name) for name in names if re.match(r"traktok\.(.+\.)?_[a-zA-Z]", name)}


def _module(name: str) -> str:
    """Return the longest part of a dotted name that is a module, without the package's name."""
    parts = name.split(".")
    while not (place := ROOT.joinpath(*parts)).is_dir() and not place.with_suffix(".py").exists():
        parts.pop()
    return ".".join(parts[1:])


def test_the_tests_that_start_first_are_there() -> None:
    for node in SECONDS:
        path, name = node.split("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), node


def test_the_citation_names_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation


def test_the_news_begin_with_this_version_and_its_date() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    news = (ROOT / "NEWS.md").read_text(encoding="utf-8")
    (date,) = re.findall(r"^date-released: (.+)$", citation, re.MULTILINE)
    assert news.startswith(f"# traktok {__version__} ({date})\n")


def test_no_module_exceeds_600_lines() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "traktok").rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > 600} == {}
