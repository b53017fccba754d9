"""Tables and cohorts written down in a test, without an export."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import polars as pl

from workbench.studies.durations import DAY
from workbench.studies.feedback_speed.cohorts import Background, Cohort
from workbench.studies.hypotheses import Windows, windows


def table(text: str) -> pl.DataFrame:
    """A table of texts from lines of words; `-` is empty."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    cells = [[None if cell == "-" else cell for cell in line] for line in lines]
    return pl.DataFrame(cells, schema=dict.fromkeys(head, pl.String), orient="row")


def followed(days: int) -> Windows:
    """A forum's windows: landmark one day, returns up to `days` after the first post."""
    return replace(windows("forum"), landmark=DAY, outcome_from=DAY, outcome_until=days * DAY)


def cohort_of(
    people: pd.DataFrame, *, chosen: Windows, precision_us: int = 1, covariates: tuple = ()
) -> Cohort:
    """
    A cohort from one row a person: first_us, response_us, next_us, end_us, and what else there is.

    What is not given: no covariates, a day of arrival from `first_us`, one person a row.
    """
    rows = people.astype(dict.fromkeys(["first_us", "response_us", "next_us", "end_us"], "Int64"))
    rows = rows.assign(
        person_id=[f"p{number}" for number in range(len(rows))],
        day=(rows["first_us"] // DAY).astype(str),
    )
    posts = pl.DataFrame({"precision_us": [precision_us]})
    community = SimpleNamespace(name="club", title="Club", posts=posts)
    return Cohort(community, chosen, rows, Background(rows, covariates, {}), {}, True)
