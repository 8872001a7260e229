"""What fuzzing draws: any bytes, good files with some bytes changed, and files of odd parts."""

from __future__ import annotations

import contextlib
import copy
import csv
import gzip
import io
import json
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # an extra without stubs
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from hypothesis import strategies as st

from tests.strategies import json_values, python_values, texts, whole
from traktok import read_results
from traktok._r import rds
from traktok._r.rds import NA_INTEGER, Kind, Vector
from traktok.sandbox.web import Website, html

TESTS = Path(__file__).parent.parent
R_FILES = TESTS / "r_files"


def words(text: str) -> list[str]:
    return text.split()


# Names that the package knows, and others.
NAMES = words(
    """id video_id author_name username create_time view_count region_code hashtag_names effect_ids
    hashtag_info_list video_label is_verified music_id playlist_video_ids my_id x"""
)
names = st.sampled_from(NAMES) | texts


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


# ------------------------------------------------------------------------------- bytes, and damaged

_MAGICS = [
    b"X\n",
    b"RDX3\nX\n",
    b"\x1f\x8b\x08",
    b"BZh9",
    b"\xfd7zXZ\0",
    b"PAR1",
    b"{",
    b"[",
    b"---",
]
any_bytes = st.builds(
    lambda start, rest: start + rest, st.sampled_from([b"", *_MAGICS]), st.binary()
)


@st.composite
def damaged(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """Draw a good file with some bytes changed, taken out, repeated or put in."""
    data = bytearray(draw(st.sampled_from(samples)))
    packed = data.startswith(b"\x1f\x8b")
    if packed:
        data = bytearray(gzip.decompress(data))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        end = at + draw(st.integers(0, 8) | st.integers(0, 2_000))
        piece = draw(st.binary(max_size=8)) or bytes(data[at:end]) * draw(st.integers(0, 3))
        data[at:end] = piece
    return gzip.compress(data, 1) if packed else bytes(data)


# -------------------------------------------------------------------------------------------- JSON


@st.composite
def changed(draw: st.DrawFn, documents: Sequence[Any]) -> Any:
    """Draw a document with some of its parts replaced, renamed, repeated or taken out."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 4))):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = place[key]
            if isinstance(inner, dict | list) and draw(st.integers(0, 5)):
                place = inner
                continue
            match draw(st.sampled_from(["replace", "replace", "remove", "repeat", "rename"])):
                case "remove":
                    del place[key]
                case "repeat" if isinstance(place, list):
                    place[key:key] = [inner] * draw(st.integers(1, 3))
                case "rename" if isinstance(place, dict):
                    place[draw(names)] = place.pop(key)
                case _:
                    place[key] = draw(json_values)
            break
    return document


@st.composite
def as_json(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> bytes:
    """Write a value as JSON, with escapes or with whatever bytes its characters have."""
    text = json.dumps(draw(values), ensure_ascii=draw(st.booleans()), default=str)
    return text.encode(errors="surrogatepass")


deep = st.builds(
    lambda pair, depth: pair[0] * depth + pair[1] * depth,
    st.sampled_from([("[", "]"), ('{"a":', "}"), ("[", ""), ('{"a":', "1}")]),
    st.integers(1, 3_000),
).map(str.encode)

records = st.dictionaries(names, json_values, max_size=5)
json_lines = st.lists(as_json(records), max_size=4).map(b"\n".join)
json_arrays = as_json(st.lists(records, max_size=4))


@cache
def answers() -> list[dict[str, Any]]:
    """Return what the recorded cases had TikTok answer."""
    found = []
    for path in sorted((TESTS / "parity/cases").glob("*.json"))[::4]:
        for response in json.loads(path.read_text(encoding="utf-8"))["responses"]:
            with contextlib.suppress(ValueError):
                found.append(json.loads(response["body"]))
    return found


# --------------------------------------------------------------------------------------------- CSV

cells = (
    texts
    | whole.map(str)
    | st.sampled_from(
        words(
            """NA NaN inf -inf 1e400 7.3E+18 7300000000000000001 12.0 1,5 TRUE false [] {} ['a'] [1
            {"a":1} 2024-01-31 2024-01-31T10:00:00Z 9999-12-31T23:59:59-01:00 2024-13-01 ==1 ='1'
            0001-01-01T00:00:00+01:00 ' " 1_000 ٣ (1) 0x1f set() f'' \\ud83d"""
        )
    )
    | deep.map(bytes.decode)
)
_ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """Draw a file of any separator, quotes, line ends and encoding."""
    header = draw(st.lists(names, min_size=1, max_size=5))
    width = st.just(len(header)) if draw(st.integers(0, 9)) else st.integers(0, 6)
    rows = [
        draw(st.lists(cells, min_size=n, max_size=n)) for n in draw(st.lists(width, max_size=4))
    ]
    stream = io.StringIO()
    writer = csv.writer(
        stream,
        delimiter=draw(st.sampled_from(",;\t")),
        quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
    )
    writer.writerows([header, *rows])
    return stream.getvalue().encode(draw(st.sampled_from(_ENCODINGS)), "replace")


