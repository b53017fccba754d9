"""Raters who judged alone: every smaller crowd of an item's raters, and how unlike its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from workbench.data import Community
from workbench.errors import ModelError
from workbench.models import subcrowds as model
from workbench.models.inputs import Floats
from workbench.models.result import Estimate
from workbench.studies.crowdsourcing.groups import rows
from workbench.studies.once import once

SEED = 20_261_122
SIZE, HABIT = "raters in a crowd", "habit"
SIZE_OWN = "half of them"
SHARES = {SIZE_OWN: 0.5, "three tenths": 0.3, "seven tenths": 0.7}
LENIENT, LIVELY = "gives high or low numbers", "goes far from others or stays near"
LISTS = {SIZE: tuple(SHARES), HABIT: (LENIENT, LIVELY)}


@dataclass(frozen=True, eq=False)
class Panel:
    """
    Items with equally many raters, as arrays with items in rows.

    values : the numbers. truth : the true one of each item. who : the raters. apart : habit ->
    distance between the habits of two raters of an item, made from their *other* items.
    left_out : items that are not in it, reason -> number.
    """

    values: Floats
    truth: Floats
    who: Any
    apart: dict[str, Floats]
    left_out: dict[str, int]


@once
def panel(community: Community) -> Panel:
    """
    The items that the usual number of raters judged, with the raters' habits.

    A habit is the mean of a rater's standardised distances from the mean of the item, signed
    (lenient) or not (lively), over the rater's other items.

    Raises
    ------
    ModelError
        No rater judged two items, or fewer than two items have the usual number of raters.
    """
    return paneled(rows(community).dropna(subset=["value", "true_value"]))


def paneled(told: pd.DataFrame) -> Panel:
    """The same from rows: item, person, value, true_value; of repeats the first counts."""
    told = told.drop_duplicates(["item", "person"]).reset_index(drop=True)
    of_item = told.groupby("item")["value"]
    spread = of_item.transform("std").where(lambda deviation: deviation > 0)
    score = ((told["value"] - of_item.transform("mean")) / spread).fillna(0.0)
    told = told.assign(
        **{name: _elsewhere(told["person"], part) for name, part in
           ((LENIENT, score), (LIVELY, score.abs()))}
    )  # fmt: skip
    size = of_item.transform("size")
    usual = int(size.mode().max()) if len(size) else 0
    few = told["item"][size != usual].nunique()
    known = told.groupby("item")[LENIENT].transform("count") == size
    kept = told[(size == usual) & known]
    if usual < 3 or kept["item"].nunique() < 2:
        raise ModelError(
            "subcrowds: expected two items or more that as many raters judged, who judged others, "
            "too, got fewer. Bring more ratings."
        )
    table = kept.assign(place=kept.groupby("item").cumcount())
    wide = {name: table.pivot(index="item", columns="place", values=name) for name in
            ("value", "true_value", "person", LENIENT, LIVELY)}  # fmt: skip
    habits = {name: wide[name].to_numpy(dtype=float) for name in (LENIENT, LIVELY)}
    odd = told["item"][(size == usual) & ~known].nunique()
    reasons = {"with another number of raters": few, "with a rater of one item only": odd}
    return Panel(
        values=wide["value"].to_numpy(dtype=float),
        truth=wide["true_value"].to_numpy(dtype=float)[:, 0],
        who=wide["person"].to_numpy(),
        apart={
            name: np.abs(own[:, :, None] - own[:, None, :]) for name, own in habits.items()
        },
        left_out={why: n for why, n in reasons.items() if n},
    )  # fmt: skip


def _elsewhere(person: pd.Series, score: pd.Series) -> pd.Series:
    """The mean of a rater's scores at other items; empty where there are none."""
    part = score.groupby(person)
    others = part.transform("size") - 1
    return (part.transform("sum") - score) / others.where(others > 0)


def _size(found: Panel, size: str) -> int:
    return max(2, round(SHARES[size] * found.values.shape[1]))


def _share(found: Panel, *, habit: str, size: str) -> Estimate:
    made = model.sums(found.values, found.truth, found.apart[habit], size=_size(found, size))
    return model.share_less(made, seed=SEED)


def over_items(community: Community, variant: Mapping[str, Any]) -> Estimate:
    """The share with the error that takes items as what varies: too small, see `estimate`."""
    return _share(panel(community), habit=variant[HABIT], size=variant[SIZE])


def estimate(community: Community, variant: Mapping[str, Any]) -> Estimate:
    """
    The share by which the error is smaller for a standard deviation more of diversity.

    Its error is that of the jackknife over raters, by Student's t with raters - 1 degrees of
    freedom: a habit is a rater's, so that many items with the same raters say little more.
    """
    return jackknifed(panel(community), habit=variant[HABIT], size=variant[SIZE])


def jackknifed(found: Panel, *, habit: str, size: str) -> Estimate:
    """The same from the arrays."""
    share = _share(found, habit=habit, size=size)
    value = float(share.estimate or 0)
    error = model.over_raters(
        found.values, found.truth, found.apart[habit], found.who, size=_size(found, size)
    )
    people = len(np.unique(found.who))
    reach = float(stats.t.ppf(0.975, people - 1)) * error
    p = float(2 * stats.t.sf(abs(value) / error, people - 1))
    return Estimate(value, error, value - reach, value + reach, p, share.n, people)


def regrouped(community: Community, dice: np.random.Generator, *, draws: int) -> list[float]:
    """The share where the raters of every item have swapped their habits, draw by draw."""
    found = panel(community)
    variant = {name: options[0] for name, options in LISTS.items()}
    apart, size = found.apart[variant[HABIT]], _size(found, variant[SIZE])
    return [
        model.share(model.sums(found.values, found.truth, model.dealt_anew(apart, dice), size=size))
        for _ in range(draws)
    ]
