"""R code into Python, a construct at a time."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import texts
from traktok.from_r import translate
from traktok.from_r.scripts import translate_file
from traktok.from_r.writing import layout

VIDEOS = 'v <- tt_search_api("x")\n'


def body(code: str) -> str:
    """The translation without its imports."""
    translation = translate(code)
    assert translation.todos == ()
    lines = translation.code.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("import ", "from "))).strip()


EXPRESSIONS = {
    "1L": "1",
    "1e5": "100000",
    "0x10": "16",
    "7123456789012345678": "7123456789012345678",
    "-2.5": "-2.5",
    "-Inf": "-math.inf",
    "TRUE": "True",
    "T": "True",
    "NULL": "None",
    "NA": "pd.NA",
    r'"a\"b\n\u00e9"': "'a\"b\\né'",
    r'r"(a\b)"': r'"a\\b"',
    "'it\\'s'": '"it\'s"',
    'c("a", "b")': '["a", "b"]',
    "list(a = 1, b = list(c = 2))": '{"a": 1, "b": {"c": 2}}',
    "2 ^ 3 %/% 2 %% 2": "2 ** 3 // 2 % 2",
    "(1 + 2) * 3": "(1 + 2) * 3",
    "!TRUE && FALSE": "not True and False",
    "c(1, 2) * 2": "[each * 2 for each in [1, 2]]",
    'c(x = "a")["x"]': '{"x": "a"}["x"]',
    "c(5, 6, 7)[2]": "6",
    "c(5, 6, 7)[-1]": "[5, 6, 7][1:]",
    "1:3": "range(1, 4)",
    "3:1": "range(3, 0, -1)",
    'as.Date("2023-11-01")': "date(2023, 11, 1)",
    'as.Date("2023-02-30")': 'date.fromisoformat("2023-02-30")',
    "Sys.Date() - 1": "date.today() - timedelta(days=1)",
    'as.Date("2024-01-31") - as.Date("2024-01-01")': "(date(2024, 1, 31) - date(2024, 1, 1)).days",
    'Sys.Date() > "2024-01-01"': 'date.today() > date.fromisoformat("2024-01-01")',
    'paste0("w", 1:30)': '[f"w{each}" for each in range(1, 31)]',
    'paste("a", 1, sep = "-")': '"a-1"',
    'paste(c("a", "b"), collapse = ", ")': '", ".join(["a", "b"])',
    'nchar("abc")': 'len("abc")',
    'toupper(c("a", "b"))': '[each.upper() for each in ["a", "b"]]',
    'length("abc")': "1",
    "length(c(1, 2))": "len([1, 2])",
    "sapply(1:3, function(i) i^2)": "[i ** 2 for i in range(1, 4)]",
    'sapply(c("a", "b"), nchar)': '{each: len(each) for each in ["a", "b"]}',
    'sapply(c("a", "a"), nchar)': '[len(each) for each in ["a", "a"]]',
    'lapply(c("a", "b"), tt_user_info)': '[tt_user_info(each) for each in ["a", "b"]]',
    'strsplit("a b", " ")[[1]][2]': '"a b".split(" ")[1]',
    'traktok::tt_search("x", max_pages = Inf)': 'tt_search("x", max_pages=math.inf)',
    '"#rstats" |> tt_search_api("20240101")': '"#rstats" | tt_search_api(start_date="20240101")',
    "query(and = list(), not = list())": "query(and_=[], not_=[])",
    'tt_search_api("x", NA)': 'tt_search_api("x", None)',
    'tt_user_info(c(x = "a", y = "b"))': 'tt_user_info(["a", "b"])',
    'tt_user_info("a", field = "bio_url")': 'tt_user_info("a", fields="bio_url")',
}


@pytest.mark.parametrize(("r", "python"), EXPRESSIONS.items())
def test_expression(r: str, python: str) -> None:
    assert body(r) == f"print({python})"


OF_VIDEOS = {
    "nrow(v)": "len(v)",
    "ncol(v)": "v.shape[1]",
    "length(v)": "v.shape[1]",
    "length(v$video_id)": 'len(v["video_id"])',
    "names(v)": "list(v.columns)",
    "head(v)": "v.head(6)",
    "v$video_id[1]": 'v["video_id"].iloc[0]',
    'v[["video_id"]][2]': 'v["video_id"].iloc[1]',
    "v[1:2, ]": "v.iloc[:2]",
    "v[3, ]": "v.iloc[[2]]",
    'v[2:3, c("video_id", "view_count")]': 'v.iloc[1:3][["video_id", "view_count"]]',
    'v[, "video_id"]': 'v[["video_id"]]',
    'v["video_id"]': 'v[["video_id"]]',
    "v[which(v$view_count > 1), ]": 'v[v["view_count"] > 1]',
    "v[!is.na(v$region_code), ]": 'v[~v["region_code"].isna()]',
    'v[v$region_code %in% c("US", "JP"), ]': 'v[v["region_code"].isin(["US", "JP"])]',
    "v[order(v$view_count, decreasing = TRUE), ]": (
        'v.sort_values("view_count", ascending=False, kind="stable", ignore_index=True)'
    ),
    "mean(v$view_count)": 'v["view_count"].mean(skipna=False)',
    "mean(v$view_count, na.rm = TRUE)": 'v["view_count"].mean()',
    'attr(v, "cursor")': 'attr(v, "cursor")',
    'attr(v, "start_date")': 'attr(v, "start_date")',
    'attr(v, "end_date") > as.Date("2024-01-01")': (
        'date.fromisoformat(attr(v, "end_date")) > date(2024, 1, 1)'
    ),
    "unique(v$author_name)": 'v["author_name"].unique().tolist()',
    "table(v$region_code)": 'v["region_code"].value_counts().sort_index()',
    "v |> filter(view_count > 1, !is.na(region_code))": (
        'v.loc[lambda rows: (rows["view_count"] > 1) & ~rows["region_code"].isna()]'
    ),
    "v %>% select(video_id, who = author_name)": (
        'v[["video_id", "author_name"]].rename(columns={"author_name": "who"})'
    ),
    "v |> select(-video_id)": 'v.drop(columns="video_id")',
    "v |> mutate(twice = view_count * 2)": ('v.assign(twice=lambda rows: rows["view_count"] * 2)'),
    "v |> arrange(video_id)": 'v.sort_values("video_id", kind="stable", ignore_index=True)',
    "v |> count(region_code)": (
        'v.groupby("region_code", dropna=False).size().reset_index(name="n")'
    ),
    "v |> distinct(author_name)": 'v[["author_name"]].drop_duplicates(ignore_index=True)',
    "v |> pull(video_id)": 'v["video_id"]',
    "bind_rows(v, v)": "pd.concat([v, v], ignore_index=True)",
    'left_join(v, v, by = "video_id")': (
        'v.merge(v, on="video_id", how="left", suffixes=(".x", ".y")).convert_dtypes()'
    ),
    "inner_join(v, rename(v, who = author_name), by = join_by(author_name == who))": (
        'v.merge(v.rename(columns={"author_name": "who"}).rename(columns={"who": "author_name"}),'
        ' on="author_name", how="inner", suffixes=(".x", ".y"))'
    ),
    "v |> summarise(n = n(), .by = author_name)": (
        'v.groupby("author_name", as_index=False, dropna=False, sort=False)'
        '.agg(n=("author_name", "size"))'
    ),
    "v %>% nrow": "len(v)",
    "v %>% .$video_id": 'v["video_id"]',
}


@pytest.mark.parametrize(("r", "python"), OF_VIDEOS.items())
def test_expression_over_a_table(r: str, python: str) -> None:
    written = body(VIDEOS + r).partition("\n")[2]
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(f"print({python})"))


STATEMENTS = {
    'x <- tt_slideshow_hidden("u", save_music = FALSE)': (
        'x = tt_slideshow_hidden("u", save_music=False)'
    ),
    'x <- tt_videos("u", slideshows = TRUE)': 'x = tt_videos("u", slideshows=True)',
    'cookiemonster::add_cookies("c.txt")': 'auth_hidden("c.txt")',
    'add_cookies(cookiefile = "c.txt", confirm = FALSE)': 'auth_hidden("c.txt")',
    "x <- 1; 2 -> y; z = 3": "x = 1\ny = 2\nz = 3",
    "a <- b <- 5": "b = 5\na = b",
    "my.var <- 1; `a b` <- my.var": "my_var = 1\na_b = my_var",
    "query <- query(); query": "query_ = query()\nprint(query_)",
    "if (1 > 2) x <- 1 else if (2 > 1) x <- 2 else x <- 3": (
        "if 1 > 2:\n    x = 1\nelif 2 > 1:\n    x = 2\nelse:\n    x = 3"
    ),
    "for (i in 1:3) { if (i == 2) next; print(i) }": (
        "for i in range(1, 4):\n    if i == 2:\n        continue\n    print(i)"
    ),
    "repeat { break }": "while True:\n    break",
    "f <- function(x, y = 2, ...) x": "def f(x, y=2, *args, **kwargs):\n    return x",
    "f <- function() { if (TRUE) return(1); 2 }": (
        "def f():\n    if True:\n        return 1\n    return 2"
    ),
    "x <- c(); for (i in 1:2) x <- c(x, i)": ("x = []\nfor i in range(1, 3):\n    x = [*x, i]"),
    "x <- list(); x[[length(x) + 1]] <- 1": "x = []\nx.append(1)",
    'x <- list(); x[["a"]] <- 1': 'x = {}\nx["a"] = 1',
    "x <- list(); for (i in 1:3) x[[i]] <- i": ("x = []\nfor i in range(1, 4):\n    x.append(i)"),
    "x <- list()\nfor (i in 1:3) { if (i == 2) next; x[[i]] <- i }": (
        "x = []\nfor i in range(1, 4):\n    if i == 2:\n        continue\n"
        "    x.extend([None] * (i - len(x)))\n    x[i - 1] = i"
    ),
    "x <- list(1); y <- x; y[[1]] <- 2": "x = [1]\ny = x.copy()\ny[0] = 2",
    "set.seed(1)": "random.seed(1)",
    "stop('no ', 1)": 'raise RuntimeError("no 1")',
    'cat("a", 1, "\\n")': 'print("a 1 ")',
    'message("a")': 'print("a", file=sys.stderr)',
    'try(tt_search_api("x"), silent = TRUE)': (
        'with contextlib.suppress(Exception):\n    print(tt_search_api("x"))'
    ),
    'x <- tryCatch(tt_search_api("x"), error = function(e) NULL)': (
        'try:\n    x = tt_search_api("x")\nexcept Exception:\n    x = None'
    ),
    VIDEOS + 'attr(v, "cursor") <- 200': 'v = tt_search_api("x")\nv.attrs["cursor"] = 200',
    VIDEOS + "v$one <- 1": 'v = tt_search_api("x")\nv = v.assign(one=1)',
    VIDEOS + "v$view_count <- NULL": ('v = tt_search_api("x")\nv = v.drop(columns="view_count")'),
    VIDEOS + 'saveRDS(v, "v.rds"); w <- readRDS("v.rds")': (
        'v = tt_search_api("x")\nv.save("v.rds")\nw = read_results("v.rds")'
    ),
}


@pytest.mark.parametrize(("r", "python"), STATEMENTS.items())
def test_statement(r: str, python: str) -> None:
    assert body(r) == python


@pytest.mark.parametrize(
    ("verb", "result"),
    [
        ("summarise", {"g": ["x", "y"], "n": [2, 1]}),
        ("mutate", {"g": ["x", "x", "y"], "a": [1, 2, 2], "n": [2, 2, 1]}),
    ],
)
def test_groups_of_a_column_that_a_variable_names(
    verb: str, result: dict[str, list[object]]
) -> None:
    translation = translate(
        f"f <- function(d, name) d |> group_by(g) |> {verb}(n = n_distinct(.data[[name]]))\n"
        'r <- f(tibble(g = c("x", "x", "y"), a = c(1, 2, 2)), "a")\n'
    )
    assert translation.todos == ()
    scope: dict[str, pd.DataFrame] = {}
    exec(translation.code, scope)
    assert scope["r"].to_dict("list") == result


@pytest.mark.parametrize(
    "r", ["v |> count(region_code, sort = {})", "v[order(v$id, decreasing = {}), ]"]
)
def test_a_flag_may_be_abbreviated(r: str) -> None:
    assert body(VIDEOS + r.format("T")) == body(VIDEOS + r.format("TRUE"))


# --------------------------------------------------------------------------- what is not known

UNKNOWN = {
    "plot(1)": "`plot()` is not known",
    "library(ggplot2)": "the package ggplot2 has no counterpart",
    "ggplot2::qplot(1)": "the package ggplot2 has no counterpart",
    "y ~ x": "the operator `~` is not known",
    "x@y": "`x@y` has no Python form",
    "1i": "`complex` has no Python form",
    "f <- function(x) { y <<- x; 1 }": "`<<-` sets a variable outside",
    "f <- function(x) x[1]": "`[` of unknown is not known",
    "f <- function(x) x * 2": "unknown `*` integer",
    "x": "`x` is not set here",
    "params$tag": "`params` is not set here",
    "v <- 1\nf <- function() { if (v > 0) v <- 2 }": "the function changes a local copy of `v`",
    VIDEOS + "f <- function() { v$view_count <- 0 }": "changes a local copy of `v`",
    VIDEOS + "v$nothing": "no column `nothing` of the table is known",
    VIDEOS + "is.null(v$comments)": "no column `comments` of the table is known",
    VIDEOS + "unique(v)": "rows with lists can't be compared",
    VIDEOS + 'paste(unique(v$region_code), collapse = ", ")': "R writes a missing value as",
    'c("a", NA) %in% "a"': "Python's `in` does not find an NA",
    "max(c(1, NA, 3))": "`max(vector[integer or NA])` is not known",
    "mean(c(1, NA))": "`mean(vector[integer or NA])` is not known",
    "all(c(TRUE, NA))": "`all(vector[truth or NA])` is not known",
    "nchar(c('a', NA))": "`nchar(vector[text or NA])` is not known",
    "sum(c(1, NA) > 0)\nmin(c(a = 1, b = NA))": "`min(named[integer or NA])` is not known",
    'ifelse(c(1, NA, 3) > 2, "y", "n")': "`ifelse()` of vector[truth or NA]",
    "x <- c(1, NA)\nx[x > 0]": "where the condition is NA, R has an NA",
    'x <- c("a", "b")\nx[3]': "the vector may have fewer elements",
    'as.numeric("abc")': "`as.numeric(text)` is not known",
    "x <- list()\ny <- x\ny$a <- 1": "an element of list at text",
    VIDEOS + "w <- v[v$like_count > 5, ]; w[w$create_time > Sys.time(), ]": "a time is missing",
    VIDEOS + "w <- v[v$like_count > 5, ]; w[year(w$create_time) > 2, ]": "a time is missing",
    'c(1, "a")': "`c()` of integer, text",
    VIDEOS + "v |> distinct()": "rows with lists can't be compared",
    VIDEOS + "w <- v[1:2, ]; v$view_count / w$view_count": "columns of different tables",
    VIDEOS + 'attr(bind_rows(v, v), "cursor")': "this table may have lost the attributes",
    VIDEOS + "v |> group_by(region_code) |> distinct(region_code)": "of a grouped table",
    VIDEOS + "v |> group_by(region_code) |> slice(2)": "of a grouped table",
    VIDEOS + "v |> group_by(region_code) |> mutate(x = cumsum(like_count))": "within groups",
    VIDEOS + "v |> group_by(region_code) |> mutate(x = rev(like_count))": "within groups",
    VIDEOS + "v |> group_by(region_code) |> mutate(x = like_count[2:3])": "within groups",
    VIDEOS + 'v |> group_by(region_code) |> mutate(region_code = "x")': "grouped by is changed",
    "for (d in c(as.Date('2024-01-01'), Sys.Date())) d": "R loops over the numbers",
    "c(a = 1, a = 2)": "two elements have the same name",
    "is.null(c())": "`is.null(vector)` is not known",
    'grepl("a.b$", "a")': "R's regular expression may mean something else",
    'grepl("[[:alpha:]]", "a")': "R's regular expression may mean something else",
    "tryCatch(1, warning = function(w) 2)": "only the handlers `error` and `finally`",
    "x <- c(1, 2)\ni <- 1\nx[-i]": "this negative index",
    'paste(c("a", NA), "b")': "R writes a missing value as",
    'gsub("a", "b", "A", ignore.case = TRUE)': "a case-insensitive replacement",
    'gsub("a.", "b", "ab", fixed = FALSE)': "R's regular expression may mean something else",
    'str_detect("abc", "b", negate = TRUE)': "an option of this search",
    'seq(as.Date("2024-01-31"), by = "month", length.out = 2)': "where a month is too short",
    "data.frame(a = 1, check.names = FALSE)": "an option of the table",
    "f <- function(a, b = a * 2) { a <- 100; b }": "R evaluates `b` when it is used",
    VIDEOS + "w <- v[2:3, ]; coalesce(v$view_count, w$view_count)": "is not known",
    "ifelse(TRUE, 1)": "the call must have the arguments test, yes, no",
    VIDEOS + "v |> pull(view_count, name = video_id)": "something other than one column",
    VIDEOS + "w <- v[1:2, ]; v[order(w$view_count), ]": "something other than their own columns",
    VIDEOS + "w <- bind_rows(v, tibble(a = 1)); w |> select(ends_with('x'))": "the columns of the",
    VIDEOS + "v |> summarise(across(view_count, list(mean, sum)))": "too complex to translate",
    VIDEOS + "v |> mutate(x = case_when(view_count > 1 ~ create_time))": "`case_when()` of",
    'tt_user_info("a", pages = 2)': "`tt_user_info()` has no argument `pages`",
    'tt_search_api("a", start = "20240101")': "`tt_search_api()` has no argument `start`",
    "query() |> tt_search_api(page = 2)": "`tt_search_api()` has no argument `page`",
    'add_cookies(cookiestring = "a=b")': "cookies can only be imported from a file",
    'd <- readRDS("x.rds")\nas.numeric(d$create_time)': "`as.numeric(column[unknown])`",
    "tt_user_info(1, 2, 3, 4, 5, 6)": "`tt_user_info()` takes at most 4 positional arguments",
    VIDEOS + "aggregate(log(view_count) ~ region_code, data = v, FUN = mean)": "other than columns",
    VIDEOS + "aggregate(. ~ region_code, data = v, FUN = mean)": "other than columns of the table",
    VIDEOS + "aggregate(view_count ~ region_code, data = v, FUN = range)": "is not a single value",
    VIDEOS
    + "aggregate(v$view_count, by = list(v$region_code), FUN = mean)": "must have the arguments",
    VIDEOS + "tapply(v$like_count, v$view_count, sum)": "R turns the groups",
    VIDEOS + "w <- v[1:2, ]; tapply(v$view_count, w$region_code, sum)": "grouping column[integer]",
    VIDEOS + "split(v, v$view_count)": "R turns the groups",
    VIDEOS + "table(v$view_count, v$region_code)": "R turns the groups",
    VIDEOS + "table(v$region_code, v$author_name, v$music_id)": "`table(",
    VIDEOS + "merge(v, v)": "`merge()` with these arguments is not known",
    VIDEOS + "v |> group_by(author_name) |> mutate(b = lag(view_count))": "within groups",
    VIDEOS + 'v |> arrange("view_count")': 'the columns that `"view_count"` selects',
    VIDEOS + 'v |> group_by("region_code")': 'the columns that `"region_code"` selects',
    VIDEOS
    + "v |> group_by(c(region_code, author_name))": "the columns that `c(region_code, author",
    VIDEOS + "f <- function(d, x) d |> group_by({{ x }})": "the columns that `{{ x }}` selects",
    VIDEOS + "f <- function(cols) v |> select(-all_of(cols))": "the columns that `cols` selects",
    "f <- function(d, lim) d |> filter(views <= lim)": "`lim` may be a column or a variable",
    "f <- function(d) d |> filter(views <= lim)\nlim <- 2": "`lim` may be a column or a variable",
}


@pytest.mark.parametrize(("r", "reason"), UNKNOWN.items())
def test_what_is_not_known_stays_as_r_with_its_reason(r: str, reason: str) -> None:
    translation = translate(r)
    (todo,) = translation.todos
    assert reason in todo.reason
    kept = [f"#     {line}" for line in todo.code.splitlines()]
    assert all(line in translation.code for line in kept)
    assert f"# TODO line {todo.line}: " in translation.code


@pytest.mark.parametrize(
    ("r", "error"),
    [
        ("x <- weird()\nprint(x)", NameError),
        ("x <- 1\nx <- weird()\nprint(x)", NameError),
        ("x <- 1\nfor (i in 1:2) x <- weird()\nprint(x)", NameError),
        ("f <- function() weird()\nf()", NotImplementedError),
        ("x <- 1\nf <- function() { x <- weird(); x + 1 }\nf()", NotImplementedError),
        ("for (i in 1:2) { if (weird(i)) next; print(i) }", NotImplementedError),
        ("t <- data.frame(a = 1:2)\nt$a <- weird()\nt |> arrange(a)", KeyError),
    ],
)
def test_what_depends_on_it_fails_instead_of_going_wrong(r: str, error: type[Exception]) -> None:
    translation = translate(r)
    assert translation.todos
    with pytest.raises(error):
        exec(translation.code, {})


@pytest.mark.parametrize(
    "r",
    [
        "lim <- weird()\nf <- function(d) d |> filter(views <= lim)",
        "f <- function(d) { lim <- weird(); d |> filter(views <= lim) }",
        "f <- function(d, a) { lim <- if (a) weird(1) else weird(2); d |> filter(views <= lim) }",
        "f <- function(d, a) { if (a) lim <- weird(1) else lim <- 3; d |> filter(views <= lim) }",
    ],
)
def test_a_variable_that_is_lost_is_not_taken_for_a_column(r: str) -> None:
    assert translate(r).todos[-1].reason == "`lim` may be a column or a variable"


@pytest.mark.parametrize(
    "arguments",
    [
        'start_date = "20240101", end_date = "20240102", "id"',
        '"20240101", "20240102", "id"',
        'field = "id"',
    ],
)
def test_fields_are_known_wherever_they_stand(arguments: str) -> None:
    for call in (f'tt_search_api("x", {arguments})', f'"x" |> tt_search_api({arguments})'):
        code = translate(f"v <- {call}\nsapply(v$hashtag_names, length)").code
        assert "isinstance(each, list)" in code  # a list that was not asked for is missing


def test_what_a_branch_would_have_set_is_said() -> None:
    todos = translate("x <- if (TRUE) weird(1) else other(2)\ny <- 1").todos
    assert [todo.code for todo in todos] == ["x <- weird(1)", "x <- other(2)"]


def test_what_is_tried_is_all_known_or_stays_r() -> None:
    """What stays R would raise within the ``try``, and count as an error of R's."""
    for tried in ("try(weird(1))", "x <- tryCatch({ weird(1); 2 }, error = function(e) 3)"):
        (todo,) = translate(tried).todos
        assert todo.code == tried
    *_, todo = translate("f <- function(i) weird(i)\ntry(f(1))").todos
    assert todo.reason == "`f()` is only partly translated"


