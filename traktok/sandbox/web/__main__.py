"""`python -m traktok.sandbox.web`: the sandbox's website as a program, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
from threading import Event

from .site import Website


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m traktok.sandbox.web",
        description="Runs a www.tiktok.com on this machine until Ctrl-C.",
    )
    parser.add_argument("--port", type=int, default=8001, help="0 takes any free one")
    with Website(parser.parse_args().port) as www, contextlib.suppress(KeyboardInterrupt):
        print(
            "A www.tiktok.com is running on this machine; nothing here reaches TikTok.",
            "Point traktok at it with",
            "",
            f"  export TRAKTOK_WWW_URL={www.url}",
            "",
            "Ctrl-C ends it.",
            sep="\n",
            flush=True,
        )
        Event().wait()


if __name__ == "__main__":
    main()
