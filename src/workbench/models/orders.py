"""Success after a first success, against all orders in which the same successes could come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from workbench.errors import ModelError
from workbench.models.inputs import Floats, confidence, indicator, labels, whole
from workbench.models.result import Estimate


@dataclass(frozen=True, kw_only=True)
class AfterFirst(Estimate):
    """
    How much smaller the share of successes after a first one is than if order meant nothing.

    `n` counts the attempts after a first success, `clusters` the people who made them or could
    have; `std_error` is the spread of the share over random orders, `p_value` the chance of a share
    as far from its mean, and the limits shift these orders until they no longer fit.

    Attributes
    ----------
    observed : share of successes among attempts after a first success.
    expected : its mean over all random orders. expected_attempts : mean number of such attempts.
    successes : those after the first of each person, the same in every order.
    draws, seed : of the orders.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    clusters: int
    observed: float
    expected: float
    expected_attempts: float
    successes: int
    draws: int
    seed: int


def after_first(
    success: Any, person: Any, *, seed: int, draws: int = 19_999, level: float = 0.95
) -> AfterFirst:
    """
    Share of successes after a person's first one: its mean over all orders, less the observed one.

    Everybody keeps their own attempts and successes; only the order is drawn anew. Of w successes
    in k attempts, w - 1 follow the first in any order; what the order decides is how many attempts
    do, which is k less the place of the first success. That place is t with chance
    (k - t over w - 1) / (k over w), so that no order need be shuffled.

    Parameters
    ----------
    success : 0 or 1, one an attempt, each person's attempts in the order of time.
    person : whose attempt it was.

    Raises
    ------
    ModelError
        Empty values, values other than 0 and 1, one person only, nobody with a success and a
        further attempt in every order, no attempt after a first success, orders that all give the
        same share, fewer than 99 draws.

    Source
    ------
    Place of the first success: the negative hypergeometric law; permutation within people: Good
    (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses.
    """
    where = "after_first"
    confidence(level, where=where)
    whole(draws, where=where, name="draws", least=99)
    codes = labels(person, where=where, name="person", rows=len(pd.Series(success)))
    won = indicator(success, where=where, name="success", rows=len(codes)).astype(float)
    each, attempts = _people(won, codes)
    after = int(each["w"].sum() - len(each))
    if attempts == 0 or after == 0:
        raise ModelError(
            f"{where}: expected people who tried and succeeded again after a first success, got "
            f"{attempts:,} attempts and {after:,} successes. Bring a longer record."
        )
    drawn = after / np.maximum(_attempts_after(each, draws=draws, seed=seed), after)
    expected_attempts = float((each["k"] - (each["k"] + 1) / (each["w"] + 1)).sum())
    observed, expected = after / attempts, float(drawn.mean())
    spread = float(drawn.std(ddof=1))
    if spread == 0:
        raise ModelError(
            f"{where}: expected people whose attempts can come in other orders, got {len(each):,} "
            "for whom all orders are alike. Bring people who also failed."
        )
    far = np.abs(drawn - expected) >= abs(observed - expected) * (1 - 1e-9)
    lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return AfterFirst(
        estimate=expected - observed, std_error=spread,
        low=float(lower) - observed, high=float(upper) - observed,
        p_value=float((1 + far.sum()) / (1 + draws)),
        n=attempts, clusters=len(each), observed=observed, expected=expected,
        expected_attempts=expected_attempts, successes=after, draws=draws, seed=seed,
    )  # fmt: skip


def _people(won: Floats, codes: Any) -> tuple[pd.DataFrame, int]:
    """Those with a success: k attempts, w successes; and all attempts after their first ones."""
    rows = pd.DataFrame({"person": codes, "won": won})
    by = rows.groupby("person")["won"]
    each = pd.DataFrame({"k": by.size(), "w": by.sum().astype(int)})
    before = by.cumsum() - rows["won"]
    each = each[each["w"] > 0]
    return each, int((before > 0).sum())


def _attempts_after(each: pd.DataFrame, *, draws: int, seed: int) -> Floats:
    """The number of attempts after a first success, all people together, in each random order."""
    dice = np.random.default_rng(seed)
    total = np.zeros(draws)
    kinds, number = np.unique(each[["k", "w"]].to_numpy(), axis=0, return_counts=True)
    for (k, w), people in zip(kinds, number, strict=True):
        places = np.arange(1, k - w + 2)
        chance = special.binom(k - places, w - 1) / special.binom(k, w)
        counts = dice.multinomial(int(people), chance / chance.sum(), size=draws)
        total += counts @ (k - places)
    return total
