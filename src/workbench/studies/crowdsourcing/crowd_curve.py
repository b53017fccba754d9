"""The crowd-size curve: the best idea of so many people, beside two kinds of chance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.wisdom import expected_maximum
from workbench.studies.crowdsourcing.crowd_size import NO_BLIND_JUDGE
from workbench.studies.crowdsourcing.ideas import ideas, largest_of, standings
from workbench.studies.once import once
from workbench.studies.present import Figure
from workbench.studies.refusals import where_possible
from workbench.studies.saying import number

_maximum = cache(expected_maximum)

DRAWN, POOLED, NORMAL = "people of the contest", "people of any contest", "normal draws"


@once
def size_curve(community: Community) -> pd.DataFrame:
    """
    The best idea of m people, against m = 1, 2, 4, ... up to the smallest crowd.

    One row a size and kind: people, kind, estimate, low, high; in standard deviations above the
    mean idea of the contest. DRAWN: m different people of a contest, each with all their ideas; the
    mean over all crowds of m, then over contests, with Student's interval over contests. POOLED:
    as many people of any contest. NORMAL: draws from a normal law with
    their mean and spread.

    Raises ModelError as `ideas.standings` does, and for contests of fewer than two people.
    """
    rows = standings(ideas(community)).dropna(subset="person")
    best = rows.groupby(["contest", "person"])["off"].max()
    crowds = [part.to_numpy() for _, part in best.groupby("contest")]
    smallest = min(map(len, crowds))
    if smallest < 2:
        raise ModelError(
            "size_curve: expected at least two people in every contest, got one. Bring contests "
            "with a crowd."
        )
    sizes = 2 ** np.arange(int(np.log2(smallest)) + 1)
    own = np.array([largest_of(crowd, sizes) for crowd in crowds])
    reach = stats.t.ppf(0.975, len(own) - 1) * own.std(axis=0, ddof=1) / np.sqrt(len(own))
    values = best.to_numpy()
    normal = values.mean() + values.std(ddof=1) * np.array([_maximum(int(m)) for m in sizes])
    parts = {
        DRAWN: (own.mean(axis=0), reach),
        POOLED: (largest_of(values, sizes), np.nan),
        NORMAL: (normal, np.nan),
    }
    return pd.concat(
        pd.DataFrame(
            {"people": sizes, "kind": kind, "estimate": middle, "low": middle - width,
             "high": middle + width}
        )
        for kind, (middle, width) in parts.items()
    )  # fmt: skip


@where_possible
def size_figure(communities: Sequence[Community]) -> Figure:
    """The crowd-size curve: the best of m people against m, beside two kinds of chance."""
    figure, axes = plots.canvas(panels=len(communities))
    said = []
    for community, ax in zip(communities, axes, strict=True):
        rows = size_curve(community)
        plots.curve_with_band(
            rows, x="people", label="kind", xlabel="people drawn", doublings=True,
            ylabel="best idea (standard deviations)", ax=ax,
        )  # fmt: skip
        ax.set_title(community.title)
        said.append(f"{community.title}: {_told(rows)}")
    return Figure(
        figure,
        name="crowd-size-curve",
        caption="The best idea of so many people drawn at random from one contest (average over "
        "contests, with its 95 % interval), beside as many draws from the people of any contest "
        "and from a normal law. The curve rises by drawing alone: nobody in it does better in a "
        f"larger crowd. {NO_BLIND_JUDGE}",
        alt=f"Rising curves over a doubling axis. {' '.join(said)}",
    )


def _told(rows: pd.DataFrame) -> str:
    ends = []
    for kind, part in rows.groupby("kind", sort=False):
        first, last = part.iloc[0], part.iloc[-1]
        ends.append(
            f"{kind}: from {number(first['estimate'], 2)} for {first['people']:,} to "
            f"{number(last['estimate'], 2)} for {last['people']:,}"
        )
    return "; ".join(ends) + "."
