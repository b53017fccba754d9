"""Does a curve turn? The test of Lind and Mehlum for a U or an inverted U."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models import _least_squares
from workbench.models._least_squares import Errors, Fit, Slope
from workbench.models.inputs import Floats, confidence, one_of
from workbench.models.result import Estimate

Shape = Literal["inverted U", "U"]

# The turn counts only where data lie on both sides: between these shares of x.
_BULK = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class LindMehlum:
    """
    A quadratic in x, and whether it rises at one end of [low, high] and falls at the other.

    Attributes
    ----------
    shape : the shape that was tested for.
    low, high : ends of the stretch of x, in its unit.
    slope_low, slope_high : slope of the curve there (unit of y per unit of x), p-value two-sided.
    p_low, p_high : one-sided, of the null that the slope has not the sign which the shape needs.
    p_value : the larger of the two: of the null hypothesis that there is no such shape.
    extreme : where the curve turns, in the unit of x, with Fieller's interval; no standard error.
    reason : why Fieller's interval is not one stretch, so that `extreme` has no limits; else None.
    extreme_inside : the turn lies between low and high.
    interval_inside : Fieller's interval lies between the 5th and the 95th percentile of x.
    found : p_value < 1 - level, and both of the above.
    table : one row per term of the fit. errors : classical, HC3 or clustered.
    n, clusters : rows, and groups within which they may depend on each other.
    dropped : covariates left out because they were constant or repeated others.
    """

    shape: Shape
    low: float
    high: float
    slope_low: Slope
    slope_high: Slope
    p_low: float
    p_high: float
    p_value: float
    extreme: Estimate
    reason: str | None
    extreme_inside: bool
    interval_inside: bool
    found: bool
    table: pd.DataFrame
    errors: str
    n: int
    clusters: int | None
    dropped: tuple[str, ...]


def lind_mehlum(
    x: Any,
    y: Any,
    *,
    covariates: pd.DataFrame | None = None,
    clusters: Any = None,
    low: float | None = None,
    high: float | None = None,
    shape: Shape = "inverted U",
    errors: Errors = "HC3",
    level: float = 0.95,
) -> LindMehlum:
    """
    Fit y = a + b1 x + b2 x^2 and test both ends of a stretch of x together.

    A quadratic also turns where the truth only levels off: `two_lines` does not.

    Parameters
    ----------
    x, y : one number per row. covariates : one row each; text becomes indicators.
    clusters : a label per row; then errors are clustered and Student's t has clusters - 1 degrees
        of freedom, else rows - terms.
    low, high : the stretch of x; without them, the smallest and the largest x.

    Raises
    ------
    ModelError
        Empty values, unequal lengths, x with fewer than three different values, an exact fit, an
        unknown shape or kind of error, low not below high or outside the data.

    Source
    ------
    Lind & Mehlum (2010), doi:10.1111/j.1468-0084.2009.00569.x; Fieller (1954).
    """
    where = "lind_mehlum"
    confidence(level, where=where)
    one_of(shape, get_args(Shape), where=where, name="shape")
    one_of(errors, get_args(Errors), where=where, name="errors")
    data = _least_squares.rows(x, y, covariates, clusters, where=where)
    ends = _ends(data.x, low, high, where=where)
    design = np.column_stack([np.ones(len(data.x)), data.x, data.x**2, data.covariates])
    fitted = _least_squares.fit(design, data.y, data.clusters, errors=errors, where=where)
    slopes = [_least_squares.combination(fitted, _slope(fitted, x), level=level) for x in ends]
    p_low, p_high = _one_sided(slopes, fitted.df, shape)
    turn = float(-fitted.coefficients[1] / (2 * fitted.coefficients[2]))
    limits, reason = _fieller(fitted, level)
    low_limit, high_limit = limits or (None, None)
    bulk = np.quantile(data.x, _BULK)
    extreme_inside = ends[0] <= turn <= ends[1]
    interval_inside = limits is not None and bool(bulk[0] <= limits[0] and limits[1] <= bulk[1])
    return LindMehlum(
        shape=shape,
        low=ends[0],
        high=ends[1],
        slope_low=slopes[0],
        slope_high=slopes[1],
        p_low=p_low,
        p_high=p_high,
        p_value=max(p_low, p_high),
        extreme=Estimate(turn, None, low_limit, high_limit, None, fitted.n, fitted.clusters),
        reason=reason,
        extreme_inside=extreme_inside,
        interval_inside=interval_inside,
        found=max(p_low, p_high) < 1 - level and extreme_inside and interval_inside,
        table=_least_squares.tidy(fitted, ["intercept", "x", "x^2", *data.names], level=level),
        errors=fitted.errors,
        n=fitted.n,
        clusters=fitted.clusters,
        dropped=data.dropped,
    )


def _ends(x: Floats, low: float | None, high: float | None, *, where: str) -> tuple[float, float]:
    least, most = float(x.min()), float(x.max())
    first, last = least if low is None else low, most if high is None else high
    if not least <= first < last <= most:
        raise ModelError(
            f"{where}: expected low below high, both between {least:g} and {most:g}, got "
            f"{first:g} and {last:g}. Test a stretch of x for which there are data."
        )
    return first, last


def _slope(fitted: Fit, x: float) -> Floats:
    """Weights of the coefficients that give the slope b1 + 2 b2 x."""
    weights = np.zeros(len(fitted.coefficients))
    weights[1:3] = 1.0, 2 * x
    return weights


def _one_sided(slopes: list[Slope], df: float, shape: Shape) -> tuple[float, float]:
    """Chances of slopes as far on the side that the shape needs: first up then down, or reverse."""
    up = 1.0 if shape == "inverted U" else -1.0
    first, last = (slope.t for slope in slopes)
    return float(stats.t.sf(up * first, df)), float(stats.t.sf(-up * last, df))


def _fieller(fitted: Fit, level: float) -> tuple[tuple[float, float] | None, str | None]:
    """All x at which a slope of zero is not refused, or why they are not one stretch."""
    (b1, b2), v = fitted.coefficients[1:3], fitted.covariance[1:3, 1:3]
    t2 = float(stats.t.ppf((1 + level) / 2, fitted.df)) ** 2
    # (b1 + 2 b2 x)^2 <= t^2 (v11 + 4 x v12 + 4 x^2 v22), a quadratic in x.
    square, linear, constant = (
        4 * (b2**2 - t2 * v[1, 1]), 4 * (b1 * b2 - t2 * v[0, 1]), b1**2 - t2 * v[0, 0],
    )  # fmt: skip
    inner = linear**2 - 4 * square * constant
    if square > 0:
        middle, half = -linear / (2 * square), np.sqrt(max(inner, 0.0)) / (2 * square)
        return (float(middle - half), float(middle + half)), None
    if inner < 0:
        return None, "the curvature is too uncertain: a turn at any x fits these data"
    between = sorted((-linear + sign * np.sqrt(inner)) / (2 * square) for sign in (-1, 1))
    return None, (
        "the curvature is too uncertain: a turn fits at any x outside "
        f"{between[0]:.4g} to {between[1]:.4g}"
    )
