# %% [markdown]
# # The Research API
#
# TikTok opened its Research API to researchers in the US and in Europe in 2023. With it you can
#
# | to get | call | or, for short |
# |---|---|---|
# | videos that match a search | `tt_search_api` | `tt_search`, `tt_query_videos` |
# | what a profile says | `tt_user_info_api` | `tt_user_info` |
# | the comments of a video | `tt_comments_api` | `tt_comments` |
# | what a user has liked | `tt_user_liked_videos_api` | `tt_get_liked` |
# | what a user has reposted | `tt_user_reposted_api` | `tt_get_reposted` |
# | what a user has pinned | `tt_user_pinned_videos_api` | `tt_get_pinned` |
# | who follows a user | `tt_user_follower_api` | `tt_get_follower` |
# | whom a user follows | `tt_user_following_api` | `tt_get_following` |
# | the videos of a playlist | `tt_playlist_api` | `tt_playlist` |
# | a user's videos, of years | `tt_user_videos_api` | `tt_user_videos` |
#
# ## Authentication
#
# The API is for researchers whom TikTok has let in. You
#
# 1. make sure that you are eligible,
# 2. create a developer account, and
# 3. apply for access at <https://developers.tiktok.com/application/research-api>.
#
# TikTok then gives you a client key and a client secret. Hand them over once, at a prompt:
#
# ```python
# from traktok import auth_research
#
# auth_research()
# ```
#
# Called like this, without arguments, it asks for both without showing them, so that they end up
# neither in a script nor in your history. What it gets is kept encrypted on your computer, and
# every later call finds it there and renews the token when that is due. Run it again if your
# credentials change.
#
# This guide is a script, `vignettes/research_api.py`. With credentials it asks TikTok. Without
# them the next lines have a recording answer in TikTok's place, so that you can try everything
# right away.

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
# TikTok's query language can say a lot, and takes some getting used to. To look for a word there
# is no need to know it: give the word, and the query is made for you.

# %%
print(tt_query_videos("#rstats", max_pages=2))

# %% [markdown]
# This looks for the word among the hashtags and the keywords of the videos of yesterday and today;
# of several words, parted by blanks, a video must have all. Up to 200 videos come back: a page
# holds 100, and two pages were asked for (one is the default). That there are none here is no
# accident. It takes TikTok up to two days to show a new video in the archive.
#
# To look further back, say when to start and when to end. The two days may lie as far back and as
# far apart as you like: more than 31 days are searched in windows, and `max_pages` counts for each.

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
# The days may be texts as well: `"2023-11-01"` or, the way TikTok writes them, `"20231101"`.
#
# For more than a word, build a query. It has conditions on fields (`create_date`, `username`,
# `region_code`, `video_id`, `hashtag_name`, `keyword`, `music_id`, `effect_id`, `video_length`,
# `view_count`, `comment_count`), in three groups:
#
# | group | a video is found if it meets |
# |---|---|
# | `and` | all of its conditions |
# | `or` | at least one of them |
# | `not` | none of them |
#
# A query grows step by step through a pipe. This is the one that was made from `#rstats` above:

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
# A video with `#rstats` in its hashtags, in its keywords or in both is found. `IN` is one of six
# operations:
#
# | operation | the field is |
# |---|---|
# | `EQ` | equal to the value |
# | `IN` | equal to one of the values |
# | `GT` | greater than the value |
# | `GTE` | greater than the value or equal to it |
# | `LT` | less than the value |
# | `LTE` | less than the value or equal to it |
#
# All of this together makes for precise searches. A search stands at the end of the pipe:

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
# These were posted in Japan or the US, have `rstats` as a hashtag or as a keyword, and are not
# short: their length is `MID`, `LONG` or `EXTRA_LONG`, 15 seconds or more.
#
# What you get is a pandas DataFrame, so everything you know from there goes on from here. Ids are
# texts and keep all their digits:

# %%
print(search_df.loc[search_df["view_count"] > 500, "video_id"].tolist())

# %% [markdown]
# ### Get user information
#
# Name one user or several, by handle or by the address of the profile:

# %%
print(tt_user_info_api(username=["tiktok", "https://www.tiktok.com/@statisticsglobe"]))

# %% [markdown]
# The videos a user has posted are found by a search once more:

# %%
print(
    query()
    | query_and(field_name="username", operation="EQ", field_values="statisticsglobe")
    | tt_search_api(start_date=date(2023, 11, 1), end_date=date(2023, 11, 29))
)

# %% [markdown]
# `tt_user_videos_api("statisticsglobe", since="2022-01-01")` searches every day until today.
#
# Videos that users have pinned to the top of their page:

# %%
print(tt_user_pinned_videos_api(["tiktok", "https://www.tiktok.com/@smooth.learning.c"]))

# %% [markdown]
# `tiktok` does not let the API show these. The call does not stop: the others' rows are there, a
# warning names who was skipped, and the table knows it too, under `attrs["skipped"]`.
#
# What a user has liked:

# %%
print(tt_get_liked("jbgruber"))

# %% [markdown]
# Users have to allow this, and hardly any do. When you ask for many, expect many to be skipped.
#
# Whom a user follows is easier to get:

# %%
print(tt_user_following_api(username="jbgruber"))

# %% [markdown]
# And who follows a user:

# %%
print(tt_user_follower_api("https://www.tiktok.com/@tiktok"))

# %% [markdown]
# ### Get the comments of a video
#
# Videos are known by their id. You may have it already:

# %%
print(tt_comments_api(video_id="7302470379501604128"))

# %% [markdown]
# Or it comes out of a search (Python counts from 0):

# %%
print(tt_comments_api(video_id=search_df["video_id"].iloc[0]))

# %% [markdown]
# Or it stands in the address of the video:

# %%
print(
    tt_comments_api(
        video_id="https://www.tiktok.com/@nicksinghtech/video/7195762648716152107?q=%23rstats"
    )
)

# %% [markdown]
# That is all there is to it. What the Research API does not offer, such as the video files
# themselves, the functions of the unofficial API may (`tt_videos()` and those that end in
# `_hidden`).
#
# ## Rate limits, and going on with an old search
#
# TikTok grants 1,000 requests a day, counted from midnight UTC. With up to 100 records in each,
# that makes 100,000 records a day.
#
# When that is not enough, a search can be put aside and taken up again. Its table knows what it
# takes: the id TikTok gave the search, and the cursor, the place where the next page starts.

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
# (`search_df.search_id` and `search_df.cursor` are the same.) To go on, make the same search and
# hand over both. If `search_df` is gone, `last_query()` still has it.

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
# The cursor is not the number of videos so far. TikTok also counts those that it does not show,
# because they were deleted or made private since:

# %%
print(len(search_df) + len(search_df2))

# %% [markdown]
# ## When a call fails
#
# Nothing that was fetched is lost. Trouble that passes, such as an overloaded server or a
# connection that breaks, is waited for, five tries in all. Trouble that stays is an error, a
# `TraktokError`, and brings along the table so far. In this recording the day's requests are used
# up in the middle of a search:

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
# `last_query()` has the same table, in case nothing caught the error, or you broke the call off by
# Ctrl-C. The next day, go on as above (and after that from `rest`: a table made of two has no
# cursor):

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
