"""List the functions of base R and the tidyverse that are one Python expression each.

The module is long because the list is; it holds no logic.
"""

from __future__ import annotations

from traktok.from_r.knowing.rules import Row, Rules, rows

_SIZES = rows("""
    nrow(x: table | unknown) => len(x) => integer
    ncol(x: table | unknown) => x.shape[1] => integer
    length(x: table) => x.shape[1] => integer
    length(x: series | sequence | mapping | range) => len(x) => integer
    length(x: single) => 1 => integer
    length(x: null) => 0 => integer
    dim(x: table) => list(x.shape) => vector[integer]
    lengths(x: column[vector]) => x.map(lambda each: len(each) if isinstance(each, list) else 0)
        => column[count]
    names(x: table) => list(x.columns) => vector[text]
    colnames(x: table) => list(x.columns) => vector[text]
    names(x: mapping) => list(x) => vector[text]
    names(x: counts) => list(x.index) => vector[text]
    nchar(x: column[text]) => x.str.len() => column[integer]
    str_length(x: column[text]) => x.str.len() => column[integer]
    n_distinct(x: column, na_rm: False = False) => x.nunique(dropna=False) => integer
    n_distinct(x: column, na_rm: True) => x.nunique() => integer
    n_distinct(x: sequence) => len(set(x)) => integer
""")
_PARTS = rows("""
    head(x: table, n: integer = 6) => x.head(n) => x.other
    head(x: column, n: integer = 6) => x.head(n) => x.other
    head(x: counts, n: integer = 6) => x.head(n) => x
    head(x: sequence | range, n: integer = 6) => x[:n] => x
    tail(x: table, n: integer = 6) => x.tail(n) => x.other
    tail(x: column, n: integer = 6) => x.tail(n) => x.other
    tail(x: sequence, n: place) => x[-n:] => x
    first(x: column) => x.iloc[0] => x.of
    last(x: column) => x.iloc[-1] => x.of
    rev(x: sequence) => x[::-1] => x
    rev(x: range) => list(reversed(x)) => vector[integer]
    rev(x: counts) => x[::-1] => x
    rev(x: column) => x[::-1] => x.other
    rep(x: single, times: integer) => [x] * times => vector[x]
    rep(x: sequence, times: integer) => x * times => x.repeated
    rep(x: range, times: integer) => list(x) * times => vector[integer]
    rep(x: sequence, each: integer) => [inner for inner in x for _ in range(each)] => x.repeated
    which(x: column[truth]) => (np.flatnonzero(x.fillna(False)) + 1).tolist() => vector[integer]
    which(x: vector[truth]) => [inner for inner, each in enumerate(x, 1) if each] => vector[integer]
    unique(x: column) => x.unique().tolist() => gappy[x.of]
    unique(x: sequence) => list(dict.fromkeys(x)) => x
    duplicated(x: column) => x.duplicated() => column[sure]
    duplicated(x: sequence) => pd.Series(x).duplicated().tolist() => vector[truth]
    sort(x: sequence) => sorted(x) => vector[x.of]
    sort(x: sequence, decreasing: False) => sorted(x) => vector[x.of]
    sort(x: sequence, decreasing: True) => sorted(x, reverse=True) => vector[x.of]
    sort(x: gappy, decreasing: False = False) => sorted([each for each in x if not pd.isna(each)])
        => vector[x.of]
    sort(x: gappy, decreasing: True)
        => sorted([each for each in x if not pd.isna(each)], reverse=True) => vector[x.of]
    sort(x: column) => sorted(x.dropna()) => vector[x.of]
    sort(x: column, decreasing: True) => sorted(x.dropna(), reverse=True) => vector[x.of]
    sort(x: counts) => x.sort_values(kind="stable") => x
    sort(x: counts, decreasing: True) => x.sort_values(ascending=False, kind="stable") => x
    table(x: column) => x.value_counts().sort_index() => counts[integer]
    table(x: sequence) => pd.Series(x).value_counts().sort_index() => counts[integer]
    unlist(x: column[vector]) => x.explode().dropna() => column[word]
    unlist(x: column[single]) => x => x
    unlist(x: list[vector]) => [each for inner in x for each in inner] => vector[x.of.of]
    unlist(x: list[single]) => list(x) => vector[x.of]
    unlist(x: vector) => list(x) => x
    unlist(x: dict[single]) => dict(x) => named[x.of]
    unlist(x: named) => dict(x) => x
    unname(x: column | sequence) => x => x
    unname(x: mapping) => list(x.values()) => vector[x.of]
    as_vector(x: column) => x => x
    as_list(x: sequence) => list(x) => list[x.of]
    as_list(x: mapping) => dict(x) => dict[x.of]
    setdiff(x: sequence, y: sequence) => list(dict.fromkeys(each for each in x if each not in y))
        => x
    setdiff(x: sequence, y: single) => list(dict.fromkeys(each for each in x if each != y)) => x
    intersect(x: sequence, y: sequence) => list(dict.fromkeys(each for each in x if each in y)) => x
    union(x: sequence, y: sequence) => list(dict.fromkeys([*x, *y])) => x
    character(length: 0 = 0) => [] => vector[text]
    numeric(length: 0 = 0) => [] => vector[real]
    integer(length: 0 = 0) => [] => vector[integer]
    numeric(length: integer) => [0] * length => vector[real]
    integer(length: integer) => [0] * length => vector[integer]
    character(length: integer) => [""] * length => vector[text]
    vector(mode: "list", length: integer) => [None] * length => list
    seq_len(n: integer) => range(1, n + 1) => range[integer]
    seq_along(x: sequence | column | range) => range(1, len(x) + 1) => range[integer]
    seq_along(x: mapping) => range(1, len(x) + 1) => range[integer]
""")


