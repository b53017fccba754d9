"""The way from the ratings that were read to the groups that are compared, as boxes."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.data import Community
from workbench.studies import flow
from workbench.studies.crowdsourcing.groups import (
    FAR,
    NO_LOGARITHM,
    ON_THEIR_OWN,
    ONE_ANSWER,
    TOO_FAR,
    TOO_FAR_LATER,
    groups,
)
from workbench.studies.present import Figure
from workbench.studies.refusals import where_possible

FIRST = "people, each at each question"
# Why somebody leaves -> what those who stay are.
STAYING = {
    ONE_ANSWER: "answered before and after",
    NO_LOGARITHM: "numbers above zero",
    TOO_FAR: f"first answers within {FAR:g} times the median first answer",
    TOO_FAR_LATER: f"last answers within {FAR:g} times the median first answer",
    ON_THEIR_OWN: "with another member",
}


@where_possible
def exclusion_flow(communities: Sequence[Community]) -> Figure:
    """Whose answers are left at each step from the rows read, and why others leave."""
    return flow.flow({one.title: _stages(one) for one in communities}, name="exclusion-flow")


def _stages(one: Community) -> tuple[flow.Stage, ...]:
    found = groups(one)
    count = len(found.people) + sum(found.left_out.values())
    reached, reasons = {FIRST: count}, {}
    for why, number in found.left_out.items():
        count -= number
        reached[STAYING[why]] = count
        reasons[STAYING[why]] = why
    return (
        *flow.reading(one, "ratings"),
        *flow.narrowing(reached, reasons),
        flow.Stage("groups at a question", len(found.table)),
    )
