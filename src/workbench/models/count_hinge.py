"""Counts that grow with what arrives, and perhaps less from some point on, within groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from workbench.errors import ModelError
from workbench.models.inputs import Floats, Whole, confidence, labels, numbers, shown
from workbench.models.result import Estimate

FEWEST = 16  # groups that tell something, so that each half has a few
_ENDS = 0.05  # share of the rows that must lie on each side of a kink
_CROSSING = 6  # groups in each half that must have rows on both sides of it
_KINKS = 12  # that are tried, spread evenly over the logarithm
_STEPS, _NEAR = 50, 1e-8


@dataclass(frozen=True, eq=False)
class CountHinge:
    """
    Elasticities of a count below and above a kink, within groups.

    Attributes
    ----------
    below, above : elasticities, means of two halves; p-values against 1. kinks : the kink used in
    each half, in the unit of x. n, groups : rows and groups that tell something. left_out : rows of
    groups whose counts are all zero, or that have one row: they tell nothing about a slope.
    """

    below: Estimate
    above: Estimate
    kinks: tuple[float, float]
    n: int
    groups: int
    left_out: int


@dataclass(frozen=True)
class _Data:
    log_x: Floats
    counts: Floats
    starts: Whole
    sizes: Whole


def count_hinge(x: Any, counts: Any, *, groups: Any, seed: int, level: float = 0.95) -> CountHinge:
    """
    Poisson regression with group effects, in the logarithm of x, with one kink found by the data.

    The mean is a factor of the group's own, times x to the power `below` up to the kink, and grows
    with the power `above` from there on. Nothing is added to a count of zero, and the mean alone
    need be right: errors come from leaving out one group at a time. Whole groups are dealt into two
    halves with `seed`, in the order of their first rows; each half is fitted at the kink with the
    highest likelihood in the other, and the elasticities are averaged, so that the interval knows
    of no search. What is estimated is the mean of the elasticities at these two kinks.

    Parameters
    ----------
    x, counts : one value a row; x of 1 or more, counts whole and 0 or more. groups : who.

    Raises
    ------
    ModelError
        Values outside these ranges, fewer than 16 groups that tell something, too few different x
        for a kink, or counts that do not tell the elasticities apart.

    Source
    ------
    Conditional Poisson: Hausman, Hall & Griliches (1984), doi:10.2307/1911191; the mean
    alone: Wooldridge (1999), doi:10.1016/S0304-4076(98)00033-5; splitting: Cox (1975),
    doi:10.1093/biomet/62.2.441.
    """
    where = "count_hinge"
    confidence(level, where=where)
    data, left_out = _informative(x, counts, groups, where=where)
    order = np.random.default_rng(seed).permutation(len(data.sizes))
    first = np.isin(np.arange(len(order)), order[: len(order) // 2])
    halves = [_part(data, half) for half in (first, ~first)]
    possible = _candidates(data.log_x, halves, where=where)
    kinks = [_kink(half, possible, where=where) for half in halves]
    # Each half is tested at the kink of the other.
    fits = [_fitted(half, at, where=where) for half, at in zip(halves, kinks[::-1], strict=True)]
    slopes = np.mean([slope for slope, _ in fits], axis=0)
    covariance = sum(part for _, part in fits) / 4
    n, size = len(data.counts), len(data.sizes)
    below, above = (
        _estimate(float(way @ slopes), float(np.sqrt(way @ covariance @ way)), n, size, level)
        for way in (np.array([1.0, 0.0]), np.array([1.0, 1.0]))
    )
    used = (float(np.exp(kinks[1])), float(np.exp(kinks[0])))
    return CountHinge(below, above, used, n, size, left_out)


def _part(data: _Data, half: np.ndarray[Any, np.dtype[np.bool_]]) -> _Data:
    rows = np.repeat(half, data.sizes)
    sizes = data.sizes[half]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return _Data(data.log_x[rows], data.counts[rows], starts, sizes)


def _kink(data: _Data, kinks: Floats, *, where: str) -> float:
    """The place of the kink, as a logarithm, at which the counts are most likely."""
    found = [_climbed(data, _terms(data.log_x, at), where=where)[1] for at in kinks]
    return float(kinks[int(np.argmax(found))])


def _fitted(data: _Data, at: float, *, where: str) -> tuple[Floats, Floats]:
    """Slope below and change at the kink, with a jackknife over groups for their covariance."""
    terms = _terms(data.log_x, at)
    slopes, _, information, scores = _climbed(data, terms, where=where)
    without = information.sum(axis=0) - information
    if np.linalg.cond(without).max() > 1 / _NEAR:
        raise ModelError(_flat(where))
    # What leaving out one group changes, in one step of Newton.
    moved = np.linalg.solve(without, scores[:, :, None])[:, :, 0]
    groups = len(data.sizes)
    return slopes, moved.T @ moved * (groups - 1) / groups


def _informative(x: Any, counts: Any, groups: Any, *, where: str) -> tuple[_Data, int]:
    """The rows of groups that tell something, group by group, and how many others there are."""
    along = numbers(x, where=where, name="x")
    number = numbers(counts, where=where, name="counts", rows=len(along))
    code = labels(groups, where=where, name="groups", rows=len(along))
    if along.min() < 1:
        raise ModelError(
            f"{where}: expected x of 1 or more, got {shown(float(along.min()))}. Leave out the "
            "days on which nothing arrived."
        )
    if number.min() < 0 or (number != np.round(number)).any():
        raise ModelError(
            f"{where}: expected counts that are whole and 0 or more, got others. Pass how many, "
            "not shares."
        )
    total, rows = np.bincount(code, number), np.bincount(code)
    kept = ((total > 0) & (rows > 1))[code]
    order = np.flatnonzero(kept)[np.argsort(code[kept], kind="stable")]
    sizes = np.unique(code[order], return_counts=True)[1]
    if len(sizes) < FEWEST:
        raise ModelError(
            f"{where}: expected at least {FEWEST} groups with two rows and a count above zero, got "
            f"{len(sizes)}. Load a longer record."
        )
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return _Data(np.log(along[order]), number[order], starts, sizes), int((~kept).sum())


def _candidates(log_x: Floats, halves: list[_Data], *, where: str) -> Floats:
    """Kinks to try: values of x with enough rows, and groups that cross them, on each side."""
    values, rows = np.unique(log_x, return_counts=True)
    share = np.cumsum(rows) / len(log_x)
    fits = (share >= _ENDS) & (share <= 1 - _ENDS)
    for half in halves:
        low = np.minimum.reduceat(half.log_x, half.starts)
        high = np.maximum.reduceat(half.log_x, half.starts)
        crossing = ((low[:, None] <= values) & (high[:, None] > values)).sum(axis=0)
        fits &= crossing >= _CROSSING
    fits[:1] = fits[-2:] = False
    possible = values[fits]
    if not len(possible):
        raise ModelError(
            f"{where}: expected {_CROSSING} groups and more in each half with rows on both sides "
            f"of a kink, got fewer at all of {len(values)} different x. Load a longer record."
        )
    wanted = np.linspace(possible[0], possible[-1], _KINKS)
    return np.unique(possible[np.abs(possible[:, None] - wanted).argmin(axis=0)])


def _terms(log_x: Floats, at: float) -> Floats:
    return np.column_stack([log_x, np.maximum(log_x - at, 0.0)])


def _climbed(data: _Data, terms: Floats, *, where: str) -> tuple[Floats, float, Floats, Floats]:
    """
    Newton's steps up the likelihood from which the effects of groups have been taken.

    The slopes, the logarithm of the likelihood, and each group's information and score.
    """
    slopes = np.array([1.0, 0.0])
    total = np.add.reduceat(data.counts, data.starts)
    observed = np.add.reduceat(data.counts[:, None] * terms, data.starts)
    for _ in range(_STEPS):
        share, log_sum = _shares(data, terms @ slopes)
        mean = np.add.reduceat(share[:, None] * terms, data.starts)
        square = share[:, None, None] * terms[:, :, None] * terms[:, None, :]
        spread = np.add.reduceat(square, data.starts) - mean[:, :, None] * mean[:, None, :]
        information, scores = total[:, None, None] * spread, observed - total[:, None] * mean
        if np.linalg.cond(information.sum(axis=0)) > 1 / _NEAR:
            raise ModelError(_flat(where))
        step = np.linalg.solve(information.sum(axis=0), scores.sum(axis=0))
        if np.abs(step).max() < _NEAR:
            likelihood = float((observed @ slopes - total * log_sum).sum())
            return slopes, likelihood, information, scores
        slopes = slopes + np.clip(step, -1.0, 1.0)
    raise ModelError(_flat(where))


def _shares(data: _Data, rates: Floats) -> tuple[Floats, Floats]:
    """Of each row in the expected count of its group, and the logarithm of the group's sum."""
    top = np.maximum.reduceat(rates, data.starts)
    raised = np.exp(rates - np.repeat(top, data.sizes))
    sums = np.add.reduceat(raised, data.starts)
    return raised / np.repeat(sums, data.sizes), np.log(sums) + top


def _flat(where: str) -> str:
    return (
        f"{where}: expected counts that differ with x within groups, got none that tell the slopes "
        "apart. Load a longer record."
    )


def _estimate(value: float, error: float, n: int, groups: int, level: float) -> Estimate:
    df = groups - 2
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    p = float(2 * stats.t.sf(abs(value - 1) / error, df))
    return Estimate(value, error, value - reach, value + reach, p, n, groups)
