"""Libraries that take long to import, and are imported when they are used."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

__all__ = ["LazyModule", "loaded", "np", "pd"]


class LazyModule:
    """A module that is imported when one of its attributes is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
else:
    np, pd = LazyModule("numpy"), LazyModule("pandas")


def loaded(*names: str) -> tuple[Any, ...]:
    """Return those of these objects, such as ``"pandas.NA"``, whose library is imported.

    No value can be one of the others, or an instance of one: there are none yet.
    """
    found = []
    for name in names:
        library, _, attribute = name.partition(".")
        if (module := sys.modules.get(library)) and hasattr(module, attribute):
            found.append(getattr(module, attribute))
    return tuple(found)
