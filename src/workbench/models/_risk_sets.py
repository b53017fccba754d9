"""
Sums over those at risk, for the Cox model: all event times at once, in sorted passes.

A row is at risk at the event times t with start < t <= stop, a run of neighbours among the sorted
event times. A sum over a risk set is therefore a difference of two running totals, and a sum of a
row over its times another one, so nothing here grows faster than n log n.

Events tied at one time are taken one after another. In the j-th of d ties, j from 0, Efron lets the
tied rows count for the share g = 1 - j/d in the risk set; Breslow leaves them whole, g = 1. With
sums L over the rows at risk without an event at this time and T over those with one, any sum over
the risk set is L + g T, so whatever is wanted of all d ties is made of L, T and sums of powers of g
over the risk sets' sizes: tables as long as there are distinct times, not events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workbench.models.inputs import Flags, Floats, Whole

# Below this, sums of reciprocals could pass what a float can hold.
_SMALLEST = 1e-200
# Rows multiplied at once, so that a product of the table with itself needs no second table.
_BLOCK = 50_000


@dataclass(frozen=True, eq=False)
class RiskSets:
    """
    Who is at risk when. There are n rows, K distinct event times and E events.

    x : (n, p) covariates. event : (n,) whether the row ends in an event.
    first, last : (n,) the row is at risk at event times first, ..., last - 1. `first` is None where
    everybody is at risk from the beginning.
    times : (K,) distinct event times. piece : (E,) event time of each event.
    share : (E,) how much of each tied row is still in the risk set of this event.
    """

    x: Floats
    event: Flags
    first: Whole | None
    last: Whole
    times: Floats
    piece: Whole
    share: Floats

    def at_risk(self, values: Floats) -> Floats:
        """For each event time, the sum of `values` over the rows at risk."""
        later = self._later(self.last, values)
        return later if self.first is None else later - self._later(self.first, values)

    def _later(self, edge: Whole, values: Floats) -> Floats:
        # Totals run from the end, where risk sets are small, so that they lose no digits there.
        return by_place(edge, values, len(self.times) + 1)[::-1].cumsum()[::-1][1:]

    def per_time(self, values: Floats) -> Floats:
        """For each event time, the sum of `values` over its events."""
        return by_place(self.piece, values, len(self.times))

    def along(self, values: Floats) -> Floats:
        """For each row, the sum of `values` over the event times at which it is at risk."""
        total = np.concatenate([[0.0], values.cumsum()])
        return total[self.last] if self.first is None else total[self.last] - total[self.first]


def risk_sets(
    x: Floats, start: Floats | None, stop: Floats, event: Flags, *, efron: bool
) -> RiskSets:
    """Arrange rows by event time; without `start` everybody is at risk from the beginning."""
    times, piece = np.unique(stop[event], return_inverse=True)
    share = np.ones(len(piece))
    if efron and len(times) < len(piece):
        order = np.argsort(piece, kind="stable")
        ties = np.bincount(piece)
        place = np.arange(len(piece)) - np.repeat(np.cumsum(ties) - ties, ties)
        share[order] -= place / np.repeat(ties, ties)
    last = np.searchsorted(times, stop, side="right")
    first = None if start is None else np.searchsorted(times, start, side="right")
    return RiskSets(x, event, first, last, times, piece, share)


def by_place(place: Whole, values: Floats, size: int) -> Floats:
    """Sum the rows of `values` that share a place, for places 0, ..., size - 1."""
    if values.ndim == 1:
        return np.bincount(place, values, size).astype(np.float64)
    columns = [np.bincount(place, column, size) for column in values.T]
    return np.stack(columns, axis=1).astype(np.float64)


class Point(NamedTuple):
    """
    The partial likelihood at one vector of coefficients.

    risk : (n,) exp(x b), up to a constant. expected : (n,) events expected of each row.
    step : (E,) one over the sum of risk in each event's risk set.
    left, tied : (K, p) sums of risk times x at each time, over those at risk without an event there
    and over those with one. loglik : logarithm of the likelihood.
    """

    risk: Floats
    expected: Floats
    step: Floats
    left: Floats
    tied: Floats
    loglik: float


def evaluate(sets: RiskSets, beta: Floats) -> Point | None:
    """The likelihood at `beta`; None where a risk set is too small for a float to hold."""
    eta = sets.x @ beta
    eta -= eta.max()
    loglik = float(eta[sets.event].sum())
    risk = np.exp(eta, out=eta)
    left, tied = _split(sets, risk)
    whole = left[sets.piece] + sets.share * tied[sets.piece]
    if not whole.min() > _SMALLEST:
        return None
    loglik -= float(np.log(whole).sum())
    step = np.divide(1.0, whole, out=whole)
    parts = [_split(sets, risk * column) for column in sets.x.T]
    left, tied = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    return Point(risk, _expected(sets, risk, step, None), step, left, tied, loglik)


def _split(sets: RiskSets, values: Floats) -> tuple[Floats, Floats]:
    """Sums at each time over the rows at risk without an event there, and over those with one."""
    tied = sets.per_time(values[sets.event])
    return sets.at_risk(values) - tied, tied


def _expected(sets: RiskSets, risk: Floats, step: Floats, weight: Floats | None) -> Floats:
    """Events expected of each row while it was at risk, each time weighted by `weight`."""
    hazard, missed = sets.per_time(step), sets.per_time((1 - sets.share) * step)
    if weight is not None:
        hazard, missed = hazard * weight, missed * weight
    expected = sets.along(hazard)
    expected[sets.event] -= missed[sets.piece]
    expected *= risk
    return expected


def score(sets: RiskSets, point: Point, weight: Floats | None = None) -> Floats:
    """(p,) derivative of the log likelihood, each time weighted by `weight`."""
    if weight is None:
        return sets.x.T @ (sets.event - point.expected)
    residual = -_expected(sets, point.risk, point.step, weight)
    residual[sets.event] += weight[sets.piece]
    return sets.x.T @ residual


def information(sets: RiskSets, point: Point, weight: Floats | None = None) -> Floats:
    """(p, p) minus the second derivative, each time weighted by `weight`."""
    expected = point.expected
    if weight is not None:
        expected = _expected(sets, point.risk, point.step, weight)
    once, half, full = _powers(sets, point, weight)
    crossed = point.left.T @ (half * point.tied)
    means = point.left.T @ (once * point.left) + crossed + crossed.T
    means += point.tied.T @ (full * point.tied)
    total = np.zeros_like(means)
    for first in range(0, len(sets.x), _BLOCK):
        rows = slice(first, first + _BLOCK)
        total += (sets.x[rows] * expected[rows, None]).T @ sets.x[rows]
    return total - means


def _powers(sets: RiskSets, point: Point, weight: Floats | None) -> list[Floats]:
    """(K, 1) sums over the ties of g to the power 0, 1 and 2 over the squared risk."""
    square, sums = point.step**2, []
    for _ in range(3):
        total = sets.per_time(square)
        sums.append((total if weight is None else total * weight)[:, None])
        square *= sets.share
    return sums


def score_residuals(sets: RiskSets, point: Point) -> Floats:
    """
    (n, p) what each row gives to the score, through its event and through every risk set it is in.

    Tied events share the mean of their d risk sets, which is what makes the rows add up to the
    score under Efron's ties too.

    Source
    ------
    Lin & Wei (1989), doi:10.1080/01621459.1989.10478874.
    """
    once, half, full = _powers(sets, point, None)
    through = once * point.left + half * point.tied
    missed = (once - half) * point.left + (half - full) * point.tied
    ties, step, shared = np.bincount(sets.piece), point.step, sets.share * point.step
    mean = sets.per_time(step)[:, None] * point.left + sets.per_time(shared)[:, None] * point.tied
    mean /= ties[:, None]
    own, free = point.risk[sets.event], sets.event - point.expected
    residual = np.empty_like(sets.x)
    for j, column in enumerate(sets.x.T):
        part = column * free + point.risk * sets.along(through[:, j])
        part[sets.event] -= mean[sets.piece, j] + own * missed[sets.piece, j]
        residual[:, j] = part
    return residual
