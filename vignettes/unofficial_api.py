# %% [markdown]
# # The unofficial API
#
# What TikTok's website shows in a browser, traktok can ask for too. That gives what the Research
# API does not: the files of videos, and TikTok data without an account for that API. With it you
# can
#
# | to get | call | or, for short |
# |---|---|---|
# | videos that match a search | `tt_search_hidden` | `tt_search` |
# | the videos of a user | `tt_user_videos_hidden` | `tt_user_videos` |
# | what a video's page says, and its file | `tt_videos_hidden` | `tt_videos` |
# | photo posts (slideshows) | `tt_slideshow_hidden` | |
# | all that a page holds | `tt_request_hidden` | |
# | what a profile says | `tt_user_info_hidden` | |
# | who follows a user | `tt_get_follower_hidden` | `tt_get_follower` |
# | whom a user follows | `tt_get_following_hidden` | `tt_get_following` |
#
# `tt_search`, `tt_user_videos`, `tt_get_follower` and `tt_get_following` use the Research API if
# you have a token for it. TikTok may change its pages on any day: then an error says which part was
# not where it used to be.
#
# ## Authentication
#
# TikTok knows a browser that is logged in by its cookies. Log in at tiktok.com, export the cookies
# with an extension of your browser ("Get cookies.txt LOCALLY" for those like Chrome, "cookies.txt"
# for Firefox), and hand the file over once:
#
# ```python
# from traktok import auth_hidden
#
# auth_hidden("cookies.txt")
# ```
#
# The cookies are kept encrypted on your computer and go to tiktok.com alone. With the extra
# (`pip install "traktok[hidden]"`) there are two more ways: `auth_hidden(live=True)` opens a window
# in which you log in, and `auth_hidden(browser="firefox")` takes the cookies straight from the
# browser.
#
# This guide is a script, `vignettes/unofficial_api.py`. With cookies it asks TikTok. Without them
# the next lines have a recording of an invented TikTok answer.

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
# A search opens TikTok's search page in a browser and scrolls until nothing new comes, for five
# minutes by default. `return_urls=True` leaves it at the URLs; otherwise every video's page is
# asked for. It takes Chromium, Chrome or Edge and the extra (`pip install "traktok[hidden]"`).
# There is no recording of what a browser does, so this was not run here:
#
# ```python
# from traktok import tt_search_hidden
#
# urls = tt_search_hidden("#rstats", scroll="1m", return_urls=True)
# ```
#
# If TikTok asks for a captcha, `solve_captchas=True` shows the window, so that you can solve it;
# the cookies that come of it are stored. A search that was cut short, by a log-in window
# for example, warns; `attrs["complete"]` and `attrs["ended"]` of its table, and of `last_query()`,
# say more.
# `tt_user_videos_hidden("tiktok")` goes through the page of a user in the same way.
#
# ### Get metadata and download videos
#
# Say which videos by their URLs, in any form that TikTok writes, or by their ids.

# %%
urls = [
    "https://www.tiktok.com/@tiktok/video/7106594312292453675",
    "https://www.tiktok.com/@creator_10/photo/7200000000000000009",
    "https://www.tiktok.com/@tiktok/video/7106594312292453676",
]
posts = tt_videos(urls, dir=folder, sleep_pool=0.1)
print(posts[["video_id", "author_username", "video_status", "video_diggcount"]])

# %% [markdown]
# The files lie in `dir`; `video_fn` says what they are called. TikTok's page of a photo post holds
# no data since September 2026, so its row is nearly empty here: with `slideshows=True` such posts
# are opened in a browser, which gets the data and a file for each picture (`tt_slideshow_hidden()`
# does the same for photo posts alone).

# %%
print(*sorted(path.name for path in folder.iterdir()), sep="\n")

# %% [markdown]
# A video that can't be had is a row as well, and its `video_status` says why: the last one is not
# there. Where a file is missing, `file_error` says why. After each page a wait of up to ten seconds
# is drawn, to be no burden; `sleep_pool` changes that.
#
# With many videos something goes wrong sooner or later. With `cache_dir` each page is kept, and the
# same call goes on where it was broken off: the second one here asks for nothing. The folder is the
# one of the R package, so that what was begun there goes on here.

# %%
for _ in range(2):
    tt_videos(urls[:1], save_video=False, cache_dir=folder / "cache")
print(*(path.name for path in (folder / "cache").iterdir()))

# %% [markdown]
# TikTok has subtitles for many videos: `transcripts=True` saves them as `.vtt` files, one a
# language, and `transcript_fn` says what they are called.
#
# If TikTok shows the same wall (a captcha, a log-in, too many requests) for three posts in a row,
# the call ends in an error, rather than run against it to the end of the list. The error says what
# to do and where to go on; `error.partial` and `last_query()` have the rows so far.
#
# ### Photo posts
#
# The desktop pages of many photo posts (slideshows) no longer hold their data: the page fetches it
# once it is open. `tt_slideshow_hidden` opens them in a browser and saves pictures and music;
# `slideshows=True` does so in `tt_videos` and in searches. A post costs TikTok as much as a visit
# of yours, and takes as long:
#
# ```python
# from traktok import tt_slideshow_hidden
#
# slides = tt_slideshow_hidden(urls[1], dir="files")
# print(slides[["video_fn", "music_fn"]])
# ```

# %% [markdown]
# ### All that a page holds
#
# The table has what most people need. `tt_request_hidden` gives the JSON that it was made from.

# %%
page = json.loads(tt_request_hidden(urls[0]))
video = page["__DEFAULT_SCOPE__"]["webapp.video-detail"]["itemInfo"]["itemStruct"]
print(*video, sep="\n")

# %% [markdown]
# ### Get followers and whom a user follows
#
# For these, TikTok wants an account's `secUid`, which its profile has, and gives some 5,000
# accounts at most. Since July 2026 people report that it answers only requests which its own pages
# have signed; the functions then end in an error that says so. The recording was made where no
# signature is wanted.

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
# The guide ends here, and so does the recording, if it was used; the files go with it.

# %%
answers.close()
