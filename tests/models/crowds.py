"""Crowds of raters for the tests: typed tables, and drawn ones whose truth and skill are known."""

from __future__ import annotations

import numpy as np
import pandas as pd


def judged(*items):
    """Judgements from one text an item: its labels, one a rater; '.' where a rater gave none."""
    rows = [
        (item, rater, label)
        for item, labels in enumerate(items)
        for rater, label in enumerate(labels.split())
        if label != "."
    ]
    return pd.DataFrame(rows, columns=["item", "rater", "label"])


def crowd(seed, *, items=400, rates, prevalence, votes):
    """
    Judgements and true classes; each item has `votes` of the raters, drawn without replacement.

    `rates` are confusion matrices [rater, true, given].
    """
    rng = np.random.default_rng(seed)
    raters, classes = rates.shape[:2]
    truth = rng.choice(classes, size=items, p=prevalence)
    rater = np.argsort(rng.random((items, raters)), axis=1)[:, :votes].ravel()
    item = np.repeat(np.arange(items), votes)
    steps = rates[rater, truth[item]].cumsum(axis=1)
    label = np.minimum((rng.random(len(item))[:, None] > steps).sum(axis=1), classes - 1)
    return pd.DataFrame({"item": item, "rater": rater, "label": label}), truth


def coins(accuracy, classes):
    """Confusion matrices with one accuracy a rater and equally likely wrong labels."""
    wrong = (1 - np.asarray(accuracy)) / (classes - 1)
    own = np.eye(classes, dtype=bool)
    return np.where(own, np.asarray(accuracy)[:, None, None], wrong[:, None, None])


def share_right(result, truth):
    """Share of items that `result` labels truly."""
    found = result.items.set_index("item")["label"]
    return float((found.to_numpy() == truth[found.index]).mean())
