# %% [markdown]
# # The Research API
#
# TikTok opened its Research API to researchers in the US and Europe in 2023. It provides:
#
# | data | function | short name |
# |---|---|---|
# | videos that match a search | `tt_search_api` | `tt_search`, `tt_query_videos` |
# | profiles of users | `tt_user_info_api` | `tt_user_info` |
# | comments on videos | `tt_comments_api` | `tt_comments` |
# | videos that a user liked | `tt_user_liked_videos_api` | `tt_get_liked` |
# | videos that a user reposted | `tt_user_reposted_api` | `tt_get_reposted` |
# | videos that a user pinned | `tt_user_pinned_videos_api` | `tt_get_pinned` |
# | followers of a user | `tt_user_follower_api` | `tt_get_follower` |
# | accounts that a user follows | `tt_user_following_api` | `tt_get_following` |
# | videos of a playlist | `tt_playlist_api` | `tt_playlist` |
# | all videos of a user | `tt_user_videos_api` | `tt_user_videos` |
#
# ## Authentication
#
# Only researchers whom TikTok has approved can use the API. You need to
#
# 1. check that you are eligible,
# 2. create a developer account, and
# 3. apply for access at <https://developers.tiktok.com/application/research-api>.
#
# TikTok then gives you a client key and a client secret. Enter them once, at a prompt:
#
# ```python
# from traktok import auth_research
#
# auth_research()
# ```
#
# Without arguments, `auth_research()` prompts for both and does not show what you type, so that
# they are neither in a script nor in your history. It stores them encrypted on your computer. Later
# calls read them from there, and renew the token when it expires. Run it again if your credentials
# change.
#
# This guide is a script, `vignettes/research_api.py`. With credentials, it sends its requests to
# TikTok. Without them, the next lines put an invented TikTok in its place, so that you can try
# everything right away.

# %%
from contextlib import ExitStack
from datetime import date

import pandas as pd

from traktok import (
    TraktokError,
    attr,
    auth_check,
    last_query,
    query,
    query_and,
    query_not,
    query_or,
    tt_comments_api,
    tt_get_liked,
    tt_query_videos,
    tt_search_api,
    tt_user_follower_api,
    tt_user_following_api,
    tt_user_info_api,
    tt_user_pinned_videos_api,
)

answers = ExitStack()
if not auth_check(hidden=False, silent=True)["research"]:
    from traktok.replay import replay

    answers.enter_context(replay("cassettes/research_api.yaml"))

# %% [markdown]
# ## Usage
#
# ### Search videos
#
# TikTok's query language is powerful, and takes some getting used to. You do not need it to search
# for a word: pass the word, and the query is built for you.

# %%
print(tt_query_videos("#rstats", max_pages=2))

# %% [markdown]
# This searches for the word in the hashtags and keywords of videos from yesterday and today. If you
# pass several words, separated by spaces, a video must contain all of them. The result has up to
# 200 videos, because a page contains up to 100 and two pages were requested (the default is one).
# It is empty here for a reason: TikTok needs up to two days to add a new video to its archive.
#
# To search earlier days, pass a start and an end. They may be as long ago and as far apart as you
# like: spans of more than 31 days are searched in windows, and `max_pages` applies to each window.

# %%
print(
    tt_query_videos(
        "#rstats",
        max_pages=2,
        start_date=date(2023, 11, 1),
        end_date=date(2023, 11, 29),
    )
)

# %% [markdown]
# You can also write the days as strings: `"2023-11-01"` or, as TikTok does, `"20231101"`.
#
# For more than words, build a query. It has conditions on fields (`create_date`, `username`,
# `region_code`, `video_id`, `hashtag_name`, `keyword`, `music_id`, `effect_id`, `video_length`,
# `view_count`, `comment_count`) in three groups:
#
# | group | a video must meet |
# |---|---|
# | `and` | all of its conditions |
# | `or` | at least one of them |
# | `not` | none of them |
#
# You build a query step by step in a pipe. This is the query that was built for `#rstats` above:

# %%
print(
    query()  # start with query()
    | query_or(
        field_name="hashtag_name",  # a condition on the hashtags, in the group "or"
        operation="IN",  # one of the hashtags is one of the values
        field_values="rstats",  # hashtags are compared without their #
    )
    | query_or(
        field_name="keyword",  # and one more
        operation="IN",
        field_values="#rstats",
    )
)

# %% [markdown]
# It finds videos with `#rstats` in their hashtags, in their keywords or in both. `IN` is one of six
# operations:
#
# | operation | the field must be |
# |---|---|
# | `EQ` | equal to the value |
# | `IN` | equal to one of the values |
# | `GT` | greater than the value |
# | `GTE` | greater than the value or equal to it |
# | `LT` | less than the value |
# | `LTE` | less than the value or equal to it |
#
# Together they make precise searches. The search is the last step of the pipe:

# %%
search_df = (
    query()
    | query_and(field_name="region_code", operation="IN", field_values=["JP", "US"])
    | query_or(field_name="hashtag_name", operation="EQ", field_values="rstats")
    | query_or(field_name="keyword", operation="IN", field_values="rstats")
    | query_not(field_name="video_length", operation="EQ", field_values="SHORT")
    | tt_search_api(start_date=date(2023, 11, 1), end_date=date(2023, 11, 29))
)
print(search_df)

