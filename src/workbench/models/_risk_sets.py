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

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workbench.models.inputs import Flags, Floats, Whole

# Below this, sums of reciprocals could pass what a float can hold.
_SMALLEST = 1e-200
# Rows multiplied at once, so that a product of the table needs no second table.
_BLOCK = 50_000


@dataclass(frozen=True, eq=False)
class RiskSets:
    """
    Who is at risk when: n rows in the order of `arrangement`, K distinct event times and E events.

    x : (n, p) covariates. times : (K,) distinct event times. ties : (K,) events at each.
    share : (E,) how much of each tied row is still in the risk set of this event.
    rest : (n - E,) for each row without an event, the number of event times up to its stop.
    first : (n,) the number of event times up to each start; None where everybody is at risk from
    the beginning.
    """

    x: Floats
    times: Floats
    ties: Whole
    share: Floats
    rest: Whole
    first: Whole | None

    def at_risk(self, values: Floats) -> Floats:
        """For each event time, the sum of `values` over the rows at risk."""
        events = len(self.share)
        leave = _by_place(self.rest, values[events:], len(self.times) + 1)
        leave[1:] += self.per_time(values[:events])
        if self.first is None:
            return _totals(leave)
        return _totals(leave) - _totals(_by_place(self.first, values, len(leave)))

    def per_time(self, values: Floats) -> Floats:
        """For each event time, the sum of `values` over its events."""
        return np.add.reduceat(values, np.cumsum(self.ties) - self.ties)

    def per_event(self, values: Floats) -> Floats:
        """For each event, the one of `values` at its time."""
        return np.repeat(values, self.ties)

    def multiply_along(self, rows: Floats, values: Floats, missed: Floats) -> None:
        """
        Multiply `rows` in place, each by the sum of `values` over the times at which it is at risk.

        `missed`, one number a time, is taken from the sums of the rows with an event there.
        """
        events = len(self.share)
        total = np.concatenate([[0.0], values.cumsum()])
        if self.first is None:
            rows[:events] *= self.per_event(total[1:] - missed)
            rows[events:] *= total[self.rest]
        else:
            rows[:events] *= self.per_event(total[1:] - missed) - total[self.first[:events]]
            rows[events:] *= total[self.rest] - total[self.first[events:]]


def _by_place(place: Whole, values: Floats, size: int) -> Floats:
    # Of no rows at all, numpy makes whole numbers.
    return np.bincount(place, values, size).astype(np.float64, copy=False)


def _totals(leave: Floats) -> Floats:
    # Totals run from the end, where risk sets are small, so that they lose no digits there.
    return leave[::-1].cumsum()[::-1][1:]


def arrangement(stop: Floats, event: Flags) -> Whole:
    """The order in which sums need no search: rows with an event, then the rest, each by time."""
    return np.lexsort((stop, ~event))


def risk_sets(
    x: Floats, start: Floats | None, stop: Floats, *, events: int, efron: bool
) -> RiskSets:
    """
    The risk sets of rows in the order of `arrangement`, the first `events` of which have an event.

    Without `start` everybody is at risk from the beginning.
    """
    times, ties = np.unique(stop[:events], return_counts=True)
    share = np.ones(events)
    if efron:
        share = np.arange(events, 0, -1.0)
        share -= np.repeat(events - np.cumsum(ties), ties)
        share /= np.repeat(ties, ties)
    rest = np.searchsorted(times, stop[events:], side="right")
    first = None if start is None else np.searchsorted(times, start, side="right")
    return RiskSets(x, times, ties, share, rest, first)


class Point(NamedTuple):
    """
    The partial likelihood at one vector of coefficients.

    beta : (p,) coefficients. expected : (n,) events expected of each row. size : (K,) sum of
    `_risk` at each time. step : (E,) size over what is left of it for this event. left, tied :
    (K, p) sums of risk times x over size, over those at risk without an event at this time and
    over those with one. loglik : logarithm of the likelihood.
    """

    beta: Floats
    expected: Floats
    size: Floats
    step: Floats
    left: Floats
    tied: Floats
    loglik: float


def evaluate(sets: RiskSets, beta: Floats) -> Point | None:
    """The likelihood at `beta`; None where a risk set is too small for a float to hold."""
    events = len(sets.share)
    eta = _predictor(sets, beta)
    loglik = float(eta[:events].sum())
    risk = np.exp(eta, out=eta)
    # Before the tables as long as the events, as each product is one as long as the rows.
    left, tied = np.empty((2, len(sets.times), len(beta)))
    for j, column in enumerate(sets.x.T):
        left[:, j], tied[:, j] = _split(sets, risk * column)
    free, bound = _split(sets, risk)
    whole = sets.per_event(bound)
    whole *= sets.share
    whole += sets.per_event(free)
    if not whole.min() > _SMALLEST:
        return None
    loglik -= float(np.log(whole).sum())
    size = free + bound
    left /= size[:, None]
    tied /= size[:, None]
    step = np.divide(sets.per_event(size), whole, out=whole)
    return Point(beta, _expected(sets, risk, size, step), size, step, left, tied, loglik)


