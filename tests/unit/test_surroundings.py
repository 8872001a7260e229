"""What a call finds around it can be overridden for a block, in every thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from traktok import _clock, _surroundings
from traktok._http import transport
from traktok._secrets import cookies

DAY = date(2024, 2, 29)


def test_blocks_nest_and_end() -> None:
    outside = _surroundings.current()
    with _surroundings.override(token="first", today=DAY):
        with _surroundings.override(token="second"):
            inside = _surroundings.current()
            assert (inside.token, inside.today) == ("second", DAY)
        with pytest.raises(ZeroDivisionError), _surroundings.override(token="third"):
            raise ZeroDivisionError
        assert _surroundings.current().token == "first"
    assert _surroundings.current() is outside
    assert _clock.today() != DAY


def test_an_override_holds_in_every_thread() -> None:
    with (
        ThreadPoolExecutor(1) as pool,
        _surroundings.override(today=DAY, cookies=cookies.placeholders()),
    ):
        assert pool.submit(_clock.today).result() == DAY
        found = pool.submit(cookies.stored).result()
    assert found is not None
    assert [cookie.name for cookie in found] == ["tt_chain_token"]


def test_a_thread_cannot_override_what_another_has_overridden() -> None:
    def override() -> None:
        with _surroundings.override(token="other"):
            pytest.fail("was overridden")

    with ThreadPoolExecutor(1) as pool, _surroundings.override(token="one"):
        with pytest.raises(RuntimeError, match="only one thread at a time"):
            pool.submit(override).result()
        assert _surroundings.current().token == "one"


def test_a_misspelled_change_is_refused() -> None:
    with pytest.raises(TypeError, match="tokens"), _surroundings.override(tokens="x"):
        pytest.fail("was overridden")
    with _surroundings.override(token="x"):  # the lock is free again
        pass


def test_a_block_can_have_sessions_of_its_own() -> None:
    usual = transport._session()
    with _surroundings.override(sessions=transport.Sessions()):
        own = transport._session()
        assert transport._session() is own is not usual
    assert transport._session() is usual
