"""The last word of a run: how the port stands."""

from __future__ import annotations

import pytest

from tests.parity.corpus import cases

pytest.register_assert_rewrite("tests.parity.checks")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the cases that hold, and those that say nothing to hold."""
    held, failed = (_cases_that(terminalreporter, outcome) for outcome in ("passed", "failed"))
    if not held and not failed:
        return
    corpus = {case.name: case for case in cases()}
    departing = sum(corpus[name].ledger is not None for name in held)
    free = sum(not case.is_checked for case in corpus.values())
    terminalreporter.write_line(
        f"parity with R traktok: {len(held)} of {len(held) + len(failed)} checked cases hold "
        f"({len(held) - departing} as R does, {departing} as the ledger says); "
        f"{free} more record what R does and are not checked"
    )


def _cases_that(reporter: pytest.TerminalReporter, outcome: str) -> list[str]:
    ids = [report.nodeid for report in reporter.getreports(outcome)]
    return [id.split("[")[1].rstrip("]") for id in ids if "test_parity.py::test_case[" in id]
