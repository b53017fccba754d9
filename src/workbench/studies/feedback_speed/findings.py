"""The findings of study 1: what its cohorts bring to the verdict rule."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.studies import concluding
from workbench.studies.answers import Numbers
from workbench.studies.cautions import PAUSES
from workbench.studies.communities import BY_THE_HOUR, threads_by_pauses
from workbench.studies.concluding import Case
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.estimates import refusals, results
from workbench.studies.finding import Finding
from workbench.studies.monitoring import LATER, look, trend
from workbench.studies.present import Note, TableView
from workbench.studies.scales.feedback_speed import beside

BY_PAUSES = (
    "These data cannot answer this question: which message answers which was decided by the hour "
    "between them."
)


def _case(one: Cohort) -> Case:
    by_pauses = threads_by_pauses(one.community)
    whole = results(one).get("H1.1w")
    return Case(
        one.community,
        found=results(one),
        refused=refusals(one),
        size=len(one.people),
        as_fixed=one.as_fixed,
        choices=one.windows,
        caution=PAUSES if by_pauses else "",
        beside={}
        if whole is None
        else {"H1.1": beside(Numbers(whole.estimate, whole.low, whole.high, whole.sesoi))},
        cannot=dict.fromkeys(BY_THE_HOUR, BY_PAUSES) if by_pauses else {},
    )


def conclude(cohorts: Sequence[Cohort], *ids: str) -> list[Finding]:
    """
    The findings for the named hypotheses (all of study 1 without names), a row a community.

    A simulated community gets no verdict: its rows say whether what was planted was recovered.
    """
    return concluding.conclude("01", [_case(one) for one in cohorts], *ids)


def since_the_first_look(cohorts: Sequence[Cohort]) -> TableView | Note:
    """Estimates of communities that are looked at again, at the first look and now."""
    return trend(conclude([one for one in cohorts if look(one.community) == LATER]))
