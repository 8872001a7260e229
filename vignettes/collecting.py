# %% [markdown]
# # Collecting
#
# TikTok searches 31 days at once, and the Research API answers 1,000 requests a day. A study of a
# year takes many searches, perhaps several days, and on one of them the network fails or the laptop
# is closed. `tt_collect` is for that: it cuts any span of time into windows, keeps every page in a
# file the moment it comes, and goes on where it stood.
#
# | to | call | in a shell |
# |---|---|---|
# | begin a study, or go on with it | `tt_collect` | `traktok collect` |
# | open a study that is there | `Collection` | |
# | see what is still to be asked for | `.plan()` | `traktok collect --plan` |
# | go on | `.resume()` | `traktok resume` |
# | go on to a later day, or daily | `.extend()` | `traktok follow` |
# | see how far it is | `.status()`, `.complete`, `.quota()` | `traktok status`, `traktok quota` |
# | get the tables | `.videos()`, `.comments()`, `.users()` | |
# | write files | `.export()` | `traktok export` |
# | collect comments, too | `.collect_comments()` | `traktok resume --comments` |
# | and the authors' profiles | `.collect_users()` | `traktok resume --profiles` |
# | all of it, one after another | `.resume(comments=True, profiles=True)` | both options |
# | delete what is no longer public | `.due()`, `.refresh()` | `traktok refresh` |
# | write the methods section | `.describe()`, `.requests()` | `traktok describe` |
# | show it on one page, or as a plot | `.report("report.html")`, `.plot()` | `traktok report` |
#
# This guide is a script, `vignettes/collecting.py`. It draws and writes Parquet, for which it needs
# `pip install "traktok[parquet,plot,replay]" duckdb`. With credentials (see
# [The Research API](research_api.md)) it asks TikTok, and leaves its files where you run it.
# Without them the next lines have a recording of an invented TikTok answer, and all files go when
# the guide ends.

# %%
from contextlib import ExitStack, chdir
from tempfile import TemporaryDirectory

import duckdb
import matplotlib.pyplot as plt
import pandas as pd

from traktok import Collection, auth_check, query, query_or, tt_collect

answers = ExitStack()
if not auth_check(hidden=False, silent=True)["research"]:
    from traktok.replay import replay

    answers.enter_context(replay("cassettes/collecting.yaml"))
    answers.enter_context(chdir(answers.enter_context(TemporaryDirectory())))

# %% [markdown]
# ## Plan
#
# The question: how often did people post about cats in 2023, in eight languages? The query is one
# like any other, or a phrase. Ask for the fields that the study needs and no more: who stores less
# has less to protect, and less to keep up to date.
#
# `start=False` sends nothing yet. The study is laid out in `cats.db`, an SQLite file (or a
# PostgreSQL database by its URL, which several machines may share), and its plan says what is to
# come.

# %%
cats = query() | query_or(
    "hashtag_name", "IN", ["cats", "katzen", "gatos", "猫", "고양이", "kedi", "قطط", "बिल्ली"]
)
study = cats | tt_collect(
    since="2023-01-01",
    to="2023-12-31",
    into="cats.db",
    fields="id,create_time,username,region_code,view_count,comment_count,hashtag_names",
    start=False,
)
plan = study.plan()
print(plan)

# %%
print(plan["least_requests"].sum(), "requests at least,", study.quota(), "left today")

# %% [markdown]
# A page of up to 100 videos is a request, so that is the least it takes; how many pages a window
# has, only TikTok knows. The day's requests are the client's: `tt_quota()` and `study.quota()`
# count what all functions, studies and commands sent from this computer, and a study counts for the
# team that shares its PostgreSQL database.
#
# `study.plan(sample=20)` sends up to 20 requests to find out: first pages of windows that lie far
# apart, which are kept. `study.forecast()` then says how many videos, requests and days the study
# takes, how sure that is, and what comments and profiles would cost; so does `traktok status`.
#
# ## Collect, be interrupted, go on
#
# `max_requests` keeps some of the day's requests for other work. The windows are gone through four
# at once; here it is one (`workers=1`), so that this page comes out the same every time.

# %%
study.resume(max_requests=6, workers=1)

# %% [markdown]
# That was not all of it, and the warning says so. Ctrl-C (which finishes the page in hand), the
# last of the day's 1,000 requests and a TikTok that keeps failing leave the same sentence behind.
# Even where there is no time to say anything, as with a power cut, what came before is in the file.

# %%
study.close()
study = Collection("cats.db")
print(study)
print("complete:", study.complete)

# %% [markdown]
# Go on whenever you like, in the same session or next week: `.resume()` takes up what is open, and
# no page is asked for twice. With `on_quota="wait"` it waits for each next day (00:00 UTC) by
# itself, for as many days as it takes, and for a network that is down: a request that never
# reached TikTok is not counted, and charged to no window.
#
# A study grows: `.extend("2024-03-31")`, or `tt_collect` with that later day, searches the new days
# only. `to="today"` lets it follow the calendar, so that each `.resume()` goes on to the day it is
# and searches the days again that TikTok had not shown whole (it takes up to two days).
# `traktok follow cats.db`, once a day in `cron`, stays three days behind and searches each day
# once.

# %%
study.resume(workers=1)
print(study.status())

