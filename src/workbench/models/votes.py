"""How often the majority of a few raters is right: exact over every crowd that could be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from workbench.errors import ModelError
from workbench.models import _columns, _labels
from workbench.models._labels import Judgements
from workbench.models.inputs import Floats, Whole, confidence
from workbench.models.result import Estimate

LEAST_ITEMS, LEAST_RATERS, SMALLEST_CROWD = 2, 3, 3
# Beyond it a larger crowd says nothing new, and the number of crowds leaves what a float can hold.
LARGEST_CROWD = 99


@dataclass(frozen=True, kw_only=True, eq=False)
class MajorityCurve(Estimate):
    """
    Rise of the share of items that the majority labels rightly, for each doubling of the raters.

    The least-squares slope of the curve over odd sizes on log2 of the size, from one rater to
    `largest`. `n` counts items and `clusters` raters; limits and p-value (null value 0) use
    Student's t with one less than the fewer of them.

    Attributes
    ----------
    curve : one row an odd size: size, share_right, std_error, low, high.
    largest : the largest size that is drawn. left_out : items with a truth but fewer judgements.
    without_truth : judged items whose right class is not known.
    error_items, error_raters : the two parts of `std_error`, whose squares add up to its square:
        were other items drawn, and what raters do on all their items alike.
    even_gap : by how much an even size differs from the odd one below it, at most; 0 of two
        classes, where a tie is decided by a coin.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    clusters: int
    curve: pd.DataFrame
    largest: int
    left_out: int
    without_truth: int
    error_items: float
    error_raters: float
    even_gap: float


def majority_curve(
    judgements: pd.DataFrame,
    truth: Mapping[Any, Any] | pd.Series,
    *,
    repeats: str = "refuse",
    level: float = 0.95,
) -> MajorityCurve:
    """
    Share of items on which the majority of k of their judgements is right, for k = 1, 3, 5, ...

    The mean over all crowds of k that could be drawn from an item's judgements, without drawing
    any; the first place shared by m classes counts 1/m where the right one is among them. Sizes end
    at the largest odd number that at least half of the items with a truth have; the items are those
    that have so many, the same at every size. Raters are shared between items: to the variance over
    items comes what the labels of one rater share, from leaving out each rater in turn, beyond the
    chance in every single label (two-way clustering). A bootstrap of raters would not do: a rater
    drawn twice votes twice alike, so that crowds of a few raters look smaller than they are.

    Parameters
    ----------
    judgements : DataFrame, one row per judgement: item, rater, label.
    truth : the right label of items; items without one are counted and left out.
    repeats : 'refuse' more than one judgement of an item by a rater, or 'count' each of them.

    Raises
    ------
    ModelError
        As `labels.majority_vote`; an item with two truths; fewer than two items with a known truth,
        fewer than three raters, half of the items with fewer than three judgements, or a curve
        without any error.

    Source
    ------
    Mean over all crowds: a U-statistic, Hoeffding (1948), doi:10.1214/aoms/1177730196; two-way
    clustering: Cameron, Gelbach & Miller (2011), doi:10.1198/jbes.2010.07136.
    """
    where = "majority_curve"
    confidence(level, where=where)
    known = pd.Series(truth)
    if known.index.has_duplicates:
        raise ModelError(
            f"{where}: expected one truth for an item, got "
            f"{int(known.index.duplicated().sum()):,} more. Mend the truth."
        )
    _columns.require(judgements, _labels.COLUMNS, where=where)
    able = judgements["item"].isin(known.index)
    without = int(judgements.loc[~able, "item"].nunique())
    rows = judgements[able]
    least = rows["item"].nunique() >= LEAST_ITEMS and rows["rater"].nunique() >= LEAST_RATERS
    if not least:
        raise ModelError(
            f"{where}: expected at least {LEAST_ITEMS} items with a known truth and "
            f"{LEAST_RATERS} raters of them, got {rows['item'].nunique():,} and "
            f"{rows['rater'].nunique():,}. Bring the truth of more items."
        )
    right = known.loc[rows["item"].unique()]
    classes = pd.unique(pd.concat([rows["label"], right]))
    given = _labels.read(rows, where=where, repeats=repeats, classes=list(classes))
    votes = _labels.votes(given).astype(np.int64)
    order = _right_first(votes, given.classes.get_indexer(pd.Index(known.loc[given.items])))
    counts = np.zeros_like(votes)
    np.put_along_axis(counts, order, votes, axis=1)
    largest = _largest(counts.sum(axis=1))
    found = _measured(given, counts, order, largest)
    left_out = len(counts) - len(found.shares)
    return _told(found, without=without, left_out=left_out, level=level)


def _right_first(votes: Whole, right: Whole) -> Whole:
    """The place of each class among an item's: the right one first, then those with most votes."""
    rank = votes.copy()
    rank[np.arange(len(votes)), right] = votes.sum() + 1
    return np.argsort(np.argsort(-rank, axis=1, kind="stable"), axis=1)


