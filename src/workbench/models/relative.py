"""Errors in relative terms: what share smaller they are, after against before or by a covariate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from workbench.errors import ModelError
from workbench.models import _columns, _terms
from workbench.models._least_squares import fit as least_squares
from workbench.models.inputs import Floats, Whole, confidence, labels, numbers
from workbench.models.result import Estimate

_STEPS = 100


def share_less(before: Any, after: Any, *, clusters: Any = None, level: float = 0.95) -> Estimate:
    """
    By what share the mean of `after` is smaller than that of `before`: 1 - mean / mean.

    One row a unit that was measured twice. The error is that of the delta method, summed within
    clusters (rows, where none are given) and times G / (G - 1); the interval uses Student's t with
    G - 1 degrees of freedom. The p-value is against no change.

    Raises
    ------
    ModelError
        Empty or infinite values, unequal lengths, fewer than two clusters, a mean before of zero or
        below, no scatter at all, or a level outside (0, 1).

    Source
    ------
    The delta method for a ratio of means: Cochran (1977), Sampling Techniques, chapter 6.
    """
    where = "share_less"
    confidence(level, where=where)
    first = numbers(before, where=where, name="before")
    second = numbers(after, where=where, name="after", rows=len(first))
    mean = float(first.mean())
    if mean <= 0:
        raise ModelError(
            f"{where}: expected a mean before above zero, got {mean:g}. A share of nothing has no "
            "size: compare differences."
        )
    names = np.arange(len(first)) if clusters is None else clusters
    groups = labels(names, where=where, name="clusters", rows=len(first))
    ratio = float(second.mean()) / mean
    influence = -(second - ratio * first) / (mean * len(first))
    return _estimate(1 - ratio, influence, groups, df=None, level=level, where=where)


def share_less_per_sd(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    covariates: Sequence[str],
    level: float = 0.95,
) -> Estimate:
    """
    By what share of its mean the outcome is smaller for a standard deviation more of the exposure.

    Minus the least-squares slope, times the exposure's standard deviation, over the mean outcome.
    The error is HC3 for the slope and by the delta method for the ratio; the standard deviation is
    taken as known, since it is the unit in which the answer is given. Student's t with rows less
    terms degrees of freedom. The p-value is against no slope.

    Parameters
    ----------
    data : DataFrame, one row per unit. Outcome and exposure are numbers; covariates are numbers,
        yes/no or text.

    Raises
    ------
    ModelError
        Empty or infinite values, a column not there, terms that are constant or repeat each other,
        too few rows, an exact fit, a mean outcome of zero or below, or a level outside (0, 1).

    Source
    ------
    MacKinnon & White (1985), doi:10.1016/0304-4076(85)90158-7.
    """
    where = "share_less_per_sd"
    confidence(level, where=where)
    _columns.require(data, [outcome], where=where)
    y = numbers(data[outcome], where=where, name=outcome, rows=len(data))
    values, _ = _terms.terms(data, [exposure, *covariates], base=np.ones((len(y), 1)), where=where)
    mean = float(y.mean())
    if mean <= 0:
        raise ModelError(
            f"{where}: expected a mean of {outcome} above zero, got {mean:g}. A share of nothing "
            "has no size: report the slope."
        )
    unit = (values[:, 0] - values[:, 0].mean()) / values[:, 0].std(ddof=1)
    design = np.column_stack([np.ones(len(y)), unit, values[:, 1:]])
    fitted = least_squares(design, y, None, where=where)
    slope = float(fitted.coefficients[1])
    factor = np.linalg.pinv(design)
    leverage = np.einsum("ij,ji->i", design, factor)
    residual = (y - design @ fitted.coefficients) / (1 - leverage)
    influence = -factor[1] * residual / mean + slope * (y - mean) / (mean**2 * len(y))
    groups = np.arange(len(y))
    return _estimate(
        -slope / mean, influence, groups, df=fitted.df, level=level, where=where, small=False
    )


def share_less_of_gamma(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    covariates: Sequence[str],
    clusters: str,
    level: float = 0.95,
) -> Estimate:
    """
    By what share a positive outcome is smaller for a standard deviation more of the exposure.

    1 - exp(slope) of a gamma regression with logarithmic link; robust errors, clustered (factor
    G / (G - 1) x (N - 1) / (N - K)), which need only the mean to be right. The limits are those of
    the slope, turned into shares; `std_error` is that of the share by the delta method, and the
    p-value is of the slope, by Student's t with G - 1 degrees of freedom.

    Raises
    ------
    ModelError
        As `share_less_per_sd`; an outcome of zero or below, fewer than two clusters, or no
        convergence.

    Source
    ------
    McCullagh & Nelder (1989), Generalized Linear Models, chapter 8.
    """
    where = "share_less_of_gamma"
    confidence(level, where=where)
    _columns.require(data, [outcome], where=where)
    y = numbers(data[outcome], where=where, name=outcome, rows=len(data))
    if y.min() <= 0:
        raise ModelError(
            f"{where}: expected {outcome} above zero in every row, got {int((y <= 0).sum()):,} at "
            "zero or below. Leave them out and say so."
        )
    values, _ = _terms.terms(data, [exposure, *covariates], base=np.ones((len(y), 1)), where=where)
    _terms.enough_rows(len(y), values.shape[1] + 2, where=where)
    groups = _terms.groups_of(data, clusters, where=where)
    design, back = _terms.with_intercept(values)
    coefficients, mean = _gamma(y / y.mean(), design, where=where)
    off = y / y.mean() / mean
    scores = design * (off - 1)[:, None]
    bread = np.asarray(np.linalg.inv((design * off[:, None]).T @ design), dtype=np.float64)
    covariance = _terms.sandwich(bread, scores, groups, parameters=design.shape[1])
    deviation = float(values[:, 0].std(ddof=1))
    slope = float((back @ coefficients)[1]) * deviation
    error = float(np.sqrt((back @ covariance @ back.T)[1, 1])) * deviation
    count = _terms.count_of(groups)
    df = _terms.freedom(len(y), design.shape[1], groups)
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    return Estimate(
        estimate=float(-np.expm1(slope)),
        std_error=float(np.exp(slope)) * error,
        low=float(-np.expm1(slope + reach)),
        high=float(-np.expm1(slope - reach)),
        p_value=float(2 * stats.t.sf(abs(slope) / error, df)),
        n=len(y),
        clusters=count,
    )


def _gamma(y: Floats, design: Floats, *, where: str) -> tuple[Floats, Floats]:
    """Coefficients and fitted means of the gamma regression."""
    family = sm.families.Gamma(link=sm.families.links.Log())
    try:
        fitted = sm.GLM(y, design, family=family).fit(maxiter=_STEPS, tol=1e-10)
        converged = bool(fitted.converged)
    except (np.linalg.LinAlgError, ValueError):
        converged = False
    if not converged:
        raise ModelError(
            f"{where}: expected convergence within {_STEPS} steps, got none. Look for extreme "
            "values, or use fewer covariates."
        )
    return np.asarray(fitted.params), np.asarray(fitted.mu)


def _estimate(
    value: float,
    influence: Floats,
    groups: Whole,
    *,
    df: int | None,
    level: float,
    where: str,
    small: bool = True,
) -> Estimate:
    """An estimate from its influence function, summed within groups."""
    sums = np.bincount(groups, influence)
    count = len(sums)
    factor = count / (count - 1) if small else 1.0
    error = float(np.sqrt(factor * (sums**2).sum()))
    if not error > 1e-12 * max(abs(value), 1e-12):
        raise ModelError(
            f"{where}: expected units that differ, got the same ratio in all. Report the ratio "
            "without an interval."
        )
    freedom = count - 1 if df is None else df
    reach = float(stats.t.ppf((1 + level) / 2, freedom)) * error
    return Estimate(
        value, error, value - reach, value + reach,
        float(2 * stats.t.sf(abs(value) / error, freedom)), len(influence),
        count if df is None else None,
    )  # fmt: skip
