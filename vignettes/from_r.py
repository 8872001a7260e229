# %% [markdown]
# # Coming from R
#
# The functions of the R package are here under the names you know, with the same arguments and
# defaults. This page has the list, and then what you would write in Python where R has a way of
# its own of saying things. Where the results differ on purpose, [differences.md](differences.md)
# says so.
#
# ## Every function
#
# | R traktok (September 2026) | Python | to know |
# |---|---|---|
# | `auth_check` | `auth_check` | looks at what is stored; sends nothing |
# | `auth_hidden` | `auth_hidden` | for the unofficial API |
# | `auth_research` | `auth_research` | `auth_research(from_r=True)` takes over what R has stored |
# | `last_comments` | `last_comments` | |
# | `last_query` | `last_query` | of this thread |
# | `query` | `query` | `and`, `or`, `not` are words of Python: `and_`, `or_`, `not_` |
# | `query_and` | `query_and` | |
# | `query_not` | `query_not` | |
# | `query_or` | `query_or` | |
# | `tt_comments` | `tt_comments` | same as `tt_comments_api` |
# | `tt_comments_api` | `tt_comments_api` | also of several videos; also replies |
# | `tt_get_follower` | `tt_get_follower` | unofficial API where there is no token |
# | `tt_get_follower_hidden` | `tt_get_follower_hidden` | unofficial API |
# | `tt_get_following` | `tt_get_following` | unofficial API where there is no token |
# | `tt_get_following_hidden` | `tt_get_following_hidden` | unofficial API |
# | `tt_get_liked` | `tt_get_liked` | same as `tt_user_liked_videos_api` |
# | `tt_get_pinned` | `tt_get_pinned` | same as `tt_user_pinned_videos_api` |
# | `tt_get_reposted` | `tt_get_reposted` | same as `tt_user_reposted_api` |
# | `tt_playlist` | `tt_playlist` | same as `tt_playlist_api` |
# | `tt_playlist_api` | `tt_playlist_api` | also more than the first page |
# | `tt_query_videos` | `tt_query_videos` | same as `tt_search_api` |
# | `tt_request_hidden` | `tt_request_hidden` | unofficial API |
# | `tt_search` | `tt_search` | unofficial API where there is no token |
# | `tt_search_api` | `tt_search_api` | |
# | `tt_search_hidden` | `tt_search_hidden` | unofficial API, in a browser |
# | `tt_slideshow_hidden` | `tt_slideshow_hidden` | unofficial API, in a browser |
# | `tt_user_follower_api` | `tt_user_follower_api` | |
# | `tt_user_following_api` | `tt_user_following_api` | |
# | `tt_user_info` | `tt_user_info` | same as `tt_user_info_api` |
# | `tt_user_info_api` | `tt_user_info_api` | its rows are named by user |
# | `tt_user_info_hidden` | `tt_user_info_hidden` | unofficial API; also several users |
# | `tt_user_liked_videos_api` | `tt_user_liked_videos_api` | |
# | `tt_user_pinned_videos_api` | `tt_user_pinned_videos_api` | |
# | `tt_user_reposted_api` | `tt_user_reposted_api` | |
# | `tt_user_videos` | `tt_user_videos` | unofficial API where there is no token |
# | `tt_user_videos_api` | `tt_user_videos_api` | |
# | `tt_user_videos_hidden` | `tt_user_videos_hidden` | unofficial API, in a browser |
# | `tt_videos` | `tt_videos` | same as `tt_videos_hidden` |
# | `tt_videos_hidden` | `tt_videos_hidden` | unofficial API |
#
# Instead of `library(traktok)`, name what you use. (The last lines have a recording answer where
# there are no credentials, so that this page runs in every clone of the repository.)

# %%
import math
import runpy
from contextlib import ExitStack, chdir
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from traktok import (
    TraktokError,
    attr,
    auth_check,
    compare,
    last_query,
    query,
    query_and,
    query_or,
    read_results,
    tt_comments_api,
    tt_get_liked,
    tt_search_api,
    tt_user_info_api,
)
from traktok.from_r import translate
from traktok.replay import replay

