"""The unofficial API: data of TikTok's website that the Research API does not offer."""

from traktok.hidden.lists import tt_get_follower_hidden, tt_get_following_hidden
from traktok.hidden.login import auth_hidden
from traktok.hidden.search import tt_search_hidden, tt_user_videos_hidden
from traktok.hidden.slideshows import tt_slideshow_hidden
from traktok.hidden.users import tt_user_info_hidden
from traktok.hidden.videos import tt_request_hidden, tt_videos, tt_videos_hidden

__all__ = [
    "auth_hidden",
    "tt_get_follower_hidden",
    "tt_get_following_hidden",
    "tt_request_hidden",
    "tt_search_hidden",
    "tt_slideshow_hidden",
    "tt_user_info_hidden",
    "tt_user_videos_hidden",
    "tt_videos",
    "tt_videos_hidden",
]
