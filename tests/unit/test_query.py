"""The query algebra: values, verbs, steps, the tree, and what is refused."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import pickle
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import traktok
from tests.strategies import anything, json_values, python_values, texts
from traktok import (
    Condition,
    Query,
    Step,
    TraktokWarning,
    query,
    query_and,
    query_not,
    query_or,
    tt_search_api,
)
from traktok._conditions import FIELDS, OPERATIONS, VIDEO_LENGTHS
from traktok.query import GROUPS, phrase_query, searchable

VERBS = {"and": query_and, "or": query_or, "not": query_not}

VIGNETTE = (
    query()
    | query_and(field_name="region_code", operation="IN", field_values=["JP", "US"])
    | query_or(field_name="hashtag_name", operation="EQ", field_values="rstats")
    | query_or(field_name="keyword", operation="IN", field_values="rstats")
    | query_not(operation="EQ", field_name="video_length", field_values="SHORT")
)
VIGNETTE_AS_DICT = {
    "and": [{"field_name": "region_code", "operation": "IN", "field_values": ["JP", "US"]}],
    "or": [
        {"field_name": "hashtag_name", "operation": "EQ", "field_values": ["rstats"]},
        {"field_name": "keyword", "operation": "IN", "field_values": ["rstats"]},
    ],
    "not": [{"field_name": "video_length", "operation": "EQ", "field_values": ["SHORT"]}],
}


# ------------------------------------------------------------------------------- verbs and pipe


def test_the_vignettes_query_says_what_it_says_in_r() -> None:
    assert VIGNETTE.to_dict() == VIGNETTE_AS_DICT


@pytest.mark.parametrize("group", GROUPS)
def test_a_verb_is_called_with_or_without_its_query_by_position_or_name(group: str) -> None:
    verb = VERBS[group]
    named = {"field_name": "keyword", "operation": "IN", "field_values": ["a", "b"]}
    ways = [
        query() | verb("keyword", "IN", ["a", "b"]),
        query() | verb(**named),
        query() | verb("keyword", field_values=["a", "b"], operation="IN"),
        verb(query(), "keyword", "IN", ["a", "b"]),
        verb(query(), **named),
        verb(q=query(), **named),
        Query.from_dict({group: [named]}),
        query(**{f"{group}_": [named]}),
        query(**{f"{group}_": [Condition(**named)]}),
    ]
    assert all(way == ways[0] for way in ways)
    assert ways[0].to_dict() == {group: [named]}


def test_a_verb_returns_a_new_query_and_leaves_the_old_one_alone() -> None:
    start = query() | query_and("keyword", "IN", "a")
    before = start.to_dict()
    longer = query_and(start, "keyword", "IN", "b")
    assert start.to_dict() == before
    assert len(longer.to_dict()["and"]) == 2


def test_conditions_stay_in_the_order_they_were_added_twins_included() -> None:
    twice = query() | query_or("keyword", "IN", "b") | query_or("keyword", "IN", "a")
    twice = twice | query_or("keyword", "IN", "b")
    assert [c["field_values"] for c in twice.to_dict()["or"]] == [["b"], ["a"], ["b"]]


def test_groups_stay_in_the_order_of_their_first_use() -> None:
    mixed = query() | query_not("video_length", "EQ", "SHORT") | query_or("keyword", "IN", "a")
    mixed = mixed | query_and("region_code", "EQ", "DE") | query_not("keyword", "IN", "b")
    assert list(mixed.to_dict()) == ["not", "or", "and"]


def test_a_pipe_can_be_kept_and_reused() -> None:
    in_germany = query_and("region_code", "EQ", "DE")
    cats, dogs = (query() | query_or("keyword", "IN", word) for word in ("cats", "dogs"))
    for start in (cats, dogs, cats):
        assert (start | in_germany) == query_and(start, "region_code", "EQ", "DE")


def test_steps_joined_are_one_step_in_whatever_order_they_are_joined() -> None:
    one, two, three = (query_and("keyword", "IN", word) for word in ("a", "b", "c"))
    expected = query() | one | two | three
    for joined in ((one | two) | three, one | (two | three)):
        assert isinstance(joined, Step)
        assert query() | joined == expected


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            query_not("video_length", "EQ", "SHORT"),
            "<waits for a query: query_not('video_length', 'EQ', ['SHORT'])>",
        ),
        (
            query_and("view_count", "GT", 10)
            | query_or(operation="IN", field_name="keyword", field_values="x"),
            "<waits for a query: query_and('view_count', 'GT', ['10']) | "
            "query_or('keyword', 'IN', ['x'])>",
        ),
        (
            query_and("keyword", "IN", "x") | tt_search_api(start_date="2024-01-01", max_pages=2),
            "<waits for a query: query_and('keyword', 'IN', ['x']) | "
            "tt_search_api(start_date='2024-01-01', max_pages=2)>",
        ),
        (tt_search_api(token="clt.secret"), "<waits for a query: tt_search_api()>"),
    ],
)
def test_a_step_shows_what_it_waits_for_but_no_token(step: Step[Any], told: str) -> None:
    assert repr(step) == told


def test_a_step_of_a_search_refuses_a_wrong_argument_at_once() -> None:
    with pytest.raises(TypeError, match="max_pags"):
        tt_search_api(max_pags=2)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: query() | 5,
        lambda: 5 | query_and("keyword", "IN", "a"),
        lambda: {"and": []} | query_and("keyword", "IN", "a"),
        lambda: query_and("keyword", "IN", "a") | query(),
        lambda: query() | query(),
        lambda: "#rstats" | query_and("keyword", "IN", "a"),
    ],
    ids=range(6),
)
def test_the_pipe_takes_queries_and_steps_alone(wrong: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        wrong()


# ------------------------------------------------------------------------------- queries as values


def test_a_query_does_not_change() -> None:
    with pytest.raises(AttributeError, match="is immutable"):
        VIGNETTE._groups = {}
    with pytest.raises(AttributeError, match="is immutable"):
        del VIGNETTE._groups
    with pytest.raises(TypeError):
        VIGNETTE._groups["and"] = ()
    VIGNETTE.to_dict()["and"].clear()
    assert VIGNETTE.to_dict() == VIGNETTE_AS_DICT


def test_a_condition_does_not_change() -> None:
    condition = Condition("keyword", "IN", "a")
    with pytest.raises(AttributeError):
        condition.operation = "EQ"
    condition.to_dict()["field_values"].append("b")
    assert condition.field_values == ("a",)


def test_a_query_keeps_no_hold_on_what_it_was_made_from() -> None:
    raw = {"or": [{"field_name": "keyword", "operation": "IN", "field_values": ["a"]}]}
    made = Query.from_dict(raw)
    raw["or"][0]["field_values"].append("b")
    raw["or"].clear()
    assert made == query() | query_or("keyword", "IN", "a")


def test_equal_queries_are_equal_whatever_order_their_groups_came_in() -> None:
    one = query() | query_and("keyword", "IN", "a") | query_not("keyword", "IN", "b")
    other = query() | query_not("keyword", "IN", "b") | query_and("keyword", "IN", "a")
    assert one == other
    assert hash(one) == hash(other)
    assert {one: "found"}[other] == "found"
    assert one != query() | query_and("keyword", "IN", "a")
    assert one != one.to_dict()


def test_an_empty_query_is_false_and_empty_groups_do_not_count() -> None:
    assert not query()
    assert query(and_=[], or_=()) == query() == Query.from_dict({})
    assert query().to_dict() == {}
    assert VIGNETTE


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_query_survives_pickling(protocol: int) -> None:
    again = pickle.loads(pickle.dumps(VIGNETTE, protocol))
    assert again == VIGNETTE
    assert hash(again) == hash(VIGNETTE)


def test_a_query_survives_copying() -> None:
    assert copy.copy(VIGNETTE) == copy.deepcopy(VIGNETTE) == VIGNETTE


def test_json_reads_as_json_and_back() -> None:
    assert json.loads(VIGNETTE.to_json()) == VIGNETTE_AS_DICT
    assert Query.from_json(VIGNETTE.to_json(indent=2)) == VIGNETTE
    assert Query.from_json(VIGNETTE.to_json().encode()) == VIGNETTE


def test_json_keeps_scripts_readable() -> None:
    assert "日本語" in (query() | query_or("keyword", "IN", "日本語")).to_json()


# --------------------------------------------------------------------------------------- the tree

TREE = """\
S3<traktok_query>
├─and: <list>
│ └─<list>
│   ├─field_name: "region_code"
│   ├─operation: "IN"
│   └─field_values: <list>
│     ├─"JP"
│     └─"US"
├─or: <list>
│ ├─<list>
│ │ ├─field_name: "hashtag_name"
│ │ ├─operation: "EQ"
│ │ └─field_values: <list>
│ │   └─"rstats"
│ └─<list>
│   ├─field_name: "keyword"
│   ├─operation: "IN"
│   └─field_values: <list>
│     └─"rstats"
└─not: <list>
  └─<list>
    ├─field_name: "video_length"
    ├─operation: "EQ"
    └─field_values: <list>
      └─"SHORT\""""
