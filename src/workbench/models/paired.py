"""Pairs in which chance decided who was treated: the mean difference within pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models._columns import arms, require
from workbench.models.inputs import confidence, numbers
from workbench.models.result import Estimate

# Differences that vary by less than this share of the largest outcome vary by rounding only.
_ROUNDING = 1e-15


@dataclass(frozen=True, kw_only=True)
class PairedDifference(Estimate):
    """
    Mean of the differences treated minus untreated, one a pair.

    `n` counts rows and `clusters` pairs; `low`, `high` and `p_value` (null value 0) use Student's t
    with pairs - 1 degrees of freedom.

    Attributes
    ----------
    mean_treated, mean_untreated : mean outcome of each arm. t : the statistic.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    clusters: int
    mean_treated: float
    mean_untreated: float
    t: float


def paired_difference(
    data: pd.DataFrame, *, outcome: str, treatment: str, pair: str, level: float = 0.95
) -> PairedDifference:
    """
    Average effect of being assigned to treatment, in a trial randomised within pairs.

    Parameters
    ----------
    data : DataFrame, one row per unit; `treatment` is 0 or 1, `outcome` a number or yes/no, `pair`
        names the pair; every pair has one treated and one untreated unit.

    Raises
    ------
    ModelError
        Empty or infinite values, a pair without exactly one unit in each arm, fewer than two pairs,
        differences that do not vary, a level outside (0, 1).

    Source
    ------
    Imai (2008), doi:10.1002/sim.3337.
    """
    where = "paired_difference"
    confidence(level, where=where)
    require(data, [outcome, treatment, pair], where=where)
    arm = arms(data, treatment, where=where)
    y = numbers(data[outcome], where=where, name=outcome, rows=len(data))
    codes, pairs = pd.factorize(data[pair])
    treated = np.bincount(codes, arm)
    broken = int(((np.bincount(codes) != 2) | (treated != 1)).sum())
    if broken:
        raise ModelError(
            f"{where}: expected one treated and one untreated unit in every pair of {pair}, got "
            f"{broken:,} other pairs. Set whole pairs aside, and say how many."
        )
    difference = np.bincount(codes, np.where(arm == 1, y, -y))
    if len(pairs) < 2 or np.ptp(difference) <= _ROUNDING * np.abs(y).max():
        raise ModelError(
            f"{where}: expected pairs whose differences vary, got {len(pairs):,} pairs with the "
            "same. Bring more pairs."
        )
    mean, count = float(difference.mean()), len(pairs)
    error = float(difference.std(ddof=1) / np.sqrt(count))
    reach = float(stats.t.ppf((1 + level) / 2, count - 1)) * error
    return PairedDifference(
        estimate=mean, std_error=error, low=mean - reach, high=mean + reach,
        p_value=float(2 * stats.t.sf(abs(mean) / error, count - 1)), n=len(data), clusters=count,
        mean_treated=float(y[arm == 1].mean()), mean_untreated=float(y[arm == 0].mean()),
        t=mean / error,
    )  # fmt: skip
