"""Mistakes about activity day by day: a bend that is none, ratios, rows that are not people."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from workbench.models.counts import poisson
from workbench.models.shape import lind_mehlum
from workbench.models.two_lines import two_lines
from workbench.simulate import attention, panels
from workbench.studies.calibration.draws import Draw, drawn
from workbench.studies.calibration.judging import ALPHA
from workbench.studies.must_fail.demonstration import (
    COVERAGE,
    FALSE_ALARMS,
    TOO_LOW,
    Demonstration,
    declared,
    experiment,
    least_squares,
)

READERS, BUSY_READERS = 400, 200
PEOPLE, TIMES = 200, 10
WORTH_RATIO = math.log(1.1)


def one_day(settings: attention.Settings, readers: int, seed: int) -> pd.DataFrame:
    """One row a person who was online, one day each: inflow (doublings), responses, log_inflow."""
    rows = attention.simulate(settings, seed=seed, people=readers, days=1).days
    rows = rows[rows["online"] & (rows["inflow"] > 0)]
    return rows.assign(
        log_inflow=np.log(rows["inflow"]), inflow=np.log2(rows["inflow"].astype(float))
    )


def _bent(rows: pd.DataFrame) -> Draw:
    return declared(found=lind_mehlum(rows["inflow"], rows["responses"]).p_value < ALPHA)


def _broken(rows: pd.DataFrame) -> Draw:
    return declared(found=two_lines(rows["inflow"], rows["responses"]).inverted_u)


def _responses(rows: pd.DataFrame, *, offset: str | None) -> Draw:
    fit = poisson(rows, outcome="responses", covariates=["inflow"], clusters=None, offset=offset)
    return drawn(fit.term("inflow"))


def measured(settings: panels.Settings, seed: int) -> pd.DataFrame:
    """One row a person and time: exposure and outcome."""
    return panels.simulate(settings, seed=seed, people=PEOPLE, times=TIMES).rows


def about_days() -> tuple[Demonstration, ...]:
    """The mistakes about people who are measured day by day."""
    return (_saturation(), _ratio(), _pseudo_replication())


def _saturation() -> Demonstration:
    level = attention.Settings(overload=0.0)
    return Demonstration(
        key="quadratic on saturation",
        title="A parabola turns where the truth only levels off",
        naive="fit a parabola and test whether it rises at the low end and falls at the high end",
        why="A parabola has to come down again, whatever the data do.",
        better="fit two lines that meet where a smooth curve is highest",
        error=FALSE_ALARMS,
        unit="inverted U declared",
        experiment=experiment(
            "quadratic on saturation", partial(one_day, level, READERS), naive=_bent,
            better=_broken, scenario="responses grow with inflow and then stay level",
        ),
    )  # fmt: skip


def _ratio() -> Demonstration:
    full = attention.Settings(capacity=10.0, inflow_sd_people=0.6)
    return Demonstration(
        key="ratio on its denominator",
        title="Responses per item fall with the items, because they are divided by them",
        naive="ask how the responses per item that arrived change with the items that arrived",
        why="It answers another question: what is divided by a number falls with that number even "
        "where people respond as much as ever.",
        better="ask how the responses themselves change",
        error=TOO_LOW,
        unit="log ratio for each doubling of inflow",
        experiment=experiment(
            "ratio on its denominator", partial(one_day, full, BUSY_READERS),
            naive=partial(_responses, offset="log_inflow"), better=partial(_responses, offset=None),
            worth=WORTH_RATIO, scenario="people respond as much, however much arrives",
        ),
    )  # fmt: skip


def _pseudo_replication() -> Demonstration:
    compare = partial(least_squares, outcome="outcome", exposure="exposure")
    tied = panels.Settings(effect=0.0, exposure_person=0.8, error_person=0.8)
    return Demonstration(
        key="pseudo-replication",
        title="Ten replies of one person are not ten people",
        naive="count every reply as if it came from somebody else",
        why="Replies of one person resemble each other, so that rows overstate what is known.",
        better="let the errors depend on each other within a person",
        error=COVERAGE,
        unit="change of the outcome per standard deviation of exposure",
        experiment=experiment(
            "pseudo-replication", partial(measured, tied), naive=compare,
            better=partial(compare, clusters="person"),
            scenario="nothing, but people stay as they are",
        ),
    )  # fmt: skip