# %% [markdown]
# These videos were posted in Japan or the US, have `rstats` as a hashtag or keyword, and are not
# short: their length is `MID`, `LONG` or `EXTRA_LONG`, which means 15 seconds or more.
#
# The result is a pandas DataFrame, so you can use everything you know from pandas. Ids are strings
# and keep all digits:

# %%
print(search_df.loc[search_df["view_count"] > 500, "video_id"].tolist())

# %% [markdown]
# ### Get user information
#
# Pass one user or several, as names or as URLs of profiles:

# %%
print(tt_user_info_api(username=["tiktok", "https://www.tiktok.com/@statisticsglobe"]))

# %% [markdown]
# A search finds the videos that a user has posted:

# %%
print(
    query()
    | query_and(field_name="username", operation="EQ", field_values="statisticsglobe")
    | tt_search_api(start_date=date(2023, 11, 1), end_date=date(2023, 11, 29))
)

# %% [markdown]
# `tt_user_videos_api("statisticsglobe", since="2022-01-01")` searches every day until today.
#
# These are videos that users have pinned to the top of their profile:

# %%
print(tt_user_pinned_videos_api(["tiktok", "https://www.tiktok.com/@smooth.learning.c"]))

# %% [markdown]
# `tiktok` does not share them with the API. The call still returns the rows of the other users; a
# warning and `attrs["skipped"]` name the users that were skipped.
#
# These are videos that a user has liked:

# %%
print(tt_get_liked("jbgruber"))

# %% [markdown]
# Users have to permit this, and hardly any do. If you request many users, expect that most are
# skipped.
#
# The accounts that a user follows are easier to get:

# %%
print(tt_user_following_api(username="jbgruber"))

# %% [markdown]
# So are a user's followers:

# %%
print(tt_user_follower_api("https://www.tiktok.com/@tiktok"))

# %% [markdown]
# ### Get the comments of a video
#
# A video is identified by its id. You may know it already:

# %%
print(tt_comments_api(video_id="7302470379501604128"))

# %% [markdown]
# Or take it from a search (Python counts from 0):

# %%
print(tt_comments_api(video_id=search_df["video_id"].iloc[0]))

# %% [markdown]
# Or pass the URL of the video:

# %%
print(
    tt_comments_api(
        video_id="https://www.tiktok.com/@nicksinghtech/video/7195762648716152107?q=%23rstats"
    )
)

# %% [markdown]
# The Research API does not provide everything, for example not the video files. The functions of
# the
# [unofficial API](unofficial_api.md) may (`tt_videos()` and those whose names end in `_hidden`).
#
# ## Rate limits, and continuing a search
#
# TikTok allows 1,000 requests a day, counted from midnight UTC. With up to 100 records each, that
# makes 100,000 records a day.
#
# If that is not enough, you can continue a search later. Its table has what you need: the id that
# TikTok gave the search, and the cursor, which is the position where the next page starts.

# %%
jp_or_us = query() | query_and(field_name="region_code", operation="IN", field_values=["JP", "US"])
search_df = jp_or_us | tt_search_api(
    start_date=date(2023, 11, 1),
    end_date=date(2023, 11, 29),
    max_pages=1,
)
print(attr(search_df, "search_id"))
print(attr(search_df, "cursor"))

# %% [markdown]
# (`search_df.search_id` and `search_df.cursor` are the same.) To continue, repeat the search with
# both. If you no longer have `search_df`, `last_query()` returns it.

# %%
search_df2 = jp_or_us | tt_search_api(
    start_date=date(2023, 11, 1),
    end_date=date(2023, 11, 29),
    # this is new
    start_cursor=attr(search_df, "cursor"),
    search_id=attr(search_df, "search_id"),
    max_pages=1,
)
print(attr(search_df2, "search_id"))
print(attr(search_df2, "cursor"))

# %% [markdown]
# The cursor is not the number of videos so far: TikTok also counts videos that it does not return
# because they have been deleted or made private:

# %%
print(len(search_df) + len(search_df2))

# %% [markdown]
# ## When a call fails
#
# Nothing that was fetched is lost. If a failure may be temporary, such as an overloaded server or a
# broken connection, traktok waits and tries again, up to five times in all. Any other failure
# raises a `TraktokError`, which contains the table so far. Here the day's requests are used up in
# the middle of a search:

# %%
try:
    found = jp_or_us | tt_search_api(
        start_date=date(2023, 11, 1),
        end_date=date(2023, 11, 29),
        start_cursor=search_df2.cursor,
        search_id=search_df2.search_id,
        max_pages=4,
    )
except TraktokError as error:
    print(error)
    found = error.partial

# %% [markdown]
# `last_query()` returns the same table, if nothing caught the error or you stopped the call with
# Ctrl-C. The next day, continue as above. (To continue after that, use `rest`: a table made of two
# has no cursor.)

# %%
print(len(last_query()) == len(found))

if found.has_more:
    rest = jp_or_us | tt_search_api(
        start_date=date(2023, 11, 1),
        end_date=date(2023, 11, 29),
        start_cursor=found.cursor,
        search_id=found.search_id,
        max_pages=4,
    )
    found = pd.concat([found, rest], ignore_index=True)
print(len(found), "videos, each once:", found["video_id"].is_unique)

# %%
answers.close()
