"""
Sums over those at risk, for the Cox model: all event times at once, in sorted passes.

A row is at risk at the event times t with start < t <= stop, a run of neighbours among the sorted
event times. A sum over a risk set is therefore a difference of two running totals, and a sum of a
row over its times another one, so nothing here grows faster than n log n.

Events tied at one time are taken one after another. In the j-th of d ties, Efron lets the tied rows
count for 1 - j/d in the risk set; Breslow leaves them whole, as if every fraction j/d were zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workbench.models.inputs import Flags, Floats, Whole

# Below this, sums of reciprocals could pass what a float can hold.
_SMALLEST = 1e-200


@dataclass(frozen=True, eq=False)
class RiskSets:
    """
    Who is at risk when. There are n rows, K distinct event times and E events.

    x : (n, p) covariates. event : (n,) whether the row ends in an event.
    first, last : (n,) the row is at risk at event times first, ..., last - 1.
    times : (K,) distinct event times. piece : (E,) event time of each event.
    fraction : (E,) how much of the tied rows has left the risk set before this event.
    """

    x: Floats
    event: Flags
    first: Whole
    last: Whole
    times: Floats
    piece: Whole
    fraction: Floats

    def at_risk(self, values: Floats) -> Floats:
        """For each event time, the sum of `values` over the rows at risk."""
        return self._later(self.last, values) - self._later(self.first, values)

    def _later(self, edge: Whole, values: Floats) -> Floats:
        # Totals run from the end, where risk sets are small, so that they lose no digits there.
        sums = by_place(edge, values, len(self.times) + 1)
        return sums[::-1].cumsum(axis=0)[::-1][1:]

    def per_time(self, values: Floats) -> Floats:
        """For each event time, the sum of `values` over its events."""
        return by_place(self.piece, values, len(self.times))

    def along(self, values: Floats) -> Floats:
        """For each row, the sum of `values` over the event times at which it is at risk."""
        total = np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])
        return total[self.last] - total[self.first]


def risk_sets(
    x: Floats, start: Floats | None, stop: Floats, event: Flags, *, efron: bool
) -> RiskSets:
    """Arrange rows by event time; without `start` everybody is at risk from the beginning."""
    times, piece = np.unique(stop[event], return_inverse=True)
    order = np.argsort(piece, kind="stable")
    ties = np.bincount(piece)
    place = np.empty(len(piece))
    place[order] = np.arange(len(piece)) - np.repeat(np.cumsum(ties) - ties, ties)
    fraction = place / ties[piece] if efron else np.zeros(len(piece))
    last = np.searchsorted(times, stop, side="right")
    first = np.zeros_like(last) if start is None else np.searchsorted(times, start, side="right")
    return RiskSets(x, event, first, last, times, piece, fraction)


def by_place(place: Whole, values: Floats, size: int) -> Floats:
    """Sum the rows of `values` that share a place, for places 0, ..., size - 1."""
    if values.ndim == 1:
        return np.bincount(place, values, size).astype(np.float64)
    columns = [np.bincount(place, column, size) for column in values.T]
    return np.stack(columns, axis=1).astype(np.float64)


class Point(NamedTuple):
    """
    The partial likelihood at one vector of coefficients.

    risk : (n,) exp(x b), up to a constant. whole : (E,) sum of risk in each event's risk set.
    mean : (E, p) mean of x there, weighted by risk. loglik : logarithm of the likelihood.
    """

    risk: Floats
    whole: Floats
    mean: Floats
    loglik: float


def evaluate(sets: RiskSets, beta: Floats) -> Point | None:
    """The likelihood at `beta`; None where a risk set is too small for a float to hold."""
    eta = sets.x @ beta
    eta -= eta.max()
    risk = np.exp(eta)
    own = risk[sets.event]
    whole = sets.at_risk(risk)[sets.piece] - sets.fraction * sets.per_time(own)[sets.piece]
    if not whole.min() > _SMALLEST:
        return None
    weighted = sets.at_risk(risk[:, None] * sets.x)[sets.piece]
    tied = sets.per_time(own[:, None] * sets.x[sets.event])[sets.piece]
    mean = (weighted - sets.fraction[:, None] * tied) / whole[:, None]
    return Point(risk, whole, mean, float(eta[sets.event].sum() - np.log(whole).sum()))


def expected(sets: RiskSets, point: Point, weight: Floats | None = None) -> Floats:
    """Events expected of each row while it was at risk, each time weighted by `weight`."""
    step = 1 / point.whole if weight is None else weight[sets.piece] / point.whole
    hazard = sets.along(sets.per_time(step))
    hazard[sets.event] -= sets.per_time(sets.fraction * step)[sets.piece]
    return point.risk * hazard


def score(sets: RiskSets, point: Point, weight: Floats | None = None) -> Floats:
    """(p,) derivative of the log likelihood, each time weighted by `weight`."""
    seen = sets.event.astype(np.float64)
    if weight is not None:
        seen[sets.event] = weight[sets.piece]
    return sets.x.T @ (seen - expected(sets, point, weight))


def information(sets: RiskSets, point: Point, weight: Floats | None = None) -> Floats:
    """(p, p) minus the second derivative, each time weighted by `weight`."""
    own = point.mean if weight is None else point.mean * weight[sets.piece][:, None]
    spread = (sets.x * expected(sets, point, weight)[:, None]).T @ sets.x
    return spread - own.T @ point.mean


def score_residuals(sets: RiskSets, point: Point) -> Floats:
    """
    (n, p) what each row gives to the score, through its event and through every risk set it is in.

    Tied events share the mean of their d risk sets, which is what makes the rows add up to the
    score under Efron's ties too.

    Source
    ------
    Lin & Wei (1989), doi:10.1080/01621459.1989.10478874.
    """
    step = point.mean / point.whole[:, None]
    seen = sets.event.astype(np.float64)
    residual = sets.x * (seen - expected(sets, point))[:, None]
    residual += point.risk[:, None] * sets.along(sets.per_time(step))
    ties = np.bincount(sets.piece)[:, None]
    shared = sets.per_time(point.mean) / ties
    left = sets.per_time(sets.fraction[:, None] * step)
    own = point.risk[sets.event][:, None]
    residual[sets.event] -= shared[sets.piece] + own * left[sets.piece]
    return residual