TREE_IN_ASCII = TREE.replace("├─", "+-").replace("└─", "\\-").replace("│ ", "| ")


def test_the_tree_is_rs_letter_for_letter() -> None:
    assert VIGNETTE.tree() == TREE
    assert query().tree() == "S3<traktok_query>"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * 35, "x" * 35),
        ("this is a very long keyword phrase", "this is a very long keyword phrase"),
        ("this is a very long keyword phrase that", "this is a very long keyword phra..."),
        (f"{'x' * 30}  {'y' * 30}", f"{'x' * 30}..."),
        ("two\nlines", "two↵lines"),
    ],
)
def test_the_tree_cuts_what_is_long_as_r_does(value: str, shown: str) -> None:
    tree = (query() | query_or("keyword", "IN", value)).tree()
    assert tree.splitlines()[-1].endswith(f'└─"{shown}"')


def test_the_tree_has_a_twin_in_ascii() -> None:
    assert VIGNETTE.tree(ascii=True) == TREE_IN_ASCII
    assert VIGNETTE.tree(ascii=True).isascii()


@pytest.mark.parametrize(
    ("encoding", "tree"), [("utf-8", TREE), ("UTF8", TREE), ("cp1252", TREE_IN_ASCII)]
)
def test_repr_draws_what_the_terminal_can_show(
    encoding: str, tree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert repr(VIGNETTE) == tree


def test_repr_needs_no_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert repr(VIGNETTE) == TREE


# ------------------------------------------------------------------------------ values on the wire


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("a", ("a",)),
        (["a", "b"], ("a", "b")),
        (("a", 1), ("a", "1")),
        ({"b", "a"}, ("a", "b")),
        ((word for word in "ab"), ("a", "b")),
        (pd.Series(["a", "b"]), ("a", "b")),
        (np.array([7106594312292453675, 1]), ("7106594312292453675", "1")),
        (7106594312292453675, ("7106594312292453675",)),
        (10**30, (str(10**30),)),
        (np.int64(5), ("5",)),
        (0.1, ("0.1",)),
        (1000.0, ("1000",)),
        (1e21, ("1000000000000000000000",)),
        (Decimal("1.10"), ("1.1",)),
        (Decimal("12345678901234567890123456789012345"), ("12345678901234567890123456789012345",)),
        (date(2024, 1, 5), ("20240105",)),
        (datetime(2024, 1, 5, 23, 59, tzinfo=UTC), ("20240105",)),
        (pd.Timestamp("2024-01-05 10:00"), ("20240105",)),
        (np.datetime64("2024-01-05"), ("20240105",)),
        (date(33, 1, 5), ("00330105",)),
        ("\0 \ud83d 🥰", ("\0 \ud83d 🥰",)),
    ],
)
def test_values_are_sent_as_a_list_of_texts(given: Any, sent: tuple[str, ...]) -> None:
    values = Condition("keyword", "IN", given).field_values
    assert values == sent
    assert {type(value) for value in values} == {str}


