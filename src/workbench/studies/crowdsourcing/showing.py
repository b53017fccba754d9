"""What the page of study 2 shows of groups and crowds: who is here, and H2.2 in figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.crowds import agreement, diversity
from workbench.models.result import Estimate
from workbench.studies.crowdsourcing import diversity as unlike
from workbench.studies.crowdsourcing import subcrowds
from workbench.studies.crowdsourcing.groups import ALONE, BEFORE, CHOICES, kind
from workbench.studies.feedback_speed.choices import PASSING, same_sign
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

FIFTHS = 5


@where_possible
def crowds_here(communities: Sequence[Community]) -> TableView:
    """What is judged in each data set, by how many, and how alike the judgements are."""
    return TableView(
        pd.DataFrame([_crowd(one) for one in communities]),
        name="crowds-here",
        caption="Judgements, answers and estimates in each data set. A class or a number may be "
        "given; “with a known answer” counts items. Effective kinds: how many equally common "
        "classes would be as diverse (Hill numbers of order 0, 1 and 2, corrected for classes that "
        "few judgements miss). Agreement: how often a rater gives the class that another rater of "
        "the item gives, averaged over raters; who agrees need not be right.",
        formats={"agreement, of 100": "{:.0f}"}
        | dict.fromkeys(("effective kinds 0", "1", "2"), "{:.1f}"),
    )


def _crowd(one: Community) -> dict[str, object]:
    """A row of the table."""
    table = one.ratings
    named = table.drop_nulls("label")
    row: dict[str, object] = {
        "data set": one.title,
        "judgements": table.height,
        "items": table["item_id"].n_unique(),
        "with a known answer": one.read("truths")["item_id"].n_unique(),
        "raters": table["rater_id"].drop_nulls().n_unique(),
        "groups": table["group_id"].drop_nulls().n_unique() or None,
    }
    if named.is_empty():
        empty = ("effective kinds 0", "1", "2", "agreement, of 100")
        return row | dict.fromkeys(empty)
    first = named.filter((named["round"] == BEFORE) | named["round"].is_null())
    kinds = collect(diversity(first, kind="label", by=["community_id"])).iloc[0]
    agreed = collect(agreement(first))["agreement"].astype(float)
    return row | {
        "effective kinds 0": float(kinds["hill_0"]),
        "1": float(kinds["hill_1"]),
        "2": None if pd.isna(kinds["hill_2"]) else float(kinds["hill_2"]),
        "agreement, of 100": 100 * float(agreed.mean()) if len(agreed) else None,
    }


def _percent(found: Estimate) -> dict[str, float]:
    return {name: 100 * float(getattr(found, name) or 0) for name in ("estimate", "low", "high")}


@where_possible
def diverse_or_not(communities: Sequence[Community]) -> Figure:
    """H2.2 in every data set, with the same where diversity was dealt anew."""
    sesoi = 100 * hypotheses("02")["H2.2"].sesoi
    figure, axes = plots.canvas(height=1.9, panels=len(communities))
    said, ends = [], [-sesoi, sesoi]
    for one, ax in zip(communities, axes, strict=True):
        both = {"as it was": unlike.own(one), "dealt anew": unlike.regrouped(one)}
        table = pd.DataFrame([{"label": name, **_percent(made)} for name, made in both.items()])
        plots.forest(
            table, unit="% smaller error per standard deviation", band=(-sesoi, sesoi), ax=ax
        )
        ax.set_title(one.title, loc="left")
        said += [
            f"{one.title}, {row['label']}: {row['estimate']:.1f} % "
            f"({row['low']:.1f} to {row['high']:.1f})"
            for row in table.to_dict("records")
        ]
        said[-1] += f", permutation p {both['dealt anew'].p_value:.2g}"
        ends += [*table["low"], *table["high"]]
    for ax in axes:
        ax.set(xlim=(1.1 * min(ends), 1.1 * max(ends)))
    return Figure(
        figure,
        name="diverse-or-not",
        caption="By how much the error was smaller where members differed more, by one standard "
        f"deviation: estimates with 95 % intervals, and the range of {unlike.DRAWS} draws in which "
        "the groups had swapped their diversity: what chance brings. They lie around zero whatever "
        "the method does, so that they are no check of it; p is how often chance goes as far, if "
        "the rows of one group or rater were unrelated. Left of zero the error was larger. "
        f"{'; '.join(said)}.",
        alt=f"Marks with intervals around zero. {'; '.join(said)}.",
    )


def _fifths(one: Community) -> pd.DataFrame:
    """Mean error in fifths of the groups by diversity, each question's groups apart."""
    if kind(one) == ALONE:
        raise ModelError(
            "error by diversity: expected groups that answered together, got raters who judged "
            "alone. Look at what varies."
        )
    chosen = kind(one) == CHOICES
    make = unlike.of_choices if chosen else unlike.of_numbers
    table, _ = make(one, unlike.variants(one)[0])
    rank = table.groupby("item")["diversity"] if not chosen else table["diversity"]
    share = rank.rank(method="first", pct=True)
    fifth = np.ceil(FIFTHS * share).clip(1, FIFTHS).astype(int)
    part = table.groupby(fifth)["error"]
    reach = 1.96 * part.sem()
    mean = part.mean()
    return pd.DataFrame(
        {"fifth": mean.index, "estimate": mean, "low": mean - reach, "high": mean + reach}
    ).reset_index(drop=True)


