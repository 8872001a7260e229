# %% [markdown]
# # Coming from R
#
# The functions have the same names, arguments and defaults as in the R package. This page lists
# them, and then shows how to write in Python what R writes in its own way.
# [Differences](differences.md) lists where results differ on purpose.
#
# ## Every function
#
# | R traktok (September 2026) | Python | note |
# |---|---|---|
# | `auth_check` | `auth_check` | checks what is stored; sends nothing |
# | `auth_hidden` | `auth_hidden` | for the unofficial API |
# | `auth_research` | `auth_research` | `auth_research(from_r=True)` imports what R has stored |
# | `last_comments` | `last_comments` | |
# | `last_query` | `last_query` | of this thread |
# | `query` | `query` | `and`, `or`, `not` are keywords in Python: use `and_`, `or_`, `not_` |
# | `query_and` | `query_and` | |
# | `query_not` | `query_not` | |
# | `query_or` | `query_or` | |
# | `tt_comments` | `tt_comments` | same as `tt_comments_api` |
# | `tt_comments_api` | `tt_comments_api` | also several videos, and replies |
# | `tt_get_follower` | `tt_get_follower` | the unofficial API if there is no token |
# | `tt_get_follower_hidden` | `tt_get_follower_hidden` | unofficial API |
# | `tt_get_following` | `tt_get_following` | the unofficial API if there is no token |
# | `tt_get_following_hidden` | `tt_get_following_hidden` | unofficial API |
# | `tt_get_liked` | `tt_get_liked` | same as `tt_user_liked_videos_api` |
# | `tt_get_pinned` | `tt_get_pinned` | same as `tt_user_pinned_videos_api` |
# | `tt_get_reposted` | `tt_get_reposted` | same as `tt_user_reposted_api` |
# | `tt_playlist` | `tt_playlist` | same as `tt_playlist_api` |
# | `tt_playlist_api` | `tt_playlist_api` | also the pages after the first |
# | `tt_query_videos` | `tt_query_videos` | same as `tt_search_api` |
# | `tt_request_hidden` | `tt_request_hidden` | unofficial API |
# | `tt_search` | `tt_search` | the unofficial API if there is no token |
# | `tt_search_api` | `tt_search_api` | |
# | `tt_search_hidden` | `tt_search_hidden` | unofficial API, in a browser |
# | `tt_slideshow_hidden` | `tt_slideshow_hidden` | unofficial API, in a browser |
# | `tt_user_follower_api` | `tt_user_follower_api` | |
# | `tt_user_following_api` | `tt_user_following_api` | |
# | `tt_user_info` | `tt_user_info` | same as `tt_user_info_api` |
# | `tt_user_info_api` | `tt_user_info_api` | has a first column `username` |
# | `tt_user_info_hidden` | `tt_user_info_hidden` | unofficial API; also several users |
# | `tt_user_liked_videos_api` | `tt_user_liked_videos_api` | |
# | `tt_user_pinned_videos_api` | `tt_user_pinned_videos_api` | |
# | `tt_user_reposted_api` | `tt_user_reposted_api` | |
# | `tt_user_videos` | `tt_user_videos` | the unofficial API if there is no token |
# | `tt_user_videos_api` | `tt_user_videos_api` | |
# | `tt_user_videos_hidden` | `tt_user_videos_hidden` | unofficial API, in a browser |
# | `tt_videos` | `tt_videos` | same as `tt_videos_hidden` |
# | `tt_videos_hidden` | `tt_videos_hidden` | unofficial API |
#
# Instead of `library(traktok)`, import what you use. (The last lines put an invented TikTok in the
# place of the real one if there are no credentials, so that this page runs in every clone of the
# repository.)

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
# The pipe is `|`. Put parentheses around it to write it on several lines, each beginning with the
# `|`. In a pipe, functions that send a request take their arguments by name.

# %%
videos = (
    query()
    | query_and("region_code", "IN", ["JP", "US"])
    | query_or("keyword", "IN", "rstats")
    | tt_search_api(start_date="2023-11-01", end_date="2023-11-29")
)
print(videos)

# %% [markdown]
# Nested calls work as in R: `query_and(query(), "region_code", "IN", ["JP", "US"])`. A query never
# changes, so you can store the beginning of a query and continue it in two ways.
#
# ## `c()`, `list()` and names
#
# ```r
# tt_user_info_api(c("tiktok", "statisticsglobe"), fields = "display_name,video_count")
# query(and = list(list(field_name = "region_code", operation = "IN", field_values = "JP")))
# ```
#
# A vector without names is a list in brackets, and a list with names is a dict in braces.

# %%
print(tt_user_info_api(["tiktok", "statisticsglobe"], fields=["display_name", "video_count"]))
print(query(and_=[{"field_name": "region_code", "operation": "IN", "field_values": "JP"}]))