@pytest.mark.parametrize("given", ["2024-01-05", "20240105", 20240105, date(2024, 1, 5)])
def test_a_create_date_is_sent_as_tiktok_writes_it(given: Any) -> None:
    assert Condition("create_date", "GTE", given).field_values == ("20240105",)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_field_and_operation_is_known(field: str, operation: str) -> None:
    value = {"create_date": "20240101", "region_code": "DE", "video_length": "MID"}.get(field, "1")
    assert Condition(field, operation, value).to_dict() == {
        "field_name": field,
        "operation": operation,
        "field_values": [value],
    }


# --------------------------------------------------------------------------------- what is refused

REFUSED_CONDITIONS = [
    (("keyword", "GTT", "a"), "operation must be one of EQ, IN, .* not 'GTT'; did you mean 'GT'"),
    (("keyword", "eq", "a"), "not 'eq'; did you mean 'EQ'"),
    (("keyword", None, "a"), "operation must be one of .* not None"),
    (("keyword", ["EQ"], "a"), "operation must be one of"),
    ((None, "IN", "a"), "field_name must be one of"),
    (("", "IN", "a"), "field_name must be one of"),
    ((5, "IN", "a"), "field_name must be one of"),
    (("keyword", "IN", []), "field_values of 'keyword' are empty"),
    (("keyword", "IN", ""), "hold an empty string"),
    (("keyword", "IN", ["a", " "]), "hold an empty string"),
    (("keyword", "IN", None), "hold a missing value, None"),
    (("keyword", "IN", ["a", None]), "hold a missing value, None"),
    (("keyword", "IN", pd.NA), "hold a missing value, <NA>"),
    (("keyword", "IN", float("nan")), "hold a missing value, nan"),
    (("create_date", "EQ", pd.NaT), "hold a missing value, NaT"),
    (("view_count", "EQ", float("inf")), "must be strings, numbers or dates, not inf"),
    (("view_count", "EQ", True), "hold a boolean, True"),
    (("view_count", "EQ", np.True_), "hold a boolean"),
    (("view_count", "EQ", Fraction(1, 3)), "must be strings, numbers or dates"),
    (("view_count", "EQ", 1j), "must be strings, numbers or dates"),
    (("keyword", "IN", {"x": "a"}), "must be strings, numbers or dates"),
    (("keyword", "IN", [["a", "b"], "c"]), "must be strings, numbers or dates"),
    (("keyword", "IN", b"cats"), "must be strings, numbers or dates, not b'cats'"),
    (("keyword", "IN", pd.DataFrame({"a": ["x"]})), "must be strings, numbers or dates"),
    (("video_id", "EQ", 7106594312292453675.0), "has lost digits: ids are strings"),
    (("music_id", "IN", ["1", 2.5]), "has lost digits: ids are strings"),
    (("effect_id", "IN", Decimal("2.5")), "has lost digits: ids are strings"),
    (("keyword", "EQ", ["a", "b"]), r"EQ takes one value, not 2 \(keyword\): use IN"),
    (("region_code", "IN", "us"), "two capital letters .* not 'us'; did you mean 'US'"),
    (("region_code", "IN", ["DE", "USA"]), "two capital letters .* not 'USA'$"),
    (("video_length", "EQ", "mid"), "SHORT, MID, LONG, EXTRA_LONG, not 'mid'; did you mean 'MID'"),
    (("video_length", "EQ", "1 min"), "SHORT, MID, LONG, EXTRA_LONG, not '1 min'$"),
    (("create_date", "EQ", "2024-02-30"), "create_date: there is no day '2024-02-30'"),
    (("create_date", "EQ", "yesterday"), "create_date: can't read 'yesterday'"),
]


