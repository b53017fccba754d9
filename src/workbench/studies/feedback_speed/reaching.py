"""The way from the posts that were read to the newcomers who are compared, as boxes."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.studies import flow
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.present import Figure
from workbench.studies.refusals import where_possible

# Step -> why those who do not reach it leave.
REASONS = {
    "known to be new": "not known to be new",
    "first post opened a thread": "their first post answered others",
    "watched to the end of the window": "the record ends too early",
    "not yet back by the landmark": "back before the landmark",
}


@where_possible
def exclusion_flow(cohorts: Sequence[Cohort]) -> Figure:
    """Who is left at each step from the rows read to the people compared, and why others leave."""
    return flow.flow(
        {
            one.community.title: (
                *flow.reading(one.community),
                *flow.narrowing(one.reached, REASONS),
            )
            for one in cohorts
        },
        name="exclusion-flow",
    )
