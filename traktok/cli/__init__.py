"""The ``traktok`` command: TikTok data in a shell.

=========== ============================================================
module      the one thing it is for
=========== ============================================================
program     the program that the table of commands makes
commands    the tables of commands
options     the table of options, which the commands share
fetching    commands that give rows: fetch, write, say what became of it
studies     commands around the store of a study
beside_r    commands for who comes from R or works beside it
credentials `traktok auth`
citation    `traktok cite`
inputs      phrases, queries, names and ids from arguments, files, pipes
outputs     rows to a terminal, a pipe or a file
onward      what to add to a command to go on where it stopped
endings     messages on stderr, exit codes, Ctrl-C
wording     traktok's sentences in a shell's words
=========== ============================================================

It calls only what ``traktok`` and its public modules offer to everybody.
"""

from traktok.cli.program import app

__all__ = ["app"]