def test_the_other_columns_are_made_without_the_one_that_is_not_known() -> None:
    translation = translate(
        "t <- data.frame(a = 1:2, b = 3:4)\n"
        "t <- t |> mutate(c = a + b, b = weird(b), d = c * 2, e = b + 1)\nsum(t$d)\n"
    )
    assert [(todo.line, todo.code) for todo in translation.todos] == [
        (2, "b = weird(b)"),
        (2, "e = b + 1"),
    ]
    scope: dict[str, pd.DataFrame] = {}
    exec(translation.code, scope)
    assert scope["t"].to_dict("list") == {"a": [1, 2], "c": [4, 6], "d": [8, 12]}


def test_what_does_not_depend_on_it_runs() -> None:
    scope: dict[str, object] = {}
    exec(translate("x <- 1\nplot(x)\ny <- x + 1").code, scope)
    assert scope["y"] == 2


def test_where_the_order_would_differ_the_script_says_so() -> None:
    code = translate(VIDEOS + "sort(unique(v$author_name))").code
    assert "# R sorts strings by the rules of its locale, Python by code point.\n" in code


NOTES = {
    "w <- v[v$view_count > 1, ]": "Where the condition is NA, R has an NA;",
    "for (i in 1:nrow(v)) i": "R reverses the direction if the end lies before the start;",
    "for (i in nrow(v):1) i": "R reverses the direction if the end lies before the start;",
    "a <- 1; seq(a, 3)": "R reverses the direction if the end lies before the start;",
    "s <- Sys.Date(); seq(s, by = 'month', length.out = 2)": "Where a month is too short,",
    'paste0(v$region_code, "!")': 'Where a cell is missing, R pastes "NA";',
    'full_join(v, v, by = "video_id")': "R keeps the rows in the order of the first table,",
    "v |> count(region_code, author_name) |> pivot_wider(names_from = region_code, "
    "values_from = n)": "R keeps rows and columns in order of appearance,",
    'read.csv("x.csv")': 'R reads an empty cell of a text column as "",',
}


