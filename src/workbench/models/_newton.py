"""The highest point of a partial likelihood, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import ModelError
from workbench.models import _risk_sets as sums
from workbench.models.inputs import Floats

# Covariates are brought to unit spread first, so these need no unit.
_STEPS = 50
_HALVINGS = 30
_TINY_STEP = 1e-8
_TINY_GAIN = 1e-6
_SINGULAR = 1e-10


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the likelihood is highest, in covariates of unit spread."""

    beta: Floats
    point: sums.Point
    null_loglik: float
    iterations: int


def maximise(sets: sums.RiskSets, terms: list[str]) -> Maximum:
    """
    Newton's method from zero, each step halved until it does not lose likelihood.

    Raises
    ------
    ModelError
        Covariates that do not vary or repeat each other among those at risk, a covariate that
        separates events from the rest, no convergence. `terms` are their names in messages.
    """
    beta = np.zeros(len(terms))
    point = sums.evaluate(sets, beta)
    assert point is not None  # at zero every row counts one
    null_loglik = point.loglik
    _check_identified(sums.information(sets, point), terms)
    last = np.inf
    for iteration in range(1, _STEPS + 1):
        slope = sums.score(sets, point)
        step = _step(sums.information(sets, point), slope)
        size = float(np.abs(step).max())
        if size > _TINY_STEP and step @ slope < _TINY_GAIN and size > last / 2:
            name = terms[int(np.abs(step).argmax())]
            raise ModelError(
                f"cox: expected events on both sides of every covariate, got {name} which "
                "separates them, so that its coefficient grows without end. Leave it out or join "
                "its groups."
            )
        # Sums of many logarithms are not exact: a loss within their rounding is no loss.
        floor = point.loglik - 1e-10 * max(1.0, abs(point.loglik))
        del point  # as large as the data, and so is the next
        beta, point = _uphill(sets, beta, step, floor)
        if size <= _TINY_STEP:
            return Maximum(beta, point, null_loglik, iteration)
        last = size
    raise ModelError(
        f"cox: expected convergence within {_STEPS} steps, got a last step of {last:.2g}. "
        "Look for extreme values among the covariates."
    )


def _step(information: Floats, slope: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(information, slope), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise ModelError(
            "cox: expected a likelihood with one highest point, got a flat one. "
            "Look for extreme values among the covariates."
        ) from None


def _uphill(
    sets: sums.RiskSets, beta: Floats, step: Floats, floor: float
) -> tuple[Floats, sums.Point]:
    for _ in range(_HALVINGS):
        tried = sums.evaluate(sets, beta + step)
        if tried is not None and tried.loglik >= floor:
            return beta + step, tried
        step = step / 2
    raise ModelError(
        f"cox: expected a higher likelihood along Newton's step, got none after {_HALVINGS} "
        "halvings. Look for a covariate with extreme values, or one that separates the events."
    )


def _check_identified(information: Floats, terms: list[str]) -> None:
    values, vectors = np.linalg.eigh(information)
    if values[0] > _SINGULAR * max(values[-1], 0.0):
        return
    named = [t for t, weight in zip(terms, vectors[:, 0], strict=True) if abs(weight) > 0.05]
    raise ModelError(
        "cox: expected covariates that vary, and do not repeat each other, among rows at risk, "
        f"got {', '.join(named)}. Leave one of these out."
    )
