"""Ideas in contests as the study compares them: one row an idea, with its standing."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.ideas import entries
from workbench.models.inputs import Floats, Whole
from workbench.studies.once import once

LEAST_IDEAS, LEAST_CONTESTS = 10, 4


@once
def ideas(community: Community) -> pd.DataFrame:
    """
    Every idea of a known moment, in the order of time.

    One row an idea: post_id, contest, stage, won, person (empty: deleted account), created_us,
    score, length.
    """
    rows = collect(entries(community.lazy("ideas"), community.lazy("posts")))
    rows = rows.rename(columns={"contest_id": "contest", "author_id": "person"})
    return rows.drop(columns="community_id").sort_values(
        ["created_us", "post_id"], kind="stable", ignore_index=True
    )


def could_win(community: Community) -> pd.DataFrame:
    """
    The ideas of a stage in which some won; all of them where the platform names no stages.

    Columns as in `ideas`; where nothing is said of a win, none is counted.
    """
    rows = ideas(community)
    rows = rows.assign(won=rows["won"].fillna(False).astype(bool))
    stages = rows.loc[rows["won"], "stage"].dropna().unique()
    return rows[rows["stage"].isin(stages)] if len(stages) else rows


def standings(rows: pd.DataFrame, *, raw: bool = False) -> pd.DataFrame:
    """
    How each idea stood, in standard deviations of ideas of one contest.

    One row an idea of a contest with ten ideas or more whose points are known: contest, person,
    standing (the logarithm of one plus the points, none below 0), off (the same less the mean of
    its contest). The deviation is that of `off`, one degree of freedom less for each contest. `raw`
    takes the points themselves and no logarithm.

    Raises
    ------
    ModelError
        Fewer than four such contests, or ideas whose points do not differ.
    """
    known = rows.dropna(subset="score")
    size = known.groupby("contest")["score"].transform("size")
    known = known[size >= LEAST_IDEAS]
    contests = known["contest"].nunique()
    if contests < LEAST_CONTESTS:
        raise ModelError(
            f"standings: expected at least {LEAST_CONTESTS} contests with {LEAST_IDEAS} ideas or "
            f"more whose points are known, got {contests}. Bring more contests."
        )
    points = known["score"].astype(float).clip(lower=0)
    if not raw:
        points = points.map(np.log1p)
    off = points - points.groupby(known["contest"]).transform("mean")
    spread = float(np.sqrt((off**2).sum() / (len(off) - contests)))
    if spread <= 0:
        raise ModelError(
            "standings: expected ideas with different points, got all alike within contests. "
            "Bring a record of points."
        )
    return pd.DataFrame(
        {
            "contest": known["contest"],
            "person": known["person"],
            "standing": points / spread,
            "off": off / spread,
        }
    )


def largest_of(values: Floats, sizes: Whole) -> Floats:
    """
    The mean of the largest over all choices of so many different ones of `values`, for each size.

    Exact: the k-th smallest is the largest of n with chance (k-1 over n-1) / (N over n). Without
    bias for draws from whatever law the values came from, as a mean over all choices is; draws with
    replacement would fall short of it for large n.

    Source
    ------
    Hoeffding (1948), doi:10.1214/aoms/1177730196.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    rank, total = np.arange(1, len(ordered) + 1), np.array(len(ordered))
    chance = np.exp(_log_ways(rank[:, None] - 1, sizes - 1) - _log_ways(total, sizes))
    return np.asarray(ordered @ chance)


def _log_ways(n: Whole, k: Whole) -> Floats:
    """The logarithm of n over k; minus infinity where k is above n."""
    rest = n - k
    ways = special.gammaln(n + 1) - special.gammaln(k + 1)
    return np.where(rest >= 0, ways - special.gammaln(np.maximum(rest, 0) + 1), -np.inf)
