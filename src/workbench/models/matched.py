"""Comparisons within matched groups: which of the rows of a group had the outcome."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.tools.numdiff import approx_fprime

from workbench.errors import ModelError
from workbench.models import _columns, _terms
from workbench.models.inputs import Floats, Whole, confidence, indicator, labels
from workbench.models.result import Estimate

_STEPS = 50
# The likelihood of a group is a sum over its subsets, computed by a recursion as deep as its rows.
LARGEST_GROUP = 500
# Curvature per group, in covariates of unit spread, below which the likelihood may have no maximum.
_FLAT = 1e-6


@dataclass(frozen=True, eq=False)
class MatchedFit:
    """
    A fitted conditional logistic regression.

    Attributes
    ----------
    table : DataFrame, one row per covariate
        term : its name. estimate : log odds ratio per unit of the covariate, within a group.
        std_error, low, high, p_value : clustered by group, by Student's t with groups - 1 degrees
        of freedom; p against zero.
        odds_ratio, odds_ratio_low, odds_ratio_high : the same, exponentiated.
        model_std_error : standard error if the model is true, as R's clogit gives it.
    covariance : (terms, terms) that `std_error` comes from.
    loglik, null_loglik : log conditional likelihood at the estimate, and with all terms at zero.
    n, events, groups : rows, rows with the outcome and groups that were used.
    groups_without_outcome, groups_all_outcome : groups left out because no row, or every row, had
        the outcome; they say nothing about what tells their rows apart.
    rows_left_out : the rows of these groups.
    """

    table: pd.DataFrame
    covariance: Floats
    loglik: float
    null_loglik: float
    n: int
    events: int
    groups: int
    groups_without_outcome: int
    groups_all_outcome: int
    rows_left_out: int

    def term(self, name: str) -> Estimate:
        """The row of one term; a ModelError where there is none of this name."""
        return _terms.one_term(
            self.table, name, n=self.n, clusters=self.groups, where="MatchedFit.term"
        )


def conditional_logit(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    covariates: Sequence[str],
    level: float = 0.95,
) -> MatchedFit:
    """
    Log odds ratios within groups; whatever is the same for a whole group drops out.

    The exact conditional likelihood, given how many rows of each group had the outcome. Errors are
    clustered by group, with the factor G / (G - 1) x (N - 1) / (N - K).

    Parameters
    ----------
    data : DataFrame, one row per member of a group. `outcome` is 0 or 1; covariates are numbers,
        yes/no or text; `group` is a column of labels.

    Raises
    ------
    ModelError
        Empty or infinite values, a column not there, values other than 0 and 1, fewer than two
        groups in which the outcome varies, a group above `LARGEST_GROUP` rows, a covariate that
        does not vary within groups or repeats others, separation, no convergence, a level outside
        (0, 1).

    Source
    ------
    Breslow, Day, Halvorsen, Prentice & Sabai (1978), doi:10.1093/oxfordjournals.aje.a112623.
    """
    where = "conditional_logit"
    confidence(level, where=where)
    _columns.require(data, [outcome, group, *covariates], where=where)
    happened = indicator(data[outcome], where=where, name=outcome, rows=len(data))
    codes = labels(data[group], where=where, name=group, rows=len(data))
    sizes, events = np.bincount(codes), np.bincount(codes, happened)
    telling = (events > 0) & (events < sizes)
    _check_groups(sizes[telling], outcome, group, where=where)
    used = telling[codes]
    kept = np.unique(codes[used], return_inverse=True)[1].astype(np.int64)
    x, names = _within(data[used], covariates, kept, group=group, where=where)
    spread = x.std(axis=0)
    y = happened[used].astype(float)
    point = _maximum(y, x / spread, kept, names, where=where)
    covariance = _terms.sandwich(point.bread, point.scores, None, parameters=0)
    count, rows = int(telling.sum()), len(y)
    covariance *= count / (count - 1) * (rows - 1) / (rows - len(names)) / np.outer(spread, spread)
    table = _terms.tidy(
        names, point.beta / spread, np.sqrt(np.diag(covariance)), df=count - 1, level=level
    )
    return MatchedFit(
        table=table.assign(
            odds_ratio=np.exp(table["estimate"]),
            odds_ratio_low=np.exp(table["low"]),
            odds_ratio_high=np.exp(table["high"]),
            model_std_error=np.sqrt(np.diag(point.bread)) / spread,
        ),
        covariance=covariance,
        loglik=point.loglik,
        null_loglik=point.null_loglik,
        n=rows,
        events=int(y.sum()),
        groups=count,
        groups_without_outcome=int((events == 0).sum()),
        groups_all_outcome=int((events == sizes).sum()),
        rows_left_out=int((~used).sum()),
    )


@dataclass(frozen=True, eq=False)
class _Point:
    """The maximum: coefficients, their covariance under the model, one score a group."""

    beta: Floats
    bread: Floats
    scores: Floats
    loglik: float
    null_loglik: float


def _check_groups(sizes: Whole, outcome: str, group: str, *, where: str) -> None:
    """Refuse too few groups that tell something, and groups beyond the recursion."""
    if len(sizes) < 2:
        raise ModelError(
            f"{where}: expected at least two groups of {group} with and without {outcome}, got "
            f"{len(sizes)}. Bring more groups, or a model that compares between them."
        )
    if sizes.max() > LARGEST_GROUP:
        raise ModelError(
            f"{where}: expected groups of at most {LARGEST_GROUP} rows in {group}, got one of "
            f"{sizes.max():,}. Draw some rows of each group at random, and say so."
        )


def _within(
    data: pd.DataFrame, covariates: Sequence[str], groups: Whole, *, group: str, where: str
) -> tuple[Floats, tuple[str, ...]]:
    """Covariates less their group's mean (the likelihood is the same), or why there are none."""
    if not covariates:
        raise ModelError(
            f"{where}: expected at least one covariate, got none. Name what tells rows apart."
        )
    values, names = _terms.terms(data, covariates, base=np.ones((len(data), 1)), where=where)
    sizes = np.bincount(groups)
    means = np.column_stack([np.bincount(groups, column) / sizes for column in values.T])
    centred = values - means[groups]
    still = np.sqrt((centred**2).mean(axis=0)) <= 1e-9 * values.std(axis=0)
    inside = np.where(still, 0.0, centred)
    scale = np.where(still, 1.0, inside.std(axis=0))
    kept = _columns.independent(inside / scale, np.ones((len(data), 1)))
    lost = [name for i, name in enumerate(names) if i not in kept]
    if lost:
        raise ModelError(
            f"{where}: expected covariates that vary on their own within {group}, got "
            f"{', '.join(lost)}. Leave out what is the same for a whole group or repeats others."
        )
    return inside, names


