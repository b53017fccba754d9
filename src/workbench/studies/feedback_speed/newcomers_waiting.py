"""Do newcomers' first threads wait longer than all other threads?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.data import Community
from workbench.measures import collect
from workbench.measures.newcomers import newcomers
from workbench.models.clustered_survival import clustered_rmst_difference
from workbench.models.result import Estimate
from workbench.models.survival import log_rank
from workbench.studies.durations import DAY, HOUR, MINUTE, SECOND, exactly
from workbench.studies.feedback_speed.waiting import waits
from workbench.studies.hypotheses import windows
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible


def first_threads(community: Community, rows: pd.DataFrame) -> pd.Series:
    """Which threads of `rows` are the first post of a newcomer: yes or no, by row."""
    people = collect(
        newcomers(
            community.lazy("posts"), community.lazy("people"), community.lazy("communities"),
            washout_us=windows(community.platform).washout,
        )
    )  # fmt: skip
    first = people.loc[people["is_newcomer"] & people["opened"], "first_post_id"]
    return rows["thread_id"].isin(first)


def _unit(us: int) -> tuple[int, str]:
    """The unit in which a difference of waits of up to `us` reads well."""
    for longest, size, name in ((HOUR, SECOND, "s"), (2 * DAY, MINUTE, "min")):
        if us < longest:
            return size, name
    return HOUR, "h"


def _difference(gap: Estimate, landmark: int) -> str:
    size, unit = _unit(landmark)
    values = (gap.estimate, gap.low, gap.high)
    middle, low, high = (_short(float(value or 0) * HOUR / size) for value in values)
    return f"{middle} {unit} ({low} to {high}), over {exactly(landmark)}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _verdict(gap: Estimate, landmark: int) -> str:
    """What the interval says, in words."""
    low, high = float(gap.low or 0), float(gap.high or 0)
    size, unit = _unit(landmark)
    by = f"by {_short(abs(float(gap.estimate or 0)) * HOUR / size)} {unit} on average"
    over = f"over the first {exactly(landmark)}"
    if low > 0:
        return f"newcomers wait longer {over}, {by}"
    if high < 0:
        return f"newcomers wait shorter {over}, {by}"
    return f"newcomers and others cannot be told apart {over}"


@where_possible
def newcomers_against_others(communities: Sequence[Community]) -> TableView:
    """Do newcomers' threads wait longer? Shares ever answered, mean waits, log-rank test."""
    rows, said = [], []
    for community in communities:
        landmark = windows(community.platform).landmark
        found = waits(community)
        new = first_threads(community, found)
        gap = clustered_rmst_difference(
            found["hours"], found["answered"], new, found["asker"], landmark / HOUR
        )
        rows.append(
            {
                "community": community.title,
                "first threads of newcomers": int(new.sum()),
                "other threads": int((~new).sum()),
                "newcomers ever answered": float(found.loc[new, "answered"].mean()),
                "others ever answered": float(found.loc[~new, "answered"].mean()),
                "difference in mean wait": _difference(gap, landmark),
                "log-rank p": log_rank(found["hours"], found["answered"], new).p_value,
            }
        )
        said.append(f"{community.title}: {_verdict(gap, landmark)}")
    return TableView(
        pd.DataFrame(rows),
        name="newcomers-against-others",
        caption=f"Newcomers' first threads against all other threads. {'; '.join(said)}. The "
        "difference in mean wait (positive: newcomers wait longer) cuts every wait at the "
        "community's landmark; its 95 % interval takes the person who opened a thread as the unit. "
        "The log-rank test looks at the whole record and takes threads as independent, which they "
        "are not, so that its p is likely to be too small.",
        formats={
            "newcomers ever answered": "{:.1%}",
            "others ever answered": "{:.1%}",
            "log-rank p": lambda p: "< 0.0001" if p < 1e-4 else f"{p:.4f}",
        },
    )
