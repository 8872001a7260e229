# ruff: noqa: E501, these tables read best with one row a line
"""What the R package's vignette prints, so that the same calls return recognizably equal tables.

Ids, names, counts and times are as printed there; what is cut off in print ("730689385329705…") is
completed, and what is not printed is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

START, END = date(2023, 11, 1), date(2023, 11, 29)


@dataclass(frozen=True)
class Film:
    """A video that the vignette prints."""

    id: int
    username: str
    region: str
    views: int
    comments: int
    seconds: int
    text: str
    created: int | None = None
    """As printed; if it is not printed, it follows from the id."""


STATS = "statisticsglobe"

# The 19 videos with #rstats, newest first. Only those of mrpecners are from the US or Japan and
# 15 seconds or longer, which the vignette's built query asks for.
RSTATS = (
    Film(7306893853297052961, STATS, "DE", 909, 4, 33, "Add labels to a ggplot2 plot #rstats #dataviz"),
    Film(7306307744582221089, "learningcatalog", "GB", 1104, 11, 58, "R in a minute #rstats #coding"),
    Film(7305014476368004382, "picanumeros", "ES", 4645, 8, 71, "¿Qué es un p-valor? #estadística #rstats"),
    Film(7302970667907992865, "smooth.learning.c", "GB", 98717, 17, 61, "Data types in R #rstats #learn"),
    Film(7302470379501604128, STATS, "DE", 508, 0, 27, "Convert a list to a data frame #rstats"),
    Film(7300977498165103905, STATS, "DE", 27387, 1, 45, "Replace NA values in R #rstats #datascience"),
    Film(7300931476059737349, "rigochando", "MX", 2603, 4, 88, "Mapas en R con sf 🗺️ #rstats #mapas"),
    Film(7300922295223127302, "elartedeldato", "ES", 765, 0, 64, "Gráficos que mienten #rstats #datos"),
    Film(7299987059417042209, STATS, "DE", 1110, 1, 31, "Merge several data frames #rstats"),
    Film(7299657516814732550, "rigochando", "MX", 905, 4, 59, "Tidyverse o data.table #rstats"),
    Film(7299342944878850310, "rigochando", "MX", 555, 0, 46, "Mi primer paquete #rstats #programación"),
    Film(7298966684134542597, "rigochando", "MX", 1312, 1, 39, "Regresión en 40 segundos #rstats"),
    Film(7296911486591454465, "biofreelancer", "GB", 19758, 7, 12, "RNA-seq, but make it tidy #rstats"),
    Film(7296911486251789570, "biofreelancer", "GB", 5763, 1, 14, "Volcano plots 🌋 #rstats #bioinformatics"),
    Film(7296911478781741313, "biofreelancer", "GB", 1019, 3, 13, "Heatmaps you can read #rstats"),
    Film(7296688856609475883, "mrpecners", "US", 657, 2, 42, "Rayshaded maps, finally finished #rstats"),
    Film(7296518635374265643, "l_a_kelly", "US", 514, 5, 11, "When the plot finally knits #rstats"),
    Film(7296498645350812974, "mrpecners", "US", 373, 0, 75, "A 3D map from start to end #rstats #maps"),
    Film(7296288843378986246, "casaresfelino", "AR", 274, 0, 52, "Primer día de clase #rstats"),
)  # fmt: skip

# The video of statisticsglobe that is not among the 19.
UNTAGGED = Film(
    7297389484524506400, STATS, "DE", 538, 2, 29, "Statistics tip of the day #statistics"
)

PINNED = Film(
    7259590192921764289, "smooth.learning.c", "GB", 51244, 61, 34, "Start here! #learning", 1690255097
)  # fmt: skip

COMMENTED = Film(
    7195762648716152107, "nicksinghtech", "US", 812345, 137, 22, "R, SAS or Excel? #datascience"
)

# What jbgruber likes, the last liked first.
LIKED = (
    Film(7355902326877130017, "americanpostcards", "US", 2204881, 911, 61, "Stitch with @MrPostcard every town has one", 1712679503),
    Film(7268078476102487338, "carterpaints", "US", 880412, 402, 34, "Are you going to finish that? #art", 1692231398),
    Film(7419692903460924193, "okbrunella", "DE", 120344, 288, 92, "Die ganze Wahrheit über Brot #brot", 1727531892),
    Film(7405633113835113761, "funny_socks", "DE", 53120, 77, 17, "#fyp #fypシ #funny", 1724258332),
    Film(7398532172048223530, "lib016042", "GB", 410233, 1203, 48, "Me and ChatGPT at the library", 1722605019),
    Film(7364763547038354721, "vquaschtel", "DE", 98213, 641, 133, "Einige Medien und ihre Zahlen #energie", 1714742648),
    Film(7346577913858100513, "ct_3003", "DE", 301144, 512, 199, "Diese Platine führt ein Doppelleben", 1710508473),
    Film(7379856141972409642, "lizthedeveloper", "US", 60122, 310, 74, "Replying to @Ari.codes again", 1718256663),
    Film(7415189182865493281, "felixbastelt", "DE", 7411, 25, 40, "Es geht wieder los! #basteln", 1726483284),
    Film(7422673042553220384, "gruenebeispiele", "DE", 45019, 803, 58, "Was Söder uns erzählt #politik", 1728225752),
)  # fmt: skip

FILMS = (*RSTATS, UNTAGGED, PINNED, COMMENTED, *LIKED)

# (display name, username), the newest first, as the API lists them.
FOLLOWED_BY_JBGRUBER = (
    ("SohoBrody", "rudeboybrody"),
    ("Last Week Tonight", "lastweektonightclips"),
    ("schlantologie", "schlantologie"),
    ("Alex Falcone", "alex_falcone"),
    ("dadNRG", "dadnrg"),
    ("Einfach Genial Tictok", "user2269008650811"),
    ("noir_concrete_studio", "noir_concrete_studio"),
    ("fatDumbledore", "fatdumbledore1377"),
    ("fragdenstaat.de", "fragdenstaat.de"),
    ("Erikadbka", "erikadbka"),
    ("BÜNDNIS 90/DIE GRÜNEN", "diegruenen"),
    ("lagedernationclips", "lagedernationclips"),
    ("Alexandra Ils", "kitty.fantastico"),
    ("future infinitive ☸️", "lizthedeveloper"),
    ("Tim Achtermeyer", "achtermeyer"),
    ("Jay Foreman", "jayforeman"),
    ("Cosmo", "whereiswanda"),
    ("Tim Walz", "timwalz"),
    ("Shahak Shapira", "shahakshapira"),
)
FOLLOWERS_OF_TIKTOK = (
    ("reeyyp", "galbruwt"),
    ("👑কিং রানা 🥀", "user5235623178011"),
    ("👑Rokye Vay👑", "rokyevay07"),
    ("babyylious08", "babyylious08"),
    ("hd❤️🩹jaan❤️🩹hi❤️🩹❤️", "user8283823357"),
    ("سامي", "user45628309141722"),
    ("Nâu Thị", "nu.th085"),
    ("halimeysll", "halimeysll"),
    ("Taru Tristiyanto", "taru.tristiyanto"),
    ("Vương Lan Hường", "vng.lan.hng09"),
)

# What is known of accounts beside their name; "shows" lacks what they keep to themselves.
PROFILES: Mapping[str, Mapping[str, Any]] = {
    "tiktok": {
        "display_name": "TikTok",
        "region_code": "US",
        "is_verified": True,
        "likes_count": 330919903,
        "video_count": 1073,
        "follower_count": 88_412_907,
        "following_count": 12,
        "bio_description": "One TikTok can make a big impact",
        "bio_url": "https://example.net/tiktok",
        "avatar_url": "https://p16-pu-sign.example.net/tiktok/avatar.webp",
        "shows": frozenset({"followers", "reposted"}),
    },
    STATS: {
        "display_name": "Statistics Globe",
        "region_code": "DE",
        "likes_count": 1660,
        "video_count": 92,
        "follower_count": 641,
        "following_count": 3,
        "bio_description": "Statistics, data science and R",
        "avatar_url": "https://p16-sign-va.example.net/statisticsglobe/avatar.webp",
    },
    "jbgruber": {
        "display_name": "JBGruber",
        "region_code": "DE",
        "likes_count": 31,
        "video_count": 1,
        "follower_count": 42,
        "following_count": len(FOLLOWED_BY_JBGRUBER),
        "shows": frozenset({"liked", "pinned", "reposted", "followers", "following"}),
    },
}


@dataclass(frozen=True)
class Remark:
    """A comment as the vignette prints it."""

    created: int
    likes: int
    text: str
    id: int | None = None
    reply_to: int | None = None


# Comments as the API lists them: the most liked first.
COMMENTS: Mapping[int, tuple[Remark, ...]] = {
    7302470379501604128: (Remark(1700243424, 0, "Very helpful, thank you!", 7302489741992887072),),
    7296688856609475883: (
        Remark(1698893206, 0, "This looks fantastic", 7296690681388204831),
        Remark(1698893251, 0, "Thanks a lot!", 7296690834293670702, 7296690681388204831),
    ),
    7195762648716152107: (
        Remark(1675394834, 314, "You gotta know when to leave Excel"),
        Remark(1675457114, 232, "R is the goat 🐐"),
        Remark(1675458796, 177, "Ppl who like Excel never had to merge"),
        Remark(1675395061, 166, "Fair but doesn't Python win?"),
        Remark(1675624739, 71, "babe RStudio is calling"),
        Remark(1675465779, 71, "Excel is the best database 💀"),
        Remark(1675494738, 27, "NOT THE SAS SLANDER"),
        Remark(1675691471, 17, "I won't take this from a spreadsheet"),
        Remark(1675656122, 16, "No love for STATA?"),
        Remark(1675440749, 16, "I use SAS 🫡"),
    ),
}
# Positions in the list of the last of these videos; four of them are withheld.
LONG_LIST, WITHHELD_OF_LONG_LIST = 100, frozenset({17, 40, 63, 88})


@dataclass(frozen=True)
class PrintedSearch:
    """A search of the vignette, and the search ids printed for it, by cursor."""

    query: Mapping[str, Any]
    search_ids: Mapping[int, str]
    start: date = field(default=START)
    end: date = field(default=END)


def _is(name: str, operation: str, *values: str) -> dict[str, Any]:
    return {"field_name": name, "operation": operation, "field_values": list(values)}


_JP_US = _is("region_code", "IN", "JP", "US")

SEARCHES = (
    PrintedSearch(
        {"or": [_is("hashtag_name", "IN", "rstats"), _is("keyword", "IN", "#rstats")]},
        {0: "7423432753447932974"},
    ),
    PrintedSearch(
        {
            "and": [_JP_US],
            "or": [_is("hashtag_name", "EQ", "rstats"), _is("keyword", "IN", "rstats")],
            "not": [_is("video_length", "EQ", "SHORT")],
        },
        {0: "7423432753447965742"},
    ),
    PrintedSearch({"and": [_is("username", "EQ", STATS)]}, {0: "7423432753448064046"}),
    PrintedSearch({"and": [_JP_US]}, {0: "7423432753448096814", 100: "7336340473470063662"}),
)
