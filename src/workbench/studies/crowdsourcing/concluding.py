"""All estimates of study 2 for each community, on their way to findings."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.data import Community
from workbench.errors import ModelError
from workbench.studies import concluding
from workbench.studies.communities import lacks, open_all
from workbench.studies.concluding import Case
from workbench.studies.crowdsourcing import estimators_groups, estimators_ideas
from workbench.studies.estimated import Estimated
from workbench.studies.finding import Finding
from workbench.studies.hypotheses import hypotheses
from workbench.studies.once import once

STUDY = "02"
ESTIMATORS = estimators_groups.ESTIMATORS | estimators_ideas.ESTIMATORS
ESTIMATORS = estimators_groups.ESTIMATORS | estimators_ideas.ESTIMATORS


@once
def case(community: Community, *, name: str) -> Case | None:
    """What one hypothesis gives in one community; None where it lacks what the hypothesis needs."""
    if lacks(community, name):
        return None
    found: dict[str, Estimated] = {}
    refused: dict[str, str] = {}
    try:
        found[name] = ESTIMATORS[name](community)
    except ModelError as error:
        refused[name] = str(error)
    size = max(community.read(table).height for table in ("ratings", "ideas"))
    return Case(community, found, refused, size)


def conclude(communities: Sequence[Community], *ids: str) -> list[Finding]:
    """
    The findings for the named hypotheses (all of study 2 without names), a row a community.

    A community that lacks what a hypothesis needs has no row for it.
    """
    made = []
    for name in ids or hypotheses(STUDY):
        given = [case(one, name=name) for one in communities]
        made += concluding.conclude(STUDY, [one for one in given if one is not None], name)
    return made


def carrying(names: Sequence[str] | None = None) -> list[Community]:
    """The wanted communities that can carry some hypothesis of study 2; perhaps none."""
    return [one for one in open_all(names) if any(not lacks(one, name) for name in ESTIMATORS)]


def able(communities: Sequence[Community], name: str) -> list[Community]:
    """Those among them that can carry one hypothesis."""
    return [one for one in communities if not lacks(one, name)]