def _maximum(y: Floats, x: Floats, groups: Whole, names: tuple[str, ...], *, where: str) -> _Point:
    """The highest point of the likelihood, or the reason why there is none."""
    model = ConditionalLogit(y, x, groups=groups)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # A warning here means no maximum; the next lines say so.
        try:
            fitted = model.fit(method="newton", maxiter=_STEPS, disp=0, skip_hessian=True)
            beta = np.asarray(fitted.params, dtype=np.float64)
            curvature = -np.atleast_2d(approx_fprime(beta, model.score, centered=True))
        except (Warning, np.linalg.LinAlgError, ValueError, OverflowError):
            beta, curvature = np.zeros(0), np.zeros((1, 1))
    if np.linalg.eigvalsh(curvature)[0] <= _FLAT * model._n_groups:
        _refuse_separation(y, x, groups, names, where=where)
    if not len(beta):
        raise ModelError(
            f"{where}: expected convergence within {_STEPS} steps, got no highest likelihood. "
            "Look for extreme values among the covariates, or use fewer of them."
        )
    scores = np.array([model.score_grp(g, beta) for g in range(model._n_groups)])
    null = float(model.loglike(np.zeros(len(beta))))
    return _Point(beta, np.linalg.inv(curvature), scores, float(model.loglike(beta)), null)


def _refuse_separation(
    y: Floats, x: Floats, groups: Whole, names: tuple[str, ...], *, where: str
) -> None:
    """
    Refuse a mix of terms that ranks all rows with the outcome first in every group.

    Linear programme: direction d and a threshold a group, with the rows that had the outcome at or
    above it and the others at or below; the likelihood has no maximum if some row is off it.
    """
    side = 2 * y - 1
    rows, count = len(y), int(groups.max()) + 1
    ones = csr_array((-side, (np.arange(rows), groups)), shape=(rows, count))
    margins = hstack([csr_array(side[:, None] * x), ones])
    bounds = [(-1.0, 1.0)] * x.shape[1] + [(None, None)] * count
    found = linprog(
        -margins.sum(axis=0), A_ub=-margins, b_ub=np.zeros(rows), bounds=bounds, method="highs"
    )
    if found.x is None or -found.fun <= 1e-7 * rows:
        return
    direction = found.x[: x.shape[1]]
    guilty = [name for name, weight in zip(names, direction, strict=True) if abs(weight) > 1e-6]
    raise ModelError(
        f"{where}: expected rows with and without the outcome on both sides of every covariate, "
        f"got {', '.join(guilty)} which separates them within every group. Leave it out, or join "
        "its groups."
    )