HERE = Path(__file__).parent
answers = ExitStack()
if not auth_check(hidden=False, silent=True)["research"]:
    answers.enter_context(replay("cassettes/from_r.yaml"))
    answers.enter_context(chdir(answers.enter_context(TemporaryDirectory())))

# %% [markdown]
# ## The pipe
#
# ```r
# videos <- query() |>
#   query_and("region_code", "IN", c("JP", "US")) |>
#   query_or("keyword", "IN", "rstats") |>
#   tt_search_api(start_date = as.Date("2023-11-01"),
#                 end_date = as.Date("2023-11-29"))
# ```
#
# The pipe is `|`. Parentheses around it let it run over several lines, with the sign at the
# beginning of each. Functions that send something take their arguments by name in a pipe.

# %%
videos = (
    query()
    | query_and("region_code", "IN", ["JP", "US"])
    | query_or("keyword", "IN", "rstats")
    | tt_search_api(start_date="2023-11-01", end_date="2023-11-29")
)
print(videos)

# %% [markdown]
# Nesting works too, as in R: `query_and(query(), "region_code", "IN", ["JP", "US"])`. A query does
# not change when it is used, so a beginning can be kept and gone on from twice.
#
# ## `c()`, `list()` and names
#
# ```r
# tt_user_info_api(c("tiktok", "statisticsglobe"), fields = "display_name,video_count")
# query(and = list(list(field_name = "region_code", operation = "IN", field_values = "JP")))
# ```
#
# A vector without names is a list in brackets, a list with names is a dict in braces.

# %%
print(tt_user_info_api(["tiktok", "statisticsglobe"], fields=["display_name", "video_count"]))
print(query(and_=[{"field_name": "region_code", "operation": "IN", "field_values": "JP"}]))

# %% [markdown]
# A named vector that serves to look things up is a dict as well:
#
# ```r
# countries <- c(JP = "Japan", US = "United States")
# unname(countries[videos$region_code])
# ```

# %%
countries = {"JP": "Japan", "US": "United States"}
print(videos["region_code"].map(countries).tolist())

# %% [markdown]
# ## `$` and `[`, from 1 and from 0
#
# ```r
# videos$author_name                          # a column
# videos$video_id[1]                          # its first element
# tail(videos$video_id, 1)                    # its last
# videos[videos$view_count > 500, ]           # rows
# videos[, c("author_name", "view_count")]    # columns
# nrow(videos); names(videos)[1:3]
# ```
#
# Python counts from 0, and from the end with negative numbers; `:3` ends before the fourth.

# %%
print(videos["author_name"].tolist())
print(videos["video_id"].iloc[0])
print(videos["video_id"].iloc[-1])
print(videos[videos["view_count"] > 500])
print(videos[["author_name", "view_count"]])
print(len(videos), list(videos.columns[:3]))

# %% [markdown]
# So the comments of the first video found, `tt_comments_api(videos$video_id[1])`, are:

# %%
print(tt_comments_api(videos["video_id"].iloc[0]))

# %% [markdown]
# ## `attr()`
#
# ```r
# attr(videos, "search_id")
# attr(videos, "cursor")
# ```
#
# `attr()` is there for scripts that are carried over. In new ones you may prefer the properties.

# %%
print(attr(videos, "search_id") == videos.search_id)
print(videos.cursor, videos.has_more)

# %% [markdown]
# ## `NULL`, `NA`, `TRUE`, `2L`, `Inf`
#
# ```r
# is.na(videos$voice_to_text)
# sum(is.na(videos$voice_to_text))
# is.null(attr(videos, "no such thing"))
# tt_search_api(videos_query, search_id = NULL, max_pages = Inf, verbose = FALSE)
# ```
#
# What is not there at all is `None`. What is missing in a table is `NA`, and pandas asks for it by
# `isna()`. It propagates as in R: a comparison with `NA` is `NA`.

