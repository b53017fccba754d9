"""The negative control of H3.1: load that arrives when the time to reply is over."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.result import Estimate
from workbench.studies.feedback_speed.placebo import judged
from workbench.studies.hypotheses import hypotheses
from workbench.studies.once import once
from workbench.studies.overload.awaiting import at_hand, setting
from workbench.studies.overload.replying import (
    INFLOW,
    LATER,
    SENDS,
    fall,
    fewer_replies,
    in_100,
)
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible
from workbench.studies.verdict import FAILED, PASSED

SAYS = {PASSED: "nothing, as it should", FAILED: "something is left"}
WEAK = "too weak to tell"


@once
def later_load(community: Community) -> Estimate:
    """
    The fall of H3.1 with the load that came after the time to reply, beside the load before.

    What had not yet come cannot have kept anybody from replying. Turns whose later window the
    record cuts off are left out.
    """
    given, frame = setting(community), at_hand(community)
    seen = frame[frame["left_us"] >= given.within + given.window].reset_index(drop=True)
    return fall(seen, exposure=LATER, covariates=(INFLOW, SENDS)).fall


def possible(community: Community) -> Estimate | None:
    """The control; None where this community does not allow it."""
    try:
        return later_load(community)
    except ModelError:
        return None


def control(community: Community) -> tuple[dict[str, str], float | None]:
    """How the control is judged, under its name, and its p; nothing where it could not be run."""
    found = possible(community)
    if found is None:
        return {}, None
    size = fewer_replies(community).fall.estimate
    state = judged(found, estimate=float(size or 0), sesoi=hypotheses()["H3.1"].sesoi)
    return {"negative control": state}, found.p_value


@where_possible
def negative_control(communities: Sequence[Community]) -> TableView:
    """The check that should find nothing."""
    lines = []
    for one in communities:
        found = later_load(one)
        state = control(one)[0]["negative control"]
        lines.append(
            {
                "community": one.title,
                "load before": in_100(fewer_replies(one).fall),
                "load afterwards": in_100(found),
                "it says": SAYS.get(state, WEAK),
                "p": found.p_value,
                "turns": found.n,
            }
        )
    return TableView(
        pd.DataFrame(lines),
        name="negative-control",
        caption="A check that should find nothing: of 100 turns, how many fewer were answered in "
        "time for each doubling of what came in only when that time was over, with the load before "
        "held equal (95 % interval). What had not yet come cannot have kept anybody from replying. "
        "Where something is found, busy moments differ in more than their load: whoever replies "
        "stays, and who stays is written to.",
        formats={"p": "{:.2g}"},
    )
