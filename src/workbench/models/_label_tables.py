"""The tables in which labels, classes and starts are given back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.models import _label_em as em
from workbench.models._labels import Judgements
from workbench.models.inputs import Floats, Whole


def likeliest(given: Judgements, posterior: Floats) -> pd.DataFrame:
    """The items table of class probabilities; the first class wins a tie, which is marked."""
    most = posterior.max(axis=1, keepdims=True)
    tied = (posterior > most - 1e-9).sum(axis=1) > 1
    return items_table(given, posterior.argmax(axis=1), most[:, 0], tied)


def items_table(given: Judgements, chosen: Whole, share: Floats, tied: Any) -> pd.DataFrame:
    """One row an item, as `labels.Labelled.items`."""
    return pd.DataFrame(
        {
            "item": given.items,
            "label": given.classes[chosen],
            "confidence": share,
            "votes": np.bincount(given.item, minlength=len(given.items)),
            "tied": tied,
        }
    )


def prevalence_table(given: Judgements, prevalence: Floats) -> pd.DataFrame:
    """One row a class, as `labels.Labelled.prevalence`."""
    return pd.DataFrame({"class": given.classes, "estimate": prevalence})


def starts_table(climbs: Sequence[em.Climb]) -> pd.DataFrame:
    """One row a start, as `labels.Labelled.starts`."""
    return pd.DataFrame(
        {
            "start": np.arange(len(climbs)),
            "log_likelihood": np.array([one.log_likelihood for one in climbs], dtype=float),
            "iterations": np.array([one.iterations for one in climbs], dtype=int),
            "converged": np.array([one.converged for one in climbs], dtype=bool),
        }
    )
