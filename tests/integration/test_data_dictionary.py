"""The data dictionary: its tables have the columns and types of those that the package returns."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd
import pytest

import traktok
from traktok import Collection, tt_collect
from traktok.sandbox.api import ResearchApi
from vignettes.site import reference
from vignettes.site.tables import ATTRIBUTES, TABLES

QUERIES = {"R": "#rstats", "travel": "#travel"}
SPAN = ("2023-11-20", "2023-11-29")


@pytest.fixture
def study(tiktok: ResearchApi, folder: object) -> Collection:
    traktok.auth_research(tiktok.client_key, tiktok.client_secret)
    return tt_collect(QUERIES, *SPAN, start=False)


def tables(study: Collection) -> Mapping[str, pd.DataFrame]:
    """Return a table of each title."""
    plan = study.plan(sample=1)
    videos = study.resume().videos()
    study.collect_comments(videos["video_id"][:1])
    study.collect_users(["tiktok", "nobody"])
    more = videos.assign(view_count=videos["view_count"] + 1)
    compared = traktok.compare(videos, more)
    return {
        "Windows of a study": study.status(),
        "Videos whose comments a study collects": study.status("comments"),
        "Users whose profiles a study collects": study.status("users"),
        "What a study still has to request": plan,
        "Requests of a study": study.requests(),
        "Results of a refresh": study.refresh(every=0),
        "Quota": traktok.tt_quota(),
        "Ids that are still public": traktok.tt_still_public(videos["video_id"][:1]),
        "Cells that differ": compared.cells,
        "Counts that changed": compared.drift,
        "Summary of a comparison": compared.to_frame(),
        "Assumptions about TikTok": traktok.assumptions(),
    }


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.usefixtures("slept")
def test_tables_have_the_columns_and_types_of_the_dictionary(study: Collection) -> None:
    made = tables(study)
    assert list(made) == [table.title for table in TABLES]
    for table in TABLES:
        types = made[table.title].dtypes.astype(str).to_dict()
        if pd.__version__ < "3":  # which has no type of its own for texts
            types = {
                name: "str"
                if kind == "object" and table.columns.get(name, "")[0] == "str"
                else kind
                for name, kind in types.items()
            }
        assert types == {name: kind for name, (kind, _) in table.columns.items()}, table.title


def test_every_method_that_returns_a_table_is_in_the_dictionary() -> None:
    shown = {name for table in TABLES for name in table.functions}
    made = set()
    for name in traktok.__all__:
        thing = getattr(traktok, name)
        members = reference._members(thing) if isinstance(thing, type) else []
        for path, each in [(name, thing), *((f"{name}.{m}", getattr(thing, m)) for m in members)]:
            if re.search(r"Returns\n\s+-+\n\s+(pandas\.)?DataFrame\n", each.__doc__ or ""):
                made.add(path)
    assert made <= shown


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.usefixtures("study")
def test_the_attributes_are_those_of_the_tables() -> None:
    search = traktok.tt_search_api("#travel", *SPAN)
    users = traktok.tt_user_info_api(["tiktok", "nobody"])
    held = {**users.attrs, **search.attrs}
    of_browsers = {"complete", "ended"}
    assert held.keys() == ATTRIBUTES.keys() - of_browsers
    types = {"str": str, "int": int, "bool": bool, "dict": dict}
    for name, value in held.items():
        assert isinstance(value, types[ATTRIBUTES[name][0]]), name