@pytest.mark.parametrize(("condition", "reason"), REFUSED_CONDITIONS)
def test_a_condition_that_cannot_be_right_is_refused_with_the_reason(
    condition: tuple[Any, Any, Any], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        query_and(*condition)
    with pytest.raises(ValueError, match=reason):
        query_and(query(), *condition)
    names = ("field_name", "operation", "field_values")
    with pytest.raises(ValueError, match=reason):
        query(or_=[dict(zip(names, condition, strict=True))])


CONDITION = {"field_name": "keyword", "operation": "IN", "field_values": ["a"]}
REFUSED_QUERIES = [
    (5, "a query must be a mapping with the keys and, or, not, not 5"),
    ([CONDITION], "a query must be a mapping"),
    ({"And": [CONDITION]}, "not 'And'; did you mean 'and'"),
    ({"xor": [CONDITION]}, "must be one of and, or, not, not 'xor'"),
    ({5: [CONDITION]}, "not 5"),
    ({"and": CONDITION}, "'and' must be a list of conditions"),
    ({"and": None}, "'and' must be a list of conditions"),
    ({"and": "keyword"}, "'and' must be a list of conditions"),
    ({"and": 5}, "'and' must be a list of conditions"),
    ({"and": [None]}, "a condition must have field_name, operation and field_values, not None"),
    ({"and": ["a", "b"]}, "a condition must have field_name"),
    ({"and": [["keyword", "IN", "a"]]}, "a condition must have field_name"),
    ({"and": [{"field_name": "keyword", "operation": "IN"}]}, "a condition must have field_name"),
    ({"and": [{**CONDITION, "field_value": "a"}]}, "a condition must have field_name"),
]


@pytest.mark.parametrize(("raw", "reason"), REFUSED_QUERIES)
def test_a_mapping_that_is_no_query_is_refused_with_the_reason(raw: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Query.from_dict(raw)


@pytest.mark.parametrize("text", ["", "{", "nul", b"\xff\xfe{", "[" * 100_000, "[]", "5", '"and"'])
def test_what_is_no_json_of_a_query_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"this is not JSON|a query must be a mapping"):
        Query.from_json(text)


@pytest.mark.parametrize(
    "call",
    [
        lambda: query_and(),
        lambda: query_and(query()),
        lambda: query_and("keyword", "IN"),
        lambda: query_and("keyword", field_values="a"),
        lambda: query_and("keyword", "IN", field_value="a"),
        lambda: query_and(query(), "keyword", "IN", "a", "b"),
    ],
    ids=range(6),
)
def test_a_verb_says_what_it_takes(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"query_and\(\) takes field_name, operation and field_val"):
        call()


@pytest.mark.parametrize("no_step", [query_and, pd.DataFrame({"a": [1]}), "rstats"])
def test_a_pipe_says_what_it_goes_on_with(no_step: Any) -> None:
    with pytest.raises(TypeError, match="must be followed by a call with keyword arguments only"):
        query() | query_and("region_code", "IN", "JP") | no_step


@pytest.mark.parametrize("no_query", [None, [], "x", 5, {"and": []}])
def test_a_verb_extends_a_query_and_nothing_else(no_query: Any) -> None:
    with pytest.raises(TypeError, match="takes a query made by query"):
        query_or(no_query, "keyword", "IN", "a")
    with pytest.raises(TypeError, match="takes a query made by query"):
        query_or(q=no_query, field_name="keyword", operation="IN", field_values="a")


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("keywrd", "; did you mean 'keyword'?"),
        ("hashtags", "; did you mean 'hashtag_name'?"),
        ("q", "."),
    ],
)
def test_an_unknown_field_is_warned_of_and_sent(field: str, hint: str) -> None:
    with pytest.warns(TraktokWarning) as caught:
        condition = Condition(field, "IN", "x")
    (warning,) = caught
    expected = f"TikTok documents no query field {field!r}{hint} It is sent unchanged."
    assert str(warning.message) == expected
    assert condition.field_name == field


