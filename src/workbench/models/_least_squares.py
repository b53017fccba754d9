"""Least squares for curves in one variable: checked rows, robust errors, linear combinations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import special

from workbench.errors import ModelError
from workbench.models import _columns, _terms
from workbench.models.inputs import Floats, Whole, labels, numbers
from workbench.models.result import Estimate

Errors = Literal["classical", "HC3"]

# Residuals smaller than this share of the outcome's spread are rounding, not scatter.
_EXACT = 1e-10
# A variance smaller than this share of what it is made of is rounding.
_ROUNDING = 1e-14
# A row with a leverage this near to 1 sets a coefficient alone; its HC3 error does not exist.
_ALONE = 1 - 1e-8


@dataclass(frozen=True, eq=False)
class Rows:
    """Checked `x` and `y`, the covariates as centred columns, and codes of the clusters."""

    x: Floats
    y: Floats
    covariates: Floats
    names: tuple[str, ...]
    dropped: tuple[str, ...]
    clusters: Whole | None


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients with their covariance; tests use Student's t with `df` degrees of freedom."""

    coefficients: Floats
    covariance: Floats
    df: int
    n: int
    clusters: int | None
    errors: str
    where: str


@dataclass(frozen=True, kw_only=True)
class Slope(Estimate):
    """One coefficient, or a sum of several, in units of y per unit of x; p-value against zero."""

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float

    @property
    def t(self) -> float:
        """The estimate in standard errors."""
        return self.estimate / self.std_error


def rows(x: Any, y: Any, covariates: pd.DataFrame | None, clusters: Any, *, where: str) -> Rows:
    """Numbers that a curve can be fitted to; covariates that repeat earlier ones are dropped."""
    along = numbers(x, where=where, name="x")
    outcome = numbers(y, where=where, name="y", rows=len(along))
    for name, values in (("x", along), ("y", outcome)):
        if np.ptp(values) == 0:
            raise ModelError(
                f"{where}: expected {name} to vary, got {values[0]:g} in all {len(values):,} rows. "
                "Choose a longer window or more people."
            )
    groups = None
    if clusters is not None:
        groups = labels(clusters, where=where, name="clusters", rows=len(along))
    extra, names, dropped = _covariates(along, covariates, where=where)
    return Rows(along, outcome, extra, names, dropped, groups)


def _covariates(
    x: Floats, covariates: pd.DataFrame | None, *, where: str
) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
    if covariates is None:
        return np.empty((len(x), 0)), (), ()
    if len(covariates) != len(x):
        raise ModelError(
            f"{where}: expected {len(x):,} rows in covariates, got {len(covariates):,}. "
            "Take all columns from the same table."
        )
    _columns.require(covariates, list(covariates.columns), where=where)
    raw, names = _columns.expand(covariates, list(covariates.columns), where=where)
    centred = raw - raw.mean(axis=0)
    scaled = (x - x.mean()) / x.std()
    kept = _columns.independent(centred, np.column_stack([np.ones(len(x)), scaled]))
    dropped = tuple(name for i, name in enumerate(names) if i not in kept)
    return centred[:, kept], tuple(names[i] for i in kept), dropped


def fit(
    design: Floats, y: Floats, groups: Whole | None, *, errors: Errors = "HC3", where: str
) -> Fit:
    """Fit `y`; with `groups` the errors are clustered, times G/(G-1) x (n-1)/(n-k)."""
    n, terms = design.shape
    size = np.linalg.norm(design, axis=0)
    size[size == 0] = 1.0
    scaled = design / size  # Columns of like size, so that rank and rounding have no unit.
    if n <= terms or np.linalg.matrix_rank(scaled) < terms:
        raise ModelError(
            f"{where}: expected more rows than terms and no term that repeats others, got {n:,} "
            f"rows and {terms} terms. Bring more different x, counted from a point near them, or "
            "fewer covariates."
        )
    model = sm.OLS(y, scaled)
    if groups is not None:
        result = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
        kind = "clustered"
    else:
        result = model.fit()
        kind = errors
    if np.linalg.norm(result.resid) <= _EXACT * np.linalg.norm(y - y.mean()):
        raise ModelError(
            f"{where}: expected rows that scatter around the curve, got an exact fit, which has no "
            "standard error. Look for a y that was computed from x."
        )
    covariance = result.cov_params()
    if kind == "HC3":
        _no_row_alone(scaled, where=where)
        covariance = result.cov_HC3
    classical = result.scale * np.diag(result.normalized_cov_params)
    if (np.diag(covariance) <= _ROUNDING * classical).any():
        raise ModelError(_agreeing(where, n if groups is None else int(groups.max()) + 1))
    return Fit(
        coefficients=result.params / size,
        covariance=covariance / np.outer(size, size),
        df=_terms.freedom(n, terms, groups),
        n=n,
        clusters=_terms.count_of(groups),
        errors=kind,
        where=where,
    )


def _no_row_alone(design: Floats, *, where: str) -> None:
    leverage = np.sum(np.linalg.qr(design)[0] ** 2, axis=1)
    alone = int((leverage > _ALONE).sum())
    if alone:
        raise ModelError(
            f"{where}: expected several rows behind every term, got {alone:,} that decide one "
            "alone. Join rare values of the covariates, or drop rows far from all others."
        )


def combination(fitted: Fit, weights: Floats, *, level: float) -> Slope:
    """The sum of the coefficients times `weights`; p-value against zero."""
    estimate = float(weights @ fitted.coefficients)
    std_error = float(_roots(fitted, weights[None, :])[0])
    # The functions behind scipy.stats.t, which costs more than the fit where this is simulated.
    reach = float(special.stdtrit(fitted.df, (1 + level) / 2)) * std_error
    return Slope(
        estimate=estimate,
        std_error=std_error,
        low=estimate - reach,
        high=estimate + reach,
        p_value=float(2 * special.stdtr(fitted.df, -abs(estimate) / std_error)),
        n=fitted.n,
        clusters=fitted.clusters,
    )


def tidy(fitted: Fit, names: list[str], *, level: float) -> pd.DataFrame:
    """One row per coefficient, in the order of the design."""
    std_errors = _roots(fitted, np.eye(len(fitted.coefficients)))
    return _terms.tidy(names, fitted.coefficients, std_errors, df=fitted.df, level=level)


def _roots(fitted: Fit, weights: Floats) -> Floats:
    """The standard error of each row of `weights`, which must have one."""
    variance = ((weights @ fitted.covariance) * weights).sum(axis=1)
    largest = (np.abs(weights) @ np.abs(fitted.covariance) * np.abs(weights)).sum(axis=1)
    if (variance <= _ROUNDING * largest).any():
        raise ModelError(_agreeing(fitted.where, fitted.clusters or fitted.n))
    return np.sqrt(variance)


def _agreeing(where: str, count: int) -> str:
    return (
        f"{where}: expected rows or clusters that disagree about every slope, got {count:,} that "
        "leave one without an error. Bring more, or a y that varies on both sides."
    )
