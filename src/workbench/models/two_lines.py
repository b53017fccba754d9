"""Up and then down? Two straight lines that meet where a smooth curve is highest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.models import _least_squares
from workbench.models._least_squares import Rows, Slope
from workbench.models._smooth import smooth
from workbench.models.inputs import Floats, confidence, numbers, one_of
from workbench.models.shape import Shape

# The break is looked for in the middle of the data: between these shares of x.
_MIDDLE = (0.10, 0.90)
_FEWEST_VALUES = 6


@dataclass(frozen=True, eq=False)
class Interrupted:
    """
    Two lines with a step between them.

    Attributes
    ----------
    at : where the second line begins, in the unit of x; a row with x = at belongs to it.
    below, above : slopes of the two lines, in units of y per unit of x; p-values against zero.
    table : one row per term (below, above, step, covariates). errors : HC3 or clustered.
    n, n_below, clusters : rows, rows below the break, groups that may depend within.
    dropped : covariates left out because they were constant or repeated others.
    """

    at: float
    below: Slope
    above: Slope
    table: pd.DataFrame
    errors: str
    n: int
    n_below: int
    clusters: int | None
    dropped: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TwoLines:
    """
    The two lines at the break that the data chose.

    Attributes
    ----------
    lines : the fit. at, below, above : as there.
    inverted_u : the first slope is significantly above zero and the second below.
    u_shaped : the reverse.
    first_at : the break before it was moved towards the weaker line.
    flat_low, flat_high, n_flat : the smallest and the largest x, and the number of rows, at which
        the smooth curve is within one standard error of its extreme.
    edf : effective degrees of freedom of the smooth curve.
    """

    lines: Interrupted
    at: float
    below: Slope
    above: Slope
    inverted_u: bool
    u_shaped: bool
    first_at: float
    flat_low: float
    flat_high: float
    n_flat: int
    edf: float


def interrupted(
    x: Any,
    y: Any,
    *,
    at: float,
    covariates: pd.DataFrame | None = None,
    clusters: Any = None,
    level: float = 0.95,
) -> Interrupted:
    """
    Fit one line to the rows with x < at and one to the others, with a step between them.

    Errors are HC3 (Student's t, rows - terms degrees of freedom), with `clusters` clustered
    (clusters - 1).

    Raises
    ------
    ModelError
        Empty values, unequal lengths, fewer than two different x on a side, an exact fit, a row
        that decides a term alone.

    Source
    ------
    Simonsohn (2018), doi:10.1177/2515245918805755.
    """
    where = "interrupted"
    confidence(level, where=where)
    data = _least_squares.rows(x, y, covariates, clusters, where=where)
    _two_sides(data.x, at, where=where)
    return _fit(data, at, level, where=where)


def projected(
    x: Any, mean: Any, *, at: float, covariates: pd.DataFrame | None = None
) -> tuple[float, float]:
    """
    The slopes below and above `at` that `interrupted` estimates where `mean` is the true curve.

    The least-squares lines through the mean itself, on the same design: what an estimate from
    simulated data is compared with. Raises ModelError for empty values and unequal lengths, and
    where a side has fewer than two different x.
    """
    where = "projected"
    along = numbers(x, where=where, name="x")
    truth = numbers(mean, where=where, name="mean", rows=len(along))
    data = _least_squares.rows(along, along, covariates, None, where=where)
    _two_sides(along, at, where=where)
    slopes = np.linalg.lstsq(_design(data, at), truth, rcond=None)[0]
    return float(slopes[0]), float(slopes[1])


def two_lines(
    x: Any,
    y: Any,
    *,
    covariates: pd.DataFrame | None = None,
    clusters: Any = None,
    shape: Shape = "inverted U",
    level: float = 0.95,
) -> TwoLines:
    """
    Test whether y rises and then falls with x, without assuming how.

    The Robin Hood rule: a smooth curve gives the flat stretch around its extreme in the middle
    80 % of x; the break starts at the median of the rows there and is moved to the quantile
    z2 / (z1 + z2), so that the weaker line gets more rows. Clusters count in the errors of the two
    lines, not in the smooth curve. `shape` says which extreme is looked for, the highest point or
    the lowest; a shape was found where both slopes are significant with opposite signs.

    Raises
    ------
    ModelError
        As `interrupted`; x with fewer than six different values, or with too many equal rows in the
        middle; covariates that follow from x by a curve.

    Source
    ------
    Simonsohn (2018), doi:10.1177/2515245918805755.
    """
    where = "two_lines"
    confidence(level, where=where)
    one_of(shape, get_args(Shape), where=where, name="shape")
    data = _least_squares.rows(x, y, covariates, clusters, where=where)
    values = np.unique(data.x)
    if len(values) < _FEWEST_VALUES:
        raise ModelError(
            f"{where}: expected at least {_FEWEST_VALUES} different values of x, got "
            f"{len(values)}. Compare the groups directly instead."
        )
    upright = data.y if shape == "inverted U" else -data.y
    curve = smooth(data.x, upright, data.covariates, where=where)
    flat = _flat(data.x, curve.fitted, curve.std_error)
    first_at = float(np.median(flat))
    first = _least_squares.fit(_design(data, first_at), data.y, data.clusters, where=where)
    z1, z2 = np.abs(first.coefficients[:2]) / np.sqrt(np.diag(first.covariance)[:2])
    at = float(np.quantile(flat, z2 / (z1 + z2)))
    lines = _fit(data, at, level, where=where)
    signs = [_sign(slope, 1 - level) for slope in (lines.below, lines.above)]
    return TwoLines(
        lines=lines,
        at=at,
        below=lines.below,
        above=lines.above,
        inverted_u=signs == [1, -1],
        u_shaped=signs == [-1, 1],
        first_at=first_at,
        flat_low=float(flat.min()),
        flat_high=float(flat.max()),
        n_flat=len(flat),
        edf=curve.edf,
    )


def _flat(x: Floats, fitted: Floats, std_error: Floats) -> Floats:
    """The x of the rows at which the curve, plus its error, reaches its highest point."""
    values = np.unique(x)
    low, high = np.quantile(x, _MIDDLE)
    # Two different values must remain below the break, and two from it on.
    middle = (values >= max(low, values[2])) & (values <= min(high, values[-2]))
    if not middle.any():
        raise ModelError(
            "two_lines: expected different values of x in the middle of the data, got none that "
            "leaves two on each side. Most rows share one x; compare groups instead."
        )
    top = fitted[middle].max()
    reaching = values[middle & (fitted + std_error >= top)]
    return np.sort(x[np.isin(x, reaching)])


def _fit(data: Rows, at: float, level: float, *, where: str) -> Interrupted:
    fitted = _least_squares.fit(_design(data, at), data.y, data.clusters, where=where)
    names = ["below", "above", "intercept", "step", *data.names]
    one, two = np.eye(len(names))[:2]
    return Interrupted(
        at=at,
        below=_least_squares.combination(fitted, one, level=level),
        above=_least_squares.combination(fitted, two, level=level),
        table=_least_squares.tidy(fitted, names, level=level),
        errors=fitted.errors,
        n=fitted.n,
        n_below=int((data.x < at).sum()),
        clusters=fitted.clusters,
        dropped=data.dropped,
    )


def _design(data: Rows, at: float) -> Floats:
    """Distance to the break on each side of it, a constant, the step, and the covariates."""
    from_break, after = data.x - at, (data.x >= at).astype(float)
    lines = [from_break * (1 - after), from_break * after, np.ones(len(after)), after]
    return np.column_stack([*lines, data.covariates])


def _two_sides(x: Floats, at: float, *, where: str) -> None:
    sides = [len(np.unique(x[x < at])), len(np.unique(x[x >= at]))]
    if min(sides) < 2:
        raise ModelError(
            f"{where}: expected at least two different x below {at:g} and two from there on, got "
            f"{sides[0]} and {sides[1]}. Choose a break inside the data."
        )


def _sign(slope: Slope, alpha: float) -> int:
    """1 or -1 for a slope that is significantly above or below zero, else 0."""
    return int(np.sign(slope.estimate)) if slope.p_value < alpha else 0
