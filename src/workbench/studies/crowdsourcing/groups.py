"""Groups and crowds with known answers: what is in their ratings, and one row a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.crowds import disagreement
from workbench.studies.once import once

# What a data set can be: groups that chose among classes, or gave numbers, before and after a talk;
# raters who gave numbers, each alone.
CHOICES, NUMBERS, ALONE = "choices in groups", "numbers in groups", "numbers by raters alone"
BEFORE, AFTER = "before", "after"
FAR = 10.0  # times above or below the median of all first answers: set aside, by the hypothesis
# Why a person's answers to a question are not among those that are compared.
ONE_ANSWER = "without an answer before or without one after"
NO_LOGARITHM = "zero or below, without a logarithm"
TOO_FAR = f"more than {FAR:g} times above or below the median first answer"
TOO_FAR_LATER = f"{TOO_FAR} after the talk alone"
ON_THEIR_OWN = "alone in a group"
PAIR = 2  # people, without whom nothing differs


@dataclass(frozen=True, eq=False)
class Groups:
    """
    Groups that answered before and after a talk, and who is not in them.

    kind : CHOICES or NUMBERS. people : one row a person and question: group, item, person,
    before, after (the score from 0 to 1 of a choice; the logarithm of a number), truth (1; the
    logarithm of the true number), and of choices label_before, label_after.
    table : one row a group and question: group, item, people, spread_before, spread_after (chance
    that two members differ; standard deviation of the logarithms), error_before, error_after (1 -
    mean score; squared distance of the mean from the truth), best_before (best score of a member;
    smallest squared distance).
    left_out : people and questions that are not in it, reason -> number.
    """

    kind: str
    people: pd.DataFrame
    table: pd.DataFrame
    left_out: dict[str, int]


@once
def rows(community: Community) -> pd.DataFrame:
    """
    Every rating of an item with a known answer, one row a rating.

    item, person, group, round, label, value, true_label, true_value; an empty rater is nobody that
    could be followed, and is left out.
    """
    truths = community.read("truths").select(
        "item_id", true_label=pl.col("label"), true_value=pl.col("value")
    )
    known = community.ratings.filter(pl.col("rater_id").is_not_null()).join(truths, on="item_id")
    columns = {"item_id": "item", "rater_id": "person", "group_id": "group"}
    named = known.rename(columns).select(
        *columns.values(), "round", "label", "value", "true_label", "true_value"
    )
    return named.to_pandas()


@once
def kind(community: Community) -> str | None:
    """Which of the three kinds a data set is; None for any other."""
    found = rows(community)
    talked = {BEFORE, AFTER} <= set(found["round"].dropna())
    grouped = bool(found["group"].notna().any())
    numbers = bool(found["true_value"].notna().any() and found["value"].notna().any())
    if grouped and talked and bool(found["label"].notna().any()):
        return CHOICES
    if grouped and talked and numbers:
        return NUMBERS
    if not grouped and numbers and not bool(found["label"].notna().any()):
        return ALONE
    return None


@once
def groups(
    community: Community, *, keep_far: bool = False, far_by: tuple[str, ...] = (BEFORE, AFTER)
) -> Groups:
    """
    The groups of a data set that answered before and after a talk.

    `keep_far` keeps numbers more than ten times above or below the median of all first answers to
    their question, which the hypotheses set aside together with the person at that question.
    `far_by` names the rounds whose answers decide that; the hypotheses look at both, and what is
    set aside for an answer after the talk is set aside for the outcome.

    Raises
    ------
    ModelError
        There are no such groups, or none of two members or more.
    """
    found = kind(community)
    if found not in (CHOICES, NUMBERS):
        raise ModelError(
            "groups: expected groups that answered before and after a talk, got none. Bring "
            "ratings with rounds, groups and known answers."
        )
    wide, left_out = _pairs(rows(community))
    if found == NUMBERS:
        wide, far = logarithms(wide, (BEFORE, AFTER), keep_far=keep_far, far_by=far_by)
        left_out |= far
    else:
        wide = _scores(wide)
    size = wide.groupby(["group", "item"])["person"].transform("size")
    left_out[ON_THEIR_OWN] = int((size < PAIR).sum())
    people = wide[size >= PAIR].reset_index(drop=True)
    if people.empty:
        raise ModelError(
            "groups: expected groups of two members or more with both answers, got none. Look at "
            "what was set aside."
        )
    table = _choices(people) if found == CHOICES else table_of(people)
    return Groups(found, people, table, {why: n for why, n in left_out.items() if n})


def _pairs(found: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """One row a person and question with the first answer before and the last one after."""
    key = ["group", "item", "person"]
    told = found.dropna(subset="group")
    parts = {}
    for name, place in ((BEFORE, "first"), (AFTER, "last")):
        part = told[told["round"] == name].drop_duplicates(key, keep=place)  # type: ignore[call-overload]
        parts[name] = part.drop(columns="round")
    columns = [*key, "label", "value"]
    wide = parts[BEFORE].merge(
        parts[AFTER][columns], on=key, how="outer", suffixes=("_before", "_after"), indicator=True
    )
    missing = int((wide["_merge"] != "both").sum())
    both = wide[wide["_merge"] == "both"].drop(columns="_merge")
    return both, {ONE_ANSWER: missing}


def _scores(wide: pd.DataFrame) -> pd.DataFrame:
    """Choices with their scores: as the data set gives them, else 1 for the right class."""
    made = wide.assign(truth=1.0)
    for name in (BEFORE, AFTER):
        right = (made[f"label_{name}"] == made["true_label"]).astype(float)
        made[name] = made[f"value_{name}"].astype(float).fillna(right)
    return made


def logarithms(
    wide: pd.DataFrame,
    rounds: Sequence[str],
    *,
    keep_far: bool,
    far_by: Sequence[str] = (BEFORE, AFTER),
) -> tuple[pd.DataFrame, dict[str, int]]:
    """
    Numbers as logarithms, in columns named like the rounds, and how many have none or lie too far.

    wide : item, true_value, and value_before (and value_after), one row a person and question.
    """
    given = [f"value_{name}" for name in rounds]
    values = wide[[*given, "true_value"]].astype(float)
    sound = (values > 0).all(axis=1)
    middle = wide["value_before"].astype(float).groupby(wide["item"]).transform("median")
    logs = values[sound].apply(np.log)
    off = logs[given].sub(np.log(middle[logs.index]), axis=0).abs() > np.log(FAR)
    first = off["value_before"] & (BEFORE in far_by)
    later = off[given[1:]].any(axis=1) & (AFTER in far_by) & ~first
    far = first | later
    kept = far.index if keep_far else far.index[~far]
    named = {name: logs.loc[kept, column] for name, column in zip(rounds, given, strict=True)}
    made = wide.loc[kept].assign(**named, truth=logs.loc[kept, "true_value"])
    gone = {TOO_FAR: int(first.sum()), TOO_FAR_LATER: int(later.sum())}
    return made, {NO_LOGARITHM: int((~sound).sum())} | ({} if keep_far else gone)


def _choices(people: pd.DataFrame) -> pd.DataFrame:
    """One row a group: how often two members differ, and how far their scores are from 1."""
    by = ["group", "item"]
    part = people.groupby(by, sort=True)
    table = pd.DataFrame(
        {
            "people": part.size(),
            "error_before": 1 - part["before"].mean(),
            "error_after": 1 - part["after"].mean(),
            "best_before": part["before"].max(),
        }
    )
    for name in (BEFORE, AFTER):
        table[f"spread_{name}"] = _differ(people, f"label_{name}")
    return table.reset_index()


def _differ(people: pd.DataFrame, column: str) -> pd.Series:
    """The chance that two members of a group chose differently, by group and item."""
    frame = pl.from_pandas(people[["group", "item", column]].astype(str)).rename(
        {"item": "item_id", "group": "group_id", column: "label"}
    )
    by = ("group_id", "item_id")
    found = collect(disagreement(frame.with_columns(value=pl.lit(None, pl.Float64)), by=by))
    return found.set_index(pd.MultiIndex.from_frame(found[list(by)], names=["group", "item"]))[
        "differ"
    ].astype(float)


def table_of(people: pd.DataFrame) -> pd.DataFrame:
    """The table of `Groups` for numbers, from its `people`."""
    part = people.groupby(["group", "item"], sort=True)
    truth = part["truth"].first()
    nearest = ((people["before"] - people["truth"]) ** 2).groupby([people["group"], people["item"]])
    table = pd.DataFrame({"people": part.size(), "best_before": nearest.min()})
    for name in (BEFORE, AFTER):
        table[f"spread_{name}"] = part[name].std(ddof=1)
        table[f"error_{name}"] = (part[name].mean() - truth) ** 2
        table[f"median_error_{name}"] = (part[name].median() - truth) ** 2
    return table.reset_index()