# %% [markdown]
# Every window is `done`. One that keeps failing is halved, down to a single day, and that day is
# `set aside` with its error in `last_error` while the others go on; `.resume(retry=True)` tries it
# again. Only a study without such a gap is complete, and only then does a day without videos mean
# that there were none.
#
# TikTok shows new videos up to two days late. A window that was searched less than three days after
# its last day is therefore `young`: the study is not complete, a warning says until when, and
# `.resume()` searches the window again, at most once a day (UTC).

# %%
assert study.complete

# %% [markdown]
# ## Look at it
#
# The videos are a table like that of `tt_search_api`, each video once; what was not asked for is
# missing. For a study larger than memory, `study.videos(chunksize=100_000)` gives it in parts.

# %%
videos = study.videos()
print(videos)

# %% [markdown]
# How many were posted on each day (UTC)? Days without a video have no row in that count: fill them
# in, or the mean is wrong.

# %%
year = pd.date_range("2023-01-01", "2023-12-31", tz="UTC")
per_day = videos["create_time"].dt.floor("D").value_counts().reindex(year, fill_value=0)
print(f"{per_day.sum()} videos, {per_day.mean():.2f} a day; none on {(per_day == 0).sum()} days")

# %%
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.bar(per_day.index, per_day, width=1, align="edge", color="#33658a")
axes.set_title("TikTok videos with a hashtag about cats, 2023", loc="left")
axes.set_ylabel("videos a day")
axes.set_xlim(year[0], year[-1] + pd.Timedelta(days=1))
months = year[year.is_month_start]
axes.set_xticks(months, months.strftime("%b"))
axes.yaxis.get_major_locator().set_params(integer=True)
axes.spines[["top", "right"]].set_visible(False)
figure.savefig("collecting.png", dpi=150)

# %% [markdown]
# ![Videos on each day of 2023: two or fewer on most, some ten in November](collecting.png)
#
# November stands out because the invented TikTok is denser in that month, not because of the cats.
#
# ## From videos to comments and users
#
# What belongs to the videos comes into the same store, with the same guarantees: the comments of
# all of them, or of those you name, and the profiles of their authors. What TikTok does not give
# out, such as a private account, is `skipped` in `study.status("users")`.

# %%
discussed = videos.nlargest(5, "comment_count")
study.collect_comments(discussed["video_id"], fields="id,video_id,like_count,text", workers=1)
study.collect_users(discussed["author_name"], fields="display_name,follower_count", workers=1)
print(study.comments())
print(study.users())

# %% [markdown]
# ## Export
#
# Everything above works on the store. For other programs there are CSV, JSON Lines and Parquet.
# `.export()` writes a part at a time, so a table may be larger than memory. Ids stay whole:
# they are strings, lists are lists in Parquet and JSON in CSV.

# %%
study.export("videos.csv")
study.export("comments.jsonl", "comments")
study.export("videos", partition="month")

read = pd.read_csv("videos.csv", dtype={"video_id": "string"})
print(read["video_id"].tolist() == videos["video_id"].tolist())

# %% [markdown]
# `partition="month"` writes a folder of Parquet files, one a month, which pandas, DuckDB, Spark and
# Dask read as one table.

# %%
views = duckdb.sql("""
    SELECT month, count(*) AS videos, sum(view_count)::BIGINT AS views
    FROM 'videos/*/*.parquet' GROUP BY month ORDER BY month
""")
print(*views.fetchall(), sep="\n")

# %%
print(len(pd.read_parquet("videos")))

# %% [markdown]
# ## Keep what may be kept
#
# TikTok's terms want stored data refreshed, and what is gone from TikTok deleted; what interval
# holds for you, your contract says. `.due()` reckons with the 30 days of TikTok's terms of 2026.

# %%
print(study.due())

# %% [markdown]
# `.refresh()` asks after what was last seen so long ago; `every=0` asks after everything. Some
# clients may upload files of 10,000 ids for that. This one may not, and so it searches for its
# videos, 100 at a time; comments can't be searched for, and it says so. With a video its comments
# go. `mark=True` would keep what is gone, marked, and leave it out of the tables.

# %%
print(study.refresh(every=0))
print(len(study.videos()), "videos and", len(study.comments()), "comments are left")

# %% [markdown]
# Files that were exported before are not changed by that: delete them, or write them anew.
#
# ## Describe
#
# Every request is in the store, those that failed too, with when it was sent, what was asked and
# what came of it. `.describe()` sums up what a methods section needs (with the version of each
# package, which this page leaves out); `.requests()` is the full list.
#
# `.report("report.html")` writes the same and more on one page that needs no network and prints
# well: which days are covered, videos a day, how many TikTok counted and did not show, regions,
# hashtags, what is missing in each field, and a paragraph for the methods section. It holds counts,
# hashtags and the query, and no video, account or comment. `.plot()` draws the days and the windows
# alone.

# %%
print(study.describe())

# %% [markdown]
# ## The same in a shell
#
# ```sh
# traktok collect --query cats.json --since 2023-01-01 --to 2023-12-31 --into cats.db
# traktok resume cats.db --on-quota wait
# traktok status cats.db
# traktok export cats.db --by-month -o videos
# ```
#
# `cats.json` is what `cats.to_json()` gives. Where the quota ends a run, the exit code is 75, so
# that a job of `cron` that calls `traktok resume` every morning knows.
#
# The guide ends here, and so does the recording, if it was used; its files go with it.

# %%
study.close()
answers.close()
