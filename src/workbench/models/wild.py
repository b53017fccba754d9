"""The wild cluster bootstrap: one coefficient of a least-squares fit with few clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.models import _columns
from workbench.models.inputs import (
    Floats,
    Whole,
    confidence,
    is_number,
    labels,
    numbers,
    one_of,
    shown,
    whole,
)
from workbench.models.result import Estimate

WEIGHTS = {
    "webb": np.sqrt(np.array([0.5, 1.0, 1.5]))[:, None] * np.array([1.0, -1.0]),
    "rademacher": np.array([1.0, -1.0]),
}
LEAST_CLUSTERS = 4
# A draw whose statistic is the observed one but for rounding is as extreme as it.
_ROUNDING = 1e-9
# Halvings of a bracket one standard error wide, and doublings until a bracket is found.
_HALVINGS, _DOUBLINGS = 30, 30
# An eigenvalue of a projection this near to 0 or 1 is 0 or 1.
_ALONE = 1e-10


@dataclass(frozen=True, kw_only=True)
class WildEstimate(Estimate):
    """
    A coefficient, in units of the outcome per unit of the term.

    `std_error` is the bias-reduced clustered one (CR2), which is not too small where clusters are
    few and uneven; `p_value` and the limits come from the bootstrap and need no normal law. A limit
    that no value reaches is None.

    Attributes
    ----------
    t : estimate less null, in usual clustered errors: times G/(G-1) x (n-1)/(n-k) in the variance,
        for G clusters, n rows and k columns; the bootstrap is of this statistic.
    null : what the p-value is against.
    draws : bootstrap draws. weights : the law of the weights. seed : of the draws.
    """

    estimate: float
    std_error: float
    p_value: float
    clusters: int
    t: float
    null: float
    draws: int
    weights: str
    seed: int


def wild_bootstrap(
    data: pd.DataFrame,
    *,
    outcome: str,
    term: str,
    clusters: str,
    covariates: Sequence[str] = (),
    absorb: str | None = None,
    null: float = 0.0,
    weights: str = "webb",
    draws: int = 9_999,
    seed: int,
    level: float = 0.95,
) -> WildEstimate:
    """
    The coefficient of `term` by least squares, tested and bounded by the wild cluster bootstrap.

    The null value is imposed: residuals of the fit with the coefficient held at it are multiplied
    by one random weight a cluster, and the clustered t statistic is computed anew. The p-value is
    the share of draws, with the data as one more, whose statistic is as far from 0; the limits are
    the values that are just not rejected so, with the same draws.

    Parameters
    ----------
    data : DataFrame, one row per unit; `outcome` and `term` numbers, covariates numbers or text.
    clusters : column of the groups that share a weight; one row each gives the wild bootstrap.
    absorb : column with an intercept for each of its values, such as the contest.
    weights : 'webb' (six points, for few clusters) or 'rademacher' (plus or minus one).

    Raises
    ------
    ModelError
        Empty values, a column not there, fewer than four clusters, a term that does not vary or
        repeats the covariates, an exact fit, unknown weights, fewer than 99 draws, a bad level.

    Source
    ------
    Cameron, Gelbach & Miller (2008), doi:10.1162/rest.90.3.414; six-point weights: Webb (2023),
    doi:10.1111/caje.12661; limits: MacKinnon (2015), doi:10.1093/jjfinec/nbu032; error: Bell &
    McCaffrey (2002), Bias reduction in standard errors for linear regression with multi-stage
    samples, Survey Methodology 28(2).
    """
    where = "wild_bootstrap"
    confidence(level, where=where)
    one_of(weights, tuple(WEIGHTS), where=where, name="weights")
    whole(draws, where=where, name="draws", least=99)
    if not is_number(null) or not np.isfinite(null):
        raise ModelError(f"{where}: expected a number as null, got {shown(null)}. Pass 0, say.")
    y, x, others, absorbed, groups = _checked(data, outcome, term, covariates, absorb, clusters)
    parts = _prepared(y, x, others, absorbed, groups)
    count = int(groups.max()) + 1
    dice = np.random.default_rng(seed)
    drawn = dice.choice(WEIGHTS[weights].ravel(), size=(draws, count))
    p_of = parts.p_values(drawn)
    alpha = 1 - level + _ROUNDING
    low, high = (parts.limit(p_of, side, alpha) for side in (-1.0, 1.0))
    return WildEstimate(
        estimate=parts.estimate, std_error=parts.std_error,
        low=low, high=high,
        p_value=p_of(null), n=len(y), clusters=count,
        t=(parts.estimate - null) / parts.usual, null=float(null), draws=draws,
        weights=weights, seed=seed,
    )  # fmt: skip


def _checked(
    data: pd.DataFrame,
    outcome: str,
    term: str,
    covariates: Sequence[str],
    absorb: str | None,
    clusters: str,
) -> tuple[Floats, Floats, Floats, Whole | None, Whole]:
    """Outcome, term, other columns, codes of the absorbed intercepts, codes of the clusters."""
    where = "wild_bootstrap"
    held = [] if absorb is None else [absorb]
    _columns.require(data, [outcome, term, *covariates, *held, clusters], where=where)
    y = numbers(data[outcome], where=where, name=outcome)
    x = numbers(data[term], where=where, name=term, rows=len(y))
    groups = labels(data[clusters], where=where, name=clusters, rows=len(y))
    count = int(groups.max()) + 1
    if count < LEAST_CLUSTERS:
        raise ModelError(
            f"{where}: expected at least {LEAST_CLUSTERS} clusters, got {count}. "
            "Bring more of them; with so few nothing can be told apart from chance."
        )
    raw, _ = _columns.expand(data, list(covariates), where=where)
    absorbed = labels(data[absorb], where=where, name=absorb, rows=len(y)) if absorb else None
    return y, x, raw, absorbed, groups


@dataclass(frozen=True, eq=False)
class _Parts:
    """
    What a draw needs, by cluster: a and b, sums of the term's own part times residual and term.

    With weights w (one a cluster) and the coefficient held at beta, the numerator of the new
    estimate is w (a - beta b), and the scores are w (A - beta B), where A and B allow for the new
    fit of all columns.
    """

    estimate: float
    usual: float
    std_error: float
    factor: float
    a: Floats
    b: Floats
    scores_a: Floats
    scores_b: Floats

    def p_values(self, drawn: Floats) -> Callable[[float], float]:
        """The p-value against any null value, with these weights."""
        above, across = drawn @ self.a, drawn @ self.b
        one, two = drawn @ self.scores_a, drawn @ self.scores_b
        squares = [(one * one).sum(1), (one * two).sum(1), (two * two).sum(1)]

        def p_value(null: float) -> float:
            observed = abs(self.estimate - null) / self.usual
            variance = squares[0] - 2 * null * squares[1] + null**2 * squares[2]
            reach = observed * (1 - _ROUNDING) * np.sqrt(self.factor * np.maximum(variance, 0))
            extreme = np.abs(above - null * across) >= reach
            return float((1 + extreme.sum()) / (1 + len(drawn)))

        return p_value

    def limit(self, p_of: Callable[[float], float], side: float, alpha: float) -> float | None:
        """The value farthest out on one side that is not rejected; None where all are kept."""
        inside, step = self.estimate, self.usual
        for _ in range(_DOUBLINGS):
            outside = inside + side * step
            if p_of(outside) <= alpha:
                break
            inside, step = outside, 2 * step
        else:
            return None
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if p_of(middle) > alpha else (inside, middle)
        return float((inside + outside) / 2)


def _prepared(
    y: Floats, x: Floats, others: Floats, absorbed: Whole | None, groups: Whole
) -> _Parts:
    """The fit, and everything of it that no draw changes."""
    rows, count = len(y), int(groups.max()) + 1
    outcome, term, rest, codes = _held(y, x, others, absorbed)
    basis = np.linalg.qr(rest)[0] if rest.shape[1] else rest
    own = term - basis @ (basis.T @ term)
    length = float(own @ own)
    if length <= (_columns.COLLINEAR**2) * float(x @ x) or np.ptp(x) == 0:
        raise ModelError(
            "wild_bootstrap: expected a term that varies and is not told by the others, got one "
            "that is. Drop covariates, or choose another term."
        )
    free = outcome - basis @ (basis.T @ outcome)  # what the other columns leave of the outcome
    estimate = float(own @ free) / length
    residual = free - estimate * own
    size = np.bincount(codes)
    terms = len(size) + rest.shape[1] + 1
    if rows <= terms or float(residual @ residual) <= 1e-20 * max(float(free @ free), 1e-300):
        raise ModelError(
            f"wild_bootstrap: expected rows that scatter around the fit, got {rows:,} rows and "
            f"{terms} columns that fit exactly. Bring more rows, or fewer covariates."
        )
    factor = count / (count - 1) * (rows - 1) / (rows - terms)
    full = np.column_stack([basis, own / np.sqrt(length)])

    def by_cluster(values: Floats) -> Floats:
        return np.stack([np.bincount(groups, column, minlength=count) for column in values.T], 1)

    def explained(column: Floats) -> Floats:
        """Sums by cluster of `column` times each column of the fit, the intercepts last."""
        cells = groups * len(size) + codes
        crossed = np.bincount(cells, column, minlength=count * len(size)).reshape(count, -1)
        return np.hstack([by_cluster(column[:, None] * full), crossed / np.sqrt(size)])

    # A new fit takes from each cluster's score what the columns explain of the new residuals.
    shares, pulls = explained(own), [explained(part) for part in (free, own)]
    a, b = by_cluster(np.column_stack([own * free, own * own])).T
    scores = [np.diag(sums) - pull @ shares.T for sums, pull in zip((a, b), pulls, strict=True)]
    score = by_cluster((own * residual)[:, None])[:, 0]
    usual = float(np.sqrt(factor * (score @ score))) / length
    if usual <= 0:
        raise ModelError(
            "wild_bootstrap: expected clusters that disagree about the slope, got none that do. "
            "Bring more clusters."
        )
    intercepts = (codes[:, None] == np.arange(len(size))) / np.sqrt(size)
    error = _bias_reduced(own, residual, np.hstack([full, intercepts]), groups) / length
    return _Parts(estimate, usual, error, factor, a, b, *scores)


def _held(
    y: Floats, x: Floats, others: Floats, absorbed: Whole | None
) -> tuple[Floats, Floats, Floats, Whole]:
    """Outcome, term and independent other columns less their means, and codes of the intercepts."""
    codes = np.zeros(len(y), dtype=np.int64) if absorbed is None else absorbed
    size = np.bincount(codes)

    def centred(column: Floats) -> Floats:
        return column - (np.bincount(codes, column) / size)[codes]

    rest = np.column_stack([np.empty((len(y), 0)), *map(centred, others.T)])
    spread, before = np.linalg.norm(rest, axis=0), np.linalg.norm(others, axis=0)
    varies = spread > _columns.COLLINEAR * before
    rest = rest[:, varies] / spread[varies]
    kept = _columns.independent(rest, np.ones((len(y), 1))) if rest.shape[1] else []
    return centred(y), centred(x), rest[:, kept], codes


def _bias_reduced(own: Floats, residual: Floats, columns: Floats, groups: Whole) -> float:
    """
    The clustered error times the length of `own`, each cluster's residuals freed of their leverage.

    columns : an orthonormal basis of all that was fitted. With h the block of its projection that
    belongs to a cluster, residuals are multiplied by (1 - h)^(-1/2), from h's eigenvalues; a
    direction that a cluster decides alone has no residual and is left out.
    """
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(1, int(groups.max()) + 1))
    total = 0.0
    for rows in np.split(order, starts):
        part = columns[rows]
        leverage, axes = np.linalg.eigh(part.T @ part)
        leverage = np.clip(leverage, 0.0, 1.0)
        alone = leverage > 1 - _ALONE
        rest = np.where(alone, 1.0, 1 - leverage)
        grown = np.where(alone, -1.0, 1 / np.sqrt(rest) - 1)
        share = np.divide(grown, leverage, out=np.zeros_like(grown), where=leverage > _ALONE)
        along = (part @ axes).T
        total += float(own[rows] @ residual[rows] + (along @ own[rows]) * share
                       @ (along @ residual[rows])) ** 2  # fmt: skip
    return float(np.sqrt(total))
