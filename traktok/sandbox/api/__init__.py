"""The Research API: a loopback service over a small invented world, with every fault on demand.

In tests::

    with ResearchApi() as tiktok:                     # its own thread, any free port
        run(base_url=tiktok.url, token=tiktok.token())
        tiktok.world.visible(query, start, end)       # what a client should have received
        tiktok.fail("http_503", page=3, times=2)      # FAULTS has the names

`traktok.sandbox.Sandbox` joins it with the web pages.
"""

from .faults import FAULTS
from .research_api import ResearchApi
from .wire import Request
from .world import World

__all__ = ["FAULTS", "Request", "ResearchApi", "World"]
