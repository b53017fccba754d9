"""The tempting answers beside the better ones, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.models.survival import quantile
from workbench.studies.durations import about
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.pace import ANSWERED, fit, naive, ratio_said
from workbench.studies.feedback_speed.waiting import curve, waits
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible


@where_possible
def wrong_and_right(cohorts: Sequence[Cohort]) -> TableView:
    """The median of the answered, and ever answered against never: beside what to do instead."""
    rows = [row for one in cohorts for row in (_median(one), *_ever_against_never(one))]
    return TableView(
        pd.DataFrame(rows),
        name="wrong-and-right",
        caption="The tempting answers beside the better ones. A ratio below 1 means slower to come "
        "back than the unanswered.",
    )


def _median(one: Cohort) -> dict[str, str]:
    found = waits(one.community)
    answered = float(found.loc[found["answered"], "hours"].median())
    return {
        "community": one.community.title,
        "question": "How long until an answer?",
        "tempting answer": f"{about(answered)}: the median of the answered",
        "better answer": f"{about(quantile(curve(found), 0.5).estimate)}: the median with silence "
        "kept as waiting",
        "why": "Silent threads are the slowest; leaving them out shortens every wait.",
    }


def _ever_against_never(one: Cohort) -> list[dict[str, str]]:
    pace = fit(one)
    steady = pace.constant_p(ANSWERED) >= 0.05
    better = (
        f"{ratio_said(pace.ratio)} times: from the answer on, against the same moment without one"
        + ("" if steady else "; it changes over time, see “The pace of coming back”")
    )
    shared = {
        "community": one.community.title,
        "question": "How fast do the answered come back?",
        "better answer": better,
    }
    return [
        {
            **shared,
            "tempting answer": f"{ratio_said(naive(one, ever=False))} times the pace: answered "
            "before coming back against all others, from the first post on",
            "why": "To count as answered one must have waited for it without coming back: that "
            "time is immortal, and makes the answered look slow.",
        },
        {
            **shared,
            "tempting answer": f"{ratio_said(naive(one, ever=True))} times the pace: ever answered "
            "against never, from the first post on",
            "why": "Some were answered only after they had come back: an answer cannot work "
            "backwards in time.",
        },
    ]