@pytest.mark.parametrize(("r", "note"), NOTES.items())
def test_where_a_result_may_differ_the_script_says_so(r: str, note: str) -> None:
    translation = translate(VIDEOS + r)
    assert translation.todos == ()
    assert f"\n# {note}" in translation.code


@pytest.mark.parametrize("r", ["1:3", "3:1", 'paste0(v$author_name, "!")', "seq_len(nrow(v))"])
def test_where_none_may_differ_it_says_nothing(r: str) -> None:
    assert "#" not in translate(VIDEOS + r).code


# --------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("r", "where"),
    [
        ("x <- 1\ny <- c(1,\n  2\nz <- 3", "line 3, column 4"),
        ("x <- 3 +* 4", "line 1, column 9"),
        ('x <- "a', "line 1, column 8"),
        ("if (TRUE) 1\nelse 2", "line 2"),
    ],
)
def test_a_syntax_error_is_one_sentence(r: str, where: str) -> None:
    with pytest.raises(ValueError, match=f"^this is not R code: {where}.*$"):
        translate(r)


def test_a_syntax_error_in_a_document_names_its_line() -> None:
    with pytest.raises(ValueError, match="line 4, column"):
        translate("# Title\n\n```{r}\nx <- (\n```\n", kind="rmd")


def test_an_unknown_kind_or_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="kind must be one of r, rmd, qmd"):
        translate("1", kind="py")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"ends in \.R, \.Rmd or \.qmd"):
        translate_file(tmp_path / "script.py")


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.R"
    script.write_bytes(b"x <- '\xe9'")
    with pytest.raises(ValueError, match=r"script\.R is not text in UTF-8"):
        translate_file(script)


