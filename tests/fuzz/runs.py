"""Run a reader on new inputs for some time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.readers import Reader, check

_AT_ONCE = 50


def run_for(
    reader: Reader, seconds: float, checking: Callable[[Reader, Any], None] = check
) -> None:
    """Draw inputs and check what comes of them, until so much of the processor's time is used."""

    @settings(
        max_examples=_AT_ONCE,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(reader.inputs())
    def run(given: Any) -> None:
        checking(reader, given)

    end = time.process_time() + seconds
    while time.process_time() < end:
        run()
        gc.collect()  # else tables in reference cycles add up, and the peak is not an input's