# ----------------------------------------------------------------------------------------- Parquet

_I64 = st.integers(-(2**63), 2**63 - 1)
_UNITS = st.sampled_from(["s", "ms", "us", "ns"])
_ZONES = st.sampled_from([None, "UTC", "+01:00", "Europe/Berlin", "Mars/Olympus", "+99:00", ""])


def _nested_in(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        inner.map(pa.list_),
        inner.map(pa.large_list),
        st.builds(lambda kind: pa.list_(kind, 2), inner),
        st.builds(lambda n, kind: pa.struct([(n, kind)]), st.sampled_from(NAMES), inner),
        st.builds(lambda kind: pa.map_(pa.string(), kind), inner),
        st.builds(lambda kind: pa.dictionary(pa.int8(), kind), st.just(pa.string())),
    )


arrow_types = st.recursive(
    st.sampled_from(
        [
            *(
                pa.null(),
                pa.bool_(),
                pa.int8(),
                pa.uint64(),
                pa.int64(),
                pa.float16(),
                pa.float32(),
            ),
            *(pa.float64(), pa.string(), pa.large_string(), pa.binary(), pa.binary(2), pa.date32()),
            *(
                pa.date64(),
                pa.time32("ms"),
                pa.time64("ns"),
                pa.decimal128(38, 5),
                pa.string_view(),
            ),
            *(pa.decimal256(70, 0), pa.binary_view()),
        ]
    )
    | _UNITS.map(pa.duration)
    | st.builds(pa.timestamp, _UNITS, _ZONES),
    _nested_in,
    max_leaves=3,
)


def _value_of(kind: Any) -> st.SearchStrategy[Any]:
    types = pa.types
    if types.is_list(kind) or types.is_large_list(kind):
        return st.none() | st.lists(_value_of(kind.value_type), max_size=3)
    if types.is_fixed_size_list(kind):
        return st.none() | st.lists(_value_of(kind.value_type), min_size=2, max_size=2)
    if types.is_struct(kind):
        return st.none() | st.fixed_dictionaries({f.name: _value_of(f.type) for f in kind})
    if types.is_map(kind):
        return st.none() | st.lists(st.tuples(texts.map(_utf8), _value_of(kind.item_type)))
    if types.is_dictionary(kind):
        return _value_of(kind.value_type)
    tests = {
        types.is_boolean: st.booleans(),
        types.is_floating: st.floats(width=16),
        types.is_string: texts.map(_utf8),
        types.is_large_string: texts.map(_utf8),
        types.is_string_view: texts.map(_utf8),
        types.is_fixed_size_binary: st.binary(min_size=2, max_size=2),
        types.is_binary: st.binary(max_size=4),
        types.is_large_binary: st.binary(max_size=4),
        types.is_binary_view: st.binary(max_size=4),
        types.is_decimal: st.integers(-(10**9), 10**9).map(Decimal),
        types.is_time: st.integers(0, 86_399_999),
        types.is_date32: st.integers(-(2**31), 2**31 - 1),
        types.is_uint64: st.integers(0, 2**64 - 1),
        types.is_int8: st.integers(-128, 127),
        types.is_null: st.none(),
    }
    return st.none() | next((found for test, found in tests.items() if test(kind)), _I64)


def _utf8(text: str) -> str:
    return text.encode(errors="replace").decode()


_NOTED = st.sampled_from(
    [b"{}", b"", b"[]", b"null", b'{"json": ["x"], "index": ["id"]}']
) | as_json(
    st.fixed_dictionaries(
        {},
        optional={
            "json": st.lists(names, max_size=2) | json_values,
            "index": st.lists(names, max_size=2) | json_values,
            "attrs": st.dictionaries(
                st.sampled_from(["search_id", "skipped", "cursor"]), json_values
            ),
        },
    )
)


@st.composite
def parquet_files(draw: st.DrawFn) -> bytes:
    """Draw a file of columns of any types, with what this package notes in its files or not."""
    rows = draw(st.integers(0, 3))
    columns: dict[str, Any] = {}
    for name in draw(st.lists(names.map(_utf8), min_size=1, max_size=3, unique=True)):
        kind = draw(arrow_types)
        values = draw(st.lists(_value_of(kind), min_size=rows, max_size=rows))
        try:
            columns[name] = pa.array(values, kind)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            columns[name] = pa.nulls(rows)
    table = pa.table(columns)
    if draw(st.booleans()):
        table = table.replace_schema_metadata({b"traktok": draw(_NOTED)})
    stream = io.BytesIO()
    try:
        pq.write_table(table, stream)
    except (pa.ArrowException, ValueError):  # what Parquet has no place for
        return b"PAR1"
    return stream.getvalue()


