"""A loopback TikTok Research API over a small invented world, with every fault on demand.

In tests::

    with ResearchApi() as tiktok:                        # its own thread, any free port
        run(base_url=tiktok.url, token=tiktok.token())
        tiktok.requests                               # what was asked, token requests included
        tiktok.world.visible(query, start, end)       # what a client should have got
        tiktok.fail("http_503", page=3, times=2)      # FAULTS has the names
        tiktok.clock.set(datetime(2024, 10, 8))       # tokens, quotas, search ids go by it
        tiktok.quota.main_limit = 5

As a program: `python -m traktok.sandbox.api --help`; `control` has the paths by which another
process arranges the same. No answer of TikTok's is in here: people, ids and texts are invented,
except for what the R package's vignette prints.
"""

from .faults import FAULTS
from .research_api import ResearchApi
from .wire import Request
from .world import World

__all__ = ["FAULTS", "Request", "ResearchApi", "World"]
