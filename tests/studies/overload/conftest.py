"""Invented communities, made once."""

from __future__ import annotations

import pytest
from invented_inbox import contests, inbox

from workbench.data import Community


@pytest.fixture(scope="session")
def club() -> Community:
    """Direct messages with a planted fall."""
    return inbox()


@pytest.fixture(scope="session")
def calls() -> Community:
    """Contests in which the meaning of an early comment does not change with inflow."""
    return contests()