# ----------------------------------------------------------------------------------------------- R

_DOUBLES = st.floats() | st.sampled_from([0.0, 19_000.0, 1.7e9, 2.6e11, 7.3e18, -1e12])
_VECTORS = st.one_of(
    st.lists(st.none() | texts, max_size=3).map(lambda x: Vector(Kind.TEXT, x)),
    st.lists(_DOUBLES, max_size=3).map(lambda x: Vector(Kind.DOUBLE, np.array(x, "f8"))),
    st.lists(st.integers(-(2**31), 2**31 - 1), max_size=3).map(
        lambda x: Vector(Kind.INTEGER, np.array(x, "i8"))
    ),
    st.lists(st.sampled_from([0, 1, NA_INTEGER]), max_size=3).map(
        lambda x: Vector(Kind.LOGICAL, np.array(x, "i8"))
    ),
    st.lists(st.complex_numbers(), max_size=2).map(
        lambda x: Vector(Kind.COMPLEX, np.array(x, "c16"))
    ),
    st.binary(max_size=4).map(lambda x: Vector(Kind.RAW, x)),
)
_CLASSES = st.sampled_from(
    words(
        """Date POSIXct factor integer64 tbl_df data.frame difftime hms list POSIXlt
        traktok_query"""
    )
)
_ATTRIBUTES = words(
    """names class levels tzone units row.names dim comment search_id cursor start_date skipped
    unfinished index has_more"""
)


@st.composite
def _with_attributes(draw: st.DrawFn, vectors: st.SearchStrategy[Any]) -> Any:
    vector = draw(vectors)
    if vector is None:
        return None
    given = draw(st.dictionaries(st.sampled_from(_ATTRIBUTES), _VECTORS | st.none(), max_size=3))
    if draw(st.booleans()):
        classes = draw(st.lists(_CLASSES, min_size=1, max_size=3))
        given["class"] = Vector(Kind.TEXT, classes)
    return Vector(vector.kind, vector.values, given)


r_values = st.recursive(
    st.none() | _with_attributes(_VECTORS),
    lambda inner: _with_attributes(st.lists(inner, max_size=4).map(lambda x: Vector(Kind.LIST, x))),
    max_leaves=8,
)


@st.composite
def r_tables(draw: st.DrawFn) -> Any:
    """Draw a table of R's, whose columns are nearly as long as they should be."""
    columns = draw(st.lists(r_values | _with_attributes(_VECTORS), max_size=4))
    rows = next((len(column.values) for column in columns if column is not None), 0)
    attributes = {
        "names": Vector(Kind.TEXT, [draw(names) for _ in columns]),
        "class": Vector(Kind.TEXT, ["tbl_df", "data.frame"]),
        "row.names": Vector(Kind.INTEGER, np.array([NA_INTEGER, -rows])),
        **draw(st.dictionaries(st.sampled_from(_ATTRIBUTES), r_values, max_size=2)),
    }
    return Vector(Kind.LIST, columns, attributes)


def as_rds(value: Any) -> bytes:
    stream = io.BytesIO()
    rds.dump(value, stream)
    return stream.getvalue()


def as_rdata(value: Any) -> bytes:
    return as_rds(rds.Workspace({"x": value}))


# --------------------------------------------------------------------------------------- R scripts

_TOKENS = words(
    r"""x videos 1 1L 0x1fL 1e-3 1i NA NULL TRUE "a" 'b' r"(c)" "\u00e9" `odd name` ( ) { } [ [[ ]
    ]] , ; |> %>% %in% <- <<- = -> ->> == != < > <= >= + - * / ^ %% %/% & && | || ! ~ ? : :: ::: $ @
    function \(x) if else for in while repeat break next return library(traktok) c( list( paste0(
    tt_search_api( query() query_and( "keyword" "IN" mutate( filter( group_by( summarise( sapply(
    lapply( seq_along( nrow( stop( tryCatch( strsplit( gsub( sprintf("%s", as.Date( Sys.Date() #c
    # ... ..1 _ .x Inf NaN switch( do.call( Reduce( matrix( data.frame( x$a x[["a"]] x[1,] -1:3"""
)
r_scripts = st.builds(
    lambda pairs: "".join(token + space for token, space in pairs).encode(),
    st.lists(
        st.tuples(
            st.sampled_from(_TOKENS) | texts.map(_utf8), st.sampled_from([" ", " ", "\n", ""])
        ),
        max_size=20,
    ),
)


