"""A loopback www.tiktok.com: pages, media, lists, a search and profiles that scroll, every wall.

In tests::

    with Website() as www:                            # TRAKTOK_WWW_URL is www.url
        www.arrange(www.search[3].id, "deleted")  # CONDITIONS has the names
        www.arrange(www.search[4].id, "please_wait", times=2)
        www.captcha_after = 60                    # posts, then a captcha until someone clicks
        www.asked                                 # what was asked for, and with which cookies

Each host is a folder below the address. Nothing in
here is TikTok's: people, ids and texts are invented.
"""

from .conditions import CONDITIONS
from .site import Asked, Website
from .world import Author, Post

__all__ = ["CONDITIONS", "Asked", "Author", "Post", "Website"]
