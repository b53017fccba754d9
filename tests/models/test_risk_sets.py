"""Tests of the sums over risk sets, against loops that follow the definitions."""

import numpy as np
import pytest

from workbench.models import _risk_sets as sums


def random_sets(seed, *, efron):
    """Rows with many ties and delayed entry, and the same as plain arrays."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 5, 40).astype(float)
    stop = start + rng.integers(1, 6, 40)
    event = rng.random(40) < 0.6
    x = rng.normal(size=(40, 2))
    order = sums.arrangement(stop, event)
    start, stop, event = start[order], stop[order], event[order]
    sets = sums.risk_sets(x, start, stop, events=int(event.sum()), efron=efron)
    return sets, (x, start, stop, event)


def test_arrangement_by_hand():
    """Rows with an event come first, both kinds by time, equal times in the order they came."""
    stop, event = np.array([3.0, 1, 2, 1, 1]), np.array([1, 0, 1, 0, 1], bool)

    assert sums.arrangement(stop, event).tolist() == [4, 2, 0, 1, 3]


def pieces(x, start, stop, event, beta, *, efron):
    """For each event in turn: its row, and the weight of every row in its risk set."""
    risk = np.exp(x @ beta)
    for time in np.unique(stop[event]):
        tied = np.flatnonzero((stop == time) & event)
        for place, row in enumerate(tied):
            weight = risk * ((start < time) & (stop >= time))
            if efron:
                weight[tied] *= 1 - place / len(tied)
            yield row, tied, weight


@pytest.mark.parametrize("efron", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_likelihood_and_its_derivatives_follow_the_definition(seed, efron):
    """Log likelihood, score and information equal sums written out event by event."""
    sets, rows = random_sets(seed, efron=efron)
    x, beta = rows[0], np.array([0.4, -0.3])
    loglik, score, information = 0.0, np.zeros(2), np.zeros((2, 2))
    for row, _, weight in pieces(*rows, beta, efron=efron):
        share = weight / weight.sum()
        mean = share @ x
        loglik += x[row] @ beta - np.log(weight.sum())
        score += x[row] - mean
        information += (x * share[:, None]).T @ x - np.outer(mean, mean)

    point = sums.evaluate(sets, beta)

    assert point.loglik == pytest.approx(loglik)
    assert sums.score(sets, point) == pytest.approx(score)
    assert sums.information(sets, point) == pytest.approx(information)


@pytest.mark.parametrize("efron", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_parts_of_the_score_follow_the_definition(seed, efron):
    """Each row's part equals a sum written out, and the parts add up by group and to the score."""
    sets, rows = random_sets(seed, efron=efron)
    x, beta = rows[0], np.array([0.4, -0.3])
    expected = np.zeros_like(x)
    for _, tied, weight in pieces(*rows, beta, efron=efron):
        share = weight / weight.sum()
        away = x - share @ x
        expected[tied] += away[tied] / len(tied)
        expected -= share[:, None] * away

    point = sums.evaluate(sets, beta)
    got = sums.score_by_group(sets, point, np.arange(40))
    halves = sums.score_by_group(sets, point, np.arange(40) % 2)

    assert got == pytest.approx(expected)
    assert halves == pytest.approx(
        np.stack([expected[::2].sum(axis=0), expected[1::2].sum(axis=0)])
    )
    assert got.sum(axis=0) == pytest.approx(sums.score(sets, point))


def test_weights_by_time_follow_the_definition():
    """A weight on each event time multiplies what happens at that time."""
    sets, rows = random_sets(3, efron=True)
    x, _, stop, _ = rows
    beta, times = np.array([0.4, -0.3]), sets.times
    score, information = np.zeros(2), np.zeros((2, 2))
    for row, _, weight in pieces(*rows, beta, efron=True):
        share = weight / weight.sum()
        mean = share @ x
        score += stop[row] * (x[row] - mean)
        information += stop[row] * ((x * share[:, None]).T @ x - np.outer(mean, mean))

    point = sums.evaluate(sets, beta)

    assert sums.score(sets, point, times) == pytest.approx(score)
    assert sums.information(sets, point, times) == pytest.approx(information)


def test_a_point_too_far_out_has_no_likelihood():
    """Where a risk set weighs next to nothing beside the heaviest row, there is no point."""
    x = np.array([[0.0], [1000.0], [0.0]])
    sets = sums.risk_sets(x[[1, 2, 0]], None, np.array([1.0, 2, 3]), events=3, efron=True)

    assert sums.evaluate(sets, np.array([2.0])) is None
