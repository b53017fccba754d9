"""Expectation-maximisation for models of raters who label items of unknown class, in logarithms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from workbench.errors import ModelError
from workbench.models._labels import Judgements
from workbench.models.inputs import Floats

# An increase of the log-likelihood by less than this a label changes nothing anybody could see.
GAIN = 1e-8
STEPS = 2000

# From expected counts [rater, given, true] and a pseudo-count to probabilities of the same shape.
Rates = Callable[[Floats, float], Floats]


@dataclass(frozen=True, eq=False)
class Climb:
    """Where one start led: class probabilities [item, class] and what the raters do."""

    posterior: Floats
    rates: Floats
    prevalence: Floats
    log_likelihood: float
    iterations: int
    converged: bool


def confusion(counts: Floats, smoothing: float) -> Floats:
    """Every rater has a confusion matrix; a row that nothing is known about is uniform."""
    total = counts.sum(axis=1, keepdims=True)
    classes = counts.shape[1]
    known = total + smoothing > 0
    below = np.where(known, total + classes * smoothing, 1.0)
    return np.where(known, (counts + smoothing) / below, 1 / classes)


def one_accuracy(counts: Floats, smoothing: float) -> Floats:
    """Every rater has one probability of a right label; wrong labels are equally likely."""
    right = np.trace(counts, axis1=1, axis2=2)
    return _coins(right, counts.sum(axis=(1, 2)), counts.shape, smoothing)


def same_accuracy(counts: Floats, smoothing: float) -> Floats:
    """All raters share one probability of a right label; wrong labels are equally likely."""
    right = np.full(len(counts), np.trace(counts, axis1=1, axis2=2).sum())
    return _coins(right, np.full(len(counts), counts.sum()), counts.shape, smoothing)


def _coins(right: Floats, total: Floats, shape: tuple[int, ...], smoothing: float) -> Floats:
    classes = shape[1]
    known = total + smoothing > 0
    below = np.where(known, total + classes * smoothing, 1.0)
    skill = np.where(known, (right + smoothing) / below, 1 / classes)[:, None, None]
    return np.where(np.eye(classes, dtype=bool), skill, (1 - skill) / (classes - 1))


def climb(
    table: sparse.csr_array,
    start: Floats,
    *,
    rates: Rates,
    smoothing: float,
    equal_classes: bool = False,
) -> Climb:
    """
    Go up from class probabilities `start` until the log-likelihood stands still.

    `table` is `_labels.incidence`. With `equal_classes` the prevalences are taken as equal. The
    class probabilities belong to the rates of the last step.
    """
    classes = start.shape[1]
    by_item = table.T.tocsr()
    labels = float(table.sum())
    posterior, last = start, -np.inf
    for step in range(1, STEPS + 1):  # noqa: B007 - the number of the last step is a result
        shape = (-1, classes, classes)
        given = rates((table @ posterior).reshape(shape), smoothing)
        prevalence = np.full(classes, 1 / classes) if equal_classes else posterior.mean(axis=0)
        posterior, reached = _posterior(log_joint(by_item, given, prevalence))
        if abs(reached - last) < GAIN * labels:
            break
        last = reached
    return Climb(posterior, given, prevalence, reached, step, step < STEPS)


def _posterior(joint: Floats) -> tuple[Floats, float]:
    """Class probabilities of each item, and the log-likelihood of all."""
    # scipy's logsumexp says the same and takes most of the time of a fit.
    top = joint.max(axis=1, keepdims=True)
    shares = np.exp(joint - top)
    total = shares.sum(axis=1, keepdims=True)
    shares /= total
    return shares, float((top + np.log(total)).sum())


def log_joint(by_item: sparse.csr_array, given: Floats, prevalence: Floats) -> Floats:
    """Logarithm of the joint probability of an item's labels (rows) and each class (columns)."""
    with np.errstate(divide="ignore"):  # the logarithm of a zero is -inf, and means it
        logs, prior = np.log(given), np.log(prevalence)
    return np.asarray(by_item @ logs.reshape(-1, len(prevalence)) + prior)


def require_raters(given: Judgements, *, where: str) -> None:
    """Refuse data in which the raters' skills cannot be told apart from the truth."""
    if len(given.raters) < 3:
        raise ModelError(
            f"{where}: expected three or more raters, got {len(given.raters)}. With fewer, skill "
            "and truth cannot be told apart: report their agreement instead."
        )
    if len(given.items) == len(given.item):
        raise ModelError(
            f"{where}: expected items that were judged more than once, got {len(given.items):,} "
            "with one judgement each. Let raters judge the same items."
        )


def require_smoothing(smoothing: float, *, where: str, least: str = "zero or more") -> None:
    """Refuse a pseudo-count that is negative, or zero where `least` is 'above zero'."""
    enough = smoothing > 0 if least == "above zero" else smoothing >= 0
    if not (enough and smoothing < np.inf):
        raise ModelError(f"{where}: expected smoothing {least}, got {smoothing:g}. Pass 0.01, say.")


def require_converged(found: Climb, *, where: str) -> None:
    """Refuse a result that was still rising."""
    if not found.converged:
        raise ModelError(
            f"{where}: expected convergence within {STEPS:,} steps, got a log-likelihood of "
            f"{found.log_likelihood:.6g} that still changed. Pass a larger smoothing, or leave out "
            "raters with very few judgements."
        )
