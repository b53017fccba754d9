"""The same people with another exposure: what a comparison gives where nothing can be found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.models import _columns
from workbench.models._logistic import outcome_model
from workbench.models.effects import Effect, checked_columns, contrast, reach, weighted_arms
from workbench.models.inputs import Whole, labels, one_of

METHODS = ("g-computation", "ipw")


def reassigned(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    covariates: Sequence[str],
    clusters: str,
    method: str,
    level: float = 0.95,
) -> Callable[[Any], Effect]:
    """
    The estimator of `effects.risk_difference` or `effects.ipw` for other exposures of these rows.

    Outcome, covariates and clusters are checked and standardised once and not at every call, so
    that hundreds of permutations take seconds.

    Parameters
    ----------
    data, outcome, exposure, covariates, clusters, level : as in `effects.risk_difference`.
    method : one of `METHODS`.

    Returns
    -------
    A function from an exposure, 0 or 1 for every row of `data` in its order, to its `Effect`. It
    gives exactly what the estimator gives for `data` with that exposure, and refuses (ModelError)
    what the estimator refuses.

    Raises
    ------
    ModelError
        A method that is not one of `METHODS`, or what the estimator refuses in `data`.
    """
    where = "reassigned"
    one_of(method, METHODS, where=where, name="method")
    y, given, groups = checked_columns(
        data, outcome, exposure, covariates, clusters, level, where=where
    )

    def effect(values: Any) -> Effect:
        arm = _columns.both_arms(values, name=exposure, rows=len(data), where=where)
        other = replace(given, exposure=arm)
        _columns.not_determined(other, exposure=exposure, where=where)
        if method == "ipw":
            arms, scores = weighted_arms(y, other, where=where)
            return contrast(y, other, groups, arms, level=level, where=where, **reach(scores))
        arms = outcome_model(y, other, exposure=exposure, where=where)
        return contrast(y, other, groups, arms, level=level, where=where)

    return effect


def permuted_within(strata: Any, dice: np.random.Generator) -> Whole:
    """
    Row numbers in an order drawn at random within every stratum; other strata stay in place.

    `values[permuted_within(strata, dice)]` deals the values of each stratum anew among its rows.

    Raises
    ------
    ModelError
        A stratum is empty, or there are fewer than two.
    """
    codes = labels(strata, where="permuted_within", name="strata", rows=len(strata))
    # Sorted by stratum and then by chance, against sorted by stratum alone.
    drawn = np.lexsort((dice.random(len(codes)), codes))
    moved = np.empty(len(codes), dtype=np.int64)
    moved[np.argsort(codes, kind="stable")] = drawn
    return moved
