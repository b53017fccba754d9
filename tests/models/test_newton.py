"""Tests of how the search for the highest likelihood ends when it cannot succeed."""

import numpy as np
import pytest

from workbench.errors import ModelError
from workbench.models import _newton
from workbench.models import _risk_sets as sums


def sets():
    """Six rows, one covariate of unit spread, four events."""
    x = np.array([[1.0], [-1], [1], [-1], [1], [-1]])
    return sums.risk_sets(x, None, np.arange(1.0, 7), events=4, efron=True)


def test_the_score_is_zero_at_the_highest_point():
    """What is found is a root of the score, above the start."""
    best = _newton.maximise(sets(), ["x"])

    assert sums.score(sets(), best.point) == pytest.approx([0], abs=1e-10)
    assert best.point.loglik > best.null_loglik


def test_too_few_steps_are_an_error(monkeypatch):
    """An answer that has not settled is not given."""
    monkeypatch.setattr(_newton, "_STEPS", 1)

    with pytest.raises(ModelError) as error:
        _newton.maximise(sets(), ["x"])

    # The first step is the score over the information at zero.
    start = sums.evaluate(sets(), np.zeros(1))
    step = abs(sums.score(sets(), start)[0] / sums.information(sets(), start)[0, 0])
    assert str(error.value) == (
        f"cox: expected convergence within 1 steps, got a last step of {step:.2g}. "
        "Look for extreme values among the covariates."
    )


def test_a_step_that_never_gains_is_an_error(monkeypatch):
    """Halving ends, too."""
    start = sums.evaluate(sets(), np.zeros(1))
    monkeypatch.setattr(sums, "evaluate", lambda _, beta: None if beta.any() else start)

    with pytest.raises(ModelError) as error:
        _newton.maximise(sets(), ["x"])

    assert str(error.value) == (
        "cox: expected a higher likelihood along Newton's step, got none after 30 halvings. "
        "Look for a covariate with extreme values, or one that separates the events."
    )


def test_a_flat_likelihood_is_an_error(monkeypatch):
    """Where the information vanishes on the way there is no next step."""
    true, calls = sums.information, []

    def vanishing(*given):
        calls.append(given)
        return true(*given) if len(calls) < 3 else np.zeros((1, 1))

    monkeypatch.setattr(sums, "information", vanishing)

    with pytest.raises(ModelError) as error:
        _newton.maximise(sets(), ["x"])

    assert str(error.value) == (
        "cox: expected a likelihood with one highest point, got a flat one. "
        "Look for extreme values among the covariates."
    )


def test_long_steps_are_halved(monkeypatch):
    """With a covariate of long tail a full step overshoots; the root is reached all the same."""
    rng = np.random.default_rng(7)
    x = np.exp(3 * rng.normal(size=30))[:, None]
    x = (x - x.mean()) / x.std()
    event, stop = rng.random(30) < 0.7, rng.exponential(size=30)
    order = sums.arrangement(stop, event)
    rows = sums.risk_sets(x[order], None, stop[order], events=int(event.sum()), efron=True)
    true, tried = sums.evaluate, []
    monkeypatch.setattr(sums, "evaluate", lambda *given: tried.append(given) or true(*given))

    best = _newton.maximise(rows, ["x"])

    # One evaluation at the start and one a step, were no step halved.
    assert len(tried) > 1 + best.iterations
    assert sums.score(rows, best.point) == pytest.approx([0], abs=1e-7)