def _summaries() -> tuple[Row, ...]:
    """Build the rows of the functions that reduce a column or a list to one value."""
    rows: list[Row] = []
    column = {
        "sum": ("number | truth", "integer"),
        "mean": ("number | truth", "real"),
        "median": ("number", "real"),
        "sd": ("number", "real"),
        "var": ("number", "real"),
        "min": ("number | date | time | text", "x.of"),
        "max": ("number | date | time | text", "x.of"),
    }
    for name, (of, result) in column.items():
        method = "std" if name == "sd" else name
        kept, skipped = f"x.{method}(skipna=False)", f"x.{method}()"
        rows.append((f"{name}(x: column[{of}], na_rm: False = False)", kept, result))
        rows.append((f"{name}(x: column[{of}], na_rm: True)", skipped, result))
        rows.append((f"{name}(x: counts, na_rm: False | True = False)", skipped, result))
    listed = {
        "sum": ("sum(x)", "x.of"),
        "mean": ("statistics.fmean(x)", "real"),
        "median": ("statistics.median(x)", "real"),
        "sd": ("statistics.stdev(x)", "real"),
        "var": ("statistics.variance(x)", "real"),
        "min": ("min(x)", "x.of"),
        "max": ("max(x)", "x.of"),
    }
    for name, (python, result) in listed.items():
        values = python.replace("(x)", "(x.values())")
        kinds = "vector[single] | range"
        known = python.replace("(x)", "([each for each in x if not pd.isna(each)])")
        rows.append((f"{name}(x: {kinds}, na_rm: False = False)", python, result))
        rows.append((f"{name}(x: {kinds}, na_rm: True)", known, result))
        rows.append((f"{name}(x: named[single], na_rm: False = False)", values, result))
    return tuple(rows)