# %%
print(videos["voice_to_text"].isna().tolist())
print(videos["voice_to_text"].isna().sum())
print(attr(videos, "no such thing") is None)
print(videos["voice_to_text"].iloc[0] == "hello")

japan = query() | query_and("region_code", "IN", "JP")
everything = japan | tt_search_api(
    start_date="2023-11-01",
    end_date="2023-11-10",
    search_id=None,
    max_pages=math.inf,
    verbose=False,
)
print(len(everything), "videos, more to come:", everything.has_more)

# %% [markdown]
# ## Dates
#
# ```r
# as.Date("2023-11-29") - 28
# range(videos$create_time)
# format(videos$create_time[1], "%d.%m.%Y")
# as.POSIXct(liked$create_time[1], tz = "UTC")
# ```
#
# Where R takes an `as.Date()`, give a `date` or a text. `create_time` is a time (UTC) in searches,
# and in the tables of likes, pins, reposts and comments a number of seconds, as in R.

# %%
print(date(2023, 11, 29) - timedelta(days=28))
print(videos["create_time"].min(), "to", videos["create_time"].max())
print(videos["create_time"].iloc[0].strftime("%d.%m.%Y"))

liked = tt_get_liked("jbgruber")
print(pd.to_datetime(int(liked["create_time"].iloc[0]), unit="s", utc=True))

# %% [markdown]
# ## Columns of lists
#
# ```r
# sapply(videos$hashtag_names, length)
# tidyr::unnest(videos[, c("author_name", "hashtag_names")], hashtag_names)
# ```

# %%
print(videos["hashtag_names"].map(len).tolist())
print(videos[["author_name", "hashtag_names"]].explode("hashtag_names").values.tolist())

# %% [markdown]
# ## Tables put together, and dplyr
#
# ```r
# both <- rbind(videos, videos)
# dplyr::distinct(both, video_id, .keep_all = TRUE) |> nrow()
# dplyr::count(everything, author_name, sort = TRUE) |> head(3)
# ```

# %%
both = pd.concat([videos, videos], ignore_index=True)
print(len(both.drop_duplicates("video_id")))
print(everything["author_name"].value_counts().head(3).tolist())

# %% [markdown]
# ## `tryCatch()`
#
# ```r
# found <- tryCatch(tt_search_api(japan, ...), error = function(e) {
#   message(conditionMessage(e))
#   last_query()
# })
# ```
#
# An error brings along what was collected before it, in `partial`; `last_query()` has it too.
# (In this recording the day's requests are used up on the second page.)

# %%
try:
    found = japan | tt_search_api(start_date="2023-11-01", end_date="2023-11-29", max_pages=2)
except TraktokError as error:
    print(type(error).__name__)
    found = error.partial
print(len(found) == len(last_query()))

# %% [markdown]
# ## A script, its translation, and both results
#
# Scripts need not be carried over by hand. This one is `vignettes/analysis.R`:
#
# ```r
# library(traktok)
# library(dplyr)
#
# # Travel videos of two weeks, from Japan and the US
# start <- as.Date("2023-11-01")
# videos <- query() |>
#   query_and("region_code", "IN", c("JP", "US")) |>
#   query_and("hashtag_name", "IN", "travel") |>
#   tt_search_api(start_date = start, end_date = start + 13, max_pages = 1, verbose = FALSE)
# cat("Found", nrow(videos), "videos, the first is", videos$video_id[1], "\n")
#
# # How many of those who saw them did something about it?
# seen <- videos |>
#   distinct(video_id, .keep_all = TRUE) |>
#   filter(view_count >= 1000, !is.na(region_code)) |>
#   mutate(
#     day = as.Date(create_time), # in UTC
#     engagement = round((like_count + comment_count) / view_count, 3),
#     reach = case_when(view_count >= 10000 ~ "wide", view_count >= 3000 ~ "some", TRUE ~ "small")
#   ) |>
#   arrange(desc(view_count)) |>
#   select(video_id, author_name, day, view_count, engagement, reach)
# saveRDS(seen, "seen.rds")
#
# seen |>
#   group_by(reach) |>
#   summarise(videos = n(), engagement = mean(engagement, na.rm = TRUE))
#
# hist(log10(seen$view_count), main = "Views")
# ```
#
# `traktok from-r analysis.R -o analysis.py` writes it anew in Python, `translate()` does the same
# in a session. It takes `.Rmd` and `.qmd`, too. Both need
# `pip install "traktok[from-r]"`.

