"""Invented data sets of judgements: groups that choose, groups that guess, raters alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.data.community import in_memory
from workbench.simulate import estimates

RIGHT = "odd + vowel"


def stored(
    ratings: pd.DataFrame,
    truths: pd.DataFrame,
    *,
    name: str = "club",
    truth: dict[str, Any] | None = None,
) -> Community:
    """A community of ratings (item_id, rater_id, ...) and truths, in memory."""
    about = pl.DataFrame(
        {
            "community_id": [name], "name": [name], "platform": ["rating task"],
            "timezone": ["UTC"], "timezone_source": ["assumed"], "record_start": ["cut"],
        }
    )  # fmt: skip
    tables = {
        "communities": about,
        "ratings": pl.from_pandas(ratings.assign(community_id=name, scale="test")),
        "truths": pl.from_pandas(truths.assign(community_id=name)),
    }
    return in_memory(name, tables, title=name.title(), source="invented", options={}, truth=truth)


def choosing(text: str, *, scores: bool = True, name: str = "club") -> Community:
    """
    Groups that chose before and after a talk, from lines: group, person, first, last choice.

    Choices are the letters of cards; `-` is no answer. The right ones are O and V; every card that
    is rightly taken or left counts one fourth of the score.
    """
    rows = []
    for line in text.strip().splitlines():
        group, person, *given = line.split()
        for when, cards in zip(("before", "after"), given, strict=True):
            if cards != "-":
                score = sum((card in cards) == (card in "OV") for card in "CEOV") / 4
                rows.append((group, f"{group} {person}", cards, score, when, group))
    columns = ["item_id", "rater_id", "label", "value", "round", "group_id"]
    ratings = pd.DataFrame(rows, columns=columns)
    if not scores:
        ratings["value"] = None
        ratings["value"] = ratings["value"].astype(float)
    groups = ratings["item_id"].unique()
    truths = pd.DataFrame({"item_id": groups, "label": "OV", "value": 1.0})
    return stored(ratings, truths, name=name)


def guessing(text: str, truths: dict[str, float], *, name: str = "club") -> Community:
    """Groups that gave numbers, from lines: group, person, item, first, last number."""
    rows = []
    for line in text.strip().splitlines():
        group, person, item, *given = line.split()
        for when, number in zip(("before", "after"), given, strict=True):
            if number != "-":
                rows.append((item, f"{group} {person}", float(number), when, group))
    columns = ["item_id", "rater_id", "value", "round", "group_id"]
    known = pd.DataFrame({"item_id": list(truths), "value": list(truths.values())})
    return stored(pd.DataFrame(rows, columns=columns), known, name=name)


def simulated(settings: estimates.Settings, *, seed: int = 1, name: str = "club") -> Community:
    """Groups that gave numbers, from the simulator: the logarithms of the numbers are its own."""
    made = estimates.simulate(settings, seed=seed, crowds=60, members=5, questions=4).estimates
    rows = pd.DataFrame(
        {
            "item_id": "q" + made["question"].astype(str),
            "rater_id": "p" + made["person"].astype(str),
            "group_id": "g" + made["crowd"].astype(str),
        }
    )
    ratings = pd.concat(
        [rows.assign(value=np.exp(made[when]), round=when) for when in ("before", "after")]
    )
    truths = pd.DataFrame({"item_id": rows["item_id"], "value": np.exp(made["truth"])})
    return stored(ratings, truths.drop_duplicates(), name=name)


def alone(*, items: int = 60, raters: int = 6, people: int = 60, seed: int = 1) -> Community:
    """
    Raters of two schools, which err in opposite ways, each judging alone.

    A rater's school shows at every item: the first school always gives the higher numbers.
    """
    dice = np.random.default_rng(seed)
    rows = []
    for item in range(items):
        for rater in dice.permutation(people)[:raters]:
            school = 1.0 if rater % 2 else -1.0
            rows.append((f"i{item:02d}", f"r{rater}", 10 * school + dice.normal()))
    ratings = pd.DataFrame(rows, columns=["item_id", "rater_id", "value"])
    truths = pd.DataFrame({"item_id": [f"i{item:02d}" for item in range(items)], "value": 0.0})
    return stored(ratings, truths)
