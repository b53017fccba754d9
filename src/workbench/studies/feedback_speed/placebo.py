"""The negative control: a check that should find nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

from workbench.errors import ModelError
from workbench.models.cox import cox
from workbench.models.effects import risk_difference
from workbench.models.result import Estimate
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.pace import ANSWERED, fit
from workbench.studies.feedback_speed.returning import in_100
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE

NEXT = "next newcomer answered"
NEAR = DAY  # a later newcomer meets another crowd and another season


def with_next(rows: pd.DataFrame) -> pd.DataFrame:
    """
    The rows whose next newcomer came within a day, with whether that one was answered.

    Somebody else's answer cannot bring this person back, given the person's own answer and what was
    known before; a difference would show that crowd or season still differ between the groups.
    """
    gap = rows["first_us"].shift(-1) - rows["first_us"]
    following = rows["responded"].shift(-1)
    near = (gap <= NEAR).fillna(False).astype(bool)
    return rows.assign(**{NEXT: following}).loc[near].astype({NEXT: float, "responded": float})


@cache
def placebo(one: Cohort, *, whole: bool) -> Estimate:
    """The risk difference of H1.1 or H1.1w with the next newcomer's answer as the exposure."""
    return risk_difference(
        with_next(one.whole if whole else one.at_landmark), outcome="returned", exposure=NEXT,
        covariates=[*one.covariates, "responded"], clusters="day",
    )  # fmt: skip


@cache
def pace_placebo(one: Cohort) -> Estimate:
    """The log hazard ratio of H1.2a with the next newcomer's answer as a further term."""
    following = with_next(one.people).set_index("person_id")[NEXT]
    rows = fit(one).rows
    rows = rows.assign(**{NEXT: rows["person_id"].map(following)}).dropna(subset=NEXT)
    covariates = rows[list(one.covariates)].assign(**{ANSWERED: rows["answered"], NEXT: rows[NEXT]})
    model = cox(rows["start"], rows["stop"], rows["event"], covariates, clusters=rows["day"])
    return model.term(NEXT)


def judged(control: Estimate, *, estimate: float, sesoi: float) -> str:
    """
    Failed, passed, or too weak to tell (unavailable).

    It passes only where its interval excludes an effect as large as the one that was found, or as
    the smallest that matters, to either side: finding nothing with too few people proves nothing.
    """
    if control.p_value is None or control.low is None or control.high is None:
        return UNAVAILABLE
    if control.p_value < 0.05:
        return FAILED
    size = max(abs(estimate), sesoi)
    return PASSED if -size < control.low and control.high < size else UNAVAILABLE


def possible(one: Cohort, *, kind: str) -> Estimate | None:
    """The control of `landmark`, `whole` or `pace`; None where these people do not allow it."""
    try:
        return pace_placebo(one) if kind == "pace" else placebo(one, whole=kind == "whole")
    except ModelError:
        return None


@where_possible
def negative_control(cohorts: Sequence[Cohort]) -> TableView:
    """The check that should find nothing, with the size it could have found."""
    rows = []
    for one in cohorts:
        for name, whole in (("not yet back by the landmark", False), ("everybody", True)):
            effect = placebo(one, whole=whole)
            largest = max(abs(float(effect.low or 0)), abs(float(effect.high or 0)))
            rows.append(
                {
                    "community": one.community.title,
                    "among": name,
                    "difference in 100": in_100(effect),
                    "it says": "something is left"
                    if (effect.p_value or 0) < 0.05
                    else f"nothing clear; up to {100 * largest:.0f} in 100 is possible",
                    "p": effect.p_value,
                    "newcomers": effect.n,
                }
            )
    return TableView(
        pd.DataFrame(rows),
        name="negative-control",
        caption="A check that should find nothing: whether the next newcomer (within a day) was "
        "answered, against this newcomer's return. A wide interval means that the check is weak.",
        formats={"p": "{:.2f}"},
    )
