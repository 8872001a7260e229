"""`python -m traktok.sandbox.api`: the sandbox's Research API as a program, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import math
import signal
import sys
from datetime import datetime
from threading import Event

from .faults import FAULTS
from .research_api import ResearchApi
from .world import SEED


def fault(text: str) -> tuple[str, int]:
    name, at, page = text.partition("@")
    if name not in FAULTS or (at and not page.isdigit()):
        raise argparse.ArgumentTypeError(f"NAME@PAGE is wanted, NAME one of {', '.join(FAULTS)}")
    return name, int(page or 1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m traktok.sandbox.api",
        description="Runs a TikTok Research API on this machine until Ctrl-C.",
    )
    parser.add_argument("--port", type=int, default=8000, help="0 takes any free one")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, another world")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--now", type=datetime.fromisoformat, help="stop the clock at this time")
    parser.add_argument(
        "--fault",
        type=fault,
        action="append",
        default=[],
        metavar="NAME@PAGE",
        help="from this page of a crawl on, for ever; may be repeated",
    )
    return parser.parse_args()


def main() -> None:
    given = arguments()
    tiktok = ResearchApi(given.port, given.seed, given.latency, given.now)
    try:
        tiktok.start()
    except OSError as taken:
        sys.exit(f"Port {given.port} cannot be used: {taken.strerror}. Try --port 0.")
    with contextlib.closing(tiktok):
        for name, page in given.fault:
            tiktok.fail(name, page=page, times=math.inf)
        print(
            "A TikTok Research API is running on this machine; nothing here reaches TikTok.",
            "Point traktok at it with",
            "",
            f"  export TRAKTOK_BASE_URL={tiktok.url}",
            f"  export TIKTOK_CLIENT_KEY={tiktok.client_key}",
            f"  export TIKTOK_CLIENT_SECRET={tiktok.client_secret}",
            "",
            "Ctrl-C ends it.",
            sep="\n",
            flush=True,
        )
        ended = Event()
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        try:
            ended.wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
