"""The readers that are fuzzed: what each is given, and what may come of it."""

from __future__ import annotations

import ast
import json
import tempfile
import traceback
import warnings
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st

import traktok
from tests.fuzz import inputs
from tests.fuzz.inputs import R_FILES, TESTS, any_bytes, as_json, bytes_of, changed, damaged, deep
from tests.strategies import json_values
from traktok import TikTokResults, TraktokError, compare, read_results
from traktok._http import endpoints, wire
from traktok._secrets import cookies
from traktok._tables.builder import TableBuilder
from traktok.files import save
from traktok.from_r import read_query, read_r_cookies, read_r_token, translate
from traktok.hidden import _columns, _parse
from traktok.query import Query
from traktok.replay import replay

CORPUS = Path(__file__).parent / "corpus"
FORMATS = ("csv", "jsonl", "parquet", "rds", "RData", "xlsx", "dta")
_LONGEST_MESSAGE = 2_000


@dataclass(frozen=True)
class Reader:
    """What is fuzzed.

    Attributes
    ----------
    read
        Reads a file, or what else is drawn; what it returns is printed and saved if it is a table.
    inputs
        Returns what is drawn: bytes, or a table.
    file
        The name of the file that holds the bytes, which a refusal must name; empty for what is no
        file.
    refuses
        Whether it may refuse at all: answers of TikTok's end in a result of some kind.
    """

    read: Callable[[Any], Any]
    inputs: Callable[[], st.SearchStrategy[Any]]
    file: str = ""
    refuses: bool = True


def check(reader: Reader, given: Any) -> None:
    """Read an input: what comes is a result that can be printed and saved, or one sentence."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        source = given
        if reader.file:
            source = Path(folder, reader.file)
            source.write_bytes(given)
        result = _sentence_or(lambda: reader.read(source), reader.file, reader.refuses)
        if result is given:
            check_table(given, Path(folder), FORMATS)
        elif isinstance(result, pd.DataFrame):  # saved in one format, for the time's sake
            check_table(result, Path(folder), [FORMATS[zlib.crc32(given) % len(FORMATS)]])


def check_table(table: pd.DataFrame, folder: Path, formats: Sequence[str]) -> None:
    """Print a table, compare it with itself, save it in some formats and read it back."""
    shown = TikTokResults(table)
    assert repr(shown)
    assert shown._repr_html_()
    if table.columns.is_unique and len(table.columns):
        _sentence_or(lambda: repr(compare(table, table)), "")
    for format in formats:
        path = folder / f"again.{format}"
        saved = _sentence_or(lambda path=path: save(table, path), "")
        if saved is not None and format not in ("xlsx", "dta"):
            _sentence_or(lambda path=path: read_results(path), path.name)


def _sentence_or(act: Callable[[], Any], file: str, refuses: bool = True) -> Any:
    """Return what something returns; a refusal is None, if it is one sentence about the file."""
    try:
        return act()
    except (ValueError, TypeError, TraktokError) as error:
        if not refuses or not _is_ours(error):
            raise
        said = str(error)
        wrong = {
            "several lines": "\n" in said,
            "control characters": not said.replace("\n", "").isprintable(),
            "no name of the file": file not in said,
            "far too long": len(said) > _LONGEST_MESSAGE,
        }
        found = [what for what, is_wrong in wrong.items() if is_wrong]
        if found:
            raise AssertionError(f"a refusal with {found}: {said[:300]!r}") from error
    return None


def _is_ours(error: BaseException) -> bool:
    """Return whether an error was raised by a line of this package."""
    raised_in = traceback.extract_tb(error.__traceback__)[-1].filename
    return Path(raised_in).is_relative_to(Path(traktok.__file__).parent)


# ----------------------------------------------------------------------------------------- readers


def _replayed(path: Path) -> None:
    with replay(path):
        pass


def _answer(body: bytes) -> Any:
    """Read a body as the answer of some endpoints; build the table of each page."""
    tables = []
    drawn = zlib.crc32(body)
    for row in {endpoints.ROWS[drawn % n % len(endpoints.ROWS)] for n in (101, 103, 107)}:
        request = wire.research_request(row, {"cursor": 100})
        for status in (200, 400, 500):
            page = wire.read(request, status, {"Retry-After": "1"}, body)
            if isinstance(page, wire.Failure):
                assert str(page.error).isprintable()
                continue
            builder = TableBuilder(row.schema, None)
            builder.add(page.records, "tag")
            tables.append(TikTokResults(builder.finish(), copy=False))
            assert repr(tables[-1])
    form = wire.token_request(endpoints.TOKEN, "key", "the-secret-1234")
    told = wire.read(form, 400, {}, body)
    assert not isinstance(told, wire.Failure) or "the-secret-1234" not in str(told.error)
    return max(tables, key=lambda table: table.size, default=None)


def _page(data: bytes) -> Any:
    """Read a page as a post's, an account's and a list's; build the table of what it holds."""
    text = data.decode("utf-8", "replace")
    page = _parse.parse_page(text, "https://www.tiktok.com/@someone/video/7300000000000000001")
    _parse.find_wall(text, "")
    rows = []
    for wanted in (None, "7300000000000000001"):
        detail = _parse.find_post(page, wanted)
        if isinstance(detail, _parse.PostDetail):
            rows.append(_columns.video_record(detail))
    account = _parse.find_account(page, "someone")
    if isinstance(account, _parse.Account):
        record = _columns.user_record(account)
        users = TableBuilder(_columns.user_schema([record]), None)
        users.add([record])
        return _columns.build_table(users)
    entries = (_parse.parse_object(text) or {}).get("userList") or []
    if isinstance(entries, list) and entries:
        accounts = TableBuilder(_columns.ACCOUNTS, None)
        accounts.add([_columns.account_record(entry) for entry in entries])
        return _columns.build_table(accounts)
    videos = TableBuilder(_columns.video_schema(), None)
    videos.add(rows)
    return _columns.build_table(videos)


