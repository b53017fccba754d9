"""
H2.2: do groups whose members differ come nearer to the truth?

Diversity is measured without the answer that is judged. Where a group's joint result is judged, it
is how often two members chose differently before they talked; where the mean of the members' own
answers is, it is how far they lie apart at the *other* questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.reassigned import permuted_within
from workbench.models.relative import share_less_of_gamma, share_less_per_sd
from workbench.models.result import Estimate
from workbench.models.specification_curve import Curve, curve, grid
from workbench.models.subcrowds import spread_of_draws
from workbench.studies.crowdsourcing import subcrowds
from workbench.studies.crowdsourcing.groups import (
    ALONE,
    BEFORE,
    CHOICES,
    NUMBERS,
    PAIR,
    groups,
    kind,
    logarithms,
    rows,
)
from workbench.studies.once import once

SEED = 20_261_122
DRAWS = 200  # regroupings at random
# Why a group at a question is not among those of H2.2.
SINGLE = "groups at a question with fewer than two members left"
NO_HABIT = "groups at a question without two members at another one"
NO_ERROR = "groups at a question quite right, whose error has no logarithm"
FAR, DIVERSITY, RESULT, MODEL = "far answers", "diversity", "result", "model"
COVARIATES = "held fixed"

# What each variant may choose; the first of every list is the hypothesis's own.
OWN_SCORES = "size, mean and best first answer"
CHOICE_LISTS = {
    DIVERSITY: ("chance that two members differ", "different choices for each member"),
    COVARIATES: (OWN_SCORES, "size and mean first answer", "size"),
    RESULT: ("mean score", "share quite right"),
}
NUMBER_LISTS = {
    DIVERSITY: ("standard deviation", "range"),
    RESULT: ("mean", "median"),
    FAR: ("set aside", "kept"),
    MODEL: ("gamma", "least squares"),
}
HELD = {
    OWN_SCORES: ("people", "error_before", "best_before"),
    "size and mean first answer": ("people", "error_before"),
    "size": ("people",),
}
LISTS: dict[str, dict[str, Any]] = {
    CHOICES: CHOICE_LISTS,
    NUMBERS: NUMBER_LISTS,
    ALONE: subcrowds.LISTS,
}

Variant = Mapping[str, Any]


def lists(community: Community) -> dict[str, Any]:
    """The choices for this kind of data, each with its options."""
    return LISTS[known_kind(community)]


def variants(community: Community) -> tuple[dict[str, Any], ...]:
    """All variants for this kind of data, the hypothesis's own first."""
    return grid(**lists(community))


def known_kind(community: Community) -> str:
    """Which kind of data it is; a ModelError where it is none of the three."""
    found = kind(community)
    if found is None:
        raise ModelError(
            "diversity: expected groups or crowds with known answers, got none. Bring ratings "
            "with known answers."
        )
    return found


@once
def habits(community: Community, *, keep_far: bool = False) -> pd.DataFrame:
    """
    Groups that gave numbers before a talk, with how their members differ at other questions.

    One row a group and question: group, item, people, error (squared distance of the mean of the
    logarithms from that of the truth), median_error, deviation and range (of the group's answers to
    its *other* questions, each in standard deviations over groups, averaged). A group without two
    members at another question has no row.

    Raises
    ------
    ModelError
        No group of two members or more has answered two questions.
    """
    return habits_of(_first(community), keep_far=keep_far)


def _first(community: Community) -> pd.DataFrame:
    """First answers of members of groups, one row a person and question."""
    told = rows(community)
    first = told[(told["round"] == BEFORE) & told["group"].notna()].drop_duplicates(
        ["group", "item", "person"]
    )
    return first.rename(columns={"value": "value_before"})


def habits_of(first: pd.DataFrame, *, keep_far: bool) -> pd.DataFrame:
    """The same from first answers: group, item, person, value_before, true_value."""
    return _counted(first, keep_far=keep_far)[0]


def _counted(first: pd.DataFrame, *, keep_far: bool) -> tuple[pd.DataFrame, dict[str, int]]:
    """The same, and who is not in it: reason -> first answers, or groups at a question."""
    made, gone = logarithms(first, (BEFORE,), keep_far=keep_far)
    part = made.groupby(["group", "item"], sort=True)
    value = part[BEFORE]
    truth = part["truth"].first()
    table = pd.DataFrame(
        {
            "people": part.size(),
            "error": (value.mean() - truth) ** 2,
            "median_error": (value.median() - truth) ** 2,
            "deviation": value.std(ddof=1),
            "range": value.max() - value.min(),
        }
    ).reset_index()
    several = table["people"] >= PAIR
    gone[SINGLE] = first.groupby(["group", "item"]).ngroups - int(several.sum())
    table = table[several]
    for name in ("deviation", "range"):
        of_item = table.groupby("item")[name]
        score = (table[name] - of_item.transform("mean")) / of_item.transform("std")
        # A question at which all groups differ alike has no score, and is no habit of anybody.
        of_group = score.groupby(table["group"])
        others = of_group.transform("count") - score.notna()
        rest = of_group.transform("sum") - score.fillna(0.0)
        table[name] = rest / others.where(others > 0)
    told = table[["deviation", "range"]].notna().all(axis=1)
    gone[NO_HABIT] = int((~told).sum())
    table = table[told].reset_index(drop=True)
    if table.empty:
        raise ModelError(
            "diversity: expected groups of two members or more that answered two questions, got "
            "none. Bring the answers to other questions."
        )
    return table, {why: n for why, n in gone.items() if n}