def _predictor(sets: RiskSets, beta: Floats) -> Floats:
    """(n,) x b, moved so that the highest is zero."""
    eta = sets.x @ beta
    eta -= eta.max()
    return eta


def _risk(sets: RiskSets, point: Point) -> Floats:
    """(n,) exp(x b), up to a constant; made anew, since to keep it costs more than to make it."""
    eta = _predictor(sets, point.beta)
    return np.exp(eta, out=eta)


def _split(sets: RiskSets, values: Floats) -> tuple[Floats, Floats]:
    """Sums at each time over the rows at risk without an event there, and over those with one."""
    tied = sets.per_time(values[: len(sets.share)])
    return sets.at_risk(values) - tied, tied


def _expected(
    sets: RiskSets, risk: Floats, size: Floats, step: Floats, weight: Floats | float = 1.0
) -> Floats:
    """Events expected of each row at risk, each time weighted by `weight`, in place of `risk`."""
    scale = weight / size
    hazard = scale * sets.per_time(step)
    missed = scale * sets.per_time((1 - sets.share) * step)
    sets.multiply_along(risk, hazard, missed)
    return risk


def score(sets: RiskSets, point: Point, weight: Floats | None = None) -> Floats:
    """(p,) derivative of the log likelihood, each time weighted by `weight`."""
    ended = sets.x[: len(sets.share)]
    if weight is None:
        return ended.sum(axis=0) - sets.x.T @ point.expected
    expected = _expected(sets, _risk(sets, point), point.size, point.step, weight)
    return ended.T @ sets.per_event(weight) - sets.x.T @ expected


def information(sets: RiskSets, point: Point, weight: Floats | None = None) -> Floats:
    """(p, p) minus the second derivative, each time weighted by `weight`."""
    expected = point.expected
    if weight is not None:
        expected = _expected(sets, _risk(sets, point), point.size, point.step, weight)
    once, half, full = _powers(sets, point, weight)
    crossed = point.left.T @ (half * point.tied)
    means = point.left.T @ (once * point.left) + crossed + crossed.T
    means += point.tied.T @ (full * point.tied)
    total = np.zeros_like(means)
    for rows in _blocks(len(sets.x)):
        total += (sets.x[rows] * expected[rows, None]).T @ sets.x[rows]
    return total - means


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(first, first + _BLOCK) for first in range(0, rows, _BLOCK))


def _powers(sets: RiskSets, point: Point, weight: Floats | None) -> list[Floats]:
    """(K, 1) sums over the ties of the squared step times g to the power 0, 1 and 2."""
    square, sums = point.step**2, []
    for _ in range(3):
        total = sets.per_time(square)
        sums.append((total if weight is None else total * weight)[:, None])
        square *= sets.share
    return sums


def score_by_group(sets: RiskSets, point: Point, groups: Whole) -> Floats:
    """
    (groups, p) what the rows of each group give to the score, of `groups` coded 0, 1, ...

    A row gives for its event, and for every risk set it is in. Tied events share the mean of their
    d risk sets, which is what makes the rows add up to the score under Efron's ties too.

    Source
    ------
    Lin & Wei (1989), doi:10.1080/01621459.1989.10478874.
    """
    once, half, full = _powers(sets, point, None)
    size = point.size[:, None]
    through = (once * point.left + half * point.tied) / size
    missed = ((once - half) * point.left + (half - full) * point.tied) / size
    mean = sets.per_time(point.step)[:, None] * point.left
    mean += sets.per_time(sets.share * point.step)[:, None] * point.tied
    mean /= sets.ties[:, None]
    events, risk, parts = len(sets.share), _risk(sets, point), []
    residual = np.empty_like(risk)
    for j, column in enumerate(sets.x.T):
        residual[:] = risk
        sets.multiply_along(residual, through[:, j], missed[:, j])
        for rows in _blocks(len(residual)):
            residual[rows] -= column[rows] * point.expected[rows]
        residual[:events] += column[:events]
        residual[:events] -= sets.per_event(mean[:, j])
        parts.append(np.bincount(groups, residual))
    return np.stack(parts, axis=1)
