"""Crowds of raters and of anything else: how unlike its rows are, and how far raters differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from workbench.errors import MeasureError
from workbench.measures import lazy, need
from workbench.schema import RATINGS

ITEM = ("community_id", "item_id")
COUNT = "count"
# What `disagreement` adds, with its types: two tables of it are put below each other.
ADDED = {
    "labels": nw.Int64,
    "pairs": nw.Int64,
    "values": nw.Int64,
    "mean": nw.Float64,
    "variance": nw.Float64,
}


def diversity(frame: Any, *, kind: str, by: Sequence[str]) -> nw.LazyFrame[Any]:
    """
    How diverse the kinds of a column are within each group: entropy and Hill numbers.

    A sample misses rare kinds, so that the plain numbers of few rows are too small; each is given
    with a correction. Rows without a kind are left out.

    Parameters
    ----------
    frame : any table of an engine. kind : the column whose values are told apart, such as the
        author of an idea or a label. by : the columns that make a group.

    Returns
    -------
    One row a group.
        by
        rows : rows with a kind
        kinds : different kinds seen (the Hill number of order 0 of the sample)
        kinds_unseen : kinds that the sample is expected to have missed, at least (Chao1)
        entropy : in nats, with the correction of Miller and Madow
        hill_0, hill_1, hill_2 : effective number of kinds of order 0, 1 and 2: kinds +
            kinds_unseen; exp(entropy); one over the chance that two rows are of one kind, empty
            where no two are
        differ : chance that two rows, drawn without putting the first back, are of different kinds
            (Simpson's index without bias), empty for one row
        largest : share of the rows that the commonest kind has

    Raises
    ------
    MeasureError
        A column is missing, or no column to group by is named.

    Source
    ------
    Hill (1973), doi:10.2307/1934352; Chao (1984), Scand. J. Statist. 11, 265-270, in the form
    without division by zero; Miller (1955), Note on the bias of information estimates; Simpson
    (1949), doi:10.1038/163688a0.
    """
    size = nw.col(COUNT).cast(nw.Float64)
    summed = (
        _counts(frame, kind=kind, by=by, where="diversity")
        .with_columns(
            once=(nw.col(COUNT) == 1).cast(nw.Float64),
            twice=(nw.col(COUNT) == 2).cast(nw.Float64),
            weight=size * size.log(),
            pairs=size * (size - 1.0),
        )
        .group_by(*by)
        .agg(
            rows=nw.col(COUNT).sum(),
            kinds=nw.len().cast(nw.Int64),
            once=nw.col("once").sum(),
            twice=nw.col("twice").sum(),
            weight=nw.col("weight").sum(),
            pairs=nw.col("pairs").sum(),
            most=nw.col(COUNT).max(),
        )
    )
    return _numbers(summed, by=by)


def _counts(frame: Any, *, kind: str, by: Sequence[str], where: str) -> nw.LazyFrame[Any]:
    """How often each kind occurs in each group."""
    known = lazy(frame)
    found = known.collect_schema().names()
    missing = [name for name in (*by, kind) if name not in found]
    if missing or not by:
        raise MeasureError(
            f"{where}: expected columns {', '.join((*by, kind))}, at least one to group by, got "
            f"{', '.join(found) or 'no columns'}. Name columns of the table."
        )
    return (
        known.filter(~nw.col(kind).is_null())
        .group_by(*by, kind)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
    )


def _numbers(summed: nw.LazyFrame[Any], *, by: Sequence[str]) -> nw.LazyFrame[Any]:
    """Diversity from sums over the kinds of a group."""
    rows, kinds = nw.col("rows").cast(nw.Float64), nw.col("kinds").cast(nw.Float64)
    once, twice = nw.col("once"), nw.col("twice")
    all_pairs = rows * (rows - 1.0)
    return (
        summed.with_columns(
            kinds_unseen=(rows - 1.0) / rows * once * (once - 1.0) / (2.0 * (twice + 1.0)),
            entropy=rows.log() - nw.col("weight") / rows + (kinds - 1.0) / (2.0 * rows),
            differ=nw.when(nw.col("rows") > 1).then(1.0 - nw.col("pairs") / all_pairs),
            hill_2=nw.when(nw.col("pairs") > 0).then(all_pairs / nw.col("pairs")),
            largest=nw.col("most").cast(nw.Float64) / rows,
        )
        .with_columns(hill_0=kinds + nw.col("kinds_unseen"), hill_1=nw.col("entropy").exp())
        .select(
            *by, "rows", "kinds", "kinds_unseen", "entropy", "hill_0", "hill_1", "hill_2",
            "differ", "largest",
        )
    )  # fmt: skip


def disagreement(ratings: Any, *, by: Sequence[str] = ITEM) -> nw.LazyFrame[Any]:
    """
    How far the raters of an item differ: in classes, and in numbers.

    Both are without bias for few raters. Rows without rater are raters of their own. Further
    columns in `by`, such as the round or the group, divide an item's ratings.

    Returns
    -------
    One row per value of `by`.
        by
        labels : ratings with a class
        differ : chance that two of them, drawn without putting the first back, have different
            classes; empty for fewer than two
        values : ratings with a number
        mean, variance : of the numbers; the variance divides by one less than their number, and is
            empty for fewer than two

    Raises
    ------
    MeasureError
        A column is missing.

    Source
    ------
    Gini (1912); Simpson (1949), doi:10.1038/163688a0.
    """
    rows = need(ratings, RATINGS, (*by, "label", "value"), where="disagreement")
    value, size = nw.col("value"), nw.col(COUNT)
    numbers = rows.group_by(*by).agg(
        values=value.count().cast(nw.Int64), mean=value.mean(), variance=value.var(ddof=1)
    )
    classes = (
        _counts(rows, kind="label", by=by, where="disagreement")
        .group_by(*by)
        .agg(labels=size.sum(), pairs=(size * (size - 1)).sum())
    )
    # Put below each other and not joined, because an empty group_id would match nothing.
    both = nw.concat([_filled(numbers, by=by), _filled(classes, by=by)])
    labels, pairs = nw.col("labels").cast(nw.Float64), nw.col("pairs").cast(nw.Float64)
    return (
        both.group_by(*by)
        .agg(*(nw.col(name).max() for name in ADDED))
        .select(
            *by,
            nw.col("labels").fill_null(0),
            nw.when(nw.col("labels") > 1)
            .then(1.0 - pairs / (labels * (labels - 1.0)))
            .alias("differ"),
            "values",
            "mean",
            nw.when(nw.col("values") > 1).then(nw.col("variance")).alias("variance"),
        )
    )


def _filled(part: nw.LazyFrame[Any], *, by: Sequence[str]) -> nw.LazyFrame[Any]:
    """The part with the columns of the other one, empty."""
    found = part.collect_schema().names()
    return part.select(
        *by,
        *(
            nw.col(name) if name in found else nw.lit(None).cast(kind).alias(name)
            for name, kind in ADDED.items()
        ),
    )


def agreement(ratings: Any) -> nw.LazyFrame[Any]:
    """
    How often each rater gives the class that the others of the same item give.

    Every other rating of the item counts, a rater's own repeats among them; the average is over the
    rater's items. Whoever agrees with a crowd that is wrong agrees: it is no share of right ones.

    Returns
    -------
    One row per rater with at least one item that another rating judged, too.
        community_id, rater_id
        judged : such ratings of this rater
        agreement : mean share of an item's other ratings with the same class

    Raises
    ------
    MeasureError
        A column is missing.
    """
    rows = need(ratings, RATINGS, (*ITEM, "rater_id", "label"), where="agreement").filter(
        ~nw.col("label").is_null()
    )
    cells = rows.group_by(*ITEM, "label").agg(same=nw.len().cast(nw.Float64))
    items = rows.group_by(*ITEM).agg(all=nw.len().cast(nw.Float64))
    share = (nw.col("same") - 1.0) / (nw.col("all") - 1.0)
    return (
        rows.filter(~nw.col("rater_id").is_null())
        .join(cells, on=[*ITEM, "label"])
        .join(items, on=list(ITEM))
        .filter(nw.col("all") > 1)
        .with_columns(share=share)
        .group_by("community_id", "rater_id")
        .agg(judged=nw.len().cast(nw.Int64), agreement=nw.col("share").mean())
    )
