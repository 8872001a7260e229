"""Read the credentials that R traktok and cookiemonster keep on this computer.

``auth_research(from_r=True)`` and ``auth_hidden(from_r=True)`` also store them.
"""

from traktok._r.credentials import RToken, read_r_cookies, read_r_token

__all__ = ["RToken", "read_r_cookies", "read_r_token"]
