"""A www.tiktok.com on this machine, with media, lists, a search, profiles and walls.

In tests::

    with Website() as www:                        # TRAKTOK_WWW_URL is www.url
        www.arrange(www.search[3].id, "deleted")  # CONDITIONS has the names
        www.arrange(www.search[4].id, "please_wait", times=2)
        www.captcha_after = 60                    # posts, then a captcha until someone clicks it
        www.asked                                 # the requests, with their headers and cookies

`traktok.sandbox.Sandbox` combines it with the Research API. All people, ids and texts are invented.
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
