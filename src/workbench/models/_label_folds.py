"""Labels that a model has not seen, predicted: which model of the raters is nearest to them?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.models import _label_em as em
from workbench.models import _labels
from workbench.models._labels import Judgements
from workbench.models.inputs import Flags, Floats, Whole

MODELS = {
    "majority": em.same_accuracy,
    "one_coin": em.one_accuracy,
    "dawid_skene": em.confusion,
}


def held_out(
    given: Judgements, method: str, *, fold: Whole, starts: int, seed: int, smoothing: float
) -> Floats:
    """Log-probability of every label by the model that was fitted to the labels of other folds."""
    logs = np.empty(len(given.item))
    for one in np.unique(fold):
        unseen = fold == one
        found = _fit(_part(given, ~unseen), method, starts=starts, seed=seed, smoothing=smoothing)
        rates = found.rates[given.rater[unseen], given.label[unseen]]
        logs[unseen] = np.log(np.sum(found.posterior[given.item[unseen]] * rates, axis=1))
    return logs


def _part(given: Judgements, rows: Flags) -> Judgements:
    """Some of the judgements; items and raters keep their codes even where nothing is left."""
    return replace(given, item=given.item[rows], rater=given.rater[rows], label=given.label[rows])


def _fit(given: Judgements, method: str, *, starts: int, seed: int, smoothing: float) -> em.Climb:
    more = starts if method == "dawid_skene" else 0
    climbs = [
        em.climb(
            _labels.incidence(given),
            begin,
            rates=MODELS[method],
            smoothing=smoothing,
            equal_classes=method == "majority",
        )
        for begin in _labels.begins(given, starts=more, seed=seed)
    ]
    best = max(climbs, key=lambda climb: climb.log_likelihood)
    em.require_converged(best, where="compare")
    return best


def folds_of(rows: int, *, folds: int, seed: int) -> Whole:
    """A fold for each row, at random, as equal in size as can be."""
    return np.random.default_rng(seed).permutation(np.arange(rows) % folds)


def against_best(logs: pd.DataFrame, item: Whole) -> pd.DataFrame:
    """One row a method; the difference to the best and its error, labels of an item together."""
    sums = logs.sum()
    best = str(sums.idxmax())
    rows = len(logs)
    apart = logs.sub(logs[best], axis=0).groupby(item).sum()
    items = len(apart)
    mean = apart.sum() / rows
    spread = (apart - apart.mean()).pow(2).sum() * items / max(items - 1, 1)
    return pd.DataFrame(
        {
            "method": logs.columns,
            "log_likelihood": sums.to_numpy(),
            "per_label": sums.to_numpy() / rows,
            "difference": mean.to_numpy(),
            "std_error": np.sqrt(spread.to_numpy()) / rows,
        }
    )
