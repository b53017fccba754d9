"""
Votes cast one after another by people who see the score so far: quality, severity and herding.

For a few items the score starts with an artificial vote drawn at random, which is the experiment
that tells herding from quality (Muchnik, Aral & Taylor 2013, doi:10.1126/science.1240466).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from workbench.simulate._asked import array, whole, within
from workbench.simulate._quadrature import normal_nodes
from workbench.simulate.raters import MOST_CELLS, assigned
from workbench.simulate.seeds import generator

ARMS = {-1: "down", 0: "none", 1: "up"}
SCORE_SCALE = 5

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """
    What is planted, as log-odds of an up-vote.

    They are intercept + quality_effect x quality - severity + herding x tanh(score shown / 5).

    Attributes
    ----------
    herding : the effect of a high score shown. 0: people vote as if they were alone.
    quality_effect : per standard deviation of quality. intercept : at mean quality, score 0.
    severity_sd : spread of the raters' severity.
    experiment : share of items whose score starts at +1 or -1, equally likely.
    """

    herding: float = 0.0
    quality_effect: float = 0.8
    intercept: float = 0.5
    severity_sd: float = 0.5
    experiment: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what no vote can have."""
        within(
            self,
            where="votes",
            herding=(-5, 5),
            quality_effect=(-5, 5),
            intercept=(-10, 10),
            severity_sd=(0, 5),
            experiment=(0, 1),
        )


@dataclass(frozen=True)
class Votes:
    """
    Simulated votes.

    Attributes
    ----------
    votes : one row a vote: item, order (from 1), rater, shown (the score seen, the artificial vote
        included), up.
    items : one row an item: item, arm ("none", "up", "down": the artificial vote), score (ups minus
        downs, without the artificial vote), quality (not observed in real data).
    truth : herding, quality_effect, and lift_up, lift_down: how much likelier an up-vote is as the
        first real vote after an artificial up- or down-vote than after none (risk difference over
        all items and raters).
    """

    votes: pd.DataFrame
    items: pd.DataFrame
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(
    settings: Settings, *, seed: int, items: int = 500, raters: int = 100, per_item: int = 20
) -> Votes:
    """
    Draw the votes on `items` by `per_item` different ones of `raters`, in random order.

    Raises
    ------
    SimulationError
        A size or the seed is no whole number in its range.
    """
    whole(items, where="votes", name="items", least=1, most=MOST_CELLS)
    whole(raters, where="votes", name="raters", least=1, most=MOST_CELLS // items)
    whole(per_item, where="votes", name="per_item", least=1, most=raters)
    severity = settings.severity_sd * generator(seed, "votes", "severity").normal(size=raters)
    quality = generator(seed, "votes", "quality").normal(size=items)
    first = _first_votes(settings, seed, items)
    drawn = assigned(seed, "votes", items=items, raters=raters, per_item=per_item)
    alone = settings.intercept + settings.quality_effect * quality[:, None] - severity[drawn]
    shown, up = _cast(settings, seed, alone, first)
    item, order = (axis.ravel() for axis in np.indices(up.shape))
    votes = {"item": item, "order": order + 1, "rater": drawn.ravel(), "shown": shown.ravel()}
    listed = {
        "item": np.arange(items),
        "arm": [ARMS[value] for value in first.tolist()],
        "score": 2 * up.sum(axis=1) - per_item,
        "quality": quality,
    }
    return Votes(
        pd.DataFrame(votes | {"up": up.ravel()}),
        pd.DataFrame(listed),
        _truth(settings),
        settings,
        seed,
    )


def expected_up(settings: Settings, shown: Any) -> Floats:
    """The true share of up-votes over all items and raters, where the score shown is set.

    Raises
    ------
    SimulationError
        A score is not a finite number.
    """
    score = array(shown, where="expected_up", name="shown")
    nodes, weights = normal_nodes()
    spread = np.hypot(settings.quality_effect, settings.severity_sd)
    centre = settings.intercept + settings.herding * np.tanh(score / SCORE_SCALE)
    return expit(centre[..., None] + spread * nodes) @ weights


def _first_votes(settings: Settings, seed: int, items: int) -> Whole:
    """The artificial vote of each item: -1, 0 or 1."""
    chosen = generator(seed, "votes", "experiment").random(items) < settings.experiment
    sign = generator(seed, "votes", "arms").choice([-1, 1], size=items)
    return np.where(chosen, sign, 0)


def _cast(
    settings: Settings, seed: int, alone: Floats, first: Whole
) -> tuple[Whole, npt.NDArray[np.bool_]]:
    """Scores shown and votes, one row an item; each vote sees the votes before it."""
    luck = generator(seed, "votes", "votes").random(alone.shape)
    shown, up = np.zeros(alone.shape, dtype=np.int64), np.zeros(alone.shape, dtype=bool)
    score = first
    for order in range(alone.shape[1]):
        shown[:, order] = score
        pull = settings.herding * np.tanh(score / SCORE_SCALE)
        up[:, order] = luck[:, order] < expit(alone[:, order] + pull)
        score = score + 2 * up[:, order] - 1
    return shown, up


def _truth(settings: Settings) -> dict[str, float]:
    """The planted effects and what they do to the first real vote."""
    down, none, up = expected_up(settings, np.array([-1, 0, 1]))
    return {
        "herding": float(settings.herding),
        "quality_effect": float(settings.quality_effect),
        "lift_up": float(up - none),
        "lift_down": float(down - none),
    }
