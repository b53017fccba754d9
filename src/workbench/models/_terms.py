"""What the regressions share: terms that can be told apart, robust covariances, a tidy table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models import _columns
from workbench.models.inputs import Floats, Whole, labels
from workbench.models.result import Estimate


def terms(
    data: pd.DataFrame, covariates: Sequence[str], *, base: Floats, where: str
) -> tuple[Floats, tuple[str, ...]]:
    """
    Covariates as numbers with their names; text becomes indicators.

    Refuses empty and infinite values, and a term that is constant or repeats `base` and the terms
    before it: a coefficient was asked for, and there is none.
    """
    _columns.require(data, covariates, where=where)
    values, names = _columns.expand(data, covariates, where=where)
    still = [name for name, spread in zip(names, np.ptp(values, axis=0), strict=True) if not spread]
    if still:
        raise ModelError(
            f"{where}: expected covariates that vary, got one value only in {', '.join(still)}. "
            "Leave these out."
        )
    spread = values.std(axis=0)
    kept = _columns.independent((values - values.mean(axis=0)) / spread, base)
    repeated = [name for i, name in enumerate(names) if i not in kept]
    if repeated:
        raise ModelError(
            f"{where}: expected covariates that do not repeat each other, got "
            f"{', '.join(repeated)}, which follows from the other terms. Leave it out."
        )
    return values, tuple(names)


def groups_of(data: pd.DataFrame, clusters: str | None, *, where: str) -> Whole | None:
    """Numbers 0, 1, ... of the clusters, at least two; None where rows stand for themselves."""
    if clusters is None:
        return None
    _columns.require(data, [clusters], where=where)
    return labels(data[clusters], where=where, name=clusters, rows=len(data))


def count_of(groups: Whole | None) -> int | None:
    """How many clusters there are."""
    return None if groups is None else int(groups.max()) + 1


def sandwich(bread: Floats, scores: Floats, groups: Whole | None, *, parameters: int) -> Floats:
    """
    Robust covariance `bread` x (spread of the scores) x `bread`.

    With G clusters of N rows and K parameters it is multiplied by G / (G - 1) x (N - 1) / (N - K),
    without clusters by N / (N - K) (HC1), as Stata does; R's sandwich leaves out the part with K.
    """
    rows, count = len(scores), count_of(groups)
    if groups is None or count is None:
        sums, factor = scores, rows / (rows - parameters)
    else:
        sums = np.column_stack([np.bincount(groups, column) for column in scores.T])
        factor = count / (count - 1) * (rows - 1) / (rows - parameters)
    return np.asarray(bread @ (sums.T @ sums) @ bread.T * factor, dtype=np.float64)


def freedom(rows: int, parameters: int, groups: Whole | None) -> int:
    """Degrees of freedom of Student's t: clusters - 1, or rows - parameters without clusters."""
    count = count_of(groups)
    return rows - parameters if count is None else count - 1


def enough_rows(rows: int, parameters: int, *, where: str) -> None:
    """Refuse a model with as many parameters as rows."""
    if rows <= parameters:
        raise ModelError(
            f"{where}: expected more rows than the {parameters} terms, got {rows:,} rows. "
            "Use fewer covariates, or bring more rows."
        )


def tidy(
    names: Sequence[str], estimates: Floats, std_errors: Floats, *, df: int, level: float
) -> pd.DataFrame:
    """One row a term with its interval and p-value, by Student's t with `df` degrees of freedom."""
    reach = float(stats.t.ppf((1 + level) / 2, df)) * std_errors
    return pd.DataFrame(
        {
            "term": list(names),
            "estimate": estimates,
            "std_error": std_errors,
            "low": estimates - reach,
            "high": estimates + reach,
            "p_value": 2 * stats.t.sf(np.abs(estimates / std_errors), df),
        }
    )


def one_term(
    table: pd.DataFrame, name: str, *, n: int, clusters: int | None, where: str
) -> Estimate:
    """The row of one term as an Estimate; a ModelError where there is none of this name."""
    rows = table[table["term"] == name]
    if rows.empty:
        raise ModelError(
            f"{where}: expected one of {', '.join(table['term'])}, got {name}. Choose one of these."
        )
    columns = ["estimate", "std_error", "low", "high", "p_value"]
    values = dict(zip(columns, rows[columns].to_numpy()[0].tolist(), strict=True))
    return Estimate(**values, n=n, clusters=clusters)


def with_intercept(values: Floats) -> tuple[Floats, Floats]:
    """
    A design of intercept and covariates of unit spread, and the matrix that leads back.

    `back @ coefficients` are those of the covariates as given: fits stay exact whatever the unit.
    """
    centre, spread = values.mean(axis=0), values.std(axis=0)
    design = np.column_stack([np.ones(len(values)), (values - centre) / spread])
    back = np.diag(np.concatenate([[1.0], 1 / spread]))
    back[0, 1:] = -centre / spread
    return design, back
