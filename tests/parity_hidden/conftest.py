"""Failing checks show what differs."""

import pytest

pytest.register_assert_rewrite("tests.parity_hidden.checks")
