"""Up and then down: the break is chosen in one half of the data and tested in the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models._least_squares import Slope
from workbench.models.inputs import Whole, confidence, labels, numbers, one_of
from workbench.models.shape import Shape
from workbench.models.two_lines import Interrupted, interrupted, two_lines

FEWEST = 8  # groups, or rows where there are none, so that each half has a few


@dataclass(frozen=True, eq=False)
class SplitLines:
    """
    Two lines whose break the other half of the data chose.

    Attributes
    ----------
    below, above : slopes, means of the two halves; p-values against zero. at : the break used in
    each half, in the unit of x. halves : the fit in each. inverted_u, u_shaped : both slopes are
    significant, with these signs. n, clusters : rows, and groups that may depend within.
    """

    below: Slope
    above: Slope
    at: tuple[float, float]
    halves: tuple[Interrupted, Interrupted]
    inverted_u: bool
    u_shaped: bool
    n: int
    clusters: int | None


def split_lines(
    x: Any,
    y: Any,
    *,
    seed: int,
    covariates: pd.DataFrame | None = None,
    clusters: Any = None,
    shape: Shape = "inverted U",
    level: float = 0.95,
) -> SplitLines:
    """
    Two lines with a break that the tested data have not chosen.

    `two_lines` looks for the break where the bend looks sharpest, and then tests the bend with the
    same rows: on a flat curve that finds one too often. Here whole groups are dealt into two halves
    with `seed`; each half is tested at the break that `two_lines` finds in the other, and the
    slopes are averaged. What is estimated is the mean of the slopes at these two breaks.

    Raises
    ------
    ModelError
        As `two_lines`, in either half; fewer than eight groups (rows, where there are none).

    Source
    ------
    Simonsohn (2018), doi:10.1177/2515245918805755, with the splitting of Cox (1975),
    doi:10.1093/biomet/62.2.441.
    """
    where = "split_lines"
    confidence(level, where=where)
    one_of(shape, get_args(Shape), where=where, name="shape")
    along = numbers(x, where=where, name="x")
    outcome = numbers(y, where=where, name="y", rows=len(along))
    groups = None
    if clusters is not None:
        groups = labels(clusters, where=where, name="clusters", rows=len(along))
    first = _dealt(np.arange(len(along)) if groups is None else groups, seed, where=where)
    parts = []
    for tested in (first, ~first):
        found, used = (
            {
                "x": along[half], "y": outcome[half],
                "covariates": None if covariates is None else covariates[half],
                "clusters": None if groups is None else groups[half],
            }
            for half in (~tested, tested)
        )  # fmt: skip
        at = two_lines(**found, shape=shape).at
        parts.append(interrupted(**used, at=at, level=level))
    below, above = (_mean([getattr(p, side) for p in parts], level) for side in ("below", "above"))
    signs = [int(np.sign(s.estimate)) if s.p_value < 1 - level else 0 for s in (below, above)]
    return SplitLines(
        below=below,
        above=above,
        at=(parts[0].at, parts[1].at),
        halves=(parts[0], parts[1]),
        inverted_u=signs == [1, -1],
        u_shaped=signs == [-1, 1],
        n=len(along),
        clusters=None if groups is None else int(groups.max()) + 1,
    )


def _dealt(groups: Whole, seed: int, *, where: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows are in the first half; whole groups are dealt."""
    count = int(groups.max()) + 1
    if count < FEWEST:
        raise ModelError(
            f"{where}: expected at least {FEWEST} groups (rows, where there are none), got "
            f"{count}. Bring more, or fix the break beforehand."
        )
    order = np.random.default_rng(seed).permutation(count)
    return np.asarray(np.isin(groups, order[: count // 2]))


def _mean(slopes: list[Slope], level: float) -> Slope:
    """The mean of two independent slopes, with Welch's degrees of freedom."""
    one, two = slopes
    estimate = (one.estimate + two.estimate) / 2
    variances = np.array([one.std_error, two.std_error]) ** 2
    freedom = np.array([_freedom(slope) for slope in slopes])
    std_error = float(np.sqrt(variances.sum())) / 2
    df = float(variances.sum() ** 2 / (variances**2 / freedom).sum())
    reach = float(stats.t.ppf((1 + level) / 2, df)) * std_error
    return Slope(
        estimate=estimate,
        std_error=std_error,
        low=estimate - reach,
        high=estimate + reach,
        p_value=float(2 * stats.t.sf(abs(estimate) / std_error, df)),
        n=one.n + two.n,
        clusters=None
        if one.clusters is None or two.clusters is None
        else one.clusters + two.clusters,
    )


def _freedom(slope: Slope) -> int:
    """Groups less one; without groups the rows less the four terms of two lines."""
    return slope.n - 4 if slope.clusters is None else slope.clusters - 1
