"""`auth_forget()` and `traktok auth --forget`: cookies, token and keys, each on its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from traktok import AuthError, auth, auth_check, auth_forget, auth_hidden, tt_user_info_api
from traktok._secrets import cookies, vault
from traktok.cli import app
from traktok.sandbox.api import ResearchApi


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def stored() -> set[str]:
    return set(vault.read(auth.store_path()))


@pytest.fixture(autouse=True)
def everything(tiktok: ResearchApi, cookies_txt: Path) -> ResearchApi:
    """A computer where all is stored."""
    auth.auth_research(tiktok.client_key, tiktok.client_secret)
    auth_hidden(cookies_txt)
    tiktok.requests.clear()
    return tiktok


def test_cookies_alone_are_forgotten() -> None:
    assert auth_forget("cookies") == {"cookies": True}
    assert auth_check(silent=True) == {"research": True, "hidden": False}
    assert not cookies.store_path().exists()
    assert auth_forget("cookies") == {"cookies": False}


def test_a_token_alone_is_forgotten_and_a_new_one_is_asked_for(everything: ResearchApi) -> None:
    assert auth_forget("token") == {"token": True}
    assert stored() == {"client_key", "client_secret", "host"}
    assert auth_check(silent=True) == {"research": True, "hidden": True}
    assert len(tt_user_info_api("tiktok")) == 1
    assert "oauth/token/" in everything.requests[0].endpoint


def test_keys_alone_are_forgotten_and_the_token_works_while_it_lasts() -> None:
    assert auth_forget("keys") == {"keys": True}
    assert stored() == {"access_token", "expires_at", "host"}
    assert len(tt_user_info_api("tiktok")) == 1
    assert auth_forget(["token"]) == {"token": True}
    assert not auth.store_path().exists()
    with pytest.raises(AuthError, match="No credentials for the Research API"):
        tt_user_info_api("tiktok")


def test_all_are_forgotten_without_a_request(everything: ResearchApi) -> None:
    assert auth_forget() == {"cookies": True, "token": True, "keys": True}
    assert auth_check(silent=True) == {"research": False, "hidden": False}
    assert auth_forget() == {"cookies": False, "token": False, "keys": False}
    assert everything.requests == []


def test_a_store_that_cannot_be_read_is_deleted_whole_or_not_at_all() -> None:
    auth.store_path().write_text("damaged")
    with pytest.raises(AuthError, match="can't be used"):
        auth_forget("token")
    assert auth_forget(["token", "keys"]) == {"token": True, "keys": True}
    assert not auth.store_path().exists()


@pytest.mark.parametrize("wrong", ["key", "", [], ["cookies", "tokens"], None, 3])
def test_what_is_not_stored_cannot_be_forgotten(wrong: object) -> None:
    with pytest.raises((ValueError, TypeError), match="which"):
        auth_forget(wrong)  # type: ignore[arg-type]
    assert auth_check(silent=True) == {"research": True, "hidden": True}


def test_the_command_forgets_and_says_so() -> None:
    done = run("auth", "--forget", "cookies")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "Deleted from this computer: cookies.\n"
    again = run("auth", "--forget", "all")
    assert again.stderr == "Deleted from this computer: token, keys.\nNot stored: cookies.\n"
    assert run("auth", "--check").exit_code == 1


def test_the_command_says_what_it_can_forget() -> None:
    refused = run("auth", "--forget", "tokens")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "Error: --forget must be cookies, token, keys or all, not 'tokens'; did you mean 'token'?\n"
    )
