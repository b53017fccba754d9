"""What several rooms share: no deadline for examples, and the embedded communities, read once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from workbench import data
from workbench.studies.hypotheses import hashes

# The machine decides how long an example takes, and a slow one is not a wrong one. What must pass
# before a change lands looks at the same examples every time; new ones are found beforehand.
settings.register_profile("workbench", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
# Tests neither fetch what comes with the report nor load what somebody has at hand.
os.environ["WORKBENCH_OFFLINE"] = "1"
os.environ.pop("WORKBENCH_RAW", None)
settings.load_profile("ci" if os.environ.get("CI") else "workbench")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with both embedded communities; every process of a run has one of its own."""
    home = tmp_path_factory.mktemp("embedded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_DATA", str(home))
        for name in ("college-messages", "chit-chat"):
            data.load(name, hypotheses=hashes())
    return home


@pytest.fixture
def at_embedded(embedded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The embedded communities as the data folder of this test; nothing may be loaded into it."""
    monkeypatch.setenv("WORKBENCH_DATA", str(embedded))
    monkeypatch.delenv("WORKBENCH_DATASETS", raising=False)
    return embedded


def _opened(home: Path, name: str) -> data.Community:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_DATA", str(home))
        return data.open(name)


@pytest.fixture(scope="session")
def college(embedded: Path) -> data.Community:
    """College messages, open."""
    return _opened(embedded, "college-messages")


@pytest.fixture(scope="session")
def chitchat(embedded: Path) -> data.Community:
    """Chit-Chat, open."""
    return _opened(embedded, "chit-chat")