# %% [markdown]
# A named vector that serves as a lookup table is a dict as well:
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
# Python counts from 0, and with negative numbers from the end; `:3` stops before the fourth
# element.

# %%
print(videos["author_name"].tolist())
print(videos["video_id"].iloc[0])
print(videos["video_id"].iloc[-1])
print(videos[videos["view_count"] > 500])
print(videos[["author_name", "view_count"]])
print(len(videos), list(videos.columns[:3]))

# %% [markdown]
# These are the comments on the first video, in R `tt_comments_api(videos$video_id[1])`:

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
# `attr()` exists for scripts that come from R. In new scripts you may prefer the properties.

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
# `NULL` is `None`. A missing value in a table is `NA`, and `isna()` tests for it. It propagates as
# in R: a comparison with `NA` is `NA`.

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
# Where R takes an `as.Date()`, pass a `date` or a string. As in R, `create_time` is a time (UTC) in
# searches, and a number of seconds in the tables of likes, pins, reposts and comments.

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
# ## Combining tables, and dplyr
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
# An error contains what was collected before it, in `partial`; `last_query()` returns it as well.
# (Here the day's requests are used up on the second page.)

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
# You do not have to translate scripts by hand. This one is `vignettes/analysis.R`:
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
# `traktok from-r analysis.R -o analysis.py` translates it into Python, and so does `translate()` in
# a session. The command also reads `.Rmd` and `.qmd` files. Both need `pip install
# "traktok[from-r]"`.

# %%
analysis = translate((HERE / "analysis.R").read_text("utf-8"))
print(analysis)

# %% [markdown]
# The translator never guesses: R code that it does not know remains in the script as a comment that
# says why, and the exit code of the command is 1. Here one line is left to translate by hand, a
# figure.

# %%
for todo in analysis.todos:
    print(f"line {todo.line}: {todo.reason}")

# %% [markdown]
# The rest runs as it is:

# %%
Path("analysis.py").write_text(str(analysis), "utf-8")
ours = runpy.run_path("analysis.py")["seen"]

# %% [markdown]
# R's result of the same script is in `analysis.rds`. (R 4.2.2 with dplyr ran `analysis.R` on the
# recording of this page; `tests/r_recorded/record_analysis.R` replaces traktok's search by a few
# lines of R.) `read_results()` reads what `saveRDS()` wrote, and keeps all digits of ids. First R's
# table, then Python's:

# %%
theirs = read_results(HERE / "analysis.rds")
print(theirs.head(4))
print(ours.head(4))

# %% [markdown]
# Are they the same? `compare()` matches the rows of both by their ids, in any order, and compares
# every cell. The command is `traktok compare analysis.rds seen.rds`.

# %%
print(compare(theirs, ours))

# %% [markdown]
# They are, because both come from the same recording. If you request the videos again next week,
# they will have more views, and some will be gone. Counts are expected to grow, so `compare()`
# reports that as drift, separately from cells that differ otherwise:

# %%
later = ours.iloc[1:].reset_index(drop=True)
later.loc[0, "view_count"] += 912
later.loc[1, "reach"] = "some"
found = compare(theirs, later)
print(found)

# %% [markdown]
# With `tolerance=0.05`, counts that differ by at most 5 % are equal. For a paper, `to_frame()`
# summarizes the columns. To look at all details or pass them on, `to_html()` makes a page for the
# browser (in the shell, `--html comparison.html`).

# %%
print(found.to_frame()[["compared", "same", "drifted", "different", "largest_drift"]])
Path("comparison.html").write_text(found.to_html(), "utf-8")

# %% [markdown]
# Colleagues who use R can read the table as a tibble, with `readRDS("later.rds")`:

# %%
later.save("later.rds")
print(compare(later, "later.rds"))

# %% [markdown]
# ## Credentials and recordings
#
# `auth_research(from_r=True)` imports the token, key and secret that R traktok has stored on this
# computer, and `auth_hidden(from_r=True)` the cookies of cookiemonster; `traktok auth --from-r`
# does both. R's files do not change. If an R script reads cookies from a file with
# `cookiemonster::add_cookies("cookies.txt")`, write `auth_hidden("cookies.txt")`; if it reads keys
# from the environment with `Sys.getenv("KEY")`, write `os.environ["KEY"]`.
#
# Cassettes of R's vcr can be replayed. This one was recorded by R traktok, together with the table
# that R made from its first two pages, so that both languages can be compared on the same answers:

# %%
r_files = HERE.parent / "tests" / "r_files"
with replay(r_files / "cassettes" / "search_yaml.yml"):
    same_search = tt_search_api("x", "2023-01-01", "2023-01-15", max_pages=2, verbose=False)
print(compare(r_files / "search.rds", same_search))

# %% [markdown]
# In the other direction, `with record("search.yml"):` writes a cassette that R's vcr replays with
# `use_cassette("search")`. It does not contain the token.

# %%
answers.close()
