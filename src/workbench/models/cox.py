"""Cox's proportional hazards: delayed entry, ties, clustered errors, and a test of the premise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import linalg
from scipy.stats import chi2, norm

from workbench.errors import ModelError
from workbench.models import _risk_sets as sums
from workbench.models._newton import maximise
from workbench.models._product_limit import product_limit
from workbench.models.inputs import Floats, Whole, confidence, indicator, labels, numbers, one_of
from workbench.models.result import Estimate

Ties = Literal["efron", "breslow"]
TIES = ("efron", "breslow")
Clock = Literal["km", "rank", "identity"]
CLOCKS = ("km", "rank", "identity")
# Beyond it, or below one over it, the square of a number may leave what a float can hold.
_LARGEST = 1e100


@dataclass(frozen=True, eq=False)
class CoxFit:
    """
    A fitted proportional hazards model.

    Attributes
    ----------
    table : DataFrame, one row per covariate
        term : its name. estimate : log hazard ratio per unit of the covariate.
        std_error, low, high, p_value : clustered where clusters were given; p against zero.
        hazard_ratio, hazard_ratio_low, hazard_ratio_high : the same, exponentiated.
        model_std_error : standard error if the rows were independent and the model true.
    covariance : (terms, terms) that `std_error` comes from.
    loglik, null_loglik : log partial likelihood at the estimate, and with all terms at zero.
    ties, level : as asked for. iterations : Newton steps taken.
    n_rows, n_events : rows used, and those that end in an event.
    n_clusters : None where no clusters were given.
    """

    table: pd.DataFrame
    covariance: Floats
    loglik: float
    null_loglik: float
    ties: Ties
    level: float
    n_rows: int
    n_events: int
    n_clusters: int | None
    iterations: int

    def term(self, name: str) -> Estimate:
        """The log hazard ratio of one covariate; a ModelError where there is none of this name."""
        rows = self.table[self.table["term"] == name]
        if rows.empty:
            raise ModelError(
                f"CoxFit.term: expected one of {', '.join(self.table['term'])}, got {name}. "
                "Choose one of these."
            )
        names = ["estimate", "std_error", "low", "high", "p_value"]
        values = dict(zip(names, rows[names].to_numpy()[0].tolist(), strict=True))
        return Estimate(**values, n=self.n_rows, clusters=self.n_clusters)


def cox(
    start: Any,
    stop: Any,
    event: Any,
    covariates: pd.DataFrame,
    *,
    clusters: Any = None,
    ties: Ties = "efron",
    level: float = 0.95,
) -> CoxFit:
    """
    Fit log hazard ratios by partial likelihood.

    A row is at risk at times t with start < t <= stop. One person may have several rows, as a
    covariate changes or events recur; give the person as cluster then. Times that differ in the
    last digit only are not tied: use whole units.

    Parameters
    ----------
    start, stop : numbers in one unit. `start` None: everybody is at risk from the beginning, which
        lets a row stop at zero.
    event : true where the row ends in an event.
    covariates : one numeric column per term, one row per row; its index is not used.
    clusters : label of the group within which rows may depend on each other. The sandwich has no
        small-sample factor: with few clusters, say below 30, it is too narrow.
    ties : how simultaneous events are treated. level : of the intervals.

    Raises
    ------
    ModelError
        Empty values, a row that stops before it starts, no events, fewer than two clusters,
        covariates that do not vary or repeat each other among those at risk, a covariate that
        separates events from the rest (its coefficient has no finite estimate), no convergence.

    Source
    ------
    Cox (1972), doi:10.1111/j.2517-6161.1972.tb00899.x; Efron (1977),
    doi:10.1080/01621459.1977.10480613; Lin & Wei (1989), doi:10.1080/01621459.1989.10478874.
    """
    confidence(level, where="cox")
    sets, spread, groups = _arranged(start, stop, event, covariates, clusters, ties, where="cox")
    terms = [str(name) for name in covariates.columns]
    best = maximise(sets, terms)
    model = np.linalg.inv(sums.information(sets, best.point))
    covariance = model
    if groups is not None:
        total = sums.score_by_group(sets, best.point, groups) @ model
        covariance = total.T @ total
    unit = np.outer(spread, spread)
    return CoxFit(
        table=_table(terms, best.beta / spread, covariance / unit, model / unit, level),
        covariance=covariance / unit,
        loglik=best.point.loglik,
        null_loglik=best.null_loglik,
        ties=ties,
        level=level,
        n_rows=len(sets.x),
        n_events=len(sets.share),
        n_clusters=None if groups is None else int(groups.max()) + 1,
        iterations=best.iterations,
    )


def _arranged(
    start: Any,
    stop: Any,
    event: Any,
    covariates: pd.DataFrame,
    clusters: Any,
    ties: str,
    *,
    where: str,
) -> tuple[sums.RiskSets, Floats, Whole | None]:
    """The checked risk sets, covariates centred and of unit spread, the spread of each, groups."""
    one_of(ties, TIES, where=where, name="ties")
    until = numbers(stop, where=where, name="stop")
    rows = len(until)
    since = None if start is None else numbers(start, where=where, name="start", rows=rows)
    if since is not None and (until <= since).any():
        raise ModelError(
            f"{where}: expected stop after start in every row, got {(until <= since).sum():,} rows "
            "that do not. Lengthen or leave out these rows, so that it is your decision."
        )
    ended = indicator(event, where=where, name="event", rows=rows)
    if not ended.any():
        raise ModelError(f"{where}: expected at least one event, got none. Watch longer.")
    if not isinstance(covariates, pd.DataFrame) or covariates.columns.has_duplicates:
        raise ModelError(
            f"{where}: expected covariates as a DataFrame with a name for each column, got a "
            f"{type(covariates).__name__} without. Name the columns."
        )
    if not covariates.shape[1]:
        raise ModelError(f"{where}: expected at least one covariate, got none. Pass a column.")
    order = sums.arrangement(until, ended)
    groups = None
    if clusters is not None:
        groups = labels(clusters, where=where, name="clusters", rows=rows)[order]
    # Each of these is as long as the data: none is kept in two orders.
    until = until[order]
    since = None if since is None else since[order]
    x, spread = np.empty((rows, covariates.shape[1]), order="F"), np.ones(covariates.shape[1])
    for place, (name, column) in enumerate(covariates.items()):
        values = numbers(column, where=where, name=str(name), rows=rows)
        # Any mode but the default writes straight into `out`.
        values.take(order, out=x[:, place], mode="clip")
        del values
        spread[place] = _standardise(x[:, place], str(name), where=where)
    del order
    sets = sums.risk_sets(x, since, until, events=int(ended.sum()), efron=ties == "efron")
    return sets, spread, groups


def _standardise(values: Floats, name: str, *, where: str) -> float:
    """Centre `values` and bring them to unit spread, in place; their spread, one if constant."""
    size = float(max(values.max(), -values.min()))
    if size < _LARGEST:
        values -= values.mean()
    # Scipy's norm, unlike a sum of squares, stays in range for tiny and vast values.
    spread = float(linalg.norm(values) / np.sqrt(len(values)))
    # A constant column of 0.1 has a spread of some 1e-17 by rounding.
    if spread <= 1e-12 * size:
        return 1.0
    if not 1 / _LARGEST < spread <= size < _LARGEST:
        raise ModelError(
            f"{where}: expected {name} in a unit that makes it neither vast nor tiny, got values "
            f"up to {size:.0e}. Change its unit."
        )
    values /= spread
    return spread


def _table(
    terms: list[str], beta: Floats, covariance: Floats, model: Floats, level: float
) -> pd.DataFrame:
    std_error = np.sqrt(np.diag(covariance))
    reach = norm.ppf((1 + level) / 2) * std_error
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": beta,
            "std_error": std_error,
            "low": beta - reach,
            "high": beta + reach,
            "p_value": 2 * norm.sf(np.abs(beta) / std_error),
            "hazard_ratio": np.exp(beta),
            "hazard_ratio_low": np.exp(beta - reach),
            "hazard_ratio_high": np.exp(beta + reach),
            "model_std_error": np.sqrt(np.diag(model)),
        }
    )


def proportional_hazards_test(
    fit: CoxFit,
    start: Any,
    stop: Any,
    event: Any,
    covariates: pd.DataFrame,
    *,
    transform: Clock = "km",
) -> pd.DataFrame:
    """
    Score test of whether each log hazard ratio stays the same as time goes by.

    Asks whether adding term x g(time) would raise the likelihood, at the estimates of `fit`, for
    the same rows. g is the share that had the event before each time (km), the rank of the time
    among the ends of all rows (rank) or time itself (identity). Rows count as independent; clusters
    play no part.

    Returns
    -------
    DataFrame, one row per term, and one called GLOBAL for all of them at once
        term, chi2, df, p_value.

    Raises
    ------
    ModelError
        As `cox`; the rows or terms are not those of the fit; an unknown transform; events at only
        one time.

    Source
    ------
    Grambsch & Therneau (1994), doi:10.1093/biomet/81.3.515, in the form of an exact score test.
    """
    where = "proportional_hazards_test"
    sets, spread, _ = _arranged(start, stop, event, covariates, None, fit.ties, where=where)
    terms = [str(name) for name in covariates.columns]
    clock = _clock(sets, numbers(stop, where=where, name="stop"), transform, where=where)
    point = None
    if terms == fit.table["term"].tolist():
        point = sums.evaluate(sets, fit.table["estimate"].to_numpy() * spread)
    if point is None or not np.isclose(point.loglik, fit.loglik, rtol=1e-8, atol=1e-8):
        raise ModelError(
            f"{where}: expected the {fit.n_rows:,} rows and the terms of the fit, got "
            f"{len(sets.x):,} rows of {', '.join(terms)}. Pass what was passed to cox."
        )
    slope = sums.score(sets, point, clock)
    plain, mixed, squared = (sums.information(sets, point, w) for w in (None, clock, clock**2))
    left = squared - mixed @ np.linalg.solve(plain, mixed)
    own = slope**2 / np.diag(left)
    together = float(slope @ np.linalg.solve(left, slope))
    statistic, df = np.append(own, together), np.append(np.ones(len(terms), int), len(terms))
    return pd.DataFrame(
        {
            "term": [*terms, "GLOBAL"],
            "chi2": statistic,
            "df": df,
            "p_value": chi2.sf(statistic, df),
        }
    )


def _clock(sets: sums.RiskSets, stop: Floats, transform: str, *, where: str) -> Floats:
    """g at each event time, centred and of unit spread, neither of which the test feels."""
    one_of(transform, CLOCKS, where=where, name="transform")
    if len(sets.times) < 2:
        raise ModelError(f"{where}: expected events at two times or more, got one. Watch longer.")
    events = sets.ties.astype(np.float64)
    if transform == "identity":
        clock = sets.times
    elif transform == "rank":
        ends = np.sort(stop)
        before, within = (np.searchsorted(ends, sets.times, side=s) for s in ("left", "right"))
        clock = (before + within + 1) / 2
    else:
        at_risk = sets.at_risk(np.ones(len(sets.x)))
        clock = 1 - np.concatenate([[1.0], product_limit(at_risk, events)[:-1]])
    centred = clock - np.average(clock, weights=events)
    return centred / np.sqrt(np.average(centred**2, weights=events))