def _script(code: bytes) -> None:
    text = code.decode("utf-8", "replace")
    ast.parse(translate(text).code)


def _query(text: bytes) -> None:
    query = Query.from_json(text)
    assert Query.from_json(query.to_json()) == query
    assert repr(query)
    assert query._repr_html_()


def _cookies(path: Path) -> None:
    for cookie in cookies.read_cookies_txt(path):
        assert repr(cookie)
    cookies.build_jar(cookies.read_cookies_txt(path))


# ------------------------------------------------------------------------------------------ inputs


@cache
def _saved_as(format: str) -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        return [bytes_of(save(inputs.good_table(), Path(folder, f"good.{format}")))]


def _r_files(*patterns: str) -> list[bytes]:
    return [bytes_of(path) for pattern in patterns for path in sorted(R_FILES.glob(pattern))]


def _of_r() -> st.SearchStrategy[bytes]:
    odd = inputs.r_tables() | inputs.r_values
    return st.one_of(any_bytes, damaged(_r_files("*.rds")), odd.map(inputs.as_rds))


def _documents(pattern: str) -> list[Any]:
    import yaml

    return [yaml.safe_load(path.read_text()) for path in sorted(R_FILES.glob(pattern))]


_OF_OURS = {
    "version": 1,
    "recorded_on": "2026-01-31",
    "interactions": [
        {
            "request": {"method": "GET", "uri": "https://x.org", "headers": {}, "body": ""},
            "response": {
                "status": {"code": 200, "message": "OK"},
                "headers": {"Content-Type": ["text/html"]},
                "body": {"string": "x"},
            },
        }
    ],
}
_SOME_QUERY = {
    "and": [{"field_name": "region_code", "operation": "IN", "field_values": ["US", "NA"]}],
    "not": [{"field_name": "video_length", "operation": "EQ", "field_values": ["SHORT"]}],
}


