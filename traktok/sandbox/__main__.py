"""`python -m traktok.sandbox`: the sandbox as a program, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import math
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from threading import Event

from .api import FAULTS
from .api.clock import LIMITS, MAIN
from .api.invent import SIZES
from .api.world import SEED, SMALL
from .front import Sandbox
from .switches import SWITCHES, Switch, Value


def _fault(text: str) -> tuple[str, int]:
    name, at, page = text.partition("@")
    if name not in FAULTS or (at and not page.isdigit()):
        raise argparse.ArgumentTypeError(f"expected NAME@PAGE, NAME one of {', '.join(FAULTS)}")
    return name, int(page or 1)


def _requests(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"quota must be a whole number, not {text!r}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m traktok.sandbox",
        usage="%(prog)s [OPTIONS]",
        description="Run a TikTok on this machine, Research API and web pages, until Ctrl-C.",
        epilog="The letter after a switch's source says how certain it is: D documented by TikTok, "
        "C seen in code or answers, U reported by users, G a guess.",
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="the port to listen on (8000); 0 takes any free one"
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, help=f"another seed gives another world ({SEED})"
    )
    parser.add_argument(
        "--world",
        choices=SIZES,
        default=SMALL,
        help="how much there is: small has 6,800 videos, large ten times as many (small)",
    )
    parser.add_argument(
        "--quota",
        type=_requests,
        metavar="N",
        help=f"the requests of a day ({LIMITS[MAIN]:,}); lists of followers have their own",
    )
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds to wait before each answer (0)"
    )
    parser.add_argument(
        "--now", type=datetime.fromisoformat, metavar="TIME", help="stop the clock at this time"
    )
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="NAME@PAGE",
        help="fail from this page of a list on, for ever; may be given several times. NAME is "
        + ", ".join(f"{name} ({fault.about})" for name, fault in FAULTS.items()),
    )
    parser.add_argument(
        "--poison",
        action="append",
        default=[],
        metavar="ID",
        help="a username or id; every request that lists it fails; may be given several times",
    )
    group = parser.add_argument_group("switches for what is contested about TikTok")
    for switch in SWITCHES.values():
        _add(group, switch)
    return parser


def _add(group: argparse._ArgumentGroup, switch: Switch) -> None:
    def read(text: str) -> Value:
        try:
            return switch.read(text)
        except ValueError as wrong:
            raise argparse.ArgumentTypeError(str(wrong)) from None

    is_flag = isinstance(switch.default, bool)
    default = ("off", "on")[bool(switch.default)] if is_flag else switch.default
    about = f"{switch.about} ({default}; {switch.source}, {switch.date}, {switch.confidence})"
    choices = "|".join(switch.choices or (("on", "off") if is_flag else ("N",)))
    group.add_argument(
        f"--{switch.name.replace('_', '-')}",
        dest=switch.name,
        type=read,
        metavar=choices,
        default=argparse.SUPPRESS,
        help=about.replace("%", "%%"),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the sandbox until Ctrl-C or SIGTERM.

    Parameters
    ----------
    arguments
        The command line, without the program's name; that of the process by default.
    """
    given = vars(_parser().parse_args(arguments))
    switches = {name: given[name] for name in SWITCHES if name in given}
    tiktok = Sandbox(
        given["port"], given["seed"], given["latency"], given["now"], switches, given["world"]
    )
    if given["quota"] is not None:
        tiktok.quota.main_limit = given["quota"]
    try:
        tiktok.start()
    except OSError as taken:
        sys.exit(f"Port {given['port']} cannot be used: {taken.strerror}. Try --port 0.")
    with contextlib.closing(tiktok):
        for name, page in given["fault"]:
            tiktok.fail(name, page=page, times=math.inf)
        tiktok.api.service.poison.update(
            int(id) if id.isdecimal() else id for id in given["poison"]
        )
        print(
            "A TikTok is running on this machine; nothing here reaches the real one.",
            "Point traktok at it with",
            "",
            *(f"  export {name}={value}" for name, value in tiktok.environment.items()),
            "",
            "The unofficial API needs cookies, too; where no browser is logged in, these will do:",
            "",
            f"  curl -o cookies.txt {tiktok.url}/cookies.txt",
            "",
            f"Open {tiktok.url} to watch the requests. Ctrl-C stops the sandbox.",
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
