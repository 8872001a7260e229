# %% [markdown]
# # Collecting
#
# TikTok searches up to 31 days at once, and the Research API allows 1,000 requests a day. A study
# of a year needs many searches, perhaps over several days, and on one of them the network will fail
# or someone will close the laptop. `tt_collect` is made for that: it divides any span of time into
# windows, saves each page in a file as soon as it arrives, and continues where it stopped.
#
# | task | Python | shell |
# |---|---|---|
# | start a study, or continue it | `tt_collect` | `traktok collect` |
# | open an existing study | `Collection` | |
# | see what remains to be requested | `.plan()` | `traktok collect --plan` |
# | continue | `.resume()` | `traktok resume` |
# | add later days, once or daily | `.extend()` | `traktok follow` |
# | search for several topics | `tt_collect({"cats": ...})`, `.add()` | `traktok add` |
# | watch users or hashtags | `WatchList` | `traktok collect --users` |
# | see its progress | `.status()`, `.complete`, `.quota()` | `traktok status`, `traktok quota` |
# | get the tables | `.videos()`, `.comments()`, `.users()` | |
# | write files | `.export()` | `traktok export` |
# | collect comments | `.collect_comments()` | `traktok resume --comments` |
# | collect the authors' profiles | `.collect_users()` | `traktok resume --profiles` |
# | collect all of these | `.resume(comments=True, profiles=True)` | both options |
# | delete what is no longer public | `.due()`, `.refresh()` | `traktok refresh` |
# | write the methods section | `.describe()`, `.requests()` | `traktok describe` |
# | show it on one page, or as a plot | `.report("report.html")`, `.plot()` | `traktok report` |
#
# This guide is a script, `vignettes/collecting.py`. It draws a figure and writes Parquet, for which
# it needs `pip install "traktok[parquet,plot,replay]" duckdb`. With credentials (see [The Research
# API](research_api.md)) it sends its requests to TikTok, and leaves its files where you run it.
# Without them, the next lines put an invented TikTok in its place, and all files are deleted at the
# end.

# %%
from contextlib import ExitStack, chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import matplotlib.pyplot as plt
import pandas as pd

from traktok import Collection, WatchList, auth_check, query, query_or, tt_collect

answers = ExitStack()
if not auth_check(hidden=False, silent=True)["research"]:
    from traktok.replay import replay

    answers.enter_context(replay("cassettes/collecting.yaml"))
    answers.enter_context(chdir(answers.enter_context(TemporaryDirectory())))

# %% [markdown]
# ## Plan
#
# The question: how often did people post about cats in 2023, in eight languages? A study takes a
# query or a phrase, like a search. Request only the fields that the study needs: you have to
# protect and to refresh whatever you store.
#
# With `start=False` nothing is sent yet. The study is created in `cats.db`, an SQLite file (or in a
# PostgreSQL database, given by its URL, which several machines can share). `plan()` shows the
# windows:

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
# Each page of up to 100 videos takes a request, so this is the minimum; only TikTok knows how many
# pages a window has. TikTok counts the requests of a client: `tt_quota()` and `study.quota()` count
# what all functions, studies and commands sent from this computer, and a study in PostgreSQL also
# counts the requests of the team that shares it.
#
# `study.plan(sample=20)` sends up to 20 requests to find out: it collects the first pages of
# windows that are far apart. `study.forecast()` then estimates how many videos, requests and days
# the study needs, how certain that is, and what comments and profiles would cost; `traktok status`
# shows it too.
#
# ## Collect, be interrupted, continue
#
# `max_requests` leaves some of the day's requests for other work. By default four windows are
# searched at the same time; `workers=1` makes the output of this page the same every time.

# %%
study.resume(max_requests=6, workers=1)

# %% [markdown]
# The study is not complete, as the warning says. You get the same warning after Ctrl-C (which
# finishes the page in hand), after the last of the day's 1,000 requests, and if TikTok keeps
# failing. Even after a power cut, everything that had arrived is in the file.

# %%
study.close()
study = Collection("cats.db")
print(study)
print("complete:", study.complete)

# %% [markdown]
# Continue whenever you like, in the same session or next week: `.resume()` collects what is open,
# and requests no page twice. With `on_quota="wait"` it waits for the next day (00:00 UTC), for as
# many days as it takes. It also waits while the network is down: a request that never reached
# TikTok does not count.
#
# A study can grow. `.extend("2024-03-31")`, or `tt_collect` with that later day, searches only the
# new days. With `to="today"` a study follows the calendar: each `.resume()` continues to the
# current day, and searches the last days again, because TikTok needs up to two days to show all
# videos of a day. `traktok follow cats.db`, once a day in `cron`, stays three days behind and
# searches each day once.

# %%
study.resume(workers=1)
print(study.status())

# %% [markdown]
# All windows are `done`. If a window keeps failing, it is divided in halves, down to a single day.
# A day that fails is `set aside`, with its error in `last_error`, and the other windows continue;
# `.resume(retry=True)` tries it again. Only a study without such gaps is complete, and only then
# does a day without videos mean that there were none.
#
# TikTok shows new videos up to two days late. A window that was searched less than three days after
# its last day is therefore `young`: the study is not complete, a warning says until when, and
# `.resume()` searches the window again, at most once a day (UTC).

# %%
assert study.complete

# %% [markdown]
# ## Look at it
#
# `videos()` returns a table like that of `tt_search_api`, with one row for each video; fields that
# were not requested are missing. If a study is larger than memory,
# `study.videos(chunksize=100_000)` returns it in parts.

# %%
videos = study.videos()
print(videos)

