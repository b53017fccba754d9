"""Invented communities, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from invented_inbox import contests, inbox

from workbench.data import Community
from workbench.studies.overload import capacity


@pytest.fixture(scope="session", autouse=True)
def fewer_draws() -> Iterator[None]:
    """Half of the bootstrap draws: enough for what is asked here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capacity, "DRAWS", 100)
        yield


@pytest.fixture(scope="session")
def club() -> Community:
    """Direct messages with a planted fall."""
    return inbox()


@pytest.fixture(scope="session")
def calls() -> Community:
    """Contests in which the meaning of an early comment does not change with inflow."""
    return contests()
