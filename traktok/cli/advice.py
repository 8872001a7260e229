"""traktok's sentences, which speak to people who write Python, in a shell's words."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable

from traktok.cli.inputs import Given
from traktok.cli.options import OPTIONS, STANDS_FOR, flag, typed


def command(name: str, store: str, given: Given, *options: str) -> str:
    """Write the command for a store that goes on as this one did."""
    words = ["traktok", name, store, *options, *typed(given, given.onward.get(name, ()))]
    return f"`{shlex.join(words)}`"


def _status(of: re.Match[str], given: Given) -> str:
    return command("status", ast.literal_eval(of["store"]), given)


def _go_on(of: re.Match[str], given: Given) -> str:
    options = ["--retry"] if of["retry"] else []
    return command(of["name"], ast.literal_eval(of["store"]), given, *options)


def _flag(of: re.Match[str], given: Given) -> str:
    return flag(of["name"])


_STUDY = r"""Collection\((?P<store>'.+?'|".+?")\)"""
# Other options have names that are words of English, too.
_ARGUMENTS = "|".join([*(name for name in OPTIONS if "_" in name), "cookiefile"])

_IN_A_SHELL: tuple[tuple[str, str | Callable[[re.Match[str], Given], str]], ...] = (
    (r", or `traktok auth` in a shell", ""),
    (r"auth_research\(overwrite=True\)", "`traktok auth --overwrite`"),
    (r"auth_research\(\)", "`traktok auth`"),
    (r'auth_hidden\("(\S+)"\)', r"`traktok auth --cookies \1`"),
    (r"auth_hidden\(\)", "`traktok auth --cookies FILE`"),
    (r"tt_user_info_hidden\(name\)\['secUid'\]", "`traktok hidden user NAME --format jsonl`"),
    (r"tt_videos_hidden\(\)", "`traktok videos`"),
    (r"tt_collect\(\)", "`traktok collect`"),
    (r", such as result\.(cursor|search_id)", ""),
    (rf"(?<=see )\.status\(\)(?=.*{_STUDY})", _status),
    (rf"{_STUDY}\.(?P<name>resume|refresh)\((?P<retry>retry=True)?\)", _go_on),
    (r"headless as they are", "--show-browser out"),
    # An argument's name stands free; in quotes, paths and addresses it is somebody's word.
    (rf"(?<![^\s(])(?P<name>{_ARGUMENTS})(=True)?(?==|[:,;.)]*(\s|$))", _flag),
)
# What a sentence begins with is what it is about; a span has two days.
_SUBJECT = r"(?:^|(?<=\) is after ))(?P<name>\w+)(?=:| is | \()"


def in_a_shell(sentence: str, given: Given) -> str:
    """Say a sentence of traktok's in a shell's words; what the user gave stays as it is."""
    for python, shell in _IN_A_SHELL:

        def said(of: re.Match[str], shell: str | Callable[..., str] = shell) -> str:
            if given.holds(of[0]):
                return of[0]
            return of.expand(shell) if isinstance(shell, str) else shell(of, given)

        sentence = re.sub(python, said, sentence)
    return re.sub(_SUBJECT, lambda of: _as_typed(of["name"], given), sentence)


def _as_typed(argument: str, given: Given) -> str:
    """Name an argument as the command has it; all else stays as it is."""
    names = (argument, *STANDS_FOR.get(argument, ()))
    known = [name for name in names if name in given]
    return flag(known[0]) if known and argument not in given.values() else argument