_NUMBERS = (
    *_summaries(),
    *rows("""
    max(*x: number) => max(*x) => real
    min(*x: number) => min(*x) => real
    max(*x: date) => max(*x) => date
    min(*x: date) => min(*x) => date
    pmin(x: column[number], y: number) => x.clip(upper=y) => x
    pmax(x: column[number], y: number) => x.clip(lower=y) => x
    pmin(x: vector, y: single) => [min(each, y) for each in x] => x
    pmax(x: vector, y: single) => [max(each, y) for each in x] => x
    range(x: column[number | date | time], na_rm: False = False)
        => [x.min(skipna=False), x.max(skipna=False)] => vector[x.of]
    range(x: column[number | date | time], na_rm: True) => [x.min(), x.max()] => vector[x.of]
    range(x: vector[single]) => [min(x), max(x)] => vector[x.of]
    prop_table(x: counts) => x / x.sum() => counts[real]
    round(x: counts, digits: integer = 0) => x.round(digits) => x
    coalesce(x: column, y: single | column) => x.fillna(y) => x
    replace_na(x: column, replace: single) => x.fillna(replace) => x
    between(x: column[number], left: number, right: number) => x.between(left, right)
        => column[truth]
    between(x: number, left: number, right: number) => left <= x <= right => truth
    quantile(x: column[number], probs: number, na_rm: False | True = False) => x.quantile(probs)
        => real
    quantile(x: column[number], na_rm: False | True = False)
        => x.quantile([0, 0.25, 0.5, 0.75, 1]).set_axis(["0%", "25%", "50%", "75%", "100%"])
        => counts[real]
    na_if(x: column, y: single) => x.mask(x == y) => column[x.of]
    cumsum(x: vector[number]) => list(itertools.accumulate(x)) => x
    round(x: column[real | integer], digits: integer = 0) => x.round(digits) => x
    lag(x: column, n: integer = 1) => x.shift(n) => column[x.of]
    lead(x: column, n: integer = 1) => x.shift(-n) => column[x.of]
    diff(x: column[number]) => x.diff().iloc[1:] => x.other
    diff(x: vector[number] | range) => [each - inner for inner, each in itertools.pairwise(x)]
        => vector[x.of]
    cor(x: column[number], y: column[number], use: 'complete.obs' | 'pairwise.complete.obs')
        => x.corr(y) => real
    floor(x: column[number]) => np.floor(x) => x
    ceiling(x: column[number]) => np.ceil(x) => x
    abs(x: column[number]) => x.abs() => x
    sqrt(x: column[number]) => x ** 0.5 => column[real]
    log(x: column[number]) => np.log(x) => column[real]
    log10(x: column[number]) => np.log10(x) => column[real]
    log2(x: column[number]) => np.log2(x) => column[real]
    log1p(x: column[number]) => np.log1p(x) => column[real]
    exp(x: column[number]) => np.exp(x) => column[real]
    cumsum(x: column[number]) => x.cumsum(skipna=False) => x
    which_max(x: column[number]) => int(x.argmax()) + 1 => integer
    which_max(x: counts) => int(x.argmax()) + 1 => integer
    which_max(x: vector[number]) => x.index(max(x)) + 1 => integer
    which_max(x: named[number]) => list(x.values()).index(max(x.values())) + 1 => integer
    which_min(x: column[number]) => int(x.argmin()) + 1 => integer
    which_min(x: counts) => int(x.argmin()) + 1 => integer
    which_min(x: vector[number]) => x.index(min(x)) + 1 => integer
    any(x: column[truth], na_rm: False = False) => x.any(skipna=False) => truth
    any(x: column[truth], na_rm: True) => x.any() => truth
    all(x: column[truth], na_rm: False = False) => x.all(skipna=False) => truth
    all(x: column[truth], na_rm: True) => x.all() => truth
    any(x: vector[truth]) => any(x) => truth
    all(x: vector[truth]) => all(x) => truth
"""),
)
_TESTS = rows("""
    is_na(x: column) => x.isna() => column[sure]
    is_na(x: vector) => [pd.isna(each) for each in x] => vector[truth]
    is_na(x: single | missing | unknown) => pd.isna(x) => truth
    # Not for vectors: `c()` is NULL in R, but an empty list in Python.
    is_null(x: single | null | missing | unknown | table | column) => x is None => truth
    is_null(x: list | mapping | query | error | function) => x is None => truth
    # `in {True}` also accepts numpy's booleans, and is False for NA.
    isTRUE(x: truth) => x in {True} => truth
    isFALSE(x: truth) => x in {False} => truth
    identical(x: single, y: single) => x == y => truth
    nzchar(x: column[text]) => x != "" => column[truth]
    file_exists(x: text) => Path(x).exists() => truth
    inherits(x, what: "try-error") => isinstance(x, Exception) => truth
    startsWith(x: column[text], prefix: text) => x.str.startswith(prefix) => column[truth]
    endsWith(x: column[text], suffix: text) => x.str.endswith(suffix) => column[truth]
""")
_TEXTS = rows("""
    toupper(x: column[text]) => x.str.upper() => x
    tolower(x: column[text]) => x.str.lower() => x
    str_to_upper(x: column[text]) => x.str.upper() => x
    str_to_lower(x: column[text]) => x.str.lower() => x
    trimws(x: column[text]) => x.str.strip() => x
    str_trim(string: column[text]) => string.str.strip() => string
    str_sub(string: column[text], start: place, end: place) => string.str[start - 1 : end] => string
    substr(x: column[text], start: place, stop: place) => x.str[start - 1 : stop] => x
    substr(x: column[text], start: integer, stop: place) => x.str[max(start - 1, 0) : stop] => x
    as_character(x: column[text]) => x => x
    as_numeric(x: column[text]) => pd.to_numeric(x, errors="coerce").convert_dtypes()
        => column[real]
    as_integer(x: column[text]) => pd.to_numeric(x, errors="coerce").astype("Int64")
        => column[integer]
    as_character(x: column[integer]) => x.astype("string") => column[text]
    as_numeric(x: column[number]) => x => x
    as_numeric(x: span) => x => integer
    as_integer(x: span) => x => integer
    as_integer(x: column[integer]) => x => x
    as_numeric(x: column[truth]) => x.astype("Int64") => column[integer]
    as_integer(x: column[truth]) => x.astype("Int64") => column[integer]
    conditionMessage(x: error) => str(x) => text
""")
_DAYS = rows("""
    Sys_Date() => date.today() => date
    today() => date.today() => date
    Sys_time() => datetime.now().astimezone() => time
    as_Date(x: column[time]) => x.dt.date => column[date]
    as_date(x: column[time]) => x.dt.date => column[date]
    as_Date(x: column[date]) => x => x
    as_POSIXct(x: column[integer], tz: 'UTC' | 'GMT', origin: '1970-01-01' = '1970-01-01')
        => pd.to_datetime(x, unit="s", utc=True) => column[time]
    as_datetime(x: column[integer]) => pd.to_datetime(x, unit="s", utc=True) => column[time]
    format(x: column[time], format: text) => x.dt.strftime(format) => column[text]
    format(x: column[date], format: text) => x.map(lambda each: each.strftime(format))
        => column[text]
    weekdays(x: column[time]) => x.dt.day_name() => column[text]
    year(x: column[time]) => x.dt.year => column[integer]
    day(x: column[time]) => x.dt.day => column[integer]
    month(x: column[time]) => x.dt.month => column[integer]
    floor_date(x: column[time], unit: 'day') => x.dt.floor("D") => column[time]
    floor_date(x: column[time], unit: 'hour') => x.dt.floor("h") => column[time]
    hour(x: column[time]) => x.dt.hour => column[integer]
""")
# These also apply to each element of a vector.
_EACH = rows("""
    nchar(x: text) => len(x) => integer
    str_length(x: text) => len(x) => integer
    nzchar(x: text) => x != "" => truth
    startsWith(x: text, prefix: text) => x.startswith(prefix) => truth
    endsWith(x: text, suffix: text) => x.endswith(suffix) => truth
    toupper(x: text) => x.upper() => text
    tolower(x: text) => x.lower() => text
    str_to_upper(x: text) => x.upper() => text
    str_to_lower(x: text) => x.lower() => text
    trimws(x: text) => x.strip() => text
    str_trim(string: text) => string.strip() => text
    str_sub(string: text, start: place, end: place) => string[start - 1 : end] => text
    substr(x: text, start: place, stop: place) => x[start - 1 : stop] => text
    substr(x: text, start: integer, stop: place) => x[max(start - 1, 0) : stop] => text
    substr(x: text, start: integer, stop: integer) => x[max(start - 1, 0) : max(stop, 0)] => text
    basename(x: text) => Path(x).name => text
    as_character(x: text) => x => text
    as_character(x: integer) => str(x) => text
    as_character(x: date) => x.isoformat() => text
    as_character(x: truth) => str(x).upper() => text
    as_integer(x: truth) => int(x) => integer
    as_numeric(x: truth) => int(x) => integer
    as_numeric(x: time) => x.timestamp() => real
    as_numeric(x: date) => (x - date(1970, 1, 1)).days => integer
    as_numeric(x: number) => x => x
    as_numeric(x: numeral) => float(x) => real
    as_integer(x: integer) => x => integer
    as_integer(x: real) => int(x) => integer
    as_integer(x: numeral) => int(float(x)) => integer
    round(x: integer, digits: integer = 0) => x => integer
    round(x: real) => round(x) => integer
    round(x: real, digits: integer) => round(x, digits) => real
    abs(x: number) => abs(x) => x
    sqrt(x: number) => math.sqrt(x) => real
    log(x: number) => math.log(x) => real
    log(x: number, base: number) => math.log(x, base) => real
    log2(x: number) => math.log2(x) => real
    log10(x: number) => math.log10(x) => real
    log1p(x: number) => math.log1p(x) => real
    exp(x: number) => math.exp(x) => real
    floor(x: number) => math.floor(x) => integer
    ceiling(x: number) => math.ceil(x) => integer
    as_Date(x: text) => date.fromisoformat(x) => date
    as_date(x: text) => date.fromisoformat(x) => date
    ymd(x: text) => date.fromisoformat(x) => date
    as_Date(x: date) => x => date
    as_Date(x: time) => x.date() => date
    as_Date(x: text, format: text) => datetime.strptime(x, format).date() => date
    as_POSIXct(x: text, tz: text) => datetime.fromisoformat(x).replace(tzinfo=ZoneInfo(tz)) => time
    as_POSIXlt(x: text, tz: text) => datetime.fromisoformat(x).replace(tzinfo=ZoneInfo(tz)) => time
    format(x: date) => x.isoformat() => text
    format(x: date | time, format: text) => x.strftime(format) => text
    format(x: integer, big_mark: ',') => format(x, ",") => text
    weekdays(x: date) => x.strftime("%A") => text
    months(x: date) => x.strftime("%B") => text
    year(x: date) => x.year => integer
    month(x: date) => x.month => integer
    day(x: date) => x.day => integer
    floor_date(x: date, unit: 'month') => x.replace(day=1) => date
    floor_date(x: date, unit: 'year') => x.replace(month=1, day=1) => date
    difftime(time1: date, time2: date, units: 'days') => (time1 - time2).days => span
    days(x: integer) => x => span
    weeks(x: integer) => 7 * x => span
""")
_FILES = rows("""
    readRDS(file: text) => read_results(file) => result
    read_csv(file: text)
        => pd.read_csv(file, dtype_backend="numpy_nullable", keep_default_na=False,
        na_values=["", "NA"])
        => table
    read_rds(file: text) => read_results(file) => result
    Sys_getenv(x: text, unset: text = '') => os.environ.get(x, unset) => text
    Sys_sleep(seconds: number) => time.sleep(seconds) => done
    set_seed(seed: integer) => random.seed(seed) => done
    dir_create(path: text) => Path(path).mkdir(exist_ok=True) => done
    dir_create(path: text, showWarnings: False, recursive: True | False = False)
        => Path(path).mkdir(parents=True, exist_ok=True) => done
    write_csv(x: table, file: text) => x.to_csv(file, index=False, na_rep="NA") => done
    write_csv(x: table, file: text, row_names: False) => x.to_csv(file, index=False, na_rep="NA")
        => done
    print(x) => print(x) => done
    invisible(x) => x => x
    suppressWarnings(x) => x => x
    suppressMessages(x) => x => x
    I(x) => x => x
    quit() => sys.exit() => done
""")

BASE = Rules((*_SIZES, *_PARTS, *_NUMBERS, *_TESTS, *_TEXTS, *_DAYS, *_FILES), each=_EACH)
