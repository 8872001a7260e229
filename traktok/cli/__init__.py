"""The ``traktok`` command: TikTok's Research API in a shell.

========== ============================================================
module     the one thing it is for
========== ============================================================
commands   the table of commands, and the program they make
collecting what a command does: fetch, write, say what became of it
options    the table of options, which the commands share
inputs     phrases, queries, names and ids from arguments, files, pipes
outputs    rows to a terminal, a pipe or a file
onward     what to add to a command to go on where it stopped
endings    messages on stderr, exit codes, Ctrl-C
========== ============================================================

It calls only what ``traktok`` and ``traktok.files`` offer to everybody.
"""

from traktok.cli.commands import app

__all__ = ["app"]