@once
def left_out(community: Community) -> dict[str, int]:
    """Who is not in the estimate of H2.2: reason -> answers, groups at a question, or items."""
    found = known_kind(community)
    if found == CHOICES:
        return groups(community).left_out
    if found == ALONE:
        return subcrowds.panel(community).left_out
    gone = _counted(_first(community), keep_far=False)[1]
    exact = int((habits(community)["error"] <= 0).sum())
    return gone | ({NO_ERROR: exact} if exact else {})


def of_choices(community: Community, variant: Variant) -> tuple[pd.DataFrame, list[str]]:
    """Rows with `error` and `diversity`, and the covariates, of groups that chose."""
    found = groups(community)
    table = found.table.rename(columns={"error_after": "error", "spread_before": "diversity"})
    if variant[DIVERSITY] != CHOICE_LISTS[DIVERSITY][0]:
        kinds = found.people.groupby(["group", "item"])["label_before"].nunique()
        table["diversity"] = kinds.to_numpy() / table["people"]
    if variant[RESULT] != CHOICE_LISTS[RESULT][0]:
        wrong = found.people["after"] < 1
        table["error"] = wrong.groupby([found.people["group"], found.people["item"]]).mean().values
    return table, [name for name in HELD[variant[COVARIATES]] if table[name].nunique() > 1]


def of_numbers(community: Community, variant: Variant) -> tuple[pd.DataFrame, list[str]]:
    """The same of groups that gave numbers; an error of zero has no logarithm and is left out."""
    table = habits(community, keep_far=variant[FAR] == "kept")
    column = "deviation" if variant[DIVERSITY] == "standard deviation" else "range"
    error = "error" if variant[RESULT] == "mean" else "median_error"
    made = table.assign(diversity=table[column], error=table[error])
    made = made[made["error"] > 0].reset_index(drop=True)
    several = [name for name in ("people", "item") if made[name].nunique() > 1]
    return made, several


def estimate(community: Community, variant: Variant) -> Estimate:
    """
    By what share the error is smaller for a standard deviation more of diversity.

    Raises ModelError as `models.relative` and `models.subcrowds`.
    """
    found = known_kind(community)
    if found == ALONE:
        return subcrowds.estimate(community, variant)
    made = of_choices if found == CHOICES else of_numbers
    table, covariates = made(community, variant)
    return fitted(table, covariates, gamma=variant.get(MODEL) == "gamma")


def fitted(table: pd.DataFrame, covariates: list[str], *, gamma: bool) -> Estimate:
    """The model of H2.2 on rows with `error`, `diversity`, covariates and, of gamma, `group`."""
    if not gamma:
        return share_less_per_sd(
            table, outcome="error", exposure="diversity", covariates=covariates
        )
    return share_less_of_gamma(
        table, outcome="error", exposure="diversity", covariates=covariates, clusters="group"
    )


@once
def own(community: Community) -> Estimate:
    """The estimate of H2.2 as the hypothesis has it."""
    return estimate(community, variants(community)[0])


@once
def tried(community: Community) -> Curve:
    """
    Every variant of H2.2.

    Raises
    ------
    ModelError
        The first variant, which is the hypothesis itself, has no estimate here.
    """
    found = curve(variants(community), lambda one: estimate(community, one), seed=SEED)
    reason = found.table["failed"].iloc[0]
    if pd.notna(reason):
        raise ModelError(str(reason))
    return found


@once
def regrouped(community: Community) -> Estimate:
    """
    What chance alone brings: diversity dealt anew among groups, many times.

    Groups of the same size (choices) or at the same question (numbers) swap their diversity;
    raters who judged alone swap their habits within each item. Returns the mean, spread and range
    of the draws; p is the chance of a draw as far out as the estimate of H2.2 (both tails), as if
    the questions of a group, or the items of a rater, had nothing to do with one another. The draws
    lie around zero whatever the method does, so that this is no check of it.
    """
    dice = np.random.default_rng(SEED)
    if known_kind(community) == ALONE:
        drawn = subcrowds.regrouped(community, dice, draws=DRAWS)
        return _beside_chance(community, drawn, n=own(community).n)
    variant = variants(community)[0]
    chosen = kind(community) == CHOICES
    table, covariates = (of_choices if chosen else of_numbers)(community, variant)
    strata = table["people" if chosen else "item"].astype(str)
    if strata.nunique() < PAIR:  # one stratum: deal among all
        strata = pd.Series([f"{n % PAIR}" for n in range(len(table))])
    drawn = []
    for _ in range(DRAWS):
        order = permuted_within(strata, dice)
        dealt = table.assign(diversity=table["diversity"].to_numpy()[order])
        drawn.append(float(fitted(dealt, covariates, gamma=not chosen).estimate or 0))
    return _beside_chance(community, drawn, n=len(table))


def _beside_chance(community: Community, drawn: list[float], *, n: int) -> Estimate:
    """The draws as one, with the permutation p of the estimate of H2.2."""
    found = float(own(community).estimate or 0)
    tail = min(sum(one >= found for one in drawn), sum(one <= found for one in drawn))
    return replace(spread_of_draws(drawn, n=n), p_value=min(1.0, 2 * (1 + tail) / (DRAWS + 1)))