def _largest(number: Whole) -> int:
    """The largest odd size that at least half of the items have."""
    half = int(-np.sort(-number)[(len(number) + 1) // 2 - 1])
    largest = min(half - (half % 2 == 0), LARGEST_CROWD)
    if largest < SMALLEST_CROWD:
        raise ModelError(
            f"majority_curve: expected {SMALLEST_CROWD} judgements or more of half of the items "
            f"with a known truth, got {half}. Bring more judgements of each."
        )
    return largest


def share_right(counts: Whole, largest: int) -> Floats:
    """
    Chance that the first class wins among k votes drawn from each row, k = 1 to `largest`.

    counts : votes by class, one row an item. One column a size; NaN where a row has fewer votes.
    A generating function in place of drawing: h votes for the first class win where no other class
    has more, and share the place with those that have h too.
    """
    rows, inverse = np.unique(counts, axis=0, return_inverse=True)
    number = rows.sum(axis=1)
    ways = np.zeros((len(rows), largest + 1))
    for own in range(1, min(largest, int(rows[:, 0].max(initial=0))) + 1):
        rest = _not_above(rows[:, 1:], own, largest - own)
        ways[:, own:] += special.binom(rows[:, 0], own)[:, None] * rest
    sizes = np.arange(1, largest + 1)
    enough = number[:, None] >= sizes
    every = special.binom(number[:, None], np.where(enough, sizes, 0))
    shares = np.where(enough, ways[:, 1:] / every, np.nan)
    return shares[inverse.ravel()]


def _not_above(others: Whole, own: int, most: int) -> Floats:
    """
    Ways to draw 0 to `most` votes for the other classes, none of which has more than `own`.

    Those in which m of them have exactly `own` count 1 / (m + 1).
    """
    ways = np.zeros((len(others), others.shape[1] + 1, most + 1))
    ways[:, 0, 0] = 1.0
    for column in others.T:
        added = np.zeros_like(ways)
        for votes in range(min(own, most, int(column.max(initial=0))) + 1):
            chosen = special.binom(column, votes)[:, None, None]
            moved = chosen * ways[:, :, : most + 1 - votes]
            if votes == own:
                added[:, 1:, votes:] += moved[:, :-1]
            else:
                added[:, :, votes:] += moved
        ways = added
    places = np.arange(1, ways.shape[1] + 1)
    return np.einsum("itd,t->id", ways, 1 / places)


@dataclass(frozen=True, eq=False)
class _Curve:
    """Shares by item and odd size, the slope of each item last, and errors of their means."""

    sizes: Whole
    shares: Floats
    even_gap: float
    raters: int
    error_items: Floats
    error_raters: Floats


def _with_slope(shares: Floats, sizes: Whole) -> Floats:
    """The odd sizes, and as a last column their least-squares slope on log2 of the size."""
    odd = shares[:, sizes - 1]
    along = np.log2(sizes)
    along = along - along.mean()
    return np.column_stack([odd, odd @ along / (along @ along)])


def _measured(given: Judgements, counts: Whole, order: Whole, largest: int) -> _Curve:
    """The curve of every item, its error over items, and over raters by leaving each out."""
    held = counts.sum(axis=1) >= largest
    every = share_right(counts[held], largest)
    sizes = np.arange(1, largest + 1, 2)
    shares = _with_slope(every, sizes)
    change = _without_each(given, counts, order, held, every)
    raters, moves = len(given.raters), _with_slope(change.by, sizes) / len(shares)
    moved = np.stack([np.bincount(change.rater, one, minlength=raters) for one in moves.T], axis=1)
    # What a rater's labels share beyond the chance in each of them, which items bring already.
    shared = (moved**2).sum(axis=0) - (moves**2).sum(axis=0)
    evens = np.arange(2, largest, 2)
    gap = np.abs(every[:, evens - 1].mean(axis=0) - every[:, evens - 2].mean(axis=0))
    return _Curve(
        sizes, shares, float(gap.max()), raters,
        shares.std(axis=0, ddof=1) / np.sqrt(len(shares)), np.sqrt(np.maximum(shared, 0.0)),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Change:
    """One row a rater and item: by how much each share changes without the rater's votes."""

    rater: Whole
    by: Floats


def _without_each(
    given: Judgements, counts: Whole, order: Whole, held: Any, every: Floats
) -> _Change:
    """
    The change of an item's shares, one column a size, where one of its raters is left out.

    Where fewer votes are left than a size needs, the change at the largest size that is left.
    """
    classes, items, largest = counts.shape[1], len(counts), every.shape[1]
    pair, row = np.unique(given.rater * items + given.item, return_inverse=True)
    own = np.bincount(row * classes + order[given.item, given.label], minlength=len(pair) * classes)
    rater, item = np.divmod(pair, items)
    kept = held[item]
    rater, item, own = rater[kept], item[kept], own.reshape(-1, classes)[kept]
    left = counts[item] - own
    change = share_right(left, largest) - every[(np.cumsum(held) - 1)[item]]
    sizes = np.minimum(np.arange(1, largest + 1), left.sum(axis=1)[:, None])
    change = np.take_along_axis(change, np.maximum(sizes, 1) - 1, axis=1)
    return _Change(rater, np.where(sizes > 0, change, 0.0))


def _told(found: _Curve, *, without: int, left_out: int, level: float) -> MajorityCurve:
    """The curve and its slope with their intervals."""
    mean, items = found.shares.mean(axis=0), len(found.shares)
    error = np.hypot(found.error_items, found.error_raters)
    df = min(items, found.raters) - 1
    if error[-1] <= 0:
        raise ModelError(
            "majority_curve: expected items that differ in how the majority fares, got "
            f"{items:,} alike. Bring items on which raters disagree."
        )
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    curve = pd.DataFrame(
        {
            "size": found.sizes,
            "share_right": mean[:-1],
            "std_error": error[:-1],
            "low": np.maximum(mean - reach, 0.0)[:-1],
            "high": np.minimum(mean + reach, 1.0)[:-1],
        }
    )
    slope = float(mean[-1])
    return MajorityCurve(
        estimate=slope, std_error=float(error[-1]), low=slope - float(reach[-1]),
        high=slope + float(reach[-1]),
        p_value=float(2 * stats.t.sf(abs(slope) / error[-1], df)),
        n=items, clusters=found.raters, curve=curve, largest=int(found.sizes[-1]),
        left_out=left_out, without_truth=without, error_items=float(found.error_items[-1]),
        error_raters=float(found.error_raters[-1]), even_gap=found.even_gap,
    )  # fmt: skip