@pytest.mark.parametrize(("field", "value"), [("hashtag_name", "#rstats"), ("username", "@tiktok")])
def test_a_sign_that_tiktok_does_not_compare_is_warned_of(field: str, value: str) -> None:
    with pytest.warns(TraktokWarning, match=f"did you mean '{value[1:]}'"):
        condition = Condition(field, "EQ", value)
    assert condition.field_values == (value,)


def test_a_warning_names_the_line_of_the_users_script() -> None:
    with pytest.warns(TraktokWarning) as caught:
        query() | query_and("keywrd", "IN", "x")
    assert caught[0].filename == __file__


# ----------------------------------------------------------------------------------------- phrases


def _any_spelling(*words: str) -> list[dict[str, Any]]:
    return [
        {"field_name": "keyword", "operation": "IN", "field_values": [word, f"#{word}"]}
        for word in words
    ]


@pytest.mark.parametrize(
    ("word", "hashtag"), [("rstats", "rstats"), ("#rstats", "rstats"), (" ##a#b\t", "a#b")]
)
def test_one_word_is_a_hashtag_or_a_keyword(word: str, hashtag: str) -> None:
    assert phrase_query(word).to_dict() == {
        "or": [
            {"field_name": "hashtag_name", "operation": "IN", "field_values": [hashtag]},
            {"field_name": "keyword", "operation": "IN", "field_values": [word.strip()]},
        ]
    }


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("cats dogs", ["cats", "dogs"]),
        ("  #cats \n dogs\u3000birds ", ["cats", "dogs", "birds"]),
        ("a#b ##c #", ["a#b", "c"]),
        ("a a", ["a", "a"]),
    ],
)
def test_of_several_words_all_must_be_met(phrase: str, words: list[str]) -> None:
    assert phrase_query(phrase).to_dict() == {"and": _any_spelling(*words)}


