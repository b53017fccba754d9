"""A smooth curve through a cloud of points, as wiggly as the data ask for, with its error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from workbench.errors import ModelError
from workbench.models.inputs import Floats

_KNOTS = 10
# How strong the penalty on curvature may be, relative to the data.
_PENALTIES = np.logspace(-8, 8, 641)
# Directions in which the penalty is smaller than this share of its largest value are straight.
_STRAIGHT = 1e-10


@dataclass(frozen=True, eq=False)
class Smooth:
    """The curve and its pointwise standard error at each distinct `x`, ascending."""

    x: Floats
    fitted: Floats
    std_error: Floats
    edf: float


def smooth(x: Floats, y: Floats, covariates: Floats, *, where: str) -> Smooth:
    """
    Fit a penalised cubic regression spline; `covariates` (centred) are not penalised.

    Up to ten knots lie at the quantiles of the distinct x; the penalty is the integral of the
    squared second derivative, its strength the one with the least generalised cross-validation
    error; the standard error is the Bayesian one.

    Raises
    ------
    ModelError
        Covariates that repeat a curve in x, or as many terms as rows.

    Source
    ------
    Wood (2017), Generalized Additive Models, doi:10.1201/9781315370279, chapters 4 to 6.
    """
    distinct, place = np.unique(x, return_inverse=True)
    knots = np.quantile(distinct, np.linspace(0, 1, min(_KNOTS, len(distinct))))
    knots = (knots - distinct[0]) / np.ptp(distinct)
    curve = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
    basis = curve((distinct - distinct[0]) / np.ptp(distinct))
    terms = np.column_stack([basis[place], covariates])
    if len(y) <= terms.shape[1] or np.linalg.matrix_rank(terms) < terms.shape[1]:
        raise ModelError(
            f"{where}: expected more rows than terms, and covariates that no curve in x repeats, "
            f"got {len(y):,} rows and {terms.shape[1]} terms. Leave out what follows from x."
        )
    q, r = np.linalg.qr(terms)
    penalty = np.zeros_like(r)
    penalty[: len(knots), : len(knots)] = _roughness(knots, curve(knots, 2))
    half = np.linalg.solve(r.T, np.linalg.solve(r.T, penalty).T)
    rough, turn = np.linalg.eigh((half + half.T) / 2)
    rough[rough < _STRAIGHT * rough.max()] = 0.0
    along = turn.T @ (q.T @ y)
    strength = _cross_validated(rough / rough.max(), along, float(y @ y), len(y))
    shrink = 1 / (1 + strength * rough / rough.max())
    back = np.linalg.solve(r, turn)
    coefficients = back @ (shrink * along)
    rss = float(y @ y - ((2 * shrink - shrink**2) * along**2).sum())
    spread = (basis @ back[: len(knots)]) ** 2 @ shrink
    variance = max(rss, 0.0) / (len(y) - shrink.sum())
    fitted = basis @ coefficients[: len(knots)]
    return Smooth(distinct, fitted, np.sqrt(variance * spread), float(shrink.sum()))


def _roughness(knots: Floats, second: Floats) -> Floats:
    """Integral of the products of second derivatives, which are linear between the knots."""
    width = np.diff(knots)
    mass = np.zeros((len(knots), len(knots)))
    index = np.arange(len(width))
    mass[index, index] += width / 3
    mass[index + 1, index + 1] += width / 3
    mass[index, index + 1] = mass[index + 1, index] = width / 6
    return second.T @ mass @ second


def _cross_validated(rough: Floats, along: Floats, total: float, n: int) -> float:
    """The penalty of the smallest generalised cross-validation error."""
    shrink = 1 / (1 + _PENALTIES[:, None] * rough)
    rss = total - ((2 * shrink - shrink**2) * along**2).sum(axis=1)
    score = rss / (n - shrink.sum(axis=1)) ** 2
    return float(_PENALTIES[np.argmin(score)])
