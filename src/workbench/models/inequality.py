"""How unequally something is spread over people: Gini, Theil, shares of the most active."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from workbench.errors import ModelError
from workbench.models.inputs import Floats, confidence, is_number, numbers, shown, whole
from workbench.models.result import Estimate

_FEWEST_DRAWS = 100


def gini(values: Any, *, corrected: bool = False) -> float:
    """
    The Gini coefficient: 0 where everybody has the same, near 1 where one person has all.

    `corrected` multiplies by n / (n - 1), so that one person who has all of it gives 1.

    Raises
    ------
    ModelError
        Empty or negative values, a total of zero, or one value only with `corrected`.

    Source
    ------
    Gini (1912); the correction: Deltas (2003), doi:10.1162/rest.2003.85.1.226.
    """
    amounts = np.sort(_amounts(values, where="gini"))
    n = len(amounts)
    if corrected and n < 2:
        raise ModelError(
            "gini: expected at least two values to correct for their number, got one. "
            "Bring more people."
        )
    ranks = 2 * np.arange(1, n + 1) - n - 1
    plain = float(ranks @ amounts / (n * amounts.sum()))
    return plain * n / (n - 1) if corrected else plain


def theil(values: Any) -> float:
    """
    Theil's T in nats: 0 where everybody has the same, log n where one person has all.

    Somebody who has nothing adds nothing. Raises ModelError for empty or negative values and a
    total of zero.

    Source
    ------
    Theil (1967), Economics and Information Theory.
    """
    amounts = _amounts(values, where="theil")
    return float(np.log(len(amounts)) - stats.entropy(amounts))


def herfindahl(values: Any) -> float:
    """
    The sum of squared shares: 1 / n where all are equal, 1 where one has all.

    Raises ModelError as `theil`.
    """
    amounts = _amounts(values, where="herfindahl")
    return float(((amounts / amounts.sum()) ** 2).sum())


def shannon(values: Any) -> float:
    """
    Entropy of the shares in nats: log n where all are equal, 0 where one has all.

    Raises ModelError as `theil`.
    """
    return float(stats.entropy(_amounts(values, where="shannon")))


def top_share(
    values: Any, *, seed: int, top: float = 0.1, draws: int = 1000, level: float = 0.95
) -> Estimate:
    """
    Share of the total that the largest `top` of all people hold, with a bootstrap interval.

    Where `top` x n is no whole number the last person counts in part. The interval is made of
    percentiles of samples of people; there is no p-value. With a heavy tail it is too short, since
    the largest person is never drawn larger.

    Raises
    ------
    ModelError
        As `theil`; fewer than two values; `top` outside (0, 1); fewer than 100 draws; or samples in
        which everybody has nothing.

    Source
    ------
    Efron & Tibshirani (1993), doi:10.1201/9780429246593.
    """
    where = "top_share"
    confidence(level, where=where)
    amounts = _amounts(values, where=where)
    if len(amounts) < 2 or not is_number(top) or not 0 < top < 1:
        raise ModelError(
            f"{where}: expected two values or more and top between 0 and 1, got {len(amounts):,} "
            f"and {shown(top)}. Pass 0.1, say, for the top tenth."
        )
    whole(draws, where=where, name="draws", least=_FEWEST_DRAWS)
    whole(seed, where=where, name="seed")
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(amounts, len(amounts)) for _ in range(draws)]
    empty = sum(not sample.any() for sample in drawn)
    if empty:
        raise ModelError(
            f"{where}: expected something to share in every bootstrap sample, got {empty:,} "
            "without. Too few people have anything; report the counts."
        )
    shares = np.array([_top(sample, top) for sample in drawn])
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    error = float(shares.std(ddof=1))
    return Estimate(_top(amounts, top), error, float(low), float(high), None, len(amounts))


def _top(amounts: Floats, top: float) -> float:
    """The upper end of the Lorenz curve, a line from person to person."""
    held = np.concatenate([[0.0], np.cumsum(np.sort(amounts)[::-1])])
    return float(np.interp(top * len(amounts), np.arange(len(held)), held) / held[-1])


def _amounts(values: Any, *, where: str) -> Floats:
    amounts = numbers(values, where=where, name="values")
    if amounts.min() < 0 or not amounts.any():
        raise ModelError(
            f"{where}: expected values of zero or more with a total above zero, got a smallest of "
            f"{amounts.min():g} and a total of {amounts.sum():g}. Pass counts or amounts."
        )
    return amounts
