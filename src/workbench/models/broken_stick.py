"""A power law that changes its exponent: two joined lines on logarithmic axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from workbench.errors import ModelError
from workbench.models.inputs import Floats, Whole, confidence, labels, numbers
from workbench.models.result import Estimate

# The kink is looked for between these shares of log x, at so many places before refinement.
_MIDDLE = (0.05, 0.95)
_PLACES = 61
_NEAR = 1e-8
_FEWEST_VALUES = 6
_FEWEST_DRAWS = 100
# A hinge whose part outside the straight line is smaller than this share of it is that line.
_STRAIGHT = 1e-8
# An interval from fewer of the draws than this would be of the convenient ones only.
_MUST_WORK = 0.95


@dataclass(frozen=True, eq=False)
class BrokenStick:
    """
    log y rises by `below` per unit of log x up to the kink, and by `above` from there on.

    Intervals are percentiles of bootstrap draws, standard errors their standard deviations; there
    are no p-values: without a kink its place does not exist, and the usual tests fail.

    Attributes
    ----------
    kink : in the unit of x. below, above : exponents. change : above minus below.
    intercept : log y at x = 1 on the first line.
    r_squared : share of the variance of log y that the curve explains.
    straight_r_squared : the same for one straight line.
    draws, failed_draws : bootstrap samples, and those among them that had no kink to fit.
    table : one row per term: kink, below, above, change.
    n, clusters : rows, and groups that were drawn whole.
    """

    kink: Estimate
    below: Estimate
    above: Estimate
    change: Estimate
    intercept: float
    r_squared: float
    straight_r_squared: float
    draws: int
    failed_draws: int
    table: pd.DataFrame
    n: int
    clusters: int | None


def broken_stick(
    x: Any, y: Any, *, seed: int, clusters: Any = None, draws: int = 500, level: float = 0.95
) -> BrokenStick:
    """
    Fit a continuous line with one kink to log y against log x, by least squares.

    The kink is searched on a grid between the 5th and the 95th percentile of log x and then
    refined between the neighbours of the best place.

    Parameters
    ----------
    x, y : numbers above zero, one per row. clusters : a label per row; then whole clusters are
        drawn in the bootstrap, else rows.

    Raises
    ------
    ModelError
        Empty values, numbers that are not above zero, fewer than six different x, a constant y,
        fewer than 100 draws, or more than one draw in twenty without a kink to fit.

    Source
    ------
    Profile least squares: Muggeo (2003), doi:10.1002/sim.1545, discusses it; bootstrap: Efron &
    Tibshirani (1993), doi:10.1201/9780429246593.
    """
    where = "broken_stick"
    confidence(level, where=where)
    log_x, log_y, groups = _checked(x, y, clusters, draws, where=where)
    first, last = np.quantile(log_x, _MIDDLE)
    places = np.linspace(first, last, _PLACES)
    best = _best(log_x, log_y, places)
    if best is None:
        raise ModelError(
            f"{where}: expected different x on both sides of a kink, got most rows at one x. "
            "Compare groups of x instead."
        )
    fits = [_best(log_x[r], log_y[r], places) for r in _resampled(len(log_x), groups, draws, seed)]
    drawn = np.array([_terms(fit) for fit in fits if fit is not None])
    if len(drawn) < _MUST_WORK * draws:
        raise ModelError(
            f"{where}: expected a kink in nearly every one of {draws:,} bootstrap samples, got "
            f"{len(drawn):,}. Bring more rows or clusters with different x."
        )
    count = None if groups is None else int(groups.max()) + 1
    kink, below, above, change = parts = [
        _estimate(value, column, level, len(log_x), count)
        for value, column in zip(_terms(best), drawn.T, strict=True)
    ]
    return BrokenStick(
        kink=kink,
        below=below,
        above=above,
        change=change,
        intercept=best.intercept,
        r_squared=best.r_squared,
        straight_r_squared=best.straight_r_squared,
        draws=draws,
        failed_draws=draws - len(drawn),
        table=_tidy(parts),
        n=len(log_x),
        clusters=count,
    )


@dataclass(frozen=True)
class _Stick:
    """One fitted curve; `kink` is on the log scale."""

    kink: float
    below: float
    above: float
    intercept: float
    r_squared: float
    straight_r_squared: float


def _checked(
    x: Any, y: Any, clusters: Any, draws: int, *, where: str
) -> tuple[Floats, Floats, Whole | None]:
    along = numbers(x, where=where, name="x")
    outcome = numbers(y, where=where, name="y", rows=len(along))
    for name, values in (("x", along), ("y", outcome)):
        if values.min() <= 0:
            raise ModelError(
                f"{where}: expected {name} above zero, got {values.min():g}. A logarithm needs "
                "it: average over groups of rows, or use two_lines."
            )
    if len(np.unique(along)) < _FEWEST_VALUES:
        raise ModelError(
            f"{where}: expected at least {_FEWEST_VALUES} different values of x, got "
            f"{len(np.unique(along))}. Compare the groups directly instead."
        )
    if np.ptp(outcome) == 0:
        raise ModelError(
            f"{where}: expected y to vary, got {outcome[0]:g} in every row. Choose another outcome."
        )
    if draws < _FEWEST_DRAWS:
        raise ModelError(
            f"{where}: expected at least {_FEWEST_DRAWS} draws, got {draws}. Pass 500."
        )
    groups = None
    if clusters is not None:
        groups = labels(clusters, where=where, name="clusters", rows=len(along))
    return np.log(along), np.log(outcome), groups


def _best(log_x: Floats, log_y: Floats, places: Floats) -> _Stick | None:
    """The curve of least squared error, or None where no kink can be told from a straight line."""
    line = np.linalg.qr(np.column_stack([np.ones(len(log_x)), log_x]))[0]
    rest = log_y - line @ (line.T @ log_y)

    def gained(kinks: Floats) -> Floats:
        """Squared error that a hinge at each kink takes away from the straight line."""
        hinge = np.maximum(log_x[:, None] - kinks, 0.0)
        own = hinge - line @ (line.T @ hinge)
        size, whole = (own**2).sum(axis=0), (hinge**2).sum(axis=0)
        usable = size > _STRAIGHT * np.maximum(whole, 1e-300)
        return np.where(usable, (rest @ own) ** 2 / np.where(usable, size, 1.0), -1.0)

    gains = gained(places)
    top = int(np.argmax(gains))
    if gains[top] < 0:
        return None
    ends = places[max(top - 1, 0)], places[min(top + 1, len(places) - 1)]
    refined = minimize_scalar(
        lambda k: -gained(np.array([k]))[0],
        bounds=ends,
        method="bounded",
        options={"xatol": _NEAR},
    )
    kink = float(refined.x if -refined.fun > gains[top] else places[top])
    design = np.column_stack([np.ones(len(log_x)), log_x, np.maximum(log_x - kink, 0.0)])
    intercept, below, change = np.linalg.lstsq(design, log_y, rcond=None)[0]
    total = float(((log_y - log_y.mean()) ** 2).sum())
    if total == 0:
        return None
    straight = 1 - float(rest @ rest) / total
    r_squared = straight + max(-float(refined.fun), float(gains[top])) / total
    return _Stick(kink, float(below), float(below + change), float(intercept), r_squared, straight)


def _resampled(n: int, groups: Whole | None, draws: int, seed: int) -> Iterator[Whole]:
    """Rows of each bootstrap sample: drawn one by one, or cluster by cluster."""
    rng = np.random.default_rng(seed)
    if groups is None:
        for _ in range(draws):
            yield rng.integers(0, n, n)
        return
    members = np.split(np.argsort(groups, kind="stable"), np.cumsum(np.bincount(groups))[:-1])
    for _ in range(draws):
        chosen = rng.integers(0, len(members), len(members))
        yield np.concatenate([members[one] for one in chosen])


def _terms(stick: _Stick) -> tuple[float, float, float, float]:
    return float(np.exp(stick.kink)), stick.below, stick.above, stick.above - stick.below


def _estimate(value: float, drawn: Floats, level: float, n: int, clusters: int | None) -> Estimate:
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(drawn.std(ddof=1)), float(low), float(high), None, n, clusters)


def _tidy(parts: list[Estimate]) -> pd.DataFrame:
    names = ("estimate", "std_error", "low", "high", "p_value")
    columns = {name: [getattr(part, name) for part in parts] for name in names}
    columns["p_value"] = [np.nan] * len(parts)
    return pd.DataFrame({"term": ["kink", "below", "above", "change"], **columns})