@where_possible
def error_by_diversity(communities: Sequence[Community]) -> Figure:
    """The plain picture before any model: error in fifths of the groups by their diversity."""
    grouped = [one for one in communities if kind(one) != ALONE]
    able = grouped or list(communities)
    figure, axes = plots.canvas(height=2.9, panels=len(able))
    said = []
    for one, ax in zip(able, axes, strict=True):
        table = _fifths(one)
        plots.points(
            table.assign(label=one.title), x="fifth", label="label",
            xlabel="fifth of the groups, from least to most diverse", ylabel="mean error", ax=ax,
        )  # fmt: skip
        ax.set(ylim=(0, None))
        ax.set_title(one.title, loc="left")
        numbers = ", ".join(f"{value:.3f}" for value in table["estimate"])
        said.append(f"{one.title}: {numbers}")
    return Figure(
        figure,
        name="error-by-diversity",
        caption="Mean error of the groups in fifths by diversity, measured without the answer that "
        "is judged; nothing is held fixed, and the bars are 95 % intervals that take groups as "
        f"independent. From least to most diverse, {'; '.join(said)}.",
        alt=f"Points with intervals over five fifths. {'; '.join(said)}.",
    )


@where_possible
def what_varies(communities: Sequence[Community]) -> TableView:
    """For raters who judged alone: with items, and with raters, as what varies."""
    rows = []
    for one in communities:
        if kind(one) != ALONE:
            continue
        found = unlike.own(one)
        narrow = subcrowds.over_items(one, unlike.variants(one)[0])
        for name, number, made in (
            ("items", narrow.n, narrow), ("raters", found.clusters, found),
        ):  # fmt: skip
            rows.append(
                {
                    "data set": one.title,
                    "what varies": name,
                    "number": number,
                    **_percent(made),
                    "standard error": 100 * float(made.std_error or 0),
                }
            )
    if not rows:
        raise ModelError(
            "what varies: expected raters who judged alone, got groups. Look at how groups talked."
        )
    return TableView(
        pd.DataFrame(rows),
        name="what-varies",
        caption="The share by which the error is smaller, in hundredths, with the items or the "
        "raters taken as what varies. How far a rater lies from others is the rater's habit: the "
        "same few raters at many items say little more than at some.",
        labels={"low": "from", "high": "to"},
        formats=dict.fromkeys(("estimate", "low", "high", "standard error"), "{:.1f}"),
    )


@where_possible
def specification_curve(communities: Sequence[Community]) -> Figure:
    """Every variant of H2.2: its estimate above, the choices behind it below."""
    figure, axes = plots.canvas(
        height=3.3, panels=2 * len(communities), ratios=(2, 3) * len(communities)
    )
    said = []
    for one, upper, lower in zip(communities, axes[::2], axes[1::2], strict=True):
        found = unlike.tried(one)
        table = found.table.assign(own=found.table.index == 0).dropna(subset="estimate")
        points = {name: 100 * table[name] for name in ("estimate", "low", "high")}
        rows = table.assign(**points).sort_values("estimate", ignore_index=True)
        options = {name: list(dict.fromkeys(found.table[name])) for name in unlike.lists(one)}
        plots.specifications(rows, choices=options, unit="% smaller error", axes=(upper, lower))
        upper.set_title(one.title, loc="left")
        lowest, highest = rows["estimate"].iloc[[0, -1]]
        said.append(
            f"{one.title}: {found.n} variants, from {lowest:.1f} to {highest:.1f} %, median "
            f"{100 * found.median:.1f}; {same_sign(found):.0%} have the sign of the variant that "
            "the hypothesis fixes"
        )
    return Figure(
        figure,
        name="specification-curve",
        caption="H2.2 in every defensible variant, from the lowest to the highest, with 95 % "
        "intervals; the diamond is the variant that the hypothesis fixes. Below each estimate a "
        "mark in every block says which choice it rests on. The lists are fixed in the code, and "
        f"were made when these data had been looked at. {'. '.join(said)}. {PASSING}",
        alt=f"Sorted estimates with intervals above a grid of choices. {'. '.join(said)}.",
    )
