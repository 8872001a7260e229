"""A TikTok on your own machine: its Research API and web pages over an invented world.

It is for teaching, demonstrations and tests::

    from traktok.sandbox import Sandbox

    with Sandbox() as tiktok:                         # its own thread, any free port
        os.environ.update(tiktok.environment)         # where traktok sends its requests
        tiktok.requests                               # what the API was asked, tokens included
        tiktok.fail("http_503", page=3, times=2)      # FAULTS has the names
        tiktok.arrange("7200000000000000003", "deleted")  # CONDITIONS has the names
        tiktok.clock.set(datetime(2024, 10, 8))       # tokens, quotas, search ids go by it
        tiktok.quota.main_limit = 5
        tiktok.switches["error_text"] = "msg"         # SWITCHES has what is contested

On the command line it is ``traktok sandbox``; `traktok.sandbox.control` lists the paths with which
another process can arrange the same.

Nothing in here was answered by TikTok: people, ids and texts are invented, except those that the
vignette of the R package prints. The sandbox behaves as public evidence says that TikTok does,
newest first. It imports nothing of the client, so that it cannot share the client's errors.
"""

from .api import FAULTS, Request, ResearchApi, World
from .front import Sandbox
from .switches import SWITCHES, Switch, Switches
from .web import (
    CONDITIONS,
    DETAIL_CONDITIONS,
    MEDIA_CONDITIONS,
    SCROLL_CONDITIONS,
    Asked,
    Author,
    Post,
    Website,
)

__all__ = [
    "CONDITIONS",
    "DETAIL_CONDITIONS",
    "FAULTS",
    "MEDIA_CONDITIONS",
    "SCROLL_CONDITIONS",
    "SWITCHES",
    "Asked",
    "Author",
    "Post",
    "Request",
    "ResearchApi",
    "Sandbox",
    "Switch",
    "Switches",
    "Website",
    "World",
]
