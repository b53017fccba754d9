"""What a crowd gains by number and by difference alone: arithmetic to set results against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import integrate, stats

from workbench.errors import ModelError
from workbench.models import _columns
from workbench.models.inputs import is_number, numbers, shown, whole

MOST_VOTES = 100_001


@dataclass(frozen=True, eq=False)
class Diversity:
    """
    How a crowd's error divides into its members' errors and their diversity.

    Attributes
    ----------
    collective_error, individual_error, diversity : means over items, in squared units of the
        estimates.
    residual : largest distance of an item from the identity; rounding only.
    items : one row an item: item, estimates (their number), collective (their mean), truth,
        collective_error, individual_error, diversity.
    """

    collective_error: float
    individual_error: float
    diversity: float
    residual: float
    items: pd.DataFrame


def diversity_identity(
    estimates: pd.DataFrame, truth: Mapping[Any, float] | pd.Series
) -> Diversity:
    """
    Squared error of the mean = mean squared error - variance of the estimates, item by item.

    An identity, true of any numbers whatever: it explains nothing, and a regression of the
    collective error on diversity that holds the individual error is a tautology.

    Parameters
    ----------
    estimates : DataFrame, one row per estimate: item, estimate (a number).
    truth : the true number of each item, by item; further items are not used.

    Raises
    ------
    ModelError
        No rows, a column not there, empty or infinite numbers, an item without a truth.

    Source
    ------
    Krogh & Vedelsby (1995), "Neural network ensembles, cross validation, and active learning".
    """
    where = "diversity_identity"
    _columns.require(estimates, ("item", "estimate"), where=where)
    guess = numbers(estimates["estimate"], where=where, name="estimate", rows=len(estimates))
    known = pd.Series(truth)
    item = estimates["item"].to_numpy()
    unknown = ~pd.Index(item).isin(known.index)
    if unknown.any() or known.index.has_duplicates:
        raise ModelError(
            f"{where}: expected one true number for every item, got "
            f"{len(set(item[unknown])):,} items without and "
            f"{int(known.index.duplicated().sum()):,} repeated. Drop them, or mend the truth."
        )
    right = numbers(known.loc[item].to_numpy(), where=where, name="truth", rows=len(guess))
    rows = pd.DataFrame({"item": item, "guess": guess, "truth": right})
    mean = rows.groupby("item")["guess"].transform("mean")
    rows["individual_error"] = (rows["guess"] - rows["truth"]) ** 2
    rows["diversity"] = (rows["guess"] - mean) ** 2
    table = rows.groupby("item", sort=False, as_index=False).agg(
        estimates=("guess", "size"),
        collective=("guess", "mean"),
        truth=("truth", "first"),
        individual_error=("individual_error", "mean"),
        diversity=("diversity", "mean"),
    )
    table.insert(4, "collective_error", (table["collective"] - table["truth"]) ** 2)
    apart = table["collective_error"] - table["individual_error"] + table["diversity"]
    return Diversity(
        collective_error=float(table["collective_error"].mean()),
        individual_error=float(table["individual_error"].mean()),
        diversity=float(table["diversity"].mean()),
        residual=float(apart.abs().max()),
        items=table,
    )


def expected_maximum(n: int) -> float:
    """
    Mean of the largest of `n` independent draws from a standard normal, in standard deviations.

    By numerical integration of P(maximum > x) - P(maximum < -x) over x > 0.

    Raises
    ------
    ModelError
        `n` is not a whole number of 1 or more.
    """
    where = "expected_maximum"
    whole(n, where=where, name="n", least=1)

    def tail(x: float) -> float:
        return float(-np.expm1(n * stats.norm.logcdf(x)) - np.exp(n * stats.norm.logsf(x)))

    # From 0 to where the integrand is below 1e-14: the bend lies near the typical maximum.
    bend = float(np.sqrt(2 * np.log(n + 1)))
    end = bend + 9.0
    return float(integrate.quad(tail, 0.0, end, points=[bend], limit=200, epsabs=1e-12)[0])


def gain_by_arithmetic(n: int, m: int) -> float:
    """
    By how many standard deviations the best of `m` draws beats the best of `n`, on average.

    What a larger crowd brings when it is no better and no worse: normal quality, independent ideas.
    Negative where `m` is smaller. Raises ModelError as `expected_maximum`.
    """
    return expected_maximum(m) - expected_maximum(n)


@dataclass(frozen=True)
class Votes:
    """`votes` more votes make the likelier of two classes right with probability `chance`."""

    votes: int
    chance: float


def chance_right(votes: int, *, skill: float, prior: float = 0.5) -> float:
    """
    Probability that the better supported of two classes is the true one after `votes` more votes.

    Votes are independent given the truth and each is right with probability `skill`. `prior` is the
    probability of one of the classes before: its prevalence where there are no votes yet, its
    `confidence` where there are some. With equal classes the better supported class is the
    majority, ties broken at random.

    Raises
    ------
    ModelError
        Votes are no whole number of 0 or more; skill or prior is not between 0 and 1.

    Source
    ------
    Condorcet (1785), in the form of Bayes' rule.
    """
    where = "chance_right"
    whole(votes, where=where, name="votes")
    for name, value in (("skill", skill), ("prior", prior)):
        if not is_number(value) or not 0 < value < 1:
            raise ModelError(
                f"{where}: expected a {name} between 0 and 1, got {shown(value)}. "
                "Pass a probability that leaves room for doubt."
            )
    right = np.arange(votes + 1)
    one = prior * stats.binom.pmf(right, votes, skill)
    other = (1 - prior) * stats.binom.pmf(votes - right, votes, skill)
    return float(min(np.maximum(one, other).sum(), 1.0))


def votes_needed(skill: float, *, target: float = 0.95, prior: float = 0.5) -> Votes:
    """
    The fewest further votes after which `chance_right` reaches `target`.

    Raises
    ------
    ModelError
        As `chance_right`; a skill of one half or less, a target not between 0 and 1, or more than
        100,001 votes.
    """
    where = "votes_needed"
    if not is_number(target) or not 0 < target < 1:
        raise ModelError(
            f"{where}: expected a target between 0 and 1, got {shown(target)}. Pass 0.95, say."
        )
    if not is_number(skill) or not skill > 0.5:
        raise ModelError(
            f"{where}: expected a skill above one half, got {shown(skill)}. Votes no better than a "
            "coin never decide: find or train better raters."
        )

    def enough(votes: int) -> bool:
        return chance_right(votes, skill=skill, prior=prior) >= target

    high = 1
    while not enough(high):
        if high == MOST_VOTES:
            raise ModelError(
                f"{where}: expected at most {MOST_VOTES:,} votes, got more for a skill of "
                f"{skill:g} and a target of {target:g}. Find better raters or a lower target."
            )
        high = min(2 * high, MOST_VOTES)
    low = 0  # More votes never make it worse, so the fewest can be bracketed.
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return Votes(low, chance_right(low, skill=skill, prior=prior))