# %%
analysis = translate((HERE / "analysis.R").read_text("utf-8"))
print(analysis)

# %% [markdown]
# What the translator does not know is never guessed: it stays in the script as a comment that says
# why, and in the shell the exit code is 1. Here one line is left to do by hand, a picture.

# %%
for todo in analysis.todos:
    print(f"line {todo.line}: {todo.reason}")

# %% [markdown]
# The rest runs as it is.

# %%
Path("analysis.py").write_text(str(analysis), "utf-8")
ours = runpy.run_path("analysis.py")["seen"]

# %% [markdown]
# R's own result of the same script lies beside it, in `analysis.rds`. (R 4.2.2 with dplyr has run
# `analysis.R` on this page's recording, in which a few lines of R stand in for traktok's search:
# `tests/r_recorded/record_analysis.R`.) `read_results()` takes what `saveRDS()` wrote, ids with all
# their digits. First R's table, then Python's:

# %%
theirs = read_results(HERE / "analysis.rds")
print(theirs.head(4))
print(ours.head(4))

# %% [markdown]
# The same? `compare()` puts the rows of both side by side by their ids, in whichever order they
# are, and looks at every cell. In the shell: `traktok compare analysis.rds seen.rds`.

# %%
print(compare(theirs, ours))

# %% [markdown]
# So much for a recording. Ask TikTok again next week, and videos have been seen more often and
# some are gone. That views and likes grow is expected: it is reported as drift, apart from cells
# that say something else.

# %%
later = ours.iloc[1:].reset_index(drop=True)
later.loc[0, "view_count"] += 912
later.loc[1, "reach"] = "some"
found = compare(theirs, later)
print(found)

# %% [markdown]
# `tolerance=0.05` takes counts for equal that differ by 5 % at most. For a paper, `to_frame()` sums
# up by column. To look at all of it or hand it around, `to_html()` makes a page for the browser (in
# the shell, `--html comparison.html`).

# %%
print(found.to_frame()[["compared", "same", "drifted", "different", "largest_drift"]])
Path("comparison.html").write_text(found.to_html(), "utf-8")

# %% [markdown]
# Colleagues who stay with R get the table back as a tibble: `readRDS("later.rds")`.

# %%
later.save("later.rds")
print(compare(later, "later.rds"))

# %% [markdown]
# ## Credentials and recordings
#
# `auth_research(from_r=True)` takes over the token, key and secret that R traktok has stored on
# this computer, `auth_hidden(from_r=True)` the cookies of cookiemonster; `traktok auth --from-r`
# does both. R's files stay as they are. Where an R script reads a browser's cookies from a
# file, `cookiemonster::add_cookies("cookies.txt")`, write `auth_hidden("cookies.txt")`; keys in
# the environment, `auth_research(Sys.getenv("KEY"), Sys.getenv("SECRET"))`, are `os.environ["KEY"]`
# and `os.environ["SECRET"]`.
#
# Cassettes of R's vcr play here as they are. This one was recorded by R traktok, and what R made
# of the first two pages was saved there and then, so that both languages can be held against the
# same answers:

# %%
r_files = HERE.parent / "tests" / "r_files"
with replay(r_files / "cassettes" / "search_yaml.yml"):
    same_search = tt_search_api("x", "2023-01-01", "2023-01-15", max_pages=2, verbose=False)
print(compare(r_files / "search.rds", same_search))

# %% [markdown]
# The other way round, `with record("search.yml"):` makes a cassette that R's vcr plays as
# `use_cassette("search")`, without the token.

# %%
answers.close()
