"""Is an answer within the hour the rule? Month by month, because a community changes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.models.survival import survival_at
from workbench.studies.durations import local_time
from workbench.studies.feedback_speed.waiting import curve, waits
from workbench.studies.present import Figure
from workbench.studies.refusals import where_possible

FEWEST_THREADS = 30  # a month with fewer threads is not drawn


def monthly_share(communities: Sequence[Community]) -> pd.DataFrame:
    """
    The share answered within the hour, by month of opening.

    One row a community and month with enough threads: community, month (`2004-05`, on the
    community's own clock), threads, estimate, low, high (shares).
    """
    rows = []
    for community in communities:
        found = waits(community)
        zone = community.communities["timezone"][0]
        month = local_time(found["opened_us"], zone).dt.strftime("%Y-%m")
        for name, part in found.groupby(month, sort=True):
            watched = part["hours"].max() >= 1 or part["answered"].all()
            if len(part) < FEWEST_THREADS or not watched:
                continue
            still = survival_at(curve(part), 1.0)
            rows.append(
                {
                    "community": community.title,
                    "month": name,
                    "threads": len(part),
                    "estimate": 1 - float(still.estimate or 0),
                    "low": None if still.high is None else 1 - still.high,
                    "high": None if still.low is None else 1 - still.low,
                }
            )
    columns = ["community", "month", "threads", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


@where_possible
def within_the_hour(communities: Sequence[Community]) -> Figure:
    """The monthly shares, drawn; one half is the line that “most” has to cross."""
    rows = monthly_share(communities)
    drawn = rows.assign(**{c: 100 * rows[c].astype(float) for c in ("estimate", "low", "high")})
    figure, axes = plots.canvas(height=2.9, panels=len(communities))
    said = []
    for community, ax in zip(communities, axes, strict=True):
        name = community.title
        part = drawn[drawn["community"] == name]
        plots.points(
            part, x="month", label="community", xlabel="month the thread was opened",
            ylabel="answered, of 100", line=50, ax=ax,
        )  # fmt: skip
        ax.set(ylim=(0, 100))
        ax.set_title(name, loc="left")
        low, high = part["estimate"].min(), part["estimate"].max()
        said.append(
            f"{name}: between {low:.0f} and {high:.0f} in 100 over {len(part)} months"
            if len(part)
            else f"{name}: no such month"
        )
    return Figure(
        figure,
        name="within-the-hour",
        caption=f"Threads answered by another human within the hour, by month, of 100 opened, with "
        f"95 % intervals. Months with fewer than {FEWEST_THREADS} threads, or watched for less "
        "than an hour, are left out. "
        f"{'; '.join(said)}.",
        alt=f"Points with intervals by month against a line at 50. {'; '.join(said)}.",
    )