# -------------------------------------------------------------------------------- documents


def test_a_quarto_document_keeps_text_and_runs_its_chunks() -> None:
    document = "Some *text*.\n\n```{r}\n#| label: sum\nx <- 1 + 1\n```\n\nIt is `r x`.\n"
    assert translate(document, kind="qmd").code == (
        "# %% [markdown]\n# Some *text*.\n\n# %% sum\nx = 1 + 1\n\n"
        "# %% [markdown]\n# It is `r x`.\n\n# %%\nprint(x)\n"
    )


def test_nothing_gives_nothing() -> None:
    assert translate("").code == ""
    assert translate("# a comment").code == "# a comment\n"


# ------------------------------------------------------------------------------- properties

FRAGMENTS = st.sampled_from(
    [*EXPRESSIONS, *OF_VIDEOS, *(r for r in UNKNOWN if "\n" not in r), "x", "f(x, y = 2)"]
)
ASSEMBLED = st.recursive(
    FRAGMENTS,
    lambda inner: st.one_of(
        st.builds("({}) + ({})".format, inner, inner),
        st.builds("c({}, {})".format, inner, inner),
        st.builds("list(a = {})[[1]]".format, inner),
        st.builds("x <- {}".format, inner),
        st.builds("v$x <- {}".format, inner),
        st.builds("if ({}) {{ {} }} else {{ {} }}".format, inner, inner, inner),
        st.builds("for (i in {}) {{ {} }}".format, inner, inner),
        st.builds("f <- function(x, ...) {{\n {} # why\n {} }}".format, inner, inner),
        st.builds("sapply({}, function(x) {{ y <- x; {} }})".format, inner, inner),
        st.builds("tryCatch({{ {} }}, error = function(e) {})".format, inner, inner),
        st.builds("v |>\n # then\n filter({}) |> # so\n mutate(x = {})".format, inner, inner),
        st.builds("paste0({}, {})".format, inner, inner),
    ),
    max_leaves=6,
)


