"""What is true of any numbers: the identity of diversity, and the error of a mean of slots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.inputs import Floats
from workbench.models.wisdom import Diversity, diversity_identity
from workbench.studies.crowdsourcing.groups import ALONE, groups, kind, rows
from workbench.studies.once import once
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

SEED = 20_261_122
RANDOM = "numbers drawn at random"


@once
def identity(community: Community) -> Diversity:
    """
    Error of the crowd = mean error of its members - their diversity, in each group or item.

    Of choices the members' scores are the numbers, and 1 is the truth; of numbers in groups their
    logarithms; of raters alone the ratings as they are. First answers only.
    """
    found = kind(community)
    if found == ALONE:
        told = rows(community).dropna(subset=["value", "true_value"])
        truth = told.groupby("item")["true_value"].first()
        return diversity_identity(told.rename(columns={"value": "estimate"}), truth)
    people = groups(community).people
    item = people["group"] + " " + people["item"]
    table = pd.DataFrame({"item": item, "estimate": people["before"]})
    return diversity_identity(table, people["truth"].groupby(item).first())


def of_random(like: Diversity) -> Diversity:
    """The same of normal numbers around truths that have nothing to do with them."""
    dice = np.random.default_rng(SEED)
    sizes = like.items["estimates"].to_numpy()
    item = np.repeat(np.arange(len(sizes)), sizes)
    table = pd.DataFrame({"item": item, "estimate": dice.normal(size=len(item))})
    truths = pd.Series(dice.normal(size=len(sizes)), index=range(len(sizes)))
    return diversity_identity(table, truths)


def held(found: Diversity) -> float:
    """
    The slope of the crowd's error on diversity where the members' mean error is held fixed.

    Not a number where too few crowds differ in both.
    """
    table = found.items
    design = np.column_stack([np.ones(len(table)), table["diversity"], table["individual_error"]])
    slopes, _, rank, _ = np.linalg.lstsq(design, table["collective_error"].to_numpy(), rcond=None)
    return float(slopes[1]) if rank == design.shape[1] else float("nan")


@where_possible
def identity_table(communities: Sequence[Community]) -> TableView:
    """The identity in every data set, and in random numbers: it holds in all, and means nothing."""
    parts = [(one.title, identity(one)) for one in communities]
    parts += [(RANDOM, of_random(parts[0][1]))]
    table = pd.DataFrame(
        {
            "data set": [name for name, _ in parts],
            "crowds": [len(one.items) for _, one in parts],
            "error of the crowd": [one.collective_error for _, one in parts],
            "error of a member": [one.individual_error for _, one in parts],
            "diversity": [one.diversity for _, one in parts],
            "left over": [one.residual for _, one in parts],
            "slope": [held(one) for _, one in parts],
        }
    )
    return TableView(
        table,
        name="identity",
        caption="Squared error of the mean = mean squared error of the members - their variance, "
        f"in every crowd; means over crowds. The last row are {RANDOM} around truths drawn at "
        "random: the identity holds there, too, and the slope of the crowd's error on diversity, "
        "with the members' error held fixed, is -1 in every row. It can be nothing else, so it "
        "shows nothing about crowds.",
        labels={"slope": "slope, members' error held fixed", "left over": "largest residual"},
        formats={"slope": "{:.3f}", "left over": "{:.0e}"}
        | dict.fromkeys(("error of the crowd", "error of a member", "diversity"), "{:.4f}"),
    )


def of_slots(values: Floats) -> pd.DataFrame:
    """
    The root mean square distance of the mean of 1, 2, ... slots from the mean of the other half.

    values : (items, slots) numbers. One row a size up to half of the slots: size, seen (by the
    data), arithmetic: sqrt(v x (1 / size + 1 / half)), v the mean variance within items.
    """
    half = values.shape[1] // 2
    sizes = np.arange(1, half + 1)
    others = values[:, half : 2 * half].mean(axis=1)
    means = values[:, :half].cumsum(axis=1) / sizes
    variance = float(values.var(axis=1, ddof=1).mean())
    return pd.DataFrame(
        {
            "size": sizes,
            "seen": np.sqrt(((means - others[:, None]) ** 2).mean(axis=0)),
            "arithmetic": np.sqrt(variance * (1 / sizes + 1 / half)),
        }
    )


@once
def slots(community: Community) -> pd.DataFrame:
    """
    `of_slots` for items with the usual number of ratings, in an order drawn at random.

    Raises
    ------
    ModelError
        Fewer than two items have four ratings or more.
    """
    told = community.ratings.drop_nulls("value").select("item_id", "value").to_pandas()
    size = told.groupby("item_id")["value"].transform("size")
    usual = int(size.mode().max()) if len(size) else 0
    kept = told[size == usual]
    if usual < 4 or kept["item_id"].nunique() < 2:
        raise ModelError(
            "slots: expected two items or more with four ratings, got fewer. Bring more ratings."
        )
    values = kept.groupby("item_id")["value"].apply(np.asarray)
    return of_slots(np.random.default_rng(SEED).permuted(np.stack(list(values)), axis=1))


@where_possible
def more_slots(communities: Sequence[Community]) -> Figure:
    """How the error of a mean falls with its size: data beside arithmetic that knows no people."""
    figure, axes = plots.canvas(height=3.0, panels=len(communities))
    said = []
    for one, ax in zip(communities, axes, strict=True):
        found = slots(one)
        for column, look in (("seen", "o"), ("arithmetic", "--")):
            ax.plot(found["size"], found[column], look, label=column)
        ax.set(xlabel="ratings in the mean", ylabel="distance from the others", ylim=(0, None))
        ax.set_title(one.title, loc="left")
        ax.legend()
        pairs = zip(found["seen"], found["arithmetic"], strict=True)
        numbers = ", ".join(f"{seen:.3f} ({rule:.3f})" for seen, rule in pairs)
        said.append(f"{one.title}, from 1 to {len(found)} ratings: {numbers}")
    return Figure(
        figure,
        name="more-slots",
        caption="Root mean square distance between the mean of some ratings and the mean of the "
        f"other half, in an order drawn at random (seed {SEED}); in brackets what the variance of "
        f"one rating gives by arithmetic alone. {'; '.join(said)}. Where the ratings are slots and "
        "not people, the curve says nothing about anybody: a demonstration without a verdict.",
        alt=f"Points that fall with the number of ratings, on a dashed curve. {'; '.join(said)}.",
    )