@pytest.mark.parametrize("phrase", ["", " \t", "#", "# ##"])
def test_an_empty_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"the phrase .* is empty"):
        searchable(phrase)


def test_an_empty_query_cannot_be_searched() -> None:
    with pytest.raises(ValueError, match="the query is empty"):
        searchable(query())


def test_phrases_are_searched_one_by_one() -> None:
    with pytest.raises(ValueError, match="search for one phrase"):
        searchable(["cats", "dogs"])


def test_a_day_in_the_place_of_the_phrase_is_refused() -> None:
    with pytest.raises(ValueError, match="'2023-11-01' is a day, not a phrase"):
        searchable("2023-11-01")
    assert searchable("cats 2023-11-01")


@pytest.mark.parametrize("given", [None, 5, VIGNETTE_AS_DICT])
def test_only_a_phrase_or_a_query_can_be_searched(given: Any) -> None:
    with pytest.raises(TypeError, match="search for a phrase or a query"):
        searchable(given)


# -------------------------------------------------------------------------------------- properties

_CONDITIONS = st.one_of(
    st.builds(
        Condition,
        st.just("keyword"),
        st.just("IN"),
        st.lists(st.text(anything, min_size=1).filter(str.strip), min_size=1, max_size=3),
    ),
    st.builds(
        Condition,
        st.sampled_from(["view_count", "comment_count", "video_id", "music_id"]),
        st.sampled_from(OPERATIONS),
        st.integers(min_value=0),
    ),
    st.builds(Condition, st.just("create_date"), st.sampled_from(OPERATIONS), st.dates()),
    st.builds(Condition, st.just("video_length"), st.just("EQ"), st.sampled_from(VIDEO_LENGTHS)),
)
_QUERIES = st.dictionaries(st.sampled_from(GROUPS), st.lists(_CONDITIONS, max_size=4)).map(
    Query.from_dict
)


@given(_QUERIES)
def test_any_query_survives_dict_json_and_pickle(one: Query) -> None:
    assert Query.from_dict(one.to_dict()) == one
    assert Query.from_json(one.to_json()) == one
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(Query.from_dict(one.to_dict())) == hash(one)


@given(_QUERIES)
def test_any_query_can_be_sent_and_drawn(one: Query) -> None:
    assert json.loads(json.dumps(one.to_dict()).encode()) == one.to_dict()
    assert one.tree().count("field_name: ") == sum(map(len, one.to_dict().values()))


@given(_QUERIES, _CONDITIONS, st.sampled_from(GROUPS))
def test_a_verb_adds_exactly_its_condition(one: Query, condition: Condition, group: str) -> None:
    longer = VERBS[group](one, **condition.to_dict())
    before = one.to_dict()
    assert longer.to_dict() == {**before, group: [*before.get(group, []), condition.to_dict()]}


