"""Counts of events: Poisson and negative binomial models, and models with absorbed effects."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.discrete.discrete_model import NegativeBinomial

from workbench.errors import ModelError
from workbench.models import _columns, _terms
from workbench.models._counts import refuse_separation, whole_numbers
from workbench.models.inputs import Floats, Whole, confidence, numbers
from workbench.models.result import Estimate

INTERCEPT = "intercept"
_STEPS = 100
# Beyond it, and below its negative, exp leaves what a computer can hold.
_LARGEST_LOG = 700


@dataclass(frozen=True, eq=False)
class CountFit:
    """
    A fitted regression of counts. A model that did not converge is an error, never a CountFit.

    Attributes
    ----------
    table : DataFrame, one row per term
        term : its name. estimate : change of the log expected count per unit of the covariate.
        std_error, low, high, p_value : robust, by Student's t; p against zero.
        rate_ratio, rate_ratio_low, rate_ratio_high : the same, exponentiated.
    covariance : (terms, terms) that `std_error` comes from.
    specification : the model and its errors in words.
    n : rows used. clusters : groups of dependent rows among them; None where none were given.
    loglik : log likelihood at the estimate.
    dispersion : Pearson's chi squared over the rows less the parameters; about 1 if the model's
        variance is right, well above 1 for a Poisson model of overdispersed counts.
    alpha, alpha_std_error : negative binomial only: variance mean + alpha x mean^2 (R's theta is
        1 / alpha); None elsewhere.
    absorbed : columns whose every value has an effect of its own that is not in the table.
    singletons : rows left out because they are alone with a value of an absorbed column.
    separated : rows left out because their expected count is zero, as where a whole group has no
        event: they hold no information on the terms.
    """

    table: pd.DataFrame
    covariance: Floats
    specification: str
    n: int
    clusters: int | None
    loglik: float
    dispersion: float
    alpha: float | None = None
    alpha_std_error: float | None = None
    absorbed: tuple[str, ...] = ()
    singletons: int = 0
    separated: int = 0

    def term(self, name: str) -> Estimate:
        """The row of one term; a ModelError where there is none of this name."""
        return _terms.one_term(
            self.table, name, n=self.n, clusters=self.clusters, where="CountFit.term"
        )


@dataclass(frozen=True, eq=False)
class _Data:
    """Checked counts, a design of unit spread, the way back, names, offsets, clusters."""

    counts: Floats
    design: Floats
    back: Floats
    names: tuple[str, ...]
    offset: Floats
    groups: Whole | None


def poisson(
    data: pd.DataFrame,
    *,
    outcome: str,
    covariates: Sequence[str],
    clusters: str | None,
    offset: str | None = None,
    level: float = 0.95,
) -> CountFit:
    """
    Poisson regression with robust errors, which need only the mean to be right, not the variance.

    Errors are clustered (factor G / (G - 1) x (N - 1) / (N - K), Student's t with G - 1 degrees of
    freedom), or HC1 (N - K) where `clusters` is None.

    Parameters
    ----------
    data : DataFrame, one row per unit. `outcome` is a whole number from 0; covariates are numbers,
        yes/no or text; `offset` is a column added to the log mean: the log of the time at risk.

    Raises
    ------
    ModelError
        Empty or infinite values, a column not there, counts that are negative or not whole, no
        event at all, covariates that are constant, repeat each other or separate the zeros, fewer
        than two clusters, too few rows, no convergence, a level outside (0, 1).

    Source
    ------
    Gourieroux, Monfort & Trognon (1984), doi:10.2307/1913472.
    """
    where = "poisson"
    confidence(level, where=where)
    given = _checked(data, outcome, covariates, clusters, offset, where=where)
    mean, loglik, coefficients = _poisson(given, where=where)
    information = (given.design * mean[:, None]).T @ given.design
    bread = np.asarray(np.linalg.inv(information), dtype=np.float64)
    scores = given.design * (given.counts - mean)[:, None]
    k = given.design.shape[1]
    covariance = _terms.sandwich(bread, scores, given.groups, parameters=k)
    return CountFit(
        **_reported(given, coefficients, covariance, parameters=k, level=level, where=where),
        specification=f"Poisson, {_errors(clusters)}",
        loglik=loglik,
        dispersion=float(((given.counts - mean) ** 2 / mean).sum() / (len(mean) - k)),
    )


def negative_binomial(
    data: pd.DataFrame,
    *,
    outcome: str,
    covariates: Sequence[str],
    clusters: str | None,
    offset: str | None = None,
    level: float = 0.95,
) -> CountFit:
    """
    Negative binomial regression (NB2: variance mean + alpha x mean^2) with robust errors.

    alpha is estimated together with the terms, and its uncertainty is in their errors (R's glm.nb
    takes it as known); K counts it. Parameters, errors and conventions as in `poisson`; a
    ModelError too where the counts vary no more than Poisson ones, so that alpha has no estimate.

    Source
    ------
    Cameron & Trivedi (1986), doi:10.1002/jae.3950010104.
    """
    where = "negative_binomial"
    confidence(level, where=where)
    given = _checked(data, outcome, covariates, clusters, offset, where=where)
    mean, _, start = _poisson(given, where=where)
    excess = float(((given.counts - mean) ** 2 - given.counts).sum())
    if excess <= 0:  # The slope of the likelihood in alpha, at alpha = 0.
        raise ModelError(
            f"{where}: expected counts that vary more than Poisson ones, got an excess variance "
            f"of {excess / len(mean):.3g} a row. Use poisson."
        )
    alpha = excess / float((mean**2).sum())
    model = NegativeBinomial(given.counts, given.design, offset=given.offset)
    params = _maximum(model, np.append(start, alpha), where=where)
    k = len(params)
    bread = np.linalg.inv(-model.hessian(params))
    scores = np.asarray(model.score_obs(params))
    covariance = _terms.sandwich(bread, scores, given.groups, parameters=k)
    mean = np.exp(given.design @ params[:-1] + given.offset)
    pearson = (given.counts - mean) ** 2 / (mean + params[-1] * mean**2)
    return CountFit(
        **_reported(
            given, params[:-1], covariance[:-1, :-1], parameters=k, level=level, where=where
        ),
        specification=f"negative binomial (NB2), {_errors(clusters)}",
        loglik=float(model.loglike(params)),
        dispersion=float(pearson.sum() / (len(mean) - k)),
        alpha=float(params[-1]),
        alpha_std_error=float(np.sqrt(covariance[-1, -1])),
    )


def _checked(
    data: pd.DataFrame,
    outcome: str,
    covariates: Sequence[str],
    clusters: str | None,
    offset: str | None,
    *,
    where: str,
) -> _Data:
    """What the models fit, or the reason why they cannot."""
    _columns.require(data, [outcome, *covariates, *([offset] if offset else [])], where=where)
    counts = whole_numbers(data, outcome, where=where)
    base = np.ones((len(counts), 1))
    values, names = _terms.terms(data, covariates, base=base, where=where)
    _terms.enough_rows(len(counts), len(names) + 2, where=where)
    design, back = _terms.with_intercept(values)
    refuse_separation(counts, design, names, where=where)
    shift = np.zeros(len(counts))
    if offset is not None:
        shift = numbers(data[offset], where=where, name=offset, rows=len(data))
    groups = _terms.groups_of(data, clusters, where=where)
    return _Data(counts, design, back, (INTERCEPT, *names), shift, groups)


def _poisson(given: _Data, *, where: str) -> tuple[Floats, float, Floats]:
    """Fitted means, log likelihood and coefficients of the standardised design."""
    model = sm.GLM(given.counts, given.design, family=sm.families.Poisson(), offset=given.offset)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # A warning here means no maximum; the next lines say so.
        try:
            fitted = model.fit(maxiter=_STEPS, tol=1e-12)
        except (Warning, np.linalg.LinAlgError, ValueError):
            fitted = None
    if fitted is None or not fitted.converged:
        raise _not_converged(where)
    return np.asarray(fitted.mu), float(fitted.llf), np.asarray(fitted.params)


def _maximum(model: NegativeBinomial, start: Floats, *, where: str) -> Floats:
    """Coefficients and alpha, by Newton's method or else by BFGS and Newton's method from there."""
    for first in ("newton", "bfgs"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # As in `_poisson`.
            try:
                at = start
                if first == "bfgs":
                    at = model.fit(start, method=first, maxiter=10 * _STEPS, disp=0).params
                fitted = model.fit(at, method="newton", maxiter=_STEPS, disp=0)
            except (Warning, np.linalg.LinAlgError, ValueError):
                continue
        if fitted.mle_retvals["converged"] and fitted.params[-1] > 0:
            return np.asarray(fitted.params)
    raise _not_converged(where)


def _not_converged(where: str) -> ModelError:
    return ModelError(
        f"{where}: expected convergence within {_STEPS} steps, got no highest likelihood. "
        "Look for extreme values among the covariates, or use fewer of them."
    )


def _reported(
    given: _Data,
    coefficients: Floats,
    covariance: Floats,
    *,
    parameters: int,
    level: float,
    where: str,
) -> dict[str, Any]:
    """Table, covariance, rows and clusters in the covariates' own units."""
    covariance = given.back @ covariance @ given.back.T
    df = _terms.freedom(len(given.counts), parameters, given.groups)
    errors = np.sqrt(np.diag(covariance))
    table = _terms.tidy(given.names, given.back @ coefficients, errors, df=df, level=level)
    return {
        "table": with_ratios(table, where=where),
        "covariance": covariance,
        "n": len(given.counts),
        "clusters": _terms.count_of(given.groups),
    }


def with_ratios(table: pd.DataFrame, *, where: str) -> pd.DataFrame:
    """The table with rate ratios beside the log rate ratios, which must not be vast."""
    vast = table[(table["estimate"].abs() > _LARGEST_LOG) & (table["term"] != INTERCEPT)]
    if len(vast):
        raise ModelError(
            f"{where}: expected rate ratios that a computer can hold, got exp("
            f"{vast['estimate'].iloc[0]:g}) for {vast['term'].iloc[0]}. Give it in a larger unit."
        )
    with np.errstate(over="ignore"):  # An interval without an upper end is infinite, and says so.
        return table.assign(
            rate_ratio=np.exp(table["estimate"]),
            rate_ratio_low=np.exp(table["low"]),
            rate_ratio_high=np.exp(table["high"]),
        )


def _errors(clusters: str | None) -> str:
    return "errors HC1" if clusters is None else f"errors clustered by {clusters}"
