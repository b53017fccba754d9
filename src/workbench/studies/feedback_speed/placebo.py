"""The negative control: a check that should find nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.models.effects import Effect, risk_difference
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.returning import in_100
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible


def placebo(one: Cohort) -> Effect:
    """
    The negative control: was the *next* newcomer answered?

    Somebody else's answer cannot bring this person back, given the person's own answer and what was
    known before; a difference here would show that crowd or season still differ between the groups.
    """
    rows = one.at_landmark.assign(next_answered=one.at_landmark["responded"].shift(-1)).dropna(
        subset="next_answered"
    )
    rows = rows.assign(
        next_answered=rows["next_answered"].astype(bool), responded=rows["responded"].astype(float)
    )
    return risk_difference(
        rows, outcome="returned", exposure="next_answered",
        covariates=[*one.covariates, "responded"], clusters="day",
    )  # fmt: skip


@where_possible
def negative_control(cohorts: Sequence[Cohort]) -> TableView:
    """The check that should find nothing, with the size it could have found."""
    rows = []
    for one in cohorts:
        effect = placebo(one)
        rows.append(
            {
                "community": one.community.title,
                "newcomers": effect.n,
                "difference in 100": in_100(effect),
                "p": effect.p_value,
                "finds nothing": "yes" if effect.p_value >= 0.05 else "no",
            }
        )
    return TableView(
        pd.DataFrame(rows),
        name="negative-control",
        caption="A check that should find nothing: whether the next newcomer was answered, against "
        "this newcomer's return. A wide interval means that the check is weak.",
        formats={"p": "{:.2f}"},
    )