@given(ASSEMBLED)
def test_whatever_r_comes_in_python_comes_out(r: str) -> None:
    translation = translate(VIDEOS + r)
    ast.parse(translation.code)
    assert translation.code.count("# TODO line") == len(translation.todos)


@given(texts)
def test_any_text_is_python_or_refused(text: str) -> None:
    for code in (text, f"# {text}", f"`{text}` <- 1", f'x <- weird("{text}")'):
        try:
            written = translate(code).code
        except ValueError:  # a syntax error in R
            continue
        ast.parse(written)


def test_no_depth_is_too_deep() -> None:
    for code in ("(" * 300 + "1" + ")" * 300, "1" + " + 1" * 2000, "!" * 300 + "TRUE"):
        ast.parse(translate(code).code)


LAYOUTS = [
    "f(a, b=g(c, d)[1:2], **{'x y': -1})[h.i.j(k)(l)]",
    "1 if a and not b or c else (lambda: 2)",
    "[a.b(c).d(e)[f].g() for h, i in zip(j, k) if l == m and n is not o]",
    "(a + b) * c ** -d - (e - f) | g & (h | i)",
    "{'a': [1, (2,), ()], \"b\": 'it\\'s \"quoted\"', **c}",
    "f(x for x in y if x not in z)",
    "pd.concat([a, b(c=d)], ignore_index=True).convert_dtypes()",
    "(a + b * c).round(2)",
    "(a + b > c).map({d: e, f: g}).convert_dtypes()",
    "a(b, c=d).e([(f, g)])",
    "f'{a}b{c:>3}'.format(d)[a:b, c + 1 :: 2]",
]


@pytest.mark.parametrize("width", [8, 20, 40, 88])
@pytest.mark.parametrize("source", LAYOUTS)
def test_what_is_laid_out_reads_back_as_it_was(
    source: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "WIDTH", width)
    node = ast.parse(source, mode="eval").body
    written = "\n".join(layout.lines(node, 0, "(", ")"))
    assert ast.dump(ast.parse(written, mode="eval").body) == ast.dump(node)
