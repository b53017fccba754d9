"""From the rows that were read to what is compared: how many are left, who leaves, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.data.takedown import untold
from workbench.errors import StudyError
from workbench.studies.present import Figure, short_names

READ, KEPT = "{table} read", "{table} kept"
UNUSABLE = "set aside when read, each with its reason"
CAPTION = (
    "From what was read to what is compared. Each box says how many are left; what stands beside "
    "it leaves there. Where nothing stands beside a box, the next one counts something else."
)


@dataclass(frozen=True)
class Stage:
    """
    A box of the flow: what is counted, how many, how many of them leave after it, and why.

    set_aside : None where nobody leaves because the next stage counts something else (people in
    place of posts), and at the end.
    """

    label: str
    count: int
    set_aside: int | None = None
    reason: str = ""


def reading(community: Community, table: str = "posts") -> tuple[Stage, Stage]:
    """The first two boxes: rows of a table that were read, and kept; none of those taken down."""
    counts, _ = untold(community.manifest["counts"], community.manifest["quarantine"])
    of = counts[table]
    return (
        Stage(READ.format(table=table), of["read"], of["quarantined"], UNUSABLE),
        Stage(KEPT.format(table=table), of["kept"]),
    )


def narrowing(reached: Mapping[str, int], reasons: Mapping[str, str]) -> tuple[Stage, ...]:
    """
    Stages of a selection: `reached` is who is left at each, `reasons` says why others are not.

    reasons : stage -> why those who do not reach it leave the one before.
    """
    steps = list(reached.items())
    inner = [
        Stage(label, count, count - left, reasons[following])
        for (label, count), (following, left) in pairwise(steps)
    ]
    last, count = steps[-1]
    return (*inner, Stage(last, count))


def flow(
    stages: Mapping[str, Sequence[Stage]], *, name: str = "flow", caption: str = CAPTION
) -> Figure:
    """
    The boxes of several communities in one figure: title -> its stages, from all to those left.

    Communities with the same stages share the boxes, a line each; others have boxes of their own.

    Raises
    ------
    StudyError
        Somebody is lost on the way: a stage less those who leave is not the next one.
    """
    for title, given in stages.items():
        _require_nobody_lost(title, given)
    named = short_names(list(stages))
    rows = [
        {"group": [(each.label, each.reason) for each in given], "stage": one.label,
         "label": named[title] if len(stages) > 1 else "", "count": one.count,
         "set_aside": one.set_aside, "reason": one.reason}
        for title, given in stages.items() for one in given
    ]  # fmt: skip
    frame = pd.DataFrame(rows).astype({"group": str})
    ax = plots.flow(frame)
    drawn = ax.get_figure(root=True)
    assert drawn is not None
    return Figure(drawn, name=name, caption=caption, alt=f"Boxes from the top. {_said(stages)}")


def _require_nobody_lost(title: str, given: Sequence[Stage]) -> None:
    for one, following in pairwise(given):
        left = None if one.set_aside is None else one.count - one.set_aside
        if left not in (None, following.count):
            raise StudyError(
                f"flow, {title}: expected {left:,} at “{following.label}”, which is "
                f"“{one.label}” less those set aside, got {following.count:,}. Count both stages "
                "in the same rows."
            )


def _said(stages: Mapping[str, Sequence[Stage]]) -> str:
    """Every box in words, community by community."""
    return " ".join(
        f"{title}: {'; '.join(_box(one) for one in given)}." for title, given in stages.items()
    )


def _box(one: Stage) -> str:
    leaving = "" if one.set_aside is None else f" ({one.set_aside:,} leave: {one.reason})"
    return f"{one.label} {one.count:,}{leaving}"
