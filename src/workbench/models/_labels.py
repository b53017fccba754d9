"""A table of judgements as numbers: who gave which label to which item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from workbench.errors import ModelError
from workbench.models import _columns
from workbench.models.inputs import Floats, Whole

COLUMNS = ("item", "rater", "label")


@dataclass(frozen=True, eq=False)
class Judgements:
    """Codes of item, rater and label, one of each a row, and what the codes stand for."""

    item: Whole
    rater: Whole
    label: Whole
    items: pd.Index
    raters: pd.Index
    classes: pd.Index


def read(
    judgements: pd.DataFrame,
    *,
    where: str,
    repeats: str = "refuse",
    classes: Sequence[Any] | None = None,
) -> Judgements:
    """
    Codes of a table with the columns item, rater and label; items and raters in order of first row.

    Classes are `classes` in that order, else the labels that occur, sorted.

    Raises
    ------
    ModelError
        No rows, a column not there, an empty value, fewer than two classes, labels outside
        `classes`, `repeats` unknown, or an item twice by one rater where repeats are refused.
    """
    if repeats not in ("refuse", "count"):
        raise ModelError(
            f"{where}: expected repeats to be 'refuse' or 'count', got {repeats!r}. Choose one."
        )
    if not len(judgements):
        raise ModelError(f"{where}: expected at least one judgement, got none. Bring data.")
    _columns.require(judgements, COLUMNS, where=where)
    try:
        item, items = pd.factorize(judgements["item"])
        rater, raters = pd.factorize(judgements["rater"])
        label, found = _classes(judgements["label"], classes, where=where)
    except TypeError:
        raise ModelError(
            f"{where}: expected text or numbers as item, rater and label, got something else. "
            "Turn them into text."
        ) from None
    if repeats == "refuse":
        pairs = np.sort(item * len(raters) + rater)
        again = int((pairs[1:] == pairs[:-1]).sum())
        if again:
            raise ModelError(
                f"{where}: expected one judgement of an item by a rater, got {again:,} more. "
                "Drop them, or pass repeats='count' where a rater judged an item afresh each time."
            )
    return Judgements(
        item.astype(np.int64),
        rater.astype(np.int64),
        label,
        pd.Index(items),
        pd.Index(raters),
        found,
    )


def _classes(
    labels: pd.Series, classes: Sequence[Any] | None, *, where: str
) -> tuple[Whole, pd.Index]:
    found = pd.Index(pd.factorize(labels, sort=True)[1] if classes is None else classes)
    if found.inferred_type.startswith("mixed"):
        raise ModelError(
            f"{where}: expected labels of one kind, got several. Turn them all into text."
        )
    if len(found) < 2 or found.has_duplicates:
        raise ModelError(
            f"{where}: expected two or more different classes, got {len(found.unique())} among "
            f"{len(found)}. Pass each class that could have been given once, as classes."
        )
    codes = found.get_indexer(labels)
    outside = int((codes < 0).sum())
    if outside:
        raise ModelError(
            f"{where}: expected labels among the {len(found)} classes, got {outside:,} others. "
            "Add them to classes, or drop these judgements."
        )
    return codes.astype(np.int64), found


def votes(given: Judgements) -> Floats:
    """How often each item (row) was given each class (column)."""
    shape = (len(given.items), len(given.classes))
    cells = given.item * shape[1] + given.label
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(float)


def vote_shares(given: Judgements) -> Floats:
    """Share of each class (columns) among the votes on each item (rows); equal without votes."""
    counts = votes(given)
    total = counts.sum(axis=1, keepdims=True)
    equal = np.full_like(counts, 1 / counts.shape[1])
    return np.divide(counts, total, out=equal, where=total > 0)


def begins(given: Judgements, *, starts: int, seed: int) -> Iterator[Floats]:
    """The vote shares, then `starts` times halfway from them to chances drawn at random."""
    shares = vote_shares(given)
    yield shares
    rng = np.random.default_rng(seed)
    for _ in range(starts):
        yield (shares + rng.dirichlet(np.ones(shares.shape[1]), size=len(shares))) / 2


def incidence(given: Judgements) -> sparse.csr_array:
    """Judgements as rater x class (rows, class running faster) by item (columns)."""
    classes = len(given.classes)
    shape = (len(given.raters) * classes, len(given.items))
    rows = (given.rater * classes + given.label).astype(np.int32)
    ones = np.ones(len(rows))
    return sparse.coo_array((ones, (rows, given.item.astype(np.int32))), shape=shape).tocsr()
