"""Compare tables of R with what the sandbox answers."""

from __future__ import annotations

from traktok import tt_user_info_api
from traktok.compare import compare
from traktok.sandbox.api import ResearchApi


def test_user_info_of_r_which_does_not_say_whose_it_is(tiktok: ResearchApi, token: str) -> None:
    users = tt_user_info_api(["tiktok", "statisticsglobe"], token=token)
    nameless = users.drop(columns="username")
    found = compare(nameless, users)
    assert found.equal
    assert found.on == ()
    assert compare(users.set_index("username"), users).equal
    assert compare(nameless, users.set_index("username")).equal
    assert not compare(nameless.assign(mine=1), users).equal
    assert compare(users, users[::-1]).on == ("username",)
    assert compare(users, users[::-1]).equal
