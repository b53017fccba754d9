"""
Small worlds to practise on: a table in which one number is planted, another one for every seed.

Each world has a tempting analysis that misses the planted number and a better one that finds it,
both of a few lines. The tables are large enough that chance moves the better answer by a fourth of
what an exercise forgives, or less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.simulate import raters
from workbench.simulate.seeds import generator

PEOPLE = 40_000
KEEN = 0.5
ANSWERED_KEEN, ANSWERED_OTHERS = 0.7, 0.3
RETURN, RETURN_KEEN = 0.15, 0.25
EFFECTS = (-0.12, 0.24)  # risk differences

ITEMS, RATERS, PER_ITEM = 60_000, 30, 3
SKILLS = (0.64, 0.84)  # chances of the right label
ALIKE = 5_000  # parameters of a Beta law so narrow that all raters have one skill

READERS, TURNS = 300, 200
USUAL_SD, DAILY_SD = 1.0, 1.0  # of the doublings of load, between and within people
EAGER = 0.06  # more replies per doubling of what usually arrives for a person
SLOPES = (-0.02, 0.12)  # fewer replies per doubling


@dataclass(frozen=True)
class Practice:
    """A table to work with, and the planted number that it hides."""

    table: pd.DataFrame
    truth: float


def newcomers(seed: int) -> Practice:
    """
    Newcomers of whom the keen are answered more often and come back more often anyway.

    Table, one row a person: keen, answered, returned (yes or no). Truth: how much an answer adds to
    the chance of coming back, the same for everybody (a difference of shares).
    """
    effect = _between(EFFECTS, seed, "newcomers")
    keen = _chance(seed, "keen", np.full(PEOPLE, KEEN))
    answered = _chance(seed, "answered", np.where(keen, ANSWERED_KEEN, ANSWERED_OTHERS))
    returned = _chance(seed, "returned", RETURN + RETURN_KEEN * keen + effect * answered)
    table = pd.DataFrame({"keen": keen, "answered": answered, "returned": returned})
    return Practice(table, effect)


def labels(seed: int) -> Practice:
    """
    Yes-or-no labels, three for each item, by raters who are all equally good; no truth is shown.

    Table, one row an item: first, second, third (0 or 1). Truth: the chance that one label is
    right.
    """
    skill = _between(SKILLS, seed, "labels")
    law = raters.Settings(
        accuracy_right=ALIKE * skill, accuracy_wrong=ALIKE * (1 - skill), spammers=0.0
    )
    drawn = raters.simulate(law, seed=seed, items=ITEMS, raters=RATERS, per_item=PER_ITEM)
    given = drawn.judgements.sort_values("item", kind="stable")["label"].to_numpy()
    table = pd.DataFrame(given.reshape(ITEMS, PER_ITEM), columns=["first", "second", "third"])
    return Practice(table, skill)


def turns(seed: int) -> Practice:
    """
    Messages that wait for a reply; people for whom much arrives are the ones who reply readily.

    Table, one row a message: person, doublings (of what else had just arrived), replied in time
    (yes or no). Truth: how much less often, per doubling, the same person replies (a difference of
    shares, above 0 where more arriving means fewer replies).
    """
    slope = _between(SLOPES, seed, "turns")
    usual = USUAL_SD * generator(seed, "practice", "usual load").normal(size=READERS)
    daily = DAILY_SD * generator(seed, "practice", "daily load").normal(size=(READERS, TURNS))
    doublings = usual[:, None] + daily
    chance = 0.5 + (EAGER + slope) * usual[:, None] - slope * doublings
    table = pd.DataFrame(
        {
            "person": np.repeat(np.arange(READERS), TURNS),
            "doublings": doublings.ravel(),
            "replied": _chance(seed, "replied", chance.ravel()),
        }
    )
    return Practice(table, slope)


WORLDS: dict[str, Callable[[int], Practice]] = {
    "newcomers": newcomers,
    "labels": labels,
    "turns": turns,
}


def _between(limits: tuple[float, float], seed: int, world: str) -> float:
    return float(generator(seed, "practice", world).uniform(*limits))


def _chance(seed: int, name: str, chance: np.ndarray) -> np.ndarray:
    """Yes with these chances; each name has random numbers of its own."""
    return generator(seed, "practice", name).random(len(chance)) < chance
