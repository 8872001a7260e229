"""The web pages: a loopback www.tiktok.com with media, lists, a search, profiles and every wall.

In tests::

    with Website() as www:                        # TRAKTOK_WWW_URL is www.url
        www.arrange(www.search[3].id, "deleted")  # CONDITIONS has the names
        www.arrange(www.search[4].id, "please_wait", times=2)
        www.captcha_after = 60                    # posts, then a captcha until someone clicks
        www.asked                                 # what was requested, and with which cookies

`traktok.sandbox.Sandbox` has it together with the Research API. Nothing in here is TikTok's:
people, ids and texts are invented.
"""

from .conditions import CONDITIONS, DETAIL_CONDITIONS, MEDIA_CONDITIONS, SCROLL_CONDITIONS
from .site import Asked, Website
from .world import Author, Post

__all__ = [
    "CONDITIONS",
    "DETAIL_CONDITIONS",
    "MEDIA_CONDITIONS",
    "SCROLL_CONDITIONS",
    "Asked",
    "Author",
    "Post",
    "Website",
]
