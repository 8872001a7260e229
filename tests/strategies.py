"""What hypothesis makes: whatever may come over the wire, or out of a user's script."""

from __future__ import annotations

from datetime import UTC

from hypothesis import settings
from hypothesis import strategies as st

# No deadline: the machines that run this are slow at times. No database: nothing is left behind.
settings.register_profile("traktok", max_examples=30, deadline=None, database=None)
settings.load_profile("traktok")

# Every code point there is: NUL, lone surrogates, right-to-left marks, emoji.
anything = st.characters(exclude_categories=())
texts = st.text(anything, max_size=12)

# Whole numbers up to Python's own limit of digits are as good as any: 64 bits are passed soon.
whole = st.integers() | st.integers(min_value=-(2**70), max_value=2**70)

json_leaves = st.none() | st.booleans() | whole | st.floats(allow_nan=False) | texts
json_values = st.recursive(
    json_leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)

python_leaves = (
    json_leaves
    | st.floats()
    | st.complex_numbers()
    | st.fractions()
    | st.decimals().filter(lambda number: not number.is_snan())  # which raises wherever it is used
    | st.binary(max_size=8)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | st.timedeltas()
)
python_values = st.recursive(
    python_leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.frozensets(json_leaves, max_size=3)
        | st.dictionaries(texts, inner, max_size=4)
    ),
    max_leaves=8,
)