def _refused_or_fine(call: Callable[[], Any]) -> None:
    """Whatever comes in: a result, or an error that blames the argument."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TraktokWarning)
        with contextlib.suppress(ValueError, TypeError):
            call()


@given(st.sampled_from(FIELDS) | texts, st.sampled_from(OPERATIONS) | texts, python_values)
def test_any_condition_is_taken_or_refused(field: str, operation: str, values: Any) -> None:
    _refused_or_fine(lambda: Condition(field, operation, values))


@given(python_values, python_values, python_values)
def test_any_garbage_of_a_condition_is_refused(field: Any, operation: Any, values: Any) -> None:
    _refused_or_fine(lambda: query_and(query(), field, operation, values))


_ALMOST_CONDITIONS = st.dictionaries(
    st.sampled_from(["field_name", "operation", "field_values", "field"]), json_values
)
_ALMOST_QUERIES = st.dictionaries(
    st.sampled_from([*GROUPS, "AND", ""]), st.lists(_ALMOST_CONDITIONS | json_values) | json_values
)


@given(json_values | _ALMOST_QUERIES)
def test_any_json_is_a_query_or_refused(raw: Any) -> None:
    _refused_or_fine(lambda: Query.from_dict(raw))
    _refused_or_fine(lambda: Query.from_json(json.dumps(raw)))


@given(texts | st.binary())
def test_any_text_is_a_query_or_refused(text: str | bytes) -> None:
    _refused_or_fine(lambda: Query.from_json(text))


@given(texts)
def test_any_phrase_is_searched_for_or_empty(phrase: str) -> None:
    try:
        found = phrase_query(phrase)
    except ValueError:
        assert not phrase.replace("#", "").strip()
    else:
        sent = {
            value for part in found.to_dict().values() for c in part for value in c["field_values"]
        }
        assert all(word.lstrip("#") in sent for word in phrase.split() if word.strip("#"))


@pytest.mark.parametrize(
    "joined",
    [
        lambda: query() & query_and("keyword", "IN", "x"),
        lambda: query() + query_and("keyword", "IN", "x"),
        lambda: query_and("keyword", "IN", "x") & query_or("keyword", "IN", "y"),
        lambda: query() & query(),
    ],
)
def test_other_signs_than_the_pipe_are_told_of_it(joined: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"join queries and steps with \|"):
        joined()


def test_a_query_that_was_not_called_is_told_so() -> None:
    with pytest.raises(TypeError, match=r"call it: query\(\) \| "):
        query | query_and("keyword", "IN", "x")  # type: ignore[operator]


# ------------------------------------------------------------------------------------ habits of R


@pytest.mark.parametrize("arguments", [(), (query(),)])
def test_several_values_are_one_list(arguments: tuple[object, ...]) -> None:
    meant = r"several as one list: query_and\('region_code', 'IN', \['JP', 'US'\]\)"
    with pytest.raises(TypeError, match=meant):
        query_and(*arguments, "region_code", "IN", "JP", "US")  # type: ignore[call-overload]


@pytest.mark.parametrize("day", ["2023-11-01", "20231101", date(2023, 11, 1)])
def test_days_by_place_in_a_pipe_are_to_be_named(day: object) -> None:
    for call in (traktok.tt_search_api, traktok.tt_collect):
        with pytest.raises(ValueError, match=r"is a day.* in a pipe, write start_date='2023"):
            query_and("region_code", "IN", "JP") | call(day, "2023-11-10")


@pytest.mark.parametrize(
    ("following", "name"), [(len, "len"), (traktok.tt_search_api(), r"\.\.\.")]
)
def test_a_pipe_ends_with_its_table(following: object, name: str) -> None:
    with pytest.raises(TypeError, match=rf"the pipe has ended .* call {name}\(table\)"):
        traktok.TikTokResults({"a": [True]}) | following


def test_tables_of_flags_are_joined_as_in_pandas() -> None:
    table = traktok.TikTokResults({"a": [True, False], "b": [False, False]})
    assert (table | table["a"].to_frame()).equals(table | table["a"].to_frame())
    assert (table | True).all(axis=None)
    assert (table | [False, True])["b"].all()


@pytest.mark.parametrize("joined", [query(), query_and("keyword", "IN", "cats")], ids=repr)
def test_a_function_called_as_a_method_is_answered_with_the_pipe(joined: Any) -> None:
    sentence = r"'{}' object has no attribute '{}'; join it with a pipe: query \| {}\(\.\.\.\)"
    for name in ("query_or", "tt_search_api"):
        expected = sentence.format(type(joined).__name__, name, name)
        with pytest.raises(AttributeError, match=expected):
            getattr(joined, name)("keyword", "IN", "dogs")
    with pytest.raises(AttributeError, match=r"object has no attribute 'keyword'$") as missing:
        joined.keyword  # noqa: B018
    assert (missing.value.name, missing.value.obj) == ("keyword", joined)
    assert not hasattr(joined, "_repr_markdown_")
