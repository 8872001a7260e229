"""The sizes of the sandbox's world, and what the program takes for them."""

from __future__ import annotations

import pytest

from traktok.sandbox import Sandbox, __main__
from traktok.sandbox.api import invent
from traktok.sandbox.api.world import World, world_of


def test_a_large_world_has_more_of_the_same() -> None:
    # The number of people tells the sizes apart; all of a large world takes seconds to make.
    small, large = world_of(1), invent.users(World(2)._random("users"), "large")
    assert len(large) > 8 * len(small.users)
    assert len({user.username for user in large}) == len(large)


@pytest.mark.slow
def test_a_large_world_is_whole() -> None:
    large = World(1, "large")
    assert len(large.videos) > 8 * len(world_of(1).videos)
    assert len({video.id for video in large.videos}) == len(large.videos)
    assert sum(map(len, large.comments.values())) > 100_000
    assert sum(map(len, large.followers.values())) > 20_000


def test_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="world must be small or large, not 'huge'"):
        Sandbox(world="huge")


def test_the_program_takes_size_and_quota(capsys: pytest.CaptureFixture[str]) -> None:
    given = __main__._parser().parse_args(["--world", "large", "--quota", "5"])
    assert (given.world, given.quota) == ("large", 5)
    for arguments in (["--world", "huge"], ["--quota", "-1"]):
        with pytest.raises(SystemExit):
            __main__._parser().parse_args(arguments)
    assert "quota must be a whole number, not '-1'" in capsys.readouterr().err
