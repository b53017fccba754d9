"""All smaller crowds within a crowd: does the mean of unlike raters come nearer to the truth?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from workbench.errors import ModelError
from workbench.models.inputs import Floats, confidence, numbers, whole
from workbench.models.result import Estimate

MOST = 1000  # crowds of one item
FEWEST_DRAWS = 100


@dataclass(frozen=True, eq=False)
class Sums:
    """
    What the slope within items is made of, one number an item.

    product, square : sums over the item's crowds of exposure times error, and of exposure squared,
    both as distances from their means in the item. error : mean error of its crowds.
    crowds : crowds that were looked at. size : raters in a crowd.
    """

    product: Floats
    square: Floats
    error: Floats
    crowds: Floats
    size: int


def sums(values: Any, truth: Any, apart: Any, *, size: int, without: Any = None) -> Sums:
    """
    Every crowd of `size` of each item's raters: its diversity, and the squared error of its mean.

    Parameters
    ----------
    values : (items, raters) numbers. truth : the true number of each item.
    apart : (items, raters, raters) distances between the raters of an item, symmetric; the
        diversity of a crowd is the mean over its pairs.
    without : (items, raters) yes/no, at most one a row: crowds with this rater are not looked at.

    Raises
    ------
    ModelError
        Empty values, shapes that do not fit, a size below 2 or not below the number of raters, or
        more than 1,000 crowds of an item.
    """
    where = "subcrowds"
    given = np.asarray(values, dtype=float)
    between = np.asarray(apart, dtype=float)
    right = numbers(truth, where=where, name="truth")
    items, raters = given.shape if given.ndim == 2 else (0, 0)
    if between.shape != (items, raters, raters) or len(right) != items:
        raise ModelError(
            f"{where}: expected a row of raters and a square of distances for each of "
            f"{len(right):,} truths, got shapes {given.shape} and {between.shape}. Take all from "
            "the same items."
        )
    if not (np.isfinite(given).all() and np.isfinite(between).all()):
        raise ModelError(
            f"{where}: expected a number from every rater of every item, got empty or infinite "
            "ones. Leave out items with fewer raters."
        )
    whole(size, where=where, name="size", least=2)
    if size >= raters or comb(raters, size) > MOST:
        raise ModelError(
            f"{where}: expected crowds smaller than the {raters} raters of an item, at most "
            f"{MOST:,} of them, got size {size}. Choose another size."
        )
    member = _members(raters, size)
    seen = np.ones((items, len(member)))
    if without is not None:
        seen -= np.asarray(without, dtype=float) @ member.T
    return _sums(given, right, between, member, seen)


def _members(raters: int, size: int) -> Floats:
    """One row a crowd: 1 for its members, 0 for the others."""
    chosen = np.array(list(combinations(range(raters), size)))
    member = np.zeros((len(chosen), raters))
    np.put_along_axis(member, chosen, 1.0, axis=1)
    return member


def _sums(values: Floats, truth: Floats, apart: Floats, member: Floats, seen: Floats) -> Sums:
    """Sums over the crowds that are seen: 1 for those, 0 for the others, items in rows."""
    size = int(member[0].sum())
    error = (values @ member.T / size - truth[:, None]) ** 2
    crowds, raters = member.shape
    pairs = (member[:, :, None] * member[:, None, :]).reshape(crowds, raters * raters)
    diversity = apart.reshape(len(values), raters * raters) @ pairs.T / (size * (size - 1))
    count = seen.sum(axis=1)
    off = (diversity - (diversity * seen).sum(axis=1, keepdims=True) / count[:, None]) * seen
    return Sums(
        (off * error).sum(axis=1), (off**2).sum(axis=1), (error * seen).sum(axis=1) / count,
        count, size,
    )  # fmt: skip


def share_less(found: Sums, *, seed: int, draws: int = 2000, level: float = 0.95) -> Estimate:
    """
    By what share the error is smaller for a standard deviation more of diversity within items.

    Minus the slope with an effect of its own for each item, times the standard deviation of
    diversity within items, over the mean error. Error and interval (percentiles) from resampled
    items; the p-value is twice the smaller share of draws on either side of zero, at least
    2 / (draws + 1). Where raters judge many items, they are what varies, too: see `over_raters`.

    Raises
    ------
    ModelError
        No diversity within items, no error, fewer than two items or fewer than 100 draws.
    """
    where = "subcrowds"
    confidence(level, where=where)
    whole(draws, where=where, name="draws", least=FEWEST_DRAWS)
    items = len(found.error)
    if items < 2 or not found.square.sum() > 0 or not found.error.sum() > 0:
        raise ModelError(
            f"{where}: expected two items or more, crowds that differ in diversity, and errors "
            f"above zero, got {items:,} items. Bring more items and raters."
        )
    value = share(found)
    dice = np.random.default_rng(seed)
    weights = dice.multinomial(items, np.full(items, 1 / items), size=draws).astype(float)
    drawn = _share(found, weights)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    below = int((drawn <= 0).sum())
    p = 2 * (1 + min(below, draws - below)) / (draws + 1)
    return Estimate(
        value, float(drawn.std(ddof=1)), float(low), float(high), min(p, 1.0), items, items
    )


def over_raters(values: Any, truth: Any, apart: Any, names: Any, *, size: int) -> float:
    """
    The standard error of `share` by the jackknife over raters: each is left out once.

    names : (items, raters) who is who. Crowds without the rater stay, so that an item is left with
    fewer. Raises ModelError as `sums`, and for fewer than two raters.

    Source
    ------
    Efron & Tibshirani (1993), doi:10.1201/9780429246593, chapter 11.
    """
    who = np.asarray(names)
    people = np.unique(who)
    if len(people) < 2:
        raise ModelError(
            f"subcrowds: expected two raters or more, got {len(people)}. Bring more raters."
        )
    left = np.array(
        [share(sums(values, truth, apart, size=size, without=who == one)) for one in people]
    )
    return float(np.sqrt((len(people) - 1) * left.var()))


def share(found: Sums) -> float:
    """The share of `share_less` without its error, for draws by the hundred."""
    return float(_share(found, np.ones((1, len(found.error))))[0])


def _share(found: Sums, weights: Floats) -> Floats:
    """The estimate under each row of item weights."""
    square, freedom = weights @ found.square, weights @ (found.crowds - 1)
    error = weights @ found.error / weights.sum(axis=1)
    return np.asarray(-(weights @ found.product) / square * np.sqrt(square / freedom) / error)


def dealt_anew(apart: Any, dice: np.random.Generator) -> Floats:
    """The same distances with the raters of every item in an order drawn at random."""
    between = np.asarray(apart, dtype=float)
    order = np.argsort(dice.random(between.shape[:2]), axis=1)
    rows = np.take_along_axis(between, order[:, :, None], axis=1)
    return np.asarray(np.take_along_axis(rows, order[:, None, :], axis=2))


def spread_of_draws(drawn: Any, *, n: int, level: float = 0.95) -> Estimate:
    """
    Estimates made where nothing can be found, as one: their mean, spread and range.

    p : chance of zero as far from the middle of the draws as it is.

    Raises
    ------
    ModelError
        Fewer than 100 draws, or draws that are all alike.
    """
    values = numbers(drawn, where="spread_of_draws", name="draws")
    if len(values) < FEWEST_DRAWS or np.ptp(values) == 0:
        raise ModelError(
            f"spread_of_draws: expected at least {FEWEST_DRAWS} different draws, got "
            f"{len(values):,}. Draw more."
        )
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    below = float((values <= 0).mean())
    return Estimate(
        float(values.mean()), float(values.std(ddof=1)), float(low), float(high),
        float(min(1.0, 2 * min(below, 1 - below))), n,
    )  # fmt: skip