@st.composite
def spliced(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """Draw some lines of good scripts, in any order, with odd tokens among them."""
    lines = draw(st.sampled_from(samples)).split(b"\n")
    start = draw(st.integers(0, len(lines) - 1))
    taken = lines[start : start + draw(st.integers(1, 12))]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(taken) - 1))
        words = taken[at].split(b" ")
        words.insert(draw(st.integers(0, len(words))), draw(st.sampled_from(_TOKENS)).encode())
        taken[at] = b" ".join(words)
    return b"\n".join(taken)


# ------------------------------------------------------------------------------------------- pages


def documents_in_pages() -> list[tuple[str, Any]]:
    """Return the JSON of pages of posts and accounts, each with its container's id."""
    post, author = Website.search[0], Website.search[0].author
    info = {"userInfo": {"user": author.user(), "stats": author.stats()}, "statusCode": 0}
    item = post.item()
    older = {
        "ItemModule": {post.id: {**item, "author": author.name}},
        "UserModule": {
            "users": {author.name: item["author"]},
            "stats": {author.name: author.stats()},
        },
    }
    return [
        (html.DESKTOP, html.scope(video_detail=html.detail(item))),
        (html.DESKTOP, html.scope(user_detail=info)),
        (html.OLDER, older),
    ]


_TAGS = (
    "<div> </div> <p> <script> </script> <svg> <template> <!-- --> <![CDATA[ <a href= \" ' > < = "
    "<table> <select> <math> <plaintext> <textarea> <style> <title> </title> &amp; &#x0; x= /> \0 "
    f'<script id="{html.DESKTOP}"> <script id={html.OLDER}> id="{html.OLDER}" please captcha {{'
).split(" ")
tag_soups = st.lists(st.sampled_from(_TAGS) | texts, max_size=30).map(" ".join)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Draw a page whose JSON has odd parts, in odd surroundings."""
    container, document = draw(st.sampled_from(documents_in_pages()))
    page = html.page(container=container, data=draw(changed([document])))
    at = draw(st.integers(0, len(page)))
    return page[:at] + draw(st.just("") | tag_soups) + page[at:]


# ------------------------------------------------------------------------------------------ tables

_COLUMNS: Sequence[st.SearchStrategy[Any]] = (
    st.lists(python_values, max_size=3),
    st.lists(st.none() | texts, max_size=3),
    st.lists(st.floats() | st.none(), max_size=3),
    st.lists(st.integers(-(2**70), 2**70), max_size=3),
    st.lists(st.dates() | st.none(), max_size=3),
    st.lists(st.times() | st.timedeltas(max_value=timedelta(10**5)), max_size=3),
    st.lists(st.sampled_from([time.min, date.max, datetime.max.replace(tzinfo=UTC)]), max_size=3),
)
_DTYPES = words(
    """Int64 Float64 boolean string category datetime64[s] datetime64[ns] timedelta64[s] float32
    complex128 object uint8 period[D]"""
)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Draw a table of any columns, of any types that pandas makes of them."""
    rows = draw(st.integers(0, 3))
    table = pd.DataFrame(index=range(rows))
    for name in draw(st.lists(names.map(_utf8) | st.integers(0, 3), max_size=4, unique=True)):
        values = [*draw(st.sampled_from(_COLUMNS).flatmap(lambda x: x)), None, None, None][:rows]
        column = pd.Series(pd.Series(values, dtype=object))
        if draw(st.booleans()):
            moments = st.integers(-(2**63), 2**63 - 1)
            column = pd.Series(
                np.array([draw(moments) for _ in range(rows)], "i8").view(
                    f"M8[{draw(st.sampled_from(['s', 'ms', 'us', 'ns']))}]"
                )
            )
            if draw(st.booleans()):
                column = column.dt.tz_localize("UTC")
        elif draw(st.booleans()):
            with warnings.catch_warnings(action="ignore"):
                dtype = draw(st.sampled_from(_DTYPES))
                with contextlib.suppress(Exception):  # what pandas refuses
                    column = column.astype(dtype)  # type: ignore[call-overload]
        table[name] = column
    if draw(st.booleans()):
        table = table.rename_axis(draw(names.map(_utf8)))
    table.attrs = draw(
        st.dictionaries(
            st.sampled_from(["search_id", "skipped", "cursor", "unfinished"]), json_values
        )
    )
    return table


@cache
def good_table() -> Any:
    """Return a table that R wrote, to be saved in other formats."""
    return read_results(R_FILES / "search.rds").head(3)
