"""Raters with confusion matrices, truth unknown: Dawid & Skene's model, and when to prefer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from workbench.errors import ModelError
from workbench.models import _label_em as em
from workbench.models import _label_folds, _labels
from workbench.models._label_tables import likeliest, prevalence_table, starts_table
from workbench.models._labels import Judgements
from workbench.models._rater_skill import confusion_skill, expected_judged, raters_table
from workbench.models.inputs import confidence
from workbench.models.labels import Labelled

_METHODS = tuple(_label_folds.MODELS)


@dataclass(frozen=True, kw_only=True, eq=False)
class DawidSkene(Labelled):
    """
    Labels, raters and their errors. Other attributes as in `labels.Labelled`.

    Attributes
    ----------
    confusion : one row for each rater, true and given class: rater, true, given, estimate
        (probability of the given label for an item of the true class), judged (expected number of
        items of the true class that the rater judged; where it is near 0, estimate is a guess).
    spread : largest minus smallest log-likelihood over the starts that converged.
    """

    confusion: pd.DataFrame
    spread: float


def dawid_skene(
    judgements: pd.DataFrame,
    *,
    seed: int,
    starts: int = 10,
    smoothing: float = 0.01,
    classes: Sequence[Any] | None = None,
    repeats: str = "refuse",
    level: float = 0.95,
) -> DawidSkene:
    """
    Each rater has a confusion matrix, items have unknown classes: maximum likelihood by EM.

    The likelihood has several peaks, so EM starts at the vote shares and `starts` times more at a
    random place between vote shares and chance; the highest log-likelihood is kept. It does not
    know the names of the classes: they are given so that raters agree with the truth most often.
    The pseudo-count `smoothing` is added to every cell of every confusion matrix; 0 is maximum
    likelihood as published.

    Skill is the probability of a right label for an item drawn by the prevalences. Its standard
    error comes from the observed information of the rater's own matrix, so it allows for the
    uncertain truth of every item and for the estimated prevalences, and takes the other raters as
    known: with very few votes an item it is too small. Limits are quantiles of a beta distribution
    with that variance, after half a right and half a wrong judgement more (Jeffreys), so that they
    stay useful for a rater who was never wrong.

    Parameters
    ----------
    judgements : DataFrame, one row per judgement: item, rater, label.
    classes : the labels that could be given; those that occur where left out.
    repeats : 'refuse' more than one judgement of an item by a rater, or 'count' each of them.

    Raises
    ------
    ModelError
        As `labels.majority_vote`; fewer than three raters, no item judged twice, negative smoothing
        or starts, or no convergence.

    Source
    ------
    Dawid & Skene (1979), doi:10.2307/2346806.
    """
    where = "dawid_skene"
    confidence(level, where=where)
    em.require_smoothing(smoothing, where=where)
    if starts < 0:
        raise ModelError(
            f"{where}: expected zero or more random starts, got {starts}. Pass 10, say."
        )
    given = _labels.read(judgements, repeats=repeats, classes=classes, where=where)
    em.require_raters(given, where=where)
    climbs = _climbs(given, starts=starts, seed=seed, smoothing=smoothing)
    best = max(climbs, key=lambda one: one.log_likelihood)
    em.require_converged(best, where=where)
    best = _named(best, given)
    settled = [one.log_likelihood for one in climbs if one.converged]
    skill = np.einsum("rjj,j->r", best.rates, best.prevalence)
    centre, variance = confusion_skill(given, best.posterior, best.rates, best.prevalence)
    return DawidSkene(
        items=likeliest(given, best.posterior),
        raters=raters_table(given, skill, centre, variance, level=level),
        prevalence=prevalence_table(given, best.prevalence),
        log_likelihood=best.log_likelihood,
        iterations=best.iterations,
        converged=best.converged,
        starts=starts_table(climbs),
        method=f"Dawid-Skene, EM from vote shares and {starts} random starts (seed {seed}), "
        f"smoothing {smoothing:g}",
        confusion=_confusion_table(given, best),
        spread=max(settled) - min(settled),
    )


def _climbs(given: Judgements, *, starts: int, seed: int, smoothing: float) -> list[em.Climb]:
    table = _labels.incidence(given)
    return [
        em.climb(table, begin, rates=em.confusion, smoothing=smoothing)
        for begin in _labels.begins(given, starts=starts, seed=seed)
    ]


def _named(found: em.Climb, given: Judgements) -> em.Climb:
    """The same peak, its classes in the order in which the most labels are expected to be right."""
    classes = len(given.classes)
    expected = np.array(
        [np.bincount(given.label, found.posterior[given.item, j], classes) for j in range(classes)]
    )
    order = linear_sum_assignment(expected.T, maximize=True)[1]
    return em.Climb(
        found.posterior[:, order],
        found.rates[:, :, order],
        found.prevalence[order],
        found.log_likelihood,
        found.iterations,
        found.converged,
    )


def _confusion_table(given: Judgements, found: em.Climb) -> pd.DataFrame:
    raters, classes = found.rates.shape[:2]
    judged = expected_judged(given, found.posterior)
    return pd.DataFrame(
        {
            "rater": given.raters.repeat(classes * classes),
            "true": np.tile(given.classes.repeat(classes), raters),
            "given": np.tile(given.classes, raters * classes),
            "estimate": found.rates.transpose(0, 2, 1).ravel(),
            "judged": judged.repeat(classes),
        }
    )


@dataclass(frozen=True, eq=False)
class Comparison:
    """
    How well models of the raters predict labels they have not seen.

    Attributes
    ----------
    table : one row a method: method, log_likelihood (of all labels, each held out once), per_label
        (its mean), difference (per label, to the best: 0 or less), std_error (of the difference;
        labels of one item count together).
    best : the method with the highest held-out log-likelihood.
    folds, n : parts that were held out in turn; labels.
    """

    table: pd.DataFrame
    best: str
    folds: int
    n: int


def compare(
    judgements: pd.DataFrame,
    methods: Sequence[str] = _METHODS,
    *,
    seed: int,
    folds: int = 5,
    starts: int = 2,
    smoothing: float = 0.5,
    classes: Sequence[Any] | None = None,
    repeats: str = "refuse",
) -> Comparison:
    """
    Held-out log-likelihood of majority vote, one accuracy a rater, and confusion matrices.

    Single labels are held out, in `folds` random parts; each is predicted from the other labels of
    its item and of its rater. 'majority' is the model under which the majority vote is the best
    guess: all raters equally accurate, classes equally common, wrong labels equally likely.
    'one_coin' and 'dawid_skene' are the models of those names. More parameters do not help unless
    raters really err in different ways and have given enough labels to show it.

    Parameters
    ----------
    judgements, classes, repeats : as in `dawid_skene`. starts : random starts of 'dawid_skene'.
    methods : among 'majority', 'one_coin', 'dawid_skene'. smoothing : above zero, for a label that
        a rater never gave before must keep a probability.

    Raises
    ------
    ModelError
        As `dawid_skene`; unknown or repeated methods, fewer than two folds or more than labels.
    """
    where = "compare"
    em.require_smoothing(smoothing, where=where, least="above zero")
    given = _labels.read(judgements, repeats=repeats, classes=classes, where=where)
    em.require_raters(given, where=where)
    if not methods or len(set(methods)) < len(methods) or set(methods) - set(_METHODS):
        raise ModelError(
            f"{where}: expected different methods among {', '.join(_METHODS)}, got "
            f"{', '.join(map(str, methods)) or 'none'}. Choose among these."
        )
    if not 2 <= folds <= len(given.item):
        raise ModelError(
            f"{where}: expected 2 to {len(given.item):,} folds, got {folds}. Pass 5, say."
        )
    fold = _label_folds.folds_of(len(given.item), folds=folds, seed=seed)
    logs = pd.DataFrame(
        {
            method: _label_folds.held_out(
                given, method, fold=fold, starts=starts, seed=seed, smoothing=smoothing
            )
            for method in methods
        }
    )
    table = _label_folds.against_best(logs, given.item)
    best = int(table["log_likelihood"].to_numpy().argmax())
    return Comparison(table=table, best=methods[best], folds=folds, n=len(logs))
