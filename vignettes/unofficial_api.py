# %% [markdown]
# # The unofficial API
#
# traktok can also request what TikTok's website shows in a browser. This provides data that the
# Research API does not have, such as video files, and works without access to that API:
#
# | data | function | short name |
# |---|---|---|
# | videos that match a search | `tt_search_hidden` | `tt_search` |
# | videos of a user | `tt_user_videos_hidden` | `tt_user_videos` |
# | the data on a video's page, and its file | `tt_videos_hidden` | `tt_videos` |
# | photo posts (slideshows) | `tt_slideshow_hidden` | |
# | all JSON of a page | `tt_request_hidden` | |
# | profiles of users | `tt_user_info_hidden` | |
# | followers of a user | `tt_get_follower_hidden` | `tt_get_follower` |
# | accounts that a user follows | `tt_get_following_hidden` | `tt_get_following` |
#
# `tt_search`, `tt_user_videos`, `tt_get_follower` and `tt_get_following` use the Research API if
# you have a token for it. TikTok may change its pages at any time; an error then says which part of
# a page is missing.
#
# ## Authentication
#
# TikTok recognizes a browser that is logged in by its cookies. Log in at tiktok.com, export the
# cookies with a browser extension ("Get cookies.txt LOCALLY" for Chrome and similar browsers,
# "cookies.txt" for Firefox), and pass the file once:
#
# ```python
# from traktok import auth_hidden
#
# auth_hidden("cookies.txt")
# ```
#
# The cookies are stored encrypted on your computer, and are sent to tiktok.com only. With the extra
# `hidden` (`pip install "traktok[hidden]"`) there are two more ways: `auth_hidden(live=True)` opens
# a window in which you log in, and `auth_hidden(browser="firefox")` reads the cookies from the
# browser.
#
# This guide is a script, `vignettes/unofficial_api.py`. With cookies, it sends its requests to
# TikTok. Without them, the next lines put an invented TikTok in its place.

# %%
import json
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from traktok import (
    auth_check,
    tt_get_follower_hidden,
    tt_get_following_hidden,
    tt_request_hidden,
    tt_user_info_hidden,
    tt_videos,
)

answers = ExitStack()
if not auth_check(research=False, silent=True)["hidden"]:
    from traktok.replay import replay

    answers.enter_context(replay("cassettes/unofficial_api.yaml"))

folder = Path(answers.enter_context(TemporaryDirectory()))

# %% [markdown]
# ## Usage
#
# ### Search videos
#
# A search opens TikTok's search page in a browser and scrolls until no new videos appear, for up to
# five minutes by default. With `return_urls=True` it returns the URLs; otherwise it also requests
# the page of every video. It needs Chromium, Chrome or Edge, and the extra `hidden`. A browser
# cannot be recorded, so this code was not run here:
#
# ```python
# from traktok import tt_search_hidden
#
# urls = tt_search_hidden("#rstats", scroll="1m", return_urls=True)
# ```
#
# If TikTok shows a captcha, `solve_captchas=True` opens the window so that you can solve it; the
# resulting cookies are stored. A warning says if a search was cut short, for example by a log-in
# window; `attrs["complete"]` and `attrs["ended"]` of the table, and of `last_query()`, have the
# details. `tt_user_videos_hidden("tiktok")` scrolls through the page of a user in the same way.
#
# ### Get metadata and download videos
#
# Pass videos as URLs, in any form that TikTok uses, or as ids.

# %%
urls = [
    "https://www.tiktok.com/@tiktok/video/7106594312292453675",
    "https://www.tiktok.com/@creator_10/photo/7200000000000000009",
    "https://www.tiktok.com/@tiktok/video/7106594312292453676",
]
posts = tt_videos(urls, dir=folder, sleep_pool=0.1)
print(posts[["video_id", "author_username", "video_status", "video_diggcount"]])

# %% [markdown]
# The files are in `dir`, under the names in `video_fn`. Since September 2026 TikTok's page of a
# photo post contains no data, so its row is nearly empty here. With `slideshows=True` such posts
# are opened in a browser, which gets the data and a file for each picture (`tt_slideshow_hidden()`
# does the same for photo posts only).

# %%
print(*sorted(path.name for path in folder.iterdir()), sep="\n")

# %% [markdown]
# A video that is not available has a row as well, and its `video_status` says why: the last one
# does not exist. If a file is missing, `file_error` says why. After each page traktok waits for a
# random time of up to ten seconds, in order not to burden TikTok; `sleep_pool` changes that.
#
# With many videos, something fails sooner or later. With `cache_dir` each page is saved, and the
# same call continues where it stopped: the second call here requests nothing. The folder has the
# format of the R package, so you can continue here what you started in R.

# %%
for _ in range(2):
    tt_videos(urls[:1], save_video=False, cache_dir=folder / "cache")
print(*(path.name for path in (folder / "cache").iterdir()))

# %% [markdown]
# TikTok has subtitles for many videos: `transcripts=True` saves them as `.vtt` files, one for each
# language, under the names in `transcript_fn`.
#
# If TikTok blocks three posts in a row in the same way (captcha, log-in, too many requests), the
# call ends with an error instead of trying the rest of the list. The error says what to do and
# where to continue; `error.partial` and `last_query()` have the rows so far.
#
# ### Photo posts
#
# The desktop pages of many photo posts (slideshows) no longer contain their data; the page loads it
# after it has opened. `tt_slideshow_hidden` opens the posts in a browser and saves pictures and
# music; `slideshows=True` does so in `tt_videos` and in searches. For TikTok each post is like a
# visit of yours, and takes as long:
#
# ```python
# from traktok import tt_slideshow_hidden
#
# slides = tt_slideshow_hidden(urls[1], dir="files")
# print(slides[["video_fn", "music_fn"]])
# ```

# %% [markdown]
# ### All JSON of a page
#
# The table has what most people need. `tt_request_hidden` returns the JSON that it is made from.

# %%
page = json.loads(tt_request_hidden(urls[0]))
video = page["__DEFAULT_SCOPE__"]["webapp.video-detail"]["itemInfo"]["itemStruct"]
print(*video, sep="\n")

# %% [markdown]
# ### Get followers, and accounts that a user follows
#
# For these lists, TikTok needs the account's `secUid`, which its profile contains, and returns
# about 5,000 accounts at most. Since July 2026 people report that it answers only requests that its
# own pages have signed; the functions then raise an error that says so. The invented TikTok of this
# page does not require a signature.

# %%
tiktok = tt_user_info_hidden("tiktok")
print(tiktok[["user_name", "nickname", "follower_count", "secUid"]])

# %%
followers = tt_get_follower_hidden(tiktok["secUid"][0], sleep_pool=0.1)
print(followers[["uniqueId", "nickname", "followerCount", "videoCount"]])

# %%
following = tt_get_following_hidden(tiktok["secUid"][0], sleep_pool=0.1)
print(len(following))

# %% [markdown]
# The guide ends here. The last line deletes the files.

# %%
answers.close()
