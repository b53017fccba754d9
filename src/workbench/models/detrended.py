"""A slope within groups, each less a trend of its own, with errors for few groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models import _columns, _terms
from workbench.models.inputs import Floats, Whole, confidence, labels, numbers
from workbench.models.result import Estimate

_FEWEST_GROUPS = 3
# A variance smaller than this share of what it was before is only rounding.
_STILL = 1e-12


@dataclass(frozen=True, eq=False)
class Detrended:
    """
    A weighted least-squares slope within groups.

    Attributes
    ----------
    slope : change of the outcome per unit of the exposure; jackknife over groups, Student's t with
        groups - 1 degrees of freedom.
    without : the slope without each group, in the order of `groups`.
    groups : their labels. n : rows.
    """

    slope: Estimate
    without: Floats
    groups: tuple[str, ...]
    n: int


def detrended_slope(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    group: str,
    covariates: Sequence[str] = (),
    trend: Sequence[str] = (),
    weights: str | None = None,
    level: float = 0.95,
) -> Detrended:
    """
    The slope of `outcome` on `exposure`, with a level and a trend of its own for every group.

    All columns are first freed, group by group, of a constant and of the columns of `trend`; what
    is left is regressed together. The error is the jackknife over whole groups, which is close to
    right with few of them and errs on the wide side.

    Parameters
    ----------
    data : DataFrame, one row per unit. covariates : numbers, yes/no or text, with one slope for all
        groups. trend : numbers, with a slope in each group. weights : above zero.

    Raises
    ------
    ModelError
        Empty values, a column not there, weights not above zero, fewer than three groups, an
        exposure that does not vary within groups less their trends.

    Source
    ------
    Frisch & Waugh (1933), doi:10.2307/1907330; jackknife by cluster (CR3): MacKinnon, Nielsen &
    Webb (2023), doi:10.1016/j.jeconom.2022.04.001.
    """
    where = "detrended_slope"
    confidence(level, where=where)
    used = [outcome, exposure, group, *trend, *([weights] if weights else [])]
    _columns.require(data, used, where=where)
    codes = labels(data[group], where=where, name=group, rows=len(data))
    names = data[group].astype(str).to_numpy()
    weight = np.ones(len(data))
    if weights is not None:
        weight = numbers(data[weights], where=where, name=weights, rows=len(data))
        if weight.min() <= 0:
            raise ModelError(
                f"{where}: expected {weights} above zero, got {weight.min():g}. Leave out rows "
                "without weight."
            )
    base = np.ones((len(data), 1))
    values, _ = _terms.terms(data, [exposure, *covariates], base=base, where=where)
    y = numbers(data[outcome], where=where, name=outcome, rows=len(data))
    lines = [numbers(data[name], where=where, name=name, rows=len(data)) for name in trend]
    root = np.sqrt(weight)
    freed = _freed(np.column_stack([y, values]), np.column_stack([base, *lines]), codes, root)
    spread = (freed[:, 1] ** 2).sum()
    if not spread > _STILL * (root**2 * values[:, 0] ** 2).sum():
        raise ModelError(
            f"{where}: expected {exposure} to vary within {group} less its trend, got none of its "
            "own. Take fewer trends, or compare groups instead."
        )
    return _jackknifed(freed, codes, names, exposure, level, where=where)


def _freed(columns: Floats, trend: Floats, codes: Whole, root: Floats) -> Floats:
    """The columns less each group's own trend, in units of the square root of the weights."""
    left = columns * root[:, None]
    for code in np.unique(codes):
        rows = codes == code
        own = trend[rows] * root[rows, None]
        left[rows] -= own @ np.linalg.lstsq(own, left[rows], rcond=None)[0]
    return left


def _jackknifed(
    freed: Floats, codes: Whole, names: Any, exposure: str, level: float, *, where: str
) -> Detrended:
    """The slope of the first column on the second, with all groups and without each."""
    groups = np.unique(codes)
    if len(groups) < _FEWEST_GROUPS:
        raise ModelError(
            f"{where}: expected {_FEWEST_GROUPS} groups or more, got {len(groups)}. Their "
            "differences are the only measure of error."
        )
    y, x = freed[:, 0], freed[:, 1:]
    whole_x, whole_y = x.T @ x, x.T @ y
    slope = float(np.linalg.lstsq(whole_x, whole_y, rcond=None)[0][0])
    without = np.empty(len(groups))
    for place, code in enumerate(groups):
        rows = codes == code
        fewer = whole_x - x[rows].T @ x[rows], whole_y - x[rows].T @ y[rows]
        without[place] = np.linalg.lstsq(*fewer, rcond=None)[0][0]
    count = len(groups)
    error = float(np.sqrt((count - 1) / count * ((without - slope) ** 2).sum()))
    if not error > 0:
        raise ModelError(
            f"{where}: expected groups that disagree about {exposure}, got an error of 0. Bring "
            "more groups."
        )
    reach = float(stats.t.ppf((1 + level) / 2, count - 1)) * error
    p = float(2 * stats.t.sf(abs(slope) / error, count - 1))
    first = {code: str(names[np.flatnonzero(codes == code)[0]]) for code in groups}
    return Detrended(
        slope=Estimate(slope, error, slope - reach, slope + reach, p, len(codes), count),
        without=without,
        groups=tuple(first[code] for code in groups),
        n=len(codes),
    )
