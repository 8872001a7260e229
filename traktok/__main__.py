"""``python -m traktok``: the ``traktok`` command where it is not on the path."""

from traktok.cli import app

if __name__ == "__main__":
    app(prog_name="traktok")
