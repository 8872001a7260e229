"""Use what R users already have: scripts, queries, credentials."""

from traktok.from_r.credentials import read_r_cookies, read_r_token
from traktok.from_r.rds import read_query
from traktok.from_r.scripts import translate

__all__ = ["read_query", "read_r_cookies", "read_r_token", "translate"]
