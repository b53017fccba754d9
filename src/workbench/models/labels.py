"""The truth behind judgements by many raters: majority vote, and one accuracy a rater."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from workbench.errors import ModelError
from workbench.models import _label_em as em
from workbench.models import _labels
from workbench.models._label_tables import items_table, likeliest, prevalence_table, starts_table
from workbench.models._labels import Judgements
from workbench.models._rater_skill import coin_skill, raters_table
from workbench.models.inputs import Floats, Whole, confidence, indicator, numbers
from workbench.models.result import Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class Labelled:
    """
    What many raters' judgements say about the items, and about the raters.

    Attributes
    ----------
    items : one row an item: item, label (the most likely class), confidence (its probability; the
        winner's share of the votes for a majority), votes, tied (classes share the first place).
    raters : one row a rater: rater, judgements, skill (probability of a right label), std_error,
        low, high, effective (judgements with known truth that would tell as much about the skill).
    prevalence : one row a class: class, estimate.
    log_likelihood : of all labels, in natural logarithms; None for a majority vote.
    iterations, converged : of the kept start.
    starts : one row a start: start (0 begins at the vote shares), log_likelihood, iterations,
        converged.
    method : what was done, in words.
    """

    items: pd.DataFrame
    raters: pd.DataFrame
    prevalence: pd.DataFrame
    log_likelihood: float | None
    iterations: int
    converged: bool
    starts: pd.DataFrame
    method: str


def majority_vote(
    judgements: pd.DataFrame,
    *,
    seed: int,
    classes: Sequence[Any] | None = None,
    repeats: str = "refuse",
    level: float = 0.95,
) -> Labelled:
    """
    The class with most votes; ties are broken at random with `seed`, and marked.

    A rater's skill is the share of judgements that agree with the majority of the other votes on
    the same item (a tie of k classes counts 1 / k): agreement, not accuracy. Items that nobody else
    judged are left out of it; it is empty, with `effective` 0, where no item is left.

    Parameters
    ----------
    judgements : DataFrame, one row per judgement: item, rater, label.
    classes : the labels that could be given; those that occur where left out.
    repeats : 'refuse' more than one judgement of an item by a rater, or 'count' each of them.

    Raises
    ------
    ModelError
        No rows, a column not there, an empty value, fewer than two classes, labels outside
        `classes`, repeated judgements where refused, a level outside (0, 1).
    """
    where = "majority_vote"
    confidence(level, where=where)
    given = _labels.read(judgements, repeats=repeats, classes=classes, where=where)
    counts = _labels.votes(given)
    total = counts.sum(axis=1)
    first = counts == counts.max(axis=1, keepdims=True)
    lots = np.random.default_rng(seed).random(counts.shape)
    chosen = np.where(first, lots, -1.0).argmax(axis=1)
    share = counts.max(axis=1) / total
    return Labelled(
        items=items_table(given, chosen, share, first.sum(axis=1) > 1),
        raters=_agreement_with_others(given, counts, level=level),
        prevalence=prevalence_table(
            given, np.bincount(chosen, minlength=first.shape[1]) / len(first)
        ),
        log_likelihood=None,
        iterations=0,
        converged=True,
        starts=starts_table([]),
        method=f"majority vote, ties at random (seed {seed})",
    )


def one_coin(
    judgements: pd.DataFrame,
    *,
    smoothing: float = 0.01,
    classes: Sequence[Any] | None = None,
    repeats: str = "refuse",
    level: float = 0.95,
) -> Labelled:
    """
    One accuracy a rater, wrong labels equally likely, truth unknown: maximum likelihood by EM.

    Starts at the vote shares. The pseudo-count `smoothing` is added to each rater's right labels
    and to each kind of wrong ones. Standard errors allow for the uncertain truth of each item and
    take the other raters' accuracies as known; limits are explained in `dawid_skene.dawid_skene`.
    Parameters and errors as in `majority_vote`, and ModelError where there are fewer than three
    raters, no item was judged twice, smoothing is negative, or EM does not converge.

    Source
    ------
    EM: Dempster, Laird & Rubin (1977), doi:10.1111/j.2517-6161.1977.tb01600.x; the confusion
    matrix with one free number of Dawid & Skene (1979), doi:10.2307/2346806.
    """
    where = "one_coin"
    confidence(level, where=where)
    em.require_smoothing(smoothing, where=where)
    given = _labels.read(judgements, repeats=repeats, classes=classes, where=where)
    em.require_raters(given, where=where)
    found = em.climb(
        _labels.incidence(given),
        _labels.vote_shares(given),
        rates=em.one_accuracy,
        smoothing=smoothing,
    )
    em.require_converged(found, where=where)
    accuracy = found.rates[:, 0, 0]
    centre, variance = coin_skill(given, found.posterior, accuracy)
    return Labelled(
        items=likeliest(given, found.posterior),
        raters=raters_table(given, accuracy, centre, variance, level=level),
        prevalence=prevalence_table(given, found.prevalence),
        log_likelihood=found.log_likelihood,
        iterations=found.iterations,
        converged=found.converged,
        starts=starts_table([found]),
        method=f"one accuracy a rater, EM from vote shares, smoothing {smoothing:g}",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration(Estimate):
    """
    Expected calibration error: by how much confidence misses the share that is right, on average.

    Attributes
    ----------
    estimate, std_error, low, high : of the error, freed of the part that chance alone adds.
    observed : the error as counted. p_value : of an error as large were every confidence right.
    bins : one row a bin with items in it: from, to, n, confidence (its mean), correct (share), low,
        high (Wilson's limits of that share).
    """

    observed: float
    bins: pd.DataFrame


def calibration_of_confidence(
    confidences: Any,
    correct: Any,
    *,
    seed: int,
    bins: int = 10,
    draws: int = 500,
    level: float = 0.95,
) -> Calibration:
    """
    Is a label of confidence 0.9 right nine times in ten? Compare bins of equal width.

    The counted error is too large even where confidence is perfect, the more so the fewer items a
    bin holds. `draws` resamples of the items show by how much: it is taken off, and limits are
    those of the basic bootstrap, none below 0. As many draws of right and wrong with the stated
    confidences give the p-value.

    Parameters
    ----------
    confidences, correct : one value an item: a probability, and whether the label was right (0, 1).

    Raises
    ------
    ModelError
        Empty values, unequal lengths, a confidence outside 0 to 1, values of `correct` other than 0
        and 1, fewer than one bin or 100 draws, a level outside (0, 1).

    Source
    ------
    Naeini, Cooper & Hauskrecht (2015), doi:10.1609/aaai.v29i1.9602.
    """
    where = "calibration_of_confidence"
    confidence(level, where=where)
    stated = numbers(confidences, where=where, name="confidences")
    if stated.min() < 0 or stated.max() > 1:
        raise ModelError(
            f"{where}: expected confidences from 0 to 1, got {stated.min():g} to "
            f"{stated.max():g}. Pass probabilities."
        )
    if bins < 1 or draws < 100:
        raise ModelError(
            f"{where}: expected one or more bins and 100 or more draws, got {bins} and {draws}. "
            "Pass 10 and 500, say."
        )
    right = indicator(correct, where=where, name="correct", rows=len(stated)).astype(float)
    place = np.minimum((stated * bins).astype(np.int64), bins - 1)
    n, rng = len(stated), np.random.default_rng(seed)

    def error(gap: Floats, at: Whole) -> float:
        return float(np.abs(np.bincount(at, gap, minlength=bins)).sum() / n)

    observed = error(right - stated, place)
    rows = (rng.integers(n, size=n) for _ in range(draws))
    again = np.array([error((right - stated)[one], place[one]) for one in rows])
    perfect = [error((rng.random(n) < stated) - stated, place) for _ in range(draws)]
    upper, lower = np.quantile(again, [(1 + level) / 2, (1 - level) / 2])
    return Calibration(
        estimate=float(max(2 * observed - again.mean(), 0.0)),
        std_error=float(again.std(ddof=1)),
        low=float(max(2 * observed - upper, 0.0)),
        high=float(max(2 * observed - lower, 0.0)),
        p_value=(1 + sum(one >= observed for one in perfect)) / (1 + draws),
        n=n,
        observed=observed,
        bins=_bins_table(stated, right, place, bins=bins, level=level),
    )


def _bins_table(
    stated: Floats, right: Floats, place: Whole, *, bins: int, level: float
) -> pd.DataFrame:
    number = np.bincount(place, minlength=bins)
    held = np.flatnonzero(number)
    agreed = np.bincount(place, right, minlength=bins)[held]
    low, high = proportion_confint(agreed, number[held], alpha=1 - level, method="wilson")
    return pd.DataFrame(
        {
            "from": held / bins,
            "to": (held + 1) / bins,
            "n": number[held],
            "confidence": np.bincount(place, stated, minlength=bins)[held] / number[held],
            "correct": agreed / number[held],
            "low": low,
            "high": high,
        }
    )


def _agreement_with_others(given: Judgements, counts: Floats, *, level: float) -> pd.DataFrame:
    own = counts[given.item, given.label] - 1
    above = np.zeros(len(own), dtype=bool)
    beside = np.ones(len(own))
    for k in range(counts.shape[1]):
        other = np.where(given.label == k, -1.0, counts[given.item, k])
        above |= other > own
        beside += other == own
    agrees = np.where(above, 0.0, 1 / beside)
    seen = counts.sum(axis=1)[given.item] > 1
    raters = len(given.raters)
    number = np.bincount(given.rater, seen, minlength=raters)
    agreed = np.bincount(given.rater, agrees * seen, minlength=raters)
    skill = np.full(raters, np.nan)
    np.divide(agreed, number, out=skill, where=number > 0)
    centre = (agreed + 0.5) / (number + 1)
    table = raters_table(given, skill, centre, centre * (1 - centre) / (number + 1), level=level)
    table.loc[number == 0, ["skill", "std_error", "low", "high"]] = np.nan
    return table