def _cassettes() -> st.SearchStrategy[bytes]:
    documents = [*_documents("cassettes/*"), _OF_OURS]
    return st.one_of(
        any_bytes,
        damaged([*_r_files("cassettes/*"), json.dumps(_OF_OURS).encode()]),
        as_json(changed(documents)),
        as_json(changed(documents)).map(lambda text: b"# in YAML\n" + text),
        deep,
    )


def _scripts() -> st.SearchStrategy[bytes]:
    samples = [bytes_of(path) for path in sorted((TESTS / "r_scripts").glob("*.R"))]
    return st.one_of(
        inputs.r_scripts, inputs.spliced(samples), damaged(samples), st.binary(max_size=80)
    )


READERS: dict[str, Reader] = {
    "wire": Reader(
        _answer,
        lambda: st.one_of(
            any_bytes,
            deep,
            as_json(changed(inputs.answers())),
            as_json(st.fixed_dictionaries({"data": json_values, "error": json_values})),
        ),
        refuses=False,
    ),
    "page": Reader(
        _page,
        lambda: st.one_of(
            any_bytes,
            inputs.pages().map(lambda page: page.encode(errors="replace")),
            inputs.tag_soups.map(lambda page: page.encode(errors="replace")),
            as_json(st.fixed_dictionaries({"userList": st.lists(json_values, max_size=3)})),
        ),
        refuses=False,
    ),
    "rds": Reader(read_results, _of_r, "file.rds"),
    "rdata": Reader(
        read_results,
        lambda: st.one_of(
            damaged(_r_files("*.RData")), (inputs.r_tables() | inputs.r_values).map(inputs.as_rdata)
        ),
        "file.RData",
    ),
    "query.rds": Reader(
        read_query,
        lambda: st.one_of(damaged(_r_files("query.rds")), inputs.r_values.map(inputs.as_rds)),
        "query.rds",
    ),
    "token.rds": Reader(
        read_r_token, lambda: any_bytes | damaged(_r_files("token*.rds")), "token.rds"
    ),
    "cookies.rds": Reader(
        read_r_cookies,
        lambda: st.one_of(
            any_bytes, damaged(_r_files("cookies.rds")), inputs.r_tables().map(inputs.as_rds)
        ),
        "cookies.rds",
    ),
    "cookies.txt": Reader(
        _cookies,
        lambda: st.one_of(
            any_bytes,
            damaged(_r_files("cookies.txt")),
            as_json(
                st.lists(
                    st.fixed_dictionaries(
                        {
                            "domain": st.just(".tiktok.com"),
                            "name": st.just("a"),
                            "value": json_values,
                        },
                        optional={"expires": json_values, "expirationDate": st.floats()},
                    )
                )
            ),
        ),
        "cookies.txt",
    ),
    "csv": Reader(
        read_results,
        lambda: st.one_of(
            any_bytes, inputs.csv_files(), damaged([*_r_files("*.csv"), *_saved_as("csv")])
        ),
        "file.csv",
    ),
    "jsonl": Reader(
        read_results,
        lambda: st.one_of(any_bytes, inputs.json_lines, deep, damaged(_saved_as("jsonl"))),
        "file.jsonl",
    ),
    "json": Reader(
        read_results, lambda: st.one_of(any_bytes, inputs.json_arrays, deep), "file.json"
    ),
    "parquet": Reader(
        read_results,
        lambda: st.one_of(any_bytes, inputs.parquet_files(), damaged(_saved_as("parquet"))),
        "file.parquet",
    ),
    "cassette.yml": Reader(_replayed, _cassettes, "file.yml"),
    "cassette.json": Reader(_replayed, _cassettes, "file.json"),
    "script": Reader(_script, _scripts),
    "query": Reader(
        _query,
        lambda: st.one_of(
            any_bytes,
            deep,
            as_json(changed([_SOME_QUERY, {"query": _SOME_QUERY, "max_count": 1}])),
        ),
    ),
    "table": Reader(lambda table: table, inputs.frames),
}


def corpus(name: str) -> list[Path]:
    """Return the inputs that once ended in something else than a result or a sentence."""
    return sorted((CORPUS / name).glob("*"))
