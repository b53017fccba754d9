"""Fixtures of the room `studies`: an empty data folder, tables of text stored as communities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import polars as pl
import pytest

from workbench import data
from workbench.data import Community
from workbench.studies.feedback_speed.cohorts import Cohort, make
from workbench.studies.hypotheses import hashes


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, so that no test touches real data, and no list of data sets."""
    home = tmp_path / "home"
    monkeypatch.setenv("WORKBENCH_DATA", str(home))
    monkeypatch.delenv("WORKBENCH_DATASETS", raising=False)
    return home


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    """No step leaves a figure of matplotlib open, which a notebook would show twice."""
    yield
    assert plt.get_fignums() == []


@pytest.fixture
def keep(tmp_path: Path) -> Callable[..., Community]:
    """Store a table of posts as a community and open it; options are those of the reader."""

    def stored(posts: pl.DataFrame, name: str = "club", **options: object) -> Community:
        path = tmp_path / f"{name}.csv"
        posts.write_csv(path)
        data.load(name, path=path, source="table", options=options, hypotheses=hashes())
        return data.open(name)

    return stored


@pytest.fixture(scope="session")
def college_cohort(college: Community) -> Cohort:
    """The newcomers of College messages under the windows of the hypothesis."""
    return make(college)


@pytest.fixture(scope="session")
def chitchat_cohort(chitchat: Community) -> Cohort:
    """The newcomers of Chit-Chat under the windows of the hypothesis."""
    return make(chitchat)
