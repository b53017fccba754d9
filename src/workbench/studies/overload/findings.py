"""The findings of study 3: what its estimates bring to the verdict rule."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from workbench.data import Community
from workbench.errors import ModelError
from workbench.studies import concluding
from workbench.studies.cautions import PAUSES
from workbench.studies.communities import lacks, open_all, threads_by_pauses
from workbench.studies.concluding import Case
from workbench.studies.estimated import Estimated
from workbench.studies.finding import Finding
from workbench.studies.hypotheses import hypotheses
from workbench.studies.once import once
from workbench.studies.overload.awaiting import setting
from workbench.studies.overload.estimates import ESTIMATORS
from workbench.studies.present import TableView

STUDY = "03"


@once
def case(community: Community, *, name: str) -> Case | None:
    """What one hypothesis gives in one community; None where it lacks what the hypothesis needs."""
    if lacks(community, name):
        return None
    row = hypotheses(STUDY)[name]
    found: dict[str, Estimated] = {}
    refused: dict[str, str] = {}
    try:
        given = ESTIMATORS[name](community, row)
        if not 0 < given.std_error < math.inf:
            raise ModelError(
                f"{name}: expected a standard error above zero, got {given.std_error:g}. "
                "Load a longer record."
            )
        found[name] = given
    except ModelError as error:
        refused[name] = str(error)
    timed = "within" in row.fields
    return Case(
        community, found, refused, size=community.posts.height,
        choices=setting(community).choices if timed else {},
        caution=PAUSES if timed and threads_by_pauses(community) else "",
    )  # fmt: skip


def conclude(communities: Sequence[Community], *ids: str) -> list[Finding]:
    """
    The findings for the named hypotheses (all of study 3 without names), a row a community.

    A community that lacks what a hypothesis needs has no row for it.
    """
    made = []
    for name in ids or hypotheses(STUDY):
        given = [case(one, name=name) for one in communities]
        made += concluding.conclude(STUDY, [one for one in given if one is not None], name)
    return made


def able(names: Sequence[str] | None = None) -> list[Community]:
    """The wanted communities that can carry a hypothesis of study 3 or more; perhaps none."""
    ids = hypotheses(STUDY)
    return [one for one in open_all(names) if any(not lacks(one, name) for name in ids)]


def carrying(communities: Sequence[Community], name: str) -> list[Community]:
    """Those of the communities that can carry one hypothesis."""
    return [one for one in communities if not lacks(one, name)]


def what_is_missing(communities: Sequence[Community]) -> TableView:
    """Which question each community can answer, and what it lacks for the others."""
    lines = [
        {
            "community": one.title,
            "hypothesis": name,
            "question": row.question,
            "missing": ", ".join(lacks(one, name)) or "nothing",
        }
        for one in communities
        for name, row in hypotheses(STUDY).items()
    ]
    return TableView(
        pd.DataFrame(lines),
        name="what-is-missing",
        caption="What each community can answer, and what it lacks for the other questions. People "
        "who write in pairs have no channel that could be busy and enter no ideas into contests.",
    )
