"""The ``traktok`` command: TikTok data in a shell.

=========== ============================================================
module      the one thing it is for
=========== ============================================================
program     the program, built from the table of commands
commands    the tables of commands
options     the table of options, which the commands share
fetching    commands that output rows: fetch, write, report the outcome
studies     commands around the store of a study
beside_r    commands for users of R
credentials `traktok auth`
citation    `traktok cite`
inputs      phrases, queries, names and ids from arguments, files, pipes
outputs     rows to a terminal, a pipe or a file
onward      what to add to a command to continue where it stopped
endings     messages on stderr, exit codes, Ctrl-C
advice      messages written with a shell's options and commands
values      parsers of option values
health      `traktok doctor`
=========== ============================================================

It calls public functions only.
"""

from traktok.cli.program import app

__all__ = ["app"]