# %% [markdown]
# How many videos were posted on each day (UTC)? A count has no row for days without videos: add
# them, or the mean is wrong.

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
# November stands out because the invented TikTok has more videos in that month, not because of the
# cats.
#
# ## From videos to comments and users
#
# The same store can contain the comments on all videos, or on those you name, and the profiles of
# their authors, with the same guarantees. What TikTok does not disclose, such as a private account,
# is `skipped` in `study.status("users")`.

# %%
discussed = videos.nlargest(5, "comment_count")
study.collect_comments(discussed["video_id"], fields="id,video_id,like_count,text", workers=1)
study.collect_users(discussed["author_name"], fields="display_name,follower_count", workers=1)
print(study.comments())
print(study.users())

# %% [markdown]
# ## Several queries, and lists that grow
#
# A study may have several queries, each with a name. A video that more than one of them finds is
# kept once, and the last column of the table, `found_by`, lists the queries that found it.

# %%
topics = tt_collect(
    {"cats": cats, "books": "#booktok"},
    since="2023-11-01",
    to="2023-11-15",
    into="topics.db",
    fields="id,create_time,username,hashtag_names",
    workers=1,
)
print(topics.videos()["found_by"].map(", ".join).value_counts())

# %% [markdown]
# `.add("dogs", "#dogs")` adds one later, which is searched for all days of the study. `.status()`,
# `.plan()`, `.describe()` and the report show the queries apart; `.videos(query="cats")` and
# `.export("cats.csv", query="cats")` choose one. It takes no more requests than a study of each.
#
# A `WatchList` is a query for users, or hashtags, whose list may grow: a text file with a name a
# line, a column of a CSV file, or a table. Each `.resume()` reads the file again. New names are
# collected from the first day of the study, in windows of their own, and together with the others
# from then on. Names that are removed from the list stay in the study.

# %%
names = topics.videos()["author_name"].value_counts().index
accounts = Path("accounts.txt")
accounts.write_text("\n".join(names[:2]), encoding="utf-8")
topics.add("accounts", WatchList(accounts), workers=1)
accounts.write_text("\n".join(names[:3]), encoding="utf-8")
topics.resume(workers=1)
print(topics.status())
topics.close()

# %% [markdown]
# ## Export
#
# For other programs, export the study as CSV, JSON Lines or Parquet. `.export()` writes a part at a
# time, so a table may be larger than memory. Ids are strings and keep all digits; lists are lists
# in Parquet, and JSON in CSV.

# %%
study.export("videos.csv")
study.export("comments.jsonl", "comments")
study.export("videos", partition="month")

read = pd.read_csv("videos.csv", dtype={"video_id": "string"})
print(read["video_id"].tolist() == videos["video_id"].tolist())

# %% [markdown]
# `partition="month"` writes a folder with one Parquet file for each month, which pandas, DuckDB,
# polars, Dask and Spark read as one table with a column `month`: the hand-over for studies beyond
# one machine. Ids and months stay texts, counts whole numbers, lists lists:
#
# ```python
# duckdb.sql("FROM read_parquet('videos/*/*.parquet', hive_types_autocast = false)")
# polars.scan_parquet("videos", hive_partitioning=True, try_parse_hive_dates=False)
# dask.dataframe.read_parquet("videos", dtype_backend="numpy_nullable")
# spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
# spark.conf.set("spark.sql.session.timeZone", "UTC")  # Spark shows times in the computer's zone
# spark.read.parquet("videos")
# ```

# %%
views = duckdb.sql("""
    SELECT month, count(*) AS videos, sum(view_count)::BIGINT AS views
    FROM 'videos/*/*.parquet' GROUP BY month ORDER BY month
""")
print(*views.fetchall(), sep="\n")

# %%
print(len(pd.read_parquet("videos")))

# %% [markdown]
# ## Refresh, and delete what is gone
#
# TikTok's terms require that you refresh stored data, and delete what is gone from TikTok. Your
# contract says how often; `.due()` assumes the 30 days of TikTok's terms of 2026.

# %%
print(study.due())

# %% [markdown]
# `.refresh()` checks everything that was last seen that long ago; `every=0` checks everything. Some
# clients may upload files of 10,000 ids for it. This client may not, so `.refresh()` searches for
# the videos, 100 at a time; a warning says that comments cannot be searched for. If a video is
# gone, its comments are deleted as well. With `mark=True` the rows are kept, marked, and left out
# of the tables.

# %%
print(study.refresh(every=0))
print(len(study.videos()), "videos and", len(study.comments()), "comments are left")

# %% [markdown]
# Files that you exported before do not change: delete them, or export them again.
#
# ## Describe
#
# The store has a log of every request, including those that failed: when it was sent, what it
# requested, and its result. `.describe()` summarizes what a methods section needs (with the
# versions of the packages, which this page omits); `.requests()` returns the log. The description's
# `to_json()`, which `traktok describe --json` writes too, holds all that is needed to collect the
# same again: `tt_collect_again("study.json", "again.db")`.
#
# `.report("report.html")` writes a page that needs no network and prints well. It shows the days
# covered, videos per day, how many videos TikTok counted but did not return, regions, hashtags and
# missing fields, and has a paragraph for the methods section. It contains counts, hashtags and the
# query, but no video, account or comment. `.plot()` draws only the days and the windows.

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
#
# traktok collect --query cats=cats.json --query books=books.json \
#     --since 2023-11-01 --to 2023-11-15 --into topics.db
# traktok add topics.db accounts --users accounts.txt
# traktok export topics.db --query cats -o cats.csv
# ```
#
# `cats.json` is the result of `cats.to_json()`. If the quota ends a run, the exit code is 75, which
# a `cron` job that runs `traktok resume` every morning can check.
#
# The guide ends here. The last lines close the study, and delete the files if TikTok was not asked.

# %%
study.close()
answers.close()
