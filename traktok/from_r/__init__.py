"""What R users bring: scripts, credentials, cassettes."""

from traktok.from_r.scripts import translate

__all__ = ["translate"]
