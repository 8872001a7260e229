"""The functions of the Research API, read from the table of endpoints, with calls of each."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import traktok
from traktok import TikTokResults
from traktok._http.endpoint import Endpoint, PublicFunction
from traktok._http.endpoints import ROWS

# What calls are about in the sandbox's world, by the argument that names it.
TARGETS: Mapping[str, list[str]] = {
    "username": ["tiktok", "jbgruber", "nobody.at.all", "smooth.learning.c", "statisticsglobe"],
    "video_id": ["7195762648716152107", "7302470379501604128", "7106594312292453675"],
    "playlist_id": ["7426782536706507894", "7417069043597877863"],
}
SEARCH: Mapping[str, str] = {"query": "#rstats"}
# Days that differ from a function's default, by the argument.
DAYS: Mapping[str, str] = {
    "start_date": "2023-11-01",
    "end_date": "2023-11-29",
    "since": "2023-06-01",
    "to": "2023-11-29",
}


@dataclass(frozen=True)
class Function:
    """A public function, with what its endpoint's row says of it."""

    row: Endpoint
    public: PublicFunction

    @property
    def name(self) -> str:
        """What it is called."""
        return self.public.name

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """Its arguments."""
        return inspect.signature(getattr(traktok, self.name)).parameters

    @property
    def arguments(self) -> dict[str, Any]:
        """What to call it with, a list of targets if it takes targets."""
        targets: dict[str, Any] = {kind.key: TARGETS[kind.key] for kind in self.public.targets[:1]}
        days = {name: day for name, day in DAYS.items() if name in self.parameters}
        return (targets or dict(SEARCH)) | days

    def __call__(self, **arguments: Any) -> TikTokResults:
        """Call it with targets of the sandbox's world, and more arguments."""
        table: TikTokResults = getattr(traktok, self.name)(**self.arguments | arguments)
        return table


FUNCTIONS = {public.name: Function(row, public) for row in ROWS for public in row.functions}
ALIASES = {alias: name for name, f in FUNCTIONS.items() for alias in f.public.aliases}
WITH_TARGETS = [function for function in FUNCTIONS.values() if function.public.targets]
# Tables of users and of their lists; a search for users' videos is one request for several of them.
OF_USERS = [
    function
    for function in WITH_TARGETS
    if function.public.targets[0].key == "username" and not function.row.searchable
]
