"""How long the longest tests take: they start first, so that no worker ends with one of them.

Recorded with ``pytest -n 2 --durations 40``. A test that is not listed counts as short.
"""

from __future__ import annotations

SECONDS: dict[str, float] = {}
